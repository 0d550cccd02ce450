/* Listing objects, page after page.
 *
 * Keys that cannot be ours (with an empty component or "..", longer than a key may be)
 * are passed over: others may keep such things below the prefix, and no path is ever
 * made of them.  Pages must go forward, or a server could keep us for ever. */
#include "s3/s3_client.h"

struct list {
    struct s3_client *client;
    const char *prefix; // whole
    size_t cut;         // bytes of a key that are the remote's own prefix
    struct arena *mem;
    struct remote_objects objects;
    const char *token, *last; // of the page before; NULL at first
    bool asked, over;
};

/* Keeps what is ours of the objects that came with a page. */
static void keep_keys(struct list *list, size_t from)
{
    struct remote_objects *v = &list->objects;
    size_t n = from, prefix = strlen(list->prefix);
    for (size_t i = from; i < v->n; i++) {
        struct remote_object o = v->v[i];
        if (strncmp(o.key, list->prefix, prefix) != 0 ||
            !remote_key_ok(o.key + list->cut))
            continue;
        o.key += list->cut;
        v->v[n++] = o;
    }
    v->n = n;
}

/* Takes a page; STATUS_ENVIRONMENT where the server does not come to an end. */
static enum status take_page(struct list *list, struct view answer, struct error *err)
{
    const char *token = NULL, *before = list->last;
    size_t from = list->objects.n;
    TRY(s3_xml_list(answer, list->mem, &list->objects, &token, err));
    if (list->objects.n > from)
        list->last = list->objects.v[list->objects.n - 1].key;
    bool still = token && list->token && strcmp(token, list->token) == 0;
    bool back = before && list->objects.n > from && strcmp(list->last, before) <= 0;
    if (still || back) {
        error_set(err, STATUS_ENVIRONMENT,
                  "the server's listing goes round in circles below %s",
                  QUOTE_PATH(list->prefix));
        error_hint(err, "does 'endpointurl' name an S3 server?");
        return STATUS_ENVIRONMENT;
    }
    keep_keys(list, from);
    TRY(remote_objects_check(&list->objects, err));
    list->token = token;
    list->over = !token;
    return STATUS_OK;
}

static bool done_list(struct s3_client *client, struct s3_slot *slot,
                      const struct s3_reason *reason)
{
    struct list *list = slot->call.context;
    struct error err;
    list->asked = false;
    if (reason->class == S3_FATAL)
        return false;
    // Without a code, what is missing can only be the bucket.
    if (reason->class == S3_MISSING)
        reason = s3_reason_of_answer(404, VIEW("NoSuchBucket"));
    if (reason->class != S3_DONE)
        s3_explain(slot, reason, &err);
    if (reason->class != S3_DONE || take_page(list, slot->answer.body, &err) != STATUS_OK)
        s3_stop(client, &err);
    return false;
}

static enum s3_more next_page(struct s3_client *client, struct s3_slot *slot,
                              void *context)
{
    struct list *list = context;
    if (list->asked || list->over)
        return S3_NONE;
    slot->call = (struct s3_call){
        .method = "GET", .fd = -1, .done = done_list, .context = list, .what = "list"};
    s3_query(&slot->call, "list-type", "2");
    s3_query(&slot->call, "encoding-type", "url");
    s3_query(&slot->call, "max-keys",
             arena_format(list->mem, "%zu", client->limits.page));
    s3_query(&slot->call, "prefix", list->prefix);
    if (list->token)
        s3_query(&slot->call, "continuation-token", list->token);
    list->asked = true;
    return S3_CALL;
}

enum status s3_list(struct remote *remote, const char *prefix, struct arena *mem,
                    struct remote_objects *ret, struct error *err)
{
    struct s3_client *c = remote->state;
    struct list list = {.client = c, .mem = mem};
    list.prefix = s3_whole_key(c, prefix, mem);
    list.cut = strlen(list.prefix) - strlen(prefix);
    TRY(s3_run(c, next_page, &list, err));
    *ret = list.objects;
    return STATUS_OK;
}
