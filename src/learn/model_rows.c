/* Rows of a model: made from a division, kept as JSON, found again in a table. */
#include "learn/model_rows.h"

#include <math.h>
#include <string.h>

#include "data/key.h"
#include "file/checksum.h"

#define BY_ROW "row"

/* Keys tell rows apart: there is one series of them. */
static bool by_key(const struct frame *f)
{
    return f->key && !f->group;
}

/* The number that stands for a row. */
static size_t number_of(const struct frame *f, size_t i)
{
    return by_key(f) ? key_number(f->pipeline, f->key[i]) : i;
}

/* Adds the rows of a part; false when they are too many runs. */
static bool list_part(const uint8_t *part, enum division_part wanted,
                      const struct frame *f, struct row_runs *ret)
{
    for (size_t i = 0; i < f->n && ret->n <= MODEL_RUNS; i++)
        if (part[i] == wanted)
            runs_add(ret, number_of(f, i));
    return ret->n <= MODEL_RUNS;
}

void model_rows_of(const struct division *d, const struct division_rule *rule,
                   const struct frame *f, const char *identity, struct arena *mem,
                   struct model_rows *ret)
{
    struct arena scratch = {0};
    uint8_t *part = ARENA_ARRAY(&scratch, uint8_t, d->n);
    struct model_rows rows = {.by = by_key(f) ? key_name(f->pipeline) : BY_ROW,
                              .table = d->n,
                              .identity = identity,
                              .rule = *rule,
                              .n_train = d->n_train,
                              .n_validation = d->n_validation,
                              .n_holdout = d->n_holdout,
                              .train.mem = mem,
                              .validation.mem = mem,
                              .holdout.mem = mem};
    division_parts(d, part);
    rows.listed = list_part(part, DIVISION_TRAIN, f, &rows.train) &&
                  list_part(part, DIVISION_VALIDATION, f, &rows.validation) &&
                  list_part(part, DIVISION_HOLDOUT, f, &rows.holdout);
    arena_release(&scratch);
    *ret = rows;
}

static json_t *part_json(bool listed, size_t n, const struct row_runs *runs)
{
    json_t *part = json_pack("{s:I}", "n", (json_int_t)n);
    if (listed)
        json_object_set_new(part, "runs", json_string(runs_text(runs)));
    return part;
}

json_t *model_rows_json(const struct model_rows *r)
{
    struct view method = option_word(SPLIT_METHOD_WORDS, r->rule.method),
                arrived = option_word(ARRIVED_WORDS, r->rule.arrived);
    json_t *split = json_pack("{s:s%, s:f, s:I, s:s%}", "method", method.p, method.n,
                              "test", r->rule.test, "seed", (json_int_t)r->rule.seed,
                              "arrived", arrived.p, arrived.n);
    json_t *rows = json_pack("{s:s, s:I, s:s, s:o, s:o}", "by", r->by, "table",
                             (json_int_t)r->table, "identity", r->identity, "split",
                             split, "train", part_json(r->listed, r->n_train, &r->train));
    if (r->rule.validation > 0) {
        json_object_set_new(split, "validation", json_real(r->rule.validation));
        json_object_set_new(rows, "validation",
                            part_json(r->listed, r->n_validation, &r->validation));
    }
    json_object_set_new(rows, "holdout", part_json(r->listed, r->n_holdout, &r->holdout));
    return rows;
}

/* Reads one of the words. */
static enum status read_word(const json_t *object, const char *key, const char *words,
                             const char *path, unsigned *ret, struct error *err)
{
    const struct option_row row = {
        .name = key, .kind = OPTION_ENUM, .placeholder = words};
    struct arena scratch = {0};
    const char *text;
    TRY(json_get_text(object, key, path, &text, err));
    enum status status = option_check_choice(&row, view_of(text), ret, &scratch, err);
    arena_release(&scratch);
    if (status != STATUS_OK)
        error_at(err, path, 0, 0);
    return status == STATUS_OK ? STATUS_OK : (err->status = STATUS_INPUT);
}

static enum status read_rule(json_t *rows, const char *path, struct division_rule *ret,
                             struct error *err)
{
    static const char *const keys[] = {"method", "test", "seed", "arrived", "validation"};
    struct division_rule rule = {0};
    unsigned method, arrived;
    size_t seed;
    json_t *split;
    TRY(json_get_object(rows, "split", path, &split, err));
    TRY(json_known_keys(split, keys, COUNT_OF(keys), path, err));
    TRY(read_word(split, "method", SPLIT_METHOD_WORDS, path, &method, err));
    TRY(json_get_real(split, "test", path, &rule.test, err));
    TRY(json_get_size(split, "seed", path, &seed, err));
    TRY(read_word(split, "arrived", ARRIVED_WORDS, path, &arrived, err));
    if (json_object_get(split, "validation")) {
        TRY(json_get_real(split, "validation", path, &rule.validation, err));
        if (rule.validation <= 0 || rule.validation >= 1)
            return error_refuse(err, path, "validation", "expected a share in (0,1)");
    }
    rule.method = (enum split_method)method;
    rule.seed = (uint32_t)seed;
    rule.arrived = (enum division_arrived)arrived;
    if (seed > UINT32_MAX)
        return error_refuse(err, path, "seed", "expected a number of 32 bits");
    *ret = rule;
    return STATUS_OK;
}

/* Reads a part of n rows; `listed` says afterwards whether its runs are there. */
static enum status read_part(json_t *rows, const char *key, const char *path, size_t *n,
                             bool *listed, struct row_runs *runs, struct error *err)
{
    static const char *const keys[] = {"n", "runs"};
    const char *text;
    json_t *part;
    TRY(json_get_object(rows, key, path, &part, err));
    TRY(json_known_keys(part, keys, COUNT_OF(keys), path, err));
    TRY(json_get_size(part, "n", path, n, err));
    *listed = json_object_get(part, "runs") != NULL;
    if (!*listed)
        return STATUS_OK;
    TRY(json_get_text(part, "runs", path, &text, err));
    if (!runs_parse(runs, text) || runs->count != *n)
        return error_refuse(err, path, key, "its runs are damaged");
    return STATUS_OK;
}

enum status model_rows_read(json_t *object, const char *path, struct arena *mem,
                            struct model_rows *ret, struct error *err)
{
    static const char *const keys[] = {"by",    "table",      "identity", "split",
                                       "train", "validation", "holdout"};
    struct model_rows r = {.train.mem = mem, .validation.mem = mem, .holdout.mem = mem};
    bool listed, checked;
    TRY(json_known_keys(object, keys, COUNT_OF(keys), path, err));
    TRY(json_get_text(object, "by", path, &r.by, err));
    TRY(json_get_size(object, "table", path, &r.table, err));
    TRY(json_get_text(object, "identity", path, &r.identity, err));
    TRY(read_rule(object, path, &r.rule, err));
    TRY(read_part(object, "train", path, &r.n_train, &r.listed, &r.train, err));
    TRY(read_part(object, "holdout", path, &r.n_holdout, &listed, &r.holdout, err));
    checked = listed;
    if (r.rule.validation > 0)
        TRY(read_part(object, "validation", path, &r.n_validation, &checked,
                      &r.validation, err));
    else if (json_object_get(object, "validation"))
        return error_refuse(err, path, "validation", "the split has no such part");
    if (listed != r.listed || checked != r.listed)
        return error_refuse(err, path, "holdout", "its runs are damaged");
    *ret = r;
    return STATUS_OK;
}

/* Rows ascend by their numbers, as the runs do. */
static void mark_runs(const struct row_runs *runs, const struct frame *f,
                      enum division_part part, uint8_t *ret)
{
    for (size_t i = 0, r = 0; i < f->n && r < runs->n; i++) {
        size_t number = number_of(f, i);
        while (r < runs->n && runs->run[r].to < number)
            r++;
        if (r < runs->n && runs->run[r].from <= number)
            ret[i] = (uint8_t)part;
    }
}

static enum status mark_by_rule(const struct model_rows *rows, const struct frame *f,
                                const struct row_runs *arrived, uint8_t *ret,
                                struct error *err)
{
    struct arena scratch = {0};
    struct division d;
    enum status status =
        division_of(&rows->rule, arrived, f, rows->table, &scratch, &d, err);
    if (status == STATUS_OK)
        division_parts(&d, ret);
    arena_release(&scratch);
    return status;
}

/* The same rows stand where they stood when the model was trained. */
static enum status check_places(const struct model_rows *rows, const struct frame *f,
                                const char *identity, struct error *err)
{
    if (f->n >= rows->table && strcmp(identity, rows->identity) == 0)
        return STATUS_OK;
    return error_set(err, STATUS_INPUT,
                     "its first %zu rows are not those that the model was trained on",
                     rows->table);
}

enum status model_rows_mark(const struct model_rows *rows, const struct frame *f,
                            const struct row_runs *arrived, const char *identity,
                            uint8_t *ret, struct error *err)
{
    const char *by = by_key(f) ? key_name(f->pipeline) : BY_ROW;
    if (strcmp(rows->by, by) != 0)
        return error_set(err, STATUS_INPUT,
                         "the model's rows are counted by %s, not by %s", QUOTE(rows->by),
                         by);
    if (!by_key(f) || !rows->listed)
        TRY(check_places(rows, f, identity, err));
    memset(ret, DIVISION_ARRIVED, f->n);
    if (!rows->listed)
        return mark_by_rule(rows, f, arrived, ret, err);
    mark_runs(&rows->train, f, DIVISION_TRAIN, ret);
    mark_runs(&rows->validation, f, DIVISION_VALIDATION, ret);
    mark_runs(&rows->holdout, f, DIVISION_HOLDOUT, ret);
    return STATUS_OK;
}
