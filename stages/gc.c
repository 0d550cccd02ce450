/* gc: deletes objects that nothing names any more, from the cache and from a remote.
 *
 * Not a stage of the chain.  Without --force it only says what would go. */
#include "ship/gc.h"

struct config {
    struct sync_options sync;
    bool workspace, cloud, force;
    size_t keep, wait;
};

static const struct config defaults = {
    .sync = SYNC_OPTION_DEFAULTS, .keep = 10, .wait = DVC_LOCK_WAIT_S};

/* clang-format off */
static const struct option_row options[] = {
    SYNC_OPTION_ROWS,
    SYNC_WAIT_ROW(struct config),
    OPTION(struct config, workspace, 0, 0, NULL,
           "keep what the workspace's dvc.lock names, not what git's history does"),
    OPTION(struct config, cloud, 0, 0, NULL, "delete from the remote, too"),
    OPTION(struct config, keep, 1, 1000000, "N",
           "keep what the newest N manifests of the remote name"),
    OPTION(struct config, force, 0, 0, NULL, "delete; otherwise only say what would go"),
};
/* clang-format on */

static void print_garbage(const struct run *run, const struct gc_garbage *g,
                          const char *what, const char *where, bool deleted)
{
    char size[PROGRESS_SIZE_TEXT];
    for (size_t i = 0; run->verbose && i < g->names.n; i++)
        printf("%s %s\n", deleted ? "deleted" : "would delete", g->names.v[i]);
    printf("%s %zu %s%s, %s, from %s\n", deleted ? "deleted" : "would delete", g->names.n,
           what, g->names.n == 1 ? "" : "s", progress_size(g->bytes, size), where);
}

static void print_all(const struct run *run, const struct gc *gc, bool deleted)
{
    print_garbage(run, &gc->cache, "object", "the cache", deleted);
    if (gc->sync->remote) {
        const char *url = remote_url(gc->sync->remote);
        print_garbage(run, &gc->manifests, "old record", url, deleted);
        print_garbage(run, &gc->objects, "object", url, deleted);
    }
    if (!deleted)
        puts("nothing was deleted; --force deletes");
}

static enum status collect(struct run *run, struct sync *sync, struct error *err)
{
    const struct config *config = run->config;
    bool deletes = config->force && !config->sync.dry_run;
    struct gc_how how = {config->workspace, config->keep};
    struct gc gc = {0};
    if (deletes)
        TRY(sync_open_locked(sync, run, &config->sync, (double)config->wait, err));
    else
        TRY(sync_open(sync, run, &config->sync, err));
    TRY(sync_need_lock(sync, err));
    if (config->cloud)
        TRY(sync_connect(sync, err));
    TRY(gc_plan(&gc, sync, &how, err));
    if (deletes)
        TRY(gc_delete(&gc, err));
    if (!run->quiet)
        print_all(run, &gc, deletes);
    return STATUS_OK;
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
        "also what its newest manifests name.  Deletes nothing without --force.",
    .options = options,
    .n_options = COUNT_OF(options),
    .config_size = sizeof(struct config),
    .defaults = &defaults,
    .run = run_gc,
};

int main(int argc, char **argv)
{
    return stage_main(&gc_stage, argc, argv);
}
