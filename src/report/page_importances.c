/* What the answers rest on: features by what shuffling them costs, columns by the model's own
 * account, and what else it says of itself. */
#include <math.h>

#include "draw/chart_bars.h"
#include "draw/figure.h"
#include "report/section.h"

enum { IMPORTANT_SHOWN = 20 };

static void rest(const struct page *p, size_t shown, size_t listed, size_t other)
{
    if (listed - shown + other > 0)
        html_elementf(p->h, "p", "fine",
                      "%s more are not shown; importances.json lists %s.",
                      COUNT(listed - shown + other), COUNT(listed));
}

static void features(const struct page *p, const struct importances_json *i)
{
    static const char *const header[] = {"Feature", "#Loss", ""};
    const struct metric *m = metric_find(i->score);
    size_t n = i->n_features < IMPORTANT_SHOWN ? i->n_features : IMPORTANT_SHOWN;
    struct bar *bar = ARENA_ARRAY(p->mem, struct bar, n);
    for (size_t k = 0; k < n; k++) {
        const struct importances_json_feature *f = &i->feature[k];
        const char *spread = arena_format(p->mem, "± %s", FIGURE(f->std));
        bar[k] = (struct bar){f->name, f->mean, isnan(f->std) ? NULL : spread,
                              !(f->mean > f->std)};
    }
    page_table(
        p, "bars",
        arena_format(p->mem,
                     "How much worse the %s of %s held-out rows (%s) becomes when a "
                     "feature's values are shuffled among them, mean of %s; faint: "
                     "no more than chance",
                     m ? m->title : i->score, COUNT(i->rows), FIGURE(i->value),
                     page_counted(p, i->repeats, "time", "times")),
        header, COUNT_OF(header));
    bars_draw(p->h, bar, n);
    page_table_end(p);
    rest(p, n, i->n_features, i->other_features);
}

static void columns(const struct page *p, const struct importances_json *i)
{
    static const char *const header[] = {"Column", "#Share", ""};
    size_t n = i->n_columns < IMPORTANT_SHOWN ? i->n_columns : IMPORTANT_SHOWN;
    struct bar *bar = ARENA_ARRAY(p->mem, struct bar, n);
    for (size_t k = 0; k < n; k++)
        bar[k] = (struct bar){.name = i->column[k].name, .value = i->column[k].share};
    page_table(p, "bars",
               "The share of each column in what the model learnt, by its own account",
               header, COUNT_OF(header));
    bars_draw(p->h, bar, n);
    page_table_end(p);
    rest(p, n, i->n_columns, i->other_columns);
}

/* Rounds and trees are counted, not measured. */
static const char *figure_words(const struct page *p, double value)
{
    bool whole = value >= 0 && value < 1e15 && floor(value) == value;
    return arena_format(p->mem, "%s", whole ? COUNT((uint64_t)value) : FIGURE(value));
}

static void figures(const struct page *p, const struct importances_json *i)
{
    static const char *const header[] = {"Figure", "#Value"};
    page_table(p, NULL, "What the model says of itself", header, COUNT_OF(header));
    for (size_t k = 0; k < i->n_figures; k++) {
        page_row(p, NULL, i->figure[k].name);
        page_number(p, figure_words(p, i->figure[k].value));
        page_row_end(p);
    }
    page_table_end(p);
}

void page_importances(const struct page *p)
{
    const struct importances_json *i = &p->r->importances;
    if (i->n_features + i->n_columns + i->n_figures == 0)
        return;
    page_section(p, "importances", "What the answers rest on");
    if (i->n_features > 0)
        features(p, i);
    if (i->n_columns > 0)
        columns(p, i);
    if (i->n_figures > 0)
        figures(p, i);
    page_section_end(p);
}
