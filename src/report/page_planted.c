/* Anomalies: what rules find of those that were planted, and the groups of which most is
 * flagged. */
#include <math.h>

#include "draw/chart_plot.h"
#include "draw/figure.h"
#include "report/section.h"

enum { ITEMS_SHOWN = 12, MARKS = 3 };

static void rule_row(const struct page *p, const struct classification_json_rule *r,
                     bool model)
{
    page_row(p, model ? "main" : NULL, r->name);
    page_number(p, COUNT(r->flagged));
    page_number(p, COUNT(r->found));
    page_number(p, FIXED(r->precision, 3));
    page_number(p, FIXED(r->recall, 3));
    page_number(p, FIXED(r->f1, 3));
    page_number(p, FIXED(r->factor, 2));
    page_number(p, FIXED(r->swapped, 2));
    page_number(p, FIXED(r->currency, 2));
    page_number(p, FIXED(r->drift, 2));
    page_row_end(p);
}

static void rule_table(const struct page *p,
                       const struct classification_json_anomalies *a)
{
    static const char *const header[] = {"Rule",      "#Flagged", "#Found", "#Precision",
                                         "#Recall",   "#F1",      "#Point", "#Item",
                                         "#Currency", "#Drift"};
    page_table(
        p, NULL,
        arena_format(p->mem,
                     "Held-out rows, of which %s were altered on purpose; the last "
                     "columns are the shares found of each kind: a slipped point, "
                     "another item's value, another currency, a slow drift",
                     COUNT(a->planted)),
        header, COUNT_OF(header));
    for (size_t i = 0; i < a->n_rules; i++)
        rule_row(p, &a->rule[i], i == 0);
    page_table_end(p);
    html_element(
        p->h, "p", "fine",
        "Nobody has marked the real anomalies: a row that was left alone counts "
        "as a false alarm where it is flagged, whatever it is, and a row without a "
        "band is not flagged. All rules have learnt from the same rows.");
}

static void item_table(const struct page *p,
                       const struct classification_json_anomalies *a)
{
    static const char *const header[] = {"Item",   "#Learnt from", "#Mean", "#Std",
                                         "#Lower", "#Upper",       "#Rows", "#Flagged"};
    size_t n = a->n_items < ITEMS_SHOWN ? a->n_items : ITEMS_SHOWN;
    page_table(
        p, NULL,
        arena_format(p->mem,
                     "Those of %s of which the largest share is flagged; %s %s too "
                     "few rows to have a band",
                     page_counted(p, a->groups, "item", "items"), COUNT(a->few),
                     a->few == 1 ? "has" : "have"),
        header, COUNT_OF(header));
    for (size_t i = 0; i < n; i++) {
        const struct classification_json_item *item = &a->item[i];
        page_row(p, NULL, item->name);
        page_number(p, COUNT(item->n));
        page_number(p, FIGURE(item->mean));
        page_number(p, FIGURE(item->std));
        page_number(p, FIGURE(item->lower));
        page_number(p, FIGURE(item->upper));
        page_number(p, COUNT(item->rows));
        page_number(p, COUNT(item->flagged));
        page_row_end(p);
    }
    page_table_end(p);
}

/* The points of an item that look alike: those inside, outside, and planted. */
static struct plot_marks marks_of(const struct page *p,
                                  const struct classification_json_item *item,
                                  size_t kind)
{
    static const struct plot_marks look[MARKS] = {
        {.class = "train", .mark = SVG_RING, .radius = 2.4},
        {.class = "holdout", .mark = SVG_DIAMOND, .radius = 3.4},
        {.class = "upcoming", .mark = SVG_STAR, .radius = 4.2}};
    struct plot_marks m = look[kind];
    double *x = ARENA_ARRAY(p->mem, double, item->n_points);
    double *y = ARENA_ARRAY(p->mem, double, item->n_points);
    for (size_t i = 0; i < item->n_points; i++) {
        const struct classification_json_value *v = &item->point[i];
        size_t own = !isnan(v->planted) ? 2 : v->flagged ? 1 : 0;
        if (own != kind)
            continue;
        x[m.n] = (double)i;
        y[m.n++] = own == 2 ? v->planted : v->value;
    }
    m.x = x;
    m.y = y;
    return m;
}

/* One item's prices in the order of the table between the lines of its band. */
static void item_chart(const struct page *p, const struct classification_json_item *item,
                       size_t i)
{
    const double end = (double)(item->n_points - 1);
    const double x[] = {0, end, NAN, 0, end};
    const double y[] = {item->lower, item->lower, NAN, item->upper, item->upper};
    const struct plot_marks marks[MARKS] = {marks_of(p, item, 0), marks_of(p, item, 1),
                                            marks_of(p, item, 2)};
    html_begin(p->h, "figure");
    plot_draw(p->h,
              &(struct plot){.id = arena_format(p->mem, "item-%zu", i + 1),
                             .title = item->name,
                             .description = "Values in the order of the table, and the "
                                            "bounds of the band.",
                             .width = 340,
                             .height = 200,
                             .glyph = 6.6,
                             .axis = PLOT_ORDER,
                             .y_name = p->r->pipeline->target,
                             .n_line = COUNT_OF(x),
                             .line_x = x,
                             .line_y = y,
                             .n_marks = MARKS,
                             .marks = marks});
    html_elementf(p->h, "figcaption", NULL, "%s", item->name);
    html_end(p->h);
}

static void item_charts(const struct page *p,
                        const struct classification_json_anomalies *a)
{
    html_begin_class(p->h, "ul", "keys");
    page_key(p, "train", SVG_RING, "inside");
    page_key(p, "holdout", SVG_DIAMOND, "outside");
    page_key(p, "upcoming", SVG_STAR, "planted");
    html_end(p->h);
    for (size_t i = 0; i < a->n_items && a->item[i].n_points > 0; i++) {
        if (i % 2 == 0)
            html_begin_class(p->h, "div", "pair");
        item_chart(p, &a->item[i], i);
        if (i % 2 == 1 || i + 1 == a->n_items || a->item[i + 1].n_points == 0)
            html_end(p->h);
    }
}

void page_planted(const struct page *p)
{
    const struct classification_json_anomalies *a = p->r->classes.anomalies;
    if (!a)
        return;
    page_section(p, "planted", "What is found, and where");
    rule_table(p, a);
    if (a->n_items > 0) {
        item_table(p, a);
        item_charts(p, a);
    }
    page_section_end(p);
}
