/* Copying an object's bytes and digesting them on the way, so that they are read once. */
#include "remote/remote_folder_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/stop.h"

enum { COPY_BYTES = 64 * 1024 };

static bool take(struct folder_copy *c, const char *p, size_t n)
{
    if (c->bounded && n > c->most - c->bytes) {
        errno = EFBIG;
        c->failed = "read";
        c->too_long = true;
        return false;
    }
    digest_add(&c->md5, p, n);
    digest_add(&c->sha256, p, n);
    if (c->discard) {
        c->bytes += n;
        return true;
    }
    if (c->to < 0 && c->cap - c->bytes < n) {
        errno = EFBIG;
        c->failed = "read";
        return false;
    }
    if (c->to < 0 && n)
        memcpy(c->memory + c->bytes, p, n);
    c->bytes += n;
    if (c->to < 0 || restart_write(c->to, p, n))
        return true;
    c->failed = "write";
    return false;
}

static bool take_file(struct folder_copy *c)
{
    char buffer[COPY_BYTES];
    for (;;) {
        ssize_t got = -1;
        errno = EINTR;
        if (!stop_wanted())
            got = read(c->from, buffer, sizeof(buffer));
        if (got < 0)
            c->failed = "read";
        if (got <= 0)
            return got == 0;
        if (!take(c, buffer, (size_t)got))
            return false;
    }
}

/* Copies all and fills the digests in hex. */
bool folder_copy(struct folder_copy *c, char md5[MD5_HEX], char sha256[SHA256_HEX])
{
    digest_begin(&c->md5, DIGEST_MD5);
    digest_begin(&c->sha256, DIGEST_SHA256);
    bool done = c->from < 0 ? take(c, c->body.p, c->body.n) : take_file(c);
    int number = errno;
    digest_end_hex(&c->md5, DIGEST_MD5, md5);
    digest_end_hex(&c->sha256, DIGEST_SHA256, sha256);
    digest_release(&c->md5);
    digest_release(&c->sha256);
    errno = number;
    return done;
}
