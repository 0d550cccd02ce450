/* Numbers as text: exact reading, shortest writing, in any locale.
 *
 * Reading is correctly rounded.  "1.", ".5", "1e5", "-0" are numbers; refused are
 * hexadecimal, inf, nan, the empty text, a leading '+', anything before or behind, and
 * what is too large for a double.  What is too small is zero. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* True when the n bytes are a number as a whole; *ret is untouched otherwise. */
bool number_parse(const char *p, size_t n, double *ret);

/* Writes the shortest decimal text that reads back to the same bits, in the form that
 * Python's repr has: "1.0", "1e-05", "1e+16", "-0.0"; "nan", "inf".  buffer holds at
 * least 32 bytes; returns the length. */
size_t number_shortest(double x, char *buffer);

/* The same without ".0" behind whole numbers: "1", for CSV. */
size_t number_csv(double x, char *buffer);

/* The same for people: where it is longer than nine bytes, rounded to six significant
 * digits, of large numbers to one digit behind the point. */
size_t number_rounded(double x, char *buffer);

#endif
