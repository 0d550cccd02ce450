/* Arrow IPC files (Feather version 2): what every table between two stages is.
 *
 * Format: the magic "ARROW1\0\0"; the schema message; record batch messages;
 * end-of-stream; the footer (schema again, the place of each batch); its length;
 * "ARROW1".  A message is 0xFFFFFFFF, the length of a flatbuffer, the flatbuffer, padding
 * to 64 bytes, the body.  Uncompressed, little endian, buffers at multiples of 64 bytes
 * of the file.  apache/arrow format/{File,Message,Schema}.fbs, metadata V5.
 *
 * Writing streams: nothing is kept but the footer's list.  Metadata of the schema may be
 * added until arrow_finish; the copy in the footer then has all of it, and readers use
 * that one.
 *
 *     struct arrow_writer *w;
 *     TRY(arrow_begin(out, &schema, mem, &w, err));
 *     TRY(arrow_write(w, &batch, err));            // any number of rows
 *     TRY(arrow_finish(w, err));                   // before publish_commit
 *
 * Reading maps the file and trusts nothing: every offset, length, count, type, validity
 * count and text offset is checked, UTF-8 too, before a batch is handed out; a damaged
 * file is STATUS_INPUT with the byte offset in the message.  Batches borrow the mapping,
 * which lives until arrow_close.
 *
 *     struct arrow_file *f;
 *     TRY(arrow_open(path, mem, &f, err));
 *     for (size_t b = 0; b < arrow_batches(f); b++)
 *         TRY(arrow_read(f, b, &batch, err));      // batch.column lives in f
 *     arrow_close(f);
 *
 * Between two batches both look whether the process is to end (base/stop.h). */
#ifndef ARROW_ARROW_H
#define ARROW_ARROW_H

#include "arrow/table.h"
#include "file/file.h"

#define ARROW_BATCH ((size_t)65536) // rows of a full batch in the file

struct arrow_writer;
struct arrow_file;

/* Writes the head of the file; out must be at its beginning.  The schema is copied; w lives
 * in mem.  STATUS_INPUT for no or too many columns, for two of one name, and for a name
 * that is not UTF-8. */
MUST_USE enum status arrow_begin(struct output *out, const struct schema *schema,
                                 struct arena *mem, struct arrow_writer **ret,
                                 struct error *err);

/* Writes a batch, in pieces of ARROW_BATCH rows; one without rows leaves no trace.  Missing
 * values are what validity says; column.missing is not looked at. */
MUST_USE enum status arrow_write(struct arrow_writer *w, const struct batch *batch,
                                 struct error *err);

/* Adds a metadata pair to the footer's schema. */
void arrow_add_meta(struct arrow_writer *w, const char *key, const char *value);
MUST_USE enum status arrow_finish(struct arrow_writer *w, struct error *err);

/* STATUS_INPUT when the path is no file, the file is no Arrow file or a damaged one, or
 * holds what is not read: other types, dictionaries, compression. */
MUST_USE enum status arrow_open(const char *path, struct arena *mem,
                                struct arrow_file **ret, struct error *err);

/* The same over bytes in memory, aligned to 64; path is for messages. */
MUST_USE enum status arrow_open_bytes(const unsigned char *p, size_t n, const char *path,
                                      struct arena *mem, struct arrow_file **ret,
                                      struct error *err);
const struct schema *arrow_schema(const struct arrow_file *f);
const char *arrow_path(const struct arrow_file *f);
size_t arrow_batches(const struct arrow_file *f);
size_t arrow_rows(const struct arrow_file *f); // of all batches

/* Checks batch b and points ret at it; ret->column is valid until f's next arrow_read. */
MUST_USE enum status arrow_read(struct arrow_file *f, size_t b, struct batch *ret,
                                struct error *err);

/* From here on columns [from, to) are neither checked nor handed out: their values are
 * NULL. */
void arrow_leave_out(struct arrow_file *f, size_t from, size_t to);

/* Tells the kernel that the pages of batch b are not needed again; they are read anew when
 * they are.  Does nothing for bytes in memory. */
void arrow_forget(struct arrow_file *f, size_t b);
void arrow_close(struct arrow_file *f); // accepts NULL

/* Writes column c of all batches as reals, NaN where missing, into ret[arrow_rows(f)];
 * STATUS_INPUT for a column of text.  A batch that was read stays valid. */
MUST_USE enum status arrow_reals(struct arrow_file *f, size_t c, double *ret,
                                 struct error *err);

#endif
