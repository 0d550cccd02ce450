/* Sending a push.
 *
 * Interrupted anywhere, a push leaves objects that nobody names yet, and its notice.  Two
 * at a time do no harm: objects and manifests are named by their bytes, and the pointer
 * that is written last wins.
 *
 * Whatever the manifest will need is named by the notice first.  When all has been sent,
 * the remote is looked at once more: a gc that did not see the notice is still there then
 * and is waited for, or has been there, and what it took is sent again.  A gc that comes
 * later sees the notice, until the pointer has moved. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/progress.h"
#include "sync/notice.h"
#include "sync/sync_push.h"

enum { MAX_LOOKS = 5 };

#define PAUSE_S 0.2

/* Sends objects and enters their digests. */
static enum status send_objects(struct push *push, struct transfer *v, size_t n,
                                struct error *err)
{
    struct sync *sync = push->sync;
    TRY(sync_put(sync, v, n, err));
    for (size_t i = 0, k = 0; i < n; i++) {
        while (strcmp(push->manifest.object[k].key, v[i].key) != 0)
            k++;
        struct manifest_object *m = &push->manifest.object[k];
        m->bytes = v[i].bytes;
        memcpy(m->sha256, v[i].sha256, SHA256_HEX);
        struct memo_file known = {.bytes = v[i].bytes};
        memcpy(known.md5, v[i].md5, MD5_HEX);
        memcpy(known.sha256, v[i].sha256, SHA256_HEX);
        memo_enter(sync->repo.memo, v[i].path, &known);
        if (strchr(v[i].etag, '-'))
            memo_enter_etag(sync->repo.memo, v[i].path, v[i].etag);
    }
    return STATUS_OK;
}

/* Is a record of ours in the remote with just these bytes?  A listing without ETags
 * leaves that open: then it is read. */
static enum status record_is_there(struct sync *sync, const char *key, struct view bytes,
                                   const char *md5, bool *ret, struct error *err)
{
    const struct remote_object *there = remote_objects_find(&sync->others, key);
    bool same = there && there->bytes == bytes.n;
    if (same && strlen(there->etag) == MD5_HEX - 1) {
        same = strcmp(there->etag, md5) == 0;
    } else if (same) {
        struct view found;
        TRY(sync_read(sync, key, NULL, &found, err));
        same = view_eq(found, bytes);
    }
    *ret = same;
    return STATUS_OK;
}

static enum status send_record(struct push *push, const char *key, struct view bytes,
                               struct error *err)
{
    struct transfer t = {.key = key, .body = bytes, .bytes = bytes.n};
    digest_hex_of(DIGEST_MD5, bytes.p, bytes.n, t.md5);
    push->n_records++;
    return sync_put(push->sync, &t, 1, err);
}

static void warn_healed(const struct push *push)
{
    for (size_t i = 0; i < push->n_healed; i++) {
        const struct sync_object *o = push->healed[i];
        struct error warning = {0};
        if (o->there->bytes == o->bytes)
            error_set(&warning, STATUS_INPUT,
                      "the remote had other bytes as %s (ETag %.80s); healed",
                      QUOTE_PATH(o->key), o->there->etag);
        else
            error_set(&warning, STATUS_INPUT,
                      "the remote had %" PRIu64 " bytes as %s instead of %" PRIu64
                      "; healed",
                      o->there->bytes, QUOTE_PATH(o->key), o->bytes);
        error_at(&warning, o->path, 0, 0);
        run_warn(push->sync->run, &warning);
    }
}

/* The manifest's bytes and the pointer's, once the digests of all objects are known. */
struct records {
    const char *lock_key, *key;
    struct view manifest, pointer;
};

static void write_records(struct push *push, struct records *ret)
{
    struct arena *mem = push->sync->run->mem;
    struct text manifest = {.mem = mem}, pointer = {.mem = mem};
    manifest_write(&push->manifest, &manifest);
    push->name.bytes = manifest.n;
    digest_hex_of(DIGEST_SHA256, manifest.p, manifest.n, push->name.sha256);
    manifest_write_pointer(&push->name, &pointer);
    *ret = (struct records){manifest_lock_key(push->manifest.lock_sha256, mem),
                            manifest_key(push->name.sha256, mem),
                            {manifest.p, manifest.n},
                            {pointer.p, pointer.n}};
}

/* True when there is nothing to write at all. */
static enum status up_to_date(struct push *push, bool *ret, struct error *err)
{
    struct sync *sync = push->sync;
    struct records r;
    *ret = push->n_files + push->n_folders == 0;
    if (!*ret)
        return STATUS_OK;
    write_records(push, &r);
    const struct {
        const char *key;
        struct view bytes;
    } all[] = {{r.lock_key, sync->lock_bytes},
               {r.key, r.manifest},
               {MANIFEST_POINTER, r.pointer}};
    for (size_t i = 0; i < COUNT_OF(all) && *ret; i++) {
        char md5[MD5_HEX];
        digest_hex_of(DIGEST_MD5, all[i].bytes.p, all[i].bytes.n, md5);
        TRY(record_is_there(sync, all[i].key, all[i].bytes, md5, ret, err));
    }
    return STATUS_OK;
}

/* Names all that the manifest will need. */
static enum status announce(struct push *push, struct error *err)
{
    struct sync *sync = push->sync;
    struct arena *mem = sync->run->mem;
    const char **key = ARENA_ARRAY(mem, const char *, sync->n);
    struct text body = {.mem = mem};
    for (size_t i = 0; i < sync->n; i++)
        key[i] = sync->object[i].key;
    notice_write(key, sync->n, &body);
    push->notice = notice_key(false, sync->options->timeout, mem);
    push->until_s = (int64_t)time(NULL) + (int64_t)sync->options->timeout;
    struct transfer t = {.key = push->notice, .body = {body.p, body.n}, .bytes = body.n};
    return sync_put(sync, &t, 1, err);
}

/* True for a notice of somebody who is dead or can no longer do anything: a gc of this
 * machine has the remote for itself as long as it lives. */
static bool is_left(const struct push *push, const struct notice *n)
{
    return notice_is_dead(n, NOTICE_GRACE_S) || (n->gc && n->here && push->alone);
}

/* True when a gc is about to delete what is needed, or may be. */
static enum status is_in_the_way(struct push *push, const struct notice *n,
                                 const struct records *r, bool *ret, struct error *err)
{
    struct sync *sync = push->sync;
    struct error fault = {0};
    struct texts keys = {0};
    struct view body;
    *ret = true;
    enum status status = sync_read(sync, n->key, NULL, &body, &fault);
    if (status == STATUS_OK)
        status = notice_parse(n->key, body, sync->run->mem, &keys, &fault);
    if (status == STATUS_INPUT)
        return STATUS_OK; // gone by now, which the next listing shows, or unreadable
    if (status != STATUS_OK) {
        *err = fault;
        return status;
    }
    *ret = false;
    for (size_t i = 0; i < keys.n && !*ret; i++)
        *ret = sync_find(sync, keys.v[i]) || strcmp(keys.v[i], r->lock_key) == 0 ||
               strcmp(keys.v[i], r->key) == 0;
    return STATUS_OK;
}

/* Looks at the notices; *ret: one of a gc is in the way. */
static enum status check_notices(struct push *push, const struct records *r, bool *ret,
                                 struct error *err)
{
    struct sync *sync = push->sync;
    struct arena *mem = sync->run->mem;
    struct notices all;
    *ret = false;
    TRY(remote_list(sync->remote, NOTICE_FOLDER, mem, &push->notices, err));
    if (!remote_objects_find(&push->notices, push->notice)) {
        error_set(err, STATUS_BUSY, "somebody took %s away: a push may last %zu s",
                  QUOTE_PATH(push->notice), sync->options->timeout);
        error_hint(err, "the pointer was not moved; run 'bin/push' again, with a longer "
                        "--timeout if it needs it");
        return STATUS_BUSY;
    }
    notice_find(&push->notices, notice_now(&push->notices, push->notice), mem, &all);
    for (size_t i = 0; i < all.n && !*ret; i++)
        if (all.v[i].gc && !is_left(push, &all.v[i]))
            TRY(is_in_the_way(push, &all.v[i], r, ret, err));
    return STATUS_OK;
}

/* Waits until no gc is in the way, and lists what is there then. */
static enum status wait_for_gc(struct push *push, const struct records *r,
                               struct error *err)
{
    struct sync *sync = push->sync;
    double until_s = progress_clock_s() + REMOTE_WAIT_S;
    for (bool blocked;;) {
        TRY(check_notices(push, r, &blocked, err));
        if (!blocked)
            break;
        if (progress_clock_s() > until_s) {
            error_set(err, STATUS_BUSY, "a gc is deleting what is to be pushed from %s",
                      QUOTE(remote_url(sync->remote)));
            error_hint(err, "try again when it is done; what one left that was killed "
                            "counts for 40 minutes");
            return STATUS_BUSY;
        }
        progress_pause(PAUSE_S);
    }
    return remote_list(sync->remote, MANIFEST_OBJECTS, sync->run->mem, &sync->objects,
                       err);
}

/* Finds what the remote does not have, or no longer: files first. */
static enum status find_lacking(struct push *push, struct transfer *v, size_t *ret_files,
                                size_t *ret_n, struct error *err)
{
    struct sync *sync = push->sync;
    size_t n = 0;
    for (int folders = 0; folders < 2; folders++) {
        for (size_t i = 0; i < sync->n; i++) {
            struct sync_object *o = &sync->object[i];
            bool same;
            if (o->folder != folders)
                continue;
            o->there = remote_objects_find(&sync->objects, o->key);
            TRY(sync_matches(sync, o, &same, err));
            if (!same && !o->cached)
                push_fault_missing(sync, o);
            else if (!same)
                v[n++] = push_transfer(push, o);
        }
        if (!folders)
            *ret_files = n;
    }
    *ret_n = n;
    return sync_faults(sync, err);
}

/* Looks until all is there at once, with the remote for ourselves where that can be. */
static enum status look(struct push *push, const struct records *r, struct error *err)
{
    struct sync *sync = push->sync;
    struct transfer *v = ARENA_ARRAY(sync->run->mem, struct transfer, sync->n);
    for (int i = 0; i < MAX_LOOKS; i++) {
        size_t files, n;
        TRY(remote_seize(sync->remote, &push->alone, err));
        TRY(wait_for_gc(push, r, err));
        TRY(find_lacking(push, v, &files, &n, err));
        if (n == 0)
            return STATUS_OK;
        remote_release(sync->remote);
        TRY(send_objects(push, v, files, err));
        TRY(send_objects(push, v + files, n - files, err));
    }
    error_set(err, STATUS_BUSY, "somebody deletes from %s what is sent there",
              QUOTE(remote_url(sync->remote)));
    error_hint(err, "the pointer was not moved; try again");
    return STATUS_BUSY;
}

static enum status send_all(struct push *push, struct error *err)
{
    struct sync *sync = push->sync;
    struct records r;
    sync->what = "push";
    sync->done_bytes = 0;
    sync->total_bytes = push->bytes;
    TRY(send_objects(push, push->file, push->n_files, err));
    TRY(send_objects(push, push->folder, push->n_folders, err));
    warn_healed(push);
    sync->what = NULL;
    // Records are written even if they are there: new ones are not a gc's to delete.
    write_records(push, &r);
    TRY(send_record(push, r.lock_key, sync->lock_bytes, err));
    TRY(send_record(push, r.key, r.manifest, err));
    TRY(look(push, &r, err));
    remote_limit(sync->remote, push->until_s);
    return send_record(push, MANIFEST_POINTER, r.pointer, err);
}

/* Takes the notice away, and those that dead ones left.  While a request may still come
 * to pass, it stays: what it names is then kept until it cannot. */
static void withdraw(struct push *push, enum status status)
{
    struct sync *sync = push->sync;
    struct arena *mem = sync->run->mem;
    struct notices all;
    struct error fault = {0};
    bool doubt = status == STATUS_ENVIRONMENT || status == STATUS_STOPPED ||
                 remote_in_doubt(sync->remote);
    remote_limit(sync->remote, 0);
    if (doubt)
        return;
    notice_find(&push->notices, notice_now(&push->notices, push->notice), mem, &all);
    const char **key = ARENA_ARRAY(mem, const char *, all.n + 1);
    size_t n = 0;
    key[n++] = push->notice;
    for (size_t i = 0; i < all.n; i++)
        if (strcmp(all.v[i].key, push->notice) != 0 && is_left(push, &all.v[i]))
            key[n++] = all.v[i].key;
    if (notice_remove(sync->remote, key, n, mem, &fault) != STATUS_OK)
        run_warn(sync->run, &fault);
}

enum status push_send(struct push *push, struct error *err)
{
    bool done;
    TRY(up_to_date(push, &done, err));
    if (done)
        return STATUS_OK;
    TRY(announce(push, err));
    enum status status = send_all(push, err);
    withdraw(push, status);
    return status;
}
