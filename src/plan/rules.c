/* Writes the Make rules.
 *
 * Where times decide each stage waits for its executable, for what it reads, and for the
 * stage before it.  What is written together is read together: were a sibling missing, the
 * stage that makes both would run, and whatever reads one of them has to wait for that.
 * A folder is left out: a file of the same stage stands for it.  The rules are a template:
 * pipelines differ in nothing but their names, and of a thousand only those that are meant
 * get any.
 *
 * Make would delete what a failed recipe was to write (.DELETE_ON_ERROR); a stage that
 * fails leaves the old artifacts whole, so they are .PRECIOUS.
 *
 * Only names that flow.c and roster.c have checked stand in the text; no name of a data
 * file does. */
#include "plan/rules.h"

static const char made[] =
    "# Made from pipeline/stages.tbl and pipeline/*.yaml by stages/plan.c; `make` keeps "
    "it fresh.\n";

/* Adds the path of an artifact; p may be a reference of Make. */
static void add_artifact(const char *name, const char *p, struct text *out)
{
    if (strncmp(name, "reports/", 8) == 0)
        text_addf(out, " $(REPORTS)/%s/%s", p, name + 8);
    else
        text_addf(out, " $(ARTIFACTS)/%s/%s", p, name);
}

static void add_files(const struct texts *names, const char *p, struct text *out)
{
    for (size_t i = 0; i < names->n; i++)
        if (!flow_is_folder(names->v[i]))
            add_artifact(names->v[i], p, out);
}

/* What the stage reads, with its siblings, each once. */
static void add_inputs(const struct flow *flow, const struct flow_stage *stage,
                       const char *p, struct text *out)
{
    for (const struct flow_stage *row = flow->stage; row < stage; row++) {
        bool wanted = false;
        for (size_t i = 0; i < stage->reads.n; i++)
            wanted |= flow_writer(flow, stage->reads.v[i]) == row;
        if (wanted)
            add_files(&row->writes, p, out);
    }
}

/* `make STAGE` brings the pipelines up to that stage and says where its result is, also
 * when there was nothing to do (but not to `make -q`, for which a recipe would be
 * something to do). */
static void add_goal(const struct flow_stage *stage, const char *goal, struct text *out)
{
    text_addf(out, "\n.PHONY: %s\n%s: $B/built $(tracking) $(foreach p,$(loose),", goal,
              goal);
    add_files(&stage->writes, "$p", out);
    text_puts(out, ")\nifeq ($(asked),)\n\t$(foreach p,$(pipelines),$(info $p:");
    add_artifact(stage->writes.v[0], "$p", out);
    text_puts(out, "))$(result)\nendif\n");
}

/* `make train` goes on to the report, and `make run` to the gate's words behind it; `make
 * clean` cleans, as everywhere. */
static void add_goals(const struct flow *flow, struct text *out)
{
    for (size_t i = 0; i < flow->n; i++) {
        const struct flow_stage *stage = &flow->stage[i];
        if (strcmp(stage->name, "clean") != 0 && strcmp(stage->name, "train") != 0)
            add_goal(stage, stage->name, out);
        if (strcmp(stage->name, "report") == 0)
            add_goal(stage, "train", out);
    }
    text_puts(out, "\n.PHONY: run\nrun: train\nifeq ($(asked),)\n\t$(verdicts)\nendif\n");
}

/* A folder, and what stands in it, for those who ask for it by name. */
static void add_folders_rule(const struct flow_stage *stage, const char *p,
                             struct text *out)
{
    for (size_t i = 0; i < stage->writes.n; i++) {
        const char *name = stage->writes.v[i];
        struct text rule = {.mem = out->mem};
        if (!flow_is_folder(name))
            continue;
        add_artifact(stage->writes.v[0], p, &rule);
        text_addf(out, "$(ARTIFACTS)/%s/%.*s:%s ;\n", p, (int)strlen(name) - 1, name,
                  rule.p);
        text_addf(out, "$(ARTIFACTS)/%s/%s%%:%s ;\n", p, name, rule.p);
    }
}

/* The rule of a stage of the pipeline $1. */
static void add_rule(const struct flow *flow, const struct flow_stage *stage,
                     struct text *out)
{
    struct text files = {.mem = out->mem};
    add_files(&stage->writes, "$1", &files);
    text_addf(out, ".PRECIOUS:%s\n%s &: $(BIN)/%s $(call moved,$1,%s)", files.p,
              files.p + 1, stage->name, stage->name);
    add_inputs(flow, stage, "$1", out);
    text_puts(out, " |");
    if (stage > flow->stage)
        add_files(&stage[-1].writes, "$1", out);
    text_addf(out, "\n\t$$(call stage,$1,%s)\n", stage->name);
    add_folders_rule(stage, "$1", out);
}

static void add_names(const char *variable, const struct roster *roster, bool tracked,
                      struct text *out)
{
    text_addf(out, "%s :=", variable);
    for (size_t i = 0; i < roster->n; i++)
        if (!tracked || roster->pipeline[i].tracked)
            text_addf(out, " %s", roster->pipeline[i].name);
    text_putc(out, '\n');
}

/* The folders that the stage's executable is linked from. */
static void add_code(const struct flow_stage *stage, struct text *out)
{
    text_addf(out, "code_%s :=", stage->name);
    for (size_t i = 0; i < stage->code.n; i++)
        text_addf(out, " %s", stage->code.v[i]);
    text_putc(out, '\n');
}

/* Which of --in, --out and --reports the stage takes. */
static void add_folders(const struct flow_stage *stage, struct text *out)
{
    bool reports = false;
    for (size_t i = 0; i < stage->writes.n; i++)
        reports |= strncmp(stage->writes.v[i], "reports/", 8) == 0;
    text_addf(out, "folders_%s :=%s%s\n", stage->name,
              stage->reads.n > flow_reads_data(stage) ? " in" : "",
              reports ? " reports" : " out");
}

/* With which the chain starts the stage. */
static void add_options(const struct flow_stage *stage, struct text *out)
{
    if (stage->options.n == 0)
        return;
    text_addf(out, "options_%s :=", stage->name);
    for (size_t i = 0; i < stage->options.n; i++)
        text_addf(out, " %s", stage->options.v[i]);
    text_putc(out, '\n');
}

/* The goal that each word stands for, in the words of track: report@milk. */
static void add_meanings(const struct flow *flow, struct text *out)
{
    for (size_t i = 0; i < flow->n; i++)
        text_addf(out, "meant_%s := %s\n", flow->stage[i].name,
                  strcmp(flow->stage[i].name, "train") == 0 ? "report"
                                                            : flow->stage[i].name);
    text_puts(out, "meant_run := report\n");
}

void rules_flow(const struct flow *flow, const struct roster *roster, struct text *out)
{
    text_puts(out, made);
    text_puts(out, "flow :=");
    for (size_t i = 0; i < flow->n; i++)
        text_addf(out, " %s", flow->stage[i].name);
    text_putc(out, '\n');
    add_names("known", roster, false, out);
    add_names("trackable", roster, true, out);
    text_puts(out, "refused :=");
    for (size_t i = 0; i < roster->n_refused; i++)
        if (roster->refused[i].name)
            text_addf(out, " %s", roster->refused[i].name);
    text_puts(out, "\nof_data :=");
    for (size_t i = 0; i < flow->n; i++)
        if (flow_reads_data(&flow->stage[i]))
            text_addf(out, " %s", flow->stage[i].name);
    text_putc(out, '\n');
    for (size_t i = 0; i < flow->n; i++) {
        add_folders(&flow->stage[i], out);
        add_options(&flow->stage[i], out);
    }
    add_meanings(flow, out);
    for (size_t i = 0; i < flow->n; i++)
        add_code(&flow->stage[i], out);
}

void rules_pipelines(const struct flow *flow, struct text *out)
{
    text_puts(out, made);
    add_goals(flow, out);
    text_puts(out, "\ndefine rules\n");
    for (size_t k = 0; k < flow->n; k++)
        add_rule(flow, &flow->stage[k], out);
    text_puts(out, "endef\n$(foreach p,$(loose),$(eval $(call rules,$p)))\n");
}
