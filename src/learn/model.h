/* Model files: one JSON document that lists the fitted steps in order.
 *
 *     {"format": "nightmill-model", "version": 1, "pipeline": …, "task": …, "target": …,
 *      "features": [names], "features_hash": …,
 *      "rows": {"train": [keys], "holdout": [keys]},
 *      "search": {"best": {axis: value, …}, "score": …, "score_mean": …, "cells": …, "folds": …},
 *      "steps": [{"scale": {…}}, …, {"ridge": {…}}]}
 *
 * A model file is untrusted input: format, version, every size, index and number is checked. */
#ifndef LEARN_MODEL_H
#define LEARN_MODEL_H

#include "base/json.h"
#include "learn/step.h"

struct model {
    const char *pipeline, *task, *target;
    size_t p;
    const char **feature; // [p] names of the columns that predict wants, in order
    size_t n_steps;
    struct step_fitted *step; // [n_steps]
    size_t n_train, n_holdout;
    const char **train;   // [n_train] row keys, in split order
    const char **holdout; // [n_holdout]
    json_t *search;       // as written; borrowed from document
    json_t *document;     // owned; NULL before the model is read
};

/* The document of a model; search is taken over. */
json_t *model_to_json(const struct model *m);
MUST_USE enum status model_read(const char *path, struct arena *mem, struct model *ret,
                                struct error *err);

/* The same from a document in memory (path for messages), which the model then owns. */
MUST_USE enum status model_from_json(json_t *document, const char *path, struct arena *mem,
                                     struct model *ret, struct error *err);
void model_release(struct model *m);

#endif
