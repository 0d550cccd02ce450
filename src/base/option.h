/* Rows that describe settings: options of the command line, keys of a pipeline's file,
 * and hyper-parameters.
 *
 * One row gives name, kind, place, range and help; the parser, the range check, the usage
 * text, --explain and the reference page come from it.  The kind follows from the field's
 * type:
 *
 *     enum join { JOIN_INNER, JOIN_LEFT, JOIN_OUTER };
 *     struct config { size_t folds; double share; enum join join; };
 *     static const struct option_row rows[] = {
 *         OPTION(struct config, folds, 2, 100, "N", "parts of the training rows"),
 *         OPTION(struct config, share, 0, 1, "REAL", "share of the rows held out"),
 *         OPTION_ENUM(struct config, join, "inner|left|outer", "which rows stay"),
 *     };
 *
 * Defaults stand in a const instance of the struct; --explain prints them from there. */
#ifndef BASE_OPTION_H
#define BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct reals {
    size_t n;
    const double *v; // [n]
};

struct texts {
    size_t n;
    const char *const *v; // [n]
};

/* True when the list has the text. */
bool texts_hold(const struct texts *list, const char *text);

/* Some of the words of a row, by their places. */
struct words {
    size_t n;
    const unsigned *v; // [n]
};

/* A list of mappings; each item is one struct of the row's own. */
struct items {
    size_t n;
    void *v; // [n] of the row's item_size
};

/* Groups of settings that the reader does not look into: the YAML node itself. */
struct yaml_node;

enum option_kind {
    OPTION_BOOL,
    OPTION_SIZE,  // size_t
    OPTION_INT,   // int64_t
    OPTION_REAL,  // double, finite
    OPTION_TEXT,  // const char *, never empty unless low < 0
    OPTION_ENUM,  // an enum without negative values: one word of several, by its place
    OPTION_REALS, // one number or a list
    OPTION_TEXTS, // one text or a list
    OPTION_WORDS, // one word of several or a list, by their places
    OPTION_ITEMS, // a list of mappings, rows below
    OPTION_GROUP, // one mapping, rows below, stored in the struct itself
    OPTION_NODE,  // const struct yaml_node *
};

struct option_row {
    const char *name; // as the field, underscores as they are ('-' on the command line)
    enum option_kind kind;
    size_t offset;
    double low, high;        // of numbers, inclusive; of lists, of each; both 0: no range
    const char *placeholder; // what the help shows; of OPTION_ENUM and OPTION_WORDS
                             // the words, separated by |
    bool required;           // must be given; otherwise the default holds
    bool bare;               // of a text: what looks like a number is one, too
    bool leading;     // of a group: a value that is no map is that of its first row; a
                      // word that an OPTION_ENUM of it knows, of that
    const char *help; // one line
    const struct option_row *rows; // of OPTION_ITEMS and OPTION_GROUP
    size_t n_rows;
    size_t item_size;
    const void *item_defaults;
};

/* clang-format off */
#define OPTION_KIND_OF(type, field)                                                      \
    _Generic(((type *)0)->field,                                                         \
        bool: OPTION_BOOL,                                                               \
        size_t: OPTION_SIZE,                                                             \
        int64_t: OPTION_INT,                                                             \
        double: OPTION_REAL,                                                             \
        const char *: OPTION_TEXT,                                                       \
        struct reals: OPTION_REALS,                                                      \
        struct texts: OPTION_TEXTS,                                                      \
        struct items: OPTION_ITEMS,                                                      \
        const struct yaml_node *: OPTION_NODE)

#define OPTION_PLACE(type, field)                                                        \
    .name = #field, .kind = OPTION_KIND_OF(type, field), .offset = offsetof(type, field)
#define OPTION(type, field, lo, hi, show, text)                                          \
    {OPTION_PLACE(type, field), .low = (lo), .high = (hi), .placeholder = (show),        \
     .help = (text)}
#define OPTION_BARE(type, field, show, text)                                             \
    {OPTION_PLACE(type, field), .bare = true, .placeholder = (show), .help = (text)}
#define OPTION_AS(type, key, field, lo, hi, show, text)                                  \
    {.name = (key), .kind = OPTION_KIND_OF(type, field), .offset = offsetof(type, field), \
     .low = (lo), .high = (hi), .placeholder = (show), .help = (text)}
#define OPTION_REQUIRED(type, field, lo, hi, show, text)                                 \
    {OPTION_PLACE(type, field), .low = (lo), .high = (hi), .placeholder = (show),        \
     .required = true, .help = (text)}
#define OPTION_ENUM(type, field, choices, text)                                          \
    {.name = #field,                                                                     \
     .kind = _Generic(((type *)0)->field,                                                \
         unsigned: OPTION_ENUM,                                                          \
         struct words: OPTION_WORDS),                                                    \
     .offset = offsetof(type, field), .placeholder = (choices), .help = (text)}
#define OPTION_LIST(type, field, item, item_rows, defaults, text)                        \
    {.name = #field, .kind = OPTION_ITEMS, .offset = offsetof(type, field),              \
     .placeholder = "LIST", .help = (text), .rows = (item_rows),                         \
     .n_rows = COUNT_OF(item_rows), .item_size = sizeof(item),                           \
     .item_defaults = (defaults)}
#define OPTION_MAP(type, field, map_rows, text)                                          \
    {.name = #field, .kind = OPTION_GROUP, .offset = offsetof(type, field),              \
     .placeholder = "MAP", .help = (text), .rows = (map_rows),                           \
     .n_rows = COUNT_OF(map_rows)}
#define OPTION_LEADING_MAP(type, field, map_rows, show, text)                            \
    {.name = #field, .kind = OPTION_GROUP, .offset = offsetof(type, field),              \
     .placeholder = (show), .leading = true, .help = (text), .rows = (map_rows),         \
     .n_rows = COUNT_OF(map_rows)}
/* clang-format on */

/* Parses one value as it stands on the command line and stores it at base + row->offset:
 * scalars, numbers separated by commas for OPTION_REALS, one of OPTION_TEXTS and
 * OPTION_WORDS.  Texts are copied into mem.  Returns STATUS_USAGE with "expected …, found
 * …" and the range, the row's name as field. */
MUST_USE enum status option_parse(const struct option_row *row, const char *value,
                                  void *base, struct arena *mem, struct error *err);

/* Checks, for readers of other notations.  Without a range every number is in it. */
bool option_in_range(const struct option_row *row, double x);
MUST_USE enum status option_check_choice(const struct option_row *row, struct view word,
                                         unsigned *ret, struct arena *mem,
                                         struct error *err);

/* The word at a place among "a|b|c", empty behind the last; and its place, false when it is
 * none of them.  A table that stands beside an enum exports its words so. */
struct view option_word(const char *words, size_t i);
const char *option_string(const char *words, size_t i, struct arena *mem);
bool option_index(const char *words, struct view word, unsigned *ret);

/* Fails with STATUS_USAGE and "expected …, found …"; found is in words: "a list",
 * "'12'". */
enum status option_mismatch(const struct option_row *row, const char *found,
                            struct arena *mem, struct error *err);

/* The value's range and kind in words: "a whole number from 2 to 100". */
void option_expected(const struct option_row *row, struct text *out);

/* The value that stands at base, as YAML would write it; lists and maps in flow style. */
void option_value(const struct option_row *row, const void *base, struct text *out);

/* The row with this name, or NULL; '-' and '_' are the same. */
const struct option_row *option_find(const struct option_row *rows, size_t n,
                                     struct view name);

/* Lines for --help: `  --folds N   help (default 3)`, aligned. */
void option_usage(const struct option_row *rows, size_t n, const void *defaults,
                  struct text *out);

/* Lines for --explain and the reference page: key, kind with range, default, help; nested
 * rows below their key, prefixed with it ("ingest.sources[].path").  prefix may be
 * NULL. */
void option_explain(const char *prefix, const struct option_row *rows, size_t n,
                    const void *defaults, struct text *out);

/* One line `key: value` for every value at base, prefixed likewise
 * ("ingest.sources[0].path"). */
void option_echo(const char *prefix, const struct option_row *rows, size_t n,
                 const void *base, struct text *out);

/* The columns that help texts keep to. */
#define OPTION_COLUMNS 90

/* The words of a text that has blanks between them. */
struct texts option_words(const char *text, struct arena *mem);

#endif
