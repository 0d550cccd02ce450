/* Checks markup in one pass with a stack of names. */
#include "help/markup.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { MAX_DEPTH = 64, MAX_IDS = 512, NAME = 32 };

struct reader {
    const char *html, *p;
    char open[MAX_DEPTH][NAME];
    size_t depth;
    char ids[MAX_IDS][NAME];
    size_t n_ids;
    char name[NAME]; // of the tag under way
};

static char message[200];

static const char *fault(const struct reader *r, const char *what)
{
    snprintf(message, sizeof(message), "%s at byte %zu: %.40s", what,
             (size_t)(r->p - r->html), r->p);
    return message;
}

static bool is_void(const char *name)
{
    static const char *const names[] = {"meta", "br", "col", "hr", "link", "wbr"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static const char *read_entity(struct reader *r)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (strncmp(r->p, known[i], strlen(known[i])) == 0) {
            r->p += strlen(known[i]);
            return NULL;
        }
    }
    return fault(r, "a raw &");
}

static void read_name(struct reader *r, char *name)
{
    size_t n = 0;
    while (isalnum((unsigned char)*r->p) || *r->p == '-' || *r->p == ':') {
        if (n + 1 < NAME)
            name[n++] = *r->p;
        r->p++;
    }
    name[n] = '\0';
}

static const char *take_id(struct reader *r, const char *value, size_t n)
{
    char id[NAME];
    snprintf(id, sizeof(id), "%.*s", (int)n, value);
    for (size_t i = 0; i < r->n_ids; i++)
        if (strcmp(r->ids[i], id) == 0)
            return fault(r, "an id that was there before");
    if (r->n_ids < MAX_IDS)
        memcpy(r->ids[r->n_ids++], id, sizeof(id));
    return NULL;
}

static const char *read_attribute(struct reader *r)
{
    char name[NAME];
    read_name(r, name);
    if (!name[0] || r->p[0] != '=' || r->p[1] != '"')
        return fault(r, "expected an attribute with a quoted value");
    if (strncmp(name, "on", 2) == 0 || strcmp(name, "href") == 0 ||
        strcmp(name, "src") == 0)
        return fault(r, "an attribute that runs or fetches");
    const char *value = r->p += 2;
    while (*r->p && *r->p != '"') {
        const char *wrong = *r->p == '<'   ? fault(r, "a raw < in a value")
                            : *r->p == '&' ? read_entity(r)
                                           : (r->p++, NULL);
        if (wrong)
            return wrong;
    }
    if (!*r->p)
        return fault(r, "a value without end");
    const char *wrong =
        strcmp(name, "id") == 0 ? take_id(r, value, (size_t)(r->p - value)) : NULL;
    r->p++;
    return wrong;
}

static const char *open_element(struct reader *r)
{
    const char *forbidden[] = {"script", "iframe", "object", "embed", "img", "link"};
    for (size_t i = 0; i < sizeof(forbidden) / sizeof(*forbidden); i++)
        if (strcmp(r->name, forbidden[i]) == 0)
            return fault(r, "an element that runs or fetches");
    while (*r->p == ' ') {
        r->p++;
        const char *wrong = read_attribute(r);
        if (wrong)
            return wrong;
    }
    bool closed = *r->p == '/';
    r->p += closed;
    if (*r->p != '>')
        return fault(r, "expected the end of a tag");
    r->p++;
    if (closed || is_void(r->name))
        return NULL;
    if (r->depth == MAX_DEPTH)
        return fault(r, "too deep");
    memcpy(r->open[r->depth++], r->name, NAME);
    if (strcmp(r->name, "style") == 0) {
        const char *end = strstr(r->p, "</");
        r->p = end ? end : r->p + strlen(r->p);
    }
    return NULL;
}

static const char *read_tag(struct reader *r)
{
    if (strncmp(r->p, "<!doctype html>", 15) == 0) {
        r->p += 15;
        return NULL;
    }
    bool end = r->p[1] == '/';
    r->p += end ? 2 : 1;
    read_name(r, r->name);
    if (!r->name[0])
        return fault(r, "a raw <");
    if (!end)
        return open_element(r);
    if (*r->p++ != '>')
        return fault(r, "expected the end of a tag");
    if (r->depth == 0 || strcmp(r->open[r->depth - 1], r->name) != 0)
        return fault(r, "an end tag without its start");
    r->depth--;
    return NULL;
}

const char *markup_fault(const char *html)
{
    static struct reader r;
    memset(&r, 0, sizeof(r));
    r.html = r.p = html;
    while (*r.p) {
        const char *wrong = *r.p == '<'   ? read_tag(&r)
                            : *r.p == '&' ? read_entity(&r)
                            : *r.p == '>' ? fault(&r, "a raw >")
                                          : (r.p++, NULL);
        if (wrong)
            return wrong;
    }
    return r.depth > 0 ? fault(&r, "an element that is not closed") : NULL;
}

size_t markup_count(const char *html, const char *name)
{
    char start[NAME];
    size_t n = 0;
    snprintf(start, sizeof(start), "<%s", name);
    for (const char *p = html; (p = strstr(p, start)) != NULL; p += strlen(start))
        n +=
            p[strlen(start)] == ' ' || p[strlen(start)] == '>' || p[strlen(start)] == '/';
    return n;
}

bool markup_shows(const char *html, const char *text)
{
    for (const char *p = html; (p = strstr(p, text)) != NULL; p++) {
        const char *after = p + strcspn(p, "<>");
        if (*after != '>')
            return true;
    }
    return false;
}
