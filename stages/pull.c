/* pull: fetches everything that dvc.lock names into the cache and the workspace.
 *
 * Not a stage of the chain.  Behind it `make train` has nothing to do. */
#include <inttypes.h>

#include "registry/registry_told.h"
#include "sync/sync_pull.h"

struct pull_config {
    struct sync_options sync;
    size_t wait;
    bool force;
    const char *registry;
};

static const struct pull_config defaults = {
    .sync = SYNC_OPTION_DEFAULTS, .wait = DVC_LOCK_WAIT_S, .registry = REGISTRY_FOLDER};

/* clang-format off */
static const struct option_row options[] = {
    SYNC_OPTION_ROWS,
    SYNC_WAIT_ROW(struct pull_config),
    OPTION(struct pull_config, force, 0, 0, NULL,
           "replace files of the workspace that are in no cache, too"),
    OPTION(struct pull_config, registry, 0, 0, "DIR",
           "the folder of the registries, which come with the artifacts"),
};
/* clang-format on */

static void print_plan(const struct pull *pull)
{
    char size[PROGRESS_SIZE_TEXT];
    struct run *run = pull->sync->run;
    for (size_t i = 0; i < pull->n_wanted; i++) {
        const struct sync_object *o = pull->wanted[i];
        printf("would pull %s, %" PRIu64 " bytes (%s)\n", run_shown(run, o->key),
               o->there->bytes, run_shown(run, o->path));
    }
    printf("would pull %zu object%s, %s\n", pull->n_wanted,
           pull->n_wanted == 1 ? "" : "s", progress_size(pull->bytes, size));
}

static void print_result(const struct pull *pull)
{
    const struct sync *sync = pull->sync;
    if (pull->n_fetched == 0 && pull->n_changed == 0)
        printf("up to date: %zu object%s\n", sync->n, sync->n == 1 ? "" : "s");
    else
        printf("pulled %zu of %zu object%s; %zu file%s of the workspace changed\n",
               pull->n_fetched, sync->n, sync->n == 1 ? "" : "s", pull->n_changed,
               pull->n_changed == 1 ? "" : "s");
}

/* The remote is asked where it was asked already, or where the project has registries. */
static enum status pull_registries(struct run *run, struct sync *sync, struct error *err)
{
    const struct pull_config *config = run->config;
    struct text out = {.mem = run->mem};
    struct watch watch = run_watch(run);
    if (!sync->remote && !file_exists(config->registry))
        return STATUS_OK;
    if (!sync->remote)
        TRY(sync_connect(sync, err));
    enum status status =
        registry_pull_all(config->registry, sync->remote, &watch, &out, err);
    if (!run->quiet && out.n > 0)
        fputs(out.p, stdout);
    return status;
}

static enum status pull_all(struct run *run, struct sync *sync, struct error *err)
{
    const struct pull_config *config = run->config;
    struct pull pull = {0};
    TRY(sync_open_locked(sync, run, &config->sync, (double)config->wait, err));
    TRY(sync_need_lock(sync, err));
    TRY(pull_plan(&pull, sync, config->force, err));
    if (config->sync.dry_run) {
        print_plan(&pull);
        return sync_faults(sync, err);
    }
    TRY(pull_fetch(&pull, err));
    TRY(pull_checkout(&pull, err));
    TRY(sync_faults(sync, err));
    progress_clear(&run->progress, stderr);
    if (!run->quiet)
        print_result(&pull);
    return pull_registries(run, sync, err);
}

static enum status run_pull(struct run *run, struct error *err)
{
    struct sync sync = {0};
    enum status status = pull_all(run, &sync, err);
    sync_close(&sync);
    return status;
}

static const struct stage pull = {
    .name = "pull",
    .summary = "fetches everything that dvc.lock names into cache and workspace",
    .about =
        "Reads dvc.yaml, dvc.lock and, where the cache lacks something, the remote;\n"
        "writes the cache and the workspace, under DVC's own lock and while no stage\n"
        "runs.  Stages that dvc.yaml does not have any more are left out.  An object\n"
        "whose bytes are not those that its name says is reported and goes nowhere; the\n"
        "others still come.  Then every registry of the remote is merged in.",
    .options = options,
    .n_options = COUNT_OF(options),
    .takes = STAGE_MAX_ERRORS,
    .config_size = sizeof(struct pull_config),
    .defaults = &defaults,
    .run = run_pull,
};

int main(int argc, char **argv)
{
    return stage_main(&pull, argc, argv);
}
