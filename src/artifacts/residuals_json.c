/* The members of residuals.json, and what must hold between them. */
#include "artifacts/residuals_json.h"

static const struct member row_members[] = {
    MEMBER(struct residuals_json_row, key),
    MEMBER_OR_NULL(struct residuals_json_row, actual),
    MEMBER_OR_NULL(struct residuals_json_row, prediction),
    MEMBER(struct residuals_json_row, part),
};

static const struct member part_members[] = {
    MEMBER(struct residuals_json_part, part),
    MEMBER(struct residuals_json_part, n),
    MEMBER(struct residuals_json_part, first),
    MEMBER(struct residuals_json_part, last),
    MEMBER_POINTER(struct residuals_json_part, worst, row_members),
};

static const struct member baseline_members[] = {
    MEMBER(struct residuals_json_baseline, part),
    MEMBER(struct residuals_json_baseline, baseline),
    MEMBER(struct residuals_json_baseline, n),
    MEMBER_OR_NULL(struct residuals_json_baseline, rmse),
    MEMBER_OR_NULL(struct residuals_json_baseline, errors),
};

static const struct member members[] = {
    MEMBER(struct residuals_json, by),
    MEMBER(struct residuals_json, rows),
    MEMBER(struct residuals_json, every),
    MEMBER(struct residuals_json, largest),
    MEMBER_LIST(struct residuals_json, "parts", part, n_parts, part_members),
    MEMBER_MANY(struct residuals_json, "points", MEMBER_TUPLES, point, n_points,
                row_members),
    MEMBER_MANY(struct residuals_json, "last", MEMBER_TUPLES, last, n_last, row_members),
    MEMBER_LIST(struct residuals_json, "baselines", baseline, n_baselines,
                baseline_members),
    MEMBER_SUM_OF(struct residuals_json, model),
    MEMBER(struct residuals_json, options),
    MEMBER_TABLES(struct residuals_json, table),
};

enum status residuals_json_write(const struct residuals_json *r, struct output *out,
                                 struct error *err)
{
    return document_write(out, DOCUMENT(members), r, err);
}

enum status residuals_json_read(const char *path, struct arena *mem,
                                struct residuals_json *ret, struct error *err)
{
    struct residuals_json r = {0};
    TRY(document_read(path, DOCUMENT(members), mem, &r, NULL, err));
    size_t points = r.every > 0 ? (r.rows + r.every - 1) / r.every : 0;
    if (r.n_points != points)
        return error_refuse(err, path, "points",
                            "one in %zu of %zu rows are not %zu points", r.every, r.rows,
                            r.n_points);
    if (r.n_last > r.rows)
        return error_refuse(err, path, "last", "%zu rows have no last %zu", r.rows,
                            r.n_last);
    *ret = r;
    return STATUS_OK;
}
