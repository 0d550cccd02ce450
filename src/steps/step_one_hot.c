/* Texts as columns of 0 and 1, one for each level, by scikit-learn's OneHotEncoder
 * (steps/levels.h); numbers stay as they are and stand first.
 *
 * A column of whole numbers is coded when its source reads it as text (kind: text).  Only
 * learning tells how many columns there are.  An unknown level has 0 in all columns of its
 * text unless handle_unknown says otherwise: scikit-learn refuses it by default, but one row
 * with a new name must not keep a night from its other rows. */
#include <string.h>

#include "file/json.h"
#include "steps/one_hot.h"
#include "steps/step.h"

enum { DENSE_MOST = 20000 }; // columns that are no block

struct one_hot_params {
    double min_frequency;
    size_t max_categories;
    enum levels_unknown handle_unknown;
    enum levels_drop drop;
    bool sparse_output;
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct one_hot_params, min_frequency, 0, 1e9, "REAL",
           "levels in fewer rows share the column NAME_infrequent: below 1 a share of the rows, "
           "else their number; 0: none do"),
    OPTION(struct one_hot_params, max_categories, 0, 1000000, "N",
           "columns of a text at most, that one included; 0: any number"),
    OPTION_ENUM(struct one_hot_params, handle_unknown, LEVELS_UNKNOWN_WORDS,
                  "a level that was not learnt: 0 in all columns, or in the one of infrequent "
                  "levels where there is one, or an error"),
    OPTION_ENUM(struct one_hot_params, drop, LEVELS_DROP_WORDS,
                  "leaves out the first column of each text, or of those that have two"),
    OPTION(struct one_hot_params, sparse_output, 0, 0, "BOOL",
           "hands on a sparse block instead of columns, for estimators that take one"),
};
/* clang-format on */

static const struct one_hot_params defaults = {.handle_unknown = LEVELS_IGNORE};

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    (void)params;
    if (in->texts == 0) {
        error_set(err, STATUS_INPUT, "there is no text column to code");
        error_hint(err, "`as_is` of features hands columns of kind text on");
        return STATUS_INPUT;
    }
    *ret = *in;
    ret->texts = 0;
    ret->open = true;
    return STATUS_OK;
}

static enum status check_columns(const struct one_hot *s, const struct matrix *x,
                                 struct error *err)
{
    if (!s->sparse_output && s->columns > DENSE_MOST) {
        error_set(err, STATUS_INPUT,
                  "the levels of %zu text column%s make %zu columns, at "
                  "most %d are handed on as such",
                  s->n, s->n == 1 ? "" : "s", s->columns, DENSE_MOST);
        error_hint(err, "min_frequency and max_categories put rare levels together; "
                        "sparse_output: true makes a block of them");
        error_field(err, "one_hot.sparse_output");
        return STATUS_INPUT;
    }
    if (x->p + s->columns > 0)
        return STATUS_OK;
    return error_set(err, STATUS_INPUT,
                     "each text has one level only: no column is left");
}

static enum status fit(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    (void)y;
    const struct one_hot_params *q = params;
    struct one_hot *s = ARENA_NEW(context->mem, struct one_hot);
    *s = (struct one_hot){
        .rule = {q->min_frequency, q->max_categories, q->handle_unknown, q->drop},
        .sparse_output = q->sparse_output,
        .n = x->n_texts,
        .text = ARENA_ARRAY(context->mem, struct levels, x->n_texts)};
    for (size_t t = 0; t < s->n; t++) {
        s->text[t] = levels_learn(x->text[t].cell, x->n, &s->rule, context->mem);
        s->columns += s->text[t].columns;
    }
    TRY(check_columns(s, x, err));
    *ret_state = s;
    return STATUS_OK;
}

static enum status apply(const void *state, const struct matrix *x, struct arena *mem,
                         struct matrix *ret, struct error *err)
{
    const struct one_hot *s = state;
    struct matrix coded = *x;
    coded.n_texts = 0;
    coded.text = NULL;
    TRY(s->sparse_output ? one_hot_block(s, x, mem, &coded, err)
                         : one_hot_columns(s, x, mem, &coded, err));
    *ret = coded;
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct one_hot *s = state;
    json_t *texts = json_array();
    for (size_t t = 0; t < s->n; t++)
        json_array_append_new(texts, levels_json(&s->text[t]));
    struct view unknown = option_word(LEVELS_UNKNOWN_WORDS, s->rule.handle_unknown);
    struct view drop = option_word(LEVELS_DROP_WORDS, s->rule.drop);
    return json_pack("{s:s%, s:s%, s:b, s:o}", "handle_unknown", unknown.p, unknown.n,
                     "drop", drop.p, drop.n, "sparse_output", s->sparse_output, "texts",
                     texts);
}

static enum status load_rule(const json_t *saved, const char *path, struct one_hot *s,
                             struct error *err)
{
    unsigned unknown, drop;
    TRY(json_get_word(saved, "handle_unknown", LEVELS_UNKNOWN_WORDS, path, &unknown,
                      err));
    TRY(json_get_word(saved, "drop", LEVELS_DROP_WORDS, path, &drop, err));
    TRY(json_get_bool(saved, "sparse_output", path, &s->sparse_output, err));
    s->rule.handle_unknown = (enum levels_unknown)unknown;
    s->rule.drop = (enum levels_drop)drop;
    return STATUS_OK;
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    json_t *texts;
    struct one_hot *s = ARENA_NEW(mem, struct one_hot);
    TRY(load_rule(saved, path, s, err));
    TRY(json_get_array(saved, "texts", path, &texts, err));
    s->n = json_array_size(texts);
    if (s->n != in->texts)
        return error_refuse(err, path, "texts", "%zu texts do not fit the %zu before",
                            s->n, in->texts);
    s->text = ARENA_ARRAY(mem, struct levels, s->n);
    for (size_t t = 0; t < s->n; t++) {
        TRY(levels_load(json_array_get(texts, t), path, &s->rule, mem, &s->text[t], err));
        s->columns += s->text[t].columns;
    }
    if (!s->sparse_output && s->columns > DENSE_MOST)
        return error_refuse(err, path, "texts", "%zu columns are too many", s->columns);
    *ret_state = s;
    *ret = *in;
    ret->texts = 0;
    *(s->sparse_output ? &ret->sparse : &ret->p) += s->columns;
    return STATUS_OK;
}

const struct step step_one_hot = {
    .name = "one_hot",
    .summary = "texts as columns of 0 and 1, one for each level",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct one_hot_params),
    .defaults = &defaults,
    .takes = STEP_MISSING | STEP_TEXT | STEP_SPARSE,
    .width = width,
    .fit = fit,
    .apply = apply,
    .save = save,
    .load = load,
};
