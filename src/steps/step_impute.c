/* Filling an empty cell with a figure of its column, by scikit-learn's SimpleImputer, and a
 * column of 0 and 1 beside it that says where cells were empty (its add_indicator).
 *
 * Indicators stand behind the other columns, for those columns that had an empty cell among
 * the rows that were learnt from; so only learning tells how many there are. */
#include <math.h>

#include "data/stats.h"
#include "file/json.h"
#include "steps/impute.h"

enum impute_strategy {
    IMPUTE_MEAN,
    IMPUTE_MEDIAN,
    IMPUTE_MOST_FREQUENT,
    IMPUTE_CONSTANT
};
#define STRATEGIES "mean|median|most_frequent|constant" // in that order

struct impute_params {
    enum impute_strategy strategy;
    double fill_value;
    bool add_indicator;
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION_ENUM(struct impute_params, strategy, STRATEGIES,
                  "the figure of the rows that have the column; of equally frequent values "
                  "the least"),
    OPTION(struct impute_params, fill_value, 0, 0, "REAL", "of the strategy 'constant'"),
    OPTION(struct impute_params, add_indicator, 0, 0, "BOOL",
           "adds NAME_missing, 1 where the cell was empty, for each column with such cells"),
};
/* clang-format on */

static const struct impute_params defaults = {.strategy = IMPUTE_MEAN};

struct impute_state {
    enum impute_strategy strategy;
    size_t p, n_indicators;
    double *fill;      // [p]
    double *indicator; // [n_indicators] columns, ascending
};

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    const struct impute_params *q = params;
    if (q->strategy != IMPUTE_CONSTANT && q->fill_value != 0) {
        error_set(err, STATUS_INPUT, "fill_value counts with strategy: constant only");
        error_field(err, "impute.fill_value");
        return STATUS_INPUT;
    }
    TRY(impute_width(params, in, ret, err));
    ret->open |= q->add_indicator;
    return STATUS_OK;
}

static double figure_of(const struct impute_params *q, double *present, size_t n)
{
    if (q->strategy == IMPUTE_CONSTANT)
        return q->fill_value;
    if (q->strategy == IMPUTE_MEAN)
        return impute_mean(present, n);
    stats_sort(present, n);
    return q->strategy == IMPUTE_MEDIAN ? impute_median(present, n)
                                        : impute_most_frequent(present, n);
}

static struct impute_state *state_new(struct arena *mem, size_t p, size_t n_indicators)
{
    struct impute_state *s = ARENA_NEW(mem, struct impute_state);
    *s = (struct impute_state){.p = p, .n_indicators = n_indicators};
    s->fill = ARENA_ARRAY(mem, double, p);
    s->indicator = ARENA_ARRAY(mem, double, n_indicators);
    return s;
}

static enum status fit(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    (void)y;
    const struct impute_params *q = params;
    struct arena scratch = {0};
    if (q->strategy != IMPUTE_CONSTANT)
        TRY(impute_check(x, err));
    struct impute_state *s = state_new(context->mem, x->p, x->p);
    double *present = ARENA_ARRAY(&scratch, double, x->n);
    s->strategy = q->strategy;
    s->n_indicators = 0;
    for (size_t c = 0; c < x->p; c++) {
        size_t n = impute_present(x, c, present);
        s->fill[c] = figure_of(q, present, n);
        if (q->add_indicator && n < x->n)
            s->indicator[s->n_indicators++] = (double)c;
    }
    arena_release(&scratch);
    *ret_state = s;
    return STATUS_OK;
}

/* x with a column behind for each indicator. */
static void add_indicators(const struct impute_state *s, const struct matrix *x,
                           struct arena *mem, struct matrix *ret)
{
    size_t p = x->p + s->n_indicators;
    const double **col = ARENA_ARRAY(mem, const double *, p);
    const char **name = x->name ? ARENA_ARRAY(mem, const char *, p) : NULL;
    for (size_t c = 0; c < p; c++) {
        size_t of = c < x->p ? c : (size_t)s->indicator[c - x->p];
        bool own = c < x->p;
        double *told = own ? NULL : ARENA_ARRAY(mem, double, x->n);
        for (size_t i = 0; !own && i < x->n; i++)
            told[i] = isnan(x->col[of][i]) ? 1 : 0;
        col[c] = own ? ret->col[c] : told;
        if (name)
            name[c] = own ? x->name[c] : arena_format(mem, "%s_missing", x->name[of]);
    }
    ret->p = p;
    ret->col = col;
    ret->name = name;
}

static enum status apply(const void *state, const struct matrix *x, struct arena *mem,
                         struct matrix *ret, struct error *err)
{
    (void)err;
    const struct impute_state *s = state;
    double **col;
    *ret = impute_copy(mem, x, &col);
    for (size_t c = 0; c < x->p; c++)
        for (size_t i = 0; col[c] && i < x->n; i++)
            col[c][i] = isnan(col[c][i]) ? s->fill[c] : col[c][i];
    if (s->n_indicators > 0)
        add_indicators(s, x, mem, ret);
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct impute_state *s = state;
    struct view strategy = option_word(STRATEGIES, s->strategy);
    return json_pack("{s:s%, s:o, s:o}", "strategy", strategy.p, strategy.n, "fill",
                     json_reals(s->fill, s->p), "indicators",
                     json_reals(s->indicator, s->n_indicators));
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    unsigned strategy;
    size_t n = json_count_reals(saved, "indicators");
    struct impute_state *s = state_new(mem, in->p, n);
    TRY(json_get_word(saved, "strategy", STRATEGIES, path, &strategy, err));
    s->strategy = (enum impute_strategy)strategy;
    TRY(json_get_reals(saved, "fill", path, s->p, s->fill, err));
    TRY(json_get_reals(saved, "indicators", path, n, s->indicator, err));
    for (size_t i = 0; i < n; i++) {
        double least = i > 0 ? s->indicator[i - 1] + 1 : 0, c = s->indicator[i];
        if (!(c >= least && c < (double)in->p && floor(c) == c))
            return error_refuse(err, path, "indicators",
                                "expected places of columns, ascending, found %g", c);
    }
    *ret_state = s;
    *ret = *in;
    ret->p += n;
    ret->missing = false;
    return STATUS_OK;
}

const struct step step_impute = {
    .name = "impute",
    .summary =
        "fills empty cells with the mean, median or most frequent value of the column",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct impute_params),
    .defaults = &defaults,
    .takes = STEP_MISSING | STEP_TEXT | STEP_SPARSE,
    .width = width,
    .fit = fit,
    .apply = apply,
    .save = save,
    .load = load,
};
