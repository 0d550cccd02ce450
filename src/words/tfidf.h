/* Term frequency times inverse document frequency, on compressed rows.
 *
 * As scikit-learn's TfidfTransformer has it: idf(t) = ln((1 + n) / (1 + df(t))) + 1, where
 * df(t) of n documents hold the term, or without `smooth` ln(n / df(t)) + 1; a value is
 * its count, or 1 + ln(count) where it is sublinear, times idf, and each row is divided by
 * its norm. */
#ifndef WORDS_TFIDF_H
#define WORDS_TFIDF_H

#include "words/bag.h"

struct tfidf_rule {
    bool use_idf, smooth_idf, sublinear_tf;
    unsigned norm; // enum bag_norm
};

/* Adds to documents[col] the rows, of n, in which a column stands. */
void tfidf_count(const size_t *start, const uint32_t *col, size_t n, double *documents);

/* From the documents[p] of n >= 1 in which each term stands to its idf, in place.  A term
 * of none has, where it is not smoothed, that of one. */
void tfidf_invert(const struct tfidf_rule *rule, size_t n, size_t p, double *documents);

/* The weights of rows [from, to) of compressed rows, into ret, where they stand in
 * value. */
void tfidf_weigh(const struct tfidf_rule *rule, const size_t *start, const uint32_t *col,
                 const double *value, size_t from, size_t to, const double *idf,
                 double *ret);

#endif
