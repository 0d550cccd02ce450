/* Planning a push.
 *
 * A manifest holds the SHA-256 of every object: of those that go it comes from the
 * transfer, of those in the cache from the memo, of those that only the remote has from
 * the manifest before, or from a download. */
#include "sync/sync_push.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "dvc/dvc_file.h"

static bool is_folder(const char *md5)
{
    return strlen(md5) > MD5_HEX - 1;
}

void push_fault_missing(struct sync *sync, const struct sync_object *o)
{
    struct error fault = {0};
    if (o->there)
        error_set(&fault, STATUS_INPUT,
                  "no cache has object %s, and the remote has %" PRIu64
                  " bytes of it instead of %" PRIu64,
                  QUOTE_PATH(o->key), o->there->bytes, o->bytes);
    else
        error_set(&fault, STATUS_INPUT,
                  "object %s is neither in the cache nor in the remote",
                  QUOTE_PATH(o->key));
    error_hint(&fault,
               "'%s' brings it back, 'bin/pull --remote NAME' from another "
               "remote",
               dvc_maker(o->path, sync->run->mem));
    error_at(&fault, o->path, 0, 0);
    sync_fault(sync, &fault);
}

static void fault_damaged(struct sync *sync, const struct sync_object *o,
                          const char *found)
{
    struct error fault = {0};
    error_set(&fault, STATUS_INPUT, "the cache holds other bytes as %s: md5 %s",
              QUOTE(o->md5), found);
    error_hint(&fault,
               "'bin/pull' brings the right ones back where the remote has them; "
               "else delete %s and run '%s'",
               QUOTE_PATH(sync_cache_path(sync, o)), dvc_maker(o->path, sync->run->mem));
    error_at(&fault, o->path, 0, 0);
    sync_fault(sync, &fault);
}

/* Takes the digests of an object of the cache, read only if it is new there. */
static enum status digest_cached(struct push *push, const struct sync_object *o,
                                 struct manifest_object *m, struct error *err)
{
    struct memo_file known;
    const char *path = sync_cache_path(push->sync, o);
    TRY(memo_digest(push->sync->repo.memo, path, true, &known, err));
    if (memcmp(known.md5, m->md5, MD5_HEX - 1) != 0)
        fault_damaged(push->sync, o, known.md5);
    m->bytes = known.bytes;
    memcpy(m->sha256, known.sha256, SHA256_HEX);
    return STATUS_OK;
}

struct transfer push_transfer(const struct push *push, const struct sync_object *o)
{
    struct transfer t = {
        .key = o->key, .path = sync_cache_path(push->sync, o), .bytes = o->bytes};
    struct memo_file known;
    memcpy(t.md5, o->md5, MD5_HEX - 1);
    if (memo_recall(push->sync->repo.memo, t.path, &known) &&
        strcmp(known.md5, t.md5) == 0) {
        memcpy(t.sha256, known.sha256, SHA256_HEX);
        t.vouched = true;
    }
    return t;
}

static void plan_sending(struct push *push, struct sync_object *o)
{
    struct transfer t = push_transfer(push, o);
    if (is_folder(o->md5))
        push->folder[push->n_folders++] = t;
    else
        push->file[push->n_files++] = t;
    push->bytes += o->bytes;
    if (o->there)
        push->healed[push->n_healed++] = o;
}

/* Decides about one object. */
static enum status plan_object(struct push *push, size_t i, struct error *err)
{
    struct sync_object *o = &push->sync->object[i];
    struct manifest_object *m = &push->manifest.object[i];
    bool same;
    m->key = o->key;
    memcpy(m->md5, o->md5, MD5_HEX - 1);
    TRY(sync_matches(push->sync, o, &same, err));
    if (!o->cached && !same) {
        push_fault_missing(push->sync, o);
        return STATUS_OK;
    }
    if (!same) {
        plan_sending(push, o);
        return STATUS_OK;
    }
    push->n_present++;
    m->bytes = o->there->bytes;
    if (o->cached)
        return digest_cached(push, o, m, err);
    if (o->body.p)
        digest_hex_of(DIGEST_SHA256, o->body.p, o->body.n, m->sha256);
    return STATUS_OK;
}

/* Reads the manifest that the pointer names; none, and one that cannot be read, has no
 * objects. */
static void read_latest(struct sync *sync, struct manifest *ret)
{
    struct error fault = {0};
    struct arena *mem = sync->run->mem;
    struct manifest_name name;
    struct view bytes;
    if (!remote_objects_find(&sync->others, MANIFEST_POINTER) ||
        sync_read(sync, MANIFEST_POINTER, NULL, &bytes, &fault) != STATUS_OK ||
        manifest_parse_pointer(MANIFEST_POINTER, bytes, &name, &fault) != STATUS_OK)
        return;
    const char *key = manifest_key(name.sha256, mem);
    if (sync_read(sync, key, name.sha256, &bytes, &fault) != STATUS_OK ||
        manifest_parse(key, bytes, mem, ret, &fault) != STATUS_OK)
        *ret = (struct manifest){0};
}

/* Digests what only the remote has: by the manifest before; what is left comes here for a
 * moment. */
static enum status digest_remote(struct push *push, struct error *err)
{
    struct sync *sync = push->sync;
    struct arena *mem = sync->run->mem;
    size_t n = push->manifest.n, left = 0;
    struct transfer *v = ARENA_ARRAY(mem, struct transfer, n);
    size_t *whose = ARENA_ARRAY(mem, size_t, n);
    struct manifest latest = {0};
    for (size_t i = 0; i < n; i++)
        if (!push->manifest.object[i].sha256[0] && !sync->object[i].cached)
            whose[left++] = i;
    if (left == 0)
        return STATUS_OK;
    read_latest(sync, &latest);
    struct dvc_batch *batch = dvc_batch_begin(&sync->repo, mem);
    size_t wanted = 0;
    for (size_t k = 0; k < left; k++) {
        struct manifest_object *m = &push->manifest.object[whose[k]];
        const struct manifest_object *known = manifest_find(&latest, m->key);
        if (known && known->bytes == m->bytes) {
            *m = *known;
            continue;
        }
        whose[wanted] = whose[k];
        v[wanted] = (struct transfer){.key = m->key};
        memcpy(v[wanted].md5, m->md5, MD5_HEX);
        v[wanted].bounded = true;
        v[wanted].most = m->bytes;
        v[wanted].root =
            dvc_batch_place(batch, sync->object[whose[k]].md5, &v[wanted].path);
        wanted++;
    }
    sync->what = NULL;
    enum status status = sync_get(sync, v, wanted, err);
    for (size_t k = 0; k < wanted; k++) {
        memcpy(push->manifest.object[whose[k]].sha256, v[k].sha256, SHA256_HEX);
        push->manifest.object[whose[k]].bytes = v[k].bytes;
    }
    dvc_batch_release(batch);
    return status;
}

enum status push_plan(struct push *push, struct sync *sync, struct error *err)
{
    struct arena *mem = sync->run->mem;
    push->sync = sync;
    push->file = ARENA_ARRAY(mem, struct transfer, sync->n);
    push->folder = ARENA_ARRAY(mem, struct transfer, sync->n);
    push->healed = ARENA_ARRAY(mem, struct sync_object *, sync->n);
    push->manifest.object = ARENA_ARRAY(mem, struct manifest_object, sync->n);
    push->manifest.n = sync->n;
    push->manifest.lock_bytes = sync->lock_bytes.n;
    digest_hex_of(DIGEST_SHA256, sync->lock_bytes.p, sync->lock_bytes.n,
                  push->manifest.lock_sha256);
    for (size_t i = 0; i < sync->n; i++)
        TRY(plan_object(push, i, err));
    TRY(sync_faults(sync, err));
    if (!sync->options->dry_run)
        TRY(digest_remote(push, err));
    return sync_faults(sync, err);
}
