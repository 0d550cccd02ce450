/* The metadata of one batch: its message, and where the buffers of its columns stand.
 *
 * Nothing of the body is read here: the file's own numbers are held against each other. */
#include "arrow/arrow_internal.h"

#include "base/stop.h"

enum status arrow_check_version(const struct flatbuffer *b,
                                const struct flatbuffer_table *t, struct error *err)
{
    uint64_t version;
    TRY(flatbuffer_number(b, t, FOOTER_VERSION, 2, 0, &version, err));
    if (version == ARROW_VERSION_4 || version == ARROW_VERSION_5)
        return STATUS_OK;
    return flatbuffer_damaged(b, t->pos, "metadata of another version than 4 and 5", err);
}

static struct flatbuffer metadata_of(const struct arrow_bytes *file,
                                     const struct arrow_block *k)
{
    size_t at = k->at + ARROW_PREFIX_BYTES, n = k->meta_n - ARROW_PREFIX_BYTES;
    return (struct flatbuffer){
        .p = file->p + at, .n = n, .at = at, .path = file->path, .text_left = n};
}

static enum status find_header(const struct arrow_bytes *file,
                               const struct arrow_block *k, struct flatbuffer *b,
                               struct flatbuffer_table *ret, struct error *err)
{
    struct flatbuffer_table message;
    uint64_t kind, body_n;
    if (flatbuffer_load(file->p + k->at, 4) != ARROW_CONTINUATION)
        return arrow_damaged(file->path, k->at, err, "no message");
    if (flatbuffer_load(file->p + k->at + 4, 4) != k->meta_n - ARROW_PREFIX_BYTES)
        return arrow_damaged(file->path, k->at + 4, err, "wrong length of a message");
    *b = metadata_of(file, k);
    TRY(flatbuffer_root(b, &message, err));
    TRY(arrow_check_version(b, &message, err));
    TRY(flatbuffer_number(b, &message, MESSAGE_KIND, 1, 0, &kind, err));
    TRY(flatbuffer_number(b, &message, MESSAGE_BODY, 8, 0, &body_n, err));
    TRY(flatbuffer_table(b, &message, MESSAGE_HEADER, ret, err));
    if (kind != ARROW_HEADER_BATCH || ret->pos == 0)
        return flatbuffer_damaged(b, message.pos, "a message that is no batch of rows",
                                  err);
    if (body_n != k->body_n)
        return flatbuffer_damaged(b, message.pos, "wrong length of a batch", err);
    return STATUS_OK;
}

static enum status refuse_compression(const struct arrow_bytes *file, struct error *err)
{
    error_refuse(err, file->path, NULL, "the columns are compressed, which is not read");
    error_hint(err, "write the file with compression 'uncompressed'");
    return STATUS_INPUT;
}

enum status arrow_read_record(const struct arrow_bytes *file, const struct arrow_block *k,
                              struct arrow_record *ret, struct error *err)
{
    struct arrow_record r = {.file = file, .block = k};
    struct flatbuffer_table header, compression;
    uint64_t rows;
    TRY(stop_check(err));
    TRY(find_header(file, k, &r.b, &header, err));
    TRY(flatbuffer_table(&r.b, &header, RECORD_COMPRESSION, &compression, err));
    if (compression.pos)
        return refuse_compression(file, err);
    TRY(flatbuffer_number(&r.b, &header, RECORD_LENGTH, 8, 0, &rows, err));
    if (rows > ARROW_MAX_ROWS)
        return flatbuffer_damaged(&r.b, header.pos, "wrong number of rows", err);
    r.rows = rows;
    TRY(flatbuffer_vector(&r.b, &header, RECORD_NODES, ARROW_NODE_BYTES, &r.nodes, err));
    TRY(flatbuffer_vector(&r.b, &header, RECORD_BUFFERS, ARROW_BUFFER_BYTES, &r.buffers,
                          err));
    if (r.nodes.n != file->schema.n)
        return flatbuffer_damaged(&r.b, header.pos, "wrong number of columns in a batch",
                                  err);
    if (r.buffers.n != file->n_buffers)
        return flatbuffer_damaged(&r.b, header.pos, "wrong number of buffers in a batch",
                                  err);
    *ret = r;
    return STATUS_OK;
}

/* Reads the place of buffer i, which must lie inside the body. */
static enum status read_span(const struct arrow_record *r, size_t i,
                             struct arrow_span *ret, struct error *err)
{
    size_t pos = r->buffers.pos + ARROW_BUFFER_BYTES * i;
    uint64_t offset = flatbuffer_load(r->b.p + pos, 8);
    uint64_t n = flatbuffer_load(r->b.p + pos + 8, 8);
    if (offset > r->block->body_n || n > r->block->body_n - offset)
        return flatbuffer_damaged(&r->b, pos, "a buffer lies outside of its batch", err);
    *ret = (struct arrow_span){.at = r->block->body_at + offset, .n = n};
    return STATUS_OK;
}

static enum status check_length(const struct arrow_layout *l, const struct arrow_span *s,
                                size_t need, const char *what, struct error *err)
{
    if (s->n >= need)
        return STATUS_OK;
    return arrow_damaged(l->path, s->at, err,
                         "%s of column %s take %zu bytes, expected %zu", what,
                         QUOTE(l->name), s->n, need);
}

static enum status check_layout(const struct arrow_layout *l, struct error *err)
{
    if (l->missing > l->rows)
        return arrow_damaged(l->path, l->values.at, err,
                             "more missing values than rows in column %s",
                             QUOTE(l->name));
    if (l->missing > 0 || l->validity.n > 0)
        TRY(check_length(l, &l->validity, (l->rows + 7) / 8, "validity bits", err));
    if (l->type != TYPE_TEXT)
        return check_length(l, &l->values, arrow_value_bytes(l->type, l->rows), "values",
                            err);
    if (l->rows == 0 && l->offsets.n == 0)
        return STATUS_OK;
    return check_length(l, &l->offsets, 4 * (l->rows + 1), "text offsets", err);
}

enum status arrow_read_layout(const struct arrow_record *r, size_t c,
                              struct arrow_layout *ret, struct error *err)
{
    const struct arrow_bytes *file = r->file;
    struct arrow_layout l = {
        .path = file->path,
        .name = file->schema.field[c].name,
        .type = file->schema.field[c].type,
        .rows = r->rows,
        .first_row = r->block->first_row,
    };
    size_t node = r->nodes.pos + ARROW_NODE_BYTES * c;
    size_t buffer = file->first_buffer[c];
    if (flatbuffer_load(r->b.p + node, 8) != r->rows)
        return flatbuffer_damaged(&r->b, node,
                                  "a column of another length than its batch", err);
    l.missing = flatbuffer_load(r->b.p + node + 8, 8);
    TRY(read_span(r, buffer, &l.validity, err));
    if (l.type == TYPE_TEXT)
        TRY(read_span(r, ++buffer, &l.offsets, err));
    TRY(read_span(r, buffer + 1, &l.values, err));
    TRY(check_layout(&l, err));
    *ret = l;
    return STATUS_OK;
}
