/* Any bytes as an Arrow file: refused with file and reason, or read with every value in
 * bounds; then the columns as reals agree with the batches, and the table written anew reads
 * the same, and written once more gives the same bytes. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arrow/arrow.h"
#include "file/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "broken promise: %s\n", what);
    abort();
}

static void check_refusal(enum status status, const struct error *err)
{
    require(status == STATUS_INPUT && err->status == STATUS_INPUT,
            "a refusal is about input");
    require(strcmp(err->loc.path, "input") == 0, "a refusal names the file");
    require(err->message[0] != '\0', "a refusal has a reason");
    if (strncmp(err->message, "damaged", 7) == 0)
        require(strstr(err->message, " at byte ") != NULL, "damage has a place");
}

/* ---- values ---- */

static struct view text_at(const struct column *c, size_t i)
{
    return (struct view){(const char *)c->values + c->offsets[i],
                         (size_t)(c->offsets[i + 1] - c->offsets[i])};
}

/* Looks at every value of a column; the sanitizers watch. */
static void check_column(enum type type, const struct column *c, size_t n)
{
    size_t missing = 0;
    for (size_t i = 0; i < n; i++) {
        bool present = column_present(c, i);
        missing += !present;
        if (type == TYPE_TEXT && present) {
            struct view v = text_at(c, i);
            require(text_utf8_valid(v.p, v.n) == v.n, "text is UTF-8");
        }
        if (type == TYPE_DATE && present) {
            int32_t day = ((const int32_t *)c->values)[i];
            require(day >= -719162 && day <= 2932896, "dates lie in the years 1 to 9999");
        }
    }
    require(missing == c->missing, "missing is what the bits say");
    require((c->validity != NULL) == (missing > 0),
            "bits stand where a value is missing");
}

static bool same_cell(enum type type, const struct column *a, size_t i,
                      const struct column *b, size_t j)
{
    static const size_t width[] = {[TYPE_REAL] = 8,
                                   [TYPE_INT64] = 8,
                                   [TYPE_INT32] = 4,
                                   [TYPE_DATE] = 4,
                                   [TYPE_TIME] = 8};
    if (column_present(a, i) != column_present(b, j))
        return false;
    if (!column_present(a, i))
        return true;
    if (type == TYPE_TEXT)
        return view_eq(text_at(a, i), text_at(b, j));
    const uint8_t *p = a->values, *q = b->values;
    if (type == TYPE_BOOL)
        return (p[i / 8] >> i % 8 & 1) == (q[j / 8] >> j % 8 & 1);
    return memcmp(p + width[type] * i, q + width[type] * j, width[type]) == 0;
}

static void check_reals(struct arrow_file *f, size_t c, const double *all)
{
    struct error err = {0};
    struct batch batch;
    enum type type = arrow_schema(f)->field[c].type;
    double *part = malloc(sizeof *part * (arrow_rows(f) + 1));
    size_t first = 0;
    require(part != NULL, "there is memory");
    for (size_t b = 0; b < arrow_batches(f); b++) {
        require(arrow_read(f, b, &batch, &err) == STATUS_OK, "a batch is read again");
        column_reals(type, &batch.column[c], batch.n, part);
        require(memcmp(part, all + first, sizeof *part * batch.n) == 0,
                "reals are the values");
        first += batch.n;
    }
    free(part);
}

/* Reads everything; false when a batch is refused. */
static bool check_file(struct arrow_file *f)
{
    const struct schema *s = arrow_schema(f);
    struct error err = {0};
    struct batch batch;
    size_t rows = 0;
    for (size_t b = 0; b < arrow_batches(f); b++) {
        enum status status = arrow_read(f, b, &batch, &err);
        if (status != STATUS_OK) {
            check_refusal(status, &err);
            return false;
        }
        for (size_t c = 0; c < s->n; c++)
            check_column(s->field[c].type, &batch.column[c], batch.n);
        rows += batch.n;
    }
    require(rows == arrow_rows(f), "the batches have the file's rows");
    double *all = malloc(sizeof *all * (rows + 1));
    require(all != NULL, "there is memory");
    for (size_t c = 0; c < s->n; c++) {
        enum status status = arrow_reals(f, c, all, &err);
        require((status == STATUS_OK) == (s->field[c].type != TYPE_TEXT),
                "numbers are reals");
        if (status == STATUS_OK)
            check_reals(f, c, all);
    }
    free(all);
    return true;
}

/* ---- writing anew ---- */

struct bytes {
    unsigned char *p; // aligned as arrow_open_bytes wants it
    size_t n;
};

static struct bytes copy_bytes(const void *p, size_t n)
{
    void *copy = NULL;
    require(posix_memalign(&copy, 64, n ? n : 1) == 0, "there is memory");
    if (n)
        memcpy(copy, p, n);
    return (struct bytes){copy, n};
}

/* Collects what the writer writes in a file without a name. */
static struct bytes collect(struct output *out)
{
    static unsigned char *whole;
    require(pwrite(out->fd, out->buffer, out->used, (off_t)(out->offset - out->used)) ==
                (ssize_t)out->used,
            "the scratch file is written");
    whole = realloc(whole, out->offset);
    require(whole != NULL, "there is memory");
    require(pread(out->fd, whole, out->offset, 0) == (ssize_t)out->offset, "it is read");
    return copy_bytes(whole, out->offset);
}

static struct bytes rewrite(struct arrow_file *f)
{
    static FILE *scratch;
    static char buffer[65536];
    if (!scratch)
        scratch = tmpfile();
    require(scratch != NULL && lseek(fileno(scratch), 0, SEEK_SET) == 0,
            "there is a scratch file");
    struct output out = {.path = "output", .fd = fileno(scratch), .buffer = buffer};
    struct arena mem = {0};
    struct error err = {0};
    struct arrow_writer *w;
    struct batch batch;
    require(arrow_begin(&out, arrow_schema(f), &mem, &w, &err) == STATUS_OK,
            "it is written");
    for (size_t b = 0; b < arrow_batches(f); b++) {
        require(arrow_read(f, b, &batch, &err) == STATUS_OK, "a batch is read again");
        require(arrow_write(w, &batch, &err) == STATUS_OK, "a batch is written");
    }
    require(arrow_finish(w, &err) == STATUS_OK, "it is finished");
    arena_release(&mem);
    return collect(&out);
}

static void check_same_schema(const struct schema *a, const struct schema *b)
{
    require(a->n == b->n && a->n_meta == b->n_meta, "the schema keeps its length");
    for (size_t i = 0; i < a->n; i++) {
        require(strcmp(a->field[i].name, b->field[i].name) == 0,
                "columns keep their names");
        require(a->field[i].type == b->field[i].type, "columns keep their types");
    }
    for (size_t i = 0; i < a->n_meta; i++) {
        require(strcmp(a->meta[i].key, b->meta[i].key) == 0, "metadata keep their keys");
        require(strcmp(a->meta[i].value, b->meta[i].value) == 0,
                "metadata keep their values");
    }
}

/* Batches of a may be longer than those of b, which the writer made. */
static void check_same_rows(struct arrow_file *a, struct arrow_file *b)
{
    const struct schema *s = arrow_schema(a);
    struct error err = {0};
    struct batch x, y = {0};
    size_t next = 0, j = 0;
    for (size_t k = 0; k < arrow_batches(a); k++) {
        require(arrow_read(a, k, &x, &err) == STATUS_OK, "a batch is read again");
        for (size_t i = 0; i < x.n; i++, j++) {
            if (j == y.n) {
                require(arrow_read(b, next++, &y, &err) == STATUS_OK,
                        "what was written is read");
                j = 0;
            }
            for (size_t c = 0; c < s->n; c++)
                require(same_cell(s->field[c].type, &x.column[c], i, &y.column[c], j),
                        "values survive");
        }
    }
    require(j == y.n && next == arrow_batches(b), "no row is added");
}

static void check_round_trip(struct arrow_file *f)
{
    struct arena mem = {0};
    struct error err = {0};
    struct arrow_file *g;
    struct bytes once = rewrite(f);
    require(arrow_open_bytes(once.p, once.n, "output", &mem, &g, &err) == STATUS_OK,
            "what was written is opened");
    check_same_schema(arrow_schema(f), arrow_schema(g));
    check_same_rows(f, g);
    struct bytes twice = rewrite(g);
    require(twice.n == once.n && memcmp(twice.p, once.p, once.n) == 0,
            "the bytes are the same");
    arrow_close(g);
    arena_release(&mem);
    free(once.p);
    free(twice.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena mem = {0};
    struct error err = {0};
    struct arrow_file *f = NULL;
    struct bytes input = copy_bytes(data, size);
    enum status status = arrow_open_bytes(input.p, input.n, "input", &mem, &f, &err);
    if (status != STATUS_OK)
        check_refusal(status, &err);
    else if (check_file(f))
        check_round_trip(f);
    arrow_close(f);
    arena_release(&mem);
    free(input.p);
    return 0;
}
