/* Fetching objects.
 *
 * What comes is digested and written as it comes; nothing but an object without a path
 * is ever held.  A body that breaks off is asked for again from its begin.  A file stays
 * only if its bytes have the digest that is wanted, and the SHA-256 that the object
 * itself carries where we wrote it. */
#include "s3/s3_client.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file/file.h"

struct get {
    struct s3_client *client;
    struct transfer *v; // [n]
    size_t n, next;
    struct arena *mem;
    struct s3_tally tally;
    struct s3_sink sink[S3_MAX_JOBS]; // of each slot
    bool second[S3_MAX_JOBS];         // it came damaged before
};

static size_t slot_index(const struct get *get, const struct s3_slot *slot)
{
    return (size_t)(slot - get->client->slot);
}

/* Closes the slot's file; removes it where it is not whole. */
static void close_sink(struct get *get, struct s3_slot *slot, bool keep)
{
    const struct transfer *t = &get->v[slot->call.index];
    struct s3_sink *sink = slot->call.sink;
    if (!sink || sink->fd < 0)
        return;
    s3_sink_close(sink);
    if (!keep)
        (void)beneath_remove(t->root, t->path, 0);
}

static bool fail(struct get *get, struct s3_slot *slot, const struct error *err)
{
    close_sink(get, slot, false);
    s3_tally_add(&get->tally, slot->call.index, err);
    return false;
}

/* False when the file could not be written. */
static bool digests(struct s3_slot *slot, char md5[MD5_HEX], char sha256[SHA256_HEX],
                    uint64_t *ret_bytes)
{
    struct s3_sink *sink = slot->call.sink;
    struct view body = slot->answer.body;
    *ret_bytes = sink ? sink->bytes : body.n;
    if (sink)
        return s3_sink_end(sink, md5, sha256);
    digest_hex_of(DIGEST_MD5, body.p, body.n, md5);
    digest_hex_of(DIGEST_SHA256, body.p, body.n, sha256);
    return true;
}

static bool fail_write(struct get *get, struct s3_slot *slot)
{
    struct error err;
    const struct transfer *t = &get->v[slot->call.index];
    const struct s3_sink *sink = slot->call.sink;
    errno = sink->failed;
    if (sink->too_long)
        remote_too_long(t, slot->answer.bytes > 0 ? (uint64_t)slot->answer.bytes : 0,
                        &err);
    else
        beneath_failed("write", t->root, t->path, &err);
    return fail(get, slot, &err);
}

/* Takes an answer as the object, once its digests are right. */
static bool take(struct get *get, struct s3_slot *slot)
{
    struct transfer *t = &get->v[slot->call.index];
    const struct s3_answer *a = &slot->answer;
    char md5[MD5_HEX], sha256[SHA256_HEX];
    struct error err;
    uint64_t bytes;
    if (!digests(slot, md5, sha256, &bytes))
        return fail_write(get, slot);
    if (t->bounded && bytes > t->most) {
        remote_too_long(t, bytes, &err);
        return fail(get, slot, &err);
    }
    bool right = !t->md5[0] || strcmp(t->md5, md5) == 0;
    // Who does not know what it must be wants to be told what it is.
    bool own = !t->md5[0] || !a->sha256[0] || strcmp(a->sha256, sha256) == 0;
    if ((!right || !own) && !get->second[slot_index(get, slot)]) {
        get->second[slot_index(get, slot)] = true;
        return true;
    }
    if (!right || !own) {
        error_set(&err, STATUS_INPUT, "the object %s is damaged: expected %s, found %s",
                  QUOTE_PATH(t->key), right ? a->sha256 : t->md5, right ? sha256 : md5);
        error_hint(&err, "push it again from where it is whole");
        return fail(get, slot, &err);
    }
    memcpy(t->md5, md5, sizeof md5);
    memcpy(t->sha256, sha256, sizeof sha256);
    t->bytes = bytes;
    t->etag = arena_string(get->mem, a->etag);
    if (!slot->call.sink)
        t->body = (struct view){arena_copy(get->mem, a->body.p, a->body.n), a->body.n};
    t->done = true;
    close_sink(get, slot, true);
    get->client->objects++;
    return false;
}

static bool done_get(struct s3_client *client, struct s3_slot *slot,
                     const struct s3_reason *reason)
{
    struct get *get = slot->call.context;
    struct s3_sink *sink = slot->call.sink;
    struct transfer *t = &get->v[slot->call.index];
    struct error err;
    if (reason->class == S3_FATAL) {
        close_sink(get, slot, false);
        return false;
    }
    if (reason->class == S3_DONE)
        return take(get, slot);
    if (sink && sink->failed)
        return fail_write(get, slot);
    if (reason->class == S3_MISSING) {
        error_set(&err, STATUS_INPUT, "there is no object %s on the remote %s",
                  QUOTE_PATH(t->key), QUOTE(client->config->name));
        error_hint(&err, "push it from where it is");
    } else {
        s3_explain(slot, reason, &err);
    }
    return fail(get, slot, &err);
}

static enum status begin(struct get *get, struct s3_slot *slot, size_t index,
                         struct error *err)
{
    struct transfer *t = &get->v[index];
    struct s3_sink *sink = &get->sink[slot_index(get, slot)];
    slot->call = (struct s3_call){.method = "GET",
                                  .key = t->key,
                                  .fd = -1,
                                  .done = done_get,
                                  .context = get,
                                  .index = index,
                                  .what = "fetch"};
    get->second[slot_index(get, slot)] = false;
    if (!t->path)
        return STATUS_OK;
    // Objects are read-only, which is no hindrance to this descriptor.
    int fd = beneath_open(t->root, t->path, O_RDWR | O_CREAT | O_EXCL, 0444);
    if (fd < 0)
        return beneath_failed("create", t->root, t->path, err);
    s3_sink_open(sink, fd, t->bounded ? t->most : UINT64_MAX);
    slot->call.sink = sink;
    return STATUS_OK;
}

static enum s3_more next_get(struct s3_client *client UNUSED, struct s3_slot *slot,
                             void *context)
{
    struct get *get = context;
    struct error err;
    while (get->next < get->n) {
        size_t index = get->next++;
        if (begin(get, slot, index, &err) == STATUS_OK)
            return S3_CALL;
        s3_tally_add(&get->tally, index, &err);
    }
    return S3_NONE;
}

enum status s3_get(struct remote *remote, struct transfer *v, size_t n, struct arena *mem,
                   struct error *err)
{
    struct s3_client *c = remote->state;
    struct get *get = ARENA_NEW(mem, struct get);
    *get = (struct get){.client = c, .v = v, .n = n, .mem = mem};
    for (size_t i = 0; i < n; i++) {
        v[i].etag = "";
        v[i].done = false;
    }
    for (size_t i = 0; i < S3_MAX_JOBS; i++)
        get->sink[i].fd = -1;
    c->objects = 0;
    c->bytes = c->shown_bytes = 0;
    enum status status = s3_run(c, next_get, get, err);
    for (size_t i = 0; i < S3_MAX_JOBS; i++)
        s3_sink_release(&get->sink[i]);
    return status != STATUS_OK ? status : s3_tally_end(&get->tally, err);
}
