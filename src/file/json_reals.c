/* Arrays of reals, and bytes, in documents.
 *
 * Weights of large models are millions of numbers; each of them as a value of its own takes
 * 24 bytes in the file and 100 in memory.  Above JSON_LISTED they are their bytes instead,
 * which numpy.frombuffer(base64.b64decode(…), "<f8") and others read in one call. */
#include "file/json.h"

#include <math.h>
#include <string.h>

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { REAL_BYTES = 8 };

static size_t encoded_length(size_t bytes)
{
    return (bytes + 2) / 3 * 4;
}

/* Writes encoded_length characters: each four are three bytes, '=' for what is not there. */
static void encode(const unsigned char *from, size_t bytes, char *to)
{
    for (size_t i = 0; i < bytes; i += 3) {
        size_t there = bytes - i < 3 ? bytes - i : 3;
        unsigned bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < there ? from[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            *to++ = k <= there ? letters[bits >> (18 - 6 * k) & 63] : '=';
    }
}

json_t *json_bytes(const unsigned char *p, size_t n)
{
    struct arena scratch = {0};
    size_t length = encoded_length(n);
    char *text = ARENA_ARRAY(&scratch, char, length);
    encode(p, n, text);
    json_t *ret = json_stringn_nocheck(text, length);
    if (!ret)
        out_of_memory(length);
    arena_release(&scratch);
    return ret;
}

/* The bytes of the numbers one after the other, the lowest of each first. */
static void bytes_of(const double *x, size_t n, unsigned char *ret)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        for (size_t k = 0; k < REAL_BYTES; k++)
            *ret++ = (unsigned char)(bits >> 8 * k);
    }
}

static json_t *packed(const double *x, size_t n)
{
    struct arena scratch = {0};
    unsigned char *byte = ARENA_ARRAY(&scratch, unsigned char, n *REAL_BYTES);
    bytes_of(x, n, byte);
    json_t *object = json_object();
    if (json_object_set_new(object, "float64", json_bytes(byte, n * REAL_BYTES)) != 0 ||
        json_object_set_new(object, "n", json_integer((json_int_t)n)) != 0)
        out_of_memory(n * REAL_BYTES);
    arena_release(&scratch);
    return object;
}

json_t *json_reals(const double *x, size_t n)
{
    if (n > JSON_LISTED)
        return packed(x, n);
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        if (json_array_append_new(array, json_finite(x[i])) != 0)
            out_of_memory(n * sizeof(double));
    return array;
}

/* The value of a letter; 64 for what is none. */
static void fill_values(unsigned char value[256])
{
    memset(value, 64, 256);
    for (unsigned char i = 0; i < 64; i++)
        value[(unsigned char)letters[i]] = i;
}

/* The bits of four characters, 6 each, of which the first n have some; false where one is
 * wrong. */
static bool decode_four(const unsigned char *value, const char *text, size_t n,
                        unsigned *ret)
{
    unsigned bits = 0;
    for (size_t k = 0; k < 4; k++) {
        unsigned one = value[(unsigned char)text[k]];
        if (k < n ? one > 63 : text[k] != '=')
            return false;
        bits = bits << 6 | (k < n ? one : 0);
    }
    *ret = bits;
    return true;
}

/* Reads encoded_length(bytes) characters; false where one is wrong. */
static bool decode(const char *text, size_t bytes, unsigned char *to)
{
    unsigned char value[256];
    unsigned bits = 0;
    fill_values(value);
    for (; bytes >= 3; bytes -= 3, text += 4, to += 3) {
        unsigned a = value[(unsigned char)text[0]], b = value[(unsigned char)text[1]],
                 c = value[(unsigned char)text[2]], d = value[(unsigned char)text[3]];
        if ((a | b | c | d) > 63)
            return false;
        to[0] = (unsigned char)(a << 2 | b >> 4);
        to[1] = (unsigned char)(b << 4 | c >> 2);
        to[2] = (unsigned char)(c << 6 | d);
    }
    if (bytes == 0)
        return true;
    if (!decode_four(value, text, bytes + 1, &bits) ||
        bits & ((1u << 8 * (3 - bytes)) - 1))
        return false; // bits that no byte has
    for (size_t k = 0; k < bytes; k++)
        to[k] = (unsigned char)(bits >> (16 - 8 * k));
    return true;
}

/* The bytes of n characters, in mem. */
MUST_USE static enum status decoded(const char *text, size_t length, size_t bytes,
                                    const char *key, const char *path, struct arena *mem,
                                    unsigned char **ret, struct error *err)
{
    if (length % 4 != 0 || length / 4 != (bytes + 2) / 3)
        return error_refuse(err, path, key, "its base64 is of another length");
    unsigned char *to = ARENA_ARRAY(mem, unsigned char, bytes);
    if (!decode(text, bytes, to))
        return error_refuse(err, path, key, "its base64 is damaged");
    *ret = to;
    return STATUS_OK;
}

enum status json_get_bytes(const json_t *object, const char *key, const char *path,
                           size_t n, struct arena *mem, const unsigned char **ret,
                           struct error *err)
{
    const char *text;
    unsigned char *byte;
    TRY(json_get_text(object, key, path, &text, err));
    TRY(decoded(text, json_string_length(json_object_get(object, key)), n, key, path, mem,
                &byte, err));
    *ret = byte;
    return STATUS_OK;
}

/* The numbers of these bytes; returns how many are finite up to the first that is not. */
static size_t reals_of(const unsigned char *byte, size_t n, double *ret)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = 0;
        for (size_t k = REAL_BYTES; k > 0; k--)
            bits = bits << 8 | byte[i * REAL_BYTES + k - 1];
        memcpy(&ret[i], &bits, sizeof bits);
        if (!isfinite(ret[i]))
            return i;
    }
    return n;
}

MUST_USE static enum status check_count(size_t found, size_t n, const char *key,
                                        const char *path, struct error *err)
{
    if (found == n)
        return STATUS_OK;
    return error_refuse(err, path, key, "expected %zu numbers, found %zu", n, found);
}

/* The results stay untouched when one of them is wrong. */
static enum status unpack(const char *text, size_t length, size_t n, const char *key,
                          const char *path, double *ret, struct arena *scratch,
                          struct error *err)
{
    unsigned char *byte;
    TRY(decoded(text, length, n * REAL_BYTES, key, path, scratch, &byte, err));
    double *x = ARENA_ARRAY(scratch, double, n);
    size_t good = reals_of(byte, n, x);
    if (good < n)
        return error_refuse(err, path, key, "the number at place %zu is not finite",
                            good + 1);
    if (n > 0)
        memcpy(ret, x, n * sizeof *x);
    return STATUS_OK;
}

static enum status get_packed(json_t *object, const char *key, const char *path, size_t n,
                              double *ret, struct error *err)
{
    static const char *const keys[] = {"float64", "n"};
    const char *text;
    size_t count;
    TRY(json_known_keys(object, keys, COUNT_OF(keys), path, err));
    TRY(json_get_size(object, "n", path, &count, err));
    TRY(json_get_text(object, "float64", path, &text, err));
    TRY(check_count(count, n, key, path, err));
    size_t length = json_string_length(json_object_get(object, "float64"));
    struct arena scratch = {0};
    enum status status = unpack(text, length, n, key, path, ret, &scratch, err);
    arena_release(&scratch);
    return status;
}

static enum status get_listed(const json_t *array, const char *key, const char *path,
                              size_t n, double *ret, struct error *err)
{
    TRY(check_count(json_array_size(array), n, key, path, err));
    for (size_t i = 0; i < n; i++) {
        const json_t *value = json_array_get(array, i);
        if (!json_is_number(value) || !isfinite(json_number_value(value)))
            return error_refuse(err, path, key,
                                "expected a number at place %zu, found %s", i + 1,
                                json_type_text(value));
    }
    for (size_t i = 0; i < n; i++)
        ret[i] = json_number_value(json_array_get(array, i));
    return STATUS_OK;
}

enum status json_get_reals(const json_t *object, const char *key, const char *path,
                           size_t n, double *ret, struct error *err)
{
    json_t *value = json_object_get(object, key);
    if (json_is_object(value))
        return get_packed(value, key, path, n, ret, err);
    TRY(json_get_array(object, key, path, &value, err));
    return get_listed(value, key, path, n, ret, err);
}

size_t json_count_reals(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_array(value))
        return json_array_size(value);
    size_t length = json_string_length(json_object_get(value, "float64"));
    json_int_t n = json_integer_value(json_object_get(value, "n"));
    return n > 0 && (size_t)n <= length / 4 * 3 / REAL_BYTES ? (size_t)n : 0;
}
