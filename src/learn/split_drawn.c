/* Splits that look at more than a row's number: by class and by group.
 *
 * They draw from the same generator in the same order as StratifiedShuffleSplit and
 * GroupShuffleSplit of sklearn.model_selection (version 1.9): first what each class gets of
 * the two parts (_approximate_mode), then the rows of one class after the other, then the
 * order of each part. */
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "learn/split.h"

/* Rows by their code: those of code c are row[start[c]] … row[start[c + 1] - 1], in their
 * order. */
struct split_codes {
    size_t n;      // codes that occur
    size_t *start; // [n + 1]
    size_t *row;   // [rows]
};

static struct split_codes codes_of(const uint32_t *code, size_t n, struct arena *mem)
{
    size_t top = 0;
    for (size_t i = 0; i < n; i++)
        top = code[i] > top ? code[i] : top;
    size_t *count = ARENA_ARRAY(mem, size_t, top + 1),
           *at = ARENA_ARRAY(mem, size_t, top + 1);
    struct split_codes c = {.start = ARENA_ARRAY(mem, size_t, top + 2),
                            .row = ARENA_ARRAY(mem, size_t, n)};
    for (size_t i = 0; i < n; i++)
        count[code[i]]++;
    for (size_t k = 0, from = 0; k <= top; from += count[k++]) {
        at[k] = from;
        if (count[k] > 0)
            c.start[++c.n] = from + count[k];
    }
    for (size_t i = 0; i < n; i++)
        c.row[at[code[i]]++] = i;
    return c;
}

static int greatest_first(const void *a, const void *b)
{
    const double *u = a, *v = b;
    return (*u < *v) - (*u > *v);
}

/* One of those that have the same remainder gets one more, until `left` are given. */
static size_t give(struct mt19937 *r, const double *rest, double value, size_t n,
                   size_t left, struct arena *mem, size_t *share)
{
    size_t *among = ARENA_ARRAY(mem, size_t, n), *drawn = ARENA_ARRAY(mem, size_t, n),
           m = 0;
    for (size_t c = 0; c < n; c++)
        if (rest[c] == value)
            among[m++] = c;
    mt19937_permutation(r, m, drawn);
    for (size_t i = 0; i < m && left > 0; i++, left--)
        share[among[drawn[i]]]++;
    return left;
}

/* Divides `draws` among n classes as their counts are, the rest to those that rounding cost
 * most. */
static void shares(struct mt19937 *r, const size_t *count, size_t n, size_t draws,
                   struct arena *mem, size_t *share)
{
    double *rest = ARENA_ARRAY(mem, double, n), *value = ARENA_ARRAY(mem, double, n);
    size_t total = 0, left = draws;
    for (size_t c = 0; c < n; c++)
        total += count[c];
    for (size_t c = 0; c < n; c++) {
        double exact = (double)count[c] / (double)total * (double)draws;
        share[c] = (size_t)floor(exact);
        value[c] = rest[c] = exact - floor(exact);
        left -= share[c];
    }
    qsort(value, n, sizeof *value, greatest_first);
    for (size_t v = 0; v < n && left > 0; v++)
        if (v == 0 || value[v] != value[v - 1])
            left = give(r, rest, value[v], n, left, mem, share);
}

static enum status check_classes(const struct split_codes *c, const struct split *s,
                                 bool validation, struct error *err)
{
    size_t least = SIZE_MAX, part = s->n_test < s->n_train ? s->n_test : s->n_train;
    for (size_t k = 0; k < c->n; k++)
        if (c->start[k + 1] - c->start[k] < least)
            least = c->start[k + 1] - c->start[k];
    if (least >= 2 && part >= c->n)
        return STATUS_OK;
    if (least < 2)
        error_set(err, STATUS_INPUT,
                  "a class has one row, which cannot be in both parts");
    else
        error_set(err, STATUS_INPUT, "%zu row%s cannot hold some of each of %zu classes",
                  part, part == 1 ? "" : "s", c->n);
    error_field(err, least < 2    ? "split.method"
                     : validation ? "split.validation"
                                  : "split.test");
    error_hint(err, "`method: shuffled` draws rows whatever their class");
    return STATUS_INPUT;
}

/* Draws the rows of one class: the first for one part, the next for the other. */
static void draw_class(struct mt19937 *r, const size_t *row, size_t n, size_t train,
                       size_t test, size_t *drawn, struct split *s)
{
    mt19937_permutation(r, n, drawn);
    for (size_t i = 0; i < train; i++)
        s->train[s->n_train++] = row[drawn[i]];
    for (size_t i = train; i < train + test; i++)
        s->test[s->n_test++] = row[drawn[i]];
}

static void draw_classes(const struct split_codes *c, uint32_t seed, size_t n_train,
                         size_t n_test, struct arena *mem, struct split *s)
{
    size_t *count = ARENA_ARRAY(mem, size_t, c->n),
           *train = ARENA_ARRAY(mem, size_t, c->n);
    size_t *test = ARENA_ARRAY(mem, size_t, c->n);
    size_t *drawn = ARENA_ARRAY(mem, size_t, n_train + n_test);
    struct mt19937 generator;
    mt19937_seed(&generator, seed);
    for (size_t k = 0; k < c->n; k++)
        count[k] = c->start[k + 1] - c->start[k];
    shares(&generator, count, c->n, n_train, mem, train);
    for (size_t k = 0; k < c->n; k++)
        count[k] -= train[k];
    shares(&generator, count, c->n, n_test, mem, test);
    for (size_t k = 0; k < c->n; k++)
        draw_class(&generator, c->row + c->start[k], count[k] + train[k], train[k],
                   test[k], drawn, s);
    mt19937_shuffle(&generator, s->n_train, s->train);
    mt19937_shuffle(&generator, s->n_test, s->test);
}

enum status split_stratified(const struct split_size *size, uint32_t seed,
                             const uint32_t *label, size_t n, struct arena *mem,
                             struct split *ret, struct error *err)
{
    size_t n_test;
    TRY(split_count(size, n, "row", &n_test, err));
    struct arena scratch = {0};
    struct split_codes c = codes_of(label, n, &scratch);
    struct split s = {.n_train = n - n_test, .n_test = n_test};
    enum status status = check_classes(&c, &s, size->validation, err);
    if (status == STATUS_OK) {
        s = (struct split){.train = ARENA_ARRAY(mem, size_t, n - n_test),
                           .test = ARENA_ARRAY(mem, size_t, n_test)};
        draw_classes(&c, seed, n - n_test, n_test, &scratch, &s);
        *ret = s;
    }
    arena_release(&scratch);
    return status;
}

enum status split_grouped(const struct split_size *size, uint32_t seed,
                          const uint32_t *group, size_t n, struct arena *mem,
                          struct split *ret, struct error *err)
{
    struct arena scratch = {0};
    struct split_codes c = codes_of(group, n, &scratch);
    struct split drawn, s = {0};
    size_t n_test;
    enum status status = split_count(size, c.n, "group", &n_test, err);
    if (status == STATUS_OK)
        status = split_rows(SPLIT_SHUFFLED, size, seed, c.n, &scratch, &drawn, err);
    bool *held = ARENA_ARRAY(&scratch, bool, n);
    for (size_t g = 0; status == STATUS_OK && g < drawn.n_test; g++)
        for (size_t i = c.start[drawn.test[g]]; i < c.start[drawn.test[g] + 1]; i++)
            held[c.row[i]] = true;
    if (status == STATUS_OK) {
        s.train = ARENA_ARRAY(mem, size_t, n);
        s.test = ARENA_ARRAY(mem, size_t, n);
        for (size_t i = 0; i < n; i++)
            *(held[i] ? &s.test[s.n_test++] : &s.train[s.n_train++]) = i;
        *ret = s;
    }
    arena_release(&scratch);
    return status;
}
