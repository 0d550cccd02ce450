/* Deleting objects, up to 1,000 a request, or one by one where there is but one or the
 * server cannot do that.
 *
 * Deleting is idempotent, so a request of which a part failed for a time is sent as a
 * whole again. */
// First: its declarations use words that our headers ban.
#include <openssl/evp.h>

#include "s3/s3_client.h"

#define MAX_KEYS 1000

struct s3_deletion {
    struct s3_client *client;
    const char *const *key; // [n]
    size_t n, next;
    struct arena *mem;
    struct s3_tally tally;
    unsigned again; // batches sent again after an error of a key
};

static void fail_key(struct s3_deletion *d, struct s3_slot *slot, size_t index,
                     const struct s3_reason *reason)
{
    struct error err;
    slot->call.key = d->key[index];
    s3_explain(slot, reason, &err);
    s3_tally_add(&d->tally, index, &err);
}

static bool done_one(struct s3_client *client, struct s3_slot *slot,
                     const struct s3_reason *reason)
{
    struct s3_deletion *d = slot->call.context;
    if (reason->class == S3_FATAL)
        return false;
    if (reason->class == S3_DONE || reason->class == S3_MISSING)
        client->objects++;
    else
        fail_key(d, slot, slot->call.index, reason);
    return false;
}

/* The server cannot delete many at once: all are deleted one by one, from the first. */
static void fall_back(struct s3_deletion *d)
{
    if (!d->client->no_bulk)
        d->next = 0;
    d->client->no_bulk = true;
}

/* An error of a key in an answer that is good as a whole. */
static bool take_fault(struct s3_deletion *d, struct s3_slot *slot,
                       const struct s3_fault *fault)
{
    const struct s3_reason *reason = s3_reason_of_answer(200, view_of(fault->code));
    struct error err;
    memcpy(slot->answer.code, fault->code, sizeof slot->answer.code);
    if (reason->class == S3_RETRY && d->again < d->client->limits.attempts) {
        d->again++;
        return true;
    }
    slot->call.key = fault->key;
    s3_explain(slot, reason, &err);
    if (reason->class == S3_FATAL)
        s3_stop(d->client, &err);
    else
        s3_tally_add(&d->tally, slot->call.index, &err);
    return false;
}

static bool done_many(struct s3_client *client, struct s3_slot *slot,
                      const struct s3_reason *reason)
{
    struct s3_deletion *d = slot->call.context;
    struct s3_fault fault = {.code = ""};
    struct error err;
    if (reason->class == S3_FATAL)
        return false;
    if (reason->class == S3_UNABLE) {
        fall_back(d);
        return false;
    }
    if (reason->class != S3_DONE) {
        s3_explain(slot, reason, &err);
        s3_tally_add(&d->tally, slot->call.index, &err);
    } else if (s3_xml_deleted(slot->answer.body, &fault, &err) != STATUS_OK) {
        s3_tally_add(&d->tally, slot->call.index, &err);
    } else if (fault.code[0]) {
        return take_fault(d, slot, &fault);
    } else {
        size_t left = d->n - slot->call.index;
        client->objects += left < MAX_KEYS ? left : MAX_KEYS;
    }
    return false;
}

static void call_one(struct s3_deletion *d, struct s3_slot *slot)
{
    slot->call = (struct s3_call){.method = "DELETE",
                                  .key = d->key[d->next],
                                  .fd = -1,
                                  .done = done_one,
                                  .context = d,
                                  .index = d->next,
                                  .what = "delete"};
    d->next++;
}

/* The MD5 of the body in base64, without which the server refuses. */
static const char *content_md5(struct view body, struct arena *mem)
{
    char hex[MD5_HEX];
    unsigned char raw[MD5_BYTES], base64[4 * (MD5_BYTES + 2) / 3 + 1];
    digest_hex_of(DIGEST_MD5, body.p, body.n, hex);
    (void)digest_unhex(view_of(hex), raw, sizeof raw);
    int n = EVP_EncodeBlock(base64, raw, sizeof raw);
    return arena_copy(mem, (const char *)base64, (size_t)n);
}

static void call_many(struct s3_deletion *d, struct s3_slot *slot)
{
    struct text body = {.mem = d->mem};
    size_t first = d->next;
    text_puts(&body, "<Delete><Quiet>true</Quiet>");
    for (; d->next < d->n && d->next - first < MAX_KEYS; d->next++) {
        text_puts(&body, "<Object><Key>");
        s3_xml_escape(s3_whole_key(d->client, d->key[d->next], d->mem), &body);
        text_puts(&body, "</Key></Object>");
    }
    text_puts(&body, "</Delete>");
    slot->call = (struct s3_call){.method = "POST",
                                  .fd = -1,
                                  .body = {body.p, body.n},
                                  .has_body = true,
                                  .error_in_200 = true,
                                  .done = done_many,
                                  .context = d,
                                  .index = first,
                                  .what = "delete"};
    digest_hex_of(DIGEST_SHA256, body.p, body.n, slot->call.sha256);
    s3_query(&slot->call, "delete", "");
    s3_header(&slot->call, "content-md5", content_md5(slot->call.body, d->mem));
}

static enum s3_more next_deletion(struct s3_client *client, struct s3_slot *slot,
                                  void *context)
{
    struct s3_deletion *d = context;
    if (d->next == d->n)
        return S3_NONE;
    if (client->no_bulk || d->n == 1)
        call_one(d, slot);
    else
        call_many(d, slot);
    return S3_CALL;
}

enum status s3_delete(struct remote *remote, const char *const *keys, size_t n,
                      struct arena *mem, struct error *err)
{
    struct s3_client *c = remote->state;
    struct s3_deletion d = {.client = c, .key = keys, .n = n, .mem = mem};
    c->objects = 0;
    c->bytes = c->shown_bytes = 0;
    TRY(s3_run(c, next_deletion, &d, err));
    return s3_tally_end(&d.tally, err);
}
