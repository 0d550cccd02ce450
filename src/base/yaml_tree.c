/* What one does with a YAML tree: look up, complain, override, write.
 *
 * An override is applied whole or not at all: its value is parsed before the place is
 * changed, and with no more depth than the place leaves, so that the caps of yaml.h hold
 * for the tree. */
#include "base/yaml.h"

#include <stdarg.h>

#include "base/yaml_internal.h"

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (strcmp(map->child[i]->key, key) == 0)
            return map->child[i];
    return NULL;
}

const char *yaml_kind_name(enum yaml_kind kind)
{
    static const char *const names[] = {
        [YAML_NULL] = "nothing",       [YAML_BOOL] = "true or false",
        [YAML_INT] = "a whole number", [YAML_REAL] = "a number",
        [YAML_TEXT] = "a text",        [YAML_LIST] = "a list",
        [YAML_MAP] = "a map",
    };
    return names[kind];
}

enum status yaml_error(struct error *err, const struct yaml_node *node,
                       const char *format, ...)
{
    char message[sizeof(err->message)];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    bool set = strcmp(node->path, YAML_SET_PATH) == 0;
    error_set(err, set ? STATUS_USAGE : STATUS_INPUT, "%s", message);
    error_at(err, node->path, node->line, node->col);
    if (node->key)
        error_field(err, node->key);
    return err->status;
}

enum status yaml_expect(const struct yaml_node *node, enum yaml_kind kind,
                        struct error *err)
{
    if (node->kind == kind)
        return STATUS_OK;
    return yaml_error(err, node, "expected %s, found %s", yaml_kind_name(kind),
                      yaml_kind_name(node->kind));
}

/* A place in the tree that an override names: the map or list, and the child in it. */
struct place {
    struct yaml_node *parent;
    size_t index;    // parent->n: a new key
    struct view key; // of a new key
    size_t col;      // of the segment in the argument
    size_t depth;    // of the child
};

static enum status override_error(struct error *err, size_t col, const char *message,
                                  struct view segment)
{
    error_set(err, STATUS_USAGE, "%s %s", message, QUOTE_N(segment.p, segment.n));
    error_at(err, YAML_SET_PATH, 1, col);
    return STATUS_USAGE;
}

static struct view first_segment(struct view path)
{
    const char *dot = path.n ? memchr(path.p, '.', path.n) : NULL;
    return (struct view){path.p, dot ? (size_t)(dot - path.p) : path.n};
}

/* The child whose key is the longest that begins the path and ends at a dot or at its
 * end. */
static size_t find_key(const struct yaml_node *map, struct view path,
                       struct view *segment)
{
    size_t best = map->n, length = 0;
    for (size_t i = 0; i < map->n; i++) {
        size_t n = strlen(map->child[i]->key);
        bool whole = n <= path.n && (n == path.n || path.p[n] == '.');
        if (whole && n > length && memcmp(map->child[i]->key, path.p, n) == 0) {
            best = i;
            length = n;
        }
    }
    if (best < map->n)
        *segment = (struct view){path.p, length};
    return best;
}

/* Names the nearest of a map's keys. */
static void hint_keys(const struct yaml_node *map, struct view segment, struct arena *mem,
                      struct error *err)
{
    const char **names = ARENA_ARRAY(mem, const char *, map->n);
    for (size_t i = 0; i < map->n; i++)
        names[i] = map->child[i]->key;
    const char *nearest = text_nearest(segment, names, map->n);
    if (nearest)
        error_hint(err, "did you mean '%s'?", nearest);
}

/* Finds a segment below a list: an index, or a key of one of its items. */
static enum status find_item(struct place *at, struct view path, struct view *segment,
                             size_t col, struct error *err)
{
    struct yaml_node *list = at->parent;
    size_t index;
    if (text_size(*segment, &index)) {
        at->index = index;
        if (index < list->n)
            return STATUS_OK;
        override_error(err, col, "there is no item", *segment);
        error_hint(err, "the list has %zu, counted from 0", list->n);
        return STATUS_USAGE;
    }
    for (size_t i = 0; i < list->n; i++) {
        struct yaml_node *item = list->child[i];
        if (item->kind != YAML_MAP)
            continue;
        size_t found = find_key(item, path, segment);
        if (found == item->n)
            continue;
        at->parent = item;
        at->index = found;
        at->depth++;
        return STATUS_OK;
    }
    return override_error(err, col, "no item of the list has the key", *segment);
}

/* Goes one segment down from at->parent; *segment is what it took of the path. */
static enum status find_child(struct place *at, struct view path, size_t col,
                              struct view *segment, struct arena *mem, struct error *err)
{
    struct yaml_node *parent = at->parent;
    at->col = col;
    *segment = first_segment(path);
    if (segment->n == 0)
        return override_error(err, col, "expected key=value, found no key in", path);
    if (parent->kind == YAML_LIST)
        return find_item(at, path, segment, col, err);
    if (parent->kind != YAML_MAP && parent->kind != YAML_NULL) {
        override_error(err, col, "there is no key", *segment);
        error_hint(err, "%s stands there", yaml_kind_name(parent->kind));
        return STATUS_USAGE;
    }
    at->index = find_key(parent, path, segment);
    at->key = *segment;
    if (at->index < parent->n || segment->n == path.n)
        return STATUS_OK;
    override_error(err, col, "unknown key", *segment);
    hint_keys(parent, *segment, mem, err);
    return STATUS_USAGE;
}

static enum status find_place(struct yaml_node *root, struct view path, struct place *at,
                              struct arena *mem, struct error *err)
{
    const char *start = path.p;
    *at = (struct place){.parent = root, .depth = 1};
    for (;;) {
        struct view segment;
        TRY(find_child(at, path, (size_t)(path.p - start) + 1, &segment, mem, err));
        if (segment.n == path.n)
            return STATUS_OK;
        path.p += segment.n + 1;
        path.n -= segment.n + 1;
        at->parent = at->parent->child[at->index];
        at->depth++;
    }
}

/* Puts the value at its place; its key is that of the place. */
static void put(const struct place *at, struct yaml_node *value, struct arena *mem)
{
    struct yaml_node *parent = at->parent;
    value->key_line = 1;
    value->key_col = at->col;
    if (at->index < parent->n) {
        value->key = parent->child[at->index]->key;
        parent->child[at->index] = value;
        return;
    }
    value->key = arena_copy(mem, at->key.p, at->key.n);
    struct yaml_node **child = ARENA_ARRAY(mem, struct yaml_node *, parent->n + 1);
    if (parent->n)
        memcpy(child, parent->child, parent->n * sizeof(*child));
    child[parent->n++] = value;
    parent->child = child;
    parent->kind = YAML_MAP;
}

enum status yaml_override(struct yaml_node *root, const char *assignment,
                          struct arena *mem, struct error *err)
{
    const char *equals = strchr(assignment, '=');
    struct view path = {assignment, equals ? (size_t)(equals - assignment) : 0};
    if (!equals)
        return override_error(err, 1, "expected key=value, found", view_of(assignment));
    if (text_utf8_valid(path.p, path.n) < path.n ||
        path.n > YAML_MAX_DEPTH * YAML_MAX_KEY)
        return override_error(err, 1, "not a key:", path);
    struct place at;
    TRY(find_place(root, path, &at, mem, err));
    bool new_key = at.index == at.parent->n;
    if (new_key && view_is(at.key, "<<"))
        return override_error(err, at.col, "the merge key cannot be used here:", at.key);
    if (at.depth > YAML_MAX_DEPTH || (new_key && at.key.n > YAML_MAX_KEY))
        return override_error(err, at.col, "too long or too deep:", path);
    struct yaml_node *value;
    enum status status = yaml_parse_value(equals + 1, strlen(equals + 1), path.n + 2,
                                          at.depth, mem, &value, err);
    if (status == STATUS_INPUT)
        return err->status = STATUS_USAGE;
    if (status != STATUS_OK)
        return status;
    put(&at, value, mem);
    return STATUS_OK;
}
