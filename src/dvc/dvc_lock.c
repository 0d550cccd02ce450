/* flock on a file, as zc.lockfile does it for DVC. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // flock
#endif
#include "dvc/dvc_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/progress.h"
#include "file/beneath.h"
#include "file/file.h"

/* The number that the lock's holder wrote; 0 when it cannot be told. */
static int64_t holder(int fd)
{
    char text[32];
    int64_t pid;
    ssize_t n = pread(fd, text, sizeof(text), 0);
    while (n > 0 && text[n - 1] == '\n')
        n--;
    struct view digits = view_trim((struct view){text, n > 0 ? (size_t)n : 0});
    return text_int64(digits, &pid) && pid > 0 ? pid : 0;
}

static enum status busy(int fd, const char *path, struct error *err)
{
    int64_t pid = holder(fd);
    if (pid)
        error_set(err, STATUS_BUSY, "%s is busy: process %" PRId64 " has it",
                  QUOTE_PATH(path), pid);
    else
        error_set(err, STATUS_BUSY, "%s is busy: another process has it",
                  QUOTE_PATH(path));
    error_hint(err, "wait until it has ended, then try again");
    return STATUS_BUSY;
}

static enum status lock_file(int fd, const char *path, double wait_s, struct error *err)
{
    double until_s = progress_clock_s() + wait_s;
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK)
            return file_failed("lock", path, err);
        if (progress_clock_s() >= until_s)
            return busy(fd, path, err);
        progress_pause(DVC_LOCK_PAUSE_S);
    }
    return STATUS_OK;
}

static void sign(int fd)
{
    char text[32];
    int n = snprintf(text, sizeof(text), " %ld\n", (long)getpid());
    // For people and messages only: the lock itself is held.
    if (pwrite(fd, text, (size_t)n, 0) == n && ftruncate(fd, n) < 0)
        return;
}

/* Refuses what is no file of the lock's own. */
static enum status check_own(int fd, const char *path, struct error *err)
{
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink <= 1)
        return STATUS_OK;
    close(fd);
    error_set(err, STATUS_INPUT, "%s is no plain file of its own", QUOTE_PATH(path));
    error_hint(err, "when no DVC runs here, remove it");
    return STATUS_INPUT;
}

enum status dvc_lock_take(const char *path, double wait_s, int *ret_fd, struct error *err)
{
    TRY(beneath_make(&beneath_here, ".dvc/tmp", true, err));
    // The file is written to: a link there would lead to somebody else's, a second name
    // would be one.
    int fd =
        beneath_open(&beneath_here, path, O_RDWR | O_CREAT | O_NOCTTY | O_NONBLOCK, 0666);
    if (fd < 0)
        return beneath_failed("open", &beneath_here, path, err);
    TRY(check_own(fd, path, err));
    enum status status = lock_file(fd, path, wait_s, err);
    if (status != STATUS_OK) {
        close(fd);
        return status;
    }
    sign(fd);
    *ret_fd = fd;
    return STATUS_OK;
}

void dvc_lock_give(int fd)
{
    flock(fd, LOCK_UN); // also where a child has inherited it
    close(fd);
}
