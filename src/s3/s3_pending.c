/* The local list of uploads in parts. */
#include "s3/s3_pending.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include "file/file.h"

#define MAX_FILE ((size_t)1 << 20)
#define LAST_S INT64_C(253402300799) // the end of the year 9999

/* What follows the process in a line: " url key id". */
static char *line_of(const struct s3_client *c, const struct s3_pending *upload,
                     struct arena *mem)
{
    struct text t = {.mem = mem};
    char *url = arena_format(mem, "%s%s/%s", c->origin, c->root, c->config->prefix);
    text_putc(&t, ' ');
    sigv4_encode(view_of(url), true, &t);
    text_putc(&t, ' ');
    sigv4_encode(view_of(upload->key), true, &t);
    text_putc(&t, ' ');
    if (upload->id)
        sigv4_encode(view_of(upload->id), true, &t);
    else
        text_addf(&t, "@%" PRId64, upload->asked_s);
    return t.p;
}

/* Opens the list's folder and holds others off until it is closed; fd -1 where there is
 * no folder of the project's own, and then no list. */
static struct beneath lock_list(void)
{
    struct error err;
    struct beneath folder = {-1, S3_PENDING_FOLDER, NULL};
    if (!file_exists(".dvc") ||
        beneath_make(&beneath_here, S3_PENDING_FOLDER, true, &err) != STATUS_OK)
        return folder;
    folder.fd = beneath_open(&beneath_here, S3_PENDING_FOLDER, O_RDONLY | O_DIRECTORY, 0);
    if (folder.fd >= 0 && flock(folder.fd, LOCK_EX) != 0) {
        (void)close(folder.fd);
        folder.fd = -1;
    }
    return folder;
}

static struct view read_list(const struct beneath *root, struct arena *mem)
{
    struct view list = {"", 0};
    struct error err;
    const char *path =
        root == &beneath_here ? S3_PENDING_FILE : file_name(S3_PENDING_FILE);
    if (file_read_below(root, path, MAX_FILE, mem, &list, &err) != STATUS_OK)
        return (struct view){"", 0};
    return list;
}

/* Replaces the list as a whole, or removes it. */
static void write_list(const struct beneath *folder, struct view list)
{
    const char *name = file_name(S3_PENDING_FILE);
    if (list.n == 0)
        (void)unlinkat(folder->fd, name, 0);
    else
        (void)temporary_replace(folder->fd, name, &list, 1);
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

void s3_pending_add(const struct s3_client *c, struct s3_pending upload)
{
    struct arena mem = {0};
    struct text t = {.mem = &mem};
    struct beneath folder = lock_list();
    if (folder.fd >= 0) {
        struct view list = read_list(&folder, &mem);
        text_add(&t, list.p, list.n);
        text_addf(&t, "%ld%s\n", (long)getpid(), line_of(c, &upload, &mem));
        write_list(&folder, (struct view){t.p, t.n});
        (void)close(folder.fd);
    }
    arena_release(&mem);
}

void s3_pending_strike(const struct s3_client *c, struct s3_pending upload)
{
    struct arena mem = {0};
    struct text t = {.mem = &mem};
    struct beneath folder = lock_list();
    if (folder.fd >= 0) {
        const char *wanted = line_of(c, &upload, &mem);
        struct view list = read_list(&folder, &mem), line;
        while (next_line(&list, &line)) {
            if (view_is(behind_process(line), wanted))
                continue;
            text_add(&t, line.p, line.n);
            text_putc(&t, '\n');
        }
        write_list(&folder, (struct view){t.p, t.n});
        (void)close(folder.fd);
    }
    arena_release(&mem);
}

static bool is_number(struct view v, int64_t max, int64_t *ret)
{
    return text_int64(v, ret) && *ret > 0 && *ret <= max;
}

static bool is_process(struct view line, int64_t *ret)
{
    struct view process = {line.p, line.n - behind_process(line).n};
    return is_number(process, INT32_MAX, ret);
}

static bool is_alive(int64_t pid)
{
    return kill((pid_t)pid, 0) == 0 || errno != ESRCH;
}

/* The upload of a line, behind " url "; NULL for one that is damaged. */
static struct s3_pending *parse(struct view v, struct arena *mem)
{
    struct s3_pending *p = ARENA_NEW(mem, struct s3_pending);
    char *key = arena_copy(mem, v.p, v.n), *id = strchr(key, ' ');
    if (!id)
        return NULL;
    *id++ = '\0';
    *p = (struct s3_pending){.key = key};
    if (!s3_decode_key(key) || !key[0])
        return NULL;
    if (id[0] == '@')
        return is_number(view_of(id + 1), LAST_S, &p->asked_s) ? p : NULL;
    p->id = id;
    return s3_decode_key(id) && id[0] ? p : NULL;
}

struct s3_pending *s3_pending_of_the_dead(const struct s3_client *c, struct arena *mem)
{
    struct s3_pending *found = NULL, empty = {.key = "", .id = ""};
    struct view list = read_list(&beneath_here, mem), line;
    char *place = line_of(c, &empty, mem);
    size_t n = strlen(place) - 1; // " url ", before the blank of the two empty words
    int64_t pid;
    while (next_line(&list, &line)) {
        struct view rest = behind_process(line);
        if (rest.n <= n || memcmp(rest.p, place, n) != 0 || !is_process(line, &pid))
            continue;
        // This process has begun nothing yet, so the number was another's before.
        if (pid != getpid() && is_alive(pid))
            continue;
        struct s3_pending *p = parse((struct view){rest.p + n, rest.n - n}, mem);
        if (!p)
            continue;
        p->next = found;
        found = p;
    }
    return found;
}

bool s3_pending_is_alive(const struct s3_client *c, const char *key, const char *id)
{
    struct arena mem = {0};
    struct s3_pending upload = {.key = key, .id = id};
    const char *wanted = line_of(c, &upload, &mem);
    struct view list = read_list(&beneath_here, &mem), line;
    int64_t pid;
    bool found = false;
    while (!found && next_line(&list, &line))
        found = view_is(behind_process(line), wanted) && is_process(line, &pid) &&
                is_alive(pid);
    arena_release(&mem);
    return found;
}
