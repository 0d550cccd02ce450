/* A thousand years of nights at the gate: how often a challenger that is no better than
 * production is promoted by luck, and how soon one that is better.
 *
 * Losses of production and of its challengers come from processes of their own here, a
 * random number generator's; everything that decides is the gate's: gate_challenge and
 * challenge_look.  Errors at origins are autoregressive, those of rows without a time
 * independent; half of what moves one moves the other, and their shocks have Student's t
 * distribution, with three degrees of freedom the heaviest whose variance exists.  Classes
 * are a yes or no behind two normal scores that go together likewise.  Prints `ok - …`
 * lines. */
#include <math.h>
#include <stdio.h>

#include "base/rng.h"
#include "gate/challenge.h"
#include "gate/gate.h"

enum { NIGHTS = 365, MOST = 800 };
enum kind { ORIGINS, NUMBERS, CLASSES, SCORES }; // scores: classes with probabilities

struct world {
    enum kind kind;
    const char *name;
    size_t units;   // origins of the backtest, or rows held out, in the first night
    size_t grows;   // nights until another one; 0: never
    size_t changes; // nights until another challenger comes; 0: one all year
    double ratio;   // of a challenger's errors to production's; of classes, of what it sees
    double hangs;   // autocorrelation
    int df;         // of the shocks' t
    size_t years;
    double least, most; // share of the years with a promotion that is right, in percent
};

static const struct world worlds[] = {
    {ORIGINS, "one challenger all year", 120, 1, 0, 1, 0.6, 3, 1000, 0, 5},
    {ORIGINS, "another one every week", 60, 1, 7, 1, 0.6, 3, 1000, 0, 5},
    {ORIGINS, "another one every night, on rows that stay", 40, 0, 1, 1, 0.6, 3, 1000, 0, 5},
    {ORIGINS, "another one every month, errors that hang together closely", 100, 1, 30, 1, 0.85, 3, 1000, 0, 5},
    {ORIGINS, "one that is worse", 120, 1, 0, 1.1, 0.3, 3, 1000, 0, 0.5},
    {ORIGINS, "errors a quarter smaller, 300 origins, at the first look", 300, 0, 0, 0.75, 0.3, 8, 300, 85, 100},
    {ORIGINS, "errors a quarter smaller, 120 origins and one more a night, within the year", 120, 1, 0, 0.75, 0.3, 8, 300, 85, 100},
    {ORIGINS, "errors a fifth smaller, 120 origins and one more a night, within the year", 120, 1, 0, 0.8, 0.3, 8, 300, 50, 100},
    {ORIGINS, "errors a tenth smaller, 120 origins and one more a night, within the year", 120, 1, 0, 0.9, 0.3, 8, 300, 1, 50},
    {NUMBERS, "rows of numbers, one challenger all year", 100, 1, 0, 1, 0, 3, 1000, 0, 5},
    {NUMBERS, "rows of numbers, another one every week", 40, 1, 7, 1, 0, 3, 1000, 0, 5},
    {NUMBERS, "rows of numbers, errors a quarter smaller, 200 rows, at the first look", 200, 0, 0, 0.75, 0, 8, 300, 85, 100},
    {NUMBERS, "rows of numbers, errors a tenth smaller, 400 rows, at the first look", 400, 0, 0, 0.9, 0, 8, 300, 30, 100},
    {CLASSES, "classes, one challenger all year", 60, 1, 0, 1, 0, 3, 1000, 0, 5},
    {CLASSES, "classes, another one every week", 40, 1, 7, 1, 0, 3, 1000, 0, 5},
    {CLASSES, "classes, a third fewer errors, 400 rows, at the first look", 400, 0, 0, 1.25, 0, 3, 300, 40, 100},
    {SCORES, "a yes or no with probabilities, one challenger all year", 60, 1, 0, 1, 0, 3, 1000, 0, 5},
    {SCORES, "a yes or no with probabilities, another one every week", 40, 1, 7, 1, 0, 3, 1000, 0, 5},
    {SCORES, "a yes or no with probabilities, a third fewer errors, 400 rows, at the first look", 400, 0, 0, 1.25, 0, 3, 300, 40, 100},
};

static double normal(struct rng *r)
{
    double u = 1 - rng_real(r), v = rng_real(r);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

static double shock(struct rng *r, const struct world *w)
{
    double z = normal(r), chi = 0;
    if (w->kind >= CLASSES)
        return z;
    for (int i = 0; i + 1 < w->df; i += 2)
        chi -= 2 * log(1 - rng_real(r));
    if (w->df % 2)
        chi += pow(normal(r), 2);
    return z / sqrt(chi / w->df);
}

/* Units that there are in a night. */
static size_t units_at(const struct world *w, size_t night)
{
    return w->units + (w->grows > 0 ? (night < NIGHTS ? night : NIGHTS) / w->grows : 0);
}

static void walk(struct rng *r, const struct world *w, const double *with, double *e, size_t n)
{
    double last = 0;
    for (size_t i = 0; i < n; i++) {
        last = w->hangs * last + shock(r, w);
        e[i] = with ? 0.7 * with[i] + 0.714 * last : last;
    }
}

/* What a year is about. */
struct nights {
    const struct world *w;
    uint8_t is[MOST]; // of classes: which rows are a yes
    double theirs[MOST], mine[MOST];
};

/* Turns noise into the score of a yes or no. */
static double score_of(const struct nights *y, size_t i, double noise, double sees)
{
    return noise + (y->is[i] ? 1 : -1) * sees;
}

static struct duel duel_of(enum task task, enum duel_unit unit, size_t n, double *mine,
                           double *theirs)
{
    return (struct duel){.task = task,
                         .unit = unit,
                         .horizon = 1,
                         .n = n,
                         .mine = mine,
                         .mine_root = mine,
                         .theirs = theirs,
                         .theirs_root = theirs};
}

static void fill_classes(const struct nights *y, size_t n, struct arena *mem, struct duel *d)
{
    double *a = ARENA_ARRAY(mem, double, n), *b = ARENA_ARRAY(mem, double, n);
    double *mine = ARENA_ARRAY(mem, double, n), *theirs = ARENA_ARRAY(mem, double, n);
    for (size_t i = 0; i < n; i++) {
        a[i] = score_of(y, i, y->mine[i], y->w->ratio);
        b[i] = score_of(y, i, y->theirs[i], 1);
        mine[i] = (a[i] > 0) != y->is[i];
        theirs[i] = (b[i] > 0) != y->is[i];
    }
    *d = duel_of(TASK_CLASSES, DUEL_ROWS, n, mine, theirs);
    if (y->w->kind == SCORES) {
        d->auc = delong(y->is, b, a, n);
        d->scored = isfinite(d->auc.statistic);
    }
}

static void fill_numbers(const struct nights *y, size_t n, struct arena *mem, struct duel *d)
{
    double *mine = ARENA_ARRAY(mem, double, n), *theirs = ARENA_ARRAY(mem, double, n);
    for (size_t i = 0; i < n; i++) {
        mine[i] = y->w->ratio * fabs(y->mine[i]);
        theirs[i] = fabs(y->theirs[i]);
    }
    *d = duel_of(TASK_REGRESSION, y->w->kind == ORIGINS ? DUEL_ORIGINS : DUEL_ROWS, n, mine,
                 theirs);
}

/* One night: what the gate says of n units. */
static bool night(const struct nights *y, size_t n, size_t look, struct arena *mem)
{
    struct gate_config config = GATE_DEFAULTS;
    struct verdict_json verdict = {0};
    struct gate_case c = {.config = &config, .mem = mem, .verdict = &verdict};
    struct candidacy s = {.kind = CANDIDACY_CHALLENGER};
    struct ledger ledger = {.look = look};
    struct duel d;
    (y->w->kind >= CLASSES ? fill_classes : fill_numbers)(y, n, mem, &d);
    return gate_challenge(&c, &s, &d, &ledger) && gate_failures(&verdict) == 0;
}

/* The night of the first promotion, NIGHTS where there is none. */
static size_t year(struct rng *r, const struct world *w, struct arena *mem)
{
    static struct nights y;
    struct challenge_book book = {.mem = mem};
    size_t again, came = 0;
    y.w = w;
    walk(r, w, NULL, y.theirs, units_at(w, NIGHTS));
    for (size_t i = 0; w->kind >= CLASSES && i < units_at(w, NIGHTS); i++)
        y.is[i] = rng_real(r) < 0.4;
    for (size_t i = 0; i < NIGHTS; i++) {
        if (i == 0 || (w->changes > 0 && i % w->changes == 0)) {
            walk(r, w, y.theirs, y.mine, units_at(w, w->changes > 0 ? i + w->changes : NIGHTS));
            came = i;
        }
        size_t n = units_at(w, i);
        size_t look = challenge_look(&book, arena_format(mem, "%zu", came), n, &again);
        struct arena scratch = {0};
        bool promoted = look > 0 && night(&y, n, look, &scratch);
        arena_release(&scratch);
        if (promoted)
            return i;
        if (w->grows == 0 && w->changes == 0)
            return NIGHTS; // no other look
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
