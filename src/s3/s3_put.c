/* Sending objects.
 *
 * A short file is read once, into the slot's buffer.  A longer one is read twice: for its
 * digests, then to be sent; the server refuses the second reading when it differs from
 * the first, because the SHA-256 of the first is in the signature.  From 64 MiB a file
 * goes in parts (s3_multipart.c).  Nothing is sent whose MD5 is not that which the
 * transfer wants, and an object that the server stored otherwise is deleted again. */
#include "s3/s3_put.h"

#include <unistd.h>

#include "file/file.h"
#include "s3/s3_sweep.h"

static struct s3_put_slot *slot_of(struct s3_put *put, const struct s3_slot *slot)
{
    return &put->slot[slot - put->client->slot];
}

void s3_put_failed(struct s3_put *put, size_t index, const struct error *err)
{
    s3_tally_add(&put->tally, index, err);
}

void s3_put_whole(struct s3_put *put, size_t index, const char *etag)
{
    struct transfer *t = &put->v[index];
    t->etag = arena_string(put->mem, etag);
    t->done = true;
    put->client->objects++;
}

enum status s3_put_changed(const struct transfer *t, struct error *err)
{
    if (t->path)
        error_set(err, STATUS_INPUT, "the file changed: %s is not what %s names",
                  QUOTE_PATH(t->path), QUOTE_PATH(t->key));
    else
        error_set(err, STATUS_INPUT, "the bytes do not have the digest of %s",
                  QUOTE_PATH(t->key));
    error_hint(err, "record it anew, then push again");
    return STATUS_INPUT;
}

bool s3_plain_etag(const struct s3_answer *answer, bool parts)
{
    size_t n = strspn(answer->etag, "0123456789abcdef");
    if (n != 2 * MD5_BYTES || answer->encrypted)
        return false;
    const char *rest = answer->etag + n;
    if (!parts)
        return rest[0] == '\0';
    return rest[0] == '-' && rest[1] && rest[1 + strspn(rest + 1, "0123456789")] == '\0';
}

bool s3_is_ours(const struct s3_answer *a, const struct transfer *t)
{
    bool noted = a->sha256[0] ? strcmp(a->sha256, t->sha256) == 0
                              : a->md5[0] && strcmp(a->md5, t->md5) == 0;
    return noted && a->bytes >= 0 && (uint64_t)a->bytes == t->bytes;
}

static bool done_undo(struct s3_client *client UNUSED, struct s3_slot *slot,
                      const struct s3_reason *reason)
{
    struct s3_put *put = slot->call.context;
    if (reason->class != S3_FATAL)
        s3_put_failed(put, slot->call.index, &slot_of(put, slot)->err);
    return false;
}

bool s3_put_undo(struct s3_put *put, struct s3_slot *slot, size_t index,
                 const struct error *err)
{
    slot_of(put, slot)->err = *err;
    slot->call = (struct s3_call){.method = "DELETE",
                                  .key = put->v[index].key,
                                  .fd = -1,
                                  .optional = true,
                                  .done = done_undo,
                                  .context = put,
                                  .index = index,
                                  .what = "delete"};
    return true;
}

static bool done_ask(struct s3_client *client UNUSED, struct s3_slot *slot,
                     const struct s3_reason *reason)
{
    struct s3_put *put = slot->call.context;
    const struct s3_answer *a = &slot->answer;
    size_t index = slot->call.index;
    const struct transfer *t = &put->v[index];
    struct error err;
    if (reason->class == S3_FATAL)
        return false;
    if (reason->class != S3_DONE) {
        s3_explain(slot, reason, &err);
        s3_put_failed(put, index, &err);
        return false;
    }
    if (s3_is_ours(a, t)) {
        s3_put_whole(put, index, a->etag);
        return false;
    }
    error_set(&err, STATUS_ENVIRONMENT,
              "the server stored other bytes than were sent as %s (ETag %s)",
              QUOTE_PATH(t->key), QUOTE(a->etag));
    error_hint(&err, "is a proxy in between that changes what it passes on?");
    return s3_put_undo(put, slot, index, &err);
}

bool s3_put_ask(struct s3_put *put, struct s3_slot *slot, size_t index)
{
    slot->call = (struct s3_call){.method = "HEAD",
                                  .key = put->v[index].key,
                                  .fd = -1,
                                  .done = done_ask,
                                  .context = put,
                                  .index = index,
                                  .what = "verify"};
    return true;
}

static bool done_put(struct s3_client *client, struct s3_slot *slot,
                     const struct s3_reason *reason);

/* Fills the slot's call; *ret_parts: the file goes in parts, and there is no call yet. */
static enum status begin(struct s3_put *put, struct s3_slot *slot, size_t index,
                         bool *ret_parts, struct error *err)
{
    struct transfer *t = &put->v[index];
    struct s3_call *call = &slot->call;
    int fd = -1;
    struct stat st;
    *ret_parts = false;
    *call = (struct s3_call){.method = "PUT",
                             .key = t->key,
                             .fd = -1,
                             .has_body = true,
                             .done = done_put,
                             .context = put,
                             .index = index,
                             .what = "send"};
    if (!t->path) {
        TRY(s3_take_body(t, t->body, call, err));
    } else {
        enum status status;
        TRY(file_open(t->path, &fd, err));
        if (fstat(fd, &st) != 0)
            status = file_failed("read", t->path, err);
        else if ((*ret_parts =
                      (uint64_t)st.st_size >= put->client->limits.multipart_bytes))
            return s3_upload_begin(put, index, fd, &st, err);
        else
            status = s3_take_file(t, fd, &st, slot, err);
        if (status != STATUS_OK) {
            (void)close(fd);
            return status;
        }
    }
    memcpy(call->sha256, t->sha256, sizeof call->sha256);
    s3_header(call, "x-amz-meta-sha256", t->sha256);
    return STATUS_OK;
}

/* Reads and sends the file once more. */
static bool begin_again(struct s3_put *put, struct s3_slot *slot, size_t index)
{
    struct error err;
    bool parts;
    slot_of(put, slot)->second = true;
    put->v[index].vouched = false;
    if (begin(put, slot, index, &parts, &err) == STATUS_OK)
        return !parts;
    s3_put_failed(put, index, &err);
    return false;
}

/* Compares what the server says that it stored. */
static bool check_etag(struct s3_put *put, struct s3_slot *slot, size_t index)
{
    const struct transfer *t = &put->v[index];
    struct error err;
    if (strcmp(slot->answer.etag, t->md5) == 0) {
        s3_put_whole(put, index, slot->answer.etag);
        return false;
    }
    if (!s3_plain_etag(&slot->answer, false))
        return s3_put_ask(put, slot, index);
    if (!slot_of(put, slot)->second)
        return begin_again(put, slot, index);
    error_set(
        &err, STATUS_ENVIRONMENT,
        "the server stored other bytes than were sent as %s: expected MD5 %s, found %s",
        QUOTE_PATH(t->key), t->md5, slot->answer.etag);
    error_hint(&err, "is a proxy in between that changes what it passes on?");
    return s3_put_undo(put, slot, index, &err);
}

static bool done_put(struct s3_client *client UNUSED, struct s3_slot *slot,
                     const struct s3_reason *reason)
{
    struct s3_put *put = slot->call.context;
    size_t index = slot->call.index;
    struct error err;
    if (slot->call.file)
        (void)close(slot->call.fd);
    if (reason->class == S3_FATAL)
        return false;
    if (reason->class == S3_DONE)
        return check_etag(put, slot, index);
    if (reason->class == S3_CHANGED) {
        if (!slot_of(put, slot)->second)
            return begin_again(put, slot, index);
        s3_put_changed(&put->v[index], &err);
    } else {
        s3_explain(slot, reason, &err);
    }
    s3_put_failed(put, index, &err);
    return false;
}

/* The next call: of uploads under way, else of the next file. */
static enum s3_more next_put(struct s3_client *client UNUSED, struct s3_slot *slot,
                             void *context)
{
    struct s3_put *put = context;
    struct error err;
    enum s3_more more = s3_sweep_next(put, slot);
    if (more != S3_NONE)
        return more;
    if (s3_upload_next(put, slot))
        return S3_CALL;
    while (put->next < put->n && s3_upload_may_begin(put)) {
        bool parts;
        size_t index = put->next++;
        slot_of(put, slot)->second = false;
        if (begin(put, slot, index, &parts, &err) != STATUS_OK)
            s3_put_failed(put, index, &err);
        else if (!parts || s3_upload_next(put, slot))
            return S3_CALL;
    }
    return put->uploads ? S3_LATER : S3_NONE;
}

enum status s3_put(struct remote *remote, struct transfer *v, size_t n, struct arena *mem,
                   struct error *err)
{
    struct s3_client *c = remote->state;
    struct s3_put *put = ARENA_NEW(mem, struct s3_put);
    *put = (struct s3_put){.client = c, .v = v, .n = n, .mem = mem};
    for (size_t i = 0; i < n; i++) {
        v[i].etag = "";
        v[i].done = false;
    }
    c->objects = 0;
    c->bytes = c->shown_bytes = 0;
    s3_sweep_begin(put);
    enum status status = s3_run(c, next_put, put, err);
    s3_upload_release(put);
    return status != STATUS_OK ? status : s3_tally_end(&put->tally, err);
}
