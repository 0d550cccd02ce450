/* Activations, their slopes, and sums of rows.
 *
 * Of tanh and the logistic function the slope is taken from the value, 1 - a^2 and
 * a (1 - a); of relu it is 0 at 0.  Softmax takes the row's greatest element off first, so
 * that no exp overflows. */
#include "network/neurons.h"

#include "base/transcend.h"
#include "base/vector.h"
#include "network/product.h"

#define VECTOR_KERNELS "network/neurons_kernel.inc.h"
#include "base/vector_widths.inc.h"

/* The function of all elements that count, at once where nothing pads them. */
static void each_row(void (*f)(double *x, size_t n), size_t n, size_t out, size_t width,
                     double *z)
{
    if (out == width) {
        f(z, n * width);
        return;
    }
    for (size_t i = 0; i < n; i++)
        f(z + i * width, out);
}

void neurons_activate(enum network_activation f, size_t n, size_t out, size_t width,
                      double *z)
{
    if (f == ACTIVATION_RELU)
        VECTOR_PICK(relu)(z, n * width);
    else if (f == ACTIVATION_TANH)
        each_row(transcend_tanhs, n, out, width, z);
    else if (f == ACTIVATION_LOGISTIC)
        each_row(transcend_logistics, n, out, width, z);
}

static void softmax(double *z, size_t n)
{
    double most = z[0], sum = 0;
    for (size_t j = 1; j < n; j++)
        most = z[j] > most ? z[j] : most;
    for (size_t j = 0; j < n; j++)
        z[j] -= most;
    transcend_exps(z, n);
    for (size_t j = 0; j < n; j++)
        sum += z[j];
    for (size_t j = 0; j < n; j++)
        z[j] /= sum;
}

void neurons_answer(enum network_output g, size_t n, size_t out, size_t width, double *z)
{
    if (g == OUTPUT_LOGISTIC)
        each_row(transcend_logistics, n, out, width, z);
    for (size_t i = 0; g == OUTPUT_SOFTMAX && i < n; i++)
        softmax(z + i * width, out);
}

void neurons_slope(enum network_activation f, const double *a, size_t n, double *delta)
{
    if (f == ACTIVATION_RELU)
        VECTOR_PICK(relu_slope)(a, n, delta);
    else if (f == ACTIVATION_TANH)
        VECTOR_PICK(tanh_slope)(a, n, delta);
    else if (f == ACTIVATION_LOGISTIC)
        VECTOR_PICK(logistic_slope)(a, n, delta);
}

void neurons_times(const double *x, const double *y, size_t n, double *ret)
{
    VECTOR_PICK(times)(x, y, n, ret);
}

void neurons_add(double a, const double *x, size_t n, double *y)
{
    VECTOR_PICK(add)(a, x, n, y);
}
