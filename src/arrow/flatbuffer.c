/* FlatBuffers: a builder that goes front to back, and a checking accessor.
 *
 * The usual builder goes back to front, so that children are placed before their parents;
 * going forward with references filled in later needs no knowledge of the final length
 * and keeps the bytes in reading order.  Equal vtables are not shared: that costs some
 * twenty bytes a column.
 *
 * The accessor needs no alignment, since it loads byte by byte.  Every sum that it forms
 * is of numbers below 2^32 added to a place inside the buffer: 64 bits hold it. */
#include "arrow/flatbuffer.h"

_Static_assert(sizeof(size_t) >= 8,
               "offsets of 32 bits are added without further checks");

enum {
    FIRST_ROOM = 1024, // bytes that a builder begins with
    VTABLE_HEAD = 4,   // its own length, the table's length
};

/* ---- building ---- */

/* Appends n zeroed bytes and returns where they begin. */
static size_t extend(struct flatbuffer_builder *b, size_t n)
{
    if (n > b->cap - b->n) {
        size_t cap = b->cap ? b->cap : FIRST_ROOM;
        while (cap - b->n < n)
            cap *= 2;
        b->p = arena_grow(b->mem, b->p, b->cap, cap);
        b->cap = cap;
    }
    size_t at = b->n;
    memset(b->p + at, 0, n);
    b->n += n;
    return at;
}

/* Appends zeroed bytes until the next one stands at rest modulo align. */
static void pad_to(struct flatbuffer_builder *b, size_t align, size_t rest)
{
    size_t over = (b->n + align - rest) % align;
    if (over)
        extend(b, align - over);
}

void flatbuffer_put(struct flatbuffer_builder *b, size_t at, uint64_t value,
                    unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        b->p[at + i] = (unsigned char)(value >> (8 * i));
}

void flatbuffer_start(struct flatbuffer_builder *b)
{
    b->n = 0;
    extend(b, 4);
}

void flatbuffer_finish(struct flatbuffer_builder *b, size_t root)
{
    flatbuffer_put(b, 0, root, 4);
}

/* The table's first field stands four bytes behind its beginning, at a multiple of eight;
 * the fields go by falling width, so that each is aligned without a gap. */
size_t flatbuffer_add_table(struct flatbuffer_builder *b,
                            const struct flatbuffer_field *field, size_t n)
{
    pad_to(b, 4, 0);
    size_t vtable = extend(b, VTABLE_HEAD + 2 * n);
    pad_to(b, 8, 4);
    size_t table = extend(b, 4);
    for (unsigned width = 8; width > 0; width /= 2) {
        for (size_t i = 0; i < n; i++) {
            if (field[i].width != width)
                continue;
            size_t at = extend(b, width);
            flatbuffer_put(b, at, field[i].value, width);
            flatbuffer_put(b, vtable + VTABLE_HEAD + 2 * i, at - table, 2);
        }
    }
    flatbuffer_put(b, vtable, VTABLE_HEAD + 2 * n, 2);
    flatbuffer_put(b, vtable + 2, b->n - table, 2);
    flatbuffer_put(b, table, table - vtable, 4);
    return table;
}

size_t flatbuffer_add_vector(struct flatbuffer_builder *b, size_t n, size_t width,
                             size_t align)
{
    pad_to(b, align, align - 4);
    size_t vector = extend(b, 4 + n * width);
    flatbuffer_put(b, vector, n, 4);
    return vector;
}

size_t flatbuffer_add_string(struct flatbuffer_builder *b, const char *cstring)
{
    size_t n = strlen(cstring);
    size_t string = flatbuffer_add_vector(b, n + 1, 1, 4);
    flatbuffer_put(b, string, n, 4); // the NUL behind does not count
    memcpy(b->p + string + 4, cstring, n);
    return string;
}

/* Where the value of a table's field stands, which must be present. */
static size_t slot_of(const struct flatbuffer_builder *b, size_t table, size_t field)
{
    size_t vtable = table - flatbuffer_load(b->p + table, 4);
    return table + flatbuffer_load(b->p + vtable + VTABLE_HEAD + 2 * field, 2);
}

void flatbuffer_set(struct flatbuffer_builder *b, size_t table, size_t field,
                    uint64_t value, unsigned width)
{
    flatbuffer_put(b, slot_of(b, table, field), value, width);
}

void flatbuffer_refer(struct flatbuffer_builder *b, size_t table, size_t field, size_t to)
{
    size_t slot = slot_of(b, table, field);
    flatbuffer_put(b, slot, to - slot, 4);
}

void flatbuffer_refer_item(struct flatbuffer_builder *b, size_t vector, size_t i,
                           size_t to)
{
    size_t slot = vector + 4 + 4 * i;
    flatbuffer_put(b, slot, to - slot, 4);
}

/* ---- reading ---- */

uint64_t flatbuffer_load(const unsigned char *p, unsigned width)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < width; i++)
        value |= (uint64_t)p[i] << (8 * i);
    return value;
}

enum status flatbuffer_damaged(const struct flatbuffer *b, size_t pos, const char *what,
                               struct error *err)
{
    return error_refuse(err, b->path, NULL, "damaged Arrow file: %s at byte %zu", what,
                        b->at + pos);
}

/* True when n bytes at pos lie inside the buffer. */
static bool inside(const struct flatbuffer *b, size_t pos, size_t n)
{
    return pos <= b->n && n <= b->n - pos;
}

/* Follows the reference at slot to a place with room for at least a number. */
static enum status follow(const struct flatbuffer *b, size_t slot, size_t *ret,
                          struct error *err)
{
    size_t pos = slot + flatbuffer_load(b->p + slot, 4);
    if (pos == slot || !inside(b, pos, 4))
        return flatbuffer_damaged(b, slot, "a reference leads out of the metadata", err);
    *ret = pos;
    return STATUS_OK;
}

/* Checks the table at pos and its vtable. */
static enum status table_at(const struct flatbuffer *b, size_t pos,
                            struct flatbuffer_table *ret, struct error *err)
{
    int64_t back = (int32_t)(uint32_t)flatbuffer_load(b->p + pos, 4);
    int64_t vtable = (int64_t)pos - back;
    if (vtable < 0 || !inside(b, (size_t)vtable, VTABLE_HEAD))
        return flatbuffer_damaged(b, pos, "a table's layout lies outside of the metadata",
                                  err);

    struct flatbuffer_table t = {.pos = pos, .vtable = (size_t)vtable};
    t.vtable_n = flatbuffer_load(b->p + t.vtable, 2);
    t.n = flatbuffer_load(b->p + t.vtable + 2, 2);
    if (t.vtable_n < VTABLE_HEAD || t.vtable_n % 2 || !inside(b, t.vtable, t.vtable_n))
        return flatbuffer_damaged(b, t.vtable, "wrong length of a table's layout", err);
    if (t.n < 4 || !inside(b, t.pos, t.n))
        return flatbuffer_damaged(b, t.vtable + 2, "wrong length of a table", err);
    *ret = t;
    return STATUS_OK;
}

enum status flatbuffer_root(const struct flatbuffer *b, struct flatbuffer_table *ret,
                            struct error *err)
{
    if (!inside(b, 0, 4))
        return flatbuffer_damaged(b, 0, "the metadata is empty", err);
    size_t pos;
    TRY(follow(b, 0, &pos, err));
    return table_at(b, pos, ret, err);
}

/* Sets *ret to where the field of the given width stands, 0 when it is absent. */
static enum status field_at(const struct flatbuffer *b, const struct flatbuffer_table *t,
                            size_t field, unsigned width, size_t *ret, struct error *err)
{
    size_t entry = VTABLE_HEAD + 2 * field;
    size_t offset =
        entry < t->vtable_n ? flatbuffer_load(b->p + t->vtable + entry, 2) : 0;
    if (offset == 0) {
        *ret = 0;
        return STATUS_OK;
    }
    if (offset < 4 || offset + width > t->n)
        return flatbuffer_damaged(b, t->vtable + entry,
                                  "a field lies outside of its table", err);
    *ret = t->pos + offset;
    return STATUS_OK;
}

enum status flatbuffer_number(const struct flatbuffer *b,
                              const struct flatbuffer_table *t, size_t field,
                              unsigned width, uint64_t fallback, uint64_t *ret,
                              struct error *err)
{
    size_t pos;
    TRY(field_at(b, t, field, width, &pos, err));
    *ret = pos ? flatbuffer_load(b->p + pos, width) : fallback;
    return STATUS_OK;
}

/* Sets *ret to where the reference in the field leads, 0 when it is absent. */
static enum status follow_field(const struct flatbuffer *b,
                                const struct flatbuffer_table *t, size_t field,
                                size_t *ret, struct error *err)
{
    size_t slot;
    TRY(field_at(b, t, field, FLATBUFFER_REFERENCE, &slot, err));
    if (slot)
        return follow(b, slot, ret, err);
    *ret = 0;
    return STATUS_OK;
}

enum status flatbuffer_table(const struct flatbuffer *b, const struct flatbuffer_table *t,
                             size_t field, struct flatbuffer_table *ret,
                             struct error *err)
{
    size_t pos;
    TRY(follow_field(b, t, field, &pos, err));
    if (pos)
        return table_at(b, pos, ret, err);
    *ret = (struct flatbuffer_table){0};
    return STATUS_OK;
}

enum status flatbuffer_vector(const struct flatbuffer *b,
                              const struct flatbuffer_table *t, size_t field,
                              size_t width, struct flatbuffer_vector *ret,
                              struct error *err)
{
    size_t pos;
    TRY(follow_field(b, t, field, &pos, err));
    if (pos == 0) {
        *ret = (struct flatbuffer_vector){0};
        return STATUS_OK;
    }
    size_t n = flatbuffer_load(b->p + pos, 4);
    if (!inside(b, pos + 4, n * width))
        return flatbuffer_damaged(b, pos, "a list is longer than the metadata", err);
    *ret = (struct flatbuffer_vector){.pos = pos + 4, .n = n};
    return STATUS_OK;
}

enum status flatbuffer_string(struct flatbuffer *b, const struct flatbuffer_table *t,
                              size_t field, struct arena *mem, const char **ret,
                              struct error *err)
{
    struct flatbuffer_vector v;
    TRY(flatbuffer_vector(b, t, field, 1, &v, err));
    if (v.pos == 0) {
        *ret = "";
        return STATUS_OK;
    }
    const char *p = (const char *)b->p + v.pos;
    if (v.n > b->text_left)
        return flatbuffer_damaged(b, v.pos, "texts share their bytes", err);
    size_t valid = text_utf8_valid(p, v.n);
    if (valid < v.n)
        return flatbuffer_damaged(b, v.pos + valid, "text that is not UTF-8", err);
    const char *nul = memchr(p, 0, v.n);
    if (nul)
        return flatbuffer_damaged(b, v.pos + (size_t)(nul - p), "a NUL byte in a text",
                                  err);
    b->text_left -= v.n;
    *ret = arena_copy(mem, p, v.n);
    return STATUS_OK;
}

enum status flatbuffer_item(const struct flatbuffer *b, const struct flatbuffer_vector *v,
                            size_t i, struct flatbuffer_table *ret, struct error *err)
{
    size_t pos;
    TRY(follow(b, v->pos + 4 * i, &pos, err));
    return table_at(b, pos, ret, err);
}
