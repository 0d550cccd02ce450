#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/artifacts.h"
#include "help/help.h"
#include "help/html.h"
#include "help/markup.h"
#include "draw/chart_bars.h"
#include "report/chart_heat.h"
#include "draw/chart_plot.h"

TestSuite(chart, .init = help_html_begin, .fini = help_html_end);

/* Plots */

static const double days[] = {18262, 18293, 18322}, values[] = {10, 12, 14};

static struct plot plot_of(const struct plot_marks *marks, size_t n)
{
    return (struct plot){.id = "p",
                         .title = "t",
                         .description = "d",
                         .width = 300,
                         .height = 200,
                         .glyph = 6,
                         .axis = PLOT_DAYS,
                         .n_line = COUNT_OF(days),
                         .line_x = days,
                         .line_y = values,
                         .n_marks = n,
                         .marks = marks};
}

Test(chart, a_plot_has_its_line_and_its_labels)
{
    struct plot p = plot_of(NULL, 0);
    p.y_name = "price & <b>";
    cr_assert(plot_draw(&h, &p));
    cr_assert_null(markup_fault(out.p), "%s", markup_fault(out.p));
    cr_assert(markup_shows(out.p, "2020-01-01") || markup_shows(out.p, "2020-01"));
    cr_assert(markup_shows(out.p, "price &amp; &lt;b&gt;"));
    cr_assert(markup_shows(out.p, "14"));
    cr_assert_not_null(strstr(out.p, "class=\"line\""));
}

Test(chart, bands_are_upright_lines_inside_the_frame)
{
    const double low[] = {-50, NAN}, high[] = {60, 1};
    struct plot p = plot_of(NULL, 0);
    p.n_bands = 2;
    p.band_x = days;
    p.band_low = low;
    p.band_high = high;
    cr_assert(plot_draw(&h, &p));
    cr_assert(markup_shows(out.p, "60") && markup_shows(out.p, "−40"));
    const char *band = strstr(out.p, "class=\"band\"");
    cr_assert_not_null(band);
    cr_assert_null(strstr(band + 1, "class=\"band\""), "one has no lower end");
}

Test(chart, a_plot_of_nothing_draws_nothing)
{
    const double none[] = {NAN, INFINITY, 1e200};
    struct plot p = plot_of(NULL, 0);
    p.line_y = none;
    cr_assert_not(plot_draw(&h, &p));
    cr_assert_str_eq(out.p, "");
}

Test(chart, points_that_are_no_numbers_are_left_out)
{
    const double x[] = {18262, NAN, 18300, 18310}, y[] = {1, 2, INFINITY, 4};
    const struct plot_marks marks = {"train", SVG_RING, 2, 4, x, y, NULL};
    struct plot p = plot_of(&marks, 1);
    cr_assert(plot_draw(&h, &p));
    cr_assert_eq(markup_count(out.p, "circle"), 2);
}

Test(chart, one_point_is_enough)
{
    const struct plot_marks marks = {"train", SVG_RING, 2, 1, days, values, NULL};
    struct plot p = plot_of(&marks, 1);
    p.n_line = 0;
    p.axis = PLOT_NUMBERS;
    cr_assert(plot_draw(&h, &p));
    cr_assert_eq(markup_count(out.p, "circle"), 1);
    cr_assert_null(strstr(out.p, "nan"));
}

Test(chart, zero_is_part_of_a_residual_plot)
{
    struct plot p = plot_of(NULL, 0);
    p.zero = true;
    cr_assert(plot_draw(&h, &p));
    cr_assert_not_null(strstr(out.p, "class=\"zero\""));
    cr_assert(markup_shows(out.p, ">0<") || strstr(out.p, ">0</text>") != NULL);
}

/* The y of the note's baseline. */
static double note_height(void)
{
    const char *note = strstr(out.p, "<text class=\"note\"");
    cr_assert_not_null(note);
    return strtod(strstr(note, "y=\"") + 3, NULL);
}

Test(chart, a_note_keeps_off_the_points)
{
    double x[40], y[40];
    for (int i = 0; i < 40; i++) { // a band right above and below the last mark
        x[i] = 18262 + i;
        y[i] = i % 2 ? 40 : 60;
    }
    const double last_x = 18301, last_y = 50, ends[] = {0, 100}, end_x[] = {18262, 18262};
    const struct plot_marks marks[] = {
        {"train", SVG_RING, 2, 40, x, y, NULL},
        {"holdout", SVG_RING, 2, 2, end_x, ends, NULL},
        {"upcoming", SVG_STAR, 4, 1, &last_x, &last_y, NULL}};
    struct plot p = plot_of(marks, 3);
    p.n_line = 0;
    p.note = "2020-02: 50";
    cr_assert(plot_draw(&h, &p));
    double middle = 200 / 2.0;
    cr_assert(fabs(note_height() - middle) > 20, "at %g", note_height());
    cr_assert(note_height() > 0 && note_height() < 200);
}

Test(chart, a_note_goes_as_far_as_there_is_room)
{
    enum { ROWS = 900 };
    double x[ROWS], y[ROWS];
    for (int i = 0; i < ROWS; i++) { // all but the lowest fifth is taken
        x[i] = 18262 + i % 30;
        y[i] = 20 + 80.0 * i / ROWS;
    }
    const double last_x = 18291, last_y = 100, end_x = 18262, end_y = 0;
    const struct plot_marks marks[] = {
        {"train", SVG_RING, 2, ROWS, x, y, NULL},
        {"holdout", SVG_RING, 2, 1, &end_x, &end_y, NULL},
        {"upcoming", SVG_STAR, 4, 1, &last_x, &last_y, NULL}};
    struct plot p = plot_of(marks, 3);
    p.n_line = 0;
    p.height = 400;
    p.note = "2020-01: 100";
    cr_assert(plot_draw(&h, &p));
    cr_assert(note_height() > 300 && note_height() < 400, "at %g", note_height());
}

/* Heat maps */

static struct report report;
static struct pipeline pipeline;
static struct again run;

static void read_search(const char *csv)
{
    const char *folder = help_folder();
    struct error err;
    artifacts_write(folder);
    if (csv)
        artifacts_put(folder, "search.csv", csv, strlen(csv));
    artifacts_run(folder, &mem, &pipeline, &run);
    cr_assert_eq(report_read(&run, NULL, &mem, &report, &err), STATUS_OK, "%s",
                 err.message);
}

static struct heat heat_of(const char *csv)
{
    struct heat heat;
    read_search(csv);
    heat_init(&heat, &report.search, &mem);
    return heat;
}

Test(chart, three_axes_make_panels_rows_and_columns)
{
    struct heat heat = heat_of(NULL);
    cr_assert_eq(heat.n_shown, 3);
    cr_assert_eq(heat.panels * 100 + heat.rows * 10 + heat.columns, 222);
    cr_assert_eq(heat.cell[0], 4,
                 "alpha 0.1, degree 1, k 1 stands first, for axes are sorted");
    cr_assert_eq(heat.cell[7], 3);
}

Test(chart, the_best_cell_is_framed_and_close_ones_are_dotted)
{
    struct heat heat = heat_of(NULL);
    heat_draw(&h, &heat, 0);
    heat_draw(&h, &heat, 1);
    cr_assert_null(markup_fault(out.p), "%s", markup_fault(out.p));
    const char *frame = strstr(out.p, "class=\"best\"");
    cr_assert_not_null(frame);
    cr_assert_null(strstr(frame + 1, "class=\"best\""));
    size_t dots = 0;
    for (const char *p = out.p; (p = strstr(p, "class=\"dot\"")) != NULL; p++)
        dots++;
    cr_assert_eq(dots, 3, "four within one standard error, the best itself framed");
    cr_assert(markup_shows(out.p, "Best here: alpha 0.1, degree 1, k 2, score 0.9000."));
}

Test(chart, levels_rise_with_the_shortfall)
{
    struct heat heat = heat_of(NULL);
    size_t level = 0;
    cr_assert_eq(heat_level(&heat, 0), 0);
    for (size_t i = 0; i < report.search.table.n_cells; i++) {
        size_t next =
            heat_level(&heat, report_shortfall(&report.search, report.search.order[i]));
        cr_assert_geq(next, level);
        level = next;
    }
    cr_assert_gt(level, 1);
    cr_assert_lt(level, HEAT_LEVELS);
    cr_assert_eq(heat_level(&heat, NAN), HEAT_LEVELS);
}

Test(chart, two_axes_make_one_panel)
{
    struct heat heat =
        heat_of("a.x,b.x,score_1,score_mean,rank\n"
                "1,p,0.1,0.1,4\n1,q,0.2,0.2,3\n2,p,0.3,0.3,2\n2,q,0.4,0.4,1\n");
    cr_assert_eq(heat.n_shown, 2);
    cr_assert_eq(heat.panels * 100 + heat.rows * 10 + heat.columns, 122);
    cr_assert_str_eq(report.search.axis[0].brief, "a.x", "x alone would be ambiguous");
    heat_draw(&h, &heat, 0);
    cr_assert_null(markup_fault(out.p));
}

Test(chart, one_axis_makes_one_row)
{
    struct heat heat =
        heat_of("ridge.alpha,score_1,score_mean,rank\n10,1,1,1\n9,0.5,0.5,2\n");
    cr_assert_eq(heat.panels * 100 + heat.rows * 10 + heat.columns, 112);
    cr_assert_str_eq(report.search.axis[0].value[0], "9");
}

Test(chart, no_axis_makes_no_map)
{
    struct heat heat = heat_of("score_1,score_2,score_mean,rank\n0.5,0.7,0.6,1\n");
    cr_assert_eq(heat.n_shown, 0);
    cr_assert_eq(heat.n_limits, 0);
}

Test(chart, of_four_axes_a_cell_holds_the_best_over_the_last)
{
    static char csv[4096] = "a.a,b.b,c.c,d.d,score_1,score_mean,rank\n";
    char row[100];
    for (int i = 0; i < 16; i++) {
        snprintf(row, sizeof(row), "%d,%d,%d,%d,%d,%d,%d\n", i >> 3 & 1, i >> 2 & 1,
                 i >> 1 & 1, i & 1, i, i, 16 - i);
        memcpy(csv + strlen(csv), row, strlen(row) + 1);
    }
    struct heat heat = heat_of(csv);
    cr_assert_eq(heat.n_shown, 3);
    for (size_t i = 0; i < 8; i++)
        cr_assert_eq(heat.cell[i], 2 * i + 1, "the cell with d 1");
}

Test(chart, a_hole_in_the_grid_and_a_failed_cell_are_borne)
{
    struct heat heat = heat_of("a.a,b.b,score_1,score_mean,rank\n"
                               "1,1,0.5,0.5,1\n1,2,,,3\n2,2,0.4,0.4,2\n");
    cr_assert_eq(heat.cell[2], SIZE_MAX);
    heat_draw(&h, &heat, 0);
    heat_legend(&h, &heat);
    cr_assert_null(markup_fault(out.p));
    cr_assert_not_null(strstr(out.p, "class=\"qn\""));
}

Test(chart, equal_cells_have_one_level)
{
    struct heat heat = heat_of("a.a,score_1,score_mean,rank\n1,0.5,0.5,1\n2,0.5,0.5,1\n");
    cr_assert_eq(heat.n_limits, 0);
    heat_draw(&h, &heat, 0);
    cr_assert_null(strstr(out.p, "class=\"q1\""));
}

Test(chart, an_axis_of_too_many_values_is_left_out)
{
    struct text csv = {.mem = &mem};
    text_puts(&csv, "a.a,b.b,score_1,score_mean,rank\n");
    for (int i = 0; i < 600; i++)
        text_addf(&csv, "%d,%d,%d,%d,%d\n", i, i % 3, i, i, 600 - i);
    struct heat heat = heat_of(csv.p);
    cr_assert_eq(heat.n_shown, 1);
    cr_assert_eq(heat.columns, 3);
    cr_assert_eq(report.search.axis[0].n, 0);
}

/* Each curve is a path of its own, and all of them decide the range. */
Test(chart, curves_are_told_apart_by_their_class)
{
    static const double x[] = {0, 1}, low[] = {0, 1}, high[] = {2, 4};
    const struct plot_curve curves[] = {{"curve a", 2, x, low}, {"curve b", 2, x, high}};
    const struct plot p = {.id = "c",
                           .title = "t",
                           .description = "d",
                           .width = 200,
                           .height = 100,
                           .glyph = 6,
                           .n_curves = 2,
                           .curves = curves};
    cr_assert(plot_draw(&h, &p));
    cr_assert_null(markup_fault(out.p), "%s", markup_fault(out.p));
    cr_assert(strstr(out.p, "class=\"curve a\"") && strstr(out.p, "class=\"curve b\""));
    cr_assert(markup_shows(out.p, "4"), "the highest curve's end");
}

/* Bars */

Test(chart, bars_are_measured_against_the_largest)
{
    const struct bar bars[] = {
        {"a", 4, NULL, false}, {"b<", 1, "(no)", true}, {"c", NAN, NULL, false}};
    html_begin(&h, "table");
    bars_draw(&h, bars, 3);
    html_end(&h);
    cr_assert_null(markup_fault(out.p), "%s", markup_fault(out.p));
    cr_assert_not_null(strstr(out.p, "class=\"solid\" d=\"M0 0h100v10h-100z\""));
    cr_assert_not_null(strstr(out.p, "class=\"faint\" d=\"M0 0h25v10h-25z\""));
    cr_assert_eq(markup_count(out.p, "svg"), 2, "what is no number has no bar");
}
