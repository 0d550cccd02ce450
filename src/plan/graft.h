/* Puts the generated stages into a dvc.yaml and leaves everything else as it stands, byte
 * for byte: other stages, plots, metrics, params, vars, comments, blank lines.
 *
 * A generated stage is known by its name and by the mark behind its key (plan/mark.h),
 * which outlives that DVC writes the file anew when it adds a stage.  A stage whose digest
 * is another was edited by hand: it is named and kept, unless forced.  One without a mark
 * that says what would be made counts as made. */
#ifndef PLAN_GRAFT_H
#define PLAN_GRAFT_H

#include "config/yaml.h"

/* A stage as it shall be. */
struct graft_stage {
    const char *name;
    struct view text; // lines from its key on, indented by two
};

struct graft_request {
    const char *path; // for messages
    struct view bytes;
    const struct graft_stage *stage; // [n] in their order
    size_t n;
    const char *const *held; // [n_held] pipelines whose stages must not go away now
    size_t n_held;
    bool force;
};

enum { GRAFT_MAX_NOTES = 100 };

struct graft {
    struct view bytes; // the new file; the old one's when nothing changes
    bool changed;
    struct text done;   // "wrote train", one a line
    struct error *note; // [n_notes] what was kept, and why
    size_t n_notes;
};

/* STATUS_INPUT when the result would not be a dvc.yaml that keeps what it must: then it
 * must not be written. */
MUST_USE enum status graft_stages(const struct graft_request *request, struct arena *mem,
                                  struct graft *ret, struct error *err);

#endif
