/* Bands of rows to come: they join the rows of their series' backtest, with the last step
 * that has a value as their origin. */
#include "outlook/bands.h"

#include <math.h>
#include <string.h>

#include "artifacts/backtest_json.h"
#include "data/backtest_table.h"
#include "data/key.h"
#include "file/file.h"
#include "judge/conformal.h"

struct band_maker {
    const struct pipeline *pipeline;
    const struct histories *histories;
    struct arena *mem;
    struct conformal_rule rule;
    struct backtest_table rows;
    size_t *from, *row; // [groups + 1] where each series begins in row[rows.n]
    struct predicted *upcoming;
};

/* The rows of the backtest by series, each in their order. */
static void sort_rows(struct band_maker *b)
{
    const struct backtest_table *t = &b->rows;
    size_t series = t->group ? t->groups.n : 1;
    b->from = ARENA_ARRAY(b->mem, size_t, series + 2);
    b->row = ARENA_ARRAY(b->mem, size_t, t->n);
    for (size_t i = 0; i < t->n; i++)
        b->from[(t->group ? t->group[i] : 0) + 2]++;
    for (size_t g = 2; g < series + 2; g++)
        b->from[g] += b->from[g - 1];
    for (size_t i = 0; i < t->n; i++)
        b->row[b->from[(t->group ? t->group[i] : 0) + 1]++] = i;
}

/* The series of the backtest that a group of rows to come is; SIZE_MAX: none. */
static size_t backtested(const struct band_maker *b, const struct group_name *name)
{
    uint32_t code = name ? groups_find(&b->rows.groups, name) : 0;
    return code == UINT32_MAX ? SIZE_MAX : code;
}

/* The last step with a value, as a number of steps; false where there is none. */
static bool last_known(const struct band_maker *b, const struct group_name *name,
                       int32_t *ret)
{
    const struct history *h = histories_find(b->histories, name);
    size_t n = h ? h->n : 0;
    while (n > 0 && isnan(h->y[n - 1]))
        n--;
    if (n == 0)
        return false;
    *ret = (int32_t)(key_number(b->pipeline, h->first) + n - 1);
    return true;
}

/* One series' backtest with its rows to come behind. */
struct band_rows {
    size_t n;
    int32_t *origin, *step;
    double *actual, *forecast, *spread, *lower, *upper;
};

static struct band_rows band_room(size_t n, struct arena *mem)
{
    return (struct band_rows){0,
                              ARENA_ARRAY(mem, int32_t, n),
                              ARENA_ARRAY(mem, int32_t, n),
                              ARENA_ARRAY(mem, double, n),
                              ARENA_ARRAY(mem, double, n),
                              ARENA_ARRAY(mem, double, n),
                              ARENA_ARRAY(mem, double, n),
                              ARENA_ARRAY(mem, double, n)};
}

static void add_band_row(struct band_rows *r, int32_t origin, int32_t step, double actual,
                         double forecast, double spread)
{
    r->origin[r->n] = origin;
    r->step[r->n] = step;
    r->actual[r->n] = actual;
    r->spread[r->n] = spread;
    r->forecast[r->n++] = forecast;
}

/* Adds the rows of a series' backtest, [*next, end), whose origin is not behind that. */
static void add_past(const struct band_maker *b, size_t *next, size_t end, int32_t origin,
                     struct band_rows *to)
{
    const struct backtest_table *t = &b->rows;
    for (; *next < end; (*next)++) {
        size_t i = b->row[*next];
        int32_t own = (int32_t)key_number(b->pipeline, t->origin[i]);
        if (own > origin)
            return;
        add_band_row(to, own, (int32_t)key_number(b->pipeline, t->key[i]), t->actual[i],
                     t->prediction[i], NAN);
    }
}

/* Gives the rows to come [from, to), which are of one series, their bands: too short a one
 * has no backtest, but its forecasts may have a spread.  They stand
 * among those of the backtest in the order of their origins: a row whose value is known
 * by now, as where another source lags behind, gets the band of the step before it. */
static void band_series(struct band_maker *b, size_t from, size_t to)
{
    const struct frame *f = &b->upcoming->frame;
    const struct group_name *name = f->group ? &f->groups->name[f->group[from]] : NULL;
    size_t series = backtested(b, name), next = 0, end = 0;
    int32_t known;
    if (!last_known(b, name, &known))
        return;
    struct arena scratch = {0};
    if (series != SIZE_MAX && b->rows.n > 0) {
        next = b->from[series];
        end = b->from[series + 1];
    }
    size_t *at = ARENA_ARRAY(&scratch, size_t, to - from);
    struct band_rows rows = band_room(end - next + to - from, &scratch);
    for (size_t i = from; i < to; i++) {
        int32_t step = (int32_t)key_number(b->pipeline, f->key[i]);
        int32_t origin = step - 1 < known ? step - 1 : known;
        add_past(b, &next, end, origin, &rows);
        at[i - from] = rows.n;
        add_band_row(&rows, origin, step, NAN, b->upcoming->prediction.value[0][i],
                     b->upcoming->spread ? b->upcoming->spread[i] : NAN);
    }
    const struct conformal_rows all = {rows.n,      rows.origin,   rows.step,
                                       rows.actual, rows.forecast, rows.spread};
    conformal_bands(&b->rule, &all, rows.lower, rows.upper);
    for (size_t i = from; i < to; i++) {
        b->upcoming->lower[i] = rows.lower[at[i - from]];
        b->upcoming->upper[i] = rows.upper[at[i - from]];
    }
    arena_release(&scratch);
}

static void band_all(struct band_maker *b)
{
    const struct frame *f = &b->upcoming->frame;
    sort_rows(b);
    b->upcoming->lower = ARENA_ARRAY(b->mem, double, f->n);
    b->upcoming->upper = ARENA_ARRAY(b->mem, double, f->n);
    for (size_t i = 0; i < f->n; i++)
        b->upcoming->lower[i] = b->upcoming->upper[i] = NAN;
    for (size_t from = 0, to; from < f->n; from = to) {
        for (to = from + 1; to < f->n && (!f->group || f->group[to] == f->group[from]);)
            to++;
        band_series(b, from, to);
    }
}

/* STATUS_INPUT unless the backtest is of the model that predicts. */
static enum status check_model(const char *path, const struct backtest_json *j,
                               const struct model *model, struct error *err)
{
    if (j->model && strcmp(j->model, artifact_digits(model->document)) == 0)
        return STATUS_OK;
    return error_refuse(err, path, "model",
                        "the file is of another model than the one beside it");
}

static enum status read_rows(const struct again *run, const char *folder,
                             const struct backtest_json *j, struct band_maker *b,
                             struct error *err)
{
    const char *path = file_join(b->mem, folder, j->table.file);
    TRY(artifact_check(&j->table, path, err));
    return backtest_table_read(path, run->pipeline, b->histories->groups.numbers, b->mem,
                               &b->rows, err);
}

enum status bands_read(const struct again *run, const struct model *model,
                       const struct histories *histories, struct arena *mem,
                       struct predicted *upcoming, double *ret_level, struct error *err)
{
    const char *folder = file_join(mem, run->in, "production");
    const char *path = file_join(mem, folder, "backtest.json");
    struct backtest_json j;
    struct band_maker b = {run->pipeline, histories, mem, .upcoming = upcoming};
    *ret_level = NAN;
    if (!upcoming->frame.key || model->learnt.task != TASK_REGRESSION ||
        !file_exists(path))
        return STATUS_OK;
    enum status status = backtest_json_read(path, mem, &j, err);
    if (status == STATUS_OK && isnan(j.level))
        return STATUS_OK;
    if (status == STATUS_OK)
        status = check_model(path, &j, model, err);
    if (status == STATUS_OK)
        status = read_rows(run, folder, &j, &b, err);
    if (status != STATUS_OK) {
        again_hint(run, "register", NULL, mem, err);
        return status;
    }
    b.rule = (struct conformal_rule){j.level, j.season, j.log};
    band_all(&b);
    *ret_level = j.level;
    return STATUS_OK;
}
