/* The report of what a process published.
 *
 * The report is opened anew for each record, by its path and never created here: a
 * descriptor would have to survive whatever stands between the one who asks and this
 * process, and a report that nobody waits for any more is gone. */
#include "file/published.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/file.h"

enum { MAX_REPORT = 64 << 20 };

struct published published_of(const char *path, const struct stat *st)
{
    return (struct published){
        .path = path,
        .device = (uint64_t)st->st_dev,
        .inode = (uint64_t)st->st_ino,
        .bytes = (uint64_t)st->st_size,
        .mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
    };
}

bool published_same(const struct published *a, const struct published *b)
{
    return a->device == b->device && a->inode == b->inode && a->bytes == b->bytes &&
           a->mtime_ns == b->mtime_ns;
}

/* The record, the NUL behind it included. */
static enum status make_record(const char *path, const struct stat *st, struct arena *mem,
                               struct view *ret, struct error *err)
{
    const char *here;
    struct published p = published_of(path, st);
    TRY(file_here(mem, &here, err));
    const char *text =
        arena_format(mem, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %s", p.device,
                     p.inode, p.bytes, p.mtime_ns, file_join(mem, here, path));
    *ret = (struct view){text, strlen(text) + 1};
    return STATUS_OK;
}

static enum status append(const char *report, struct view record, struct error *err)
{
    int fd = open(report,
                  O_WRONLY | O_APPEND | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) // nobody waits for it any more
        return errno == ENOENT ? STATUS_OK : file_failed("write", report, err);
    ssize_t wrote = write(fd, record.p, record.n);
    enum status status = STATUS_OK;
    if (wrote < 0)
        status = file_failed("write", report, err);
    else if ((size_t)wrote != record.n)
        status = error_set(err, STATUS_ENVIRONMENT, "could not write %s: disk full",
                           QUOTE_PATH(report));
    close(fd);
    return status;
}

enum status published_tell(const char *path, const struct stat *st, struct error *err)
{
    const char *report = getenv(PUBLISHED_ENV);
    struct arena mem = {0};
    struct view record;
    if (!report || report[0] != '/')
        return STATUS_OK;
    enum status status = make_record(path, st, &mem, &record, err);
    if (status == STATUS_OK)
        status = append(report, record, err);
    arena_release(&mem);
    return status;
}

/* Takes a decimal and the blank behind it off the front. */
static bool take_number(struct view *v, uint64_t *ret)
{
    size_t n = 0;
    uint64_t value = 0;
    for (; n < v->n && v->p[n] >= '0' && v->p[n] <= '9'; n++)
        value = value * 10 + (uint64_t)(v->p[n] - '0');
    if (n == 0 || n > 20 || n == v->n || v->p[n] != ' ')
        return false;
    *v = (struct view){v->p + n + 1, v->n - n - 1};
    *ret = value;
    return true;
}

static bool parse_record(struct view v, struct published *ret)
{
    uint64_t mtime_ns;
    if (!take_number(&v, &ret->device) || !take_number(&v, &ret->inode) ||
        !take_number(&v, &ret->bytes) || !take_number(&v, &mtime_ns) || v.n == 0 ||
        v.p[0] != '/')
        return false;
    ret->mtime_ns = (int64_t)mtime_ns;
    ret->path = v.p; // ends at the record's NUL
    return true;
}

enum status published_read(const char *report, struct arena *mem, struct published **ret,
                           size_t *ret_n, struct error *err)
{
    struct view all;
    struct published *v = NULL;
    size_t n = 0, cap = 0;
    if (!file_exists(report)) {
        *ret_n = 0;
        return STATUS_OK;
    }
    TRY(file_read(report, MAX_REPORT, mem, &all, err));
    for (size_t at = 0; at < all.n;) {
        const char *end = memchr(all.p + at, '\0', all.n - at);
        size_t length = end ? (size_t)(end - all.p) - at : 0;
        ARENA_ROOM(mem, v, n, cap, 16);
        if (!end || !parse_record((struct view){all.p + at, length}, &v[n]))
            return error_set(err, STATUS_ENVIRONMENT, "%s is damaged",
                             QUOTE_PATH(report));
        n++;
        at += length + 1;
    }
    *ret = v;
    *ret_n = n;
    return STATUS_OK;
}
