/* Writes trees as DVC writes them.
 *
 * Lists stand at the indent of their key, maps two to the right of it; empty ones are
 * written as [] and {}.  How a scalar is quoted is in dvc_style.c, how it is folded in
 * dvc_fold.c. */
#include "dvc/dvc_dump.h"

#include <inttypes.h>
#include <math.h>

#include "base/number.h"
#include "dvc/dvc_scalar.h"

#define STEP ((size_t)2)

static void put(struct dvc_pen *pen, const char *ascii)
{
    while (*ascii)
        dvc_pen_put(pen, (unsigned char)*ascii++);
}

/* Ends the line. */
static void end_line(struct dvc_pen *pen)
{
    dvc_pen_indent(pen, 0);
}

/* A whole number that fits no int64_t stands as its digits, without a plus, underscores
 * and zeros at the front.  False for any other real. */
static bool write_large_integer(struct view text, struct text *out)
{
    bool minus = text.n > 0 && text.p[0] == '-';
    size_t first = text.n > 0 && (minus || text.p[0] == '+');
    for (size_t i = first; i < text.n; i++)
        if ((text.p[i] < '0' || text.p[i] > '9') && text.p[i] != '_')
            return false;
    while (first < text.n && (text.p[first] == '0' || text.p[first] == '_'))
        first++;
    if (minus)
        text_putc(out, '-');
    for (size_t i = first; i < text.n; i++)
        if (text.p[i] != '_')
            text_putc(out, text.p[i]);
    return first < text.n;
}

static void write_real(const struct yaml_node *node, struct text *out)
{
    char buffer[32];
    if (write_large_integer(node->text, out))
        return;
    if (isnan(node->real))
        text_puts(out, ".nan");
    else if (isinf(node->real))
        text_puts(out, node->real < 0 ? "-.inf" : ".inf");
    else
        text_add(out, buffer, number_shortest(node->real, buffer));
}

/* The text of a number or a truth value. */
static void write_plain_value(const struct yaml_node *node, struct text *out)
{
    if (node->kind == YAML_BOOL)
        text_puts(out, node->boolean ? "true" : "false");
    else if (node->kind == YAML_INT)
        text_addf(out, "%" PRId64, node->integer);
    else if (node->kind == YAML_REAL)
        write_real(node, out);
}

static void dump_scalar(struct dvc_pen *pen, const struct yaml_node *node, size_t indent)
{
    struct arena work = {0};
    struct text value = {.mem = &work};
    enum dvc_style style = DVC_PLAIN;
    struct view text = node->text;
    if (node->kind != YAML_TEXT) {
        write_plain_value(node, &value);
        text = (struct view){value.p, value.n};
    }
    struct dvc_characters s = dvc_characters_of(text, &work);
    if (node->kind == YAML_TEXT)
        style = dvc_style_of(text, s, false);
    dvc_pen_write(pen, s, style, indent + STEP, true);
    arena_release(&work);
}

static void dump_children(struct dvc_pen *pen, const struct yaml_node *node,
                          size_t indent);

static bool is_container(const struct yaml_node *node)
{
    return (node->kind == YAML_LIST || node->kind == YAML_MAP) && node->n > 0;
}

/* What is no container, behind its key or dash, up to the line's end. */
static void dump_leaf(struct dvc_pen *pen, const struct yaml_node *node, size_t indent)
{
    if (node->kind == YAML_LIST || node->kind == YAML_MAP)
        put(pen, node->kind == YAML_LIST ? "[]" : "{}");
    else
        dump_scalar(pen, node, indent);
    end_line(pen);
}

/* A value behind "-" or behind the ":" of a long key: its first line is that of the dash.
 */
static void dump_inline(struct dvc_pen *pen, const struct yaml_node *node, size_t indent)
{
    put(pen, " ");
    if (is_container(node))
        dump_children(pen, node, indent + STEP);
    else
        dump_leaf(pen, node, indent);
}

/* A value behind "key:". */
static void dump_value(struct dvc_pen *pen, const struct yaml_node *node, size_t indent)
{
    if (is_container(node)) {
        dvc_pen_indent(pen, node->kind == YAML_MAP ? indent + STEP : indent);
        dump_children(pen, node, node->kind == YAML_MAP ? indent + STEP : indent);
    } else if (node->kind == YAML_NULL) {
        end_line(pen);
    } else {
        put(pen, " ");
        dump_leaf(pen, node, indent);
    }
}

static bool is_simple(struct dvc_characters key)
{
    for (size_t i = 0; i < key.n; i++)
        if (dvc_is_break(key.c[i]))
            return false;
    return key.n <= DVC_MAX_SIMPLE_KEY;
}

/* A member whose first character stands at the indent. */
static void dump_pair(struct dvc_pen *pen, const char *key, const struct yaml_node *value,
                      size_t indent)
{
    struct arena work = {0};
    struct dvc_characters s = dvc_characters_of(view_of(key), &work);
    bool simple = is_simple(s);
    if (!simple)
        put(pen, "? ");
    dvc_pen_write(pen, s, dvc_style_of(view_of(key), s, simple), indent + STEP, !simple);
    arena_release(&work);
    if (simple) {
        put(pen, ":");
        dump_value(pen, value, indent);
        return;
    }
    dvc_pen_indent(pen, indent);
    put(pen, ":");
    if (value->kind == YAML_NULL)
        end_line(pen);
    else
        dump_inline(pen, value, indent);
}

/* The children, of which the first begins where the pen stands. */
static void dump_children(struct dvc_pen *pen, const struct yaml_node *node,
                          size_t indent)
{
    for (size_t i = 0; i < node->n; i++) {
        while (pen->column < indent)
            dvc_pen_put(pen, ' ');
        if (node->kind == YAML_MAP) {
            dump_pair(pen, node->child[i]->key, node->child[i], indent);
        } else {
            put(pen, "-");
            dump_inline(pen, node->child[i], indent);
        }
    }
}

void dvc_dump_member(const char *key, const struct yaml_node *value, size_t indent,
                     struct text *out)
{
    struct dvc_pen pen = {out, 0};
    while (pen.column < indent)
        dvc_pen_put(&pen, ' ');
    if (key)
        dump_pair(&pen, key, value, indent);
    else
        dump_children(&pen, value, indent);
}
