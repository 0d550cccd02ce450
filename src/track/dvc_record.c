/* Puts outputs into the cache and their records into dvc.lock.
 *
 * The order makes an interruption harmless at any point: objects that nobody names yet do
 * no harm, and a record is either put or not. */
#include "track/dvc_record.h"

#include "file/file.h"
#include "track/dvc_readback.h"

void dvc_stage_paths(const struct dvc_stage *const *stage, size_t n, bool runs,
                     struct arena *mem, struct texts *ret_written, struct texts *ret_read)
{
    size_t room = 0, n_reads = 0, n_writes = 0;
    for (size_t i = 0; i < n; i++)
        room += stage[i]->deps.n + stage[i]->n_params + stage[i]->n_outs;
    const char **reads = ARENA_ARRAY(mem, const char *, room);
    const char **writes = ARENA_ARRAY(mem, const char *, room);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < stage[i]->deps.n; k++)
            reads[n_reads++] = stage[i]->deps.v[k];
        for (size_t k = 0; k < stage[i]->n_params; k++)
            reads[n_reads++] = stage[i]->params[k].file;
        for (size_t k = 0; k < stage[i]->n_outs; k++)
            *(runs ? &writes[n_writes++] : &reads[n_reads++]) = stage[i]->out[k].path;
    }
    *ret_written = (struct texts){n_writes, writes};
    *ret_read = (struct texts){n_reads, reads};
}

enum status dvc_lock_stages(struct dvc_repo *repo, const struct dvc_stage *const *stage,
                            size_t n, bool runs, struct error *err)
{
    struct arena work = {0};
    struct texts written, read;
    dvc_stage_paths(stage, n, runs, &work, &written, &read);
    enum status status = dvc_repo_lock(repo, &written, &read, err);
    arena_release(&work);
    return status;
}

/* Puts the files of a folder and its list into the batch. */
static enum status put_folder(struct dvc_batch *batch, const struct dvc_entry *entry,
                              const struct dvc_dir *dir, struct arena *mem,
                              struct error *err)
{
    struct text bytes = {.mem = mem};
    for (size_t i = 0; i < dir->n; i++) {
        const struct dvc_child *child = &dir->child[i];
        const char *path = arena_format(mem, "%s/%s", entry->path, child->relpath);
        TRY(dvc_batch_file(batch, path, child->md5, err));
    }
    dvc_dir_write(dir, &bytes);
    return dvc_batch_bytes(batch, (struct view){bytes.p, bytes.n}, entry->md5, err);
}

static enum status put_out(struct dvc_repo *repo, const struct dvc_out *out,
                           struct dvc_seen *seen, struct dvc_batch *batch,
                           struct arena *mem, struct dvc_entry *ret, struct error *err)
{
    struct dvc_dir dir = {0};
    TRY(dvc_entry_now(repo, out->path, seen, mem, ret, &dir, err));
    if (!out->cached)
        return STATUS_OK;
    if (ret->folder)
        return put_folder(batch, ret, &dir, mem, err);
    return dvc_batch_file(batch, out->path, ret->md5, err);
}

/* Makes a stage's record and puts its outputs into the batch. */
static enum status make_record(struct dvc_repo *repo, const struct dvc_stage *stage,
                               struct dvc_seen *seen, struct dvc_batch *batch,
                               struct arena *mem, struct dvc_record *ret,
                               struct error *err)
{
    TRY(dvc_inputs_now(repo, stage, seen, mem, ret, err));
    ret->out = ARENA_ARRAY(mem, struct dvc_entry, stage->n_outs);
    ret->n_outs = stage->n_outs;
    for (size_t i = 0; i < stage->n_outs; i++)
        TRY(put_out(repo, &stage->out[i], seen, batch, mem, &ret->out[i], err));
    return STATUS_OK;
}

static enum status make_records(struct dvc_repo *repo,
                                const struct dvc_stage *const *stage, size_t n,
                                struct dvc_seen *seen, struct arena *mem,
                                struct dvc_record *ret, struct error *err)
{
    struct dvc_batch *batch = dvc_batch_begin(repo, mem);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = make_record(repo, stage[i], seen, batch, mem, &ret[i], err);
    if (status == STATUS_OK)
        status = dvc_batch_commit(batch, err);
    dvc_batch_release(batch);
    return status;
}

enum status dvc_record_stages(struct dvc_repo *repo, struct dvc_ledger *ledger,
                              const struct dvc_stage *const *stage, size_t n,
                              struct dvc_seen *seen, const struct dvc_run *run,
                              struct arena *mem, struct dvc_recorded *ret_recorded,
                              struct error *err)
{
    struct dvc_record *record = ARENA_ARRAY(mem, struct dvc_record, n);
    TRY(make_records(repo, stage, n, seen, mem, record, err));
    if (run) // behind the last look at the files that are recorded
        TRY(dvc_run_check(run, err));
    for (size_t i = 0; i < n; i++)
        TRY(dvc_record_reads_back(&record[i], err));
    for (size_t i = 0; i < n; i++) {
        bool changed;
        TRY(dvc_ledger_put(ledger, &record[i], &changed, err));
        ret_recorded[i] =
            (struct dvc_recorded){stage[i]->name, stage[i]->n_outs, changed};
    }
    return STATUS_OK;
}

enum status dvc_record_prune(struct dvc_ledger *ledger, const struct dvc_file *file,
                             bool dry, struct arena *mem, struct texts *ret_removed,
                             struct error *err)
{
    struct names gone = {.mem = mem};
    for (size_t i = 0; i < ledger->lock.n; i++) {
        const char *own = arena_string(mem, ledger->lock.record[i].name);
        if (!dvc_file_find(file, own) && !dvc_file_unread(file, own))
            names_add(&gone, own);
    }
    *ret_removed = (struct texts){gone.n, gone.v};
    return gone.n > 0 && !dry ? dvc_ledger_remove(ledger, &gone, err) : STATUS_OK;
}
