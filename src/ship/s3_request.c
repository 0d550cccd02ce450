/* One signed request on an easy handle.
 *
 * The text of the path goes into the URL as it was signed (CURLOPT_PATH_AS_IS).  The Host
 * header is ours, so that what is signed is what is sent.  Bodies are read piece by piece
 * with pread and never held; only answers that go to memory are, and they are capped.
 * Nothing is ever printed by libcurl, whose own trace would show the signature. */
#include "ship/s3_client.h"

#include <errno.h>
#include <strings.h>
#include <unistd.h>

#define BIG_BYTES ((uint64_t)1 << 20) // bodies from here on get a large buffer
#define UPLOAD_BUFFER_BYTES (512L << 10)
#define DOWNLOAD_BUFFER_BYTES (128L << 10)

char *s3_whole_key(const struct s3_client *client, const char *key, struct arena *mem)
{
    const char *prefix = client->config->prefix;
    return arena_format(mem, "%s%s%s", prefix, prefix[0] ? "/" : "", key);
}

void s3_query(struct s3_call *call, const char *name, const char *value)
{
    call->query[call->n_query++] = (struct sigv4_pair){name, value};
}

void s3_header(struct s3_call *call, const char *name, const char *value)
{
    call->header[call->n_headers++] = (struct sigv4_pair){name, value};
}

/* The body, for libcurl. */
static size_t on_read(char *to, size_t size, size_t n, void *context)
{
    struct s3_slot *slot = context;
    const struct s3_call *call = &slot->call;
    uint64_t total = call->file ? call->bytes : call->body.n, left = total - slot->sent;
    size_t want = size * n < left ? size * n : (size_t)left;
    if (want == 0)
        return 0;
    if (!call->file) {
        memcpy(to, call->body.p + slot->sent, want);
    } else {
        ssize_t got;
        do
            got = pread(call->fd, to, want, (off_t)(call->offset + slot->sent));
        while (got < 0 && errno == EINTR);
        if (got <= 0) {
            slot->file_short = true;
            return CURL_READFUNC_ABORT;
        }
        want = (size_t)got;
        if (call->sent_md5)
            digest_add(call->sent_md5, to, want);
    }
    slot->sent += want;
    return want;
}

/* libcurl sends the body again from its begin when a kept connection turns out to be
 * dead. */
static int on_seek(void *context, curl_off_t offset, int origin)
{
    struct s3_slot *slot = context;
    if (origin != SEEK_SET || offset != 0)
        return CURL_SEEKFUNC_CANTSEEK;
    slot->sent = 0;
    if (slot->call.sent_md5)
        digest_begin(slot->call.sent_md5, DIGEST_MD5);
    return CURL_SEEKFUNC_OK;
}

static bool sink_write(struct s3_sink *sink, const char *p, size_t n)
{
    digest_add(&sink->md5, p, n);
    digest_add(&sink->sha256, p, n);
    sink->bytes += n;
    while (n > 0) {
        ssize_t done = write(sink->fd, p, n);
        if (done < 0 && errno != EINTR) {
            sink->failed = errno;
            return false;
        }
        p += done > 0 ? done : 0;
        n -= done > 0 ? (size_t)done : 0;
    }
    return true;
}

/* Forgets what an attempt before wrote. */
static void sink_begin(struct s3_sink *sink)
{
    sink->bytes = 0;
    sink->failed = 0;
    digest_begin(&sink->md5, DIGEST_MD5);
    digest_begin(&sink->sha256, DIGEST_SHA256);
    if (ftruncate(sink->fd, 0) != 0 || lseek(sink->fd, 0, SEEK_SET) != 0)
        sink->failed = errno;
}

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

static size_t on_body(char *p, size_t size, size_t n, void *context)
{
    struct s3_slot *slot = context;
    bool good = slot->answer.status >= 200 && slot->answer.status < 300;
    struct s3_sink *sink = good ? slot->call.sink : NULL;
    return (sink ? sink_write(sink, p, size * n) : keep(slot, p, size * n)) ? n : 0;
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
    time_t at = curl_getdate(date, NULL);
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
    time_t at = curl_getdate(date, NULL), now = time(NULL);
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
    {"x-amz-meta-sha256", header_sha256},
    {"x-amz-server-side-encryption", header_encryption},
    {"x-amz-server-side-encryption-customer-algorithm", header_customer_key},
    {"x-minio-error-code", header_code},
};

static size_t on_header(char *p, size_t size, size_t n, void *context)
{
    struct s3_slot *slot = context;
    const char *colon = memchr(p, ':', size * n);
    if (!colon) {
        // A status line, of an interim answer too: what came before it does not count.
        if (size * n > 12 && memcmp(p, "HTTP/", 5) == 0) {
            slot->answer = (struct s3_answer){.bytes = -1};
            (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE,
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
            headers[i].read(&slot->answer, view_trim(value));
    return size * n;
}

static void add_line(struct s3_slot *slot, const char *line)
{
    struct curl_slist *list = curl_slist_append(slot->header, line);
    if (!list)
        out_of_memory(0);
    slot->header = list;
}

/* Signs the call and builds its headers. */
static void sign(struct s3_slot *slot, const char *path)
{
    static const char of_nothing[] =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    struct s3_client *c = slot->client;
    struct s3_call *call = &slot->call;
    struct sigv4_pair all[4 + COUNT_OF(call->header)];
    size_t n = 0;
    char stamp[17];
    sigv4_time(time(NULL) + c->offset_s, stamp);
    const char *sha256 = call->sha256[0] ? call->sha256 : of_nothing;
    all[n++] = (struct sigv4_pair){"host", c->host};
    all[n++] = (struct sigv4_pair){"x-amz-content-sha256", sha256};
    all[n++] = (struct sigv4_pair){"x-amz-date", stamp};
    if (c->config->session_token)
        all[n++] = (struct sigv4_pair){"x-amz-security-token", c->config->session_token};
    for (size_t i = 0; i < call->n_headers; i++)
        all[n++] = call->header[i];
    struct sigv4_request request = {call->method, path, call->query, call->n_query,
                                    all,          n,    sha256};
    struct text value = {.mem = &slot->mem};
    text_puts(&value, "authorization: ");
    sigv4_authorization(&c->scope, &request, stamp, &slot->mem, &value);
    add_line(slot, value.p);
    for (size_t i = 0; i < n; i++)
        add_line(slot, arena_format(&slot->mem, "%s: %s", all[i].name, all[i].value));
    // libcurl would add these of its own.
    add_line(slot, "Expect:");
    add_line(slot, "Content-Type:");
    add_line(slot, "Accept:");
    slot->region = c->scope.region;
    slot->offset_s = c->offset_s;
}

static void set_connection(struct s3_slot *slot)
{
    const struct s3_client *c = slot->client;
    CURL *easy = slot->easy;
    bool plain = strncmp(c->origin, "http://", 7) == 0;
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, plain ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, c->limits.connect_s);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, c->limits.stall_s);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (c->config->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, c->config->ca_file);
    if (c->loopback)
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    slot->curl_error[0] = '\0';
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->curl_error);
}

static void set_bodies(struct s3_slot *slot)
{
    const struct s3_call *call = &slot->call;
    CURL *easy = slot->easy;
    if (call->has_body) {
        uint64_t bytes = call->file ? call->bytes : call->body.n;
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)bytes);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(easy, CURLOPT_READDATA, slot);
        curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
        curl_easy_setopt(easy, CURLOPT_SEEKDATA, slot);
        if (bytes >= BIG_BYTES)
            curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BUFFER_BYTES);
    }
    if (strcmp(call->method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method);
    if (call->sink)
        curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, DOWNLOAD_BUFFER_BYTES);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, slot);
}

void s3_prepare(struct s3_slot *slot)
{
    struct s3_client *c = slot->client;
    const struct s3_call *call = &slot->call;
    arena_rewind(&slot->mem, (struct arena_mark){0});
    curl_slist_free_all(slot->header);
    slot->header = NULL;
    slot->n_said = 0;
    slot->too_long = slot->file_short = false;
    slot->answer = (struct s3_answer){.bytes = -1};
    slot->sent = 0;
    if (call->sent_md5)
        digest_begin(call->sent_md5, DIGEST_MD5);
    if (call->sink)
        sink_begin(call->sink);

    struct text path = {.mem = &slot->mem};
    text_puts(&path, c->root);
    if (call->key || !c->root[0])
        text_putc(&path, '/');
    if (call->key)
        sigv4_encode(view_of(s3_whole_key(c, call->key, &slot->mem)), true, &path);
    sign(slot, path.p);
    struct text url = {.mem = &slot->mem};
    text_addf(&url, "%s%s%s", c->origin, path.p, call->n_query > 0 ? "?" : "");
    sigv4_query(call->query, call->n_query, &url);

    curl_easy_reset(slot->easy);
    set_connection(slot);
    set_bodies(slot);
    curl_easy_setopt(slot->easy, CURLOPT_URL, url.p);
    curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->header);
    curl_easy_setopt(slot->easy, CURLOPT_PRIVATE, slot);
}

void s3_read_answer(struct s3_slot *slot)
{
    curl_off_t bytes = -1;
    (void)curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &bytes);
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
