/* AWS Signature Version 4 for S3: canonical request, text to sign, signature.
 *
 * Source: "Signature Version 4 for API requests", AWS Identity and Access Management user
 * guide, and "Signature calculations for the Authorization header", Amazon S3 API
 * reference.  S3 differs from the other services in that the path is encoded once and
 * never normalised; the caller therefore hands in the very text that goes into the URL.
 *
 * The signing key depends on secret, day, region and service only and is kept for the day;
 * every intermediate key is overwritten.  What was traded away: chunked and presigned
 * signatures, which nothing here sends. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // explicit_bzero
#endif
#include "s3/sigv4.h"

#include <stdlib.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"

void sigv4_encode(struct view p, bool keep_slash, struct text *out)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-_.~";
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < p.n; i++) {
        unsigned char c = (unsigned char)p.p[i];
        if ((c && strchr(plain, c)) || (c == '/' && keep_slash))
            text_putc(out, (char)c);
        else
            text_add(out, (char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
    }
    text_add(out, "", 0); // so that out->p is a text also when nothing was added
}

/* A parameter or a header in its canonical form, and its place in the request. */
struct entry {
    const char *name, *value;
    size_t i;
};

static const char *encoded(struct arena *mem, const char *cstring)
{
    struct text out = {.mem = mem};
    sigv4_encode(view_of(cstring), false, &out);
    return out.p;
}

static int by_name_and_value(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->value, y->value);
}

/* Names first and values second: `=` sorts behind `-`, so whole texts would not do. */
void sigv4_query(const struct sigv4_pair *query, size_t n, struct text *out)
{
    struct entry *sorted = arena_array(out->mem, n, sizeof *sorted);
    for (size_t i = 0; i < n; i++) {
        sorted[i].name = encoded(out->mem, query[i].name);
        sorted[i].value = encoded(out->mem, query[i].value);
    }
    qsort(sorted, n, sizeof *sorted, by_name_and_value);
    for (size_t i = 0; i < n; i++)
        text_addf(out, "%s%s=%s", i ? "&" : "", sorted[i].name, sorted[i].value);
    text_add(out, "", 0);
}

void sigv4_time(time_t now, char out[17])
{
    struct tm utc;
    if (!gmtime_r(&now, &utc) || strftime(out, 17, "%Y%m%dT%H%M%SZ", &utc) != 16)
        memcpy(out, "19700101T000000Z", 17); // a year of five digits
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *lower(struct arena *mem, const char *name)
{
    char *copy = arena_string(mem, name);
    for (char *p = copy; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    return copy;
}

/* Without blanks at both ends, each run of blanks inside as one space. */
static const char *collapsed(struct arena *mem, const char *value)
{
    char *copy = arena_string(mem, value), *to = copy;
    for (const char *p = copy; *p; p++) {
        if (!is_space(*p))
            *to++ = *p;
        else if (to > copy && p[1] && !is_space(p[1]))
            *to++ = ' ';
    }
    *to = '\0';
    return copy;
}

/* Headers of one name stay in the request's order. */
static int by_name_and_place(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->i > y->i) - (x->i < y->i);
}

static struct entry *sort_headers(const struct sigv4_request *request, struct arena *mem)
{
    struct entry *sorted = arena_array(mem, request->n_headers, sizeof *sorted);
    for (size_t i = 0; i < request->n_headers; i++) {
        sorted[i].name = lower(mem, request->header[i].name);
        sorted[i].value = collapsed(mem, request->header[i].value);
        sorted[i].i = i;
    }
    qsort(sorted, request->n_headers, sizeof *sorted, by_name_and_place);
    return sorted;
}

static bool begins_name(const struct entry *sorted, size_t i)
{
    return i == 0 || strcmp(sorted[i].name, sorted[i - 1].name) != 0;
}

static void add_names(const struct entry *sorted, size_t n, struct text *out)
{
    for (size_t i = 0; i < n; i++)
        if (begins_name(sorted, i))
            text_addf(out, "%s%s", i ? ";" : "", sorted[i].name);
}

/* One line a name; the values of a repeated name are joined by commas. */
static void add_headers(const struct entry *sorted, size_t n, struct text *out)
{
    for (size_t i = 0; i < n; i++) {
        if (begins_name(sorted, i))
            text_addf(out, "%s%s:%s", i ? "\n" : "", sorted[i].name, sorted[i].value);
        else
            text_addf(out, ",%s", sorted[i].value);
    }
    if (n)
        text_putc(out, '\n');
}

void sigv4_canonical(const struct sigv4_request *request, struct text *out)
{
    struct entry *sorted = sort_headers(request, out->mem);
    text_addf(out, "%s\n%s\n", request->method, request->path);
    sigv4_query(request->query, request->n_query, out);
    text_putc(out, '\n');
    add_headers(sorted, request->n_headers, out);
    text_putc(out, '\n');
    add_names(sorted, request->n_headers, out);
    text_addf(out, "\n%s", request->body_sha256);
}

void sigv4_to_sign(const struct sigv4_scope *scope, const char *stamp,
                   const char *canonical, size_t n, struct text *out)
{
    char digest[SHA256_HEX];
    digest_hex_of(DIGEST_SHA256, canonical, n, digest);
    text_addf(out, ALGORITHM "\n%s\n%.8s/%s/%s/aws4_request\n%s", stamp, stamp,
              scope->region, scope->service, digest);
}

/* The key of the day: four digests, each the key of the next. */
static void derive_key(struct sigv4_scope *scope, const char *stamp,
                       struct arena *scratch)
{
    size_t n = strlen(scope->secret_key) + 4;
    char *first = arena_format(scratch, "AWS4%s", scope->secret_key);
    memcpy(scope->date, stamp, 8);
    scope->date[8] = '\0';

    const char *const part[] = {scope->date, scope->region, scope->service,
                                "aws4_request"};
    unsigned char key[SHA256_BYTES], next[SHA256_BYTES];
    digest_hmac(first, n, part[0], strlen(part[0]), key);
    for (size_t i = 1; i < COUNT_OF(part); i++) {
        digest_hmac(key, sizeof key, part[i], strlen(part[i]), next);
        memcpy(key, next, sizeof key);
    }
    memcpy(scope->key, key, sizeof key);
    explicit_bzero(first, n);
    explicit_bzero(key, sizeof key);
    explicit_bzero(next, sizeof next);
}

void sigv4_authorization(struct sigv4_scope *scope, const struct sigv4_request *request,
                         const char *stamp, struct arena *scratch, struct text *out)
{
    struct text canonical = {.mem = scratch}, to_sign = {.mem = scratch};
    unsigned char mac[SHA256_BYTES];
    char signature[SHA256_HEX];

    sigv4_canonical(request, &canonical);
    sigv4_to_sign(scope, stamp, canonical.p, canonical.n, &to_sign);
    if (memcmp(scope->date, stamp, 8) != 0)
        derive_key(scope, stamp, scratch);
    digest_hmac(scope->key, sizeof scope->key, to_sign.p, to_sign.n, mac);
    digest_hex(mac, sizeof mac, signature);

    text_addf(out, ALGORITHM " Credential=%s/%.8s/%s/%s/aws4_request, SignedHeaders=",
              scope->access_key, stamp, scope->region, scope->service);
    add_names(sort_headers(request, scratch), request->n_headers, out);
    text_addf(out, ", Signature=%s", signature);
}
