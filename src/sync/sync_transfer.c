/* Sending and fetching in portions, with faults told one by one.
 *
 * One damaged object keeps no other from coming.  The first fault is the command's error;
 * the others are told as warnings at once, so that all of them are known. */
#include <string.h>

#include "base/stop.h"
#include "sync/manifest.h"
#include "sync/sync.h"

enum { PORTION = 2048, POINTER_BYTES = 64 * 1024 };

static enum status put_all(struct sync *sync, struct transfer *v, size_t n,
                           struct error *err)
{
    for (size_t i = 0; i < n; i += PORTION) {
        size_t some = n - i < PORTION ? n - i : PORTION;
        TRY(remote_put(sync->remote, v + i, some, sync->run->mem, err));
        for (size_t k = i; k < i + some; k++)
            sync->done_bytes += v[k].bytes;
    }
    return STATUS_OK;
}

enum status sync_put(struct sync *sync, struct transfer *v, size_t n, struct error *err)
{
    stop_begin();
    return stop_end(put_all(sync, v, n, err), err);
}

/* Asks once more, alone, for an object that failed beside others whose reason was not
 * told; past --max-errors nobody reads it. */
static enum status ask_again(struct sync *sync, struct transfer *t, struct error *fault)
{
    if (sync->n_faults < sync->run->max_errors)
        return remote_get(sync->remote, t, 1, sync->run->mem, fault);
    return error_set(fault, STATUS_INPUT, "object %s did not come", QUOTE_PATH(t->key));
}

/* Tells why one object did not come.  first: what the call itself said, of its first one;
 * NULL for the others. */
static enum status tell(struct sync *sync, struct transfer *t, const struct error *first,
                        struct error *err)
{
    struct error fault = {0};
    const struct sync_object *o = sync_find(sync, t->key);
    enum status status = STATUS_INPUT;
    if (t->fault)
        fault = *t->fault;
    else if (first)
        fault = *first;
    else
        status = ask_again(sync, t, &fault);
    if (status == STATUS_OK)
        return STATUS_OK;
    if (status != STATUS_INPUT) {
        *err = fault;
        return status;
    }
    if (o)
        error_at(&fault, o->path, 0, 0);
    sync_fault(sync, &fault);
    return STATUS_OK;
}

static enum status get_portion(struct sync *sync, struct transfer *v, size_t n,
                               struct error *err)
{
    struct error first = {0};
    const struct error *said = &first;
    enum status status = remote_get(sync->remote, v, n, sync->run->mem, &first);
    if (status != STATUS_OK && status != STATUS_INPUT) {
        *err = first;
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        if (!v[i].done) {
            TRY(tell(sync, &v[i], said, err));
            said = NULL;
        }
        sync->done_bytes += v[i].bytes;
    }
    return STATUS_OK;
}

static enum status get_all(struct sync *sync, struct transfer *v, size_t n,
                           struct error *err)
{
    for (size_t i = 0; i < n; i += PORTION)
        TRY(get_portion(sync, v + i, n - i < PORTION ? n - i : PORTION, err));
    return STATUS_OK;
}

enum status sync_get(struct sync *sync, struct transfer *v, size_t n, struct error *err)
{
    stop_begin();
    return stop_end(get_all(sync, v, n, err), err);
}

enum status sync_read(struct sync *sync, const char *key, const char *sha256,
                      struct view *ret, struct error *err)
{
    // The pointer alone may have changed since it was listed, and is short.
    const struct remote_object *listed = remote_objects_find(&sync->others, key);
    struct transfer t = {.key = key, .bounded = true, .most = POINTER_BYTES};
    if (strcmp(key, MANIFEST_POINTER) != 0)
        t.most = listed ? listed->bytes : UINT64_MAX;
    TRY(remote_get(sync->remote, &t, 1, sync->run->mem, err));
    if (sha256 && strcmp(sha256, t.sha256) != 0) {
        error_set(err, STATUS_INPUT, "object %s: expected sha256 %s, found %s",
                  QUOTE_PATH(key), sha256, t.sha256);
        error_hint(err, "delete it in the remote; 'bin/push' writes it again");
        return STATUS_INPUT;
    }
    *ret = t.body;
    return STATUS_OK;
}

void sync_fault(struct sync *sync, const struct error *fault)
{
    struct error copy = *fault;
    if (sync->n_faults++ == 0)
        sync->fault = copy;
    copy.hint[0] = '\0';
    if (sync->n_faults > 1)
        run_warn(sync->run, &copy);
}

enum status sync_faults(const struct sync *sync, struct error *err)
{
    if (sync->n_faults == 0)
        return STATUS_OK;
    *err = sync->fault;
    err->status = STATUS_INPUT;
    return STATUS_INPUT;
}
