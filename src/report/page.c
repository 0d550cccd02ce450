/* The page's frame. */
#include "report/page.h"

#include "report/section.h"

#define SECTION(name) page_##name,
static void (*const sections[])(const struct page *p) = {
#include "report/sections.def"
};
#undef SECTION

/* Nothing may be fetched and nothing may run, whatever the data hold. */
static const char policy[] = "default-src 'none'; style-src 'unsafe-inline'";

static void meta(struct html *h, const char *name, const char *content)
{
    html_begin(h, "meta");
    html_attr(h, "name", name);
    html_attr(h, "content", content);
    html_end(h);
}

static void head(const struct page *p)
{
    struct html *h = p->h;

    html_begin(h, "head");
    html_begin(h, "meta");
    html_attr(h, "charset", "utf-8");
    html_end(h);
    html_begin(h, "meta");
    html_attr(h, "http-equiv", "Content-Security-Policy");
    html_attr(h, "content", policy);
    html_end(h);
    meta(h, "viewport", "width=device-width, initial-scale=1");
    meta(h, "color-scheme", "light dark");
    meta(h, "description", p->v->headline);
    html_element(h, "title", NULL, p->r->pipeline->title);
    html_style(h, page_style, page_style_lines);
    html_end(h);
}

void page_write(const struct report *r, struct text *out)
{
    struct html h;
    struct verdict v;
    struct page p = {.h = &h, .r = r, .v = &v, .mem = out->mem};

    verdict_of(r, out->mem, &v);
    html_init(&h, out);
    html_doctype(&h);
    html_begin(&h, "html");
    html_attr(&h, "lang", "en");
    head(&p);
    html_begin(&h, "body");
    html_begin(&h, "main");
    for (size_t i = 0; i < COUNT_OF(sections); i++)
        sections[i](&p);
    html_end(&h);
    html_end(&h);
    html_end(&h);
    text_putc(out, '\n');
}
