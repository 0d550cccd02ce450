/* Counts and lists of what clean did. */
#include "clean/quality.h"

#include "base/number.h"
#include "clean/gather.h"
#include "clean/quality_groups.h"
#include "data/key.h"

struct quality_teller {
    const struct pipeline *pipeline;
    struct arena *mem;
};

static const char *label(const struct quality_teller *t, int32_t key)
{
    return key_label(t->pipeline, key, t->mem);
}

/* The runs of keys whose rows have all that features need. */
static void tell_complete(const struct quality_teller *t, const struct screen *s,
                          struct quality_json_source *ret)
{
    ret->n_complete = s->n_whole;
    ret->complete = ARENA_ARRAY(t->mem, struct bounds, s->n_whole);
    for (size_t i = 0; i < s->n_whole; i++)
        ret->complete[i] =
            (struct bounds){label(t, s->whole[i].from), label(t, s->whole[i].to)};
}

static void tell_source(const struct quality_teller *t, const struct screen *s,
                        struct quality_json_source *ret)
{
    *ret = (struct quality_json_source){
        .name = s->name, .rows = s->n, .kept = s->count[REASON_KEPT]};
    ret->dropped = ARENA_ARRAY(t->mem, struct counted, REASONS);
    for (size_t r = REASON_LATER; r < REASONS; r++)
        ret->dropped[ret->n_dropped++] = (struct counted){reason_name[r], s->count[r]};
    if (s->keys.group) {
        ret->groups = quality_groups(t->pipeline, s, t->mem);
        return;
    }
    tell_complete(t, s, ret);
    if (ret->n_complete > 0) {
        ret->first = ret->complete[0].first;
        ret->last = ret->complete[ret->n_complete - 1].last;
    }
}

/* The id of place k, as a text. */
static const char *id_of(const struct quality_teller *t, const struct gather *g, size_t k)
{
    if (g->whole[0])
        return arena_format(t->mem, "%lld", (long long)g->whole[0][k]);
    struct view text = gather_text(g, 0, k);
    return arena_copy(t->mem, text.p, text.n);
}

/* A dropped row that stands at place k. */
static struct quality_json_dropped tell_row(const struct quality_teller *t,
                                            const struct screen *s,
                                            const struct gather *g, size_t k,
                                            const struct dropped *d)
{
    return (struct quality_json_dropped){
        .source = s->name,
        .file = s->file_name[g->file[k]],
        .line = g->line[k],
        .key = s->keys.step ? label(t, d->key) : NULL,
        .column = d->column,
        .reason = reason_name[d->reason],
        .group = s->keys.group ? group_string(s->keys.groups, d->group, t->mem) : NULL,
        .id = s->ids ? id_of(t, g, k) : NULL};
}

/* Rows of one table, in the order in which they were dropped. */
static enum status tell_dropped(const struct quality_teller *t, struct screen *s,
                                struct quality_json *ret, struct error *err)
{
    struct gather g;
    size_t row[SCREEN_DROPPED], n = s->n_dropped;
    n = n < QUALITY_DROPPED - ret->n_dropped ? n : QUALITY_DROPPED - ret->n_dropped;
    for (size_t i = 0; i < n; i++)
        row[i] = s->dropped[i].row;
    TRY(gather_init(&g, s, n, s->mem, err));
    for (size_t done = 0, m; done < n; done += m) {
        bool fits = false;
        for (m = 2 * (n - done); !fits;) { // fewer at a time where their texts are long
            m /= 2;
            TRY(gather_rows(&g, row + done, m, &fits, err));
        }
        for (size_t k = 0; k < m; k++)
            ret->dropped[ret->n_dropped++] = tell_row(t, s, &g, k, &s->dropped[done + k]);
    }
    return STATUS_OK;
}

/* The columns that were repaired: how many of their cells; and those that jump. */
static void tell_columns(const struct quality_teller *t, const struct merge *m,
                         struct quality_json *ret)
{
    ret->repaired.column = ARENA_ARRAY(t->mem, struct quality_json_column, m->p);
    ret->jump = ARENA_ARRAY(t->mem, struct quality_json_jump, m->p);
    for (size_t c = 0; c < m->p; c++) {
        const struct merged_column *of = &m->column[c];
        if (of->repaired > 0)
            ret->repaired.column[ret->repaired.n_columns++] =
                (struct quality_json_column){of->source, of->name, of->repaired,
                                             of->padded, of->moved};
        if (of->jumps.n > 0)
            ret->jump[ret->n_jumps++] =
                (struct quality_json_jump){.source = of->source,
                                           .column = of->name,
                                           .rows = of->jumps.n,
                                           .first = label(t, of->jumps.key),
                                           .from = of->jumps.from,
                                           .to = of->jumps.to};
    }
}

static const char *cell_text(const struct quality_teller *t, double x)
{
    char text[32];
    return arena_copy(t->mem, text, number_csv(x, text));
}

static void tell_repairs(const struct quality_teller *t, const struct merge *m,
                         struct quality_json_repairs *ret)
{
    size_t n = m->n_repaired < MERGE_REPAIRS ? m->n_repaired : MERGE_REPAIRS;
    bool placed = false;
    for (size_t c = 0; c < m->p; c++)
        placed = placed || repair_places(m->column[c].rule);
    ret->cells = m->n_repaired;
    ret->rule = placed ? "trailing zeros restored, the decimal point placed so that the "
                         "series goes on"
                       : "trailing zeros restored";
    ret->n_list = n;
    ret->list = ARENA_ARRAY(t->mem, struct quality_json_repair, n);
    for (size_t i = 0; i < n; i++) {
        const struct repair *r = &m->repair[i];
        ret->list[i] = (struct quality_json_repair){
            r->source, r->column, label(t, r->key), cell_text(t, r->found),
            cell_text(t, r->repaired)};
    }
}

enum status quality_tell(const struct pipeline *p, struct merge *m, struct arena *mem,
                         struct quality_json *ret, struct error *err)
{
    const struct quality_teller t = {p, mem};
    bool arrived = m->arrived.n > 0 && m->step;
    struct quality_json q = {.rows = m->rows,
                             .columns = m->p - m->table[0].ids,
                             .first = label(&t, m->first),
                             .last = label(&t, m->last),
                             .n_sources = m->n_tables};
    q.source = ARENA_ARRAY(mem, struct quality_json_source, m->n_tables);
    q.dropped = ARENA_ARRAY(mem, struct quality_json_dropped, QUALITY_DROPPED);
    for (size_t i = 0; i < m->n_tables; i++)
        tell_source(&t, &m->table[i], &q.source[i]);
    for (size_t i = 0; i < m->n_tables; i++)
        TRY(tell_dropped(&t, &m->table[i], &q, err));
    tell_columns(&t, m, &q);
    tell_repairs(&t, m, &q.repaired);
    q.arrived = (struct quality_json_arrived){
        .rows = m->arrived.count,
        .first = arrived ? label(&t, m->arrived_first) : NULL,
        .last = arrived ? label(&t, m->arrived_last) : NULL};
    *ret = q;
    return STATUS_OK;
}
