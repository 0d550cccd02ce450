/* What a search is of, as one number: scores are put together only where it is the
 * same. */
#include "search/search_internal.h"

#include <string.h>

#include "version.h"

static void add_text(struct checksum *sum, const char *text)
{
    checksum_add(sum, text, strlen(text) + 1);
}

static void add_number(struct checksum *sum, uint64_t x)
{
    checksum_add(sum, &x, sizeof x);
}

static void add_matrix(struct checksum *sum, const struct matrix *x)
{
    add_number(sum, x->n);
    add_number(sum, x->p);
    for (size_t j = 0; j < x->p; j++)
        checksum_add(sum, x->col[j], x->n * sizeof(double));
    add_number(sum, x->n_texts);
    for (size_t t = 0; t < x->n_texts; t++)
        for (size_t i = 0; i < x->n; i++) {
            const struct view *cell = &x->text[t].cell[i];
            add_number(sum, cell->p ? cell->n : SIZE_MAX);
            checksum_add(sum, cell->p, cell->p ? cell->n : 0);
        }
    if (!x->sparse)
        return;
    size_t filled = x->sparse->start[x->n];
    checksum_add(sum, x->sparse->start, (x->n + 1) * sizeof(size_t));
    checksum_add(sum, x->sparse->col, filled * sizeof(uint32_t));
    checksum_add(sum, x->sparse->value, filled * sizeof(double));
}

/* The steps with their parameters, and the grid. */
static void add_recipe(struct checksum *sum, const struct recipe *r, struct arena *mem)
{
    add_number(sum, r->n);
    for (size_t s = 0; s < r->n; s++) {
        add_text(sum, r->step[s]->name);
        for (size_t i = 0; i < r->step[s]->n_rows; i++) {
            struct text value = {.mem = mem};
            option_value(&r->step[s]->rows[i], r->base[s], &value);
            add_text(sum, value.p);
        }
    }
    for (size_t a = 0; a < r->n_axes; a++) {
        add_text(sum, r->axis[a].name);
        for (size_t i = 0; i < r->axis[a].n; i++)
            add_text(sum, r->axis[a].text[i]);
    }
}

static void add_part(struct checksum *sum, const struct fold_part *part)
{
    const uint64_t run[] = {part->n, part->from, part->to, part->gap_from, part->gap_to};
    checksum_add(sum, run, sizeof run);
    checksum_add(sum, part->row, part->row ? part->n * sizeof *part->row : 0);
}

static void add_round(struct checksum *sum, const struct search_round *round)
{
    add_number(sum, round->candidates);
    for (size_t f = 0; f < round->folds.n; f++) {
        add_part(sum, &round->folds.fold[f].train);
        add_part(sum, &round->folds.fold[f].test);
    }
}

void search_digest(const struct search_plan *plan, bool local, char ret[CHECKSUM_TEXT])
{
    struct arena scratch = {0};
    struct checksum sum, code;
    struct error ignored = {0};
    checksum_begin(&sum);
    add_text(&sum, NIGHTMILL_VERSION);
    // Where the system does not show the code the version has to do.
    if (local && checksum_file("/proc/self/exe", &code, &ignored) == STATUS_OK)
        add_number(&sum, checksum_value(&code));
    add_text(&sum, plan->options.score->name);
    add_number(&sum, plan->context.seed);
    add_number(&sum, plan->options.plain);
    add_number(&sum, (uint64_t)plan->y->task);
    add_number(&sum, plan->y->n_classes);
    add_matrix(&sum, plan->x);
    add_matrix(&sum, &plan->y->y);
    for (size_t i = 0; i < plan->recipes->n; i++)
        add_recipe(&sum, &plan->recipes->of[i], &scratch);
    for (size_t r = 0; r < plan->n_rounds; r++)
        add_round(&sum, &plan->round[r]);
    checksum_text(&sum, ret);
    arena_release(&scratch);
}
