/* What hyper-parameters of a forest mean for a table. */
#include "trees/forest_params.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

/* The columns that a text of max_features means; 0 where it means none.  A number with a
 * point is a share. */
static size_t features_of(const char *text, size_t p, bool classes)
{
    double number;
    if (strcmp(text, "auto") == 0)
        text = classes ? "sqrt" : "all";
    if (strcmp(text, "all") == 0)
        return p;
    if (strcmp(text, "sqrt") == 0)
        return (size_t)sqrt((double)p);
    if (strcmp(text, "log2") == 0) {
        size_t log2 = 1;
        while (p >> (log2 + 1) > 0)
            log2++;
        return log2 < p ? log2 : p;
    }
    if (!number_parse(text, strlen(text), &number) || number <= 0)
        return 0;
    if (!strchr(text, '.'))
        return number == floor(number) && number <= 1e9 ? (size_t)number : 0;
    double columns = floor(number * (double)p);
    return number > 1 ? 0 : columns < 1 ? 1 : (size_t)columns;
}

enum status forest_check_features(const struct forest_params *q, size_t p,
                                  struct error *err)
{
    size_t columns = features_of(q->max_features, p, false);
    if (columns >= 1 && columns <= p)
        return STATUS_OK;
    if (columns > p)
        error_set(err, STATUS_INPUT,
                  "max_features is %zu but there %s only %zu feature%s", columns,
                  p == 1 ? "is" : "are", p, p == 1 ? "" : "s");
    else
        error_set(err, STATUS_INPUT, "max_features cannot be %s", QUOTE(q->max_features));
    error_hint(err, "a number of columns, a share such as 0.5, sqrt, log2, all or auto");
    error_field(err, "random_forest.max_features");
    return STATUS_INPUT;
}

static enum status refuse(struct error *err, const char *field)
{
    error_field(err, field);
    return STATUS_INPUT;
}

enum status forest_check_params(const struct forest_params *q, size_t p, bool classes,
                                struct error *err)
{
    TRY(forest_check_features(q, p, err));
    if (q->criterion != FOREST_AUTO &&
        classes == (q->criterion == FOREST_SQUARED_ERROR)) {
        error_set(err, STATUS_INPUT, "that criterion is not for %s",
                  classes ? "classes" : "numbers");
        error_hint(err, classes ? "gini or entropy" : "squared_error");
        return refuse(err, "random_forest.criterion");
    }
    if (!q->bootstrap && q->max_samples < 1) {
        error_set(err, STATUS_INPUT, "without bootstrap no rows are drawn");
        error_hint(err, "leave max_samples out, or bootstrap");
        return refuse(err, "random_forest.max_samples");
    }
    return STATUS_OK;
}

struct forest_options forest_options_of(const struct forest_params *q, size_t n, size_t p,
                                        bool classes)
{
    double draws = rint(q->max_samples * (double)n);
    struct forest_options o = {.criterion = q->criterion,
                               .max_depth = q->max_depth,
                               .min_samples_split = q->min_samples_split,
                               .min_samples_leaf = q->min_samples_leaf,
                               .max_features = features_of(q->max_features, p, classes),
                               .draws = !q->bootstrap ? 0
                                        : draws < 1   ? 1
                                                      : (size_t)draws};
    if (q->criterion == FOREST_AUTO)
        o.criterion = classes ? FOREST_GINI : FOREST_SQUARED_ERROR;
    return o;
}

bool forest_same_trees(const struct forest_params *q, const struct forest_params *r)
{
    return q->criterion == r->criterion && q->max_depth == r->max_depth &&
           q->min_samples_split == r->min_samples_split &&
           q->min_samples_leaf == r->min_samples_leaf &&
           strcmp(q->max_features, r->max_features) == 0 &&
           q->bootstrap == r->bootstrap && q->max_samples == r->max_samples;
}
