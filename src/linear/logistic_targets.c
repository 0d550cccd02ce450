/* Classes and labels to numbers from 0 without gaps. */
#include "linear/logistic_targets.h"

#include "base/transcend.h"

/* The classes that have rows, and each row's place among them. */
static size_t number(const double *y, size_t n, size_t classes, double *ret_learnt,
                     uint32_t *ret_class, struct arena *scratch)
{
    uint32_t *place = ARENA_ARRAY(scratch, uint32_t, classes);
    size_t there = 0;
    for (size_t i = 0; i < n; i++)
        place[(size_t)y[i]] = 1;
    for (size_t c = 0; c < classes; c++) {
        if (!place[c])
            continue;
        ret_learnt[there] = (double)c;
        place[c] = (uint32_t)there++;
    }
    for (size_t i = 0; i < n; i++)
        ret_class[i] = place[(size_t)y[i]];
    return there;
}

static struct logistic_target against_rest(const uint32_t *class, size_t n, size_t own,
                                           struct arena *mem)
{
    uint32_t *is = ARENA_ARRAY(mem, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        is[i] = class[i] == own;
    return (struct logistic_target){2, is};
}

struct logistic_targets logistic_targets_of_classes(const double *y, size_t n,
                                                    size_t classes, bool rest,
                                                    struct arena *mem)
{
    struct logistic_targets t = {.learnt = ARENA_ARRAY(mem, double, classes)};
    uint32_t *class = ARENA_ARRAY(mem, uint32_t, n);
    t.n_learnt = number(y, n, classes, t.learnt, class, mem);
    t.n = rest && t.n_learnt > 2 ? t.n_learnt : t.n_learnt > 1;
    t.target = ARENA_ARRAY(mem, struct logistic_target, t.n);
    for (size_t i = 0; i < t.n; i++)
        t.target[i] = t.n == 1 ? (struct logistic_target){t.n_learnt, class}
                               : against_rest(class, n, i, mem);
    return t;
}

static double rows_of(const double *label, size_t n)
{
    double has = 0;
    for (size_t i = 0; i < n; i++)
        has += label[i];
    return has;
}

struct logistic_targets logistic_targets_of_labels(const double *const *label, size_t n,
                                                   size_t labels, struct arena *mem)
{
    struct logistic_targets t = {.target =
                                     ARENA_ARRAY(mem, struct logistic_target, labels),
                                 .learnt = ARENA_ARRAY(mem, double, labels)};
    for (size_t c = 0; c < labels; c++) {
        double has = rows_of(label[c], n);
        if (has == 0 || has == (double)n)
            continue;
        uint32_t *is = ARENA_ARRAY(mem, uint32_t, n);
        for (size_t i = 0; i < n; i++)
            is[i] = label[c][i] == 1;
        t.target[t.n++] = (struct logistic_target){2, is};
        t.learnt[t.n_learnt++] = (double)c;
    }
    return t;
}

double logistic_share_intercept(const double *label, size_t n)
{
    double has = rows_of(label, n);
    return transcend_log((has + 0.5) / ((double)n - has + 0.5));
}
