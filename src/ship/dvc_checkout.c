/* From the cache into the workspace.
 *
 * First everything that is to land is known and found in the cache, then files are put in
 * place one by one, each from a temporary name by rename, then what is too much goes.
 * The bytes are digested on their way, unless the memo vouches for the object: a damaged
 * one never gets a name in the workspace.
 *
 * Nothing is synced here: every byte is in the cache, which is, and the caller syncs once
 * when all is in place. */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/temporary.h"
#include "ship/dvc_cache.h"
#include "ship/dvc_link.h"

struct checkout {
    struct dvc_repo *repo;
    struct arena *mem;
    struct arena *scratch; // rewound after each file
    const char *path;      // file or folder of the workspace
    char *temporary;       // where an object lands first
    bool stands;           // something may stand there
    size_t changed;
};

static enum status refuse(const char *path, const char *found, const char *expected,
                          struct error *err)
{
    error_set(err, STATUS_INPUT, "%s is %s, expected %s", QUOTE_PATH(path), found,
              expected);
    error_hint(err, "move it away, then try again");
    return STATUS_INPUT;
}

static enum status choose_temporary(struct checkout *c, const char *beside,
                                    struct error *err)
{
    int fd;
    TRY(temporary_create(beside, c->mem, &c->temporary, &fd, err));
    close(fd);
    c->stands = true;
    return STATUS_OK;
}

/* A rename works within one file system only: beside the folder, or in it when something
 * is mounted or linked there. */
static enum status place_temporary(struct checkout *c, bool is_folder, struct error *err)
{
    struct stat above, own;
    if (is_folder && stat(file_folder(c->mem, c->path), &above) == 0 &&
        stat(c->path, &own) == 0 && above.st_dev != own.st_dev)
        return choose_temporary(c, file_join(c->mem, c->path, "checkout"), err);
    return choose_temporary(c, c->path, err);
}

static enum status rename_over(struct checkout *c, const char *path, struct error *err)
{
    if (rename(c->temporary, path) == 0)
        return STATUS_OK;
    // An empty folder holds nothing that could be lost.
    if (errno == EISDIR && rmdir(path) == 0 && rename(c->temporary, path) == 0)
        return STATUS_OK;
    if (errno == EISDIR || errno == ENOTEMPTY || errno == EEXIST)
        return refuse(path, "a folder", "a file", err);
    return file_failed("replace", path, err);
}

/* Puts the object there, whole, with its digest checked. */
static enum status place(struct checkout *c, const char *md5, bool executable,
                         const char *path, struct error *err)
{
    struct dvc_linked linked;
    const char *object = dvc_cache_path(c->repo, md5, c->scratch);
    struct dvc_link_wish wish = {.from = object,
                                 .to = c->temporary,
                                 .md5 = md5,
                                 .executable = executable,
                                 .vouched = true,
                                 .mode = executable ? 0755 : 0644};
    if (c->stands)
        unlink(c->temporary);
    TRY(dvc_link_make(c->repo, &wish, &linked, err));
    if (!linked.same)
        return dvc_cache_damaged(md5, object, err);
    TRY(rename_over(c, path, err));
    // Of two names of the same file a rename leaves both.
    c->stands = linked.way == DVC_HARDLINK;
    struct memo_file known = {.bytes = linked.bytes};
    memcpy(known.md5, md5, MD5_HEX - 1);
    memo_enter(c->repo->memo, path, &known);
    c->changed++;
    return STATUS_OK;
}

/* Whether the file that stands there, if any, has that digest already. */
static enum status is_same(struct checkout *c, const char *path, const char *md5,
                           bool *ret, bool *ret_executable, struct error *err)
{
    struct stat st;
    struct memo_file file;
    *ret = false;
    bool found = lstat(path, &st) == 0;
    if (!found && errno != ENOENT && errno != ENOTDIR)
        return error_errno(err, "could not read %s", QUOTE_PATH(path));
    if (!found || !S_ISREG(st.st_mode))
        return STATUS_OK;
    TRY(memo_digest(c->repo->memo, path, false, &file, err));
    *ret = strcmp(file.md5, md5) == 0;
    *ret_executable = file.executable;
    return STATUS_OK;
}

static enum status checkout_file(struct checkout *c, const char *md5, bool executable,
                                 struct error *err)
{
    struct stat st;
    bool same, has = false;
    if (lstat(c->path, &st) == 0 && S_ISDIR(st.st_mode))
        return refuse(c->path, "a folder", "a file", err);
    TRY(is_same(c, c->path, md5, &same, &has, err));
    if (same && has == executable)
        return STATUS_OK;
    if (!dvc_cache_has(c->repo, md5, UINT64_MAX))
        return dvc_cache_missing(md5, err);
    TRY(file_make_folder(file_folder(c->mem, c->path), err));
    TRY(place_temporary(c, false, err));
    return place(c, md5, executable, c->path, err);
}

/* Makes the folders of a file below c->path; what stands there and is none goes, be it a
 * file that the listing does not have or a link that leads elsewhere. */
static enum status make_folders(struct checkout *c, const char *relpath,
                                struct error *err)
{
    char *path = file_join(c->scratch, c->path, relpath);
    size_t n = strlen(c->path) + 1;
    for (char *p = path + n; (p = strchr(p, '/')) != NULL; *p++ = '/') {
        struct stat st;
        *p = '\0';
        bool found = lstat(path, &st) == 0;
        if (found && !S_ISDIR(st.st_mode)) {
            if (unlink(path) < 0)
                return file_failed("remove", path, err);
            found = false;
            c->changed++;
        }
        if (!found && mkdir(path, 0755) < 0)
            return file_failed("create the folder", path, err);
        if (!found && chmod(path, 0755) < 0) // whatever the mask is
            return file_failed("create the folder", path, err);
    }
    return STATUS_OK;
}

/* True when a component above the file is no folder, so that what stands at the path is
 * not below c->path. */
static bool leads_elsewhere(const struct checkout *c, const char *relpath)
{
    struct stat st;
    char *path = file_join(c->scratch, c->path, relpath);
    for (char *p = path + strlen(c->path) + 1; (p = strchr(p, '/')) != NULL; *p++ = '/') {
        *p = '\0';
        if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode))
            return true;
    }
    return false;
}

/* Marks the children that are to be put there, all of which must be in the cache. */
static enum status compare(struct checkout *c, const struct dvc_dir *dir, bool *differs,
                           struct error *err)
{
    for (size_t i = 0; i < dir->n; i++) {
        const struct dvc_child *child = &dir->child[i];
        bool same = false, executable;
        if (!leads_elsewhere(c, child->relpath))
            TRY(is_same(c, file_join(c->scratch, c->path, child->relpath), child->md5,
                        &same, &executable, err));
        differs[i] = !same;
        if (!same && !dvc_cache_has(c->repo, child->md5, UINT64_MAX))
            return dvc_cache_missing(child->md5, err);
    }
    return STATUS_OK;
}

static int by_relpath(const void *a, const void *b)
{
    const struct dvc_child *x = a, *y = b;
    return strcmp(x->relpath, y->relpath);
}

static bool is_listed(const struct dvc_dir *dir, const char *relpath)
{
    struct dvc_child key = {.relpath = relpath};
    return dir->n && bsearch(&key, dir->child, dir->n, sizeof(key), by_relpath);
}

/* What DVC never lists is not ours to remove: Git's folders, another project. */
static bool is_left_alone(const char *name, bool is_folder)
{
    return strcmp(name, ".git") == 0 || strcmp(name, ".dvc") == 0 ||
           strcmp(name, ".dvcignore") == 0 || (is_folder && strcmp(name, ".hg") == 0);
}

static enum status remove_extra(struct checkout *c, const struct dvc_dir *dir,
                                const char *below, struct error *err);

static enum status visit(struct checkout *c, const struct dvc_dir *dir, const char *below,
                         const char *name, struct error *err)
{
    struct stat st;
    const char *relpath = file_join(c->scratch, below, name);
    const char *path = file_join(c->scratch, c->path, relpath);
    if (lstat(path, &st) < 0)
        return errno == ENOENT ? STATUS_OK : file_failed("read", path, err);
    if (is_left_alone(name, S_ISDIR(st.st_mode)) || strcmp(path, c->temporary) == 0)
        return STATUS_OK;
    if (S_ISDIR(st.st_mode))
        return remove_extra(c, dir, relpath, err);
    if (is_listed(dir, relpath))
        return STATUS_OK;
    if (unlink(path) < 0)
        return file_failed("remove", path, err);
    c->changed++;
    return STATUS_OK;
}

/* Removes what the listing does not have, and folders that are empty for it. */
static enum status remove_extra(struct checkout *c, const struct dvc_dir *dir,
                                const char *below, struct error *err)
{
    const char *path = below[0] ? file_join(c->scratch, c->path, below) : c->path;
    size_t before = c->changed;
    struct dirent *entry;
    DIR *folder = opendir(path);
    if (!folder)
        return file_failed("list the folder", path, err);
    enum status status = STATUS_OK;
    while (status == STATUS_OK && (errno = 0, entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = visit(c, dir, below, entry->d_name, err);
    if (status == STATUS_OK && errno != 0)
        status = file_failed("list the folder", path, err);
    closedir(folder);
    if (status == STATUS_OK && below[0] && c->changed > before)
        rmdir(path); // stays where something is left in it
    return status;
}

static enum status place_all(struct checkout *c, const struct dvc_dir *dir,
                             const bool *differs, struct error *err)
{
    for (size_t i = 0; i < dir->n; i++) {
        const struct dvc_child *child = &dir->child[i];
        if (!differs[i])
            continue;
        struct arena_mark mark = arena_mark(c->scratch);
        enum status status = make_folders(c, child->relpath, err);
        if (status == STATUS_OK)
            status = place(c, child->md5, false,
                           file_join(c->scratch, c->path, child->relpath), err);
        arena_rewind(c->scratch, mark);
        TRY(status);
    }
    return STATUS_OK;
}

static enum status checkout_folder(struct checkout *c, const char *md5, struct error *err)
{
    struct dvc_dir dir;
    struct stat st;
    TRY(dvc_cache_dir(c->repo, md5, c->mem, &dir, err));
    if (stat(c->path, &st) == 0 && !S_ISDIR(st.st_mode))
        return refuse(c->path, "a file", "a folder", err);
    bool *differs = ARENA_ARRAY(c->mem, bool, dir.n);
    TRY(compare(c, &dir, differs, err));
    TRY(file_make_folder(c->path, err));
    TRY(place_temporary(c, true, err));
    TRY(place_all(c, &dir, differs, err));
    return remove_extra(c, &dir, "", err);
}

enum status dvc_checkout(struct dvc_repo *repo, const char *path, const char *md5,
                         bool executable, struct arena *mem, size_t *ret_changed,
                         struct error *err)
{
    struct arena scratch = {0};
    struct checkout c = {.repo = repo, .mem = mem, .scratch = &scratch, .path = path};
    if (!digest_is_object(md5))
        return error_set(err, STATUS_INPUT, "%s is not the name of an object",
                         QUOTE(md5));
    if (!dvc_dir_is_safe(path))
        return error_set(err, STATUS_INPUT, "%s does not lie in the project",
                         QUOTE_PATH(path));
    enum status status = md5[MD5_HEX - 1] ? checkout_folder(&c, md5, err)
                                          : checkout_file(&c, md5, executable, err);
    if (c.temporary)
        temporary_remove(c.temporary);
    arena_release(&scratch);
    if (status == STATUS_OK)
        *ret_changed = c.changed;
    return status;
}
