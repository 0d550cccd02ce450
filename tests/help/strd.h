/* NIST's statistical reference data (StRD): the .dat files of the shared data, and how
 * many of a certified figure's digits were found. */
#ifndef TESTS_HELP_STRD_H
#define TESTS_HELP_STRD_H

#include <stddef.h>

#define STRD_ROWS 5000
#define STRD_COLUMNS 8
#define STRD_PARAMETERS 12

struct strd {
    size_t rows, columns;
    double data[STRD_COLUMNS][STRD_ROWS]; // y first
    double mean, std, lag1;               // of univariate sets
    size_t parameters;                    // of linear sets; the first is B0 or B1
    int intercept;
    double coefficient[STRD_PARAMETERS], error[STRD_PARAMETERS];
    double residual_std, r2;
};

/* Reads a set by its name ("Norris"); NULL when the shared data is not there.  The result
 * is valid until the next call. */
const struct strd *strd_read(const char *name);

/* Correct digits: -log10 of the relative error (absolute where certified is 0), at most
 * 15. */
double strd_digits(double found, double certified);

#endif
