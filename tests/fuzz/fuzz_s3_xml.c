/* Whatever a server answers is read without a fault, and what was taken from it keeps
 * its bounds: keys without NUL bytes, ETags and codes that fit, results untouched on
 * failure. */
#include "fuzz/fuzz.h"

#include "s3/s3_xml.h"

static void try_listing(struct view answer, struct arena *mem)
{
    struct remote_objects v = {0};
    struct error err = {.status = STATUS_OK};
    const char *token = "untouched";
    enum status status = s3_xml_list(answer, mem, &v, &token, &err);
    require(status == STATUS_OK || status == STATUS_ENVIRONMENT);
    if (status != STATUS_OK) {
        require(v.n == 0 && strcmp(token, "untouched") == 0 && err.message[0]);
        return;
    }
    require(err.status == STATUS_OK && (!token || token[0]));
    for (size_t i = 0; i < v.n; i++) {
        require(strlen(v.v[i].key) <= 8192 && strlen(v.v[i].etag) < 128);
        require(v.v[i].bytes <= INT64_MAX && v.v[i].modified);
    }
}

static void try_others(struct view answer, struct arena *mem)
{
    struct s3_fault fault = {.code = "", .region = ""};
    struct error err = {.status = STATUS_OK};
    struct s3_uploads uploads = {0};
    const char *id = NULL;
    char etag[33];
    if (s3_xml_fault(answer, &fault))
        require(fault.code[0] && strlen(fault.code) < sizeof fault.code &&
                strlen(fault.region) < sizeof fault.region);
    if (s3_xml_upload(answer, mem, &id, &err) == STATUS_OK)
        require(id && id[0]);
    if (s3_xml_uploads(answer, mem, &uploads, &err) != STATUS_OK)
        require(uploads.n == 0);
    for (size_t i = 0; i < uploads.n; i++)
        require(uploads.v[i].key && uploads.v[i].id && uploads.v[i].at);
    if (s3_xml_complete(answer, etag, sizeof etag, &err) == STATUS_OK)
        require(strlen(etag) < sizeof etag);
    if (s3_xml_deleted(answer, &fault, &err) == STATUS_OK)
        require(strlen(fault.code) < sizeof fault.code &&
                strlen(fault.key) < sizeof fault.key);
}

static void try_input(struct view input, struct arena *mem)
{
    try_listing(input, mem);
    try_others(input, mem);
}
