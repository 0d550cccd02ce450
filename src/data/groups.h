/* Groups: which series a row belongs to.
 *
 * A table with groups has a column of their names behind its key, texts or whole numbers.
 * In memory a name is a code, and codes are in the order of the names: texts by their
 * bytes, numbers by their value.  So rows in the order of (code, key) are the table's.
 *
 *     struct groups g = {.mem = mem, .numbers = type == TYPE_INT64};
 *     code[i] = groups_code(&g, group_at(type, &column, i));  // in the order of coming
 *     rank = groups_sort(&g);                                 // code = rank[code] now */
#ifndef DATA_GROUPS_H
#define DATA_GROUPS_H

#include "arrow/arrow.h"
#include "base/text.h"

enum {
    GROUP_NAME = 1000,  // bytes of a name at most
    GROUP_QUOTED = 200, // bytes that hold it as messages show it
};

/* A name: the text, or the number. */
struct group_name {
    struct view text;
    int64_t number;
};

struct groups {
    struct arena *mem;
    bool numbers; // names are whole numbers, else texts
    size_t n, cap;
    struct group_name *name; // [n] by code; texts in mem
    uint32_t *slot;          // [slots] code + 1 of a name, by its hash; 0: free
    size_t slots;
    uint32_t last;  // the code that was asked for last
    uint32_t *next; // [n] the code asked for behind each last; NULL: nobody notes it
};

/* The name in row i of a column of texts or of whole numbers. */
struct group_name group_at(enum type type, const struct column *c, size_t i);

/* Below 0, 0, above 0: in the order of names of one kind. */
int group_compare(bool numbers, const struct group_name *a, const struct group_name *b);

/* The name's code, a new one for a new name. */
uint32_t groups_code(struct groups *g, struct group_name name);

/* The name's code, or UINT32_MAX when it has none. */
uint32_t groups_find(const struct groups *g, const struct group_name *name);

/* Puts names in order; ret[n] is the new code of each old one, in g->mem. */
const uint32_t *groups_sort(struct groups *g);

/* The name for a message: 'a', 12; buffer holds GROUP_QUOTED bytes; returns buffer. */
const char *group_quoted(bool numbers, const struct group_name *name, char *buffer);

/* The name as files show it, in mem. */
const char *group_string(const struct groups *g, uint32_t code, struct arena *mem);

/* STATUS_INPUT when a column cannot hold groups: neither texts nor whole numbers, a name
 * is missing or too long.  row: of the table, of the column's first one. */
MUST_USE enum status groups_check(const struct field *field, const struct column *c,
                                  size_t n, size_t row, const char *path,
                                  struct error *err);

/* Room for the names of many rows. */
struct group_column {
    int64_t *number;  // [cap]
    int32_t *offsets; // [cap + 1]
    struct text bytes;
    size_t cap;
};

/* The names of n codes as a column; lives in buffer, which grows in g->mem. */
struct column groups_column(const struct groups *g, const uint32_t *code, size_t n,
                            struct group_column *buffer);

#endif
