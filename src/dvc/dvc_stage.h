/* One stage of dvc.yaml, of a definition that may hold ${item} and ${key}; a part of
 * dvc/dvc_file.h. */
#ifndef DVC_DVC_STAGE_H
#define DVC_DVC_STAGE_H

#include "dvc/dvc_file.h"
#include "dvc/dvc_template.h"

/* Reads the definition, a map, under the names of the scope.  Its keys `matrix` and
 * `foreach` are the caller's. */
MUST_USE enum status dvc_stage_read(const struct yaml_node *definition, const char *name,
                                    const struct dvc_scope *scope, struct arena *mem,
                                    struct dvc_stage *ret, struct error *err);

#endif
