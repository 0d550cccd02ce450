/* plan: makes the rules of Make and dvc.yaml from the table of the flow and the pipelines.
 *
 * A tool of the Makefile, not a stage.  It is asked at each start of make whether what it
 * wrote is what it would write now, so that contents decide, not times.  Files are written
 * beside their places and renamed, so that makes side by side see whole ones. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "dvc/dvc_lock.h"
#include "file/seen.h"
#include "plan/built.h"
#include "plan/graft.h"
#include "plan/rules.h"
#include "plan/stamp.h"
#include "plan/stanza.h"
#include "stage/stage.h"

struct plan_config {
    const char *into, *code, *built, *stamp, *stamps, *data, *set, *targets, *nearest;
    bool check, dry_run, force;
};

static const struct plan_config defaults = {.targets = "", .code = ""};

static const struct option_row options[] = {
    OPTION(struct plan_config, into, 0, 0, "DIR", "where flow.mk and rules.mk stand"),
    OPTION(struct plan_config, check, 0, 0, NULL,
           "write nothing; print 'stale' where a file would be written"),
    OPTION(struct plan_config, code, -1, 0, "PATHS",
           "the executables, and what they are made from: --check also prints how they "
           "stand"),
    OPTION(struct plan_config, built, 0, 0, "STATE",
           "instead, note that they are built if they still stand so"),
    OPTION(struct plan_config, dry_run, 0, 0, NULL,
           "leave dvc.yaml and the stamps alone"),
    OPTION(struct plan_config, force, 0, 0, NULL,
           "write stages of dvc.yaml anew that were edited by hand"),
    OPTION(struct plan_config, targets, -1, 0, "NAMES", "what no stage may be called"),
    OPTION(struct plan_config, stamp, 0, 0, "PIPELINES",
           "instead, renew their stamps and print STAGE@PIPELINE where one changed"),
    OPTION(struct plan_config, stamps, 0, 0, "DIR",
           "where the stamps stand, in PIPELINE/.make"),
    OPTION(struct plan_config, data, 0, 0, "DIR",
           "look for the sources' files below DIR"),
    OPTION(struct plan_config, set, 0, 0, "SETTINGS",
           "KEY=VALUE, more behind a blank: overrides of the pipeline's file"),
    OPTION(struct plan_config, nearest, 0, 0, "NAME",
           "instead, print the one of the targets that is nearest"),
};

enum { MAX_GENERATED = 1 << 26 };
#define DVC_FILE "dvc.yaml"
#define TABLE "pipeline/stages.tbl"
#define PIPELINES "pipeline"

/* A file that is made: what it holds, and what it shall hold. */
struct made {
    const char *path;
    struct view now, shall;
    bool exists;
};

static void look(struct made *made, const char *path, struct arena *mem)
{
    struct error none;
    made->path = path;
    made->exists = file_read(path, MAX_GENERATED, mem, &made->now, &none) == STATUS_OK;
}

static bool is_fresh(const struct made *made)
{
    return made->exists && view_eq(made->now, made->shall);
}

/* What is as it shall be gets a new time: make asked because it saw something else, and
 * reads it again when its time is new. */
static enum status write_made(struct run *run, const struct made *made, struct error *err)
{
    struct output *out;
    if (is_fresh(made)) {
        if (utimensat(AT_FDCWD, made->path, NULL, 0) < 0 && errno != ENOENT)
            return file_failed("touch", made->path, err);
        return STATUS_OK;
    }
    TRY(publish_open(run->publish, made->path, &out, err));
    return output_write(out, made->shall.p, made->shall.n, err);
}

struct plan_work {
    struct run *run;
    struct flow flow;
    struct roster roster;
    struct made rules[2], dvc;
    struct graft graft;
};

static void plan_rules(struct plan_work *w, const char *into)
{
    struct arena *mem = w->run->mem;
    struct text flow = {.mem = mem}, rules = {.mem = mem};
    rules_flow(&w->flow, &w->roster, &flow);
    rules_pipelines(&w->flow, &rules);
    look(&w->rules[0], file_join(mem, into, "flow.mk"), mem);
    look(&w->rules[1], file_join(mem, into, "rules.mk"), mem);
    w->rules[0].shall = (struct view){flow.p, flow.n};
    w->rules[1].shall = (struct view){rules.p, rules.n};
}

/* The pipelines that could not be read: their stages stay. */
static const char *const *held(const struct plan_work *w, size_t *ret_n)
{
    const char **v = ARENA_ARRAY(w->run->mem, const char *, w->roster.n_refused);
    *ret_n = 0;
    for (size_t i = 0; i < w->roster.n_refused; i++)
        if (w->roster.refused[i].name)
            v[(*ret_n)++] = w->roster.refused[i].name;
    return v;
}

static enum status plan_dvc(struct plan_work *w, bool force, struct error *err)
{
    struct arena *mem = w->run->mem;
    struct graft_stage *stage = ARENA_ARRAY(mem, struct graft_stage, w->flow.n);
    struct graft_request request = {.path = DVC_FILE, .stage = stage, .force = force};
    request.held = held(w, &request.n_held);
    for (size_t i = 0; i < w->flow.n; i++) {
        struct text text = {.mem = mem};
        stanza_add(&w->flow.stage[i], &w->roster, &text);
        if (text.n > 0)
            stage[request.n++] =
                (struct graft_stage){w->flow.stage[i].name, {text.p, text.n}};
    }
    look(&w->dvc, DVC_FILE, mem);
    if (!w->dvc.exists && file_exists(DVC_FILE))
        return file_read(DVC_FILE, MAX_GENERATED, mem, &w->dvc.now, err);
    request.bytes = w->dvc.now;
    w->dvc.shall = w->dvc.now;
    TRY(graft_stages(&request, mem, &w->graft, err));
    w->dvc.shall = w->graft.bytes;
    return STATUS_OK;
}

/* A dvc.yaml that cannot be read is left as it is; stages without dvc.lock run all the
 * same. */
static void try_dvc(struct plan_work *w, bool force)
{
    struct error *why = ARENA_NEW(w->run->mem, struct error);
    if (plan_dvc(w, force, why) == STATUS_OK)
        return;
    error_at(why, DVC_FILE, 0, 0);
    w->graft = (struct graft){.note = why, .n_notes = 1};
}

/* Once a run of make: when nothing is left to write. */
static void tell(struct plan_work *w)
{
    w->run->max_errors = SIZE_MAX;
    for (size_t i = 0; i < w->roster.n_refused; i++)
        run_warn(w->run, &w->roster.refused[i].why);
    for (size_t i = 0; i < w->graft.n_notes; i++)
        run_warn(w->run, &w->graft.note[i]);
}

/* Waits for DVC's own lock: `dvc stage add` holds it while it writes dvc.yaml in place, and
 * for a while the file is empty then.  It is given back when the process ends, after the
 * new file is in its place.  Where there is no lock, DVC never ran. */
static enum status lock_dvc(struct error *err)
{
    int fd;
    return file_exists(DVC_LOCK) ? dvc_lock_take(DVC_LOCK, DVC_LOCK_WAIT_S, &fd, err)
                                 : STATUS_OK;
}

static enum status write_all(struct plan_work *w, const struct plan_config *c,
                             struct error *err)
{
    TRY(write_made(w->run, &w->rules[0], err));
    TRY(write_made(w->run, &w->rules[1], err));
    if (c->dry_run || !w->graft.changed)
        return STATUS_OK;
    TRY(lock_dvc(err));
    try_dvc(w, c->force); // again: somebody may have written it meanwhile
    if (!w->graft.changed)
        return STATUS_OK;
    TRY(write_made(w->run, &w->dvc, err));
    struct view done = {w->graft.done.p, w->graft.done.n};
    for (const char *p = done.p, *end = p + done.n; !w->run->quiet && p < end;) {
        size_t n = strcspn(p, "\n");
        printf(DVC_FILE ": %.*s\n", (int)n, p);
        p += n + 1;
    }
    return STATUS_OK;
}

/* True where there is nothing to write; what there is to say is said then. */
static bool check(struct plan_work *w, bool dry_run)
{
    bool fresh = is_fresh(&w->rules[0]) && is_fresh(&w->rules[1]);
    fresh &= dry_run || !w->graft.changed;
    if (fresh)
        tell(w);
    else
        puts("stale");
    return fresh && w->roster.n_refused == 0 && w->graft.n_notes == 0;
}

/* The stages of one pipeline whose stamps change, as STAGE@PIPELINE. */
static enum status stamp_one(struct plan_work *w, const struct plan_config *c,
                             const char *name, const struct texts *set, struct text *out,
                             struct error *err)
{
    struct arena *mem = w->run->mem;
    struct roster_pipeline pipeline;
    struct stamp_request request = {.data = c->data};
    request.folder = arena_format(mem, "%s/%s/.make", c->stamps, name);
    TRY(roster_read_one(arena_format(mem, "pipeline/%s.yaml", name), set, mem, &pipeline,
                        err));
    struct publish publish = {0}; // a pipeline's at a time: an output is a descriptor
    enum status status = stamp_stages(&w->flow, &pipeline, &request,
                                      c->dry_run ? NULL : &publish, out, err);
    if (status == STATUS_OK)
        status = publish_commit(&publish, err);
    publish_release(&publish);
    return status;
}

static enum status stamp(struct plan_work *w, const struct plan_config *c,
                         struct error *err)
{
    struct arena *mem = w->run->mem;
    struct texts set = {0}, names = option_words(c->stamp, mem);
    struct text out = {.mem = mem};
    if (!c->stamps)
        return error_set(err, STATUS_USAGE, "missing option '--stamps'");
    if (c->set)
        set = option_words(c->set, mem);
    text_puts(&out, "");
    for (size_t i = 0; i < names.n; i++)
        TRY(stamp_one(w, c, names.v[i], &set, &out, err));
    fputs(out.p, stdout);
    return STATUS_OK;
}

static enum status print_nearest(struct run *run, const struct plan_config *c)
{
    struct texts names = option_words(c->targets, run->mem);
    const char *nearest = text_nearest(view_of(c->nearest), names.v, names.n);
    if (nearest)
        puts(nearest);
    return STATUS_OK;
}

static enum status look_around(struct plan_work *w, const struct plan_config *c,
                               struct error *err)
{
    struct texts targets = option_words(c->targets, w->run->mem);
    TRY(flow_read(TABLE, &targets, w->run->mem, &w->flow, err));
    if (c->stamp)
        return STATUS_OK;
    TRY(roster_read(PIPELINES, w->run->mem, &w->roster, err));
    plan_rules(w, c->into);
    if (!c->dry_run)
        try_dvc(w, c->force);
    return STATUS_OK;
}

/* Adds what look_around reads. */
static void look_at_rules(const struct plan_config *c, struct arena *mem,
                          struct seen *seen)
{
    const char **names = NULL;
    size_t n = 0;
    struct error none;
    seen_add(seen, "/proc/self/exe");
    seen_add(seen, TABLE);
    seen_add(seen, file_join(mem, c->into, "flow.mk"));
    seen_add(seen, file_join(mem, c->into, "rules.mk"));
    if (!c->dry_run)
        seen_add(seen, DVC_FILE);
    seen_add(seen, PIPELINES);
    if (roster_list(PIPELINES, mem, &names, &n, &none) != STATUS_OK)
        return; // look_around fails, too
    for (size_t i = 0; i < n; i++)
        seen_add(seen, file_join(mem, PIPELINES, names[i]));
}

/* Looks whether everything is as it was when nothing was to do, and reads it otherwise. */
static void check_rules(struct plan_work *w, const struct plan_config *c)
{
    struct arena *mem = w->run->mem;
    const char *note = file_join(mem, c->into, "rules.seen");
    const char *question =
        arena_format(mem, "%d %d %s", c->dry_run, c->force, c->targets);
    struct seen now;
    struct error later; // who writes says it
    if (seen_holds(note, question, mem))
        return;
    seen_begin(&now, question, mem);
    look_at_rules(c, mem, &now);
    // An older tool may not know what a newer tree holds: make builds it, and asks again.
    if (look_around(w, c, &later) != STATUS_OK)
        puts("stale");
    else if (check(w, c->dry_run))
        seen_write(&now, note);
}

static enum status run_plan(struct run *run, struct error *err)
{
    const struct plan_config *c = run->config;
    struct plan_work w = {.run = run};
    run->printed_report = true;
    if (c->nearest)
        return print_nearest(run, c);
    if (!c->into && !c->stamp)
        return error_set(err, STATUS_USAGE, "missing option '--into'");
    if (c->built) {
        built_note(c->into, c->code, c->built, run->mem);
        return STATUS_OK;
    }
    if (c->check) {
        puts(built_state(c->into, c->code, run->mem));
        check_rules(&w, c);
        return STATUS_OK;
    }
    TRY(look_around(&w, c, err));
    return c->stamp ? stamp(&w, c, err) : write_all(&w, c, err);
}

static const struct stage plan = {
    .name = "plan",
    .summary = "makes the rules of make and dvc.yaml",
    .about = "Reads pipeline/stages.tbl, pipeline/*.yaml, dvc.yaml.\n"
             "Writes flow.mk and rules.mk, and the generated stages of dvc.yaml.",
    .options = options,
    .n_options = COUNT_OF(options),
    .takes = STAGE_MAX_ERRORS,
    .config_size = sizeof(struct plan_config),
    .defaults = &defaults,
    .run = run_plan,
};

int main(int argc, char **argv)
{
    return stage_main(&plan, argc, argv);
}
