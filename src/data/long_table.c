/* Long tables: the same columns as CSV records or as Arrow batches.
 *
 * Both ways go through one batch of columns, so that the caller need not know which it is.
 * The buffers of a batch are taken once and used again. */
#include "data/long_table.h"

#include <math.h>
#include <string.h>

#include "arrow/arrow.h"
#include "csv/csv.h"
#include "data/key.h"

/* Buffers of one column of a batch. */
struct long_buffer {
    uint8_t *validity; // of reals and names: bits
    int64_t *number;   // of rows without a time, and of times in seconds
    struct group_column names;
    struct ids_room ids;
    int32_t *offset; // of words [LONG_TABLE_BATCH + 1]
    char *text;      // of words
};

struct long_table {
    const struct long_column *column; // [n]
    size_t n;
    const struct pipeline *pipeline;
    bool is_long;
    size_t first; // number of the batch's first row
    struct csv_writer csv;
    struct arrow_writer *arrow;
    struct long_buffer *buffer; // [n]
    struct column *cells;       // [n] of a batch
    struct arena *mem;          // of the buffers
};

static enum type type_of(const struct long_table *t, const struct long_column *c)
{
    switch (c->kind) {
    case LONG_KEY:
        return key_step(t->pipeline) ? key_field(key_step(t->pipeline)).type : TYPE_INT64;
    case LONG_GROUP: return c->groups->numbers ? TYPE_INT64 : TYPE_TEXT;
    case LONG_ID: return ids_type(c->ids);
    case LONG_COUNT: return TYPE_INT64;
    case LONG_WORD:
    case LONG_NAME: return TYPE_TEXT;
    default: return TYPE_REAL;
    }
}

static size_t longest_word(const struct long_column *c)
{
    size_t most = 1;
    for (size_t i = 0; i < c->n_words; i++) {
        size_t length = strlen(c->words[i]);
        most = length > most ? length : most;
    }
    return most;
}

static struct long_buffer buffer_of(const struct long_column *c, enum type type,
                                    struct arena *mem)
{
    size_t n = LONG_TABLE_BATCH;
    struct long_buffer b = {0};
    if (c->kind == LONG_GROUP || c->kind == LONG_ID) // whose names make their own room
        return b;
    if (type == TYPE_REAL || c->kind == LONG_NAME)
        b.validity = ARENA_ARRAY(mem, uint8_t, n / 8);
    if (type == TYPE_INT64 || type == TYPE_TIME)
        b.number = ARENA_ARRAY(mem, int64_t, n);
    if (type == TYPE_TEXT) {
        b.offset = ARENA_ARRAY(mem, int32_t, n + 1);
        b.text = arena_alloc(mem, n * longest_word(c));
    }
    return b;
}

static enum status begin_arrow(struct long_table *t, struct output *out,
                               struct arena *mem, struct error *err)
{
    struct schema schema = {.field = ARENA_ARRAY(mem, struct field, t->n)};
    t->cells = ARENA_ARRAY(mem, struct column, t->n);
    t->buffer = ARENA_ARRAY(mem, struct long_buffer, t->n);
    for (size_t c = 0; c < t->n; c++) {
        enum type type = type_of(t, &t->column[c]);
        if (t->column[c].absent)
            continue;
        schema.field[schema.n++] = (struct field){t->column[c].name, type};
        if (t->is_long)
            t->buffer[c] = buffer_of(&t->column[c], type, mem);
    }
    return arrow_begin(out, &schema, mem, &t->arrow, err);
}

struct output *long_table_holder(const struct long_files *files, size_t rows)
{
    return rows > LONG_TABLE_ROWS ? files->arrow : files->csv;
}

enum status long_table_begin(const struct long_files *files,
                             const struct long_column *column, size_t n_columns,
                             const struct pipeline *pipeline, size_t rows,
                             struct arena *mem, struct long_table **ret,
                             struct error *err)
{
    struct long_table *t = ARENA_NEW(mem, struct long_table);
    *t = (struct long_table){.column = column,
                             .n = n_columns,
                             .pipeline = pipeline,
                             .mem = mem,
                             .is_long = long_table_holder(files, rows) == files->arrow,
                             .csv.out = files->csv};
    for (size_t c = 0; c < n_columns; c++)
        TRY(csv_put_text(&t->csv, view_of(column[c].name), err));
    TRY(csv_end(&t->csv, err));
    TRY(begin_arrow(t, files->arrow, mem, err));
    *ret = t;
    return STATUS_OK;
}

static enum status put_group(struct long_table *t, const struct groups *g, uint32_t code,
                             struct error *err)
{
    const struct group_name *name = &g->name[code];
    return g->numbers ? csv_put_int(&t->csv, name->number, err)
                      : csv_put_text(&t->csv, name->text, err);
}

static enum status put_id(struct long_table *t, struct ids *ids,
                          const struct row_id *known, size_t i, struct error *err)
{
    char number[ROW_ID_NUMBER];
    struct row_id id;
    if (known)
        id = known[i];
    else
        TRY(ids_at(ids, t->first + i, &id, err));
    return csv_put_text(&t->csv, row_id_text(&id, number), err);
}

/* The word of a row, empty where none is known. */
static const char *word_of(const struct long_column *c, const void *values, size_t i)
{
    if (c->kind == LONG_WORD)
        return c->words[((const uint8_t *)values)[i]];
    double place = ((const double *)values)[i];
    return isnan(place) ? "" : c->words[(size_t)place];
}

static enum status put_cell(struct long_table *t, const struct long_column *c,
                            const void *values, size_t i, struct error *err)
{
    char label[32];
    const int32_t *key = values;
    switch (c->kind) {
    case LONG_KEY:
        if (!key)
            return csv_put_int(&t->csv, (long long)(t->first + i), err);
        return csv_put_text(&t->csv, view_of(key_text(t->pipeline, key[i], label)), err);
    case LONG_GROUP: return put_group(t, c->groups, ((const uint32_t *)values)[i], err);
    case LONG_ID: return put_id(t, c->ids, values, i, err);
    case LONG_COUNT: return csv_put_int(&t->csv, key[i], err);
    case LONG_WORD:
    case LONG_NAME: return csv_put_text(&t->csv, view_of(word_of(c, values, i)), err);
    default:
        return csv_put_real(&t->csv, c->absent ? NAN : ((const double *)values)[i], err);
    }
}

static enum status write_csv(struct long_table *t, const void *const *values, size_t n,
                             struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < t->n; c++)
            TRY(put_cell(t, &t->column[c], values[c], i, err));
        TRY(csv_end(&t->csv, err));
    }
    return STATUS_OK;
}

/* Marks what is a number; false when all are. */
static bool find_missing(const double *x, size_t n, uint8_t *validity)
{
    bool any = false;
    for (size_t i = 0; i < n && !any; i++)
        any = x[i] != x[i];
    for (size_t i = 0; any && i < n; i++) {
        uint8_t bit = (uint8_t)((x[i] == x[i]) << (i & 7));
        validity[i >> 3] = (uint8_t)(i & 7 ? validity[i >> 3] | bit : bit);
    }
    return any;
}

static void set_words(const struct long_column *c, const void *values, size_t n,
                      struct long_buffer *b)
{
    int32_t at = 0;
    for (size_t i = 0; i < n; i++) {
        const char *word = word_of(c, values, i);
        size_t length = strlen(word);
        b->offset[i] = at;
        memcpy(b->text + at, word, length);
        at += (int32_t)length;
    }
    b->offset[n] = at;
}

/* The column of a batch, borrowing what the caller's values can lend. */
static struct column cells_of(struct long_table *t, size_t c, const void *values,
                              size_t n)
{
    struct long_buffer *b = &t->buffer[c];
    switch (t->column[c].kind) {
    case LONG_KEY:
        for (size_t i = 0; !values && i < n; i++)
            b->number[i] = (int64_t)(t->first + i);
        if (values)
            return key_column(key_step(t->pipeline), values, n, b->number);
        return (struct column){.values = b->number};
    case LONG_COUNT:
        for (size_t i = 0; i < n; i++)
            b->number[i] = ((const int32_t *)values)[i];
        return (struct column){.values = b->number};
    case LONG_GROUP: return groups_column(t->column[c].groups, values, n, &b->names);
    case LONG_ID:
        return ids_column(ids_type(t->column[c].ids), values, n, t->mem, &b->ids);
    case LONG_WORD:
        set_words(&t->column[c], values, n, b);
        return (struct column){.values = b->text, .offsets = b->offset};
    case LONG_NAME:
        set_words(&t->column[c], values, n, b);
        return (struct column){
            .values = b->text,
            .offsets = b->offset,
            .validity = find_missing(values, n, b->validity) ? b->validity : NULL};
    default:
        return (struct column){
            .values = values,
            .validity = find_missing(values, n, b->validity) ? b->validity : NULL};
    }
}

/* The columns of a batch that have values. */
static enum status fill_cells(struct long_table *t, const void *const *values, size_t n,
                              struct error *err)
{
    size_t p = 0;
    for (size_t c = 0; c < t->n; c++) {
        const struct long_column *of = &t->column[c];
        if (of->absent)
            continue;
        if (of->kind == LONG_ID && !values[c])
            TRY(ids_rows(of->ids, t->first, n, t->mem, &t->buffer[c].ids, &t->cells[p],
                         err));
        else
            t->cells[p] = cells_of(t, c, values[c], n);
        p++;
    }
    return STATUS_OK;
}

enum status long_table_write(struct long_table *t, const void *const *values, size_t n,
                             struct error *err)
{
    struct batch batch = {.n = n, .column = t->cells};
    if (t->is_long) {
        TRY(fill_cells(t, values, n, err));
        TRY(arrow_write(t->arrow, &batch, err));
    } else {
        TRY(write_csv(t, values, n, err));
    }
    t->first += n;
    return STATUS_OK;
}

enum status long_table_end(struct long_table *t, struct error *err)
{
    return arrow_finish(t->arrow, err);
}
