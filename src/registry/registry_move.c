/* Moves of names, under the lock: look again, append to the log, put aliases.json in place.
 *
 * A kill behind the first of the two leaves bytes in the log that nothing vouches for.
 *
 * At the end what a person's word comes to: promoting and rolling back. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "digest/digest.h"
#include "file/file.h"
#include "registry/registry_internal.h"

enum { MAX_WORDS = 2000 };

/* A move under way. */
struct move {
    const struct registry *r;
    struct beneath root;
    struct arena *mem;
    struct registry_aliases aliases;
    struct view log;   // as it is
    struct text lines; // that come behind it
    const char *time;
};

static const char *time_now(struct arena *mem)
{
    char text[32];
    time_t now = time(NULL);
    struct tm tm;
    if (!gmtime_r(&now, &tm) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
        return "1970-01-01T00:00:00Z";
    return arena_string(mem, text);
}

/* Says who moved the name and why. */
static enum status moved_meanwhile(const struct move *m,
                                   const struct registry_move *wanted, size_t now,
                                   struct error *err)
{
    struct registry_moved *moved;
    size_t n;
    char text[32] = "nothing", expected[32] = "nothing";
    TRY(registry_log(m->r, &m->aliases, m->mem, &moved, &n, err));
    if (now > 0)
        snprintf(text, sizeof text, "version %zu", now);
    if (wanted->from > 0)
        snprintf(expected, sizeof expected, "version %zu", wanted->from);
    error_set(err, STATUS_BUSY, "%s is %s now, not %s", QUOTE(wanted->alias), text,
              expected);
    while (n > 0 && strcmp(moved[n - 1].alias, wanted->alias) != 0)
        n--;
    if (n > 0)
        error_hint(err, "%s moved it at %s: %s", moved[n - 1].who, moved[n - 1].time,
                   moved[n - 1].why);
    return STATUS_BUSY;
}

/* What was production is archived, where it is still whole enough to be: whoever lost it, or
 * has it damaged, must be able to move on. */
static bool can_be_archived(const struct move *m, size_t version)
{
    struct registry_manifest manifest;
    struct error none;
    return registry_read(m->r, version, m->mem, &manifest, &none) == STATUS_OK;
}

/* Adds one move to the names and to the lines. */
static enum status add_move(struct move *m, const char *alias, size_t to, const char *who,
                            const char *why, struct error *err)
{
    struct registry_manifest manifest = {0};
    size_t from = registry_aliased(&m->aliases, alias);
    if (from == to)
        return STATUS_OK;
    if (to > 0)
        TRY(registry_read(m->r, to, m->mem, &manifest, err));
    struct registry_moved moved = {m->time, who, alias, from, to, manifest.content, why};
    registry_log_line(&moved, &m->lines);
    registry_aliases_put(&m->aliases, alias, to, m->mem);
    m->aliases.moves++;
    return STATUS_OK;
}

/* Writes the lines behind the log that counts, and nothing else behind them. */
static enum status append(const struct move *m, struct error *err)
{
    int fd = beneath_open(&m->root, REGISTRY_LOG, O_WRONLY | O_CREAT | O_NOCTTY, 0644);
    if (fd < 0)
        return beneath_failed("write", &m->root, REGISTRY_LOG, err);
    bool good = ftruncate(fd, (off_t)m->log.n) == 0 &&
                lseek(fd, (off_t)m->log.n, SEEK_SET) >= 0 &&
                restart_write(fd, m->lines.p, m->lines.n) && fchmod(fd, 0644) == 0 &&
                fsync(fd) == 0;
    enum status status =
        good ? STATUS_OK : beneath_failed("write", &m->root, REGISTRY_LOG, err);
    if (close(fd) < 0 && good)
        status = beneath_failed("write", &m->root, REGISTRY_LOG, err);
    return status;
}

static enum status publish_aliases(struct move *m, struct error *err)
{
    struct publish publish = {0};
    struct output *out;
    publish_home(&publish, m->root.path, true);
    enum status status =
        publish_open(&publish, registry_path(m->r, REGISTRY_ALIASES, m->mem), &out, err);
    if (status == STATUS_OK)
        status = registry_aliases_write(&m->aliases, out, err);
    if (status == STATUS_OK)
        status = publish_commit(&publish, err);
    publish_release(&publish);
    return status;
}

static enum status commit(struct move *m, struct error *err)
{
    struct checksum sum;
    char *digits = arena_alloc(m->mem, CHECKSUM_TEXT);
    if (m->lines.n == 0)
        return STATUS_OK;
    checksum_begin(&sum);
    checksum_add(&sum, m->log.p, m->log.n);
    checksum_add(&sum, m->lines.p, m->lines.n);
    checksum_text(&sum, digits);
    m->aliases.table.bytes = m->log.n + m->lines.n;
    m->aliases.table.checksum = digits;
    TRY(append(m, err));
    return publish_aliases(m, err);
}

static enum status move_locked(struct move *m, const struct registry_move *wanted,
                               struct error *err)
{
    TRY(registry_aliases(m->r, m->mem, &m->aliases, err));
    TRY(registry_log_text(m->r, &m->aliases, m->mem, &m->log, err));
    size_t now = registry_aliased(&m->aliases, wanted->alias);
    if (now != wanted->from)
        return moved_meanwhile(m, wanted, now, err);
    TRY(add_move(m, wanted->alias, wanted->to, wanted->who, wanted->why, err));
    if (now > 0 && now != wanted->to && strcmp(wanted->alias, REGISTRY_PRODUCTION) == 0 &&
        can_be_archived(m, now))
        TRY(add_move(m, REGISTRY_ARCHIVED, now, wanted->who, wanted->why, err));
    return commit(m, err);
}

/* What stands in the log must be text, and say something. */
static enum status check_words(const char *what, const char *text, struct error *err)
{
    size_t n = strlen(text);
    if (n > 0 && n <= MAX_WORDS && text_utf8_valid(text, n) == n)
        return STATUS_OK;
    if (n == 0)
        return error_set(err, STATUS_USAGE, "a move needs to say %s", what);
    return error_set(err, STATUS_USAGE,
                     "expected at most %d bytes of UTF-8 that say %s, found %s",
                     MAX_WORDS, what, QUOTE(text));
}

enum status registry_move(const struct registry *r, const struct registry_move *wanted,
                          struct arena *mem, struct error *err)
{
    struct move m = {.r = r, .mem = mem, .lines = {.mem = mem}, .time = time_now(mem)};
    TRY(registry_check_alias(wanted->alias, err));
    TRY(check_words("who moves", wanted->who, err));
    TRY(check_words("why", wanted->why, err));
    TRY(registry_lock(r, mem, &m.root, err));
    enum status status = move_locked(&m, wanted, err);
    registry_close(&m.root);
    return status;
}

static void say_moved(const struct registry *r, const struct registry_move *m,
                      struct text *out)
{
    if (m->from == m->to)
        text_addf(out, "%s of %s is version %zu already\n", m->alias, r->pipeline, m->to);
    else if (m->from > 0)
        text_addf(out, "%s of %s is version %zu now, was version %zu\n", m->alias,
                  r->pipeline, m->to, m->from);
    else
        text_addf(out, "%s of %s is version %zu now, was nothing\n", m->alias,
                  r->pipeline, m->to);
}

/* The verdict of the artifacts beside the registry is of another production now.  Without it
 * register runs again, whoever looks, and lets the version predict that somebody chose. */
static enum status void_verdict(const struct registry *r, struct text *out,
                                struct error *err)
{
    const char *folder = file_plain(out->mem, r->folder), *name = file_name(folder);
    bool named = strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
    const char *beside = named ? arena_copy(out->mem, folder, (size_t)(name - folder))
                               : arena_format(out->mem, "%s/../", folder);
    const char *path =
        arena_format(out->mem, "%sartifacts/%s/verdict.json", beside, r->pipeline);
    if (unlink(path) == 0) {
        text_addf(out, "'make train PIPELINE=%s' lets it predict\n", r->pipeline);
        return STATUS_OK;
    }
    if (errno == ENOENT || errno == ENOTDIR)
        return STATUS_OK;
    error_set(err, STATUS_ENVIRONMENT, "could not remove it: %s", strerror(errno));
    error_at(err, path, 0, 0);
    return STATUS_ENVIRONMENT;
}

/* A damaged version would predict nothing, and the one before it no more. */
static enum status check_whole(const struct registry *r, size_t version,
                               struct arena *mem, struct error *err)
{
    struct registry_manifest m;
    TRY(registry_read(r, version, mem, &m, err));
    return registry_check(r, version, &m, err);
}

enum status registry_promote(const struct registry *r, const struct registry_move *m,
                             struct text *out, struct error *err)
{
    struct registry_aliases a;
    struct registry_move move = *m;
    bool predicts = strcmp(m->alias, REGISTRY_PRODUCTION) == 0;
    TRY(registry_aliases(r, out->mem, &a, err));
    move.from = registry_aliased(&a, m->alias);
    if (predicts)
        TRY(check_whole(r, move.to, out->mem, err));
    TRY(registry_move(r, &move, out->mem, err));
    say_moved(r, &move, out);
    return predicts ? void_verdict(r, out, err) : STATUS_OK;
}

enum status registry_rollback(const struct registry *r, const struct registry_move *m,
                              struct text *out, struct error *err)
{
    struct registry_move back = *m;
    TRY(registry_before(r, m->alias, out->mem, &back.to, err));
    back.why = arena_format(out->mem, "rollback: %s", m->why);
    return registry_promote(r, &back, out, err);
}
