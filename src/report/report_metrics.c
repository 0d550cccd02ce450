/* Reads metrics.json and residuals.json: how far the predictions were off, on every part
 * and against the naive forecasts. */
#include <string.h>

#include "report/report_internal.h"

static const char *const part_names[] = {"train", "validation", "holdout", "arrived"};

/* Figures of another question are no answer to the pipeline's. */
static enum status check_question(const struct report *r, const char *path,
                                  struct arena *mem, struct error *err)
{
    const struct metrics_json *m = &r->metrics;
    const struct texts *targets = &r->pipeline->targets;
    struct target asked = {.y = {.p = targets->n, .name = targets->v}};
    if (targets->n == 0 || (task_find(m->task) == r->pipeline->task &&
                            strcmp(m->target, target_text(&asked, mem)) == 0))
        return STATUS_OK;
    return error_refuse(err, path, "target",
                        "the figures are of %s of %s, the pipeline is for %s of %s",
                        m->task, QUOTE(m->target), task_name[r->pipeline->task],
                        QUOTE(target_text(&asked, mem)));
}

enum status report_metrics_read(const char *path, struct arena *mem, struct report *r,
                                struct error *err)
{
    TRY(metrics_json_read(path, mem, &r->metrics, err));
    report_use(r, "evaluate", r->metrics.options);
    report_vouch(r, r->metrics.table);
    TRY(report_check_model(r, r->metrics.model, path, err));
    return check_question(r, path, mem, err);
}

enum status report_part_of(const char *name, const char *path, enum report_part *ret,
                           struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(part_names); i++)
        if (strcmp(name, part_names[i]) == 0) {
            *ret = (enum report_part)i;
            return STATUS_OK;
        }
    return error_refuse(err, path, "part",
                        "expected train, validation, holdout or arrived, found %s",
                        QUOTE(name));
}

static enum status check_parts(const struct residuals_json *j, const char *path,
                               struct error *err)
{
    enum report_part part;
    for (size_t i = 0; i < j->n_parts; i++)
        TRY(report_part_of(j->part[i].part, path, &part, err));
    for (size_t i = 0; i < j->n_baselines; i++)
        TRY(report_part_of(j->baseline[i].part, path, &part, err));
    return STATUS_OK;
}

enum status report_residuals_read(const char *path, struct arena *mem, struct report *r,
                                  struct error *err)
{
    TRY(residuals_json_read(path, mem, &r->residuals, err));
    TRY(report_check_model(r, r->residuals.model, path, err));
    TRY(check_parts(&r->residuals, path, err));
    return report_series_read(path, mem, r, err);
}

enum status report_classification_read(const char *path, struct arena *mem,
                                       struct report *r, struct error *err)
{
    TRY(classification_json_read(path, mem, &r->classes, err));
    TRY(report_check_model(r, r->classes.model, path, err));
    if (strcmp(r->classes.table.checksum, r->metrics.table.checksum) == 0)
        return STATUS_OK;
    return error_refuse(err, path, "tables",
                        "the file is of another evaluation than metrics.json");
}

enum status report_importances_read(const char *path, struct arena *mem, struct report *r,
                                    struct error *err)
{
    TRY(importances_json_read(path, mem, &r->importances, err));
    return report_check_model(r, r->importances.model, path, err);
}

const struct metrics_json_score *report_score(const struct report *r,
                                              enum report_part part)
{
    const struct metrics_json *m = &r->metrics;
    switch (part) {
    case PART_TRAIN: return &m->training;
    case PART_VALIDATION: return m->validation;
    case PART_HOLDOUT: return &m->holdout;
    case PART_ARRIVED: return m->arrived ? &m->arrived->score : NULL;
    default: return NULL;
    }
}

const struct metrics_json_baseline *report_baselines(const struct report *r,
                                                     enum report_part part, size_t *ret_n)
{
    const struct metrics_json *m = &r->metrics;
    *ret_n = part == PART_ARRIVED   ? m->n_arrived_baselines
             : part == PART_HOLDOUT ? m->n_baselines
                                    : 0;
    return part == PART_ARRIVED ? m->arrived_baseline : m->baseline;
}

const struct residuals_json_part *report_residuals(const struct report *r,
                                                   enum report_part part)
{
    for (size_t i = 0; part < COUNT_OF(part_names) && i < r->residuals.n_parts; i++)
        if (strcmp(r->residuals.part[i].part, part_names[part]) == 0)
            return &r->residuals.part[i];
    return NULL;
}

const struct residuals_json_baseline *report_common(const struct report *r,
                                                    enum report_part part,
                                                    const char *baseline)
{
    for (size_t i = 0; part < COUNT_OF(part_names) && i < r->residuals.n_baselines; i++) {
        const struct residuals_json_baseline *b = &r->residuals.baseline[i];
        if (strcmp(b->part, part_names[part]) == 0 && strcmp(b->baseline, baseline) == 0)
            return b;
    }
    return NULL;
}

const struct metric *report_metric(const struct report *r)
{
    const struct metrics_json_score *s = &r->metrics.holdout;
    for (size_t i = 0; i < s->n_figures; i++)
        if (strcmp(s->figure[i].name, "rmse") == 0)
            return metric_find("rmse");
    return r->search.score;
}
