/* The loop: several calls at once on one thread, by libcurl's multi interface.
 *
 * A call keeps its slot while it waits for its next attempt, so that a server that is too
 * busy is asked less, and the others go on.  What concerns all ends all. */
#include "s3/s3_client.h"

#include <math.h>

#include "base/progress.h"
#include "base/stop.h"

#define MAX_POLL_MS 1000
#define SHOW_EVERY_S 0.1

/* What no server said. */
static const struct s3_reason
    stopped = {.class = S3_FATAL, .all = true, .text = "stopped"},
    too_long = {.class = S3_FAILED, .text = "it is longer than 16 MiB"},
    not_written = {.class = S3_FAILED, .text = "could not write it"},
    not_granted = {.class = S3_FAILED, .text = "the server does not let us"};

static const char *subject(const struct s3_client *c, enum s3_about about)
{
    const struct remote_config *config = c->config;
    switch (about) {
    case S3_NOTHING: return NULL;
    case S3_BUCKET: return config->bucket;
    case S3_ENDPOINT: return c->origin;
    case S3_SOURCE: return config->source;
    case S3_KEY_ID: return config->access_key;
    case S3_REMOTE: return config->name;
    case S3_CA_FILE: return config->ca_file ? config->ca_file : "of the system";
    }
    return NULL;
}

/* The cause alone. */
static void say_cause(const struct s3_slot *slot, const struct s3_reason *reason,
                      char *out, size_t size)
{
    const struct s3_answer *a = &slot->answer;
    const char *about = subject(slot->client, reason->about);
    if (!reason->text)
        snprintf(out, size, "the server answered %ld%s%s", a->status,
                 a->code[0] ? " " : "", a->code[0] ? QUOTE(a->code) : "");
    else
        snprintf(out, size, "%s%s%s%s%s", reason->text, about ? " " : "",
                 about ? QUOTE_PATH(about) : "",
                 reason->class == S3_FATAL && slot->curl_error[0] ? ": " : "",
                 reason->class == S3_FATAL ? slot->curl_error : "");
}

static void add_hint(const struct s3_client *c, const struct s3_reason *reason,
                     struct error *err)
{
    const char *about = subject(c, reason->hint_about);
    if (reason->hint)
        error_hint(err, "%s%s%s", reason->hint, about ? " " : "",
                   about ? QUOTE_PATH(about) : "");
}

enum status s3_explain(const struct s3_slot *slot, const struct s3_reason *reason,
                       struct error *err)
{
    const struct s3_call *call = &slot->call;
    char cause[300], attempts[40] = "";
    say_cause(slot, reason, cause, sizeof cause);
    if (reason->class == S3_RETRY && slot->attempt > 0)
        snprintf(attempts, sizeof attempts, " (%u attempts)", slot->attempt + 1);
    if (reason->all || !call->key)
        error_set(err, STATUS_ENVIRONMENT, "%s%s", cause, attempts);
    else
        error_set(err, STATUS_ENVIRONMENT, "could not %s %s: %s%s", call->what,
                  QUOTE_PATH(call->key), cause, attempts);
    add_hint(slot->client, reason, err);
    return err->status;
}

void s3_stop(struct s3_client *client, const struct error *err)
{
    if (client->fatal.status == STATUS_OK)
        client->fatal = *err;
}

static void stop_for(struct s3_slot *slot, const struct s3_reason *reason)
{
    struct error err = {.status = STATUS_OK};
    s3_explain(slot, reason, &err);
    s3_stop(slot->client, &err);
}

static void start(struct s3_slot *slot)
{
    s3_prepare(slot);
    CURLMcode code = libcurl.multi_add_handle(slot->client->multi, slot->easy);
    if (code != CURLM_OK)
        out_of_memory(0);
    slot->state = S3_RUNNING;
}

static void start_anew(struct s3_slot *slot)
{
    slot->attempt = 0;
    slot->again = false;
    start(slot);
}

/* Hands the end of the call to whom it belongs. */
static void end_call(struct s3_slot *slot, const struct s3_reason *reason)
{
    slot->state = S3_IDLE;
    if (slot->call.done(slot->client, slot, reason) &&
        slot->client->fatal.status == STATUS_OK)
        start_anew(slot);
}

static void retry(struct s3_slot *slot, const struct s3_reason *reason)
{
    struct s3_client *c = slot->client;
    const char *method = slot->call.method;
    c->last = reason;
    if (c->remote->until_s && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        c->remote->in_doubt = true;
    if (slot->attempt + 1 < c->limits.attempts) {
        double wait_s =
            s3_wait_s(slot->attempt, rng_real(&c->rng), slot->answer.retry_after_s);
        slot->until_s = progress_clock_s() + wait_s;
        slot->attempt++;
        slot->state = S3_WAITING;
        return;
    }
    // One call that always fails is its own misfortune; as many as there are slots, one
    // after the other, are the server's.
    if (!slot->call.optional && (reason->all || ++c->given_up > c->n_slots))
        stop_for(slot, reason);
    else
        end_call(slot, reason);
}

/* Once more by the server's clock: other slots may have been told so before. */
static void set_clock(struct s3_slot *slot, const struct s3_reason *reason)
{
    struct s3_client *c = slot->client;
    bool stale = slot->offset_s != c->offset_s;
    if (!stale && !c->skewed && slot->answer.date != 0) {
        c->offset_s = (long)(slot->answer.date - time(NULL));
        c->skewed = stale = true;
    }
    if (stale && !slot->again) {
        slot->again = true;
        start(slot);
    } else {
        stop_for(slot, reason);
    }
}

static void set_region(struct s3_slot *slot, const struct s3_reason *reason)
{
    struct s3_client *c = slot->client;
    const char *region = slot->answer.region;
    bool stale = slot->region != c->scope.region;
    if (!stale && !c->moved && region[0] && strcmp(region, c->scope.region) != 0) {
        s3_locate(c, region);
        c->moved = stale = true;
    }
    if (stale && !slot->again) {
        slot->again = true;
        start(slot);
    } else {
        stop_for(slot, reason);
    }
}

static const struct s3_reason *reason_of(const struct s3_slot *slot, CURLcode code)
{
    const struct s3_answer *a = &slot->answer;
    if (slot->file_short)
        return s3_reason_of_answer(400, VIEW("BadDigest"));
    if (slot->too_long)
        return &too_long;
    if (slot->call.sink && slot->call.sink->failed)
        return &not_written;
    // A server may refuse before it has read the body, and close the connection.
    bool refused =
        a->status >= 300 && (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR);
    if (code != CURLE_OK && !refused)
        return s3_reason_of_curl((int)code);
    return s3_reason_of_answer(a->status, view_of(a->code));
}

static void finish(struct s3_slot *slot, CURLcode code)
{
    struct s3_client *c = slot->client;
    s3_read_answer(slot);
    (void)libcurl.multi_remove_handle(c->multi, slot->easy);
    const struct s3_reason *reason = reason_of(slot, code);
    if (reason->class == S3_FATAL && slot->call.optional)
        reason = &not_granted;
    switch (reason->class) {
    case S3_RETRY: retry(slot, reason); break;
    case S3_CLOCK: set_clock(slot, reason); break;
    case S3_REGION: set_region(slot, reason); break;
    case S3_FATAL: stop_for(slot, reason); break;
    default:
        c->given_up = 0;
        if (reason->class == S3_DONE)
            c->bytes += slot->call.sink ? slot->call.sink->bytes : slot->sent;
        end_call(slot, reason);
    }
}

static void show(struct s3_client *c, bool now)
{
    const struct remote_settings *settings = &c->remote->settings;
    double at_s = progress_clock_s();
    if (!settings->progress || (!now && at_s - c->shown_s < SHOW_EVERY_S))
        return;
    uint64_t bytes = c->bytes;
    for (size_t i = 0; i < c->n_slots; i++)
        if (c->slot[i].state == S3_RUNNING)
            bytes += c->slot[i].call.sink ? c->slot[i].call.sink->bytes : c->slot[i].sent;
    // An attempt that failed is not taken back, the next one is waited for.
    if (bytes > c->shown_bytes)
        c->shown_bytes = bytes;
    c->shown_s = at_s;
    settings->progress(settings->context, c->shown_bytes, c->objects);
}

/* Ends what is under way, after something that concerns all. */
static void stop_all(struct s3_client *c)
{
    for (size_t i = 0; i < c->n_slots; i++) {
        struct s3_slot *slot = &c->slot[i];
        if (slot->state == S3_IDLE)
            continue;
        (void)libcurl.multi_remove_handle(c->multi, slot->easy);
        slot->state = S3_IDLE;
        (void)slot->call.done(c, slot, &stopped);
    }
}

/* Ends the calls when somebody wants this process to end, or their time is over. */
static void check_end(struct s3_client *c)
{
    struct error err = {.status = STATUS_OK};
    double limit_s = c->remote->settings.timeout_s;
    struct s3_slot slot = {.client = c};
    char cause[300];
    if (stop_check(&err) != STATUS_OK)
        s3_stop(c, &err);
    if (progress_clock_s() < c->remote->deadline_s)
        return;
    // What was tried in vain tells more than that the time is over.
    if (c->last && c->last->text) {
        say_cause(&slot, c->last, cause, sizeof cause);
        error_set(&err, STATUS_ENVIRONMENT, "%s (not done within %g s)", cause, limit_s);
        add_hint(c, c->last, &err);
    } else {
        error_set(&err, STATUS_ENVIRONMENT, "not done within %g s", limit_s);
        error_hint(&err, "give it more time with --timeout");
    }
    s3_stop(c, &err);
}

/* Gives work to the slots that have none, starts those whose waiting is over; false when
 * all is done.  *ret_more: there may be work for further slots.  A piece of a file was
 * digested before it became a call, which takes a while: those before it go on first. */
static bool feed(struct s3_client *c, s3_next *next, void *context, bool *ret_more)
{
    double now_s = progress_clock_s();
    size_t busy = 0;
    bool later = false, fed = false;
    for (size_t i = 0; i < c->n_slots && c->fatal.status == STATUS_OK; i++) {
        struct s3_slot *slot = &c->slot[i];
        if (slot->state == S3_IDLE && !fed) {
            enum s3_more more = next(c, slot, context);
            if (more == S3_CALL)
                start_anew(slot);
            fed = more == S3_CALL && slot->call.file;
            later = later || more == S3_LATER;
        } else if (slot->state == S3_WAITING && slot->until_s <= now_s) {
            start(slot);
        }
        busy += slot->state != S3_IDLE;
    }
    *ret_more = fed;
    return busy > 0 || later;
}

static int poll_ms(const struct s3_client *c)
{
    double now_s = progress_clock_s(), until_s = fmin(now_s + 1, c->remote->deadline_s);
    for (size_t i = 0; i < c->n_slots; i++)
        if (c->slot[i].state == S3_WAITING)
            until_s = fmin(until_s, c->slot[i].until_s);
    double ms = ceil(1000 * (until_s - now_s));
    return ms < 0 ? 0 : ms > MAX_POLL_MS ? MAX_POLL_MS : (int)ms;
}

/* Moves bytes; true when a call ended. */
static bool turn(struct s3_client *c)
{
    int running, left;
    bool ended = false;
    (void)libcurl.multi_perform(c->multi, &running);
    for (CURLMsg *m; c->fatal.status == STATUS_OK &&
                     (m = libcurl.multi_info_read(c->multi, &left));) {
        struct s3_slot *slot = NULL;
        CURLcode code = m->data.result;
        (void)libcurl.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&slot);
        finish(slot, code);
        ended = true;
    }
    return ended;
}

enum status s3_run(struct s3_client *c, s3_next *next, void *context, struct error *err)
{
    c->fatal = (struct error){.status = STATUS_OK};
    c->given_up = 0;
    c->last = NULL;
    check_end(c);
    bool more;
    while (feed(c, next, context, &more) && c->fatal.status == STATUS_OK) {
        if (!turn(c) && !more)
            (void)libcurl.multi_poll(c->multi, NULL, 0, poll_ms(c), NULL);
        show(c, false);
        check_end(c);
    }
    show(c, true);
    if (c->fatal.status == STATUS_OK)
        return STATUS_OK;
    stop_all(c);
    *err = c->fatal;
    return err->status;
}

void s3_tally_add(struct s3_tally *tally, size_t index, const struct error *err)
{
    if (tally->n++ == 0 || index < tally->first) {
        tally->first = index;
        tally->err = *err;
    }
}

enum status s3_tally_end(const struct s3_tally *tally, struct error *err)
{
    if (tally->n == 0)
        return STATUS_OK;
    *err = tally->err;
    size_t used = strlen(err->message);
    if (tally->n > 1)
        snprintf(err->message + used, sizeof err->message - used,
                 "; %zu other%s failed too", tally->n - 1, tally->n == 2 ? "" : "s");
    return err->status;
}
