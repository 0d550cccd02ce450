/* JSON artifacts, read and written with jansson.
 *
 * jansson keeps members in the order of insertion, refuses duplicate keys when asked to,
 * nests at most 2048 deep, and takes the decimal point from the locale, which nobody sets
 * here.  A file is read whole first, so that its size is capped before a parser sees it;
 * the column in a message is counted from the bytes, as everywhere else. */
#include "file/json_internal.h"

#include <math.h>

enum { MAX_BYTES = 256 * 1024 * 1024 };

static void *allocate(size_t n)
{
    void *p = malloc(n);
    if (!p)
        out_of_memory(n);
    return p;
}

void json_prepare(void)
{
    json_set_alloc_funcs(allocate, free);
}

/* The column, from 1 and in bytes, of the last byte that the parser looked at. */
static size_t column_of(struct view text, size_t end)
{
    size_t i = end < text.n ? end : text.n;
    size_t begin = i;
    while (begin > 0 && text.p[begin - 1] != '\n')
        begin--;
    return i > begin ? i - begin : 1;
}

static enum status invalid(const char *path, struct view text, const json_error_t *fault,
                           struct error *err)
{
    if (json_error_code(fault) == json_error_out_of_memory)
        out_of_memory(text.n);
    enum status status = error_set(err, STATUS_INPUT, "not valid JSON: %s", fault->text);
    size_t line = fault->line > 0 ? (size_t)fault->line : 0;
    error_at(err, path, line, column_of(text, (size_t)fault->position));
    return status;
}

static enum status parse(const char *path, struct view text, struct arena *scratch,
                         json_t **ret, struct error *err)
{
    json_error_t fault;
    struct long_texts texts = {0};
    struct view rest = json_cut_long(text, scratch, &texts);
    json_t *document = json_loadb(rest.p, rest.n, JSON_REJECT_DUPLICATES, &fault);
    if (!document && texts.n > 0) // for the place
        document = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &fault);
    else if (document)
        json_put_long(document, &texts);
    if (!document)
        return invalid(path, text, &fault, err);
    *ret = document;
    return STATUS_OK;
}

enum status json_parse(const char *path, struct view text, json_t **ret,
                       struct error *err)
{
    struct arena scratch = {0};
    enum status status = parse(path, text, &scratch, ret, err);
    arena_release(&scratch);
    return status;
}

enum status json_read_text(const char *path, struct arena *mem, struct view *ret_text,
                           json_t **ret, struct error *err)
{
    struct view text;
    TRY(file_read(path, MAX_BYTES, mem, &text, err));
    TRY(json_parse(path, text, ret, err));
    *ret_text = text;
    return STATUS_OK;
}

enum status json_read(const char *path, json_t **ret, struct error *err)
{
    struct arena mem = {0};
    struct view text;
    enum status status = json_read_text(path, &mem, &text, ret, err);
    arena_release(&mem);
    return status;
}

struct json_sink {
    struct output *out;
    struct error *err;
    enum status status;
    char held[2];
    size_t n; // of them
};

static void put(struct json_sink *s, const char *p, size_t n)
{
    if (s->status == STATUS_OK)
        s->status = output_write(s->out, p, n, s->err);
}

/* Hands on all but the last two bytes so far. */
static int write_piece(const char *p, size_t n, void *data)
{
    struct json_sink *s = data;
    if (n >= 2) {
        put(s, s->held, s->n);
        put(s, p, n - 2);
        memcpy(s->held, p + n - 2, 2);
        s->n = 2;
    } else if (n == 1) {
        if (s->n == 2) { // the first of two makes room
            put(s, s->held, 1);
            s->held[0] = s->held[--s->n];
        }
        s->held[s->n++] = *p;
    }
    return s->status == STATUS_OK ? 0 : -1;
}

static const size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(17);

/* Writes all but the last two bytes, which stay in the sink. */
static enum status dump(struct json_sink *sink, json_t *document)
{
    // A document that could not be built, and one that breaks off though the output did
    // not fail, have one cause: jansson got no memory.
    int failed = !document || json_dump_callback(document, write_piece, sink, flags) != 0;
    json_decref(document);
    if (failed && sink->status == STATUS_OK)
        out_of_memory(0);
    return sink->status;
}

enum status json_write_open(struct output *out, json_t *document, struct error *err)
{
    struct json_sink sink = {.out = out, .err = err};
    return dump(&sink, document);
}

enum status json_write(struct output *out, json_t *document, struct error *err)
{
    struct json_sink sink = {.out = out, .err = err};
    TRY(dump(&sink, document));
    put(&sink, sink.held, sink.n);
    put(&sink, "\n", 1);
    return sink.status;
}

json_t *json_names(const char *const *name, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        if (json_array_append_new(array, json_string(name[i])) != 0)
            out_of_memory(0);
    return array;
}

void json_text_open(json_t *document, struct text *out)
{
    char *dumped = document ? json_dumps(document, flags) : NULL;
    json_decref(document);
    if (!dumped)
        out_of_memory(0);
    text_add(out, dumped, strlen(dumped) - 2);
    free(dumped);
}

json_t *json_finite(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

const char *json_type_text(const json_t *value)
{
    if (!value)
        return "nothing";
    switch (json_typeof(value)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a string";
    case JSON_INTEGER: return "an integer";
    case JSON_REAL: return "a real number";
    case JSON_NULL: return "null";
    default: return "true or false";
    }
}

enum status json_mismatch(const json_t *value, const char *expected, const char *path,
                          struct error *err)
{
    return error_refuse(err, path, NULL, "expected %s, found %s", expected,
                        json_type_text(value));
}

static enum status wrong(const json_t *value, const char *expected, const char *key,
                         const char *path, struct error *err)
{
    json_mismatch(value, expected, path, err);
    error_field(err, key);
    return err->status;
}

enum status json_get_real(const json_t *object, const char *key, const char *path,
                          double *ret, struct error *err)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_number(value))
        return wrong(value, "a number", key, path, err);
    *ret = json_number_value(value);
    return STATUS_OK;
}

enum status json_get_real_or_null(const json_t *object, const char *key, const char *path,
                                  double *ret, struct error *err)
{
    if (!json_is_null(json_object_get(object, key)))
        return json_get_real(object, key, path, ret, err);
    *ret = NAN;
    return STATUS_OK;
}

enum status json_get_size(const json_t *object, const char *key, const char *path,
                          size_t *ret, struct error *err)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value))
        return wrong(value, "a whole number", key, path, err);
    json_int_t number = json_integer_value(value);
    if (number < 0)
        return error_refuse(err, path, key,
                            "expected a number from 0, found %" JSON_INTEGER_FORMAT,
                            number);
    *ret = (size_t)number;
    return STATUS_OK;
}

enum status json_get_text(const json_t *object, const char *key, const char *path,
                          const char **ret, struct error *err)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return wrong(value, "a string", key, path, err);
    *ret = json_string_value(value);
    return STATUS_OK;
}

enum status json_get_bool(const json_t *object, const char *key, const char *path,
                          bool *ret, struct error *err)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_boolean(value))
        return wrong(value, "true or false", key, path, err);
    *ret = json_is_true(value);
    return STATUS_OK;
}

enum status json_get_word(const json_t *object, const char *key, const char *words,
                          const char *path, unsigned *ret, struct error *err)
{
    const char *text;
    TRY(json_get_text(object, key, path, &text, err));
    if (option_index(words, view_of(text), ret))
        return STATUS_OK;
    return error_refuse(err, path, key, "expected %s, found %s", words, QUOTE(text));
}

enum status json_get_array(const json_t *object, const char *key, const char *path,
                           json_t **ret, struct error *err)
{
    json_t *value = json_object_get(object, key);
    if (!json_is_array(value))
        return wrong(value, "an array", key, path, err);
    *ret = value;
    return STATUS_OK;
}

enum status json_get_names(const json_t *object, const char *key, const char *path,
                           struct arena *mem, struct texts *ret, struct error *err)
{
    json_t *array;
    TRY(json_get_array(object, key, path, &array, err));
    size_t n = json_array_size(array);
    const char **name = ARENA_ARRAY(mem, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(array, i));
        if (!text || !*text)
            return error_refuse(err, path, key, "expected a name at place %zu", i + 1);
        name[i] = arena_string(mem, text);
    }
    *ret = (struct texts){n, name};
    return STATUS_OK;
}

enum status json_get_object(const json_t *object, const char *key, const char *path,
                            json_t **ret, struct error *err)
{
    json_t *value = json_object_get(object, key);
    if (!json_is_object(value))
        return wrong(value, "an object", key, path, err);
    *ret = value;
    return STATUS_OK;
}

enum status json_known_keys(json_t *object, const char *const *known, size_t n,
                            const char *path, struct error *err)
{
    for (void *at = json_object_iter(object); at;
         at = json_object_iter_next(object, at)) {
        const char *key = json_object_iter_key(at);
        size_t i = 0;
        while (i < n && strcmp(known[i], key) != 0)
            i++;
        if (i < n)
            continue;
        return error_refuse(err, path, key, "unknown key %s", QUOTE(key));
    }
    return STATUS_OK;
}

void json_release(json_t **document)
{
    json_decref(*document);
    *document = NULL;
}
