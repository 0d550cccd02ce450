/* Feature tables: the rows that models learn from and predict.
 *
 * Where the pipeline has a time, the key gives every row its name ("2020-04"), and rows
 * ascend by it; else the row's number from 0 does.  Where it has groups, rows stand in
 * the order of these, then of their keys, and the name tells the group, too.  The target
 * is taken out, ids are left in the file; every other column is a feature, as reals.
 *
 * A table is read as a whole, for learning, or a batch at a time, in the memory of one:
 *
 *     TRY(frame_open(&r, path, pipeline, mem, err));
 *     do {
 *         TRY(frame_next(&r, scratch, &frame, err));
 *         … frame.n rows, from r.first - frame.n on …; rewind scratch
 *     } while (frame.n > 0);
 *     frame_close(&r); */
#ifndef LEARN_FRAME_H
#define LEARN_FRAME_H

#include "arrow/arrow.h"
#include "base/names.h"
#include "base/timestep.h"
#include "config/pipeline.h"
#include "data/groups.h"
#include "data/matrix.h"
#include "data/runs.h"
#include "file/checksum.h"
#include "steps/task.h"

enum { FRAME_LABEL = TIMESTEP_TEXT + GROUP_QUOTED + 4 }; // bytes of a row's name

struct frame {
    size_t n;
    size_t first;                // number of row 0 in its table
    int32_t *key;                // [n] ascending (in each group), NULL without a time
    uint32_t *group;             // [n] ascending codes, NULL without groups
    const struct groups *groups; // their names
    struct matrix x;             // [n][p]
    struct target target;        // NaN where it is not known; y.p 0 without
    const struct pipeline *pipeline;
};

struct frame_reader {
    const struct pipeline *pipeline;
    struct arrow_file *file;
    struct row_runs arrived;
    enum task task;
    size_t p, *column;         // [p] of the features
    const char **name;         // [p]
    size_t n_texts, *text;     // [n_texts] columns of the features that are texts
    size_t n_targets, *target; // [n_targets] their columns
    struct names classes;      // of TASK_CLASSES, in the order in which they came
    size_t b, first;           // the batch that comes next, and its first row
    int32_t last_key;          // of the rows before it
    uint32_t last_group;
    struct groups *groups; // names so far; NULL without groups
    bool by_target;        // rows with keys, too, are told apart by their targets
    size_t identified; // rows that the identity is of, from the first on; all at first
    struct checksum identity;
};

/* STATUS_INPUT when the table lacks a target or has one that the task cannot learn. */
MUST_USE enum status frame_open(struct frame_reader *r, const char *path,
                                const struct pipeline *pipeline, struct arena *mem,
                                struct error *err);

/* The next rows, in mem or in the file; valid until the next call.  n is 0 at the end. */
MUST_USE enum status frame_next(struct frame_reader *r, struct arena *mem,
                                struct frame *ret, struct error *err);
void frame_close(struct frame_reader *r);

/* Leaves of the features those that are named, in that order; what is named and is none is
 * passed over.  Before any row is read; lives in mem. */
void frame_only(struct frame_reader *r, const struct texts *names, struct arena *mem);

/* Numbers the classes that a model has learnt as it does; others follow.  Before any row is
 * read. */
void frame_know(struct frame_reader *r, const struct target *learnt);

/* The target of the first n rows as a model learns it: its classes are those that stand
 * there, in the order of their bytes. */
struct target frame_learn(const struct frame *f, size_t n, struct arena *mem);

/* The target of rows [from, to) with the classes that were learnt; NaN where a row's class
 * is none of them. */
struct target frame_like(const struct frame *f, const struct target *learnt, size_t from,
                         size_t to, struct arena *mem);

/* The checksum of what tells the rows apart that were read, the first r->identified of
 * them: their keys, their targets where they have none or r->by_target says so; and of which of them arrived in
 * a later file. */
void frame_identity(const struct frame_reader *r, char ret[CHECKSUM_TEXT]);

/* All rows of the table, in that order. */
MUST_USE enum status frame_read(struct frame_reader *r, struct arena *mem,
                                struct frame *ret, struct error *err);

/* Puts the features and targets of a table that was read into another order: row i becomes
 * the one of number order[i]; keys and groups stay as they are.  In the memory of one more
 * column. */
void frame_reorder(struct frame *f, const uint32_t *order, struct arena *mem);

/* The name of the row that has this number in the frame's table; buffer holds FRAME_LABEL
 * bytes.  Returns buffer. */
const char *frame_label(const struct frame *f, size_t i, char *buffer);

/* The features of x, and the texts, in the order that a model wants them; STATUS_INPUT
 * with the nearest name when one is missing. */
MUST_USE enum status frame_arrange(const struct frame *f, const struct texts *features,
                                   const struct texts *texts, const char *path,
                                   struct arena *mem, struct matrix *ret,
                                   struct error *err);

#endif
