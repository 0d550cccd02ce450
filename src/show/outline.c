/* JSON for people.
 *
 * A value is first written on one line; where that goes beyond the line's end it is taken
 * back and written over several.  Since the attempt stops at the end of the line, the work
 * grows with the document's length times its depth. */
#include "show/outline.h"

#include <stdlib.h>

#include "base/number.h"
#include "file/json.h"

#define STEP ((size_t)2) // columns of indent

/* Where the line ends that is being written; SIZE_MAX: nowhere. */
struct outline {
    struct text *out;
    size_t columns;
};

static void add_text(const char *cstring, struct text *out)
{
    json_t *text = json_string_nocheck(cstring);
    char *quoted = json_dumps(text, JSON_ENCODE_ANY);
    text_add_shown(out, view_of(quoted ? quoted : "\"?\""));
    free(quoted);
    json_decref(text);
}

static void add_scalar(const json_t *v, struct text *out)
{
    char buffer[40];
    if (json_is_real(v))
        text_add(out, buffer, number_rounded(json_real_value(v), buffer));
    else if (json_is_integer(v))
        text_addf(out, "%lld", (long long)json_integer_value(v));
    else if (json_is_string(v))
        add_text(json_string_value(v), out);
    else
        text_puts(out, json_is_true(v) ? "true" : json_is_false(v) ? "false" : "null");
}

static size_t count(const json_t *v)
{
    return json_is_object(v) ? json_object_size(v) : json_array_size(v);
}

typedef bool item_writer(struct outline *o, const char *key, const json_t *v, size_t i,
                         size_t indent);

/* Calls add for every item until one returns false. */
static bool each(struct outline *o, const json_t *v, size_t indent, item_writer *add)
{
    const char *key;
    json_t *child;
    size_t i = 0;
    if (json_is_array(v)) {
        json_array_foreach(v, i, child)
            if (!add(o, NULL, child, i, indent))
                return false;
        return true;
    }
    json_object_foreach(json_unconst(v), key, child)
        if (!add(o, key, child, i++, indent))
            return false;
    return true;
}

static bool add_line(struct outline *o, const json_t *v, size_t start);

static bool add_line_item(struct outline *o, const char *key, const json_t *v, size_t i,
                          size_t start)
{
    text_puts(o->out, i > 0 ? ", " : "");
    if (key) {
        add_text(key, o->out);
        text_puts(o->out, ": ");
    }
    return add_line(o, v, start);
}

/* Adds the value on one line that began at start; false when it grew too long. */
static bool add_line(struct outline *o, const json_t *v, size_t start)
{
    if (!json_is_object(v) && !json_is_array(v)) {
        add_scalar(v, o->out);
        return o->out->n - start <= o->columns;
    }
    text_putc(o->out, json_is_object(v) ? '{' : '[');
    bool fits = each(o, v, start, add_line_item);
    text_putc(o->out, json_is_object(v) ? '}' : ']');
    return fits && o->out->n - start <= o->columns;
}

static void add_value(struct outline *o, const json_t *v, size_t indent);

static void new_line(struct outline *o, size_t indent)
{
    text_putc(o->out, '\n');
    for (size_t i = 0; i < indent; i++)
        text_putc(o->out, ' ');
}

/* Where the last line of the text begins. */
static size_t line_start(const struct text *t)
{
    size_t i = t->n;
    while (i > 0 && t->p[i - 1] != '\n')
        i--;
    return i;
}

/* Items of a list that are no lists themselves fill the lines, others get one each. */
static bool add_item(struct outline *o, const char *key, const json_t *v, size_t i,
                     size_t indent)
{
    bool scalar = !json_is_object(v) && !json_is_array(v);
    size_t before = o->out->n;
    if (!key && scalar && i > 0) {
        text_puts(o->out, ", ");
        add_scalar(v, o->out);
        if (o->out->n - line_start(o->out) < o->columns)
            return true;
        o->out->n = before;
    }
    text_puts(o->out, i > 0 ? "," : "");
    new_line(o, indent);
    if (key) {
        add_text(key, o->out);
        text_puts(o->out, ": ");
    }
    add_value(o, v, indent);
    return true;
}

static void add_value(struct outline *o, const json_t *v, size_t indent)
{
    size_t before = o->out->n;
    if (add_line(o, v, line_start(o->out)) || count(v) == 0)
        return;
    o->out->n = before;
    text_putc(o->out, json_is_object(v) ? '{' : '[');
    each(o, v, indent + STEP, add_item);
    new_line(o, indent);
    text_putc(o->out, json_is_object(v) ? '}' : ']');
}

void outline_add(const json_t *document, size_t columns, struct text *out)
{
    struct outline o = {out, columns};
    add_value(&o, document, 0);
    text_putc(out, '\n');
}
