/* The stages of pipelines, each pipeline's one behind the other: its lane.
 *
 * A stage of dvc.yaml is a pipeline's when its name says so, "train@milk", and it reads
 * the pipeline's file; stages of the user's own are in no lane. */
#ifndef TRACK_DVC_LANE_H
#define TRACK_DVC_LANE_H

#include "dvc/dvc_file.h"

struct dvc_lane {
    const char *pipeline;           // "milk"
    const char *path;               // of the pipeline's file
    const struct dvc_stage **stage; // [n] in dvc.yaml's order
    size_t n;
    size_t end; // the first one that is not wanted; 0: none is
};

struct dvc_lanes {
    struct dvc_lane *v; // [n]
    size_t n;
};

/* The name without the pipeline: "train". */
const char *dvc_lane_short(const struct dvc_stage *stage, struct arena *mem);

/* The names of the pipelines that targets mean: "report@milk", or a file or folder that a
 * stage writes, "artifacts/milk/raw". */
void dvc_lanes_names(const struct texts *targets, struct arena *mem, struct names *ret);

/* The lanes of these pipelines, whose files are at paths [pipelines->n], or, with NULL,
 * pipeline/NAME.yaml.  STATUS_INPUT for a stage that may be one of theirs and is not
 * understood. */
MUST_USE enum status dvc_lanes_find(const struct dvc_file *file,
                                    const struct names *pipelines,
                                    const char *const *paths, struct arena *mem,
                                    struct dvc_lanes *ret, struct error *err);

/* Sets .end of the lanes such that they reach the targets.  STATUS_USAGE for a target that
 * no stage makes. */
MUST_USE enum status dvc_lanes_reach(struct dvc_lanes *lanes, const struct texts *targets,
                                     struct arena *mem, struct error *err);

#endif
