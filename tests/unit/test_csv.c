/* Reading CSV.
 *
 * What a text should read as is written as text: each record on a line, "LINE:" and then
 * its cells as " LINE:COL[bytes]", with q before the bracket when the cell is quoted; at
 * last an empty line, or "LINE:COL: message".  Every text is read by both scanners and in
 * pieces of many sizes. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <jansson.h>

#include "csv/csv.h"
#include "help/help.h"

/* Hands a test the indices of a table, one a call. */
#define PARAMETERS(name, table)                                                          \
    ParameterizedTestParameters(csv, name)                                               \
    {                                                                                    \
        static size_t index[sizeof(table) / sizeof((table)[0])];                         \
        for (size_t i = 0; i < sizeof(index) / sizeof(index[0]); i++)                    \
            index[i] = i;                                                                \
        return cr_make_param_array(size_t, index, sizeof(index) / sizeof(index[0]));     \
    }

static struct arena mem;

static void give_back(void)
{
    arena_release(&mem);
}

TestSuite(csv, .fini = give_back);

/* Says all that a reader reads, and closes it. */
static const char *say(struct csv_reader *r, struct error *ret_err)
{
    struct text said = {.mem = &mem};
    struct csv_record rec;
    struct error err = {.status = STATUS_OK};
    enum status status;
    while ((status = csv_next(r, &rec, &err)) == STATUS_OK && rec.n > 0) {
        text_addf(&said, "%zu:", rec.line);
        for (size_t i = 0; i < rec.n; i++) {
            const struct csv_field *f = &rec.field[i];
            text_addf(&said, " %zu:%zu%s[", f->line, f->col, f->quoted ? "q" : "");
            text_add(&said, f->p, f->n);
            text_putc(&said, ']');
        }
        text_putc(&said, '\n');
    }
    if (status != STATUS_OK)
        text_addf(&said, "%zu:%zu: %s\n", err.loc.line, err.loc.col, err.message);
    else
        text_putc(&said, '\n');
    if (ret_err)
        *ret_err = err;
    csv_close(r);
    return said.p;
}

static struct csv_reader *open_text(const char *p, size_t n, size_t piece,
                                    bool libcsv_only, const struct csv_limits *limits)
{
    struct csv_reader *r;
    struct error err;
    // A copy without a byte to spare, so that reading beyond its end is seen.
    char *copy = arena_alloc(&mem, n);
    memcpy(copy, p, n);
    cr_assert_eq(csv_open_bytes(copy, n, piece, "t.csv", limits, &mem, &r, &err),
                 STATUS_OK);
    if (libcsv_only)
        csv_libcsv_only(r);
    return r;
}

static const char *read_text(const char *p, size_t n, const struct csv_limits *limits,
                             struct error *ret_err)
{
    return say(open_text(p, n, 0, false, limits), ret_err);
}

/* Both scanners, all pieces up to 20 bytes and some more, say the same. */
static void expect_any_way(const char *p, size_t n, const struct csv_limits *limits,
                           const char *wanted)
{
    for (size_t piece = 0; piece <= n + 1; piece += piece < 20 ? 1 : 7) {
        for (int libcsv_only = 0; libcsv_only < 2; libcsv_only++) {
            const char *said = say(open_text(p, n, piece, libcsv_only, limits), NULL);
            cr_assert_eq(strcmp(said, wanted), 0,
                         "piece %zu, libcsv only %d\n%s\nwanted\n%s", piece, libcsv_only,
                         said, wanted);
        }
    }
}

struct example {
    const char *text, *wanted;
};

// clang-format off
static const struct example examples[] = {
    // Line ends and places.
    {"a,b\n1,22\n", "1: 1:1[a] 1:3[b]\n2: 2:1[1] 2:3[22]\n\n"},
    {"a,b\r\n1,22\r\n", "1: 1:1[a] 1:3[b]\n2: 2:1[1] 2:3[22]\n\n"},
    {"a,b\r1,22\r", "1: 1:1[a] 1:3[b]\n2: 2:1[1] 2:3[22]\n\n"},
    {"a,b\n1,22", "1: 1:1[a] 1:3[b]\n2: 2:1[1] 2:3[22]\n\n"},
    {"a,b\r\n1,2\r3,4\n5,6",
     "1: 1:1[a] 1:3[b]\n2: 2:1[1] 2:3[2]\n3: 3:1[3] 3:3[4]\n4: 4:1[5] 4:3[6]\n\n"},
    {"", "\n"},
    {"\n\r\n\r", "\n"},
    {"\xEF\xBB\xBF", "\n"},
    {"\xEF\xBB\xBF" "a,b\n1,2\n", "1: 1:1[a] 1:3[b]\n2: 2:1[1] 2:3[2]\n\n"},
    {"\xEF\xBB\xBF\"a\",b\n", "1: 1:1q[a] 1:5[b]\n\n"},
    {"\xEF\xBB\n", "1:1: invalid UTF-8, byte 0xEF\n"},
    // Empty cells, blanks, control characters, characters beyond ASCII.
    {",\n,,\n", "1: 1:1[] 1:2[]\n2: 2:1[] 2:2[] 2:3[]\n\n"},
    {"a,b\n1,", "1: 1:1[a] 1:3[b]\n2: 2:1[1] 2:3[]\n\n"},
    {" a ,\tb\t\n  ,x\n", "1: 1:1[ a ] 1:5[\tb\t]\n2: 2:1[  ] 2:4[x]\n\n"},
    {"a\x01\x02,\x0B\n", "1: 1:1[a\x01\x02] 1:5[\x0B]\n\n"},
    {"é,日本\nx,€\n", "1: 1:1[é] 1:4[日本]\n2: 2:1[x] 2:3[€]\n\n"},
    // Quoted cells.
    {"\"a\",\"\"\n", "1: 1:1q[a] 1:5q[]\n\n"},
    {"\"a,b\",c\n", "1: 1:1q[a,b] 1:7[c]\n\n"},
    {"\"a\"\"b\",\"\"\"\"\n", "1: 1:1q[a\"b] 1:8q[\"]\n\n"},
    {"\"\"\"a\"\"\",x", "1: 1:1q[\"a\"] 1:9[x]\n\n"},
    {"x,\"a\"", "1: 1:1[x] 1:3q[a]\n\n"},
    {"\" a \",\"b\"\r\n", "1: 1:1q[ a ] 1:7q[b]\n\n"},
    {"a,\"1\n2\r\n3\r4\",b\nc,d,e\n",
     "1: 1:1[a] 1:3q[1\n2\r\n3\r4] 4:4[b]\n5: 5:1[c] 5:3[d] 5:5[e]\n\n"},
    {"\"\n\n\",x\ny,z\n", "1: 1:1q[\n\n] 3:3[x]\n4: 4:1[y] 4:3[z]\n\n"},
    {"\"\r\",\"\n\"\r\ny,z\r\n", "1: 1:1q[\r] 2:3q[\n]\n4: 4:1[y] 4:3[z]\n\n"},
    // Blank lines: nothing in a table of several columns, an empty cell in a table of
    // one.
    {"\n\na,b\n\n1,2\r\n\r\n\r3,4\n\n",
     "3: 3:1[a] 3:3[b]\n5: 5:1[1] 5:3[2]\n8: 8:1[3] 8:3[4]\n\n"},
    {"\na\n1\n\n3\r\n\r\n", "2: 2:1[a]\n3: 3:1[1]\n4: 4:1[]\n5: 5:1[3]\n6: 6:1[]\n\n"},
    {"a\n1", "1: 1:1[a]\n2: 2:1[1]\n\n"},
    {"a,b\n  \n", "1: 1:1[a] 1:3[b]\n2: 2:1[  ]\n\n"},
    // A wrong number of cells is the caller's business.
    {"a,b\n1\n1,2,3\n", "1: 1:1[a] 1:3[b]\n2: 2:1[1]\n3: 3:1[1] 3:3[2] 3:5[3]\n\n"},
    // Bare quotes that are text.
    {"a,b\n5\" pipe,37.8\"N\n", "1: 1:1[a] 1:3[b]\n2: 2:1[5\" pipe] 2:9[37.8\"N]\n\n"},
    {"é\"x\n5\"'2\"-\n", "1: 1:1[é\"x]\n2: 2:1[5\"'2\"-]\n\n"},
};

static const struct example refused[] = {
    {"a,b\n\"x,1\ny,2\n",
     "1: 1:1[a] 1:3[b]\n2:1: the quote opened here is never closed\n"},
    {"a,\"b", "1:3: the quote opened here is never closed\n"},
    {"a,\"", "1:3: the quote opened here is never closed\n"},
    {"a,b\nx,\"\"\"\n", "1: 1:1[a] 1:3[b]\n2:3: the quote opened here is never closed\n"},
    {"\"a\"b,c\n",
     "1:4: expected ',' or the end of the line behind a closing quote, found 'b'\n"},
    {"a\nb\n\"c\" ,d",
     "1: 1:1[a]\n2: 2:1[b]\n"
     "3:4: expected ',' or the end of the line behind a closing quote, found ' '\n"},
    {"\"1\n2\"é",
     "2:3: expected ',' or the end of the line behind a closing quote, found 'é'\n"},
    {"\"a\"\"\"\"b\",\"c\"\x01",
     "1:13: expected ',' or the end of the line behind a closing quote, found '\\x01'\n"},
    {"a\"\n", "1:2: a quote stands inside a cell without quotes\n"},
    {"a\",b\n", "1:2: a quote stands inside a cell without quotes\n"},
    {"a\"", "1:2: a quote stands inside a cell without quotes\n"},
    {"x, \"a\"\n", "1:4: a quote stands inside a cell without quotes\n"},
    {"x;\"a\";y\n", "1:3: a quote stands inside a cell without quotes\n"},
    {"x|1\"|y\n", "1:4: a quote stands inside a cell without quotes\n"},
    {"x\"\"y\n", "1:2: a quote stands inside a cell without quotes\n"},
    {"it's \"a\"\n", "1:6: a quote stands inside a cell without quotes\n"},
    {"\"a\",b\n\n1,5\" pipe\n",
     "1: 1:1q[a] 1:5[b]\n"
     "3:4: a quote stands inside a cell without quotes, while line 1 has cells in quotes\n"},
    {"a,b\n5\" pipe,\"x\"\n",
     "1: 1:1[a] 1:3[b]\n"
     "2:9: a cell in quotes, while line 2 has a quote inside a cell without quotes\n"},
    {"a,b\nx,\xE9t\xE9\n", "1: 1:1[a] 1:3[b]\n2:3: invalid UTF-8, byte 0xE9\n"},
    {"a,b\n1,\xC3", "1: 1:1[a] 1:3[b]\n2:3: invalid UTF-8, byte 0xC3\n"},
    {"a\n\xC0\x80\n", "1: 1:1[a]\n2:1: invalid UTF-8, byte 0xC0\n"},
    {"a,\"b\xED\xA0\x80\"\n", "1:5: invalid UTF-8, byte 0xED\n"},
    {"5\"\xFFx\n", "1:3: invalid UTF-8, byte 0xFF\n"},
    // The first fault in reading order is the one that counts.
    {"a,b\"\n\xFF", "1:4: a quote stands inside a cell without quotes\n"},
    {"a,b\n\"x\xFF\"y", "1: 1:1[a] 1:3[b]\n2:3: invalid UTF-8, byte 0xFF\n"},
};
// clang-format on

PARAMETERS(texts_read_the_same_in_any_way, examples)

ParameterizedTest(size_t *i, csv, texts_read_the_same_in_any_way, .fini = give_back)
{
    const char *text = examples[*i].text;
    expect_any_way(text, strlen(text), &csv_defaults, examples[*i].wanted);
}

PARAMETERS(faults_are_reported_where_they_stand, refused)

ParameterizedTest(size_t *i, csv, faults_are_reported_where_they_stand, .fini = give_back)
{
    const char *text = refused[*i].text;
    expect_any_way(text, strlen(text), &csv_defaults, refused[*i].wanted);
}

Test(csv, nul_bytes_are_refused)
{
    expect_any_way("a,b\n1,x\0y\n", 10, &csv_defaults,
                   "1: 1:1[a] 1:3[b]\n2:4: a NUL byte stands in the text\n");
    expect_any_way("\"\0\"", 3, &csv_defaults, "1:2: a NUL byte stands in the text\n");
    expect_any_way("\0", 1, &csv_defaults, "1:1: a NUL byte stands in the text\n");
}

Test(csv, a_fault_says_what_to_do)
{
    struct error err;
    read_text("x\xE9", 2, &csv_defaults, &err);
    cr_assert_str_eq(err.hint, "convert the file: iconv -f latin1 -t utf-8");
    cr_assert_str_eq(err.loc.path, "t.csv");
    cr_assert_eq(err.status, STATUS_INPUT);
    read_text("\xFF\xFE"
              "a\0",
              4, &csv_defaults, &err);
    cr_assert_str_eq(err.hint, "convert the file: iconv -f utf-16 -t utf-8");
    read_text("a\0", 2, &csv_defaults, &err);
    cr_assert_str_eq(err.hint, "convert the file: iconv -f utf-16 -t utf-8");
    read_text("a\"b\"", 4, &csv_defaults, &err);
    cr_assert_str_eq(
        err.hint, "if it belongs to the text, write it twice and put the cell in quotes");
}

Test(csv, a_fault_is_repeated_at_every_further_call)
{
    struct csv_record rec;
    struct error first = {.status = STATUS_OK}, second = first;
    struct csv_reader *r = open_text("a,b\n\"x\"y,2\n3,4\n", 15, 0, false, &csv_defaults);
    cr_assert_eq(csv_next(r, &rec, &first), STATUS_OK);
    cr_assert_eq(csv_next(r, &rec, &first), STATUS_INPUT);
    cr_assert_eq(csv_next(r, &rec, &second), STATUS_INPUT);
    cr_assert_str_eq(first.message, second.message);
    cr_assert_eq(second.loc.line, 2);
    csv_close(r);
}

/* Caps. */

static const struct csv_limits small = {
    .field_bytes = 4, .record_bytes = 11, .columns = 3, .rows = 3, .delimiter = ','};

static const struct example capped[] = {
    {"abcd,efgh\n", "1: 1:1[abcd] 1:6[efgh]\n\n"},
    {"a,\"bc\"\"d\"\n", "1: 1:1[a] 1:3q[bc\"d]\n\n"},
    {"a,abcde\n", "1:3: the cell is longer than 4 bytes (field_bytes)\n"},
    {"a,\"abc\"\"d\"\n", "1:3: the cell is longer than 4 bytes (field_bytes)\n"},
    {"a,\"abcde", "1:3: the cell is longer than 4 bytes (field_bytes)\n"},
    {"a\nabcdefg\xFF", "1: 1:1[a]\n2:1: the cell is longer than 4 bytes (field_bytes)\n"},
    {"abcd,abcd,a\n", "1: 1:1[abcd] 1:6[abcd] 1:11[a]\n\n"},
    {"abcd,abcd,ab\n", "1:1: the record is longer than 11 bytes (record_bytes)\n"},
    {"a\nabcd,\n\"\",\"\",\"ab\"",
     "1: 1:1[a]\n2: 2:1[abcd] 2:6[]\n3: 3:1q[] 3:4q[] 3:7q[ab]\n\n"},
    {"a,b,c\n", "1: 1:1[a] 1:3[b] 1:5[c]\n\n"},
    {"a,b,c,\n", "1:7: the record has more than 3 cells (columns)\n"},
    {"a,b,c,", "1:7: the record has more than 3 cells (columns)\n"},
    {"a\nb\nc\n", "1: 1:1[a]\n2: 2:1[b]\n3: 3:1[c]\n\n"},
    {"a\nb\nc\nd",
     "1: 1:1[a]\n2: 2:1[b]\n3: 3:1[c]\n4:1: the file has more than 3 records (rows)\n"},
    {"a\nb\nc\n\n",
     "1: 1:1[a]\n2: 2:1[b]\n3: 3:1[c]\n4:1: the file has more than 3 records (rows)\n"},
    {"a,b\n\n\n\n\n,\n,\n\n", "1: 1:1[a] 1:3[b]\n6: 6:1[] 6:2[]\n7: 7:1[] 7:2[]\n\n"},
};

PARAMETERS(caps_name_themselves, capped)

ParameterizedTest(size_t *i, csv, caps_name_themselves, .fini = give_back)
{
    const char *text = capped[*i].text;
    expect_any_way(text, strlen(text), &small, capped[*i].wanted);
}

Test(csv, a_lost_quote_in_a_large_file_ends_at_the_cap)
{
    size_t n = 3 << 20;
    char *text = arena_alloc(&mem, n);
    for (size_t i = 0; i + 8 <= n; i += 8)
        memcpy(text + i, "12345,6\n", 8);
    text[16] = '"';
    struct error err;
    const char *said = read_text(text, n, &csv_defaults, &err);
    cr_assert_str_eq(said, "1: 1:1[12345] 1:7[6]\n2: 2:1[12345] 2:7[6]\n"
                           "3:1: the cell is longer than 1048576 bytes (field_bytes)\n");
    cr_assert_str_eq(
        err.hint,
        "is the quote that opens the cell in line 3 closed where it should be?");
}

Test(csv, other_delimiters_part_cells)
{
    struct csv_limits limits = csv_defaults;
    limits.delimiter = ';';
    expect_any_way("a,1;\"b;\"\n", 9, &limits, "1: 1:1[a,1] 1:5q[b;]\n\n");
    limits.delimiter = '\t';
    expect_any_way("a b\t\"b\t\"\tc\n", 11, &limits, "1: 1:1[a b] 1:5q[b\t] 1:10[c]\n\n");
    limits.delimiter = ' ';
    expect_any_way("a  b\n", 5, &limits, "1: 1:1[a] 1:3[] 1:4[b]\n\n");
}

Test(csv, any_bytes_are_taken_where_they_may_stand_and_found_row_by_row)
{
    static const char bytes[] = "a,b\n\xE9t\xE9,1\n\"x\"\"\n\xC3\",2\n\xC3\xA9,\xFF\n";
    static const size_t place[][3] = {{0, 0, 0}, {0, 2, 1}, {0, 4, 1}, {1, 5, 4}};
    struct csv_limits limits = csv_defaults;
    struct csv_reader *r;
    struct csv_record rec;
    struct error err = {.status = STATUS_OK};
    limits.any_bytes = true;
    cr_assert_eq(
        csv_open_bytes(bytes, sizeof bytes - 1, 3, "t.csv", &limits, &mem, &r, &err),
        STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(place); i++) {
        cr_assert_eq(csv_next(r, &rec, &err), STATUS_OK);
        cr_assert_eq(rec.n, 2);
        const struct csv_field *f = csv_invalid(r, &rec, &err);
        cr_assert_eq(f, i == 0 ? NULL : &rec.field[place[i][0]]);
        cr_assert(!f || (err.loc.line == place[i][1] && err.loc.col == place[i][2]));
    }
    cr_assert_eq(csv_next(r, &rec, &err), STATUS_OK);
    cr_assert_eq(rec.n, 0);
    csv_close(r);
}

Test(csv, a_letter_digit_or_quote_cannot_part_cells)
{
    static const char never[] = {'a',  'Z', '0', '9', '"',    '\n',
                                 '\r', '.', '-', '+', '\xE9', '\0'};
    for (size_t i = 0; i < sizeof(never); i++) {
        struct csv_limits limits = csv_defaults;
        limits.delimiter = never[i];
        struct csv_reader *r = NULL;
        struct error err = {.status = STATUS_OK};
        cr_assert_eq(csv_open_bytes("a", 1, 0, "t.csv", &limits, &mem, &r, &err),
                     STATUS_INPUT);
        cr_assert_null(r);
        cr_assert_str_eq(err.loc.path, "t.csv");
    }
}

/* Damage. */

static bool reads_well(const char *p, size_t n)
{
    struct error err = {.status = STATUS_OK};
    read_text(p, n, &csv_defaults, &err);
    return err.status == STATUS_OK;
}

static const char *const quoting[] = {
    "a,b\n\"x, y\",1\n\"z\",2\n",
    "\"a\",\"b\"\n\"x\",\"y\"\n\"\",\"z\"\n",
    "a,\"b\"\r\n1,\"say \"\"no\"\"\"\r\n2,\"\"\"\"\r\n",
    "n,t\n1,\"two\nlines\"\n2,\",\"\n3,\"\n\"\n4,\"\"\n",
};

PARAMETERS(one_quote_more_or_less_in_a_file_that_quotes_is_refused, quoting)

ParameterizedTest(size_t *which, csv,
                  one_quote_more_or_less_in_a_file_that_quotes_is_refused,
                  .fini = give_back)
{
    const char *text = quoting[*which];
    size_t n = strlen(text);
    char *damaged = arena_alloc(&mem, n + 1);
    cr_assert(reads_well(text, n));
    for (size_t i = 0; i <= n; i++) {
        memcpy(damaged, text, i);
        damaged[i] = '"';
        memcpy(damaged + i + 1, text + i, n - i);
        cr_assert_not(reads_well(damaged, n + 1), "a quote more at %zu", i);
        if (i == n || text[i] != '"')
            continue;
        memcpy(damaged + i, text + i + 1, n - i - 1);
        cr_assert_not(reads_well(damaged, n - 1), "a quote less at %zu", i);
    }
}

Test(csv, a_quote_more_in_a_file_that_does_not_quote_is_refused_or_stays_in_its_cell)
{
    static const char text[] = "ab,cd\n12.5,x y\n";
    static const char wanted[] = "1: 1:1[ab] 1:4[cd]\n2: 2:1[12.5] 2:6[x y]\n\n";
    size_t n = sizeof(text) - 1, accepted = 0;
    char damaged[sizeof(text)];
    for (size_t i = 0; i <= n; i++) {
        memcpy(damaged, text, i);
        damaged[i] = '"';
        memcpy(damaged + i + 1, text + i, n - i);
        struct error err = {.status = STATUS_OK};
        const char *said = read_text(damaged, n + 1, &csv_defaults, &err);
        if (err.status != STATUS_OK)
            continue;
        accepted++;
        // Without the quote and the places it is what was meant.
        size_t quotes = 0, k = 0;
        for (const char *p = said; *p; p++)
            quotes += *p == '"';
        cr_assert_eq(quotes, 1);
        for (const char *p = said; *p; p++)
            k += *p == '[';
        cr_assert_eq(k, 4, "%s, wanted %s", said, wanted);
    }
    // a|b c|d 1|2.5 12|.5 x| y
    cr_assert_eq(accepted, 5, "%zu", accepted);
}

/* Files. */

static uint64_t state = UINT64_C(88172645463325252);

static size_t draw(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % n);
}

/* A cell of some kind; now and then one that is longer than any buffer. */
static void add_cell(struct text *t, size_t longest)
{
    static const char *const plain[] = {"",  "1",    "12.5", "abc def",
                                        "é", "日本", "-3e5", "\t"};
    if (draw(3) > 0) {
        text_puts(t, plain[draw(8)]);
        return;
    }
    static const char *const inside[] = {"x", ",", "\n", "\r\n", "\"\"", "é", "word "};
    text_putc(t, '"');
    for (size_t n = draw(draw(60) ? 30 : longest); n > 0; n--)
        text_puts(t, inside[draw(7)]);
    text_putc(t, '"');
}

static struct view random_file(size_t rows, size_t longest)
{
    struct text t = {.mem = &mem};
    for (size_t i = 0; i < rows; i++) {
        for (size_t k = 0; k < 5; k++) {
            add_cell(&t, longest);
            text_puts(&t, k < 4 ? "," : draw(2) ? "\n" : "\r\n");
        }
        if (draw(50) == 0)
            text_puts(&t, "\r\n");
    }
    return (struct view){t.p, t.n};
}

static struct csv_reader *open_file(const char *path)
{
    struct csv_reader *r = NULL;
    struct error err = {.status = STATUS_OK};
    cr_assert_eq(csv_open(path, &csv_defaults, &mem, &r, &err), STATUS_OK, "%s",
                 err.message);
    return r;
}

Test(csv, a_file_reads_as_its_bytes_do_wherever_the_window_ends, .timeout = 60)
{
    const char *path = help_path(help_folder(), "t.csv");
    static const size_t shapes[][2] = {
        {1, 10}, {100, 10}, {20000, 10}, {3000, 8000}, {40, 400000}};
    for (size_t i = 0; i < 5; i++) {
        struct view text = random_file(shapes[i][0], shapes[i][1]);
        help_write(path, text.p, text.n);
        const char *wanted = say(open_text(text.p, text.n, 0, true, &csv_defaults), NULL);
        const char *said = say(open_file(path), NULL);
        cr_assert_eq(strcmp(said, wanted), 0, "file of shape %zu", i);
        said = say(open_text(text.p, text.n, 0, false, &csv_defaults), NULL);
        cr_assert_eq(strcmp(said, wanted), 0, "bytes of shape %zu", i);
        said = say(open_text(text.p, text.n, 4093, false, &csv_defaults), NULL);
        cr_assert_eq(strcmp(said, wanted), 0, "pieces of shape %zu", i);
        cr_assert_not_null(strstr(wanted, "\n\n"), "shape %zu has faults", i);
    }
}

Test(csv, a_long_file_is_read_in_constant_memory)
{
    const char *path = help_path(help_folder(), "t.csv");
    struct text t = {.mem = &mem};
    for (size_t i = 0; i < 400000; i++)
        text_puts(&t, "12345.678,abc,\"x\"\n");
    help_write(path, t.p, t.n);
    struct arena own = {0};
    struct csv_reader *r;
    struct csv_record rec;
    struct error err;
    size_t rows = 0, done, total, last = 0;
    cr_assert_eq(csv_open(path, &csv_defaults, &own, &r, &err), STATUS_OK);
    struct arena_mark before = arena_mark(&own);
    while (csv_next(r, &rec, &err) == STATUS_OK && rec.n == 3) {
        rows++;
        csv_progress(r, &done, &total);
        cr_assert(done > last && total == t.n);
        last = done;
    }
    struct arena_mark after = arena_mark(&own);
    cr_assert_eq(rows, 400000);
    cr_assert_eq(last, t.n);
    cr_assert(before.head == after.head && before.used == after.used);
    csv_close(r);
    arena_release(&own);
}

Test(csv, a_file_that_is_not_there_is_an_error_with_its_name)
{
    struct csv_reader *r = NULL;
    struct error err = {.status = STATUS_OK};
    const char *path = help_path(help_folder(), "none.csv");
    cr_assert_eq(csv_open(path, &csv_defaults, &mem, &r, &err), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "none.csv"));
    cr_assert_null(r);
    csv_close(r);
}

Test(csv, a_fault_in_a_cell_gets_its_place)
{
    struct csv_record rec;
    struct error err = {.status = STATUS_OK};
    struct csv_reader *r = open_text("a,b\n1,x\n", 8, 0, false, &csv_defaults);
    cr_assert_eq(csv_next(r, &rec, &err), STATUS_OK);
    cr_assert_eq(csv_next(r, &rec, &err), STATUS_OK);
    error_set(&err, STATUS_INPUT, "expected a number");
    csv_error_at(r, &rec.field[1], "b", &err);
    cr_assert_eq(err.loc.line, 2);
    cr_assert_eq(err.loc.col, 3);
    cr_assert_str_eq(err.loc.path, csv_path(r));
    cr_assert_str_eq(err.loc.field, "b");
    csv_close(r);
}

/* csv-spectrum: twelve files, each with what it means as JSON. */

static const char *const spectrum[] = {
    "comma_in_quotes",
    "empty",
    "empty_crlf",
    "escaped_quotes",
    "json",
    "newlines",
    "newlines_crlf",
    "quotes_and_newlines",
    "location_coordinates",
    "simple",
    "simple_crlf",
    "utf8",
};

/* One row equals one object, keyed by the header. */
static void expect_object(const struct csv_record *rec, char *const *header, size_t n,
                          const json_t *object)
{
    cr_assert_eq(rec->n, n);
    cr_assert_eq(json_object_size(object), n);
    for (size_t i = 0; i < n; i++) {
        const json_t *value = json_object_get(object, header[i]);
        cr_assert_not_null(value, "no key %s", header[i]);
        struct view cell = {rec->field[i].p, rec->field[i].n};
        // The JSON of location_coordinates has another number, 1234567890, than its CSV.
        if (strcmp(header[i], "Contact Phone Number") == 0)
            cr_assert(view_is(cell, "2095257564"));
        else
            cr_assert(view_is(cell, json_string_value(value)), "column %s", header[i]);
    }
}

PARAMETERS(csv_spectrum_reads_as_its_json_says, spectrum)

ParameterizedTest(size_t *which, csv, csv_spectrum_reads_as_its_json_says,
                  .fini = give_back)
{
    const char *name = spectrum[*which];
    const char *folder = help_shared("corpora/csv-spectrum");
    if (!folder)
        cr_skip_test("the corpus csv-spectrum is not there");
    const char *json = help_path(folder, arena_format(&mem, "json/%s.json", name));
    json_t *root = json_load_file(json, 0, NULL);
    cr_assert_not_null(root, "cannot read %s", json);
    struct csv_reader *r =
        open_file(help_path(folder, arena_format(&mem, "csvs/%s.csv", name)));
    struct csv_record rec;
    struct error err = {.status = STATUS_OK};
    cr_assert_eq(csv_next(r, &rec, &err), STATUS_OK);
    size_t n = rec.n, rows = 0;
    char **header = ARENA_ARRAY(&mem, char *, n);
    for (size_t i = 0; i < n; i++)
        header[i] = arena_copy(&mem, rec.field[i].p, rec.field[i].n);
    for (;; rows++) {
        cr_assert_eq(csv_next(r, &rec, &err), STATUS_OK, "%s", err.message);
        if (rec.n == 0)
            break;
        const json_t *object = json_is_array(root) ? json_array_get(root, rows) : root;
        expect_object(&rec, header, n, object);
    }
    cr_assert_eq(rows, json_is_array(root) ? json_array_size(root) : 1);
    csv_close(r);
    json_decref(root);
}
