/* Rows as text: usage lines, the explanation of keys, values.
 *
 * Usage has two columns, option and help.  The explanation gives each key a line of three
 * aligned columns (key, kind with range, default) and its help below, since dotted keys
 * are long and help squeezed into what is left of the line reads badly. */
#include "base/option.h"

#include <math.h>

#include "base/number.h"
#include "config/yaml.h"

#define MAX_LEFT 28 // columns of usage that the longest option may claim
#define MIN_KEY 24  // of the explanation's columns: sections with short keys line up
#define MAX_KEY 38
#define KIND_COLUMNS 26
#define HELP_INDENT 6

static size_t column_of(const struct text *out)
{
    size_t n = 0;
    for (size_t i = out->n; i > 0 && out->p[i - 1] != '\n'; i--)
        n += ((unsigned char)out->p[i - 1] & 0xC0) != 0x80;
    return n;
}

static void pad_to(struct text *out, size_t column)
{
    for (size_t at = column_of(out); at < column; at++)
        text_putc(out, ' ');
}

/* Adds words, breaking lines at OPTION_COLUMNS; further lines begin at the indent. */
static void add_wrapped(struct text *out, const char *words, size_t indent)
{
    size_t column = column_of(out);
    bool first = true;
    while (*words) {
        size_t n = strcspn(words, " ");
        if (!first && column + 1 + n > OPTION_COLUMNS) {
            text_putc(out, '\n');
            pad_to(out, indent);
            column = indent;
        } else if (!first) {
            text_putc(out, ' ');
            column++;
        }
        text_add(out, words, n);
        column += n;
        first = false;
        words += n + (words[n] == ' ');
    }
}

static void add_real(double x, struct text *out)
{
    char buffer[32];
    if (isfinite(x))
        text_add(out, buffer, number_csv(x, buffer));
    else
        text_puts(out, isnan(x) ? ".nan" : x < 0 ? "-.inf" : ".inf");
}

/* A place behind the last word says that none was given. */
static void add_word(struct view word, struct text *out)
{
    if (word.n > 0)
        yaml_scalar(word, out);
    else
        text_puts(out, "null");
}

/* A number that nobody can give stands for none. */
static void add_size(const struct option_row *row, size_t value, struct text *out)
{
    bool ranged = row->low != 0 || row->high != 0;
    if (ranged && ((double)value < row->low || (double)value > row->high))
        text_puts(out, "null");
    else
        text_addf(out, "%zu", value);
}

static void add_texts(const struct texts *texts, struct text *out)
{
    for (size_t i = 0; i < texts->n; i++) {
        text_puts(out, i > 0 ? ", " : "");
        yaml_scalar(view_of(texts->v[i]), out);
    }
}

static void add_map(const struct option_row *row, const void *base, struct text *out)
{
    text_putc(out, '{');
    for (size_t i = 0; i < row->n_rows; i++) {
        text_addf(out, "%s%s: ", i > 0 ? ", " : "", row->rows[i].name);
        option_value(&row->rows[i], base, out);
    }
    text_putc(out, '}');
}

static void add_list(const struct option_row *row, const void *place, struct text *out)
{
    text_putc(out, '[');
    if (row->kind == OPTION_TEXTS)
        add_texts(place, out);
    if (row->kind == OPTION_REALS) {
        const struct reals *reals = place;
        for (size_t i = 0; i < reals->n; i++) {
            text_puts(out, i > 0 ? ", " : "");
            add_real(reals->v[i], out);
        }
    }
    if (row->kind == OPTION_WORDS) {
        const struct words *words = place;
        for (size_t i = 0; i < words->n; i++) {
            text_puts(out, i > 0 ? ", " : "");
            add_word(option_word(row->placeholder, words->v[i]), out);
        }
    }
    if (row->kind == OPTION_ITEMS) {
        const struct items *items = place;
        for (size_t i = 0; i < items->n; i++) {
            text_puts(out, i > 0 ? ", " : "");
            add_map(row, (const char *)items->v + i * row->item_size, out);
        }
    }
    text_putc(out, ']');
}

void option_value(const struct option_row *row, const void *base, struct text *out)
{
    const void *place = (const char *)base + row->offset;
    const char *text;
    const struct yaml_node *node;
    switch (row->kind) {
    case OPTION_BOOL: text_puts(out, *(const bool *)place ? "true" : "false"); break;
    case OPTION_SIZE: add_size(row, *(const size_t *)place, out); break;
    case OPTION_INT: text_addf(out, "%lld", (long long)*(const int64_t *)place); break;
    case OPTION_REAL: add_real(*(const double *)place, out); break;
    case OPTION_ENUM:
        add_word(option_word(row->placeholder, *(const unsigned *)place), out);
        break;
    case OPTION_TEXT:
        text = *(const char *const *)place;
        if (text && row->bare)
            text_puts(out, text);
        else if (text)
            yaml_scalar(view_of(text), out);
        else
            text_puts(out, "null");
        break;
    case OPTION_REALS:
    case OPTION_TEXTS:
    case OPTION_WORDS:
    case OPTION_ITEMS: add_list(row, place, out); break;
    case OPTION_GROUP: add_map(row, place, out); break;
    case OPTION_NODE:
        node = *(const struct yaml_node *const *)place;
        if (node)
            yaml_flow(node, out);
        else
            text_puts(out, "null");
        break;
    }
}

/* True when the value says nothing: no text, an empty list, no node, a number that nobody
 * can give. */
static bool is_absent(const struct option_row *row, const void *base)
{
    if (!base || row->kind == OPTION_GROUP)
        return true;
    struct arena mem = {0};
    struct text value = {.mem = &mem};
    option_value(row, base, &value);
    bool absent = strcmp(value.p, "null") == 0 || strcmp(value.p, "[]") == 0 ||
                  strcmp(value.p, "''") == 0;
    arena_release(&mem);
    return absent;
}

/* Adds `--name PLACEHOLDER`. */
static void add_option(const struct option_row *row, struct text *out)
{
    text_puts(out, "  --");
    for (const char *c = row->name; *c; c++)
        text_putc(out, *c == '_' ? '-' : *c);
    if (row->kind != OPTION_BOOL && row->placeholder)
        text_addf(out, " %s", row->placeholder);
}

static void add_option_help(const struct option_row *row, const void *defaults,
                            struct text *out)
{
    struct text help = {.mem = out->mem};
    text_puts(&help, row->help ? row->help : "");
    if (row->required) {
        text_puts(&help, " (required)");
    } else if (row->kind != OPTION_BOOL && !is_absent(row, defaults)) {
        text_puts(&help, " (default ");
        option_value(row, defaults, &help);
        text_putc(&help, ')');
    }
    size_t indent = column_of(out);
    add_wrapped(out, help.p, indent);
    text_putc(out, '\n');
}

void option_usage(const struct option_row *rows, size_t n, const void *defaults,
                  struct text *out)
{
    size_t width = 0;
    for (size_t i = 0; i < n; i++) {
        struct text left = {.mem = out->mem};
        add_option(&rows[i], &left);
        if (left.n > width && left.n <= MAX_LEFT)
            width = left.n;
    }
    for (size_t i = 0; i < n; i++) {
        add_option(&rows[i], out);
        if (column_of(out) > width)
            text_putc(out, '\n');
        pad_to(out, width + 3);
        add_option_help(&rows[i], defaults, out);
    }
}

static void add_short_range(const struct option_row *row, struct text *out)
{
    struct text words = {.mem = out->mem};
    option_expected(row, &words);
    bool whole = row->kind == OPTION_SIZE || row->kind == OPTION_INT;
    const char *noun = whole ? "whole number" : "number";
    char *range = words.p + strlen(whole ? "a whole number" : "a number");
    if (row->kind == OPTION_REALS)
        *strchr(range, ',') = '\0';
    text_puts(out, row->kind == OPTION_REALS ? "numbers" : noun);
    bool low_only = strncmp(range, " of at least ", 13) == 0;
    bool high_only = strncmp(range, " of at most ", 12) == 0;
    if (low_only || high_only)
        text_addf(out, " %s %s", low_only ? ">=" : "<=", range + (low_only ? 13 : 12));
    else
        text_puts(out, range);
}

/* The kind in few words, for the column of --explain. */
static void add_kind(const struct option_row *row, struct text *out)
{
    bool words = row->kind == OPTION_WORDS;
    if (words || row->kind == OPTION_ENUM)
        text_addf(out, "%s%s", words ? "list of " : "", row->placeholder);
    else if (row->kind == OPTION_TEXT || row->kind == OPTION_TEXTS)
        text_puts(out, row->bare                  ? "number or text"
                       : row->kind == OPTION_TEXT ? "text"
                                                  : "texts");
    else if (row->kind == OPTION_ITEMS)
        text_puts(out, "list of maps");
    else if (row->kind == OPTION_GROUP)
        text_puts(out, row->leading ? row->placeholder : "map");
    else if (row->kind == OPTION_NODE)
        text_puts(out, row->placeholder ? row->placeholder : "any value");
    else if (row->kind == OPTION_BOOL)
        text_puts(out, "true or false");
    else
        add_short_range(row, out);
}

static const char *join(const char *prefix, const char *name, struct arena *mem)
{
    return prefix && prefix[0] ? arena_format(mem, "%s.%s", prefix, name) : name;
}

/* The width of the key's column, first measured, then used. */
struct option_table {
    size_t key;
    bool measure;
};

static void explain_row(const char *key, const struct option_row *row,
                        const void *defaults, struct option_table *t, struct text *out)
{
    if (t->measure) {
        t->key = strlen(key) > t->key && strlen(key) <= MAX_KEY ? strlen(key) : t->key;
        return;
    }
    text_addf(out, "  %s", key);
    pad_to(out, 2 + t->key);
    text_puts(out, "  ");
    add_kind(row, out);
    if (row->required || !is_absent(row, defaults)) {
        pad_to(out, 4 + t->key + KIND_COLUMNS);
        text_puts(out, row->required ? "  required" : "  default ");
        if (!row->required)
            option_value(row, defaults, out);
    }
    text_putc(out, '\n');
    pad_to(out, HELP_INDENT);
    add_wrapped(out, row->help ? row->help : "", HELP_INDENT);
    text_putc(out, '\n');
}

static void explain_rows(const char *prefix, const struct option_row *rows, size_t n,
                         const void *defaults, struct option_table *t, struct text *out)
{
    for (size_t i = 0; i < n; i++) {
        const struct option_row *row = &rows[i];
        const char *key = join(prefix, row->name, out->mem);
        explain_row(key, row, defaults, t, out);
        if (row->kind == OPTION_ITEMS)
            explain_rows(arena_format(out->mem, "%s[]", key), row->rows, row->n_rows,
                         row->item_defaults, t, out);
        else if (row->kind == OPTION_GROUP)
            explain_rows(key, row->rows, row->n_rows,
                         defaults ? (const char *)defaults + row->offset : NULL, t, out);
    }
}

void option_explain(const char *prefix, const struct option_row *rows, size_t n,
                    const void *defaults, struct text *out)
{
    struct option_table t = {.key = MIN_KEY, .measure = true};
    explain_rows(prefix, rows, n, defaults, &t, out);
    t.measure = false;
    explain_rows(prefix, rows, n, defaults, &t, out);
}

void option_echo(const char *prefix, const struct option_row *rows, size_t n,
                 const void *base, struct text *out)
{
    for (size_t i = 0; i < n; i++) {
        const struct option_row *row = &rows[i];
        const char *key = join(prefix, row->name, out->mem);
        const char *place = (const char *)base + row->offset;
        const struct items *items = (const void *)place;
        if (row->kind == OPTION_GROUP) {
            option_echo(key, row->rows, row->n_rows, place, out);
        } else if (row->kind == OPTION_ITEMS && items->n > 0) {
            for (size_t k = 0; k < items->n; k++)
                option_echo(arena_format(out->mem, "%s[%zu]", key, k), row->rows,
                            row->n_rows, (const char *)items->v + k * row->item_size,
                            out);
        } else {
            text_addf(out, "%s: ", key);
            option_value(row, base, out);
            text_putc(out, '\n');
        }
    }
}
