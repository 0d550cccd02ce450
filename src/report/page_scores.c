/* The table of errors: every part of the rows, and the baselines on the same rows; a column
 * a metric. */
#include <math.h>
#include <string.h>

#include "draw/figure.h"
#include "report/section.h"

static bool has_rmse(const struct page *p)
{
    return strcmp(report_metric(p->r)->name, "rmse") == 0;
}

static void score_row(const struct page *p, const char *class, const char *name,
                      const struct metrics_json_score *s, double skill)
{
    page_row(p, class, name);
    page_number(p, COUNT(s->n));
    for (size_t i = 0; i < s->n_figures; i++)
        page_number(p, FIGURE(s->figure[i].value));
    if (has_rmse(p))
        page_number(p, isnan(skill) ? "" : FIXED(skill, 3));
    page_row_end(p);
}

static void part_rows(const struct page *p, const char *name, enum report_part part)
{
    size_t n;
    const struct metrics_json_score *s = report_score(p->r, part);
    const struct metrics_json_baseline *all = report_baselines(p->r, part, &n),
                                       *best = part == PART_ARRIVED ? p->v->best_arrived
                                                                    : p->v->best;
    if (!s)
        return;
    score_row(p, "part main", name, s, NAN);
    for (size_t i = 0; i < n; i++) {
        const char *words = verdict_baseline(p->r->pipeline, all[i].name, p->mem);
        if (all[i].score.n == 0)
            continue; // it answers none of these rows
        if (best == &all[i] && n > 1)
            words = arena_format(p->mem, "%s, the best", words);
        score_row(p, "sub", words, &all[i].score, verdict_skill(p->r, part, &all[i]));
    }
}

/* A metric that this program does not know is called by its name. */
static const char *title_of(const char *name)
{
    const struct metric *m = metric_find(name);
    return m ? m->title : name;
}

static void begin_table(const struct page *p)
{
    const struct metrics_json_score *s = &p->r->metrics.holdout;
    const char **header = ARENA_ARRAY(p->mem, const char *, s->n_figures + 3);
    size_t n = 0;
    header[n++] = "Forecast";
    header[n++] = "#n";
    for (size_t i = 0; i < s->n_figures; i++)
        header[n++] = arena_format(p->mem, "#%s", title_of(s->figure[i].name));
    if (has_rmse(p))
        header[n++] = "#Skill";
    page_table(p, NULL,
               has_rmse(p)
                   ? "The model in bold, and naive forecasts of the same rows below it"
                   : "The model in bold, and the naive answer for the same rows below it",
               header, n);
}

void page_scores(const struct page *p)
{
    page_section(p, "errors", "How far off it is");
    begin_table(p);
    part_rows(p, "Model, held out", PART_HOLDOUT);
    part_rows(p, "Model, training", PART_TRAIN);
    part_rows(p, "Model, validation", PART_VALIDATION);
    part_rows(p, "Model, arrived since", PART_ARRIVED);
    page_table_end(p);
    if (has_rmse(p))
        html_element(p->h, "p", "fine",
                     "Skill is 1 − RMSE of the model / RMSE of that forecast: above zero "
                     "the model "
                     "is better, below zero it is worse.");
    page_section_end(p);
}
