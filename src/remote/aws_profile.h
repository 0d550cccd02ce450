/* What the environment and AWS's own files say: keys, region, endpoint.
 *
 * The profile is the remote's, else $AWS_DEFAULT_PROFILE, else $AWS_PROFILE, else default.
 * The files are $AWS_SHARED_CREDENTIALS_FILE, else the remote's credentialpath, else
 * ~/.aws/credentials with sections [name]; and $AWS_CONFIG_FILE, else the remote's
 * configpath, else ~/.aws/config with sections [profile name] and [default]. */
#ifndef REMOTE_AWS_PROFILE_H
#define REMOTE_AWS_PROFILE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

/* What the remote says; NULL where it says nothing. */
struct aws_remote {
    const char *profile, *credentialpath, *configpath;
    bool has_keys, has_endpoint; // none are looked for
};

/* NULL: said nowhere. */
struct aws_profile {
    const char *access_key, *secret_key, *session_token;
    const char *source;      // of the keys: "the environment"
    const char *secret_file; // that the keys stand in
    const char *region, *endpoint;
    const char *endpoint_from; // "AWS_ENDPOINT_URL"
};

/* Fills *ret.  The keys are the environment's unless the remote names a profile, and else
 * the profile's in the credentials file, else in the config file.  STATUS_INPUT for a
 * profile that is in neither file or asks for what is not supported (a role, SSO, a
 * process), and for half a pair of keys in a file; STATUS_ENVIRONMENT for one in the
 * environment.  The secrets live in mem, where the caller overwrites them. */
MUST_USE enum status aws_profile_read(const struct aws_remote *remote, struct arena *mem,
                                      struct aws_profile *ret, struct error *err);

/* The path with a leading ~ replaced by $HOME, in mem; NULL when $HOME is not set. */
const char *aws_expand_home(struct arena *mem, const char *path);

/* The variable's value, NULL also when it is empty. */
const char *aws_variable(const char *name);

#endif
