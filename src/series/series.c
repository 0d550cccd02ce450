/* The table of series models, and what every one of them would have to check. */
#include "series/candidates.h"

#include <math.h>
#include <string.h>

#define SERIES(id) extern const struct series_model series_##id;
#define BASELINE(id) extern const struct series_model series_##id;
#include "series/models.def"
#undef SERIES
#undef BASELINE

#define SERIES(id) &series_##id,
#define BASELINE(id) &series_##id,
const struct series_model *const series_all[] = {
#include "series/models.def"
};
#undef SERIES

#define SERIES(id)
const struct series_model *const series_baseline[] = {
#include "series/models.def"
};
#undef SERIES
#undef BASELINE

const size_t series_count = COUNT_OF(series_all);
const size_t series_baselines = COUNT_OF(series_baseline);

const char *const *series_names(void)
{
#define SERIES(id) #id,
#define BASELINE(id) #id,
    static const char *const names[] = {
#include "series/models.def"
    };
#undef SERIES
#undef BASELINE
    return names;
}

const struct series_model *series_find(const char *name)
{
    for (size_t i = 0; i < series_count; i++)
        if (strcmp(series_all[i]->name, name) == 0)
            return series_all[i];
    return NULL;
}

const struct candidates *series_of(const struct series_model *m, const void *params)
{
    return m->of ? *(const struct candidates *const *)((const char *)params + m->of)
                 : NULL;
}

struct series series_part(const struct series *s, size_t from, size_t n)
{
    struct series part = *s;
    part.n = n;
    part.first = (int32_t)(s->first + (int64_t)from);
    part.y += from;
    for (size_t j = 0; j < s->p; j++)
        part.x[j] += from;
    return part;
}

const void *series_params(const struct series_choice *choice)
{
    return choice->params ? choice->params : choice->model->defaults;
}

bool series_laborious(const struct series_choice *choice)
{
    const struct candidates *of = series_of(choice->model, series_params(choice));
    bool laborious = choice->model->laborious;
    for (size_t i = 0; of && i < of->n; i++)
        laborious = laborious || series_laborious(&of->item[i].choice);
    return laborious;
}

size_t series_least(const struct series_choice *choice, size_t season)
{
    size_t least = choice->model->least(series_params(choice), season),
           span = transform_span(&choice->transform, season);
    return least < SIZE_MAX - span ? least + span : SIZE_MAX;
}

/* The series as the beginning of a message calls it. */
static const char *subject(const struct series *s, struct quoted *out)
{
    if (!s->group)
        return "the series";
    struct quoted name;
    snprintf(out->text, sizeof out->text, "series %s",
             quote_bytes(&name, s->group, strlen(s->group)));
    return out->text;
}

static enum status check_length(const struct series_choice *c, const struct series *s,
                                struct error *err)
{
    struct quoted who;
    size_t least = series_least(c, s->season);
    if (least == SIZE_MAX) {
        error_set(err, STATUS_INPUT, "%s has no season, which '%s' needs",
                  subject(s, &who), c->model->name);
        error_hint(err, "`time.season` says after how many steps it comes round");
        return STATUS_INPUT;
    }
    if (s->n >= least)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "%s has %zu step%s, '%s' needs %zu", subject(s, &who),
              s->n, s->n == 1 ? "" : "s", c->model->name, least);
    if (series_least(c, 0) != least)
        error_hint(err, "a season has %zu step%s", s->season, s->season == 1 ? "" : "s");
    return STATUS_INPUT;
}

bool series_known(const struct series_choice *choice, const struct series *s)
{
    size_t t = 0, span = transform_span(&choice->transform, s->season);
    while (t < s->n && isnan(s->y[t]))
        t++;
    return t < s->n && span < s->n - t;
}

static enum status not_on_scale(const struct series_choice *choice,
                                const struct series *s, double y, size_t step,
                                struct error *err)
{
    struct quoted who;
    const struct option_row *row = &transform_rows[0];
    struct view scale = option_word(row->placeholder, choice->transform.transform);
    error_set(err, STATUS_INPUT,
              "%s has the value %.15g in step %zu, '%.*s' takes only positive ones",
              subject(s, &who), y, step, (int)scale.n, scale.p);
    error_field(err, row->name);
    error_hint(err, y < 0 ? "leave `transform` out; `difference` takes any value"
                          : "`transform: box_cox` with a lambda above 0 takes 0");
    return STATUS_INPUT;
}

enum status series_check_value(const struct series_choice *choice, const struct series *s,
                               double y, size_t step, struct error *err)
{
    struct quoted who;
    if (isinf(y))
        return error_set(err, STATUS_INPUT, "%s has an infinite value in step %zu",
                         subject(s, &who), step);
    return transform_takes(&choice->transform, y) ? STATUS_OK
                                                  : not_on_scale(choice, s, y, step, err);
}

enum status series_check_columns(const struct series_choice *choice,
                                 const struct series *s, size_t step, struct error *err)
{
    struct quoted who;
    for (size_t j = 0; choice->model->see && j < s->p; j++)
        for (size_t t = 0; t < s->n; t++)
            if (isinf(s->x[j][t]))
                return error_set(
                    err, STATUS_INPUT,
                    "%s has an infinite value in outside column %zu, step %zu",
                    subject(s, &who), j + 1, step + t);
    return STATUS_OK;
}

static enum status check_columns(const struct series_choice *c, const struct series *s,
                                 struct error *err)
{
    struct quoted who;
    if (!c->model->see || s->p > 0)
        return series_check_columns(c, s, 1, err);
    error_set(err, STATUS_INPUT, "%s has no outside columns, which '%s' needs",
              subject(s, &who), c->model->name);
    error_hint(err, "`outside` names them");
    return STATUS_INPUT;
}

enum status series_check(const struct series_choice *choice, const struct series *s,
                         struct error *err)
{
    struct quoted who;
    TRY(check_length(choice, s, err));
    for (size_t t = 0; t < s->n; t++)
        TRY(series_check_value(choice, s, s->y[t], t + 1, err));
    if (!series_known(choice, s))
        return error_set(err, STATUS_INPUT, "%s has no value in any of its %zu steps",
                         subject(s, &who), s->n);
    return check_columns(choice, s, err);
}

static void explain_members(const struct series_model *m, struct text *out)
{
    const struct candidates *of = series_of(m, m->defaults);
    if (!of)
        return;
    text_addf(out, "  %s.of            list of series models  default [", m->name);
    for (size_t i = 0; i < of->n; i++)
        text_addf(out, "%s%s", i > 0 ? ", " : "", of->item[i].name);
    text_puts(out,
              "]\n      what it is made of, each with values as in `train.series`\n");
}

void series_explain(struct text *out)
{
    for (size_t i = 0; i < series_count; i++) {
        const struct series_model *m = series_all[i];
        text_addf(out, "%s%s (series model)\n  %s\n", i > 0 ? "\n" : "", m->name,
                  m->summary);
        option_explain(m->name, m->rows, m->n_rows, m->defaults, out);
        explain_members(m, out);
    }
    text_puts(out, "\nany series model\n  takes these keys beside its own\n");
    option_explain(NULL, transform_rows, TRANSFORM_ROWS, &(struct transform){0}, out);
}
