/* gc: deletes objects that nothing names any more, from the cache and from a remote.
 *
 * Not a stage of the chain.  Without --force it only says what would go. */
#include "sync/gc.h"

struct gc_config {
    struct sync_options sync;
    bool workspace, cloud, force;
    size_t keep, wait, grace;
};

static const struct gc_config defaults = {
    .sync = SYNC_OPTION_DEFAULTS, .keep = 10, .wait = DVC_LOCK_WAIT_S, .grace = 7200};

enum { TRIES = 5 };

/* clang-format off */
static const struct option_row options[] = {
    SYNC_OPTION_ROWS,
    SYNC_WAIT_ROW(struct gc_config),
    OPTION(struct gc_config, workspace, 0, 0, NULL,
           "keep what the workspace's dvc.lock names, not what git's history does"),
    OPTION(struct gc_config, cloud, 0, 0, NULL, "delete from the remote, too"),
    OPTION(struct gc_config, keep, 1, 1000000, "N",
           "keep what the newest N manifests of the remote name"),
    OPTION(struct gc_config, grace, 0, 31536000, "SECONDS",
           "keep objects of the remote for SECONDS that no manifest ever named, as those "
           "of 'dvc push'"),
    OPTION(struct gc_config, force, 0, 0, NULL, "delete; otherwise only say what would go"),
};
/* clang-format on */

static void print_garbage(struct run *run, const struct gc_garbage *g, const char *what,
                          const char *where, bool deleted)
{
    char size[PROGRESS_SIZE_TEXT];
    for (size_t i = 0; run->verbose && i < g->names.n; i++)
        printf("%s %s\n", deleted ? "deleted" : "would delete",
               run_shown(run, g->names.v[i]));
    printf("%s %zu %s%s, %s, from %s\n", deleted ? "deleted" : "would delete", g->names.n,
           what, g->names.n == 1 ? "" : "s", progress_size(g->bytes, size), where);
}

static void print_all(struct run *run, const struct gc *gc, bool deleted)
{
    print_garbage(run, &gc->cache, "object", "the cache", deleted);
    if (gc->sync->remote) {
        const char *url = run_shown(run, remote_url(gc->sync->remote));
        print_garbage(run, &gc->manifests, "old record", url, deleted);
        print_garbage(run, &gc->objects, "object", url, deleted);
        if (gc->n_young)
            printf("kept %zu object%s that no manifest names yet: see --grace\n",
                   gc->n_young, gc->n_young == 1 ? "" : "s");
        if (gc->n_uploads)
            printf("ended %zu unfinished upload%s\n", gc->n_uploads,
                   gc->n_uploads == 1 ? "" : "s");
    }
    if (!deleted)
        puts("nothing was deleted; --force deletes");
}

/* Once more by what is there now, when somebody pushed meanwhile. */
static enum status plan_and_delete(struct gc *gc, struct sync *sync,
                                   const struct gc_how *how, bool deletes,
                                   struct error *err)
{
    for (int i = 1;; i++) {
        struct error busy = {0};
        TRY(gc_plan(gc, sync, how, err));
        if (!deletes)
            return STATUS_OK;
        enum status status = gc_delete(gc, &busy);
        if (status == STATUS_BUSY && i < TRIES) {
            TRY(sync_list(sync, err));
            continue;
        }
        if (status != STATUS_OK)
            *err = busy;
        return status;
    }
}

static enum status collect(struct run *run, struct sync *sync, struct error *err)
{
    const struct gc_config *config = run->config;
    bool deletes = config->force && !config->sync.dry_run;
    struct gc_how how = {config->workspace, config->keep, (double)config->grace};
    struct gc gc = {0};
    if (deletes)
        TRY(sync_open_locked(sync, run, &config->sync, (double)config->wait, err));
    else
        TRY(sync_open(sync, run, &config->sync, err));
    TRY(sync_need_lock(sync, err));
    if (config->cloud)
        TRY(sync_connect(sync, err));
    enum status status = STATUS_OK;
    if (config->cloud && deletes)
        status = gc_announce(&gc, sync, err);
    if (status == STATUS_OK)
        status = plan_and_delete(&gc, sync, &how, deletes, err);
    if (config->cloud && deletes)
        gc_withdraw(&gc, status);
    if (status == STATUS_OK && !run->quiet)
        print_all(run, &gc, deletes);
    return status;
}

static enum status run_gc(struct run *run, struct error *err)
{
    struct sync sync = {0};
    enum status status = collect(run, &sync, err);
    sync_close(&sync);
    return status;
}

static const struct stage gc_stage = {
    .name = "gc",
    .summary = "deletes objects that nothing names any more from cache and remote",
    .about =
        "Keeps what the workspace's dvc.lock and every commit's names, in the remote\n"
        "also what its newest manifests name, and what a push under way counts on.\n"
        "Deletes nothing without --force.",
    .options = options,
    .n_options = COUNT_OF(options),
    .config_size = sizeof(struct gc_config),
    .defaults = &defaults,
    .run = run_gc,
};

int main(int argc, char **argv)
{
    return stage_main(&gc_stage, argc, argv);
}
