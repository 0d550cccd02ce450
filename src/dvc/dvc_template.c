/* Fills in the texts of dvc.yaml.
 *
 * DVC's own rules: "${" and "}" enclose a dotted path, [0] means .0, a backslash before
 * "${" keeps it as it is.  A text that is nothing but one such path keeps the kind of its
 * value in DVC, where we want texts only: a number there is refused. */
#include "dvc/dvc_template.h"

#include <inttypes.h>

#include "base/number.h"

void dvc_fill_scalar(const struct yaml_node *node, struct text *out)
{
    char buffer[32];
    if (node->kind == YAML_BOOL)
        text_puts(out, node->boolean ? "true" : "false");
    else if (node->kind == YAML_NULL)
        text_puts(out, "None");
    else if (node->kind == YAML_INT)
        text_addf(out, "%" PRId64, node->integer);
    else if (node->kind == YAML_REAL)
        text_add(out, buffer, number_shortest(node->real, buffer));
    else
        text_add(out, node->text.p, node->text.n);
}

/* Takes the next segment off a path in which "a.b", "a[0]" and "a.0" are the same. */
static struct view next_segment(struct view *path)
{
    size_t n = 0;
    while (n < path->n && !strchr(".[]", path->p[n]))
        n++;
    struct view segment = {path->p, n};
    while (n < path->n && strchr(".[]", path->p[n]))
        n++;
    *path = (struct view){path->p + n, path->n - n};
    return segment;
}

static const struct yaml_node *step_into(const struct yaml_node *node,
                                         struct view segment)
{
    size_t index = 0;
    if (node->kind == YAML_LIST)
        return text_size(segment, &index) && index < node->n ? node->child[index] : NULL;
    for (size_t i = 0; node->kind == YAML_MAP && i < node->n; i++)
        if (view_is(segment, node->child[i]->key))
            return node->child[i];
    return NULL;
}

/* The value of a path below "item", or NULL. */
static const struct yaml_node *find_item(const struct dvc_scope *scope, struct view path)
{
    const struct yaml_node *node = scope->item;
    while (node && path.n > 0)
        node = step_into(node, next_segment(&path));
    return node;
}

/* Where an error about a text belongs: to the node, or to its key. */
struct subject {
    const struct yaml_node *node;
    bool is_key;
};

static enum status fail_at(const struct subject *s, struct error *err)
{
    error_at(err, s->node->path, s->is_key ? s->node->key_line : s->node->line,
             s->is_key ? s->node->key_col : s->node->col);
    return STATUS_INPUT;
}

/* Adds what the expression between the braces stands for. */
static enum status add_value(const struct dvc_scope *scope, const struct subject *s,
                             struct view inner, bool alone, struct text *out,
                             struct error *err)
{
    struct view path = view_trim(inner);
    struct view first = next_segment(&path);
    if (view_is(first, "key") && scope->key && path.n == 0) {
        text_puts(out, scope->key);
        return STATUS_OK;
    }
    const struct yaml_node *value =
        view_is(first, "item") ? find_item(scope, path) : NULL;
    if (!value) {
        error_set(err, STATUS_INPUT, "%s stands for nothing here",
                  QUOTE_N(inner.p, inner.n));
        error_hint(err, "'item' is one of 'foreach' or 'matrix'; write '\\${' for the "
                        "characters themselves");
        return fail_at(s, err);
    }
    bool scalar = value->kind != YAML_LIST && value->kind != YAML_MAP;
    if (!scalar || (alone && value->kind != YAML_TEXT)) {
        error_set(err, STATUS_INPUT, "expected a text for %s, found %s",
                  QUOTE_N(inner.p, inner.n), yaml_kind_name(value->kind));
        return fail_at(s, err);
    }
    dvc_fill_scalar(value, out);
    return STATUS_OK;
}

static bool begins(struct view v, size_t at, const char *with)
{
    size_t n = strlen(with);
    return v.n - at >= n && memcmp(v.p + at, with, n) == 0;
}

static enum status fill(const struct dvc_scope *scope, const struct subject *s,
                        struct view text, struct arena *mem, const char **ret,
                        struct error *err)
{
    struct text out = {.mem = mem};
    text_puts(&out, "");
    for (size_t i = 0; i < text.n;) {
        const char *end = NULL;
        if (begins(text, i, "\\${")) {
            text_puts(&out, "${");
            i += 3;
            continue;
        }
        if (begins(text, i, "${"))
            end = memchr(text.p + i, '}', text.n - i);
        if (!end) {
            text_putc(&out, text.p[i++]);
            continue;
        }
        size_t stop = (size_t)(end - text.p);
        struct view inner = {text.p + i + 2, stop - i - 2};
        TRY(add_value(scope, s, inner, i == 0 && stop + 1 == text.n, &out, err));
        i = stop + 1;
    }
    if (out.n == 0 || memchr(out.p, '\0', out.n)) {
        error_set(err, STATUS_INPUT, "expected a text, found %s",
                  out.n == 0 ? "nothing" : "a NUL byte");
        return fail_at(s, err);
    }
    *ret = out.p;
    return STATUS_OK;
}

enum status dvc_fill(const struct dvc_scope *scope, const struct yaml_node *node,
                     struct arena *mem, const char **ret, struct error *err)
{
    if (node->kind != YAML_TEXT)
        return yaml_error(err, node, "expected a text, found %s",
                          yaml_kind_name(node->kind));
    struct subject s = {node, false};
    return fill(scope, &s, node->text, mem, ret, err);
}

enum status dvc_fill_key(const struct dvc_scope *scope, const struct yaml_node *node,
                         struct arena *mem, const char **ret, struct error *err)
{
    struct subject s = {node, true};
    return fill(scope, &s, view_of(node->key), mem, ret, err);
}
