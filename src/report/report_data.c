/* Reads where the data came from, and what was dropped, repaired and refused on the
 * way: ingest.json, rejects.csv, quality.json and features.json. */
#include <string.h>

#include "report/report_internal.h"
#include "artifacts/sheet.h"

enum status report_ingest_read(const char *path, struct arena *mem, struct report *r,
                               struct error *err)
{
    TRY(ingest_json_read(path, mem, &r->ingest, err));
    report_use(r, "ingest", r->ingest.options);
    report_vouch(r, r->ingest.table);
    return STATUS_OK;
}

static enum status read_rejects(struct sheet *s, struct report_rejects *r,
                                struct error *err)
{
    size_t file, line, column, value, reason;
    TRY(sheet_column(s, "file", &file, err));
    TRY(sheet_column(s, "line", &line, err));
    TRY(sheet_column(s, "column", &column, err));
    TRY(sheet_column(s, "value", &value, err));
    TRY(sheet_column(s, "reason", &reason, err));
    r->row = ARENA_ARRAY(s->mem, struct report_reject, REPORT_REJECTS);
    while (r->n < REPORT_REJECTS) {
        TRY(sheet_next(s, err));
        if (!s->more)
            break;
        r->row[r->n++] = (struct report_reject){
            sheet_text(s, file), sheet_text(s, line), sheet_text(s, column),
            sheet_text(s, value), sheet_text(s, reason)};
    }
    return STATUS_OK;
}

enum status report_rejects_read(const char *path, struct arena *mem, struct report *r,
                                struct error *err)
{
    struct sheet s;
    TRY(sheet_open(&s, path, mem, err));
    enum status status = read_rejects(&s, &r->rejects, err);
    sheet_close(&s);
    return status;
}

static bool is_source(const struct ingest_json *in, const char *name)
{
    for (size_t i = 0; i < in->n_sources; i++)
        if (strcmp(in->source[i].name, name) == 0)
            return true;
    return false;
}

/* The two files may be of different runs: then they do not know the same sources. */
enum status report_quality_read(const char *path, struct arena *mem, struct report *r,
                                struct error *err)
{
    TRY(quality_json_read(path, mem, &r->quality, err));
    report_use(r, "clean", r->quality.options);
    for (size_t i = 0; i < r->quality.n_sources; i++)
        if (!is_source(&r->ingest, r->quality.source[i].name))
            return error_refuse(err, path, "sources.name", "ingest.json has no source %s",
                                QUOTE(r->quality.source[i].name));
    return STATUS_OK;
}

size_t report_dropped(const struct report *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->quality.n_sources; i++)
        for (size_t k = 0; k < r->quality.source[i].n_dropped; k++)
            n += r->quality.source[i].dropped[k].n;
    return n;
}

static bool same_formula(const struct report_formula *a, const struct report_formula *b)
{
    return strcmp(a->formula, b->formula) == 0 && a->window == b->window &&
           a->min_periods == b->min_periods && a->shift == b->shift && a->lead == b->lead;
}

static void add_formula(const struct features_json_feature *of,
                        struct report_formulas *all)
{
    const struct report_formula f = {.formula = of->formula,
                                     .window = of->window,
                                     .min_periods = of->min_periods,
                                     .shift = of->shift,
                                     .lead = of->lead,
                                     .columns = 1};
    size_t at = 0;
    while (at < all->n && !same_formula(&all->formula[at], &f))
        at++;
    if (at < all->n)
        all->formula[at].columns++;
    else if (at < REPORT_FORMULAS)
        all->formula[all->n++] = f;
    else
        all->other++;
}

enum status report_features_read(const char *path, struct arena *mem, struct report *r,
                                 struct error *err)
{
    TRY(features_json_read(path, mem, &r->features, err));
    report_use(r, "features", r->features.options);
    r->formulas.formula = ARENA_ARRAY(mem, struct report_formula, REPORT_FORMULAS);
    for (size_t i = 0; i < r->features.n_features; i++)
        add_formula(&r->features.feature[i], &r->formulas);
    return STATUS_OK;
}

unsigned report_method(const struct yaml_node *map, const char *words, unsigned otherwise)
{
    const struct yaml_node *node =
        map && map->kind == YAML_MAP ? yaml_get(map, "method") : NULL;
    unsigned place;
    return node && option_index(words, node->text, &place) ? place : otherwise;
}
