/* The local list of uploads in parts. */
#include "ship/s3_pending.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"

#define MAX_FILE ((size_t)1 << 20)

/* What follows the process in a line: " url key id". */
static char *line_of(const struct s3_client *c, const char *key, const char *id,
                     struct arena *mem)
{
    struct text t = {.mem = mem};
    char *url = arena_format(mem, "%s%s/%s", c->origin, c->root, c->config->prefix);
    text_putc(&t, ' ');
    sigv4_encode(view_of(url), true, &t);
    text_putc(&t, ' ');
    sigv4_encode(view_of(key), true, &t);
    text_putc(&t, ' ');
    sigv4_encode(view_of(id), true, &t);
    return t.p;
}

/* Holds others off until it is closed; -1 where there is no folder, and then no list. */
static int lock_list(void)
{
    struct error err;
    if (!file_exists(".dvc") || file_make_folder(S3_PENDING_FOLDER, &err) != STATUS_OK)
        return -1;
    int fd = open(S3_PENDING_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static struct view read_list(struct arena *mem)
{
    struct view list = {"", 0};
    struct error err;
    if (file_exists(S3_PENDING_FILE) &&
        file_read(S3_PENDING_FILE, MAX_FILE, mem, &list, &err) != STATUS_OK)
        return (struct view){"", 0};
    return list;
}

/* Replaces the list as a whole, or removes it. */
static void write_list(struct view list, struct arena *mem)
{
    char *path = arena_format(mem, "%s.%ld", S3_PENDING_FILE, (long)getpid());
    if (list.n == 0) {
        (void)unlink(S3_PENDING_FILE);
        return;
    }
    FILE *f = fopen(path, "we");
    if (!f)
        return;
    bool good = fwrite(list.p, 1, list.n, f) == list.n;
    if (fclose(f) != 0 || !good || rename(path, S3_PENDING_FILE) != 0)
        (void)unlink(path);
}

/* Takes the next line, without its end, off the list. */
static bool next_line(struct view *list, struct view *ret)
{
    const char *end = list->n > 0 ? memchr(list->p, '\n', list->n) : NULL;
    if (!end)
        return false;
    *ret = (struct view){list->p, (size_t)(end - list->p)};
    *list = (struct view){end + 1, list->n - ret->n - 1};
    return true;
}

/* The part of a line behind its process. */
static struct view behind_process(struct view line)
{
    const char *blank = line.n > 0 ? memchr(line.p, ' ', line.n) : NULL;
    size_t n = blank ? (size_t)(blank - line.p) : line.n;
    return (struct view){line.p + n, line.n - n};
}

void s3_pending_add(const struct s3_client *c, const char *key, const char *id)
{
    struct arena mem = {0};
    struct text t = {.mem = &mem};
    int lock = lock_list();
    if (lock >= 0) {
        struct view list = read_list(&mem);
        text_add(&t, list.p, list.n);
        text_addf(&t, "%ld%s\n", (long)getpid(), line_of(c, key, id, &mem));
        write_list((struct view){t.p, t.n}, &mem);
        (void)close(lock);
    }
    arena_release(&mem);
}

void s3_pending_strike(const struct s3_client *c, const char *key, const char *id)
{
    struct arena mem = {0};
    struct text t = {.mem = &mem};
    int lock = lock_list();
    if (lock >= 0) {
        const char *wanted = line_of(c, key, id, &mem);
        struct view list = read_list(&mem), line;
        while (next_line(&list, &line)) {
            if (view_is(behind_process(line), wanted))
                continue;
            text_add(&t, line.p, line.n);
            text_putc(&t, '\n');
        }
        write_list((struct view){t.p, t.n}, &mem);
        (void)close(lock);
    }
    arena_release(&mem);
}

static bool is_dead(struct view line)
{
    int64_t pid;
    struct view process = {line.p, line.n - behind_process(line).n};
    if (!text_int64(process, &pid) || pid <= 0 || pid > INT32_MAX)
        return false;
    // This process has begun nothing yet, so the number was another's before.
    return pid == getpid() || (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

/* Adds the line's upload when it is of this remote. */
static void take_line(struct s3_put *put, struct view line, const char *place)
{
    struct view rest = behind_process(line);
    size_t n = strlen(place);
    if (rest.n <= n || memcmp(rest.p, place, n) != 0 || !is_dead(line))
        return;
    char *key = arena_copy(put->mem, rest.p + n, rest.n - n);
    char *id = strchr(key, ' ');
    if (!id)
        return;
    *id++ = '\0';
    if (!s3_decode_key(key) || !s3_decode_key(id) || !key[0] || !id[0])
        return;
    struct s3_pending *p = ARENA_NEW(put->mem, struct s3_pending);
    *p = (struct s3_pending){key, id, put->pending};
    put->pending = p;
}

void s3_pending_begin(struct s3_put *put)
{
    struct s3_client *c = put->client;
    if (c->pending_swept)
        return;
    c->pending_swept = true;
    struct view list = read_list(put->mem), line;
    // " url " stands before the two blanks of an empty key and id.
    char *place = line_of(c, "", "", put->mem);
    place[strlen(place) - 1] = '\0';
    while (next_line(&list, &line))
        take_line(put, line, place);
}

static bool done_abort(struct s3_client *client, struct s3_slot *slot,
                       const struct s3_reason *reason)
{
    const struct s3_pending *p = slot->call.context;
    // Where it failed otherwise, the next run tries again.
    if (reason->class == S3_DONE || reason->class == S3_MISSING ||
        reason->class == S3_NO_UPLOAD)
        s3_pending_strike(client, p->key, p->id);
    return false;
}

bool s3_pending_next(struct s3_put *put, struct s3_slot *slot)
{
    struct s3_pending *p = put->pending;
    if (!p)
        return false;
    put->pending = p->next;
    slot->call = (struct s3_call){.method = "DELETE",
                                  .key = p->key,
                                  .fd = -1,
                                  .done = done_abort,
                                  .context = p,
                                  .what = "abort the upload of"};
    s3_query(&slot->call, "uploadId", p->id);
    return true;
}
