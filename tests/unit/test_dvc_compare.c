#include <criterion/criterion.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "help/help.h"
#include "help/repo.h"
#include "track/dvc_params.h"
#include "track/dvc_record.h"

/* Each test works in a project of its own: stage t reads f and d/, writes o and r/. */
static struct dvc_file file;

static void enter(void)
{
    help_enter();
    cr_assert_eq(file_make_folder(".dvc/tmp", &err), STATUS_OK);
    help_put(".dvc/config", "[core]\n    analytics = false\n");
    help_put("f", "f");
    help_put("d/x", "x");
    help_put("o", "o");
    help_put("r/1", "1");
    help_put("r/2", "2");
    help_put("p.yaml", "a: {b: 42, c: [1, 2]}\nz: no\n");
    help_put("dvc.yaml", "stages:\n"
                         "  t:\n"
                         "    cmd: x\n"
                         "    deps: [f, d]\n"
                         "    params: [p.yaml: [a.b, a.c, z]]\n"
                         "    outs: [o, r]\n");
    cr_assert_eq(dvc_repo_open(&mem, &repo, &err), STATUS_OK, "%s", err.message);
}

TestSuite(dvc_compare, .init = enter, .fini = help_repo_leave);

static const struct dvc_stage *stage(void)
{
    cr_assert_eq(dvc_file_read("dvc.yaml", &mem, &file, &err), STATUS_OK, "%s",
                 err.message);
    return &file.stage[0];
}

static enum status record(bool *ret_changed)
{
    const struct dvc_stage *s = stage();
    struct dvc_recorded done = {0};
    struct dvc_seen seen = {0};
    struct dvc_ledger ledger = {0};
    cr_assert_eq(dvc_ledger_sync(&ledger, &err), STATUS_OK, "%s", err.message);
    enum status status =
        dvc_record_stages(&repo, &ledger, &s, 1, &seen, NULL, &mem, &done, &err);
    if (status == STATUS_OK)
        status = dvc_ledger_fold(&ledger, &file.names, &err);
    dvc_ledger_release(&ledger);
    *ret_changed = done.changed;
    return status;
}

static void recorded(void)
{
    bool changed;
    cr_assert_eq(record(&changed), STATUS_OK, "%s", err.message);
}

/* The differences as "part path how; …". */
static const char *differences(bool full)
{
    struct dvc_lockfile lock;
    struct dvc_differences d = {0};
    struct text out = {.mem = &mem};
    cr_assert_eq(dvc_lockfile_read("dvc.lock", &mem, &lock, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(dvc_compare(&repo, stage(), lock.n > 0 ? &lock.record[0] : NULL, full,
                             &mem, &d, &err),
                 STATUS_OK, "%s", err.message);
    text_puts(&out, "");
    for (size_t i = 0; i < d.n; i++)
        text_addf(&out, "%s%s %s %s", i ? "; " : "", d.v[i].part, d.v[i].path,
                  d.v[i].how);
    return out.p;
}

/* The path of an object that the recorded outputs need. */
static const char *object_of(const char *text)
{
    char md5[MD5_HEX];
    digest_hex_of(DIGEST_MD5, text, strlen(text), md5);
    return dvc_cache_path(&repo, md5, &mem);
}

Test(dvc_compare, a_stage_without_a_record_is_not_in_the_lock)
{
    cr_assert_str_eq(differences(true), "command  not in dvc.lock");
}

Test(dvc_compare, a_recorded_stage_is_up_to_date)
{
    recorded();
    cr_assert_str_eq(differences(true), "");
}

Test(dvc_compare, recording_twice_changes_nothing)
{
    struct stat before, after;
    bool changed = false;
    cr_assert_eq(record(&changed), STATUS_OK, "%s", err.message);
    cr_assert(changed && stat("dvc.lock", &before) == 0);
    cr_assert_eq(record(&changed), STATUS_OK);
    cr_assert(!changed && stat("dvc.lock", &after) == 0);
    cr_assert_eq(before.st_ino, after.st_ino);
}

Test(dvc_compare, a_change_is_named_with_its_part)
{
    recorded();
    help_write_text("f", "other");
    cr_assert_str_eq(differences(true), "deps f changed");
    help_write_text("f", "f");
    help_write_text("d/y", "");
    cr_assert_str_eq(differences(true), "deps d changed");
    cr_assert_eq(unlink("d/y"), 0);
    help_write_text("r/1", "3");
    cr_assert_str_eq(differences(true), "outs r changed");
    help_write_text("r/1", "1");
    cr_assert_str_eq(differences(true), "");
}

Test(dvc_compare, what_is_missing_is_named)
{
    recorded();
    cr_assert(unlink("f") == 0 && unlink("o") == 0);
    cr_assert_str_eq(differences(true), "deps f missing; outs o missing");
    cr_assert_str_eq(differences(false), "deps f missing");
}

Test(dvc_compare, objects_are_looked_for_before_the_workspace)
{
    recorded();
    help_write_text("o", "other");
    cr_assert_eq(unlink(object_of("o")), 0);
    cr_assert_str_eq(differences(true), "outs o not in cache");
}

Test(dvc_compare, a_child_missing_from_the_cache_counts_and_is_put_back)
{
    recorded();
    cr_assert_eq(unlink(object_of("2")), 0);
    cr_assert_str_eq(differences(true), "outs r not in cache");
    recorded();
    cr_assert_str_eq(differences(true), "");
}

Test(dvc_compare, an_output_that_is_not_cached_needs_no_object)
{
    help_write_text("dvc.yaml",
                    "stages: {t: {cmd: x, deps: [f], outs: [o: {cache: false}]}}");
    recorded();
    cr_assert_not(file_exists(object_of("o")));
    cr_assert_str_eq(differences(true), "");
    help_write_text("o", "other");
    cr_assert_str_eq(differences(true), "outs o changed");
}

Test(dvc_compare, modes_and_times_do_not_count)
{
    recorded();
    cr_assert(chmod("f", 0755) == 0 && utimensat(AT_FDCWD, "o", NULL, 0) == 0);
    cr_assert_str_eq(differences(true), "");
}

Test(dvc_compare, keys_that_are_no_longer_tracked_do_not_count)
{
    recorded();
    help_write_text("dvc.yaml", "stages: {t: {cmd: x, deps: [f], params: [p.yaml: [z]], "
                                "outs: [o]}}");
    cr_assert_str_eq(differences(true), "");
}

Test(dvc_compare, keys_that_left_their_file_count_though_no_longer_tracked)
{
    recorded();
    help_write_text("dvc.yaml",
                    "stages: {t: {cmd: x, deps: [f], params: [p.yaml: [z]], outs: [o]}}");
    help_write_text("p.yaml", "a: {c: [1, 2]}\nz: no\n");
    cr_assert_str_eq(differences(true), "params p.yaml:a.b missing");
}

/* Files of parameters beside "a: {b: 42, c: [1, 2]}\nz: no\n". */
static const struct {
    const char *params, *differences;
} params[] = {
    {"z: 'no'\na: {c: [1.0, 2], b: 0x2A, new: 1}\n", ""},
    {"a: {b: 43, c: [1, 2]}\nz: no\n", "params p.yaml:a.b changed"},
    {"a: {b: '42', c: [2, 1]}\nz: false\n",
     "params p.yaml:a.b changed; params p.yaml:a.c changed; params p.yaml:z changed"},
    {"a: {b: 42.0, c: [true, 2]}\nz: no\n", ""},
    {"a: {b: 42, c: {x: 1}}\nz: no\n", "params p.yaml:a.c changed"},
    {"a: 42\nz: no\n", "params p.yaml:a.b missing; params p.yaml:a.c missing"},
    {"", "params p.yaml:a.b missing; params p.yaml:a.c missing; params p.yaml:z missing"},
};

Test(dvc_compare, parameters_are_compared_by_value)
{
    recorded();
    for (size_t i = 0; i < COUNT_OF(params); i++) {
        help_write_text("p.yaml", params[i].params);
        cr_expect_str_eq(differences(true), params[i].differences, "row %zu", i);
    }
    cr_assert_eq(unlink("p.yaml"), 0);
    cr_assert_str_eq(differences(true), "params p.yaml missing");
}

Test(dvc_compare, newly_tracked_parts_count)
{
    help_write_text("dvc.yaml", "stages: {t: {cmd: x, deps: [f], outs: [o]}}");
    recorded();
    help_write_text(
        "dvc.yaml",
        "stages: {t: {cmd: x, deps: [f, d], params: [p.yaml: [z]], outs: [o, r]}}");
    cr_assert_str_eq(differences(true), "deps d new; params p.yaml:z new; outs r new");
}

Test(dvc_compare, a_whole_file_counts_with_keys_that_are_gone)
{
    help_write_text("dvc.yaml", "stages: {t: {cmd: x, params: [p.yaml: ]}}");
    recorded();
    cr_assert_str_eq(differences(true), "");
    help_write_text("p.yaml", "a: {b: 42, c: [1, 2]}\ny: 1\n");
    cr_assert_str_eq(differences(true), "params p.yaml:y new; params p.yaml:z missing");
}

Test(dvc_compare, a_command_in_a_list_is_another_command)
{
    recorded();
    help_write_text("dvc.yaml", "stages: {t: {cmd: [x], deps: [f], outs: [o]}}");
    cr_assert_str_eq(differences(true), "command  changed");
}

Test(dvc_compare, a_stage_without_anything_runs_every_time)
{
    help_write_text("dvc.yaml", "stages: {t: {cmd: x}}");
    recorded();
    cr_assert_str_eq(differences(true), "command  changed");
}

/* What cannot be recorded: dvc.yaml, the file of parameters, the message. */
static const struct {
    const char *stages, *params, *message;
} faults[] = {
    {"stages: {t: {cmd: x, deps: [gone], outs: [o]}}", "", "'gone' is missing"},
    {"stages: {t: {cmd: x, deps: [f], outs: [gone]}}", "", "'gone' is missing"},
    {"stages: {t: {cmd: x, params: [p.yaml: [a.x]]}}", "a: {b: 1}\n",
     "the stage 't' tracks the key 'a.x', which is not there"},
    {"stages: {t: {cmd: x, params: [p.yaml: [a.0]]}}", "a: [1]\n",
     "the stage 't' tracks the key 'a.0', which is not there"},
    {"stages: {t: {cmd: x, params: [p.yaml: [a]]}}", "a: {b: [2020-01-01]}\n",
     "'2020-01-01' is a date to DVC"},
    {"stages: {t: {cmd: x, params: [p.yaml: [a]]}}", "a: {12: x}\n",
     "the key '12' is no text to DVC"},
    {"stages: {t: {cmd: x, params: [p.toml: [a]]}}", "",
     "expected parameters in a file of YAML, found 'p.toml'"},
};

Test(dvc_compare, what_cannot_be_recorded_leaves_no_lock)
{
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        bool changed = false;
        help_write_text("dvc.yaml", faults[i].stages);
        help_write_text("p.yaml", faults[i].params);
        memset(&err, 0, sizeof(err));
        cr_assert_eq(record(&changed), STATUS_INPUT, "row %zu", i);
        cr_expect_str_eq(err.message, faults[i].message, "row %zu: %s", i, err.message);
        cr_expect_not(file_exists("dvc.lock"));
    }
}

Test(dvc_compare, dates_and_numbers_in_quotes_are_texts)
{
    help_write_text("dvc.yaml", "stages: {t: {cmd: x, params: [p.yaml: [a]]}}");
    help_write_text("p.yaml", "a:\r\n  '12': \"2020-01-01\"\n");
    recorded();
    cr_assert_not_null(strstr(help_read("dvc.lock", NULL), "'12': '2020-01-01'\n"));
}

Test(dvc_compare, inputs_of_two_times_are_told_apart)
{
    struct dvc_seen then = {0}, now = {0};
    struct dvc_record a, b;
    const char *path = NULL;
    cr_assert_eq(dvc_inputs_now(&repo, stage(), &then, &mem, &a, &err), STATUS_OK);
    cr_assert_eq(dvc_inputs_now(&repo, stage(), &now, &mem, &b, &err), STATUS_OK);
    cr_assert(dvc_same_inputs(&a, &b, &path));
    help_write_text("d/x", "other");
    now = (struct dvc_seen){0};
    cr_assert_eq(dvc_inputs_now(&repo, stage(), &now, &mem, &b, &err), STATUS_OK);
    cr_assert_not(dvc_same_inputs(&a, &b, &path));
    cr_assert_str_eq(path, "d");
}
