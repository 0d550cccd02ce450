/* Streams over a descriptor with a write function of our own (fopencookie). */
#define _GNU_SOURCE // fopencookie

#include "base/stream.h"

#include <errno.h>

#include "base/banned.h"

/* 0 tells the C library that writing has failed, with errno as it is. */
static ssize_t write_cookie(void *cookie, const char *p, size_t n)
{
    struct stream *to = cookie;
    ssize_t wrote = write(to->fd, p, n);
    if (wrote < 0 && !to->failed)
        to->failed = errno;
    return wrote < 0 ? 0 : wrote;
}

FILE *stream_open(struct stream *to, bool lines, FILE *instead)
{
    cookie_io_functions_t functions = {.write = write_cookie};
    FILE *stream = fopencookie(to, "w", functions);
    if (!stream)
        return instead;
    (void)setvbuf(stream, NULL, lines ? _IOLBF : _IOFBF, BUFSIZ);
    return stream;
}
