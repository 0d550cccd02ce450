/* The members of importances.json. */
#include "artifacts/importances_json.h"

static const struct member feature_members[] = {
    MEMBER(struct importances_json_feature, name),
    MEMBER_OR_NULL(struct importances_json_feature, mean),
    MEMBER_OR_NULL(struct importances_json_feature, std),
};

static const struct member column_members[] = {
    MEMBER(struct importances_json_column, name),
    MEMBER(struct importances_json_column, share),
};

static const struct member figure_members[] = {
    MEMBER(struct importances_json_figure, name),
    MEMBER(struct importances_json_figure, value),
};

static const struct member members[] = {
    MEMBER(struct importances_json, score),
    MEMBER(struct importances_json, rows),
    MEMBER(struct importances_json, repeats),
    MEMBER_OR_NULL(struct importances_json, value),
    MEMBER_LIST(struct importances_json, "features", feature, n_features,
                feature_members),
    MEMBER(struct importances_json, other_features),
    MEMBER_LIST(struct importances_json, "columns", column, n_columns, column_members),
    MEMBER(struct importances_json, other_columns),
    MEMBER_LIST(struct importances_json, "figures", figure, n_figures, figure_members),
    MEMBER_SUM_OF(struct importances_json, model),
    MEMBER(struct importances_json, options),
};

enum status importances_json_write(const struct importances_json *i, struct output *out,
                                   struct error *err)
{
    return document_write(out, DOCUMENT(members), i, err);
}

enum status importances_json_read(const char *path, struct arena *mem,
                                  struct importances_json *ret, struct error *err)
{
    struct importances_json i = {0};
    TRY(document_read(path, DOCUMENT(members), mem, &i, NULL, err));
    if (i.n_features > IMPORTANCES_LISTED || i.n_columns > IMPORTANCES_LISTED)
        return error_refuse(err, path, "features", "more than %d are listed",
                            IMPORTANCES_LISTED);
    *ret = i;
    return STATUS_OK;
}
