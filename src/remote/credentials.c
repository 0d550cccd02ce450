/* A remote of DVC's configuration, checked and completed from the environment and AWS's
 * files.
 *
 * What DVC would read and we would not act upon is refused, never passed over: a remote
 * that asks for encryption or anonymous access must not quietly get neither.  A message
 * names files, keys and schemes; values that may hold a secret (keys, URLs with a user) it
 * does not. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // explicit_bzero
#endif
#include "remote/credentials.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/option.h"
#include "dvc/dvc_remote.h"
#include "file/file.h"
#include "remote/aws_profile.h"
#include "remote/endpoint.h"

struct credentials_reader {
    const struct dvc_config *config;
    const char *section; // of the remote
    struct arena *mem;
    struct error *err;
};

static const struct ini_value *get(const struct credentials_reader *r, const char *key,
                                   const struct ini **ret_file)
{
    return dvc_config_get(r->config, r->section, key, ret_file);
}

/* An error at a key of the remote that is there. */
static enum status refuse(const struct credentials_reader *r, const char *key,
                          const char *why)
{
    const struct ini *file;
    const struct ini_value *v = get(r, key, &file);
    error_set(r->err, STATUS_INPUT, "'%s' %s", key, why);
    error_at(r->err, file->path, v->line, v->col);
    return STATUS_INPUT;
}

/* The value of a key, NULL when it is not there; *ret_file may be NULL. */
static enum status text_of(const struct credentials_reader *r, const char *key,
                           const char **ret, const struct ini **ret_file)
{
    const struct ini_value *v = get(r, key, ret_file);
    if (v && v->list)
        return refuse(r, key, "holds a comma: put its value in quotes");
    if (v && !v->value[0])
        return refuse(r, key, "is empty");
    *ret = v ? v->value : NULL;
    return STATUS_OK;
}

/* The value of a key as a path, relative to the folder of the file that has it. */
static enum status path_of(const struct credentials_reader *r, const char *key,
                           const char **ret)
{
    const struct ini *file;
    const char *value = NULL;
    TRY(text_of(r, key, &value, &file));
    if (value) {
        value = aws_expand_home(r->mem, value);
        if (!value)
            return refuse(r, key, "begins with ~ and HOME is not set");
        value = endpoint_path(r->mem, file_folder(r->mem, file->path), value);
    }
    *ret = value;
    return STATUS_OK;
}

static enum status no_remote(const struct dvc_config *config, struct arena *mem,
                             struct error *err)
{
    struct texts names;
    dvc_config_remotes(config, mem, &names);
    error_set(err, STATUS_USAGE, "no remote is configured");
    if (names.n > 0)
        error_hint(err, "name one with --remote, or choose: 'dvc remote default %s'",
                   names.v[0]);
    else
        error_hint(err, "docs/remote.md has the lines for .dvc/config; 'dvc remote add "
                        "-d NAME URL' writes them");
    return STATUS_USAGE;
}

static enum status unknown_remote(const struct credentials_reader *r, const char *name)
{
    struct texts names;
    dvc_config_remotes(r->config, r->mem, &names);
    error_set(r->err, STATUS_INPUT, "there is no remote %s", QUOTE(name));
    if (error_nearest(r->err, view_of(name), names.v, names.n))
        return STATUS_INPUT;
    if (names.n > 0)
        error_hint(r->err, "there %s '%s'%s", names.n == 1 ? "is" : "are", names.v[0],
                   names.n > 1 ? " and others, see 'dvc remote list'" : "");
    else
        error_hint(r->err, "docs/remote.md has the lines for .dvc/config; 'dvc remote "
                           "add NAME URL' writes them");
    return STATUS_INPUT;
}

/* Finds the remote's section; names count in lower case. */
static enum status find_remote(struct credentials_reader *r, const char *name,
                               struct remote_config *c)
{
    const struct ini *file = NULL;
    const struct ini_value *core = NULL;
    if (!name) {
        core = dvc_config_get(r->config, "core", "remote", &file);
        if (!core || !core->value[0])
            return no_remote(r->config, r->mem, r->err);
        name = core->value;
    }
    char *lower = arena_string(r->mem, name);
    for (char *p = lower; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    c->name = lower;
    r->section = arena_format(r->mem, "remote \"%s\"", lower);
    if (get(r, "url", NULL))
        return STATUS_OK;
    enum status status = unknown_remote(r, lower);
    if (core)
        error_at(r->err, file->path, core->line, core->col);
    return status;
}

/* A folder, or bucket and prefix. */
static enum status read_url(const struct credentials_reader *r, struct remote_config *c)
{
    const char *url;
    TRY(text_of(r, "url", &url, NULL));
    size_t scheme = endpoint_scheme(url);
    if (scheme == 0)
        return path_of(r, "url", &c->folder);
    if (scheme == 2 && strncmp(url, "s3", 2) == 0) {
        const char *why = endpoint_bucket(r->mem, url + 5, &c->bucket, &c->prefix);
        return why ? refuse(r, "url", why) : STATUS_OK;
    }
    enum status status = refuse(
        r, "url",
        arena_format(r->mem,
                     "cannot begin with %s://: only s3:// and folders are supported",
                     arena_copy(r->mem, url, scheme < 16 ? scheme : 16)));
    if (strncmp(url, "file", scheme) == 0)
        error_hint(r->err,
                   "write the folder's path alone; DVC takes file:// for a folder "
                   "called 'file:'");
    else if (strncmp(url, "remote", scheme) == 0)
        error_hint(r->err, "write out the URL of the remote that is meant");
    return status;
}

/* The endpoint of the remote, else of the environment or a profile; NULL is AWS. */
static enum status read_endpoint(const struct credentials_reader *r,
                                 const struct aws_profile *aws, bool insecure_http,
                                 struct remote_config *c)
{
    const char *own;
    bool use_ssl = true, is_http;
    TRY(text_of(r, "endpointurl", &own, NULL));
    TRY(dvc_config_flag(r->config, r->section, "use_ssl", &use_ssl, r->err));
    if (!own && !aws->endpoint)
        return use_ssl ? STATUS_OK
                       : refuse(r, "use_ssl", "cannot be false without 'endpointurl'");
    const char *why =
        endpoint_check(r->mem, own ? own : aws->endpoint, &c->endpoint, &is_http);
    if (why && own)
        return refuse(r, "endpointurl", why);
    if (why)
        return error_set(r->err, STATUS_ENVIRONMENT, "the endpoint in %s %s",
                         QUOTE_PATH(aws->endpoint_from), why);
    if (is_http && !insecure_http && !endpoint_is_loopback(c->endpoint)) {
        error_set(r->err, STATUS_USAGE,
                  "plain http to %s: whoever listens can read and change what is sent",
                  QUOTE(c->endpoint));
        error_hint(r->err, "use https, or allow it with --insecure-http");
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

/* ssl_verify: true, false or a file with certificates. */
static enum status read_ca(const struct credentials_reader *r, struct remote_config *c)
{
    const char *value;
    TRY(text_of(r, "ssl_verify", &value, NULL));
    if (value && strcasecmp(value, "false") == 0) {
        refuse(r, "ssl_verify", "cannot be false: the server would not be checked");
        error_hint(r->err, "give the file with its authority's certificate instead");
        return STATUS_INPUT;
    }
    if (value && strcasecmp(value, "true") == 0)
        return STATUS_OK;
    if (value && !file_exists(value))
        return refuse(r, "ssl_verify", "names a file that does not exist");
    c->ca_file = value ? value : aws_variable("AWS_CA_BUNDLE");
    return STATUS_OK;
}

/* It becomes part of a host's name and of what is signed. */
static enum status read_region(const struct credentials_reader *r,
                               const struct aws_profile *aws, struct remote_config *c)
{
    const char *own;
    TRY(text_of(r, "region", &own, NULL));
    c->region = own ? own : aws->region ? aws->region : "us-east-1";
    size_t n = strspn(c->region, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (c->region[n] == '\0' && n <= 63)
        return STATUS_OK;
    if (own)
        return refuse(r, "region", "may hold small letters, digits and '-' only");
    return error_set(r->err, STATUS_ENVIRONMENT,
                     "the region %s of the environment or the profile may hold small "
                     "letters, digits and '-' only",
                     QUOTE(c->region));
}

static void warn_about(const char *path, bool in_git, struct error *warning)
{
    struct stat st;
    if (in_git) {
        error_set(warning, STATUS_INPUT, "%s holds a secret and is meant for git",
                  QUOTE_PATH(path));
        error_hint(warning,
                   "'dvc remote modify --local' writes to .dvc/config.local, which "
                   "git ignores");
    } else if (stat(path, &st) == 0 && st.st_mode & (S_IRWXG | S_IRWXO)) {
        error_set(warning, STATUS_INPUT, "%s holds a secret and others can read it",
                  QUOTE_PATH(path));
        error_hint(warning, "chmod 600 %s", path);
    }
}

/* The keys that the remote has itself; leaves them NULL when it has none. */
static enum status read_own_keys(const struct credentials_reader *r,
                                 struct remote_config *c, struct error *warning)
{
    const struct ini *file = NULL;
    TRY(text_of(r, "access_key_id", &c->access_key, NULL));
    TRY(text_of(r, "secret_access_key", &c->secret_key, &file));
    if (c->access_key && !c->secret_key)
        return refuse(r, "access_key_id", "has no 'secret_access_key' beside it");
    if (c->secret_key && !c->access_key)
        return refuse(r, "secret_access_key", "has no 'access_key_id' beside it");
    if (!c->access_key)
        return STATUS_OK;
    TRY(text_of(r, "session_token", &c->session_token, NULL));
    c->source = arena_format(r->mem, "%s", QUOTE_PATH(file->path));
    warn_about(file->path, file == &r->config->file[DVC_CONFIG_REPO], warning);
    return STATUS_OK;
}

static enum status take_keys(const struct credentials_reader *r,
                             const struct aws_profile *aws, struct remote_config *c,
                             struct error *warning)
{
    if (c->access_key)
        return STATUS_OK;
    if (!aws->access_key) {
        error_set(r->err, STATUS_ENVIRONMENT, "there are no keys for the remote %s",
                  QUOTE(c->name));
        error_hint(r->err,
                   "'dvc remote modify --local %s access_key_id ID' and the same with "
                   "secret_access_key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                   c->name);
        return STATUS_ENVIRONMENT;
    }
    c->access_key = aws->access_key;
    c->secret_key = aws->secret_key;
    c->session_token = aws->session_token;
    c->source = aws->source;
    if (aws->secret_file)
        warn_about(aws->secret_file, false, warning);
    return STATUS_OK;
}

static enum status read_s3(const struct credentials_reader *r, bool insecure_http,
                           struct remote_config *c, struct error *warning)
{
    struct aws_remote remote = {.has_endpoint = get(r, "endpointurl", NULL) != NULL};
    struct aws_profile aws;
    TRY(read_own_keys(r, c, warning));
    remote.has_keys = c->access_key != NULL;
    TRY(text_of(r, "profile", &remote.profile, NULL));
    TRY(path_of(r, "credentialpath", &remote.credentialpath));
    TRY(path_of(r, "configpath", &remote.configpath));
    TRY(aws_profile_read(&remote, r->mem, &aws, r->err));
    TRY(read_endpoint(r, &aws, insecure_http, c));
    TRY(read_region(r, &aws, c));
    TRY(read_ca(r, c));
    return take_keys(r, &aws, c, warning);
}

void remote_hide_memory(void)
{
    struct rlimit none = {0};
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)setrlimit(RLIMIT_CORE, &none);
}

enum status remote_config_read(const struct dvc_config *config, const char *name,
                               bool insecure_http, struct arena *mem,
                               struct remote_config *ret, struct error *ret_warning,
                               struct error *err)
{
    struct credentials_reader r = {.config = config, .mem = mem, .err = err};
    struct remote_config found = {0};
    struct error warning = {0};
    TRY(find_remote(&r, name, &found));
    TRY(dvc_remote_check(config, r.section, err));
    TRY(read_url(&r, &found));
    if (!found.folder)
        TRY(read_s3(&r, insecure_http, &found, &warning));
    *ret = found;
    *ret_warning = warning;
    return STATUS_OK;
}

static void forget(const char **secret)
{
    if (*secret)
        explicit_bzero((char *)(uintptr_t)*secret, strlen(*secret));
    *secret = NULL;
}

void remote_config_forget(struct remote_config *config)
{
    forget(&config->access_key);
    forget(&config->secret_key);
    forget(&config->session_token);
}
