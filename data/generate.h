/* What the parts of the sample generator share: months, random numbers, the hidden state
 * of the economy, seasons, and files. */
#ifndef GENERATE_H
#define GENERATE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ONE 65536 // of factors in fixed point
#define MONTH(year, month) (((year)-1970) * 12 + (month)-1)

enum { END = MONTH(2021, 4), N_MONTHS = END, ANCHOR = MONTH(2013, 1) };
enum { CELL = 24 };

/* Random numbers: splitmix64, one stream a purpose. */
struct stream {
    uint64_t state;
};

struct stream stream(uint64_t seed, uint64_t purpose);
int64_t below(struct stream *s, int64_t n);

/* The sum of twelve uniform numbers less its mean: close to normal, standard deviation
 * ONE. */
int64_t bell(struct stream *s);

struct world {
    uint64_t seed;
    int64_t economy[N_MONTHS]; // the hidden state, standard deviation near ONE
};

enum season { FLAT, HARVEST, TRADE, WORK, WINTER, MILK };

/* A factor: the season in that month, scaled by a swing in thousandths. */
int64_t seasonal(enum season season, int swing, int t);

int64_t times(int64_t value, int64_t factor);

/* Writes the digits of a number with so many of them behind the point as the public file
 * has them: trailing zeros are gone, and a number that then still has many decimals has
 * lost its point and got one in every three digits, counted from the right, instead. */
void mangle(int64_t digits, int decimals, char *ret);

/* The files; a failure ends the program. */
FILE *create(const char *folder, const char *name);
void finish(FILE *f);

void write_bank(const struct world *w, const char *folder);
void write_rain(const struct world *w, const char *folder);
void write_price(const struct world *w, const char *folder);
void write_comments(uint64_t seed, const char *folder);
void write_item_prices(uint64_t seed, const char *folder);

#endif
