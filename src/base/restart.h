/* System calls that a signal interrupts are made again, here and nowhere else.
 *
 * Our own handlers return at most once (base/stop.h), but a stopped and continued
 * process, a debugger or a file system over the network may still answer EINTR.  The
 * names below are those calls with RESTART around them, so that none can be forgotten;
 * base/banned.h includes this header, so every file of the project has it.  After
 * RESTARTS answers in a row the call has failed for good, with EINTR: nobody loops on
 * that again.
 *
 * An interrupted close has closed (Linux): it counts as done, since a file's bytes were
 * synced before where they matter. */
#ifndef BASE_RESTART_H
#define BASE_RESTART_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compiler.h"

enum { RESTARTS = 100 };

static inline bool restart_again(unsigned *tries)
{
    if (errno != EINTR || ++*tries == RESTARTS)
        return false;
    errno = 0; // a readdir that ends well leaves it as it is
    return true;
}

static inline int restart_closed(int result)
{
    return result < 0 && errno == EINTR ? 0 : result;
}

/* The value of the call, which is FAILED when it failed. */
#define RESTART_WHILE(failed, call)                                                      \
    EXTENSION({                                                                          \
        unsigned restart_tries_ = 0;                                                     \
        __typeof__(call) restart_result_;                                                \
        do                                                                               \
            restart_result_ = (call);                                                    \
        while (restart_result_ == (failed) && restart_again(&restart_tries_));           \
        restart_result_;                                                                 \
    })
#define RESTART(call) RESTART_WHILE(-1, call)

/* clang-format off */
#define open(...)                 RESTART(open(__VA_ARGS__))
#define openat(...)               RESTART(openat(__VA_ARGS__))
#define close(fd)                 restart_closed(close(fd))
#define dup(fd)                   RESTART(dup(fd))
#define read(fd, p, n)            RESTART(read(fd, p, n))
#define pread(fd, p, n, at)       RESTART(pread(fd, p, n, at))
#define write(fd, p, n)           RESTART(write(fd, p, n))
#define pwrite(fd, p, n, at)      RESTART(pwrite(fd, p, n, at))
#define lseek(fd, at, from)       RESTART(lseek(fd, at, from))
#define fsync(fd)                 RESTART(fsync(fd))
#define fdatasync(fd)             RESTART(fdatasync(fd))
#define syncfs(fd)                RESTART(syncfs(fd))
#define ftruncate(fd, n)          RESTART(ftruncate(fd, n))
#define flock(fd, how)            RESTART(flock(fd, how))
#define fcntl(...)                RESTART(fcntl(__VA_ARGS__))
#define ioctl(...)                RESTART(ioctl(__VA_ARGS__))
#define stat(path, st)            RESTART(stat(path, st))
#define lstat(path, st)           RESTART(lstat(path, st))
#define fstat(fd, st)             RESTART(fstat(fd, st))
#define fstatat(fd, path, st, f)  RESTART(fstatat(fd, path, st, f))
#define chmod(path, mode)         RESTART(chmod(path, mode))
#define fchmod(fd, mode)          RESTART(fchmod(fd, mode))
#define fchmodat(fd, path, mode, f) RESTART(fchmodat(fd, path, mode, f))
#define utimensat(fd, path, t, f) RESTART(utimensat(fd, path, t, f))
#define link(from, to)            RESTART(link(from, to))
#define linkat(...)               RESTART(linkat(__VA_ARGS__))
#define symlink(from, to)         RESTART(symlink(from, to))
#define symlinkat(from, fd, to)   RESTART(symlinkat(from, fd, to))
#define readlink(path, p, n)      RESTART(readlink(path, p, n))
#define readlinkat(fd, path, p, n) RESTART(readlinkat(fd, path, p, n))
#define rename(from, to)          RESTART(rename(from, to))
#define renameat(a, from, b, to)  RESTART(renameat(a, from, b, to))
#define unlink(path)              RESTART(unlink(path))
#define unlinkat(fd, path, flags) RESTART(unlinkat(fd, path, flags))
#define mkdir(path, mode)         RESTART(mkdir(path, mode))
#define mkdirat(fd, path, mode)   RESTART(mkdirat(fd, path, mode))
#define rmdir(path)               RESTART(rmdir(path))
#define copy_file_range(...)      RESTART(copy_file_range(__VA_ARGS__))
#define waitpid(pid, status, how) RESTART(waitpid(pid, status, how))
#define waitid(kind, id, end, how) RESTART(waitid(kind, id, end, how))
#define opendir(path)             RESTART_WHILE(NULL, opendir(path))
#define fdopendir(fd)             RESTART_WHILE(NULL, fdopendir(fd))
#define readdir(dir)              RESTART_WHILE(NULL, readdir(dir))
#define fopen(path, mode)         RESTART_WHILE(NULL, fopen(path, mode))
/* clang-format on */

/* Writes all of the bytes, in as many calls as that takes; false with errno. */
static inline bool restart_write(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;
    while (n > 0) {
        ssize_t wrote = write(fd, p, n);
        if (wrote < 0)
            return false;
        p += wrote;
        n -= (size_t)wrote;
    }
    return true;
}

#endif
