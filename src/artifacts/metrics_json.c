/* The members of metrics.json, and what must hold between them. */
#include "artifacts/metrics_json.h"

#include <math.h>
#include <string.h>

static const struct member figure_members[] = {
    MEMBER_OR_NULL(struct metrics_json_figure, value),
};

#define FIGURES(type, score)                                                             \
    MEMBER_MANY(type, "", MEMBER_REST, score.figure, score.n_figures, figure_members)

static const struct member score_members[] = {
    MEMBER(struct metrics_json_score, n),
    MEMBER_MANY(struct metrics_json_score, "", MEMBER_REST, figure, n_figures,
                figure_members),
};

static const struct member arrived_members[] = {
    MEMBER_AS(struct metrics_json_arrived, "n", score.n),
    FIGURES(struct metrics_json_arrived, score),
    MEMBER(struct metrics_json_arrived, first),
    MEMBER(struct metrics_json_arrived, last),
};

static const struct member baseline_members[] = {
    MEMBER_STRUCT(struct metrics_json_baseline, score, score_members),
};

static const struct member beats_members[] = {MEMBER(struct metrics_json_beats, yes)};

static const struct member members[] = {
    MEMBER(struct metrics_json, task),
    MEMBER(struct metrics_json, target),
    MEMBER_STRUCT(struct metrics_json, holdout, score_members),
    MEMBER_STRUCT(struct metrics_json, training, score_members),
    MEMBER_POINTER_IF_ANY(struct metrics_json, validation, score_members),
    MEMBER_STRUCT(struct metrics_json, all, score_members),
    MEMBER_POINTER(struct metrics_json, arrived, arrived_members),
    MEMBER_MAP_OF(struct metrics_json, baselines, baseline, n_baselines,
                  baseline_members),
    MEMBER_MAP_OR_NULL(struct metrics_json, arrived_baselines, arrived_baseline,
                       n_arrived_baselines, baseline_members),
    MEMBER_MAP_OF(struct metrics_json, beats, beats, n_beats, beats_members),
    MEMBER_SUM_OF(struct metrics_json, model),
    MEMBER(struct metrics_json, options),
    MEMBER_TABLES(struct metrics_json, table),
};

double metrics_json_value(const struct metrics_json_score *s, const char *metric)
{
    for (size_t i = 0; i < s->n_figures; i++)
        if (strcmp(s->figure[i].name, metric) == 0)
            return s->figure[i].value;
    return NAN;
}

enum status metrics_json_write(const struct metrics_json *m, struct output *out,
                               struct error *err)
{
    return document_write(out, DOCUMENT(members), m, err);
}

/* Every score has the metrics of the first one. */
static enum status check_score(const struct metrics_json_score *s,
                               const struct metrics_json_score *first, const char *path,
                               const char *field, struct error *err)
{
    bool same = s->n_figures == first->n_figures;
    for (size_t i = 0; same && i < s->n_figures; i++)
        same = strcmp(s->figure[i].name, first->figure[i].name) == 0;
    if (same)
        return STATUS_OK;
    return error_refuse(err, path, field,
                        "expected the same metrics in the same order as in 'holdout'");
}

static enum status check_baselines(const struct metrics_json_baseline *b, size_t n,
                                   const struct metrics_json *m, const char *path,
                                   const char *field, struct error *err)
{
    for (size_t i = 0; i < n; i++)
        TRY(check_score(&b[i].score, &m->holdout, path, field, err));
    return STATUS_OK;
}

/* Whether texts tell the order of the rows: they do of times, not of rows of several groups,
 * nor of numbers of rows. */
static bool in_order(const struct metrics_json_arrived *a)
{
    return a->first && a->last && !strstr(a->first, " of ") && !strstr(a->last, " of ") &&
           strlen(a->first) == strlen(a->last);
}

static enum status check_arrived(const struct metrics_json *m, const char *path,
                                 struct error *err)
{
    const struct metrics_json_arrived *a = m->arrived;
    if (!a)
        return STATUS_OK;
    TRY(check_score(&a->score, &m->holdout, path, "arrived", err));
    return in_order(a) ? document_ordered(path, "arrived.last", a->first, a->last, err)
                       : STATUS_OK;
}

enum status metrics_json_read(const char *path, struct arena *mem,
                              struct metrics_json *ret, struct error *err)
{
    struct metrics_json m = {0};
    TRY(document_read(path, DOCUMENT(members), mem, &m, NULL, err));
    if (m.holdout.n_figures == 0)
        return error_refuse(err, path, "holdout", "expected at least one metric");
    TRY(check_score(&m.training, &m.holdout, path, "training", err));
    if (m.validation)
        TRY(check_score(m.validation, &m.holdout, path, "validation", err));
    TRY(check_score(&m.all, &m.holdout, path, "all", err));
    TRY(check_arrived(&m, path, err));
    TRY(check_baselines(m.baseline, m.n_baselines, &m, path, "baselines", err));
    TRY(check_baselines(m.arrived_baseline, m.n_arrived_baselines, &m, path,
                        "arrived_baselines", err));
    *ret = m;
    return STATUS_OK;
}
