/* The cache: where its objects lie, and whether they are to be trusted. */
#include "ship/dvc_cache.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"

enum { MAX_LISTING_BYTES = 256 * 1024 * 1024 };

const char *dvc_cache_key(const char *md5, struct arena *mem)
{
    return arena_format(mem, "files/md5/%.2s/%s", md5, md5 + 2);
}

const char *dvc_cache_path(const struct dvc_repo *repo, const char *md5,
                           struct arena *mem)
{
    return arena_format(mem, "%s/files/md5/%.2s/%s", repo->cache, md5, md5 + 2);
}

bool dvc_cache_has(const struct dvc_repo *repo, const char *md5, uint64_t bytes)
{
    char path[4096]; // asked of thousands: without an arena
    struct stat st;
    if (!digest_is_object(md5))
        return false;
    int n =
        snprintf(path, sizeof(path), "%s/files/md5/%.2s/%s", repo->cache, md5, md5 + 2);
    return n > 0 && (size_t)n < sizeof(path) && lstat(path, &st) == 0 &&
           S_ISREG(st.st_mode) && (st.st_mode & 07777) == 0444 &&
           (bytes == UINT64_MAX || (uint64_t)st.st_size == bytes);
}

enum status dvc_cache_missing(const char *md5, struct error *err)
{
    error_set(err, STATUS_INPUT, "the object '%.40s' is not in the cache", md5);
    error_hint(err, "`bin/pull` gets it from the remote");
    return STATUS_INPUT;
}

enum status dvc_cache_damaged(const char *md5, const char *path, struct error *err)
{
    error_set(err, STATUS_INPUT,
              "the object '%.40s' of the cache is damaged: %s has other "
              "bytes",
              md5, QUOTE_PATH(path));
    // With another mode neither DVC nor this program trusts it any longer.
    if (chmod(path, 0644) == 0)
        error_hint(err, "`bin/pull` gets it again from the remote");
    else
        error_hint(err, "remove %s and run `bin/pull`", QUOTE_PATH(path));
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
    TRY(file_read(path, MAX_LISTING_BYTES, mem, &bytes, err));
    digest_hex_of(DIGEST_MD5, bytes.p, bytes.n, found);
    if (strncmp(found, md5, MD5_HEX - 1) != 0)
        return dvc_cache_damaged(md5, path, err);
    return dvc_dir_parse(path, bytes, mem, ret, err);
}
