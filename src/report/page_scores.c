/* The table of errors: every part of the rows, and the baselines on the same rows. */
#include <math.h>

#include "report/figure.h"
#include "report/page.h"

static void score_row(const struct page *p, const char *class, const char *name,
                      const struct report_score *s, double skill)
{
    page_row(p, class, name);
    page_number(p, COUNT(s->n));
    page_number(p, FIGURE(s->rmse));
    page_number(p, FIGURE(s->mae));
    page_number(p, FIGURE(s->r2));
    page_number(p, isnan(skill) ? "" : FIXED(skill, 3));
    page_row_end(p);
}

static void part_rows(const struct page *p, const char *name, enum report_part part)
{
    const struct report_metrics *m = &p->r->metrics;
    bool is_arrived = part == PART_ARRIVED;
    const struct report_score *s = is_arrived ? &m->arrived : &m->holdout;
    const struct report_baseline *best = is_arrived ? p->v->best_arrived : p->v->best;

    if (!s->present)
        return;
    score_row(p, "part main", name, s, NAN);
    for (size_t i = 0; i < m->n_baselines; i++) {
        const struct report_score *b =
            is_arrived ? &m->baseline[i].arrived : &m->baseline[i].holdout;
        const char *words = verdict_baseline(p->r->pipeline, m->baseline[i].name);
        if (best == &m->baseline[i] && m->n_baselines > 1)
            words = arena_format(p->mem, "%s, the best", words);
        if (b->present)
            score_row(p, "sub", words, b, verdict_skill(p->r, part, &m->baseline[i]));
    }
}

void page_scores(const struct page *p)
{
    static const char *const header[] = {"Forecast", "#n",  "#RMSE",
                                         "#MAE",     "#R²", "#Skill"};
    const struct report_metrics *m = &p->r->metrics;

    page_section(p, "errors", "How far off it is");
    page_table(p, NULL,
               "The model in bold, and naive forecasts of the same rows below it", header,
               COUNT_OF(header));
    part_rows(p, "Model, held out", PART_HOLDOUT);
    if (m->training.present)
        score_row(p, "part main", "Model, training", &m->training, NAN);
    part_rows(p, "Model, arrived since", PART_ARRIVED);
    page_table_end(p);
    html_element(
        p->h, "p", "fine",
        "Skill is 1 − RMSE of the model / RMSE of that forecast: above zero the model is "
        "better, below zero it is worse.");
    page_section_end(p);
}
