/* Rules to features, and features to numbers. */
#include "data/feature.h"

#include "data/rolling.h"

static void formula_mean(const double *x, size_t n, size_t w, size_t least, double *ret)
{
    rolling_mean(x, n, w, least, ret);
}

static void formula_std(const double *x, size_t n, size_t w, size_t least, double *ret)
{
    rolling_std(x, n, w, least, ret);
}

static void formula_min(const double *x, size_t n, size_t w, size_t least, double *ret)
{
    rolling_min(x, n, w, least, ret);
}

static void formula_max(const double *x, size_t n, size_t w, size_t least, double *ret)
{
    rolling_max(x, n, w, least, ret);
}

static void formula_last(const double *x, size_t n, size_t w UNUSED, size_t least UNUSED,
                         double *ret)
{
    rolling_last(x, n, ret);
}

const struct feature_formula feature_formula_all[FORMULAS] = {
#define FORMULA(id, formula, has_window, text)                                           \
    [FORMULA_##id] = {.name = #formula,                                                  \
                      .summary = text,                                                   \
                      .windowed = has_window,                                            \
                      .compute = formula_##formula},
#include "data/formulas.def"
#undef FORMULA
};

/* clang-format off */
static const struct option_row rule_rows[] = {
    OPTION_ENUM(struct feature_rule, rolling, feature_formula_words + 1,
                  "formulas over the last `window` steps"),
    OPTION(struct feature_rule, lag, 0, 100000, "STEPS",
           "instead of rolling: the value so many steps ago; a step is one of time where "
           "rows have one, else a row"),
    OPTION(struct feature_rule, as_is, 0, 0, "PATTERNS",
           "instead of both: columns that are handed on as they stand, texts too; an empty "
           "cell leaves no row out"),
    OPTION(struct feature_rule, of, 0, 0, "PATTERNS",
           "the columns, by name; * stands for any characters; text columns are left "
           "out"),
    OPTION(struct feature_rule, except, 0, 0, "PATTERNS", "columns that are left out"),
    OPTION(struct feature_rule, window, 1, 100000, "STEPS",
           "steps that a formula sees; without it 1"),
    OPTION(struct feature_rule, min_periods, 0, 100000, "STEPS",
           "of which so many must be present; 0: all"),
    OPTION(struct feature_rule, shift, 0, 100000, "STEPS",
           "the window ends so many steps before the row; 0 is the row itself; without it "
           "1"),
};
/* clang-format on */

static const char *const all_columns[] = {"*"};
static const struct feature_rule rule_defaults = {.of = {1, all_columns},
                                                  .shift = FEATURE_UNSET};

const struct option_row feature_rules_rows[1] = {
    OPTION_LIST(struct feature_rules, features, struct feature_rule, rule_rows,
                &rule_defaults, "what each row knows about the rows before it"),
};

/* Work on one list of rules. */
struct planner {
    const struct schema *schema;
    const struct texts *targets;
    size_t names;
    struct arena *mem;
    struct features *to;
    size_t cap;
    const struct feature_rule *rule; // under work
};

static bool among(const struct texts *patterns, const char *name)
{
    for (size_t i = 0; i < patterns->n; i++)
        if (text_match(patterns->v[i], name))
            return true;
    return false;
}

bool features_read(const struct items *rules, const struct texts *targets,
                   const char *column)
{
    const struct feature_rule *rule = rules->v;
    bool read = rules->n == 0 && !texts_hold(targets, column);
    for (size_t i = 0; !read && i < rules->n; i++)
        read = rule[i].as_is.n == 0 && among(&rule[i].of, column) &&
               !among(&rule[i].except, column);
    return read;
}

static enum status fault(struct error *err, enum status status, const char *key)
{
    error_field(err, key);
    return status;
}

static bool is_target(const struct planner *p, size_t c)
{
    return texts_hold(p->targets, p->schema->field[c].name);
}

static const char *feature_name(struct planner *p, const struct feature *f)
{
    if (!f->formula->windowed)
        return f->shift ? arena_format(p->mem, "%s_lag%zu", f->column, f->shift)
                        : f->column;
    const char *lag = f->shift ? arena_format(p->mem, "_lag%zu", f->shift) : "";
    return arena_format(p->mem, "%s_%s%zu%s", f->column, f->formula->name, f->window,
                        lag);
}

static enum status shows_target(const struct planner *p, const struct feature *f,
                                struct error *err)
{
    const struct feature_rule *rule = p->rule;
    error_set(err, STATUS_INPUT, "feature %s would show the target of its own row",
              QUOTE(f->name));
    if (rule->as_is.n > 0)
        error_hint(err, "leave it out: `except: %s`", f->column);
    else if (rule->lag.n > 0)
        error_hint(err, "a lag of 0 is the row itself");
    else
        error_hint(err, "set shift to at least 1, or leave the target out with `except`");
    return fault(err, STATUS_INPUT,
                 rule->as_is.n > 0 ? "features[].as_is"
                 : rule->lag.n > 0 ? "features[].lag"
                                   : "features[].shift");
}

static enum status add(struct planner *p, struct feature f, struct error *err)
{
    struct features *to = p->to;
    f.column = p->schema->field[f.source].name;
    f.name = feature_name(p, &f);
    if (f.shift == 0 && is_target(p, f.source))
        return shows_target(p, &f, err);
    for (size_t i = 0; i < to->n; i++)
        if (strcmp(to->feature[i].name, f.name) == 0)
            return fault(
                err,
                error_set(err, STATUS_INPUT, "feature %s comes twice", QUOTE(f.name)),
                "features");
    ARENA_ROOM(p->mem, to->feature, to->n, p->cap, 64);
    size_t reach = f.shift + (f.formula->windowed ? f.window - 1 : 0);
    to->reach = reach > to->reach ? reach : to->reach;
    to->ahead = f.shift < to->ahead ? f.shift : to->ahead;
    to->feature[to->n++] = f;
    to->n_texts += f.text;
    return STATUS_OK;
}

static bool numeric(const struct field *f)
{
    return f->type != TYPE_TEXT && f->type != TYPE_DATE && f->type != TYPE_TIME;
}

/* One feature for every column of the rule. */
static enum status add_columns(struct planner *p, const struct feature_rule *rule,
                               struct feature f, struct error *err)
{
    for (size_t c = 0; c < p->schema->n; c++) {
        const struct field *field = &p->schema->field[c];
        if (c < p->names || !numeric(field) || !among(&rule->of, field->name) ||
            among(&rule->except, field->name))
            continue;
        f.source = c;
        TRY(add(p, f, err));
    }
    return STATUS_OK;
}

static bool handed_on(const struct field *f)
{
    return numeric(f) || f->type == TYPE_TEXT;
}

/* The rule's columns as they stand. */
static enum status add_as_is(struct planner *p, const struct feature_rule *rule,
                             struct error *err)
{
    struct feature f = {.window = 1, .formula = &feature_formula_all[FORMULA_LAST]};
    for (size_t c = 0; c < p->schema->n; c++) {
        const struct field *field = &p->schema->field[c];
        if (c < p->names || !handed_on(field) || !among(&rule->as_is, field->name) ||
            among(&rule->except, field->name))
            continue;
        f.source = c;
        f.text = field->type == TYPE_TEXT;
        TRY(add(p, f, err));
    }
    return STATUS_OK;
}

/* What is wrong with a pattern that finds nothing. */
static enum status no_match(const struct planner *p, const char *pattern,
                            const char *wanted, const char *key, struct error *err)
{
    const char **names = ARENA_ARRAY(p->mem, const char *, p->schema->n);
    for (size_t c = 0; c < p->schema->n; c++)
        names[c] = p->schema->field[c].name;
    const char *near = text_nearest(view_of(pattern), names, p->schema->n);
    error_set(err, STATUS_INPUT, "no %s matches %s", wanted, QUOTE(pattern));
    if (near && strcmp(near, pattern) == 0)
        error_hint(err, "%s is a column, but no %s", QUOTE(near), wanted);
    else if (near)
        error_hint(err, "there is %s", QUOTE(near));
    return fault(err, STATUS_INPUT, key);
}

/* Every pattern must find a column that it can mean: one that was mistyped would leave
 * out, or leave in, what it was meant for. */
static enum status check_patterns(const struct planner *p, const struct texts *patterns,
                                  bool (*means)(const struct field *f), const char *key,
                                  struct error *err)
{
    for (size_t i = 0; i < patterns->n; i++) {
        bool found = false;
        for (size_t c = 0; c < p->schema->n && !found; c++)
            found = c >= p->names && means(&p->schema->field[c]) &&
                    text_match(patterns->v[i], p->schema->field[c].name);
        if (!found)
            return no_match(p, patterns->v[i],
                            means == numeric ? "column of numbers"
                                             : "column of numbers or text",
                            key, err);
    }
    return STATUS_OK;
}

/* What a lag, or a column as it stands, does not heed is not taken beside one. */
static enum status check_idle(const struct feature_rule *rule, const char *beside,
                              struct error *err)
{
    const char *idle = rule->window > 0               ? "features[].window"
                       : rule->min_periods > 0        ? "features[].min_periods"
                       : rule->shift != FEATURE_UNSET ? "features[].shift"
                                                      : NULL;
    if (!idle)
        return STATUS_OK;
    return fault(err,
                 error_set(err, STATUS_INPUT, "'%s' means nothing beside '%s'",
                           strchr(idle, '.') + 1, beside),
                 idle);
}

/* A rule of columns as they stand. */
static enum status add_handed(struct planner *p, const struct feature_rule *rule,
                              struct error *err)
{
    TRY(check_idle(rule, "as_is", err));
    if (rule->of.v != rule_defaults.of.v)
        return fault(err,
                     error_set(err, STATUS_INPUT, "'of' means nothing beside 'as_is'"),
                     "features[].of");
    TRY(check_patterns(p, &rule->as_is, handed_on, "features[].as_is", err));
    TRY(check_patterns(p, &rule->except, handed_on, "features[].except", err));
    return add_as_is(p, rule, err);
}

static enum status add_rule(struct planner *p, const struct feature_rule *rule,
                            struct error *err)
{
    if ((rule->rolling.n > 0) + (rule->lag.n > 0) + (rule->as_is.n > 0) != 1)
        return fault(err,
                     error_set(err, STATUS_INPUT,
                               "expected either 'rolling', 'lag' or 'as_is' in a rule"),
                     "features[]");
    if (rule->as_is.n > 0)
        return add_handed(p, rule, err);
    if (rule->lag.n > 0)
        TRY(check_idle(rule, "lag", err));
    size_t window = rule->window > 0 ? rule->window : 1;
    if (rule->min_periods > window)
        return fault(err,
                     error_set(err, STATUS_INPUT,
                               "min_periods %zu is more than the window's %zu steps",
                               rule->min_periods, window),
                     "features[].min_periods");
    TRY(check_patterns(p, &rule->of, numeric, "features[].of", err));
    TRY(check_patterns(p, &rule->except, numeric, "features[].except", err));
    struct feature f = {.window = window,
                        .shift = rule->shift != FEATURE_UNSET ? rule->shift : 1,
                        .min_periods = rule->min_periods ? rule->min_periods : window};
    for (size_t i = 0; i < rule->rolling.n; i++) {
        f.formula = &feature_formula_all[rule->rolling.v[i]];
        TRY(add_columns(p, rule, f, err));
    }
    for (size_t i = 0; i < rule->lag.n; i++) {
        f = (struct feature){
            .window = 1, .min_periods = 1, .formula = &feature_formula_all[FORMULA_LAST]};
        f.shift = (size_t)rule->lag.v[i];
        if ((double)f.shift != rule->lag.v[i])
            return fault(err,
                         error_set(err, STATUS_INPUT, "expected whole numbers of steps"),
                         "features[].lag");
        TRY(add_columns(p, rule, f, err));
    }
    return STATUS_OK;
}

static enum status add_plain(struct planner *p, struct error *err)
{
    struct feature f = {
        .window = 1, .min_periods = 1, .formula = &feature_formula_all[FORMULA_LAST]};
    for (size_t c = 0; c < p->schema->n; c++) {
        if (is_target(p, c) || c < p->names || !numeric(&p->schema->field[c]))
            continue;
        f.source = c;
        TRY(add(p, f, err));
    }
    return STATUS_OK;
}

/* Says which of the rules has the fault. */
static enum status in_rule(size_t i, struct error *err)
{
    char field[sizeof err->loc.field + 24];
    const char *rest = strchr(err->loc.field, ']');
    if (rest) {
        snprintf(field, sizeof field, "features[%zu%s", i, rest);
        err->loc.field[0] = '\0';
        error_field(err, field);
    }
    return err->status;
}

enum status features_plan(const struct items *rules, const struct schema *schema,
                          const struct texts *targets, size_t names, struct arena *mem,
                          struct features *ret, struct error *err)
{
    struct features plan = {.ahead = SIZE_MAX};
    struct planner p = {schema, targets, names, mem, &plan, 0, NULL};
    const struct feature_rule *rule = rules->v;
    for (size_t i = 0; i < rules->n; i++) {
        p.rule = &rule[i];
        if (add_rule(&p, p.rule, err) != STATUS_OK)
            return in_rule(i, err);
    }
    if (rules->n == 0)
        TRY(add_plain(&p, err));
    if (plan.n == 0 && (rules->n > 0 || targets->n == 0))
        return fault(err, error_set(err, STATUS_INPUT, "no feature comes of the rules"),
                     "features");
    plan.ahead = plan.n > 0 ? plan.ahead : 1; // the target alone: a step is to come
    *ret = plan;
    return STATUS_OK;
}

void feature_compute(const struct feature *f, const double *x, size_t n, double *scratch,
                     double *ret)
{
    if (f->shift == 0) {
        f->formula->compute(x, n, f->window, f->min_periods, ret);
        return;
    }
    f->formula->compute(x, n, f->window, f->min_periods, scratch);
    rolling_shift(scratch, n, f->shift, ret);
}
