/* Whether two forecasts of the same rows differ by more than chance.
 *
 * d[i] = loss(a[i]) - loss(b[i]) with the errors a and b of row i, in the order of time,
 * for forecasts h rows ahead; mean is the mean of the n differences, and
 *
 *     g_k = 1/n sum_{i=k..n-1} (d[i] - mean)(d[i-k] - mean)
 *     s^2 = (g_0 + 2 sum_{k=1..h-1} g_k) / n
 *     statistic = mean / s * sqrt((n + 1 - 2 h + h (h - 1) / n) / n)
 *
 * Diebold & Mariano 1995, "Comparing predictive accuracy", Journal of Business & Economic
 * Statistics 13, with the factor and the t distribution of n - 1 degrees of freedom of
 * Harvey, Leybourne & Newbold 1997, "Testing the equality of prediction mean squared
 * errors", International Journal of Forecasting 13.  Where s^2 is not above 0, as it may
 * be for h > 1, its terms get the weights 1 - k/h (Bartlett).
 *
 * Where large errors come in clusters neighbours go together, which that variance does
 * not see at h = 1.  The second figure allows for it with the weights of Newey & West
 * 1987 (Econometrica 55), and never takes s for smaller than independence would have it:
 *
 *     s^2 = max(g_0 / (n - 1), (g_0 + 2 sum_{k=1..L} (1 - k / (L + 1)) g_k) / n)
 *     clustered = mean / s,  L = max(h - 1, floor(n^(1/3)))
 *
 * against the same t distribution. */
#ifndef JUDGE_DIEBOLD_MARIANO_H
#define JUDGE_DIEBOLD_MARIANO_H

#include <stddef.h>

enum dm_loss { DM_SQUARED, DM_ABSOLUTE };

struct diebold_mariano {
    double statistic; // above 0 where a has the larger losses
    double p;         // two-sided
    double p_less;    // one-sided: small where a has the smaller losses
    double clustered; // the second figure
    double p_clustered, p_clustered_less;
};

/* Both figures.  NaN below three rows, for h = 0 or h >= n, and where an error is none or
 * infinite.  Where all differences are the same: 0 and p 1 if they are 0, else infinite
 * and p 0.  Multiplying all errors by a power of two changes no bit. */
struct diebold_mariano diebold_mariano(const double *a, const double *b, size_t n,
                                       enum dm_loss loss, size_t horizon);

#endif
