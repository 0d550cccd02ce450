/* Column buffers that double up to a full batch.
 *
 * Values are stored at index n straight away and n moves on commit: no copy of the row is
 * made. Old buffers stay in the arena when they grow; the sum is at most twice the last
 * size. */
#include "arrow/builder.h"

#define FIRST_ROWS ((size_t)256)
#define TEXT_FULL ((size_t)64 << 20)

static size_t type_width(enum type type)
{
    switch (type) {
    case TYPE_REAL:
    case TYPE_INT64:
    case TYPE_TIME: return 8;
    case TYPE_INT32:
    case TYPE_DATE: return 4;
    case TYPE_TEXT:
    case TYPE_BOOL: return 0;
    }
    return 0;
}

static void grow_rows(struct builder *b, size_t cap)
{
    for (size_t c = 0; c < b->p; c++) {
        struct builder_column *col = &b->column[c];
        size_t old = col->type == TYPE_BOOL ? b->cap / 8 : b->cap * col->width;
        size_t wanted = col->type == TYPE_BOOL ? cap / 8 : cap * col->width;
        if (col->type == TYPE_TEXT)
            col->offsets = arena_grow(b->mem, col->offsets, b->cap ? (b->cap + 1) * 4 : 0,
                                      (cap + 1) * 4);
        else
            col->values = arena_grow(b->mem, col->values, old, wanted);
        col->validity = arena_grow(b->mem, col->validity, b->cap / 8, cap / 8);
    }
    b->cap = cap;
}

void builder_init(struct builder *b, const struct schema *schema, struct arena *mem)
{
    *b = (struct builder){.mem = mem, .p = schema->n};
    b->column = ARENA_ARRAY(mem, struct builder_column, schema->n);
    b->view = ARENA_ARRAY(mem, struct column, schema->n);
    for (size_t c = 0; c < schema->n; c++) {
        b->column[c].type = schema->field[c].type;
        b->column[c].width = type_width(schema->field[c].type);
    }
    grow_rows(b, FIRST_ROWS);
}

static void set_bit(uint8_t *bits, size_t i, bool value)
{
    uint8_t mask = (uint8_t)(1u << (i & 7));
    bits[i >> 3] = value ? bits[i >> 3] | mask : (uint8_t)(bits[i >> 3] & ~mask);
}

void builder_real(struct builder *b, size_t c, double x)
{
    ((double *)(void *)b->column[c].values)[b->n] = x;
    b->column[c].absent = false;
}

void builder_int(struct builder *b, size_t c, int64_t x)
{
    struct builder_column *col = &b->column[c];
    if (col->type == TYPE_BOOL)
        set_bit((uint8_t *)col->values, b->n, x != 0);
    else if (col->width == 8)
        ((int64_t *)(void *)col->values)[b->n] = x;
    else
        ((int32_t *)(void *)col->values)[b->n] = (int32_t)x;
    col->absent = false;
}

void builder_text(struct builder *b, size_t c, struct view v)
{
    struct builder_column *col = &b->column[c];
    size_t end = col->text_used + v.n;
    if (end > col->text_cap) {
        size_t cap = end * 2 > 4096 ? end * 2 : 4096;
        col->values = arena_grow(b->mem, col->values, col->text_cap, cap);
        col->text_cap = cap;
    }
    if (v.n > 0)
        memcpy(col->values + col->text_used, v.p, v.n);
    col->text_next = end;
    col->absent = false;
}

void builder_missing(struct builder *b, size_t c)
{
    struct builder_column *col = &b->column[c];
    if (col->type == TYPE_TEXT)
        col->text_next = col->text_used;
    else if (col->type == TYPE_BOOL)
        set_bit((uint8_t *)col->values, b->n, false);
    else
        memset(col->values + b->n * col->width, 0, col->width);
    col->absent = true;
}

void builder_commit(struct builder *b)
{
    for (size_t c = 0; c < b->p; c++) {
        struct builder_column *col = &b->column[c];
        set_bit(col->validity, b->n, !col->absent);
        col->missing += col->absent;
        if (col->type == TYPE_TEXT) {
            col->text_used = col->text_next;
            col->offsets[b->n + 1] = (int32_t)col->text_used;
        }
    }
    b->n++;
    if (b->n == b->cap && b->cap < ARROW_BATCH)
        grow_rows(b, b->cap * 2);
}

bool builder_full(const struct builder *b)
{
    if (b->n >= ARROW_BATCH)
        return true;
    for (size_t c = 0; c < b->p; c++)
        if (b->column[c].text_used >= TEXT_FULL)
            return true;
    return false;
}

enum status builder_write(struct builder *b, struct arrow_writer *w, struct error *err)
{
    if (b->n == 0)
        return STATUS_OK;
    for (size_t c = 0; c < b->p; c++) {
        const struct builder_column *col = &b->column[c];
        b->view[c] = (struct column){.values = col->values,
                                     .offsets = col->offsets,
                                     .validity = col->missing ? col->validity : NULL,
                                     .missing = col->missing};
    }
    TRY(arrow_write(w, &(struct batch){.n = b->n, .column = b->view}, err));
    for (size_t c = 0; c < b->p; c++) {
        b->column[c].missing = 0;
        b->column[c].text_used = 0;
    }
    b->n = 0;
    return STATUS_OK;
}
