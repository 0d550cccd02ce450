/* Errors: filling them, adding their place, printing them, and quoting what they talk
 * about.
 *
 * Everything has a fixed size and lives with the caller, so that reporting a fault cannot
 * fail. What does not fit is clipped, visibly, between two characters.  The printed form
 * is one line whatever the message holds, and nothing in it moves a cursor, hides or turns
 * round what stands beside it: text_escape sees to that. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>

#include "base/text.h"

enum { QUOTED_BYTES = 40, QUOTED_PATH_BYTES = 200 };

/* Clips a text that filled its buffer to whole characters with "..." behind. */
static void clip_end(char *text, size_t size)
{
    size_t n = size - 4;
    while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    memcpy(text + n, "...", 4);
}

/* Formats into a buffer of its own first: an argument may be the text that is
 * replaced. */
PRINTF_LIKE(3, 0)
static void format_into(char *out, size_t size, const char *format, va_list args)
{
    char text[sizeof((struct error *)0)->message];
    int n = vsnprintf(text, size, format, args);
    if (n < 0)
        memcpy(text, "?", 2);
    else if ((size_t)n >= size)
        clip_end(text, size);
    memcpy(out, text, strlen(text) + 1);
}

PRINTF_LIKE(3, 0)
static enum status set(struct error *err, enum status status, const char *format,
                       va_list args)
{
    char message[sizeof(err->message)];
    format_into(message, sizeof(message), format, args);
    memset(err, 0, sizeof(*err));
    err->status = status;
    memcpy(err->message, message, sizeof(message));
    return status;
}

enum status error_set(struct error *err, enum status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set(err, status, format, args);
    va_end(args);
    return status;
}

enum status error_refuse(struct error *err, const char *path, const char *field,
                         const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set(err, STATUS_INPUT, format, args);
    va_end(args);
    if (path)
        error_at(err, path, 0, 0);
    error_field(err, field);
    return STATUS_INPUT;
}

enum status error_errno(struct error *err, const char *format, ...)
{
    int number = errno;
    char message[sizeof(err->message)], reason[128];
    if (strerror_r(number, reason, sizeof(reason)) != 0)
        snprintf(reason, sizeof(reason), "error %d", number);
    va_list args;
    va_start(args, format);
    format_into(message, sizeof(message) - sizeof(reason), format, args);
    va_end(args);
    return error_set(err, STATUS_ENVIRONMENT, "%s: %s", message, reason);
}

/* Copies a name whole or, when it is too long, its end: the end tells more. */
static void copy_tail(char *out, size_t size, const char *name)
{
    size_t n = strlen(name);
    if (n < size) {
        memcpy(out, name, n + 1);
        return;
    }
    const char *tail = name + n - (size - 4);
    while (((unsigned char)*tail & 0xC0) == 0x80)
        tail++;
    memcpy(out, "...", 3);
    memcpy(out + 3, tail, strlen(tail) + 1);
}

void error_at(struct error *err, const char *path, size_t line, size_t col)
{
    struct location place = {0};
    if (path)
        copy_tail(place.path, sizeof(place.path), path);
    if (err->loc.path[0] && strcmp(err->loc.path, place.path) != 0)
        return;
    memcpy(err->loc.path, place.path, sizeof(place.path));
    if (err->loc.line == 0) {
        err->loc.line = line;
        err->loc.col = col;
    }
}

void error_field(struct error *err, const char *name)
{
    if (!err->loc.field[0] && name)
        copy_tail(err->loc.field, sizeof(err->loc.field), name);
}

void error_hint(struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    format_into(err->hint, sizeof(err->hint), format, args);
    va_end(args);
}

bool error_nearest(struct error *err, struct view name, const char *const *names,
                   size_t n)
{
    const char *nearest = text_nearest(name, names, n);
    if (nearest)
        error_hint(err, "did you mean '%s'?", nearest);
    return nearest != NULL;
}

void error_known(struct error *err, struct view name, const char *what,
                 const char *const *names, size_t n)
{
    char list[sizeof(err->hint)] = "none";
    if (error_nearest(err, name, names, n))
        return;
    for (size_t i = 0, used = 0; i < n; i++) {
        if (used + strlen(names[i]) + 24 > sizeof(list)) {
            memcpy(list + used, ", ...", 6);
            break;
        }
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
                                 i > 0 ? ", " : "", names[i]);
    }
    error_hint(err, "known %s: %s", what, list);
}

static void escape_all(char *out, const char *p, size_t n)
{
    for (size_t i = 0; i < n;)
        i += text_escape(&out, p + i, n - i);
    *out = '\0';
}

const char *quote_bytes(struct quoted *out, const char *p, size_t n)
{
    char *to = out->text;
    *to++ = '\'';
    size_t i = 0;
    while (i < n) {
        size_t step = text_utf8_step(p + i, n - i);
        if (i + (step ? step : 1) > QUOTED_BYTES)
            break;
        i += text_escape(&to, p + i, n - i);
    }
    memcpy(to, i < n ? "...'" : "'", i < n ? 5 : 2);
    return out->text;
}

const char *quote_path(struct quoted_path *out, const char *path)
{
    char tail[QUOTED_PATH_BYTES + 1];
    copy_tail(tail, sizeof(tail), path);
    out->text[0] = '\'';
    escape_all(out->text + 1, tail, strlen(tail));
    size_t n = strlen(out->text);
    memcpy(out->text + n, "'", 2);
    return out->text;
}

static void print_text(const char *text, FILE *to)
{
    char escaped[4 * sizeof((struct error *)0)->message];
    escape_all(escaped, text, strlen(text));
    fputs(escaped, to);
}

static void print_place(const struct location *loc, FILE *to)
{
    if (!loc->path[0])
        return;
    print_text(loc->path, to);
    if (loc->line)
        fprintf(to, ":%zu", loc->line);
    if (loc->line && loc->col)
        fprintf(to, ":%zu", loc->col);
    fputs(": ", to);
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* What the place's field is called in a file of that kind. */
static const char *field_word(const char *path)
{
    if (ends_with(path, ".csv"))
        return "column";
    if (ends_with(path, ".yaml") || ends_with(path, ".yml") || strcmp(path, "--set") == 0)
        return "key";
    return "field";
}

void error_print(const struct error *err, const char *kind, int colour, FILE *to)
{
    const char *tint = strcmp(kind, "error") == 0 ? "\x1b[1;31m" : "\x1b[1;35m";
    print_place(&err->loc, to);
    fprintf(to, "%s%s:%s ", colour ? tint : "", kind, colour ? "\x1b[0m" : "");
    print_text(err->message, to);
    if (err->loc.field[0]) {
        fprintf(to, " (%s '", field_word(err->loc.path));
        print_text(err->loc.field, to);
        fputs("')", to);
    }
    fputc('\n', to);
    if (err->hint[0]) {
        fprintf(to, "  %shint:%s ", colour ? "\x1b[36m" : "", colour ? "\x1b[0m" : "");
        print_text(err->hint, to);
        fputc('\n', to);
    }
}
