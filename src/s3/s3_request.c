/* One signed request on an easy handle.
 *
 * The text of the path goes into the URL as it was signed (CURLOPT_PATH_AS_IS).  The Host
 * header is ours, so that what is signed is what is sent.  Bodies are read piece by piece
 * with pread and never held; only answers that go to memory are, and they are capped.
 * Nothing is ever printed by libcurl, whose own trace would show the signature. */
#include "s3/s3_client.h"

#include <errno.h>
#include <unistd.h>

#include "base/progress.h"

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

/* The next bytes of a file's piece, for libcurl. */
static size_t on_read(char *to, size_t size, size_t n, void *context)
{
    struct s3_slot *slot = context;
    const struct s3_call *call = &slot->call;
    uint64_t left = call->bytes - slot->sent;
    size_t want = size * n < left ? size * n : (size_t)left;
    ssize_t got;
    if (want == 0)
        return 0;
    got = pread(call->fd, to, want, (off_t)(call->offset + slot->sent));
    if (got <= 0) {
        slot->file_short = true;
        return CURL_READFUNC_ABORT;
    }
    slot->sent += (uint64_t)got;
    return (size_t)got;
}

/* libcurl sends the body again from its begin when a kept connection turns out to be
 * dead. */
static int on_seek(void *context, curl_off_t offset, int origin)
{
    struct s3_slot *slot = context;
    if (origin != SEEK_SET || offset != 0)
        return CURL_SEEKFUNC_CANTSEEK;
    slot->sent = 0;
    return CURL_SEEKFUNC_OK;
}

static void add_line(struct s3_slot *slot, const char *line)
{
    struct curl_slist *list = libcurl.slist_append(slot->header, line);
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
    time_t now = time(NULL), until = (time_t)c->remote->until_s;
    sigv4_time((until && now > until ? until : now) + c->offset_s, stamp);
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

/* Ends a call on which nothing has moved for too long.  libcurl's own limit counts bytes a
 * second, and a blank every ten seconds is less than one. */
static int on_moved(void *context, curl_off_t total_down UNUSED, curl_off_t down,
                    curl_off_t total_up UNUSED, curl_off_t up)
{
    struct s3_slot *slot = context;
    double now_s = progress_clock_s();
    if (slot->moved != down + up) {
        slot->moved = down + up;
        slot->moved_s = now_s;
    }
    return now_s - slot->moved_s > slot->client->limits.silence_s;
}

static void set_patience(struct s3_slot *slot)
{
    CURL *easy = slot->easy;
    if (!slot->call.error_in_200) {
        libcurl.easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
        libcurl.easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, slot->client->limits.stall_s);
        return;
    }
    slot->moved = 0;
    slot->moved_s = progress_clock_s();
    libcurl.easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    libcurl.easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_moved);
    libcurl.easy_setopt(easy, CURLOPT_XFERINFODATA, slot);
}

static void set_connection(struct s3_slot *slot)
{
    const struct s3_client *c = slot->client;
    CURL *easy = slot->easy;
    bool plain = strncmp(c->origin, "http://", 7) == 0;
    libcurl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, plain ? "http,https" : "https");
    libcurl.easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    libcurl.easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    libcurl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    libcurl.easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    libcurl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    libcurl.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, c->limits.connect_s);
    libcurl.easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    libcurl.easy_setopt(easy, CURLOPT_FRESH_CONNECT, slot->call.fresh ? 1L : 0L);
    if (c->config->ca_file)
        libcurl.easy_setopt(easy, CURLOPT_CAINFO, c->config->ca_file);
    if (c->loopback)
        libcurl.easy_setopt(easy, CURLOPT_NOPROXY, "*");
    slot->curl_error[0] = '\0';
    libcurl.easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->curl_error);
}

/* Bytes in memory go out together with the headers. */
static void set_body(struct s3_slot *slot)
{
    const struct view body = slot->call.body;
    CURL *easy = slot->easy;
    libcurl.easy_setopt(easy, CURLOPT_POST, 1L);
    libcurl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
    libcurl.easy_setopt(easy, CURLOPT_POSTFIELDS, body.n > 0 ? body.p : "");
    slot->sent = body.n;
}

static void set_file(struct s3_slot *slot)
{
    const struct s3_call *call = &slot->call;
    CURL *easy = slot->easy;
    libcurl.easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    libcurl.easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)call->bytes);
    libcurl.easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    libcurl.easy_setopt(easy, CURLOPT_READDATA, slot);
    libcurl.easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    libcurl.easy_setopt(easy, CURLOPT_SEEKDATA, slot);
    if (call->bytes >= BIG_BYTES)
        libcurl.easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BUFFER_BYTES);
}

static void set_bodies(struct s3_slot *slot)
{
    const struct s3_call *call = &slot->call;
    CURL *easy = slot->easy;
    if (call->file)
        set_file(slot);
    else if (call->has_body)
        set_body(slot);
    if (strcmp(call->method, "HEAD") == 0)
        libcurl.easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else
        libcurl.easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method);
    if (call->sink)
        libcurl.easy_setopt(easy, CURLOPT_BUFFERSIZE, DOWNLOAD_BUFFER_BYTES);
    libcurl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, s3_on_body);
    libcurl.easy_setopt(easy, CURLOPT_WRITEDATA, slot);
    libcurl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, s3_on_header);
    libcurl.easy_setopt(easy, CURLOPT_HEADERDATA, slot);
}

void s3_prepare(struct s3_slot *slot)
{
    struct s3_client *c = slot->client;
    const struct s3_call *call = &slot->call;
    arena_rewind(&slot->mem, (struct arena_mark){0});
    libcurl.slist_free_all(slot->header);
    slot->header = NULL;
    slot->n_said = 0;
    slot->too_long = slot->file_short = false;
    slot->answer = (struct s3_answer){.bytes = -1};
    slot->sent = 0;
    if (call->sink)
        s3_sink_begin(call->sink);

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

    libcurl.easy_reset(slot->easy);
    set_connection(slot);
    set_patience(slot);
    set_bodies(slot);
    libcurl.easy_setopt(slot->easy, CURLOPT_URL, url.p);
    libcurl.easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->header);
    libcurl.easy_setopt(slot->easy, CURLOPT_PRIVATE, slot);
}
