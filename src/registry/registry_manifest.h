/* manifest.json of a version: its files with their SHA-256, and what it was made from.
 *
 *     {"format", "pipeline", "content",
 *      "lineage": {"data": [{"file", "bytes", "sha256"}], "parameters", "code", "parent"},
 *      "files": [{"name", "bytes", "sha256"}], "checksum"}
 *
 * `content` is what makes the version: the SHA-256 of what `sha256sum` prints for the files
 * in the order of their names, card.md left out, which follows from them.  The parent is the
 * content of another version: numbers differ from machine to machine until both have
 * pushed. */
#ifndef REGISTRY_REGISTRY_MANIFEST_H
#define REGISTRY_REGISTRY_MANIFEST_H

#include "artifacts/document.h"

#define REGISTRY_MANIFEST "manifest.json"
#define REGISTRY_CARD "card.md"
#define REGISTRY_PARAMETERS "parameters.yaml"
enum {
    REGISTRY_FILES = 200, // of a version, at most
    REGISTRY_MANIFEST_BYTES = 4 * 1024 * 1024,
};

/* A file that the model was made of; it is not in the registry. */
struct registry_data {
    const char *file; // ingest.json, or a source's file without its folder
    size_t bytes;
    const char *sha256; // lower-case hex
};

struct registry_kept {
    const char *name; // letters, digits, '.', '_', '-'; no dot first
    size_t bytes;
    const char *sha256;
};

struct registry_lineage {
    size_t n_data;
    struct registry_data *data; // [n_data]
    const char *parameters;     // SHA-256 of parameters.yaml; NULL: there is none
    const char *code;           // NULL: not known
    const char *parent; // content of the version that was production then, or NULL
};

struct registry_manifest {
    size_t format;
    const char *pipeline, *content;
    struct registry_lineage lineage;
    size_t n_files;
    struct registry_kept *file; // [n_files] sorted by name, strcmp; without the manifest
};

/* The content of files that are sorted by name, in mem. */
const char *registry_content(const struct registry_kept *file, size_t n,
                             struct arena *mem);

MUST_USE enum status registry_manifest_write(const struct registry_manifest *m,
                                             struct output *out, struct error *err);

/* Reads the file into ret, texts and lists into mem.  STATUS_INPUT also for another
 * pipeline's, for names that no file may have, or twice, and a content that is another's. */
MUST_USE enum status registry_manifest_read(const char *path, const char *pipeline,
                                            struct arena *mem,
                                            struct registry_manifest *ret,
                                            struct error *err);

/* The same of bytes that are in memory; path is for messages. */
MUST_USE enum status registry_manifest_parse(const char *path, struct view text,
                                             const char *pipeline, struct arena *mem,
                                             struct registry_manifest *ret,
                                             struct error *err);

/* The file of that name, or NULL. */
const struct registry_kept *registry_manifest_find(const struct registry_manifest *m,
                                                   const char *name);

/* Refuses a document of the registry that has another format, or is another pipeline's: says
 * is what it would be, "the names are". */
MUST_USE enum status registry_check_head(const char *path, size_t format, size_t wanted,
                                         const char *says, const char *found,
                                         const char *pipeline, struct error *err);

/* STATUS_INPUT unless the name may be that of a version's file. */
MUST_USE enum status registry_check_name(const char *name, struct error *err);

#endif
