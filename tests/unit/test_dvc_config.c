/* DVC's configuration files: which counts, and what is refused.  tests/interop/config.py
 * holds the same precedence against DVC. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/option.h"
#include "dvc/dvc_config.h"
#include "file/file.h"
#include "help/help.h"
#include "help/project.h"

static struct arena mem;
static struct error err;
static struct dvc_config config;
static const char *folder;

/* A project and a home of its own; nothing of the machine's configuration counts. */
static void prepare(void)
{
    folder = help_folder();
    unsetenv("DVC_GLOBAL_CONFIG_DIR");
    unsetenv("XDG_CONFIG_HOME");
    setenv("HOME", help_path(folder, "home"), 1);
    setenv("DVC_SYSTEM_CONFIG_DIR", help_path(folder, "system"), 1);
    cr_assert_eq(chdir(folder), 0);
}

static void release(void)
{
    arena_release(&mem);
}

TestSuite(dvc_config, .init = prepare, .fini = release);

static void put(const char *path, const char *text)
{
    help_put(help_path(folder, path), text);
}

static void expect_value(const char *section, const char *key, const char *value,
                         const char *path)
{
    const struct ini *file;
    cr_assert_eq(dvc_config_read(&mem, &config, &err), STATUS_OK, "%s", err.message);
    const struct ini_value *v = dvc_config_get(&config, section, key, &file);
    cr_assert(v, "no %s.%s", section, key);
    cr_assert_str_eq(v->value, value);
    cr_assert_str_eq(file_name(file_folder(&mem, file->path)), path);
}

static void expect_fault(const char *text, size_t line, size_t col)
{
    put(".dvc/config", text);
    config.file[0].n = 77;
    memset(&err, 0, sizeof(err));
    cr_assert_eq(dvc_config_read(&mem, &config, &err), STATUS_INPUT, "taken: %s", text);
    cr_assert_eq(config.file[0].n, 77, "the result was touched");
    cr_assert_str_eq(err.loc.path, ".dvc/config");
    cr_assert_eq(err.loc.line, line);
    cr_assert_eq(err.loc.col, col);
}

Test(dvc_config, without_any_file_there_is_no_value)
{
    cr_assert_eq(dvc_config_read(&mem, &config, &err), STATUS_OK);
    cr_assert_null(dvc_config_get(&config, "core", "remote", NULL));
    struct texts names;
    dvc_config_remotes(&config, &mem, &names);
    cr_assert_eq(names.n, 0);
}

Test(dvc_config, the_highest_file_counts_key_by_key)
{
    put("system/config", "[core]\nremote = s\n[cache]\ndir = s\n");
    expect_value("core", "remote", "s", "system");
    put("home/.config/dvc/config", "[core]\nremote = u\n");
    expect_value("core", "remote", "u", "dvc");
    put(".dvc/config", "[core]\nremote = r\n");
    expect_value("core", "remote", "r", ".dvc");
    put(".dvc/config.local", "[core]\nremote = l\n");
    expect_value("core", "remote", "l", ".dvc");
    expect_value("cache", "dir", "s", "system");
}

Test(dvc_config, the_users_file_is_where_dvc_looks_for_it)
{
    put("home/.config/dvc/config", "[core]\nremote = home\n");
    put("xdg/dvc/config", "[core]\nremote = xdg\n");
    put("global/config", "[core]\nremote = global\n");
    setenv("XDG_CONFIG_HOME", "relative", 1);
    expect_value("core", "remote", "home", "dvc");
    setenv("XDG_CONFIG_HOME", help_path(folder, "xdg"), 1);
    expect_value("core", "remote", "xdg", "dvc");
    setenv("DVC_GLOBAL_CONFIG_DIR", help_path(folder, "global"), 1);
    expect_value("core", "remote", "global", "global");
}

Test(dvc_config, the_systems_file_is_where_dvc_looks_for_it)
{
    put("first/dvc/config", "[core]\nremote = first\n");
    put("second/dvc/config", "[core]\nremote = second\n");
    unsetenv("DVC_SYSTEM_CONFIG_DIR");
    setenv("XDG_CONFIG_DIRS",
           arena_format(&mem, "relative:%s:%s", help_path(folder, "first"),
                        help_path(folder, "second")),
           1);
    expect_value("core", "remote", "first", "dvc");
}

Test(dvc_config, the_remotes_of_all_files_are_named_once_and_sorted)
{
    put(".dvc/config", "['remote \"minio\"']\nurl = a\nregion = b\n[core]\nremote = x\n");
    put(".dvc/config.local", "['remote \"minio\"']\nprofile = c\n['remote \"AWS\"']\n"
                             "url = d\n[remote]\nurl = e\n");
    struct texts names;
    cr_assert_eq(dvc_config_read(&mem, &config, &err), STATUS_OK);
    dvc_config_remotes(&config, &mem, &names);
    cr_assert_eq(names.n, 2);
    cr_assert_str_eq(names.v[0], "aws");
    cr_assert_str_eq(names.v[1], "minio");
}

Test(dvc_config, what_would_make_dvc_act_otherwise_is_refused)
{
    expect_fault("[core]\nhardlink_lock = True\n", 2, 17);
    expect_fault("[core]\nhardlink_lock = yes\n", 2, 17);
    expect_fault("[cache]\ntype = copy\nshared = group\n", 3, 10);
    expect_fault("[core\n", 1, 1);
    put(".dvc/config", "[core]\nhardlink_lock = false\nno_scm = true\n");
    expect_value("core", "no_scm", "true", ".dvc");
}

Test(dvc_config, flags_are_true_or_false_or_left_alone)
{
    put(".dvc/config", "[s]\na = TRUE\nb = false\nc = 1\n");
    bool a = false, b = true, d = true;
    cr_assert_eq(dvc_config_read(&mem, &config, &err), STATUS_OK);
    cr_assert_eq(dvc_config_flag(&config, "s", "a", &a, &err), STATUS_OK);
    cr_assert_eq(dvc_config_flag(&config, "s", "b", &b, &err), STATUS_OK);
    cr_assert_eq(dvc_config_flag(&config, "s", "d", &d, &err), STATUS_OK);
    cr_assert(a && !b && d);
    cr_assert_eq(dvc_config_flag(&config, "s", "c", &d, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected true or false as 'c'");
    cr_assert_eq(err.loc.line, 4);
}
