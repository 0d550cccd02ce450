/* Calibration, by the header's formulas, summed in the order of the rows. */
#include "judge/calibration.h"

#include <math.h>

/* The bounds are NumPy's: its third one is not .3 to the last bit. */
static size_t bin_of(double p)
{
    size_t bin = 0;
    while (bin < CALIBRATION_BINS - 1 && p > (double)(bin + 1) * .1)
        bin++;
    return bin;
}

struct calibration calibration(const uint8_t *positive, const double *p, size_t n)
{
    struct calibration c = {0};
    for (size_t i = 0; i < n; i++) {
        struct calibration_bin *b = &c.bin[bin_of(p[i])];
        double miss = p[i] - positive[i];
        b->n++;
        b->probability += p[i];
        b->positive += positive[i];
        c.brier += miss * miss;
    }
    for (size_t i = 0; i < CALIBRATION_BINS; i++) {
        struct calibration_bin *b = &c.bin[i];
        c.ece += fabs(b->probability - b->positive);
        b->probability /= (double)b->n; // 0 / 0 is the NaN of no rows
        b->positive /= (double)b->n;
    }
    c.brier /= (double)n;
    c.ece /= (double)n;
    return c;
}
