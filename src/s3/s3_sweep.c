/* Ends what dead processes left.
 *
 * An upload whose id was heard is aborted by it.  Of one that was only asked for, the
 * server is asked which uploads of that key were begun about then; when it was somebody
 * else's after all, that one finds its upload gone and begins once more.  Whatever fails
 * here concerns nobody else: the next run tries again. */
#include "s3/s3_sweep.h"

#include <time.h>

#include "s3/s3_pending.h"

#define EARLIER_S 10 // clocks are not set to the second
#define LATER_S 600  // a request may have been tried again for a while

/* What an answer is about. */
struct visit {
    struct s3_put *put;
    struct s3_pending upload;
};

void s3_sweep_begin(struct s3_put *put)
{
    if (put->client->swept)
        return;
    put->client->swept = true;
    put->left = s3_pending_of_the_dead(put->client, put->mem);
}

static bool done_abort(struct s3_client *client, struct s3_slot *slot,
                       const struct s3_reason *reason)
{
    const struct visit *visit = slot->call.context;
    if (reason->class == S3_DONE || reason->class == S3_MISSING ||
        reason->class == S3_NO_UPLOAD)
        s3_pending_strike(client, visit->upload);
    return false;
}

/* "2026-01-31T23:59:59", as S3 says it but for the fraction. */
static void time_text(time_t at, char out[20])
{
    struct tm tm;
    out[0] = '\0';
    if (gmtime_r(&at, &tm))
        (void)strftime(out, 20, "%Y-%m-%dT%H:%M:%S", &tm);
}

/* Takes up what was begun when ours was asked for. */
static void take_uploads(struct s3_put *put, const struct s3_pending *asked,
                         const struct s3_answer *answer)
{
    const char *key = s3_whole_key(put->client, asked->key, put->mem);
    time_t ahead = answer->date ? answer->date - time(NULL) : 0;
    char first[20], last[20];
    struct s3_uploads found = {0};
    struct error ignored;
    time_text((time_t)asked->asked_s + ahead - EARLIER_S, first);
    time_text((time_t)asked->asked_s + ahead + LATER_S, last);
    if (s3_xml_uploads(answer->body, put->mem, &found, &ignored) != STATUS_OK)
        return;
    for (size_t i = 0; i < found.n; i++) {
        const struct s3_begun *begun = &found.v[i];
        if (strcmp(begun->key, key) != 0 || strcmp(begun->at, first) < 0 ||
            strncmp(begun->at, last, sizeof last - 1) > 0 ||
            s3_pending_is_alive(put->client, asked->key, begun->id))
            continue;
        struct s3_pending *p = ARENA_NEW(put->mem, struct s3_pending);
        *p = (struct s3_pending){.key = asked->key, .id = begun->id, .next = put->left};
        put->left = p;
        s3_pending_add(put->client, *p);
    }
}

static bool done_ask(struct s3_client *client, struct s3_slot *slot,
                     const struct s3_reason *reason)
{
    struct visit *visit = slot->call.context;
    visit->put->asking--;
    if (reason->class == S3_DONE)
        take_uploads(visit->put, &visit->upload, &slot->answer);
    // A server that does not tell will not tell next time either.
    if (reason->class != S3_FATAL && reason->class != S3_RETRY)
        s3_pending_strike(client, visit->upload);
    return false;
}

/* Makes the slot's call the abort of an upload by its id. */
static void call_abort(struct visit *visit, struct s3_slot *slot)
{
    slot->call = (struct s3_call){.method = "DELETE",
                                  .key = visit->upload.key,
                                  .fd = -1,
                                  .optional = true,
                                  .done = done_abort,
                                  .context = visit,
                                  .what = "abort the upload of"};
    s3_query(&slot->call, "uploadId", visit->upload.id);
}

/* Makes it the question which uploads of the key there are. */
static void call_ask(struct visit *visit, struct s3_slot *slot)
{
    struct s3_put *put = visit->put;
    slot->call = (struct s3_call){.method = "GET",
                                  .fd = -1,
                                  .optional = true,
                                  .done = done_ask,
                                  .context = visit,
                                  .what = "list"};
    s3_query(&slot->call, "uploads", "");
    s3_query(&slot->call, "encoding-type", "url");
    s3_query(&slot->call, "prefix",
             s3_whole_key(put->client, visit->upload.key, put->mem));
    put->asking++;
}

enum s3_more s3_sweep_next(struct s3_put *put, struct s3_slot *slot)
{
    const struct s3_pending *p = put->left;
    if (!p)
        return put->asking > 0 ? S3_LATER : S3_NONE;
    put->left = p->next;
    struct visit *visit = ARENA_NEW(put->mem, struct visit);
    *visit = (struct visit){put, *p};
    if (p->id)
        call_abort(visit, slot);
    else
        call_ask(visit, slot);
    return S3_CALL;
}
