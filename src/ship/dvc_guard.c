/* DVC's two locks.
 *
 * The first, flock on .dvc/tmp/lock, is held by whoever changes the project, and its
 * holder writes its number into it.  DVC gives it back while a stage's command runs; the
 * second, the table .dvc/tmp/rwlock, then tells which paths that command reads and
 * writes.  The table is DVC's: it is read here and never written, for DVC stops for good
 * at one that it cannot read. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // flock
#endif

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/option.h"
#include "ship/dvc_repo.h"

#define LOCK_PATH ".dvc/tmp/lock"
#define TABLE_PATH ".dvc/tmp/rwlock"

enum { TRIES = 60, PAUSE_NS = 50 * 1000000 }; // three seconds

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

static enum status busy(int fd, struct error *err)
{
    int64_t pid = holder(fd);
    if (pid)
        error_set(err, STATUS_BUSY, "'" LOCK_PATH "' is busy: process %" PRId64 " has it",
                  pid);
    else
        error_set(err, STATUS_BUSY, "'" LOCK_PATH "' is busy: another process has it");
    error_hint(err, "wait until it has ended, then try again");
    return STATUS_BUSY;
}

static enum status lock_file(int fd, int tries, struct error *err)
{
    for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) < 0;) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return error_errno(err, "could not lock '" LOCK_PATH "'");
        if (i++ == tries)
            return busy(fd, err);
        struct timespec pause = {.tv_nsec = PAUSE_NS};
        nanosleep(&pause, NULL);
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

static enum status take_lock(int tries, int *ret_fd, struct error *err)
{
    TRY(file_make_folder(".dvc/tmp", err));
    int fd = open(LOCK_PATH, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd < 0)
        return file_failed("open", LOCK_PATH, err);
    enum status status = lock_file(fd, tries, err);
    if (status != STATUS_OK) {
        close(fd);
        return status;
    }
    sign(fd);
    *ret_fd = fd;
    return STATUS_OK;
}

/* The paths of one call, absolute, and the folder that they count from. */
struct claim {
    const struct texts *path;
    const char *here;
    struct arena *mem;
};

/* The path without ".", ".." and doubled slashes, by its letters. */
static const char *absolute(const struct claim *claim, const char *path)
{
    struct text out = {.mem = claim->mem};
    const char *p =
        path[0] == '/' ? path : arena_format(claim->mem, "%s/%s", claim->here, path);
    text_add(&out, "", 0);
    while (*p) {
        size_t n = strcspn(p, "/");
        struct view part = {p, n};
        if (view_is(part, ".."))
            while (out.n && out.p[--out.n] != '/')
                ;
        else if (n && !view_is(part, "."))
            text_addf(&out, "/%.*s", (int)n, p);
        p += n + (p[n] == '/');
    }
    text_add(&out, "", 0);
    return out.p;
}

/* True when one is the other, or lies below it. */
static bool overlap(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    bool a_ends = !*a && (!*b || *b == '/'), b_ends = !*b && (!*a || *a == '/');
    return a_ends || b_ends;
}

/* The path of the claim that overlaps with one of the table, or NULL. */
static const char *claimed(const struct claim *claim, const char *path)
{
    for (size_t i = 0; claim->path && i < claim->path->n; i++)
        if (overlap(absolute(claim, claim->path->v[i]), absolute(claim, path)))
            return claim->path->v[i];
    return NULL;
}

static enum status damaged(struct error *err)
{
    error_set(err, STATUS_INPUT, "not a table of DVC's locks");
    error_at(err, TABLE_PATH, 0, 0);
    return STATUS_INPUT;
}

static bool is_alive(json_int_t pid)
{
    // What has our own number is from before: this process enters nothing.
    return pid > 0 && pid <= INT32_MAX && pid != getpid() &&
           (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

/* One process that has a path; ours: the path of the claim that it blocks, or NULL. */
static enum status check_process(const json_t *info, const char *ours, const char *does,
                                 struct error *err)
{
    const json_t *pid = json_object_get(info, "pid");
    const char *command = json_string_value(json_object_get(info, "cmd"));
    if (!json_is_integer(pid) || !command)
        return damaged(err);
    if (!ours || !is_alive(json_integer_value(pid)))
        return STATUS_OK;
    error_set(err, STATUS_BUSY, "%s is busy: process %" JSON_INTEGER_FORMAT " (%s) %s it",
              QUOTE_PATH(ours), json_integer_value(pid), QUOTE(command), does);
    error_hint(err, "wait until it has ended; if that process is not DVC's, remove '%s'",
               TABLE_PATH);
    return STATUS_BUSY;
}

static enum status check_writers(const json_t *table, const struct claim *written,
                                 const struct claim *read, struct error *err)
{
    const char *path;
    json_t *info, *all = json_object_get(table, "write");
    if (all && !json_is_object(all))
        return damaged(err);
    json_object_foreach(all, path, info)
    {
        const char *ours = claimed(written, path);
        ours = ours ? ours : claimed(read, path);
        TRY(check_process(info, ours, "writes", err));
    }
    return STATUS_OK;
}

static enum status check_readers(const json_t *table, const struct claim *written,
                                 struct error *err)
{
    const char *path;
    size_t i;
    json_t *list, *info, *all = json_object_get(table, "read");
    if (all && !json_is_object(all))
        return damaged(err);
    json_object_foreach(all, path, list)
    {
        const char *ours = claimed(written, path);
        if (!json_is_array(list))
            return damaged(err);
        json_array_foreach(list, i, info) TRY(check_process(info, ours, "reads", err));
    }
    return STATUS_OK;
}

static enum status check_table(const struct texts *written, const struct texts *read,
                               struct arena *mem, struct error *err)
{
    CLEANUP(json_release) json_t *table = NULL;
    char here[4096];
    if (!file_exists(TABLE_PATH))
        return STATUS_OK;
    if (!getcwd(here, sizeof(here)))
        return error_errno(err, "could not tell the path of this folder");
    struct claim ours = {written, here, mem}, others = {read, here, mem};
    enum status status = json_read(TABLE_PATH, &table, err);
    if (status == STATUS_OK && !json_is_object(table))
        status = damaged(err);
    if (status == STATUS_OK)
        status = check_writers(table, &ours, &others, err);
    if (status == STATUS_OK)
        status = check_readers(table, &ours, err);
    if (status == STATUS_INPUT)
        error_hint(err, "when no DVC runs here, remove '" TABLE_PATH "'");
    return status;
}

enum status dvc_repo_lock(struct dvc_repo *repo, const struct texts *written,
                          const struct texts *read, struct error *err)
{
    struct arena mem = {0};
    if (repo->lock_fd < 0)
        TRY(take_lock(repo->impatient ? 0 : TRIES, &repo->lock_fd, err));
    enum status status = check_table(written, read, &mem, err);
    arena_release(&mem);
    if (status != STATUS_OK)
        dvc_repo_unlock(repo);
    return status;
}

void dvc_repo_unlock(struct dvc_repo *repo)
{
    if (repo->lock_fd < 0)
        return;
    flock(repo->lock_fd, LOCK_UN); // also where a child has inherited it
    close(repo->lock_fd);
    repo->lock_fd = -1;
}
