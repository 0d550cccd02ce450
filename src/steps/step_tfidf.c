/* tf-idf of a sparse block of counts, with the document frequencies of the training rows
 * (words/tfidf.h has the formulas). */
#include "base/thread.h"
#include "file/json.h"
#include "steps/step.h"
#include "words/tfidf.h"

struct tfidf_params {
    bool use_idf, smooth_idf, sublinear_tf;
    unsigned norm;
};

struct tfidf_state {
    struct tfidf_rule rule;
    size_t p, threads;
    double *idf; // [p] at least 1; without use_idf 1
};

enum { ROWS = 4096 }; // that are weighed at a time

/* clang-format off */
static const struct option_row rows[] = {
    OPTION_ENUM(struct tfidf_params, norm, BAG_NORM_WORDS, "what each row is divided by"),
    OPTION(struct tfidf_params, use_idf, 0, 0, NULL, "weights by inverse document frequency"),
    OPTION(struct tfidf_params, smooth_idf, 0, 0, NULL, "counts as if one more document held every term"),
    OPTION(struct tfidf_params, sublinear_tf, 0, 0, NULL, "1 + ln(count) in the place of counts"),
};
/* clang-format on */

static const struct tfidf_params defaults = {
    .use_idf = true, .smooth_idf = true, .norm = BAG_NORM_L2};

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    (void)params;
    *ret = *in;
    if (in->sparse > 0)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "there is no sparse block to weigh");
    error_field(err, "tfidf");
    error_hint(err, "hash_text makes one of texts");
    return STATUS_INPUT;
}

static struct tfidf_state *state_new(const struct tfidf_rule *rule, size_t p,
                                     size_t threads, struct arena *mem)
{
    struct tfidf_state *s = ARENA_NEW(mem, struct tfidf_state);
    *s = (struct tfidf_state){*rule, p, threads, ARENA_ARRAY(mem, double, p)};
    return s;
}

static enum status fit(const void *params, const struct matrix *x,
                       const struct target *y UNUSED, const struct fit_context *context,
                       void **ret_state, struct error *err UNUSED)
{
    const struct tfidf_params *q = params;
    struct tfidf_rule rule = {q->use_idf, q->smooth_idf, q->sublinear_tf, q->norm};
    struct tfidf_state *s =
        state_new(&rule, x->sparse->p, context->threads, context->mem);
    if (rule.use_idf) {
        tfidf_count(x->sparse->start, x->sparse->col, x->n, s->idf);
        tfidf_invert(&rule, x->n, s->p, s->idf);
    }
    for (size_t c = 0; !rule.use_idf && c < s->p; c++)
        s->idf[c] = 1;
    *ret_state = s;
    return STATUS_OK;
}

/* Rows that are weighed by several threads. */
struct tfidf_work {
    const struct tfidf_state *state;
    const struct matrix *x;
    double *value;
};

static enum status weigh_rows(void *context, size_t index, size_t worker UNUSED,
                              struct error *err)
{
    const struct tfidf_work *work = context;
    const struct sparse *b = work->x->sparse;
    const struct tfidf_rule *rule = &work->state->rule;
    size_t from = index * ROWS, n = work->x->n;
    size_t to = n - from < ROWS ? n : from + ROWS;
    for (size_t k = b->start[from]; rule->sublinear_tf && k < b->start[to]; k++)
        if (!(b->value[k] > 0)) {
            error_set(err, STATUS_INPUT, "expected counts above 0, found %g",
                      b->value[k]);
            error_field(err, "tfidf.sublinear_tf");
            error_hint(err, "hash_text without alternate_sign gives such counts");
            return STATUS_INPUT;
        }
    tfidf_weigh(rule, b->start, b->col, b->value, from, to, work->state->idf,
                work->value);
    return STATUS_OK;
}

static enum status apply(const void *state, const struct matrix *x, struct arena *mem,
                         struct matrix *ret, struct error *err)
{
    const struct tfidf_state *s = state;
    const struct sparse *b = x->sparse;
    // The block may begin within another one: values keep their places.
    double *value = ARENA_ARRAY(mem, double, b->start[x->n]);
    struct tfidf_work work = {s, x, value};
    size_t threads = s->threads > 0 ? s->threads : 1;
    TRY(thread_run(threads, (x->n + ROWS - 1) / ROWS, weigh_rows, &work, err));
    struct sparse *weighed = ARENA_NEW(mem, struct sparse);
    *weighed = (struct sparse){b->p, b->start, b->col, value};
    *ret = *x;
    ret->sparse = weighed;
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct tfidf_state *s = state;
    struct arena scratch = {0};
    const char *norm = option_string(BAG_NORM_WORDS, s->rule.norm, &scratch);
    json_t *saved = json_pack("{s:b, s:s, s:o}", "sublinear_tf", s->rule.sublinear_tf,
                              "norm", norm, "idf", json_reals(s->idf, s->p));
    arena_release(&scratch);
    return saved;
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    struct tfidf_rule rule = {.use_idf = true};
    const char *norm;
    TRY(json_get_bool(saved, "sublinear_tf", path, &rule.sublinear_tf, err));
    TRY(json_get_text(saved, "norm", path, &norm, err));
    if (!option_index(BAG_NORM_WORDS, view_of(norm), &rule.norm))
        return error_refuse(err, path, "norm", "expected one of %s, found %s",
                            BAG_NORM_WORDS, QUOTE(norm));
    struct tfidf_state *s = state_new(&rule, in->sparse, 1, mem);
    TRY(json_get_reals(saved, "idf", path, s->p, s->idf, err));
    for (size_t c = 0; c < s->p; c++)
        if (!(s->idf[c] >= 1))
            return error_refuse(err, path, "idf",
                                "expected numbers of 1 or more, found %g at %zu",
                                s->idf[c], c + 1);
    *ret_state = s;
    return width(NULL, in, ret, err);
}

const struct step step_tfidf = {
    .name = "tfidf",
    .summary = "count times ln((1 + n) / (1 + documents with the term)) + 1, by row "
               "divided by its norm",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct tfidf_params),
    .defaults = &defaults,
    .takes = STEP_SPARSE | STEP_MISSING,
    .width = width,
    .fit = fit,
    .apply = apply,
    .save = save,
    .load = load,
};
