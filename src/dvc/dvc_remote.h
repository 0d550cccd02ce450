/* Which keys a remote may have in DVC's configuration. */
#ifndef DVC_DVC_REMOTE_H
#define DVC_DVC_REMOTE_H

#include "dvc/dvc_config.h"

/* Checks every key of the section `remote "name"` in all files.  STATUS_INPUT with file and
 * line for one that DVC does not know either (with the nearest as hint), and for one that
 * asks for what is not supported: version_aware, worktree, allow_anonymous_login, sse*,
 * acl, grant_*.  Quotes no value, and no key that does not look like one: where a sign is
 * missing, it may be a secret. */
MUST_USE enum status dvc_remote_check(const struct dvc_config *config,
                                      const char *section, struct error *err);

#endif
