/* A range of time that somebody asks for, as a table of answers. */
#ifndef OUTLOOK_RANGE_H
#define OUTLOOK_RANGE_H

#include "data/ids.h"
#include "outlook/answers.h"
#include "outlook/asked.h"
#include "outlook/unpredicted.h"

/* What the answers are made of. */
struct range_facts {
    const struct pipeline *pipeline;
    const struct model *model;
    const struct outlook *outlook;
    const struct histories *histories;
    const struct unpredicted *unpredicted;
    struct ids *known, *upcoming; // of the outlook's rows
    double level;                 // of the bands; NaN: there are none
    const struct watch *watch;
    struct arena *mem, *scratch;
};

/* What the command line says: one month, or from and to; "" where it does not. */
struct range_words {
    const char *month, *from, *to;
};

/* Fills from and to of *ret; without a word as far as the data go.  STATUS_USAGE for words
 * that are no time, or do not go together. */
MUST_USE enum status range_read(const struct range_facts *f,
                                const struct range_words *words, struct asked *ret,
                                struct error *err);

/* Finds the rows of the range and fills those of the table, whose columns are given.  The
 * range of one series is refused where a row cannot be predicted; of many where none can. */
MUST_USE enum status range_make(const struct range_facts *f, struct asked *asked,
                                struct predictions_csv *table, struct error *err);

/* The ids of the range's rows; *ret is NULL where the pipeline has none. */
MUST_USE enum status range_ids(const struct range_facts *f, const struct asked *asked,
                               const struct row_id **ret, struct error *err);

#endif
