/* Keeping the k columns that tell most about the target, by one of the scores of
 * rank.h.
 *
 * The kept columns stay in the order in which they came, as in scikit-learn's
 * SelectKBest.  The sets for several k are prefixes of one ranking, so a search ranks
 * once. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "file/json.h"
#include "steps/rank.h"
#include "steps/select.h"
#include "steps/step.h"

struct select_state {
    enum select_by by;
    size_t p, k;
    const size_t *kept;  // [k], ascending
    const double *score; // [p], finite
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION_ENUM(struct select_params, by, SELECT_BY_WORDS,
                  "the score of a column against the target"),
    OPTION(struct select_params, k, 1, 1e6, "N", "columns to keep"),
};
/* clang-format on */

static const struct select_params defaults = {.by = SELECT_MUTUAL_INFORMATION, .k = 10};

void select_rank(enum select_by by, const struct matrix *x, const double *y,
                 double *ret_score, size_t *ret_order)
{
    if (by == SELECT_F_SCORE)
        rank_f_score(x, y, ret_score);
    else
        rank_mutual_information(x, y, ret_score);
    rank_order(ret_score, x->p, ret_order);
}

static enum status check_k(const struct select_params *q, size_t p, struct error *err)
{
    if (q->k > p) {
        error_set(err, STATUS_INPUT, "k is %zu but there %s only %zu feature%s", q->k,
                  p == 1 ? "is" : "are", p, p == 1 ? "" : "s");
        error_field(err, "select.k");
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    const struct select_params *q = params;
    if (!in->open)
        TRY(check_k(q, in->p, err));
    *ret = *in;
    ret->p = q->k;
    return STATUS_OK;
}

static int ascending(const void *a, const void *b)
{
    const size_t *u = a, *v = b;
    return (*u > *v) - (*u < *v);
}

const size_t *select_best(const size_t *order, size_t k, struct arena *mem)
{
    size_t *kept = ARENA_ARRAY(mem, size_t, k);
    memcpy(kept, order, k * sizeof *kept);
    qsort(kept, k, sizeof *kept, ascending);
    return kept;
}

/* A column's score for every column, and their order. */
static void rank(enum select_by by, const struct matrix *x, const struct target *y,
                 double *ret_score, size_t *ret_order)
{
    select_rank(by, x, y->y.col[0], ret_score, ret_order);
    /* An infinite f score cannot stand in a model file. */
    for (size_t c = 0; c < x->p; c++)
        ret_score[c] = isnan(ret_score[c]) ? 0 : fmin(ret_score[c], DBL_MAX);
}

static struct select_state *state_of(const struct select_params *q, size_t p,
                                     const double *score, const size_t *order,
                                     struct arena *mem)
{
    double *own = ARENA_ARRAY(mem, double, p);
    struct select_state *s = ARENA_NEW(mem, struct select_state);
    memcpy(own, score, p * sizeof *own);
    *s = (struct select_state){q->by, p, q->k, select_best(order, q->k, mem), own};
    return s;
}

static enum status fit_path(const void *const *params, size_t n, const struct matrix *x,
                            const struct target *y, const struct fit_context *context,
                            const struct step_sink *sink, struct error *err)
{
    const struct select_params *ranked = NULL;
    struct arena scratch = {0};
    for (size_t i = 0; i < n; i++)
        TRY(check_k(params[i], x->p, err));
    size_t *order = ARENA_ARRAY(&scratch, size_t, x->p);
    double *score = ARENA_ARRAY(&scratch, double, x->p);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        const struct select_params *q = params[i];
        if (!ranked || ranked->by != q->by)
            rank(q->by, x, y, score, order);
        ranked = q;
        struct select_state *s = state_of(q, x->p, score, order, context->mem);
        status = sink->take(sink->context, i, s, err);
    }
    arena_release(&scratch);
    return status;
}

static enum status apply(const void *state, const struct matrix *x, struct arena *mem,
                         struct matrix *ret, struct error *err)
{
    (void)err;
    const struct select_state *s = state;
    *ret = matrix_columns(mem, x, s->kept, s->k);
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct select_state *s = state;
    json_t *kept = json_array();
    for (size_t i = 0; i < s->k; i++)
        json_array_append_new(kept, json_integer((json_int_t)s->kept[i]));
    struct view by = option_word(SELECT_BY_WORDS, s->by);
    return json_pack("{s:s%, s:o, s:o}", "by", by.p, by.n, "kept", kept, "scores",
                     json_reals(s->score, s->p));
}

MUST_USE static enum status bad_index(const char *path, size_t at, size_t p,
                                      struct error *err)
{
    return error_refuse(
        err, path, "kept",
        "expected ascending column numbers below %zu, found another thing at %zu", p,
        at + 1);
}

/* Ascending numbers in [0, p), at least one. */
static enum status load_kept(const json_t *kept, size_t p, const char *path, size_t *ret,
                             struct error *err)
{
    size_t k = json_array_size(kept);
    if (k == 0 || k > p)
        return bad_index(path, k, p, err);
    for (size_t i = 0; i < k; i++) {
        const json_t *item = json_array_get(kept, i);
        json_int_t v = json_integer_value(item);
        if (!json_is_integer(item) || v < 0 || (size_t)v >= p ||
            (i > 0 && (size_t)v <= ret[i - 1]))
            return bad_index(path, i, p, err);
        ret[i] = (size_t)v;
    }
    return STATUS_OK;
}

static enum status load_by(const json_t *saved, const char *path, unsigned *ret,
                           struct error *err)
{
    const char *by;
    TRY(json_get_text(saved, "by", path, &by, err));
    if (option_index(SELECT_BY_WORDS, view_of(by), ret))
        return STATUS_OK;
    return error_refuse(err, path, "by", "unknown score %s", QUOTE(by));
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    size_t p = in->p;
    unsigned by;
    json_t *list;
    TRY(load_by(saved, path, &by, err));
    TRY(json_get_array(saved, "kept", path, &list, err));
    size_t *kept = ARENA_ARRAY(mem, size_t, p);
    TRY(load_kept(list, p, path, kept, err));
    double *score = ARENA_ARRAY(mem, double, p);
    TRY(json_get_reals(saved, "scores", path, p, score, err));

    struct select_state *s = ARENA_NEW(mem, struct select_state);
    *s = (struct select_state){by, p, json_array_size(list), kept, score};
    *ret_state = s;
    *ret = *in;
    ret->p = s->k;
    return STATUS_OK;
}

const struct step step_select = {
    .name = "select",
    .summary = "keep the k columns with the highest score against the target",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct select_params),
    .defaults = &defaults,
    .tasks = ON_REGRESSION, // both scores are of a real target
    .width = width,
    .fit_path = fit_path,
    .apply = apply,
    .save = save,
    .load = load,
};
