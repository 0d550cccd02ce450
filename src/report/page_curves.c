/* The curves of the classes or labels with most held-out rows: ROC, precision against recall,
 * and whether probabilities are what they say (scikit-learn's roc_curve,
 * precision_recall_curve and calibration_curve).
 *
 * One key tells all three apart; what a picture shows stands in its description as
 * figures. */
#include <math.h>

#include "draw/chart_plot.h"
#include "draw/figure.h"
#include "report/section.h"

enum { FEW_IN_BIN = 5 }; // rows of a bin that is left out: chance alone would show

enum curve_kind { CURVE_ROC, CURVE_PRECISION, CURVE_CALIBRATION };

/* What is drawn: the classes of one key. */
struct curve_set {
    size_t n, of; // of those with probabilities
    const struct classification_json_class *class_of[PAGE_CURVES];
};

/* True for a class that has more held-out rows than all but `most` others. */
static bool is_shown(const struct classification_json *c, size_t i, size_t most)
{
    size_t before = 0;
    for (size_t k = 0; k < c->n_classes; k++)
        before += c->class_of[k].score &&
                  (c->class_of[k].support > c->class_of[i].support ||
                   (c->class_of[k].support == c->class_of[i].support && k < i));
    return c->class_of[i].score && before < most;
}

static struct curve_set curve_set(const struct classification_json *c)
{
    struct curve_set s = {0};
    for (size_t i = 0; i < c->n_classes; i++) {
        s.of += c->class_of[i].score != NULL;
        if (is_shown(c, i, PAGE_CURVES))
            s.class_of[s.n++] = &c->class_of[i];
    }
    return s;
}

static struct plot_curve curve_of(const struct page *p,
                                  const struct classification_json_score *s,
                                  enum curve_kind kind)
{
    size_t most = kind == CURVE_CALIBRATION ? s->n_bins : s->n_points + 1, n = 0;
    double *x = ARENA_ARRAY(p->mem, double, most), *y = ARENA_ARRAY(p->mem, double, most);
    if (kind == CURVE_ROC)
        x[n] = y[n] = 0, n++;
    for (size_t k = 0; kind != CURVE_CALIBRATION && k < s->n_points; k++, n++) {
        x[n] = kind == CURVE_ROC ? s->point[k].fpr : s->point[k].tpr;
        y[n] = kind == CURVE_ROC ? s->point[k].tpr : s->point[k].precision;
    }
    for (size_t k = 0; kind == CURVE_CALIBRATION && k < s->n_bins; k++)
        if (s->bin[k].n >= FEW_IN_BIN)
            x[n] = s->bin[k].probability, y[n++] = s->bin[k].positive;
    return (struct plot_curve){.n = n, .x = x, .y = y};
}

/* "AUC: cat 0.912, owl 0.870." */
static const char *in_figures(const struct page *p, const struct curve_set *s,
                              enum curve_kind kind)
{
    static const char *const name[] = {"AUC", "Average precision", "Calibration error"};
    struct text t = {.mem = p->mem};
    for (size_t i = 0; i < s->n; i++) {
        const struct classification_json_score *of = s->class_of[i]->score;
        text_addf(&t, "%s %s %s", i == 0 ? name[kind] : ",", s->class_of[i]->name,
                  FIXED(kind == CURVE_ROC         ? of->auc
                        : kind == CURVE_PRECISION ? of->average_precision
                                                  : of->ece,
                        3));
    }
    text_puts(&t, ".");
    return t.p;
}

static struct plot plot_of(enum curve_kind kind)
{
    static const struct plot plots[] = {
        {.id = "roc",
         .title = "ROC: what is found beside false alarms",
         .x_name = "false alarms",
         .y_name = "recall"},
        {.id = "precision-recall",
         .title = "Precision against recall",
         .x_name = "recall",
         .y_name = "precision"},
        {.id = "calibration",
         .title = "Calibration: what came of what was said",
         .x_name = "probability",
         .y_name = "share that came"}};
    return plots[kind];
}

/* The first curve is a ROC of chance, the recall's axis, and a calibration without a
 * fault. */
static void chart(const struct page *p, const struct curve_set *s, enum curve_kind kind)
{
    static const char *const looks[PAGE_CURVES] = {"c0", "c1", "c2", "c3", "c4", "c5"};
    static const double ends[] = {0, 1}, none[] = {0, 0};
    struct plot_curve curve[PAGE_CURVES + 1] = {
        {"base", 2, ends, kind == CURVE_PRECISION ? none : ends}};
    struct plot_marks mark[PAGE_CURVES];
    struct plot plot = plot_of(kind);
    size_t n = 1;
    for (size_t i = 0; i < s->n; i++) {
        struct plot_curve *c = &curve[n++];
        *c = curve_of(p, s->class_of[i]->score, kind);
        c->class = page_curve_look[i];
        mark[i] = (struct plot_marks){
            .class = looks[i], .radius = 2, .n = c->n, .x = c->x, .y = c->y};
    }
    plot.description = in_figures(p, s, kind);
    plot.width = 340;
    plot.height = 240;
    plot.glyph = 6.6;
    plot.axis = PLOT_NUMBERS;
    plot.zero = true;
    plot.n_curves = n;
    plot.curves = curve;
    plot.n_marks = kind == CURVE_CALIBRATION ? s->n : 0;
    plot.marks = mark;
    html_begin(p->h, "figure");
    plot_draw(p->h, &plot);
    html_elementf(p->h, "figcaption", NULL, "%s", plot.title);
    html_end(p->h);
}

static void key(const struct page *p, const struct curve_set *s)
{
    html_begin_class(p->h, "ul", "keys");
    for (size_t i = 0; i < s->n; i++)
        page_key(p, page_curve_look[i], -1, s->class_of[i]->name);
    html_end(p->h);
}

void page_curves(const struct page *p)
{
    struct curve_set s = curve_set(&p->r->classes);
    if (s.n == 0)
        return;
    key(p, &s);
    html_begin_class(p->h, "div", "pair");
    for (size_t kind = CURVE_ROC; kind <= CURVE_CALIBRATION; kind++)
        chart(p, &s, (enum curve_kind)kind);
    html_end(p->h);
    html_elementf(p->h, "p", "fine",
                  "%sThe straight line is chance in the first chart and no fault in the "
                  "last, where a point stands for a tenth of the probabilities; one of "
                  "fewer than %s rows is left out.",
                  s.of > s.n ? arena_format(p->mem,
                                            "Drawn are the %s of %s with the most rows. ",
                                            COUNT(s.n), COUNT(s.of))
                             : "",
                  COUNT(FEW_IN_BIN));
}
