/* Which files stand at some paths: not their bytes, but whether they are still the same
 * ones, untouched.
 *
 * A digest taken before and one taken behind say nothing of what stood there in between;
 * a file that was replaced, written or put back has another number or other times. */
#ifndef TRACK_DVC_WATCH_H
#define TRACK_DVC_WATCH_H

#include "file/published.h"

struct dvc_watched {
    struct published file; // the path is relative, as the output's is
    int64_t ctime_ns;
    bool dangling; // a symbolic link that leads nowhere
};

/* The files of some paths; zeros are none. */
struct dvc_watch {
    struct dvc_watched *v; // [n], each path once, sorted by it
    size_t n, cap;
};

/* Adds the file that stands at the path, or every file below it; nothing where nothing
 * stands.  Links below the path are not followed. */
MUST_USE enum status dvc_watch_add(struct dvc_watch *watch, const char *path,
                                   struct arena *mem, struct error *err);

/* Removes the links that lead nowhere: each is a missing file, and in a folder's place it
 * is in the way of whoever makes that anew. */
MUST_USE enum status dvc_watch_unlink_dangling(const struct dvc_watch *watch,
                                               struct error *err);

/* The file with that path, or NULL. */
const struct dvc_watched *dvc_watch_find(const struct dvc_watch *watch, const char *path);

bool dvc_watched_same(const struct dvc_watched *a, const struct dvc_watched *b);

/* The first path at or below `path` whose file is in one of both only, or another one;
 * NULL when there is none. */
const char *dvc_watch_differs(const struct dvc_watch *a, const struct dvc_watch *b,
                              const char *path);

/* True when the path is `above`, or lies below it; both spelled alike. */
bool dvc_path_is_below(const char *path, const char *above);

#endif
