/* The table of errors: every part of the rows, and the baselines on the same rows; a column
 * a metric, and of classes and labels, which have twice as many, a row a metric. */
#include <math.h>
#include <string.h>

#include "draw/figure.h"
#include "report/section.h"

static const struct score_part {
    enum report_part part;
    const char *words;
} parts[] = {{PART_HOLDOUT, "held out"},
             {PART_TRAIN, "training"},
             {PART_VALIDATION, "validation"},
             {PART_ARRIVED, "arrived since"}};

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
    header[n++] = "#Skill";
    page_table(p, NULL,
               "The model in bold, and naive forecasts of the same rows below it", header,
               n);
}

static void part_table(const struct page *p)
{
    begin_table(p);
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        part_rows(p, arena_format(p->mem, "Model, %s", parts[i].words), parts[i].part);
    page_table_end(p);
}

/* A column of the table that lies on its side. */
struct score_column {
    const char *name;
    const struct metrics_json_score *score;
};

enum { COLUMNS_MOST = 12 };

/* The parts with rows, each before the naive answers for them. */
static size_t columns_of(const struct page *p, struct score_column *column)
{
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        size_t n_others;
        const struct metrics_json_score *s = report_score(p->r, parts[i].part);
        const struct metrics_json_baseline *other =
            report_baselines(p->r, parts[i].part, &n_others);
        if (!s || n == COLUMNS_MOST)
            continue;
        column[n++] = (struct score_column){parts[i].words, s};
        for (size_t k = 0; k < n_others && n < COLUMNS_MOST; k++)
            if (other[k].score.n > 0)
                column[n++] = (struct score_column){
                    verdict_baseline(p->r->pipeline, other[k].name, p->mem),
                    &other[k].score};
    }
    return n;
}

static void figure_table(const struct page *p)
{
    const struct metrics_json_score *first = &p->r->metrics.holdout;
    const struct metric *judge = metric_judge(task_find(p->r->metrics.task));
    struct score_column column[COLUMNS_MOST];
    const char *header[COLUMNS_MOST + 1] = {"Figure"};
    size_t n = columns_of(p, column);
    for (size_t c = 0; c < n; c++)
        header[c + 1] = arena_format(p->mem, "#%s", column[c].name);
    page_table(p, "figures",
               "The model on each part, and the naive answer for the same rows", header,
               n + 1);
    page_row(p, NULL, "rows");
    for (size_t c = 0; c < n; c++)
        page_number(p, COUNT(column[c].score->n));
    page_row_end(p);
    for (size_t i = 0; i < first->n_figures; i++) {
        const char *name = first->figure[i].name;
        page_row(p, judge && strcmp(judge->name, name) == 0 ? "main" : NULL,
                 title_of(name));
        for (size_t c = 0; c < n; c++)
            page_number(p, FIGURE(metrics_json_value(column[c].score, name)));
        page_row_end(p);
    }
    page_table_end(p);
}

void page_scores(const struct page *p)
{
    page_section(p, "errors", "How far off it is");
    if (has_rmse(p))
        part_table(p);
    else
        figure_table(p);
    if (has_rmse(p))
        html_element(p->h, "p", "fine",
                     "Skill is 1 − RMSE of the model / RMSE of that forecast: above zero "
                     "the model is better, below zero it is worse.");
    page_section_end(p);
}
