/* Between the files of frame.h: the columns that are learnt, and those of any table. */
#ifndef LEARN_FRAME_INTERNAL_H
#define LEARN_FRAME_INTERNAL_H

#include "learn/frame.h"

/* Finds the pipeline's targets among the columns and checks that the task can learn their
 * types; taken[schema.n] becomes true for them. */
MUST_USE enum status frame_find_targets(struct frame_reader *r, bool *taken,
                                        struct arena *mem, struct error *err);

/* Reads the targets of a batch into f->target, in mem. */
MUST_USE enum status frame_read_targets(struct frame_reader *r, const struct batch *batch,
                                        struct arena *mem, struct frame *f,
                                        struct error *err);

/* Adds what tells rows apart by their targets to the identity: the first n of f. */
void frame_identify_targets(struct frame_reader *r, const struct frame *f, size_t n);

/* The target without rows. */
struct target frame_target_shape(const struct frame_reader *r);

/* Column c of the batch as reals, where it stands or in mem. */
const double *frame_reals(const struct frame_reader *r, const struct batch *batch,
                          size_t c, struct arena *mem);

#endif
