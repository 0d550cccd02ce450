/* The learning curve: the loss after each round of the final fit, on the rows that it learnt
 * from and on those that it was checked by. */
#include <math.h>

#include "draw/chart_plot.h"
#include "draw/figure.h"
#include "report/section.h"

/* Both curves as one line with a gap between them; returns its points. */
static size_t curves_of(const struct history_csv *h, double *x, double *y)
{
    size_t n = 0;
    for (size_t curve = 0; curve < 2; curve++) {
        for (size_t i = 0; i < h->n; i++, n++) {
            x[n] = (double)h->row[i].epoch;
            y[n] = curve == 0 ? h->row[i].train_loss : h->row[i].check_loss;
        }
        x[n] = y[n] = NAN, n++;
    }
    return n;
}

/* The round with the least loss on the rows to check by; 0 where there are none. */
static size_t least(const struct history_csv *h)
{
    size_t best = 0;
    for (size_t i = 0; i < h->n; i++)
        if (!isnan(h->row[i].check_loss) &&
            (best == 0 || h->row[i].check_loss < h->row[best - 1].check_loss))
            best = i + 1;
    return best;
}

static void say(const struct page *p, const struct history_csv *h, size_t best)
{
    const struct history_csv_row *last = &h->row[h->n - 1];
    html_begin(p->h, "p");
    html_textf(p->h, "%s; the loss on the rows that it learnt from ends at %s",
               page_counted(p, h->n, "round", "rounds"), FIGURE(last->train_loss));
    if (best > 0)
        html_textf(p->h,
                   ", on those that it was checked by the least was %s, in round %s",
                   FIGURE(h->row[best - 1].check_loss), COUNT(h->row[best - 1].epoch));
    html_text(p->h, ".");
    html_end(p->h);
}

void page_history(const struct page *p)
{
    const struct history_csv *h = &p->r->history;
    if (h->n < 2)
        return;
    size_t best = least(h);
    double *x = ARENA_ARRAY(p->mem, double, 2 * h->n + 2),
           *y = ARENA_ARRAY(p->mem, double, 2 * h->n + 2);
    double at = best > 0 ? (double)h->row[best - 1].epoch : NAN,
           low = best > 0 ? h->row[best - 1].check_loss : NAN;
    struct plot_marks mark = {"holdout", SVG_RING, 3, 1, &at, &low, NULL};
    page_section(p, "history", "Learning curve");
    say(p, h, best);
    html_begin(p->h, "figure");
    plot_draw(p->h,
              &(struct plot){.id = "curve",
                             .title = "Loss after each round",
                             .description = best > 0 ? "Two lines: rows that were learnt "
                                                       "from, and rows that were only "
                                                       "looked at; the mark is the least."
                                                     : "Rows that were learnt from.",
                             .width = 720,
                             .height = 220,
                             .glyph = 6.6,
                             .axis = PLOT_NUMBERS,
                             .x_name = "round",
                             .y_name = "loss",
                             .n_line = curves_of(h, x, y),
                             .line_x = x,
                             .line_y = y,
                             .n_marks = best > 0,
                             .marks = &mark});
    html_end(p->h);
    page_section_end(p);
}
