/* All monomials of the columns up to a degree, the constant included. */
#include <string.h>

#include "file/json.h"
#include "steps/polynomial.h"
#include "steps/step.h"

struct polynomial_state {
    size_t p, degree;
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct polynomial_params, degree, 1, POLYNOMIAL_MAX_DEGREE, "N",
           "highest degree of a monomial; all of them are at most 20000 columns"),
};
/* clang-format on */

static const struct polynomial_params defaults = {.degree = 2};

static enum status check_degree(const struct polynomial_params *q, size_t p,
                                size_t *ret_terms, struct error *err)
{
    size_t terms = polynomial_terms(p, q->degree);
    if (terms > POLYNOMIAL_MAX) {
        error_set(err, STATUS_INPUT,
                  "degree %zu of %zu columns makes more than %d columns", q->degree, p,
                  POLYNOMIAL_MAX);
        error_field(err, "polynomial.degree");
        error_hint(err,
                   "lower polynomial.degree, or keep fewer columns before it (select.k)");
        return STATUS_INPUT;
    }
    *ret_terms = terms;
    return STATUS_OK;
}

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    size_t terms;
    TRY(check_degree(params, in->p, &terms, err));
    *ret = *in;
    ret->p = terms;
    return STATUS_OK;
}

static enum status fit(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    (void)y;
    const struct polynomial_params *q = params;
    size_t terms;
    TRY(check_degree(q, x->p, &terms, err));
    struct polynomial_state *s = ARENA_NEW(context->mem, struct polynomial_state);
    *s = (struct polynomial_state){x->p, q->degree};
    *ret_state = s;
    return STATUS_OK;
}

static enum status apply(const void *state, const struct matrix *x, struct arena *mem,
                         struct matrix *ret, struct error *err)
{
    (void)err;
    const struct polynomial_state *s = state;
    *ret = polynomial_expand(x, s->degree, mem);
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct polynomial_state *s = state;
    return json_pack("{s:I, s:I}", "columns", (json_int_t)s->p, "degree",
                     (json_int_t)s->degree);
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    size_t p = in->p;
    size_t columns, degree;
    TRY(json_get_size(saved, "columns", path, &columns, err));
    TRY(json_get_size(saved, "degree", path, &degree, err));
    const char *wrong = columns != p ? "columns" : NULL;
    if (degree < 1 || degree > POLYNOMIAL_MAX_DEGREE ||
        polynomial_terms(p, degree) > POLYNOMIAL_MAX)
        wrong = "degree";
    if (wrong) {
        return error_refuse(err, path, wrong,
                            "%zu columns of degree %zu do not fit the %zu columns before",
                            columns, degree, p);
    }
    struct polynomial_state *s = ARENA_NEW(mem, struct polynomial_state);
    *s = (struct polynomial_state){p, degree};
    *ret_state = s;
    *ret = *in;
    ret->p = polynomial_terms(p, degree);
    return STATUS_OK;
}

const struct step step_polynomial = {
    .name = "polynomial",
    .summary = "all products of columns up to a degree, the constant included",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct polynomial_params),
    .defaults = &defaults,
    .width = width,
    .fit = fit,
    .apply = apply,
    .save = save,
    .load = load,
};
