/* Where a remote is and who may use it: from DVC's configuration, the environment and AWS's
 * files, in DVC's own precedence (docs/remote.md has the table). */
#ifndef REMOTE_CREDENTIALS_H
#define REMOTE_CREDENTIALS_H

#include <stdbool.h>

#include "dvc/dvc_config.h"

struct remote_config {
    const char *name;   // of the remote in the configuration
    const char *folder; // a folder's path; NULL for S3
    const char *bucket,
        *prefix; // of S3; the prefix without slashes at its ends, may be ""
    const char
        *endpoint; // "http://127.0.0.1:9000", without a slash at the end; NULL: AWS
    const char *region;
    const char *ca_file;                                 // NULL: the system's
    const char *access_key, *secret_key, *session_token; // token: NULL where none is
    const char *source; // where the keys came from, for messages: "the environment"
};

/* Fills *ret for the remote called name, in any case, or for core.remote when name is
 * NULL.  The secrets borrow the configuration's memory.
 *
 * STATUS_INPUT for a configuration that is wrong (with file and line; an unknown name or
 * key gets the nearest one as hint) or that asks for what is not supported (version_aware,
 * worktree, sse*, acl, grant_*, allow_anonymous_login, ssl_verify = false, a URL that is
 * neither s3:// nor a folder); STATUS_USAGE when no remote is configured at all;
 * STATUS_ENVIRONMENT without credentials.  Never goes anonymous.
 * insecure_http: plain http also to hosts that are not loopback, which otherwise is
 * STATUS_USAGE.  *ret_warning gets a message when a file that holds secrets can be read
 * by others or stands in git; its message is empty otherwise. */
MUST_USE enum status remote_config_read(const struct dvc_config *config, const char *name,
                                        bool insecure_http, struct arena *mem,
                                        struct remote_config *ret,
                                        struct error *ret_warning, struct error *err);

/* From here on no core file and no debugger of the same user sees the process's secrets: to
 * be called before they are read. */
void remote_hide_memory(void);

/* Overwrites the secrets; those of the configuration are then gone there, too. */
void remote_config_forget(struct remote_config *config);

#endif
