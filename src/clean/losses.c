/* Messages about missing rows.  What a person needs is the source, the column, and the
 * number: not that something is empty, but what emptied it. */
#include "clean/losses.h"

#include "data/key.h"

void losses_warn(const struct screen *s, double share, const struct watch *watch)
{
    struct text why = {.mem = s->mem};
    struct error warning;
    size_t n = s->n - s->count[REASON_LATER], lost = screen_lost(s);
    if ((double)lost <= share * (double)n || s->count[REASON_KEPT] == 0)
        return;
    screen_losses(s, &why);
    error_set(&warning, STATUS_INPUT, "source %s: %zu of %zu rows are dropped: %s",
              QUOTE(s->name), lost, n, why.p);
    error_hint(&warning, "quality.json lists them; clean.dropped says how many may be");
    watch_warn(watch, &warning);
}

static bool was_kept(const struct screen *s, size_t row)
{
    return s->reason[row] == REASON_KEPT || s->reason[row] == REASON_UNMATCHED;
}

/* Appends what the sources have, which is no key in common. */
static void list_spans(const struct pipeline *p, const struct screen *table, size_t n,
                       struct text *out)
{
    for (size_t t = 0; t < n; t++) {
        const struct screen *s = &table[t];
        int32_t first = INT32_MAX, last = INT32_MIN;
        char a[TIMESTEP_TEXT], b[TIMESTEP_TEXT];
        for (size_t row = 0; row < s->n; row++)
            if (was_kept(s, row)) {
                first = s->key[row] < first ? s->key[row] : first;
                last = s->key[row] > last ? s->key[row] : last;
            }
        text_addf(out, "%s%s has %s to %s", t > 0 ? ", " : "", QUOTE(s->name),
                  key_text(p, first, a), key_text(p, last, b));
    }
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
        screen_losses(s, &why);
        error_set(err, STATUS_INPUT, "no row of source %s is left of %zu: %s",
                  QUOTE(s->name), s->n, why.n > 0 ? why.p : "all are later than --as-of");
        error_hint(err,
                   "look at raw/%s.arrow with 'show', and at clean.missing and "
                   "clean.ranges",
                   s->name);
    } else {
        list_spans(p, table, n, &why);
        error_set(err, STATUS_INPUT, "no %s stands in all sources: %s", key_name(p),
                  why.p);
        error_hint(err, "clean.join says which rows stay");
    }
    error_at(err, p->path, 0, 0);
    return STATUS_INPUT;
}

/* Names the first source that has no whole row for the key, and why. */
static void blame(const struct screen *table, size_t n, uint64_t rank, struct error *err)
{
    for (size_t t = 0; t < n; t++) {
        const struct screen *s = &table[t];
        const char *why = "has no row for it";
        bool kept = false;
        for (size_t row = 0; row < s->n; row++)
            if (screen_rank(s, row) == rank) {
                kept = kept || was_kept(s, row);
                why = s->reason[row] == REASON_MISSING ? "has an empty cell there"
                                                       : "has only a refused row there";
            }
        if (!kept) {
            error_hint(err, "source %s %s; set clean.gaps to keep to go on all the same",
                       QUOTE(s->name), why);
            return;
        }
    }
}

enum status losses_gap(const struct pipeline *p, const struct screen *table, size_t n,
                       const struct merge_rows *rows, struct error *err)
{
    const struct timestep *step = key_step(p);
    for (size_t i = 1; i < rows->n; i++) {
        int32_t wanted = timestep_add(step, rows->key[i - 1], 1);
        char a[SCREEN_LABEL], b[TIMESTEP_TEXT];
        bool begins = rows->group && rows->group[i - 1] != rows->group[i];
        if (begins || rows->key[i] == wanted)
            continue;
        uint64_t rank = screen_rank_of(rows->group ? rows->group[i] : 0, wanted);
        error_set(err, STATUS_INPUT,
                  "a gap in the rows: %s is missing, the next row is %s",
                  screen_label(table, rank, a), key_text(p, rows->key[i], b));
        blame(table, n, rank, err);
        error_at(err, p->path, 0, 0);
        return STATUS_INPUT;
    }
    return STATUS_OK;
}
