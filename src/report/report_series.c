/* Rows of residuals.json and of predictions for charts and tables: a key with its place in
 * time, the real value, the prediction.
 *
 * The pipeline's step says how keys read; one that does not is damage. */
#include <math.h>

#include "artifacts/predictions_csv.h"
#include "data/key.h"
#include "data/predictions_arrow.h"
#include "file/file.h"
#include "report/report_internal.h"

enum { MINUTES_OF_DAY = 1440 };

static struct report_series series_new(const struct report *r, const char *by, size_t n,
                                       size_t of, struct arena *mem)
{
    return (struct report_series){
        .key_name = by,
        .step =
            r->pipeline->group ? NULL : key_step(r->pipeline), // one series' time only
        .n = n,
        .of = of,
        .key = ARENA_ARRAY(mem, const char *, n),
        .place = ARENA_ARRAY(mem, double, n),
        .actual = ARENA_ARRAY(mem, double, n),
        .prediction = ARENA_ARRAY(mem, double, n),
        .part = ARENA_ARRAY(mem, enum report_part, n),
    };
}

/* As residuals.json has it of a row with a group: texts in quotes, numbers without. */
const char *report_label(const struct report_series *s, size_t i, struct arena *mem)
{
    if (!s->group)
        return s->key[i];
    bool number = s->group[i][strspn(s->group[i], "-0123456789")] == '\0';
    return arena_format(mem, "%s of %s", s->key[i],
                        number ? s->group[i] : QUOTE(s->group[i]));
}

/* The place of a key on a time axis. */
static enum status place_of(const struct report_series *s, size_t i, const char *path,
                            struct error *err)
{
    int32_t first, last;
    s->place[i] = (double)i;
    if (!s->step)
        return STATUS_OK;
    const char *wrong = timestep_span(s->step, view_of(s->key[i]), &first, &last);
    if (wrong || first != last)
        return error_refuse(err, path, "key", "expected %s, found %s", s->step->like,
                            QUOTE(s->key[i]));
    s->place[i] = s->step->minutes ? (double)first / MINUTES_OF_DAY : first;
    return STATUS_OK;
}

static enum status take_rows(const struct residuals_json_row *row, size_t n,
                             const char *path, struct report_series *s, struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        s->key[i] = row[i].key;
        s->actual[i] = row[i].actual;
        s->prediction[i] = row[i].prediction;
        TRY(report_part_of(row[i].part, path, &s->part[i], err));
        TRY(place_of(s, i, path, err));
    }
    return STATUS_OK;
}

/* Where all rows are points, the last of them are the table's. */
enum status report_series_read(const char *path, struct arena *mem, struct report *r,
                               struct error *err)
{
    const struct residuals_json *j = &r->residuals;
    const struct residuals_json_row *last = j->last;
    size_t n = j->n_last;
    if (j->every == 1) {
        n = j->n_points < RESIDUALS_LAST ? j->n_points : RESIDUALS_LAST;
        last = j->point + (j->n_points - n);
    }
    r->rows = series_new(r, j->by, j->n_points, j->rows, mem);
    r->last = series_new(r, j->by, n, j->rows, mem);
    TRY(take_rows(j->point, j->n_points, path, &r->rows, err));
    return take_rows(last, n, path, &r->last, err);
}

enum status report_forecast_read(const char *path, struct arena *mem, struct report *r,
                                 struct error *err)
{
    TRY(predictions_json_read(path, mem, &r->forecast, err));
    const char *table = r->forecast.table.file;
    if (strcmp(table, "predictions.csv") != 0 && strcmp(table, "predictions.arrow") != 0)
        return error_refuse(err, path, "tables[0].file",
                            "expected predictions.csv or predictions.arrow, found %s",
                            QUOTE(table));
    report_use(r, "predict", r->forecast.options);
    report_vouch(r, r->forecast.table);
    if (r->forecast.model && strcmp(r->forecast.model, r->gate.predicts.model) == 0)
        return STATUS_OK;
    return error_refuse(err, path, "model",
                        "the file is of another model than the one in production/");
}

/* Rows without a time are called by their ids. */
static const char *called_by(const struct pipeline *p, const struct predictions_csv *t)
{
    return t->id && !key_name(p) ? t->id : t->by;
}

/* A row as it is shown: its id instead of its number, or beside its time. */
static const char *name_of(const struct pipeline *p,
                           const struct predictions_csv_row *row, struct arena *mem)
{
    if (!row->id || row->id[0] == '\0')
        return row->key;
    return key_name(p) ? arena_format(mem, "%s, %s %s", row->key, p->id, row->id)
                       : row->id;
}

/* Without a place in time rows to come stand behind the others, on a fifth of the axis at
 * most, however many they are. */
static void place_behind(const struct report_series *rows, struct report_series *next)
{
    double room = (double)rows->n / 4, n = (double)next->n;
    for (size_t i = 0; i < next->n; i++)
        next->place[i] = (double)rows->n + (double)i * (n > room ? room / n : 1);
}

/* Reads the rows of the form that predictions.json names: all of a table that is not long,
 * of another one the first. */
static enum status read_coming(const char *path, const struct report *r,
                               const struct predictions_csv *like, struct arena *mem,
                               struct predictions_csv *ret, struct error *err)
{
    if (strcmp(file_name(path), "predictions.arrow") == 0)
        return predictions_arrow_read(path, r->pipeline, like, r->forecast.rows,
                                      REPORT_COMING, mem, ret, err);
    TRY(predictions_csv_read(path, like, mem, ret, err));
    if (ret->n == r->forecast.rows)
        return STATUS_OK;
    return error_refuse(err, path, "", "expected %zu rows, found %zu", r->forecast.rows,
                        ret->n);
}

static void take_bands(const struct predictions_csv *p, struct arena *mem,
                       struct report_series *ret)
{
    if (p->p < 4)
        return;
    ret->lower = ARENA_ARRAY(mem, double, p->n);
    ret->upper = ARENA_ARRAY(mem, double, p->n);
    for (size_t i = 0; i < p->n; i++) {
        ret->lower[i] = p->row[i].cell[2].number;
        ret->upper[i] = p->row[i].cell[3].number;
    }
}

enum status report_predictions_read(const char *path, struct arena *mem, struct report *r,
                                    struct error *err)
{
    static const struct predictions_csv_column columns[] = {
        {"actual", false}, {"prediction", false}, {"lower", false}, {"upper", false}};
    const struct predictions_csv like = {.group = r->pipeline->group,
                                         .id = r->pipeline->id,
                                         .p = isnan(r->forecast.level) ? 2 : 4,
                                         .column = columns};
    struct predictions_csv p;
    if (r->pipeline->task != TASK_REGRESSION) {
        struct predictions_csv answers = r->answers;
        return read_coming(path, r, &answers, mem, &r->answers, err);
    }
    TRY(read_coming(path, r, &like, mem, &p, err));
    r->upcoming = series_new(r, called_by(r->pipeline, &p), p.n, r->forecast.rows, mem);
    r->upcoming.group = p.group ? ARENA_ARRAY(mem, const char *, p.n) : NULL;
    for (size_t i = 0; i < p.n; i++) {
        r->upcoming.key[i] = p.row[i].key;
        if (p.group)
            r->upcoming.group[i] = p.row[i].group;
        r->upcoming.actual[i] = p.row[i].cell[0].number;
        r->upcoming.prediction[i] = p.row[i].cell[1].number;
        r->upcoming.part[i] = PART_UPCOMING;
        TRY(place_of(&r->upcoming, i, path, err));
        r->upcoming.key[i] = name_of(r->pipeline, &p.row[i], mem);
    }
    if (!r->upcoming.step)
        place_behind(&r->rows, &r->upcoming);
    take_bands(&p, mem, &r->upcoming);
    return STATUS_OK;
}
