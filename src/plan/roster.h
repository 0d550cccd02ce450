/* The pipelines: the files of a folder, each read on its own.
 *
 * A file that cannot be a pipeline, by its name, its kind (a pipe, a folder, a link to
 * nothing) or its content, is refused alone and says why; the others go on.  Names that
 * pass are letters, digits, '.', '_' and '-', which neither Make nor a shell takes for
 * more. */
#ifndef PLAN_ROSTER_H
#define PLAN_ROSTER_H

#include "base/option.h"
#include "config/yaml.h"

struct roster_pipeline {
    const char *name, *path;
    const struct yaml_node *root; // a map
    struct texts patterns, names; // of its sources, as far as they say them
    const char *folder;           // that holds them all; NULL: there is none inside
    bool tracked; // dvc.yaml has its stages: no `track: false`, sources inside
};

struct roster_refusal {
    const char *name; // NULL when it cannot be anybody's
    struct error why;
};

struct roster {
    struct roster_pipeline *pipeline; // [n] sorted by name
    size_t n;
    struct roster_refusal *refused; // [n_refused]
    size_t n_refused;
};

/* The names of the folder's files *.yaml, sorted. */
MUST_USE enum status roster_list(const char *folder, struct arena *mem, const char ***ret,
                                 size_t *ret_n, struct error *err);

/* Reads the folder's files *.yaml.  STATUS_ENVIRONMENT when it cannot be listed. */
MUST_USE enum status roster_read(const char *folder, struct arena *mem,
                                 struct roster *ret, struct error *err);

/* Reads one pipeline, with overrides ("train.folds=5") applied. */
MUST_USE enum status roster_read_one(const char *path, const struct texts *set,
                                     struct arena *mem, struct roster_pipeline *ret,
                                     struct error *err);

#endif
