/* The command line of a stage.
 *
 * Options stand anywhere, as `--name value` or `--name=value`; `--` ends them; the last
 * of a repeated one counts, except that texts such as --set add up.  A stage's own option
 * goes before a common one of the same name.  Nothing is abbreviated: a name that works
 * today must not become ambiguous when an option is added. */
#include "stage/command.h"

#include "base/timestep.h"

/* A common option, and the bit of a stage that takes it; 0: all do. */
struct common_options {
    unsigned bit; // of enum stage_takes
    struct option_row row;
};

/* clang-format off */
static const struct common_options common[] = {
    {STAGE_DATA, OPTION(struct command, data, 0, 0, "DIR",
        "look for the sources' files below DIR")},
    {STAGE_IN, OPTION(struct command, in, 0, 0, "DIR",
        "read artifacts from DIR instead of artifacts/<pipeline>")},
    {STAGE_OUT, OPTION(struct command, out, 0, 0, "DIR",
        "write artifacts to DIR instead of artifacts/<pipeline>")},
    {STAGE_REPORTS, OPTION(struct command, reports, 0, 0, "DIR",
        "write the report to DIR instead of reports/<pipeline>")},
    {STAGE_AS_OF, OPTION(struct command, as_of, 0, 0, "DATE",
        "ignore everything later than DATE: a day (2020-01-31), a time (2020-01-31T10:00), the "
        "end of a month, week, quarter or year (2020-01, 2020-W05, 2020-Q1, 2020)")},
    {STAGE_SET, OPTION(struct command, set, 0, 0, "KEY=VALUE",
        "override a value of the pipeline's file (train.folds=5); may be repeated")},
    {STAGE_THREADS, OPTION(struct command, threads, 0, 256, "N",
        "threads to work with; 0: one, for long tables one a processor; results are the "
        "same")},
    {STAGE_MEMORY, OPTION(struct command, memory, 0, 0, "SIZE",
        "refuse at the start what would need more memory than SIZE (256M, 2G)")},
    {STAGE_MAX_ERRORS, OPTION(struct command, max_errors, 1, 1000000, "N",
        "faults in data to report before stopping")},
    {0, OPTION(struct command, record, 0, 0, "FILE",
        "append a line of JSON about the run to FILE, whatever comes of it")},
    {0, OPTION(struct command, quiet, 0, 0, NULL, "print errors and warnings only")},
    {0, OPTION(struct command, verbose, 0, 0, NULL, "print the whole configuration first")},
    {0, OPTION(struct command, explain, 0, 0, NULL,
        "print what the stage does and the keys that it reads; with a file, its values")},
    {0, OPTION(struct command, help, 0, 0, NULL, "print this text")},
    {0, OPTION(struct command, version, 0, 0, NULL, "print version, compiler and flags")},
};
/* clang-format on */

static const struct command defaults = {.max_errors = 10};

bool command_reads_pipeline(const struct stage *stage)
{
    return stage->operand && (strcmp(stage->operand, "PIPELINE.yaml") == 0 ||
                              strcmp(stage->operand, "[PIPELINE.yaml]") == 0);
}

const struct option_row *command_rows(const struct stage *stage, struct arena *mem,
                                      size_t *ret_n)
{
    struct option_row *rows = ARENA_ARRAY(mem, struct option_row, COUNT_OF(common));
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(common); i++)
        if (common[i].bit == 0 || (stage->takes & common[i].bit))
            rows[n++] = common[i].row;
    *ret_n = n;
    return rows;
}

const void *command_defaults(void)
{
    return &defaults;
}

/* Where the parser stands. */
struct command_parser {
    const struct stage *stage;
    const struct option_row *rows; // [n_rows] the common options that it takes
    size_t n_rows;
    char **next; // ends with NULL
    void *config;
    struct command *command;
    bool *given; // [n_options] of the stage's own
    bool ended;  // `--` was seen
    struct arena *mem;
};

const char *command_option(const struct option_row *row, struct arena *mem)
{
    struct text name = {.mem = mem};
    text_puts(&name, "--");
    for (const char *c = row->name; *c; c++)
        text_putc(&name, *c == '_' ? '-' : *c);
    return name.p;
}

/* True for a common option of some stage. */
static bool is_common(struct view name)
{
    struct view bare = {name.p + 2, name.n - 2};
    for (size_t i = 0; name.n > 2 && i < COUNT_OF(common); i++)
        if (option_find(&common[i].row, 1, bare))
            return true;
    return false;
}

/* Says that the option would change nothing here, and which ones would. */
static enum status takes_not(const struct command_parser *p, struct view name,
                             const char *const *names, size_t n, struct error *err)
{
    struct text list = {.mem = p->mem};
    for (size_t i = 0; i < n; i++)
        text_addf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    error_set(err, STATUS_USAGE, "option %s means nothing to '%s'",
              QUOTE_N(name.p, name.n), p->stage->name);
    error_hint(err, "it takes %s", list.p);
    return STATUS_USAGE;
}

static enum status unknown_option(struct command_parser *p, struct view name,
                                  struct error *err)
{
    size_t n = p->n_rows, own = p->stage->n_options;
    const char **names = ARENA_ARRAY(p->mem, const char *, n + own);
    for (size_t i = 0; i < n + own; i++) {
        names[i] =
            command_option(i < own ? &p->stage->options[i] : &p->rows[i - own], p->mem);
    }
    if (is_common(name))
        return takes_not(p, name, names, n + own, err);
    error_set(err, STATUS_USAGE, "unknown option %s", QUOTE_N(name.p, name.n));
    error_nearest(err, name, names, n + own);
    return STATUS_USAGE;
}

/* Puts the option's name before what is wrong with its value. */
static enum status name_option(const struct option_row *row, struct arena *mem,
                               struct error *err)
{
    struct error found = *err;
    error_set(err, STATUS_USAGE, "option '%s': %s", command_option(row, mem),
              found.message);
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

static enum status set_option(struct command_parser *p, const struct option_row *row,
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

static enum status parse_option(struct command_parser *p, const char *argument,
                                struct error *err)
{
    struct view name = {argument, strcspn(argument, "=")};
    const char *value = argument[name.n] ? argument + name.n + 1 : NULL;
    struct view bare = {name.p + 2, name.n - 2};
    const struct option_row *row =
        option_find(p->stage->options, p->stage->n_options, bare);
    if (row) {
        bool *given = &p->given[row - p->stage->options];
        bool repeated = *given;
        *given = true;
        return set_option(p, row, value, p->config, repeated, err);
    }
    row = option_find(p->rows, p->n_rows, bare);
    if (!row)
        return unknown_option(p, name, err);
    return set_option(p, row, value, p->command, true, err);
}

static enum status parse_operand(struct command_parser *p, const char *argument,
                                 struct error *err)
{
    struct texts *all = &p->command->operands;
    size_t most = p->stage->operands > 0 ? p->stage->operands : p->stage->operand != NULL;
    if (all->n >= most)
        return error_set(err, STATUS_USAGE, "unexpected operand %s", QUOTE(argument));
    if (argument[0] == '\0')
        return error_set(err, STATUS_USAGE, "an empty operand");
    struct texts one = {1, &(const char *){arena_string(p->mem, argument)}};
    append(&one, *all, p->mem);
    *all = one;
    p->command->operand = all->v[0];
    return STATUS_OK;
}

static enum status parse_argument(struct command_parser *p, const char *argument,
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

static enum status no_operand(const struct command_parser *p, struct error *err)
{
    error_set(err, STATUS_USAGE, "missing operand '%s'", p->stage->operand);
    if (command_reads_pipeline(p->stage))
        pipeline_hint(NULL, p->mem, err);
    return STATUS_USAGE;
}

/* Fails for a missing operand and for missing options of the stage's own. */
static enum status check_given(const struct command_parser *p, struct error *err)
{
    const struct command *c = p->command;
    for (size_t i = 0; i < p->stage->n_options && !c->explain; i++) {
        if (p->given[i] || !p->stage->options[i].required)
            continue;
        return error_set(err, STATUS_USAGE, "missing option '%s'",
                         command_option(&p->stage->options[i], p->mem));
    }
    const char *operand = p->stage->operand;
    if (operand && operand[0] != '[' && !c->operand && !c->explain)
        return no_operand(p, err);
    return STATUS_OK;
}

static enum status parse_as_of(struct command *c, struct error *err)
{
    int32_t days;
    if (!c->as_of)
        return STATUS_OK;
    c->has_as_of = timestep_end(view_of(c->as_of), &c->as_of_minute);
    if (c->has_as_of)
        return STATUS_OK;
    const char *dash = strchr(c->as_of, '-');
    bool month = dash && !strchr(dash + 1, '-');
    const char *wrong =
        date_parse(view_of(c->as_of), month ? "%Y-%m" : "%Y-%m-%d", &days);
    error_set(err, STATUS_USAGE, "option '--as-of': %s, found %s",
              wrong ? wrong : "expected a time", QUOTE(c->as_of));
    error_hint(err, "a day like 2020-01-31, a time like 2020-01-31T10:00, or the end of "
                    "2020-01, 2020-W05, 2020-Q1 or 2020");
    return STATUS_USAGE;
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
    struct command_parser p = {
        .stage = stage, .config = config, .command = &command, .mem = mem};
    p.rows = command_rows(stage, mem, &p.n_rows);
    p.given = ARENA_ARRAY(mem, bool, stage->n_options);
    p.next = argv + (argc > 0);
    while (*p.next && !command.help && !command.version)
        TRY(parse_argument(&p, *p.next++, err));
    if (!command.help && !command.version) {
        TRY(check_given(&p, err));
        TRY(check_values(&command, err));
    }
    command.given = p.given;
    *ret = command;
    return STATUS_OK;
}

const char *command_record(char **argv)
{
    const char *found = NULL;
    for (char **a = argv; *a && strcmp(*a, "--") != 0; a++)
        if (strcmp(*a, "--record") == 0 && a[1] && strncmp(a[1], "--", 2) != 0)
            found = a[1];
        else if (strncmp(*a, "--record=", 9) == 0)
            found = *a + 9;
    return found && found[0] ? found : NULL;
}
