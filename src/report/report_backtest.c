/* Reads backtest.json and the table beside it: what would have been forecast from each of
 * a row of origins, and how much of the error is a single row's. */
#include <math.h>
#include <string.h>

#include "data/backtest_table.h"
#include "data/key.h"
#include "report/report_internal.h"

enum status report_backtest_read(const char *path, struct arena *mem, struct report *r,
                                 struct error *err)
{
    TRY(backtest_json_read(path, mem, &r->backtest, err));
    const char *table = r->backtest.table.file;
    if (strcmp(table, "backtest.csv") != 0 && strcmp(table, "backtest.arrow") != 0)
        return error_refuse(err, path, "tables[0].file",
                            "expected backtest.csv or backtest.arrow, found %s",
                            QUOTE(table));
    report_vouch(r, r->backtest.table);
    return report_check_model(r, r->backtest.model, path, err);
}

/* The keys of a part's first and last row; false where it has none. */
static bool bounds_of(const struct report *r, const struct backtest_json_part *part,
                      int32_t *ret_first, int32_t *ret_last)
{
    const struct timestep *step = key_step(r->pipeline);
    int32_t other;
    return step && part->first && part->last &&
           !timestep_span(step, view_of(part->first), ret_first, &other) &&
           !timestep_span(step, view_of(part->last), &other, ret_last);
}

/* The row with the largest squared error among those of a part. */
static struct report_worst worst_of(const struct report *r,
                                    const struct backtest_json_part *part,
                                    const struct backtest_table *t, struct arena *mem)
{
    struct report_worst worst = {.share = NAN};
    double most = 0, all = 0;
    int32_t first, last;
    if (!bounds_of(r, part, &first, &last))
        return worst;
    for (size_t i = 0; i < t->n; i++) {
        double miss = t->prediction[i] - t->actual[i];
        if (isnan(miss) || t->key[i] < first || t->key[i] > last)
            continue;
        all += miss * miss;
        if (miss * miss <= most)
            continue;
        most = miss * miss;
        worst.key = key_label(r->pipeline, t->key[i], mem);
    }
    worst.share = most / all; // NaN where all are 0, or too large to be squared
    return worst;
}

enum status report_backtest_rows_read(const char *path, struct arena *mem,
                                      struct report *r, struct error *err)
{
    const struct backtest_json *b = &r->backtest;
    struct backtest_table t;
    struct pipeline one = *r->pipeline;
    if (!b->all || r->pipeline->task != TASK_REGRESSION || !key_step(r->pipeline))
        return STATUS_OK;
    one.group = NULL; // whose row it is does not matter
    TRY(backtest_table_read(path, &one, false, mem, &t, err));
    if (t.n != b->rows)
        return error_refuse(err, path, "", "expected %zu rows, found %zu", b->rows, t.n);
    r->worst = ARENA_ARRAY(mem, struct report_worst, b->n_spans + 1);
    r->worst[0] = worst_of(r, b->all, &t, mem);
    for (size_t i = 0; i < b->n_spans; i++)
        r->worst[i + 1] = worst_of(r, &b->span[i], &t, mem);
    return STATUS_OK;
}

double report_versus(const struct backtest_json_versus *v, const char *figure)
{
    for (size_t i = 0; i < v->n_figures; i++)
        if (strcmp(v->figure[i].name, figure) == 0)
            return v->figure[i].value;
    return NAN;
}
