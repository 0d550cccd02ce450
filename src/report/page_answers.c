/* What the model says of rows to come where it answers with classes or labels, and which rows
 * it takes for anomalies. */
#include "draw/figure.h"
#include "report/section.h"

enum { ANSWERS_SHOWN = 100, COLUMNS_SHOWN = 16 };

/* The names of a row: its key, its group, its id. */
static size_t names(const struct predictions_csv *t, const char **ret)
{
    size_t n = 0;
    ret[n++] = t->by;
    if (t->group)
        ret[n++] = t->group;
    if (t->id)
        ret[n++] = t->id;
    return n;
}

static void answer_row(const struct page *p, const struct predictions_csv *t,
                       const struct predictions_csv_row *row, size_t columns)
{
    bool bands = p->r->pipeline->task == TASK_ANOMALY;
    page_row(p, NULL, row->key);
    if (t->group)
        page_cell(p, row->group);
    if (t->id)
        page_cell(p, row->id);
    for (size_t c = 0; c < columns; c++)
        if (t->column[c].text)
            page_cell(p, row->cell[c].text);
        else if (bands && (c == FLAGS_FLAG || c == FLAGS_N))
            page_number(p, COUNT((size_t)row->cell[c].number));
        else
            page_number(p, FIGURE(row->cell[c].number));
    page_row_end(p);
}

static const char *caption(const struct page *p, size_t rows, size_t columns,
                           size_t flagged)
{
    const struct predictions_csv *t = &p->r->answers;
    size_t all = p->r->forecast.rows;
    if (p->r->pipeline->task == TASK_ANOMALY)
        return arena_format(p->mem, "%s of %s that lie outside their band; %s has all %s",
                            COUNT(rows), COUNT(flagged), p->r->forecast.table.file,
                            page_counted(p, all, "row", "rows"));
    if (rows == all && columns == t->p)
        return "What the model says of each";
    return arena_format(p->mem, "%s of %s rows and %s of %s columns; %s has all",
                        COUNT(rows), COUNT(all), COUNT(columns), COUNT(t->p),
                        p->r->forecast.table.file);
}

void page_answers(const struct page *p)
{
    const struct predictions_csv flagged = report_flagged(p->r, p->mem);
    const struct predictions_csv *t =
        p->r->pipeline->task == TASK_ANOMALY ? &flagged : &p->r->answers;
    const char *header[3 + COLUMNS_SHOWN];
    size_t rows = t->n < ANSWERS_SHOWN ? t->n : ANSWERS_SHOWN;
    size_t columns = t->p < COLUMNS_SHOWN ? t->p : COLUMNS_SHOWN;
    if (rows == 0)
        return;
    size_t n = names(t, header);
    for (size_t c = 0; c < columns; c++)
        header[n++] = t->column[c].text ? t->column[c].name
                                        : arena_format(p->mem, "#%s", t->column[c].name);
    page_section(p, "answers",
                 p->r->pipeline->task == TASK_ANOMALY ? "Anomalies" : "Rows to come");
    page_table(p, NULL, caption(p, rows, columns, t->n), header, n);
    for (size_t i = 0; i < rows; i++)
        answer_row(p, t, &t->row[i], columns);
    page_table_end(p);
    page_section_end(p);
}
