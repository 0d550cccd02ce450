/* Reading Arrow IPC files in place: the footer, the batches that it lists, their columns.
 *
 * Opening checks all metadata: the footer, the schema, each batch's message and the
 * places and lengths of its buffers, but no value.  Reading a batch checks the values
 * (arrow_column.c) and points at them.  Blocks must follow each other in the file and the
 * buffers of a batch may not take more bytes than its body: so neither rows nor work
 * exceed what the file's length pays for, however often a hostile file names the same
 * bytes.  Flatbuffers refer only forward and the types have no children, so the depth is
 * fixed by this code.
 *
 * A file that somebody else shortens while it is mapped ends the process with SIGBUS. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // madvise; posix_madvise's DONTNEED does nothing in glibc
#endif

#include "arrow/arrow_internal.h"

#include <assert.h>
#include <sys/mman.h>
#include <unistd.h>

struct arrow_file {
    struct arrow_bytes bytes;
    struct mapping map;        // empty when the bytes are somebody else's
    struct arrow_block *block; // [n_blocks]
    size_t n_blocks, rows;
    struct column *column;   // [schema.n], of the batch read last
    struct arena scratch;    // copies of its misaligned buffers
    size_t out_from, out_to; // columns that are left out
};

/* ---- the footer ---- */

/* Checks the metadata of a batch and sets its rows. */
static enum status check_block(const struct arrow_file *f, struct arrow_block *k,
                               struct error *err)
{
    struct arrow_record r;
    size_t taken = 0;
    TRY(arrow_read_record(&f->bytes, k, &r, err));
    for (size_t c = 0; c < f->bytes.schema.n; c++) {
        struct arrow_layout l;
        TRY(arrow_read_layout(&r, c, &l, err));
        taken += l.validity.n + l.offsets.n + l.values.n;
    }
    if (taken > k->body_n)
        return arrow_damaged(f->bytes.path, k->at, err, "buffers of a batch overlap");
    k->rows = r.rows;
    return STATUS_OK;
}

/* Reads the place of a batch, which must lie inside [begin, end). */
static enum status read_block(const struct flatbuffer *footer, size_t pos, size_t begin,
                              size_t end, struct arrow_block *ret, struct error *err)
{
    uint64_t at = flatbuffer_load(footer->p + pos, 8);
    uint64_t meta_n = flatbuffer_load(footer->p + pos + 8, 4);
    uint64_t body_n = flatbuffer_load(footer->p + pos + 16, 8);
    if (at % 8 || meta_n % 8 || body_n % 8)
        return flatbuffer_damaged(footer, pos, "a batch at no multiple of 8", err);
    if (at < begin || at > end || meta_n > end - at || body_n > end - at - meta_n)
        return flatbuffer_damaged(footer, pos, "a batch lies outside of its place", err);
    if (meta_n < 2 * ARROW_PREFIX_BYTES)
        return flatbuffer_damaged(footer, pos, "a batch without metadata", err);
    *ret = (struct arrow_block){
        .at = at, .meta_n = meta_n, .body_at = at + meta_n, .body_n = body_n};
    return STATUS_OK;
}

static enum status read_blocks(struct arrow_file *f, const struct flatbuffer *footer,
                               const struct flatbuffer_table *root, struct arena *mem,
                               struct error *err)
{
    struct flatbuffer_vector v;
    size_t end = ARROW_HEAD_BYTES;
    TRY(flatbuffer_vector(footer, root, FOOTER_BATCHES, ARROW_BLOCK_BYTES, &v, err));
    f->block = ARENA_ARRAY(mem, struct arrow_block, v.n);
    f->n_blocks = v.n;
    for (size_t i = 0; i < v.n; i++) {
        struct arrow_block *k = &f->block[i];
        TRY(read_block(footer, v.pos + ARROW_BLOCK_BYTES * i, end, footer->at, k, err));
        k->first_row = f->rows;
        TRY(check_block(f, k, err));
        f->rows += k->rows;
        end = k->body_at + k->body_n;
    }
    return STATUS_OK;
}

/* Numbers the buffers that each column has in a batch. */
static void count_buffers(struct arrow_file *f, struct arena *mem)
{
    f->column = ARENA_ARRAY(mem, struct column, f->bytes.schema.n);
    f->bytes.first_buffer = ARENA_ARRAY(mem, size_t, f->bytes.schema.n);
    for (size_t c = 0; c < f->bytes.schema.n; c++) {
        f->bytes.first_buffer[c] = f->bytes.n_buffers;
        f->bytes.n_buffers += f->bytes.schema.field[c].type == TYPE_TEXT ? 3 : 2;
    }
}

static enum status read_footer(struct arrow_file *f, struct flatbuffer *footer,
                               struct arena *mem, struct error *err)
{
    struct flatbuffer_table root, schema;
    struct flatbuffer_vector dictionaries;
    TRY(flatbuffer_root(footer, &root, err));
    TRY(arrow_check_version(footer, &root, err));
    TRY(flatbuffer_table(footer, &root, FOOTER_SCHEMA, &schema, err));
    if (schema.pos == 0)
        return flatbuffer_damaged(footer, root.pos, "no schema", err);
    TRY(arrow_read_schema(footer, &schema, mem, &f->bytes.schema, err));
    TRY(flatbuffer_vector(footer, &root, FOOTER_DICTIONARIES, ARROW_BLOCK_BYTES,
                          &dictionaries, err));
    if (dictionaries.n)
        return flatbuffer_damaged(footer, dictionaries.pos,
                                  "dictionaries that no column uses", err);
    count_buffers(f, mem);
    return read_blocks(f, footer, &root, mem, err);
}

/* What a file is that does not begin as an Arrow file does. */
static enum status not_arrow(const struct arrow_bytes *f, struct error *err)
{
    static const struct {
        char magic[5];
        const char *hint;
    } others[] = {
        {"FEA1", "this is a Feather file of version 1; write it in version 2"},
        {"PAR1", "this is a Parquet file; write it as Arrow IPC (Feather)"},
        {"\xff\xff\xff\xff", "this is an Arrow stream; write it in the file format"},
    };
    error_refuse(err, f->path, NULL,
                 "not an Arrow file: it does not begin with '" ARROW_MAGIC "'");
    for (size_t i = 0; i < COUNT_OF(others) && f->n >= 4; i++) {
        if (memcmp(f->p, others[i].magic, 4) == 0)
            error_hint(err, "%s", others[i].hint);
    }
    return STATUS_INPUT;
}

static enum status read_file(struct arrow_file *f, struct arena *mem, struct error *err)
{
    const struct arrow_bytes *s = &f->bytes;
    if (s->n < ARROW_MAGIC_BYTES || memcmp(s->p, ARROW_MAGIC, ARROW_MAGIC_BYTES) != 0)
        return not_arrow(s, err);
    size_t tail = s->n - ARROW_MAGIC_BYTES;
    if (s->n < ARROW_HEAD_BYTES + ARROW_TAIL_BYTES ||
        memcmp(s->p + tail, ARROW_MAGIC, ARROW_MAGIC_BYTES) != 0)
        return arrow_damaged(s->path, s->n, err, "no '" ARROW_MAGIC "' at its end");
    size_t room = s->n - ARROW_HEAD_BYTES - ARROW_TAIL_BYTES;
    size_t n = flatbuffer_load(s->p + tail - 4, 4);
    if (n > room)
        return arrow_damaged(s->path, tail - 4, err, "wrong length of the footer");
    size_t at = tail - 4 - n;
    struct flatbuffer footer = {
        .p = s->p + at, .n = n, .at = at, .path = s->path, .text_left = n};
    return read_footer(f, &footer, mem, err);
}

enum status arrow_open_bytes(const unsigned char *p, size_t n, const char *path,
                             struct arena *mem, struct arrow_file **ret,
                             struct error *err)
{
    struct arrow_file *f = ARENA_NEW(mem, struct arrow_file);
    f->bytes.path = arena_string(mem, path);
    f->bytes.p = p;
    f->bytes.n = n;
    TRY(read_file(f, mem, err));
    *ret = f;
    return STATUS_OK;
}

enum status arrow_open(const char *path, struct arena *mem, struct arrow_file **ret,
                       struct error *err)
{
    struct mapping map;
    struct arrow_file *f;
    TRY(file_map(path, &map, err));
    enum status status = arrow_open_bytes(map.p, map.n, path, mem, &f, err);
    if (status != STATUS_OK) {
        file_unmap(&map);
        return status;
    }
    f->map = map;
    *ret = f;
    return STATUS_OK;
}

void arrow_close(struct arrow_file *f)
{
    if (!f)
        return;
    arena_release(&f->scratch);
    if (f->map.p)
        file_unmap(&f->map);
    *f = (struct arrow_file){0};
}

const struct schema *arrow_schema(const struct arrow_file *f)
{
    return &f->bytes.schema;
}

const char *arrow_path(const struct arrow_file *f)
{
    return f->bytes.path;
}

size_t arrow_batches(const struct arrow_file *f)
{
    return f->n_blocks;
}

size_t arrow_rows(const struct arrow_file *f)
{
    return f->rows;
}

/* ---- values ---- */

static enum status read_column(const struct arrow_record *r, size_t c, struct arena *mem,
                               struct column *ret, struct error *err)
{
    struct arrow_layout l;
    TRY(arrow_read_layout(r, c, &l, err));
    return arrow_check_column(&l, r->file->p, mem, ret, err);
}

enum status arrow_read(struct arrow_file *f, size_t b, struct batch *ret,
                       struct error *err)
{
    assert(b < f->n_blocks);
    struct arrow_record r;
    arena_release(&f->scratch);
    TRY(arrow_read_record(&f->bytes, &f->block[b], &r, err));
    for (size_t c = 0; c < f->bytes.schema.n; c++) {
        f->column[c] = (struct column){.values = NULL};
        if (c < f->out_from || c >= f->out_to)
            TRY(read_column(&r, c, &f->scratch, &f->column[c], err));
    }
    *ret = (struct batch){.n = r.rows, .column = f->column};
    return STATUS_OK;
}

void arrow_leave_out(struct arrow_file *f, size_t from, size_t to)
{
    f->out_from = from;
    f->out_to = to;
}

/* Writes column c of one batch to its place in ret. */
static enum status block_reals(const struct arrow_file *f, const struct arrow_block *k,
                               size_t c, struct arena *scratch, double *ret,
                               struct error *err)
{
    struct arrow_record r;
    struct column column;
    TRY(arrow_read_record(&f->bytes, k, &r, err));
    TRY(read_column(&r, c, scratch, &column, err));
    column_reals(f->bytes.schema.field[c].type, &column, r.rows, ret + k->first_row);
    return STATUS_OK;
}

enum status arrow_reals(struct arrow_file *f, size_t c, double *ret, struct error *err)
{
    const struct field *field = &f->bytes.schema.field[c];
    if (field->type == TYPE_TEXT) {
        error_set(err, STATUS_INPUT, "expected a column of numbers, found text");
        error_field(err, field->name);
        error_at(err, f->bytes.path, 0, 0);
        return STATUS_INPUT;
    }
    enum status status = STATUS_OK;
    for (size_t b = 0; b < f->n_blocks && status == STATUS_OK; b++) {
        struct arena scratch = {0}; // a batch that is being looked at keeps f's own
        status = block_reals(f, &f->block[b], c, &scratch, ret, err);
        arena_release(&scratch);
    }
    return status;
}

/* The page that a batch begins on is given back with it, since whoever streams has left
 * the batch before; the page that it ends on belongs to the next one. */
void arrow_forget(struct arrow_file *f, size_t b)
{
    if (!f->map.p)
        return;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const struct arrow_block *k = &f->block[b];
    size_t begin = k->at / page * page;
    size_t end = (k->body_at + k->body_n) / page * page;
    if (end > begin)
        (void)madvise((void *)(uintptr_t)(f->bytes.p + begin), end - begin,
                      MADV_DONTNEED);
}
