/* Model files: one JSON document that lists the fitted steps in order.
 *
 *     {"format": "nightmill-model", "version": 2, "pipeline": …, "task": …, "target":
 *      [names], "classes": [names], "answer": …, "features": [names], "texts": [names],
 *      "features_hash": …,
 *      "rows": {"by": …, "table": …, "identity": …, "split": {…},
 *               "train": {"n": …, "runs": …}, "holdout": {…}},
 *      "search": {"best": {axis: value, …}, "score": …, "score_mean": …, "cells": …,
 *                 "folds": …, …},
 *      "steps": [{"scale": {…}}, …, {"ridge": {…}}], "series": {…},
 *      "options": […], "tables": […], "checksum": …}
 *
 * rows are in learn/model_rows.h.  classes are those of task classes, in the order of
 * their bytes, else none; answer is "values" or "probabilities" (steps/task.h).
 * features_hash is FNV-1a (text_hash) over the names of features and texts with a NUL
 * between two, as 16 hexadecimal digits: a name that was changed by hand shows.  search
 * is an object, or null.  options, tables and checksum are what every artifact has
 * (config/again.h, file/artifact.h): the checksum covers the whole file.
 *
 * series is there where the model is one of series/models.def (learn/model_series.h): then
 * there are no features and no steps.
 *
 * A model file is untrusted input.  Checked before any of it is used: format and version,
 * that every key is known, names are unique and match their hash, numbers are finite and
 * those that are listed (json_reals) at most MODEL_NUMBERS, nesting at most MODEL_DEPTH; that there are 1 to MODEL_STEPS
 * steps, all known, the last one and only that an estimator, unless there is a series
 * model; and, by the steps
 * themselves, every size and index against the number of columns that come in.  A model
 * that loads saves to a document that loads to the same predictions and saves to the same
 * bytes. */
#ifndef LEARN_MODEL_H
#define LEARN_MODEL_H

#include "file/json.h"
#include "learn/model_rows.h"
#include "learn/model_series.h"
#include "steps/step.h"

enum {
    MODEL_STEPS = 64,
    MODEL_NUMBERS = 1000000,
    MODEL_SPARSE = 1 << 28,
    MODEL_DEPTH = 32
};

struct model {
    const char *pipeline;
    struct target learnt;         // without rows
    struct texts features, texts; // columns that predict wants, in order
    size_t n_steps;
    struct step_fitted *step;   // [n_steps]
    struct model_series series; // without a model: the steps are it
    struct model_rows rows;
    // As written, NULL where there was none; borrowed from document.
    json_t *search, *options, *tables;
    json_t *document; // owned; NULL when the model was not read
};

/* The kind of answer, and how many columns it has. */
enum answer model_answer(const struct model *m);
size_t model_width(const struct model *m);

/* Writes the file of a model with its checksum.  Takes over search, options and tables. */
MUST_USE enum status model_write(const struct model *m, struct output *out,
                                 struct error *err);

/* The document of a model.  Takes over search, options and tables, unless the model was
 * read: then they stay the document's. */
json_t *model_to_json(const struct model *m);

/* Reads a model file and checks its checksum.  Texts belong to its document, the rest
 * lives in mem; model_release when done. */
MUST_USE enum status model_read(const char *path, struct arena *mem, struct model *ret,
                                struct error *err);

/* The same from a document in memory, without the checksum (path for messages).  The
 * document is taken over, also on failure. */
MUST_USE enum status model_from_json(json_t *document, const char *path,
                                     struct arena *mem, struct model *ret,
                                     struct error *err);
void model_release(struct model *m); // accepts a struct of zeros

#endif
