/* The parameters of a stage: values of files of YAML, as they stand and in comparison; a
 * part of track/dvc_compare.h. */
#ifndef TRACK_DVC_PARAMS_H
#define TRACK_DVC_PARAMS_H

#include "dvc/dvc_file.h"
#include "dvc/dvc_lockfile.h"
#include "track/dvc_seen.h"

/* Reads the tracked keys; the value of one that is not there is NULL.  Without keys all
 * outermost ones of the file.  STATUS_INPUT for a missing file, for one that is no YAML,
 * and for a value that DVC would take for something else than we (a date or a number as a
 * key without quotes). */
MUST_USE enum status dvc_params_read(const struct dvc_params *params,
                                     struct dvc_seen *seen, struct arena *mem,
                                     struct dvc_values *ret, struct error *err);

/* True when both mean the same to DVC: numbers and truth values by value, maps in any
 * order. */
bool dvc_value_same(const struct yaml_node *a, const struct yaml_node *b);

/* The value of a key, or NULL. */
const struct yaml_node *dvc_values_get(const struct dvc_values *values, const char *key);

/* The values of a file in a record, or NULL. */
const struct dvc_values *dvc_record_values(const struct dvc_record *record,
                                           const char *file);

#endif
