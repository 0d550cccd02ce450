/* registry: looks at the versions of pipelines' models and moves names between them.
 *
 * Not a stage of the chain: bin/register is.  One command a row of `commands`; each takes
 * the options that its row has, and refuses the others. */
#include <pwd.h>
#include <unistd.h>

#include "registry/registry_archive.h"
#include "registry/registry_diff.h"
#include "registry/registry_list.h"
#include "registry/registry_prune.h"
#include "registry/registry_told.h"
#include "registry/registry_verify.h"
#include "show/outline.h"
#include "stage/command.h"
#include "sync/sync.h"

struct registry_config {
    struct sync_options sync;
    const char *registry, *alias, *who, *why;
    size_t keep;
    bool json, allow_unsafe_remote;
};

static const struct registry_config defaults = {.sync = SYNC_OPTION_DEFAULTS,
                                                .registry = REGISTRY_FOLDER};

/* clang-format off */
static const struct option_row options[] = {
    OPTION(struct registry_config, registry, 0, 0, "DIR",
           "the folder with a folder a pipeline"),
    OPTION(struct registry_config, alias, 0, 0, "NAME",
           "promote, rollback: the name that is moved, production unless it is given"),
    OPTION(struct registry_config, why, 0, 0, "TEXT",
           "promote, rollback: the reason, which the log keeps"),
    OPTION(struct registry_config, who, 0, 0, "NAME",
           "promote, rollback: whose decision it is, the user's unless it is given"),
    OPTION(struct registry_config, keep, 1, 1e6, "N",
           "prune: how many of the newest versions stay whatever names them"),
    OPTION(struct registry_config, json, 0, 0, NULL,
           "list, show, log, diff: print JSON"),
    OPTION(struct registry_config, allow_unsafe_remote, 0, 0, NULL,
           "push: also to a server that cannot keep two pushes apart"),
    SYNC_OPTION_ROWS,
};
/* clang-format on */

enum {
    TAKES_JSON = 1,
    TAKES_MOVE = 2,
    TAKES_KEEP = 4,
    TAKES_REMOTE = 8,
    TAKES_PUSH = 16
};

/* What a command must take for the option of that place to mean something; 0: all do. */
static const unsigned taken_by[COUNT_OF(options)] = {
    0,          TAKES_MOVE,   TAKES_MOVE,   TAKES_MOVE,   TAKES_KEEP,   TAKES_JSON,
    TAKES_PUSH, TAKES_REMOTE, TAKES_REMOTE, TAKES_REMOTE, TAKES_REMOTE, TAKES_KEEP,
};

/* A command under way. */
struct registry_job {
    struct run *run;
    const struct registry_config *config;
    struct registry registry;
    const struct texts *operand; // the command, the pipeline, and what follows
    struct text out;
};

/* A command: its name, its operands behind it, how many it needs, what it takes. */
struct registry_command {
    const char *name, *operands;
    size_t least, most;
    unsigned takes;
    enum status (*run)(struct registry_job *job, struct error *err);
};

static enum registry_as how(const struct registry_job *job)
{
    return job->config->json                   ? REGISTRY_AS_JSON
           : run_columns(job->run) == SIZE_MAX ? REGISTRY_AS_CSV
                                               : REGISTRY_AS_GRID;
}

static void add_table(struct registry_job *job, const struct registry_table *t)
{
    registry_table_add(t, how(job), run_columns(job->run), &job->out);
    job->run->rows_out = t->n / t->p;
}

static enum status run_list(struct registry_job *job, struct error *err)
{
    struct registry_table t;
    if (job->operand->n > 1)
        TRY(registry_list_versions(&job->registry, job->run->mem, &t, err));
    else
        TRY(registry_list_pipelines(job->config->registry, job->run->mem, &t, err));
    add_table(job, &t);
    return STATUS_OK;
}

/* The version that operand i means, or what it is when there is none. */
static enum status meant(struct registry_job *job, size_t i, const char *otherwise,
                         size_t *ret, struct error *err)
{
    const char *word = i < job->operand->n ? job->operand->v[i] : otherwise;
    return registry_meant(&job->registry, word, job->run->mem, ret, err);
}

static enum status run_show(struct registry_job *job, struct error *err)
{
    size_t version, columns = run_columns(job->run);
    json_t *told;
    TRY(meant(job, 2, REGISTRY_PRODUCTION, &version, err));
    TRY(registry_describe(&job->registry, version, job->run->mem, &told, err));
    if (job->config->json) {
        char *dumped = json_dumps(told, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
        text_addf(&job->out, "%s\n", dumped ? dumped : "");
        free(dumped);
    } else {
        outline_add(told, columns == SIZE_MAX ? OPTION_COLUMNS : columns, &job->out);
    }
    json_decref(told);
    return STATUS_OK;
}

static enum status run_log(struct registry_job *job, struct error *err)
{
    struct registry_table t;
    TRY(registry_list_moves(&job->registry, job->run->mem, &t, err));
    add_table(job, &t);
    return STATUS_OK;
}

static enum status run_diff(struct registry_job *job, struct error *err)
{
    struct registry_table t;
    size_t version[2];
    TRY(meant(job, 2, NULL, &version[0], err));
    TRY(meant(job, 3, NULL, &version[1], err));
    TRY(registry_diff(&job->registry, version, job->run->mem, &t, err));
    add_table(job, &t);
    return STATUS_OK;
}

static enum status run_add(struct registry_job *job, struct error *err)
{
    size_t n = job->operand->n - 2;
    struct registry_source *source =
        ARENA_ARRAY(job->run->mem, struct registry_source, n);
    struct registry_entry entry = {.n_sources = n, .source = source};
    struct registry_added added;
    for (size_t i = 0; i < n; i++) {
        source[i].path = job->operand->v[2 + i];
        source[i].name = file_name(source[i].path);
    }
    TRY(registry_add(&job->registry, &entry, job->run->mem, &added, err));
    if (!job->run->quiet)
        text_addf(&job->out, "version %zu of %s%s\n", added.version,
                  job->registry.pipeline, added.is_new ? "" : ", as it was already");
    return STATUS_OK;
}

/* Who moves: as it is said, else the user's name, else its number. */
static const char *who(const struct registry_job *job)
{
    const struct passwd *user = job->config->who ? NULL : getpwuid(geteuid());
    if (job->config->who)
        return job->config->who;
    return user && user->pw_name[0]
               ? arena_string(job->run->mem, user->pw_name)
               : arena_format(job->run->mem, "user %ld", (long)geteuid());
}

static const char *alias_of(const struct registry_job *job)
{
    return job->config->alias ? job->config->alias : REGISTRY_PRODUCTION;
}

static enum status need_why(const struct registry_job *job, struct error *err)
{
    if (job->config->why)
        return STATUS_OK;
    error_set(err, STATUS_USAGE, "%s needs a reason", QUOTE(job->operand->v[0]));
    error_hint(err, "--why \"…\" gives it; the log keeps it");
    return STATUS_USAGE;
}

static void say(struct registry_job *job, const struct text *said)
{
    if (!job->run->quiet && said->n > 0)
        text_add(&job->out, said->p, said->n);
}

/* Moves to the version, or back where there is none. */
static enum status move(struct registry_job *job, size_t version, struct error *err)
{
    struct text said = {.mem = job->run->mem};
    const struct registry_move m = {
        .alias = alias_of(job), .to = version, .who = who(job), .why = job->config->why};
    TRY((version > 0 ? registry_promote : registry_rollback)(&job->registry, &m, &said,
                                                             err));
    say(job, &said);
    return STATUS_OK;
}

static enum status run_promote(struct registry_job *job, struct error *err)
{
    size_t version;
    TRY(need_why(job, err));
    TRY(registry_check_alias(alias_of(job), err));
    TRY(meant(job, 2, NULL, &version, err));
    return move(job, version, err);
}

static enum status run_rollback(struct registry_job *job, struct error *err)
{
    TRY(need_why(job, err));
    return move(job, 0, err);
}

static enum status verify_one(struct registry_job *job, const char *pipeline,
                              struct error *err)
{
    struct registry r = registry_at(job->config->registry, pipeline);
    struct watch watch = run_watch(job->run);
    size_t n, before = job->run->n_errors;
    TRY(registry_verify(&r, &watch, job->run->mem, &n, err));
    if (job->run->n_errors == before && !job->run->quiet)
        text_addf(&job->out, "%s: %zu version%s, whole\n", pipeline, n,
                  n == 1 ? "" : "s");
    job->run->rows_in += n;
    return STATUS_OK;
}

static enum status run_verify(struct registry_job *job, struct error *err)
{
    struct texts all = {1, &job->registry.pipeline};
    if (job->operand->n == 1)
        TRY(registry_pipelines(job->config->registry, job->run->mem, &all, err));
    for (size_t i = 0; i < all.n; i++)
        TRY(verify_one(job, all.v[i], err));
    return run_faults(job->run, err);
}

static enum status run_prune(struct registry_job *job, struct error *err)
{
    const struct registry_config *c = job->config;
    size_t *gone, n;
    if (c->keep == 0)
        return error_set(err, STATUS_USAGE, "'prune' needs --keep N");
    TRY(registry_prune(&job->registry, c->keep, c->sync.dry_run, job->run->mem, &gone, &n,
                       err));
    for (size_t i = 0; i < n && !job->run->quiet; i++)
        text_addf(&job->out, "%s version %zu\n",
                  c->sync.dry_run ? "would remove" : "removed", gone[i]);
    return STATUS_OK;
}

static enum status run_export(struct registry_job *job, struct error *err)
{
    size_t n;
    TRY(registry_export(&job->registry, job->operand->v[2], job->run->mem, &n, err));
    if (!job->run->quiet)
        text_addf(&job->out, "wrote %zu version%s of %s\n", n, n == 1 ? "" : "s",
                  job->registry.pipeline);
    return STATUS_OK;
}

static enum status run_import(struct registry_job *job, struct error *err)
{
    size_t n;
    TRY(registry_import(&job->registry, job->operand->v[2], job->run->mem, &n, err));
    if (!job->run->quiet)
        text_addf(&job->out, "%s has %zu version%s\n", job->registry.pipeline, n,
                  n == 1 ? "" : "s");
    return STATUS_OK;
}

static enum status share(struct registry_job *job, enum registry_way way,
                         struct error *err)
{
    struct run *run = job->run;
    struct remote_settings settings = {0};
    struct remote_config config = {0};
    struct remote *remote = NULL;
    struct dvc_config dvc;
    struct text said = {.mem = run->mem};
    struct watch watch = run_watch(run);
    TRY(dvc_config_read(run->mem, &dvc, err));
    enum status status =
        sync_reach(run, &job->config->sync, &dvc, &settings, &config, &remote, err);
    if (status == STATUS_OK)
        status = registry_share(&job->registry, remote, way, &watch, &said, err);
    remote_close(remote);
    remote_config_forget(&config);
    say(job, &said);
    return status;
}

static enum status run_push(struct registry_job *job, struct error *err)
{
    return share(job,
                 job->config->allow_unsafe_remote ? REGISTRY_PUSH_UNSAFE : REGISTRY_PUSH,
                 err);
}

static enum status run_pull(struct registry_job *job, struct error *err)
{
    return share(job, REGISTRY_PULL, err);
}

static const struct registry_command commands[] = {
    {"list", "[PIPELINE]", 0, 1, TAKES_JSON, run_list},
    {"show", "PIPELINE [VERSION]", 1, 2, TAKES_JSON, run_show},
    {"log", "PIPELINE", 1, 1, TAKES_JSON, run_log},
    {"diff", "PIPELINE VERSION VERSION", 3, 3, TAKES_JSON, run_diff},
    {"add", "PIPELINE FILE ...", 2, REGISTRY_FILES, 0, run_add},
    {"promote", "PIPELINE VERSION --why TEXT", 2, 2, TAKES_MOVE, run_promote},
    {"rollback", "PIPELINE --why TEXT", 1, 1, TAKES_MOVE, run_rollback},
    {"verify", "[PIPELINE]", 0, 1, 0, run_verify},
    {"prune", "PIPELINE --keep N", 1, 1, TAKES_KEEP, run_prune},
    {"export", "PIPELINE FILE.tar", 2, 2, 0, run_export},
    {"import", "PIPELINE FILE.tar", 2, 2, 0, run_import},
    {"push", "PIPELINE", 1, 1, TAKES_REMOTE | TAKES_PUSH, run_push},
    {"pull", "PIPELINE", 1, 1, TAKES_REMOTE, run_pull},
};

/* An option that the command would not look at is a mistake. */
static enum status refuse_idle(const struct run *run,
                               const struct registry_command *command, struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(options); i++)
        if (run->given[i] && taken_by[i] != 0 && !(command->takes & taken_by[i]))
            return error_set(err, STATUS_USAGE, "option %s means nothing to '%s'",
                             QUOTE(command_option(&options[i], run->mem)), command->name);
    return STATUS_OK;
}

static enum status find_command(const struct texts *operand,
                                const struct registry_command **ret, struct error *err)
{
    const char *names[COUNT_OF(commands)];
    size_t given = operand->n - 1;
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        const struct registry_command *c = &commands[i];
        names[i] = c->name;
        if (strcmp(c->name, operand->v[0]) != 0)
            continue;
        *ret = c;
        if (given >= c->least && given <= c->most)
            return STATUS_OK;
        error_set(err, STATUS_USAGE,
                  given < c->least ? "'%s' needs more operands"
                                   : "'%s' takes fewer operands",
                  c->name);
        error_hint(err, "bin/registry %s %s", c->name, c->operands);
        return STATUS_USAGE;
    }
    error_set(err, STATUS_USAGE, "no command is called %s", QUOTE(operand->v[0]));
    error_known(err, view_of(operand->v[0]), "commands", names, COUNT_OF(commands));
    return STATUS_USAGE;
}

static enum status run_registry(struct run *run, struct error *err)
{
    const struct registry_command *command;
    const char *pipeline = run->operands.n > 1 ? run->operands.v[1] : "";
    struct registry_job job = {.run = run,
                               .config = run->config,
                               .operand = &run->operands,
                               .out = {.mem = run->mem}};
    run->printed_report = true;
    TRY(find_command(&run->operands, &command, err));
    TRY(refuse_idle(run, command, err));
    if (pipeline[0])
        TRY(pipeline_check_name(pipeline, err));
    job.registry = registry_at(job.config->registry, pipeline);
    enum status status = command->run(&job, err);
    if (job.out.n > 0)
        fwrite(job.out.p, 1, job.out.n, stdout); // checked by stage_main
    return status;
}

static const struct stage registry = {
    .name = "registry",
    .summary = "looks at the versions of pipelines' models and moves names between them",
    .operand = "COMMAND [PIPELINE [VERSION ...]]",
    .operands = 1 + REGISTRY_FILES,
    .about =
        "  list [PIPELINE]                 pipelines, or a pipeline's versions\n"
        "  show PIPELINE [VERSION]         a version in full, production unless one is "
        "given\n"
        "  log PIPELINE                    who moved which name, when and why\n"
        "  diff PIPELINE VERSION VERSION   what differs: parameters, figures, features, "
        "files\n"
        "  add PIPELINE FILE ...           registers files as they are; bin/register "
        "does more\n"
        "  promote PIPELINE VERSION        makes a version production; needs --why\n"
        "  rollback PIPELINE               undoes production's last move; needs --why\n"
        "  verify [PIPELINE]               looks at every byte\n"
        "  prune PIPELINE                  removes what no alias names but the newest\n"
        "  export PIPELINE FILE.tar        all of a registry in one file\n"
        "  import PIPELINE FILE.tar        a registry from such a file, every byte "
        "checked\n"
        "  push PIPELINE                   merges with the remote, and sends what it "
        "lacks\n"
        "  pull PIPELINE                   merges what the remote has\n\n"
        "A VERSION is a number or an alias.\n"
        "Tables are CSV in a pipe.",
    .takes = STAGE_MAX_ERRORS,
    .options = options,
    .n_options = COUNT_OF(options),
    .config_size = sizeof(struct registry_config),
    .defaults = &defaults,
    .run = run_registry,
};

int main(int argc, char **argv)
{
    return stage_main(&registry, argc, argv);
}
