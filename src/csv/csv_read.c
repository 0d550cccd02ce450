/* Opening, the window, and which scanner reads the next record.
 *
 * The window is read into with plain read(); only the bytes of an unfinished record are
 * moved to its front, and it grows only when one record does not fit, which the caps
 * bound.  So a file of any length is read in constant memory. */
#include "csv/csv.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/csv_internal.h"

const struct csv_limits csv_defaults = {
    .field_bytes = 1 << 20,
    .record_bytes = 16 << 20,
    .columns = 16384,
    .rows = 1000000000,
    .delimiter = ',',
};

enum { FIRST_FIELDS = 64, LIBCSV_BLOCK = 16 * 1024, CHARACTER_MAX = 4 };

/* No blanks are taken off anywhere. */
static int never_space(unsigned char c)
{
    (void)c;
    return 0;
}

/* Cells are parted by a mark that no number, word or quoted cell begins or ends with. */
static bool may_delimit(char c)
{
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    bool digit = c >= '0' && c <= '9';
    return c == '\t' ||
           (c >= ' ' && c <= '~' && !letter && !digit && !strchr("\"+-.", c));
}

static struct csv_reader *new_reader(const char *path, const struct csv_limits *limits,
                                     struct arena *mem)
{
    struct csv_reader *r = ARENA_NEW(mem, struct csv_reader);
    r->path = arena_string(mem, path);
    r->limits = *limits;
    r->mem = mem;
    r->fd = -1;
    r->line = 1;
    r->cap_fields = FIRST_FIELDS;
    r->field = ARENA_ARRAY(mem, struct csv_field, r->cap_fields);
    csv_init(&r->libcsv, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&r->libcsv, (unsigned char)limits->delimiter);
    csv_set_space_func(&r->libcsv, never_space);
    csv_set_blk_size(&r->libcsv, LIBCSV_BLOCK);
    return r;
}

/* Moves the record under way to the front and makes sure that there is room behind it. */
static void make_room(struct csv_reader *r)
{
    size_t kept = r->end - r->pos;
    if (r->pos > 0 && kept > 0)
        memmove(r->buffer, r->buffer + r->pos, kept);
    r->passed += r->pos;
    r->valid = r->valid > r->pos ? r->valid - r->pos : 0;
    r->end = kept;
    r->pos = r->from = r->to = r->next = 0;
    if (r->index)
        r->index[0] = 0;
    if (r->end == r->cap) {
        r->p = r->buffer = arena_grow(r->mem, r->buffer, r->cap, 2 * r->cap);
        r->cap *= 2;
    }
}

/* Holds what has come against the file's length, once the end is there or more has come
 * than was announced: a file that somebody appends to may have no end. */
static enum status check_source(const struct csv_reader *r, struct error *err)
{
    size_t taken = r->passed + r->end;
    if (!r->eof && taken <= r->total)
        return STATUS_OK;
    return file_ended(r->path, r->fd, &r->was, taken, err);
}

static enum status fill(struct csv_reader *r, struct error *err)
{
    if (r->fd < 0) {
        size_t left = r->total - r->end;
        r->end += r->piece && r->piece < left ? r->piece : left;
        r->eof = r->end == r->total;
        return STATUS_OK;
    }
    make_room(r);
    while (r->end < r->cap && !r->eof) {
        ssize_t got = read(r->fd, r->buffer + r->end, r->cap - r->end);
        if (got < 0) {
            error_errno(err, "could not read %s", QUOTE_PATH(r->path));
            error_at(err, r->path, 0, 0);
            return STATUS_ENVIRONMENT;
        }
        r->eof = got == 0;
        r->end += (size_t)got;
        TRY(check_source(r, err));
    }
    return STATUS_OK;
}

/* Reads the first bytes and takes the byte order mark off. */
static enum status begin(struct csv_reader *r, struct error *err)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t n = sizeof(mark) - 1;
    while (r->end < n && !r->eof)
        TRY(fill(r, err));
    if (r->end >= n && memcmp(r->p, mark, n) == 0)
        r->pos = r->valid = n;
    size_t most = r->total > r->end && r->total < CSV_STRETCH ? r->total : CSV_STRETCH;
    r->room = (r->eof && r->end < CSV_STRETCH ? r->end : most) + 1;
    r->index = ARENA_ARRAY(r->mem, uint32_t, r->room);
    return STATUS_OK;
}

static enum status check_delimiter(const struct csv_limits *limits, const char *path,
                                   struct error *err)
{
    if (may_delimit(limits->delimiter))
        return STATUS_OK;
    return error_refuse(err, path, NULL, "%s cannot part cells",
                        QUOTE_N(&limits->delimiter, 1));
}

enum status csv_open(const char *path, const struct csv_limits *limits, struct arena *mem,
                     struct csv_reader **ret, struct error *err)
{
    int fd;
    struct stat was;
    TRY(check_delimiter(limits, path, err));
    TRY(file_open_stat(path, &fd, &was, err));
    struct csv_reader *r = new_reader(path, limits, mem);
    r->fd = fd;
    r->was = was;
    r->total = (size_t)was.st_size;
    // One byte more than a small file has, so that the first read finds its end.
    r->cap = r->total > 0 && r->total < CSV_WINDOW ? r->total + 1 : CSV_WINDOW;
    r->p = r->buffer = arena_alloc(mem, r->cap);
    enum status status = begin(r, err);
    if (status != STATUS_OK) {
        csv_close(r);
        return status;
    }
    *ret = r;
    return STATUS_OK;
}

enum status csv_open_bytes(const char *p, size_t n, size_t piece, const char *path,
                           const struct csv_limits *limits, struct arena *mem,
                           struct csv_reader **ret, struct error *err)
{
    TRY(check_delimiter(limits, path, err));
    struct csv_reader *r = new_reader(path, limits, mem);
    r->p = n ? p : "";
    r->total = n;
    r->piece = piece;
    TRY(begin(r, err));
    *ret = r;
    return STATUS_OK;
}

void csv_libcsv_only(struct csv_reader *r)
{
    r->libcsv_only = true;
}

void csv_validate(struct csv_reader *r)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    size_t i = r->limits.any_bytes ? r->end : r->valid;
    while (i < r->end && !r->invalid) {
        uint64_t word;
        while (r->end - i >= sizeof(word)) {
            memcpy(&word, r->p + i, sizeof(word));
            if (word & high)
                break;
            i += sizeof(word);
        }
        size_t step = text_utf8_step(r->p + i, r->end - i);
        // The rest of a character may still be on its way.
        if (step == 0 && i < r->end && (r->eof || r->end - i >= CHARACTER_MAX))
            r->invalid = true;
        if (step == 0)
            break;
        i += step;
    }
    r->valid = i;
}

void csv_grow_fields(struct csv_reader *r)
{
    size_t size = sizeof(*r->field), wanted = 2 * r->cap_fields;
    r->field = arena_grow(r->mem, r->field, r->cap_fields * size, wanted * size);
    r->cap_fields = wanted;
}

/* Reads the next record by whichever scanner can. */
static enum csv_outcome scan(struct csv_reader *r, struct error *err)
{
    enum csv_outcome outcome = r->libcsv_only ? CSV_UNSURE : csv_scan_fast(r);
    while (outcome == CSV_MORE) {
        if (!csv_index(r)) {
            if (r->eof || r->invalid || r->end - r->pos >= r->room - 1)
                outcome = CSV_UNSURE;
            else if (fill(r, err) != STATUS_OK)
                return CSV_FAULT;
            else
                csv_index(r);
        }
        if (outcome == CSV_MORE)
            outcome = csv_scan_fast(r);
    }
    if (outcome == CSV_UNSURE) {
        r->beyond = true;
        while ((outcome = csv_scan_libcsv(r)) == CSV_MORE)
            if (fill(r, err) != STATUS_OK)
                return CSV_FAULT;
        csv_index_skip(r);
    }
    if (outcome == CSV_FAULT)
        *err = r->error;
    return outcome;
}

enum status csv_next(struct csv_reader *r, struct csv_record *ret, struct error *err)
{
    if (r->failed) {
        *err = r->error;
        return err->status;
    }
    if (r->cells.head)
        arena_rewind(&r->cells, (struct arena_mark){0});
    enum csv_outcome outcome = scan(r, err);
    if (outcome == CSV_FAULT) {
        r->failed = true;
        r->error = *err;
        return err->status;
    }
    if (outcome == CSV_END) {
        *ret = (struct csv_record){.field = r->field, .line = r->line};
        return STATUS_OK;
    }
    r->rows++;
    if (r->columns == 0)
        r->columns = r->n;
    *ret = (struct csv_record){r->n, r->field, r->record_line, r->beyond};
    return STATUS_OK;
}

const char *csv_path(const struct csv_reader *r)
{
    return r->path;
}

void csv_progress(const struct csv_reader *r, size_t *ret_done, size_t *ret_total)
{
    *ret_done = r->passed + r->pos;
    *ret_total = r->total;
}

void csv_error_at(const struct csv_reader *r, const struct csv_field *f,
                  const char *column, struct error *err)
{
    error_at(err, r->path, f->line, f->col);
    if (column)
        error_field(err, column);
}

/* Fills err's place with that of byte `at` of a field: as it stands in the file, where
 * quotes are doubled. */
static void error_at_byte(const struct csv_reader *r, const struct csv_field *f,
                          size_t at, struct error *err)
{
    size_t line = f->line, col = f->col + f->quoted;
    for (size_t i = 0; i < at; i++) {
        col += f->quoted && f->p[i] == '"' ? 2 : 1;
        if (f->p[i] == '\n' || (f->p[i] == '\r' && f->p[i + 1] != '\n')) {
            line++;
            col = 1;
        }
    }
    error_at(err, r->path, line, col);
}

const struct csv_field *csv_invalid(const struct csv_reader *r,
                                    const struct csv_record *rec, struct error *err)
{
    for (size_t i = 0; rec->beyond && i < rec->n; i++) {
        const struct csv_field *f = &rec->field[i];
        size_t at = text_utf8_valid(f->p, f->n);
        if (at == f->n)
            continue;
        error_set(err, STATUS_INPUT, "invalid UTF-8, byte 0x%02X",
                  (unsigned char)f->p[at]);
        error_hint(err, "convert the file: iconv -f latin1 -t utf-8");
        error_at_byte(r, f, at, err);
        return f;
    }
    return NULL;
}

void csv_close(struct csv_reader *r)
{
    if (!r)
        return;
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
    arena_release(&r->cells);
    csv_free(&r->libcsv);
}
