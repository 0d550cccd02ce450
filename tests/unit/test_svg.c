#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "help/html.h"
#include "help/markup.h"
#include "draw/svg.h"

TestSuite(svg, .init = help_html_begin, .fini = help_html_end);

Test(svg, a_drawing_tells_what_it_shows)
{
    svg_begin(&h, "a", 480, 262.5, "Title <1>", "It shows & tells");
    svg_end(&h);
    cr_assert_str_eq(out.p, "\n<svg viewBox=\"0 0 480 262.5\" role=\"img\" "
                            "aria-labelledby=\"a-t a-d\">"
                            "\n<title id=\"a-t\">Title &lt;1&gt;</title>"
                            "\n<desc id=\"a-d\">It shows &amp; tells</desc></svg>");
    cr_assert_null(markup_fault(out.p));
}

Test(svg, places_are_rounded_to_tenths)
{
    html_begin(&h, "svg");
    svg_line(&h, "grid", 1.04, 2.96, -0.04, 1e9);
    html_end(&h);
    cr_assert_not_null(strstr(out.p, "class=\"grid\" d=\"M1 3L0 0\""), "%s", out.p);
}

Test(svg, a_line_is_interrupted_where_there_is_no_number)
{
    const double x[] = {0, 1, 2, 3, 4}, y[] = {5, 6, NAN, 7, 8};
    html_begin(&h, "svg");
    svg_polyline(&h, "line", x, y, 5);
    html_end(&h);
    cr_assert_not_null(strstr(out.p, "d=\"M0 5L1 6M3 7L4 8\""), "%s", out.p);
}

Test(svg, a_line_of_nothing_is_not_drawn)
{
    const double none[] = {NAN, INFINITY};
    html_begin(&h, "svg");
    svg_polyline(&h, "line", none, none, 2);
    svg_polyline(&h, "line", NULL, NULL, 0);
    html_end(&h);
    cr_assert_str_eq(out.p, "\n<svg/>");
}

Test(svg, marks_differ_in_shape)
{
    char shapes[4][200];
    for (int mark = SVG_RING; mark <= SVG_STAR; mark++) {
        size_t before = out.n;
        html_begin(&h, "svg");
        svg_mark(&h, (enum svg_mark)mark, "m", 10, 10, 2, NULL);
        html_end(&h);
        snprintf(shapes[mark], sizeof(shapes[mark]), "%s", out.p + before);
        for (int other = SVG_RING; other < mark; other++)
            cr_assert_str_neq(shapes[mark], shapes[other]);
    }
}

Test(svg, a_tip_is_escaped)
{
    html_begin(&h, "svg");
    svg_mark(&h, SVG_STAR, NULL, 0, 0, 1, "<2020>");
    svg_rect(&h, NULL, 0, 0, 1, 1, "a&b");
    html_end(&h);
    cr_assert_not_null(strstr(out.p, "<title>&lt;2020&gt;</title>"));
    cr_assert_not_null(strstr(out.p, "<title>a&amp;b</title>"));
    cr_assert_null(markup_fault(out.p));
}
