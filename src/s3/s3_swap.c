/* Writing an object where nobody else has: PUT with If-None-Match: * or If-Match. */
#include "s3/s3_client.h"

/* One such request. */
struct s3_exchange {
    struct s3_call call;
    struct arena *mem;
    bool sent, done;
    const char *md5;
    enum status status; // why it is not done
    struct error err;
};

/* What the server says that it stored; an ETag of another kind says nothing, the SHA-256 in
 * the signature has told it what was meant. */
static bool stored_otherwise(const struct s3_answer *a, const char *md5)
{
    size_t n = strspn(a->etag, "0123456789abcdef");
    return n == 2 * MD5_BYTES && !a->etag[n] && !a->encrypted &&
           strcmp(a->etag, md5) != 0;
}

static bool done_swap(struct s3_client *client UNUSED, struct s3_slot *slot,
                      const struct s3_reason *reason)
{
    struct s3_exchange *x = slot->call.context;
    switch (reason->class) {
    case S3_FATAL: break;
    case S3_DONE:
        x->done = true;
        if (stored_otherwise(&slot->answer, x->md5))
            x->status = error_set(&x->err, STATUS_ENVIRONMENT,
                                  "the server stored other bytes than were sent as %s",
                                  QUOTE_PATH(slot->call.key));
        break;
    case S3_CONFLICT:
    case S3_MISSING: break;
    default: x->status = s3_explain(slot, reason, &x->err);
    }
    return false;
}

static enum s3_more next_swap(struct s3_client *client UNUSED, struct s3_slot *slot,
                              void *context)
{
    struct s3_exchange *x = context;
    if (x->sent)
        return S3_NONE;
    x->sent = true;
    slot->call = x->call;
    return S3_CALL;
}

enum status s3_swap(struct remote *remote, const char *key, struct view body,
                    const struct transfer *seen, struct arena *mem, bool *ret_done,
                    struct error *err)
{
    struct s3_exchange x = {.mem = mem};
    char md5[MD5_HEX];
    x.call = (struct s3_call){.method = "PUT",
                              .key = key,
                              .fd = -1,
                              .has_body = true,
                              .body = body,
                              .done = done_swap,
                              .context = &x,
                              .what = "send"};
    digest_hex_of(DIGEST_MD5, body.p, body.n, md5);
    digest_hex_of(DIGEST_SHA256, body.p, body.n, x.call.sha256);
    x.md5 = md5;
    if (seen)
        s3_header(&x.call, "if-match", arena_format(mem, "\"%s\"", seen->etag));
    else
        s3_header(&x.call, "if-none-match", "*");
    s3_header(&x.call, "x-amz-meta-sha256", x.call.sha256);
    TRY(s3_run(remote->state, next_swap, &x, err));
    if (x.status != STATUS_OK) {
        *err = x.err;
        return x.status;
    }
    *ret_done = x.done;
    return STATUS_OK;
}
