/* What a remote has of a pipeline's registry.
 *
 *     nightmill/registry/<pipeline>/
 *         files/<sha256>          the files of all versions, each once
 *         versions/<n>.json       the manifest of a version: put where there is none, when all
 *                                 its files are there, and never changed
 *         log/<checksum>.jsonl    the log that aliases.json vouches for
 *         aliases.json            put last, where it is as it was seen
 *
 * Each object is written before what names it; so readers find whatever is named. */
#ifndef REGISTRY_REGISTRY_THERE_H
#define REGISTRY_REGISTRY_THERE_H

#include "registry/registry.h"
#include "remote/remote.h"

struct registry_there_version {
    size_t version;
    struct view bytes; // of its manifest
    struct registry_manifest manifest;
};

struct registry_there {
    const char *prefix; // "nightmill/registry/milk/"
    struct remote_objects objects;
    size_t n;
    struct registry_there_version *version; // [n] ascending
    struct transfer *seen;                  // aliases.json as it was fetched; NULL: none
    struct registry_aliases aliases;
    struct view log;
};

/* The pipelines that have a registry in the remote, sorted, in mem. */
MUST_USE enum status registry_there_pipelines(struct remote *remote, struct arena *mem,
                                              struct texts *ret, struct error *err);

/* Fetches all but the files.  STATUS_BUSY when it changes faster than it can be read. */
MUST_USE enum status registry_there_read(struct remote *remote, const char *pipeline,
                                         struct arena *mem, struct registry_there *ret,
                                         struct error *err);

/* The version with that number, with that content; NULL: none. */
const struct registry_there_version *registry_there_find(const struct registry_there *t,
                                                         size_t version,
                                                         const char *content);

/* Keys, in mem. */
const char *registry_there_file(const struct registry_there *t, const char *sha256,
                                struct arena *mem);
const char *registry_there_key(const struct registry_there *t, size_t version,
                               struct arena *mem);
const char *registry_there_log(const struct registry_there *t,
                               const struct registry_aliases *a, struct arena *mem);
const char *registry_there_aliases(const struct registry_there *t, struct arena *mem);

#endif
