/* HTML and SVG builder: a stack of open elements and one escaping routine for text and
 * values.
 *
 * Escaped are & < > everywhere and quotes in values; what is not plain text shows as
 * text_escape writes it.  Text is walked in runs: bytes that need nothing are copied at
 * once.  What was traded away: no nesting rules of HTML are checked, only that every
 * element that was opened is closed. */
#include "draw/html.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/error.h"

/* Elements that begin a line; the rest flows. */
static const char *const block_names[] = {
    "body",   "caption", "circle", "desc",    "details", "div",   "dl",    "figcaption",
    "figure", "footer",  "g",      "h1",      "h2",      "h3",    "head",  "header",
    "html",   "li",      "line",   "main",    "meta",    "p",     "path",  "pre",
    "rect",   "section", "style",  "summary", "svg",     "table", "tbody", "text",
    "thead",  "title",   "tr",     "ul",
};

static const char *const void_names[] = {"meta", "br", "col", "hr", "link", "wbr"};

static bool is_among(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

void html_init(struct html *h, struct text *out)
{
    *h = (struct html){.out = out};
}

void html_doctype(struct html *h)
{
    text_puts(h->out, "<!doctype html>");
}

static void close_start(struct html *h)
{
    if (h->in_start)
        text_putc(h->out, '>');
    h->in_start = false;
}

void html_begin(struct html *h, const char *name)
{
    close_start(h);
    assert(h->depth < HTML_DEPTH);
    if (is_among(name, block_names, COUNT_OF(block_names)))
        text_putc(h->out, '\n');
    text_putc(h->out, '<');
    text_puts(h->out, name);
    h->open[h->depth++] = name;
    h->in_start = true;
    if (h->svg == 0 && strcmp(name, "svg") == 0)
        h->svg = h->depth;
}

void html_end(struct html *h)
{
    assert(h->depth > 0);
    const char *name = h->open[h->depth - 1];

    if (h->in_start && h->svg > 0) {
        text_puts(h->out, "/>");
    } else if (h->in_start && is_among(name, void_names, COUNT_OF(void_names))) {
        text_putc(h->out, '>');
    } else {
        close_start(h);
        text_puts(h->out, "</");
        text_puts(h->out, name);
        text_putc(h->out, '>');
    }
    h->in_start = false;
    if (h->svg == h->depth)
        h->svg = 0;
    h->depth--;
}

static const char *entity(unsigned char c, bool in_value)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return in_value ? "&quot;" : NULL;
    case '\'': return in_value ? "&#39;" : NULL;
    default: return NULL;
    }
}

/* True for what a page shows as it stands: also the white space of a document's text. */
static bool shows(const char *p, size_t step)
{
    return step > 0 &&
           (p[0] == '\n' || p[0] == '\t' || text_is_plain(text_code_point(p, step)));
}

static void escape(struct text *out, const char *p, size_t n, bool in_value)
{
    size_t from = 0;

    for (size_t i = 0; i < n;) {
        size_t step = text_utf8_step(p + i, n - i);
        const char *instead = entity((unsigned char)p[i], in_value);
        char shown[TEXT_ESCAPED + 1] = {0}, *end = shown;
        if (!instead && !shows(p + i, step)) {
            step = text_escape(&end, p + i, n - i);
            instead = shown;
        }
        if (instead) {
            text_add(out, p + from, i - from);
            text_puts(out, instead);
            from = i + step;
        }
        i += step;
    }
    text_add(out, p + from, n - from);
}

void html_attr(struct html *h, const char *name, const char *value)
{
    assert(h->in_start);
    text_putc(h->out, ' ');
    text_puts(h->out, name);
    text_puts(h->out, "=\"");
    escape(h->out, value, strlen(value), true);
    text_putc(h->out, '"');
}

void html_attrf(struct html *h, const char *name, const char *format, ...)
{
    char value[256];
    va_list args;

    va_start(args, format);
    vsnprintf(value, sizeof(value), format, args);
    va_end(args);
    html_attr(h, name, value);
}

void html_view(struct html *h, struct view v)
{
    close_start(h);
    escape(h->out, v.p, v.n, false);
}

void html_text(struct html *h, const char *cstring)
{
    html_view(h, view_of(cstring));
}

/* Formatted text may hold names of any length, so it is measured first. */
static void PRINTF_LIKE(2, 0)
    text_format(struct html *h, const char *format, va_list args)
{
    char small[512];
    va_list again;

    va_copy(again, args);
    int n = vsnprintf(small, sizeof(small), format, args);
    if (n >= 0 && (size_t)n < sizeof(small)) {
        html_text(h, small);
    } else if (n >= 0) {
        char *large = arena_array(h->out->mem, (size_t)n + 1, 1);
        vsnprintf(large, (size_t)n + 1, format, again);
        html_text(h, large);
    }
    va_end(again);
}

void html_name(struct html *h, const char *name)
{
    size_t n = strlen(name);

    while (n > HTML_LONG_NAME) {
        size_t piece = strcspn(name, "_");
        piece = piece < n ? piece + 1 : n;
        html_view(h, (struct view){name, piece});
        name += piece;
        n -= piece;
        if (n > 0) {
            html_begin(h, "wbr");
            html_end(h);
        }
    }
    html_view(h, (struct view){name, n});
}

void html_textf(struct html *h, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    text_format(h, format, args);
    va_end(args);
}

void html_begin_class(struct html *h, const char *name, const char *class)
{
    html_begin(h, name);
    if (class)
        html_attr(h, "class", class);
}

void html_element(struct html *h, const char *name, const char *class,
                  const char *cstring)
{
    html_begin_class(h, name, class);
    html_text(h, cstring);
    html_end(h);
}

void html_elementf(struct html *h, const char *name, const char *class,
                   const char *format, ...)
{
    va_list args;

    html_begin_class(h, name, class);
    va_start(args, format);
    text_format(h, format, args);
    va_end(args);
    html_end(h);
}

void html_style(struct html *h, const char *const *line, size_t n)
{
    html_begin(h, "style");
    close_start(h);
    for (size_t i = 0; i < n; i++) {
        text_putc(h->out, '\n');
        text_puts(h->out, line[i]);
    }
    text_putc(h->out, '\n');
    html_end(h);
}
