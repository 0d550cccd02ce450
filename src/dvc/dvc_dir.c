/* Listings of folders, written and read.
 *
 * Reading accepts exactly what DVC writes, byte for byte: another blank or another way to
 * escape a character would give the same folder a second name.  Paths come from a file
 * that anybody may have made, and become paths of the workspace: nothing in them may lead
 * out of the folder, or into a folder of Git's or DVC's own, which DVC never lists. */
#include "dvc/dvc_dir.h"

#include "file/file.h"

enum { MAX_RELPATH = 4000 }; // with the folder before it, still a path

/* Names that DVC does not list, wherever they stand in a path. */
static const char *const reserved[] = {".git", ".dvc", ".dvcignore"};

static bool is_reserved(struct view component, bool is_folder)
{
    for (size_t i = 0; i < COUNT_OF(reserved); i++)
        if (view_is(component, reserved[i]))
            return true;
    return is_folder && view_is(component, ".hg");
}

static bool is_safe_component(struct view component, bool is_folder)
{
    return component.n > 0 && !view_is(component, ".") && !view_is(component, "..") &&
           !is_reserved(component, is_folder);
}

bool dvc_dir_is_safe(const char *relpath)
{
    const char *slash;
    if (strlen(relpath) > MAX_RELPATH)
        return false;
    for (; (slash = strchr(relpath, '/')) != NULL; relpath = slash + 1)
        if (!is_safe_component((struct view){relpath, (size_t)(slash - relpath)}, true))
            return false;
    return is_safe_component(view_of(relpath), false);
}

/* Writing. */

/* The escapes of one letter. */
static const struct {
    char c, letter;
} short_escapes[] = {
    {'"', '"'},  {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'},
    {'\n', 'n'}, {'\r', 'r'},  {'\t', 't'},
};

static char short_escape(uint32_t c)
{
    for (size_t i = 0; i < COUNT_OF(short_escapes); i++)
        if ((uint32_t)short_escapes[i].c == c)
            return short_escapes[i].letter;
    return '\0';
}

/* The character at p, which is valid UTF-8 of that many bytes. */
static uint32_t code_point(const char *p, size_t step)
{
    const unsigned char *u = (const unsigned char *)p;
    uint32_t c = step == 1 ? u[0] : u[0] & (0x7Fu >> step);
    for (size_t i = 1; i < step; i++)
        c = c << 6 | (u[i] & 0x3Fu);
    return c;
}

static void add_escaped(uint32_t c, struct text *out)
{
    if (short_escape(c))
        text_addf(out, "\\%c", short_escape(c));
    else if (c < 0x10000)
        text_addf(out, "\\u%04x", (unsigned)c);
    else
        text_addf(out, "\\u%04x\\u%04x", 0xD800u + ((unsigned)(c - 0x10000) >> 10),
                  0xDC00u + ((unsigned)c & 0x3FFu));
}

static bool is_plain(uint32_t c)
{
    return c >= ' ' && c <= '~' && !short_escape(c);
}

static void add_string(const char *s, struct text *out)
{
    size_t n = strlen(s), begin = 0;
    text_putc(out, '"');
    for (size_t i = 0, step; i < n; i += step) {
        step = text_utf8_step(s + i, n - i);
        step = step ? step : 1;
        uint32_t c = code_point(s + i, step);
        if (is_plain(c))
            continue;
        text_add(out, s + begin, i - begin);
        add_escaped(c, out);
        begin = i + step;
    }
    text_add(out, s + begin, n - begin);
    text_putc(out, '"');
}

void dvc_dir_write(const struct dvc_dir *dir, struct text *out)
{
    text_putc(out, '[');
    for (size_t i = 0; i < dir->n; i++) {
        text_addf(out, "%s{\"md5\": \"%s\", \"relpath\": ", i ? ", " : "",
                  dir->child[i].md5);
        add_string(dir->child[i].relpath, out);
        text_putc(out, '}');
    }
    text_putc(out, ']');
}

/* Reading. */

struct dir_parser {
    const char *path;
    struct view bytes;
    size_t at;
    struct arena *mem;
    struct error *err;
};

static enum status fail(const struct dir_parser *p, const char *what)
{
    error_set(p->err, STATUS_INPUT, "not a listing of a folder: %s", what);
    error_at(p->err, p->path, 1, p->at + 1);
    return STATUS_INPUT;
}

static bool skip(struct dir_parser *p, struct view literal)
{
    if (p->bytes.n - p->at < literal.n ||
        memcmp(p->bytes.p + p->at, literal.p, literal.n) != 0)
        return false;
    p->at += literal.n;
    return true;
}

static enum status expect(struct dir_parser *p, struct view literal)
{
    char what[64];
    if (skip(p, literal))
        return STATUS_OK;
    snprintf(what, sizeof(what), "expected %.*s", (int)literal.n, literal.p);
    return fail(p, what);
}

/* The four digits of a \u escape, in lower case; false when they are anything else. */
static bool read_unit(struct dir_parser *p, uint32_t *ret)
{
    unsigned char unit[2];
    if (p->bytes.n - p->at < 6 || memcmp(p->bytes.p + p->at, "\\u", 2) != 0 ||
        !digest_unhex((struct view){p->bytes.p + p->at + 2, 4}, unit, 2))
        return false;
    *ret = (uint32_t)unit[0] << 8 | unit[1];
    p->at += 6;
    return true;
}

/* The character of a \u escape, or of two for one above U+FFFF. */
static bool read_wide(struct dir_parser *p, uint32_t *ret)
{
    uint32_t high, low;
    if (!read_unit(p, &high))
        return false;
    *ret = high;
    if (high < 0xD800 || high > 0xDFFF)
        return !is_plain(high) && !short_escape(high) && high != 0;
    if (high > 0xDBFF || !read_unit(p, &low) || low < 0xDC00 || low > 0xDFFF)
        return false;
    *ret = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static void add_utf8(uint32_t c, struct text *out)
{
    if (c < 0x80) {
        text_putc(out, (char)c);
    } else if (c < 0x800) {
        text_putc(out, (char)(0xC0 | c >> 6));
        text_putc(out, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        text_putc(out, (char)(0xE0 | c >> 12));
        text_putc(out, (char)(0x80 | (c >> 6 & 0x3F)));
        text_putc(out, (char)(0x80 | (c & 0x3F)));
    } else {
        text_putc(out, (char)(0xF0 | c >> 18));
        text_putc(out, (char)(0x80 | (c >> 12 & 0x3F)));
        text_putc(out, (char)(0x80 | (c >> 6 & 0x3F)));
        text_putc(out, (char)(0x80 | (c & 0x3F)));
    }
}

static bool read_escape(struct dir_parser *p, struct text *out)
{
    uint32_t c;
    char letter = p->bytes.n - p->at > 1 ? p->bytes.p[p->at + 1] : '\0';
    for (size_t i = 0; i < COUNT_OF(short_escapes); i++) {
        if (short_escapes[i].letter != letter)
            continue;
        text_putc(out, short_escapes[i].c);
        p->at += 2;
        return true;
    }
    if (!read_wide(p, &c))
        return false;
    add_utf8(c, out);
    return true;
}

/* Reads a string after its opening quote, the closing one included. */
static enum status read_string(struct dir_parser *p, const char **ret)
{
    struct text out = {.mem = p->mem};
    size_t begin = p->at;
    text_add(&out, "", 0);
    while (p->at < p->bytes.n && p->bytes.p[p->at] != '"') {
        if (is_plain((unsigned char)p->bytes.p[p->at])) {
            p->at++;
            continue;
        }
        text_add(&out, p->bytes.p + begin, p->at - begin);
        if (p->bytes.p[p->at] != '\\' || !read_escape(p, &out))
            return fail(p, "a character that is not written as DVC does");
        begin = p->at;
    }
    text_add(&out, p->bytes.p + begin, p->at - begin);
    TRY(expect(p, VIEW("\"")));
    *ret = out.p;
    return STATUS_OK;
}

static enum status read_child(struct dir_parser *p, struct dvc_child *ret)
{
    unsigned char md5[MD5_BYTES];
    TRY(expect(p, VIEW("{\"md5\": \"")));
    struct view hex = {p->bytes.p + p->at, p->bytes.n - p->at};
    hex.n = hex.n < MD5_HEX - 1 ? hex.n : MD5_HEX - 1;
    if (!digest_unhex(hex, md5, MD5_BYTES))
        return fail(p, "expected 32 hex digits");
    p->at += hex.n;
    TRY(expect(p, VIEW("\", \"relpath\": \"")));
    size_t begin = p->at;
    TRY(read_string(p, &ret->relpath));
    if (!dvc_dir_is_safe(ret->relpath)) {
        p->at = begin;
        return fail(p, "a path that cannot stand in a folder");
    }
    digest_hex(md5, MD5_BYTES, ret->md5);
    return expect(p, VIEW("}"));
}

/* The order in which a folder's files follow its name directly: '/' before all else. */
static int by_component(const void *a, const void *b)
{
    const unsigned char *x = *(const unsigned char *const *)a;
    const unsigned char *y = *(const unsigned char *const *)b;
    while (*x && *x == *y) {
        x++;
        y++;
    }
    if (!*x || !*y || *x == *y)
        return (*x != 0) - (*y != 0);
    return (*x == '/' ? 0 : *x) - (*y == '/' ? 0 : *y);
}

/* A path cannot be a file and a folder at once. */
static enum status check_folders(const struct dir_parser *p, const struct dvc_dir *dir)
{
    const char **path = ARENA_ARRAY(p->mem, const char *, dir->n);
    for (size_t i = 0; i < dir->n; i++)
        path[i] = dir->child[i].relpath;
    if (dir->n)
        qsort(path, dir->n, sizeof(*path), by_component);
    for (size_t i = 1; i < dir->n; i++) {
        size_t n = strlen(path[i - 1]);
        if (strncmp(path[i - 1], path[i], n) == 0 && path[i][n] == '/')
            return fail(p, "a path that is a file and a folder");
    }
    return STATUS_OK;
}

static enum status read_children(struct dir_parser *p, struct dvc_dir *dir)
{
    size_t cap = 0;
    while (!skip(p, VIEW("]"))) {
        if (dir->n)
            TRY(expect(p, VIEW(", ")));
        ARENA_ROOM(p->mem, dir->child, dir->n, cap, 64);
        struct dvc_child *child = &dir->child[dir->n];
        TRY(read_child(p, child));
        if (dir->n && strcmp(child[-1].relpath, child->relpath) >= 0)
            return fail(p, "paths that are not sorted");
        dir->n++;
    }
    return p->at == p->bytes.n ? STATUS_OK : fail(p, "something behind the list");
}

enum status dvc_dir_parse(const char *path, struct view bytes, struct arena *mem,
                          struct dvc_dir *ret, struct error *err)
{
    struct dir_parser p = {.path = path, .bytes = bytes, .mem = mem, .err = err};
    struct dvc_dir dir = {0};
    TRY(expect(&p, VIEW("[")));
    TRY(read_children(&p, &dir));
    TRY(check_folders(&p, &dir));
    *ret = dir;
    return STATUS_OK;
}
