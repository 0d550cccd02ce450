/* The members of predictions.json. */
#include "artifacts/predictions_json.h"

static const struct member members[] = {
    MEMBER(struct predictions_json, pipeline),
    MEMBER(struct predictions_json, target),
    MEMBER(struct predictions_json, rows),
    MEMBER_OR_NULL(struct predictions_json, level),
    MEMBER_SUM_OF(struct predictions_json, model),
    MEMBER(struct predictions_json, options),
    MEMBER_TABLES(struct predictions_json, table),
};

enum status predictions_json_write(const struct predictions_json *p, struct output *out,
                                   struct error *err)
{
    return document_write(out, DOCUMENT(members), p, err);
}

enum status predictions_json_read(const char *path, struct arena *mem,
                                  struct predictions_json *ret, struct error *err)
{
    struct predictions_json p = {0};
    TRY(document_read(path, DOCUMENT(members), mem, &p, NULL, err));
    *ret = p;
    return STATUS_OK;
}
