/* Comparing records with what their bytes say. */
#include "track/dvc_readback.h"

#include "track/dvc_params.h"

#define PATH "dvc.lock"

static bool same_entries(const struct dvc_entry *a, size_t n, const struct dvc_entry *b,
                         size_t n_b)
{
    bool same = n == n_b;
    for (size_t i = 0; same && i < n; i++)
        same = strcmp(a[i].path, b[i].path) == 0 && strcmp(a[i].md5, b[i].md5) == 0 &&
               a[i].bytes == b[i].bytes && a[i].folder == b[i].folder &&
               a[i].files == b[i].files &&
               (a[i].folder || a[i].executable == b[i].executable);
    return same;
}

static bool same_values(const struct dvc_values *a, const struct dvc_values *b)
{
    bool same = strcmp(a->file, b->file) == 0 && a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = strcmp(a->key[i], b->key[i]) == 0 && a->value[i] && b->value[i] &&
               dvc_value_same(a->value[i], b->value[i]);
    return same;
}

static bool same_record(const struct dvc_record *a, const struct dvc_record *b)
{
    bool same = a->command_list == b->command_list && a->commands.n == b->commands.n &&
                a->n_values == b->n_values;
    for (size_t i = 0; same && i < a->commands.n; i++)
        same = strcmp(a->commands.v[i], b->commands.v[i]) == 0;
    for (size_t i = 0; same && i < a->n_values; i++)
        same = same_values(&a->values[i], &b->values[i]);
    return same && same_entries(a->dep, a->n_deps, b->dep, b->n_deps) &&
           same_entries(a->out, a->n_outs, b->out, b->n_outs);
}

static bool reads_back(struct view bytes, const struct dvc_lockfile *lock)
{
    struct arena work = {0};
    struct dvc_lockfile found = {0};
    struct error fault;
    bool same = dvc_lockfile_parse(PATH, bytes, &work, &found, &fault) == STATUS_OK &&
                found.n == lock->n;
    for (size_t i = 0; same && i < lock->n; i++)
        same = strcmp(found.record[i].name, lock->record[i].name) == 0 &&
               same_record(&lock->record[i], &found.record[i]);
    arena_release(&work);
    return same;
}

/* The same for a record by itself. */
static bool record_reads_back(const struct dvc_record *record)
{
    struct arena work = {0};
    struct text bytes = {.mem = &work};
    struct dvc_record copy = *record;
    struct dvc_lockfile lock = {.record = &copy, .n = 1};
    copy.text = (struct view){0};
    dvc_lockfile_write(&lock, &bytes);
    bool same = reads_back((struct view){bytes.p, bytes.n}, &lock);
    arena_release(&work);
    return same;
}

/* Blames the value that alone would not read back, if there is one. */
static enum status blame_value(const struct dvc_record *record,
                               const struct dvc_values *values, struct error *err)
{
    for (size_t i = 0; i < values->n; i++) {
        struct dvc_values one = {values->file, &values->key[i], &values->value[i], 1};
        struct dvc_record alone = {.name = record->name,
                                   .commands = record->commands,
                                   .command_list = record->command_list,
                                   .values = &one,
                                   .n_values = 1};
        if (record_reads_back(&alone))
            continue;
        error_set(err, STATUS_INPUT,
                  "%s cannot stand in dvc.lock: it would not read back",
                  QUOTE(values->key[i]));
        error_hint(err, "write its texts and keys shorter, or otherwise");
        error_at(err, values->file, values->value[i]->line, values->value[i]->col);
        error_field(err, values->key[i]);
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

enum status dvc_record_reads_back(const struct dvc_record *record, struct error *err)
{
    if (record_reads_back(record))
        return STATUS_OK;
    for (size_t i = 0; i < record->n_values; i++)
        TRY(blame_value(record, &record->values[i], err));
    error_set(err, STATUS_INPUT, "the record of %s would not read back",
              QUOTE(record->name));
    error_at(err, PATH, 0, 0);
    return STATUS_INPUT;
}
