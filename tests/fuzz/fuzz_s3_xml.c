/* Whatever a server answers is read without a fault, and what was taken from it keeps
 * its bounds: keys without NUL bytes, ETags and codes that fit, results untouched on
 * failure. */
#include <stdint.h>

#include "ship/s3_xml.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

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
    const char *id = NULL;
    char etag[33];
    if (s3_xml_fault(answer, &fault))
        require(fault.code[0] && strlen(fault.code) < sizeof fault.code &&
                strlen(fault.region) < sizeof fault.region);
    if (s3_xml_upload(answer, mem, &id, &err) == STATUS_OK)
        require(id && id[0]);
    if (s3_xml_complete(answer, etag, sizeof etag, &err) == STATUS_OK)
        require(strlen(etag) < sizeof etag);
    if (s3_xml_deleted(answer, &fault, &err) == STATUS_OK)
        require(strlen(fault.code) < sizeof fault.code &&
                strlen(fault.key) < sizeof fault.key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // An own copy without a byte to spare, so that reading beyond the end is seen.
    char *p = malloc(size ? size : 1);
    require(p);
    if (size)
        memcpy(p, data, size);
    struct arena mem = {0};
    try_listing((struct view){p, size}, &mem);
    try_others((struct view){p, size}, &mem);
    arena_release(&mem);
    free(p);
    return 0;
}
