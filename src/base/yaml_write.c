/* Writes YAML trees on one line, for --verbose, --explain and messages.
 *
 * The aim is to read back as the same tree, not to look as it was written: scalars other
 * than text keep their spelling, texts are plain where that is safe beyond doubt, else in
 * single quotes, else in double quotes with escapes. */
#include "base/yaml.h"

#include "base/yaml_internal.h"

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

/* The code point of the valid character of step bytes at p. */
static uint32_t code_point(const char *p, size_t step)
{
    static const uint8_t first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = (unsigned char)p[0] & first_bits[step];
    for (size_t i = 1; i < step; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3F);
    return c;
}

/* True for what may not stand in a file as itself, or would be taken for a line break. */
static bool needs_escape(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
           c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
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
        uint32_t c = step ? code_point(v.p + i, step) : 0xFFFD;
        if (c == '"' || c == '\\')
            text_addf(out, "\\%c", (int)c);
        else if (needs_escape(c))
            text_addf(out, c < 0x100 ? "\\x%02X" : "\\u%04X", (unsigned)c);
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
