/* The environment and AWS's files, in the order of botocore, which DVC asks.
 *
 * What was traded away: roles, SSO, processes and the metadata of a machine.  Where a
 * profile asks for one of these, it is refused by name instead of passed over, so that no
 * other key than DVC's is ever used. */
#include "remote/aws_profile.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/ini.h"
#include "file/file.h"

/* The two files, and the profile's sections in them. */
struct files {
    struct ini credentials, config;
    const char *profile, *config_section;
};

static const char *const roundabout[] = {
    "role_arn",       "web_identity_token_file", "credential_process", "sso_session",
    "sso_account_id", "sso_start_url",           "login_session",
};

const char *aws_variable(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

const char *aws_expand_home(struct arena *mem, const char *path)
{
    if (path[0] != '~' || (path[1] && path[1] != '/'))
        return path;
    const char *home = aws_variable("HOME");
    return home ? arena_format(mem, "%s%s", home, path + 1) : NULL;
}

static enum status read_file(const char *variable, const char *named, const char *usual,
                             struct arena *mem, struct ini *ret, struct error *err)
{
    const char *path = aws_variable(variable);
    path = aws_expand_home(mem, path ? path : named ? named : usual);
    *ret = (struct ini){.path = path ? path : usual};
    return path && file_exists(path) ? ini_read(path, INI_AWS, mem, ret, err) : STATUS_OK;
}

/* [profile name], with quotes around the name or not; [default] may do without the
 * word. */
static const char *config_section(const struct ini *config, const char *name,
                                  struct arena *mem)
{
    static const char quotes[] = {'"', '\''};
    if (strcmp(name, "default") == 0 && ini_has_section(config, name))
        return name;
    for (size_t i = 0; i < COUNT_OF(quotes); i++) {
        const char *section =
            arena_format(mem, "profile %c%s%c", quotes[i], name, quotes[i]);
        if (ini_has_section(config, section))
            return section;
    }
    return arena_format(mem, "profile %s", name);
}

static const char *profile_name(const struct aws_remote *remote, bool *ret_named)
{
    const char *name = remote->profile;
    if (!name)
        name = aws_variable("AWS_DEFAULT_PROFILE");
    if (!name)
        name = aws_variable("AWS_PROFILE");
    *ret_named = name != NULL;
    return name ? name : "default";
}

static enum status read_files(const struct aws_remote *remote, struct arena *mem,
                              struct files *ret, struct error *err)
{
    bool named;
    struct files f = {.profile = profile_name(remote, &named)};
    TRY(read_file("AWS_SHARED_CREDENTIALS_FILE", remote->credentialpath,
                  "~/.aws/credentials", mem, &f.credentials, err));
    TRY(read_file("AWS_CONFIG_FILE", remote->configpath, "~/.aws/config", mem, &f.config,
                  err));
    f.config_section = config_section(&f.config, f.profile, mem);
    if (named && !ini_has_section(&f.credentials, f.profile) &&
        !ini_has_section(&f.config, f.config_section)) {
        error_set(err, STATUS_INPUT, "the profile %s is neither in %s nor in %s",
                  QUOTE(f.profile), QUOTE_PATH(f.credentials.path),
                  QUOTE_PATH(f.config.path));
        error_hint(err, "the name comes from the remote's 'profile', AWS_DEFAULT_PROFILE "
                        "or AWS_PROFILE");
        return STATUS_INPUT;
    }
    *ret = f;
    return STATUS_OK;
}

static enum status refuse_at(const struct ini *file, const struct ini_value *v,
                             const char *why, struct error *err)
{
    error_set(err, STATUS_INPUT, "'%s' %s", v->key, why);
    error_at(err, file->path, v->line, v->col);
    return STATUS_INPUT;
}

/* The value of a key, NULL when it is not there; one that is empty or goes on over more
 * lines is refused. */
static enum status get(const struct ini *file, const char *section, const char *key,
                       const char **ret, struct error *err)
{
    const struct ini_value *v = ini_find(file, section, key);
    if (v && v->list)
        return refuse_at(file, v, "goes on over more than one line", err);
    if (v && !v->value[0])
        return refuse_at(file, v, "is empty", err);
    *ret = v ? v->value : NULL;
    return STATUS_OK;
}

static enum status refuse_roundabout(const struct ini *file, const char *section,
                                     struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(roundabout); i++) {
        const struct ini_value *v = ini_find(file, section, roundabout[i]);
        if (!v)
            continue;
        refuse_at(file, v,
                  "is not supported: keys must stand in a file or in the "
                  "environment",
                  err);
        error_hint(err, "'aws configure export-credentials --format env' writes them as "
                        "variables");
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

/* Leaves *ret as it is when the section has no key. */
static enum status keys_of_file(const struct ini *file, const char *section,
                                const char *profile, struct arena *mem,
                                struct aws_profile *ret, struct error *err)
{
    const struct ini_value *id = ini_find(file, section, "aws_access_key_id");
    struct aws_profile found = *ret;
    if (!id)
        return STATUS_OK;
    TRY(get(file, section, "aws_access_key_id", &found.access_key, err));
    TRY(get(file, section, "aws_secret_access_key", &found.secret_key, err));
    TRY(get(file, section, "aws_session_token", &found.session_token, err));
    if (!found.secret_key)
        return refuse_at(file, id, "has no 'aws_secret_access_key' beside it", err);
    found.secret_file = file->path;
    found.source =
        arena_format(mem, "profile %s of %s", QUOTE(profile), QUOTE_PATH(file->path));
    *ret = found;
    return STATUS_OK;
}

static enum status keys_of_environment(struct arena *mem, struct aws_profile *ret,
                                       struct error *err)
{
    const char *secret = aws_variable("AWS_SECRET_ACCESS_KEY");
    const char *token = aws_variable("AWS_SESSION_TOKEN");
    if (!secret) {
        error_set(err, STATUS_ENVIRONMENT,
                  "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
        error_hint(err, "set both or none");
        return STATUS_ENVIRONMENT;
    }
    ret->access_key = arena_string(mem, aws_variable("AWS_ACCESS_KEY_ID"));
    ret->secret_key = arena_string(mem, secret);
    ret->session_token = token ? arena_string(mem, token) : NULL;
    ret->source = "the environment";
    return STATUS_OK;
}

static enum status read_keys(const struct files *f, bool named, struct arena *mem,
                             struct aws_profile *ret, struct error *err)
{
    if (!named && aws_variable("AWS_ACCESS_KEY_ID"))
        return keys_of_environment(mem, ret, err);
    TRY(refuse_roundabout(&f->credentials, f->profile, err));
    TRY(refuse_roundabout(&f->config, f->config_section, err));
    TRY(keys_of_file(&f->credentials, f->profile, f->profile, mem, ret, err));
    if (!ret->access_key)
        TRY(keys_of_file(&f->config, f->config_section, f->profile, mem, ret, err));
    return STATUS_OK;
}

/* What the credentials file says about a profile counts before the config file. */
static enum status setting(const struct files *f, const char *key, const char **ret,
                           struct error *err)
{
    TRY(get(&f->credentials, f->profile, key, ret, err));
    if (!*ret)
        TRY(get(&f->config, f->config_section, key, ret, err));
    return STATUS_OK;
}

static enum status read_endpoint(const struct files *f, struct aws_profile *ret,
                                 struct error *err)
{
    static const char *const variables[] = {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"};
    const char *ignore = aws_variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    if (ignore && strcasecmp(ignore, "true") == 0)
        return STATUS_OK;
    for (size_t i = 0; i < COUNT_OF(variables); i++)
        if ((ret->endpoint = aws_variable(variables[i]))) {
            ret->endpoint_from = variables[i];
            return STATUS_OK;
        }
    const struct ini_value *v = ini_find(&f->config, f->config_section, "services");
    if (v)
        return refuse_at(&f->config, v,
                         "is not supported: set 'endpointurl' of the remote", err);
    ret->endpoint_from = f->config.path;
    return setting(f, "endpoint_url", &ret->endpoint, err);
}

enum status aws_profile_read(const struct aws_remote *remote, struct arena *mem,
                             struct aws_profile *ret, struct error *err)
{
    struct files f;
    struct aws_profile found = {0};
    TRY(read_files(remote, mem, &f, err));
    if (!remote->has_keys)
        TRY(read_keys(&f, remote->profile != NULL, mem, &found, err));
    found.region = aws_variable("AWS_DEFAULT_REGION");
    if (!found.region)
        TRY(setting(&f, "region", &found.region, err));
    if (!remote->has_endpoint)
        TRY(read_endpoint(&f, &found, err));
    *ret = found;
    return STATUS_OK;
}
