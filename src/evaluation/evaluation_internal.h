/* What the files of evaluation.h share. */
#ifndef EVALUATION_EVALUATION_INTERNAL_H
#define EVALUATION_EVALUATION_INTERNAL_H

#include "evaluation/evaluation.h"

/* Copies the rows of a part, of enum division_part, that have a target and a value in
 * defined's first column to part_y and part_value; returns how many. */
size_t evaluation_gather(const struct evaluation *e, int part,
                         const struct prediction *values,
                         const struct prediction *defined);

/* The target and the prediction that were gathered, of the first n rows. */
struct target evaluation_target(const struct evaluation *e, size_t n);
struct prediction evaluation_said(const struct evaluation *e,
                                  const struct prediction *values, size_t n);

#endif
