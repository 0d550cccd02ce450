/* Rows of texts coded: each text finds its column by halves. */
#include "steps/one_hot.h"

static enum status refuse(const struct matrix *x, size_t t, size_t i, struct error *err)
{
    struct view text = x->text[t].cell[i];
    error_set(err, STATUS_INPUT, "%s in row %zu is no level that was learnt",
              text.p ? QUOTE_N(text.p, text.n) : "an empty cell", x->first + i + 1);
    error_hint(err, "handle_unknown: ignore takes it for none of them");
    error_field(err, x->text[t].name);
    return STATUS_INPUT;
}

/* The columns of a row's texts, ascending, in ret[s->n]; *ret_n how many. */
static enum status code_row(const struct one_hot *s, const struct matrix *x, size_t i,
                            size_t *ret, size_t *ret_n, struct error *err)
{
    size_t n = 0, from = 0;
    for (size_t t = 0; t < s->n; t++) {
        bool known;
        size_t at = levels_find(&s->text[t], x->text[t].cell[i], &s->rule, &known);
        if (!known && s->rule.handle_unknown == LEVELS_ERROR)
            return refuse(x, t, i, err);
        if (at != LEVELS_NOWHERE)
            ret[n++] = from + at;
        from += s->text[t].columns;
    }
    *ret_n = n;
    return STATUS_OK;
}

static const char *const *names_of(const struct one_hot *s, const struct matrix *x,
                                   struct arena *mem)
{
    if (!x->name && x->p > 0)
        return NULL;
    const char **name = ARENA_ARRAY(mem, const char *, x->p + s->columns);
    for (size_t c = 0; c < x->p; c++)
        name[c] = x->name[c];
    for (size_t t = 0, at = x->p; t < s->n; at += s->text[t++].columns)
        levels_names(&s->text[t], x->text[t].name, mem, name + at);
    return name;
}

enum status one_hot_columns(const struct one_hot *s, const struct matrix *x,
                            struct arena *mem, struct matrix *ret, struct error *err)
{
    double **coded;
    size_t *at = ARENA_ARRAY(mem, size_t, s->n), n;
    const double **col = ARENA_ARRAY(mem, const double *, x->p + s->columns);
    (void)matrix_new(mem, x->n, s->columns, NULL, &coded);
    for (size_t i = 0; i < x->n; i++) {
        TRY(code_row(s, x, i, at, &n, err));
        for (size_t k = 0; k < n; k++)
            coded[at[k]][i] = 1;
    }
    for (size_t c = 0; c < x->p + s->columns; c++)
        col[c] = c < x->p ? x->col[c] : coded[c - x->p];
    ret->p = x->p + s->columns;
    ret->col = col;
    ret->name = names_of(s, x, mem);
    return STATUS_OK;
}

/* Behind the columns of the block that there is. */
enum status one_hot_block(const struct one_hot *s, const struct matrix *x,
                          struct arena *mem, struct matrix *ret, struct error *err)
{
    const struct sparse *old = x->sparse;
    size_t before = old ? old->p : 0, room = old ? old->start[x->n] : 0, used = 0, n;
    size_t *at = ARENA_ARRAY(mem, size_t, s->n),
           *start = ARENA_ARRAY(mem, size_t, x->n + 1);
    room += x->n * s->n;
    uint32_t *col = ARENA_ARRAY(mem, uint32_t, room);
    double *value = ARENA_ARRAY(mem, double, room);
    for (size_t i = 0; i < x->n; i++) {
        for (size_t k = old ? old->start[i] : 0; old && k < old->start[i + 1];
             k++, used++) {
            col[used] = old->col[k];
            value[used] = old->value[k];
        }
        TRY(code_row(s, x, i, at, &n, err));
        for (size_t k = 0; k < n; k++, used++) {
            col[used] = (uint32_t)(before + at[k]);
            value[used] = 1;
        }
        start[i + 1] = used;
    }
    struct sparse *block = ARENA_NEW(mem, struct sparse);
    *block = (struct sparse){before + s->columns, start, col, value};
    ret->sparse = block;
    return STATUS_OK;
}
