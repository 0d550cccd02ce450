/* Long texts of a document, which go around the parser.
 *
 * jansson reads a string byte by byte, at 20 to 30 ns each: a forest's megabytes of base64
 * would take longer than all that is done with them.  They need no parser: between two
 * quotes stands what they are.  So they are taken out before and put back after, found by
 * the number of the string, which no text in the document can feign.  Where the rest is no
 * JSON the whole is parsed for the message, so that its place is the right one. */
#include "file/json_internal.h"

#include <string.h>

enum { LONG = 4096, WORD = 8 };

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether one of eight bytes is none that a text shows as it is. */
static bool is_strange(uint64_t word)
{
    uint64_t slash = word ^ EACH('\\');
    uint64_t below = (word - EACH(' ')) & ~word, zero = (slash - EACH(1)) & ~slash;
    return ((word | below | zero) & EACH(0x80)) != 0;
}

static bool is_plain(const char *p, size_t n)
{
    uint64_t word;
    for (; n >= WORD; p += WORD, n -= WORD) {
        memcpy(&word, p, WORD);
        if (is_strange(word))
            return false;
    }
    word = EACH(' ');
    memcpy(&word, p, n);
    return !is_strange(word);
}

/* The quote that ends the string which begins at p; NULL where none does. */
static const char *string_end(const char *p, const char *end)
{
    for (const char *from = p;; from++) {
        from = memchr(from, '"', (size_t)(end - from));
        if (!from)
            return NULL;
        const char *escape = from;
        while (escape > p && escape[-1] == '\\')
            escape--;
        if ((from - escape) % 2 == 0)
            return from;
    }
}

static bool is_key(const char *behind, const char *end)
{
    while (behind < end && strchr(" \t\r\n", *behind))
        behind++;
    return behind < end && *behind == ':';
}

struct view json_cut_long(struct view text, struct arena *mem, struct long_texts *ret)
{
    const char *end = text.p + text.n, *kept = text.p, *quote = text.p;
    struct text out = {.mem = mem};
    for (size_t number = 0; quote < end; number++) {
        quote = memchr(quote, '"', (size_t)(end - quote));
        const char *last = quote ? string_end(quote + 1, end) : NULL;
        if (!last)
            break;
        struct view inside = {quote + 1, (size_t)(last - quote - 1)};
        quote = last + 1;
        if (inside.n < LONG || !is_plain(inside.p, inside.n) || is_key(quote, end))
            continue;
        text_add(&out, kept, (size_t)(inside.p - kept));
        kept = last;
        ARENA_ROOM(mem, ret->v, ret->n, ret->cap, 16);
        ret->v[ret->n++] = (struct long_text){number, inside};
    }
    if (ret->n == 0)
        return text;
    text_add(&out, kept, (size_t)(end - kept));
    return (struct view){out.p, out.n};
}

/* Where the walk stands: strings so far, texts so far. */
struct long_walk {
    const struct long_texts *texts;
    size_t strings, put;
};

static void put_value(json_t *value, struct long_walk *w)
{
    const struct long_text *next = &w->texts->v[w->put];
    if (json_is_string(value) && w->strings++ == next->number) {
        if (json_string_setn_nocheck(value, next->text.p, next->text.n) != 0)
            out_of_memory(next->text.n);
        w->put++;
    }
    for (size_t i = 0; w->put < w->texts->n && i < json_array_size(value); i++)
        put_value(json_array_get(value, i), w);
    if (!json_is_object(value))
        return;
    for (void *i = json_object_iter(value); i && w->put < w->texts->n;
         i = json_object_iter_next(value, i)) {
        w->strings++;
        put_value(json_object_iter_value(i), w);
    }
}

void json_put_long(json_t *document, const struct long_texts *texts)
{
    struct long_walk w = {.texts = texts};
    if (texts->n > 0)
        put_value(document, &w);
}
