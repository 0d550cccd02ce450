/* Puts outputs into the cache and their records into dvc.lock.
 *
 * The order makes an interruption harmless at any point: objects that nobody names yet do
 * no harm, and dvc.lock is either the old or the new one. */
#include "track/dvc_record.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "track/dvc_readback.h"

/* From here on it is cheaper to remember a digest over a touch, which takes a wait of
 * some milliseconds, than to compute it again. */
#define REMEMBERED_BYTES ((uint64_t)8 << 20)

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

/* True when the file's record has other bytes than the new one. */
static bool is_news(const struct dvc_record *old, const struct dvc_record *record,
                    struct arena *mem)
{
    struct text bytes = {.mem = mem};
    dvc_record_write(record, &bytes);
    return !old || !view_eq(old->text, (struct view){bytes.p, bytes.n});
}

static enum status replace(const char *path, struct view bytes, struct error *err)
{
    struct publish publish = {0};
    struct output *out;
    enum status status = publish_open(&publish, path, &out, err);
    if (status == STATUS_OK)
        status = output_write(out, bytes.p, bytes.n, err);
    if (status == STATUS_OK)
        status = publish_commit(&publish, err);
    publish_release(&publish);
    return status;
}

/* Writes dvc.lock anew, if it reads back. */
static enum status replace_lock(const struct dvc_lockfile *lock, struct arena *mem,
                                struct error *err)
{
    struct text bytes = {.mem = mem};
    dvc_lockfile_write(lock, &bytes);
    TRY(dvc_lockfile_reads_back((struct view){bytes.p, bytes.n}, lock, err));
    return replace(DVC_LOCK_FILE, (struct view){bytes.p, bytes.n}, err);
}

enum status dvc_record_stages(struct dvc_repo *repo, const struct dvc_file *file,
                              const struct dvc_stage *const *stage, size_t n,
                              struct dvc_seen *seen, const struct dvc_run *run,
                              struct arena *mem, struct dvc_recorded *ret_recorded,
                              struct error *err)
{
    struct dvc_lockfile lock;
    struct dvc_record *record = ARENA_ARRAY(mem, struct dvc_record, n);
    struct dvc_recorded *recorded = ARENA_ARRAY(mem, struct dvc_recorded, n);
    bool changed = false;

    TRY(dvc_lockfile_read(DVC_LOCK_FILE, mem, &lock, err));
    TRY(make_records(repo, stage, n, seen, mem, record, err));
    if (run) // behind the last look at the files that are recorded
        TRY(dvc_run_check(run, err));
    for (size_t i = 0; i < n; i++) {
        const struct dvc_record *old = dvc_lockfile_find(&lock, stage[i]->name);
        recorded[i] = (struct dvc_recorded){stage[i]->name, stage[i]->n_outs,
                                            is_news(old, &record[i], mem)};
        changed |= recorded[i].changed;
        if (recorded[i].changed)
            dvc_lockfile_put(&lock, &record[i], &file->names, mem);
    }
    if (changed)
        TRY(replace_lock(&lock, mem, err));
    memcpy(ret_recorded, recorded, n * sizeof(*recorded));
    return STATUS_OK;
}

enum status dvc_record_prune(const struct dvc_file *file, bool dry, struct arena *mem,
                             struct texts *ret_removed, struct error *err)
{
    struct dvc_lockfile lock;
    TRY(dvc_lockfile_read(DVC_LOCK_FILE, mem, &lock, err));
    const char **name = ARENA_ARRAY(mem, const char *, lock.n);
    size_t n = 0;
    for (size_t i = 0; i < lock.n; i++) {
        const char *own = lock.record[i].name;
        if (!dvc_file_find(file, own) && !dvc_file_unread(file, own))
            name[n++] = own;
    }
    for (size_t i = 0; i < n; i++)
        dvc_lockfile_remove(&lock, name[i]);
    if (n > 0 && !dry)
        TRY(replace_lock(&lock, mem, err));
    *ret_removed = (struct texts){n, name};
    return STATUS_OK;
}

/* The time of a file's last change; false for a folder, which Make does not look at, and
 * for what is not there. */
static bool file_time(const char *path, struct timespec *ret)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    *ret = st.st_mtim;
    return true;
}

static bool is_before(struct timespec a, struct timespec b)
{
    return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

bool dvc_outs_look_old(const struct dvc_stage *stage)
{
    const char *command = stage->commands.v[stage->commands.n - 1];
    size_t n = strcspn(command, " ");
    char executable[256] = "";
    struct timespec at, newest = {0};
    if (n < sizeof(executable))
        memcpy(executable, command, n);
    if (file_time(executable, &at))
        newest = at;
    for (size_t i = 0; i < stage->deps.n; i++)
        if (file_time(stage->deps.v[i], &at) && is_before(newest, at))
            newest = at;
    for (size_t i = 0; i < stage->n_outs; i++)
        if (file_time(stage->out[i].path, &at) && is_before(at, newest))
            return true;
    return false;
}

/* Gives a file of the project a new time; a link is no such file. */
static bool touch(const char *path)
{
    const char *name;
    int folder = beneath_parent(&beneath_here, path, &name);
    bool done = folder >= 0 && utimensat(folder, name, NULL, AT_SYMLINK_NOFOLLOW) == 0;
    int number = errno;
    if (folder >= 0)
        close(folder);
    errno = number;
    return done;
}

enum status dvc_touch_outs(struct dvc_repo *repo, const struct dvc_stage *stage,
                           struct error *err)
{
    for (size_t i = 0; i < stage->n_outs; i++) {
        const char *path = stage->out[i].path;
        struct memo_file known;
        struct stat st;
        bool large = stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
                     (uint64_t)st.st_size >= REMEMBERED_BYTES;
        if (large)
            TRY(memo_digest(repo->memo, path, false, &known, err));
        if (!touch(path))
            return beneath_failed("touch", &beneath_here, path, err);
        if (large)
            memo_enter(repo->memo, path, &known);
    }
    return STATUS_OK;
}
