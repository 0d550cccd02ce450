/* Folders as DVC stores them: a `.dir` object lists the files below, sorted by path.
 *
 * The object is JSON on one line: [{"md5": "…", "relpath": "sub/a"}, …], ASCII only, as
 * Python's json.dumps writes it; its name is the MD5 of these bytes with ".dir" behind.
 * Empty folders and modes are not kept; symbolic links to files are followed. */
#ifndef DVC_DVC_DIR_H
#define DVC_DVC_DIR_H

#include "digest/memo.h"

struct dvc_child {
    const char *relpath; // '/' between components; UTF-8; no empty, "." or ".." component
    char md5[MD5_HEX];
    uint64_t bytes; // 0 after dvc_dir_parse: the object does not hold it
};

struct dvc_dir {
    struct dvc_child *child; // [n], sorted by relpath, strcmp
    size_t n;
    uint64_t bytes; // their sum
};

/* Digests every file below the folder.  STATUS_INPUT for a name that is not UTF-8, and
 * where DVC would leave something out: a .dvcignore below or above it, a linked folder, a
 * DVC project inside.  Git's and Mercurial's own folders are left out, and so are
 * temporary files (file/temporary.h). */
MUST_USE enum status dvc_dir_scan(const char *folder, struct memo *memo,
                                  struct arena *mem, struct dvc_dir *ret,
                                  struct error *err);

/* Removes the temporary files that nobody writes any more below a folder of the project;
 * anything else than a folder has none. */
void dvc_dir_sweep(const char *folder);

/* Adds the object's bytes. */
void dvc_dir_write(const struct dvc_dir *dir, struct text *out);

/* Reads an object's bytes; path is for messages.  STATUS_INPUT when it is anything else
 * than such a list, sorted, without repeats, with safe paths. */
MUST_USE enum status dvc_dir_parse(const char *path, struct view bytes, struct arena *mem,
                                   struct dvc_dir *ret, struct error *err);

/* True for a path that may stand below a folder: relative, without empty, "." and ".."
 * components, and none that DVC never lists (".git", ".dvc", ".dvcignore", ".hg/"). */
bool dvc_dir_is_safe(const char *relpath);

#endif
