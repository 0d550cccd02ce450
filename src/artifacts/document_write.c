/* From structs to JSON, a member a row. */
#include "artifacts/document.h"

#include <string.h>

#include "base/text.h"
#include "file/checksum.h"

const struct member counted_rows[1] = {MEMBER(struct counted, n)};
const struct member bounds_rows[2] = {MEMBER(struct bounds, first),
                                      MEMBER(struct bounds, last)};

static json_t *struct_json(const struct member *rows, size_t n, const void *from);
static void add_each(json_t *object, const struct member *m, const void *from);

/* jansson takes UTF-8 only; what is none came with the name of a file. */
static json_t *text_json(const char *text)
{
    json_t *value = text ? json_string(text) : json_null();
    if (value)
        return value;
    struct arena mem = {0};
    struct text shown = {.mem = &mem};
    text_add_shown(&shown, view_of(text));
    value = json_string(shown.p);
    arena_release(&mem);
    return value;
}

static json_t *texts_json(const struct texts *t)
{
    json_t *list = json_array();
    for (size_t i = 0; i < t->n; i++)
        json_array_append_new(list, text_json(t->v[i]));
    return list;
}

static json_t *reals_json(const struct reals *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->n; i++)
        json_array_append_new(list, json_finite(r->v[i]));
    return list;
}

static json_t *tables_json(const struct artifact_table *t)
{
    return json_pack("[{s:o, s:I, s:s}]", "file", text_json(t->file), "bytes",
                     (json_int_t)t->bytes, "checksum", t->checksum);
}

/* The i-th of the structs at a pointer. */
static const void *element(const struct member *m, const void *from, size_t i)
{
    const char *first;
    memcpy(&first, from, sizeof first);
    return first ? first + i * m->size : NULL;
}

static json_t *tuple_json(const struct member *m, const void *from)
{
    json_t *tuple = json_array();
    json_t *object = struct_json(m->rows, m->n_rows, from);
    for (size_t i = 0; i < m->n_rows; i++)
        json_array_append(tuple, json_object_get(object, m->rows[i].key));
    json_decref(object);
    return tuple;
}

static json_t *list_json(const struct member *m, const void *from, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        const void *one = element(m, from, i);
        json_array_append_new(list, m->kind == MEMBER_TUPLES
                                        ? tuple_json(m, one)
                                        : struct_json(m->rows, m->n_rows, one));
    }
    return list;
}

static json_t *value_json(const struct member *m, const void *base)
{
    const void *p = (const char *)base + m->offset;
    const size_t *count = (const void *)((const char *)base + m->count);
    const char *text;
    json_t *map;
    switch (m->kind) {
    case MEMBER_SIZE: return json_integer((json_int_t) * (const size_t *)p);
    case MEMBER_REAL: return json_finite(*(const double *)p);
    case MEMBER_BOOL: return json_boolean(*(const bool *)p);
    case MEMBER_TEXTS: return texts_json(p);
    case MEMBER_REALS: return reals_json(p);
    case MEMBER_TABLE: return tables_json(p);
    case MEMBER_PART: return struct_json(m->rows, m->n_rows, p);
    case MEMBER_LIST:
    case MEMBER_TUPLES: return list_json(m, p, *count);
    case MEMBER_BEHIND:
        p = element(m, p, 0);
        return p ? struct_json(m->rows, m->n_rows, p) : json_null();
    case MEMBER_SUM:
        memcpy(&text, p, sizeof text);
        return text ? json_pack("[s, s]", CHECKSUM_KIND, text) : json_null();
    case MEMBER_TEXT: memcpy(&text, p, sizeof text); return text_json(text);
    default: // of maps
        if (m->null && *count == 0)
            return json_null();
        map = json_object();
        add_each(map, m, base);
        return map;
    }
}

/* Adds what the structs of a map hold, each under its name. */
static void add_each(json_t *object, const struct member *m, const void *base)
{
    const size_t *count = (const void *)((const char *)base + m->count);
    for (size_t i = 0; i < *count; i++) {
        const void *one = element(m, (const char *)base + m->offset, i);
        const char *name;
        memcpy(&name, one, sizeof name);
        json_object_set_new(object, name, value_json(m->rows, one));
    }
}

static json_t *struct_json(const struct member *rows, size_t n, const void *from)
{
    json_t *object = json_object();
    for (size_t i = 0; i < n; i++)
        if (rows[i].kind == MEMBER_REST)
            add_each(object, &rows[i], from);
        else if (!rows[i].optional ||
                 element(&rows[i], (const char *)from + rows[i].offset, 0))
            json_object_set_new(object, rows[i].key, value_json(&rows[i], from));
    return object;
}

enum status document_write(struct output *out, const struct member *rows, size_t n_rows,
                           const void *from, struct error *err)
{
    return artifact_write(out, struct_json(rows, n_rows, from), err);
}

struct view document_text(const struct member *rows, size_t n_rows, const void *from,
                          struct arena *mem)
{
    return artifact_text(struct_json(rows, n_rows, from), mem);
}
