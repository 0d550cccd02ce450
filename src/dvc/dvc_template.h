/* The texts of dvc.yaml that hold ${item}, ${item.name} or ${key}; a part of
 * dvc/dvc_file.h. */
#ifndef DVC_DVC_TEMPLATE_H
#define DVC_DVC_TEMPLATE_H

#include "config/yaml.h"

/* What the names stand for in one stage that was written out. */
struct dvc_scope {
    const char *key;              // NULL: there is no ${key}
    const struct yaml_node *item; // NULL: there is no ${item}
};

/* The text of a node, or of its key, filled in.  STATUS_INPUT at the node's place for
 * what is no text, for a name that stands for nothing, and for one that stands for a list
 * or a map. */
MUST_USE enum status dvc_fill(const struct dvc_scope *scope, const struct yaml_node *node,
                              struct arena *mem, const char **ret, struct error *err);
MUST_USE enum status dvc_fill_key(const struct dvc_scope *scope,
                                  const struct yaml_node *node, struct arena *mem,
                                  const char **ret, struct error *err);

/* A scalar as it stands in a stage's name or inside a text: numbers and truth values as
 * DVC spells them there (0.5, 1e-05, true, None). */
void dvc_fill_scalar(const struct yaml_node *node, struct text *out);

#endif
