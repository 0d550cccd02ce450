/* The data: what is covered, what was dropped, repaired and refused, and what has
 * arrived since. */
#include <string.h>

#include "draw/figure.h"
#include "report/section.h"

/* "2014-01 – 2020-04", one of them when they are equal, or a dash. */
static const char *span(const struct page *p, const char *first, const char *last)
{
    if (!first || !last)
        return "–";
    return strcmp(first, last) == 0 ? first
                                    : arena_format(p->mem, "%s – %s", first, last);
}

/* The reasons that dropped a row, with their counts. */
static const char *dropped(const struct page *p, const struct quality_json_source *s)
{
    struct text t = {.mem = p->mem};
    for (size_t i = 0; i < s->n_dropped; i++)
        if (s->dropped[i].n > 0)
            text_addf(&t, "%s%s %s", t.n > 0 ? ", " : "", COUNT(s->dropped[i].n),
                      s->dropped[i].name);
    return t.n > 0 ? t.p : "none";
}

static void sources(const struct page *p)
{
    static const char *const header[] = {"Source", "Covers", "#Rows", "#Kept", "Dropped"};
    const struct quality_json *q = &p->r->quality;
    page_table(p, NULL, "Sources", header, COUNT_OF(header));
    for (size_t i = 0; i < q->n_sources; i++) {
        const struct quality_json_source *s = &q->source[i];
        page_row(p, NULL, s->name);
        page_cell(p, span(p, s->first, s->last));
        page_number(p, COUNT(s->rows));
        page_number(p, COUNT(s->kept));
        page_cell(p, dropped(p, s));
        page_row_end(p);
    }
    page_table_end(p);
}

static void file_row(const struct page *p, const struct ingest_json_file *f)
{
    const char *name =
        arena_format(p->mem, "%s%s", f->file, f->arrival ? " (arrived later)" : "");
    if (f->refused_whole)
        name = arena_format(p->mem, "%s: refused as a whole, %s", name, f->refused_whole);
    page_row(p, NULL, name);
    page_number(p, COUNT(f->rows));
    page_number(p, COUNT(f->loaded));
    page_number(p, COUNT(f->refused));
    page_row_end(p);
}

static void files(const struct page *p)
{
    static const char *const header[] = {"File", "#Rows", "#Loaded", "#Refused"};
    const struct ingest_json *in = &p->r->ingest;
    page_table(p, NULL, "Files", header, COUNT_OF(header));
    for (size_t i = 0; i < in->n_sources; i++)
        for (size_t k = 0; k < in->source[i].n_files; k++)
            file_row(p, &in->source[i].file[k]);
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

/* A cell's text; a whole number with its thousands apart. */
static const char *cell(const struct page *p, const char *text)
{
    int64_t whole;
    if (text_int64(view_of(text), &whole) && whole >= 0)
        return arena_string(p->mem, COUNT((uint64_t)whole));
    return text;
}

static void repairs(const struct page *p)
{
    static const char *const header[] = {"Column", "Row", "#Found", "#Repaired"};
    const struct quality_json_repairs *r = &p->r->quality.repaired;
    size_t shown = r->n_list < REPORT_REPAIRS ? r->n_list : REPORT_REPAIRS;
    if (shown == 0)
        return;
    begin_list(p, "Repaired cells", r->cells, shown);
    page_table(p, NULL, r->rule[0] ? r->rule : "Repaired cells", header,
               COUNT_OF(header));
    for (size_t i = 0; i < shown; i++) {
        page_row(p, NULL, r->list[i].column);
        page_cell(p, r->list[i].key ? r->list[i].key : "");
        page_number(p, cell(p, r->list[i].found));
        page_number(p, cell(p, r->list[i].repaired));
        page_row_end(p);
    }
    page_table_end(p);
    html_end(p->h);
}

static void rejects(const struct page *p)
{
    static const char *const header[] = {"File and line", "Column", "Value", "Reason"};
    const struct report_rejects *all = &p->r->rejects;
    if (all->n == 0)
        return;
    begin_list(p, "Refused rows and cells", p->r->ingest.rejected, all->n);
    page_table(p, NULL, "As in rejects.csv", header, COUNT_OF(header));
    for (size_t i = 0; i < all->n; i++) {
        const struct report_reject *r = &all->row[i];
        page_row(p, NULL, arena_format(p->mem, "%s:%s", r->file, r->line));
        page_cell(p, r->column);
        page_cell(p, r->value);
        page_cell(p, r->reason);
        page_row_end(p);
    }
    page_table_end(p);
    html_end(p->h);
}

/* How good the model is on what arrived, beside training. */
static void arrived_figures(const struct page *p)
{
    const struct metrics_json *m = &p->r->metrics;
    const struct metric *main = report_metric(p->r);
    double now = metrics_json_value(&m->arrived->score, main->name),
           then = metrics_json_value(&m->training, main->name);
    html_textf(p->h, " On the %s of them that have features and a real value, %s is %s",
               COUNT(m->arrived->score.n), main->title, FIGURE(now));
    if (strcmp(main->name, "rmse") == 0)
        html_textf(p->h, " and R² %s; in training they were %s and %s.",
                   FIGURE(metrics_json_value(&m->arrived->score, "r2")), FIGURE(then),
                   FIGURE(metrics_json_value(&m->training, "r2")));
    else
        html_textf(p->h, "; in training it was %s.", FIGURE(then));
}

static void arrived(const struct page *p)
{
    const struct quality_json_arrived *a = &p->r->quality.arrived;
    if (a->rows == 0) {
        html_element(p->h, "p", NULL, "Nothing has arrived since the first files.");
        return;
    }
    html_begin(p->h, "p");
    html_textf(p->h, "Since the first files, %s %s arrived (%s).", COUNT(a->rows),
               verdict_unit(p->r->pipeline, a->rows), span(p, a->first, a->last));
    if (p->r->metrics.arrived)
        arrived_figures(p);
    html_end(p->h);
}

void page_data(const struct page *p)
{
    const struct quality_json *q = &p->r->quality;
    page_section(p, "data", "Data");
    html_begin(p->h, "p");
    html_textf(p->h, "After cleaning and joining, %s rows with %s columns remain",
               COUNT(q->rows), COUNT(q->columns));
    if (q->first)
        html_textf(p->h, ", %s", span(p, q->first, q->last));
    html_textf(p->h, ". %s were repaired, %s refused, %s dropped for the reasons below.",
               page_counted(p, q->repaired.cells, "cell", "cells"),
               page_counted(p, p->r->ingest.rejected, "row or cell", "rows or cells"),
               page_counted(p, report_dropped(p->r), "row", "rows"));
    html_end(p->h);
    arrived(p);
    sources(p);
    files(p);
    repairs(p);
    rejects(p);
    page_section_end(p);
}
