/* Quickselect (Hoare 1961, "Algorithm 65: Find", CACM 4), the pivot the middle one of three.
 *
 * What halves too slowly, as values that somebody has put in a bad order do, is sorted in the
 * end: so a call never takes longer than a sort. */
#include "bands/selection.h"

#include <math.h>
#include <stdlib.h>

enum { FEW = 12 };

static void swap(double *x, size_t a, size_t b)
{
    double kept = x[a];
    x[a] = x[b];
    x[b] = kept;
}

static void sort_few(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double v = x[i];
        size_t k = i;
        for (; k > 0 && x[k - 1] > v; k--)
            x[k] = x[k - 1];
        x[k] = v;
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Divides x[n], n > 2, at a value that stands there: what is not larger comes before the
 * place that is returned, what is not smaller from there on; neither part is empty. */
static size_t divide(double *x, size_t n)
{
    size_t middle = n / 2, low = 0, high = n - 1;
    if (x[middle] < x[0])
        swap(x, middle, 0);
    if (x[n - 1] < x[0])
        swap(x, n - 1, 0);
    if (x[n - 1] < x[middle])
        swap(x, n - 1, middle);
    double pivot = x[middle];
    for (;;) {
        while (x[low] < pivot)
            low++;
        while (x[high] > pivot)
            high--;
        if (low >= high)
            return high + 1 < n ? high + 1 : n - 1;
        swap(x, low++, high--);
    }
}

double selection_kth(double *x, size_t n, size_t k)
{
    double *of = x;
    size_t rounds = 0, most = 8;
    for (size_t m = n; m > 1; m /= 2)
        most += 4;
    while (n > FEW && rounds++ < most) {
        size_t at = divide(of, n);
        if (k < at) {
            n = at;
            continue;
        }
        of += at;
        n -= at;
        k -= at;
    }
    if (n <= FEW)
        sort_few(of, n);
    else
        qsort(of, n, sizeof *of, ascending);
    return of[k];
}

size_t selection_place(size_t n, double q, double *ret_part)
{
    double h = q * (double)(n - 1), below = floor(h);
    *ret_part = h - below;
    return (size_t)below;
}

double selection_quantile(double *x, size_t n, double q)
{
    double part;
    size_t k = selection_place(n, q, &part);
    double value = selection_kth(x, n, k);
    if (part == 0)
        return value;
    double next = x[k + 1]; // the least of those behind
    for (size_t i = k + 2; i < n; i++)
        next = x[i] < next ? x[i] : next;
    return value + (next - value) * part;
}
