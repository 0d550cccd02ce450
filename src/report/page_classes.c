/* Classes and labels one by one: rates, scores, and what is taken for what. */
#include <stdlib.h>
#include <string.h>

#include "draw/figure.h"
#include "report/section.h"

enum { MATRIX_SHOWN = 8, MISTAKES_SHOWN = 12, RATES = 5, SCORES = 5 };

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

static const char *caption(const struct page *p, bool labels, bool scores)
{
    return arena_format(
        p->mem, "Held-out rows%s%s",
        labels ? "; a label is said above a probability of 0.5" : "",
        scores
            ? "; ± is one standard error of the AUC, AP the average precision, and ECE "
              "how far probabilities lie from what came, on average"
            : "");
}

static void class_table(const struct page *p, bool labels)
{
    const char *header[] = {labels ? "Label" : "Class",
                            "#n",
                            "#Precision",
                            "#Recall",
                            "#F1",
                            "#AUC",
                            "#±",
                            "#AP",
                            "#Brier",
                            "#ECE"};
    const struct classification_json *c = &p->r->classes;
    bool scores = has_scores(p);
    page_table(p, NULL, caption(p, labels, scores), header,
               RATES + (scores ? SCORES : 0));
    for (size_t i = 0; i < c->n_classes; i++)
        class_row(p, &c->class_of[i], scores);
    page_table_end(p);
    if (c->other_classes > 0)
        html_elementf(p->h, "p", "fine", "%s classes with fewer rows are left out.",
                      COUNT(c->other_classes));
}

static bool is_cell(const struct classification_json_cell *cell, const char *actual,
                    const char *foretold)
{
    return cell->actual && cell->foretold && strcmp(cell->actual, actual) == 0 &&
           strcmp(cell->foretold, foretold) == 0;
}

static size_t cell_of(const struct classification_json *c, const char *actual,
                      const char *foretold)
{
    for (size_t i = 0; i < c->n_cells; i++)
        if (is_cell(&c->cell[i], actual, foretold))
            return c->cell[i].n;
    return 0;
}

/* The share of the rows of its class; "" of a class without rows. */
static const char *share(const struct page *p, size_t n, size_t support)
{
    if (support == 0 || n == 0)
        return "";
    return arena_format(p->mem, "%s", PERCENT((double)n / (double)support));
}

static void matrix_cell(const struct page *p, size_t n, size_t support, bool right)
{
    html_begin_class(p->h, "td", right ? "n right" : "n");
    html_text(p->h, COUNT(n));
    if (n > 0)
        html_element(p->h, "small", NULL, share(p, n, support));
    html_end(p->h);
}

static void matrix(const struct page *p)
{
    const struct classification_json *c = &p->r->classes;
    const char *header[MATRIX_SHOWN + 1] = {"Really"};
    for (size_t i = 0; i < c->n_classes; i++)
        header[i + 1] = arena_format(p->mem, "#%s", c->class_of[i].name);
    page_table(p, NULL,
               "What rows really are, and what they are taken for: rows, and their share "
               "of the class; bold is right",
               header, c->n_classes + 1);
    for (size_t i = 0; i < c->n_classes; i++) {
        page_row(p, NULL, c->class_of[i].name);
        for (size_t k = 0; k < c->n_classes; k++)
            matrix_cell(p, cell_of(c, c->class_of[i].name, c->class_of[k].name),
                        c->class_of[i].support, i == k);
        page_row_end(p);
    }
    page_table_end(p);
}

static int by_rows(const void *a, const void *b)
{
    const struct classification_json_cell *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    int order = strcmp(x->actual, y->actual);
    return order != 0 ? order : strcmp(x->foretold, y->foretold);
}

static size_t support_of(const struct classification_json *c, const char *name)
{
    for (size_t i = 0; i < c->n_classes; i++)
        if (strcmp(c->class_of[i].name, name) == 0)
            return c->class_of[i].support;
    return 0;
}

/* Of classes that are too many for a matrix: which are confused most often. */
static void mistakes(const struct page *p)
{
    static const char *const header[] = {"Really", "Taken for", "#Rows", "#Of the class"};
    const struct classification_json *c = &p->r->classes;
    struct classification_json_cell *cell =
        ARENA_ARRAY(p->mem, struct classification_json_cell, c->n_cells);
    size_t n = 0;
    for (size_t i = 0; i < c->n_cells; i++)
        if (c->cell[i].actual && c->cell[i].foretold &&
            strcmp(c->cell[i].actual, c->cell[i].foretold) != 0)
            cell[n++] = c->cell[i];
    if (n == 0)
        return;
    qsort(cell, n, sizeof *cell, by_rows);
    page_table(p, NULL, "The most frequent mistakes", header, COUNT_OF(header));
    for (size_t i = 0; i < n && i < MISTAKES_SHOWN; i++) {
        page_row(p, NULL, cell[i].actual);
        page_cell(p, cell[i].foretold);
        page_number(p, COUNT(cell[i].n));
        page_number(p, share(p, cell[i].n, support_of(c, cell[i].actual)));
        page_row_end(p);
    }
    page_table_end(p);
}

void page_classes(const struct page *p)
{
    const struct classification_json *c = &p->r->classes;
    bool labels = task_find(c->task) == TASK_LABELS;
    if (c->n_classes == 0)
        return;
    page_section(p, "classes", labels ? "Label by label" : "Class by class");
    class_table(p, labels);
    if (c->n_cells > 0)
        (c->n_classes > MATRIX_SHOWN ? mistakes : matrix)(p);
    page_curves(p);
    page_section_end(p);
}
