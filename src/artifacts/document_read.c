/* From JSON to structs, a member a row.
 *
 * Each level that fails puts its own key in front of the place that the level below has
 * named.  Arrays grow as their elements are read, so that a list of a million empty
 * objects takes no memory before the first of them is refused. */
#include "artifacts/document.h"

#include <math.h>
#include <string.h>

#include "file/checksum.h"

struct document_reader {
    const char *path;
    struct arena *mem;
};

static enum status read_struct(const struct document_reader *r, const struct member *rows,
                               size_t n, const json_t *object, void *into,
                               struct error *err);

enum status document_ordered(const char *path, const char *field, const char *first,
                             const char *last, struct error *err)
{
    if ((!first && !last) || (first && last && strcmp(first, last) <= 0))
        return STATUS_OK;
    return error_refuse(err, path, field, "expected an end that is not before %s",
                        first ? QUOTE(first) : "its beginning");
}

/* Puts the key of a struct, or the place in a list, in front of what lies inside it. */
static enum status inside(const char *key, size_t i, struct error *err)
{
    struct arena mem = {0};
    struct text field = {.mem = &mem};
    const char *rest = err->loc.field;
    text_puts(&field, key);
    if (i != SIZE_MAX)
        text_addf(&field, "[%zu]", i);
    text_addf(&field, "%s%s", rest[0] && rest[0] != '[' && field.n > 0 ? "." : "", rest);
    err->loc.field[0] = '\0';
    error_field(err, field.p);
    arena_release(&mem);
    return err->status;
}

static enum status mismatch(const struct document_reader *r, const json_t *value,
                            const char *expected, struct error *err)
{
    return json_mismatch(value, expected, r->path, err);
}

static enum status read_size(const struct document_reader *r, const json_t *value,
                             size_t *into, struct error *err)
{
    if (!json_is_integer(value))
        return mismatch(r, value, "a whole number", err);
    if (json_integer_value(value) < 0)
        return error_refuse(err, r->path, "",
                            "expected a number from 0, found %" JSON_INTEGER_FORMAT,
                            json_integer_value(value));
    *into = (size_t)json_integer_value(value);
    return STATUS_OK;
}

static enum status read_real(const struct document_reader *r, const json_t *value,
                             double *into, struct error *err)
{
    if (!json_is_number(value))
        return mismatch(r, value, "a number", err);
    *into = json_number_value(value);
    return STATUS_OK;
}

static enum status read_bool(const struct document_reader *r, const json_t *value,
                             bool *into, struct error *err)
{
    if (!json_is_boolean(value))
        return mismatch(r, value, "true or false", err);
    *into = json_is_true(value);
    return STATUS_OK;
}

static enum status read_text(const struct document_reader *r, const json_t *value,
                             const char **into, struct error *err)
{
    if (!json_is_string(value))
        return mismatch(r, value, "a string", err);
    *into = arena_copy(r->mem, json_string_value(value), json_string_length(value));
    return STATUS_OK;
}

static enum status read_texts(const struct document_reader *r, const json_t *list,
                              struct texts *into, struct error *err)
{
    size_t n = json_array_size(list);
    if (!json_is_array(list))
        return mismatch(r, list, "an array", err);
    const char **text = ARENA_ARRAY(r->mem, const char *, n);
    for (size_t i = 0; i < n; i++)
        if (read_text(r, json_array_get(list, i), &text[i], err) != STATUS_OK)
            return inside("", i, err);
    *into = (struct texts){n, text};
    return STATUS_OK;
}

static enum status read_reals(const struct document_reader *r, const json_t *list,
                              struct reals *into, struct error *err)
{
    size_t n = json_array_size(list);
    if (!json_is_array(list))
        return mismatch(r, list, "an array", err);
    double *v = ARENA_ARRAY(r->mem, double, n);
    for (size_t i = 0; i < n; i++)
        if (read_real(r, json_array_get(list, i), &v[i], err) != STATUS_OK)
            return inside("", i, err);
    *into = (struct reals){n, v};
    return STATUS_OK;
}

/* The digits of a checksum: what is none could not have come from a file. */
static enum status read_digits(const struct document_reader *r, const json_t *value,
                               const char **into, struct error *err)
{
    const char *digits;
    TRY(read_text(r, value, &digits, err));
    if (strlen(digits) != CHECKSUM_DIGITS ||
        strspn(digits, "0123456789abcdef") != CHECKSUM_DIGITS)
        return error_refuse(err, r->path, "", "expected a checksum, found %s",
                            QUOTE(digits));
    *into = digits;
    return STATUS_OK;
}

static enum status read_sum(const struct document_reader *r, const json_t *value,
                            const char **into, struct error *err)
{
    const char *kind = json_string_value(json_array_get(value, 0));
    if (json_array_size(value) != 2 || !kind || strcmp(kind, CHECKSUM_KIND) != 0)
        return mismatch(r, value, "the checksum of an artifact", err);
    return read_digits(r, json_array_get(value, 1), into, err);
}

static enum status read_tables(const struct document_reader *r, const json_t *list,
                               struct artifact_table *into, struct error *err)
{
    static const struct member rows[] = {MEMBER(struct artifact_table, file),
                                         MEMBER(struct artifact_table, bytes),
                                         MEMBER(struct artifact_table, checksum)};
    struct artifact_table table = {.by = arena_string(r->mem, file_name(r->path))};
    const json_t *one = json_array_get(list, 0);
    if (json_array_size(list) != 1)
        return mismatch(r, list, "an array of one table", err);
    if (read_struct(r, rows, COUNT_OF(rows), one, &table, err) != STATUS_OK ||
        read_digits(r, json_object_get(one, "checksum"), &table.checksum, err) !=
            STATUS_OK)
        return inside("", 0, err);
    *into = table;
    return STATUS_OK;
}

static enum status read_tuple(const struct document_reader *r, const struct member *m,
                              const json_t *tuple, void *into, struct error *err)
{
    json_t *object = json_object();
    if (json_array_size(tuple) != m->n_rows) {
        json_decref(object);
        return mismatch(r, tuple, "an array with an element a field", err);
    }
    for (size_t i = 0; i < m->n_rows; i++)
        json_object_set(object, m->rows[i].key, json_array_get(tuple, i));
    enum status status = read_struct(r, m->rows, m->n_rows, object, into, err);
    json_decref(object);
    return status;
}

/* Structs that are read one after another. */
struct document_list {
    char *p;
    size_t n, cap;
};

static void *next_of(const struct document_reader *r, const struct member *m,
                     struct document_list *list)
{
    list->p = arena_room(r->mem, list->p, list->n, &list->cap, 4, m->size);
    return list->p + m->size * list->n++;
}

static void keep(const struct member *m, const struct document_list *list, void *base)
{
    memcpy((char *)base + m->offset, &list->p, sizeof list->p);
    memcpy((char *)base + m->count, &list->n, sizeof list->n);
}

static enum status read_list(const struct document_reader *r, const struct member *m,
                             const json_t *array, void *base, struct error *err)
{
    struct document_list list = {0};
    if (!json_is_array(array))
        return mismatch(r, array, "an array", err);
    for (size_t i = 0; i < json_array_size(array); i++) {
        void *one = next_of(r, m, &list);
        const json_t *value = json_array_get(array, i);
        enum status status = m->kind == MEMBER_TUPLES
                                 ? read_tuple(r, m, value, one, err)
                                 : read_struct(r, m->rows, m->n_rows, value, one, err);
        if (status != STATUS_OK)
            return inside("", i, err);
    }
    keep(m, &list, base);
    return STATUS_OK;
}

/* True when another row than a MEMBER_REST is of this key. */
static bool named(const struct member *rows, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].kind != MEMBER_REST && strcmp(rows[i].key, key) == 0)
            return true;
    return false;
}

static enum status read_member(const struct document_reader *r, const struct member *m,
                               const json_t *value, void *base, struct error *err);

/* The members of an object that none of the rows names. */
static enum status read_map(const struct document_reader *r, const struct member *m,
                            const struct member *rows, size_t n_rows,
                            const json_t *object, void *base, struct error *err)
{
    struct document_list list = {0};
    const char *name;
    json_t *value;
    if (!json_is_object(object))
        return mismatch(r, object, "an object", err);
    json_object_foreach(json_unconst(object), name, value) {
        if (named(rows, n_rows, name))
            continue;
        void *one = next_of(r, m, &list);
        const char *own = arena_string(r->mem, name);
        memcpy(one, &own, sizeof own);
        if (read_member(r, m->rows, value, one, err) != STATUS_OK)
            return inside(name, SIZE_MAX, err);
    }
    keep(m, &list, base);
    return STATUS_OK;
}

static enum status read_behind(const struct document_reader *r, const struct member *m,
                               const json_t *value, void *into, struct error *err)
{
    void *one = arena_alloc(r->mem, m->size);
    TRY(read_struct(r, m->rows, m->n_rows, value, one, err));
    memcpy(into, &one, sizeof one);
    return STATUS_OK;
}

static enum status read_null(const struct member *m, void *into)
{
    const double nan = NAN;
    const void *none = NULL;
    if (m->kind == MEMBER_REAL)
        memcpy(into, &nan, sizeof nan);
    else
        memcpy(into, &none, sizeof none);
    return STATUS_OK;
}

/* The value of a row; the place in err is inside of it. */
static enum status read_member(const struct document_reader *r, const struct member *m,
                               const json_t *value, void *base, struct error *err)
{
    void *into = (char *)base + m->offset;
    if (m->null && json_is_null(value))
        return read_null(m, into);
    switch (m->kind) {
    case MEMBER_SIZE: return read_size(r, value, into, err);
    case MEMBER_REAL: return read_real(r, value, into, err);
    case MEMBER_BOOL: return read_bool(r, value, into, err);
    case MEMBER_TEXT: return read_text(r, value, into, err);
    case MEMBER_TEXTS: return read_texts(r, value, into, err);
    case MEMBER_REALS: return read_reals(r, value, into, err);
    case MEMBER_SUM: return read_sum(r, value, into, err);
    case MEMBER_TABLE: return read_tables(r, value, into, err);
    case MEMBER_PART: return read_struct(r, m->rows, m->n_rows, value, into, err);
    case MEMBER_BEHIND: return read_behind(r, m, value, into, err);
    case MEMBER_LIST:
    case MEMBER_TUPLES: return read_list(r, m, value, base, err);
    default: return read_map(r, m, NULL, 0, value, base, err);
    }
}

static enum status refuse_unknown(const struct document_reader *r,
                                  const struct member *rows, size_t n,
                                  const json_t *object, struct error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach(json_unconst(object), key, value)
        if (!named(rows, n, key))
            return error_refuse(err, r->path, key, "unknown key %s", QUOTE(key));
    return STATUS_OK;
}

static enum status read_struct(const struct document_reader *r, const struct member *rows,
                               size_t n, const json_t *object, void *into,
                               struct error *err)
{
    bool rest = false;
    if (!json_is_object(object))
        return mismatch(r, object, "an object", err);
    for (size_t i = 0; i < n; i++) {
        const struct member *m = &rows[i];
        if (m->optional && !json_object_get(object, m->key))
            continue; // NULL, as all of a struct that is read
        if (m->kind == MEMBER_REST) {
            TRY(read_map(r, m, rows, n, object, into, err));
            rest = true;
        } else if (read_member(r, m, json_object_get(object, m->key), into, err) !=
                   STATUS_OK) {
            return inside(m->key, SIZE_MAX, err);
        }
    }
    return rest ? STATUS_OK : refuse_unknown(r, rows, n, object, err);
}

/* Takes the reference over. */
static enum status read_document(json_t *document, const char *path,
                                 const struct member *rows, size_t n_rows,
                                 struct arena *mem, void *ret, const char **ret_sum,
                                 struct error *err)
{
    CLEANUP(json_release) json_t *root = document;
    const struct document_reader r = {path, mem};
    const char *sum = NULL;
    TRY(read_sum(&r, json_object_get(root, "checksum"), &sum, err));
    json_object_del(root, "checksum");
    TRY(read_struct(&r, rows, n_rows, root, ret, err));
    if (ret_sum)
        *ret_sum = sum;
    return STATUS_OK;
}

enum status document_read(const char *path, const struct member *rows, size_t n_rows,
                          struct arena *mem, void *ret, const char **ret_sum,
                          struct error *err)
{
    json_t *root;
    TRY(artifact_read(path, &root, err));
    return read_document(root, path, rows, n_rows, mem, ret, ret_sum, err);
}

enum status document_parse(const char *path, struct view text, const struct member *rows,
                           size_t n_rows, struct arena *mem, void *ret, struct error *err)
{
    json_t *root;
    TRY(artifact_parse(path, text, &root, err));
    return read_document(root, path, rows, n_rows, mem, ret, NULL, err);
}
