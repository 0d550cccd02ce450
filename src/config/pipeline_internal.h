/* Between the files of a pipeline's reader. */
#ifndef CONFIG_PIPELINE_INTERNAL_H
#define CONFIG_PIPELINE_INTERNAL_H

#include "config/pipeline.h"

/* Refuses columns that the common keys name for what they cannot be; sets p->target. */
MUST_USE enum status pipeline_check(struct pipeline *p, struct error *err);

#endif
