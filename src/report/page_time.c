/* The chart of real values and predictions over time, of rows without a time one against the
 * other, and the figures behind it. */
#include <math.h>
#include <stdlib.h>

#include "draw/chart_plot.h"
#include "draw/figure.h"
#include "report/section.h"

enum { TABLE_ROWS = 120 };

struct page_place {
    double at, value;
};

static int by_place(const void *a, const void *b)
{
    const struct page_place *x = a, *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

/* Days after which a line is interrupted: a month is missing, or much more than the
 * usual step. */
static double longest_step(const struct page_place *place, size_t n, bool months)
{
    if (months)
        return 31;
    return n < 2 ? 0 : 4.5 * (place[n - 1].at - place[0].at) / (double)(n - 1);
}

/* Whether the line stops before the i-th place: steps are missing there, or another series
 * begins, whose times are earlier ones. */
static bool is_apart(const struct page *p, const struct page_place *place, size_t i,
                     double step)
{
    const struct report_series *rows = &p->r->rows;
    const struct pipeline *pipeline = p->r->pipeline;

    if (rows->step)
        return place[i].at - place[i - 1].at > step;
    return pipeline->group && pipeline->time.column &&
           strcmp(rows->key[i], rows->key[i - 1]) < 0;
}

/* The real values in the order of time, known upcoming ones included, as a line with
 * gaps. */
static size_t real_line(const struct page *p, double **ret_x, double **ret_y)
{
    const struct report_series *rows = &p->r->rows, *next = &p->r->upcoming;
    size_t most = rows->n + next->n, n = 0, points = 0;
    struct page_place *place = ARENA_ARRAY(p->mem, struct page_place, most);

    for (size_t i = 0; i < rows->n; i++)
        place[n++] = (struct page_place){rows->place[i], rows->actual[i]};
    for (size_t i = 0; i < next->n && rows->step; i++)
        place[n++] = (struct page_place){next->place[i], next->actual[i]};
    if (n > 1)
        qsort(place, n, sizeof(*place), by_place);
    bool months = rows->n == rows->of && rows->step && rows->step->months == 1;
    double step = longest_step(place, n, months);
    *ret_x = ARENA_ARRAY(p->mem, double, 2 * most);
    *ret_y = ARENA_ARRAY(p->mem, double, 2 * most);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && is_apart(p, place, i, step)) {
            (*ret_x)[points] = place[i].at;
            (*ret_y)[points++] = NAN;
        }
        (*ret_x)[points] = place[i].at;
        (*ret_y)[points++] = place[i].value;
    }
    return points;
}

static bool has_time(const struct page *p)
{
    return p->r->pipeline->time.column != NULL;
}

/* Where predictions would equal the real values: from the least of these to the largest. */
static size_t equal_line(const struct page *p, double **ret_x, double **ret_y)
{
    const struct report_series *rows = &p->r->rows;
    double *end = ARENA_ARRAY(p->mem, double, 2);
    end[0] = end[1] = rows->n > 0 ? rows->actual[0] : NAN;
    for (size_t i = 0; i < rows->n; i++) {
        end[0] = fmin(end[0], rows->actual[i]);
        end[1] = fmax(end[1], rows->actual[i]);
    }
    *ret_x = *ret_y = end;
    return 2;
}

static const char *note(const struct page *p)
{
    const struct report_series *u = &p->r->upcoming;

    if (!has_time(p) || u->n == 0 || (u->n > 1 && !u->step)) // none, or without order
        return NULL;
    return arena_format(p->mem, "%s: %s", report_label(u, u->n - 1, p->mem),
                        FIGURE(u->prediction[u->n - 1]));
}

/* The predictions of each part. */
static void all_marks(const struct page *p, struct plot_marks *marks)
{
    const struct report *r = p->r;
    for (int part = PART_TRAIN; part <= PART_UPCOMING; part++) {
        const struct part_look *look = &page_looks[part];
        struct points points = page_points(
            p, part == PART_UPCOMING ? &r->upcoming : &r->rows, (enum report_part)part,
            has_time(p) ? PREDICTION_BY_TIME : PREDICTION_BY_ACTUAL);
        marks[part] = (struct plot_marks){look->class, look->mark, look->radius, points.n,
                                          points.x,    points.y,   points.tip};
    }
}

static void draw(const struct page *p)
{
    struct plot_marks marks[PART_UPCOMING + 1];
    const struct report *r = p->r;
    double *x, *y;
    bool time = has_time(p);
    size_t n_line = (time ? real_line : equal_line)(p, &x, &y);

    all_marks(p, marks);
    plot_draw(p->h,
              &(struct plot){.id = "time",
                             .title = time ? "Real values and predictions over time"
                                           : "Predictions beside the real values",
                             .description = arena_format(p->mem, "%s %s", p->v->headline,
                                                         p->v->next),
                             .width = 480,
                             .height = 262,
                             .glyph = 8.6,
                             .axis = !time           ? PLOT_NUMBERS
                                     : !r->rows.step ? PLOT_ORDER
                                                     : PLOT_DAYS,
                             .x_name = time ? NULL : "real",
                             .y_name = time ? r->metrics.target : "predicted",
                             .n_line = n_line,
                             .line_x = x,
                             .line_y = y,
                             .n_bands = time && r->upcoming.lower ? r->upcoming.n : 0,
                             .band_x = r->upcoming.place,
                             .band_low = r->upcoming.lower,
                             .band_high = r->upcoming.upper,
                             .n_marks = COUNT_OF(marks),
                             .marks = marks,
                             .note = note(p)});
}

static bool has_part(const struct page *p, enum report_part part)
{
    return part == PART_UPCOMING ? p->r->upcoming.n > 0
                                 : report_residuals(p->r, part) != NULL;
}

static void legend(const struct page *p)
{
    html_begin_class(p->h, "ul", "keys");
    page_key(p, "line", -1, has_time(p) ? "real" : "predicted = real");
    for (int part = PART_TRAIN; part <= PART_UPCOMING; part++)
        if (has_part(p, (enum report_part)part))
            page_key(p, page_looks[part].class, (int)page_looks[part].mark,
                     arena_format(p->mem, "predicted, %s", page_looks[part].label));
    html_end(p->h);
}

static const char *band_text(const struct page *p, const struct report_series *s,
                             size_t i, int digits)
{
    if (isnan(s->lower[i]))
        return "";
    return arena_format(p->mem, "%s to %s", FIXED(s->lower[i], digits),
                        FIXED(s->upper[i], digits));
}

static void table_row(const struct page *p, const struct report_series *s, size_t i,
                      int digits)
{
    page_row(p, NULL, report_label(s, i, p->mem));
    page_cell(p, page_looks[s->part[i]].label);
    page_number(p, FIXED(s->actual[i], digits));
    page_number(p, FIXED(s->prediction[i], digits));
    page_number(p, FIXED(s->actual[i] - s->prediction[i], digits));
    if (p->r->upcoming.lower)
        page_cell(p, s->lower ? band_text(p, s, i, digits) : "");
    page_row_end(p);
}

static const char *level_text(const struct page *p)
{
    return arena_format(p->mem, "%.4g", 100 * p->r->forecast.level);
}

/* Digits behind the point suit the largest real value, so that a column lines up. */
static void table(const struct page *p)
{
    const struct report_series *last = &p->r->last, *next = &p->r->upcoming;
    const char *header[] = {
        last->key_name, "Part",      "#Real",
        "#Predicted",   "#Residual", arena_format(p->mem, "%s %% band", level_text(p))};
    size_t columns = COUNT_OF(header) - (next->lower ? 0 : 1);
    int digits = figure_digits(p->r->residuals.largest);

    html_begin(p->h, "details");
    html_element(p->h, "summary", NULL, "The figures behind the chart");
    page_table(p, NULL,
               last->n < last->of ? arena_format(p->mem, "The last %s of %s rows",
                                                 COUNT(last->n), COUNT(last->of))
                                  : "All rows; a residual is real − predicted",
               header, columns);
    for (size_t i = 0; i < last->n; i++)
        table_row(p, last, i, digits);
    for (size_t i = 0; i < next->n && i < TABLE_ROWS; i++)
        table_row(p, next, i, digits);
    page_table_end(p);
    html_end(p->h);
}

static void caption(const struct page *p)
{
    const struct report *r = p->r;
    bool series = r->pipeline->group && r->pipeline->time.column;

    bool cut = r->upcoming.n < r->upcoming.of, bands = has_time(p) && r->upcoming.lower;
    if (r->residuals.every < 2 && !series && !cut && !bands)
        return;
    html_begin(p->h, "figcaption");
    if (bands)
        html_textf(p->h, "Upright lines are %s %% bands. ", level_text(p));
    if (series)
        html_text(p->h, "One series behind another, each in the order of time. ");
    if (r->residuals.every > 1)
        html_textf(p->h, "One in %s rows is shown.", COUNT(r->residuals.every));
    if (cut)
        html_textf(p->h, "%sOf %s rows to come the first %s are shown.",
                   r->residuals.every > 1 ? " " : "", COUNT(r->upcoming.of),
                   COUNT(r->upcoming.n));
    html_end(p->h);
}

void page_time(const struct page *p)
{
    if (task_find(p->r->metrics.task) != TASK_REGRESSION)
        return; // classes and labels lie on no scale
    page_section(p, "time", "Real values and predictions");
    html_begin_class(p->h, "figure", "wide");
    legend(p);
    draw(p);
    caption(p);
    html_end(p->h);
    table(p);
    page_section_end(p);
}
