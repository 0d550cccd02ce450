/* Reading and editing DVC's table.
 *
 * DVC edits it in place, always under .dvc/tmp/rwlock.lock and the project's lock; it
 * stops for good at a table that it cannot read, and fails when an entry of its own is
 * gone.  So every edit here goes over the whole table, keeps what is not ours, and
 * replaces the file by a rename.  Nothing is synced: after a loss of power no entry
 * counts. */
#include "dvc/dvc_table.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dvc/dvc_lock.h"
#include "dvc/dvc_turn.h"
#include "file/file.h"
#include "file/json.h"

#define TABLE_PATH ".dvc/tmp/rwlock"
#define LOCK_PATH ".dvc/tmp/rwlock.lock"
#define NEW_PATH ".dvc/tmp/rwlock.nightmill"
#define MARK " # nightmill "

/* A table, and what is asked of it. */
struct dvc_rows {
    json_t *root;
    const struct dvc_table_entry *own; // or NULL
    const struct texts *written, *read;
    const char *here; // the working folder
    struct arena mem;
    bool stale; // holds entries of ours that count no longer
};

/* The path without ".", ".." and doubled slashes, by its letters. */
static const char *absolute(struct dvc_rows *t, const char *path)
{
    struct text out = {.mem = &t->mem};
    const char *p = path[0] == '/' ? path : arena_format(&t->mem, "%s/%s", t->here, path);
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

/* The path of the list that overlaps with one of the table, or NULL. */
static const char *claimed(struct dvc_rows *t, const struct texts *list, const char *path)
{
    for (size_t i = 0; list && i < list->n; i++)
        if (overlap(absolute(t, list->v[i]), absolute(t, path)))
            return list->v[i];
    return NULL;
}

static enum status damaged(struct error *err)
{
    error_refuse(err, TABLE_PATH, NULL, "not a table of DVC's locks");
    error_hint(err, "when no DVC runs here, remove '" TABLE_PATH "'");
    return STATUS_INPUT;
}

/* The stage behind the mark of an entry of ours, or NULL. */
static const char *stage_of(const json_t *info)
{
    const char *command = json_string_value(json_object_get(info, "cmd"));
    const char *last = NULL;
    for (const char *p = command; p && (p = strstr(p, MARK)) != NULL; p++)
        last = p + sizeof(MARK) - 1;
    return last;
}

static bool is_own(const struct dvc_rows *t, const json_t *info)
{
    const char *stage = stage_of(info);
    return t->own && stage && strcmp(stage, t->own->stage) == 0 &&
           json_integer_value(json_object_get(info, "pid")) == t->own->pid;
}

/* True while the process of an entry counts. */
static bool counts(struct dvc_rows *t, const json_t *info)
{
    json_int_t pid = json_integer_value(json_object_get(info, "pid"));
    const char *stage = stage_of(info);
    if (stage) {
        bool taken = dvc_turn_is_taken(stage);
        t->stale |= !taken;
        return taken;
    }
    // What has our own number is from before: entries of ours have another one.
    return pid > 0 && pid <= INT32_MAX && pid != getpid() &&
           (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

static bool is_info(const json_t *info)
{
    return json_is_integer(json_object_get(info, "pid")) &&
           json_is_string(json_object_get(info, "cmd"));
}

/* The path of a table's entry as messages show it. */
static const char *shown(struct dvc_rows *t, const char *path)
{
    size_t n = strlen(t->here);
    path = absolute(t, path);
    return strncmp(path, t->here, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

/* One process that has a path; ours: the path of the list that it blocks, or NULL. */
static enum status check_process(struct dvc_rows *t, const char *path, const json_t *info,
                                 const char *ours, const char *does, struct error *err)
{
    if (!is_info(info))
        return damaged(err);
    if (is_own(t, info) || !counts(t, info) || !ours)
        return STATUS_OK;
    if (strcmp(ours, ".") == 0)
        ours = shown(t, path);
    const char *command = json_string_value(json_object_get(info, "cmd"));
    const char *mark = stage_of(info);
    size_t n = mark ? (size_t)(mark - command) - (sizeof(MARK) - 1) : strlen(command);
    error_set(err, STATUS_BUSY, "%s is busy: process %" JSON_INTEGER_FORMAT " (%s) %s it",
              QUOTE_PATH(ours), json_integer_value(json_object_get(info, "pid")),
              QUOTE_N(command, n), does);
    if (mark)
        error_hint(err, "wait until it has ended, then try again");
    else
        error_hint(err,
                   "wait until it has ended; if that process is not DVC's, remove '%s'",
                   TABLE_PATH);
    return STATUS_BUSY;
}

static enum status check_writers(struct dvc_rows *t, struct error *err)
{
    const char *path;
    json_t *info, *all = json_object_get(t->root, "write");
    if (all && !json_is_object(all))
        return damaged(err);
    json_object_foreach(all, path, info) {
        const char *ours = claimed(t, t->written, path);
        ours = ours ? ours : claimed(t, t->read, path);
        TRY(check_process(t, path, info, ours, "writes", err));
    }
    return STATUS_OK;
}

static enum status check_readers(struct dvc_rows *t, struct error *err)
{
    const char *path;
    size_t i;
    json_t *list, *info, *all = json_object_get(t->root, "read");
    if (all && !json_is_object(all))
        return damaged(err);
    json_object_foreach(all, path, list) {
        const char *ours = claimed(t, t->written, path);
        if (!json_is_array(list))
            return damaged(err);
        json_array_foreach(list, i, info)
            TRY(check_process(t, path, info, ours, "reads", err));
    }
    return STATUS_OK;
}

/* Reads the table; a missing one has no entries, and neither has an empty file. */
static enum status read_table(struct dvc_rows *t, struct error *err)
{
    struct stat st;
    TRY(file_here(&t->mem, &t->here, err));
    TRY(beneath_check(&beneath_here, TABLE_PATH, err));
    bool found = beneath_stat(&beneath_here, TABLE_PATH, &st) == 0;
    t->stale = found && st.st_size == 0;
    if (!found || t->stale) {
        t->root = json_object();
        return STATUS_OK;
    }
    enum status status = json_read(TABLE_PATH, &t->root, err);
    if (status == STATUS_INPUT)
        error_hint(err, "when no DVC runs here, remove '" TABLE_PATH "'");
    if (status == STATUS_OK && !json_is_object(t->root))
        return damaged(err);
    return status;
}

static void release(struct dvc_rows *t)
{
    json_decref(t->root);
    arena_release(&t->mem);
}

/* True for an entry that goes: ours of this run, and those of ours that are over. */
static bool goes(struct dvc_rows *t, const json_t *info)
{
    return is_own(t, info) || (is_info(info) && stage_of(info) && !counts(t, info));
}

static void drop(struct dvc_rows *t)
{
    const char *path;
    void *next;
    json_t *list, *info;
    json_object_foreach_safe(json_object_get(t->root, "write"), next, path,
                             info) if (goes(t, info))
        json_object_del(json_object_get(t->root, "write"), path);
    json_object_foreach_safe(json_object_get(t->root, "read"), next, path, list)
    {
        for (size_t i = json_array_size(list); i-- > 0;)
            if (goes(t, json_array_get(list, i)))
                json_array_remove(list, i);
        if (json_array_size(list) == 0)
            json_object_del(json_object_get(t->root, "read"), path);
    }
}

/* The member of that name, made where it is missing. */
static json_t *part(struct dvc_rows *t, const char *name)
{
    if (!json_object_get(t->root, name))
        json_object_set_new(t->root, name, json_object());
    return json_object_get(t->root, name);
}

static void put(struct dvc_rows *t)
{
    const struct dvc_table_entry *e = t->own;
    const char *command = arena_format(&t->mem, "%s" MARK "%s", e->command, e->stage);
    json_t *info = json_pack("{s:I,s:s}", "pid", (json_int_t)e->pid, "cmd", command);
    for (size_t i = 0; i < e->written.n; i++)
        json_object_set(part(t, "write"), absolute(t, e->written.v[i]), info);
    for (size_t i = 0; i < e->read.n; i++) {
        const char *path = absolute(t, e->read.v[i]);
        json_t *readers = part(t, "read");
        if (!json_object_get(readers, path))
            json_object_set_new(readers, path, json_array());
        json_array_append(json_object_get(readers, path), info);
    }
    json_decref(info);
}

/* The lock on the table is on the new file, too: a killed one's may stand there. */
static enum status write_table(const struct dvc_rows *t, struct error *err)
{
    const struct beneath *here = &beneath_here;
    int fd = beneath_create(here, NEW_PATH, 0666);
    if (fd < 0)
        return beneath_failed("create", here, NEW_PATH, err);
    char *text = json_dumps(t->root, JSON_ENSURE_ASCII);
    bool wrote = restart_write(fd, text, strlen(text));
    free(text);
    if (close(fd) < 0 || !wrote || beneath_rename(here, NEW_PATH, here, TABLE_PATH) < 0)
        return beneath_failed("write", here, TABLE_PATH, err);
    return STATUS_OK;
}

/* Takes entries of ours out and, where enters is set, puts those of own in. */
static enum status edit(const struct dvc_table_entry *own, bool enters, struct error *err)
{
    struct dvc_rows t = {.own = own};
    int lock;
    TRY(dvc_lock_take(LOCK_PATH, DVC_LOCK_WAIT_S, &lock, err));
    enum status status = read_table(&t, err);
    if (status == STATUS_OK) {
        drop(&t);
        if (enters)
            put(&t);
        status = write_table(&t, err);
    }
    release(&t);
    dvc_lock_give(lock);
    return status;
}

enum status dvc_table_enter(const struct dvc_table_entry *entry, struct error *err)
{
    return edit(entry, true, err);
}

enum status dvc_table_leave(const struct dvc_table_entry *entry, struct error *err)
{
    return edit(entry, false, err);
}

enum status dvc_table_check(const struct texts *written, const struct texts *read,
                            const struct dvc_table_entry *own, struct error *err)
{
    struct dvc_rows t = {.written = written, .read = read, .own = own};
    struct error later;
    enum status status = read_table(&t, err);
    if (status == STATUS_OK)
        status = check_writers(&t, err);
    if (status == STATUS_OK)
        status = check_readers(&t, err);
    if (status == STATUS_OK && t.stale && edit(own, own != NULL, &later) != STATUS_OK)
        status = STATUS_OK; // what is over blocks nobody here; the next one sweeps it
    release(&t);
    return status;
}
