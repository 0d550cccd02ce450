/* Folds: the setting, and the lists that the methods' answers become. */
#include "learn/folds_internal.h"

#include <stdarg.h>

enum { MAX_FOLDS = 1000 };

/* clang-format off */
const struct option_row folds_rows[FOLDS_ROWS] = {
    OPTION(struct fold_rule, n, 2, MAX_FOLDS, "N",
           "parts of the training rows for the search; `folds: N` says no more than this"),
    OPTION_ENUM(struct fold_rule, method, FOLDS_METHOD_WORDS,
                  "rows in their order; drawn by the seed; each class spread evenly; no "
                  "group in two parts; each part behind all that is learnt from; one part, the "
                  "rows of `split.validation`"),
    OPTION(struct fold_rule, shuffle, 0, 0, NULL,
           "stratified: draw the rows of each class by the seed"),
    OPTION(struct fold_rule, test_size, 1, 1e9, "N",
           "rolling: times in a part; otherwise the times divided by n + 1"),
    OPTION(struct fold_rule, gap, 0, 1e9, "N",
           "rolling: times between what is learnt from and the part"),
    OPTION(struct fold_rule, max_train_size, 1, 1e9, "N",
           "rolling: times that are learnt from, the last before the part; otherwise all"),
};
/* clang-format on */

enum status folds_refuse(struct error *err, const char *hint, const char *format, ...)
{
    char text[sizeof err->message];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    error_set(err, STATUS_INPUT, "%s", text);
    error_field(err, "train.folds");
    if (hint)
        error_hint(err, "%s", hint);
    return STATUS_INPUT;
}

enum status folds_too_many(size_t n, const char *what, size_t folds, struct error *err)
{
    return folds_refuse(err, NULL, "%zu %s%s cannot be divided into %zu fold%s", n, what,
                        n == 1 ? "" : "s", folds, folds == 1 ? "" : "s");
}

/* No key is without effect: what another method knows is refused. */
static enum status check_keys(const struct fold_rule *rule, struct error *err)
{
    const struct {
        const char *key;
        enum folds_method method;
        bool given;
    } keys[] = {
        {"shuffle", FOLDS_STRATIFIED, rule->shuffle},
        {"test_size", FOLDS_ROLLING, rule->test_size > 0},
        {"gap", FOLDS_ROLLING, rule->gap > 0},
        {"max_train_size", FOLDS_ROLLING, rule->max_train_size > 0},
    };
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        if (!keys[i].given || keys[i].method == rule->method)
            continue;
        const char *hint = i == 0 && rule->method == FOLDS_BLOCKS
                               ? "`method: shuffled` draws rows by the seed"
                               : NULL;
        struct view of = option_word(FOLDS_METHOD_WORDS, keys[i].method),
                    found = option_word(FOLDS_METHOD_WORDS, rule->method);
        return folds_refuse(err, hint,
                            "'%s' is a key of %.*s folds, not of `method: %.*s`",
                            keys[i].key, (int)of.n, of.p, (int)found.n, found.p);
    }
    return STATUS_OK;
}

/* The one fold that is judged by the validation rows. */
static enum status take_validation(const struct fold_data *data, struct folds *ret,
                                   struct error *err)
{
    size_t n = data->n, to = n + data->validation;
    if (data->validation == 0)
        return folds_refuse(err, "`split: {validation: 0.2}` sets rows apart for it",
                            "`folds: validation` needs validation rows, there are none");
    ret->n = 1;
    ret->fold[0] =
        (struct fold){{.n = n, .to = n, .gap_from = n, .gap_to = n},
                      {.n = to - n, .from = n, .to = to, .gap_from = to, .gap_to = to}};
    return STATUS_OK;
}

static struct fold_part part_of(size_t from, size_t to, size_t gap_from, size_t gap_to)
{
    return (struct fold_part){.n = to - from - (gap_to - gap_from),
                              .from = from,
                              .to = to,
                              .gap_from = gap_from,
                              .gap_to = gap_to};
}

static enum status cut_blocks(const struct fold_rule *rule, size_t n, struct fold *ret,
                              struct error *err)
{
    size_t rows = n / rule->n, longer = n % rule->n;
    if (rows == 0)
        return folds_too_many(n, "row", rule->n, err);
    for (size_t f = 0, from = 0, to; f < rule->n; f++, from = to) {
        to = from + rows + (f < longer);
        ret[f] = (struct fold){part_of(0, n, from, to), part_of(from, to, to, to)};
    }
    return STATUS_OK;
}

/* One fold's two lists from the fold that each row is held out in. */
static struct fold list_rows(const uint32_t *of, size_t n, uint32_t f, struct arena *mem)
{
    size_t held = 0, train = 0, test = 0;
    for (size_t i = 0; i < n; i++)
        held += of[i] == f;
    uint32_t *inside = ARENA_ARRAY(mem, uint32_t, held);
    uint32_t *outside = ARENA_ARRAY(mem, uint32_t, n - held);
    for (size_t i = 0; i < n; i++) {
        if (of[i] == f)
            inside[test++] = (uint32_t)i;
        else
            outside[train++] = (uint32_t)i;
    }
    return (struct fold){{.n = train, .row = outside}, {.n = test, .row = inside}};
}

static enum status list_folds(const struct fold_rule *rule, folds_assign *assign,
                              const struct fold_data *data, uint32_t seed,
                              struct arena *mem, struct fold *ret, struct error *err)
{
    struct arena scratch = {0};
    uint32_t *of = ARENA_ARRAY(&scratch, uint32_t, data->n);
    enum status status = assign(rule, data, seed, &scratch, of, err);
    for (size_t f = 0; status == STATUS_OK && f < rule->n; f++)
        ret[f] = list_rows(of, data->n, (uint32_t)f, mem);
    arena_release(&scratch);
    return status;
}

enum status folds_plan(const struct fold_rule *rule, const struct fold_data *data,
                       uint32_t seed, struct arena *mem, struct folds *ret,
                       struct error *err)
{
    static folds_assign *const assign[] = {[FOLDS_SHUFFLED] = folds_shuffled,
                                           [FOLDS_STRATIFIED] = folds_stratified,
                                           [FOLDS_GROUPED] = folds_grouped};
    struct folds folds = {rule->n, ARENA_ARRAY(mem, struct fold, rule->n)};
    TRY(check_keys(rule, err));
    if (rule->method == FOLDS_VALIDATION)
        TRY(take_validation(data, &folds, err));
    else if (rule->method == FOLDS_BLOCKS)
        TRY(cut_blocks(rule, data->n, folds.fold, err));
    else if (rule->method == FOLDS_ROLLING)
        TRY(folds_rolling(rule, data, mem, folds.fold, err));
    else
        TRY(list_folds(rule, assign[rule->method], data, seed, mem, folds.fold, err));
    *ret = folds;
    return STATUS_OK;
}

static struct matrix copy_rows(const struct fold_part *part, const struct matrix *x,
                               struct arena *mem)
{
    struct arena scratch = {0};
    size_t *row = ARENA_ARRAY(&scratch, size_t, part->n);
    for (size_t i = 0; i < part->n; i++)
        row[i] = part->row[i];
    struct matrix rows = matrix_rows(mem, x, row, part->n);
    arena_release(&scratch);
    return rows;
}

struct matrix folds_take(const struct fold_part *part, const struct matrix *x,
                         struct arena *mem)
{
    if (part->row)
        return copy_rows(part, x, mem);
    if (part->n == x->n)
        return *x;
    if (part->gap_from == part->gap_to)
        return matrix_part(mem, x, part->from, part->to);
    struct matrix around = matrix_part(mem, x, part->from, part->to);
    return matrix_without(&around, part->gap_from - part->from,
                          part->gap_to - part->from);
}

bool folds_view(const struct folds *folds)
{
    for (size_t f = 0; f < folds->n; f++)
        if (folds->fold[f].train.row || folds->fold[f].test.row)
            return false;
    return true;
}
