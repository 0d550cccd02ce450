/* Rows of texts as rows of counts: the bag of their n-grams, compressed.
 *
 * Rows are worked on in pieces by several threads and put together in their order: the
 * result is the same for any number of them. */
#ifndef WORDS_BAG_H
#define WORDS_BAG_H

#include "base/error.h"
#include "words/ngrams.h"

/* What a row is divided by: nothing, the sum of its magnitudes, its length. */
enum bag_norm { BAG_NORM_NONE, BAG_NORM_L1, BAG_NORM_L2 };
#define BAG_NORM_WORDS "none|l1|l2"

struct bag_rule {
    struct ngrams_rule grams;
    bool alternate_sign; // n-grams count plus or minus one, as their hash says
    bool binary;         // what stands in a row counts one
    unsigned norm;       // enum bag_norm
};

/* Row i is col[k], value[k] for k from start[i] to start[i + 1] - 1, columns ascending,
 * values finite and not 0. */
struct bag {
    size_t *start; // [n + 1]
    uint32_t *col;
    double *value;
};

/* The bag of n rows of so many texts each, in mem; a view without bytes (p NULL) has no
 * n-grams.  The texts are valid UTF-8. */
MUST_USE enum status bag_of(const struct bag_rule *rule, const struct view *const *text,
                            size_t n_texts, size_t n, size_t threads, struct arena *mem,
                            struct bag *ret, struct error *err);

/* Divides a row of n values by its norm; one of zeros stays. */
void bag_normalise(enum bag_norm norm, double *value, size_t n);

#endif
