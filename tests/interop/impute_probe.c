/* Fits a step to some rows, applies it to others, and prints what comes out, for impute.py.
 *
 *     STEP THREADS OPTIONS NAME VALUE … ROWS_FIT ROWS_APPLY COLUMNS TEXTS
 *     and row by row the numbers (nan: missing) and the texts (-: missing), those of fit first
 *
 * An answer is a line "refused: WHY", or one with the number of columns and then one for
 * each row that was applied.  The columns of a sparse block stand behind the others. */
#include <stdio.h>

#include "steps/step.h"

struct probe_rows {
    struct matrix x;
    double **col;
    struct view **cell;
};

static struct probe_rows rows_new(size_t n, size_t p, size_t n_texts, struct arena *mem)
{
    struct probe_rows r = {.cell = ARENA_ARRAY(mem, struct view *, n_texts)};
    struct text_column *text = ARENA_ARRAY(mem, struct text_column, n_texts);
    r.x = matrix_new(mem, n, p, NULL, &r.col);
    for (size_t t = 0; t < n_texts; t++) {
        r.cell[t] = ARENA_ARRAY(mem, struct view, n);
        text[t] = (struct text_column){arena_format(mem, "t%zu", t), r.cell[t]};
    }
    r.x.n_texts = n_texts;
    r.x.text = text;
    return r;
}

static int read_rows(struct probe_rows *r, struct arena *mem)
{
    char word[64];
    for (size_t i = 0; i < r->x.n; i++) {
        for (size_t c = 0; c < r->x.p; c++)
            if (scanf("%lf", &r->col[c][i]) != 1)
                return 0;
        for (size_t t = 0; t < r->x.n_texts; t++) {
            if (scanf("%63s", word) != 1)
                return 0;
            if (word[0] != '-' || word[1])
                r->cell[t][i] = view_of(arena_string(mem, word));
        }
    }
    return 1;
}

static void print_rows(const struct matrix *x)
{
    size_t sparse = x->sparse ? x->sparse->p : 0;
    printf("%zu\n", x->p + sparse);
    for (size_t i = 0; i < x->n; i++) {
        for (size_t c = 0; c < x->p; c++)
            printf("%.17g ", x->col[c][i]);
        size_t k = sparse ? x->sparse->start[i] : 0;
        for (size_t c = 0; c < sparse; c++)
            if (k < x->sparse->start[i + 1] && x->sparse->col[k] == c)
                printf("%.17g ", x->sparse->value[k++]);
            else
                printf("0 ");
        puts("");
    }
}

static int read_options(const struct step *step, void *params, struct arena *mem)
{
    size_t n;
    char name[64], value[64];
    struct error err = {0};
    if (scanf("%zu", &n) != 1)
        return 0;
    for (size_t i = 0; i < n; i++) {
        if (scanf("%63s %63s", name, value) != 2)
            return 0;
        const struct option_row *row = option_find(step->rows, step->n_rows, view_of(name));
        if (!row || option_parse(row, value, params, mem, &err) != STATUS_OK)
            return 0;
    }
    return 1;
}

static int answer(struct arena *mem)
{
    char name[64];
    struct fit_context context = {.mem = mem, .seed = 42};
    size_t n_fit, n_apply, p, n_texts;
    if (scanf("%63s %zu", name, &context.threads) != 2)
        return 0;
    const struct step *step = step_find(name);
    void *state, *params = step ? arena_alloc(mem, step->params_size) : NULL;
    if (!step)
        return 0;
    memcpy(params, step->defaults, step->params_size);
    if (!read_options(step, params, mem) ||
        scanf("%zu %zu %zu %zu", &n_fit, &n_apply, &p, &n_texts) != 4)
        return 0;
    struct probe_rows fit = rows_new(n_fit, p, n_texts, mem);
    struct probe_rows apply = rows_new(n_apply, p, n_texts, mem);
    struct matrix out;
    struct target none = {0};
    struct error err = {0};
    if (!read_rows(&fit, mem) || !read_rows(&apply, mem))
        return 0;
    if (step_fit(step, params, &fit.x, &none, &context, &state, &err) != STATUS_OK ||
        step_apply(step, state, NULL, &apply.x, mem, &out, &err) != STATUS_OK)
        printf("refused: %s\n", err.message);
    else
        print_rows(&out);
    return 1;
}

int main(void)
{
    struct arena mem = {0};
    while (answer(&mem))
        arena_release(&mem);
    arena_release(&mem);
    return !feof(stdin);
}
