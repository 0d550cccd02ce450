/* Messages about missing rows.  What a person needs is the source, the column, and the
 * number: not that something is empty, but what emptied it. */
#include "clean/losses.h"

#include "clean/ordered.h"
#include "data/key.h"

#define COLUMNS_SHOWN 3 // that a message names

static const enum reason losses[] = {REASON_MISSING, REASON_RANGE, REASON_IMPLAUSIBLE,
                                     REASON_CONFLICT};

size_t losses_count(const struct screen *s)
{
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(losses); i++)
        n += s->count[losses[i]];
    return n;
}

/* Appends " (column 'z' is empty, column 'x' in 15 rows)": the needed columns with most
 * empty cells. */
static void name_empty(const struct screen *s, struct text *out)
{
    bool *named = ARENA_ARRAY(s->mem, bool, s->p);
    size_t shown = 0;
    for (; shown < COLUMNS_SHOWN; shown++) {
        size_t worst = s->p;
        for (size_t j = 0; j < s->p; j++)
            if (s->needed[j] && !named[j] && s->empty[j] > 0 &&
                (worst == s->p || s->empty[j] > s->empty[worst]))
                worst = j;
        if (worst == s->p)
            break;
        size_t n = s->empty[worst];
        named[worst] = true;
        text_addf(out, "%scolumn %s ", shown > 0 ? ", " : " (",
                  QUOTE(arrow_schema(s->file)->field[s->value + worst].name));
        if (n == s->n)
            text_puts(out, "is empty");
        else
            text_addf(out, "in %zu row%s", n, n == 1 ? "" : "s");
    }
    text_puts(out, shown > 0 ? ")" : "");
}

void losses_list(const struct screen *s, struct text *out)
{
    const char *between = "";
    for (size_t i = 0; i < COUNT_OF(losses); i++) {
        enum reason r = losses[i];
        if (s->count[r] == 0)
            continue;
        text_addf(out, "%s%zu %s", between, s->count[r], reason_name[r]);
        between = ", ";
        if (r == REASON_MISSING)
            name_empty(s, out);
    }
}

void losses_warn(const struct screen *s, double share, const struct watch *watch)
{
    struct text why = {.mem = s->mem};
    struct error warning;
    size_t n = s->n - s->count[REASON_LATER], lost = losses_count(s);
    if ((double)lost <= share * (double)n || s->count[REASON_KEPT] == 0)
        return;
    losses_list(s, &why);
    error_set(&warning, STATUS_INPUT, "source %s: %zu of %zu rows are dropped: %s",
              QUOTE(s->name), lost, n, why.p);
    error_hint(&warning, "quality.json lists them; clean.dropped says how many may be");
    watch_warn(watch, &warning);
}

/* The least and the greatest key of a table's kept rows. */
static enum status span_of(const struct screen *s, int32_t *ret_first, int32_t *ret_last,
                           struct error *err)
{
    struct order_row row;
    bool there;
    int32_t first = INT32_MAX, last = INT32_MIN;
    ordered_rewind(s->ordered);
    for (;;) {
        TRY(ordered_kept(s->ordered, &row, &there, err));
        if (!there)
            break;
        int32_t key = screen_rank_key(row.rank);
        first = key < first ? key : first;
        last = key > last ? key : last;
    }
    *ret_first = first;
    *ret_last = last;
    return STATUS_OK;
}

/* Appends what the sources have, which is no key in common. */
static enum status list_spans(const struct pipeline *p, const struct screen *table,
                              size_t n, struct text *out, struct error *err)
{
    for (size_t t = 0; t < n; t++) {
        int32_t first, last;
        char a[TIMESTEP_TEXT], b[TIMESTEP_TEXT];
        TRY(span_of(&table[t], &first, &last, err));
        text_addf(out, "%s%s has %s to %s", t > 0 ? ", " : "", QUOTE(table[t].name),
                  key_text(p, first, a), key_text(p, last, b));
    }
    return STATUS_OK;
}

enum status losses_all(const struct pipeline *p, const struct screen *table, size_t n,
                       struct error *err)
{
    struct text why = {.mem = table[0].mem};
    size_t t = 0;
    text_puts(&why, "");
    while (t < n && table[t].count[REASON_KEPT] + table[t].count[REASON_UNMATCHED] > 0)
        t++;
    if (t < n) {
        const struct screen *s = &table[t];
        losses_list(s, &why);
        error_set(err, STATUS_INPUT, "no row of source %s is left of %zu: %s",
                  QUOTE(s->name), s->n, why.n > 0 ? why.p : "all are later than --as-of");
        error_hint(err,
                   "look at raw/%s.arrow with 'show', and at clean.missing and "
                   "clean.ranges",
                   s->name);
    } else {
        TRY(list_spans(p, table, n, &why, err));
        error_set(err, STATUS_INPUT, "no %s stands in all sources: %s", key_name(p),
                  why.p);
        error_hint(err, "clean.join says which rows stay");
    }
    error_at(err, p->path, 0, 0);
    return STATUS_INPUT;
}

/* What a table has of a key: why it has no whole row, or NULL when it has one. */
static enum status find_key(const struct screen *s, uint64_t rank, const char **ret,
                            struct error *err)
{
    const struct order_row *run;
    size_t n;
    *ret = "has no row for it";
    ordered_rewind(s->ordered);
    do
        TRY(ordered_run(s->ordered, &run, &n, err));
    while (n > 0 && run->rank != rank);
    for (size_t i = 0; *ret && i < n; i++)
        *ret = judge_reason(&run[i]) == REASON_KEPT      ? NULL
               : judge_reason(&run[i]) == REASON_MISSING ? "has an empty cell there"
                                                         : "has only a refused row there";
    return STATUS_OK;
}

/* Names the first source that has no whole row for the key, and why. */
static enum status blame(const struct screen *table, size_t n, uint64_t rank,
                         const char **ret_why, size_t *ret_t, struct error *err)
{
    *ret_why = NULL;
    for (size_t t = 0; !*ret_why && t < n; t++) {
        TRY(find_key(&table[t], rank, ret_why, err));
        *ret_t = t;
    }
    return STATUS_OK;
}

enum status losses_gap(const struct pipeline *p, const struct merge *m, struct error *err)
{
    const struct merge_gap *gap = &m->gap;
    char a[SCREEN_LABEL], b[TIMESTEP_TEXT];
    const char *why;
    size_t t = 0;
    if (!gap->found)
        return STATUS_OK;
    TRY(blame(m->table, m->n_tables, gap->missing, &why, &t, err));
    error_set(err, STATUS_INPUT, "a gap in the rows: %s is missing, the next row is %s",
              screen_label(m->table, gap->missing, a), key_text(p, gap->next, b));
    if (why)
        error_hint(err, "source %s %s; set clean.gaps to keep to go on all the same",
                   QUOTE(m->table[t].name), why);
    error_at(err, p->path, 0, 0);
    return STATUS_INPUT;
}
