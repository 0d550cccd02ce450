/* What the files of the YAML reader share among themselves. */
#ifndef BASE_YAML_INTERNAL_H
#define BASE_YAML_INTERNAL_H

#include "base/yaml.h"

/* Sets kind, boolean, integer and real of a node from its text, which was written without quotes.
 * mem is for work space. */
void yaml_resolve(struct yaml_node *node, struct arena *mem);

/* Parses the value of an override, which stands at column col of its argument and depth deep in
 * the tree. */
MUST_USE enum status yaml_parse_value(const char *p, size_t n, size_t col, size_t depth,
                                      struct arena *mem, struct yaml_node **ret,
                                      struct error *err);

#endif
