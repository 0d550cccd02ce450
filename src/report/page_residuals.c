/* Residuals over time and against the prediction: is the model wrong at random, or in
 * one place? */
#include <math.h>
#include <string.h>

#include "draw/chart_plot.h"
#include "draw/figure.h"
#include "report/section.h"

static void draw(const struct page *p, enum page_axes axes, const char *id,
                 const char *title)
{
    struct plot_marks marks[PART_ARRIVED + 1];
    const struct report_series *rows = &p->r->rows;
    bool by_time = axes == RESIDUAL_BY_TIME;

    for (int part = PART_TRAIN; part <= PART_ARRIVED; part++) {
        const struct part_look *look = &page_looks[part];
        struct points points = page_points(p, rows, (enum report_part)part, axes);
        marks[part] = (struct plot_marks){look->class, look->mark, look->radius, points.n,
                                          points.x,    points.y,   points.tip};
    }
    html_begin(p->h, "figure");
    plot_draw(
        p->h,
        &(struct plot){
            .id = id,
            .title = title,
            .description = "Above zero the real value was higher than the prediction.",
            .width = 340,
            .height = 220,
            .glyph = 6.6,
            .axis = !by_time      ? PLOT_NUMBERS
                    : !rows->step ? PLOT_ORDER
                                  : PLOT_DAYS,
            .x_name =
                by_time ? (!rows->step ? "rows in order" : rows->key_name) : "prediction",
            .y_name = "residual",
            .zero = true,
            .n_marks = COUNT_OF(marks),
            .marks = marks});
    html_end(p->h);
}

static void name_worst(const struct page *p, enum report_part part)
{
    const struct residuals_json_part *of = report_residuals(p->r, part);

    if (of && of->worst)
        html_textf(p->h, " Largest miss, %s: %s, real %s, predicted %s.",
                   page_looks[part].label, of->worst->key, FIGURE(of->worst->actual),
                   FIGURE(of->worst->prediction));
}

static bool has_misses(const struct page *p, enum report_part part)
{
    const struct residuals_json_part *of = report_residuals(p->r, part);
    return of && of->worst;
}

void page_residuals(const struct page *p)
{
    if (strcmp(p->r->metrics.task, "regression") != 0)
        return; // classes and labels have none
    page_section(p, "residuals", "Residuals");
    html_begin(p->h, "p");
    html_text(
        p->h,
        "A residual is the real value less the prediction: above zero the model was "
        "too low.");
    name_worst(p, PART_HOLDOUT);
    name_worst(p, PART_ARRIVED);
    html_end(p->h);
    html_begin_class(p->h, "ul", "keys");
    for (int part = PART_TRAIN; part <= PART_ARRIVED; part++)
        if (has_misses(p, (enum report_part)part))
            page_key(p, page_looks[part].class, (int)page_looks[part].mark,
                     page_looks[part].label);
    html_end(p->h);
    html_begin_class(p->h, "div", "pair");
    draw(p, RESIDUAL_BY_TIME, "residuals-time", "Residuals over time");
    draw(p, RESIDUAL_BY_PREDICTION, "residuals-prediction",
         "Residuals against the prediction");
    html_end(p->h);
    page_section_end(p);
}
