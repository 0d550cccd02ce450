/* INI files, line by line.
 *
 * A line is a section when it begins with a bracket, else a key.  The values of ConfigObj
 * follow its expressions: a quoted value ends at the first quote that only a comment may
 * follow, an unquoted one at the first #, with blanks before it or not.  Python's
 * configparser and ConfigObj refuse sections and keys that stand twice, and so does this:
 * which of two secrets counts is nothing to guess.
 *
 * What was traded away: nested sections and values in triple quotes over several lines,
 * which neither tool writes for the keys read here; both are refused. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // explicit_bzero
#endif
#include "config/ini.h"

#include <string.h>

#include "file/file.h"

struct ini_parser {
    struct ini ini;
    size_t cap;
    enum ini_dialect dialect;
    const char *section; // NULL before the first
    size_t sections_cap;
    const char *line; // the one under way
    size_t number;    // of that line
    size_t indent;    // of the last key; SIZE_MAX: none that could go on
    struct arena *mem;
    struct error *err;
};

static enum status fault(const struct ini_parser *p, const char *at, const char *what)
{
    error_set(p->err, STATUS_INPUT, "%s", what);
    error_at(p->err, p->ini.path, p->number, (size_t)(at - p->line) + 1);
    return STATUS_INPUT;
}

static struct view from(struct view v, size_t n)
{
    return (struct view){v.p + n, v.n - n};
}

static bool begins(struct view v, const char *with)
{
    size_t n = strlen(with);
    return v.n >= n && memcmp(v.p, with, n) == 0;
}

static size_t find(struct view v, char c)
{
    const char *at = v.n ? memchr(v.p, c, v.n) : NULL;
    return at ? (size_t)(at - v.p) : v.n;
}

static bool is_comment(const struct ini_parser *p, struct view line)
{
    return begins(line, "#") || (p->dialect == INI_AWS && begins(line, ";"));
}

/* What may stand behind a section or a quoted value. */
static bool is_end(struct view rest)
{
    rest = view_trim(rest);
    return rest.n == 0 || rest.p[0] == '#';
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

static struct view unquoted(struct view v)
{
    if (v.n >= 2 && is_quote(v.p[0]) && v.p[v.n - 1] == v.p[0])
        return (struct view){v.p + 1, v.n - 2};
    return v;
}

static char *lower(struct arena *mem, struct view v)
{
    char *copy = arena_copy(mem, v.p, v.n);
    for (char *c = copy; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return copy;
}

/* ConfigObj leaves it to DVC to take `remote   "x"` and `remote"x"` for one. */
static const char *dvc_section(struct arena *mem, struct view name)
{
    char *all = lower(mem, name);
    struct view tail = begins(view_of(all), "remote") ? view_trim(view_of(all + 6))
                                                      : (struct view){"", 0};
    if (tail.n < 2 || tail.p[0] != '"' || tail.p[tail.n - 1] != '"')
        return all;
    return arena_format(mem, "remote %.*s", (int)tail.n, tail.p);
}

static enum status add_section(struct ini_parser *p, struct view name)
{
    name = view_trim(name);
    struct view inner = p->dialect == INI_DVC ? view_trim(unquoted(name)) : name;
    bool half_quoted = name.n > 0 && is_quote(name.p[0]) && inner.n == name.n;
    if (p->dialect == INI_DVC && name.n > 0 && (half_quoted || name.p[name.n - 1] == ']'))
        return fault(p, name.p, "a quote or a bracket too many in the section's name");
    if (inner.n == 0)
        return fault(p, name.p, "expected a section's name between the brackets");
    p->section = p->dialect == INI_DVC ? dvc_section(p->mem, inner)
                                       : arena_copy(p->mem, inner.p, inner.n);
    if (ini_has_section(&p->ini, p->section))
        return fault(p, name.p, "the section stands in the file twice");
    if (p->ini.n_sections == INI_MAX_VALUES)
        return fault(p, name.p, "too many sections; at most 4096 are read");
    ARENA_ROOM(p->mem, p->ini.section, p->ini.n_sections, p->sections_cap, 16);
    p->ini.section[p->ini.n_sections++] = p->section;
    p->indent = SIZE_MAX;
    return STATUS_OK;
}

/* line begins with a bracket. */
static enum status parse_section(struct ini_parser *p, struct view line)
{
    struct view rest = from(line, 1);
    if (begins(view_trim(rest), "["))
        return fault(p, line.p, "sections within sections are not supported");
    for (size_t i = 0; i < rest.n; i++)
        if (rest.p[i] == ']' && is_end(from(rest, i + 1)))
            return add_section(p, (struct view){rest.p, i});
    return fault(p, line.p, "the section has no closing bracket");
}

static enum status add_value(struct ini_parser *p, struct view key, struct view where,
                             const char *value, bool list)
{
    const char *name = lower(p->mem, key);
    if (!p->section)
        return fault(p, key.p, "expected a section in brackets before the first key");
    if (ini_find(&p->ini, p->section, name))
        return fault(p, key.p, "the key stands in its section twice");
    if (p->ini.n == INI_MAX_VALUES)
        return fault(p, key.p, "too many keys; at most 4096 are read");
    ARENA_ROOM(p->mem, p->ini.v, p->ini.n, p->cap, 16);
    p->ini.v[p->ini.n++] = (struct ini_value){
        .section = p->section,
        .key = name,
        .value = value,
        .line = p->number,
        .col = (size_t)(where.p - p->line) + 1,
        .list = list,
    };
    return STATUS_OK;
}

/* The length of the item that v begins with, up to its comma, comment or end; SIZE_MAX
 * when a quote is not closed there. */
static size_t item_length(struct view v)
{
    if (v.n && is_quote(v.p[0])) {
        for (size_t i = 1; i < v.n; i++) {
            struct view rest = view_trim(from(v, i + 1));
            if (v.p[i] == v.p[0] && (is_end(rest) || rest.p[0] == ','))
                return i + 1;
        }
        return SIZE_MAX;
    }
    size_t comma = find(v, ','), comment = find(v, '#');
    return comma < comment ? comma : comment;
}

/* A value of ConfigObj: one item, or several with commas between them. */
static enum status dvc_value(struct ini_parser *p, struct view v, const char **ret_value,
                             bool *ret_list)
{
    struct text out = {.mem = p->mem};
    bool list = false;
    for (struct view rest = v;;) {
        size_t n = item_length(rest);
        if (n == SIZE_MAX)
            return fault(p, rest.p, "a quote is not closed, or text follows behind it");
        struct view item = unquoted(view_trim((struct view){rest.p, n}));
        text_add(&out, item.p, item.n);
        rest = view_trim(from(rest, n));
        if (!begins(rest, ","))
            break;
        if (n == 0 && (list || !is_end(from(rest, 1)))) // "," alone is an empty list
            return fault(p, rest.p, "expected a value before the comma");
        list = true;
        text_putc(&out, ',');
        rest = view_trim(from(rest, 1));
    }
    *ret_value = out.p;
    *ret_list = list;
    return STATUS_OK;
}

/* '''…''' on one line: what DVC writes when a value holds both kinds of quotes. */
static enum status triple_value(struct ini_parser *p, struct view v,
                                const char **ret_value)
{
    for (size_t i = 3; i + 3 <= v.n; i++)
        if (memcmp(v.p + i, v.p, 3) == 0 && is_end(from(v, i + 3))) {
            *ret_value = arena_copy(p->mem, v.p + 3, i - 3);
            return STATUS_OK;
        }
    return fault(p, v.p, "values over several lines are not supported");
}

/* DVC replaces %(name)s by another key's value. */
static bool has_reference(const char *value)
{
    const char *open = strstr(value, "%(");
    return open && strstr(open, ")s");
}

/* The length of the key before its sign; the line's when there is none.  A quoted key ends
 * at the first quote that only blanks and the sign follow. */
static size_t key_length(const struct ini_parser *p, struct view line)
{
    if (p->dialect == INI_AWS) {
        size_t equals = find(line, '='), colon = find(line, ':');
        return equals < colon ? equals : colon;
    }
    if (!is_quote(line.p[0]))
        return find(line, '=');
    for (size_t i = 1; i < line.n; i++)
        if (line.p[i] == line.p[0] && begins(view_trim(from(line, i + 1)), "="))
            return i + 1 + find(from(line, i + 1), '=');
    return line.n;
}

static enum status parse_key(struct ini_parser *p, struct view line)
{
    size_t n = key_length(p, line);
    if (n >= line.n)
        return fault(p, line.p, "expected '[section]', 'key = value' or a comment");
    struct view key = view_trim((struct view){line.p, n});
    struct view v = view_trim(from(line, n + 1));
    const char *value = arena_copy(p->mem, v.p, v.n);
    bool list = false;
    if (p->dialect == INI_DVC) {
        key = unquoted(key);
        if (begins(v, "'''") || begins(v, "\"\"\""))
            TRY(triple_value(p, v, &value));
        else
            TRY(dvc_value(p, v, &value, &list));
        if (has_reference(value))
            return fault(p, v.p,
                         "references to other keys, '%(...)s', are not supported");
    }
    if (key.n == 0)
        return fault(p, line.p, "expected a key before the sign");
    TRY(add_value(p, key, v, value, list));
    p->indent = (size_t)(line.p - p->line);
    return STATUS_OK;
}

/* configparser's: a line that is indented deeper than the key above it. */
static bool continues(const struct ini_parser *p, struct view line)
{
    return p->dialect == INI_AWS && p->indent != SIZE_MAX &&
           (size_t)(line.p - p->line) > p->indent;
}

static enum status parse_line(struct ini_parser *p, struct view line)
{
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    line = view_trim(line);
    if (line.n == 0 || is_comment(p, line))
        return STATUS_OK;
    if (continues(p, line)) {
        p->ini.v[p->ini.n - 1].list = true;
        return STATUS_OK;
    }
    return line.p[0] == '[' ? parse_section(p, line) : parse_key(p, line);
}

static enum status check_bytes(struct ini_parser *p, struct view bytes)
{
    size_t valid = text_utf8_valid(bytes.p, bytes.n), nul = find(bytes, '\0');
    size_t bad = valid < nul ? valid : nul;
    if (bad == bytes.n)
        return STATUS_OK;
    for (size_t i = 0; i < bad; i++)
        if (bytes.p[i] == '\n') {
            p->line = bytes.p + i + 1;
            p->number++;
        }
    return fault(p, bytes.p + bad, "the file is not text in UTF-8");
}

enum status ini_parse(const char *path, struct view bytes, enum ini_dialect dialect,
                      struct arena *mem, struct ini *ret, struct error *err)
{
    struct ini_parser p = {
        .ini = {.path = arena_string(mem, path)},
        .dialect = dialect,
        .line = bytes.p,
        .number = 1,
        .indent = SIZE_MAX,
        .mem = mem,
        .err = err,
    };
    TRY(check_bytes(&p, bytes));
    if (begins(bytes, "\xEF\xBB\xBF"))
        bytes = from(bytes, 3);
    for (; bytes.n > 0; p.number++) {
        size_t n = find(bytes, '\n');
        p.line = bytes.p;
        TRY(parse_line(&p, (struct view){bytes.p, n}));
        bytes = from(bytes, n < bytes.n ? n + 1 : n);
    }
    *ret = p.ini;
    return STATUS_OK;
}

enum status ini_read(const char *path, enum ini_dialect dialect, struct arena *mem,
                     struct ini *ret, struct error *err)
{
    struct view bytes;
    TRY(file_read(path, INI_MAX_BYTES, mem, &bytes, err));
    enum status status = ini_parse(path, bytes, dialect, mem, ret, err);
    explicit_bzero((char *)(uintptr_t)bytes.p, bytes.n); // only the values are kept
    return status;
}

const struct ini_value *ini_find(const struct ini *ini, const char *section,
                                 const char *key)
{
    for (size_t i = ini->n; i-- > 0;)
        if (strcmp(ini->v[i].key, key) == 0 && strcmp(ini->v[i].section, section) == 0)
            return &ini->v[i];
    return NULL;
}

bool ini_has_section(const struct ini *ini, const char *section)
{
    for (size_t i = 0; i < ini->n_sections; i++)
        if (strcmp(ini->section[i], section) == 0)
            return true;
    return false;
}
