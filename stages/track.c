/* track: keeps dvc.lock and the cache in step with the artifacts of a pipeline.
 *
 * Digests decide, not times: with --run a stage runs only when its command, parameters,
 * inputs and outputs are not what dvc.lock says.  DVC's own lock is held while files are
 * digested and recorded, and released while a stage's command runs, as DVC does. */
#include <stdio.h>
#include <sys/stat.h>

#include "dvc/dvc_lock.h"
#include "stage/stage.h"
#include "track/dvc_readback.h"
#include "track/dvc_record.h"

#define RECORD_WAIT_S 60.0

struct track_config {
    const char *run;
    bool stale;
    bool prune;
    bool dry_run;
    size_t wait;
};

static const struct track_config defaults = {.wait = DVC_LOCK_WAIT_S};

static const struct option_row options[] = {
    OPTION(struct track_config, run, 0, 0, "STAGE",
           "run the stage unless it is what dvc.lock says"),
    OPTION(struct track_config, stale, 0, 0, NULL,
           "print the stages that differ from dvc.lock, touch the others"),
    OPTION(struct track_config, prune, 0, 0, NULL,
           "take stages out of dvc.lock that dvc.yaml does not have any more"),
    OPTION(struct track_config, dry_run, 0, 0, NULL, "print what would be done"),
    OPTION(struct track_config, wait, 0, 86400, "SECONDS",
           "wait so long for who has the project's lock and for stages that run"),
};

/* What every mode works on. */
struct track_work {
    struct run *run;
    struct dvc_repo repo;
    struct dvc_file file;
    const struct dvc_stage **stage; // [n] of this pipeline
    size_t n;
};

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return strcmp(a, b) == 0 || (stat(a, &x) == 0 && stat(b, &y) == 0 &&
                                 x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

/* True for a stage of this pipeline: by its name, and by the file that it reads. */
static bool is_ours(const struct run *run, const struct dvc_stage *stage)
{
    if (strcmp(stage->pipeline, run->pipeline.name) != 0)
        return false;
    for (size_t i = 0; i < stage->n_params; i++)
        if (same_file(stage->params[i].file, run->pipeline.path))
            return true;
    return false;
}

/* True when the text stands somewhere below, as a key or a value. */
static bool mentions(const struct yaml_node *node, const char *text)
{
    bool found = node->kind == YAML_TEXT && view_is(node->text, text);
    for (size_t i = 0; i < node->n && !found; i++)
        found = (node->child[i]->key && strcmp(node->child[i]->key, text) == 0) ||
                mentions(node->child[i], text);
    return found;
}

/* Fails for a stage that is not understood and may be one of this pipeline; those of the
 * user's own are none of our business. */
static enum status check_unread(const struct run *run, const struct dvc_unread *unread,
                                struct error *err)
{
    const char *name = run->pipeline.name;
    bool ours =
        unread->loop ? mentions(unread->node, name) : strcmp(unread->name, name) == 0;
    if (!ours)
        return STATUS_OK;
    *err = unread->fault;
    return err->status;
}

static enum status find_stages(struct track_work *w, struct error *err)
{
    struct run *run = w->run;
    TRY(dvc_file_read(DVC_FILE, run->mem, &w->file, err));
    for (size_t i = 0; i < w->file.n_unread; i++)
        TRY(check_unread(run, &w->file.unread[i], err));
    w->stage = ARENA_ARRAY(run->mem, const struct dvc_stage *, w->file.n);
    for (size_t i = 0; i < w->file.n; i++)
        if (is_ours(run, &w->file.stage[i]))
            w->stage[w->n++] = &w->file.stage[i];
    return STATUS_OK;
}

static enum status no_stages(const struct track_work *w, struct error *err)
{
    error_set(err, STATUS_INPUT, "no stages of the pipeline %s",
              QUOTE(w->run->pipeline.name));
    error_at(err, DVC_FILE, 0, 0);
    error_hint(err, "'make dvc.yaml' writes them, unless the pipeline's file says "
                    "'track: false'");
    return STATUS_INPUT;
}

/* The name without the pipeline: "train". */
static const char *short_name(const struct run *run, const struct dvc_stage *stage)
{
    return arena_copy(run->mem, stage->name, strcspn(stage->name, "@"));
}

static enum status find_stage(struct track_work *w, const char *name,
                              const struct dvc_stage **ret, struct error *err)
{
    const char **names = ARENA_ARRAY(w->run->mem, const char *, w->n);
    for (size_t i = 0; i < w->n; i++) {
        names[i] = short_name(w->run, w->stage[i]);
        if (strcmp(names[i], name) == 0 || strcmp(w->stage[i]->name, name) == 0) {
            *ret = w->stage[i];
            return STATUS_OK;
        }
    }
    const char *near = text_nearest(view_of(name), names, w->n);
    error_set(err, STATUS_USAGE, "no stage %s in %s", QUOTE(name), DVC_FILE);
    if (near)
        error_hint(err, "did you mean '%s'?", near);
    return STATUS_USAGE;
}

/* Digests, caches, writes dvc.lock; the caller holds the lock.  A command that ran has told
 * enough of itself. */
static enum status record(struct track_work *w, const struct dvc_stage *const *stage,
                          size_t n, struct dvc_seen *seen, const struct dvc_run *run,
                          struct error *err)
{
    const struct track_config *config = w->run->config;
    struct dvc_recorded *done = ARENA_ARRAY(w->run->mem, struct dvc_recorded, n);
    TRY(dvc_record_stages(&w->repo, &w->file, stage, n, seen, run, w->run->mem, done,
                          err));
    for (size_t i = 0; i < n && !w->run->quiet && !config->run; i++)
        if (done[i].changed)
            printf("%s: %zu output%s recorded\n", run_shown(w->run, done[i].stage),
                   done[i].outs, done[i].outs == 1 ? "" : "s");
    return STATUS_OK;
}

static enum status compare(struct track_work *w, const struct dvc_stage *stage, bool full,
                           const struct dvc_lockfile *lock, struct dvc_differences *ret,
                           struct error *err)
{
    return dvc_compare(&w->repo, stage, dvc_lockfile_find(lock, stage->name), full,
                       w->run->mem, ret, err);
}

/* Prints what is not as dvc.lock says. */
static enum status show(struct track_work *w, const struct dvc_stage *const *stage,
                        size_t n, const char *would, struct error *err)
{
    struct dvc_lockfile lock;
    struct dvc_differences d = {0};
    TRY(dvc_lockfile_read(DVC_LOCK_FILE, w->run->mem, &lock, err));
    for (size_t i = 0; i < n; i++) {
        size_t before = d.n;
        TRY(compare(w, stage[i], true, &lock, &d, err));
        if (d.n > before)
            printf("%s: would be %s\n", run_shown(w->run, stage[i]->name), would);
        for (size_t k = before; k < d.n; k++)
            printf("  %s%s%s %s\n", d.v[k].part, d.v[k].path[0] ? " " : "",
                   run_shown(w->run, d.v[k].path), d.v[k].how);
    }
    return STATUS_OK;
}

/* Lets Make see that a stage is up to date, without asking again by --run.  While someone
 * holds the lock it has to ask. */
static enum status settle(struct track_work *w, const struct dvc_stage *stage, bool *busy,
                          struct error *err)
{
    struct error ignored;
    if (*busy || !dvc_outs_look_old(stage))
        return STATUS_OK;
    // A stage that runs and reads these files must find them untouched at its end.
    *busy = dvc_lock_stages(&w->repo, &stage, 1, true, &ignored) != STATUS_OK;
    return *busy ? STATUS_OK : dvc_touch_outs(&w->repo, stage, err);
}

static enum status show_stale(struct track_work *w, bool dry_run, struct error *err)
{
    struct dvc_lockfile lock;
    struct dvc_differences d = {0};
    bool busy = false;
    w->repo.wait_s = 0;
    TRY(dvc_lockfile_read(DVC_LOCK_FILE, w->run->mem, &lock, err));
    for (size_t i = 0; i < w->n; i++) {
        size_t before = d.n;
        TRY(compare(w, w->stage[i], false, &lock, &d, err));
        if (d.n > before)
            printf("%s\n", short_name(w->run, w->stage[i]));
        else if (!dry_run)
            TRY(settle(w, w->stage[i], &busy, err));
    }
    return STATUS_OK;
}

/* Takes the lock again and records what the command left, unless somebody else changed an
 * input or an output meanwhile. */
static enum status record_run(struct track_work *w, const struct dvc_stage *stage,
                              const struct dvc_record *before, const struct dvc_run *run,
                              struct error *err)
{
    struct dvc_record after;
    struct dvc_seen now = {0};
    const char *changed = NULL;
    // The work is done and waits for its record; others only look or pass by.
    w->repo.wait_s = w->repo.wait_s < RECORD_WAIT_S ? RECORD_WAIT_S : w->repo.wait_s;
    TRY(dvc_lock_stages(&w->repo, &stage, 1, true, err));
    TRY(dvc_inputs_now(&w->repo, stage, &now, w->run->mem, &after, err));
    if (!dvc_same_inputs(before, &after, &changed)) {
        error_set(err, STATUS_BUSY, "%s changed while %s ran", QUOTE_PATH(changed),
                  QUOTE(short_name(w->run, stage)));
        error_hint(err, "run make again");
        return STATUS_BUSY;
    }
    return record(w, &stage, 1, &now, run, err);
}

/* Runs the stage without the lock and records it. */
static enum status run_and_record(struct track_work *w, const struct dvc_stage *stage,
                                  struct error *err)
{
    struct dvc_record before;
    struct dvc_seen then = {0};
    struct dvc_run run = {0};
    int ended = 0;
    TRY(dvc_inputs_now(&w->repo, stage, &then, w->run->mem, &before, err));
    TRY(dvc_record_reads_back(&before, err)); // before the work, not behind it
    enum status status = dvc_run_start(&run, &w->repo, &w->file, stage, w->run->mem, err);
    if (status == STATUS_OK && !w->run->quiet)
        printf("%s\n", run_shown(w->run, run.command.text)); // as make does
    if (status == STATUS_OK)
        status = dvc_run_wait(&run, &ended, err);
    if (status == STATUS_OK && (ended == STATUS_OK || ended == STATUS_REFUSED))
        status = record_run(w, stage, &before, &run, err);
    dvc_run_end(&run);
    return status == STATUS_OK ? (enum status)ended : status;
}

/* Where nothing is amiss but objects that the cache lacks, puts them back: the comparison
 * comes to the cache last, so that its first difference tells. */
static enum status heal_cache(struct track_work *w, const struct dvc_stage *stage,
                              const struct dvc_lockfile *lock, struct dvc_differences *d,
                              struct error *err)
{
    bool whole;
    if (d->n == 0 || strcmp(d->v[0].how, "not in cache") != 0)
        return STATUS_OK;
    TRY(dvc_outs_whole(&w->repo, stage, dvc_lockfile_find(lock, stage->name), &d->seen,
                       w->run->mem, &whole, err));
    if (whole) {
        TRY(record(w, &stage, 1, &d->seen, NULL, err));
        d->n = 0;
    }
    return STATUS_OK;
}

static enum status run_stage(struct track_work *w, const struct track_config *config,
                             struct error *err)
{
    const struct dvc_stage *stage = NULL;
    struct dvc_lockfile lock;
    struct dvc_differences d = {0};
    TRY(find_stage(w, config->run, &stage, err));
    TRY(dvc_lock_stages(&w->repo, &stage, 1, true, err));
    if (config->dry_run)
        return show(w, &stage, 1, "run", err);
    TRY(dvc_lockfile_read(DVC_LOCK_FILE, w->run->mem, &lock, err));
    TRY(compare(w, stage, false, &lock, &d, err));
    TRY(heal_cache(w, stage, &lock, &d, err));
    if (d.n == 0)
        return dvc_touch_outs(&w->repo, stage, err);
    return run_and_record(w, stage, err);
}

static enum status record_all(struct track_work *w, const struct track_config *config,
                              struct error *err)
{
    struct dvc_seen seen = {0};
    TRY(dvc_lock_stages(&w->repo, w->stage, w->n, false, err));
    if (config->dry_run)
        return show(w, w->stage, w->n, "recorded", err);
    return record(w, w->stage, w->n, &seen, NULL, err);
}

/* Removes what stages that were killed have left among their outputs. */
static void sweep_outs(const struct track_work *w)
{
    for (size_t i = 0; i < w->n; i++)
        for (size_t k = 0; k < w->stage[i]->n_outs; k++)
            dvc_dir_sweep(w->stage[i]->out[k].path);
}

static enum status prune(struct track_work *w, const struct track_config *config,
                         struct error *err)
{
    struct texts removed;
    TRY(dvc_repo_lock(&w->repo, NULL, NULL, err));
    TRY(dvc_file_read(DVC_FILE, w->run->mem, &w->file, err));
    TRY(dvc_record_prune(&w->file, config->dry_run, w->run->mem, &removed, err));
    for (size_t i = 0; i < removed.n && !w->run->quiet; i++)
        printf("%s: %s\n", run_shown(w->run, removed.v[i]),
               config->dry_run ? "would be taken out of dvc.lock"
                               : "taken out of dvc.lock");
    return STATUS_OK;
}

static enum status work(struct track_work *w, const struct track_config *config,
                        struct error *err)
{
    if (config->prune)
        return prune(w, config, err);
    TRY(find_stages(w, err));
    if (!config->dry_run)
        sweep_outs(w);
    if (config->stale)
        return show_stale(w, config->dry_run, err);
    if (w->n == 0)
        return no_stages(w, err);
    return config->run ? run_stage(w, config, err) : record_all(w, config, err);
}

static enum status check_config(const struct run *run, const struct track_config *config,
                                struct error *err)
{
    if ((config->run != NULL) + config->stale + config->prune > 1)
        return error_set(err, STATUS_USAGE,
                         "'--run', '--stale' and '--prune' exclude each other");
    if (config->stale && config->wait != defaults.wait)
        return error_set(err, STATUS_USAGE, "'--stale' waits for nobody");
    if (config->prune && run->operand)
        return error_set(err, STATUS_USAGE,
                         "'--prune' looks at all pipelines and takes no operand");
    if (!config->prune && !run->operand)
        return error_set(err, STATUS_USAGE, "missing operand 'PIPELINE.yaml'");
    return STATUS_OK;
}

static enum status run_track(struct run *run, struct error *err)
{
    const struct track_config *config = run->config;
    struct track_work w = {.run = run};
    run->printed_report = true;
    TRY(check_config(run, config, err));
    // Make asks before anything was set up.
    if (config->stale && (!file_exists(".dvc") || !file_exists(DVC_FILE)))
        return STATUS_OK;
    TRY(dvc_repo_open(run->mem, &w.repo, err));
    w.repo.wait_s = (double)config->wait;
    enum status status = work(&w, config, err);
    dvc_repo_close(&w.repo);
    return status;
}

static const struct stage track = {
    .name = "track",
    .summary = "records a pipeline's artifacts in the cache and in dvc.lock",
    .operand = "[PIPELINE.yaml]",
    .about =
        "Reads dvc.yaml, dvc.lock, and whatever the pipeline's stages read and write.\n"
        "Writes outputs into the cache and dvc.lock, as 'dvc commit -f' does, under "
        "DVC's own lock.\n"
        "With --run ends with the status of the stage's command; 75 when someone else "
        "holds the\n"
        "lock, when an input changed while the stage ran, or when other files than "
        "those that\n"
        "it published stand at its outputs.  While it runs its paths stand in "
        ".dvc/tmp/rwlock.\n"
        "Holds the lists of files of the folders that stages read and write in memory.",
    .options = options,
    .n_options = COUNT_OF(options),
    .config_size = sizeof(struct track_config),
    .defaults = &defaults,
    .run = run_track,
};

int main(int argc, char **argv)
{
    return stage_main(&track, argc, argv);
}
