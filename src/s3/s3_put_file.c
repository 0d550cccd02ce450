/* The bytes that a PUT sends, and their digests. */
#include "s3/s3_put.h"

#include <unistd.h>

#include "file/file.h"

/* Reads size bytes, or fewer where the file ends. */
static enum status read_piece(int fd, const char *path, void *to, size_t size,
                              uint64_t offset, size_t *ret, struct error *err)
{
    size_t n = 0;
    while (n < size) {
        ssize_t got = pread(fd, (char *)to + n, size - n, (off_t)(offset + n));
        if (got < 0)
            return file_failed("read", path, err);
        if (got == 0)
            break;
        n += (size_t)got;
    }
    *ret = n;
    return STATUS_OK;
}

static unsigned char *buffer_of(struct s3_slot *slot)
{
    if (!slot->buffer)
        slot->buffer = malloc(S3_SMALL_BYTES);
    if (!slot->buffer)
        out_of_memory(S3_SMALL_BYTES);
    return slot->buffer;
}

/* Compares with the MD5 that is wanted, or fills it in. */
static enum status settle_md5(struct transfer *t, const char *md5, struct error *err)
{
    if (t->md5[0] && strcmp(t->md5, md5) != 0)
        return s3_put_changed(t, err);
    memcpy(t->md5, md5, MD5_HEX);
    return STATUS_OK;
}

/* The server refuses bytes that have another SHA-256 than is signed: what the caller
 * vouches for need not be digested. */
enum status s3_take_body(struct transfer *t, struct view body, struct s3_call *call,
                         struct error *err)
{
    char md5[MD5_HEX];
    if (!t->vouched || !t->sha256[0]) {
        digest_hex_of(DIGEST_MD5, body.p, body.n, md5);
        TRY(settle_md5(t, md5, err));
        digest_hex_of(DIGEST_SHA256, body.p, body.n, t->sha256);
    }
    t->bytes = body.n;
    call->body = body;
    return STATUS_OK;
}

static enum status take_short(struct transfer *t, int fd, struct s3_slot *slot,
                              struct error *err)
{
    struct view body = {(const char *)buffer_of(slot), 0};
    TRY(read_piece(fd, t->path, slot->buffer, S3_SMALL_BYTES, 0, &body.n, err));
    return s3_take_body(t, body, &slot->call, err);
}

/* Digests a longer file through the slot's buffer. */
static enum status take_long(struct transfer *t, int fd, uint64_t bytes,
                             struct s3_slot *slot, struct error *err)
{
    struct digest md5 = {NULL}, sha256 = {NULL};
    unsigned char *buffer = buffer_of(slot);
    char hex[MD5_HEX], sha256_hex[SHA256_HEX];
    uint64_t at = 0;
    size_t n = 1;
    enum status status = STATUS_OK;
    digest_begin(&md5, DIGEST_MD5);
    digest_begin(&sha256, DIGEST_SHA256);
    while (n > 0 && status == STATUS_OK) {
        n = 0;
        status = read_piece(fd, t->path, buffer, S3_SMALL_BYTES, at, &n, err);
        digest_add(&md5, buffer, n);
        digest_add(&sha256, buffer, n);
        at += n;
    }
    digest_end_hex(&md5, DIGEST_MD5, hex);
    digest_end_hex(&sha256, DIGEST_SHA256, sha256_hex);
    digest_release(&md5);
    digest_release(&sha256);
    TRY(status);
    memcpy(t->sha256, sha256_hex, SHA256_HEX);
    if (at != bytes)
        return s3_put_changed(t, err);
    t->bytes = bytes;
    return settle_md5(t, hex, err);
}

/* Makes the slot's call the PUT of a file that does not go in parts. */
enum status s3_take_file(struct transfer *t, int fd, const struct stat *st,
                         struct s3_slot *slot, struct error *err)
{
    struct s3_call *call = &slot->call;
    if ((uint64_t)st->st_size <= S3_SMALL_BYTES) {
        TRY(take_short(t, fd, slot, err));
        (void)close(fd);
        return STATUS_OK;
    }
    if (!t->vouched || !t->sha256[0])
        TRY(take_long(t, fd, (uint64_t)st->st_size, slot, err));
    call->fd = fd;
    call->file = true;
    call->bytes = (uint64_t)st->st_size;
    return STATUS_OK;
}
