/* Sending and fetching in portions, with faults told one by one.
 *
 * One damaged object keeps no other from coming.  The first fault is the command's error;
 * the others are told as warnings at once, so that all of them are known. */
#include <string.h>

#include "ship/sync.h"

enum { PORTION = 2048 };

enum status sync_put(struct sync *sync, struct transfer *v, size_t n, struct error *err)
{
    for (size_t i = 0; i < n; i += PORTION) {
        size_t some = n - i < PORTION ? n - i : PORTION;
        TRY(remote_put(sync->remote, v + i, some, sync->run->mem, err));
        for (size_t k = i; k < i + some; k++)
            sync->done_bytes += v[k].bytes;
    }
    return STATUS_OK;
}

/* Tells why one object did not come; first is the call's own fault. */
static void tell(struct sync *sync, const struct transfer *t, const struct error *first,
                 bool is_first)
{
    struct error fault = {0};
    const struct sync_object *o = sync_find(sync, t->key);
    if (t->fault)
        fault = *t->fault;
    else if (is_first)
        fault = *first;
    else
        error_set(&fault, STATUS_INPUT, "object %s did not come either",
                  QUOTE_PATH(t->key));
    if (o)
        error_at(&fault, o->path, 0, 0);
    sync_fault(sync, &fault);
}

enum status sync_get(struct sync *sync, struct transfer *v, size_t n, struct error *err)
{
    for (size_t i = 0; i < n; i += PORTION) {
        size_t some = n - i < PORTION ? n - i : PORTION;
        struct error first = {0};
        enum status status =
            remote_get(sync->remote, v + i, some, sync->run->mem, &first);
        if (status != STATUS_OK && status != STATUS_INPUT) {
            *err = first;
            return status;
        }
        bool is_first = true;
        for (size_t k = i; k < i + some; k++) {
            sync->done_bytes += v[k].bytes;
            if (v[k].done)
                continue;
            tell(sync, &v[k], &first, is_first);
            is_first = false;
        }
    }
    return STATUS_OK;
}

enum status sync_read(struct sync *sync, const char *key, const char *sha256,
                      struct view *ret, struct error *err)
{
    struct transfer t = {.key = key};
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
