/* The search: the best cell, how close the others are, and the grid as heat maps. */
#include <math.h>
#include <string.h>

#include "data/key.h"
#include "learn/folds.h"
#include "report/chart_heat.h"
#include "draw/figure.h"
#include "report/section.h"

enum { BEST_SHOWN = 5 };

/* "ridge.alpha 0.1, polynomial.degree 1", of the axes from one on. */
static const char *cell_text(const struct page *p, size_t cell, size_t from)
{
    const struct report_search *s = &p->r->search;
    struct text t = {.mem = p->mem};
    char value[32];

    text_puts(&t, "");
    for (size_t a = from; a < s->table.n_axes; a++) {
        const char *text = report_value(s, cell, a, value);
        if (text[0]) // else the recipe has no such parameter
            text_addf(&t, "%s%s %s", t.n > 0 ? ", " : "", s->axis[a].name, text);
    }
    return t.p;
}

static void write_closeness(const struct page *p)
{
    const struct report_search *s = &p->r->search;
    const char *name = s->score->title;
    size_t best = s->order[0];

    html_begin(p->h, "p");
    if (s->table.n_cells > 1)
        html_textf(p->h, "The best of %s cells is %s: mean %s ", COUNT(s->table.n_cells),
                   cell_text(p, best, 0), name);
    else
        html_textf(p->h, "There was one cell to try: its mean %s is ", name);
    html_textf(p->h, "%s over %s folds", FIGURE(s->table.mean[best]),
               COUNT(s->table.folds));
    if (isfinite(s->error))
        html_textf(p->h, ", with a standard error of %s", FIGURE(s->error));
    html_text(p->h, ".");
    if (s->table.n_cells > 1)
        html_textf(p->h, " The next best, %s, is %s behind.",
                   cell_text(p, s->order[1], 0),
                   FIGURE(report_shortfall(s, s->order[1])));
    if (isfinite(s->error) && s->table.n_cells > 1)
        html_textf(p->h, " Within one standard error of the best %s %s of %s cells%s",
                   s->within_error == 1 ? "lies" : "lie", COUNT(s->within_error),
                   COUNT(s->table.n_cells),
                   s->within_error > 1 ? ": which of them wins is as much luck as merit."
                                       : ": itself.");
    html_end(p->h);
}

/* The method of train.folds, as the pipeline's file has it. */
static enum folds_method folds_method(const struct page *p)
{
    const struct yaml_node *train = yaml_get(p->r->pipeline->root, "train");
    const struct yaml_node *folds = train ? yaml_get(train, "folds") : NULL;
    return report_method(folds, FOLDS_METHOD_WORDS, FOLDS_BLOCKS);
}

/* What the folds are, where rows have a time: the search may look ahead, the hold-out
 * does not. */
static void write_folds(const struct page *p)
{
    const struct report_search *s = &p->r->search;

    if (!key_step(p->r->pipeline))
        return;
    if (p->r->selection.series)
        html_elementf(p->h, "p", "fine",
                      "The %s folds are blocks of origins in the order of time; each "
                      "forecast knows only what came before its origin.",
                      COUNT(s->table.folds));
    else if (folds_method(p) == FOLDS_ROLLING)
        html_elementf(p->h, "p", "fine",
                      "Each of the %s folds lies behind all that its models have learnt "
                      "from.",
                      COUNT(s->table.folds));
    else if (folds_method(p) == FOLDS_GROUPED)
        html_elementf(
            p->h, "p", "fine",
            "Each of the %s folds holds series that its models have not seen, at "
            "times that they have seen in others.",
            COUNT(s->table.folds));
    else if (p->v->leaks || folds_method(p) != FOLDS_BLOCKS)
        html_elementf(
            p->h, "p", "fine",
            "The folds are drawn from the %s: each is judged by a model that has seen "
            "its neighbours, so these scores flatter.",
            p->v->leaks ? "shuffled training rows" : "training rows whatever their time");
    else
        html_elementf(
            p->h, "p", "fine",
            "The %s folds are blocks of the training rows in the order of time. "
            "All but the last are judged by models that have learnt from later "
            "rows as well, so these scores flatter; the hold-out lies behind all "
            "of them.",
            COUNT(s->table.folds));
}

static void draw_panel(const struct page *p, const struct heat *heat, size_t panel)
{
    const struct report_search *s = &p->r->search;

    html_begin(p->h, "div");
    if (heat->n_shown == 3) {
        const struct report_axis *axis = &s->axis[heat->shown[0]];
        bool won = s->at[s->order[0] * s->table.n_axes + heat->shown[0]] == panel;
        html_elementf(p->h, "p", won ? "won" : NULL, "%s %s%s", axis->brief,
                      axis->value[panel], won ? ", best" : "");
    }
    heat_draw(p->h, heat, panel);
    html_end(p->h);
}

static void write_caption(const struct page *p, const struct heat *heat)
{
    const struct report_search *s = &p->r->search;

    html_begin(p->h, "figcaption");
    html_textf(p->h, "Across: %s", s->axis[heat->shown[heat->n_shown - 1]].name);
    if (heat->n_shown > 1)
        html_textf(p->h, "; down: %s", s->axis[heat->shown[heat->n_shown - 2]].name);
    if (heat->n_shown > 2)
        html_textf(p->h, "; one panel a value of %s", s->axis[heat->shown[0]].name);
    html_textf(p->h, ". Colour: how far the mean %s is %s the best.", s->score->title,
               s->score->better == BETTER_HIGH ? "below" : "above");
    if (heat->n_shown < s->table.n_axes)
        html_text(p->h, " A cell holds the best over the other hyper-parameters.");
    html_end(p->h);
}

static void draw_grid(const struct page *p)
{
    struct heat heat;

    heat_init(&heat, &p->r->search, p->mem);
    if (heat.n_shown == 0)
        return;
    html_begin(p->h, "figure");
    html_begin_class(p->h, "div", heat.panels > 1 ? "panels" : "panels one");
    for (size_t i = 0; i < heat.panels; i++)
        draw_panel(p, &heat, i);
    heat_legend(p->h, &heat);
    html_end(p->h);
    write_caption(p, &heat);
    html_end(p->h);
}

static void write_best(const struct page *p)
{
    const struct report_search *s = &p->r->search;
    size_t columns = s->table.n_axes + 4;
    const char **header = ARENA_ARRAY(p->mem, const char *, columns);

    if (s->table.n_cells < 2)
        return;
    header[0] = "Place";
    for (size_t a = 0; a < s->table.n_axes; a++)
        header[1 + a] = arena_format(p->mem, "#%s", s->axis[a].brief);
    header[s->table.n_axes + 1] = arena_format(p->mem, "#Mean %s", s->score->title);
    header[s->table.n_axes + 2] = "#Lowest";
    header[s->table.n_axes + 3] = "#Highest";
    page_table(p, NULL, "The best cells, with the lowest and the highest score of a fold",
               header, columns);
    for (size_t i = 0; i < s->table.n_cells && i < BEST_SHOWN; i++) {
        size_t cell = s->order[i];
        double low = INFINITY, high = -INFINITY;
        char value[32];
        for (size_t f = 0; f < s->table.folds; f++) {
            low = fmin(low, s->table.score[cell * s->table.folds + f]);
            high = fmax(high, s->table.score[cell * s->table.folds + f]);
        }
        page_row(p, i == 0 ? "main" : NULL, COUNT(i + 1));
        for (size_t a = 0; a < s->table.n_axes; a++)
            page_number(p, report_value(s, cell, a, value));
        page_number(p, FIGURE(s->table.mean[cell]));
        page_number(p, FIGURE(low));
        page_number(p, FIGURE(high));
        page_row_end(p);
    }
    page_table_end(p);
}

/* "16 on 8 rows, 6 on 24" */
static void write_rounds(const struct page *p)
{
    const struct search_csv *t = &p->r->search.table;

    if (!t->iter)
        return;
    html_begin_class(p->h, "p", "fine");
    html_text(p->h, "Cells were tried in rounds: ");
    for (size_t i = 0, n = 1; i < t->n_cells; i++, n++) {
        if (i + 1 < t->n_cells && t->iter[i + 1] == t->iter[i])
            continue;
        html_textf(p->h, "%s%s on %s rows", n == i + 1 ? "" : ", ", COUNT(n),
                   COUNT(t->resources[i]));
        n = 0;
    }
    html_text(p->h, ". Whatever was in a later round is better than what was not.");
    html_end(p->h);
}

/* Which recipe is better than the one that the pipeline's file asks for, and by how much. */
static void recommend(const struct page *p)
{
    const struct report_search *s = &p->r->search;
    size_t k = 0;

    while (k < s->n_recipes && (!s->recipe || strcmp(s->of[k].name, s->recipe) != 0))
        k++;
    if (k == 0 || k == s->n_recipes)
        return;
    html_begin(p->h, "p");
    html_text(p->h, "The pipeline’s file asks for ");
    html_element(p->h, "strong", NULL, s->recipe);
    html_text(p->h, "; better is ");
    html_element(p->h, "strong", NULL, s->of[0].name);
    if (isfinite(s->of[k].behind))
        html_textf(p->h, ", by %s in the mean %s over the same folds",
                   FIGURE(s->of[k].behind), s->score->title);
    if (isfinite(s->of[k].behind_error))
        html_textf(p->h, ", with a standard error of %s", FIGURE(s->of[k].behind_error));
    html_text(p->h, ".");
    html_end(p->h);
}

static void write_recipe(const struct page *p, size_t k)
{
    const struct report_recipe *r = &p->r->search.of[k];

    page_row(p, k == 0 ? "main" : NULL, r->name);
    page_cell(p, cell_text(p, r->cell, 1));
    page_number(p, FIGURE(p->r->search.table.mean[r->cell]));
    page_number(p, isfinite(r->error) ? FIGURE(r->error) : "");
    page_number(p, k > 0 && isfinite(r->behind) ? FIGURE(r->behind) : "");
    page_number(p, k > 0 && isfinite(r->behind_error) ? FIGURE(r->behind_error) : "");
    page_row_end(p);
}

static void write_recipes(const struct page *p)
{
    const struct report_search *s = &p->r->search;
    const char *const header[] = {"Recipe",
                                  "Best cell",
                                  arena_format(p->mem, "#Mean %s", s->score->title),
                                  "#Standard error",
                                  "#Behind the best",
                                  "#Its standard error"};

    if (s->n_recipes == 0)
        return;
    recommend(p);
    page_table(p, NULL,
               "The best cell of each recipe; differences to the best are taken fold by "
               "fold",
               header, COUNT_OF(header));
    for (size_t k = 0; k < s->n_recipes; k++)
        write_recipe(p, k);
    page_table_end(p);
}

void page_search(const struct page *p)
{
    page_section(p, "search", "The search");
    write_closeness(p);
    write_rounds(p);
    write_folds(p);
    write_recipes(p);
    if (p->r->search.n_recipes == 0)
        draw_grid(p);
    write_best(p);
    page_section_end(p);
}
