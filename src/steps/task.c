/* The shape that an answer must have.
 *
 * Estimators fill columns and know no names; whoever asks them has the target, so names
 * and the number of columns are settled here, once for all of them. */
#include "steps/task.h"

const char *target_text(const struct target *t, struct arena *mem)
{
    struct text names = {.mem = mem};
    for (size_t c = 0; c < t->y.p; c++)
        text_addf(&names, "%s%s", c > 0 ? ", " : "", t->y.name[c]);
    return names.p;
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
