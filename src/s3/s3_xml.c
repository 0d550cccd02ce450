/* What S3's answers say, but for its listings. */
#include "s3/s3_xml_walk.h"

static void copy_text(struct view text, char *ret, size_t size)
{
    text = view_trim(text);
    if (text.n >= size || memchr(text.p, '\0', text.n))
        return;
    memcpy(ret, text.p, text.n);
    ret[text.n] = '\0';
}

static void end_fault(struct s3_xml_walk *w, const char *path, struct view text)
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
    struct s3_xml_walk walk = {.end = end_fault, .context = &fault};
    // What came before a fault of the XML counts: half an error is an error.
    (void)s3_xml_walk(&walk, answer);
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

/* One element's text. */
struct wanted {
    const char *path;
    char *to;
    size_t size;
};

static void end_wanted(struct s3_xml_walk *w, const char *path, struct view text)
{
    struct wanted *wanted = w->context;
    if (strcmp(path, wanted->path) == 0)
        copy_text(text, wanted->to, wanted->size);
}

static enum status one_element(struct view answer, const char *path, char *to,
                               size_t size, struct error *err)
{
    struct wanted wanted = {path, to, size};
    struct s3_xml_walk walk = {.end = end_wanted, .context = &wanted};
    to[0] = '\0';
    if (!s3_xml_walk(&walk, answer))
        return s3_xml_malformed(err, walk.refused);
    if (!to[0]) {
        char why[96];
        snprintf(why, sizeof why, "there is no %s", path);
        return s3_xml_malformed(err, why);
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
struct delete_answer {
    struct s3_fault now, first;
    bool root;
};

static void end_deletion(struct s3_xml_walk *w, const char *path, struct view text)
{
    struct delete_answer *d = w->context;
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
    struct delete_answer d = {.root = false};
    struct s3_xml_walk walk = {.end = end_deletion, .context = &d};
    if (!s3_xml_walk(&walk, answer))
        return s3_xml_malformed(err, walk.refused);
    if (!d.root)
        return s3_xml_malformed(err, "there is no DeleteResult");
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
