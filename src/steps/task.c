/* The shape that an answer must have.
 *
 * Estimators fill columns and know no names; whoever asks them has the target, so names
 * and the number of columns are settled here, once for all of them. */
#include "steps/task.h"

#include <math.h>

#include "data/groups.h"

const char *target_text(const struct target *t, struct arena *mem)
{
    struct text names = {.mem = mem};
    for (size_t c = 0; c < t->y.p; c++)
        text_addf(&names, "%s%s", c > 0 ? ", " : "", t->y.name[c]);
    return names.p;
}

struct target target_planted(const struct target *t, const struct matrix *x,
                             const struct planting_rule *rule, uint64_t seed,
                             const char *use, struct arena *mem, uint8_t **ret_kind)
{
    size_t n = t->y.n;
    const double **col = ARENA_ARRAY(mem, const double *, 2);
    double *planted = ARENA_ARRAY(mem, double, n);
    uint8_t *kind = ARENA_ARRAY(mem, uint8_t, n);
    const struct grouped_rows rows = {.n = n,
                                      .value = t->y.col[0],
                                      .group = x->group,
                                      .groups = x->group ? x->groups->n : 1};
    planting_make(rule, seed, use, &rows, x->p > 0 ? x->col[0] : NULL, planted, kind);
    col[0] = t->y.col[0];
    col[1] = planted;
    struct target both = *t;
    both.y.p = 2;
    both.y.col = col;
    if (ret_kind)
        *ret_kind = kind;
    return both;
}

struct prediction prediction_new(struct arena *mem, enum answer answer, size_t n,
                                 size_t p, double ***ret_value)
{
    struct matrix m = matrix_new(mem, n, p, NULL, ret_value);
    return (struct prediction){.answer = answer, .n = n, .p = p, .value = m.col};
}

size_t prediction_class(const struct prediction *p, size_t i)
{
    size_t best = 0;
    if (p->answer != ANSWER_PROBABILITIES)
        return (size_t)p->value[0][i];
    for (size_t c = 1; c < p->p; c++)
        best = p->value[c][i] > p->value[best][i] ? c : best;
    return best;
}

bool prediction_label(const struct prediction *p, size_t c, size_t i)
{
    return p->value[c][i] > 0.5;
}

bool prediction_flags(const struct prediction *p, size_t i, double value)
{
    return value < p->value[BAND_LOWER][i] || value > p->value[BAND_UPPER][i];
}

const char *const band_refusal[BAND_REFUSALS] = {"", "unknown_item", "few_prices"};

size_t prediction_refusal(const struct prediction *p, size_t i)
{
    if (!isnan(p->value[BAND_LOWER][i]))
        return 0;
    return p->value[BAND_N][i] > 0 ? 2 : 1;
}

const char *const answer_name[] = {"values", "probabilities", "bands"};
static const char *const band_names[BAND_COLUMNS] = {"lower", "upper", "n"};

static bool one_a_class(enum answer answer, const struct target *t)
{
    return t->task == TASK_CLASSES && answer == ANSWER_PROBABILITIES;
}

size_t answer_width(enum answer answer, const struct target *t)
{
    if (answer == ANSWER_BANDS)
        return BAND_COLUMNS;
    return one_a_class(answer, t) ? t->n_classes : t->y.p;
}

enum status prediction_check(struct prediction *p, const struct target *t,
                             const char *who, struct error *err)
{
    size_t wanted = answer_width(p->answer, t);
    if (p->p != wanted)
        return error_set(err, STATUS_INPUT,
                         "'%s' answers with %zu column%s where the target has %zu", who,
                         p->p, p->p == 1 ? "" : "s", wanted);
    p->name = p->answer == ANSWER_BANDS   ? band_names
              : one_a_class(p->answer, t) ? t->class_name
                                          : t->y.name;
    return STATUS_OK;
}
