/* The keys of a remote, from DVC's own schema (dvc/config_schema.py, version 3), and what
 * becomes of each.
 *
 * A key that DVC knows and we would not act upon must not be passed over: who asks for
 * encryption or another user's rights must not quietly get neither. */
#include "dvc/dvc_remote.h"

#include <string.h>

enum treatment { USED, IGNORED, NOT_TRUE, REFUSED };

// clang-format off
static const struct {
    const char *key;
    enum treatment treatment;
} known[] = {
    {"url", USED}, {"endpointurl", USED}, {"region", USED}, {"profile", USED},
    {"credentialpath", USED}, {"configpath", USED}, {"access_key_id", USED},
    {"secret_access_key", USED}, {"session_token", USED}, {"ssl_verify", USED},
    {"use_ssl", USED},
    {"jobs", IGNORED}, {"checksum_jobs", IGNORED}, {"verify", IGNORED},
    {"no_traverse", IGNORED}, {"listobjects", IGNORED}, {"cache_regions", IGNORED},
    {"read_timeout", IGNORED}, {"connect_timeout", IGNORED}, {"type", IGNORED},
    {"protected", IGNORED}, {"slow_link_warning", IGNORED},
    {"version_aware", NOT_TRUE}, {"worktree", NOT_TRUE},
    {"allow_anonymous_login", NOT_TRUE},
    {"sse", REFUSED}, {"sse_kms_key_id", REFUSED}, {"sse_customer_algorithm", REFUSED},
    {"sse_customer_key", REFUSED}, {"acl", REFUSED}, {"grant_read", REFUSED},
    {"grant_read_acp", REFUSED}, {"grant_write_acp", REFUSED},
    {"grant_full_control", REFUSED}, {"shared", REFUSED},
};
// clang-format on

static bool looks_like_a_key(const char *key)
{
    size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz_");
    return key[n] == '\0' && n <= 32;
}

static enum status unknown(const struct ini *file, const struct ini_value *v,
                           struct error *err)
{
    const char *names[COUNT_OF(known)];
    for (size_t i = 0; i < COUNT_OF(known); i++)
        names[i] = known[i].key;
    if (looks_like_a_key(v->key))
        error_set(err, STATUS_INPUT, "a remote has no key '%s'", v->key);
    else
        error_set(err, STATUS_INPUT, "this is no key of a remote");
    error_at(err, file->path, v->line, 0);
    error_nearest(err, view_of(v->key), names, COUNT_OF(known));
    return STATUS_INPUT;
}

static enum status refuse(const struct ini *file, const struct ini_value *v,
                          struct error *err)
{
    error_set(err, STATUS_INPUT, "'%s' is not supported", v->key);
    error_at(err, file->path, v->line, v->col);
    error_hint(err, "what every object of a bucket should get is set on the server");
    return STATUS_INPUT;
}

static enum status check_one(const struct ini *file, const struct ini_value *v,
                             struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (strcmp(known[i].key, v->key) == 0)
            return known[i].treatment == REFUSED ? refuse(file, v, err) : STATUS_OK;
    return unknown(file, v, err);
}

/* Of flags the highest file's value counts. */
static enum status check_flags(const struct dvc_config *config, const char *section,
                               struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        bool on = false;
        const struct ini *file;
        if (known[i].treatment != NOT_TRUE)
            continue;
        TRY(dvc_config_flag(config, section, known[i].key, &on, err));
        if (!on)
            continue;
        const struct ini_value *v = dvc_config_get(config, section, known[i].key, &file);
        return refuse(file, v, err);
    }
    return STATUS_OK;
}

enum status dvc_remote_check(const struct dvc_config *config, const char *section,
                             struct error *err)
{
    for (size_t f = 0; f < COUNT_OF(config->file); f++) {
        const struct ini *file = &config->file[f];
        for (size_t i = 0; i < file->n; i++)
            if (strcmp(file->v[i].section, section) == 0)
                TRY(check_one(file, &file->v[i], err));
    }
    return check_flags(config, section, err);
}
