/* Damaged files: forged ones with one wrong number each, and every byte of real ones. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arrow/arrow_internal.h"
#include "file/file.h"
#include "help/help.h"

/* A file of one column of three rows, the second of them missing, in one batch.  Its
 * numbers are the knobs; the body holds the validity bits at 0, int32 values or offsets at
 * 64, text at 128. */
/* clang-format off */
enum knob {
    NONE, HEAD, CONTINUATION, MORE_METADATA, FOOTER_LENGTH, TAIL, FOOTER_VERSION_IS,
    MESSAGE_VERSION_IS, ENDIANNESS, COLUMNS, KIND, WIDTH, SIGNED, CHILDREN, ENCODED,
    NAME, DICTIONARIES, HEADER, ROWS, NODES, BUFFERS, COMPRESSED, BODY, NODE_ROWS,
    NODE_MISSING, BITS_AT, BITS_N, VALUES_AT, VALUES_N, TEXT_AT, TEXT_N, BLOCKS,
    BLOCK_AT, BLOCK_META, BLOCK_BODY, BITS, VALUE_0, VALUE_1, VALUE_2, VALUE_3, LETTER,
    NO_SCHEMA, NO_METADATA,
    KNOBS
};
/* clang-format on */

static const uint64_t sound[KNOBS] = {
    [HEAD] = 'A',
    [CONTINUATION] = 0xffffffff,
    [TAIL] = '1',
    [FOOTER_VERSION_IS] = 4,
    [MESSAGE_VERSION_IS] = 4,
    [COLUMNS] = 1,
    [KIND] = ARROW_KIND_INT,
    [WIDTH] = 32,
    [SIGNED] = 1,
    [NAME] = 'x',
    [HEADER] = ARROW_HEADER_BATCH,
    [ROWS] = 3,
    [NODES] = 1,
    [BUFFERS] = 2,
    [BODY] = 192,
    [NODE_ROWS] = 3,
    [NODE_MISSING] = 1,
    [BITS_N] = 1,
    [VALUES_AT] = 64,
    [VALUES_N] = 16,
    [TEXT_AT] = 128,
    [TEXT_N] = 5,
    [BLOCKS] = 1,
    [BITS] = 0xfd,
    [VALUE_1] = 1,
    [VALUE_2] = 3,
    [VALUE_3] = 5,
    [LETTER] = 0xc3,
};

struct forged {
    struct arena mem;
    unsigned char *p;
    size_t n, body_at;
};

/* ---- forging ---- */

static size_t forge_field(struct flatbuffer_builder *b, const uint64_t *k)
{
    struct flatbuffer_field f[] = {
        [FIELD_NAME] = {4, 0},
        [FIELD_NULLABLE] = {1, 1},
        [FIELD_KIND] = {1, k[KIND]},
        [FIELD_TYPE] = {4, 0},
        [FIELD_DICTIONARY] = {k[ENCODED] ? 4 : 0, 0},
        [FIELD_CHILDREN] = {4, 0},
    };
    struct flatbuffer_field type[] = {{4, k[WIDTH]}, {1, k[SIGNED]}};
    char name[] = {(char)k[NAME], '\0'};
    size_t t = flatbuffer_add_table(b, f, COUNT_OF(f));
    flatbuffer_refer(b, t, FIELD_NAME, flatbuffer_add_string(b, name));
    flatbuffer_refer(b, t, FIELD_TYPE, flatbuffer_add_table(b, type, 2));
    flatbuffer_refer(b, t, FIELD_CHILDREN, flatbuffer_add_vector(b, k[CHILDREN], 4, 4));
    if (k[ENCODED])
        flatbuffer_refer(b, t, FIELD_DICTIONARY, flatbuffer_add_table(b, NULL, 0));
    return t;
}

static size_t forge_schema(struct flatbuffer_builder *b, const uint64_t *k)
{
    struct flatbuffer_field f[] = {{2, k[ENDIANNESS]}, {4, 0}};
    size_t t = flatbuffer_add_table(b, f, COUNT_OF(f));
    size_t v = flatbuffer_add_vector(b, k[COLUMNS], 4, 4);
    flatbuffer_refer(b, t, SCHEMA_FIELDS, v);
    for (size_t i = 0; i < k[COLUMNS]; i++)
        flatbuffer_refer_item(b, v, i, forge_field(b, k));
    return t;
}

static void forge_pair(struct flatbuffer_builder *b, size_t vector, size_t i, uint64_t x,
                       uint64_t y)
{
    flatbuffer_put(b, vector + 4 + 16 * i, x, 8);
    flatbuffer_put(b, vector + 12 + 16 * i, y, 8);
}

static void forge_message(struct flatbuffer_builder *b, const uint64_t *k)
{
    struct flatbuffer_field f[] = {
        {2, k[MESSAGE_VERSION_IS]}, {1, k[HEADER]}, {4, 0}, {8, k[BODY]}};
    struct flatbuffer_field r[] = {
        {8, k[ROWS]}, {4, 0}, {4, 0}, {k[COMPRESSED] ? 4 : 0, 0}};
    flatbuffer_start(b);
    size_t t = flatbuffer_add_table(b, f, COUNT_OF(f));
    flatbuffer_finish(b, t);
    size_t record = flatbuffer_add_table(b, r, COUNT_OF(r));
    flatbuffer_refer(b, t, MESSAGE_HEADER, record);
    size_t nodes = flatbuffer_add_vector(b, k[NODES], 16, 8);
    flatbuffer_refer(b, record, RECORD_NODES, nodes);
    if (k[NODES])
        forge_pair(b, nodes, 0, k[NODE_ROWS], k[NODE_MISSING]);
    size_t buffers = flatbuffer_add_vector(b, k[BUFFERS], 16, 8);
    flatbuffer_refer(b, record, RECORD_BUFFERS, buffers);
    const uint64_t spans[] = {k[BITS_AT],  k[BITS_N],  k[VALUES_AT],
                              k[VALUES_N], k[TEXT_AT], k[TEXT_N]};
    for (size_t i = 0; i < k[BUFFERS] && i < 3; i++)
        forge_pair(b, buffers, i, spans[2 * i], spans[2 * i + 1]);
    if (k[COMPRESSED])
        flatbuffer_refer(b, record, RECORD_COMPRESSION, flatbuffer_add_table(b, NULL, 0));
}

static void forge_footer(struct flatbuffer_builder *b, const uint64_t *k, size_t at,
                         size_t meta_n)
{
    struct flatbuffer_field f[] = {
        {2, k[FOOTER_VERSION_IS]}, {k[NO_SCHEMA] ? 0 : 4, 0}, {4, 0}, {4, 0}};
    flatbuffer_start(b);
    size_t t = flatbuffer_add_table(b, f, COUNT_OF(f));
    flatbuffer_finish(b, t);
    if (!k[NO_SCHEMA])
        flatbuffer_refer(b, t, FOOTER_SCHEMA, forge_schema(b, k));
    flatbuffer_refer(b, t, FOOTER_DICTIONARIES,
                     flatbuffer_add_vector(b, k[DICTIONARIES], 24, 8));
    size_t blocks = flatbuffer_add_vector(b, k[BLOCKS], 24, 8);
    flatbuffer_refer(b, t, FOOTER_BATCHES, blocks);
    for (size_t i = 0; i < k[BLOCKS]; i++) {
        flatbuffer_put(b, blocks + 4 + 24 * i, at + k[BLOCK_AT], 8);
        flatbuffer_put(b, blocks + 12 + 24 * i,
                       k[NO_METADATA] ? 8 : meta_n + k[BLOCK_META], 4);
        flatbuffer_put(b, blocks + 20 + 24 * i, k[BODY] + k[BLOCK_BODY], 8);
    }
}

static void append(struct forged *f, const void *p, size_t n)
{
    f->p = arena_grow(&f->mem, f->p, f->n, f->n + n);
    memcpy(f->p + f->n, p, n);
    f->n += n;
}

static void append_number(struct forged *f, uint64_t x, size_t width)
{
    append(f, &x, width);
}

static void append_body(struct forged *f, const uint64_t *k)
{
    unsigned char body[192] = {(unsigned char)k[BITS]};
    for (size_t i = 0; i < 4; i++)
        memcpy(body + 64 + 4 * i, &k[VALUE_0 + i], 4);
    memcpy(body + 128, "a\0\xb1\xc3\xa9", 5);
    body[129] = (unsigned char)k[LETTER];
    append(f, body, sizeof body);
}

static struct forged forge(const uint64_t *k)
{
    struct forged f = {0};
    struct flatbuffer_builder b = {.mem = &f.mem};
    append(&f, "ARROW1\0\0", 8);
    f.p[0] = (unsigned char)k[HEAD];
    forge_message(&b, k);
    size_t padding = (64 - (f.n + 8 + b.n) % 64) % 64, meta_n = 8 + b.n + padding;
    append_number(&f, k[CONTINUATION], 4);
    append_number(&f, b.n + padding + k[MORE_METADATA], 4);
    append(&f, b.p, b.n);
    append(&f, (char[64]){0}, padding);
    f.body_at = f.n;
    append_body(&f, k);
    append_number(&f, 0xffffffff, 8);
    forge_footer(&b, k, 8, meta_n);
    append(&f, b.p, b.n);
    append_number(&f, b.n + k[FOOTER_LENGTH], 4);
    append(&f, "ARROW1", 6);
    f.p[f.n - 1] = (unsigned char)k[TAIL];
    return f;
}

/* ---- reading ---- */

static uint64_t touch(const struct batch *b, const struct schema *s)
{
    uint64_t sum = 0;
    for (size_t c = 0; c < s->n; c++) {
        const struct column *column = &b->column[c];
        size_t bytes = arrow_value_bytes(s->field[c].type, b->n);
        if (s->field[c].type == TYPE_TEXT)
            bytes = (size_t)column->offsets[b->n];
        sum = text_hash(sum, column->values, bytes);
        for (size_t i = 0; i < b->n; i++)
            sum += column_present(column, i);
    }
    return sum;
}

/* Reads everything; the bytes stand in memory of exactly their length. */
static enum status read_all(const unsigned char *p, size_t n, uint64_t *ret_sum,
                            struct error *err)
{
    struct arena mem = {0};
    struct arrow_file *f = NULL;
    struct batch batch;
    void *exact = NULL;
    cr_assert_eq(posix_memalign(&exact, 64, n ? n : 1), 0);
    memcpy(exact, p, n);
    enum status status = arrow_open_bytes(exact, n, "some.arrow", &mem, &f, err);
    uint64_t sum = 0;
    for (size_t b = 0; status == STATUS_OK && b < arrow_batches(f); b++) {
        status = arrow_read(f, b, &batch, err);
        if (status == STATUS_OK)
            sum += touch(&batch, arrow_schema(f));
    }
    if (status == STATUS_OK)
        *ret_sum = sum;
    arrow_close(f);
    arena_release(&mem);
    free(exact);
    return status;
}

/* The byte that a message of damage names, or n when it names none. */
static size_t named_byte(const struct error *err, size_t n)
{
    const char *at = strstr(err->message, " at byte ");
    return at ? strtoul(at + 9, NULL, 10) : n;
}

/* ---- one wrong number ---- */

#define D "damaged Arrow file: "

/* clang-format off */
static const struct {
    struct {
        enum knob knob;
        uint64_t value;
    } set[3];
    size_t body_byte; // where the fault is in the body, from 1
    const char *message; // without " at byte N"
} cases[] = {
    {{{HEAD, 'a'}}, 0, "not an Arrow file: it does not begin with 'ARROW1'"},
    {{{TAIL, '2'}}, 0, D "no 'ARROW1' at its end"},
    {{{FOOTER_LENGTH, 100000}}, 0, D "wrong length of the footer"},
    {{{FOOTER_LENGTH, UINT64_C(0x80000000)}}, 0, D "wrong length of the footer"},
    {{{FOOTER_VERSION_IS, 2}}, 0, D "metadata of another version than 4 and 5"},
    {{{MESSAGE_VERSION_IS, 5}}, 0, D "metadata of another version than 4 and 5"},
    {{{ENDIANNESS, 1}}, 0, D "numbers that are not little endian"},
    {{{COLUMNS, 0}}, 0, D "a table without columns"},
    {{{COLUMNS, 16385}}, 0, D "more than 16384 columns"},
    {{{COLUMNS, 2}}, 0, "two columns are called 'x'"},
    {{{NAME, 0xff}}, 0, D "text that is not UTF-8"},
    {{{KIND, 0}}, 0, D "a column of unknown type"},
    {{{KIND, 27}}, 0, D "a column of unknown type"},
    {{{KIND, 20}}, 0,
     "column 'x' has type large_utf8, which is not read; cast it to utf8"},
    {{{KIND, 12}}, 0,
     "column 'x' has type list, which is not read; split it into columns"},
    {{{WIDTH, 16}}, 0, "column 'x' has type int16, which is not read; cast it to int64"},
    {{{SIGNED, 0}}, 0, "column 'x' has type uint32, which is not read; cast it to int64"},
    {{{KIND, 3}, {WIDTH, 1}}, 0,
     "column 'x' has type float32, which is not read; cast it to float64"},
    {{{KIND, 8}, {WIDTH, 1}}, 0,
     "column 'x' has type date64, which is not read; cast it to date32"},
    {{{ENCODED, 1}}, 0,
     "column 'x' has type dictionary, which is not read; cast it to the type of its "
       "values"},
    {{{CHILDREN, 1}}, 0, D "a column of a plain type has children"},
    {{{DICTIONARIES, 1}}, 0, D "dictionaries that no column uses"},
    {{{CONTINUATION, 0xfffffffe}}, 0, D "no message"},
    {{{MORE_METADATA, 8}}, 0, D "wrong length of a message"},
    {{{HEADER, ARROW_HEADER_SCHEMA}}, 0, D "a message that is no batch of rows"},
    {{{HEADER, ARROW_HEADER_DICTIONARY}}, 0, D "a message that is no batch of rows"},
    {{{BLOCK_BODY, (uint64_t)-8}}, 0, D "wrong length of a batch"},
    {{{BLOCK_BODY, 4}}, 0, D "a batch at no multiple of 8"},
    {{{BLOCK_BODY, 4096}}, 0, D "a batch lies outside of its place"},
    {{{BLOCK_BODY, INT64_MAX - 7}}, 0, D "a batch lies outside of its place"},
    {{{BLOCK_AT, (uint64_t)-8}}, 0, D "a batch lies outside of its place"},
    {{{BLOCK_AT, UINT64_C(1) << 63}}, 0, D "a batch lies outside of its place"},
    {{{BLOCK_META, UINT64_C(0x80000000)}}, 0, D "a batch lies outside of its place"},
    {{{NO_METADATA, 1}}, 0, D "a batch without metadata"},
    {{{NO_SCHEMA, 1}}, 0, D "no schema"},
    {{{BLOCKS, 2}}, 0, D "a batch lies outside of its place"},
    {{{BLOCKS, 0}}, 0, NULL},
    {{{COMPRESSED, 1}}, 0, "the columns are compressed, which is not read"},
    {{{ROWS, UINT64_C(1) << 31}}, 0, D "wrong number of rows"},
    {{{ROWS, UINT64_MAX}}, 0, D "wrong number of rows"},
    {{{ROWS, 2}}, 0, D "a column of another length than its batch"},
    {{{ROWS, 5}, {NODE_ROWS, 5}}, 0, D "values of column 'x' take 16 bytes, expected 20"},
    {{{NODES, 0}}, 0, D "wrong number of columns in a batch"},
    {{{BUFFERS, 1}}, 0, D "wrong number of buffers in a batch"},
    {{{BUFFERS, 3}}, 0, D "wrong number of buffers in a batch"},
    {{{NODE_MISSING, 4}}, 0, D "more missing values than rows in column 'x'"},
    {{{NODE_MISSING, UINT64_MAX}}, 0, D "more missing values than rows in column 'x'"},
    {{{NODE_MISSING, 2}}, 1, D "1 missing values in column 'x', expected 2"},
    {{{NODE_MISSING, 0}}, 1, D "1 missing values in column 'x', expected 0"},
    {{{BITS_N, 0}}, 1, D "validity bits of column 'x' take 0 bytes, expected 1"},
    {{{BITS_N, 0}, {NODE_MISSING, 0}}, 0, NULL},
    {{{BITS_AT, 200}}, 0, D "a buffer lies outside of its batch"},
    {{{VALUES_AT, UINT64_MAX - 7}}, 0, D "a buffer lies outside of its batch"},
    {{{VALUES_N, UINT64_MAX - 7}}, 0, D "a buffer lies outside of its batch"},
    {{{VALUES_AT, 192}, {VALUES_N, 0}}, 193,
     D "values of column 'x' take 0 bytes, expected 12"},
    {{{VALUES_AT, 0}, {VALUES_N, 192}}, 0, D "buffers of a batch overlap"},
    {{{VALUES_AT, 65}}, 0, NULL}, // copied
    {{{KIND, 5}, {BUFFERS, 3}}, 0, NULL},
    {{{KIND, 5}, {BUFFERS, 3}, {VALUES_AT, 62}}, 75,
     D "text of column 'x' lies outside of its buffer"},
    {{{KIND, 5}, {BUFFERS, 3}, {VALUES_N, 12}}, 65,
     D "text offsets of column 'x' take 12 bytes, expected 16"},
    {{{KIND, 5}, {BUFFERS, 3}, {VALUE_0, 0xffffffff}}, 65,
     D "a text offset of column 'x' goes back"},
    {{{KIND, 5}, {BUFFERS, 3}, {VALUE_2, 0}}, 73,
     D "a text offset of column 'x' goes back"},
    {{{KIND, 5}, {BUFFERS, 3}, {VALUE_3, 6}}, 77,
     D "text of column 'x' lies outside of its buffer"},
    {{{KIND, 5}, {BUFFERS, 3}, {VALUE_2, 4}}, 133,
     D "text of column 'x' in row 3 is not UTF-8"},
    {{{KIND, 5}, {BUFFERS, 3}, {LETTER, 0xff}}, 0, NULL}, // of the missing value
    {{{KIND, 8}, {WIDTH, 0}}, 0, NULL},
    {{{KIND, 8}, {WIDTH, 0}, {VALUE_0, 2932897}}, 65,
     D "the date of column 'x' in row 1 is outside of the years 1 to 9999"},
    {{{KIND, 8}, {WIDTH, 0}, {VALUE_2, 0x80000000}}, 73,
     D "the date of column 'x' in row 3 is outside of the years 1 to 9999"},
    {{{KIND, 8}, {WIDTH, 0}, {VALUE_1, 0x80000000}}, 0, NULL}, // missing
    {{{KIND, 6}}, 0, NULL},
    {{{KIND, 3}, {WIDTH, 2}}, 0, D "values of column 'x' take 16 bytes, expected 24"},
};
/* clang-format on */

ParameterizedTestParameters(arrow_damage, one_wrong_number_is_named)
{
    static size_t index[COUNT_OF(cases)];
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, COUNT_OF(cases));
}

ParameterizedTest(size_t *index, arrow_damage, one_wrong_number_is_named)
{
    size_t i = *index;
    uint64_t knobs[KNOBS], sum = 0;
    struct error err = {0};
    memcpy(knobs, sound, sizeof knobs);
    for (size_t j = 0; j < COUNT_OF(cases[i].set); j++)
        knobs[cases[i].set[j].knob] = cases[i].set[j].value;
    struct forged f = forge(knobs);
    enum status status = read_all(f.p, f.n, &sum, &err);
    if (!cases[i].message) {
        cr_assert_eq(status, STATUS_OK, "case %zu: %s", i, err.message);
    } else {
        size_t n = strlen(cases[i].message), at = named_byte(&err, f.n);
        cr_assert_eq(status, STATUS_INPUT, "case %zu was read", i);
        cr_assert_eq(strncmp(err.message, cases[i].message, n), 0, "case %zu: %s", i,
                     err.message);
        cr_assert(err.message[n] == '\0' ||
                  strncmp(err.message + n, " at byte ", 9) == 0);
        cr_assert_str_eq(err.loc.path, "some.arrow");
        if (cases[i].body_byte)
            cr_assert_eq(at, f.body_at + cases[i].body_byte - 1, "case %zu: %s", i,
                         err.message);
    }
    arena_release(&f.mem);
}

/* ---- any byte ---- */

/* A damaged file is read or refused, and a refusal says what and where. */
static bool refused(const unsigned char *p, size_t n)
{
    static const char *const others[] = {"not an Arrow file: ", "column ",
                                         "two columns are called ",
                                         "the columns are compressed, "};
    struct error err = {0};
    uint64_t sum;
    enum status status = read_all(p, n, &sum, &err);
    if (status == STATUS_OK) {
        cr_assert_eq(err.status, STATUS_OK);
        return false;
    }
    cr_assert_eq(status, STATUS_INPUT);
    cr_assert_eq(err.status, STATUS_INPUT);
    cr_assert_str_eq(err.loc.path, "some.arrow");
    if (strncmp(err.message, "damaged Arrow file: ", 20) == 0) {
        cr_assert_leq(named_byte(&err, n + 1), n, "%s", err.message);
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        if (strncmp(err.message, others[i], strlen(others[i])) == 0)
            return true;
    }
    cr_assert_fail("%s", err.message);
    return true;
}

/* Two batches of every type with missing values, as the writer makes them. */
static const unsigned char *real_file(size_t *ret_n)
{
    static struct field fields[] = {{"r", TYPE_REAL},
                                    {"i", TYPE_INT64},
                                    {"d", TYPE_DATE},
                                    {"t", TYPE_TEXT},
                                    {"b", TYPE_BOOL}};
    static struct meta meta = {"stage", "test"};
    static const double reals[] = {1, 2, 3};
    static const int64_t wides[] = {1, 2, 3};
    static const int32_t days[] = {1, 2, 3}, offsets[] = {0, 2, 2, 3};
    static const uint8_t bits[] = {0x05};
    struct column columns[] = {
        {.values = reals, .validity = bits},
        {.values = wides, .validity = bits},
        {.values = days, .validity = bits},
        {.values = "\xc3\xb1z", .offsets = offsets, .validity = bits},
        {.values = bits, .validity = bits}};
    const char *path = help_path(help_folder(), "real.arrow");
    struct schema schema = {COUNT_OF(fields), fields, 1, &meta};
    struct batch batch = {3, columns};
    struct error err = {0};
    struct arena mem = {0};
    struct publish publish = {0};
    struct output *out;
    struct arrow_writer *w;
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    cr_assert_eq(arrow_begin(out, &schema, &mem, &w, &err), STATUS_OK);
    cr_assert_eq(arrow_write(w, &batch, &err), STATUS_OK);
    cr_assert_eq(arrow_write(w, &batch, &err), STATUS_OK);
    cr_assert_eq(arrow_finish(w, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    arena_release(&mem);
    return (const unsigned char *)help_read(path, ret_n);
}

Test(arrow_damage, a_file_cut_anywhere_is_refused)
{
    size_t n;
    const unsigned char *p = real_file(&n);
    cr_assert_not(refused(p, n));
    for (size_t m = 0; m < n; m++)
        cr_assert(refused(p, m), "%zu of %zu bytes were read", m, n);
}

Test(arrow_damage, any_wrong_byte_is_read_or_refused_with_its_place, .timeout = 60)
{
    size_t n, refusals = 0, tried = 0;
    unsigned char *p = (unsigned char *)(uintptr_t)real_file(&n);
    for (size_t i = 0; i < n; i++) {
        const unsigned char was = p[i];
        const unsigned char others[] = {0,    1,       0x7f,    0x80,
                                        0xff, was ^ 1, was ^ 4, was ^ 0x40};
        for (size_t j = 0; j < COUNT_OF(others); j++) {
            p[i] = others[j];
            refusals += refused(p, n);
            tried++;
        }
        p[i] = was;
    }
    cr_log_info("%zu of %zu refused", refusals, tried);
    cr_assert_gt(refusals,
                 tried / 20); // most bytes are padding, values and the unread schema
}

Test(arrow_damage, two_wrong_words_in_the_metadata_are_read_or_refused, .timeout = 60)
{
    size_t n;
    unsigned char *p = (unsigned char *)(uintptr_t)real_file(&n);
    unsigned char *q = malloc(n);
    uint64_t state = 7;
    cr_assert_not_null(q);
    for (size_t round = 0; round < 20000; round++) {
        memcpy(q, p, n);
        for (size_t j = 0; j < 2; j++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            size_t at = (state >> 33) % (n / 4) * 4;
            uint32_t other = (uint32_t)(state >> 20) >> (state >> 59);
            memcpy(q + at, &other, at + 4 <= n ? 4 : n - at);
        }
        refused(q, n);
    }
    free(q);
}

/* ---- other formats ---- */

Test(arrow_damage, other_formats_are_recognised)
{
    static const char *const hints[] = {
        "FEA1 and more",
        "this is a Feather file of version 1; write it in version 2",
        "PAR1 and more",
        "this is a Parquet file; write it as Arrow IPC (Feather)",
        "\xff\xff\xff\xff more",
        "this is an Arrow stream; write it in the file format",
        "a,b,c\n1,2,3\n",
        ""};
    for (size_t i = 0; i < COUNT_OF(hints); i += 2) {
        struct error err = {0};
        uint64_t sum;
        const unsigned char *p = (const unsigned char *)hints[i];
        cr_assert_eq(read_all(p, strlen(hints[i]), &sum, &err), STATUS_INPUT);
        cr_assert_str_eq(err.message,
                         "not an Arrow file: it does not begin with 'ARROW1'");
        cr_assert_str_eq(err.hint, hints[i + 1]);
    }
}

Test(arrow_damage, a_missing_file_and_a_folder_are_refused)
{
    struct arena mem = {0};
    struct error err = {0};
    struct arrow_file *f;
    const char *folder = help_folder();
    cr_assert_eq(arrow_open(help_path(folder, "none.arrow"), &mem, &f, &err),
                 STATUS_INPUT);
    cr_assert_eq(arrow_open(folder, &mem, &f, &err), STATUS_INPUT);
    const char *empty = help_path(folder, "empty.arrow");
    help_write_text(empty, "");
    cr_assert_eq(arrow_open(empty, &mem, &f, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "not an Arrow file: it does not begin with 'ARROW1'");
    cr_assert_str_eq(err.loc.path, empty);
    arena_release(&mem);
}
