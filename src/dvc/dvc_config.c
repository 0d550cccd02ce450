/* DVC's four configuration files and which of them counts.
 *
 * DVC merges the files key by key, so a remote may have its URL in .dvc/config and its
 * secret in .dvc/config.local.  What would make DVC lock or write otherwise than we do is
 * refused here, before anything is touched. */
#include "dvc/dvc_config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/option.h"
#include "file/file.h"

/* The variable's value when it is an absolute path, else NULL. */
static const char *absolute(const char *variable)
{
    const char *value = getenv(variable);
    return value && value[0] == '/' ? value : NULL;
}

static const char *set(const char *variable)
{
    const char *value = getenv(variable);
    return value && value[0] ? value : NULL;
}

/* NULL when there is no such folder to look into. */
static const char *user_folder(struct arena *mem)
{
    if (set("DVC_GLOBAL_CONFIG_DIR"))
        return set("DVC_GLOBAL_CONFIG_DIR");
    if (absolute("XDG_CONFIG_HOME"))
        return file_join(mem, absolute("XDG_CONFIG_HOME"), "dvc");
    return set("HOME") ? file_join(mem, set("HOME"), ".config/dvc") : NULL;
}

/* The first absolute folder of a list with colons between them. */
static const char *system_folder(struct arena *mem)
{
    if (set("DVC_SYSTEM_CONFIG_DIR"))
        return set("DVC_SYSTEM_CONFIG_DIR");
    for (const char *p = set("XDG_CONFIG_DIRS"); p && *p;) {
        size_t n = strcspn(p, ":");
        if (*p == '/')
            return file_join(mem, arena_copy(mem, p, n), "dvc");
        p += n + (p[n] == ':');
    }
    return "/etc/xdg/dvc";
}

void dvc_config_paths(struct arena *mem, const char *ret[4])
{
    const char *user = user_folder(mem);
    ret[DVC_CONFIG_LOCAL] = ".dvc/config.local";
    ret[DVC_CONFIG_REPO] = ".dvc/config";
    ret[DVC_CONFIG_USER] = user ? file_join(mem, user, "config") : NULL;
    ret[DVC_CONFIG_SYSTEM] = file_join(mem, system_folder(mem), "config");
}

static enum status refuse(const struct dvc_config *config, const char *section,
                          const char *key, const char *why, struct error *err)
{
    const struct ini *file;
    const struct ini_value *v = dvc_config_get(config, section, key, &file);
    error_set(err, STATUS_INPUT, "'%s.%s' is not supported: %s", section, key, why);
    error_at(err, file->path, v->line, v->col);
    error_hint(err, "'dvc config --unset %s.%s' takes it back", section, key);
    return STATUS_INPUT;
}

static enum status check(const struct dvc_config *config, struct error *err)
{
    bool hardlink_lock = false;
    TRY(dvc_config_flag(config, "core", "hardlink_lock", &hardlink_lock, err));
    if (hardlink_lock)
        return refuse(config, "core", "hardlink_lock",
                      "DVC would take another lock than we do", err);
    if (dvc_config_get(config, "cache", "shared", NULL))
        return refuse(config, "cache", "shared",
                      "files of the cache would need other rights", err);
    return STATUS_OK;
}

enum status dvc_config_read(struct arena *mem, struct dvc_config *ret, struct error *err)
{
    struct dvc_config config = {0};
    const char *path[COUNT_OF(config.file)];
    dvc_config_paths(mem, path);
    for (size_t i = 0; i < COUNT_OF(path); i++) {
        config.file[i] = (struct ini){.path = path[i]};
        if (path[i] && file_exists(path[i]))
            TRY(ini_read(path[i], INI_DVC, mem, &config.file[i], err));
    }
    TRY(check(&config, err));
    *ret = config;
    return STATUS_OK;
}

const struct ini_value *dvc_config_get(const struct dvc_config *config,
                                       const char *section, const char *key,
                                       const struct ini **ret_file)
{
    for (size_t i = 0; i < COUNT_OF(config->file); i++) {
        const struct ini_value *v = ini_find(&config->file[i], section, key);
        if (!v)
            continue;
        if (ret_file)
            *ret_file = &config->file[i];
        return v;
    }
    return NULL;
}

enum status dvc_config_flag(const struct dvc_config *config, const char *section,
                            const char *key, bool *ret, struct error *err)
{
    const struct ini *file;
    const struct ini_value *v = dvc_config_get(config, section, key, &file);
    if (!v)
        return STATUS_OK;
    bool is_true = strcasecmp(v->value, "true") == 0;
    if (!is_true && strcasecmp(v->value, "false") != 0) {
        error_set(err, STATUS_INPUT, "expected true or false as '%s'", key);
        error_at(err, file->path, v->line, v->col);
        return STATUS_INPUT;
    }
    *ret = is_true;
    return STATUS_OK;
}

/* The name in `remote "name"`, or NULL. */
static const char *remote_name(struct arena *mem, const char *section)
{
    static const char before[] = "remote \"";
    size_t n = strlen(section), skip = sizeof before - 1;
    if (strncmp(section, before, skip) != 0 || n <= skip || section[n - 1] != '"')
        return NULL;
    return arena_copy(mem, section + skip, n - skip - 1);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void dvc_config_remotes(const struct dvc_config *config, struct arena *mem,
                        struct texts *ret)
{
    size_t n = 0, all = 0;
    for (size_t f = 0; f < COUNT_OF(config->file); f++)
        all += config->file[f].n;
    const char **name = ARENA_ARRAY(mem, const char *, all);
    for (size_t f = 0; f < COUNT_OF(config->file); f++)
        for (size_t i = 0; i < config->file[f].n; i++)
            if ((name[n] = remote_name(mem, config->file[f].v[i].section)))
                n++;
    qsort(name, n, sizeof *name, by_text);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || strcmp(name[i], name[kept - 1]) != 0)
            name[kept++] = name[i];
    *ret = (struct texts){.n = kept, .v = name};
}
