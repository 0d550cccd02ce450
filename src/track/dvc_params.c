/* Reads and compares parameters.
 *
 * DVC resolves dates, and takes keys for numbers where they look so; our reader keeps
 * both as text.  Rather than write a lock that DVC would write otherwise, such spellings
 * are refused unless they stand in quotes, which the byte at their place tells. */
#include "track/dvc_params.h"

#include <math.h>

#include "config/yaml.h"
#include "dvc/dvc_scalar.h"

/* A file's bytes, and where its lines begin. */
struct places {
    struct view bytes;
    size_t line, offset; // of the last place that was looked at
};

/* The byte at a place; places come in any order, but mostly in the file's. */
static char byte_at(struct places *s, size_t line, size_t col)
{
    if (line < s->line)
        s->line = 1, s->offset = 0;
    while (s->line < line && s->offset < s->bytes.n) {
        char c = s->bytes.p[s->offset++];
        bool pair = c == '\r' && s->offset < s->bytes.n && s->bytes.p[s->offset] == '\n';
        s->line += c == '\n' || (c == '\r' && !pair);
    }
    size_t at = s->offset + col - 1;
    return at < s->bytes.n ? s->bytes.p[at] : '\0';
}

static bool is_quoted(struct places *s, size_t line, size_t col)
{
    char c = byte_at(s, line, col);
    return c != '\0' && strchr("'\"|>", c);
}

static enum status check_key(struct places *s, const struct yaml_node *node,
                             struct arena *mem, struct error *err)
{
    struct yaml_node key = {.text = view_of(node->key)};
    yaml_resolve(&key, mem);
    if (key.kind == YAML_TEXT && !dvc_is_date(key.text))
        return STATUS_OK;
    if (is_quoted(s, node->key_line, node->key_col))
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "the key %s is no text to DVC", QUOTE(node->key));
    error_hint(err, "put it in quotes");
    error_at(err, node->path, node->key_line, node->key_col);
    return STATUS_INPUT;
}

/* Refuses what DVC would read as something else. */
static enum status check_value(struct places *s, const struct yaml_node *node,
                               struct arena *mem, struct error *err)
{
    if (node->kind == YAML_TEXT && dvc_is_date(node->text) &&
        !is_quoted(s, node->line, node->col)) {
        yaml_error(err, node, "%s is a date to DVC", QUOTE_N(node->text.p, node->text.n));
        error_hint(err, "put it in quotes");
        return STATUS_INPUT;
    }
    for (size_t i = 0; i < node->n; i++) {
        if (node->kind == YAML_MAP)
            TRY(check_key(s, node->child[i], mem, err));
        TRY(check_value(s, node->child[i], mem, err));
    }
    return STATUS_OK;
}

/* The value of a dotted key; lists are not stepped into. */
static const struct yaml_node *find(const struct yaml_node *root, const char *dotted)
{
    const struct yaml_node *node = root;
    for (const char *p = dotted; node;) {
        size_t n = strcspn(p, ".");
        const struct yaml_node *next = NULL;
        struct view segment = {p, n};
        for (size_t i = 0; node->kind == YAML_MAP && i < node->n && !next; i++)
            if (view_is(segment, node->child[i]->key))
                next = node->child[i];
        if (!next || p[n] == '\0')
            return next;
        node = next;
        p += n + 1;
    }
    return NULL;
}

/* The keys that are tracked, sorted. */
static const char *const *keys_of(const struct dvc_params *params,
                                  const struct yaml_node *root, struct arena *mem,
                                  size_t *ret_n)
{
    *ret_n = params->keys.n;
    if (params->keys.n > 0)
        return params->keys.v;
    const char **v = ARENA_ARRAY(mem, const char *, root->n);
    for (size_t i = 0; i < root->n; i++)
        v[i] = root->child[i]->key;
    if (root->n > 0)
        qsort(v, root->n, sizeof(*v), text_order);
    *ret_n = root->n;
    return v;
}

enum status dvc_params_read(const struct dvc_params *params, struct dvc_seen *seen,
                            struct arena *mem, struct dvc_values *ret, struct error *err)
{
    struct places s = {.line = 1};
    const struct dvc_source *source;
    struct dvc_values values = {.file = params->file};
    TRY(dvc_source_now(params->file, seen, mem, &source, err));
    s.bytes = source->bytes;
    values.key = keys_of(params, source->root, mem, &values.n);
    const struct yaml_node **value = ARENA_ARRAY(mem, const struct yaml_node *, values.n);
    for (size_t i = 0; i < values.n; i++) {
        value[i] = params->keys.n > 0 ? find(source->root, values.key[i])
                                      : yaml_get(source->root, values.key[i]);
        if (value[i])
            TRY(check_value(&s, value[i], mem, err));
    }
    values.value = value;
    *ret = values;
    return STATUS_OK;
}

static bool is_number(const struct yaml_node *node)
{
    return node->kind == YAML_BOOL || node->kind == YAML_INT || node->kind == YAML_REAL;
}

/* A long double holds every int64_t and every double. */
static long double number_of(const struct yaml_node *node)
{
    if (node->kind == YAML_BOOL)
        return node->boolean ? 1 : 0;
    return node->kind == YAML_INT ? (long double)node->integer : (long double)node->real;
}

/* Beyond 2^63 the spelling decides as well, since reals do not tell integers apart there.
 */
static bool same_number(const struct yaml_node *a, const struct yaml_node *b)
{
    if (!(number_of(a) == number_of(b)))
        return false;
    bool large = a->kind == YAML_REAL && b->kind == YAML_REAL && isfinite(a->real) &&
                 fabs(a->real) >= 0x1p63;
    return !large || view_eq(a->text, b->text);
}

bool dvc_value_same(const struct yaml_node *a, const struct yaml_node *b)
{
    if (is_number(a) && is_number(b))
        return same_number(a, b);
    if (a->kind != b->kind || a->n != b->n)
        return false;
    if (a->kind == YAML_TEXT)
        return view_eq(a->text, b->text);
    for (size_t i = 0; i < a->n; i++) {
        const struct yaml_node *other = b->child[i];
        if (a->kind == YAML_MAP)
            other = yaml_get(b, a->child[i]->key);
        if (!other || !dvc_value_same(a->child[i], other))
            return false;
    }
    return true;
}

const struct yaml_node *dvc_values_get(const struct dvc_values *values, const char *key)
{
    for (size_t i = 0; i < values->n; i++)
        if (strcmp(values->key[i], key) == 0)
            return values->value[i];
    return NULL;
}

const struct dvc_values *dvc_record_values(const struct dvc_record *record,
                                           const char *file)
{
    for (size_t i = 0; i < record->n_values; i++)
        if (strcmp(record->values[i].file, file) == 0)
            return &record->values[i];
    return NULL;
}
