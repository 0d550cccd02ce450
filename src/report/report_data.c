/* Reads ingest.json, quality.json and rejects.csv: where the data came from, and what
 * was dropped, repaired and refused on the way. */
#include "report/report_internal.h"

#include <string.h>

#include "file/artifact.h"
#include "report/figure.h"
#include "report/sheet.h"

static enum status read_file(const json_t *object, const char *path, struct arena *mem,
                             struct report_file *f, struct error *err)
{
    TRY(report_text(object, "file", path, mem, &f->name, err));
    TRY(json_get_size(object, "rows", path, &f->rows, err));
    TRY(json_get_size(object, "loaded", path, &f->loaded, err));
    TRY(json_get_size(object, "refused", path, &f->refused, err));
    f->arrival = json_is_true(json_object_get(object, "arrival"));
    return report_text(object, "refused_whole", path, mem, &f->refused_whole, err);
}

static enum status read_source(const json_t *object, const char *path, struct arena *mem,
                               struct report_data *d, struct error *err)
{
    struct report_source *s = &d->source[d->n_sources++];
    json_t *columns, *files;

    TRY(report_text(object, "name", path, mem, &s->name, err));
    s->first = s->last = "";
    TRY(json_get_size(object, "rows", path, &s->rows, err));
    TRY(json_get_array(object, "columns", path, &columns, err));
    TRY(json_get_array(object, "files", path, &files, err));
    s->columns = json_array_size(columns);
    d->file = arena_grow(mem, d->file, d->n_files * sizeof(*d->file),
                         (d->n_files + json_array_size(files)) * sizeof(*d->file));
    for (size_t i = 0; i < json_array_size(files); i++) {
        struct report_file *f = &d->file[d->n_files++];
        *f = (struct report_file){.source = s->name};
        TRY(read_file(json_array_get(files, i), path, mem, f, err));
    }
    return STATUS_OK;
}

enum status report_ingest_read(const char *path, const json_t *root, struct arena *mem,
                               struct report *r, struct error *err)
{
    struct report_data *d = &r->data;
    json_t *sources;

    TRY(json_get_size(root, "rejected", path, &d->rejected, err));
    TRY(json_get_array(root, "sources", path, &sources, err));
    d->source = ARENA_ARRAY(mem, struct report_source, json_array_size(sources));
    for (size_t i = 0; i < json_array_size(sources); i++)
        TRY(read_source(json_array_get(sources, i), path, mem, d, err));
    return STATUS_OK;
}

/* The reasons for which rows of one source were dropped. */
static enum status read_dropped(const json_t *object, const char *path, struct arena *mem,
                                struct report_data *d, struct report_source *s,
                                struct error *err)
{
    json_t *reasons, *value;
    const char *name;

    TRY(json_get_object(object, "dropped", path, &reasons, err));
    s->n_dropped = 0;
    s->dropped = ARENA_ARRAY(mem, struct report_reason, json_object_size(reasons));
    json_object_foreach(reasons, name, value)
    {
        struct report_reason *r = &s->dropped[s->n_dropped];
        TRY(json_get_size(reasons, name, path, &r->n, err));
        if (r->n == 0)
            continue;
        r->name = arena_string(mem, name);
        d->dropped += r->n;
        s->n_dropped++;
    }
    return STATUS_OK;
}

/* A source that ingest.json does not know is left out: the two files may be of
 * different runs, and then the error says so. */
static enum status read_kept(const json_t *object, const char *path, struct arena *mem,
                             struct report_data *d, struct error *err)
{
    const char *name;

    TRY(json_get_text(object, "name", path, &name, err));
    for (size_t i = 0; i < d->n_sources; i++) {
        if (strcmp(d->source[i].name, name) != 0)
            continue;
        TRY(json_get_size(object, "kept", path, &d->source[i].kept, err));
        TRY(report_text(object, "first", path, mem, &d->source[i].first, err));
        TRY(report_text(object, "last", path, mem, &d->source[i].last, err));
        return read_dropped(object, path, mem, d, &d->source[i], err);
    }
    error_set(err, STATUS_INPUT, "ingest.json has no source %s", QUOTE(name));
    error_at(err, path, 0, 0);
    return STATUS_INPUT;
}

/* A cell's content; a number, as such or as text, with its thousands apart. */
static enum status read_cell(const json_t *item, const char *key, const char *path,
                             struct arena *mem, const char **ret, struct error *err)
{
    const json_t *value = json_object_get(item, key);
    int64_t whole;

    if (json_is_number(value)) {
        *ret = arena_string(mem, FIGURE(json_number_value(value)));
        return STATUS_OK;
    }
    TRY(report_text(item, key, path, mem, ret, err));
    if (text_int64(view_of(*ret), &whole) && whole >= 0)
        *ret = arena_string(mem, COUNT((uint64_t)whole));
    return STATUS_OK;
}

static enum status read_repairs(const json_t *root, const char *path, struct arena *mem,
                                struct report_data *d, struct error *err)
{
    json_t *repaired, *list;

    TRY(json_get_object(root, "repaired", path, &repaired, err));
    TRY(json_get_size(repaired, "cells", path, &d->repaired, err));
    TRY(report_text(repaired, "rule", path, mem, &d->repair_rule, err));
    TRY(json_get_array(repaired, "list", path, &list, err));
    d->repair = ARENA_ARRAY(mem, struct report_repair, REPORT_REPAIRS);
    for (size_t i = 0; i < json_array_size(list) && i < REPORT_REPAIRS; i++) {
        const json_t *item = json_array_get(list, i);
        struct report_repair *r = &d->repair[d->n_repairs++];
        TRY(report_text(item, "source", path, mem, &r->source, err));
        TRY(report_text(item, "column", path, mem, &r->column, err));
        TRY(report_text(item, "key", path, mem, &r->key, err));
        TRY(read_cell(item, "found", path, mem, &r->found, err));
        TRY(read_cell(item, "repaired", path, mem, &r->repaired, err));
    }
    return STATUS_OK;
}

enum status report_quality_read(const char *path, const json_t *root, struct arena *mem,
                                struct report *r, struct error *err)
{
    struct report_data *d = &r->data;
    json_t *sources;
    const json_t *arrived = json_object_get(root, "arrived");

    TRY(json_get_size(root, "rows", path, &d->rows, err));
    TRY(json_get_size(root, "columns", path, &d->columns, err));
    TRY(report_text(root, "first", path, mem, &d->first, err));
    TRY(report_text(root, "last", path, mem, &d->last, err));
    TRY(json_get_array(root, "sources", path, &sources, err));
    for (size_t i = 0; i < json_array_size(sources); i++)
        TRY(read_kept(json_array_get(sources, i), path, mem, d, err));
    if (json_is_object(arrived))
        TRY(json_get_size(arrived, "rows", path, &d->arrived, err));
    TRY(report_text(arrived, "first", path, mem, &d->arrived_first, err));
    TRY(report_text(arrived, "last", path, mem, &d->arrived_last, err));
    return read_repairs(root, path, mem, d, err);
}

static enum status read_rejects(struct sheet *s, struct report_data *d, struct error *err)
{
    size_t file, line, column, value, reason;

    TRY(sheet_column(s, "file", &file, err));
    TRY(sheet_column(s, "line", &line, err));
    TRY(sheet_column(s, "column", &column, err));
    TRY(sheet_column(s, "value", &value, err));
    TRY(sheet_column(s, "reason", &reason, err));
    d->reject = ARENA_ARRAY(s->mem, struct report_reject, REPORT_REJECTS);
    while (d->n_rejects < REPORT_REJECTS) {
        TRY(sheet_next(s, err));
        if (!s->more)
            break;
        d->reject[d->n_rejects++] = (struct report_reject){
            sheet_text(s, file), sheet_text(s, line), sheet_text(s, column),
            sheet_text(s, value), sheet_text(s, reason)};
    }
    return STATUS_OK;
}

enum status report_rejects_read(const char *path, const json_t *root, struct arena *mem,
                                struct report *r, struct error *err)
{
    (void)root;
    struct sheet s;

    TRY(sheet_open(&s, path, mem, err));
    enum status status = read_rejects(&s, &r->data, err);
    sheet_close(&s);
    return status;
}
