/* Journals: one file, its lock, its tail.
 *
 * The lock is on the file itself and goes with the process.  Who gets it looks whether the
 * file still stands at its path, for the one that had the lock before may have removed
 * it. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // flock
#endif

#include "search/journal.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/progress.h"
#include "file/file.h"

enum { ATTEMPTS = 8 };

/* True when the file stands at the path, and at no other. */
static bool stands(int fd, const char *path)
{
    struct stat here, there;
    return fstat(fd, &here) == 0 && lstat(path, &there) == 0 && S_ISREG(here.st_mode) &&
           here.st_nlink == 1 && here.st_dev == there.st_dev &&
           here.st_ino == there.st_ino;
}

/* Opens and locks the file at the path; false when there is none, or none to be had. */
static bool take_file(struct journal *j, int flags)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int fd =
            open(j->path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0600);
        if (fd <= 0)
            return false;
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            close(fd);
            j->idle = j->taken = true;
            watch_note(j->watch,
                       "another run keeps the journal of this search: this one goes "
                       "without");
            return false;
        }
        if (stands(fd, j->path)) {
            j->fd = fd;
            return true;
        }
        close(fd);
    }
    return false;
}

static void prepare(struct journal *j)
{
    char digest[CHECKSUM_TEXT];
    if (j->file.plan)
        return;
    search_digest(j->plan, true, digest);
    search_file_begin(&j->file, j->plan, digest, 0, 1, j->mem);
}

static bool read_at(int fd, void *p, size_t n, size_t at)
{
    size_t done = 0;
    while (done < n) {
        ssize_t k = pread(fd, (char *)p + done, n - done, (off_t)(at + done));
        if (k <= 0)
            return false;
        done += (size_t)k;
    }
    return true;
}

/* Takes the pieces whose records are whole; returns the bytes up to the first that is
 * not. */
static size_t take_pieces(struct journal *j, size_t *ret_pieces)
{
    struct search_file *f = &j->file;
    size_t at = f->head_n, piece, n = 0;
    while (read_at(j->fd, f->record, f->record_n, at) &&
           search_file_piece(f, f->record, &piece)) {
        n += !search_has(j->plan, piece);
        search_put(j->plan, piece, f->score);
        j->written[piece] = true;
        at += f->record_n;
    }
    *ret_pieces = n;
    return at;
}

static void resume(struct journal *j)
{
    char head[SEARCH_FILE_HEAD];
    size_t end = 0, pieces = 0;
    prepare(j);
    if (read_at(j->fd, head, j->file.head_n, 0) &&
        memcmp(head, j->file.head, j->file.head_n) == 0)
        end = take_pieces(j, &pieces);
    else
        watch_note(j->watch, "a journal of another search was discarded");
    if (pieces > 0)
        watch_note(j->watch, "the search goes on: %zu of %zu pieces were scored before",
                   pieces, search_pieces(j->plan));
    if (ftruncate(j->fd, (off_t)end) != 0 || lseek(j->fd, 0, SEEK_END) < 0)
        j->idle = true;
}

void journal_open(struct journal *j, const char *path, struct search_plan *plan,
                  const struct watch *watch, struct arena *mem)
{
    *j = (struct journal){.path = path, .plan = plan, .watch = watch, .mem = mem};
    j->written = ARENA_ARRAY(mem, bool, search_pieces(plan));
    if (take_file(j, 0))
        resume(j);
}

static bool write_all(int fd, const void *p, size_t n)
{
    size_t done = 0;
    while (done < n) {
        ssize_t k = write(fd, (const char *)p + done, n - done);
        if (k <= 0)
            return false;
        done += (size_t)k;
    }
    return true;
}

/* Appends what is scored and not written; false when the file takes no more. */
static bool write_new(struct journal *j)
{
    if (lseek(j->fd, 0, SEEK_CUR) == 0 && !write_all(j->fd, j->file.head, j->file.head_n))
        return false;
    for (size_t piece = 0; piece < search_pieces(j->plan); piece++) {
        if (j->written[piece] || !search_has(j->plan, piece))
            continue;
        if (!write_all(j->fd, search_file_record(&j->file, piece), j->file.record_n))
            return false;
        j->written[piece] = true;
    }
    return true;
}

/* The file of a search that is old enough to have one. */
static bool create(struct journal *j)
{
    struct error ignored = {0};
    char *folder = file_folder(j->mem, j->path);
    if (j->fd > 0)
        return true;
    if (file_make_folder(folder, &ignored) != STATUS_OK || !take_file(j, O_CREAT) ||
        ftruncate(j->fd, 0) != 0)
        return false;
    prepare(j);
    return true;
}

void journal_begin(struct journal *j)
{
    j->started_s = progress_clock_s();
}

void journal_add(struct journal *j)
{
    double now_s = progress_clock_s();
    if (j->idle || now_s - j->started_s < JOURNAL_AFTER_S ||
        now_s - j->written_s < JOURNAL_EVERY_S)
        return;
    j->written_s = now_s;
    j->idle = !create(j) || !write_new(j);
}

bool journal_taken(const struct journal *j)
{
    return j->taken;
}

void journal_close(struct journal *j)
{
    if (j->fd > 0 && !j->idle)
        (void)write_new(j);
    if (j->fd > 0)
        close(j->fd);
    *j = (struct journal){0};
}
