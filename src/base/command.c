/* The command line of a stage.
 *
 * Options stand anywhere, as `--name value` or `--name=value`; `--` ends them; the last
 * of a repeated one counts, except that texts such as --set add up.  A stage's own option
 * goes before a common one of the same name.  Nothing is abbreviated: a name that works
 * today must not become ambiguous when an option is added. */
#include "base/command.h"

#include "base/date.h"

/* clang-format off */
static const struct option_row rows[] = {
    // The first ones need a pipeline's file.
    OPTION(struct command, data, 0, 0, "DIR", "look for the sources' files below DIR"),
    OPTION(struct command, out, 0, 0, "DIR",
           "write artifacts to DIR instead of artifacts/<pipeline>"),
    OPTION(struct command, reports, 0, 0, "DIR",
           "write reports to DIR instead of reports/<pipeline>, or the folder of --out"),
    OPTION(struct command, as_of, 0, 0, "DATE",
           "ignore everything later than DATE, a day (2020-01-31) or a month (2020-01)"),
    OPTION(struct command, set, 0, 0, "KEY=VALUE",
           "override a value of the pipeline's file (train.folds=5); may be repeated"),
    OPTION(struct command, threads, 1, 256, "N",
           "threads to work with; results are the same"),
    OPTION(struct command, memory, 0, 0, "SIZE",
           "refuse at the start what would need more memory than SIZE (256M, 2G)"),
    OPTION(struct command, max_errors, 1, 1000000, "N",
           "faults in data to report before stopping"),
    OPTION(struct command, quiet, 0, 0, NULL, "print errors and warnings only"),
    OPTION(struct command, verbose, 0, 0, NULL, "print the whole configuration first"),
    OPTION(struct command, explain, 0, 0, NULL,
           "print what the stage does and the keys that it reads; with a file, its values"),
    OPTION(struct command, help, 0, 0, NULL, "print this text"),
    OPTION(struct command, version, 0, 0, NULL, "print version, compiler and flags"),
};
/* clang-format on */
#define N_PIPELINE_ROWS 5

static const struct command defaults = {.threads = 1, .max_errors = 10};

bool command_reads_pipeline(const struct stage *stage)
{
    return stage->operand && strcmp(stage->operand, "PIPELINE.yaml") == 0;
}

const struct option_row *command_rows(const struct stage *stage, size_t *ret_n)
{
    size_t skip = command_reads_pipeline(stage) ? 0 : N_PIPELINE_ROWS;
    *ret_n = COUNT_OF(rows) - skip;
    return rows + skip;
}

const void *command_defaults(void)
{
    return &defaults;
}

/* Where the parser stands. */
struct parser {
    const struct stage *stage;
    char **next; // ends with NULL
    void *config;
    struct command *command;
    bool *given; // [n_options] of the stage's own
    bool ended;  // `--` was seen
    struct arena *mem;
};

static void option_name(const struct option_row *row, struct text *out)
{
    text_puts(out, "--");
    for (const char *c = row->name; *c; c++)
        text_putc(out, *c == '_' ? '-' : *c);
}

static enum status unknown_option(struct parser *p, struct view name, struct error *err)
{
    size_t n, own = p->stage->n_options;
    const struct option_row *common = command_rows(p->stage, &n);
    const char **names = ARENA_ARRAY(p->mem, const char *, n + own);
    for (size_t i = 0; i < n + own; i++) {
        struct text text = {.mem = p->mem};
        option_name(i < own ? &p->stage->options[i] : &common[i - own], &text);
        names[i] = text.p;
    }
    error_set(err, STATUS_USAGE, "unknown option %s", QUOTE_N(name.p, name.n));
    const char *nearest = text_nearest(name, names, n + own);
    if (nearest)
        error_hint(err, "did you mean '%s'?", nearest);
    return STATUS_USAGE;
}

/* Puts the option's name before what is wrong with its value. */
static enum status name_option(const struct option_row *row, struct arena *mem,
                               struct error *err)
{
    struct error found = *err;
    struct text name = {.mem = mem};
    option_name(row, &name);
    error_set(err, STATUS_USAGE, "option '%s': %s", name.p, found.message);
    if (found.hint[0])
        error_hint(err, "%s", found.hint);
    return STATUS_USAGE;
}

/* Puts the former texts of a repeated option before the new one. */
static void append(struct texts *place, struct texts former, struct arena *mem)
{
    const char **v = ARENA_ARRAY(mem, const char *, former.n + 1);
    if (former.n)
        memcpy(v, former.v, former.n * sizeof(*v));
    v[former.n] = place->v[0];
    *place = (struct texts){former.n + 1, v};
}

static enum status set_option(struct parser *p, const struct option_row *row,
                              const char *value, void *base, bool repeated,
                              struct error *err)
{
    if (!value && row->kind == OPTION_BOOL)
        value = "true";
    if (!value && *p->next && strncmp(*p->next, "--", 2) != 0)
        value = *p->next++;
    if (!value) {
        error_set(err, STATUS_USAGE, "a value is missing");
        return name_option(row, p->mem, err);
    }
    struct texts *place = (void *)((char *)base + row->offset);
    struct texts former = {0};
    if (row->kind == OPTION_TEXTS && repeated)
        former = *place;
    if (option_parse(row, value, base, p->mem, err) != STATUS_OK)
        return name_option(row, p->mem, err);
    if (row->kind == OPTION_TEXTS)
        append(place, former, p->mem);
    return STATUS_OK;
}

static enum status parse_option(struct parser *p, const char *argument, struct error *err)
{
    struct view name = {argument, strcspn(argument, "=")};
    const char *value = argument[name.n] ? argument + name.n + 1 : NULL;
    struct view bare = {name.p + 2, name.n - 2};
    size_t own = p->stage->n_options, n;
    const struct option_row *row = option_find(p->stage->options, own, bare);
    if (row) {
        bool *given = &p->given[row - p->stage->options];
        bool repeated = *given;
        *given = true;
        return set_option(p, row, value, p->config, repeated, err);
    }
    const struct option_row *common = command_rows(p->stage, &n);
    row = option_find(common, n, bare);
    if (!row)
        return unknown_option(p, name, err);
    return set_option(p, row, value, p->command, true, err);
}

static enum status parse_operand(struct parser *p, const char *argument,
                                 struct error *err)
{
    if (p->command->operand || !p->stage->operand)
        return error_set(err, STATUS_USAGE, "unexpected operand %s", QUOTE(argument));
    if (argument[0] == '\0')
        return error_set(err, STATUS_USAGE, "an empty operand");
    p->command->operand = arena_string(p->mem, argument);
    return STATUS_OK;
}

static enum status parse_argument(struct parser *p, const char *argument,
                                  struct error *err)
{
    if (p->ended || argument[0] != '-' || argument[1] == '\0')
        return parse_operand(p, argument, err);
    if (strcmp(argument, "--") == 0) {
        p->ended = true;
        return STATUS_OK;
    }
    if (strcmp(argument, "-h") == 0) {
        p->command->help = true;
        return STATUS_OK;
    }
    if (argument[1] != '-')
        return unknown_option(p, view_of(argument), err);
    return parse_option(p, argument, err);
}

/* Fails for a missing operand and for missing options of the stage's own. */
static enum status check_given(const struct parser *p, struct error *err)
{
    const struct command *c = p->command;
    for (size_t i = 0; i < p->stage->n_options && !c->explain; i++) {
        if (p->given[i] || !p->stage->options[i].required)
            continue;
        struct text name = {.mem = p->mem};
        option_name(&p->stage->options[i], &name);
        return error_set(err, STATUS_USAGE, "missing option '%s'", name.p);
    }
    const char *operand = p->stage->operand;
    if (operand && operand[0] != '[' && !c->operand && !c->explain)
        return error_set(err, STATUS_USAGE, "missing operand '%s'", operand);
    return STATUS_OK;
}

static enum status parse_as_of(struct command *c, struct error *err)
{
    if (!c->as_of)
        return STATUS_OK;
    struct view v = view_of(c->as_of);
    int32_t days;
    const char *dash = strchr(c->as_of, '-');
    bool month = dash && !strchr(dash + 1, '-');
    const char *wrong = date_parse(v, month ? "%Y-%m" : "%Y-%m-%d", &days);
    if (wrong) {
        error_set(err, STATUS_USAGE, "option '--as-of': %s, found %s", wrong,
                  QUOTE(c->as_of));
        error_hint(err,
                   "a day like 2020-01-31, or a month like 2020-01, which means its end");
        return STATUS_USAGE;
    }
    c->has_as_of = true;
    c->as_of_days = month ? month_add(days, 1) - 1 : days;
    return STATUS_OK;
}

/* Parses "256M", "2GiB", "1048576". */
static bool parse_memory(struct view v, size_t *ret)
{
    static const char units[] = "KMGT";
    size_t digits = 0, size;
    while (digits < v.n && v.p[digits] >= '0' && v.p[digits] <= '9')
        digits++;
    if (!text_size((struct view){v.p, digits}, &size) || size == 0)
        return false;
    struct view unit = {v.p + digits, v.n - digits};
    unsigned shift = 0;
    const char *known = unit.n > 0 ? memchr(units, unit.p[0], sizeof(units) - 1) : NULL;
    if (known) {
        shift = 10 * ((unsigned)(known - units) + 1);
        unit = (struct view){unit.p + 1, unit.n - 1};
    }
    bool end = unit.n == 0 || view_is(unit, "B") || (shift > 0 && view_is(unit, "iB"));
    if (!end || size > SIZE_MAX >> shift)
        return false;
    *ret = size << shift;
    return true;
}

static enum status check_values(struct command *c, struct error *err)
{
    if (c->memory && !parse_memory(view_of(c->memory), &c->memory_bytes))
        return error_set(err, STATUS_USAGE,
                         "option '--memory': expected a number of bytes like 256M or 2G, "
                         "found %s",
                         QUOTE(c->memory));
    return parse_as_of(c, err);
}

enum status command_parse(const struct stage *stage, int argc, char **argv, void *config,
                          struct command *ret, struct arena *mem, struct error *err)
{
    struct command command = defaults;
    struct parser p = {.stage = stage, .config = config, .command = &command, .mem = mem};
    p.given = ARENA_ARRAY(mem, bool, stage->n_options);
    p.next = argv + (argc > 0);
    while (*p.next && !command.help && !command.version)
        TRY(parse_argument(&p, *p.next++, err));
    if (!command.help && !command.version) {
        TRY(check_given(&p, err));
        TRY(check_values(&command, err));
    }
    *ret = command;
    return STATUS_OK;
}
