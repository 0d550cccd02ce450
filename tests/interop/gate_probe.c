/* A thousand years of nights at the gate: how often a challenger that is no better than
 * production is promoted by luck, and how soon one that is better.
 *
 * Errors of production and of its challengers come from processes of their own here, a
 * random number generator's; everything that decides is the gate's: gate_challenge and
 * challenge_look.  Errors are autoregressive, half of what moves one moves the other, and
 * their shocks have Student's t distribution, with three degrees of freedom the heaviest
 * whose variance exists.  Prints `ok - …` lines. */
#include <math.h>
#include <stdio.h>

#include "base/rng.h"
#include "gate/challenge.h"
#include "gate/gate.h"

enum { NIGHTS = 365, MOST = 800 };

struct world {
    const char *name;
    size_t origins; // of the backtest in the first night
    size_t grows;   // nights until another origin; 0: never
    size_t changes; // nights until another challenger comes; 0: one all year
    double ratio;   // of a challenger's errors to production's
    double hangs;   // autocorrelation
    int df;         // of the shocks' t
    size_t years;
    double least, most; // share of the years with a promotion that is right, in percent
};

static const struct world worlds[] = {
    {"one challenger all year", 120, 1, 0, 1, 0.6, 3, 1000, 0, 5},
    {"another one every week", 60, 1, 7, 1, 0.6, 3, 1000, 0, 5},
    {"another one every night, on rows that stay", 40, 0, 1, 1, 0.6, 3, 1000, 0, 5},
    {"another one every month, errors that hang together closely", 100, 1, 30, 1, 0.85, 3, 1000, 0, 5},
    {"one that is worse", 120, 1, 0, 1.1, 0.3, 3, 1000, 0, 0.5},
    {"errors a quarter smaller, 300 origins, at the first look", 300, 0, 0, 0.75, 0.3, 8, 300, 85, 100},
    {"errors a quarter smaller, 120 origins and one more a night, within the year", 120, 1, 0, 0.75, 0.3, 8, 300, 85, 100},
};

static double normal(struct rng *r)
{
    double u = 1 - rng_real(r), v = rng_real(r);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

static double shock(struct rng *r, int df)
{
    double z = normal(r), chi = 0;
    for (int i = 0; i + 1 < df; i += 2)
        chi -= 2 * log(1 - rng_real(r));
    if (df % 2)
        chi += pow(normal(r), 2);
    return z / sqrt(chi / df);
}

static void walk(struct rng *r, const struct world *w, const double *with, double *e)
{
    double last = 0;
    size_t n = w->origins + (w->grows > 0 ? NIGHTS / w->grows : 0);
    for (size_t i = 0; i < n; i++) {
        last = w->hangs * last + shock(r, w->df);
        e[i] = with ? 0.7 * with[i] + 0.714 * last : last;
    }
}

/* One night: what the gate says of n origins. */
static bool night(const double *theirs, const double *mine, double ratio, size_t n, size_t look, struct arena *mem)
{
    struct gate_config config = GATE_DEFAULTS;
    struct verdict_json verdict = {0};
    struct gate_case c = {.config = &config, .mem = mem, .verdict = &verdict};
    struct candidacy s = {.kind = CANDIDACY_CHALLENGER};
    struct ledger ledger = {.look = look};
    struct duel d = {.origins = n, .horizon = 1, .n = n};
    d.mine = d.mine_root = ARENA_ARRAY(mem, double, n);
    d.theirs = d.theirs_root = ARENA_ARRAY(mem, double, n);
    for (size_t i = 0; i < n; i++) {
        d.mine[i] = ratio * fabs(mine[i]);
        d.theirs[i] = fabs(theirs[i]);
    }
    return gate_challenge(&c, &s, &d, &ledger) && gate_failures(&verdict) == 0;
}

/* The night of the first promotion, NIGHTS where there is none. */
static size_t year(struct rng *r, const struct world *w, struct arena *mem)
{
    static double theirs[MOST], mine[MOST];
    struct challenge_book book = {.mem = mem};
    size_t again, came = 0;
    walk(r, w, NULL, theirs);
    for (size_t i = 0; i < NIGHTS; i++) {
        if (i == 0 || (w->changes > 0 && i % w->changes == 0)) {
            walk(r, w, theirs, mine);
            came = i;
        }
        size_t n = w->origins + (w->grows > 0 ? i / w->grows : 0);
        size_t look = challenge_look(&book, arena_format(mem, "%zu", came), n, &again);
        struct arena scratch = {0};
        bool promoted = look > 0 && night(theirs, mine, w->ratio, n, look, &scratch);
        arena_release(&scratch);
        if (promoted)
            return i;
    }
    return NIGHTS;
}

int main(void)
{
    int failed = 0;
    for (size_t k = 0; k < sizeof worlds / sizeof *worlds; k++) {
        const struct world *w = &worlds[k];
        size_t promoted = 0;
        struct rng r;
        rng_seed(&r, 11 + k, "gate_probe");
        for (size_t y = 0; y < w->years; y++) {
            struct arena mem = {0};
            promoted += year(&r, w, &mem) < NIGHTS;
            arena_release(&mem);
        }
        double share = 100 * (double)promoted / (double)w->years;
        bool good = share >= w->least && share <= w->most;
        (void)setvbuf(stdout, NULL, _IOLBF, 0);
        printf("%s - gate: %s: %.1f %% of %zu years promote\n", good ? "ok" : "not ok", w->name, share, w->years);
        failed |= !good;
    }
    return failed;
}
