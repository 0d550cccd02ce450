/* The learning curve: the loss after each round of the final fit, on the rows that it learnt
 * from and on those that it was checked by. */
#include <math.h>

#include "draw/chart_plot.h"
#include "draw/figure.h"
#include "report/section.h"

enum { LEARNT, CHECKED, LOSSES };

static struct plot_curve curve_of(const struct page *p, size_t which)
{
    const struct history_csv *h = &p->r->history;
    double *x = ARENA_ARRAY(p->mem, double, h->n), *y = ARENA_ARRAY(p->mem, double, h->n);
    for (size_t i = 0; i < h->n; i++) {
        x[i] = (double)h->row[i].epoch;
        y[i] = which == LEARNT ? h->row[i].train_loss : h->row[i].check_loss;
    }
    return (struct plot_curve){page_curve_look[which], h->n, x, y};
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

static const char *say(const struct page *p, size_t best)
{
    const struct history_csv *h = &p->r->history;
    struct text t = {.mem = p->mem};
    text_addf(&t, "%s; the loss on the rows that it learnt from ends at %s",
              page_counted(p, h->n, "round", "rounds"),
              FIGURE(h->row[h->n - 1].train_loss));
    if (best > 0)
        text_addf(&t, ", on those that it was checked by the least was %s, in round %s",
                  FIGURE(h->row[best - 1].check_loss), COUNT(h->row[best - 1].epoch));
    text_puts(&t, ".");
    return t.p;
}

static void key(const struct page *p, bool checked)
{
    html_begin_class(p->h, "ul", "keys");
    page_key(p, page_curve_look[LEARNT], -1, "rows that it learnt from");
    if (checked) {
        page_key(p, page_curve_look[CHECKED], -1, "rows that it was checked by");
        page_key(p, "upcoming", SVG_STAR, "the least of these");
    }
    html_end(p->h);
}

static void chart(const struct page *p, size_t best)
{
    const struct history_csv_row *row = &p->r->history.row[best > 0 ? best - 1 : 0];
    const struct plot_curve curves[] = {curve_of(p, LEARNT), curve_of(p, CHECKED)};
    double at = (double)row->epoch;
    const struct plot_marks mark = {"upcoming", SVG_STAR,         4.2, 1,
                                    &at,        &row->check_loss, NULL};
    html_begin(p->h, "figure");
    key(p, best > 0);
    plot_draw(p->h, &(struct plot){.id = "curve",
                                   .title = "Loss after each round",
                                   .description = say(p, best),
                                   .width = 720,
                                   .height = 220,
                                   .glyph = 6.6,
                                   .axis = PLOT_NUMBERS,
                                   .x_name = "round",
                                   .y_name = "loss",
                                   .n_curves = best > 0 ? LOSSES : LOSSES - 1,
                                   .curves = curves,
                                   .n_marks = best > 0,
                                   .marks = &mark});
    html_end(p->h);
}

void page_history(const struct page *p)
{
    size_t best = least(&p->r->history);
    if (p->r->history.n < 2)
        return;
    page_section(p, "history", "Learning curve");
    html_element(p->h, "p", NULL, say(p, best));
    chart(p, best);
    page_section_end(p);
}
