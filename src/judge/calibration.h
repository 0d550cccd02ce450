/* Whether probabilities are what they say: of the rows to which .7 was given, 7 of 10.
 *
 * Rows are divided by their probability into CALIBRATION_BINS of equal width, (0, .1] to
 * (.9, 1], the first with 0, as in scikit-learn's calibration_curve; ece, the expected
 * calibration error, is the mean over rows of how far a bin's share of positive rows lies
 * from its mean probability (Guo et al. 2017, "On calibration of modern neural networks",
 * section 2); brier is the mean of (p - y)^2 (Brier 1950, Monthly Weather Review 78). */
#ifndef JUDGE_CALIBRATION_H
#define JUDGE_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>

enum { CALIBRATION_BINS = 10 };

struct calibration_bin {
    size_t n;                     // rows
    double probability, positive; // mean; share; NaN of no rows
};

struct calibration {
    double brier, ece; // NaN of no rows
    struct calibration_bin bin[CALIBRATION_BINS];
};

/* Of probabilities in [0,1] of n rows. */
struct calibration calibration(const uint8_t *positive, const double *p, size_t n);

#endif
