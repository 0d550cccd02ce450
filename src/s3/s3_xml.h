/* The XML of S3's answers, by expat, as what we need of it.
 *
 * An answer is untrusted: document types and entities are refused, depth and lengths are
 * capped, unknown elements are passed over.  STATUS_ENVIRONMENT for what is not the XML
 * that was expected. */
#ifndef S3_S3_XML_H
#define S3_S3_XML_H

#include "remote/remote_ops.h"

#define S3_ANSWER_MAX ((size_t)16 << 20) // bytes of an answer

/* The first <Error> of an answer: texts are empty where there is none. */
struct s3_fault {
    char code[64];
    char region[40];
    char key[1025]; // of a bulk deletion
};

/* True when the answer's root is <Error>, whatever its status was; false for anything
 * else, rubbish too. */
bool s3_xml_fault(struct view answer, struct s3_fault *ret);

/* A page of a listing: adds the objects (keys decoded, sizes, ETags without quotes), and
 * gives the token of the next page, or NULL at the end.  Everything lives in mem. */
MUST_USE enum status s3_xml_list(struct view answer, struct arena *mem,
                                 struct remote_objects *ret, const char **ret_token,
                                 struct error *err);

/* Multipart uploads that were begun and not ended. */
struct s3_begun {
    const char *key, *id;
    const char *at; // "2026-01-31T23:59:59.999Z"
};
struct s3_uploads {
    struct s3_begun *v; // [n]
    size_t n, cap;
};

/* Those of one page of a list; keys decoded, all in mem. */
MUST_USE enum status s3_xml_uploads(struct view answer, struct arena *mem,
                                    struct s3_uploads *ret, struct error *err);

/* The id of a new multipart upload. */
MUST_USE enum status s3_xml_upload(struct view answer, struct arena *mem,
                                   const char **ret_id, struct error *err);

/* The ETag of a completed one, without quotes. */
MUST_USE enum status s3_xml_complete(struct view answer, char *ret_etag, size_t size,
                                     struct error *err);

/* The first key of a bulk deletion that failed; ret->code is empty when none did. */
MUST_USE enum status s3_xml_deleted(struct view answer, struct s3_fault *ret,
                                    struct error *err);

/* Decodes the form encoding of a listing's key in place: '+' is a space, %XX a byte.
 * False where the result would hold a NUL byte or a % is not followed by two digits. */
bool s3_decode_key(char *key);

/* Adds the text as XML character data. */
void s3_xml_escape(const char *p, struct text *out);

/* Copies an ETag without the quotes around it; empty when it does not fit. */
void s3_bare_etag(struct view v, char *ret, size_t size);

#endif
