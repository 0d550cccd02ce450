/* The members of backtest.json, and what must hold between them. */
#include "artifacts/backtest_json.h"

#include <math.h>
#include <string.h>

static const struct member plan_members[] = {
    MEMBER(struct backtest_json_plan, first),
    MEMBER(struct backtest_json_plan, last),
    MEMBER(struct backtest_json_plan, origins),
    MEMBER(struct backtest_json_plan, step),
    MEMBER(struct backtest_json_plan, horizon),
    MEMBER(struct backtest_json_plan, gap),
    MEMBER(struct backtest_json_plan, refit),
    MEMBER(struct backtest_json_plan, window),
    MEMBER(struct backtest_json_plan, fits),
    MEMBER(struct backtest_json_plan, answered),
};

static const struct member figure_members[] = {
    MEMBER_OR_NULL(struct backtest_json_figure, value),
};

static const struct member versus_members[] = {
    MEMBER(struct backtest_json_versus, n),
    MEMBER_OR_NULL(struct backtest_json_versus, model),
    MEMBER_OR_NULL(struct backtest_json_versus, skill),
    MEMBER_OR_NULL(struct backtest_json_versus, statistic),
    MEMBER_OR_NULL(struct backtest_json_versus, p),
    MEMBER_OR_NULL(struct backtest_json_versus, clustered),
    MEMBER_OR_NULL(struct backtest_json_versus, p_clustered),
    MEMBER_MANY(struct backtest_json_versus, "", MEMBER_REST, figure, n_figures,
                figure_members),
};

static const struct member baseline_members[] = {
    MEMBER_STRUCT(struct backtest_json_baseline, versus, versus_members),
};

static const struct member band_members[] = {
    MEMBER(struct backtest_json_bands, n),
    MEMBER_OR_NULL(struct backtest_json_bands, coverage),
    MEMBER_OR_NULL(struct backtest_json_bands, width),
    MEMBER_OR_NULL(struct backtest_json_bands, score),
};

static const struct member part_members[] = {
    MEMBER(struct backtest_json_part, name),
    MEMBER_OR_NULL(struct backtest_json_part, first),
    MEMBER_OR_NULL(struct backtest_json_part, last),
    MEMBER(struct backtest_json_part, n),
    MEMBER_MANY(struct backtest_json_part, "", MEMBER_REST, figure, n_figures,
                figure_members),
    MEMBER_POINTER(struct backtest_json_part, bands, band_members),
    MEMBER_MAP_OF(struct backtest_json_part, baselines, baseline, n_baselines,
                  baseline_members),
};

static const struct member quantile_members[] = {
    MEMBER(struct backtest_json_quantile, share),
    MEMBER_MANY(struct backtest_json_quantile, "", MEMBER_REST, figure, n_figures,
                figure_members),
};

static const struct member group_members[] = {
    MEMBER(struct backtest_json_groups, n),
    MEMBER_LIST(struct backtest_json_groups, "worst", worst, n_worst, part_members),
    MEMBER_LIST(struct backtest_json_groups, "quantiles", quantile, n_quantiles,
                quantile_members),
};

static const struct member members[] = {
    MEMBER(struct backtest_json, task),
    MEMBER(struct backtest_json, target),
    MEMBER(struct backtest_json, judge),
    MEMBER_OR_NULL(struct backtest_json, step),
    MEMBER(struct backtest_json, season),
    MEMBER_POINTER(struct backtest_json, plan, plan_members),
    MEMBER_OR_NULL(struct backtest_json, why),
    MEMBER(struct backtest_json, rows),
    MEMBER_OR_NULL(struct backtest_json, level),
    MEMBER(struct backtest_json, log),
    MEMBER_POINTER(struct backtest_json, all, part_members),
    MEMBER_LIST(struct backtest_json, "spans", span, n_spans, part_members),
    MEMBER_LIST(struct backtest_json, "horizons", horizon, n_horizons, part_members),
    MEMBER_LIST(struct backtest_json, "seasons", season_place, n_seasons, part_members),
    MEMBER_LIST(struct backtest_json, "years", year, n_years, part_members),
    MEMBER_POINTER(struct backtest_json, groups, group_members),
    MEMBER_STRUCT(struct backtest_json, leaks, leaks_rows),
    MEMBER_SUM_OF(struct backtest_json, model),
    MEMBER(struct backtest_json, options),
    MEMBER_TABLES(struct backtest_json, table),
};

double backtest_json_value(const struct backtest_json_part *part, const char *figure)
{
    for (size_t i = 0; i < part->n_figures; i++)
        if (strcmp(part->figure[i].name, figure) == 0)
            return part->figure[i].value;
    return NAN;
}

const struct backtest_json_part *backtest_json_find(const struct backtest_json_part *part,
                                                    size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(part[i].name, name) == 0)
            return &part[i];
    return NULL;
}

const struct backtest_json_versus *backtest_json_versus(
    const struct backtest_json_part *part, const char *baseline)
{
    for (size_t b = 0; b < part->n_baselines; b++)
        if (strcmp(part->baseline[b].name, baseline) == 0)
            return &part->baseline[b].versus;
    return NULL;
}

enum status backtest_json_write(const struct backtest_json *b, struct output *out,
                                struct error *err)
{
    return document_write(out, DOCUMENT(members), b, err);
}

static bool same_figures(const struct backtest_json_figure *a, size_t n,
                         const struct backtest_json_part *like)
{
    bool same = n == like->n_figures;
    for (size_t i = 0; same && i < n; i++)
        same = strcmp(a[i].name, like->figure[i].name) == 0;
    return same;
}

static enum status check_parts(const struct backtest_json_part *part, size_t n,
                               const struct backtest_json *b, const char *path,
                               const char *field, struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        bool same = b->all && same_figures(part[i].figure, part[i].n_figures, b->all);
        for (size_t k = 0; same && k < part[i].n_baselines; k++)
            same = same_figures(part[i].baseline[k].versus.figure,
                                part[i].baseline[k].versus.n_figures, b->all);
        if (!same)
            return error_refuse(
                err, path, field,
                "expected the same figures in the same order as in 'all'");
        if (part[i].n > b->rows)
            return error_refuse(err, path, field, "%zu of %zu rows have no answer",
                                part[i].n, b->rows);
        TRY(document_ordered(path, field, part[i].first, part[i].last, err));
    }
    return STATUS_OK;
}

static enum status check_groups(const struct backtest_json *b, const char *path,
                                struct error *err)
{
    const struct backtest_json_groups *g = b->groups;
    if (!g)
        return STATUS_OK;
    if (g->n_worst > g->n)
        return error_refuse(err, path, "groups.worst", "%zu groups have no worst %zu",
                            g->n, g->n_worst);
    for (size_t i = 0; i < g->n_quantiles; i++)
        if (!b->all ||
            !same_figures(g->quantile[i].figure, g->quantile[i].n_figures, b->all))
            return error_refuse(
                err, path, "groups.quantiles",
                "expected the same figures in the same order as in 'all'");
    return check_parts(g->worst, g->n_worst, b, path, "groups.worst", err);
}

enum status backtest_json_read(const char *path, struct arena *mem,
                               struct backtest_json *ret, struct error *err)
{
    struct backtest_json b = {0};
    TRY(document_read(path, DOCUMENT(members), mem, &b, NULL, err));
    if (!b.plan != !b.all || !b.plan != (b.why != NULL))
        return error_refuse(err, path, "plan",
                            "expected a plan and its figures, or why there is none");
    if (b.all)
        TRY(check_parts(b.all, 1, &b, path, "all", err));
    TRY(check_parts(b.span, b.n_spans, &b, path, "spans", err));
    TRY(check_parts(b.horizon, b.n_horizons, &b, path, "horizons", err));
    TRY(check_parts(b.season_place, b.n_seasons, &b, path, "seasons", err));
    TRY(check_parts(b.year, b.n_years, &b, path, "years", err));
    TRY(check_groups(&b, path, err));
    TRY(leaks_check(&b.leaks, path, err));
    *ret = b;
    return STATUS_OK;
}
