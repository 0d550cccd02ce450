/* S3's XML, by expat.
 *
 * One walk for all kinds of answers: the names of the open elements are kept as a path,
 * the text of the innermost one is collected, and a handler is told path and text where
 * an element ends.  A listing's objects are thus told field by field and closed by
 * "ListBucketResult/Contents". */
#include "ship/s3_xml.h"

#include <expat.h>

#define MAX_DEPTH 16
#define MAX_PATH 256
#define MAX_TEXT 8192 // of one element; a key of 1024 bytes, each as %XX, has 3072

struct walk;
typedef void on_element(struct walk *walk, const char *path, struct view text);

struct walk {
    XML_Parser parser;
    on_element *end;
    void *context;
    char path[MAX_PATH];
    size_t n_path, depth;
    size_t cut[MAX_DEPTH + 1]; // length of the path above each open element
    char text[MAX_TEXT + 1];
    size_t n_text;
    const char *refused; // why, or NULL
};

static void refuse(struct walk *w, const char *why)
{
    if (!w->refused)
        w->refused = why;
    (void)XML_StopParser(w->parser, XML_FALSE);
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **pairs)
{
    struct walk *w = context;
    (void)pairs;
    size_t n = strlen(name);
    if (w->depth == MAX_DEPTH || w->n_path + n + 2 > sizeof w->path) {
        refuse(w, "elements lie too deep");
        return;
    }
    w->cut[w->depth++] = w->n_path;
    if (w->n_path > 0)
        w->path[w->n_path++] = '/';
    memcpy(w->path + w->n_path, name, n + 1);
    w->n_path += n;
    w->n_text = 0;
}

static void XMLCALL on_end(void *context, const XML_Char *name)
{
    struct walk *w = context;
    (void)name;
    if (w->refused || w->depth == 0)
        return;
    w->text[w->n_text] = '\0';
    w->end(w, w->path, (struct view){w->text, w->n_text});
    w->n_path = w->cut[--w->depth];
    w->path[w->n_path] = '\0';
    w->n_text = 0;
}

static void XMLCALL on_text(void *context, const XML_Char *p, int n)
{
    struct walk *w = context;
    if (w->n_text + (size_t)n > MAX_TEXT) {
        refuse(w, "an element has too much text");
        return;
    }
    memcpy(w->text + w->n_text, p, (size_t)n);
    w->n_text += (size_t)n;
}

static void XMLCALL on_doctype(void *context, const XML_Char *name,
                               const XML_Char *system, const XML_Char *public,
                               int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    refuse(context, "a document type is not allowed");
}

/* Tells the handler every element; false, with the reason in w->refused, when the answer
 * is not well-formed. */
static bool walk_answer(struct walk *w, struct view answer)
{
    if (answer.n > S3_ANSWER_MAX) {
        w->refused = "it is too long";
        return false;
    }
    w->parser = XML_ParserCreate("UTF-8");
    if (!w->parser)
        out_of_memory(0);
    XML_SetUserData(w->parser, w);
    XML_SetElementHandler(w->parser, on_start, on_end);
    XML_SetCharacterDataHandler(w->parser, on_text);
    XML_SetStartDoctypeDeclHandler(w->parser, on_doctype);
    enum XML_Status status = XML_Parse(w->parser, answer.p, (int)answer.n, 1);
    enum XML_Error code = XML_GetErrorCode(w->parser);
    XML_ParserFree(w->parser);
    if (code == XML_ERROR_NO_MEMORY)
        out_of_memory(0);
    if (status != XML_STATUS_OK && !w->refused)
        w->refused = XML_ErrorString(code);
    return !w->refused;
}

static enum status malformed(struct error *err, const char *why)
{
    error_set(err, STATUS_ENVIRONMENT, "the server's answer is not what S3 answers: %s",
              why);
    error_hint(err, "does 'endpointurl' name an S3 server?");
    return STATUS_ENVIRONMENT;
}

static void copy_text(struct view text, char *ret, size_t size)
{
    text = view_trim(text);
    if (text.n >= size || memchr(text.p, '\0', text.n))
        return;
    memcpy(ret, text.p, text.n);
    ret[text.n] = '\0';
}

static void end_fault(struct walk *w, const char *path, struct view text)
{
    struct s3_fault *fault = w->context;
    if (strcmp(path, "Error/Code") == 0)
        copy_text(text, fault->code, sizeof fault->code);
    else if (strcmp(path, "Error/Region") == 0)
        copy_text(text, fault->region, sizeof fault->region);
}

bool s3_xml_fault(struct view answer, struct s3_fault *ret)
{
    struct s3_fault fault = {.code = ""};
    struct walk walk = {.end = end_fault, .context = &fault};
    // What came before a fault of the XML counts: half an error is an error.
    (void)walk_answer(&walk, answer);
    if (!fault.code[0])
        return false;
    *ret = fault;
    return true;
}

void s3_bare_etag(struct view v, char *ret, size_t size)
{
    v = view_trim(v);
    if (v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"')
        v = (struct view){v.p + 1, v.n - 2};
    ret[0] = '\0';
    copy_text(v, ret, size);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool s3_decode_key(char *key)
{
    char *to = key;
    for (const char *p = key; *p; p++) {
        if (*p != '%') {
            *to++ = (char)(*p == '+' ? ' ' : *p);
            continue;
        }
        int high = hex_digit(p[1]), low = high < 0 ? -1 : hex_digit(p[2]);
        if (low < 0 || high + low == 0)
            return false;
        *to++ = (char)(high << 4 | low);
        p += 2;
    }
    *to = '\0';
    return true;
}

/* A listing under way. */
struct page {
    struct arena *mem;
    struct remote_objects *objects;
    struct remote_object object;
    bool sized, encoded, truncated, root;
    const char *token, *fault;
};

static void end_object(struct page *page)
{
    struct remote_object *o = &page->object;
    if (!o->key || !page->sized)
        page->fault = "an object without key or size";
    else
        remote_objects_add(page->objects, *o, page->mem);
    page->object = (struct remote_object){.etag = "", .modified = ""};
    page->sized = false;
}

static void end_field(struct page *page, const char *name, struct view text)
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

static void end_page(struct walk *w, const char *path, struct view text)
{
    static const char contents[] = "ListBucketResult/Contents/";
    struct page *page = w->context;
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
        refuse(w, page->fault);
}

enum status s3_xml_list(struct view answer, struct arena *mem, struct remote_objects *ret,
                        const char **ret_token, struct error *err)
{
    struct remote_objects objects = *ret;
    struct page page = {
        .mem = mem, .objects = &objects, .object = {.etag = "", .modified = ""}};
    struct walk walk = {.end = end_page, .context = &page};
    if (!walk_answer(&walk, answer))
        return malformed(err, walk.refused);
    if (!page.root)
        return malformed(err, "there is no ListBucketResult");
    if (page.truncated && (!page.token || !page.token[0]))
        return malformed(err, "there is more, but no token for it");
    for (size_t i = ret->n; page.encoded && i < objects.n; i++)
        if (!s3_decode_key((char *)(uintptr_t)objects.v[i].key))
            return malformed(err, "a key is not form-encoded");
    *ret = objects;
    *ret_token = page.truncated ? page.token : NULL;
    return STATUS_OK;
}

/* One element's text. */
struct wanted {
    const char *path;
    char *to;
    size_t size;
};

static void end_wanted(struct walk *w, const char *path, struct view text)
{
    struct wanted *wanted = w->context;
    if (strcmp(path, wanted->path) == 0)
        copy_text(text, wanted->to, wanted->size);
}

static enum status one_element(struct view answer, const char *path, char *to,
                               size_t size, struct error *err)
{
    struct wanted wanted = {path, to, size};
    struct walk walk = {.end = end_wanted, .context = &wanted};
    to[0] = '\0';
    if (!walk_answer(&walk, answer))
        return malformed(err, walk.refused);
    if (!to[0]) {
        char why[96];
        snprintf(why, sizeof why, "there is no %s", path);
        return malformed(err, why);
    }
    return STATUS_OK;
}

enum status s3_xml_upload(struct view answer, struct arena *mem, const char **ret_id,
                          struct error *err)
{
    char id[2048];
    TRY(one_element(answer, "InitiateMultipartUploadResult/UploadId", id, sizeof id,
                    err));
    *ret_id = arena_string(mem, id);
    return STATUS_OK;
}

enum status s3_xml_complete(struct view answer, char *ret_etag, size_t size,
                            struct error *err)
{
    char etag[256];
    TRY(one_element(answer, "CompleteMultipartUploadResult/ETag", etag, sizeof etag,
                    err));
    s3_bare_etag(view_of(etag), ret_etag, size);
    return STATUS_OK;
}

/* The first error of a bulk deletion that is more than a missing key. */
struct deletion {
    struct s3_fault now, first;
    bool root;
};

static void end_deletion(struct walk *w, const char *path, struct view text)
{
    struct deletion *d = w->context;
    if (strcmp(path, "DeleteResult/Error/Code") == 0) {
        copy_text(text, d->now.code, sizeof d->now.code);
    } else if (strcmp(path, "DeleteResult/Error/Key") == 0) {
        copy_text(text, d->now.key, sizeof d->now.key);
    } else if (strcmp(path, "DeleteResult/Error") == 0) {
        if (!d->now.code[0])
            memcpy(d->now.code, "Error", sizeof "Error");
        if (!d->first.code[0] && strcmp(d->now.code, "NoSuchKey") != 0)
            d->first = d->now;
        d->now = (struct s3_fault){.code = ""};
    } else if (strcmp(path, "DeleteResult") == 0) {
        d->root = true;
    }
}

enum status s3_xml_deleted(struct view answer, struct s3_fault *ret, struct error *err)
{
    struct deletion d = {.root = false};
    struct walk walk = {.end = end_deletion, .context = &d};
    if (!walk_answer(&walk, answer))
        return malformed(err, walk.refused);
    if (!d.root)
        return malformed(err, "there is no DeleteResult");
    *ret = d.first;
    return STATUS_OK;
}

void s3_xml_escape(const char *p, struct text *out)
{
    for (; *p; p++) {
        switch (*p) {
        case '&': text_puts(out, "&amp;"); break;
        case '<': text_puts(out, "&lt;"); break;
        case '>': text_puts(out, "&gt;"); break;
        default:
            // Carriage returns and line ends would come out as blanks.
            if ((unsigned char)*p < 0x20)
                text_addf(out, "&#%d;", *p);
            else
                text_putc(out, *p);
        }
    }
}
