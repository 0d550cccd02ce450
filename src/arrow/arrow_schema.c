/* A table's schema as a flatbuffer, and back.
 *
 * Seven types are read; any other column fails by name with the cast that helps.  Two
 * columns of one name are refused on both sides: nobody could tell which one is meant. */
#include "arrow/arrow_internal.h"

/* ---- writing ---- */

static unsigned type_kind(enum type type)
{
    switch (type) {
    case TYPE_REAL: return ARROW_KIND_FLOAT;
    case TYPE_INT64:
    case TYPE_INT32: return ARROW_KIND_INT;
    case TYPE_DATE: return ARROW_KIND_DATE;
    case TYPE_TIME: return ARROW_KIND_TIMESTAMP;
    case TYPE_TEXT: return ARROW_KIND_UTF8;
    case TYPE_BOOL: break;
    }
    return ARROW_KIND_BOOL;
}

static size_t add_type(struct flatbuffer_builder *b, enum type type)
{
    const struct flatbuffer_field precision = {2, ARROW_PRECISION_DOUBLE};
    const struct flatbuffer_field unit = {2, ARROW_UNIT_DAY};
    const struct flatbuffer_field second = {2, ARROW_UNIT_SECOND};
    const struct flatbuffer_field integer[] = {
        [INT_WIDTH] = {4, type == TYPE_INT64 ? 64 : 32},
        [INT_SIGNED] = {1, 1},
    };
    switch (type) {
    case TYPE_REAL: return flatbuffer_add_table(b, &precision, 1);
    case TYPE_DATE: return flatbuffer_add_table(b, &unit, 1);
    case TYPE_TIME: return flatbuffer_add_table(b, &second, 1);
    case TYPE_INT64:
    case TYPE_INT32: return flatbuffer_add_table(b, integer, COUNT_OF(integer));
    case TYPE_TEXT:
    case TYPE_BOOL: break;
    }
    return flatbuffer_add_table(b, NULL, 0);
}

/* Readers insist on the list of children though it is empty. */
static size_t add_field(struct flatbuffer_builder *b, const struct field *field)
{
    const struct flatbuffer_field f[] = {
        [FIELD_NAME] = {FLATBUFFER_REFERENCE, 0},
        [FIELD_NULLABLE] = {1, 1},
        [FIELD_KIND] = {1, type_kind(field->type)},
        [FIELD_TYPE] = {FLATBUFFER_REFERENCE, 0},
        [FIELD_CHILDREN] = {FLATBUFFER_REFERENCE, 0},
    };
    size_t t = flatbuffer_add_table(b, f, COUNT_OF(f));
    flatbuffer_refer(b, t, FIELD_NAME, flatbuffer_add_string(b, field->name));
    flatbuffer_refer(b, t, FIELD_TYPE, add_type(b, field->type));
    flatbuffer_refer(b, t, FIELD_CHILDREN, flatbuffer_add_vector(b, 0, 4, 4));
    return t;
}

static size_t add_meta(struct flatbuffer_builder *b, const struct meta *meta)
{
    const struct flatbuffer_field f[] = {
        [META_KEY] = {FLATBUFFER_REFERENCE, 0},
        [META_VALUE] = {FLATBUFFER_REFERENCE, 0},
    };
    size_t t = flatbuffer_add_table(b, f, COUNT_OF(f));
    flatbuffer_refer(b, t, META_KEY, flatbuffer_add_string(b, meta->key));
    flatbuffer_refer(b, t, META_VALUE, flatbuffer_add_string(b, meta->value));
    return t;
}

size_t arrow_add_schema(struct flatbuffer_builder *b, const struct schema *s)
{
    const struct flatbuffer_field f[] = {
        [SCHEMA_ENDIANNESS] = {2, 0},
        [SCHEMA_FIELDS] = {FLATBUFFER_REFERENCE, 0},
        [SCHEMA_META] = {s->n_meta ? FLATBUFFER_REFERENCE : 0, 0},
    };
    size_t t = flatbuffer_add_table(b, f, COUNT_OF(f));
    size_t fields = flatbuffer_add_vector(b, s->n, 4, 4);
    flatbuffer_refer(b, t, SCHEMA_FIELDS, fields);
    for (size_t i = 0; i < s->n; i++)
        flatbuffer_refer_item(b, fields, i, add_field(b, &s->field[i]));
    if (s->n_meta == 0)
        return t;
    size_t metas = flatbuffer_add_vector(b, s->n_meta, 4, 4);
    flatbuffer_refer(b, t, SCHEMA_META, metas);
    for (size_t i = 0; i < s->n_meta; i++)
        flatbuffer_refer_item(b, metas, i, add_meta(b, &s->meta[i]));
    return t;
}

/* ---- names ---- */

static int compare_fields(const void *a, const void *b)
{
    const struct field *x = *(const struct field *const *)a;
    const struct field *y = *(const struct field *const *)b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x > y) - (x < y);
}

size_t arrow_find_duplicate(const struct schema *s)
{
    struct arena scratch = {0};
    const struct field **sorted = ARENA_ARRAY(&scratch, const struct field *, s->n);
    for (size_t i = 0; i < s->n; i++)
        sorted[i] = &s->field[i];
    qsort(sorted, s->n, sizeof *sorted, compare_fields);
    size_t found = s->n;
    for (size_t i = 1; i < s->n && found == s->n; i++) {
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0)
            found = (size_t)(sorted[i] - s->field);
    }
    arena_release(&scratch);
    return found;
}

/* ---- reading ---- */

/* What a type is called, and what to do about it. */
struct schema_refusal {
    const char *name, *advice;
};

/* By the kind of the type; "" where a kind is read or its name depends on its width. */
static const struct schema_refusal refusals[] = {
    {"", ""},
    {"null", "cast it to float64"},
    {"", "cast it to int64"},
    {"", "cast it to float64"},
    {"binary", "cast it to utf8"},
    {"", ""}, // utf8
    {"", ""}, // bool
    {"decimal", "cast it to float64"},
    {"date64", "cast it to date32"},
    {"time", "cast it to int64"},
    {"", "cast it to timestamp[s] without a time zone, or to date32"},
    {"interval", "cast it to utf8"},
    {"list", "split it into columns"},
    {"struct", "split it into columns"},
    {"union", "split it into columns"},
    {"fixed_size_binary", "cast it to utf8"},
    {"fixed_size_list", "split it into columns"},
    {"map", "split it into columns"},
    {"duration", "cast it to int64"},
    {"large_binary", "cast it to utf8"},
    {"large_utf8", "cast it to utf8"},
    {"large_list", "split it into columns"},
    {"run_end_encoded", "cast it to the type of its values"},
    {"binary_view", "cast it to utf8"},
    {"utf8_view", "cast it to utf8"},
    {"list_view", "split it into columns"},
    {"large_list_view", "split it into columns"},
};

static enum status refuse(const struct flatbuffer *b, const char *column,
                          const char *type, const char *advice, struct error *err)
{
    return error_refuse(err, b->path, NULL,
                        "column %s has type %s, which is not read; %s", QUOTE(column),
                        type, advice);
}

/* Writes the name of a timestamp that is not read: of another unit, or in a time zone. */
static enum status match_timestamp(const struct flatbuffer *b,
                                   const struct flatbuffer_table *t, char other[32],
                                   struct error *err)
{
    static const char *const units[] = {"s", "ms", "us", "ns"};
    struct flatbuffer_vector zone; // its name
    uint64_t unit;
    TRY(flatbuffer_number(b, t, TIMESTAMP_UNIT, 2, ARROW_UNIT_SECOND, &unit, err));
    TRY(flatbuffer_vector(b, t, TIMESTAMP_ZONE, 1, &zone, err));
    if (unit != ARROW_UNIT_SECOND || zone.pos)
        snprintf(other, 32, "timestamp[%s%s]", unit < 4 ? units[unit] : "?",
                 zone.pos ? " in a time zone" : "");
    return STATUS_OK;
}

/* Sets *ret when the type is one of the seven, otherwise writes its name. */
static enum status match_type(const struct flatbuffer *b, uint64_t kind,
                              const struct flatbuffer_table *t, enum type *ret,
                              char other[32], struct error *err)
{
    uint64_t value, sign;
    snprintf(other, 32, "%s", refusals[kind].name);
    switch (kind) {
    case ARROW_KIND_FLOAT:
        TRY(flatbuffer_number(b, t, 0, 2, 0, &value, err));
        *ret = TYPE_REAL;
        if (value != ARROW_PRECISION_DOUBLE)
            snprintf(other, 32, "%s", value ? "float32" : "float16");
        break;
    case ARROW_KIND_INT:
        TRY(flatbuffer_number(b, t, INT_WIDTH, 4, 0, &value, err));
        TRY(flatbuffer_number(b, t, INT_SIGNED, 1, 0, &sign, err));
        *ret = value == 64 ? TYPE_INT64 : TYPE_INT32;
        if (!sign || (value != 32 && value != 64))
            snprintf(other, 32, "%sint%u", sign ? "" : "u", (unsigned)value);
        break;
    case ARROW_KIND_DATE:
        TRY(flatbuffer_number(b, t, 0, 2, ARROW_UNIT_MILLISECOND, &value, err));
        *ret = TYPE_DATE;
        if (value == ARROW_UNIT_DAY)
            other[0] = '\0';
        break;
    case ARROW_KIND_TIMESTAMP: *ret = TYPE_TIME; return match_timestamp(b, t, other, err);
    case ARROW_KIND_UTF8: *ret = TYPE_TEXT; break;
    case ARROW_KIND_BOOL: *ret = TYPE_BOOL; break;
    default: break;
    }
    return STATUS_OK;
}

static enum status read_field(struct flatbuffer *b, const struct flatbuffer_table *t,
                              struct arena *mem, struct field *ret, struct error *err)
{
    struct flatbuffer_table type, encoding;
    uint64_t kind;
    char other[32];
    TRY(flatbuffer_string(b, t, FIELD_NAME, mem, &ret->name, err));
    TRY(flatbuffer_table(b, t, FIELD_DICTIONARY, &encoding, err));
    if (encoding.pos)
        return refuse(b, ret->name, "dictionary", "cast it to the type of its values",
                      err);
    TRY(flatbuffer_number(b, t, FIELD_KIND, 1, 0, &kind, err));
    TRY(flatbuffer_table(b, t, FIELD_TYPE, &type, err));
    if (kind == 0 || kind >= COUNT_OF(refusals) || type.pos == 0)
        return flatbuffer_damaged(b, t->pos, "a column of unknown type", err);
    TRY(match_type(b, kind, &type, &ret->type, other, err));
    if (other[0])
        return refuse(b, ret->name, other, refusals[kind].advice, err);

    struct flatbuffer_vector children;
    TRY(flatbuffer_vector(b, t, FIELD_CHILDREN, 4, &children, err));
    if (children.n)
        return flatbuffer_damaged(b, children.pos,
                                  "a column of a plain type has children", err);
    return STATUS_OK;
}

static enum status read_fields(struct flatbuffer *b, const struct flatbuffer_table *t,
                               struct arena *mem, struct schema *ret, struct error *err)
{
    struct flatbuffer_vector fields;
    TRY(flatbuffer_vector(b, t, SCHEMA_FIELDS, 4, &fields, err));
    if (fields.n == 0)
        return flatbuffer_damaged(b, t->pos, "a table without columns", err);
    if (fields.n > ARROW_MAX_COLUMNS)
        return flatbuffer_damaged(b, fields.pos, "more than 16384 columns", err);
    ret->n = fields.n;
    ret->field = ARENA_ARRAY(mem, struct field, fields.n);
    for (size_t i = 0; i < fields.n; i++) {
        struct flatbuffer_table field;
        TRY(flatbuffer_item(b, &fields, i, &field, err));
        TRY(read_field(b, &field, mem, &ret->field[i], err));
    }
    size_t twice = arrow_find_duplicate(ret);
    if (twice == ret->n)
        return STATUS_OK;
    return error_refuse(err, b->path, NULL, "two columns are called %s",
                        QUOTE(ret->field[twice].name));
}

static enum status read_metas(struct flatbuffer *b, const struct flatbuffer_table *t,
                              struct arena *mem, struct schema *ret, struct error *err)
{
    struct flatbuffer_vector metas;
    TRY(flatbuffer_vector(b, t, SCHEMA_META, 4, &metas, err));
    ret->n_meta = metas.n;
    ret->meta = ARENA_ARRAY(mem, struct meta, metas.n);
    for (size_t i = 0; i < metas.n; i++) {
        struct flatbuffer_table meta;
        TRY(flatbuffer_item(b, &metas, i, &meta, err));
        TRY(flatbuffer_string(b, &meta, META_KEY, mem, &ret->meta[i].key, err));
        TRY(flatbuffer_string(b, &meta, META_VALUE, mem, &ret->meta[i].value, err));
    }
    return STATUS_OK;
}

enum status arrow_read_schema(struct flatbuffer *b, const struct flatbuffer_table *t,
                              struct arena *mem, struct schema *ret, struct error *err)
{
    struct schema s = {0};
    uint64_t endianness;
    TRY(flatbuffer_number(b, t, SCHEMA_ENDIANNESS, 2, 0, &endianness, err));
    if (endianness != 0)
        return flatbuffer_damaged(b, t->pos, "numbers that are not little endian", err);
    TRY(read_fields(b, t, mem, &s, err));
    TRY(read_metas(b, t, mem, &s, err));
    *ret = s;
    return STATUS_OK;
}
