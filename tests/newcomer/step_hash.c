/* A toy: the words of the texts become a sparse block of so many columns, each word counted
 * in the one that its hash says.  Nothing is learnt; a missing text has no words. */
#include "steps/step.h"

struct hash_params {
    size_t columns;
};

static const struct option_row rows[] = {
    OPTION(struct hash_params, columns, 1, 1000000, "N", "columns of the sparse block"),
};
static const struct hash_params defaults = {.columns = 64};

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err UNUSED)
{
    *ret = *in;
    ret->texts = 0;
    ret->sparse = ((const struct hash_params *)params)->columns;
    return STATUS_OK;
}

static enum status fit(const void *params, const struct matrix *x UNUSED, const struct target *y UNUSED,
                       const struct fit_context *context, void **ret_state, struct error *err UNUSED)
{
    struct hash_params *s = ARENA_NEW(context->mem, struct hash_params);
    *s = *(const struct hash_params *)params;
    *ret_state = s;
    return STATUS_OK;
}

/* Adds the words of a text to the row's counts. */
static void count(struct view text, size_t columns, double *counts)
{
    while (text.p && text.n > 0) {
        const char *blank = memchr(text.p, ' ', text.n);
        size_t n = blank ? (size_t)(blank - text.p) : text.n, skip = blank ? n + 1 : n;
        if (n > 0)
            counts[text_hash(TEXT_HASH_START, text.p, n) % columns]++;
        text = (struct view){text.p + skip, text.n - skip};
    }
}

static enum status apply(const void *state, const struct matrix *x, struct arena *mem, struct matrix *ret,
                         struct error *err UNUSED)
{
    size_t columns = ((const struct hash_params *)state)->columns, cap = 0, used = 0;
    double *counts = ARENA_ARRAY(mem, double, columns), *value = NULL;
    size_t *start = ARENA_ARRAY(mem, size_t, x->n + 1), values = 0;
    uint32_t *col = NULL;
    for (size_t i = 0; i < x->n; i++) {
        for (size_t t = 0; t < x->n_texts; t++)
            count(x->text[t].cell[i], columns, counts);
        for (size_t c = 0; c < columns; c++) {
            if (counts[c] == 0)
                continue;
            ARENA_ROOM(mem, col, used, cap, 64);
            ARENA_ROOM(mem, value, used, values, 64);
            col[used] = (uint32_t)c;
            value[used++] = counts[c];
            counts[c] = 0;
        }
        start[i + 1] = used;
    }
    struct sparse *block = ARENA_NEW(mem, struct sparse);
    *block = (struct sparse){columns, start, col, value};
    *ret = *x;
    ret->n_texts = 0;
    ret->sparse = block;
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    return json_pack("{s:I}", "columns", (json_int_t)((const struct hash_params *)state)->columns);
}

static enum status load(const json_t *saved, const struct shape *in, const char *path, struct arena *mem,
                        void **ret_state, struct shape *ret, struct error *err)
{
    json_int_t columns = json_integer_value(json_object_get(saved, "columns"));
    if (columns < 1 || columns > 1000000) {
        error_set(err, STATUS_INPUT, "expected a number of columns");
        error_at(err, path, 0, 0);
        return STATUS_INPUT;
    }
    struct hash_params *s = ARENA_NEW(mem, struct hash_params);
    s->columns = (size_t)columns;
    *ret_state = s;
    return width(s, in, ret, err);
}

const struct step step_hash = {.name = "hash", .summary = "words of texts to columns by their hash", .rows = rows,
                               .n_rows = COUNT_OF(rows), .params_size = sizeof(struct hash_params), .defaults = &defaults,
                               .takes = STEP_TEXT | STEP_MISSING, .width = width, .fit = fit, .apply = apply,
                               .save = save, .load = load};
