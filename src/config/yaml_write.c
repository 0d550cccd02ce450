/* Writes YAML trees on one line, for --verbose, --explain and messages.
 *
 * The aim is to read back as the same tree, not to look as it was written: scalars other
 * than text keep their spelling, texts are plain where that is safe beyond doubt, else in
 * single quotes, else in double quotes with escapes. */
#include "config/yaml.h"

#include "config/yaml_internal.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* True for texts that can be written as they are wherever a scalar may stand. */
static bool is_plain(struct view v)
{
    if (v.n == 0 || (!is_letter(v.p[0]) && v.p[0] != '/') || v.p[v.n - 1] == ' ')
        return false;
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];
        bool digit = c >= '0' && c <= '9';
        if (!is_letter(c) && !digit && (c == '\0' || !strchr(" ./*%+-()=", c)))
            return false;
    }
    struct arena no_work = {
        0}; // a text that begins with a letter is no number: nothing is used
    struct yaml_node node = {.text = v};
    yaml_resolve(&node, &no_work);
    arena_release(&no_work);
    return node.kind == YAML_TEXT;
}

static bool is_single_quotable(struct view v)
{
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] < 0x20 || v.p[i] > 0x7E || v.p[i] == '\'')
            return false;
    return true;
}

static void add_double_quoted(struct view v, struct text *out)
{
    text_putc(out, '"');
    for (size_t i = 0; i < v.n;) {
        size_t step = text_utf8_step(v.p + i, v.n - i);
        uint32_t c = step ? text_code_point(v.p + i, step) : 0xFFFD;
        int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
        if (c == '"' || c == '\\')
            text_addf(out, "\\%c", (int)c);
        else if (!text_is_plain(c))
            text_addf(out, "\\%c%0*X",
                      digits == 2   ? 'x'
                      : digits == 4 ? 'u'
                                    : 'U',
                      digits, (unsigned)c);
        else if (step)
            text_add(out, v.p + i, step);
        else
            text_puts(out, "\xEF\xBF\xBD");
        i += step ? step : 1;
    }
    text_putc(out, '"');
}

void yaml_scalar(struct view text, struct text *out)
{
    if (is_plain(text)) {
        text_add(out, text.p, text.n);
    } else if (is_single_quotable(text)) {
        text_putc(out, '\'');
        text_add(out, text.p, text.n);
        text_putc(out, '\'');
    } else {
        add_double_quoted(text, out);
    }
}

void yaml_flow(const struct yaml_node *node, struct text *out)
{
    if (node->kind == YAML_TEXT) {
        yaml_scalar(node->text, out);
    } else if (node->kind == YAML_NULL) {
        text_puts(out, "null");
    } else if (node->kind != YAML_LIST && node->kind != YAML_MAP) {
        text_add(out, node->text.p, node->text.n);
    } else {
        text_putc(out, node->kind == YAML_LIST ? '[' : '{');
        for (size_t i = 0; i < node->n; i++) {
            if (i > 0)
                text_puts(out, ", ");
            if (node->kind == YAML_MAP) {
                yaml_scalar(view_of(node->child[i]->key), out);
                text_puts(out, ": ");
            }
            yaml_flow(node->child[i], out);
        }
        text_putc(out, node->kind == YAML_LIST ? ']' : '}');
    }
}
