/* Cells in rows, and the three ways to show them. */
#include "registry/registry_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "show/printed.h"

struct registry_table registry_table_of(const char *const *name, size_t p,
                                        struct arena *mem)
{
    return (struct registry_table){.mem = mem, .name = name, .p = p};
}

static void add_cell(struct registry_table *t, struct listing_cell cell)
{
    ARENA_ROOM(t->mem, t->cell, t->n, t->cap, 64);
    t->cell[t->n++] = cell;
}

void registry_cell_text(struct registry_table *t, const char *text)
{
    struct listing_cell cell = {.kind = text ? LISTING_TEXT : LISTING_MISSING};
    if (text)
        cell.text = view_of(text);
    add_cell(t, cell);
}

void registry_cell_size(struct registry_table *t, size_t n)
{
    add_cell(t, (struct listing_cell){.kind = LISTING_INTEGER, .integer = (int64_t)n});
}

void registry_cell_version(struct registry_table *t, size_t version)
{
    if (version > 0)
        registry_cell_size(t, version);
    else
        registry_cell_text(t, NULL);
}

void registry_cell_real(struct registry_table *t, double x)
{
    if (isnan(x))
        registry_cell_text(t, NULL);
    else
        add_cell(t, (struct listing_cell){.kind = LISTING_NUMBER, .number = x});
}

void registry_cell_value(struct registry_table *t, const char *text)
{
    double x;
    int64_t whole;
    if (text && text_int64(view_of(text), &whole))
        add_cell(t, (struct listing_cell){.kind = LISTING_INTEGER, .integer = whole});
    else if (text && number_parse(text, strlen(text), &x))
        registry_cell_real(t, x);
    else
        registry_cell_text(t, text);
}

static void add_json(const struct registry_table *t, struct text *out)
{
    json_t *rows = json_array();
    for (size_t i = 0; i + t->p <= t->n; i += t->p) {
        json_t *row = json_object();
        for (size_t c = 0; c < t->p; c++)
            json_object_set_new(row, t->name[c], listing_json(&t->cell[i + c]));
        json_array_append_new(rows, row);
    }
    char *dumped = json_dumps(rows, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    text_puts(out, dumped ? dumped : "[]");
    text_putc(out, '\n');
    free(dumped);
    json_decref(rows);
}

void registry_table_add(const struct registry_table *t, enum registry_as as,
                        size_t columns, struct text *out)
{
    struct printed printed = {t->name, t->n / t->p, t->p, t->cell};
    if (as == REGISTRY_AS_JSON)
        add_json(t, out);
    else
        printed_add(&printed, as == REGISTRY_AS_GRID ? columns : 0, out);
}
