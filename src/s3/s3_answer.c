/* The answer to a request, as libcurl hands it over: headers that mean something, bytes
 * into the call's file or, capped, into memory. */
#include "s3/s3_client.h"

#include <strings.h>

static bool keep(struct s3_slot *slot, const char *p, size_t n)
{
    if (slot->n_said + n > S3_ANSWER_MAX) {
        slot->too_long = true;
        return false;
    }
    if (slot->n_said + n > slot->cap_said) {
        size_t cap = 2 * (slot->n_said + n);
        slot->said = realloc(slot->said, cap < 4096 ? 4096 : cap);
        if (!slot->said)
            out_of_memory(cap);
        slot->cap_said = cap < 4096 ? 4096 : cap;
    }
    memcpy(slot->said + slot->n_said, p, n);
    slot->n_said += n;
    return true;
}

size_t s3_on_body(char *p, size_t size, size_t n, void *context)
{
    struct s3_slot *slot = context;
    bool good = slot->answer.status >= 200 && slot->answer.status < 300;
    struct s3_sink *sink = good ? slot->call.sink : NULL;
    return (sink ? s3_sink_write(sink, p, size * n) : keep(slot, p, size * n)) ? n : 0;
}

static void header_etag(struct s3_answer *a, struct view v)
{
    s3_bare_etag(v, a->etag, sizeof a->etag);
}

static void copy(struct view v, char *to, size_t size)
{
    if (v.n < size && !memchr(v.p, '\0', v.n)) {
        memcpy(to, v.p, v.n);
        to[v.n] = '\0';
    }
}

static void header_region(struct s3_answer *a, struct view v)
{
    copy(v, a->region, sizeof a->region);
}

static void header_code(struct s3_answer *a, struct view v)
{
    copy(v, a->code, sizeof a->code);
}

static void header_sha256(struct s3_answer *a, struct view v)
{
    unsigned char sink[SHA256_BYTES];
    if (digest_unhex(v, sink, sizeof sink))
        copy(v, a->sha256, sizeof a->sha256);
}

static void header_md5(struct s3_answer *a, struct view v)
{
    unsigned char sink[MD5_BYTES];
    if (digest_unhex(v, sink, sizeof sink))
        copy(v, a->md5, sizeof a->md5);
}

/* Under these two an ETag is something else than the MD5 of the bytes. */
static void header_encryption(struct s3_answer *a, struct view v)
{
    a->encrypted = a->encrypted || !view_is(v, "AES256");
}

static void header_customer_key(struct s3_answer *a, struct view v)
{
    (void)v;
    a->encrypted = true;
}

static void header_date(struct s3_answer *a, struct view v)
{
    char date[64] = "";
    copy(v, date, sizeof date);
    time_t at = libcurl.getdate(date, NULL);
    a->date = at > 0 ? at : 0;
}

/* Seconds, or a date. */
static void header_retry(struct s3_answer *a, struct view v)
{
    int64_t seconds;
    char date[64] = "";
    if (text_int64(v, &seconds)) {
        a->retry_after_s = seconds > 0 && seconds < 86400 ? (double)seconds : 0;
        return;
    }
    copy(v, date, sizeof date);
    time_t at = libcurl.getdate(date, NULL), now = time(NULL);
    a->retry_after_s = at > now && at < now + 86400 ? (double)(at - now) : 0;
}

static const struct {
    const char *name;
    void (*read)(struct s3_answer *answer, struct view value);
} headers[] = {
    {"etag", header_etag},
    {"date", header_date},
    {"retry-after", header_retry},
    {"x-amz-bucket-region", header_region},
    {"x-amz-meta-md5", header_md5},
    {"x-amz-meta-sha256", header_sha256},
    {"x-amz-server-side-encryption", header_encryption},
    {"x-amz-server-side-encryption-customer-algorithm", header_customer_key},
    {"x-minio-error-code", header_code},
};

size_t s3_on_header(char *p, size_t size, size_t n, void *context)
{
    struct s3_slot *slot = context;
    const char *colon = memchr(p, ':', size * n);
    if (!colon) {
        // A status line, of an interim answer too: what came before it does not count.
        if (size * n > 12 && memcmp(p, "HTTP/", 5) == 0) {
            slot->answer = (struct s3_answer){.bytes = -1};
            (void)libcurl.easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE,
                                       &slot->answer.status);
        }
        return size * n;
    }
    size_t length = (size_t)(colon - p);
    struct view value = {colon + 1, size * n - length - 1};
    while (value.n > 0 && (value.p[value.n - 1] == '\r' || value.p[value.n - 1] == '\n'))
        value.n--;
    for (size_t i = 0; i < COUNT_OF(headers); i++)
        if (strlen(headers[i].name) == length &&
            strncasecmp(headers[i].name, p, length) == 0)
            (headers[i].read)(&slot->answer, view_trim(value));
    return size * n;
}

void s3_read_answer(struct s3_slot *slot)
{
    curl_off_t bytes = -1;
    (void)libcurl.easy_getinfo(slot->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &bytes);
    slot->answer.bytes = bytes;
    slot->answer.body = (struct view){slot->said ? slot->said : "", slot->n_said};
    struct s3_fault fault;
    // A body of 200 may be an error too: of an upload in parts, when it is completed.
    bool may = slot->answer.status >= 300 || slot->call.error_in_200;
    if (may && s3_xml_fault(slot->answer.body, &fault)) {
        memcpy(slot->answer.code, fault.code, sizeof slot->answer.code);
        if (fault.region[0])
            memcpy(slot->answer.region, fault.region, sizeof slot->answer.region);
    }
}
