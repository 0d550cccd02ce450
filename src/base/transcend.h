/* exp, log and their kin with the same bits on every machine.
 *
 * The C library picks other variants where the processor has fused multiply-add, which
 * differ in the last bits; whatever reaches an artifact is computed by these instead.
 * They are additions, products, quotients and exact operations in a fixed order, so the
 * bits depend on neither the processor nor the compiler nor the library.
 *
 * Errors, measured against the C library's long doubles: exp and log below one unit in the
 * last place, tanh and the logistic function below 2.5.  Limits, NaN, infinities and what
 * lies outside a domain give what C11's annex F says; errno and the floating-point flags
 * are not kept. */
#ifndef BASE_TRANSCEND_H
#define BASE_TRANSCEND_H

#include <stddef.h>

double transcend_exp(double x);
double transcend_log(double x);
double transcend_tanh(double x);

/* 1 / (1 + exp(-x)), in [0,1]. */
double transcend_logistic(double x);

/* The same of each of x[n], in place, to the same bits in a third of the time or less. */
void transcend_exps(double *x, size_t n);
void transcend_logs(double *x, size_t n);
void transcend_tanhs(double *x, size_t n);
void transcend_logistics(double *x, size_t n);

#endif
