/* The rule `drift`: the columns of tonight's training table are still those that production
 * has learnt from, as both versions' profiles tell (artifacts/profile_json.h). */
#include <math.h>
#include <string.h>

#include "gate/gate.h"
#include "gate/gate_internal.h"
#include "judge/drift.h"

/* How far a column has moved; NaN: not measured. */
struct gate_moved {
    const char *column;
    double psi, ks;
};

static struct drift_numbers numbers_of(const struct profile_json_column *c)
{
    size_t n = c->quantiles.n;
    return (struct drift_numbers){.rows = c->n + c->missing,
                                  .missing = c->missing,
                                  .least =
                                      isnan(c->min) && n > 0 ? c->quantiles.v[0] : c->min,
                                  .n = n,
                                  .quantile = c->quantiles.v};
}

/* Rows of all with that text; those that were looked at stand for them. */
static double rows_of(const struct profile_json_column *c, const char *text)
{
    double looked = 0, found = 0;
    for (size_t i = 0; i < c->n_levels; i++) {
        looked += (double)c->level[i].rows;
        if (strcmp(c->level[i].text, text) == 0)
            found = (double)c->level[i].rows;
    }
    return found > 0 ? found / looked * (double)c->n : 0;
}

/* The index of a text's levels then, of all others together, and of what is missing. */
static double levels_psi(const struct profile_json_column *then,
                         const struct profile_json_column *now, struct arena *mem)
{
    size_t n = then->n_levels;
    double *a = ARENA_ARRAY(mem, double, n + 2), *b = ARENA_ARRAY(mem, double, n + 2);
    b[n] = (double)now->n;
    for (size_t i = 0; i < n; i++) {
        a[i] = rows_of(then, then->level[i].text);
        b[i] = rows_of(now, then->level[i].text);
        b[n] -= b[i];
    }
    b[n] = b[n] > .5 ? b[n] : 0; // not what rounding left
    a[n + 1] = (double)then->missing;
    b[n + 1] = (double)now->missing;
    return drift_psi_counts(a, b, n + 2);
}

static struct gate_moved measure(const struct profile_json_column *then,
                                 const struct profile_json_column *now, struct arena *mem)
{
    struct gate_moved m = {now->name, NAN, NAN};
    struct drift_numbers a = numbers_of(then), b = numbers_of(now);
    if (strcmp(then->type, now->type) != 0)
        return m;
    if (a.n > 0 || b.n > 0) {
        m.psi = drift_psi(&a, &b);
        m.ks = drift_ks(&a, &b);
    } else if (then->n_levels > 0 && now->n_levels > 0) {
        m.psi = levels_psi(then, now, mem);
    }
    return m;
}

/* A column that tells rows apart, and moves on by itself. */
static bool is_key(const struct pipeline *p, const char *name)
{
    const char *const keys[] = {p->time.column, p->group, p->id};
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (keys[i] && strcmp(keys[i], name) == 0)
            return true;
    return false;
}

/* A finding of a column that has moved. */
static void find(struct gate_case *c, const struct gate_moved *m, size_t version)
{
    const struct gate_drift *limit = &c->config->drift;
    bool by_psi = limit->psi > 0 && m->psi > limit->psi;
    struct gate_bounds bounds = {-INFINITY, by_psi ? limit->psi : limit->ks};
    struct text says = {.mem = c->mem};
    text_addf(&says, "%s has moved since version %zu: PSI %.2g", QUOTE(m->column),
              version, m->psi);
    if (!isnan(m->ks))
        text_addf(&says, ", KS %.2g", m->ks);
    text_addf(&says, "; %s at most %g is asked for", by_psi ? "PSI" : "KS", bounds.max);
    gate_find(c, "drift", m->column, &bounds, by_psi ? m->psi : m->ks, says.p);
}

/* The finding where none has. */
static void find_none(struct gate_case *c, const struct gate_moved *most, size_t n,
                      size_t version)
{
    struct gate_bounds bounds = {-INFINITY, INFINITY};
    struct text says = {.mem = c->mem};
    bool by_psi = c->config->drift.psi > 0;
    double found = n > 0 ? by_psi ? most->psi : most->ks : 0;
    text_addf(&says, "none of %zu columns has moved since version %zu", n, version);
    if (n > 0)
        text_addf(&says, ": the largest %s is %.2g, of %s", by_psi ? "PSI" : "KS", found,
                  QUOTE(most->column));
    gate_find(c, "drift", "", &bounds, found, says.p);
}

static void compare(struct gate_case *c, const struct profile_json *then,
                    const struct profile_json *now, size_t version)
{
    const struct gate_drift *limit = &c->config->drift;
    struct gate_moved most = {NULL, -1, -1};
    size_t measured = 0, moved = 0;
    for (size_t i = 0; i < now->n; i++) {
        const struct profile_json_column *was =
            profile_json_find(then, now->column[i].name);
        if (!was || is_key(c->pipeline, was->name))
            continue;
        struct gate_moved m = measure(was, &now->column[i], c->mem);
        bool far =
            (limit->psi > 0 && m.psi > limit->psi) || (limit->ks > 0 && m.ks > limit->ks);
        double how_far = limit->psi > 0 ? m.psi : m.ks;
        measured += isnan(how_far) ? 0 : 1;
        if (how_far > (limit->psi > 0 ? most.psi : most.ks))
            most = m;
        moved += far;
        if (far)
            find(c, &m, version);
    }
    if (moved == 0)
        find_none(c, &most, measured, version);
}

/* The finding where production was registered without a profile. */
static void find_unknown(struct gate_case *c, size_t version)
{
    const struct gate_drift *limit = &c->config->drift;
    struct gate_bounds bounds = {-INFINITY, limit->psi > 0 ? limit->psi : limit->ks};
    const char *says = arena_format(
        c->mem, "version %zu has no " PROFILE_FILE " to tell whether columns moved",
        version);
    gate_find(c, "drift", "", &bounds, NAN, says);
}

enum status gate_drift(struct gate_case *c, const struct candidacy *s, struct error *err)
{
    const struct gate_drift *limit = &c->config->drift;
    struct profile_json then, now;
    if ((limit->psi == 0 && limit->ks == 0) || s->rival.version == 0)
        return STATUS_OK;
    if (!registry_manifest_find(&s->rival.manifest, PROFILE_FILE)) {
        find_unknown(c, s->rival.version);
        return STATUS_OK;
    }
    TRY(profile_json_read(
        registry_file(&s->registry, s->candidate.version, PROFILE_FILE, c->mem), c->mem,
        &now, err));
    TRY(profile_json_read(
        registry_file(&s->registry, s->rival.version, PROFILE_FILE, c->mem), c->mem,
        &then, err));
    compare(c, &then, &now, s->rival.version);
    return STATUS_OK;
}
