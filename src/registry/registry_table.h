/* What is told of a registry, as a table: laid out on a terminal, CSV in a pipe, or JSON.
 *
 *     static const char *const names[] = {"version", "aliases"};
 *     struct registry_table t = registry_table_of(names, COUNT_OF(names), mem);
 *     registry_cell_size(&t, 3);
 *     registry_cell_text(&t, "production");   // a row is full
 *     registry_table_add(&t, REGISTRY_AS_CSV, SIZE_MAX, out); */
#ifndef REGISTRY_REGISTRY_TABLE_H
#define REGISTRY_REGISTRY_TABLE_H

#include "show/listing.h"

struct registry_table {
    struct arena *mem;
    const char *const *name; // [p]
    size_t p, n, cap;        // n: cells so far
    struct listing_cell *cell;
};

enum registry_as { REGISTRY_AS_GRID, REGISTRY_AS_CSV, REGISTRY_AS_JSON };

struct registry_table registry_table_of(const char *const *name, size_t p,
                                        struct arena *mem);

/* Add one cell each; texts must outlive the table.  No text (NULL), version 0 and NaN are
 * missing.  A text that is a number becomes one with registry_cell_value. */
void registry_cell_text(struct registry_table *t, const char *text);
void registry_cell_size(struct registry_table *t, size_t n);
void registry_cell_version(struct registry_table *t, size_t version);
void registry_cell_real(struct registry_table *t, double x);
void registry_cell_value(struct registry_table *t, const char *text);

/* Adds the table to out; columns: of a grid's lines.  JSON is an array of objects. */
void registry_table_add(const struct registry_table *t, enum registry_as as,
                        size_t columns, struct text *out);

#endif
