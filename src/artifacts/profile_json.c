/* The members of profile.json. */
#include "artifacts/profile_json.h"

#include <string.h>

static const struct member level_members[] = {
    MEMBER(struct profile_json_level, text),
    MEMBER(struct profile_json_level, rows),
};

static const struct member column_members[] = {
    MEMBER(struct profile_json_column, name),
    MEMBER(struct profile_json_column, type),
    MEMBER(struct profile_json_column, n),
    MEMBER(struct profile_json_column, missing),
    MEMBER_OR_NULL(struct profile_json_column, mean),
    MEMBER_OR_NULL(struct profile_json_column, std),
    MEMBER_OR_NULL(struct profile_json_column, min),
    MEMBER_OR_NULL(struct profile_json_column, max),
    MEMBER(struct profile_json_column, quantiles),
    MEMBER_MANY(struct profile_json_column, "levels", MEMBER_TUPLES, level, n_levels,
                level_members),
};

static const struct member members[] = {
    MEMBER(struct profile_json, rows),
    MEMBER(struct profile_json, looked),
    MEMBER_LIST(struct profile_json, "columns", column, n, column_members),
};

struct view profile_json_text(const struct profile_json *p, struct arena *mem)
{
    return document_text(DOCUMENT(members), p, mem);
}

static bool ascends(const struct reals *q)
{
    for (size_t i = 1; i < q->n; i++)
        if (q->v[i] < q->v[i - 1])
            return false;
    return true;
}

enum status profile_json_read(const char *path, struct arena *mem,
                              struct profile_json *ret, struct error *err)
{
    struct profile_json p;
    TRY(document_read(path, DOCUMENT(members), mem, &p, NULL, err));
    for (size_t i = 0; i < p.n; i++)
        if (!ascends(&p.column[i].quantiles))
            return error_refuse(err, path, p.column[i].name,
                                "its quantiles do not ascend");
    *ret = p;
    return STATUS_OK;
}

const struct profile_json_column *profile_json_find(const struct profile_json *p,
                                                    const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->column[i].name, name) == 0)
            return &p->column[i];
    return NULL;
}
