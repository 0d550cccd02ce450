/* AWS Signature Version 4 for S3.
 *
 * Source: "Signature Version 4 for API requests" of the AWS documentation; the official
 * test suite is in the tests.  Paths are encoded once and never normalised. */
#ifndef S3_SIGV4_H
#define S3_SIGV4_H

#include <time.h>

#include "base/text.h"
#include "digest/digest.h"

struct sigv4_pair {
    const char *name, *value;
};

struct sigv4_request {
    const char *method; // "PUT"
    const char *path;   // encoded already: what stands in the URL, "/bucket/a%20b"
    const struct sigv4_pair *query; // not encoded, any order
    size_t n_query;
    const struct sigv4_pair *header; // any order and case; all of them are signed
    size_t n_headers;
    const char *body_sha256; // hex
};

struct sigv4_scope {
    const char *access_key, *secret_key;
    const char *region, *service; // "us-east-1", "s3"
    char date[9];                 // of the key below: "20261121"; empty: none yet
    unsigned char key[SHA256_BYTES];
};

/* Adds p with each byte outside A-Za-z0-9-_.~ as %XX; keep_slash: '/' stays. */
void sigv4_encode(struct view p, bool keep_slash, struct text *out);

/* Adds the query as it stands in canonical request and URL: encoded, sorted,
 * `name=value` always. */
void sigv4_query(const struct sigv4_pair *query, size_t n, struct text *out);

/* "20261121T124009Z" for a time in seconds since 1970. */
void sigv4_time(time_t now, char out[17]);

/* The pieces, for the tests. */
void sigv4_canonical(const struct sigv4_request *request, struct text *out);
void sigv4_to_sign(const struct sigv4_scope *scope, const char *stamp,
                   const char *canonical, size_t n, struct text *out);

/* Adds the value of the Authorization header.  stamp is that of the x-amz-date header.
 * Derives the signing key once a day. */
void sigv4_authorization(struct sigv4_scope *scope, const struct sigv4_request *request,
                         const char *stamp, struct arena *scratch, struct text *out);

#endif
