/* Opening what push, pull, status and gc work on, and finding out what dvc.lock names.
 *
 * The remote is listed once; from then on every question is answered from the listing.
 * Folders' objects that the cache lacks are fetched into memory, all at once, for without
 * them nobody knows which files belong to the folder. */
#include "sync/sync.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dvc/dvc_ledger.h"
#include "sync/manifest.h"

enum { MAX_LOCK = 64 * 1024 * 1024 };

/* True when dvc.yaml has the output and does not keep it out of cache or remote. */
static bool is_counted(const struct dvc_stage *stage, const char *path)
{
    for (size_t i = 0; stage && i < stage->n_outs; i++)
        if (strcmp(stage->out[i].path, path) == 0)
            return stage->out[i].cached && stage->out[i].pushed;
    return false;
}

static void add_outs(struct sync *sync, const struct dvc_file *file)
{
    size_t n = 0;
    for (size_t i = 0; i < sync->lock.n; i++)
        n += sync->lock.record[i].n_outs;
    sync->out = ARENA_ARRAY(sync->run->mem, struct sync_out, n);
    const char **gone = ARENA_ARRAY(sync->run->mem, const char *, sync->lock.n);
    size_t n_gone = 0;
    for (size_t i = 0; i < sync->lock.n; i++) {
        const struct dvc_record *r = &sync->lock.record[i];
        const struct dvc_stage *stage = dvc_file_find(file, r->name);
        if (!stage && !dvc_file_unread(file, r->name))
            gone[n_gone++] = r->name;
        for (size_t k = 0; k < r->n_outs; k++) {
            const struct dvc_entry *e = &r->out[k];
            if (!is_counted(stage, e->path))
                continue;
            sync->out[sync->n_outs++] = (struct sync_out){.stage = r->name,
                                                          .path = e->path,
                                                          .md5 = e->md5,
                                                          .bytes = e->bytes,
                                                          .executable = e->executable,
                                                          .folder = e->folder};
        }
    }
    sync->gone = (struct texts){n_gone, gone};
}

static enum status open_repo(struct sync *sync, struct run *run,
                             const struct sync_options *options, struct error *err)
{
    sync->run = run;
    sync->options = options;
    sync->repo.lock_fd = -1;
    run->printed_report = true;
    return dvc_repo_open(run->mem, &sync->repo, err);
}

/* Names the stages that are not understood; what they write is left out. */
static void warn_unread(struct sync *sync)
{
    for (size_t i = 0; i < sync->file.n_unread; i++) {
        const struct dvc_unread *u = &sync->file.unread[i];
        struct error warning = u->fault;
        error_set(&warning, STATUS_INPUT, "%s is left out: %s", QUOTE(u->name),
                  u->fault.message);
        error_at(&warning, u->fault.loc.path, u->fault.loc.line, u->fault.loc.col);
        run_warn(sync->run, &warning);
    }
}

/* Both files once: what is pushed as dvc.lock is what was parsed. */
static enum status read_files(struct sync *sync, struct error *err)
{
    struct arena *mem = sync->run->mem;
    if (file_exists("dvc.yaml"))
        TRY(dvc_file_read("dvc.yaml", mem, &sync->file, err));
    warn_unread(sync);
    if (!sync->options->dry_run)
        TRY(dvc_ledger_settle(&sync->repo, &sync->file.names, err));
    if (!file_exists(SYNC_LOCK))
        return STATUS_OK;
    TRY(file_read(SYNC_LOCK, MAX_LOCK, mem, &sync->lock_bytes, err));
    TRY(dvc_lockfile_parse(SYNC_LOCK, sync->lock_bytes, mem, &sync->lock, err));
    add_outs(sync, &sync->file);
    return STATUS_OK;
}

enum status sync_open(struct sync *sync, struct run *run,
                      const struct sync_options *options, struct error *err)
{
    TRY(open_repo(sync, run, options, err));
    return read_files(sync, err);
}

enum status sync_open_locked(struct sync *sync, struct run *run,
                             const struct sync_options *options, double wait_s,
                             struct error *err)
{
    const char *const project[] = {"."};
    TRY(open_repo(sync, run, options, err));
    sync->repo.wait_s = wait_s;
    if (!options->dry_run)
        TRY(dvc_repo_lock(&sync->repo, &(struct texts){1, project}, NULL, err));
    return read_files(sync, err);
}

void sync_close(struct sync *sync)
{
    remote_close(sync->remote);
    sync->remote = NULL;
    remote_config_forget(&sync->config);
    if (sync->repo.cache)
        dvc_repo_close(&sync->repo);
}

static enum status need_file(struct error *err)
{
    error_set(err, STATUS_INPUT, "cannot find 'dvc.yaml'");
    error_hint(err, "it says which of the stages in " SYNC_LOCK " count; `git checkout "
                    "dvc.yaml` brings it back, 'make' writes it anew");
    return STATUS_INPUT;
}

enum status sync_need_lock(const struct sync *sync, struct error *err)
{
    // Without dvc.yaml nothing would count, and nothing is no version to push.
    if (sync->lock_bytes.p)
        return file_exists("dvc.yaml") ? STATUS_OK : need_file(err);
    error_set(err, STATUS_INPUT, "cannot find '" SYNC_LOCK "'");
    error_hint(err, "'make train' runs the pipelines and records them in it");
    return STATUS_INPUT;
}

static void on_progress(void *context, uint64_t bytes, size_t objects UNUSED)
{
    struct sync *sync = context;
    if (sync->what)
        run_progress_bytes(sync->run, sync->what, sync->done_bytes + bytes,
                           sync->total_bytes);
}

enum status sync_reach(struct run *run, const struct sync_options *o,
                       const struct dvc_config *dvc, struct remote_settings *settings,
                       struct remote_config *ret_config, struct remote **ret,
                       struct error *err)
{
    struct error warning = {0};
    settings->jobs = o->jobs;
    settings->timeout_s = (double)o->timeout;
    remote_hide_memory();
    TRY(remote_config_read(dvc, o->remote, o->insecure_http, run->mem, ret_config,
                           &warning, err));
    if (warning.message[0])
        run_warn(run, &warning);
    return remote_open(ret_config, settings, run->mem, ret, err);
}

enum status sync_connect(struct sync *sync, struct error *err)
{
    struct remote_settings settings = {.progress = on_progress, .context = sync};
    TRY(sync_reach(sync->run, sync->options, &sync->repo.config, &settings, &sync->config,
                   &sync->remote, err));
    return sync_list(sync, err);
}

enum status sync_list(struct sync *sync, struct error *err)
{
    struct arena *mem = sync->run->mem;
    TRY(remote_list(sync->remote, "nightmill/", mem, &sync->others, err));
    return remote_list(sync->remote, MANIFEST_OBJECTS, mem, &sync->objects, err);
}

const char *sync_cache_path(const struct sync *sync, const struct sync_object *o)
{
    return dvc_cache_path(&sync->repo, o->md5, sync->run->mem);
}

static void add_object(struct sync *sync, struct sync_object o)
{
    struct arena *mem = sync->run->mem;
    ARENA_ROOM(mem, sync->object, sync->n, sync->cap, 256);
    o.key = dvc_cache_key(o.md5, mem);
    sync->object[sync->n++] = o;
}

static void add_children(struct sync *sync, const struct sync_out *out)
{
    for (size_t i = 0; i < out->dir.n; i++) {
        const struct dvc_child *c = &out->dir.child[i];
        struct sync_object o = {.md5 = c->md5,
                                .path = file_join(sync->run->mem, out->path, c->relpath),
                                .bytes = SYNC_UNKNOWN,
                                .most = out->bytes};
        add_object(sync, o);
    }
}

/* By key; of the same key the one first whose length is known. */
static int by_key(const void *a, const void *b)
{
    const struct sync_object *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    if (order == 0)
        order = (x->bytes > y->bytes) - (x->bytes < y->bytes);
    return order ? order : strcmp(x->path, y->path);
}

struct sync_object *sync_find(const struct sync *sync, const char *key)
{
    size_t low = 0, high = sync->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(sync->object[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < sync->n && strcmp(sync->object[low].key, key) == 0;
    return found ? &sync->object[low] : NULL;
}

/* Sorts, drops repeats, and looks into the cache and the listing. */
static void settle(struct sync *sync)
{
    size_t kept = 0;
    if (sync->n)
        qsort(sync->object, sync->n, sizeof(*sync->object), by_key);
    for (size_t i = 0; i < sync->n; i++)
        if (kept == 0 || strcmp(sync->object[kept - 1].key, sync->object[i].key) != 0)
            sync->object[kept++] = sync->object[i];
    sync->n = kept;
    for (size_t i = 0; i < kept; i++) {
        struct sync_object *o = &sync->object[i];
        struct stat st;
        o->cached = dvc_cache_has(&sync->repo, o->md5, UINT64_MAX) &&
                    dvc_cache_stat(&sync->repo, o->md5, &st);
        if (o->cached)
            o->bytes = (uint64_t)st.st_size;
        o->there = remote_objects_find(&sync->objects, o->key);
    }
}

/* Reads folders' objects from the cache; what is damaged there counts as not there. */
static void read_cached(struct sync *sync)
{
    for (size_t i = 0; i < sync->n_outs; i++) {
        struct sync_out *out = &sync->out[i];
        struct error fault = {0};
        if (!out->folder || out->known ||
            !dvc_cache_has(&sync->repo, out->md5, UINT64_MAX))
            continue;
        out->known = dvc_cache_dir(&sync->repo, out->md5, sync->run->mem, &out->dir,
                                   &fault) == STATUS_OK;
        out->unread = !out->known;
    }
}

/* Fetches the folders' objects that the cache lacks. */
static enum status read_remote(struct sync *sync, struct error *err)
{
    struct arena *mem = sync->run->mem;
    struct transfer *v = ARENA_ARRAY(mem, struct transfer, sync->n_outs);
    size_t *whose = ARENA_ARRAY(mem, size_t, sync->n_outs), n = 0;
    for (size_t i = 0; i < sync->n_outs; i++) {
        struct sync_out *out = &sync->out[i];
        const char *key = dvc_cache_key(out->md5, mem);
        const struct remote_object *there = remote_objects_find(&sync->objects, key);
        if (!out->folder || out->known || !there)
            continue;
        whose[n] = i;
        v[n].bounded = true;
        v[n].most = there->bytes;
        v[n].key = key;
        memcpy(v[n++].md5, out->md5, MD5_HEX - 1);
    }
    sync->what = NULL;
    TRY(sync_get(sync, v, n, err));
    for (size_t i = 0; i < n; i++) {
        struct sync_out *out = &sync->out[whose[i]];
        out->unread = true;
        if (!v[i].done)
            continue;
        struct error fault = {0};
        out->object = v[i].body;
        out->known =
            dvc_dir_parse(v[i].key, v[i].body, mem, &out->dir, &fault) == STATUS_OK;
        out->unread = !out->known;
        if (!out->known)
            sync_fault(sync, &fault);
    }
    return STATUS_OK;
}

enum status sync_collect(struct sync *sync, struct error *err)
{
    sync->n = 0;
    read_cached(sync);
    if (sync->remote)
        TRY(read_remote(sync, err));
    for (size_t i = 0; i < sync->n_outs; i++) {
        const struct sync_out *out = &sync->out[i];
        struct sync_object o = {.md5 = out->md5,
                                .path = out->path,
                                .folder = out->folder,
                                .body = out->object,
                                .bytes = out->folder ? SYNC_UNKNOWN : out->bytes,
                                .most = out->bytes};
        if (out->object.p)
            o.bytes = out->object.n;
        add_object(sync, o);
        add_children(sync, out);
    }
    settle(sync);
    return STATUS_OK;
}

enum status sync_matches(const struct sync *sync, const struct sync_object *o, bool *ret,
                         struct error *err)
{
    if (!o->there) {
        *ret = false;
        return STATUS_OK;
    }
    uint64_t bytes = o->bytes == SYNC_UNKNOWN ? o->there->bytes : o->bytes;
    const char *path = o->cached ? sync_cache_path(sync, o) : NULL;
    const char *etag = o->there->etag;
    bool in_parts = path && strchr(etag, '-');
    // The ETag of parts is costly to check: a second time the memo knows.
    *ret = in_parts && o->there->bytes == bytes &&
           memo_has_etag(sync->repo.memo, path, etag);
    if (*ret)
        return STATUS_OK;
    TRY(remote_matches(o->there, path, o->md5, bytes, ret, err));
    if (*ret && in_parts)
        memo_enter_etag(sync->repo.memo, path, etag);
    return STATUS_OK;
}
