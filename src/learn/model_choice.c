/* A series model's choice in a model file, by its rows. */
#include "learn/model_choice.h"

#include "file/json.h"
#include "series/candidates.h"

static json_t *value_json(const struct option_row *row, const void *params)
{
    const void *at = (const char *)params + row->offset;
    struct view word;
    switch (row->kind) {
    case OPTION_BOOL: return json_boolean(*(const bool *)at);
    case OPTION_SIZE: return json_integer((json_int_t) * (const size_t *)at);
    case OPTION_INT: return json_integer(*(const int64_t *)at);
    case OPTION_REAL: return json_real(*(const double *)at);
    case OPTION_ENUM:
        word = option_word(row->placeholder, *(const unsigned *)at);
        return json_stringn(word.p, word.n);
    default: return json_string(*(const char *const *)at);
    }
}

static json_t *values_of(const struct option_row *rows, size_t n, const void *base)
{
    json_t *values = json_object();
    for (size_t i = 0; i < n; i++)
        json_object_set_new(values, rows[i].name, value_json(&rows[i], base));
    return values;
}

void model_choice_json(const struct series_choice *c, json_t *ret)
{
    const struct series_model *m = c->model;
    json_object_set_new(ret, "model", json_string(m->name));
    json_object_set_new(ret, "parameters",
                        values_of(m->rows, m->n_rows, series_params(c)));
    if (!transform_is_none(&c->transform))
        json_object_set_new(ret, "transform",
                            values_of(transform_rows, TRANSFORM_ROWS, &c->transform));
    const struct candidates *of = series_of(m, series_params(c));
    if (!of)
        return;
    json_t *members = json_array();
    for (size_t i = 0; i < of->n; i++) {
        json_t *member = json_object();
        model_choice_json(&of->item[i].choice, member);
        json_array_append_new(members, member);
    }
    json_object_set_new(ret, "of", members);
}

/* The value as the command line would have it, so that the row's own check applies. */
static const char *value_text(const json_t *v, struct arena *mem)
{
    if (json_is_boolean(v))
        return json_is_true(v) ? "true" : "false";
    if (json_is_integer(v))
        return arena_format(mem, "%lld", (long long)json_integer_value(v));
    if (json_is_real(v))
        return arena_format(mem, "%.17g", json_real_value(v));
    return json_string_value(v);
}

/* All values of the rows, and no others, of the member `key`, which are those of `what`. */
static enum status read_rows(const json_t *saved, const char *key, const char *what,
                             const struct option_row *rows, size_t n, const char *path,
                             struct arena *mem, void *base, struct error *err)
{
    json_t *values;
    TRY(json_get_object(saved, key, path, &values, err));
    if (json_object_size(values) != n)
        return error_refuse(err, path, key, "expected the %zu of '%s', found %zu", n,
                            what, json_object_size(values));
    for (size_t i = 0; i < n; i++) {
        const struct option_row *row = &rows[i];
        const char *text = value_text(json_object_get(values, row->name), mem);
        if (!text)
            return error_refuse(err, path, row->name, "expected a value");
        if (option_parse(row, text, base, mem, err) == STATUS_OK)
            continue;
        err->status = STATUS_INPUT;
        error_at(err, path, 0, 0);
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

static enum status read_transform(const json_t *saved, const char *path,
                                  struct arena *mem, struct transform *ret,
                                  struct error *err)
{
    if (!json_object_get(saved, "transform"))
        return STATUS_OK;
    TRY(read_rows(saved, "transform", "transform", transform_rows, TRANSFORM_ROWS, path,
                  mem, ret, err));
    bool box_cox = ret->transform == TRANSFORM_BOX_COX;
    if (transform_check(ret, box_cox || ret->lambda != 0, err) != STATUS_OK)
        error_at(err, path, 0, 0);
    else if (transform_is_none(ret))
        return error_refuse(err, path, "transform", "expected one that does something");
    else
        return STATUS_OK;
    return err->status;
}

/* One choice, without what it is made of; *ret_params is it to be written. */
static enum status read_choice(const json_t *saved, const char *path, struct arena *mem,
                               struct series_choice *ret, void **ret_params,
                               struct error *err)
{
    const char *name;
    if (!json_is_object(saved))
        return error_refuse(err, path, "of", "expected an object");
    TRY(json_get_text(saved, "model", path, &name, err));
    const struct series_model *m = series_find(name);
    if (!m)
        return error_refuse(err, path, "model", "unknown series model %s", QUOTE(name));
    void *params = arena_alloc(mem, m->params_size);
    *ret = (struct series_choice){.model = m, .params = params};
    *ret_params = params;
    TRY(read_rows(saved, "parameters", m->name, m->rows, m->n_rows, path, mem, params,
                  err));
    return read_transform(saved, path, mem, &ret->transform, err);
}

/* What a model is made of: models that are not made of others. */
static enum status read_members(const json_t *saved, const char *path, struct arena *mem,
                                struct candidates *ret, struct error *err)
{
    json_t *members;
    void *params;
    TRY(json_get_array(saved, "of", path, &members, err));
    ret->n = json_array_size(members);
    ret->item = ARENA_ARRAY(mem, struct candidate, ret->n);
    if (ret->n == 0)
        return error_refuse(err, path, "of", "expected series models, found none");
    for (size_t i = 0; i < ret->n; i++) {
        struct series_choice *c = &ret->item[i].choice;
        TRY(read_choice(json_array_get(members, i), path, mem, c, &params, err));
        ret->item[i].name = c->model->name;
        if (c->model->of)
            break; // candidates_check refuses it
    }
    return STATUS_OK;
}

enum status model_choice_read(const json_t *saved, const char *path, struct arena *mem,
                              struct series_choice *ret, struct error *err)
{
    struct series_choice c;
    void *params;
    TRY(read_choice(saved, path, mem, &c, &params, err));
    if (c.model->of) {
        struct candidates *of = ARENA_NEW(mem, struct candidates);
        TRY(read_members(saved, path, mem, of, err));
        *(const struct candidates **)(void *)((char *)params + c.model->of) = of;
    }
    if (candidates_check(&c, err) != STATUS_OK) {
        error_at(err, path, 0, 0);
        error_field(err, "of");
        return err->status;
    }
    *ret = c;
    return STATUS_OK;
}
