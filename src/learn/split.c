/* Splits: scikit-learn's train_test_split, index for index. */
#include "learn/split.h"

#include <math.h>

#include "base/rng.h"

enum status split_count(const struct split_size *size, size_t n, const char *unit,
                        size_t *ret, struct error *err)
{
    double share = ceil(size->share * (double)(size->of > 0 ? size->of : n));
    *ret = share >= 1 && share < (double)n ? (size_t)share : 0;
    if (*ret > 0)
        return STATUS_OK;
    error_set(err, STATUS_INPUT,
              "%zu %s%s cannot be divided into a training part and a %s part of %g", n,
              unit, n == 1 ? "" : "s", size->validation ? "validation" : "held-out",
              size->share);
    error_field(err, size->validation ? "split.validation" : "split.test");
    return STATUS_INPUT;
}

enum split_method split_method(enum split_method given, bool has_time)
{
    enum split_method usual = has_time ? SPLIT_LAST : SPLIT_SHUFFLED;
    return given == SPLIT_METHODS ? usual : given;
}

enum status split_rows(enum split_method method, const struct split_size *size,
                       uint32_t seed, size_t n, struct arena *mem, struct split *ret,
                       struct error *err)
{
    size_t n_test;
    TRY(split_count(size, n, "row", &n_test, err));
    size_t n_train = n - n_test;
    size_t *order = ARENA_ARRAY(mem, size_t, n);
    if (method == SPLIT_SHUFFLED) {
        struct mt19937 generator;
        mt19937_seed(&generator, seed);
        mt19937_permutation(&generator, n, order);
        *ret = (struct split){n_train, n_test, order + n_test, order};
        return STATUS_OK;
    }
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    *ret = (struct split){n_train, n_test, order, order + n_train};
    return STATUS_OK;
}
