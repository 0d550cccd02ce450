/* The data: what is covered, what was dropped, repaired and refused, and what has
 * arrived since. */
#include <string.h>

#include "report/figure.h"
#include "report/page.h"

/* "2014-01 – 2020-04", one of them when they are equal, or a dash. */
static const char *span(const struct page *p, const char *first, const char *last)
{
    if (strcmp(first, last) == 0)
        return first[0] ? first : "–";
    return arena_format(p->mem, "%s – %s", first, last);
}

static const char *dropped(const struct page *p, const struct report_source *s)
{
    struct text t = {.mem = p->mem};

    text_puts(&t, s->n_dropped == 0 ? "none" : "");
    for (size_t i = 0; i < s->n_dropped; i++)
        text_addf(&t, "%s%s %s", i > 0 ? ", " : "", COUNT(s->dropped[i].n),
                  s->dropped[i].name);
    return t.p;
}

static void sources(const struct page *p)
{
    static const char *const header[] = {"Source", "Covers", "#Rows", "#Kept", "Dropped"};
    const struct report_data *d = &p->r->data;

    page_table(p, NULL, "Sources", header, COUNT_OF(header));
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct report_source *s = &d->source[i];
        page_row(p, NULL, s->name);
        page_cell(p, span(p, s->first, s->last));
        page_number(p, COUNT(s->rows));
        page_number(p, COUNT(s->kept));
        page_cell(p, dropped(p, s));
        page_row_end(p);
    }
    page_table_end(p);
}

static void files(const struct page *p)
{
    static const char *const header[] = {"File", "#Rows", "#Loaded", "#Refused"};
    const struct report_data *d = &p->r->data;

    page_table(p, NULL, "Files", header, COUNT_OF(header));
    for (size_t i = 0; i < d->n_files; i++) {
        const struct report_file *f = &d->file[i];
        const char *name =
            arena_format(p->mem, "%s%s", f->name, f->arrival ? " (arrived later)" : "");
        if (f->refused_whole[0])
            name = arena_format(p->mem, "%s: refused as a whole, %s", name,
                                f->refused_whole);
        page_row(p, NULL, name);
        page_number(p, COUNT(f->rows));
        page_number(p, COUNT(f->loaded));
        page_number(p, COUNT(f->refused));
        page_row_end(p);
    }
    page_table_end(p);
}

static void begin_list(const struct page *p, const char *what, size_t n, size_t shown)
{
    html_begin(p->h, "details");
    html_begin(p->h, "summary");
    html_textf(p->h, "%s: %s", what, COUNT(n));
    if (shown < n)
        html_textf(p->h, ", the first %s shown", COUNT(shown));
    html_end(p->h);
}

static void repairs(const struct page *p)
{
    static const char *const header[] = {"Column", "Row", "#Found", "#Repaired"};
    const struct report_data *d = &p->r->data;

    if (d->n_repairs == 0)
        return;
    begin_list(p, "Repaired cells", d->repaired, d->n_repairs);
    page_table(p, NULL, d->repair_rule[0] ? d->repair_rule : "Repaired cells", header,
               COUNT_OF(header));
    for (size_t i = 0; i < d->n_repairs; i++) {
        page_row(p, NULL, d->repair[i].column);
        page_cell(p, d->repair[i].key);
        page_number(p, d->repair[i].found);
        page_number(p, d->repair[i].repaired);
        page_row_end(p);
    }
    page_table_end(p);
    html_end(p->h);
}

static void rejects(const struct page *p)
{
    static const char *const header[] = {"File and line", "Column", "Value", "Reason"};
    const struct report_data *d = &p->r->data;

    if (d->n_rejects == 0)
        return;
    begin_list(p, "Refused rows and cells", d->rejected, d->n_rejects);
    page_table(p, NULL, "As in rejects.csv", header, COUNT_OF(header));
    for (size_t i = 0; i < d->n_rejects; i++) {
        const struct report_reject *r = &d->reject[i];
        page_row(p, NULL, arena_format(p->mem, "%s:%s", r->file, r->line));
        page_cell(p, r->column);
        page_cell(p, r->value);
        page_cell(p, r->reason);
        page_row_end(p);
    }
    page_table_end(p);
    html_end(p->h);
}

static void arrived(const struct page *p)
{
    const struct report_metrics *m = &p->r->metrics;
    const struct report_data *d = &p->r->data;

    if (d->arrived == 0) {
        html_element(p->h, "p", NULL, "Nothing has arrived since the first files.");
        return;
    }
    html_begin(p->h, "p");
    html_textf(p->h, "Since the first files, %s %s arrived (%s).", COUNT(d->arrived),
               verdict_unit(p->r->pipeline, d->arrived),
               span(p, d->arrived_first, d->arrived_last));
    if (m->arrived.present && m->training.present)
        html_textf(p->h,
                   " On the %s of them that have features and a real value, RMSE is %s "
                   "and R² %s; in "
                   "training they were %s and %s.",
                   COUNT(m->arrived.n), FIGURE(m->arrived.rmse), FIGURE(m->arrived.r2),
                   FIGURE(m->training.rmse), FIGURE(m->training.r2));
    html_end(p->h);
}

void page_data(const struct page *p)
{
    const struct report_data *d = &p->r->data;

    page_section(p, "data", "Data");
    html_begin(p->h, "p");
    html_textf(p->h, "After cleaning and joining, %s rows with %s columns remain",
               COUNT(d->rows), COUNT(d->columns));
    if (d->first[0])
        html_textf(p->h, ", %s", span(p, d->first, d->last));
    html_textf(p->h, ". %s were repaired, %s refused, %s dropped for the reasons below.",
               arena_format(p->mem, "%s %s", COUNT(d->repaired),
                            d->repaired == 1 ? "cell" : "cells"),
               arena_format(p->mem, "%s %s", COUNT(d->rejected),
                            d->rejected == 1 ? "row or cell" : "rows or cells"),
               arena_format(p->mem, "%s %s", COUNT(d->dropped),
                            d->dropped == 1 ? "row" : "rows"));
    html_end(p->h);
    arrived(p);
    sources(p);
    files(p);
    repairs(p);
    rejects(p);
    page_section_end(p);
}
