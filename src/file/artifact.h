/* JSON artifacts that stages read, each with its checksum, and the CSV artifacts that are
 * written with them.
 *
 * The last member of such a document is
 *
 *       "checksum": ["xxh64", "0123456789abcdef"]
 *
 * on a line of its own: the checksum (file/checksum.h) of all bytes before that line.  So
 * `head -n -2 model.json | xxhsum -H64` shows the same digits.  Nothing but "}" stands
 * behind it, so no byte of the file can change unnoticed.  It is an array since DVC would
 * list a text among the metrics.
 *
 * A table beside the document stays plain CSV; the document vouches for it:
 *
 *       "tables": [{"file": "search.csv", "bytes": 9876, "checksum": "0123456789abcdef"}]
 *
 * Write the table first and the document last: between the two renames of publish_commit
 * the old document does not fit the new table, and readers refuse both until the stage
 * has run again.
 *
 *     TRY(run_output(run, "search.csv", &w.out, err));
 *     output_sum_begin(w.out);
 *     …
 *     TRY(run_output(run, "model.json", &out, err));
 *     TRY(artifact_add_table(w.out, &tables, err));
 *     …
 *     return artifact_write(out, document, err);
 *
 * Reading:
 *
 *     TRY(artifact_read(path, &document, err));
 *     TRY(artifact_table(document, 0, path, mem, &table, err));
 *     TRY(artifact_check(&table, csv_path, err)); */
#ifndef FILE_ARTIFACT_H
#define FILE_ARTIFACT_H

#include "file/json.h"

/* What a document says of the table beside it. */
struct artifact_table {
    const char *file; // without its folder
    size_t bytes;
    const char *checksum;
    const char *by; // the document's file, without its folder
};

/* Writes the document with its checksum and drops the reference, also on failure.  It has
 * at least one member and none called 'checksum'. */
MUST_USE enum status artifact_write(struct output *out, json_t *document,
                                    struct error *err);

/* The bytes that artifact_write would write, in mem; drops the reference, too. */
struct view artifact_text(json_t *document, struct arena *mem);

/* Reads a document and checks its checksum, which stays in it.  STATUS_INPUT when there
 * is none or it does not fit.  The caller owns the reference. */
MUST_USE enum status artifact_read(const char *path, json_t **ret, struct error *err);

/* The same of bytes that are in memory; path is for messages. */
MUST_USE enum status artifact_parse(const char *path, struct view text, json_t **ret,
                                    struct error *err);

/* The digits of a document's checksum, which are the document's; NULL when there are none. */
const char *artifact_digits(const json_t *document);

/* Adds a table, as far as it is written, to a document's list "tables"; NULL: the list
 * begins with it. */
MUST_USE enum status artifact_add_table(struct output *table, json_t **tables,
                                        struct error *err);

/* What a document can say of a table, as far as it is written; texts live in mem. */
MUST_USE enum status artifact_vouch(struct output *table, struct arena *mem,
                                    struct artifact_table *ret, struct error *err);

/* What the document at path says of its i-th table; texts live in mem. */
MUST_USE enum status artifact_table(const json_t *document, size_t i, const char *path,
                                    struct arena *mem, struct artifact_table *ret,
                                    struct error *err);

/* STATUS_INPUT when the file at path is not the one that the document vouches for. */
MUST_USE enum status artifact_check(const struct artifact_table *table, const char *path,
                                    struct error *err);

#endif
