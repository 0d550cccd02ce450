/* The members of classification.json, and what must hold between them. */
#include "artifacts/classification_json.h"

#include <string.h>

static const struct member bin_members[] = {
    MEMBER(struct classification_json_bin, n),
    MEMBER_OR_NULL(struct classification_json_bin, probability),
    MEMBER_OR_NULL(struct classification_json_bin, positive),
};

static const struct member point_members[] = {
    MEMBER(struct classification_json_point, threshold),
    MEMBER_OR_NULL(struct classification_json_point, fpr),
    MEMBER_OR_NULL(struct classification_json_point, tpr),
    MEMBER(struct classification_json_point, precision),
};

#define BINS(type) MEMBER_MANY(type, "bins", MEMBER_TUPLES, bin, n_bins, bin_members)

static const struct member score_members[] = {
    MEMBER_OR_NULL(struct classification_json_score, auc),
    MEMBER_OR_NULL(struct classification_json_score, auc_error),
    MEMBER_OR_NULL(struct classification_json_score, auc_p),
    MEMBER_OR_NULL(struct classification_json_score, average_precision),
    MEMBER_OR_NULL(struct classification_json_score, brier),
    MEMBER_OR_NULL(struct classification_json_score, ece),
    BINS(struct classification_json_score),
    MEMBER_MANY(struct classification_json_score, "curve", MEMBER_TUPLES, point, n_points,
                point_members),
};

static const struct member class_members[] = {
    MEMBER(struct classification_json_class, name),
    MEMBER(struct classification_json_class, support),
    MEMBER(struct classification_json_class, foretold),
    MEMBER(struct classification_json_class, right),
    MEMBER(struct classification_json_class, precision),
    MEMBER(struct classification_json_class, recall),
    MEMBER(struct classification_json_class, f1),
    MEMBER_POINTER(struct classification_json_class, score, score_members),
};

static const struct member cell_members[] = {
    MEMBER_OR_NULL(struct classification_json_cell, actual),
    MEMBER_OR_NULL(struct classification_json_cell, foretold),
    MEMBER(struct classification_json_cell, n),
};

static const struct member confidence_members[] = {
    MEMBER_OR_NULL(struct classification_json_confidence, brier),
    MEMBER_OR_NULL(struct classification_json_confidence, ece),
    BINS(struct classification_json_confidence),
};

static const struct member baseline_members[] = {
    MEMBER(struct classification_json_baseline, name),
    MEMBER(struct classification_json_baseline, n),
    MEMBER(struct classification_json_baseline, only_model),
    MEMBER(struct classification_json_baseline, only_baseline),
    MEMBER_OR_NULL(struct classification_json_baseline, statistic),
    MEMBER_OR_NULL(struct classification_json_baseline, p_statistic),
    MEMBER_OR_NULL(struct classification_json_baseline, p),
    MEMBER_OR_NULL(struct classification_json_baseline, p_less),
};

static const struct member rule_members[] = {
    MEMBER(struct classification_json_rule, name),
    MEMBER(struct classification_json_rule, flagged),
    MEMBER(struct classification_json_rule, found),
    MEMBER_OR_NULL(struct classification_json_rule, precision),
    MEMBER_OR_NULL(struct classification_json_rule, recall),
    MEMBER_OR_NULL(struct classification_json_rule, f1),
    MEMBER_OR_NULL(struct classification_json_rule, factor),
    MEMBER_OR_NULL(struct classification_json_rule, swapped),
    MEMBER_OR_NULL(struct classification_json_rule, currency),
    MEMBER_OR_NULL(struct classification_json_rule, drift),
};

static const struct member value_members[] = {
    MEMBER(struct classification_json_value, value),
    MEMBER_OR_NULL(struct classification_json_value, planted),
    MEMBER(struct classification_json_value, flagged),
};

static const struct member item_members[] = {
    MEMBER(struct classification_json_item, name),
    MEMBER(struct classification_json_item, n),
    MEMBER(struct classification_json_item, mean),
    MEMBER(struct classification_json_item, std),
    MEMBER(struct classification_json_item, lower),
    MEMBER(struct classification_json_item, upper),
    MEMBER(struct classification_json_item, rows),
    MEMBER(struct classification_json_item, flagged),
    MEMBER_MANY(struct classification_json_item, "points", MEMBER_TUPLES, point, n_points,
                value_members),
};

static const struct member anomaly_members[] = {
    MEMBER(struct classification_json_anomalies, planted),
    MEMBER_LIST(struct classification_json_anomalies, "rules", rule, n_rules,
                rule_members),
    MEMBER(struct classification_json_anomalies, groups),
    MEMBER(struct classification_json_anomalies, few),
    MEMBER_LIST(struct classification_json_anomalies, "items", item, n_items,
                item_members),
};

static const struct member members[] = {
    MEMBER(struct classification_json, task),
    MEMBER(struct classification_json, n),
    MEMBER_LIST(struct classification_json, "classes", class_of, n_classes,
                class_members),
    MEMBER(struct classification_json, other_classes),
    MEMBER_MANY(struct classification_json, "confusion", MEMBER_TUPLES, cell, n_cells,
                cell_members),
    MEMBER_POINTER(struct classification_json, confidence, confidence_members),
    MEMBER_LIST(struct classification_json, "baselines", baseline, n_baselines,
                baseline_members),
    MEMBER_POINTER_IF_ANY(struct classification_json, anomalies, anomaly_members),
    MEMBER_SUM_OF(struct classification_json, model),
    MEMBER(struct classification_json, options),
    MEMBER_TABLES(struct classification_json, table),
};

enum status classification_json_write(const struct classification_json *c,
                                      struct output *out, struct error *err)
{
    return document_write(out, DOCUMENT(members), c, err);
}

static bool is_listed(const struct classification_json *c, const char *name)
{
    for (size_t i = 0; i < c->n_classes; i++)
        if (strcmp(c->class_of[i].name, name) == 0)
            return true;
    return false;
}

/* The cells are of classes that are listed. */
static enum status check_cell(const struct classification_json *c, const char *name,
                              const char *path, struct error *err)
{
    if (!name || is_listed(c, name))
        return STATUS_OK;
    return error_refuse(err, path, "confusion", "'classes' has no %s", QUOTE(name));
}

enum status classification_json_read(const char *path, struct arena *mem,
                                     struct classification_json *ret, struct error *err)
{
    struct classification_json c = {0};
    TRY(document_read(path, DOCUMENT(members), mem, &c, NULL, err));
    for (size_t i = 0; i < c.n_cells; i++) {
        TRY(check_cell(&c, c.cell[i].actual, path, err));
        TRY(check_cell(&c, c.cell[i].foretold, path, err));
    }
    *ret = c;
    return STATUS_OK;
}
