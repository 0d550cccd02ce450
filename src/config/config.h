/* From a YAML node to a struct, by rows.
 *
 * Every key must be one of the rows; an unknown one is an error with file, line and
 * column and the nearest known key.  Keys called `size` or `nfiles` are refused at any
 * depth (DVC's run cache does not see them).  Values that are absent keep what stands in
 * the struct (copy the defaults there first); a required row must be present.  A scalar's
 * key with nothing behind it is an error, a map's is an empty map.  On failure the struct
 * may be filled in part. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/option.h"
#include "config/yaml.h"

/* Reads a mapping into base.  node may be NULL: then all keys are absent; where says
 * which key is meant in the message ("train", "ingest.sources[0]"). */
MUST_USE enum status config_read(const struct yaml_node *node, const char *where,
                                 const struct option_row *rows, size_t n, void *base,
                                 struct arena *mem, struct error *err);

/* Reads one value into the row's place. */
MUST_USE enum status config_value(const struct yaml_node *node,
                                  const struct option_row *row, void *base,
                                  struct arena *mem, struct error *err);

/* Fails for the first key of the map that is not among the names. */
MUST_USE enum status config_known_keys(const struct yaml_node *map,
                                       const char *const *names, size_t n,
                                       struct error *err);

#endif
