/* The memo of digests: a table in memory, over a file of records of one length.
 *
 * An entry is found by device and inode, and holds while length and both times are the
 * same; the path does not matter.
 *
 * A change within the step of the file system's clock leaves the times as they are, so
 * that a file which is still that young is not remembered (Git calls it "racily clean").
 * What this process wrote itself is: saving then waits until the clock has moved on.
 *
 * Entries that nothing asked for count the runs that saved without them, and go after
 * some. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest/memo_internal.h"
#include "file/file.h"

enum {
    MAX_AGE = 16,                    // runs that saved and did not ask
    STEP_NS = 20 * 1000000,          // more than the kernel's tick of at most 10 ms
    COARSE_STEP_NS = 2000 * 1000000, // of file systems that keep whole seconds
    ATTEMPTS = 3,                    // at reading a file that is being written
};

static int64_t nanoseconds(const struct timespec *t)
{
    return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static int64_t now_ns(void)
{
    struct timespec t;
    return clock_gettime(CLOCK_REALTIME, &t) == 0 ? nanoseconds(&t) : 0;
}

/* The slot that holds the file, or the empty one where it belongs. */
static size_t slot_of(const struct memo *memo, uint64_t device, uint64_t inode)
{
    size_t at = (size_t)memo_mix(memo_mix(0, device), inode) & (memo->slots - 1);
    while (memo->slot[at]) {
        const struct memo_entry *e = &memo->entry[memo->slot[at] - 1];
        if (e->inode == inode && e->device == device)
            break;
        at = (at + 1) & (memo->slots - 1);
    }
    return at;
}

static void rebuild_slots(struct memo *memo)
{
    memo->slots = 64;
    while (memo->slots < 4 * memo->n)
        memo->slots *= 2;
    memo->slot = ARENA_ARRAY(memo->mem, uint32_t, memo->slots);
    for (size_t i = 0; i < memo->n; i++)
        memo->slot[slot_of(memo, memo->entry[i].device, memo->entry[i].inode)] =
            (uint32_t)i + 1;
}

static struct memo_entry entry_of(const struct stat *st)
{
    return (struct memo_entry){.device = (uint64_t)st->st_dev,
                               .inode = (uint64_t)st->st_ino,
                               .bytes = (uint64_t)st->st_size,
                               .modified_ns = nanoseconds(&st->st_mtim),
                               .changed_ns = nanoseconds(&st->st_ctim)};
}

static bool same_state(const struct memo_entry *a, const struct memo_entry *b)
{
    return a->device == b->device && a->inode == b->inode && a->bytes == b->bytes &&
           a->modified_ns == b->modified_ns && a->changed_ns == b->changed_ns;
}

/* From when on a further change of the file would show in its times. */
static int64_t settled_ns(const struct memo_entry *e)
{
    int64_t last = e->modified_ns > e->changed_ns ? e->modified_ns : e->changed_ns;
    bool coarse = e->modified_ns % 1000000000 == 0 && e->changed_ns % 1000000000 == 0;
    return last + (coarse ? COARSE_STEP_NS : STEP_NS);
}

static void remember(struct memo *memo, const struct memo_entry *known)
{
    if (memo->n >= MEMO_MAX_ENTRIES)
        return;
    if (2 * (memo->n + 1) > memo->slots)
        rebuild_slots(memo);
    size_t at = slot_of(memo, known->device, known->inode);
    if (!memo->slot[at]) {
        ARENA_ROOM(memo->mem, memo->entry, memo->n, memo->cap, 64);
        memo->slot[at] = (uint32_t)++memo->n;
    }
    memo->entry[memo->slot[at] - 1] = *known;
    memo->changed = true;
}

/* The entry that holds for the file in this state, or NULL. */
static struct memo_entry *recall(struct memo *memo, const struct memo_entry *now,
                                 bool want_sha256)
{
    size_t at = slot_of(memo, now->device, now->inode);
    struct memo_entry *e = memo->slot[at] ? &memo->entry[memo->slot[at] - 1] : NULL;
    return e && same_state(e, now) && (e->has_sha256 || !want_sha256) ? e : NULL;
}

static void tell(const struct memo_entry *e, mode_t mode, struct memo_file *ret)
{
    *ret = (struct memo_file){.bytes = e->bytes, .executable = (mode & S_IXUSR) != 0};
    digest_hex(e->md5, MD5_BYTES, ret->md5);
    if (e->has_sha256)
        digest_hex(e->sha256, SHA256_BYTES, ret->sha256);
}

/* Digests an open file; *ret_same tells whether it stayed as it was meanwhile. */
static enum status read_once(int fd, const char *path, bool want_sha256,
                             struct memo_entry *ret, mode_t *ret_mode, bool *ret_same,
                             struct error *err)
{
    struct stat before, after;
    char md5[MD5_HEX], sha256[SHA256_HEX];
    uint64_t bytes;
    if (fstat(fd, &before) < 0 || lseek(fd, 0, SEEK_SET) < 0)
        return error_errno(err, "could not read %s", QUOTE_PATH(path));
    TRY(digest_fd(fd, path, md5, want_sha256 ? sha256 : NULL, &bytes, err));
    if (fstat(fd, &after) < 0)
        return error_errno(err, "could not read %s", QUOTE_PATH(path));
    struct memo_entry e = entry_of(&before), then = entry_of(&after);
    digest_unhex(view_of(md5), e.md5, MD5_BYTES);
    e.has_sha256 = want_sha256 && digest_unhex(view_of(sha256), e.sha256, SHA256_BYTES);
    *ret_same = same_state(&e, &then) && bytes == e.bytes;
    *ret_mode = before.st_mode;
    *ret = e;
    return STATUS_OK;
}

static enum status read_steady(int fd, const char *path, bool want_sha256,
                               struct memo_entry *ret, mode_t *ret_mode,
                               struct error *err)
{
    bool same = false;
    for (int attempt = 0; attempt < ATTEMPTS && !same; attempt++)
        TRY(read_once(fd, path, want_sha256, ret, ret_mode, &same, err));
    if (same)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "%s changed while it was read", QUOTE_PATH(path));
    error_hint(err, "try again when nothing writes it any more");
    return STATUS_INPUT;
}

static enum status digest_anew(struct memo *memo, const char *path, bool want_sha256,
                               struct memo_file *ret, struct error *err)
{
    int fd;
    struct memo_entry e;
    mode_t mode;
    int64_t begun_ns = now_ns();
    TRY(file_open(path, &fd, err));
    enum status status = read_steady(fd, path, want_sha256, &e, &mode, err);
    close(fd);
    TRY(status);
    if (settled_ns(&e) < begun_ns)
        remember(memo, &e);
    tell(&e, mode, ret);
    return STATUS_OK;
}

enum status memo_digest(struct memo *memo, const char *path, bool want_sha256,
                        struct memo_file *ret, struct error *err)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
        struct memo_entry now = entry_of(&st);
        struct memo_entry *e = recall(memo, &now, want_sha256);
        if (e) {
            e->age = 0;
            tell(e, st.st_mode, ret);
            return STATUS_OK;
        }
    }
    return digest_anew(memo, path, want_sha256, ret, err);
}

void memo_enter(struct memo *memo, const char *path, const struct memo_file *known)
{
    struct stat st;
    if (stat(path, &st) == 0)
        memo_enter_state(memo, &st, known);
}

void memo_enter_state(struct memo *memo, const struct stat *st,
                      const struct memo_file *known)
{
    if (!S_ISREG(st->st_mode))
        return;
    struct memo_entry e = entry_of(st);
    if (e.bytes != known->bytes || !digest_unhex(view_of(known->md5), e.md5, MD5_BYTES))
        return;
    e.has_sha256 = digest_unhex(view_of(known->sha256), e.sha256, SHA256_BYTES);
    int64_t settled = settled_ns(&e);
    // A clock that is off, or a coarse one, is not worth the wait.
    if (settled > now_ns() + STEP_NS)
        return;
    if (settled > memo->wait_until_ns)
        memo->wait_until_ns = settled;
    remember(memo, &e);
}

/* The entry of the file as it is now, or NULL. */
static struct memo_entry *entry_now(struct memo *memo, const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
        return NULL;
    struct memo_entry now = entry_of(&st);
    return recall(memo, &now, false);
}

bool memo_recall(struct memo *memo, const char *path, struct memo_file *ret)
{
    struct memo_entry *e = entry_now(memo, path);
    if (!e)
        return false;
    e->age = 0;
    tell(e, 0, ret);
    return true;
}

bool memo_has_etag(struct memo *memo, const char *path, const char *etag)
{
    struct memo_entry *e = entry_now(memo, path);
    if (!e || strncmp(e->etag, etag, sizeof e->etag) != 0)
        return false;
    e->age = 0;
    return true;
}

void memo_enter_etag(struct memo *memo, const char *path, const char *etag)
{
    struct memo_entry *e = entry_now(memo, path);
    size_t n = strlen(etag);
    if (!e || n >= sizeof e->etag)
        return;
    memset(e->etag, 0, sizeof e->etag);
    memcpy(e->etag, etag, n);
    memo->changed = true;
}

static void wait_for_clock(const struct memo *memo)
{
    int64_t left = memo->wait_until_ns - now_ns();
    if (left <= 0 || left > STEP_NS)
        return;
    struct timespec rest = {.tv_nsec = left};
    (void)RESTART(nanosleep(&rest, &rest));
}

/* Drops what nobody asked for of late, or at all when there is too much of it. */
static void drop_old(struct memo *memo)
{
    size_t kept = 0;
    uint32_t limit = memo->n > MEMO_MAX_ENTRIES / 2 ? 0 : MAX_AGE;
    for (size_t i = 0; i < memo->n; i++)
        if (memo->entry[i].age <= limit)
            memo->entry[kept++] = memo->entry[i];
    memo->n = kept;
    rebuild_slots(memo);
}

struct memo *memo_open(const char *path, struct arena *mem)
{
    struct memo *memo = ARENA_NEW(mem, struct memo);
    memo->mem = mem;
    memo->path = arena_string(mem, path);
    memo_load(memo);
    rebuild_slots(memo);
    return memo;
}

void memo_save(struct memo *memo)
{
    if (!memo->changed)
        return;
    memo->changed = false;
    wait_for_clock(memo);
    drop_old(memo);
    memo_write(memo);
}
