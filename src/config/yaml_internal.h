/* What the files of the YAML reader share among themselves. */
#ifndef CONFIG_YAML_INTERNAL_H
#define CONFIG_YAML_INTERNAL_H

#include "config/yaml.h"

/* Where a character of a text stands; begins as {.path, .text, .line = 1}. */
struct yaml_cursor {
    const char *path;
    struct view text;
    size_t first_col;       // added to the columns of line 1
    size_t character, byte; // where the cursor is: libyaml's index and ours
    size_t line, line_start;
};

/* Moves the cursor to a character and tells its line and byte column. */
void yaml_locate(struct yaml_cursor *c, size_t character, size_t *line, size_t *col);

/* Add the place of a character, or of a byte, to err; return the status that it holds. */
enum status yaml_at_character(struct yaml_cursor *c, size_t character, struct error *err);
enum status yaml_at_byte(struct yaml_cursor *c, size_t byte, struct error *err);

/* Parses the value of an override, which stands at column col of its argument and depth
 * deep in the tree. */
MUST_USE enum status yaml_parse_value(const char *p, size_t n, size_t col, size_t depth,
                                      struct arena *mem, struct yaml_node **ret,
                                      struct error *err);

#endif
