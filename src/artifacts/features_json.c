/* The members of features.json, and what must hold between them. */
#include "artifacts/features_json.h"

#include <stdlib.h>
#include <string.h>

static const struct member feature_members[] = {
    MEMBER(struct features_json_feature, name),
    MEMBER(struct features_json_feature, column),
    MEMBER(struct features_json_feature, formula),
    MEMBER(struct features_json_feature, window),
    MEMBER(struct features_json_feature, min_periods),
    MEMBER(struct features_json_feature, shift),
    MEMBER(struct features_json_feature, lead),
};

static const struct member members[] = {
    MEMBER(struct features_json, rows),
    MEMBER_OR_NULL(struct features_json, target),
    MEMBER_OR_NULL(struct features_json, first),
    MEMBER_OR_NULL(struct features_json, last),
    MEMBER(struct features_json, dropped),
    MEMBER_LIST(struct features_json, "features", feature, n_features, feature_members),
    MEMBER(struct features_json, upcoming),
    MEMBER(struct features_json, options),
};

enum status features_json_write(const struct features_json *f, struct output *out,
                                struct error *err)
{
    return document_write(out, DOCUMENT(members), f, err);
}

static enum status check_reach(const struct features_json_feature *f, const char *path,
                               struct error *err)
{
    if (f->window >= 1 && f->min_periods <= f->window && f->window <= FEATURES_REACH &&
        f->shift <= FEATURES_REACH && f->lead <= FEATURES_REACH)
        return STATUS_OK;
    return error_refuse(err, path, "features.window",
                        "feature %s has a window, a shift or a lead that none can have",
                        QUOTE(f->name));
}

static enum status check_names(const struct features_json *f, const char *path,
                               struct error *err)
{
    struct arena mem = {0};
    const char **name = ARENA_ARRAY(&mem, const char *, f->n_features);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < f->n_features; i++)
        name[i] = f->feature[i].name;
    if (f->n_features > 1)
        qsort(name, f->n_features, sizeof *name, text_order);
    for (size_t i = 1; status == STATUS_OK && i < f->n_features; i++)
        if (strcmp(name[i - 1], name[i]) == 0)
            status = error_refuse(err, path, "features.name", "%s stands twice",
                                  QUOTE(name[i]));
    arena_release(&mem);
    return status;
}

enum status features_json_read(const char *path, struct arena *mem,
                               struct features_json *ret, struct error *err)
{
    struct features_json f = {0};
    TRY(document_read(path, DOCUMENT(members), mem, &f, NULL, err));
    for (size_t i = 0; i < f.n_features; i++)
        TRY(check_reach(&f.feature[i], path, err));
    TRY(check_names(&f, path, err));
    TRY(document_ordered(path, "last", f.first, f.last, err));
    *ret = f;
    return STATUS_OK;
}
