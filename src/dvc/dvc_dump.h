/* YAML as DVC writes it (ruamel.yaml, block style, width 80, UTF-8), byte for byte.
 *
 * docs/formats.md, "dvc.lock", states the rules for quoting and folding. */
#ifndef DVC_DVC_DUMP_H
#define DVC_DVC_DUMP_H

#include "base/text.h"
#include "config/yaml.h"

/* Adds `key: value`, or with NULL as key the items of a list or the members of a map, at
 * the indent, as whole lines; scalars by their meaning (0o17 is 15, 1e-5 is 1e-05). */
void dvc_dump_member(const char *key, const struct yaml_node *value, size_t indent,
                     struct text *out);

#endif
