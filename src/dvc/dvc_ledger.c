/* dvc.lock and the journal in one table. */
#include "dvc/dvc_ledger.h"

#include "dvc/dvc_places.h"
#include "file/file.h"
#include "file/publish.h"

static const char head[] = "schema: '2.0'\nstages:\n";

struct dvc_ledger_row {
    struct view text;                // as it shall stand in dvc.lock
    const struct dvc_record *record; // the same, read; NULL while nobody asked
    bool changed;                    // dvc.lock has it otherwise, or not
};

static bool same_state(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
           a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static struct stat state_now(void)
{
    struct stat st;
    return stat(DVC_LOCK_FILE, &st) == 0 ? st : (struct stat){0};
}

static struct dvc_ledger_row *row_of(struct dvc_ledger *ledger, const char *name)
{
    size_t before = ledger->names.n, i = names_add(&ledger->names, name);
    ARENA_ROOM(&ledger->mem, ledger->row, before, ledger->cap, 64);
    if (i == before)
        ledger->row[i] = (struct dvc_ledger_row){0};
    return &ledger->row[i];
}

/* Reads all of dvc.lock. */
static enum status read_all(struct dvc_ledger *ledger, struct view bytes,
                            struct error *err)
{
    struct arena *mem = &ledger->mem;
    TRY(dvc_lockfile_parse(DVC_LOCK_FILE, bytes, mem, &ledger->lock, err));
    if (bytes.n >= DVC_PLACES_FROM)
        dvc_places_save(&ledger->lock, &ledger->state);
    return STATUS_OK;
}

static enum status read_lock(struct dvc_ledger *ledger, struct error *err)
{
    struct view bytes;
    struct dvc_lockfile *lock = &ledger->lock;
    if (!file_exists(DVC_LOCK_FILE))
        return STATUS_OK;
    TRY(file_read(DVC_LOCK_FILE, YAML_LARGE_BYTES, &ledger->mem, &bytes, err));
    bool known = dvc_places_load(&ledger->state, bytes, &ledger->mem, lock);
    if (!known)
        TRY(read_all(ledger, bytes, err));
    for (size_t i = 0; i < lock->n; i++)
        *row_of(ledger, lock->record[i].name) = (struct dvc_ledger_row){
            lock->record[i].text, known ? NULL : &lock->record[i], false};
    return STATUS_OK;
}

static void set(struct dvc_ledger *ledger, struct dvc_ledger_row *row, struct view text)
{
    ledger->n_changed += !row->changed;
    *row = (struct dvc_ledger_row){.text = text, .changed = true};
}

/* Takes what waits in the journal, as far as it still fits. */
static enum status read_journal(struct dvc_ledger *ledger, struct error *err)
{
    TRY(dvc_journal_read(&ledger->mem, &ledger->journal, err));
    for (size_t i = 0; i < ledger->journal.n; i++) {
        const struct dvc_journal_entry *entry = &ledger->journal.entry[i];
        size_t known = names_find(&ledger->names, entry->name);
        uint64_t now = known == NAMES_NONE ? 0 : dvc_journal_sum(ledger->row[known].text);
        if (now == entry->before)
            set(ledger, row_of(ledger, entry->name), entry->text);
    }
    return STATUS_OK;
}

enum status dvc_ledger_sync(struct dvc_ledger *ledger, struct error *err)
{
    struct stat now = state_now();
    if (ledger->read && same_state(&ledger->state, &now) &&
        dvc_journal_is_same(&ledger->journal))
        return STATUS_OK;
    dvc_ledger_release(ledger);
    ledger->state = now;
    ledger->names.mem = &ledger->mem;
    enum status status = read_lock(ledger, err);
    if (status == STATUS_OK)
        status = read_journal(ledger, err);
    ledger->read = status == STATUS_OK;
    return status;
}

/* Reads one record by itself. */
static bool read_alone(struct dvc_ledger *ledger, const char *name,
                       struct dvc_ledger_row *row)
{
    struct dvc_lockfile one;
    struct error none;
    struct text bytes = {.mem = &ledger->mem};
    text_puts(&bytes, head);
    text_add(&bytes, row->text.p, row->text.n);
    struct view all = {bytes.p, bytes.n};
    bool read =
        dvc_lockfile_parse(DVC_LOCK_FILE, all, &ledger->mem, &one, &none) == STATUS_OK &&
        one.n == 1 && strcmp(one.record[0].name, name) == 0;
    if (read)
        row->record = one.record;
    return read;
}

/* Somewhere something is no record: says where, in the words of who reads all of it. */
static enum status blame(const char *name, struct error *err)
{
    struct arena work = {0};
    struct dvc_lockfile all;
    enum status status = dvc_lockfile_read(DVC_LOCK_FILE, &work, &all, err);
    arena_release(&work);
    TRY(status);
    error_refuse(err, DVC_LOCK_FILE, NULL, "the record of %s does not read", QUOTE(name));
    error_hint(err,
               "remove '.dvc/tmp/nightmill.journal' and '.dvc/tmp/nightmill.places'");
    return STATUS_INPUT;
}

enum status dvc_ledger_find(struct dvc_ledger *ledger, const char *name,
                            const struct dvc_record **ret, struct error *err)
{
    size_t i = names_find(&ledger->names, name);
    *ret = NULL;
    if (i == NAMES_NONE)
        return STATUS_OK;
    struct dvc_ledger_row *row = &ledger->row[i];
    if (!row->record && !read_alone(ledger, name, row))
        return blame(name, err);
    *ret = row->record;
    return STATUS_OK;
}

enum status dvc_ledger_put(struct dvc_ledger *ledger, const struct dvc_record *record,
                           bool *ret_changed, struct error *err)
{
    struct text out = {.mem = &ledger->mem};
    dvc_record_write(record, &out);
    struct view text = {out.p, out.n};
    size_t known = names_find(&ledger->names, record->name);
    struct view now = known == NAMES_NONE ? (struct view){0} : ledger->row[known].text;
    *ret_changed = !view_eq(now, text);
    if (!*ret_changed)
        return STATUS_OK;
    const char *name = arena_string(&ledger->mem, record->name);
    const struct dvc_journal_entry entry = {
        name, known == NAMES_NONE ? 0 : dvc_journal_sum(now), text};
    TRY(dvc_journal_add(&ledger->journal, &entry, err));
    set(ledger, row_of(ledger, name), text);
    return STATUS_OK;
}

/* dvc.lock with the rows that changed. */
static void merge(struct dvc_ledger *ledger, const struct texts *order)
{
    struct arena *mem = &ledger->mem;
    struct dvc_record *record = ARENA_ARRAY(mem, struct dvc_record, ledger->n_changed);
    size_t n = 0;
    for (size_t i = 0; i < ledger->names.n; i++)
        if (ledger->row[i].changed)
            record[n++] = (struct dvc_record){.name = ledger->names.v[i],
                                              .text = ledger->row[i].text};
    dvc_lockfile_merge(&ledger->lock, record, n, order, mem);
}

static enum status replace(struct view bytes, struct error *err)
{
    struct publish publish = {0};
    struct output *out;
    enum status status = publish_open(&publish, DVC_LOCK_FILE, &out, err);
    if (status == STATUS_OK)
        status = output_write(out, bytes.p, bytes.n, err);
    if (status == STATUS_OK)
        status = publish_commit(&publish, err);
    publish_release(&publish);
    return status;
}

static enum status check_size(size_t n, struct error *err)
{
    if (n <= YAML_LARGE_BYTES)
        return STATUS_OK;
    return error_refuse(err, DVC_LOCK_FILE, NULL,
                        "the file would have %zu bytes, more than %zu", n,
                        YAML_LARGE_BYTES);
}

/* The places of the new file, whose texts lie as they were written. */
static void save_places(struct dvc_ledger *ledger, size_t n)
{
    struct stat now = state_now();
    if (n < DVC_PLACES_FROM || (size_t)now.st_size != n)
        return;
    if (ledger->lock.head.n == 0)
        ledger->lock.head = (struct view){head, sizeof(head) - 1};
    dvc_places_save(&ledger->lock, &now);
}

/* Writes the lock anew; the next sync reads it. */
static enum status rewrite(struct dvc_ledger *ledger, struct error *err)
{
    struct text out = {.mem = &ledger->mem};
    dvc_lockfile_write(&ledger->lock, &out);
    TRY(check_size(out.n, err));
    TRY(replace((struct view){out.p, out.n}, err));
    save_places(ledger, out.n);
    ledger->read = false;
    return STATUS_OK;
}

enum status dvc_ledger_fold(struct dvc_ledger *ledger, const struct texts *order,
                            struct error *err)
{
    if (ledger->n_changed > 0) {
        merge(ledger, order);
        TRY(rewrite(ledger, err));
    }
    if (ledger->journal.inode == 0)
        return STATUS_OK;
    ledger->read = false;
    return dvc_journal_clear(&ledger->journal, err);
}

enum status dvc_ledger_remove(struct dvc_ledger *ledger, const struct names *gone,
                              struct error *err)
{
    struct dvc_lockfile *lock = &ledger->lock;
    size_t kept = 0;
    for (size_t i = 0; i < lock->n; i++)
        if (names_find(gone, lock->record[i].name) == NAMES_NONE)
            lock->record[kept++] = lock->record[i];
    lock->n = kept;
    return rewrite(ledger, err);
}

bool dvc_ledger_waits(void)
{
    struct dvc_journal none = {0};
    return !dvc_journal_is_same(&none);
}

static enum status fold_all(const struct texts *order, struct error *err)
{
    struct dvc_ledger ledger = {0};
    enum status status = dvc_ledger_sync(&ledger, err);
    if (status == STATUS_OK)
        status = dvc_ledger_fold(&ledger, order, err);
    dvc_ledger_release(&ledger);
    return status;
}

enum status dvc_ledger_settle(struct dvc_repo *repo, const struct texts *order,
                              struct error *err)
{
    bool held = repo->lock_fd >= 0;
    double wait_s = repo->wait_s;
    struct error why;
    if (!dvc_ledger_waits())
        return STATUS_OK;
    repo->wait_s = 0;
    enum status status = held ? STATUS_OK : dvc_repo_lock(repo, NULL, NULL, &why);
    repo->wait_s = wait_s;
    if (status == STATUS_BUSY)
        return STATUS_OK;
    if (status != STATUS_OK) {
        *err = why;
        return status;
    }
    status = fold_all(order, err);
    if (!held)
        dvc_repo_unlock(repo);
    return status;
}

void dvc_ledger_release(struct dvc_ledger *ledger)
{
    arena_release(&ledger->mem);
    *ledger = (struct dvc_ledger){0};
}
