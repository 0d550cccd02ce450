/* From the cache into the workspace.
 *
 * First everything that is to land is known and found in the cache, then files are put in
 * place one by one, each from a temporary name by rename, then what is too much goes.
 * The bytes are digested on their way, unless the memo vouches for the object: a damaged
 * one never gets a name in the workspace.
 *
 * Nothing leads out of the project: a folder is opened once, without following links,
 * and everything below it is reached from there.
 *
 * Nothing is synced here: every byte is in the cache, which is, and the caller syncs once
 * when all is in place. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dvc/dvc_cache.h"
#include "dvc/dvc_link.h"
#include "file/file.h"
#include "file/temporary.h"

struct checkout {
    struct dvc_repo *repo;
    struct arena *mem;
    struct arena *scratch; // rewound after each file
    const char *path;      // file or folder of the workspace
    struct beneath root;   // of a file the project, of a folder the folder itself
    int above;             // where the temporary file stands
    struct temporary temporary;
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

/* A path below the root, as the project has it. */
static const char *whole(const struct checkout *c, const char *path)
{
    return beneath_path(&c->root, path, c->scratch);
}

/* A rename works within one file system only: beside the file or the folder, or in the
 * folder when something is mounted there. */
static enum status choose_temporary(struct checkout *c, bool is_folder, struct error *err)
{
    struct stat above, own;
    int fd;
    const char *folder = file_folder(c->mem, c->path), *label = file_name(c->path);
    c->above = beneath_open(&beneath_here, folder, O_RDONLY | O_DIRECTORY, 0);
    if (c->above < 0)
        return beneath_failed("open the folder", &beneath_here, folder, err);
    if (is_folder && fstat(c->above, &above) == 0 && fstat(c->root.fd, &own) == 0 &&
        above.st_dev != own.st_dev) {
        close(c->above);
        c->above = openat(c->root.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        label = "checkout";
    }
    TRY(temporary_create(c->above, label, c->path, c->mem, &c->temporary, &fd, err));
    close(fd);
    return STATUS_OK;
}

static enum status rename_over(struct checkout *c, const struct beneath *above,
                               const char *path, struct error *err)
{
    const char *from = c->temporary.name;
    if (beneath_rename(above, from, &c->root, path) == 0)
        return STATUS_OK;
    // An empty folder holds nothing that could be lost.
    if (errno == EISDIR && beneath_remove(&c->root, path, AT_REMOVEDIR) == 0 &&
        beneath_rename(above, from, &c->root, path) == 0)
        return STATUS_OK;
    if (errno == EISDIR || errno == ENOTEMPTY || errno == EEXIST)
        return refuse(whole(c, path), "a folder", "a file", err);
    return beneath_failed("replace", &c->root, path, err);
}

/* Tells the memo what stands there now. */
static void remember(struct checkout *c, const char *path, const char *md5,
                     uint64_t bytes)
{
    struct memo_file known = {.bytes = bytes};
    struct stat st;
    memcpy(known.md5, md5, MD5_HEX - 1);
    if (beneath_stat(&c->root, path, &st) == 0)
        memo_enter_state(c->repo->memo, &st, &known);
}

/* Puts the object there, whole, with its digest checked. */
static enum status place(struct checkout *c, const char *md5, bool executable,
                         const char *path, struct error *err)
{
    struct dvc_linked linked;
    const struct beneath above = {c->above, file_folder(c->scratch, c->path), NULL};
    struct dvc_link_wish wish = {.from_root = &c->repo->store,
                                 .from = dvc_cache_key(md5, c->scratch),
                                 .to_root = &above,
                                 .to = c->temporary.name,
                                 .md5 = md5,
                                 .executable = executable,
                                 .vouched = true,
                                 .mode = executable ? 0755 : 0644};
    // What stands there is the placeholder, or, of a hard link, a second name that a
    // rename onto the first has left.
    unlinkat(c->above, c->temporary.name, 0);
    TRY(dvc_link_make(c->repo, &wish, &linked, err));
    if (!linked.same)
        return dvc_cache_damaged(c->repo, md5, err);
    temporary_renew_lock(&c->temporary);
    TRY(rename_over(c, &above, path, err));
    remember(c, path, md5, linked.bytes);
    c->changed++;
    return STATUS_OK;
}

/* Whether the file that stands there, if any, has that digest already.  What stands
 * behind a link is not there. */
static enum status is_same(struct checkout *c, const char *path, const char *md5,
                           bool *ret, bool *ret_executable, struct error *err)
{
    struct stat st;
    struct memo_file file;
    *ret = false;
    bool found = beneath_stat(&c->root, path, &st) == 0;
    if (!found && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
        return beneath_failed("read", &c->root, path, err);
    if (!found || !S_ISREG(st.st_mode))
        return STATUS_OK;
    TRY(memo_digest(c->repo->memo, whole(c, path), false, &file, err));
    *ret = strcmp(file.md5, md5) == 0;
    *ret_executable = file.executable;
    return STATUS_OK;
}

static enum status checkout_file(struct checkout *c, const char *md5, bool executable,
                                 struct error *err)
{
    struct stat st;
    bool same, has = false, found = beneath_stat(&c->root, c->path, &st) == 0;
    if (!found && errno == ELOOP)
        return beneath_failed("replace", &c->root, c->path, err);
    if (found && S_ISDIR(st.st_mode))
        return refuse(c->path, "a folder", "a file", err);
    TRY(is_same(c, c->path, md5, &same, &has, err));
    if (same && has == executable)
        return STATUS_OK;
    if (!dvc_cache_has(c->repo, md5, UINT64_MAX))
        return dvc_cache_missing(md5, err);
    TRY(beneath_make(&c->root, file_folder(c->mem, c->path), false, err));
    TRY(choose_temporary(c, false, err));
    return place(c, md5, executable, c->path, err);
}

/* Makes one folder below the root; what stands there and is none goes, be it a file that
 * the listing does not have or a link that leads elsewhere. */
static enum status make_folder(struct checkout *c, const char *path, struct error *err)
{
    struct stat st;
    bool found = beneath_stat(&c->root, path, &st) == 0;
    if (found && S_ISDIR(st.st_mode))
        return STATUS_OK;
    if (found && beneath_remove(&c->root, path, 0) < 0)
        return beneath_failed("remove", &c->root, path, err);
    c->changed += found;
    return beneath_make(&c->root, path, false, err);
}

/* Makes the folders of a file below the root. */
static enum status make_folders(struct checkout *c, const char *relpath,
                                struct error *err)
{
    char *path = arena_string(c->scratch, relpath);
    for (char *p = path; (p = strchr(p, '/')) != NULL; *p++ = '/') {
        *p = '\0';
        TRY(make_folder(c, path, err));
    }
    return STATUS_OK;
}

/* Marks the children that are to be put there, all of which must be in the cache. */
static enum status compare(struct checkout *c, const struct dvc_dir *dir, bool *differs,
                           struct error *err)
{
    for (size_t i = 0; i < dir->n; i++) {
        const struct dvc_child *child = &dir->child[i];
        bool same = false, executable;
        TRY(is_same(c, child->relpath, child->md5, &same, &executable, err));
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
    const char *path = file_join(c->scratch, below, name);
    if (beneath_stat(&c->root, path, &st) < 0)
        return errno == ENOENT ? STATUS_OK : beneath_failed("read", &c->root, path, err);
    if (is_left_alone(name, S_ISDIR(st.st_mode)))
        return STATUS_OK;
    if (S_ISDIR(st.st_mode))
        return remove_extra(c, dir, path, err);
    if (is_listed(dir, path) || temporary_is_name(name))
        return STATUS_OK;
    if (beneath_remove(&c->root, path, 0) < 0)
        return beneath_failed("remove", &c->root, path, err);
    c->changed++;
    return STATUS_OK;
}

/* Removes what the listing does not have, and folders that are empty for it. */
static enum status remove_extra(struct checkout *c, const struct dvc_dir *dir,
                                const char *below, struct error *err)
{
    size_t before = c->changed;
    struct dirent *entry;
    DIR *folder = beneath_list(&c->root, below);
    if (!folder)
        return beneath_failed("list the folder", &c->root, below, err);
    temporary_sweep(dirfd(folder), NULL);
    enum status status = STATUS_OK;
    while (status == STATUS_OK && (errno = 0, entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = visit(c, dir, below, entry->d_name, err);
    if (status == STATUS_OK && errno != 0)
        status = beneath_failed("list the folder", &c->root, below, err);
    closedir(folder);
    if (status == STATUS_OK && below[0] && c->changed > before)
        beneath_remove(&c->root, below, AT_REMOVEDIR); // stays where something is left
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
            status = place(c, child->md5, false, child->relpath, err);
        arena_rewind(c->scratch, mark);
        TRY(status);
    }
    return STATUS_OK;
}

/* Opens the folder that is to be filled, if it is there. */
static enum status open_root(struct checkout *c, struct error *err)
{
    c->root = (struct beneath){-1, c->path, beneath_here.hint};
    c->root.fd = beneath_open(&beneath_here, c->path, O_RDONLY | O_DIRECTORY, 0);
    if (c->root.fd >= 0 || errno == ENOENT)
        return STATUS_OK;
    if (errno == ENOTDIR)
        return refuse(c->path, "a file", "a folder", err);
    return beneath_failed("open the folder", &beneath_here, c->path, err);
}

static enum status fill(struct checkout *c, const struct dvc_dir *dir,
                        const bool *differs, struct error *err)
{
    if (c->root.fd < 0) {
        TRY(beneath_make(&beneath_here, c->path, false, err));
        TRY(open_root(c, err));
    }
    TRY(choose_temporary(c, true, err));
    TRY(place_all(c, dir, differs, err));
    return remove_extra(c, dir, "", err);
}

static enum status checkout_folder(struct checkout *c, const char *md5, struct error *err)
{
    struct dvc_dir dir;
    TRY(dvc_cache_dir(c->repo, md5, c->mem, &dir, err));
    TRY(open_root(c, err));
    bool *differs = ARENA_ARRAY(c->mem, bool, dir.n);
    enum status status = compare(c, &dir, differs, err);
    if (status == STATUS_OK)
        status = fill(c, &dir, differs, err);
    if (c->root.fd >= 0)
        close(c->root.fd);
    return status;
}

enum status dvc_checkout(struct dvc_repo *repo, const char *path, const char *md5,
                         bool executable, struct arena *mem, size_t *ret_changed,
                         struct error *err)
{
    struct arena scratch = {0};
    struct checkout c = {.repo = repo,
                         .mem = mem,
                         .scratch = &scratch,
                         .path = path,
                         .root = beneath_here,
                         .above = -1};
    if (!digest_is_object(md5))
        return error_set(err, STATUS_INPUT, "%s is not the name of an object",
                         QUOTE(md5));
    if (!dvc_dir_is_safe(path))
        return error_set(err, STATUS_INPUT, "%s does not lie in the project",
                         QUOTE_PATH(path));
    enum status status = md5[MD5_HEX - 1] ? checkout_folder(&c, md5, err)
                                          : checkout_file(&c, md5, executable, err);
    if (c.temporary.name)
        temporary_remove(&c.temporary);
    if (c.above >= 0)
        close(c.above);
    arena_release(&scratch);
    if (status == STATUS_OK)
        *ret_changed = c.changed;
    return status;
}
