/* Texts to a sparse block: n-grams of words and of characters counted in the columns that
 * their hash says (Weinberger, Dasgupta, Langford, Smola, Attenberg 2009, "Feature Hashing
 * for Large Scale Multitask Learning", ICML).
 *
 * Nothing is learnt: the state is the parameters.  All text columns go into one block,
 * each with hashes of its own; a missing text has no n-grams. */
#include <math.h>

#include "file/json.h"
#include "steps/step.h"
#include "words/bag.h"

struct hash_text_params {
    size_t word_min, word_max, char_min, char_max, n_features;
    bool char_wb, lowercase, alternate_sign, binary;
    unsigned norm;
};

struct hash_text_state {
    struct hash_text_params params;
    size_t threads;
};

#define LONGEST NGRAMS_LONGEST
#define N_FEATURES_MAX (1 << 24)

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct hash_text_params, word_min, 1, LONGEST, "N", "fewest words of an n-gram"),
    OPTION(struct hash_text_params, word_max, 0, LONGEST, "N", "most words of an n-gram; 0: no words"),
    OPTION(struct hash_text_params, char_min, 1, LONGEST, "N", "fewest characters of an n-gram"),
    OPTION(struct hash_text_params, char_max, 0, LONGEST, "N", "most characters of an n-gram; 0: no characters"),
    OPTION(struct hash_text_params, char_wb, 0, 0, NULL, "n-grams of characters do not cross blanks"),
    OPTION(struct hash_text_params, n_features, 1, N_FEATURES_MAX, "N", "columns of the sparse block"),
    OPTION(struct hash_text_params, lowercase, 0, 0, NULL, "capitals count as small letters"),
    OPTION(struct hash_text_params, alternate_sign, 0, 0, NULL, "an n-gram counts 1 or -1, as its hash says"),
    OPTION(struct hash_text_params, binary, 0, 0, NULL, "what stands in a text counts once"),
    OPTION_ENUM(struct hash_text_params, norm, BAG_NORM_WORDS, "what each row is divided by"),
};
/* clang-format on */

static const struct hash_text_params defaults = {.word_min = 1,
                                                 .word_max = 1,
                                                 .char_min = 3,
                                                 .char_wb = true,
                                                 .n_features = 1 << 18,
                                                 .lowercase = true,
                                                 .norm = BAG_NORM_NONE};

static enum status refuse(const char *field, const char *why, struct error *err)
{
    error_set(err, STATUS_INPUT, "%s", why);
    error_field(err, field);
    return STATUS_INPUT;
}

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    const struct hash_text_params *q = params;
    if (in->texts == 0)
        return refuse("hash_text", "there is no text column to hash", err);
    if (q->word_max > 0 && q->word_min > q->word_max)
        return refuse("hash_text.word_min", "word_min is above word_max", err);
    if (q->char_max > 0 && q->char_min > q->char_max)
        return refuse("hash_text.char_min", "char_min is above char_max", err);
    if (q->word_max + q->char_max == 0)
        return refuse("hash_text.word_max",
                      "neither words nor characters are wanted: word_max and char_max "
                      "are 0",
                      err);
    *ret = *in;
    ret->texts = 0;
    ret->sparse = q->n_features;
    return STATUS_OK;
}

static enum status fit(const void *params, const struct matrix *x UNUSED,
                       const struct target *y UNUSED, const struct fit_context *context,
                       void **ret_state, struct error *err UNUSED)
{
    struct hash_text_state *s = ARENA_NEW(context->mem, struct hash_text_state);
    *s = (struct hash_text_state){*(const struct hash_text_params *)params,
                                  context->threads};
    *ret_state = s;
    return STATUS_OK;
}

static struct bag_rule rule_of(const struct hash_text_params *q)
{
    return (struct bag_rule){.grams = {.word_min = q->word_min,
                                       .word_max = q->word_max,
                                       .char_min = q->char_min,
                                       .char_max = q->char_max,
                                       .within = q->char_wb,
                                       .lowercase = q->lowercase,
                                       .columns = (uint32_t)q->n_features},
                             .alternate_sign = q->alternate_sign,
                             .binary = q->binary,
                             .norm = q->norm};
}

static enum status apply(const void *state, const struct matrix *x, struct arena *mem,
                         struct matrix *ret, struct error *err)
{
    const struct hash_text_state *s = state;
    struct bag_rule rule = rule_of(&s->params);
    const struct view **text = ARENA_ARRAY(mem, const struct view *, x->n_texts);
    struct bag bag;
    for (size_t t = 0; t < x->n_texts; t++)
        text[t] = x->text[t].cell;
    TRY(bag_of(&rule, text, x->n_texts, x->n, s->threads, mem, &bag, err));
    struct sparse *block = ARENA_NEW(mem, struct sparse);
    *block = (struct sparse){s->params.n_features, bag.start, bag.col, bag.value};
    *ret = *x;
    ret->n_texts = 0;
    ret->text = NULL;
    ret->sparse = block;
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct hash_text_params *q = &((const struct hash_text_state *)state)->params;
    struct arena scratch = {0};
    json_t *saved = json_pack(
        "{s:I, s:I, s:I, s:I, s:b, s:I, s:b, s:b, s:b, s:s}", "word_min",
        (json_int_t)q->word_min, "word_max", (json_int_t)q->word_max, "char_min",
        (json_int_t)q->char_min, "char_max", (json_int_t)q->char_max, "char_wb",
        q->char_wb, "n_features", (json_int_t)q->n_features, "lowercase", q->lowercase,
        "alternate_sign", q->alternate_sign, "binary", q->binary, "norm",
        option_string(BAG_NORM_WORDS, q->norm, &scratch));
    arena_release(&scratch);
    return saved;
}

/* One parameter as its row wants it. */
static enum status load_row(const json_t *saved, const struct option_row *row,
                            const char *path, struct hash_text_params *q,
                            struct error *err)
{
    char *field = (char *)q + row->offset;
    if (row->kind == OPTION_BOOL)
        return json_get_bool(saved, row->name, path, (bool *)field, err);
    if (row->kind == OPTION_ENUM) {
        const char *word;
        TRY(json_get_text(saved, row->name, path, &word, err));
        if (option_index(row->placeholder, view_of(word), (unsigned *)field))
            return STATUS_OK;
        return error_refuse(err, path, row->name, "expected one of %s, found %s",
                            row->placeholder, QUOTE(word));
    }
    TRY(json_get_size(saved, row->name, path, (size_t *)field, err));
    size_t n = *(size_t *)field;
    if (option_in_range(row, (double)n))
        return STATUS_OK;
    return error_refuse(err, path, row->name, "expected %g to %g, found %zu", row->low,
                        row->high, n);
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    struct hash_text_state *s = ARENA_NEW(mem, struct hash_text_state);
    s->threads = 1;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        TRY(load_row(saved, &rows[i], path, &s->params, err));
    if (width(&s->params, in, ret, err) != STATUS_OK) {
        error_at(err, path, 0, 0);
        return err->status;
    }
    *ret_state = s;
    return STATUS_OK;
}

const struct step step_hash_text = {
    .name = "hash_text",
    .summary = "counts of the n-grams of texts in columns by their hash, as a sparse "
               "block",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct hash_text_params),
    .defaults = &defaults,
    .takes = STEP_TEXT | STEP_MISSING,
    .stateless = true,
    .width = width,
    .fit = fit,
    .apply = apply,
    .save = save,
    .load = load,
};
