/* The table of the flow, pipeline/stages.tbl: one row a stage, in the order in which they
 * run.
 *
 *     name | reads | writes | keys of the pipeline's file | code | options
 *
 * `#` begins a comment; cells hold words divided by blanks.  A stage reads `data`, the
 * files of the sources, and what rows above it write; NAME/ is a folder, reports/NAME
 * stands with the reports.  Names are checked here, since they become targets of Make,
 * words of shell commands and paths. */
#ifndef PLAN_FLOW_H
#define PLAN_FLOW_H

#include "base/option.h"

struct flow_stage {
    const char *name;
    size_t line;
    struct texts reads, writes, keys, code;
    struct texts options; // with which the chain starts it; the cell may be left out
};

struct flow {
    const char *path;
    const struct flow_stage *stage; // [n]
    size_t n;
};

/* Reads the table.  targets: goals of the Makefile, which no stage may be called.
 * STATUS_INPUT with the row's line. */
MUST_USE enum status flow_read(const char *path, const struct texts *targets,
                               struct arena *mem, struct flow *ret, struct error *err);

/* The row that writes the artifact, or NULL. */
const struct flow_stage *flow_writer(const struct flow *flow, const char *artifact);

bool flow_reads_data(const struct flow_stage *stage);

/* The folder's mark: NAME/. */
bool flow_is_folder(const char *artifact);

#endif
