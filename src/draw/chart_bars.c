/* Bars: each is a small drawing that stretches with its cell. */
#include "draw/chart_bars.h"

#include <math.h>

#include "draw/figure.h"
#include "draw/scale.h"
#include "draw/svg.h"

static void draw_bar(struct html *h, const struct bar *bar, double largest)
{
    html_begin_class(h, "td", "bar");
    if (bar->value > 0 && range_holds(bar->value)) {
        html_begin(h, "svg");
        html_attr(h, "viewBox", "0 0 100 10");
        html_attr(h, "preserveAspectRatio", "none");
        html_attr(h, "aria-hidden", "true");
        svg_rect(h, bar->faint ? "faint" : "solid", 0, 0, 100 * (bar->value / largest),
                 10, NULL);
        html_end(h);
    }
    html_end(h);
}

void bars_draw(struct html *h, const struct bar *bar, size_t n)
{
    struct axis_range range = RANGE_NONE;

    for (size_t i = 0; i < n; i++)
        range_add(&range, bar[i].value);
    for (size_t i = 0; i < n; i++) {
        html_begin_class(h, "tr", bar[i].faint ? "faint" : NULL);
        html_begin(h, "th");
        html_attr(h, "scope", "row");
        html_name(h, bar[i].name);
        if (bar[i].note)
            html_elementf(h, "span", "note", " %s", bar[i].note);
        html_end(h);
        html_element(h, "td", "n", FIGURE(bar[i].value));
        draw_bar(h, &bar[i], range.high);
        html_end(h);
    }
}
