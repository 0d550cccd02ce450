/* One stage of dvc.yaml, of a definition that may hold ${item} and ${key}; a part of
 * ship/dvc_file.h. */
#ifndef SHIP_DVC_STAGE_H
#define SHIP_DVC_STAGE_H

#include "ship/dvc_file.h"
#include "ship/dvc_template.h"

/* Reads the definition, a map, under the names of the scope.  Its keys `matrix` and
 * `foreach` are the caller's. */
MUST_USE enum status dvc_stage_read(const struct yaml_node *definition, const char *name,
                                    const struct dvc_scope *scope, struct arena *mem,
                                    struct dvc_stage *ret, struct error *err);

#endif
