/* Monomials, each from one of a lower degree by a single product.
 *
 * The monomials of degree d that begin with variable i are variable i times those of
 * degree d - 1 whose first variable is i or later.  In lexicographic order the latter are
 * a tail of their block, so one number a variable, where its tail begins, describes the
 * whole recursion. */
#include "steps/polynomial.h"

#include "base/text.h"

size_t polynomial_terms(size_t p, size_t degree)
{
    /* terms is (p + d choose d), and each step's quotient is a whole number. */
    size_t terms = 1;
    if (p > POLYNOMIAL_MAX)
        return degree ? POLYNOMIAL_MAX + 1 : 1;
    for (size_t d = 1; d <= degree && p > 0; d++) {
        terms = terms * (p + d) / d;
        if (terms > POLYNOMIAL_MAX)
            return POLYNOMIAL_MAX + 1;
    }
    return terms;
}

/* A monomial is a variable times a former monomial. */
struct term {
    size_t variable, rest;
};

/* Writes all terms; term 0 is the constant. */
static void list_terms(size_t p, size_t degree, struct arena *mem, struct term *ret)
{
    size_t *tail =
        ARENA_ARRAY(mem, size_t, p); // where the former degree's tail of i begins
    size_t begin = 0, end = 1;       // the former degree's block
    for (size_t d = 1; d <= degree; d++) {
        size_t at = end;
        for (size_t i = 0; i < p; i++) {
            size_t from = d == 1 ? begin : tail[i];
            tail[i] = at;
            for (size_t rest = from; rest < end; rest++)
                ret[at++] = (struct term){i, rest};
        }
        begin = end;
        end = at;
    }
}

static const char *const *name_terms(const struct term *term, size_t n,
                                     const char *const *name, struct arena *mem)
{
    const char **ret = ARENA_ARRAY(mem, const char *, n);
    ret[0] = "1";
    for (size_t t = 1; t < n; t++) {
        /* The same variable again and again is a power; the rest has its name already. */
        size_t power = 1, rest = term[t].rest;
        for (; rest > 0 && term[rest].variable == term[t].variable;
             rest = term[rest].rest)
            power++;
        struct text text = {.mem = mem};
        text_puts(&text, name[term[t].variable]);
        if (power > 1)
            text_addf(&text, "^%zu", power);
        if (rest > 0)
            text_addf(&text, " %s", ret[rest]);
        ret[t] = text.p;
    }
    return ret;
}

struct matrix polynomial_expand(const struct matrix *x, size_t degree, struct arena *mem)
{
    size_t n = polynomial_terms(x->p, degree);
    struct term *term = ARENA_ARRAY(mem, struct term, n);
    list_terms(x->p, degree, mem, term);
    const char *const *name = x->name ? name_terms(term, n, x->name, mem) : NULL;

    double **col;
    struct matrix ret = matrix_new(mem, x->n, n, name, &col);
    for (size_t i = 0; i < x->n; i++)
        col[0][i] = 1;
    for (size_t t = 1; t < n; t++) {
        const double *a = x->col[term[t].variable], *b = col[term[t].rest];
        for (size_t i = 0; i < x->n; i++)
            col[t][i] = a[i] * b[i];
    }
    return ret;
}
