/* DVC's configuration: .dvc/config.local over .dvc/config over the user's config over the
 * system's, key by key.
 *
 * The user's stands in $DVC_GLOBAL_CONFIG_DIR, else $XDG_CONFIG_HOME/dvc, else
 * ~/.config/dvc; the system's in $DVC_SYSTEM_CONFIG_DIR, else dvc in the first folder of
 * $XDG_CONFIG_DIRS, else /etc/xdg/dvc.  Relative folders in the XDG variables do not
 * count. */
#ifndef DVC_DVC_CONFIG_H
#define DVC_DVC_CONFIG_H

#include <stdbool.h>

#include "config/ini.h"

enum { DVC_CONFIG_LOCAL, DVC_CONFIG_REPO, DVC_CONFIG_USER, DVC_CONFIG_SYSTEM };

struct dvc_config {
    struct ini file[4]; // highest first; n 0 where there is none
};

/* How files of the workspace and the cache share their bytes; cache.type. */
enum dvc_link { DVC_REFLINK, DVC_HARDLINK, DVC_SYMLINK, DVC_COPY };

/* The paths of the files, whether they stand there or not; NULL where there is none. */
void dvc_config_paths(struct arena *mem, const char *ret[4]);

/* Reads the files below the working folder.  STATUS_INPUT for what would make us do
 * something else than DVC: core.hardlink_lock, cache.shared; core.no_scm is fine. */
MUST_USE enum status dvc_config_read(struct arena *mem, struct dvc_config *ret,
                                     struct error *err);

/* The value of the highest file that has the key, or NULL; *ret_file (may be NULL) is that
 * file.  Section "core", "cache" or `remote "name"`, in lower case. */
const struct ini_value *dvc_config_get(const struct dvc_config *config,
                                       const char *section, const char *key,
                                       const struct ini **ret_file);

/* The same for true and false, in any case; *ret stays as it is where the key is missing.
 * STATUS_INPUT for any other value. */
MUST_USE enum status dvc_config_flag(const struct dvc_config *config, const char *section,
                                     const char *key, bool *ret, struct error *err);

/* The names of all remotes, sorted, for messages. */
struct texts;
void dvc_config_remotes(const struct dvc_config *config, struct arena *mem,
                        struct texts *ret);

#endif
