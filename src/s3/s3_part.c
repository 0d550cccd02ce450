/* The parts of an upload. */
#include "s3/s3_upload.h"

#include <unistd.h>

#include "file/file.h"

#define PIECE_BYTES ((size_t)128 << 10)

struct transfer *s3_upload_transfer(const struct s3_upload *u)
{
    return &u->put->v[u->index];
}

void s3_upload_fail(struct s3_upload *u, const struct error *err)
{
    if (!u->failed)
        u->err = *err;
    u->failed = true;
}

void s3_upload_call(struct s3_upload *u, struct s3_slot *slot, const char *method,
                    s3_done *done)
{
    slot->call = (struct s3_call){.method = method,
                                  .key = s3_upload_transfer(u)->key,
                                  .fd = -1,
                                  .done = done,
                                  .context = u,
                                  .what = "send"};
}

static bool digest_part(struct s3_upload *u, struct s3_call *call, struct error *err)
{
    unsigned char buffer[PIECE_BYTES];
    struct digest sha256 = {NULL};
    uint64_t at = 0;
    ssize_t got = 1;
    digest_begin(&sha256, DIGEST_SHA256);
    while (at < call->bytes && got != 0) {
        uint64_t left = call->bytes - at;
        got = pread(u->fd, buffer, left < PIECE_BYTES ? (size_t)left : PIECE_BYTES,
                    (off_t)(call->offset + at));
        if (got < 0)
            break;
        digest_add(&sha256, buffer, (size_t)got);
        at += (uint64_t)got;
    }
    digest_end_hex(&sha256, DIGEST_SHA256, call->sha256);
    digest_release(&sha256);
    if (got < 0)
        file_failed("read", s3_upload_transfer(u)->path, err);
    else if (at < call->bytes)
        s3_put_changed(s3_upload_transfer(u), err);
    return at == call->bytes;
}

static bool done_part(struct s3_client *client, struct s3_slot *slot,
                      const struct s3_reason *reason);

bool s3_upload_part(struct s3_upload *u, struct s3_slot *slot, size_t number)
{
    struct error err;
    struct s3_call *call = &slot->call;
    s3_upload_call(u, slot, "PUT", done_part);
    call->index = number;
    call->file = call->has_body = true;
    call->fd = u->fd;
    call->offset = number * u->part_bytes;
    call->bytes = (uint64_t)u->st.st_size - call->offset;
    if (call->bytes > u->part_bytes)
        call->bytes = u->part_bytes;
    s3_query(call, "partNumber", arena_format(u->put->mem, "%zu", number + 1));
    s3_query(call, "uploadId", u->id);
    if (digest_part(u, call, &err))
        return true;
    s3_upload_fail(u, &err);
    return false;
}

static bool done_part(struct s3_client *client UNUSED, struct s3_slot *slot,
                      const struct s3_reason *reason)
{
    struct s3_upload *u = slot->call.context;
    struct part *part = &u->part[slot->call.index];
    struct error err;
    if (reason->class == S3_FATAL)
        return false;
    if (reason->class == S3_CHANGED && !part->second && !u->failed) {
        part->second = true;
        if (s3_upload_part(u, slot, slot->call.index))
            return true;
    }
    u->done++;
    if (reason->class == S3_DONE) {
        part->etag = arena_string(u->put->mem, slot->answer.etag);
        return false;
    }
    if (reason->class == S3_CHANGED)
        s3_put_changed(s3_upload_transfer(u), &err);
    else
        s3_explain(slot, reason, &err);
    u->restart = u->restart || reason->class == S3_NO_UPLOAD;
    s3_upload_fail(u, &err);
    return false;
}
