/* Overrides of a YAML tree: --set train.steps[3].ridge.alpha=[1,2].
 *
 * The path is followed as far as the tree goes; where a map lacks a key, the keys from
 * there on are made, and whoever reads the tree refuses those that it does not know, with
 * their place in the argument.  An override is applied whole or not at all: its value is
 * parsed before anything changes, and with no more depth than the place leaves, so that
 * the caps of yaml.h hold for the tree. */
#include "config/yaml.h"
#include "config/yaml_internal.h"

/* Where the value goes. */
struct override_place {
    struct yaml_node *parent;
    size_t index;     // of the child that is replaced; parent->n: there is none yet
    struct view keys; // then: the keys to make, with dots between them
    size_t col;       // of the last segment, or of the first of keys, in the argument
    size_t depth;     // of the child
};

/* A step down the path. */
struct segment {
    struct view name; // a key, or the digits of an index
    size_t length;    // bytes of the path that it takes, brackets included
    bool bracket;
};

static enum status override_error(struct error *err, size_t col, const char *message,
                                  struct view segment)
{
    error_set(err, STATUS_USAGE, "%s %s", message, QUOTE_N(segment.p, segment.n));
    error_at(err, YAML_SET_PATH, 1, col);
    return STATUS_USAGE;
}

/* The first segment: what stands in brackets, or all up to a dot or a bracket. */
static struct segment first_segment(struct view path)
{
    size_t n = 0;
    if (path.n > 0 && path.p[0] == '[') {
        const char *close = memchr(path.p, ']', path.n);
        size_t end = close ? (size_t)(close - path.p) : path.n;
        return (struct segment){{path.p + 1, end - 1}, end + (close ? 1 : 0), true};
    }
    while (n < path.n && path.p[n] != '.' && path.p[n] != '[')
        n++;
    return (struct segment){{path.p, n}, n, false};
}

static bool ends_at(struct view path, size_t n)
{
    return n == path.n || path.p[n] == '.' || path.p[n] == '[';
}

/* The child whose key is the longest that begins the path and ends where a segment may:
 * keys can hold dots themselves. */
static size_t find_key(const struct yaml_node *map, struct view path, struct segment *s)
{
    size_t best = map->n, length = 0;
    for (size_t i = 0; i < map->n; i++) {
        size_t n = strlen(map->child[i]->key);
        bool whole = n <= path.n && ends_at(path, n);
        if (whole && n > length && memcmp(map->child[i]->key, path.p, n) == 0) {
            best = i;
            length = n;
        }
    }
    if (best < map->n)
        *s = (struct segment){{path.p, length}, length, false};
    return best;
}

/* Names the nearest of the keys that the list's items have, or all of them. */
static void hint_items(const struct yaml_node *list, struct view name, struct arena *mem,
                       struct error *err)
{
    size_t n = 0, most = 0;
    for (size_t i = 0; i < list->n; i++)
        most += list->child[i]->kind == YAML_MAP ? list->child[i]->n : 0;
    const char **keys = ARENA_ARRAY(mem, const char *, most);
    struct text all = {.mem = mem};
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; list->child[i]->kind == YAML_MAP && k < list->child[i]->n;
             k++) {
            keys[n++] = list->child[i]->child[k]->key;
            text_addf(&all, "%s[%zu].%s", n > 1 ? ", " : "", i, keys[n - 1]);
        }
    if (error_nearest(err, name, keys, n))
        return;
    if (n > 0)
        error_hint(err, "there are %s", all.p);
    else
        error_hint(err, "the list has %zu items, counted from 0: [0]", list->n);
}

/* Finds a segment below a list: an index, or a key of one of its items. */
static enum status find_item(struct override_place *at, struct view path,
                             struct segment *s, struct arena *mem, struct error *err)
{
    struct yaml_node *list = at->parent;
    if (text_size(s->name, &at->index)) {
        if (at->index < list->n)
            return STATUS_OK;
        override_error(err, at->col, "there is no item", s->name);
        error_hint(err, "the list has %zu, counted from 0", list->n);
        return STATUS_USAGE;
    }
    if (s->bracket)
        return override_error(err, at->col, "expected an item's number, found", s->name);
    for (size_t i = 0; i < list->n; i++) {
        struct yaml_node *item = list->child[i];
        size_t found = item->kind == YAML_MAP ? find_key(item, path, s) : item->n;
        if (item->kind != YAML_MAP || found == item->n)
            continue;
        at->parent = item;
        at->index = found;
        at->depth++;
        return STATUS_OK;
    }
    override_error(err, at->col, "no item of the list has the key", s->name);
    hint_items(list, s->name, mem, err);
    return STATUS_USAGE;
}

/* Goes one segment down from at->parent; s says what it took of the path. */
static enum status find_child(struct override_place *at, struct view path,
                              struct segment *s, struct arena *mem, struct error *err)
{
    struct yaml_node *parent = at->parent;
    *s = first_segment(path);
    if (!ends_at(path, s->length) || (s->bracket && path.p[s->length - 1] != ']'))
        return override_error(err, at->col, "expected [number], found", path);
    if (s->name.n == 0)
        return override_error(err, at->col, "expected key=value, found no key in", path);
    if (parent->kind == YAML_LIST)
        return find_item(at, path, s, mem, err);
    bool map = parent->kind == YAML_MAP || parent->kind == YAML_NULL;
    if (!map || s->bracket) {
        override_error(err, at->col, s->bracket ? "there is no item" : "there is no key",
                       s->name);
        error_hint(err, "%s stands there", yaml_kind_name(parent->kind));
        return STATUS_USAGE;
    }
    at->index = find_key(parent, path, s);
    if (at->index == parent->n)
        at->keys = path;
    return STATUS_OK;
}

/* Checks the keys that are to be made. */
static enum status check_new(const struct override_place *at, struct error *err)
{
    struct view path = at->keys;
    size_t depth = at->depth, col = at->col;
    for (;; depth++) {
        struct segment s = first_segment(path);
        if (s.name.n == 0 && !s.bracket)
            return override_error(err, col, "expected key=value, found no key in", path);
        if (s.bracket || (s.length < path.n && path.p[s.length] == '['))
            return override_error(err, col, "there is no list", at->keys);
        if (view_is(s.name, "<<"))
            return override_error(err, col, "the merge key cannot be used here:", s.name);
        if (depth > YAML_MAX_DEPTH || s.name.n > YAML_MAX_KEY)
            return override_error(err, col, "too long or too deep:", at->keys);
        if (s.length == path.n)
            return STATUS_OK;
        path = (struct view){path.p + s.length + 1, path.n - s.length - 1};
        col += s.length + 1;
    }
}

static enum status find_place(struct yaml_node *root, struct view path,
                              struct override_place *at, struct arena *mem,
                              struct error *err)
{
    const char *start = path.p;
    *at = (struct override_place){.parent = root, .depth = 1};
    for (;;) {
        struct segment s;
        at->col = (size_t)(path.p - start) + 1;
        TRY(find_child(at, path, &s, mem, err));
        if (at->index == at->parent->n)
            return check_new(at, err);
        if (s.length == path.n)
            break;
        size_t skip = s.length + (path.p[s.length] == '.' ? 1 : 0);
        path = (struct view){path.p + skip, path.n - skip};
        at->parent = at->parent->child[at->index];
        at->depth++;
    }
    if (at->depth > YAML_MAX_DEPTH)
        return override_error(err, at->col, "too long or too deep:", path);
    return STATUS_OK;
}

/* Adds a child behind the others; what was nothing becomes a map. */
static void add_child(struct yaml_node *map, struct yaml_node *value, struct arena *mem)
{
    struct yaml_node **child = ARENA_ARRAY(mem, struct yaml_node *, map->n + 1);
    if (map->n)
        memcpy(child, map->child, map->n * sizeof(*child));
    child[map->n++] = value;
    map->child = child;
    map->kind = YAML_MAP;
}

/* Puts the value below the keys that are still to be made. */
static void put_new(const struct override_place *at, struct yaml_node *value,
                    struct arena *mem)
{
    struct yaml_node *parent = at->parent;
    struct view path = at->keys;
    for (size_t col = at->col;;) {
        struct segment s = first_segment(path);
        bool last = s.length == path.n;
        struct yaml_node *node = last ? value : ARENA_NEW(mem, struct yaml_node);
        if (!last)
            *node = (struct yaml_node){.kind = YAML_MAP,
                                       .path = YAML_SET_PATH,
                                       .line = 1,
                                       .col = col + s.length + 1};
        node->key = arena_copy(mem, s.name.p, s.name.n);
        node->key_line = 1;
        node->key_col = col;
        add_child(parent, node, mem);
        if (last)
            return;
        parent = node;
        path = (struct view){path.p + s.length + 1, path.n - s.length - 1};
        col += s.length + 1;
    }
}

/* Puts the value at its place; a key that was there keeps its name. */
static void put(const struct override_place *at, struct yaml_node *value,
                struct arena *mem)
{
    if (at->index == at->parent->n) {
        put_new(at, value, mem);
        return;
    }
    value->key = at->parent->child[at->index]->key;
    value->key_line = 1;
    value->key_col = at->col;
    at->parent->child[at->index] = value;
}

/* Parses what stands behind the '='.  All of it has to count: what a comment would hide
 * was meant. */
static enum status parse_value(const char *text, size_t col, size_t depth,
                               struct arena *mem, struct yaml_node **ret,
                               struct error *err)
{
    struct view whole = view_trim(view_of(text));
    enum status status = yaml_parse_value(text, strlen(text), col, depth, mem, ret, err);
    if (status == STATUS_OK) {
        const struct yaml_node *v = *ret;
        bool scalar = v->kind != YAML_LIST && v->kind != YAML_MAP;
        bool quoted = whole.n > 0 && (whole.p[0] == '"' || whole.p[0] == '\'');
        if (!scalar || quoted || view_eq(v->text, whole))
            return STATUS_OK;
        status = override_error(err, col, "only a part of the value counts:", v->text);
    } else if (status != STATUS_INPUT || err->hint[0]) {
        return status == STATUS_INPUT ? (err->status = STATUS_USAGE) : status;
    }
    error_hint(err,
               "the value is YAML: a text with ': ' or ' #' in it, or with brackets in "
               "front, needs quotes of its own, --set 'title=\"a: b\"'");
    return err->status = STATUS_USAGE;
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
    struct override_place at;
    struct yaml_node *value;
    TRY(find_place(root, path, &at, mem, err));
    size_t depth = at.depth;
    for (size_t i = 0; at.index == at.parent->n && i < at.keys.n; i++)
        depth += at.keys.p[i] == '.';
    TRY(parse_value(equals + 1, path.n + 2, depth, mem, &value, err));
    put(&at, value, mem);
    return STATUS_OK;
}
