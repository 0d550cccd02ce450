/* What a stage says about itself.
 *
 * All of it is derived from the stage's descriptor and rows; version.h is made by the
 * build and holds the version, the compiler and its flags. */
#include "stage/usage.h"

#include "stage/command.h"

#if defined(__has_include)
#if __has_include("version.h")
#include "version.h"
#endif
#endif
#ifndef NIGHTMILL_VERSION
#define NIGHTMILL_VERSION "unknown"
#endif
#ifndef NIGHTMILL_COMPILER
#define NIGHTMILL_COMPILER "unknown compiler"
#define NIGHTMILL_FLAGS "unknown flags"
#endif

/* Adds a paragraph and an empty line. */
static void add_paragraph(const char *text, struct text *out)
{
    if (!text || !text[0])
        return;
    text_puts(out, text);
    if (out->p[out->n - 1] != '\n')
        text_putc(out, '\n');
    text_putc(out, '\n');
}

void usage_help(const struct stage *stage, struct text *out)
{
    size_t n;
    const struct option_row *common = command_rows(stage, out->mem, &n);
    text_addf(out, "%s: %s\n\n", stage->name, stage->summary);
    text_addf(out, "usage: bin/%s %s%s[options]\n\n", stage->name,
              stage->operand ? stage->operand : "", stage->operand ? " " : "");
    add_paragraph(stage->about, out);
    if (stage->n_options > 0) {
        text_puts(out, "options:\n");
        option_usage(stage->options, stage->n_options, stage->defaults, out);
        text_putc(out, '\n');
    }
    text_puts(out, "common options:\n");
    option_usage(common, n, command_defaults(), out);
    text_puts(out, "\nexit status: 0 done, 1 bad input, 2 usage, 3 environment, "
                   "4 refused by the gate, 75 locked\n");
}

void usage_version(const struct stage *stage, struct text *out)
{
    text_addf(out, "nightmill %s (%s)\n%s: %s\n", NIGHTMILL_VERSION, stage->name,
              NIGHTMILL_COMPILER, NIGHTMILL_FLAGS);
}

/* A section that holds nothing but a list has no name in front of its row's. */
static const char *prefix_of(const struct section *section)
{
    return pipeline_list_row(section) && section->n_rows == 1 ? NULL : section->key;
}

void usage_explain(const struct stage *stage, struct text *out)
{
    text_addf(out, "%s: %s\n\n", stage->name, stage->summary);
    add_paragraph(stage->about, out);
    if (command_reads_pipeline(stage)) {
        text_puts(out, "keys of the pipeline's file that every stage knows\n");
        option_explain(NULL, pipeline_rows, pipeline_n_rows, &pipeline_defaults, out);
    }
    for (size_t i = 0; i < stage->n_sections; i++) {
        const struct section *section = &stage->sections[i];
        text_addf(out, "\nsection '%s'\n", section->key);
        option_explain(prefix_of(section), section->rows, section->n_rows,
                       (const char *)stage->defaults + section->offset, out);
    }
    if (stage->explain) {
        text_putc(out, '\n');
        stage->explain(out);
    }
}

void usage_values(const struct run *run, struct text *out)
{
    const struct stage *stage = run->stage;
    if (command_reads_pipeline(stage))
        option_echo(NULL, pipeline_rows, pipeline_n_rows, &run->pipeline, out);
    for (size_t i = 0; i < stage->n_sections; i++) {
        const struct section *section = &stage->sections[i];
        option_echo(prefix_of(section), section->rows, section->n_rows,
                    (const char *)run->config + section->offset, out);
    }
    if (stage->n_options > 0) {
        text_puts(out, "# options\n");
        option_echo(NULL, stage->options, stage->n_options, run->config, out);
    }
}
