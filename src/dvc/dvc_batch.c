/* Batches of objects on their way into the cache.
 *
 * Each is written into the batch's own temporary folder under its name.  Committing
 * brings all of them to the disk at once, renames files before the listings that name
 * them, and then syncs the folders that changed.  So an object is whole when it is
 * visible, after a kill or a loss of power at any point.
 *
 * One syncfs costs as much as a few fsync, but waits for what others have written too:
 * few files are synced one by one. */
#define _GNU_SOURCE // syncfs

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dvc/dvc_cache.h"
#include "dvc/dvc_link.h"
#include "file/file.h"
#include "file/temporary_folder.h"

enum {
    FEW = 16,
    FANOUT = 256,
    VOUCHED_FROM = 1024 * 1024 // shorter files are digested again soon enough
};

enum state { PLACED, FILLED, DONE };

struct object {
    char md5[MD5_HEX + 4];   // with ".dir"
    const char *temporary;   // in the batch's folder
    char sha256[SHA256_HEX]; // "" while not known
    enum state state;
    bool shared;    // with a file of the workspace
    uint64_t bytes; // once it is looked at
};

struct dvc_batch {
    struct dvc_repo *repo;
    struct arena *mem;
    struct temporary_folder tmp;
    struct object *object; // [n]
    size_t n, cap;
    uint32_t *slot; // [slots]: index + 1, or 0
    size_t slots;
    bool touched[FANOUT]; // folders of the cache with new names
};

struct dvc_batch *dvc_batch_begin(struct dvc_repo *repo, struct arena *mem)
{
    struct dvc_batch *batch = ARENA_NEW(mem, struct dvc_batch);
    batch->repo = repo;
    batch->mem = mem;
    return batch;
}

static size_t slot_of(const struct dvc_batch *batch, const char *md5)
{
    size_t at = (size_t)text_hash(TEXT_HASH_START, md5, strlen(md5)) & (batch->slots - 1);
    while (batch->slot[at] && strcmp(batch->object[batch->slot[at] - 1].md5, md5) != 0)
        at = (at + 1) & (batch->slots - 1);
    return at;
}

static struct object *find(const struct dvc_batch *batch, const char *md5)
{
    size_t at = batch->slots ? slot_of(batch, md5) : 0;
    return batch->slots && batch->slot[at] ? &batch->object[batch->slot[at] - 1] : NULL;
}

static void grow(struct dvc_batch *batch)
{
    size_t cap = batch->cap ? 2 * batch->cap : 64;
    batch->object =
        arena_grow(batch->mem, batch->object, batch->cap * sizeof(*batch->object),
                   cap * sizeof(*batch->object));
    batch->cap = cap;
    batch->slots = 2 * cap;
    batch->slot = ARENA_ARRAY(batch->mem, uint32_t, batch->slots);
    for (size_t i = 0; i < batch->n; i++)
        batch->slot[slot_of(batch, batch->object[i].md5)] = (uint32_t)i + 1;
}

static struct object *add(struct dvc_batch *batch, const char *md5)
{
    struct object *object = find(batch, md5);
    if (object) {
        if (object->state == DONE)
            object->state = PLACED;
        return object;
    }
    if (batch->n == batch->cap)
        grow(batch);
    batch->slot[slot_of(batch, md5)] = (uint32_t)batch->n + 1;
    object = &batch->object[batch->n++];
    memcpy(object->md5, md5, strlen(md5) + 1);
    object->temporary = arena_string(batch->mem, md5);
    return object;
}

static enum status need_folder(struct dvc_batch *batch, struct error *err)
{
    if (batch->tmp.name)
        return STATUS_OK;
    TRY(dvc_cache_open(batch->repo, true, err));
    return temporary_folder_make(&batch->repo->store, DVC_CACHE_TMP, batch->mem,
                                 &batch->tmp, err);
}

/* What becomes a name must be a digest. */
static enum status check_name(const char *md5, struct error *err)
{
    if (digest_is_object(md5))
        return STATUS_OK;
    return error_set(err, STATUS_INPUT, "%s is not the name of an object", QUOTE(md5));
}

/* True when nothing is left to do for the object. */
static bool is_there(const struct dvc_batch *batch, const char *md5, uint64_t bytes)
{
    const struct object *object = find(batch, md5);
    return (object && object->state == FILLED) || dvc_cache_has(batch->repo, md5, bytes);
}

/* Takes away what an attempt before may have left. */
static void forget_temporary(const struct dvc_batch *batch, const struct object *object)
{
    unlinkat(batch->tmp.root.fd, object->temporary, 0);
}

/* Fills err from errno, for an object on its way. */
static enum status object_failed(const char *what, const struct dvc_batch *batch,
                                 const struct object *object, struct error *err)
{
    return beneath_failed(what, &batch->tmp.root, object->temporary, err);
}

static enum status changed(const char *path, const char *md5, struct error *err)
{
    error_set(err, STATUS_INPUT, "%s no longer has the digest '%.32s'", QUOTE_PATH(path),
              md5);
    error_hint(err, "try again when nothing writes it any more");
    return STATUS_INPUT;
}

enum status dvc_batch_file(struct dvc_batch *batch, const char *path, const char *md5,
                           struct error *err)
{
    struct stat st;
    struct dvc_linked linked;
    TRY(check_name(md5, err));
    // A link into the cache, as DVC makes them, needs no copy; none is copied through.
    bool known = stat(path, &st) == 0;
    if (known && is_there(batch, md5, (uint64_t)st.st_size))
        return STATUS_OK;
    TRY(need_folder(batch, err));
    struct object *object = add(batch, md5);
    forget_temporary(batch, object);
    struct dvc_link_wish wish = {.from_root = &beneath_here,
                                 .from = path,
                                 .to_root = &batch->tmp.root,
                                 .to = object->temporary,
                                 .md5 = md5,
                                 .executable = known && (st.st_mode & S_IXUSR),
                                 .or_copy = true,
                                 .mode = 0444};
    TRY(dvc_link_make(batch->repo, &wish, &linked, err));
    if (!linked.same)
        return changed(path, md5, err);
    object->state = FILLED;
    object->shared = linked.way == DVC_HARDLINK;
    return STATUS_OK;
}

static enum status write_new(const struct dvc_batch *batch, const struct object *object,
                             struct view bytes, struct error *err)
{
    int fd = beneath_open(&batch->tmp.root, object->temporary,
                          O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd < 0)
        return object_failed("create", batch, object, err);
    enum status status = STATUS_OK;
    if (!restart_write(fd, bytes.p, bytes.n))
        status = object_failed("write", batch, object, err);
    if (close(fd) < 0 && status == STATUS_OK)
        status = object_failed("write", batch, object, err);
    return status;
}

enum status dvc_batch_bytes(struct dvc_batch *batch, struct view bytes, const char *md5,
                            struct error *err)
{
    char found[MD5_HEX];
    TRY(check_name(md5, err));
    if (is_there(batch, md5, bytes.n))
        return STATUS_OK;
    digest_hex_of(DIGEST_MD5, bytes.p, bytes.n, found);
    if (strncmp(found, md5, MD5_HEX - 1) != 0)
        return changed("the object", md5, err);
    TRY(need_folder(batch, err));
    struct object *object = add(batch, md5);
    forget_temporary(batch, object);
    TRY(write_new(batch, object, bytes, err));
    object->state = FILLED;
    return STATUS_OK;
}

const struct beneath *dvc_batch_place(struct dvc_batch *batch, const char *md5,
                                      const char **ret_path)
{
    static const struct beneath nowhere = {-1, "", NULL};
    struct error later; // who opens the place is told why it cannot
    *ret_path = md5;
    if (!digest_is_object(md5) || need_folder(batch, &later) != STATUS_OK)
        return &nowhere;
    *ret_path = add(batch, md5)->temporary;
    return &batch->tmp.root;
}

void dvc_batch_filled(struct dvc_batch *batch, const char *md5, const char *sha256)
{
    struct object *object = find(batch, md5);
    if (!object)
        return;
    object->state = FILLED;
    snprintf(object->sha256, sizeof(object->sha256), "%s", sha256);
}

static enum status sync_below(const struct beneath *root, const char *path,
                              int (*how)(int fd), struct error *err)
{
    return beneath_sync(root, path, how) < 0 ? beneath_failed("sync", root, path, err)
                                             : STATUS_OK;
}

static enum status sync_objects(struct dvc_batch *batch, size_t n, struct error *err)
{
    if (n > FEW)
        return sync_below(&batch->tmp.root, ".", syncfs, err);
    for (size_t i = 0; i < batch->n; i++) {
        const struct object *object = &batch->object[i];
        if (object->state == FILLED)
            TRY(sync_below(&batch->tmp.root, object->temporary, fsync, err));
    }
    return STATUS_OK;
}

/* Makes what others filled read-only; it must be there. */
static enum status check_filled(struct dvc_batch *batch, size_t *ret_n, struct error *err)
{
    struct stat st;
    size_t n = 0;
    for (size_t i = 0; i < batch->n; i++) {
        struct object *object = &batch->object[i];
        if (object->state != FILLED)
            continue;
        int folder = batch->tmp.root.fd;
        if (fstatat(folder, object->temporary, &st, AT_SYMLINK_NOFOLLOW) < 0)
            return object_failed("read", batch, object, err);
        if (!S_ISREG(st.st_mode))
            return error_set(err, STATUS_ENVIRONMENT, "%s is no regular file",
                             QUOTE_PATH(object->temporary));
        if ((st.st_mode & 07777) != 0444 &&
            fchmodat(folder, object->temporary, 0444, 0) < 0)
            return object_failed("write", batch, object, err);
        object->bytes = (uint64_t)st.st_size;
        n++;
    }
    *ret_n = n;
    return STATUS_OK;
}

static bool is_listing(const struct object *object)
{
    return object->md5[MD5_HEX - 1] != '\0';
}

/* Only this process could write the object up to now, and it has its digest. */
static void vouch(struct dvc_batch *batch, const struct object *object, const char *path)
{
    struct memo_file known = {.bytes = object->bytes};
    if (object->shared || object->bytes < VOUCHED_FROM)
        return;
    memcpy(known.md5, object->md5, MD5_HEX - 1);
    memcpy(known.sha256, object->sha256, SHA256_HEX);
    memo_enter(batch->repo->memo, path, &known);
}

/* Renames into the cache, whose folder for it is made where it is missing: with the
 * rights that the user's mask leaves, as DVC makes them. */
static int rename_into(struct dvc_batch *batch, const struct object *object,
                       const char *key)
{
    const struct beneath *store = &batch->repo->store;
    const char *name;
    int failed = beneath_rename(&batch->tmp.root, object->temporary, store, key);
    if (failed == 0 || errno != ENOENT)
        return failed;
    char *folder = file_folder(batch->mem, key);
    int above = beneath_parent(store, folder, &name);
    bool made = above >= 0 && (mkdirat(above, name, 0777) == 0 || errno == EEXIST);
    int number = errno;
    if (above >= 0)
        close(above);
    errno = number;
    return made ? beneath_rename(&batch->tmp.root, object->temporary, store, key) : -1;
}

static enum status rename_one(struct dvc_batch *batch, struct object *object,
                              struct error *err)
{
    unsigned char first;
    const char *key = dvc_cache_key(object->md5, batch->mem);
    if (rename_into(batch, object, key) < 0)
        return beneath_failed("create", &batch->repo->store, key, err);
    if (digest_unhex((struct view){object->md5, 2}, &first, 1))
        batch->touched[first] = true;
    object->state = DONE;
    vouch(batch, object, dvc_cache_path(batch->repo, object->md5, batch->mem));
    return STATUS_OK;
}

/* Files first: a listing that is there has its files. */
static enum status rename_all(struct dvc_batch *batch, struct error *err)
{
    for (int listings = 0; listings < 2; listings++)
        for (size_t i = 0; i < batch->n; i++) {
            struct object *object = &batch->object[i];
            if (object->state == FILLED && is_listing(object) == (listings == 1))
                TRY(rename_one(batch, object, err));
        }
    return STATUS_OK;
}

static enum status sync_folders(struct dvc_batch *batch, struct error *err)
{
    const struct beneath *store = &batch->repo->store;
    size_t n = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < FANOUT; i++)
        n += batch->touched[i];
    if (n > FEW)
        status = sync_below(store, "files/md5", syncfs, err);
    for (size_t i = 0; i < FANOUT && n <= FEW && status == STATUS_OK; i++) {
        char path[16];
        snprintf(path, sizeof(path), "files/md5/%02zx", i);
        if (batch->touched[i])
            status = sync_below(store, path, fsync, err);
    }
    if (status == STATUS_OK)
        status = sync_below(store, "files/md5", fsync, err);
    memset(batch->touched, 0, sizeof(batch->touched));
    return status;
}

enum status dvc_batch_commit(struct dvc_batch *batch, struct error *err)
{
    size_t n = 0;
    TRY(check_filled(batch, &n, err));
    if (n == 0)
        return STATUS_OK;
    TRY(beneath_make(&batch->repo->store, "files/md5", true, err));
    TRY(sync_objects(batch, n, err));
    TRY(rename_all(batch, err));
    return sync_folders(batch, err);
}

void dvc_batch_release(struct dvc_batch *batch)
{
    temporary_folder_remove(&batch->tmp);
    batch->n = 0;
    if (batch->slots)
        memset(batch->slot, 0, batch->slots * sizeof(*batch->slot));
}
