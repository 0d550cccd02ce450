/* Goes through the log, from the move that began production's reign to the candidate's own
 * one, or to the end. */
#include "gate/ledger.h"

#include <string.h>

#include "artifacts/backtest_json.h"
#include "artifacts/metrics_json.h"
#include "file/file.h"
#include "gate/challenge.h"

struct ledger_walk {
    const struct registry *r;
    struct arena *mem;
    const char *reigning; // recipe of production
    struct challenge_book book;
};

/* What a version can be judged on: the origins of its backtest or, without any, the rows
 * that were held out. */
static size_t units_of(struct ledger_walk *w, size_t version,
                       const struct registry_manifest *m)
{
    struct backtest_json b;
    struct metrics_json metrics;
    struct error gone;
    const char *path = registry_file(w->r, version, "backtest.json", w->mem);
    if (registry_manifest_find(m, "backtest.json") &&
        backtest_json_read(path, w->mem, &b, &gone) == STATUS_OK && b.plan &&
        b.plan->origins > 0)
        return b.plan->origins;
    path = registry_file(w->r, version, "metrics.json", w->mem);
    if (metrics_json_read(path, w->mem, &metrics, &gone) == STATUS_OK)
        return metrics.holdout.n;
    return 0;
}

/* The recipe of a version, "" where it is gone; and what it can be judged on. */
static const char *recipe_of(struct ledger_walk *w, size_t version, size_t *ret_units)
{
    struct registry_manifest m;
    struct error gone;
    *ret_units = 0;
    if (version == 0 || registry_read(w->r, version, w->mem, &m, &gone) != STATUS_OK)
        return "";
    *ret_units = units_of(w, version, &m);
    return m.lineage.parameters ? m.lineage.parameters : "";
}

static void walk_production(struct ledger_walk *w, const struct registry_moved *m)
{
    size_t units;
    const char *recipe = recipe_of(w, m->to, &units);
    if (recipe[0] && w->reigning && strcmp(recipe, w->reigning) == 0)
        return; // a refresh
    w->reigning = recipe;
    w->book = (struct challenge_book){.mem = w->mem};
}

static void walk_candidate(struct ledger_walk *w, const struct registry_moved *m)
{
    size_t units, again;
    const char *recipe = recipe_of(w, m->to, &units);
    if (!w->reigning || strcmp(recipe, w->reigning) != 0)
        (void)challenge_look(&w->book, recipe, units, &again);
}

/* The log up to where the candidate's own part begins: a challenger that is production
 * already was looked at before it became so, any other one is looked at behind the log, or
 * where it came first. */
static size_t end_of(const struct candidacy *c, const struct registry_moved *moved,
                     size_t n)
{
    size_t end = n, production = n;
    for (size_t i = 0; i < n; i++)
        if (strcmp(moved[i].alias, REGISTRY_PRODUCTION) == 0)
            production = i;
    bool is_production = c->candidate.version == c->production.version;
    size_t from = is_production || production == n ? 0 : production;
    for (size_t i = n; i-- > from;)
        if (strcmp(moved[i].alias, REGISTRY_CANDIDATE) == 0 &&
            moved[i].to == c->candidate.version && (!is_production || i < production))
            end = i;
    return end;
}

enum status ledger_look(const struct candidacy *c, struct arena *mem, struct ledger *ret,
                        struct error *err)
{
    struct ledger_walk w = {.r = &c->registry, .mem = mem, .book = {.mem = mem}};
    struct registry_aliases a;
    struct registry_moved *moved;
    size_t n;
    TRY(registry_aliases(&c->registry, mem, &a, err));
    TRY(registry_log(&c->registry, &a, mem, &moved, &n, err));
    n = end_of(c, moved, n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(moved[i].alias, REGISTRY_PRODUCTION) == 0)
            walk_production(&w, &moved[i]);
        else if (strcmp(moved[i].alias, REGISTRY_CANDIDATE) == 0)
            walk_candidate(&w, &moved[i]);
    size_t units;
    const char *recipe = recipe_of(&w, c->candidate.version, &units);
    ret->look = challenge_look(&w.book, recipe, units, &ret->again);
    return STATUS_OK;
}
