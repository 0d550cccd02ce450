/* status: what differs between dvc.yaml, dvc.lock, the workspace, the cache and the
 * remote.
 *
 * Not a stage of the chain.  Every difference is a line on standard output; the exit
 * status is 1 when there is one. */
#include "registry/registry_status.h"
#include "sync/sync_status.h"
#include "track/dvc_compare.h"

struct status_config {
    struct sync_options sync;
    const char *registry;
    bool local, deep;
};

static const struct status_config defaults = {.sync = SYNC_OPTION_DEFAULTS,
                                              .registry = REGISTRY_FOLDER};

/* clang-format off */
static const struct option_row options[] = {
    SYNC_OPTION_ROWS,
    OPTION(struct status_config, registry, 0, 0, "DIR",
           "the folder of the registries, which are compared with the remote's"),
    OPTION(struct status_config, local, 0, 0, NULL, "leave the remote out"),
    OPTION(struct status_config, deep, 0, 0, NULL,
           "download every object of the remote and digest it"),
};
/* clang-format on */

static void print_local(struct run *run, const struct dvc_differences *d)
{
    for (size_t i = 0; i < d->n; i++)
        printf("%s: %s %s%s%s\n", run_shown(run, d->v[i].stage), d->v[i].part,
               d->v[i].how, d->v[i].path[0] ? ": " : "", run_shown(run, d->v[i].path));
}

/* No difference, for nothing looks at them any more. */
static void print_gone(struct run *run, const struct texts *gone)
{
    if (gone->n > 0)
        printf("dvc.lock still holds %zu stage%s that dvc.yaml does not have (%s%s); "
               "'bin/track --prune' takes them out\n",
               gone->n, gone->n == 1 ? "" : "s", run_shown(run, gone->v[0]),
               gone->n > 1 ? ", …" : "");
}

/* Compares every stage of dvc.yaml with its record. */
static enum status local_status(struct run *run, struct sync *sync, size_t *ret_n,
                                struct error *err)
{
    const struct dvc_file *file = &sync->file;
    struct dvc_differences found = {0};
    if (!file_exists("dvc.yaml")) // says so in the usual words
        TRY(dvc_file_read("dvc.yaml", run->mem, &sync->file, err));
    struct names names = dvc_lockfile_names(&sync->lock, run->mem);
    for (size_t i = 0; i < file->n; i++) {
        size_t at = names_find(&names, file->stage[i].name);
        TRY(dvc_compare(&sync->repo, &file->stage[i],
                        at == NAMES_NONE ? NULL : &sync->lock.record[at], true, run->mem,
                        &found, err));
    }
    print_local(run, &found);
    if (found.n == 0 && !run->quiet)
        printf("up to date: %zu stage%s\n", file->n, file->n == 1 ? "" : "s");
    if (!run->quiet)
        print_gone(run, &sync->gone);
    *ret_n = found.n;
    return STATUS_OK;
}

/* Compares the registries with the remote's. */
static enum status registry_lines(struct run *run, struct sync *sync, size_t *ret_n,
                                  struct error *err)
{
    const struct status_config *config = run->config;
    struct text out = {.mem = run->mem};
    size_t n;
    TRY(registry_status_all(config->registry, sync->remote, &out, ret_n, &n, err));
    if (out.n > 0)
        fputs(out.p, stdout); // names of pipelines and aliases, which are checked
    if (*ret_n > 0 && !run->quiet)
        printf("'bin/pull' and 'bin/push' merge them\n");
    else if (n > 0 && !run->quiet)
        printf("up to date: %zu registr%s\n", n, n == 1 ? "y" : "ies");
    return STATUS_OK;
}

static enum status remote_status(struct run *run, struct sync *sync, size_t *ret_n,
                                 struct error *err)
{
    const struct status_config *config = run->config;
    struct sync_differences found = {0};
    TRY(sync_connect(sync, err));
    TRY(sync_collect(sync, err));
    TRY(sync_compare(sync, config->deep, &found, err));
    progress_clear(&run->progress, stderr);
    bool lacks = false;
    for (size_t i = 0; i < found.n; i++) {
        lacks |= !found.v[i].object->there;
        printf("remote: %s (%s): expected %s, found %s\n",
               run_shown(run, found.v[i].object->key),
               run_shown(run, found.v[i].object->path), found.v[i].expected,
               found.v[i].found);
    }
    if (lacks && !run->quiet)
        printf("'bin/push' sends what the remote lacks\n");
    if (found.n + sync->n_faults == 0 && !run->quiet)
        printf("up to date: %zu object%s in %s\n", sync->n, sync->n == 1 ? "" : "s",
               run_shown(run, remote_url(sync->remote)));
    size_t registries;
    TRY(registry_lines(run, sync, &registries, err));
    *ret_n = found.n + registries;
    return sync_faults(sync, err);
}

/* Is there a remote to look at? */
static bool wants_remote(const struct status_config *config, const struct sync *sync)
{
    return !config->local && (config->sync.remote || config->deep ||
                              dvc_config_get(&sync->repo.config, "core", "remote", NULL));
}

static enum status all_status(struct run *run, struct sync *sync, struct error *err)
{
    const struct status_config *config = run->config;
    size_t here = 0, there = 0;
    if (config->local && (config->deep || config->sync.remote))
        return error_set(err, STATUS_USAGE,
                         "--local leaves out the remote that %s asks for",
                         config->deep ? "--deep" : "--remote");
    TRY(sync_open(sync, run, &config->sync, err));
    TRY(local_status(run, sync, &here, err));
    if (wants_remote(config, sync))
        TRY(remote_status(run, sync, &there, err));
    // The lines above have said all.
    return here + there == 0 ? STATUS_OK : error_set(err, STATUS_INPUT, "%s", "");
}

static enum status run_status(struct run *run, struct error *err)
{
    struct sync sync = {0};
    enum status status = all_status(run, &sync, err);
    sync_close(&sync);
    return status;
}

static const struct stage status_stage = {
    .name = "status",
    .summary = "says what differs between dvc.lock, the workspace and the remote",
    .about = "Reads dvc.yaml, dvc.lock, what they name, and the listing of the default\n"
             "remote, where one is configured; writes standard output only.",
    .options = options,
    .n_options = COUNT_OF(options),
    .config_size = sizeof(struct status_config),
    .defaults = &defaults,
    .run = run_status,
};

int main(int argc, char **argv)
{
    return stage_main(&status_stage, argc, argv);
}
