/* Uploads in parts.
 *
 * Begin -> parts, several at once, in order -> complete; anything that goes wrong ends
 * in an abort, for else the server keeps the parts.  The SHA-256 of a part is found when
 * its turn comes and is signed, so that the server takes no other bytes; hence the ETags
 * of parts are taken as they come, and the object's must be made of them.  A thread
 * digests the whole, unless the caller vouches for it.  The object appears when the upload
 * is completed, and only if the whole has the MD5 that is wanted and the file is still
 * the one that was opened.
 *
 * When the upload is gone on completion, or the answer says nothing, an answer may have
 * been lost: the object is asked for.  Where it is not there, an upload that is gone
 * begins once more, and one that may be there is aborted. */
#include "s3/s3_upload.h"

#include <errno.h>
#include <unistd.h>

#include "file/file.h"
#include "s3/s3_pending.h"

#define MIB ((uint64_t)1 << 20)

uint64_t s3_part_bytes(uint64_t bytes, uint64_t wanted)
{
    uint64_t least = (bytes + S3_MAX_PARTS - 1) / S3_MAX_PARTS;
    return least <= wanted ? wanted : (least + MIB - 1) / MIB * MIB;
}

/* Reports what became of it, once. */
static void over(struct s3_upload *u)
{
    s3_whole_end(&u->whole);
    if (u->fd >= 0)
        (void)close(u->fd);
    u->fd = -1;
    u->state = UPLOAD_OVER;
    if (u->failed)
        s3_put_failed(u->put, u->index, &u->err);
}

/* What the local list says of it, before its id is known and then. */
static struct s3_pending asked(const struct s3_upload *u)
{
    return (struct s3_pending){.key = s3_upload_transfer(u)->key, .asked_s = u->asked_s};
}

static struct s3_pending begun(const struct s3_upload *u)
{
    return (struct s3_pending){.key = s3_upload_transfer(u)->key, .id = u->id};
}

static void strike(struct s3_upload *u)
{
    s3_pending_strike(u->put->client, begun(u));
    u->id = NULL;
}

/* Where the request was sent more than once, an answer that was lost may have begun
 * another upload: the next run will ask. */
static void heard(struct s3_upload *u, const struct s3_slot *slot)
{
    bool refused = slot->answer.status >= 300;
    if (u->id)
        s3_pending_add(u->put->client, begun(u));
    if (slot->attempt == 0 && (u->id || refused))
        s3_pending_strike(u->put->client, asked(u));
}

static bool done_begin(struct s3_client *client UNUSED, struct s3_slot *slot,
                       const struct s3_reason *reason)
{
    struct s3_upload *u = slot->call.context;
    struct error err;
    if (reason->class == S3_FATAL)
        return false;
    u->state = UPLOAD_SENDING;
    if (reason->class != S3_DONE) {
        s3_explain(slot, reason, &err);
        s3_upload_fail(u, &err);
    } else if (s3_xml_upload(slot->answer.body, u->put->mem, &u->id, &err) != STATUS_OK) {
        s3_upload_fail(u, &err);
    }
    heard(u, slot);
    return false;
}

static void call_begin(struct s3_upload *u, struct s3_slot *slot)
{
    struct transfer *t = s3_upload_transfer(u);
    s3_upload_call(u, slot, "POST", done_begin);
    slot->call.has_body = slot->call.fresh = true; // so that attempts are counted
    s3_query(&slot->call, "uploads", "");
    if (t->md5[0])
        s3_header(&slot->call, "x-amz-meta-md5", t->md5);
    if (t->vouched && t->sha256[0])
        s3_header(&slot->call, "x-amz-meta-sha256", t->sha256);
    u->asked_s = time(NULL);
    s3_pending_add(u->put->client, asked(u));
    u->state = UPLOAD_ASKED;
}

/* Begins anew with another upload id, once. */
static bool restart(struct s3_upload *u)
{
    if (!u->restart || u->second)
        return false;
    u->second = true;
    u->failed = u->restart = false;
    u->begun = u->done = 0;
    memset(u->part, 0, u->n * sizeof *u->part);
    u->id = NULL;
    u->state = UPLOAD_NEW;
    return true;
}

static bool done_abort(struct s3_client *client UNUSED, struct s3_slot *slot,
                       const struct s3_reason *reason)
{
    struct s3_upload *u = slot->call.context;
    if (reason->class == S3_FATAL)
        return false;
    if (reason->class == S3_DONE || reason->class == S3_MISSING ||
        reason->class == S3_NO_UPLOAD)
        strike(u);
    if (!restart(u))
        over(u);
    return false;
}

static void call_abort(struct s3_upload *u, struct s3_slot *slot)
{
    s3_upload_call(u, slot, "DELETE", done_abort);
    slot->call.optional = true; // what went wrong before is to be told
    s3_query(&slot->call, "uploadId", u->id);
    u->state = UPLOAD_ENDING;
}

/* The ETag that the object must have: the MD5 of the parts' MD5s, and their number; ""
 * where the server's ETags of parts are something else. */
static void final_etag(const struct s3_upload *u, char *out, size_t size)
{
    CLEANUP(digest_release) struct digest md5 = {NULL};
    unsigned char raw[MD5_BYTES];
    char hex[MD5_HEX];
    bool plain = true;
    digest_begin(&md5, DIGEST_MD5);
    for (size_t i = 0; i < u->n && plain; i++) {
        plain = digest_unhex(view_of(u->part[i].etag), raw, MD5_BYTES);
        digest_add(&md5, raw, MD5_BYTES);
    }
    digest_end_hex(&md5, DIGEST_MD5, hex);
    out[0] = '\0';
    if (plain)
        snprintf(out, size, "%s-%zu", hex, u->n);
}

static bool done_lookup(struct s3_client *client UNUSED, struct s3_slot *slot,
                        const struct s3_reason *reason)
{
    struct s3_upload *u = slot->call.context;
    const struct s3_answer *a = &slot->answer;
    const struct transfer *t = s3_upload_transfer(u);
    if (reason->class == S3_FATAL)
        return false;
    bool there = reason->class == S3_DONE && s3_is_ours(a, t);
    if (there) {
        u->failed = false;
        if (u->id)
            strike(u);
        s3_put_whole(u->put, u->index, a->etag);
    } else if (u->id) {
        call_abort(u, slot);
        return true;
    } else if (restart(u)) {
        return false;
    }
    over(u);
    return false;
}

/* The completion may have been heard and only its answer lost: the object tells. */
static bool lookup(struct s3_upload *u, struct s3_slot *slot)
{
    s3_upload_call(u, slot, "HEAD", done_lookup);
    return true;
}

/* Settles by the object's ETag. */
static bool completed(struct s3_upload *u, struct s3_slot *slot, const char *etag)
{
    struct s3_put *put = u->put;
    char wanted[MD5_HEX + 8];
    struct s3_answer answer = slot->answer;
    struct error err;
    final_etag(u, wanted, sizeof wanted);
    snprintf(answer.etag, sizeof answer.etag, "%s", etag);
    strike(u);
    over(u);
    if (strcmp(etag, wanted) == 0) {
        s3_put_whole(put, u->index, etag);
        return false;
    }
    if (!wanted[0] || !s3_plain_etag(&answer, true))
        return s3_put_ask(put, slot, u->index);
    error_set(
        &err, STATUS_ENVIRONMENT,
        "the server stored other bytes than were sent as %s: expected ETag %s, found %s",
        QUOTE_PATH(s3_upload_transfer(u)->key), wanted, QUOTE(etag));
    return s3_put_undo(put, slot, u->index, &err);
}

static bool done_complete(struct s3_client *client UNUSED, struct s3_slot *slot,
                          const struct s3_reason *reason)
{
    struct s3_upload *u = slot->call.context;
    char etag[128];
    struct error err;
    if (reason->class == S3_FATAL)
        return false;
    if (reason->class == S3_NO_UPLOAD || reason->class == S3_MISSING) {
        s3_explain(slot, reason, &err);
        s3_upload_fail(u, &err);
        strike(u);
        u->restart = true;
        return lookup(u, slot);
    }
    if (reason->class == S3_DONE) {
        if (s3_xml_complete(slot->answer.body, etag, sizeof etag, &err) == STATUS_OK)
            return completed(u, slot, etag);
        s3_upload_fail(u, &err);
        return lookup(u, slot);
    }
    s3_explain(slot, reason, &err);
    s3_upload_fail(u, &err);
    call_abort(u, slot);
    return true;
}

/* True when the file is the one that was opened, and has the MD5 that is wanted. */
static bool is_unchanged(struct s3_upload *u, struct error *err)
{
    struct transfer *t = s3_upload_transfer(u);
    struct stat st;
    bool same = fstat(u->fd, &st) == 0 && st.st_size == u->st.st_size &&
                st.st_mtim.tv_sec == u->st.st_mtim.tv_sec &&
                st.st_mtim.tv_nsec == u->st.st_mtim.tv_nsec &&
                (!t->md5[0] || strcmp(t->md5, u->whole.md5) == 0);
    if (!same) {
        s3_put_changed(t, err);
        return false;
    }
    memcpy(t->md5, u->whole.md5, sizeof t->md5);
    memcpy(t->sha256, u->whole.sha256, sizeof t->sha256);
    return true;
}

/* Makes the call that completes the upload, or aborts it. */
static void call_complete(struct s3_upload *u, struct s3_slot *slot)
{
    struct text body = {.mem = u->put->mem};
    struct error err;
    if (!is_unchanged(u, &err)) {
        s3_upload_fail(u, &err);
        call_abort(u, slot);
        return;
    }
    text_puts(&body, "<CompleteMultipartUpload>");
    for (size_t i = 0; i < u->n; i++) {
        text_addf(&body, "<Part><PartNumber>%zu</PartNumber><ETag>&quot;", i + 1);
        s3_xml_escape(u->part[i].etag, &body);
        text_puts(&body, "&quot;</ETag></Part>");
    }
    text_puts(&body, "</CompleteMultipartUpload>");
    s3_upload_call(u, slot, "POST", done_complete);
    s3_query(&slot->call, "uploadId", u->id);
    slot->call.has_body = slot->call.error_in_200 = true;
    slot->call.body = (struct view){body.p, body.n};
    digest_hex_of(DIGEST_SHA256, body.p, body.n, slot->call.sha256);
    u->state = UPLOAD_ENDING;
}

/* The digesting thread found the file changed or unreadable. */
static void check_whole(struct s3_upload *u)
{
    struct error err;
    if (u->failed || atomic_load(&u->whole.stage) != S3_WHOLE_FAILED)
        return;
    errno = u->whole.failed;
    if (u->whole.failed)
        file_failed("read", s3_upload_transfer(u)->path, &err);
    else
        s3_put_changed(s3_upload_transfer(u), &err);
    s3_upload_fail(u, &err);
}

/* The next call while parts are sent, and when they are. */
static bool next_while_sending(struct s3_upload *u, struct s3_slot *slot)
{
    bool digested = atomic_load(&u->whole.stage) == S3_WHOLE_DONE;
    if (!u->failed && u->begun < u->n && s3_upload_part(u, slot, u->begun)) {
        u->begun++;
        return true;
    }
    if (u->failed && u->done == u->begun) {
        if (u->id)
            call_abort(u, slot);
        else
            over(u);
        return u->state == UPLOAD_ENDING;
    }
    if (u->failed || u->done < u->n || !digested)
        return false;
    call_complete(u, slot);
    return true;
}

/* The next call of one upload. */
static bool upload_next(struct s3_upload *u, struct s3_slot *slot)
{
    check_whole(u);
    if (u->state == UPLOAD_NEW && u->failed)
        over(u);
    if (u->state == UPLOAD_NEW) {
        call_begin(u, slot);
        return true;
    }
    return u->state == UPLOAD_SENDING && next_while_sending(u, slot);
}

bool s3_upload_next(struct s3_put *put, struct s3_slot *slot)
{
    for (struct s3_upload **at = &put->uploads, *u; (u = *at);) {
        if (upload_next(u, slot))
            return true;
        if (u->state == UPLOAD_OVER)
            *at = u->next;
        else
            at = &u->next;
    }
    return false;
}

bool s3_upload_may_begin(const struct s3_put *put)
{
    for (const struct s3_upload *u = put->uploads; u; u = u->next)
        if (u->state == UPLOAD_NEW || (u->state == UPLOAD_SENDING && u->begun < u->n))
            return false;
    return true;
}

enum status s3_upload_begin(struct s3_put *put, size_t index, int fd,
                            const struct stat *st, struct error *err)
{
    struct s3_upload *u = ARENA_NEW(put->mem, struct s3_upload);
    struct transfer *t = &put->v[index];
    uint64_t bytes = (uint64_t)st->st_size;
    u->put = put;
    u->index = index;
    u->fd = fd;
    u->st = *st;
    u->part_bytes = s3_part_bytes(bytes, put->client->limits.part_bytes);
    u->n = (size_t)((bytes + u->part_bytes - 1) / u->part_bytes);
    u->part = ARENA_ARRAY(put->mem, struct part, u->n);
    if (u->n > S3_MAX_PARTS) {
        (void)close(fd);
        return error_set(err, STATUS_ENVIRONMENT, "%s is too long for an S3 server",
                         QUOTE_PATH(t->path));
    }
    t->bytes = bytes;
    u->whole.fd = fd;
    u->whole.bytes = bytes;
    u->whole.multi = put->client->multi;
    s3_whole_begin(&u->whole, t);
    // At the end: the first file is the first to be whole.
    struct s3_upload **at = &put->uploads;
    while (*at)
        at = &(*at)->next;
    *at = u;
    return STATUS_OK;
}

void s3_upload_release(struct s3_put *put)
{
    for (struct s3_upload *u = put->uploads; u; u = u->next) {
        s3_whole_end(&u->whole);
        if (u->fd >= 0)
            (void)close(u->fd);
        u->fd = -1;
    }
    put->uploads = NULL;
}
