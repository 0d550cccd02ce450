/* The formulas by hand; tests/interop/text.py holds them against scikit-learn. */
#include <criterion/criterion.h>

#include <math.h>

#include "words/tfidf.h"

/* Three documents: terms 0 0 1, 1, none. */
static const size_t start[] = {0, 2, 3, 3};
static const uint32_t col[] = {0, 1, 1};
static const double value[] = {2, 1, 1};

static void weights(const struct tfidf_rule *rule, double idf[3], double ret[3])
{
    memset(idf, 0, 3 * sizeof *idf);
    tfidf_count(start, col, 3, idf);
    tfidf_invert(rule, 3, 3, idf);
    tfidf_weigh(rule, start, col, value, 0, 3, idf, ret);
}

Test(tfidf, frequencies_are_those_of_documents)
{
    double idf[3], w[3];
    weights(&(struct tfidf_rule){.use_idf = true, .smooth_idf = true}, idf, w);
    cr_assert_float_eq(idf[0], log(4.0 / 2) + 1, 1e-15);
    cr_assert_float_eq(idf[1], log(4.0 / 3) + 1, 1e-15);
    cr_assert_float_eq(idf[2], log(4.0) + 1, 1e-15);
    cr_assert_eq(w[0], 2 * idf[0]);
    cr_assert_eq(w[2], idf[1]);
}

Test(tfidf, a_term_of_no_document_counts_as_one_of_one)
{
    double idf[3], w[3];
    weights(&(struct tfidf_rule){.use_idf = true}, idf, w);
    cr_assert_float_eq(idf[0], log(3.0) + 1, 1e-15);
    cr_assert_float_eq(idf[1], log(3.0 / 2) + 1, 1e-15);
    cr_assert_eq(idf[2], idf[0]);
}

Test(tfidf, sublinear_counts_and_norms)
{
    double idf[3], w[3];
    weights(&(struct tfidf_rule){.sublinear_tf = true, .norm = BAG_NORM_L1}, idf, w);
    double two = 1 + log(2);
    cr_assert_float_eq(w[0], two / (two + 1), 1e-15);
    cr_assert_float_eq(w[1], 1 / (two + 1), 1e-15);
    cr_assert_eq(w[2], 1);
}
