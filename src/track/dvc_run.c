/* Running a stage's command, and finding out afterwards whose files stand at its outputs.
 */
#include "track/dvc_run.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "dvc/dvc_turn.h"
#include "file/file.h"
#include "track/dvc_record.h"

#define REPORT_PATH ".dvc/tmp/nightmill.published."

/* Only what stages write is put back behind one's back; other inputs are compared by
 * their bytes (dvc_same_inputs).  Of other pipelines' stages the file need not know. */
static void find_made(struct dvc_run *run, const struct dvc_file *file)
{
    const struct texts *deps = &run->stage->deps;
    const char **v = ARENA_ARRAY(run->mem, const char *, deps->n);
    size_t n = 0;
    for (size_t i = 0; i < deps->n; i++)
        if (dvc_is_artifact(deps->v[i]) || dvc_file_makes(file, deps->v[i], run->mem))
            v[n++] = deps->v[i];
    run->made = (struct texts){n, v};
}

static enum status watch_outs(const struct dvc_run *run, struct dvc_watch *watch,
                              struct error *err)
{
    for (size_t i = 0; i < run->stage->n_outs; i++)
        TRY(dvc_watch_add(watch, run->stage->out[i].path, run->mem, err));
    return STATUS_OK;
}

static enum status watch_made(const struct dvc_run *run, struct dvc_watch *watch,
                              struct error *err)
{
    for (size_t i = 0; i < run->made.n; i++)
        TRY(dvc_watch_add(watch, run->made.v[i], run->mem, err));
    return STATUS_OK;
}

/* An empty report; what an earlier run left is gone with it. */
static enum status make_report(struct dvc_run *run, struct error *err)
{
    const char *here, *name = run->stage->name;
    const char *path = arena_format(run->mem, REPORT_PATH "%016" PRIx64,
                                    text_hash(TEXT_HASH_START, name, strlen(name)));
    TRY(file_here(run->mem, &here, err));
    int fd = beneath_create(&beneath_here, path, 0600);
    if (fd < 0)
        return beneath_failed("create", &beneath_here, path, err);
    close(fd);
    run->report = file_join(run->mem, here, path);
    return STATUS_OK;
}

static enum status start(struct dvc_run *run, struct error *err)
{
    const struct texts *commands = &run->stage->commands;
    TRY(dvc_turn_take(run->stage->name, &run->turn_fd, err));
    TRY(watch_outs(run, &run->before, err));
    TRY(dvc_watch_unlink_dangling(&run->before, err));
    TRY(watch_made(run, &run->before, err));
    TRY(make_report(run, err));
    TRY(dvc_command_start(&run->command, commands->v[commands->n - 1], run->turn_fd,
                          run->report, err));
    run->entry.pid = run->command.pid;
    run->entry.stage = run->stage->name;
    run->entry.command = run->command.text;
    dvc_stage_paths(&run->stage, 1, true, run->mem, &run->entry.written,
                    &run->entry.read);
    TRY(dvc_table_enter(&run->entry, err));
    run->entered = true;
    return STATUS_OK;
}

enum status dvc_run_start(struct dvc_run *run, const struct dvc_file *file,
                          const struct dvc_stage *stage, struct arena *mem,
                          struct error *err)
{
    *run = (struct dvc_run){.stage = stage, .mem = mem};
    find_made(run, file);
    enum status status = start(run, err);
    if (status != STATUS_OK)
        dvc_run_end(run);
    return status;
}

void dvc_run_go(struct dvc_run *run)
{
    (void)fflush(stdout); // what was said before comes before what the command says
    dvc_command_go(&run->command);
}

enum status dvc_run_wait(struct dvc_run *run, int *ret_status, struct error *err)
{
    TRY(dvc_command_wait(&run->command, ret_status, err));
    return watch_outs(run, &run->after, err);
}

static enum status changed(const struct dvc_run *run, const char *path, const char *what,
                           struct error *err)
{
    error_set(err, STATUS_BUSY, "%s %s %s ran", QUOTE_PATH(path), what,
              QUOTE_N(run->stage->name, strcspn(run->stage->name, "@")));
    error_hint(err, "run make again when nothing else writes there");
    return STATUS_BUSY;
}

/* What was published, and what stands there now. */
struct evidence {
    const struct dvc_run *run;
    const char *here;
    struct published *told; // [n_told], relative paths; the last one of a path counts
    size_t n_told;
    struct dvc_watch now;
};

/* Makes paths below the working folder relative, as those of outputs are. */
static void shorten(struct evidence *e)
{
    size_t n = strlen(e->here);
    for (size_t i = 0; i < e->n_told; i++)
        if (dvc_path_is_below(e->told[i].path, e->here))
            e->told[i].path += n + 1;
}

static const struct published *told(const struct evidence *e, const char *path)
{
    for (size_t i = e->n_told; i-- > 0;)
        if (strcmp(e->told[i].path, path) == 0)
            return &e->told[i];
    return NULL;
}

static bool any_told(const struct evidence *e, const char *out)
{
    for (size_t i = 0; i < e->n_told; i++)
        if (dvc_path_is_below(e->told[i].path, out))
            return true;
    return false;
}

/* Finds a file of the output that the command did not leave there, or NULL. */
static const char *foreign_file(const struct evidence *e, const char *out)
{
    for (size_t i = 0; i < e->now.n; i++) {
        const struct dvc_watched *w = &e->now.v[i];
        if (!dvc_path_is_below(w->file.path, out))
            continue;
        const struct published *own = told(e, w->file.path);
        const struct dvc_watched *old = dvc_watch_find(&e->run->before, w->file.path);
        bool same = own ? published_same(own, &w->file) : old && dvc_watched_same(old, w);
        if (!same)
            return w->file.path;
    }
    for (size_t i = 0; i < e->n_told; i++)
        if (dvc_path_is_below(e->told[i].path, out) &&
            !dvc_watch_find(&e->now, e->told[i].path))
            return e->told[i].path;
    return NULL;
}

static enum status check_outs(const struct evidence *e, struct error *err)
{
    const struct dvc_run *run = e->run;
    for (size_t i = 0; i < run->stage->n_outs; i++) {
        const char *out = run->stage->out[i].path;
        const char *found = any_told(e, out)
                                ? foreign_file(e, out)
                                : dvc_watch_differs(&run->after, &e->now, out);
        if (found)
            return changed(run, found, "was replaced by somebody else while", err);
    }
    return STATUS_OK;
}

static enum status check_made(const struct evidence *e, struct error *err)
{
    const struct dvc_run *run = e->run;
    struct dvc_watch now = {0};
    TRY(watch_made(run, &now, err));
    for (size_t i = 0; i < run->made.n; i++) {
        const char *found = dvc_watch_differs(&run->before, &now, run->made.v[i]);
        if (found)
            return changed(run, found, "was replaced while", err);
    }
    return STATUS_OK;
}

enum status dvc_run_check(const struct dvc_run *run, struct error *err)
{
    struct evidence e = {.run = run};
    TRY(file_here(run->mem, &e.here, err));
    TRY(published_read(run->report, run->mem, &e.told, &e.n_told, err));
    shorten(&e);
    TRY(watch_outs(run, &e.now, err));
    TRY(check_outs(&e, err));
    return check_made(&e, err);
}

void dvc_run_end(struct dvc_run *run)
{
    struct error later;
    // Entries that stay count no longer once the turn is given back.
    if (run->entered && dvc_table_leave(&run->entry, &later) != STATUS_OK)
        later = (struct error){0};
    dvc_command_end(&run->command);
    if (run->report)
        (void)unlink(run->report);
    if (run->turn_fd > 0)
        close(run->turn_fd);
    *run = (struct dvc_run){0};
}
