/* track: keeps dvc.lock and the cache in step with the artifacts of pipelines.
 *
 * Digests decide, not times: a stage runs only when its command, parameters, inputs and
 * outputs are not what dvc.lock says.  With --make this is the half of `make` that knows
 * dvc.lock: one process for all pipelines that are meant. */
#include <stdio.h>
#include <sys/prctl.h>

#include "dvc/dvc_lock.h"
#include "stage/stage.h"
#include "track/dvc_record.h"
#include "track/dvc_rest.h"
#include "track/dvc_runner.h"

struct track_config {
    const char *run;
    const char *make;
    bool stale;
    bool prune;
    bool dry_run;
    bool keep_going;
    size_t jobs;
    size_t wait;
};

static const struct track_config defaults = {.jobs = 1, .wait = DVC_LOCK_WAIT_S};

static const struct option_row options[] = {
    OPTION(struct track_config, run, 0, 0, "STAGE",
           "run the stage unless it is what dvc.lock says"),
    OPTION(
        struct track_config, make, 0, 0, "TARGETS",
        "run stages that are not, up to these: STAGE@PIPELINE or paths, blanks between"),
    OPTION(struct track_config, stale, 0, 0, NULL,
           "print the stages that differ from dvc.lock instead"),
    OPTION(struct track_config, jobs, 1, 1024, "N", "with --make: commands at once"),
    OPTION(struct track_config, keep_going, 0, 0, NULL,
           "with --make: go on with other pipelines when a stage fails"),
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
    struct dvc_ledger ledger;
    struct dvc_lanes lanes;
};

/* The stages of the pipeline that the operand names, or of those that the targets mean. */
static enum status find_lanes(struct track_work *w, const struct texts *targets,
                              struct error *err)
{
    struct run *run = w->run;
    struct names pipelines = {.mem = run->mem};
    if (run->operand)
        names_add(&pipelines, run->pipeline.name);
    else
        dvc_lanes_names(targets, run->mem, &pipelines);
    TRY(dvc_file_read_for(DVC_FILE, &pipelines, run->mem, &w->file, err));
    TRY(dvc_lanes_find(&w->file, &pipelines, run->operand ? &run->pipeline.path : NULL,
                       run->mem, &w->lanes, err));
    if (!run->operand)
        return dvc_lanes_reach(&w->lanes, targets, run->mem, err);
    w->lanes.v[0].end = w->lanes.v[0].n;
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

/* Makes the lane that one stage. */
static enum status find_stage(struct track_work *w, const char *name, struct error *err)
{
    struct dvc_lane *lane = &w->lanes.v[0];
    const char **names = ARENA_ARRAY(w->run->mem, const char *, lane->n);
    for (size_t i = 0; i < lane->n; i++) {
        names[i] = dvc_lane_short(lane->stage[i], w->run->mem);
        if (strcmp(names[i], name) == 0 || strcmp(lane->stage[i]->name, name) == 0) {
            lane->stage += i;
            lane->n = lane->end = 1;
            return STATUS_OK;
        }
    }
    const char *near = text_nearest(view_of(name), names, lane->n);
    error_set(err, STATUS_USAGE, "no stage %s in %s", QUOTE(name), DVC_FILE);
    if (near)
        error_hint(err, "did you mean '%s'?", near);
    return STATUS_USAGE;
}

/* Writes dvc.lock with what waits; DVC's lock is held. */
static enum status fold(struct track_work *w, struct error *err)
{
    TRY(dvc_ledger_sync(&w->ledger, err));
    TRY(dvc_ledger_fold(&w->ledger, &w->file.names, err));
    return dvc_ledger_sync(&w->ledger, err);
}

static enum status compare(struct track_work *w, const struct dvc_stage *stage, bool full,
                           struct dvc_differences *ret, struct error *err)
{
    const struct dvc_record *record;
    TRY(dvc_ledger_find(&w->ledger, stage->name, &record, err));
    return dvc_compare(&w->repo, stage, record, full, w->run->mem, ret, err);
}

/* Prints what is not as dvc.lock says. */
static enum status show(struct track_work *w, const char *would, struct error *err)
{
    const struct dvc_lane *lane = &w->lanes.v[0];
    struct dvc_differences d = {0};
    TRY(dvc_ledger_sync(&w->ledger, err));
    for (size_t i = 0; i < lane->end; i++) {
        size_t before = d.n;
        TRY(compare(w, lane->stage[i], true, &d, err));
        if (d.n > before)
            printf("%s: would be %s\n", run_shown(w->run, lane->stage[i]->name), would);
        for (size_t k = before; k < d.n; k++)
            printf("  %s%s%s %s\n", d.v[k].part, d.v[k].path[0] ? " " : "",
                   run_shown(w->run, d.v[k].path), d.v[k].how);
    }
    return STATUS_OK;
}

/* Prints the stages that differ.  Of a pipeline that the operand names they need no
 * longer name. */
static enum status show_stale(struct track_work *w, struct error *err)
{
    struct dvc_differences d = {0};
    TRY(dvc_ledger_sync(&w->ledger, err));
    for (size_t i = 0; i < w->lanes.n; i++)
        for (size_t k = 0; k < w->lanes.v[i].end; k++) {
            const struct dvc_stage *stage = w->lanes.v[i].stage[k];
            size_t before = d.n;
            TRY(compare(w, stage, false, &d, err));
            if (d.n > before)
                puts(w->run->operand ? dvc_lane_short(stage, w->run->mem) : stage->name);
        }
    if (d.n == 0 && w->repo.seen)
        dvc_rest_note(w->repo.seen);
    return STATUS_OK;
}

/* What runs in a lane once its first stage does: all behind it, as far as anybody can tell
 * before. */
static enum status show_commands(struct track_work *w, struct error *err)
{
    struct dvc_differences d = {0};
    TRY(dvc_ledger_sync(&w->ledger, err));
    for (size_t i = 0; i < w->lanes.n; i++) {
        const struct dvc_lane *lane = &w->lanes.v[i];
        for (size_t k = 0, before = d.n; k < lane->end; k++) {
            const struct texts *commands = &lane->stage[k]->commands;
            if (d.n == before)
                TRY(compare(w, lane->stage[k], false, &d, err));
            if (d.n > before)
                printf("%s\n", run_shown(w->run, commands->v[commands->n - 1]));
        }
    }
    return STATUS_OK;
}

static void print_command(void *sink, const char *command)
{
    struct run *run = sink;
    if (!run->quiet)
        printf("%s\n", run_shown(run, command)); // as make does
}

static void print_failure(void *sink, struct error *err)
{
    const struct run *run = sink;
    error_print(err, "error", run->colour, stderr);
}

static enum status run_lanes(struct track_work *w, const struct track_config *config,
                             struct error *err)
{
    const struct dvc_runner runner = {.repo = &w->repo,
                                      .file = &w->file,
                                      .ledger = &w->ledger,
                                      .lane = w->lanes.v,
                                      .n_lanes = w->lanes.n,
                                      .jobs = config->jobs,
                                      .keep_going = config->keep_going,
                                      .mem = w->run->mem,
                                      .begins = print_command,
                                      .failed = print_failure,
                                      .sink = w->run};
    return dvc_runner_run(&runner, err);
}

static enum status make(struct track_work *w, const struct track_config *config,
                        struct error *err)
{
    if (config->dry_run)
        return show_commands(w, err);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM); // a killed make must not leave a long run
    return run_lanes(w, config, err);
}

static enum status run_stage(struct track_work *w, const struct track_config *config,
                             struct error *err)
{
    TRY(find_stage(w, config->run, err));
    if (!config->dry_run)
        return run_lanes(w, config, err);
    TRY(dvc_lock_stages(&w->repo, w->lanes.v[0].stage, 1, true, err));
    return show(w, "run", err);
}

static enum status record_all(struct track_work *w, const struct track_config *config,
                              struct error *err)
{
    const struct dvc_lane *lane = &w->lanes.v[0];
    struct dvc_seen seen = {0};
    struct dvc_recorded *done = ARENA_ARRAY(w->run->mem, struct dvc_recorded, lane->n);
    TRY(dvc_lock_stages(&w->repo, lane->stage, lane->n, false, err));
    if (config->dry_run)
        return show(w, "recorded", err);
    TRY(fold(w, err));
    TRY(dvc_record_stages(&w->repo, &w->ledger, lane->stage, lane->n, &seen, NULL,
                          w->run->mem, done, err));
    TRY(fold(w, err));
    for (size_t i = 0; i < lane->n && !w->run->quiet; i++)
        if (done[i].changed)
            printf("%s: %zu output%s recorded\n", run_shown(w->run, done[i].stage),
                   done[i].outs, done[i].outs == 1 ? "" : "s");
    return STATUS_OK;
}

/* Removes what stages that were killed have left among their outputs. */
static void sweep_outs(const struct track_work *w)
{
    for (size_t i = 0; i < w->lanes.n; i++)
        for (size_t k = 0; k < w->lanes.v[i].end; k++) {
            const struct dvc_stage *stage = w->lanes.v[i].stage[k];
            for (size_t o = 0; o < stage->n_outs; o++)
                dvc_dir_sweep(stage->out[o].path);
        }
}

static enum status prune(struct track_work *w, const struct track_config *config,
                         struct error *err)
{
    struct texts removed;
    TRY(dvc_repo_lock(&w->repo, NULL, NULL, err));
    TRY(dvc_file_read(DVC_FILE, w->run->mem, &w->file, err));
    TRY(config->dry_run ? dvc_ledger_sync(&w->ledger, err) : fold(w, err));
    TRY(dvc_record_prune(&w->ledger, &w->file, config->dry_run, w->run->mem, &removed,
                         err));
    for (size_t i = 0; i < removed.n && !w->run->quiet; i++)
        printf("%s: %s\n", run_shown(w->run, removed.v[i]),
               config->dry_run ? "would be taken out of dvc.lock"
                               : "taken out of dvc.lock");
    return STATUS_OK;
}

static enum status work(struct track_work *w, const struct track_config *config,
                        struct error *err)
{
    struct texts targets = {0};
    if (config->prune)
        return prune(w, config, err);
    if (config->make)
        targets = option_words(config->make, w->run->mem);
    TRY(find_lanes(w, &targets, err));
    if (!config->dry_run) {
        sweep_outs(w);
        TRY(dvc_ledger_settle(&w->repo, &w->file.names, err));
    }
    if (config->stale)
        return show_stale(w, err);
    if (config->make)
        return make(w, config, err);
    if (w->lanes.v[0].n == 0)
        return no_stages(w, err);
    return config->run ? run_stage(w, config, err) : record_all(w, config, err);
}

static enum status check_config(const struct run *run, const struct track_config *config,
                                struct error *err)
{
    bool make = config->make != NULL, operand = run->operand != NULL;
    if ((config->run != NULL) + config->stale + config->prune > 1)
        return error_set(err, STATUS_USAGE,
                         "'--run', '--stale' and '--prune' exclude each other");
    if (make && (config->run || config->prune))
        return error_set(err, STATUS_USAGE, "'--make' goes with '--stale' only");
    if (config->stale && config->wait != defaults.wait)
        return error_set(err, STATUS_USAGE, "'--stale' waits for nobody");
    if ((!make || config->stale) && (config->jobs != 1 || config->keep_going))
        return error_set(err, STATUS_USAGE,
                         "'--jobs' and '--keep-going' belong to '--make'");
    if (config->prune && operand)
        return error_set(err, STATUS_USAGE,
                         "'--prune' looks at all pipelines and takes no operand");
    if (make && operand)
        return error_set(
            err, STATUS_USAGE,
            "the targets of '--make' name the pipelines; it takes no operand");
    if (!config->prune && !make && !operand)
        return error_set(err, STATUS_USAGE, "missing operand 'PIPELINE.yaml'");
    return STATUS_OK;
}

static enum status open_and_work(struct track_work *w, const struct track_config *config,
                                 struct seen *seen, struct error *err)
{
    TRY(dvc_repo_open(w->run->mem, &w->repo, err));
    w->repo.wait_s = (double)config->wait;
    w->repo.seen = seen;
    enum status status = work(w, config, err);
    dvc_repo_close(&w->repo);
    dvc_ledger_release(&w->ledger);
    return status;
}

/* Make asks at its start what differs.  What could not be told counts as different: it
 * runs, and says why. */
static enum status answer(struct track_work *w, const struct track_config *config)
{
    struct seen seen;
    struct error later;
    const char *targets = config->make;
    if (dvc_rest_holds(targets, w->run->mem))
        return STATUS_OK;
    dvc_rest_begin(targets, w->run->mem, &seen);
    if (open_and_work(w, config, config->dry_run ? NULL : &seen, &later) != STATUS_OK)
        puts(targets);
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
    return config->stale && config->make ? answer(&w, config)
                                         : open_and_work(&w, config, NULL, err);
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
