/* S3's listings: of objects, and of uploads that were not ended. */
#include "s3/s3_xml_walk.h"

/* A listing under way. */
struct s3_page {
    struct arena *mem;
    struct remote_objects *objects;
    struct remote_object object;
    bool sized, encoded, truncated, root;
    const char *token, *fault;
};

static void end_object(struct s3_page *page)
{
    struct remote_object *o = &page->object;
    if (!o->key || !page->sized)
        page->fault = "an object without key or size";
    else
        remote_objects_add(page->objects, *o, page->mem);
    page->object = (struct remote_object){.etag = "", .modified = ""};
    page->sized = false;
}

static void end_field(struct s3_page *page, const char *name, struct view text)
{
    int64_t bytes;
    char etag[128];
    if (strcmp(name, "Key") == 0) {
        page->object.key = arena_copy(page->mem, text.p, text.n);
    } else if (strcmp(name, "Size") == 0) {
        page->sized = text_int64(view_trim(text), &bytes) && bytes >= 0;
        page->object.bytes = page->sized ? (uint64_t)bytes : 0;
    } else if (strcmp(name, "ETag") == 0) {
        s3_bare_etag(text, etag, sizeof etag);
        page->object.etag = arena_string(page->mem, etag);
    } else if (strcmp(name, "LastModified") == 0) {
        page->object.modified = arena_copy(page->mem, text.p, text.n);
    }
}

static void end_page(struct s3_xml_walk *w, const char *path, struct view text)
{
    static const char contents[] = "ListBucketResult/Contents/";
    struct s3_page *page = w->context;
    if (strncmp(path, contents, sizeof contents - 1) == 0)
        end_field(page, path + sizeof contents - 1, text);
    else if (strcmp(path, "ListBucketResult/Contents") == 0)
        end_object(page);
    else if (strcmp(path, "ListBucketResult/EncodingType") == 0)
        page->encoded = view_is(view_trim(text), "url");
    else if (strcmp(path, "ListBucketResult/IsTruncated") == 0)
        page->truncated = view_is(view_trim(text), "true");
    else if (strcmp(path, "ListBucketResult/NextContinuationToken") == 0)
        page->token = arena_copy(page->mem, text.p, text.n);
    else if (strcmp(path, "ListBucketResult") == 0)
        page->root = true;
    if (page->fault)
        s3_xml_refuse(w, page->fault);
}

enum status s3_xml_list(struct view answer, struct arena *mem, struct remote_objects *ret,
                        const char **ret_token, struct error *err)
{
    struct remote_objects objects = *ret;
    struct s3_page page = {
        .mem = mem, .objects = &objects, .object = {.etag = "", .modified = ""}};
    struct s3_xml_walk walk = {.end = end_page, .context = &page};
    if (!s3_xml_walk(&walk, answer))
        return s3_xml_malformed(err, walk.refused);
    if (!page.root)
        return s3_xml_malformed(err, "there is no ListBucketResult");
    if (page.truncated && (!page.token || !page.token[0]))
        return s3_xml_malformed(err, "there is more, but no token for it");
    for (size_t i = ret->n; page.encoded && i < objects.n; i++)
        if (!s3_decode_key((char *)(uintptr_t)objects.v[i].key))
            return s3_xml_malformed(err, "a key is not form-encoded");
    *ret = objects;
    *ret_token = page.truncated ? page.token : NULL;
    return STATUS_OK;
}

/* A listing of uploads under way. */
struct begun_page {
    struct arena *mem;
    struct s3_uploads *uploads;
    struct s3_begun begun;
    bool encoded, root;
};

static void add_begun(struct s3_uploads *v, struct s3_begun begun, struct arena *mem)
{
    ARENA_ROOM(mem, v->v, v->n, v->cap, 8);
    v->v[v->n++] = begun;
}

static void end_begun(struct s3_xml_walk *w, const char *path, struct view text)
{
    struct begun_page *page = w->context;
    struct s3_begun *begun = &page->begun;
    if (strcmp(path, "ListMultipartUploadsResult/Upload/Key") == 0)
        begun->key = arena_copy(page->mem, text.p, text.n);
    else if (strcmp(path, "ListMultipartUploadsResult/Upload/UploadId") == 0)
        begun->id = arena_copy(page->mem, text.p, text.n);
    else if (strcmp(path, "ListMultipartUploadsResult/Upload/Initiated") == 0)
        begun->at = arena_copy(page->mem, text.p, text.n);
    else if (strcmp(path, "ListMultipartUploadsResult/EncodingType") == 0)
        page->encoded = view_is(view_trim(text), "url");
    else if (strcmp(path, "ListMultipartUploadsResult") == 0)
        page->root = true;
    if (strcmp(path, "ListMultipartUploadsResult/Upload") != 0)
        return;
    if (begun->key && begun->id && begun->at)
        add_begun(page->uploads, *begun, page->mem);
    else
        s3_xml_refuse(w, "an upload without key, id or time");
    *begun = (struct s3_begun){NULL, NULL, NULL};
}

enum status s3_xml_uploads(struct view answer, struct arena *mem, struct s3_uploads *ret,
                           struct error *err)
{
    struct s3_uploads uploads = {0};
    struct begun_page page = {.mem = mem, .uploads = &uploads};
    struct s3_xml_walk walk = {.end = end_begun, .context = &page};
    if (!s3_xml_walk(&walk, answer))
        return s3_xml_malformed(err, walk.refused);
    if (!page.root)
        return s3_xml_malformed(err, "there is no ListMultipartUploadsResult");
    for (size_t i = 0; page.encoded && i < uploads.n; i++)
        if (!s3_decode_key((char *)(uintptr_t)uploads.v[i].key))
            return s3_xml_malformed(err, "a key is not form-encoded");
    *ret = uploads;
    return STATUS_OK;
}
