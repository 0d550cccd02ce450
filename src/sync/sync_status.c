/* Comparing the remote with dvc.lock, by the listing or by every byte.
 *
 * Objects that are downloaded to be digested stand in the cache's temporary folder, a
 * few at a time, and are deleted at once. */
#include "sync/sync_status.h"

#include <inttypes.h>
#include <string.h>

enum { AT_ONCE = 64 };

static void add(struct sync_differences *d, const struct sync_object *o,
                const char *expected, const char *found)
{
    d->v[d->n++] = (struct sync_difference){o, expected, found};
}

static const char *bytes_text(const struct sync *sync, uint64_t bytes)
{
    return arena_format(sync->run->mem, "%" PRIu64 " byte%s", bytes,
                        bytes == 1 ? "" : "s");
}

static const char *md5_text(const struct sync *sync, const char *md5)
{
    return arena_format(sync->run->mem, "md5 %.32s", md5);
}

/* Compares one object with the listing; true when it differs. */
static enum status compare(struct sync *sync, const struct sync_object *o,
                           struct sync_differences *d, bool *ret, struct error *err)
{
    bool same;
    TRY(sync_matches(sync, o, &same, err));
    *ret = !same;
    if (same)
        return STATUS_OK;
    bool sized = o->bytes != SYNC_UNKNOWN;
    if (!o->there)
        add(d, o, sized ? bytes_text(sync, o->bytes) : md5_text(sync, o->md5), "nothing");
    else if (sized && o->there->bytes != o->bytes)
        add(d, o, bytes_text(sync, o->bytes), bytes_text(sync, o->there->bytes));
    else
        add(d, o, md5_text(sync, o->md5),
            arena_format(sync->run->mem, "ETag %.80s", o->there->etag));
    return STATUS_OK;
}

/* Downloads an object; its digest tells. */
static enum status digest_there(struct sync *sync, struct transfer *v, size_t n,
                                struct error *err)
{
    struct error first = {0};
    enum status status = remote_get(sync->remote, v, n, sync->run->mem, &first);
    if (status == STATUS_OK || status == STATUS_INPUT)
        return STATUS_OK;
    *err = first;
    return status;
}

/* Digests a few objects of the remote: they are fetched without an expectation, so that
 * what was found can be told. */
static enum status compare_bytes(struct sync *sync, const struct sync_object *const *o,
                                 size_t n, struct sync_differences *d, struct error *err)
{
    struct arena *mem = sync->run->mem;
    struct dvc_batch *batch = dvc_batch_begin(&sync->repo, mem);
    struct transfer v[AT_ONCE] = {0};
    for (size_t i = 0; i < n; i++) {
        v[i].key = o[i]->key;
        v[i].root = dvc_batch_place(batch, o[i]->md5, &v[i].path);
        v[i].bytes = v[i].most = o[i]->there->bytes;
        v[i].bounded = true;
    }
    enum status status = digest_there(sync, v, n, err);
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        if (!v[i].done) {
            add(d, o[i], md5_text(sync, o[i]->md5), "nothing that could be read");
            continue;
        }
        if (memcmp(v[i].md5, o[i]->md5, MD5_HEX - 1) != 0)
            add(d, o[i], md5_text(sync, o[i]->md5), md5_text(sync, v[i].md5));
        sync->done_bytes += v[i].bytes;
    }
    dvc_batch_release(batch); // with what came
    return status;
}

enum status sync_compare(struct sync *sync, bool deep, struct sync_differences *ret,
                         struct error *err)
{
    struct arena *mem = sync->run->mem;
    const struct sync_object **same =
        ARENA_ARRAY(mem, const struct sync_object *, sync->n);
    struct sync_differences d = {ARENA_ARRAY(mem, struct sync_difference, sync->n), 0};
    size_t n = 0;
    sync->total_bytes = sync->done_bytes = 0;
    for (size_t i = 0; i < sync->n; i++) {
        bool differs;
        TRY(compare(sync, &sync->object[i], &d, &differs, err));
        if (differs)
            continue;
        same[n++] = &sync->object[i];
        sync->total_bytes += sync->object[i].there->bytes;
    }
    sync->what = "status";
    for (size_t i = 0; deep && i < n; i += AT_ONCE)
        TRY(compare_bytes(sync, same + i, n - i < AT_ONCE ? n - i : AT_ONCE, &d, err));
    *ret = d;
    return STATUS_OK;
}
