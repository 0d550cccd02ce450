/* Any JSON document is refused with a message and the path, or is a model: that predicts
 * a row, and saves to a document that loads to the same prediction, bit for bit, and
 * saves to the same bytes.
 *
 * A wrong hash of the names is put right and tried again, so that mutations reach what
 * lies behind it. */
#include "fuzz/fuzz.h"

#include <math.h>

#include "learn/model.h"
#include "series/fitted.h"

/* What a series model forecasts. */
static const double *forecast(const struct model_series *m, struct arena *mem,
                              size_t *ret_n)
{
    struct error err;
    double *value = ARENA_ARRAY(mem, double, m->horizon);
    require(series_forecast(&m->fitted, m->horizon, value, &err) == STATUS_OK);
    *ret_n = m->horizon;
    return value;
}

/* Texts for a row: words, and now and then an empty cell. */
static const struct text_column *texts(const struct model *m, struct arena *mem)
{
    struct text_column *text = ARENA_ARRAY(mem, struct text_column, m->texts.n);
    for (size_t t = 0; t < m->texts.n; t++) {
        struct view *cell = ARENA_ARRAY(mem, struct view, 1);
        if (t % 3 != 2)
            *cell = view_of(t % 3 == 0 ? "flat" : "a nice day");
        text[t] = (struct text_column){m->texts.v[t], cell};
    }
    return text;
}

/* What a row of ones comes to, with an empty cell first where that is taken; NULL where the
 * steps refuse it. */
static const double *predict(const struct model *m, struct arena *mem, size_t *ret_n)
{
    double **col;
    struct error err;
    struct matrix x = matrix_new(mem, 1, m->features.n, m->features.v, &col);
    struct prediction y;
    if (m->series.fitted.choice.model)
        return forecast(&m->series, mem, ret_n);
    for (size_t c = 0; c < m->features.n; c++)
        col[c][0] = c == 0 && (m->step[0].step->takes & STEP_MISSING) ? NAN : 1;
    x.n_texts = m->texts.n;
    x.text = texts(m, mem);
    if (steps_predict(m->step, m->n_steps, &x, &m->learnt, mem, &y, &err) != STATUS_OK)
        return NULL;
    require(y.n == 1);
    double *row = ARENA_ARRAY(mem, double, y.p);
    for (size_t c = 0; c < y.p; c++)
        row[c] = y.value[c][0];
    *ret_n = y.p;
    return row;
}

static char *saved(const struct model *m)
{
    json_t *document = model_to_json(m);
    require(document);
    char *text = json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    require(text);
    json_decref(document);
    return text;
}

static void check_again(const struct model *m, struct arena *mem)
{
    struct error err;
    struct model again;
    size_t n = 0, n_again = 0;
    char *text = saved(m);
    json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    require(document);
    require(model_from_json(document, "again", mem, &again, &err) == STATUS_OK);
    char *text_again = saved(&again);
    require(strcmp(text, text_again) == 0);
    const double *y = predict(m, mem, &n), *y_again = predict(&again, mem, &n_again);
    require(!y == !y_again && n == n_again);
    require(!y || memcmp(y, y_again, n * sizeof *y) == 0);
    free(text);
    free(text_again);
    model_release(&again);
}

/* Whatever its rows say, they mark no others than those of a table. */
static void mark_rows(const struct model *m, struct arena *mem)
{
    enum { ROWS = 8 };
    static const struct pipeline monthly = {.time = {.column = "month",
                                                     .step = TIMESTEP_MONTH}},
                                 timeless;
    int32_t key[ROWS] = {0, 31, 59, 90, 120, 151, 181, 16130};
    uint8_t part[ROWS];
    struct frame f = {.n = ROWS, .pipeline = &timeless};
    struct row_runs arrived = {.mem = mem};
    struct error err;
    runs_add(&arrived, 3);
    for (int timed = 0; timed < 2; timed++) {
        if (model_rows_mark(&m->rows, &f, &arrived, m->rows.identity, part, &err) ==
            STATUS_OK)
            for (size_t i = 0; i < ROWS; i++)
                require(part[i] <= DIVISION_ARRIVED);
        f = (struct frame){.n = ROWS, .key = key, .pipeline = &monthly};
    }
}

/* Replaces the hash by the one that the message names; false when that is not what is
 * wrong. */
static bool mend_hash(json_t *document, const struct error *err)
{
    static const char before[] = "the names have the hash ";
    if (strncmp(err->message, before, sizeof before - 1) != 0)
        return false;
    const char *hash = err->message + sizeof before - 1;
    require(strlen(hash) > 16);
    return json_object_set_new(document, "features_hash", json_stringn(hash, 16)) == 0;
}

static void try_input(struct view input, struct arena *mem)
{
    json_t *document = json_loadb(input.p, input.n, JSON_REJECT_DUPLICATES, NULL);
    if (!document)
        return;
    struct error err = {0};
    struct model m;
    enum status status =
        model_from_json(json_incref(document), "model.json", mem, &m, &err);
    if (status != STATUS_OK && mend_hash(document, &err)) {
        err = (struct error){0};
        status = model_from_json(json_incref(document), "model.json", mem, &m, &err);
    }
    if (status == STATUS_OK) {
        check_again(&m, mem);
        mark_rows(&m, mem);
        model_release(&m);
    } else {
        require(status == STATUS_INPUT && err.status == status && err.message[0]);
        require(strcmp(err.loc.path, "model.json") == 0);
    }
    json_decref(document);
}
