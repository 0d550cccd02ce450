/* What would have been forecast from each of a row of origins: the model and the baselines
 * on every span, how far bands held, errors by horizon, season and year. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "draw/chart_bars.h"
#include "draw/chart_plot.h"
#include "draw/figure.h"
#include "report/section.h"

#define PLACE "place in the season"
enum { GROUPS_SHOWN = 10, FIGURES = 6 };

/* The figures that are shown, of those that the task has. */
static const char *const figures[FIGURES] = {"rmse",     "mae",      "mase",
                                             "accuracy", "f1_macro", "hamming_loss"};

static const char *title_of(const char *name)
{
    const struct metric *m = metric_find(name);
    return m ? m->title : strcmp(name, "mase") == 0 ? "MASE" : name;
}

static size_t shown_of(const struct page *p, const char **ret)
{
    size_t n = 0;
    for (size_t i = 0; i < FIGURES; i++)
        for (size_t k = 0; k < p->r->backtest.all->n_figures; k++)
            if (strcmp(p->r->backtest.all->figure[k].name, figures[i]) == 0)
                ret[n++] = figures[i];
    return n;
}

static const char *chance(const struct page *p, double x)
{
    if (isnan(x))
        return "";
    return x < .0001 ? "< 0.0001" : arena_string(p->mem, FIXED(x, 4));
}

static void baseline_row(const struct page *p, const struct backtest_json_baseline *b,
                         const char *const *figure, size_t n_figures, bool rival)
{
    const struct backtest_json_versus *v = &b->versus;
    const char *words = verdict_baseline(p->r->pipeline, b->name, p->mem);
    page_row(p, "sub", rival ? arena_format(p->mem, "%s, the best", words) : words);
    page_number(p, COUNT(v->n));
    for (size_t i = 0; i < n_figures; i++)
        page_number(p, FIGURE(report_versus(v, figure[i])));
    page_number(p, FIXED(v->skill, 3));
    page_number(p, chance(p, v->p));
    page_number(p, chance(p, v->p_clustered));
    page_row_end(p);
}

static void span_rows(const struct page *p, const struct backtest_json_part *s,
                      const char *const *figure, size_t n_figures)
{
    page_row(p, "part main", verdict_span(p->r, s, p->mem));
    page_number(p, COUNT(s->n));
    for (size_t i = 0; i < n_figures; i++)
        page_number(p, FIGURE(backtest_json_value(s, figure[i])));
    for (int i = 0; i < 3; i++)
        page_number(p, "");
    page_row_end(p);
    for (size_t i = 0; i < s->n_baselines; i++)
        baseline_row(p, &s->baseline[i], figure, n_figures,
                     p->v->rival && s->n_baselines > 1 &&
                         strcmp(s->baseline[i].name, p->v->rival->name) == 0);
}

static void score_table(const struct page *p)
{
    const struct backtest_json *b = &p->r->backtest;
    const char *figure[FIGURES], *header[FIGURES + 5] = {"Forecast", "#n"};
    size_t n_figures = shown_of(p, figure), n = 2;
    for (size_t i = 0; i < n_figures; i++)
        header[n++] = arena_format(p->mem, "#%s", title_of(figure[i]));
    header[n++] = "#Skill";
    header[n++] = "#p";
    header[n++] = "#p, clustered";
    page_table(p, NULL,
               "The model in bold, and naive forecasts of the same rows below it", header,
               n);
    span_rows(p, b->all, figure, n_figures);
    for (size_t i = 0; i < b->n_spans; i++)
        span_rows(p, &b->span[i], figure, n_figures);
    page_table_end(p);
}

static const char *share(const struct page *p, double x)
{
    return arena_format(p->mem, "%s %%", FIXED(100 * x, 1));
}

static void band_row(const struct page *p, const struct backtest_json_part *s)
{
    double level = p->r->backtest.level;
    if (!s->bands)
        return;
    page_row(p, NULL, verdict_span(p->r, s, p->mem));
    page_number(p, COUNT(s->bands->n));
    page_number(p, share(p, s->bands->coverage));
    page_number(p, share(p, sqrt(level * (1 - level) / (double)s->bands->n)));
    page_number(p, FIGURE(s->bands->width));
    page_number(p, FIGURE(s->bands->score));
    page_row_end(p);
}

static void band_table(const struct page *p)
{
    static const char *const header[] = {"Bands", "#n",     "#Inside",
                                         "#±",    "#Width", "#Interval score"};
    const struct backtest_json *b = &p->r->backtest;
    if (isnan(b->level) || !b->all->bands)
        return;
    page_table(p, NULL,
               arena_format(p->mem,
                            "Bands that were to hold %.4g %% of what came, as they could "
                            "be given then; ± is one standard error of that share",
                            100 * b->level),
               header, COUNT_OF(header));
    band_row(p, b->all);
    for (size_t i = 0; i < b->n_spans; i++)
        band_row(p, &b->span[i]);
    page_table_end(p);
}

/* Places in a year of months have names. */
static const char *place_name(const struct page *p, const char *what, const char *name)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    size_t place;
    if (strcmp(what, PLACE) != 0 || p->r->pipeline->time.step != TIMESTEP_MONTH ||
        p->r->backtest.season != COUNT_OF(months) || !text_size(view_of(name), &place) ||
        place < 1 || place > COUNT_OF(months))
        return name;
    return months[place - 1];
}

/* The judge's figure of each part as bars. */
static void bars(const struct page *p, const char *what,
                 const struct backtest_json_part *s, size_t n)
{
    const char *judge = p->r->backtest.judge;
    const char *header[] = {what, arena_format(p->mem, "#%s", title_of(judge)), ""};
    struct bar *bar = ARENA_ARRAY(p->mem, struct bar, n);
    if (n < 2)
        return;
    for (size_t i = 0; i < n; i++)
        bar[i] = (struct bar){.name = place_name(p, what, s[i].name),
                              .value = backtest_json_value(&s[i], judge)};
    html_begin(p->h, "figure");
    page_table(p, "bars", arena_format(p->mem, "By %s", what), header, COUNT_OF(header));
    bars_draw(p->h, bar, n);
    page_table_end(p);
    html_end(p->h);
}

static void years(const struct page *p)
{
    const struct backtest_json *b = &p->r->backtest;
    double *x = ARENA_ARRAY(p->mem, double, b->n_years),
           *y = ARENA_ARRAY(p->mem, double, b->n_years);
    if (b->n_years < 2)
        return;
    for (size_t i = 0; i < b->n_years; i++) {
        x[i] = number_parse(b->year[i].name, strlen(b->year[i].name), &x[i]) ? x[i] : NAN;
        y[i] = backtest_json_value(&b->year[i], b->judge);
    }
    html_begin(p->h, "figure");
    plot_draw(p->h, &(struct plot){.id = "backtest-years",
                                   .title = "Errors by year",
                                   .description = "The model's error in each year.",
                                   .width = 340,
                                   .height = 220,
                                   .glyph = 6.6,
                                   .axis = PLOT_NUMBERS,
                                   .x_name = "year",
                                   .y_name = title_of(b->judge),
                                   .zero = true,
                                   .n_line = b->n_years,
                                   .line_x = x,
                                   .line_y = y});
    html_end(p->h);
}

static void group_table(const struct page *p)
{
    static const char *const header[] = {"Series, the worst first", "#n", "#RMSE",
                                         "#MASE"};
    const struct backtest_json_groups *g = p->r->backtest.groups;
    size_t n = g && g->n_worst < GROUPS_SHOWN ? g->n_worst : GROUPS_SHOWN;
    if (!g || g->n_worst == 0 || p->r->pipeline->task != TASK_REGRESSION)
        return;
    page_table(p, NULL, arena_format(p->mem, "Of %s series", COUNT(g->n)), header,
               COUNT_OF(header));
    for (size_t i = 0; i < n; i++) {
        page_row(p, NULL, g->worst[i].name);
        page_number(p, COUNT(g->worst[i].n));
        page_number(p, FIGURE(backtest_json_value(&g->worst[i], "rmse")));
        page_number(p, FIGURE(backtest_json_value(&g->worst[i], "mase")));
        page_row_end(p);
    }
    page_table_end(p);
}

/* Where the model was learnt; in between it answers, or follows, with what it has. */
static const char *fits_words(const struct page *p)
{
    const struct backtest_json_plan *plan = p->r->backtest.plan;
    if (plan->fits >= plan->origins)
        return "from what was known then";
    return plan->fits == 1
               ? "at the first of them, from what was known then"
               : arena_format(p->mem, "at %s of them, each time from what was known then",
                              COUNT(plan->fits));
}

static void plan_words(const struct page *p)
{
    const struct backtest_json_plan *plan = p->r->backtest.plan;
    html_elementf(p->h, "p", NULL,
                  "From each of %s origins, %s – %s, the %s behind it %s forecast by a "
                  "model that was chosen and learnt %s. Skill is 1 − %s of the model / "
                  "%s of that forecast; p is the "
                  "chance of such a difference between forecasts that are equally good "
                  "(Diebold–Mariano), clustered where neighbouring errors may go "
                  "together.",
                  COUNT(plan->origins), plan->first, plan->last,
                  plan->horizon == 1 ? "step" : "steps",
                  plan->horizon == 1 ? "was" : "were", fits_words(p),
                  title_of(p->r->backtest.judge), title_of(p->r->backtest.judge));
}

/* What was done to find leaks; those that were found stand at the top. */
static void proof_words(const struct page *p)
{
    const struct leaks *l = &p->r->backtest.leaks;
    struct text t = {.mem = p->mem};
    text_addf(
        &t,
        "Leaks were looked for: %s in %s, computed anew as of %s and compared bit for "
        "bit. ",
        page_counted(p, l->columns, "column", "columns"),
        page_counted(p, l->rows, "row", "rows"),
        page_counted(p, l->origins, "origin", "origins"));
    if (l->proof.from)
        text_addf(&t,
                  "%s of the recipe %s held again on other rows behind what it knew, and "
                  "%s compared.",
                  page_counted(p, l->proof.fits, "fit", "fits"),
                  l->proof.fits == 1 ? "was" : "were",
                  page_counted(p, l->proof.answers, "answer", "answers"));
    else if (l->proof.why)
        text_addf(&t, "The recipe was not tried: %s.", l->proof.why);
    html_element(p->h, "p", "fine", t.p);
}

void page_backtest(const struct page *p)
{
    const struct backtest_json *b = &p->r->backtest;
    if (!b->plan || !b->all)
        return;
    page_section(p, "backtest", "How far off it would have been");
    plan_words(p);
    proof_words(p);
    score_table(p);
    band_table(p);
    html_begin_class(p->h, "div", "pair");
    bars(p, "steps ahead", b->horizon, b->n_horizons);
    bars(p, PLACE, b->season_place, b->n_seasons);
    years(p);
    html_end(p->h);
    group_table(p);
    page_section_end(p);
}
