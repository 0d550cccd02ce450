/* Bands looked up by the names of groups: the codes of a table that is predicted are not
 * those of the one that was learnt from. */
#include "steps/band_state.h"

#include <math.h>

#include "base/transcend.h"
#include "file/json.h"

/* Gives the groups that have rows the numbers of the state; place[groups] of the matrix. */
static void take_names(struct band_state *s, const struct groups *from,
                       const size_t *count, uint32_t *place)
{
    s->names = (struct groups){.mem = s->names.mem, .numbers = from->numbers};
    for (size_t c = 0; c < from->n; c++)
        if (count[c] > 0)
            place[c] = groups_code(&s->names, from->name[c]);
    const uint32_t *rank = groups_sort(&s->names);
    for (size_t c = 0; c < from->n; c++)
        if (count[c] > 0)
            place[c] = rank[place[c]];
}

/* The number of each row's group. */
static const uint32_t *number_rows(struct band_state *s, const struct matrix *x,
                                   struct arena *mem)
{
    uint32_t *place = ARENA_ARRAY(mem, uint32_t, x->groups->n);
    size_t *count = ARENA_ARRAY(mem, size_t, x->groups->n);
    uint32_t *group = ARENA_ARRAY(mem, uint32_t, x->n);
    for (size_t i = 0; i < x->n; i++)
        count[x->group[i]]++;
    take_names(s, x->groups, count, place);
    for (size_t i = 0; i < x->n; i++)
        group[i] = place[x->group[i]];
    return group;
}

struct band_state *band_state_new(const struct matrix *x, const struct target *y,
                                  size_t min_count, struct arena *mem,
                                  struct band_learnt *ret)
{
    struct band_state *s = ARENA_NEW(mem, struct band_state);
    *s = (struct band_state){
        .grouped = x->group != NULL, .names.mem = mem, .min_count = min_count};
    ret->rows = (struct grouped_rows){.n = x->n, .value = y->y.col[0]};
    if (s->grouped)
        ret->rows.group = number_rows(s, x, mem);
    s->n = ret->rows.groups = s->grouped ? s->names.n : 1;
    ret->count = ARENA_ARRAY(mem, size_t, s->n);
    s->count = ARENA_ARRAY(mem, double, s->n);
    s->mean = ARENA_ARRAY(mem, double, s->n);
    s->std = ARENA_ARRAY(mem, double, s->n);
    s->lower = ARENA_ARRAY(mem, double, s->n);
    s->upper = ARENA_ARRAY(mem, double, s->n);
    grouped_count(&ret->rows, ret->count);
    grouped_moments(&ret->rows, ret->count, s->mean, s->std);
    for (size_t g = 0; g < s->n; g++)
        s->count[g] = (double)ret->count[g];
    return s;
}

void band_state_move(struct band_state *s, bool log, struct arena *mem)
{
    s->log = log;
    s->slope = ARENA_ARRAY(mem, double, s->n);
    s->last = ARENA_ARRAY(mem, double, s->n);
}

/* The band of each code of the matrix, UINT32_MAX: none. */
static enum status find_bands(const struct band_state *s, const struct matrix *x,
                              struct arena *mem, uint32_t **ret, struct error *err)
{
    *ret = NULL;
    if (!s->grouped)
        return STATUS_OK;
    if (!x->group)
        return error_set(err, STATUS_INPUT,
                         "the model has a band for each group, but rows have none");
    if (x->groups->numbers != s->names.numbers)
        return error_set(err, STATUS_INPUT, "the model's groups are %s, the rows' %s",
                         s->names.numbers ? "whole numbers" : "texts",
                         x->groups->numbers ? "whole numbers" : "texts");
    *ret = ARENA_ARRAY(mem, uint32_t, x->groups->n);
    for (size_t c = 0; c < x->groups->n; c++)
        (*ret)[c] = groups_find(&s->names, &x->groups->name[c]);
    return STATUS_OK;
}

/* Puts the band of group g at time t into row i; t is NaN where it is not known. */
static void answer(const struct band_state *s, size_t g, double t, double **value,
                   size_t i)
{
    double by = s->slope && !isnan(t) ? s->slope[g] * (t - s->last[g]) : 0;
    double factor = s->log ? transcend_exp(by) : 1, shift = s->log ? 0 : by;
    value[BAND_N][i] = s->count[g];
    if (s->count[g] < (double)s->min_count)
        return;
    value[BAND_LOWER][i] = s->lower[g] * factor + shift;
    value[BAND_UPPER][i] = s->upper[g] * factor + shift;
}

enum status band_state_predict(const void *state, const struct matrix *x,
                               struct arena *mem, struct prediction *ret,
                               struct error *err)
{
    const struct band_state *s = state;
    double **value;
    uint32_t *band;
    TRY(find_bands(s, x, mem, &band, err));
    *ret = prediction_new(mem, ANSWER_BANDS, x->n, BAND_COLUMNS, &value);
    const char **refused = ARENA_ARRAY(mem, const char *, x->n);
    ret->refused = refused;
    for (size_t i = 0; i < x->n; i++) {
        uint32_t g = band ? band[x->group[i]] : 0;
        value[BAND_LOWER][i] = value[BAND_UPPER][i] = NAN;
        if (g != UINT32_MAX)
            answer(s, g, s->slope && x->p > 0 ? x->col[0][i] : NAN, value, i);
        size_t why = prediction_refusal(ret, i);
        refused[i] = why > 0 ? band_refusal[why] : NULL;
    }
    return STATUS_OK;
}

/* The rows that each band was learnt from, by the names of the groups. */
static json_t *save_counts(const struct band_state *s)
{
    struct arena scratch = {0};
    json_t *saved = json_object();
    for (size_t g = 0; g < s->n; g++) {
        const char *name =
            s->grouped ? group_string(&s->names, (uint32_t)g, &scratch) : "all";
        json_object_set_new(saved, name, json_integer((json_int_t)s->count[g]));
    }
    arena_release(&scratch);
    return saved;
}

json_t *band_state_save(const void *state)
{
    const struct band_state *s = state;
    json_t *saved = json_pack(
        "{s:b, s:b, s:o, s:I, s:b, s:o, s:o, s:o, s:o}", "grouped", s->grouped, "numbers",
        s->names.numbers, "groups", save_counts(s), "min_count", (json_int_t)s->min_count,
        "log", s->log, "mean", json_reals(s->mean, s->n), "std", json_reals(s->std, s->n),
        "lower", json_reals(s->lower, s->n), "upper", json_reals(s->upper, s->n));
    if (saved && s->slope) {
        json_object_set_new(saved, "slope", json_reals(s->slope, s->n));
        json_object_set_new(saved, "last", json_reals(s->last, s->n));
    }
    return saved;
}

void band_state_tell(const void *state,
                     void (*take)(void *sink, const char *name, double value), void *sink)
{
    const struct band_state *s = state;
    size_t few = 0;
    for (size_t g = 0; g < s->n; g++)
        few += s->count[g] < (double)s->min_count;
    take(sink, "bands", (double)s->n);
    take(sink, "bands_of_few", (double)few);
}
