/* Numbers as text: exact reading, shortest writing, in any locale.
 *
 * Reading is correctly rounded: Clinger's fast path (up to 19 digits, power of ten within 10^±22),
 * then Eisel-Lemire (Lemire 2021, "Number parsing at a gigabyte per second"), then strtod for what
 * is left.  Refused: hexadecimal, inf, nan, the empty text, anything before or behind, overflow.
 * A leading '+' is refused; "1.", ".5", "1e5", "-0" are numbers. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* True when v is a number as a whole; *ret is untouched otherwise. */
bool number_parse(const char *p, size_t n, double *ret);

/* Writes the shortest decimal text that reads back to the same bits, in the form that Python's
 * repr has: "1.0", "1e-05", "1e+16", "-0.0"; "nan", "inf".  buffer holds at least 32 bytes;
 * returns the length. */
size_t number_shortest(double x, char *buffer);

/* The same without ".0" behind whole numbers: "1", for CSV. */
size_t number_csv(double x, char *buffer);

#endif
