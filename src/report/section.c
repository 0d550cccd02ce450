/* Pieces of HTML that several sections of the page are made of. */
#include "draw/figure.h"
#include "report/section.h"

const char *const page_curve_look[PAGE_CURVES] = {"curve c0", "curve c1", "curve c2",
                                                  "curve c3", "curve c4", "curve c5"};

void page_section(const struct page *p, const char *id, const char *heading)
{
    html_begin(p->h, "section");
    html_attr(p->h, "id", id);
    html_element(p->h, "h2", NULL, heading);
}

void page_section_end(const struct page *p)
{
    html_end(p->h);
}

void page_table(const struct page *p, const char *class, const char *caption,
                const char *const *header, size_t n)
{
    struct html *h = p->h;

    html_begin_class(h, "div", "scroll");
    html_begin_class(h, "table", class);
    html_element(h, "caption", NULL, caption);
    html_begin(h, "thead");
    html_begin(h, "tr");
    for (size_t i = 0; i < n; i++) {
        bool number = header[i][0] == '#';
        html_begin_class(h, "th", number ? "n" : NULL);
        html_attr(h, "scope", "col");
        html_text(h, header[i] + number);
        html_end(h);
    }
    html_end(h);
    html_end(h);
    html_begin(h, "tbody");
}

void page_table_end(const struct page *p)
{
    html_end(p->h);
    html_end(p->h);
    html_end(p->h);
}

void page_row(const struct page *p, const char *class, const char *name)
{
    html_begin_class(p->h, "tr", class);
    html_begin(p->h, "th");
    html_attr(p->h, "scope", "row");
    html_name(p->h, name);
    html_end(p->h);
}

void page_cell(const struct page *p, const char *text)
{
    html_begin(p->h, "td");
    html_name(p->h, text);
    html_end(p->h);
}

void page_number(const struct page *p, const char *text)
{
    html_element(p->h, "td", "n", text);
}

void page_row_end(const struct page *p)
{
    html_end(p->h);
}

const char *page_counted(const struct page *p, size_t n, const char *one,
                         const char *many)
{
    return arena_format(p->mem, "%s %s", COUNT(n), n == 1 ? one : many);
}

void page_key(const struct page *p, const char *class, int mark, const char *label)
{
    struct html *h = p->h;

    html_begin(h, "li");
    html_begin(h, "svg");
    html_attr(h, "viewBox", "0 0 16 12");
    html_attr(h, "aria-hidden", "true");
    html_begin_class(h, "g", mark < 0 ? NULL : class);
    if (mark < 0)
        svg_line(h, class, 0, 6, 16, 6);
    else
        svg_mark(h, (enum svg_mark)mark, NULL, 8, 6, 4, NULL);
    html_end(h);
    html_end(h);
    html_text(h, label);
    html_end(h);
}
