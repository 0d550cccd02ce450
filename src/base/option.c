/* Values by rows: parsing from the command line, range checks, and what they say.
 *
 * The reader of YAML (config.c) uses the same checks, so that both say the same.  Numbers
 * are strict: the whole text or nothing.  Bounds are doubles, which is exact for every
 * bound that a row states. */
#include "base/option.h"

#include <math.h>

#include "base/number.h"

/* Bounds beyond these are not worth a word. */
#define NO_LOW (-1e15)
#define NO_HIGH 1e15

bool texts_hold(const struct texts *list, const char *text)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i], text) == 0)
            return true;
    return false;
}

bool option_in_range(const struct option_row *row, double x)
{
    if (row->low == 0 && row->high == 0)
        return true;
    return x >= row->low && x <= row->high;
}

/* Takes the next word of "a|b|c" off the front; false at the end. */
static bool next_word(struct view *words, struct view *ret)
{
    if (!words->p)
        return false;
    const char *bar = memchr(words->p, '|', words->n);
    *ret = (struct view){words->p, bar ? (size_t)(bar - words->p) : words->n};
    *words = bar ? (struct view){bar + 1, words->n - ret->n - 1} : (struct view){NULL, 0};
    return true;
}

struct view option_word(const char *words, size_t i)
{
    struct view all = view_of(words), one;
    while (next_word(&all, &one))
        if (i-- == 0)
            return one;
    return VIEW("");
}

const char *option_string(const char *words, size_t i, struct arena *mem)
{
    struct view word = option_word(words, i);
    return arena_copy(mem, word.p, word.n);
}

bool option_index(const char *words, struct view word, unsigned *ret)
{
    struct view all = view_of(words), one;
    for (unsigned i = 0; next_word(&all, &one); i++)
        if (view_eq(one, word)) {
            *ret = i;
            return true;
        }
    return false;
}

static void add_choices(const struct option_row *row, struct text *out)
{
    struct view words = view_of(row->placeholder), word;
    for (const char *between = "one of "; next_word(&words, &word); between = ", ") {
        text_puts(out, between);
        text_add(out, word.p, word.n);
    }
}

static void add_number(double x, struct text *out)
{
    char buffer[32];
    text_add(out, buffer, number_csv(x, buffer));
}

static void add_range(const struct option_row *row, struct text *out)
{
    bool none = row->low == 0 && row->high == 0;
    bool low = !none && row->low > NO_LOW, high = !none && row->high < NO_HIGH;
    if (low) {
        text_puts(out, high ? " from " : " of at least ");
        add_number(row->low, out);
    }
    if (high) {
        text_puts(out, low ? " to " : " of at most ");
        add_number(row->high, out);
    }
}

/* One value or a list of them. */
static bool takes_list(const struct option_row *row)
{
    return row->kind == OPTION_REALS || row->kind == OPTION_TEXTS ||
           row->kind == OPTION_WORDS;
}

void option_expected(const struct option_row *row, struct text *out)
{
    switch (row->kind) {
    case OPTION_BOOL: text_puts(out, "true or false"); break;
    case OPTION_SIZE:
    case OPTION_INT:
        text_puts(out, "a whole number");
        add_range(row, out);
        break;
    case OPTION_REAL:
    case OPTION_REALS:
        text_puts(out, "a number");
        add_range(row, out);
        break;
    case OPTION_TEXT:
    case OPTION_TEXTS: text_puts(out, "a text"); break;
    case OPTION_ENUM:
    case OPTION_WORDS: add_choices(row, out); break;
    case OPTION_ITEMS: text_puts(out, "a list of maps"); break;
    case OPTION_GROUP: text_puts(out, "a map"); break;
    case OPTION_NODE: text_puts(out, "any value"); break;
    }
    if (takes_list(row))
        text_puts(out, ", or a list of them");
}

enum status option_mismatch(const struct option_row *row, const char *found,
                            struct arena *mem, struct error *err)
{
    struct text expected = {.mem = mem};
    option_expected(row, &expected);
    bool commas = row->kind == OPTION_ENUM || takes_list(row);
    error_set(err, STATUS_USAGE, "expected %s%s found %s", expected.p, commas ? ";" : ",",
              found);
    error_field(err, row->name);
    return STATUS_USAGE;
}

enum status option_check_choice(const struct option_row *row, struct view word,
                                unsigned *ret, struct arena *mem, struct error *err)
{
    const char *known[32];
    size_t n = 0;
    struct view words = view_of(row->placeholder), one;
    if (option_index(row->placeholder, word, ret))
        return STATUS_OK;
    while (n < COUNT_OF(known) && next_word(&words, &one))
        known[n++] = arena_copy(mem, one.p, one.n);
    option_mismatch(row, QUOTE_N(word.p, word.n), mem, err);
    error_nearest(err, word, known, n);
    return STATUS_USAGE;
}

static bool parse_number(const struct option_row *row, struct view value, double *ret)
{
    double x;
    if (!number_parse(value.p, value.n, &x) || !isfinite(x) || !option_in_range(row, x))
        return false;
    *ret = x;
    return true;
}

static bool parse_numbers(const struct option_row *row, struct view value,
                          struct reals *place, struct arena *mem)
{
    size_t n = 1;
    for (size_t i = 0; i < value.n; i++)
        n += value.p[i] == ',';
    double *v = ARENA_ARRAY(mem, double, n);
    for (size_t i = 0; i < n; i++) {
        const char *comma = memchr(value.p, ',', value.n);
        size_t length = comma ? (size_t)(comma - value.p) : value.n;
        if (!parse_number(row, view_trim((struct view){value.p, length}), &v[i]))
            return false;
        size_t taken = comma ? length + 1 : length;
        value = (struct view){value.p + taken, value.n - taken};
    }
    *place = (struct reals){n, v};
    return true;
}

/* Stores the value; false when it is not what the row expects. */
static bool parse_value(const struct option_row *row, struct view value, void *place,
                        struct arena *mem)
{
    size_t size;
    int64_t integer;
    switch (row->kind) {
    case OPTION_BOOL:
        if (!view_is(value, "true") && !view_is(value, "false"))
            return false;
        *(bool *)place = view_is(value, "true");
        return true;
    case OPTION_SIZE:
        if (!text_size(value, &size) || !option_in_range(row, (double)size))
            return false;
        *(size_t *)place = size;
        return true;
    case OPTION_INT:
        if (!text_int64(value, &integer) || !option_in_range(row, (double)integer))
            return false;
        *(int64_t *)place = integer;
        return true;
    case OPTION_REAL: return parse_number(row, value, place);
    case OPTION_REALS: return parse_numbers(row, value, place, mem);
    case OPTION_ENUM:
    case OPTION_WORDS:
    case OPTION_TEXT:
    case OPTION_TEXTS:
    case OPTION_ITEMS:
    case OPTION_GROUP:
    case OPTION_NODE: break;
    }
    return false;
}

static enum status parse_word(const struct option_row *row, const char *value,
                              void *place, struct arena *mem, struct error *err)
{
    unsigned *one = row->kind == OPTION_ENUM ? place : ARENA_ARRAY(mem, unsigned, 1);
    TRY(option_check_choice(row, view_of(value), one, mem, err));
    if (row->kind == OPTION_WORDS)
        *(struct words *)place = (struct words){1, one};
    return STATUS_OK;
}

static enum status parse_text(const struct option_row *row, const char *value,
                              void *place, struct arena *mem, struct error *err)
{
    if (value[0] == '\0' && row->low >= 0)
        return option_mismatch(row, "an empty one", mem, err);
    const char **v = ARENA_ARRAY(mem, const char *, 1);
    v[0] = arena_string(mem, value);
    if (row->kind == OPTION_TEXT)
        *(const char **)place = v[0];
    else
        *(struct texts *)place = (struct texts){1, v};
    return STATUS_OK;
}

enum status option_parse(const struct option_row *row, const char *value, void *base,
                         struct arena *mem, struct error *err)
{
    void *place = (char *)base + row->offset;
    if (row->kind == OPTION_ENUM || row->kind == OPTION_WORDS)
        return parse_word(row, value, place, mem, err);
    if (row->kind == OPTION_TEXT || row->kind == OPTION_TEXTS)
        return parse_text(row, value, place, mem, err);
    if (parse_value(row, view_of(value), place, mem))
        return STATUS_OK;
    return option_mismatch(row, QUOTE(value), mem, err);
}

const struct option_row *option_find(const struct option_row *rows, size_t n,
                                     struct view name)
{
    for (size_t i = 0; i < n; i++) {
        const char *row = rows[i].name;
        size_t k = 0;
        while (k < name.n && row[k] &&
               (row[k] == name.p[k] || (row[k] == '_' && name.p[k] == '-')))
            k++;
        if (k == name.n && !row[k])
            return &rows[i];
    }
    return NULL;
}

struct texts option_words(const char *text, struct arena *mem)
{
    const char **v = ARENA_ARRAY(mem, const char *, strlen(text) / 2 + 1);
    struct texts words = {0, v};
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, " ");
        if (n > 0)
            v[words.n++] = arena_copy(mem, p, n);
        p += n + (p[n] == ' ');
    }
    return words;
}
