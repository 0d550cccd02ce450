/* Reads YAML into a tree, through libyaml's events.
 *
 * libyaml tokenises and parses; this file builds the tree and refuses what we do not
 * want. Duplicate keys are found by sorting each map's keys once, since comparing all
 * pairs would let a hostile file of a megabyte take minutes. */
#include "config/yaml.h"

#include <yaml.h>

#include "config/yaml_internal.h"
#include "file/file.h"

struct yaml_reader {
    yaml_parser_t parser;
    struct yaml_cursor cursor;
    size_t max_depth, max_bytes, max_nodes;
    size_t n_nodes;
    struct arena *mem;
};

/* Says what libyaml complained of. */
static enum status parser_error(struct yaml_reader *r, struct error *err)
{
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR)
        out_of_memory(0);
    const char *problem = p->problem ? p->problem : "unknown reason";
    if (p->error == YAML_READER_ERROR) {
        error_set(err, STATUS_INPUT, "not valid YAML: %s", problem);
        return yaml_at_byte(&r->cursor, p->problem_offset, err);
    }
    size_t line = 0, col = 0, here = p->problem_mark.index;
    if (p->context)
        yaml_locate(&r->cursor, p->context_mark.index, &line, &col);
    if (p->context && p->context_mark.line < p->problem_mark.line)
        error_set(err, STATUS_INPUT, "not valid YAML: %s %s that began in line %zu",
                  problem, p->context, line);
    else
        error_set(err, STATUS_INPUT, "not valid YAML: %s%s%s", problem,
                  p->context ? " " : "", p->context ? p->context : "");
    yaml_at_character(&r->cursor, here, err);
    if (r->cursor.byte < r->cursor.text.n && r->cursor.text.p[r->cursor.byte] == '\t')
        error_hint(err, "indent with blanks; YAML does not take tabs");
    else if (strstr(problem, "mapping values"))
        error_hint(err, "a text that holds ': ' needs quotes");
    return STATUS_INPUT;
}

static enum status next_event(struct yaml_reader *r, yaml_event_t *event,
                              struct error *err)
{
    return yaml_parser_parse(&r->parser, event) ? STATUS_OK : parser_error(r, err);
}

static enum status refuse(struct yaml_reader *r, const yaml_event_t *event,
                          struct error *err, const char *what, const char *hint)
{
    error_set(err, STATUS_INPUT, "%s cannot be used here", what);
    error_hint(err, "%s", hint);
    return yaml_at_character(&r->cursor, event->start_mark.index, err);
}

/* Refuses aliases, anchors and tags. */
static enum status check_plain(struct yaml_reader *r, const yaml_event_t *event,
                               struct error *err)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    bool implicit = true;
    if (event->type == YAML_ALIAS_EVENT)
        return refuse(r, event, err, "an alias", "write the value out");
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        implicit = event->data.scalar.plain_implicit ||
                   event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor)
        return refuse(r, event, err, "an anchor",
                      "remove '&' and the name behind it, or quote");
    if (tag || !implicit)
        return refuse(r, event, err, "a tag",
                      "remove '!' and the name behind it, or quote");
    return STATUS_OK;
}

/* Makes the node of an event and counts it. */
static enum status new_node(struct yaml_reader *r, const yaml_event_t *event,
                            size_t depth, struct yaml_node **ret, struct error *err)
{
    TRY(check_plain(r, event, err));
    if (++r->n_nodes > r->max_nodes) {
        error_set(err, STATUS_INPUT, "more than %zu values", r->max_nodes);
        return yaml_at_character(&r->cursor, event->start_mark.index, err);
    }
    if (event->type != YAML_SCALAR_EVENT && depth >= r->max_depth) {
        error_set(err, STATUS_INPUT, "lists and maps lie more than %d deep",
                  YAML_MAX_DEPTH);
        return yaml_at_character(&r->cursor, event->start_mark.index, err);
    }
    struct yaml_node *node = ARENA_NEW(r->mem, struct yaml_node);
    node->path = r->cursor.path;
    yaml_locate(&r->cursor, event->start_mark.index, &node->line, &node->col);
    *ret = node;
    return STATUS_OK;
}

static void fill_scalar(struct yaml_reader *r, const yaml_event_t *event,
                        struct yaml_node *node)
{
    const char *p = (const char *)event->data.scalar.value;
    size_t n = event->data.scalar.length;
    node->text = (struct view){arena_copy(r->mem, p, n), n};
    node->kind = YAML_TEXT;
    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        yaml_resolve(node, r->mem);
}

/* Appends to the children; the capacity is the least power of two that holds n. */
static void add_child(struct yaml_reader *r, struct yaml_node *node,
                      struct yaml_node *child)
{
    size_t n = node->n, width = sizeof(struct yaml_node *);
    if ((n & (n - 1)) == 0) {
        size_t wanted = n == 0 ? 1 : 2 * n;
        node->child = arena_grow(r->mem, node->child, n * width, wanted * width);
    }
    node->child[node->n++] = child;
}

static enum status read_node(struct yaml_reader *r, const yaml_event_t *event,
                             size_t depth, struct yaml_node **ret, struct error *err);

static enum status read_list(struct yaml_reader *r, size_t depth, struct yaml_node *list,
                             struct error *err)
{
    for (;;) {
        CLEANUP(yaml_event_delete) yaml_event_t event = {.type = YAML_NO_EVENT};
        TRY(next_event(r, &event, err));
        if (event.type == YAML_SEQUENCE_END_EVENT)
            return STATUS_OK;
        struct yaml_node *child;
        TRY(read_node(r, &event, depth, &child, err));
        add_child(r, list, child);
    }
}

/* Checks the event as a key and copies it. */
static enum status read_key(struct yaml_reader *r, const yaml_event_t *event,
                            const char **ret, struct error *err)
{
    TRY(check_plain(r, event, err));
    const char *p = (const char *)event->data.scalar.value;
    size_t n = event->data.scalar.length;
    if (event->type != YAML_SCALAR_EVENT)
        error_set(err, STATUS_INPUT, "a key must be a text, not a list or a map");
    else if (n == 0)
        error_set(err, STATUS_INPUT, "expected a key before ':'");
    else if (n > YAML_MAX_KEY)
        error_set(err, STATUS_INPUT, "a key has more than %d bytes", YAML_MAX_KEY);
    else if (memchr(p, '\0', n))
        error_set(err, STATUS_INPUT, "a key must not hold a NUL byte");
    else if (n == 2 && memcmp(p, "<<", 2) == 0)
        error_set(err, STATUS_INPUT, "the merge key '<<' cannot be used here");
    else {
        *ret = arena_copy(r->mem, p, n);
        return STATUS_OK;
    }
    return yaml_at_character(&r->cursor, event->start_mark.index, err);
}

/* By key, then by place. */
static int compare_keys(const void *a, const void *b)
{
    const struct yaml_node *x = *(struct yaml_node *const *)a;
    const struct yaml_node *y = *(struct yaml_node *const *)b;
    int order = strcmp(x->key, y->key);
    if (order == 0 && x->key_line != y->key_line)
        order = x->key_line < y->key_line ? -1 : 1;
    else if (order == 0)
        order = (x->key_col > y->key_col) - (x->key_col < y->key_col);
    return order;
}

static enum status check_duplicates(struct yaml_reader *r, const struct yaml_node *map,
                                    struct error *err)
{
    if (map->n < 2)
        return STATUS_OK;
    struct arena_mark mark = arena_mark(r->mem);
    struct yaml_node **sorted = ARENA_ARRAY(r->mem, struct yaml_node *, map->n);
    memcpy(sorted, map->child, map->n * sizeof(*sorted));
    qsort(sorted, map->n, sizeof(*sorted), compare_keys);
    enum status status = STATUS_OK;
    for (size_t i = 1; i < map->n && status == STATUS_OK; i++) {
        if (strcmp(sorted[i]->key, sorted[i - 1]->key) != 0)
            continue;
        status =
            error_set(err, STATUS_INPUT, "the key %s stands twice; first in line %zu",
                      QUOTE(sorted[i]->key), sorted[i - 1]->key_line);
        error_at(err, r->cursor.path, sorted[i]->key_line, sorted[i]->key_col);
    }
    arena_rewind(r->mem, mark);
    return status;
}

static enum status read_map(struct yaml_reader *r, size_t depth, struct yaml_node *map,
                            struct error *err)
{
    for (;;) {
        CLEANUP(yaml_event_delete) yaml_event_t key = {.type = YAML_NO_EVENT};
        CLEANUP(yaml_event_delete) yaml_event_t value = {.type = YAML_NO_EVENT};
        TRY(next_event(r, &key, err));
        if (key.type == YAML_MAPPING_END_EVENT)
            return check_duplicates(r, map, err);
        const char *name = NULL;
        size_t line, col;
        TRY(read_key(r, &key, &name, err));
        yaml_locate(&r->cursor, key.start_mark.index, &line, &col);
        TRY(next_event(r, &value, err));
        struct yaml_node *child;
        TRY(read_node(r, &value, depth, &child, err));
        child->key = name;
        child->key_line = line;
        child->key_col = col;
        add_child(r, map, child);
    }
}

/* Builds the node that the event begins.  depth counts the lists and maps around it. */
static enum status read_node(struct yaml_reader *r, const yaml_event_t *event,
                             size_t depth, struct yaml_node **ret, struct error *err)
{
    struct yaml_node *node = NULL;
    TRY(new_node(r, event, depth, &node, err));
    if (event->type == YAML_SEQUENCE_START_EVENT) {
        node->kind = YAML_LIST;
        TRY(read_list(r, depth + 1, node, err));
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        node->kind = YAML_MAP;
        TRY(read_map(r, depth + 1, node, err));
    } else {
        fill_scalar(r, event, node);
    }
    *ret = node;
    return STATUS_OK;
}

static bool has_directives(const yaml_event_t *event)
{
    return event->data.document_start.version_directive != NULL ||
           event->data.document_start.tag_directives.start !=
               event->data.document_start.tag_directives.end;
}

/* Reads the stream: nothing, or one document. */
static enum status read_stream(struct yaml_reader *r, struct yaml_node **ret,
                               struct error *err)
{
    struct yaml_node *root = NULL;
    for (;;) {
        CLEANUP(yaml_event_delete) yaml_event_t event = {.type = YAML_NO_EVENT};
        TRY(next_event(r, &event, err));
        if (event.type == YAML_STREAM_END_EVENT)
            break;
        if (event.type == YAML_STREAM_START_EVENT ||
            event.type == YAML_DOCUMENT_END_EVENT)
            continue;
        if (event.type == YAML_DOCUMENT_START_EVENT && root)
            return refuse(r, &event, err, "a second document",
                          "keep one document in a file");
        if (event.type == YAML_DOCUMENT_START_EVENT && has_directives(&event))
            return refuse(r, &event, err, "a directive",
                          "remove the line that begins with '%'");
        if (event.type != YAML_DOCUMENT_START_EVENT)
            TRY(read_node(r, &event, 0, &root, err));
    }
    if (!root) {
        root = ARENA_NEW(r->mem, struct yaml_node);
        *root = (struct yaml_node){
            .path = r->cursor.path, .line = 1, .col = 1 + r->cursor.first_col};
        root->text = VIEW("");
    }
    *ret = root;
    return STATUS_OK;
}

static enum status parse(struct yaml_reader *r, struct yaml_node **ret, struct error *err)
{
    if (r->cursor.text.n > r->max_bytes)
        return error_refuse(err, r->cursor.path, NULL, "larger than %zu bytes",
                            r->max_bytes);
    size_t valid = text_utf8_valid(r->cursor.text.p, r->cursor.text.n);
    if (valid < r->cursor.text.n) {
        error_set(err, STATUS_INPUT, "not valid UTF-8: byte 0x%02X",
                  (unsigned)(unsigned char)r->cursor.text.p[valid]);
        error_hint(err, "save the file as UTF-8");
        return yaml_at_byte(&r->cursor, valid, err);
    }
    if (!yaml_parser_initialize(&r->parser))
        out_of_memory(sizeof(r->parser));
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)r->cursor.text.p,
                                 r->cursor.text.n);
    enum status status = read_stream(r, ret, err);
    yaml_parser_delete(&r->parser);
    return status;
}

static enum status parse_file(const char *path, const char *p, size_t n, bool large,
                              struct arena *mem, struct yaml_node **ret,
                              struct error *err)
{
    if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
        p += 3; // a byte order mark is no part of the first line
        n -= 3;
    }
    struct yaml_reader r = {.mem = mem, .max_depth = YAML_MAX_DEPTH};
    r.max_bytes = large ? YAML_LARGE_BYTES : YAML_MAX_BYTES;
    r.max_nodes = large ? YAML_LARGE_NODES : YAML_MAX_NODES;
    r.cursor =
        (struct yaml_cursor){.path = arena_string(mem, path), .text = {p, n}, .line = 1};
    return parse(&r, ret, err);
}

enum status yaml_parse(const char *path, const char *p, size_t n, struct arena *mem,
                       struct yaml_node **ret, struct error *err)
{
    return parse_file(path, p, n, false, mem, ret, err);
}

enum status yaml_parse_large(const char *path, const char *p, size_t n, struct arena *mem,
                             struct yaml_node **ret, struct error *err)
{
    return parse_file(path, p, n, true, mem, ret, err);
}

enum status yaml_parse_value(const char *p, size_t n, size_t col, size_t depth,
                             struct arena *mem, struct yaml_node **ret, struct error *err)
{
    struct yaml_reader r = {.mem = mem, .max_bytes = YAML_MAX_BYTES};
    r.max_nodes = YAML_MAX_NODES;
    r.cursor = (struct yaml_cursor){.path = YAML_SET_PATH, .text = {p, n}, .line = 1};
    r.cursor.first_col = col - 1;
    r.max_depth = depth < YAML_MAX_DEPTH ? YAML_MAX_DEPTH - depth : 0;
    return parse(&r, ret, err);
}

enum status yaml_read(const char *path, struct arena *mem, struct yaml_node **ret,
                      struct error *err)
{
    struct view bytes;
    TRY(file_read(path, YAML_MAX_BYTES, mem, &bytes, err));
    return yaml_parse(path, bytes.p, bytes.n, mem, ret, err);
}

enum status yaml_read_large(const char *path, struct arena *mem, struct yaml_node **ret,
                            struct error *err)
{
    struct view bytes;
    TRY(file_read(path, YAML_LARGE_BYTES, mem, &bytes, err));
    return yaml_parse_large(path, bytes.p, bytes.n, mem, ret, err);
}
