/* dvc.yaml: the stages, with matrix and foreach written out.
 *
 * Read are the keys that our own generator writes (cmd, deps, params, outs, metrics,
 * plots, matrix, foreach with do, desc), and frozen and always_changed.  The file may hold
 * stages of the user's own that use more of DVC (wdir, templates with vars, …): those are
 * not understood, and stand in a list with what was wrong with them, for whoever works on
 * what is understood to name or to fail on.  Keys beside `stages` say nothing of stages;
 * DVC's own (plots, params, vars, …) are skipped. */
#ifndef DVC_DVC_FILE_H
#define DVC_DVC_FILE_H

#include "base/names.h"
#include "base/option.h"
#include "config/yaml.h"

struct dvc_params {
    const char *file;
    struct texts keys; // dotted; none: all top-level keys
};

struct dvc_out {
    const char *path;
    bool cached;  // false: `cache: false`
    bool pushed;  // false: `push: false`
    bool metrics; // under metrics
};

struct dvc_stage {
    const char *name;     // "train@milk"
    const char *pipeline; // "milk": behind '@', or the whole name
    struct texts commands;
    bool command_list;
    struct texts deps; // sorted
    struct dvc_params *params;
    size_t n_params;
    struct dvc_out *out; // sorted by path
    size_t n_outs;
    bool frozen;         // deps and params do not count
    bool always_changed; // whatever they are
};

/* A stage, or all that a loop makes, that was not understood. */
struct dvc_unread {
    const char *name;
    bool loop;                    // the stages are NAME@…
    const struct yaml_node *node; // its definition
    struct error fault;
};

struct dvc_file {
    struct dvc_stage *stage; // [n], in the file's order
    size_t n;
    struct texts names; // of all stages, in that order, also of those left out
    struct dvc_unread *unread;
    size_t n_unread;
    struct names by_name;     // [n]
    struct names outs, above; // what stages write, and the folders that it lies in
};

/* True when a stage writes the path, something below it, or what it lies in. */
bool dvc_file_makes(const struct dvc_file *file, const char *path, struct arena *mem);

/* The stage of that name, or NULL. */
const struct dvc_stage *dvc_file_find(const struct dvc_file *file, const char *name);

/* What was wrong with the stage of that name, or NULL. */
const struct dvc_unread *dvc_file_unread(const struct dvc_file *file, const char *name);

MUST_USE enum status dvc_file_read(const char *path, struct arena *mem,
                                   struct dvc_file *ret, struct error *err);

/* The same without what loops make for other values than these, the names of pipelines:
 * of a thousand pipelines one is read as fast as if there were no other. */
MUST_USE enum status dvc_file_read_for(const char *path, const struct names *pipelines,
                                       struct arena *mem, struct dvc_file *ret,
                                       struct error *err);

/* The same from bytes; path is for messages. */
MUST_USE enum status dvc_file_parse(const char *path, struct view bytes,
                                    struct arena *mem, struct dvc_file *ret,
                                    struct error *err);

/* True for what stands where make's rules put artifacts and reports. */
bool dvc_is_artifact(const char *path);

/* The command that makes an output anew: make's for what its rules make, else DVC's. */
const char *dvc_maker(const char *path, struct arena *mem);

#endif
