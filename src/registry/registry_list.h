/* What a registry holds, as tables and documents for people and programs. */
#ifndef REGISTRY_REGISTRY_LIST_H
#define REGISTRY_REGISTRY_LIST_H

#include "registry/registry.h"
#include "registry/registry_table.h"

/* The pipelines below a folder of registries: name, versions, newest, and what production,
 * candidate and archived mean.  STATUS_INPUT when there is no such folder. */
MUST_USE enum status registry_list_pipelines(const char *folder, struct arena *mem,
                                             struct registry_table *ret,
                                             struct error *err);

/* The names of these pipelines, sorted. */
MUST_USE enum status registry_pipelines(const char *folder, struct arena *mem,
                                        struct texts *ret, struct error *err);

/* The versions: number, names, the first metric on rows held out, number of the parent
 * where that is here, bytes, content. */
MUST_USE enum status registry_list_versions(const struct registry *r, struct arena *mem,
                                            struct registry_table *ret,
                                            struct error *err);

/* The moves, oldest first: the columns of the log. */
MUST_USE enum status registry_list_moves(const struct registry *r, struct arena *mem,
                                         struct registry_table *ret, struct error *err);

/* A version: its manifest without the checksum, its number, its names, and the number of its
 * parent where that is here.  The caller owns the reference. */
MUST_USE enum status registry_describe(const struct registry *r, size_t version,
                                       struct arena *mem, json_t **ret,
                                       struct error *err);

/* The version that a word means: a number, or a name. */
MUST_USE enum status registry_meant(const struct registry *r, const char *word,
                                    struct arena *mem, size_t *ret, struct error *err);

#endif
