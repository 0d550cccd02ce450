/* The rows of a range of time that somebody asks for, each with the model's answer.
 *
 * Of one series every step of the range must have an answer.  Of many those that have one
 * are there, by group and time: series begin and end when they like, so it is told which of
 * them lack some. */
#ifndef OUTLOOK_ASKED_H
#define OUTLOOK_ASKED_H

#include "outlook/outlook.h"

struct asked_row {
    const struct predicted *of; // one of the outlook's two tables
    size_t row;
};

struct asked {
    const struct timestep *step;
    int32_t from, to; // keys
    bool banded;      // rows to come have bands
    struct arena *mem;

    // what came of it
    size_t n, cap;
    struct asked_row *row;   // [n]
    struct row_runs lacking; // steps from `from` on without an answer, of one series

    // of many
    size_t groups, poor;    // there are; of them without an answer for some step
    struct text poor_names; // the first few, and how many steps each lacks
};

/* Fills a, of which step, from, to, banded and mem are set. */
void asked_of_series(const struct outlook *o, struct asked *a);
void asked_of_groups(const struct outlook *o, struct asked *a);

/* Warns of groups that lack answers; says nothing where none does. */
void asked_warn(const struct asked *a, const struct watch *watch);

/* "2020-05", "2020-03 to 2020-05"; in mem. */
const char *asked_label(const struct asked *a);

#endif
