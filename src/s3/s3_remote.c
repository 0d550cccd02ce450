/* A remote on an S3 server: opening, closing, addresses.
 *
 * With an endpoint of its own a server is asked in path style, http://host/bucket/key;
 * AWS is asked at https://bucket.s3.region.amazonaws.com/key, and in path style where a
 * dot in the bucket's name would not match the certificate. */
#include "s3/s3_client.h"

#include <openssl/crypto.h>
#include <strings.h>
#include <unistd.h>

#include "base/progress.h"

static const struct s3_limits defaults = {
    .page = 1000,
    .multipart_bytes = (uint64_t)64 << 20,
    .part_bytes = (uint64_t)16 << 20,
    .attempts = 5,
    .stall_s = 20,
    .silence_s = 60,
    .connect_s = 10,
};

/* True for a host that cannot be elsewhere. */
static bool is_loopback(const char *host)
{
    size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    struct view name = {host, n};
    if (view_is(name, "[::1]") || (n == 9 && strncasecmp(host, "localhost", 9) == 0))
        return true;
    return strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == n;
}

/* The host as libcurl would send it: without the port that the scheme has anyway. */
static const char *bare_host(const char *host, bool plain, struct arena *mem)
{
    const char *port = plain ? ":80" : ":443";
    size_t n = strlen(host), m = strlen(port);
    if (n > m && strcmp(host + n - m, port) == 0)
        n -= m;
    return arena_copy(mem, host, n);
}

static void locate_endpoint(struct s3_client *c, struct arena *mem)
{
    const char *endpoint = c->config->endpoint;
    bool plain = strncmp(endpoint, "http://", 7) == 0;
    const char *host = strstr(endpoint, "://");
    host = host ? host + 3 : endpoint;
    size_t n = strcspn(host, "/");
    c->origin = arena_copy(mem, endpoint, (size_t)(host - endpoint) + n);
    c->host = bare_host(arena_copy(mem, host, n), plain, mem);
    c->root = arena_format(mem, "%s/%s", host + n, c->config->bucket);
    c->loopback = is_loopback(c->host);
}

static void locate_aws(struct s3_client *c, struct arena *mem)
{
    const char *bucket = c->config->bucket, *region = c->scope.region;
    bool china = strncmp(region, "cn-", 3) == 0, dots = strchr(bucket, '.') != NULL;
    c->host = arena_format(mem, "%s%ss3.%s.amazonaws.com%s", dots ? "" : bucket,
                           dots ? "" : ".", region, china ? ".cn" : "");
    c->origin = arena_format(mem, "https://%s", c->host);
    c->root = dots ? arena_format(mem, "/%s", bucket) : "";
}

void s3_locate(struct s3_client *c, const char *region)
{
    struct arena *mem = c->remote->mem;
    c->scope.region = arena_string(mem, region);
    c->scope.date[0] = '\0';
    if (c->config->endpoint)
        locate_endpoint(c, mem);
    else
        locate_aws(c, mem);
}

struct s3_limits *s3_limits(struct remote *remote)
{
    return &((struct s3_client *)remote->state)->limits;
}

static void s3_close(struct remote *remote)
{
    struct s3_client *c = remote->state;
    if (!c)
        return;
    for (size_t i = 0; i < c->n_slots; i++) {
        struct s3_slot *slot = &c->slot[i];
        libcurl.easy_cleanup(slot->easy);
        libcurl.slist_free_all(slot->header);
        free(slot->said);
        free(slot->buffer);
        arena_release(&slot->mem);
    }
    (void)libcurl.multi_cleanup(c->multi);
    OPENSSL_cleanse(&c->scope, sizeof c->scope);
    remote->state = NULL;
}

static enum status s3_open(struct remote *remote, struct error *err)
{
    TRY(libcurl_load(err));
    struct s3_client *c = ARENA_NEW(remote->mem, struct s3_client);
    size_t jobs = remote->settings.jobs;
    c->remote = remote;
    c->config = remote->config;
    c->limits = defaults;
    c->scope.access_key = c->config->access_key;
    c->scope.secret_key = c->config->secret_key;
    c->scope.service = "s3";
    s3_locate(c, c->config->region);
    rng_seed(&c->rng, (uint64_t)(1e6 * progress_clock_s()) ^ (uint64_t)getpid() << 40,
             "retry");
    remote->state = c;
    c->multi = libcurl.multi_init();
    c->n_slots = jobs < 1 ? 1 : jobs > S3_MAX_JOBS ? S3_MAX_JOBS : jobs;
    for (size_t i = 0; i < c->n_slots; i++) {
        c->slot[i].client = c;
        c->slot[i].easy = libcurl.easy_init();
        if (!c->multi || !c->slot[i].easy)
            out_of_memory(0);
    }
    (void)libcurl.multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)c->n_slots);
    (void)libcurl.multi_setopt(c->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return STATUS_OK;
}

const struct remote_ops remote_s3 = {
    .open = s3_open,
    .close = s3_close,
    .list = s3_list,
    .put = s3_put,
    .get = s3_get,
    .remove = s3_delete,
    .swap = s3_swap,
    .end_uploads = s3_end_uploads,
};
