/* Classes and labels one by one: rates, curves, calibration, and what is taken for what. */
#include <math.h>
#include <string.h>

#include "draw/chart_plot.h"
#include "draw/figure.h"
#include "report/section.h"

enum { CONFUSED_SHOWN = 12, RATES = 5, SCORES = 5 };

static bool has_scores(const struct page *p)
{
    const struct classification_json *c = &p->r->classes;
    for (size_t i = 0; i < c->n_classes; i++)
        if (c->class_of[i].score)
            return true;
    return false;
}

static void class_row(const struct page *p, const struct classification_json_class *c,
                      bool scores)
{
    const struct classification_json_score *s = c->score;
    page_row(p, NULL, c->name);
    page_number(p, COUNT(c->support));
    page_number(p, FIXED(c->precision, 3));
    page_number(p, FIXED(c->recall, 3));
    page_number(p, FIXED(c->f1, 3));
    if (scores) {
        page_number(p, s ? FIXED(s->auc, 3) : "");
        page_number(p, s ? FIXED(s->auc_error, 3) : "");
        page_number(p, s ? FIXED(s->average_precision, 3) : "");
        page_number(p, s ? FIXED(s->brier, 3) : "");
        page_number(p, s ? FIXED(s->ece, 3) : "");
    }
    page_row_end(p);
}

static void class_table(const struct page *p)
{
    static const char *const header[] = {
        "Class", "#n", "#Precision",         "#Recall", "#F1",
        "#AUC",  "#±", "#Average precision", "#Brier",  "#Calibration error"};
    const struct classification_json *c = &p->r->classes;
    bool scores = has_scores(p);
    page_table(p, NULL,
               scores ? "Held-out rows; ± is one standard error of the AUC, the last "
                        "column how far probabilities lie from what came, on average"
                      : "Held-out rows",
               header, RATES + (scores ? SCORES : 0));
    for (size_t i = 0; i < c->n_classes; i++)
        class_row(p, &c->class_of[i], scores);
    page_table_end(p);
    if (c->other_classes > 0)
        html_elementf(p->h, "p", "fine", "%s classes with fewer rows are left out.",
                      COUNT(c->other_classes));
}

static size_t cell_of(const struct classification_json *c, const char *actual,
                      const char *foretold)
{
    for (size_t i = 0; i < c->n_cells; i++)
        if (c->cell[i].actual && c->cell[i].foretold &&
            strcmp(c->cell[i].actual, actual) == 0 &&
            strcmp(c->cell[i].foretold, foretold) == 0)
            return c->cell[i].n;
    return 0;
}

static void confusion(const struct page *p)
{
    const struct classification_json *c = &p->r->classes;
    const char *header[CONFUSED_SHOWN + 1] = {"Really"};
    if (c->n_cells == 0 || c->n_classes > CONFUSED_SHOWN)
        return;
    for (size_t i = 0; i < c->n_classes; i++)
        header[i + 1] = arena_format(p->mem, "#%s", c->class_of[i].name);
    page_table(p, NULL, "What rows really are, and what they are taken for", header,
               c->n_classes + 1);
    for (size_t i = 0; i < c->n_classes; i++) {
        page_row(p, NULL, c->class_of[i].name);
        for (size_t k = 0; k < c->n_classes; k++)
            page_number(p, COUNT(cell_of(c, c->class_of[i].name, c->class_of[k].name)));
        page_row_end(p);
    }
    page_table_end(p);
}

/* The curves of all classes as one line with gaps; precision: against the recall. */
static void curves(const struct page *p, const char *id, const char *title,
                   bool precision)
{
    const struct classification_json *c = &p->r->classes;
    size_t n = 0, most = 0;
    for (size_t i = 0; i < c->n_classes; i++)
        most += c->class_of[i].score ? c->class_of[i].score->n_points + 2 : 0;
    double *x = ARENA_ARRAY(p->mem, double, most), *y = ARENA_ARRAY(p->mem, double, most);
    for (size_t i = 0; i < c->n_classes; i++) {
        const struct classification_json_score *s = c->class_of[i].score;
        if (s && !precision)
            x[n] = y[n] = 0, n++;
        for (size_t k = 0; s && k < s->n_points; k++, n++) {
            x[n] = precision ? s->point[k].tpr : s->point[k].fpr;
            y[n] = precision ? s->point[k].precision : s->point[k].tpr;
        }
        if (s)
            x[n] = y[n] = NAN, n++;
    }
    html_begin(p->h, "figure");
    plot_draw(p->h, &(struct plot){.id = id,
                                   .title = title,
                                   .description = "One line a class, held-out rows.",
                                   .width = 340,
                                   .height = 220,
                                   .glyph = 6.6,
                                   .axis = PLOT_NUMBERS,
                                   .x_name = precision ? "recall" : "false alarms",
                                   .y_name = precision ? "precision" : "recall",
                                   .zero = true,
                                   .n_line = n,
                                   .line_x = x,
                                   .line_y = y});
    html_end(p->h);
}

void page_classes(const struct page *p)
{
    if (p->r->classes.n_classes == 0)
        return;
    page_section(p, "classes", "Class by class");
    class_table(p);
    confusion(p);
    if (has_scores(p)) {
        html_begin_class(p->h, "div", "pair");
        curves(p, "roc", "ROC: what is found beside false alarms", false);
        curves(p, "precision-recall", "Precision against recall", true);
        html_end(p->h);
    }
    page_section_end(p);
}
