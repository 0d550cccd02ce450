/* Writing where nobody else has: on S3 servers by conditions (If-None-Match, If-Match), in
 * folders under a lock.
 *
 * A request that was sent again after its answer was lost is refused by what it did itself.
 * So what is refused is looked at: the very bytes that were to be put are as good as done. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // getentropy
#endif

#include <string.h>
#include <unistd.h>

#include "remote/remote_ops.h"

static enum status holds(struct remote *remote, const char *key, struct view body,
                         struct arena *mem, bool *ret, struct error *err)
{
    struct transfer now = {.key = key, .bounded = true, .most = body.n};
    struct error none;
    enum status status = remote->ops->get(remote, &now, 1, mem, &none);
    *ret = status == STATUS_OK && view_eq(now.body, body);
    if (status == STATUS_OK || status == STATUS_INPUT) // another length, or gone
        return STATUS_OK;
    *err = none;
    return status;
}

enum status remote_swap(struct remote *remote, const char *key, struct view body,
                        const struct transfer *seen, struct arena *mem, bool *ret_done,
                        struct error *err)
{
    bool done = false;
    if (!remote_key_ok(key))
        return error_set(err, STATUS_INPUT, "%s cannot be the key of an object",
                         QUOTE(key));
    TRY(remote->ops->swap(remote, key, body, seen, mem, &done, err));
    if (!done)
        TRY(holds(remote, key, body, mem, &done, err));
    *ret_done = done;
    return STATUS_OK;
}

/* One after the other: there is none, there is one, it is another by now. */
static enum status try_conditions(struct remote *remote, const char *key,
                                  struct arena *mem, bool *ret, struct error *err)
{
    struct transfer first = {.key = key};
    bool made, made_again = true, replaced, replaced_again = true;
    TRY(remote->ops->swap(remote, key, VIEW("1"), NULL, mem, &made, err));
    TRY(remote->ops->swap(remote, key, VIEW("2"), NULL, mem, &made_again, err));
    TRY(remote->ops->get(remote, &first, 1, mem, err));
    TRY(remote->ops->swap(remote, key, VIEW("3"), &first, mem, &replaced, err));
    TRY(remote->ops->swap(remote, key, VIEW("4"), &first, mem, &replaced_again, err));
    *ret = made && !made_again && replaced && !replaced_again;
    return STATUS_OK;
}

enum status remote_swaps(struct remote *remote, const char *folder, struct arena *mem,
                         bool *ret, struct error *err)
{
    unsigned char random[8];
    char name[2 * sizeof random + 1];
    if (getentropy(random, sizeof random) < 0)
        return error_errno(err, "could not draw a random name");
    digest_hex(random, sizeof random, name);
    const char *key = arena_format(mem, "%sprobe/%s", folder, name);
    enum status status = try_conditions(remote, key, mem, ret, err);
    struct error none;
    enum status removed = remote->ops->remove(remote, &key, 1, mem, &none);
    if (status == STATUS_OK && removed != STATUS_OK)
        *err = none;
    return status == STATUS_OK ? removed : status;
}
