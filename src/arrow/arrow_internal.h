/* What writer and reader of the Arrow IPC format share; only tests include it besides.
 *
 * Field numbers are places in the tables of apache/arrow
 * format/{File,Message,Schema}.fbs, in the order of their declaration there; a union
 * takes two: its kind, then its value.  Structs: FieldNode {length int64, null_count
 * int64}, Buffer {offset int64, length int64}, Block {offset int64, metaDataLength int32,
 * 4 bytes of padding, bodyLength int64}. */
#ifndef ARROW_ARROW_INTERNAL_H
#define ARROW_ARROW_INTERNAL_H

#include "arrow/arrow.h"
#include "arrow/flatbuffer.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "columns are mapped as they stand in the file, which is little endian"
#endif

#define ARROW_MAGIC "ARROW1"
#define ARROW_CONTINUATION UINT32_C(0xffffffff)

enum {
    ARROW_MAGIC_BYTES = 6,
    ARROW_HEAD_BYTES = 8,   // magic and padding, where the file begins
    ARROW_TAIL_BYTES = 10,  // the footer's length and the magic, where it ends
    ARROW_PREFIX_BYTES = 8, // of a message: continuation mark and length
    ARROW_ALIGN = 64,
    ARROW_NODE_BYTES = 16,
    ARROW_BUFFER_BYTES = 16,
    ARROW_BLOCK_BYTES = 24,
    ARROW_MAX_COLUMNS = 16384,
    ARROW_VERSION_4 = 3,
    ARROW_VERSION_5 = 4,
};

#define ARROW_MAX_ROWS ((size_t)INT32_MAX) // of a batch

/* Kinds of a message's header. */
enum { ARROW_HEADER_SCHEMA = 1, ARROW_HEADER_DICTIONARY = 2, ARROW_HEADER_BATCH = 3 };

/* Kinds of a field's type that are read; arrow_schema.c names the others. */
enum {
    ARROW_KIND_INT = 2,
    ARROW_KIND_FLOAT = 3,
    ARROW_KIND_UTF8 = 5,
    ARROW_KIND_BOOL = 6,
    ARROW_KIND_DATE = 8,
    ARROW_KIND_TIMESTAMP = 10,
};

enum { ARROW_PRECISION_DOUBLE = 2, ARROW_UNIT_DAY = 0, ARROW_UNIT_MILLISECOND = 1 };
enum { ARROW_UNIT_SECOND = 0 }; // of timestamps, whose milliseconds are 1 too

enum { FOOTER_VERSION, FOOTER_SCHEMA, FOOTER_DICTIONARIES, FOOTER_BATCHES };
enum { MESSAGE_VERSION, MESSAGE_KIND, MESSAGE_HEADER, MESSAGE_BODY };
enum { SCHEMA_ENDIANNESS, SCHEMA_FIELDS, SCHEMA_META };
enum { META_KEY, META_VALUE };
enum { RECORD_LENGTH, RECORD_NODES, RECORD_BUFFERS, RECORD_COMPRESSION };
enum {
    FIELD_NAME,
    FIELD_NULLABLE,
    FIELD_KIND,
    FIELD_TYPE,
    FIELD_DICTIONARY,
    FIELD_CHILDREN
};
enum { INT_WIDTH, INT_SIGNED };
enum { TIMESTAMP_UNIT, TIMESTAMP_ZONE };

/* The bytes of n values of a type that is not text. */
static inline size_t arrow_value_bytes(enum type type, size_t n)
{
    switch (type) {
    case TYPE_REAL:
    case TYPE_INT64:
    case TYPE_TIME: return 8 * n;
    case TYPE_INT32:
    case TYPE_DATE: return 4 * n;
    case TYPE_BOOL: return (n + 7) / 8;
    case TYPE_TEXT: break;
    }
    return 0;
}

/* The number of cleared bits among the first n, when bit i is bit i%8 of byte i/8. */
size_t arrow_count_missing(const uint8_t *bits, size_t n);

/* The index of a column whose name another column before it has, or s->n. */
size_t arrow_find_duplicate(const struct schema *s);

/* Appends the schema's table to a message or footer and returns its place. */
size_t arrow_add_schema(struct flatbuffer_builder *b, const struct schema *s);

/* Reads a footer's schema into mem; b is the footer, t its schema table. */
MUST_USE enum status arrow_read_schema(struct flatbuffer *b,
                                       const struct flatbuffer_table *t,
                                       struct arena *mem, struct schema *ret,
                                       struct error *err);

/* A file under the reader's eyes. */
struct arrow_bytes {
    const char *path;       // for messages
    const unsigned char *p; // [n]
    size_t n;
    struct schema schema;
    size_t *first_buffer; // [schema.n], of each column in a batch's list
    size_t n_buffers;     // of a batch
};

/* A batch's place in the file. */
struct arrow_block {
    size_t at, meta_n, body_at, body_n;
    size_t rows, first_row; // first_row: rows of the batches before
};

/* A batch's message, parsed. */
struct arrow_record {
    const struct arrow_bytes *file;
    const struct arrow_block *block;
    struct flatbuffer b;
    struct flatbuffer_vector nodes, buffers;
    size_t rows;
};

/* Fails for metadata that is neither of version 4 nor 5; t is a footer or a message. */
MUST_USE enum status arrow_check_version(const struct flatbuffer *b,
                                         const struct flatbuffer_table *t,
                                         struct error *err);

/* Parses a batch's message. */
MUST_USE enum status arrow_read_record(const struct arrow_bytes *file,
                                       const struct arrow_block *k,
                                       struct arrow_record *ret, struct error *err);

/* One buffer of a batch: bytes [at, at + n) of the file. */
struct arrow_span {
    size_t at, n;
};

/* A column of a batch as the metadata describes it. */
struct arrow_layout {
    const char *path, *name; // of the file and the column, for messages
    enum type type;
    size_t rows, missing;
    size_t first_row;           // rows of the file before this batch
    struct arrow_span validity; // empty when nothing is missing
    struct arrow_span offsets;  // of text only
    struct arrow_span values;
};

/* Reads what the message says of column c; its buffers lie inside the body and suffice. */
MUST_USE enum status arrow_read_layout(const struct arrow_record *r, size_t c,
                                       struct arrow_layout *ret, struct error *err);

/* Checks the contents of a column with a checked layout (validity count, text offsets,
 * UTF-8, dates) and points ret at them; misaligned ones are copied into mem. */
MUST_USE enum status arrow_check_column(const struct arrow_layout *l,
                                        const unsigned char *file, struct arena *mem,
                                        struct column *ret, struct error *err);

/* Fills err with "damaged Arrow file: <what> at byte N". */
enum status arrow_damaged(const char *path, size_t at, struct error *err,
                          const char *format, ...) PRINTF_LIKE(4, 5);

#endif
