/* Counts and lists of what clean did, as JSON. */
#include "clean/quality.h"

#include "base/number.h"
#include "clean/gather.h"
#include "data/key.h"
#include "file/artifact.h"

/* The runs of keys whose rows have all that features need. */
static json_t *complete_json(const struct pipeline *p, const struct screen *s)
{
    json_t *runs = json_array();
    int32_t from = 0, to = 0;
    bool open = false;
    for (size_t i = 0; s->keyed && i < s->n; i++) {
        size_t row = screen_row(s, i);
        if (!screen_whole(s, row))
            continue;
        if (open && s->key[row] != key_add(p, to, 1)) {
            json_array_append_new(
                runs, json_pack("[o, o]", key_json(p, from), key_json(p, to)));
            open = false;
        }
        from = open ? from : s->key[row];
        to = s->key[row];
        open = true;
    }
    if (open)
        json_array_append_new(runs,
                              json_pack("[o, o]", key_json(p, from), key_json(p, to)));
    return runs;
}

static json_t *table_json(const struct pipeline *p, const struct screen *s)
{
    json_t *dropped = json_object(), *complete = complete_json(p, s);
    size_t n = json_array_size(complete);
    for (size_t r = REASON_LATER; r < REASONS; r++)
        json_object_set_new(dropped, reason_name[r],
                            json_integer((json_int_t)s->count[r]));
    json_t *first = n ? json_array_get(json_array_get(complete, 0), 0) : NULL;
    json_t *last = n ? json_array_get(json_array_get(complete, n - 1), 1) : NULL;
    return json_pack("{s:s, s:I, s:I, s:O?, s:O?, s:o, s:o}", "name", s->name, "rows",
                     (json_int_t)s->n, "kept", (json_int_t)s->count[REASON_KEPT], "first",
                     first, "last", last, "dropped", dropped, "complete", complete);
}

/* Rows of one table, in the order in which they were dropped. */
static enum status dropped_json(const struct pipeline *p, struct screen *s, json_t *list,
                                struct error *err)
{
    struct gather g;
    size_t row[SCREEN_DROPPED], n = s->n_dropped;
    n = n < SCREEN_DROPPED - json_array_size(list)
            ? n
            : SCREEN_DROPPED - json_array_size(list);
    for (size_t i = 0; i < n; i++)
        row[i] = s->dropped[i].row;
    TRY(gather_init(&g, s, n, s->mem, err));
    TRY(gather_places(&g, row, n, err));
    for (size_t i = 0; i < n; i++) {
        const struct dropped *d = &s->dropped[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:I, s:o, s:s?, s:s}", "source", s->name, "file",
                            s->file_name[g.file[i]], "line", (json_int_t)g.line[i], "key",
                            s->keyed ? key_json(p, s->key[d->row]) : json_null(),
                            "column", d->column, "reason", reason_name[d->reason]));
    }
    return STATUS_OK;
}

/* The columns that were repaired, and whose points were placed: how many of their cells. */
static json_t *repaired_columns(const struct merge *m, bool *ret_placed)
{
    json_t *list = json_array();
    *ret_placed = false;
    for (size_t c = 0; c < m->p; c++) {
        const struct merged_column *to = &m->column[c];
        *ret_placed = *ret_placed || repair_places(to->rule);
        if (to->repaired > 0)
            json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:I}", "source",
                                                  to->source, "column", to->name, "cells",
                                                  (json_int_t)to->repaired, "padded",
                                                  (json_int_t)to->padded, "moved",
                                                  (json_int_t)to->moved));
    }
    return list;
}

/* The columns that jump, wherever they come from. */
static json_t *jumps_json(const struct pipeline *p, const struct merge *m)
{
    json_t *list = json_array();
    for (size_t c = 0; c < m->p; c++) {
        const struct merged_column *to = &m->column[c];
        if (to->jumps.n > 0)
            json_array_append_new(
                list, json_pack("{s:s, s:s, s:I, s:o, s:f, s:f}", "source", to->source,
                                "column", to->name, "rows", (json_int_t)to->jumps.n,
                                "first", key_json(p, to->jumps.key), "from",
                                to->jumps.from, "to", to->jumps.to));
    }
    return list;
}

static json_t *repaired_json(const struct pipeline *p, const struct merge *m)
{
    bool placed;
    json_t *list = json_array(), *columns = repaired_columns(m, &placed);
    for (size_t i = 0; i < m->n_repaired && i < MERGE_REPAIRS; i++) {
        const struct repair *r = &m->repair[i];
        char found[32], repaired[32];
        found[number_csv(r->found, found)] = '\0';
        repaired[number_csv(r->repaired, repaired)] = '\0';
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:o, s:s, s:s}", "source", r->source,
                                        "column", r->column, "key", key_json(p, r->key),
                                        "found", found, "repaired", repaired));
    }
    return json_pack("{s:I, s:s, s:o, s:o}", "cells", (json_int_t)m->n_repaired, "rule",
                     placed ? "trailing zeros restored, the decimal point placed so that "
                              "the series goes on"
                            : "trailing zeros restored",
                     "columns", columns, "list", list);
}

static json_t *arrived_json(const struct pipeline *p, const struct merge *m)
{
    const struct row_runs *a = &m->arrived;
    json_t *first = json_null(), *last = json_null();
    if (a->n > 0 && m->key) {
        first = key_json(p, m->arrived_first);
        last = key_json(p, m->arrived_last);
    }
    return json_pack("{s:I, s:o, s:o}", "rows", (json_int_t)a->count, "first", first,
                     "last", last);
}

enum status quality_write(const struct pipeline *p, struct merge *m, json_t *options,
                          struct output *out, struct error *err)
{
    json_t *sources = json_array(), *dropped = json_array();
    enum status status = STATUS_OK;
    for (size_t i = 0; i < m->n_tables; i++)
        json_array_append_new(sources, table_json(p, &m->table[i]));
    for (size_t i = 0; status == STATUS_OK && i < m->n_tables; i++)
        status = dropped_json(p, &m->table[i], dropped, err);
    if (status != STATUS_OK) {
        json_decref(sources);
        json_decref(dropped);
        json_decref(options);
        return status;
    }
    return artifact_write(
        out,
        json_pack("{s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "rows",
                  (json_int_t)m->rows, "columns", (json_int_t)m->p, "first",
                  key_json(p, m->first), "last", key_json(p, m->last), "sources", sources,
                  "dropped", dropped, "repaired", repaired_json(p, m), "jumps",
                  jumps_json(p, m), "arrived", arrived_json(p, m), "options", options),
        err);
}
