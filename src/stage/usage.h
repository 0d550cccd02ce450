/* What a stage says about itself: --help, --version, --explain, --verbose. */
#ifndef STAGE_USAGE_H
#define STAGE_USAGE_H

#include "stage/stage.h"

void usage_help(const struct stage *stage, struct text *out);
void usage_version(const struct stage *stage, struct text *out);

/* What the stage does and the keys that it reads. */
void usage_explain(const struct stage *stage, struct text *out);

/* The values of a run's configuration, one a line. */
void usage_values(const struct run *run, struct text *out);

#endif
