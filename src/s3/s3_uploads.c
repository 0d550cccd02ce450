/* Ends uploads in parts that somebody began and left alone, whoever it was.
 *
 * The list is asked for as a whole and not by prefix, which MinIO answers for whole keys
 * only.  One page of it is enough: what is ended stands on none of the next run's.
 * Whatever fails here concerns nobody else. */
#include "s3/s3_client.h"

#include <math.h>

struct uploads {
    struct s3_client *client;
    struct arena *mem;
    double grace_s;
    const char *below; // whole key that ours begin with
    size_t above;      // its length, up to where the remote's own keys begin
    struct s3_uploads found;
    size_t next, ended;
    bool asked, told;
};

/* The server tells its own time in whole seconds: what began in this one is no younger
 * than nothing. */
static double age(time_t now, double at_s)
{
    return fmax((double)now - at_s, 0);
}

/* Keeps those that are ours, and old by the server's clock. */
static void keep_old(struct uploads *u, time_t now)
{
    size_t n = 0;
    for (size_t i = 0; i < u->found.n; i++) {
        const struct s3_begun *b = &u->found.v[i];
        double at_s;
        if (strncmp(b->key, u->below, strlen(u->below)) == 0 &&
            remote_time(b->at, &at_s) && age(now, at_s) >= u->grace_s)
            u->found.v[n++] = *b;
    }
    u->found.n = n;
}

static bool done_list(struct s3_client *client UNUSED, struct s3_slot *slot,
                      const struct s3_reason *reason)
{
    struct uploads *u = slot->call.context;
    const struct s3_answer *a = &slot->answer;
    struct error ignored;
    u->told = true;
    if (reason->class == S3_DONE &&
        s3_xml_uploads(a->body, u->mem, &u->found, &ignored) == STATUS_OK)
        keep_old(u, a->date ? a->date : time(NULL));
    return false;
}

static bool done_abort(struct s3_client *client UNUSED, struct s3_slot *slot,
                       const struct s3_reason *reason)
{
    struct uploads *u = slot->call.context;
    u->ended += reason->class == S3_DONE;
    return false;
}

static enum s3_more next_call(struct s3_client *client UNUSED, struct s3_slot *slot,
                              void *context)
{
    struct uploads *u = context;
    struct s3_call call = {.fd = -1, .optional = true, .context = u};
    if (u->asked && u->next == u->found.n)
        return u->told ? S3_NONE : S3_LATER;
    slot->call = call;
    slot->call.method = u->asked ? "DELETE" : "GET";
    slot->call.done = u->asked ? done_abort : done_list;
    slot->call.what = u->asked ? "abort the upload of" : "list";
    if (!u->asked) {
        s3_query(&slot->call, "uploads", "");
        s3_query(&slot->call, "encoding-type", "url");
        u->asked = true;
        return S3_CALL;
    }
    const struct s3_begun *b = &u->found.v[u->next++];
    slot->call.key = b->key + u->above;
    s3_query(&slot->call, "uploadId", b->id);
    return S3_CALL;
}

enum status s3_end_uploads(struct remote *remote, const char *prefix, double grace_s,
                           struct arena *mem, size_t *ret_n, struct error *err)
{
    struct s3_client *c = remote->state;
    struct uploads u = {.client = c, .mem = mem, .grace_s = grace_s};
    u.below = s3_whole_key(c, prefix, mem);
    u.above = strlen(u.below) - strlen(prefix);
    TRY(s3_run(c, next_call, &u, err));
    *ret_n = u.ended;
    return STATUS_OK;
}
