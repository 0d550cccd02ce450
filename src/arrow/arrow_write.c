/* Writing Arrow IPC files: messages go straight out, the footer's list stays in memory.
 *
 * Buffers follow each other in the body at multiples of 64 bytes: validity bits when a
 * value is missing, offsets of text, values.  The schema message is padded so that it
 * ends at a multiple of 64 and every later message keeps that.  Bits behind a column's
 * end are written as zeros and text offsets begin at zero, so that equal rows give equal
 * bytes wherever they were cut from.  The number of missing values is counted here rather
 * than believed. */
#include "arrow/arrow_internal.h"

#include "base/stop.h"

struct body_block {
    size_t offset, meta_bytes, body_bytes;
};

struct arrow_writer {
    struct output *out;
    struct arena *mem;
    struct schema schema; // own copy; meta is [meta_cap]
    size_t meta_cap;
    struct body_block *block; // [n_blocks] of [block_cap]
    size_t n_blocks, block_cap;
    struct flatbuffer_builder metadata; // of the message under way
    struct column *part;                // [schema.n], of a batch that is split
};

static size_t padded(size_t n)
{
    return (n + ARROW_ALIGN - 1) / ARROW_ALIGN * ARROW_ALIGN;
}

/* ---- metadata ---- */

/* Begins a message and returns its table, whose header is to be set. */
static size_t start_message(struct flatbuffer_builder *b, unsigned kind,
                            size_t body_bytes)
{
    const struct flatbuffer_field f[] = {
        [MESSAGE_VERSION] = {2, ARROW_VERSION_5},
        [MESSAGE_KIND] = {1, kind},
        [MESSAGE_HEADER] = {FLATBUFFER_REFERENCE, 0},
        [MESSAGE_BODY] = {8, body_bytes},
    };
    flatbuffer_start(b);
    size_t t = flatbuffer_add_table(b, f, COUNT_OF(f));
    flatbuffer_finish(b, t);
    return t;
}

static enum status write_zeros(struct output *out, size_t n, struct error *err)
{
    static const unsigned char zeros[ARROW_ALIGN];
    return output_write(out, zeros, n, err);
}

/* Writes prefix and metadata, padded so that the body begins at a multiple of 64. */
static enum status write_metadata(struct arrow_writer *w, struct error *err)
{
    size_t end = (size_t)w->out->offset + ARROW_PREFIX_BYTES + w->metadata.n;
    size_t padding = padded(end) - end;
    unsigned char prefix[ARROW_PREFIX_BYTES];
    uint32_t words[] = {ARROW_CONTINUATION, (uint32_t)(w->metadata.n + padding)};
    memcpy(prefix, words, sizeof prefix);
    TRY(output_write(w->out, prefix, sizeof prefix, err));
    TRY(output_write(w->out, w->metadata.p, w->metadata.n, err));
    return write_zeros(w->out, padding, err);
}

/* ---- the body ---- */

/* The column's rows from start on, which is a multiple of eight. */
static struct column column_from(enum type type, const struct column *c, size_t start)
{
    struct column part = *c;
    if (c->validity)
        part.validity = c->validity + start / 8;
    if (type == TYPE_TEXT)
        part.offsets = c->offsets + start;
    else
        part.values = (const unsigned char *)c->values + arrow_value_bytes(type, start);
    return part;
}

static size_t count_missing(const struct column *c, size_t n)
{
    return c->validity ? arrow_count_missing(c->validity, n) : 0;
}

static size_t text_bytes(const struct column *c, size_t n)
{
    return (size_t)(c->offsets[n] - c->offsets[0]);
}

static enum status write_padded(struct output *out, const void *p, size_t n,
                                struct error *err)
{
    TRY(output_write(out, p, n, err));
    return write_zeros(out, padded(n) - n, err);
}

/* Writes n bits with zeros behind them. */
static enum status write_bits(struct output *out, const uint8_t *bits, size_t n,
                              struct error *err)
{
    size_t whole = n / 8, bytes = (n + 7) / 8;
    TRY(output_write(out, bits, whole, err));
    if (n % 8) {
        unsigned char last = (unsigned char)(bits[whole] & ((1u << n % 8) - 1));
        TRY(output_write(out, &last, 1, err));
    }
    return write_zeros(out, padded(bytes) - bytes, err);
}

/* Writes n + 1 offsets, less the first. */
static enum status write_offsets(struct output *out, const int32_t *offsets, size_t n,
                                 struct error *err)
{
    if (offsets[0] == 0)
        return write_padded(out, offsets, 4 * (n + 1), err);
    int32_t piece[256];
    for (size_t i = 0; i <= n; i += COUNT_OF(piece)) {
        size_t m = n + 1 - i < COUNT_OF(piece) ? n + 1 - i : COUNT_OF(piece);
        for (size_t k = 0; k < m; k++)
            piece[k] = offsets[i + k] - offsets[0];
        TRY(output_write(out, piece, 4 * m, err));
    }
    return write_zeros(out, padded(4 * (n + 1)) - 4 * (n + 1), err);
}

static enum status write_column(struct output *out, enum type type,
                                const struct column *c, size_t n, struct error *err)
{
    if (count_missing(c, n) > 0)
        TRY(write_bits(out, c->validity, n, err));
    if (type == TYPE_BOOL)
        return write_bits(out, c->values, n, err);
    if (type != TYPE_TEXT)
        return write_padded(out, c->values, arrow_value_bytes(type, n), err);
    TRY(write_offsets(out, c->offsets, n, err));
    size_t bytes = text_bytes(c, n);
    if (bytes == 0)
        return STATUS_OK;
    return write_padded(out, (const char *)c->values + c->offsets[0], bytes, err);
}

/* ---- a batch ---- */

/* Where the next buffer is described, and where it will stand in the body. */
struct body_cursor {
    struct flatbuffer_builder *b;
    size_t slot, offset;
};

static void add_buffer(struct body_cursor *at, size_t bytes)
{
    flatbuffer_put(at->b, at->slot, at->offset, 8);
    flatbuffer_put(at->b, at->slot + 8, bytes, 8);
    at->slot += ARROW_BUFFER_BYTES;
    at->offset += padded(bytes);
}

/* Describes column c's buffers for n rows, in the order of write_column. */
static void add_column(struct body_cursor *at, size_t node, enum type type,
                       const struct column *c, size_t n)
{
    size_t missing = count_missing(c, n);
    flatbuffer_put(at->b, node, n, 8);
    flatbuffer_put(at->b, node + 8, missing, 8);
    add_buffer(at, missing ? (n + 7) / 8 : 0);
    if (type == TYPE_TEXT) {
        add_buffer(at, 4 * (n + 1));
        add_buffer(at, text_bytes(c, n));
    } else {
        add_buffer(at, arrow_value_bytes(type, n));
    }
}

/* Builds the metadata of a batch and returns the length of its body. */
static size_t describe(struct arrow_writer *w, const struct column *column, size_t n)
{
    const struct schema *s = &w->schema;
    struct flatbuffer_builder *b = &w->metadata;
    const struct flatbuffer_field f[] = {
        [RECORD_LENGTH] = {8, n},
        [RECORD_NODES] = {FLATBUFFER_REFERENCE, 0},
        [RECORD_BUFFERS] = {FLATBUFFER_REFERENCE, 0},
    };
    size_t n_buffers = 0;
    for (size_t c = 0; c < s->n; c++)
        n_buffers += s->field[c].type == TYPE_TEXT ? 3 : 2;

    size_t message = start_message(b, ARROW_HEADER_BATCH, 0);
    size_t record = flatbuffer_add_table(b, f, COUNT_OF(f));
    flatbuffer_refer(b, message, MESSAGE_HEADER, record);
    size_t nodes = flatbuffer_add_vector(b, s->n, ARROW_NODE_BYTES, 8);
    flatbuffer_refer(b, record, RECORD_NODES, nodes);
    size_t buffers = flatbuffer_add_vector(b, n_buffers, ARROW_BUFFER_BYTES, 8);
    flatbuffer_refer(b, record, RECORD_BUFFERS, buffers);

    struct body_cursor at = {b, buffers + 4, 0};
    for (size_t c = 0; c < s->n; c++)
        add_column(&at, nodes + 4 + ARROW_NODE_BYTES * c, s->field[c].type, &column[c],
                   n);
    flatbuffer_set(b, message, MESSAGE_BODY, at.offset, 8);
    return at.offset;
}

static void keep_block(struct arrow_writer *w, struct body_block block)
{
    if (w->n_blocks == w->block_cap) {
        size_t cap = 2 * w->block_cap;
        w->block =
            arena_grow(w->mem, w->block, w->block_cap * sizeof block, cap * sizeof block);
        w->block_cap = cap;
    }
    w->block[w->n_blocks++] = block;
}

static enum status write_rows(struct arrow_writer *w, const struct column *column,
                              size_t n, struct error *err)
{
    struct body_block block = {.offset = (size_t)w->out->offset};
    block.body_bytes = describe(w, column, n);
    TRY(write_metadata(w, err));
    block.meta_bytes = (size_t)w->out->offset - block.offset;
    for (size_t c = 0; c < w->schema.n; c++)
        TRY(write_column(w->out, w->schema.field[c].type, &column[c], n, err));
    keep_block(w, block);
    return STATUS_OK;
}

enum status arrow_write(struct arrow_writer *w, const struct batch *batch,
                        struct error *err)
{
    size_t p = w->schema.n;
    TRY(stop_check(err));
    if (batch->n <= ARROW_BATCH)
        return batch->n ? write_rows(w, batch->column, batch->n, err) : STATUS_OK;

    for (size_t start = 0; start < batch->n; start += ARROW_BATCH) {
        size_t n = batch->n - start < ARROW_BATCH ? batch->n - start : ARROW_BATCH;
        for (size_t c = 0; c < p; c++)
            w->part[c] = column_from(w->schema.field[c].type, &batch->column[c], start);
        TRY(write_rows(w, w->part, n, err));
    }
    return STATUS_OK;
}

/* ---- the file ---- */

static enum status check_schema(const struct schema *s, struct error *err)
{
    if (s->n == 0)
        return error_set(err, STATUS_INPUT, "a table without columns cannot be written");
    if (s->n > ARROW_MAX_COLUMNS)
        return error_set(err, STATUS_INPUT,
                         "a table of %zu columns cannot be written, at most %d", s->n,
                         ARROW_MAX_COLUMNS);
    for (size_t i = 0; i < s->n; i++) {
        const char *name = s->field[i].name;
        if (text_utf8_valid(name, strlen(name)) < strlen(name))
            return error_set(err, STATUS_INPUT, "the column name %s is not UTF-8",
                             QUOTE(name));
    }
    size_t twice = arrow_find_duplicate(s);
    if (twice < s->n)
        return error_set(err, STATUS_INPUT, "two columns are called %s",
                         QUOTE(s->field[twice].name));
    return STATUS_OK;
}

void arrow_add_meta(struct arrow_writer *w, const char *key, const char *value)
{
    struct schema *s = &w->schema;
    if (s->n_meta == w->meta_cap) {
        size_t cap = 2 * w->meta_cap;
        s->meta = arena_grow(w->mem, s->meta, w->meta_cap * sizeof *s->meta,
                             cap * sizeof *s->meta);
        w->meta_cap = cap;
    }
    s->meta[s->n_meta++] = (struct meta){
        .key = arena_string(w->mem, key),
        .value = arena_string(w->mem, value),
    };
}

static struct arrow_writer *new_writer(struct output *out, const struct schema *schema,
                                       struct arena *mem)
{
    enum { ROOM = 16 };
    struct arrow_writer *w = ARENA_NEW(mem, struct arrow_writer);
    w->out = out;
    w->mem = mem;
    w->metadata.mem = mem;
    w->part = ARENA_ARRAY(mem, struct column, schema->n);
    w->block_cap = ROOM;
    w->block = ARENA_ARRAY(mem, struct body_block, ROOM);
    w->meta_cap = ROOM;
    w->schema.meta = ARENA_ARRAY(mem, struct meta, ROOM);
    w->schema.n = schema->n;
    w->schema.field = ARENA_ARRAY(mem, struct field, schema->n);
    for (size_t i = 0; i < schema->n; i++) {
        w->schema.field[i].type = schema->field[i].type;
        w->schema.field[i].name = arena_string(mem, schema->field[i].name);
    }
    for (size_t i = 0; i < schema->n_meta; i++)
        arrow_add_meta(w, schema->meta[i].key, schema->meta[i].value);
    return w;
}

enum status arrow_begin(struct output *out, const struct schema *schema,
                        struct arena *mem, struct arrow_writer **ret, struct error *err)
{
    TRY(check_schema(schema, err));
    struct arrow_writer *w = new_writer(out, schema, mem);
    TRY(output_write(out, ARROW_MAGIC "\0\0", ARROW_HEAD_BYTES, err));
    size_t message = start_message(&w->metadata, ARROW_HEADER_SCHEMA, 0);
    flatbuffer_refer(&w->metadata, message, MESSAGE_HEADER,
                     arrow_add_schema(&w->metadata, &w->schema));
    TRY(write_metadata(w, err));
    *ret = w;
    return STATUS_OK;
}

static void build_footer(struct arrow_writer *w)
{
    struct flatbuffer_builder *b = &w->metadata;
    const struct flatbuffer_field f[] = {
        [FOOTER_VERSION] = {2, ARROW_VERSION_5},
        [FOOTER_SCHEMA] = {FLATBUFFER_REFERENCE, 0},
        [FOOTER_DICTIONARIES] = {FLATBUFFER_REFERENCE, 0},
        [FOOTER_BATCHES] = {FLATBUFFER_REFERENCE, 0},
    };
    flatbuffer_start(b);
    size_t t = flatbuffer_add_table(b, f, COUNT_OF(f));
    flatbuffer_finish(b, t);
    flatbuffer_refer(b, t, FOOTER_SCHEMA, arrow_add_schema(b, &w->schema));
    size_t none = flatbuffer_add_vector(b, 0, ARROW_BLOCK_BYTES, 8);
    flatbuffer_refer(b, t, FOOTER_DICTIONARIES, none);
    size_t blocks = flatbuffer_add_vector(b, w->n_blocks, ARROW_BLOCK_BYTES, 8);
    flatbuffer_refer(b, t, FOOTER_BATCHES, blocks);
    for (size_t i = 0; i < w->n_blocks; i++) {
        size_t at = blocks + 4 + ARROW_BLOCK_BYTES * i;
        flatbuffer_put(b, at, w->block[i].offset, 8);
        flatbuffer_put(b, at + 8, w->block[i].meta_bytes, 4);
        flatbuffer_put(b, at + 16, w->block[i].body_bytes, 8);
    }
}

enum status arrow_finish(struct arrow_writer *w, struct error *err)
{
    const uint32_t end_of_stream[] = {ARROW_CONTINUATION, 0};
    TRY(output_write(w->out, end_of_stream, sizeof end_of_stream, err));
    build_footer(w);
    uint32_t n = (uint32_t)w->metadata.n;
    TRY(output_write(w->out, w->metadata.p, w->metadata.n, err));
    TRY(output_write(w->out, &n, sizeof n, err));
    return output_write(w->out, ARROW_MAGIC, ARROW_MAGIC_BYTES, err);
}
