/* Schemas and columns. */
#include "arrow/table.h"

#include <math.h>

#include "base/text.h"

const char *type_name(enum type type)
{
    switch (type) {
    case TYPE_REAL: return "float64";
    case TYPE_INT64: return "int64";
    case TYPE_INT32: return "int32";
    case TYPE_DATE: return "date32";
    case TYPE_TIME: return "timestamp[s]";
    case TYPE_TEXT: return "utf8";
    case TYPE_BOOL: break;
    }
    return "bool";
}

size_t schema_find(const struct schema *s, const char *name)
{
    size_t i = 0;
    while (i < s->n && strcmp(s->field[i].name, name) != 0)
        i++;
    return i;
}

/* Says which column may have been meant. */
static void hint_nearest(const struct schema *s, const char *name, struct error *err)
{
    struct arena scratch = {0};
    const char **names = ARENA_ARRAY(&scratch, const char *, s->n);
    for (size_t i = 0; i < s->n; i++)
        names[i] = s->field[i].name;
    const char *near = text_nearest(view_of(name), names, s->n);
    if (near)
        error_hint(err, "did you mean %s?", QUOTE(near));
    arena_release(&scratch);
}

enum status schema_require(const struct schema *s, const char *path, const char *name,
                           size_t *ret, struct error *err)
{
    size_t i = schema_find(s, name);
    if (i == s->n) {
        error_refuse(err, path, NULL, "there is no column %s", QUOTE(name));
        hint_nearest(s, name, err);
        return STATUS_INPUT;
    }
    *ret = i;
    return STATUS_OK;
}

const char *schema_meta(const struct schema *s, const char *key)
{
    for (size_t i = 0; i < s->n_meta; i++) {
        if (strcmp(s->meta[i].key, key) == 0)
            return s->meta[i].value;
    }
    return NULL;
}

/* The values alone, as if all were present. */
static void values_to_reals(enum type type, const void *values, size_t from, size_t n,
                            double *ret)
{
    const int64_t *wide = values;
    const int32_t *narrow = values;
    const uint8_t *bits = values;
    switch (type) {
    case TYPE_REAL:
        if (n)
            memcpy(ret, (const double *)values + from, n * sizeof *ret);
        break;
    case TYPE_INT64:
    case TYPE_TIME:
        for (size_t i = 0; i < n; i++)
            ret[i] = (double)wide[from + i];
        break;
    case TYPE_INT32:
    case TYPE_DATE:
        for (size_t i = 0; i < n; i++)
            ret[i] = narrow[from + i];
        break;
    case TYPE_BOOL:
        for (size_t i = 0; i < n; i++)
            ret[i] = bits[(from + i) >> 3] >> ((from + i) & 7) & 1;
        break;
    case TYPE_TEXT:
        for (size_t i = 0; i < n; i++)
            ret[i] = NAN;
        break;
    }
}

void column_reals_from(enum type type, const struct column *c, size_t from, size_t n,
                       double *ret)
{
    values_to_reals(type, c->values, from, n, ret);
    for (size_t i = 0; c->validity && i < n; i++) {
        if (!column_present(c, from + i))
            ret[i] = NAN;
    }
}

void column_reals(enum type type, const struct column *c, size_t n, double *ret)
{
    column_reals_from(type, c, 0, n, ret);
}
