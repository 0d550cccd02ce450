/* Writes the characters of a scalar, and folds lines where DVC does.
 *
 * The three styles fold by three rules (docs/formats.md, "dvc.lock"); their oddities,
 * such as a blank that stays at the end of a line, are kept, for dvc.lock must have DVC's
 * bytes.  Where DVC's bytes would read back as another text (of a run of blanks at a
 * line's end one is left) the line is not folded, or the text stands in escapes. */
#include "dvc/dvc_scalar.h"

#include <string.h>

#include "config/yaml.h"

static void put_bytes(struct dvc_pen *pen, const char *ascii)
{
    text_puts(pen->out, ascii);
    pen->column += strlen(ascii);
}

void dvc_pen_put(struct dvc_pen *pen, uint32_t c)
{
    if (c < 0x80) {
        text_putc(pen->out, (char)c);
    } else {
        unsigned extra = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
        text_putc(pen->out, (char)(lead[extra] | c >> (6 * extra)));
        for (unsigned i = extra; i-- > 0;)
            text_putc(pen->out, (char)(0x80 | (c >> (6 * i) & 0x3F)));
    }
    pen->column++;
}

static void put_range(struct dvc_pen *pen, struct dvc_characters s, size_t from,
                      size_t to)
{
    for (size_t i = from; i < to; i++)
        dvc_pen_put(pen, s.c[i]);
}

static void pad(struct dvc_pen *pen, size_t indent)
{
    while (pen->column < indent)
        dvc_pen_put(pen, ' ');
}

void dvc_pen_indent(struct dvc_pen *pen, size_t indent)
{
    text_putc(pen->out, '\n');
    pen->column = 0;
    pad(pen, indent);
}

/* The end of the run of blanks, or of what is neither blank nor break, that begins at i.
 */
static size_t blanks_end(struct dvc_characters s, size_t i)
{
    while (i < s.n && s.c[i] == ' ')
        i++;
    return i;
}

static size_t word_end(struct dvc_characters s, size_t i)
{
    while (i < s.n && s.c[i] != ' ' && !dvc_is_break(s.c[i]))
        i++;
    return i;
}

/* A word that would pass the width goes to a line of its own, the blank before it stays
 * behind; a single blank beyond the width becomes a line's end.  DVC does the former even
 * in a key before its ':', which then reads back nowhere. */
static void write_plain(struct dvc_pen *pen, struct dvc_characters s, size_t indent,
                        bool fold)
{
    for (size_t i = 0; i < s.n;) {
        size_t end = word_end(s, i);
        if (fold && pen->column + (end - i) > DVC_WIDTH && pen->column > indent)
            dvc_pen_indent(pen, indent);
        put_range(pen, s, i, end);
        i = end;
        end = blanks_end(s, i);
        if (end == i + 1 && pen->column >= DVC_WIDTH && fold)
            dvc_pen_indent(pen, indent);
        else
            put_range(pen, s, i, end);
        i = end;
    }
}

/* Breaks are written as they are, each run with an indent behind. */
static size_t write_breaks(struct dvc_pen *pen, struct dvc_characters s, size_t i,
                           size_t indent)
{
    while (i < s.n && dvc_is_break(s.c[i]))
        dvc_pen_put(pen, s.c[i++]);
    pen->column = 0;
    pad(pen, indent);
    return i;
}

/* Holds no single quote, for such a text is written in double ones. */
static void write_single(struct dvc_pen *pen, struct dvc_characters s, size_t indent,
                         bool fold)
{
    put_bytes(pen, "'");
    for (size_t i = 0; i < s.n;) {
        size_t end = word_end(s, i);
        put_range(pen, s, i, end);
        i = end;
        if (i < s.n && s.c[i] != ' ')
            i = write_breaks(pen, s, i, indent);
        end = blanks_end(s, i);
        if (end == i + 1 && pen->column > DVC_WIDTH && fold && i > 0 && end < s.n)
            dvc_pen_indent(pen, indent);
        else
            put_range(pen, s, i, end);
        i = end;
    }
    put_bytes(pen, "'");
}

static bool needs_escape(uint32_t c)
{
    return c == '"' || c == '\\' || dvc_is_break(c) || !dvc_is_printable(c);
}

static void put_escape(struct dvc_pen *pen, uint32_t c)
{
    static const struct {
        uint32_t c;
        const char *as;
    } names[] = {{0, "\\0"},      {7, "\\a"},     {8, "\\b"},     {9, "\\t"},
                 {10, "\\n"},     {11, "\\v"},    {12, "\\f"},    {13, "\\r"},
                 {0x1B, "\\e"},   {'"', "\\\""},  {'\\', "\\\\"}, {0x85, "\\N"},
                 {0x2028, "\\L"}, {0x2029, "\\P"}};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (names[i].c == c) {
            put_bytes(pen, names[i].as);
            return;
        }
    char hex[16];
    (void)snprintf(hex, sizeof(hex), c <= 0xFF ? "\\x%02X" : "\\u%04X", (unsigned)c);
    put_bytes(pen, hex);
}

/* Whether a line that ends before character `at` needs a backslash, so that reading does
 * not take the line's end for a blank.  start: first character not written yet. */
static bool needs_backslash(struct dvc_characters s, size_t start, size_t at)
{
    size_t space = at, quote = SIZE_MAX;
    while (space < s.n && s.c[space] != ' ')
        space++;
    if (space == s.n)
        return true;
    for (size_t i = at; i < space; i++)
        if (s.c[i] == '\n')
            space = i;
    for (size_t i = at; i < space && quote == SIZE_MAX; i++)
        if (s.c[i] == '"' || s.c[i] == '\'')
            quote = i;
    uint32_t next = space + 1 < s.n ? s.c[space + 1] : ' ';
    if (quote != SIZE_MAX || next == ' ' || next == '\n' || start == at)
        return true;
    if (s.c[space] == '\n')
        return true;
    return s.c[at] == ' ' && s.c[at - 1] == ' ';
}

/* Ends the line before character `at`; returns the first character not written. */
static size_t fold_double(struct dvc_pen *pen, struct dvc_characters s, size_t start,
                          size_t at, size_t indent)
{
    bool backslash = needs_backslash(s, start, at);
    put_range(pen, s, start, at);
    if (start < at)
        start = at;
    if (backslash)
        put_bytes(pen, "\\");
    dvc_pen_indent(pen, indent);
    if (s.c[start] == ' ') {
        if (backslash)
            put_bytes(pen, "\\");
        else
            start++;
    }
    return start;
}

static void write_double(struct dvc_pen *pen, struct dvc_characters s, size_t indent,
                         bool fold)
{
    size_t start = 0; // first character not written; one ahead behind an escape
    put_bytes(pen, "\"");
    for (size_t i = 0; i < s.n; i++) {
        if (needs_escape(s.c[i])) {
            put_range(pen, s, start, i);
            put_escape(pen, s.c[i]);
            start = i + 1;
        }
        size_t waiting = start < i ? i - start : 0;
        bool here = s.c[i] == ' ' || start >= i;
        size_t column = start > i ? pen->column - 1 : pen->column + waiting;
        if (fold && i > 0 && i + 1 < s.n && here && column > DVC_WIDTH)
            start = fold_double(pen, s, start, i, indent);
    }
    put_range(pen, s, start, s.n);
    put_bytes(pen, "\"");
}

static bool has_break(struct dvc_characters s)
{
    for (size_t i = 0; i < s.n; i++)
        if (dvc_is_break(s.c[i]))
            return true;
    return false;
}

/* True when what was written from that byte on reads back as the text. */
static bool reads_back(const struct dvc_pen *pen, size_t from, struct dvc_characters s)
{
    struct arena work = {0};
    struct yaml_node *root;
    struct error fault;
    struct dvc_characters found = {0};
    bool same = yaml_parse("", pen->out->p + from, pen->out->n - from, &work, &root,
                           &fault) == STATUS_OK &&
                root->kind != YAML_LIST && root->kind != YAML_MAP;
    if (same)
        found = dvc_characters_of(root->text, &work);
    same = same && found.n == s.n && memcmp(found.c, s.c, s.n * sizeof(*s.c)) == 0;
    arena_release(&work);
    return same;
}

void dvc_pen_write(struct dvc_pen *pen, struct dvc_characters s, enum dvc_style style,
                   size_t indent, bool fold)
{
    static void (*const writers[])(struct dvc_pen *, struct dvc_characters, size_t,
                                   bool) = {write_plain, write_single, write_double};
    struct dvc_pen start = *pen;
    size_t from = pen->out->n;
    bool lines = has_break(s);
    writers[style](pen, s, indent, fold);
    for (int attempt = 0; attempt < 2; attempt++) {
        bool broken = lines || memchr(pen->out->p + from, '\n', pen->out->n - from);
        if (!broken || reads_back(pen, from, s))
            return;
        *pen = start;
        pen->out->n = from;
        writers[attempt ? DVC_DOUBLE : style](pen, s, indent, false);
    }
}
