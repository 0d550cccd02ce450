/* The same records, places and errors whichever scanner reads a text and in whatever
 * pieces it comes; every cell stands where its place says.
 *
 * The first two bytes of an input choose the caps, the delimiter and the size of the
 * pieces. */
#include "fuzz/fuzz.h"

#include "csv/csv.h"

/* Where each line begins, counted without any regard to quotes. */
struct lines {
    size_t n;
    size_t *start; // [n]
};

static struct lines find_lines(const char *p, size_t n, struct arena *mem)
{
    struct lines lines = {.start = ARENA_ARRAY(mem, size_t, n + 2)};
    size_t mark = n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    lines.start[lines.n++] = mark;
    for (size_t i = mark; i < n; i++) {
        if (p[i] == '\r' && i + 1 < n && p[i + 1] == '\n')
            i++;
        if (p[i] == '\r' || p[i] == '\n')
            lines.start[lines.n++] = i + 1;
    }
    return lines;
}

/* The cell's bytes, or its opening quote, stand at its place. */
static void check_place(const struct csv_field *f, const char *p, size_t n,
                        const struct lines *lines, bool any_bytes)
{
    require(f->line >= 1 && f->line <= lines->n && f->col >= 1);
    size_t at = lines->start[f->line - 1] + f->col - 1;
    require(at <= n);
    if (f->quoted)
        require(at < n && p[at] == '"');
    else
        require(f->n <= n - at && memcmp(p + at, f->p, f->n) == 0);
    require((any_bytes || text_utf8_valid(f->p, f->n) == f->n) &&
            !memchr(f->p, '\0', f->n));
}

static void check_fault(const struct error *err, size_t n, const struct lines *lines)
{
    require(err->status == STATUS_INPUT && err->message[0]);
    require(err->loc.line >= 1 && err->loc.line <= lines->n && err->loc.col >= 1);
    require(lines->start[err->loc.line - 1] + err->loc.col - 1 <= n);
    require(strcmp(err->loc.path, "input.csv") == 0);
}

struct way {
    bool libcsv_only;
    size_t piece;
};

/* Says in words all that is read. */
static struct view read_all(const char *p, size_t n, const struct csv_limits *limits,
                            struct way way, const struct lines *lines, struct arena *mem)
{
    struct text said = {.mem = mem};
    struct arena own = {0};
    struct csv_reader *reader;
    struct csv_record rec;
    struct error err = {.status = STATUS_OK}, again = {.status = STATUS_OK};
    require(csv_open_bytes(p, n, way.piece, "input.csv", limits, &own, &reader, &err) ==
            STATUS_OK);
    if (way.libcsv_only)
        csv_libcsv_only(reader);
    enum status status;
    while ((status = csv_next(reader, &rec, &err)) == STATUS_OK && rec.n > 0) {
        text_addf(&said, "record of %zu in line %zu\n", rec.n, rec.line);
        require(rec.line == rec.field[0].line && rec.n <= limits->columns);
        for (size_t i = 0; i < rec.n; i++) {
            const struct csv_field *f = &rec.field[i];
            check_place(f, p, n, lines, limits->any_bytes);
            require(f->n <= limits->field_bytes);
            text_addf(&said, "%zu:%zu:%d:%zu:", f->line, f->col, f->quoted, f->n);
            text_add(&said, f->p, f->n);
            text_putc(&said, '\n');
        }
        if (csv_invalid(reader, &rec, &again)) {
            require(limits->any_bytes);
            check_fault(&again, n, lines);
            text_addf(&said, "%zu:%zu: %s\n", again.loc.line, again.loc.col,
                      again.message);
            again = (struct error){.status = STATUS_OK};
        }
    }
    if (status != STATUS_OK) {
        check_fault(&err, n, lines);
        text_addf(&said, "%zu:%zu: %s: %s\n", err.loc.line, err.loc.col, err.message,
                  err.hint);
        // A fault stays.
        require(csv_next(reader, &rec, &again) == status);
        require(strcmp(again.message, err.message) == 0 &&
                again.loc.line == err.loc.line);
    } else {
        size_t done, total;
        csv_progress(reader, &done, &total);
        require(done == n && total == n);
        text_addf(&said, "the end in line %zu\n", rec.line);
        require(csv_next(reader, &rec, &err) == STATUS_OK && rec.n == 0);
    }
    csv_close(reader);
    arena_release(&own);
    return (struct view){said.p, said.n};
}

static void try_input(struct view input, struct arena *mem)
{
    static const char delimiters[] = {',', ',', ';', '\t'};
    if (input.n < 2)
        return;
    const unsigned char data[] = {(unsigned char)input.p[0], (unsigned char)input.p[1]};
    struct csv_limits limits = csv_defaults;
    limits.delimiter = delimiters[data[0] & 3];
    if (data[0] & 4)
        limits = (struct csv_limits){data[1] & 15, data[1] >> 4 & 15, data[0] >> 4,
                                     data[1] & 7,  limits.delimiter,  false};
    limits.any_bytes = data[0] & 8;
    const char *p = input.p + 2;
    const size_t n = input.n - 2;
    struct lines lines = find_lines(p, n, mem);
    const struct way ways[] = {{false, 0},
                               {true, 0},
                               {false, 1},
                               {true, 1},
                               {false, 2 + data[1] % 61},
                               {true, 2 + data[1] % 61}};
    struct view first = {0};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        struct view said = read_all(p, n, &limits, ways[i], &lines, mem);
        if (i == 0)
            first = said;
        else if (!view_eq(first, said)) {
            fprintf(stderr, "way 0:\n%.*sway %zu:\n%.*s", (int)first.n, first.p, i,
                    (int)said.n, said.p);
            abort();
        }
    }
}
