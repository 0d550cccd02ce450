/* Reflinks, hard links and copies.
 *
 * A reflink (FICLONE) shares blocks until one of the files is written, a hard link shares
 * the file itself; both take no room.  Whichever way, the digest is that of the bytes
 * that landed: a file that somebody writes meanwhile does not get into the cache under a
 * wrong name. */
#define _GNU_SOURCE // copy_file_range

#include "dvc/dvc_link.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

enum {
    PIECE_BYTES = 64 * 1024,
    VOUCHED_FROM = 1024 * 1024 // to digest a shorter file costs less than to ask
};

struct link_job {
    const struct dvc_link_wish *wish;
    const char *from; // with its root's path, for messages and the memo
    int from_fd;
    bool vouched; // md5 holds for `from` as long as it stays in this state:
    struct stat state;
    char md5[MD5_HEX]; // of what landed
    uint64_t bytes;
};

/* True when the system says that this way does not exist here. */
static bool is_unsupported(int number)
{
    static const int numbers[] = {EPERM,  ENOTSUP, EOPNOTSUPP, EXDEV, ENOTTY,
                                  ENOSYS, EINVAL,  EMLINK,     EAGAIN};
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (numbers[i] == number)
            return true;
    return false;
}

/* Fills err from errno, for the new name. */
static enum status to_failed(const char *what, const struct link_job *job,
                             struct error *err)
{
    return beneath_failed(what, job->wish->to_root, job->wish->to, err);
}

static void remove_new(const struct link_job *job)
{
    int number = errno;
    (void)beneath_remove(job->wish->to_root, job->wish->to, 0);
    errno = number;
}

static enum status create(const struct link_job *job, int *ret_fd, struct error *err)
{
    *ret_fd = beneath_open(job->wish->to_root, job->wish->to,
                           O_RDWR | O_CREAT | O_EXCL | O_NOCTTY, 0600);
    return *ret_fd >= 0 ? STATUS_OK : to_failed("create", job, err);
}

static enum status finish(const struct link_job *job, int fd, enum status status,
                          struct error *err)
{
    if (status == STATUS_OK && fchmod(fd, job->wish->mode) < 0)
        status = to_failed("write", job, err);
    if (close(fd) < 0 && status == STATUS_OK)
        status = to_failed("write", job, err);
    return status;
}

static enum status by_reflink(struct link_job *job, bool *ret_works, struct error *err)
{
    int fd;
    TRY(create(job, &fd, err));
    *ret_works = ioctl(fd, FICLONE, job->from_fd) == 0;
    if (!*ret_works) {
        int number = errno;
        close(fd);
        errno = number;
        remove_new(job);
        return is_unsupported(number) ? STATUS_OK : file_failed("clone", job->from, err);
    }
    job->bytes = (uint64_t)job->state.st_size;
    enum status status =
        job->vouched ? STATUS_OK
                     : digest_fd(fd, job->wish->to, job->md5, NULL, &job->bytes, err);
    return finish(job, fd, status, err);
}

/* Links the names themselves; none is followed. */
static int link_names(const struct dvc_link_wish *wish)
{
    const char *from, *to;
    int a = beneath_parent(wish->from_root, wish->from, &from);
    int b = a < 0 ? -1 : beneath_parent(wish->to_root, wish->to, &to);
    int failed = b < 0 ? -1 : linkat(a, from, b, to, 0), number = errno;
    if (a >= 0)
        close(a);
    if (b >= 0)
        close(b);
    errno = number;
    return failed;
}

static enum status by_hardlink(struct link_job *job, bool *ret_works, struct error *err)
{
    struct stat st, linked;
    *ret_works = link_names(job->wish) == 0;
    if (!*ret_works)
        return is_unsupported(errno) ? STATUS_OK : file_failed("link", job->from, err);
    if (fstat(job->from_fd, &st) < 0 ||
        beneath_stat(job->wish->to_root, job->wish->to, &linked) < 0)
        return error_errno(err, "could not link %s", QUOTE_PATH(job->from));
    if (st.st_ino != linked.st_ino || st.st_dev != linked.st_dev)
        return error_set(err, STATUS_INPUT, "%s changed while it was linked",
                         QUOTE_PATH(job->from));
    return digest_fd(job->from_fd, job->from, job->md5, NULL, &job->bytes, err);
}

static enum status copy_bytes(struct link_job *job, int fd, struct error *err)
{
    CLEANUP(digest_release) struct digest digest = {0};
    char piece[PIECE_BYTES];
    digest_begin(&digest, DIGEST_MD5);
    for (;;) {
        ssize_t got = read(job->from_fd, piece, sizeof(piece));
        if (got < 0)
            return error_errno(err, "could not read %s", QUOTE_PATH(job->from));
        if (got == 0)
            break;
        digest_add(&digest, piece, (size_t)got);
        job->bytes += (uint64_t)got;
        if (!restart_write(fd, piece, (size_t)got))
            return to_failed("write", job, err);
    }
    digest_end_hex(&digest, DIGEST_MD5, job->md5);
    return STATUS_OK;
}

/* Leaves the copy to the system; false when it does not do that here, or not all. */
static bool copy_vouched(struct link_job *job, int fd)
{
    uint64_t size = (uint64_t)job->state.st_size;
    while (job->bytes < size) {
        ssize_t n = copy_file_range(job->from_fd, NULL, fd, NULL, size - job->bytes, 0);
        if (n <= 0)
            break;
        job->bytes += (uint64_t)n;
    }
    return job->bytes == size;
}

static enum status copy_into(struct link_job *job, int fd, struct error *err)
{
    if (job->vouched && copy_vouched(job, fd))
        return STATUS_OK;
    if (job->bytes > 0 &&
        (lseek(job->from_fd, 0, SEEK_SET) < 0 || lseek(fd, 0, SEEK_SET) < 0))
        return to_failed("write", job, err);
    job->bytes = 0;
    return copy_bytes(job, fd, err);
}

static enum status by_copy(struct link_job *job, bool *ret_works, struct error *err)
{
    int fd;
    TRY(create(job, &fd, err));
    *ret_works = true;
    return finish(job, fd, copy_into(job, fd, err), err);
}

/* Another attempt would cost a file that is created for nothing. */
static void forget(struct dvc_repo *repo, enum dvc_link way)
{
    size_t kept = 0;
    for (size_t i = 0; i < repo->n_links; i++)
        if (repo->link[i] != way || repo->n_links == 1)
            repo->link[kept++] = repo->link[i];
    repo->n_links = kept;
}

static size_t ways_of(const struct dvc_repo *repo, const struct dvc_link_wish *wish,
                      enum dvc_link *way)
{
    size_t n = 0;
    for (size_t i = 0; i < repo->n_links; i++)
        if (repo->link[i] != DVC_HARDLINK || !wish->executable)
            way[n++] = repo->link[i];
    if (n == 0 || wish->or_copy)
        way[n++] = DVC_COPY;
    return n;
}

static enum status try_ways(struct dvc_repo *repo, const struct dvc_link_wish *wish,
                            struct link_job *job, struct dvc_linked *ret,
                            struct error *err)
{
    static enum status (*const by[])(struct link_job *, bool *, struct error *) = {
        [DVC_REFLINK] = by_reflink, [DVC_HARDLINK] = by_hardlink, [DVC_COPY] = by_copy};
    enum dvc_link way[COUNT_OF(repo->link) + 1];
    size_t n = ways_of(repo, wish, way);
    for (size_t i = 0; i < n; i++) {
        bool works = false;
        TRY(by[way[i]](job, &works, err));
        ret->way = way[i];
        if (works)
            return STATUS_OK;
        forget(repo, way[i]);
    }
    error_set(err, STATUS_ENVIRONMENT,
              "could not link %s to %s: no kind of cache.type works",
              QUOTE_PATH(job->from), QUOTE_PATH(job->wish->to));
    error_hint(err, "add copy to the kinds of cache.type");
    return STATUS_ENVIRONMENT;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* True when the file was not replaced or written. */
static bool same_state(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           same_time(&a->st_mtim, &b->st_mtim) && same_time(&a->st_ctim, &b->st_ctim);
}

/* Asks the memo for the digest.  What it does not know is digested on its way. */
static void ask_memo(struct dvc_repo *repo, const struct dvc_link_wish *wish,
                     struct link_job *job)
{
    struct memo_file known;
    if (!wish->vouched || job->state.st_size < VOUCHED_FROM ||
        !memo_recall(repo->memo, job->from, &known))
        return;
    memcpy(job->md5, known.md5, MD5_HEX);
    job->vouched = true;
}

/* True when nothing happened to the file since the memo was asked. */
static bool stayed(const struct link_job *job)
{
    struct stat open, named;
    return fstat(job->from_fd, &open) == 0 &&
           beneath_stat(job->wish->from_root, job->wish->from, &named) == 0 &&
           same_state(&job->state, &open) && same_state(&job->state, &named);
}

static bool is_wanted(const struct link_job *job, const struct dvc_link_wish *wish)
{
    return strncmp(job->md5, wish->md5, MD5_HEX - 1) == 0;
}

static enum status make(struct dvc_repo *repo, const struct dvc_link_wish *wish,
                        struct link_job *job, struct dvc_linked *ret, struct error *err)
{
    if (fstat(job->from_fd, &job->state) < 0)
        return error_errno(err, "could not read %s", QUOTE_PATH(job->from));
    ask_memo(repo, wish, job);
    if (job->vouched && !is_wanted(job, wish))
        return STATUS_OK;
    TRY(try_ways(repo, wish, job, ret, err));
    // A hard link was digested, and changes the state itself.
    bool steady = !job->vouched || ret->way == DVC_HARDLINK || stayed(job);
    ret->same = is_wanted(job, wish) && steady;
    return STATUS_OK;
}

/* Only now: a file that is refused keeps the mode that it has at its other end. */
static enum status make_read_only(const struct link_job *job, struct error *err)
{
    int fd = beneath_open(job->wish->to_root, job->wish->to, O_RDONLY | O_NONBLOCK, 0);
    enum status status =
        fd < 0 || fchmod(fd, 0444) < 0 ? to_failed("write", job, err) : STATUS_OK;
    if (fd >= 0)
        close(fd);
    return status;
}

enum status dvc_link_make(struct dvc_repo *repo, const struct dvc_link_wish *wish,
                          struct dvc_linked *ret, struct error *err)
{
    struct arena mem = {0};
    struct link_job job = {.wish = wish,
                           .from = beneath_path(wish->from_root, wish->from, &mem)};
    struct dvc_linked linked = {0};
    enum status status = file_open_below(wish->from_root, wish->from, &job.from_fd, err);
    if (status == STATUS_OK) {
        status = make(repo, wish, &job, &linked, err);
        close(job.from_fd);
        linked.bytes = job.bytes;
        if (linked.same && linked.way == DVC_HARDLINK)
            status = make_read_only(&job, err);
        if (status != STATUS_OK || !linked.same)
            remove_new(&job);
    }
    arena_release(&mem);
    if (status == STATUS_OK)
        *ret = linked;
    return status;
}
