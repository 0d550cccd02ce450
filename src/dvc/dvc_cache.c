/* The cache: where its objects lie, and whether they are to be trusted. */
#include "dvc/dvc_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

enum { MAX_LISTING_BYTES = 256 * 1024 * 1024 };

#define LINK_HINT                                                                        \
    "`dvc cache dir PATH` names a cache elsewhere; below that, too, folders are no "     \
    "links"

enum status dvc_cache_open(struct dvc_repo *repo, bool create, struct error *err)
{
    const char *path = repo->cache;
    struct beneath here = {beneath_here.fd, "", LINK_HINT};
    if (repo->store.fd != -1)
        return STATUS_OK;
    repo->store = (struct beneath){-1, path, LINK_HINT};
    if (create && repo->cache_named)
        TRY(file_make_folder(path, err));
    if (create && !repo->cache_named)
        TRY(beneath_make(&here, path, false, err));
    repo->store.fd = repo->cache_named
                         ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                         : beneath_open(&here, path, O_RDONLY | O_DIRECTORY, 0);
    if (repo->store.fd != -1 || (errno == ENOENT && !create))
        return STATUS_OK;
    return beneath_failed("open the cache", &here, path, err);
}

void dvc_cache_close(struct dvc_repo *repo)
{
    if (repo->store.fd != -1)
        close(repo->store.fd);
    repo->store.fd = -1;
}

const char *dvc_cache_key(const char *md5, struct arena *mem)
{
    return arena_format(mem, "files/md5/%.2s/%s", md5, md5 + 2);
}

const char *dvc_cache_path(const struct dvc_repo *repo, const char *md5,
                           struct arena *mem)
{
    return arena_format(mem, "%s/files/md5/%.2s/%s", repo->cache, md5, md5 + 2);
}

/* An object's path below the store; asked of thousands, without an arena. */
struct object_path {
    char text[64];
};

static bool object_path(const char *md5, struct object_path *ret)
{
    if (!digest_is_object(md5))
        return false;
    snprintf(ret->text, sizeof(ret->text), "files/md5/%.2s/%s", md5, md5 + 2);
    return true;
}

bool dvc_cache_stat(const struct dvc_repo *repo, const char *md5, struct stat *ret)
{
    struct object_path path;
    return object_path(md5, &path) && beneath_stat(&repo->store, path.text, ret) == 0;
}

enum status dvc_cache_remove(const struct dvc_repo *repo, const char *md5,
                             struct error *err)
{
    struct object_path path;
    if (object_path(md5, &path) && beneath_remove(&repo->store, path.text, 0) < 0 &&
        errno != ENOENT)
        return beneath_failed("delete", &repo->store, path.text, err);
    return STATUS_OK;
}

bool dvc_cache_has(const struct dvc_repo *repo, const char *md5, uint64_t bytes)
{
    struct stat st;
    return dvc_cache_stat(repo, md5, &st) && S_ISREG(st.st_mode) &&
           (st.st_mode & 07777) == 0444 &&
           (bytes == UINT64_MAX || (uint64_t)st.st_size == bytes);
}

enum status dvc_cache_missing(const char *md5, struct error *err)
{
    error_set(err, STATUS_INPUT, "the object '%.40s' is not in the cache", md5);
    error_hint(err, "`bin/pull` gets it from the remote");
    return STATUS_INPUT;
}

/* Takes the mode away that an object is trusted by. */
static bool distrust(const struct dvc_repo *repo, const char *md5)
{
    struct object_path path;
    int fd = !object_path(md5, &path)
                 ? -1
                 : beneath_open(&repo->store, path.text, O_RDONLY | O_NONBLOCK, 0);
    bool done = fd >= 0 && fchmod(fd, 0644) == 0;
    if (fd >= 0)
        close(fd);
    return done;
}

enum status dvc_cache_damaged(const struct dvc_repo *repo, const char *md5,
                              struct error *err)
{
    struct arena mem = {0};
    const char *path = dvc_cache_path(repo, md5, &mem);
    error_set(err, STATUS_INPUT,
              "the object '%.40s' of the cache is damaged: %s has other "
              "bytes",
              md5, QUOTE_PATH(path));
    // With another mode neither DVC nor this program trusts it any longer.
    if (distrust(repo, md5))
        error_hint(err, "`bin/pull` gets it again from the remote");
    else
        error_hint(err, "remove %s and run `bin/pull`", QUOTE_PATH(path));
    arena_release(&mem);
    return STATUS_INPUT;
}

enum status dvc_cache_dir(const struct dvc_repo *repo, const char *md5, struct arena *mem,
                          struct dvc_dir *ret, struct error *err)
{
    struct view bytes;
    char found[MD5_HEX];
    if (!digest_is_object(md5) || !dvc_cache_has(repo, md5, UINT64_MAX))
        return dvc_cache_missing(md5, err);
    const char *path = dvc_cache_path(repo, md5, mem);
    TRY(file_read_below(&repo->store, dvc_cache_key(md5, mem), MAX_LISTING_BYTES, mem,
                        &bytes, err));
    digest_hex_of(DIGEST_MD5, bytes.p, bytes.n, found);
    if (strncmp(found, md5, MD5_HEX - 1) != 0)
        return dvc_cache_damaged(repo, md5, err);
    return dvc_dir_parse(path, bytes, mem, ret, err);
}
