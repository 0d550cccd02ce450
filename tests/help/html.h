/* Set-up of the tests of what writes HTML: `h` writes into `out`.  Static, as repo.h
 * says. */
#ifndef TESTS_HTML_H
#define TESTS_HTML_H

#include "draw/html.h"

static struct arena mem;
static struct text out;
static struct html h;

static inline void help_html_begin(void)
{
    out = (struct text){.mem = &mem};
    text_puts(&out, ""); // a text, even before anything is written
    html_init(&h, &out);
}

static inline void help_html_end(void)
{
    arena_release(&mem);
}

#endif
