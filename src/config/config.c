/* From YAML nodes to structs, by rows.
 *
 * The walk is driven by the rows, so that what a stage reads is what its rows say; keys
 * that no row names are refused first, since a misspelt key would otherwise leave a
 * default in force without a word.  Checks and wording of single values are those of
 * option.c; this file adds the place. */
#include "config/config.h"

#include <math.h>

/* Moves a failure to the node's place. */
static enum status at_node(const struct yaml_node *node, struct error *err)
{
    struct error found = *err;
    yaml_error(err, node, "%s", found.message);
    error_hint(err, "%s", found.hint);
    return err->status;
}

/* Moves a failure to the place of the node's key, which the message names already. */
static enum status at_key(const struct yaml_node *node, struct error *err)
{
    err->loc = (struct location){0};
    error_at(err, node->path, node->key_line, node->key_col);
    return err->status;
}

/* Refuses the names that DVC's run cache does not see, at any depth. */
static enum status check_reserved(const struct yaml_node *node, struct error *err)
{
    for (size_t i = 0; i < node->n; i++) {
        const struct yaml_node *child = node->child[i];
        if (node->kind == YAML_MAP &&
            (strcmp(child->key, "size") == 0 || strcmp(child->key, "nfiles") == 0)) {
            yaml_error(err, child, "a key must not be called '%s'", child->key);
            error_hint(err,
                       "DVC's run cache does not see keys of that name; choose another");
            return at_key(child, err);
        }
        TRY(check_reserved(child, err));
    }
    return STATUS_OK;
}

/* Fails for the first key of the map that is not among the names. */
static enum status check_keys(const struct yaml_node *map, const char *const *names,
                              size_t n, struct error *err)
{
    for (size_t i = 0; i < map->n; i++) {
        const struct yaml_node *child = map->child[i];
        bool known = false;
        for (size_t k = 0; k < n && !known; k++)
            known = strcmp(names[k], child->key) == 0;
        if (known)
            continue;
        yaml_error(err, child, "unknown key %s", QUOTE(child->key));
        error_known(err, view_of(child->key), "keys", names, n);
        return at_key(child, err);
    }
    return STATUS_OK;
}

enum status config_known_keys(const struct yaml_node *map, const char *const *names,
                              size_t n, struct error *err)
{
    if (map->kind == YAML_NULL)
        return STATUS_OK;
    if (map->kind != YAML_MAP)
        return yaml_error(err, map, "expected a map, found %s",
                          yaml_kind_name(map->kind));
    TRY(check_reserved(map, err));
    return check_keys(map, names, n, err);
}

/* What the node is, for messages; the value alone where only its range is wrong. */
static const char *describe(const struct yaml_node *node, bool in_range_question,
                            struct arena *mem)
{
    struct text found = {.mem = mem};
    if (node->kind == YAML_TEXT)
        text_puts(&found, "the text ");
    else if ((node->kind == YAML_INT || node->kind == YAML_REAL) && !in_range_question)
        text_puts(&found, "the number ");
    else if (node->kind == YAML_NULL || node->kind == YAML_LIST || node->kind == YAML_MAP)
        return yaml_kind_name(node->kind);
    text_puts(&found, QUOTE_N(node->text.p, node->text.n));
    return found.p;
}

/* Fails with what the row expects and what the node is. */
static enum status mismatch(const struct yaml_node *node, const struct option_row *row,
                            struct arena *mem, struct error *err)
{
    bool wants_integer = row->kind == OPTION_SIZE || row->kind == OPTION_INT;
    bool wants_real = row->kind == OPTION_REAL || row->kind == OPTION_REALS;
    bool wants_text = row->kind == OPTION_TEXT || row->kind == OPTION_TEXTS;
    bool number = (wants_integer && node->kind == YAML_INT) ||
                  (wants_real && (node->kind == YAML_INT || node->kind == YAML_REAL));
    option_mismatch(row, describe(node, number, mem), mem, err);
    if (wants_text &&
        (node->kind == YAML_INT || node->kind == YAML_REAL || node->kind == YAML_BOOL))
        error_hint(err, "a text that looks like something else needs quotes: '%.*s'",
                   (int)(node->text.n < 40 ? node->text.n : 40), node->text.p);
    return at_node(node, err);
}

static enum status want_map(const struct yaml_node *node, struct arena *mem,
                            struct error *err)
{
    if (node->kind == YAML_MAP || node->kind == YAML_NULL)
        return STATUS_OK;
    return yaml_error(err, node, "expected a map, found %s", describe(node, false, mem));
}

static enum status read_number(const struct yaml_node *node, const struct option_row *row,
                               double *place, struct arena *mem, struct error *err)
{
    bool number =
        node->kind == YAML_INT || (node->kind == YAML_REAL && isfinite(node->real));
    if (!number || !option_in_range(row, node->real))
        return mismatch(node, row, mem, err);
    *place = node->real;
    return STATUS_OK;
}

static enum status read_integer(const struct yaml_node *node,
                                const struct option_row *row, void *place,
                                struct arena *mem, struct error *err)
{
    bool negative = row->kind == OPTION_SIZE && node->integer < 0;
    if (node->kind != YAML_INT || negative || !option_in_range(row, node->real))
        return mismatch(node, row, mem, err);
    if (row->kind == OPTION_SIZE)
        *(size_t *)place = (size_t)node->integer;
    else
        *(int64_t *)place = node->integer;
    return STATUS_OK;
}

/* One of the row's words. */
static enum status read_word(const struct yaml_node *node, const struct option_row *row,
                             unsigned *place, struct arena *mem, struct error *err)
{
    if (node->kind == YAML_LIST || node->kind == YAML_MAP || node->kind == YAML_NULL)
        return mismatch(node, row, mem, err);
    if (option_check_choice(row, node->text, place, mem, err) != STATUS_OK)
        return at_node(node, err);
    return STATUS_OK;
}

static enum status read_text(const struct yaml_node *node, const struct option_row *row,
                             const char **place, struct arena *mem, struct error *err)
{
    bool number = node->kind == YAML_INT || node->kind == YAML_REAL;
    if (node->kind != YAML_TEXT && !(row->bare && number))
        return mismatch(node, row, mem, err);
    if (memchr(node->text.p, '\0', node->text.n))
        return yaml_error(err, node, "a text must not hold a NUL byte");
    if (node->text.n == 0 && row->low >= 0)
        return yaml_error(err, node, "expected a text, found an empty one");
    *place = arena_copy(mem, node->text.p, node->text.n);
    return STATUS_OK;
}

/* Reads a list, or a single scalar as a list of one. */
static enum status read_scalars(const struct yaml_node *node,
                                const struct option_row *row, void *place,
                                struct arena *mem, struct error *err)
{
    if (node->kind == YAML_MAP || node->kind == YAML_NULL)
        return mismatch(node, row, mem, err);
    size_t n = node->kind == YAML_LIST ? node->n : 1;
    struct option_row one = *row;
    double *reals = row->kind == OPTION_REALS ? ARENA_ARRAY(mem, double, n) : NULL;
    unsigned *words = row->kind == OPTION_WORDS ? ARENA_ARRAY(mem, unsigned, n) : NULL;
    const char **texts =
        row->kind == OPTION_TEXTS ? ARENA_ARRAY(mem, const char *, n) : NULL;
    one.kind = reals ? OPTION_REAL : words ? OPTION_ENUM : OPTION_TEXT;
    for (size_t i = 0; i < n; i++) {
        const struct yaml_node *item = node->kind == YAML_LIST ? node->child[i] : node;
        enum status status = reals   ? read_number(item, &one, &reals[i], mem, err)
                             : words ? read_word(item, &one, &words[i], mem, err)
                                     : read_text(item, &one, &texts[i], mem, err);
        if (status != STATUS_OK) {
            error_field(err, row->name);
            return status;
        }
    }
    if (reals)
        *(struct reals *)place = (struct reals){n, reals};
    else if (words)
        *(struct words *)place = (struct words){n, words};
    else
        *(struct texts *)place = (struct texts){n, texts};
    return STATUS_OK;
}

static enum status read_map(const struct yaml_node *node, const char *where,
                            const struct option_row *rows, size_t n, void *base,
                            struct arena *mem, struct error *err);

static enum status read_items(const struct yaml_node *node, const struct option_row *row,
                              const char *where, struct items *place, struct arena *mem,
                              struct error *err)
{
    if (node->kind != YAML_LIST)
        return mismatch(node, row, mem, err);
    char *items = arena_array(mem, node->n, row->item_size);
    for (size_t i = 0; i < node->n; i++) {
        char *item = items + i * row->item_size;
        if (row->item_defaults)
            memcpy(item, row->item_defaults, row->item_size);
        TRY(read_map(node->child[i], arena_format(mem, "%s[%zu]", where, i), row->rows,
                     row->n_rows, item, mem, err));
    }
    *place = (struct items){node->n, items};
    return STATUS_OK;
}

/* Which row of a group a value that is no map is of. */
static const struct option_row *leading_row(const struct option_row *group,
                                            const struct yaml_node *node)
{
    unsigned place;
    for (size_t i = 0; node->kind == YAML_TEXT && i < group->n_rows; i++)
        if (group->rows[i].kind == OPTION_ENUM &&
            option_index(group->rows[i].placeholder, node->text, &place))
            return &group->rows[i];
    return &group->rows[0];
}

/* where names the key itself. */
static enum status read_value(const struct yaml_node *node, const struct option_row *row,
                              const char *where, void *base, struct arena *mem,
                              struct error *err)
{
    void *place = (char *)base + row->offset;
    switch (row->kind) {
    case OPTION_BOOL:
        if (node->kind != YAML_BOOL)
            return mismatch(node, row, mem, err);
        *(bool *)place = node->boolean;
        return STATUS_OK;
    case OPTION_SIZE:
    case OPTION_INT: return read_integer(node, row, place, mem, err);
    case OPTION_REAL: return read_number(node, row, place, mem, err);
    case OPTION_TEXT: return read_text(node, row, place, mem, err);
    case OPTION_ENUM: return read_word(node, row, place, mem, err);
    case OPTION_REALS:
    case OPTION_WORDS:
    case OPTION_TEXTS: return read_scalars(node, row, place, mem, err);
    case OPTION_ITEMS: return read_items(node, row, where, place, mem, err);
    case OPTION_GROUP:
        if (row->leading && node->kind != YAML_MAP)
            return read_value(node, leading_row(row, node), where, place, mem, err);
        return read_map(node, where, row->rows, row->n_rows, place, mem, err);
    case OPTION_NODE:
        *(const struct yaml_node **)place = node->kind == YAML_NULL ? NULL : node;
        return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status missing(const struct yaml_node *map, const char *where,
                           const struct option_row *row, struct error *err)
{
    bool inside = where && where[0];
    error_set(err, STATUS_INPUT, "missing key '%s'%s%s%s", row->name,
              inside ? " in '" : "", inside ? where : "", inside ? "'" : "");
    if (row->help)
        error_hint(err, "'%s': %s", row->name, row->help);
    if (!map)
        return err->status;
    struct error found = *err;
    yaml_error(err, map, "%s", found.message);
    error_hint(err, "%s", found.hint);
    err->loc.field[0] = '\0';
    return err->status;
}

/* map is NULL when all keys are absent. */
static enum status read_map(const struct yaml_node *map, const char *where,
                            const struct option_row *rows, size_t n, void *base,
                            struct arena *mem, struct error *err)
{
    if (map)
        TRY(want_map(map, mem, err));
    const char **names = ARENA_ARRAY(mem, const char *, n);
    for (size_t i = 0; i < n; i++)
        names[i] = rows[i].name;
    if (map)
        TRY(check_keys(map, names, n, err));
    for (size_t i = 0; i < n; i++) {
        const struct yaml_node *child = yaml_get(map, rows[i].name);
        const char *key = rows[i].name;
        if (!child && rows[i].required)
            return missing(map, where, &rows[i], err);
        if (child && where && where[0])
            key = arena_format(mem, "%s.%s", where, key);
        if (child)
            TRY(read_value(child, &rows[i], key, base, mem, err));
    }
    return STATUS_OK;
}

enum status config_read(const struct yaml_node *node, const char *where,
                        const struct option_row *rows, size_t n, void *base,
                        struct arena *mem, struct error *err)
{
    if (node)
        TRY(check_reserved(node, err));
    return read_map(node, where, rows, n, base, mem, err);
}

enum status config_value(const struct yaml_node *node, const struct option_row *row,
                         void *base, struct arena *mem, struct error *err)
{
    TRY(check_reserved(node, err));
    return read_value(node, row, row->name, base, mem, err);
}
