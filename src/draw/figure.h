/* Figures as people read them: four significant digits, thin spaces between thousands,
 * a real minus sign, an en dash where there is none.
 *
 * Files that programs read never hold these; they are for the page and its sentences.
 *
 *     html_textf(h, "RMSE %s on %s rows", FIGURE(x), COUNT(n));
 * */
#ifndef DRAW_FIGURE_H
#define DRAW_FIGURE_H

#include <stddef.h>
#include <stdint.h>

struct figure {
    char text[64];
};

/* Each writes into out and returns its text, so that it can be used inside one
 * statement. */

/* Four significant digits; the whole part is never rounded: 12.54, 0.8346, 84 183,
 * 1.200e−07. */
const char *figure_real(struct figure *out, double x);

/* With so many digits behind the point, none of them left out. */
const char *figure_fixed(struct figure *out, double x, int digits);

/* The digits behind the point with which four significant ones of x are shown. */
int figure_digits(double x);

/* Short form for axes: no zeros at the end ("0.5", "200"). */
const char *figure_tick(struct figure *out, double x);

/* A count with its thousands apart: 1 234 567. */
const char *figure_count(struct figure *out, uint64_t n);

/* A ratio in per cent with two significant digits: 0.0272 is "2.7 %". */
const char *figure_percent(struct figure *out, double ratio);

#define FIGURE(x) figure_real(&(struct figure){{0}}, (x))
#define FIXED(x, digits) figure_fixed(&(struct figure){{0}}, (x), (digits))
#define TICK(x) figure_tick(&(struct figure){{0}}, (x))
#define COUNT(n) figure_count(&(struct figure){{0}}, (n))
#define PERCENT(x) figure_percent(&(struct figure){{0}}, (x))

#endif
