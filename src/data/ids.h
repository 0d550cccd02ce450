/* Ids: the names of single rows, as `id` of the pipeline's file has them.
 *
 * A table whose rows have ids holds them behind its key and its groups, as texts or as
 * whole numbers with all their bits.  They are no features and no order: nothing reads them
 * but who says which row is meant, one by one and from the file, so that no table is held
 * for the sake of its names.  Rows are asked for in ascending order, else each costs the
 * reading of a batch.
 *
 *     TRY(ids_open(&ids, path, pipeline, mem, err));
 *     TRY(ids_at(&ids, row, &id, err));
 *     ids_close(&ids); */
#ifndef DATA_IDS_H
#define DATA_IDS_H

#include "arrow/cursor.h"
#include "base/text.h"
#include "config/pipeline.h"

enum {
    ROW_ID_LENGTH = 1000, // bytes of an id at most
    ROW_ID_NUMBER = 24,   // bytes that hold a whole number
    ROW_ID_QUOTED = 200,  // and an id as messages show it
};

struct row_id {
    bool there; // a row that none of the first source's rows is in has none
    bool whole; // it is the number
    int64_t number;
    struct view text; // in the table
};

struct ids {
    struct arrow_file *file; // NULL: rows have no ids
    size_t column;
    struct cursor cursor;
};

/* Columns that only say which row is which: those of the key, the group and the id. */
size_t ids_names(const struct pipeline *p);

/* The place of the ids' column.  STATUS_INPUT, with the path, unless it is called so and
 * holds texts or whole numbers. */
MUST_USE enum status ids_find(const struct schema *s, const struct pipeline *p,
                              const char *path, size_t *ret, struct error *err);

/* Opens the table once more, for its ids; does nothing where the pipeline has none. */
MUST_USE enum status ids_open(struct ids *ids, const char *path, const struct pipeline *p,
                              struct arena *mem, struct error *err);
void ids_close(struct ids *ids); // accepts one of zeros

/* The id of a row below arrow_rows, none where rows have none; valid until the next.
 * STATUS_INPUT, too, for one that is too long. */
MUST_USE enum status ids_at(struct ids *ids, size_t row, struct row_id *ret,
                            struct error *err);

/* Room for the ids of many rows. */
struct ids_room {
    int64_t *number;   // [cap]
    int32_t *offsets;  // [cap + 1]
    uint8_t *validity; // bits [cap]
    struct text bytes;
    size_t cap;
};

/* The ids of rows [from, from + n) as a column, which lives in the room; that grows in
 * mem. */
MUST_USE enum status ids_rows(struct ids *ids, size_t from, size_t n, struct arena *mem,
                              struct ids_room *room, struct column *ret,
                              struct error *err);

/* The same of n ids of that type. */
struct column ids_column(enum type type, const struct row_id *id, size_t n,
                         struct arena *mem, struct ids_room *room);

/* Whole numbers, or texts. */
enum type ids_type(const struct ids *ids);

/* The id in place i of a column that holds ids. */
struct row_id row_id_of(enum type type, const struct column *c, size_t i);

/* The id as files show it, empty where there is none; buffer holds ROW_ID_NUMBER bytes. */
struct view row_id_text(const struct row_id *id, char *buffer);

/* The id as messages show it: 'r7', 12; buffer holds ROW_ID_QUOTED bytes; returns buffer. */
const char *row_id_quoted(const struct row_id *id, char *buffer);

/* Appends ", request_id 'r7'", the id of a row of the table at path; nothing where it has
 * none, or it cannot be read: for messages about another fault. */
void ids_tell(const char *path, const struct pipeline *p, size_t row, struct text *out);

#endif
