/* Series that are learnt from: histories, cut where the rows that are not begin. */
#include "search/training_series.h"

#include <string.h>

#include "data/history.h"
#include "data/key.h"
#include "series/one_step.h"

/* Each series up to its first row that is not learnt from. */
static struct series *series_learnt(const struct training *t, const struct histories *h,
                                    struct arena *mem)
{
    const struct frame *f = &t->frame;
    const struct division *d = &t->division;
    struct series *s = ARENA_ARRAY(mem, struct series, h->n);
    for (size_t g = 0; g < h->n; g++) {
        s[g] = one_step_series(&h->of[g], key_season(t->frame.pipeline));
        if (f->group)
            s[g].group = group_string(&h->groups, (uint32_t)g, mem);
    }
    for (size_t i = d->n_train; i < f->n; i++) {
        size_t row = d->order[i];
        uint32_t g =
            f->group ? groups_find(&h->groups, &f->groups->name[f->group[row]]) : 0;
        size_t step = g < h->n ? history_step(&h->of[g], f->key[row]) : SIZE_MAX;
        if (g < h->n && step < s[g].n)
            s[g].n = step;
    }
    return s;
}

/* A score is undefined, too, where no candidate's forecast is joined by the others'. */
static enum status blame_columns(const struct pipeline *p, enum status status,
                                 struct error *err)
{
    if (status == STATUS_INPUT && p->outside.n > 0 &&
        strcmp(err->loc.field, "train.score") == 0)
        error_hint(err, "outside columns must be known before each fold's origins: "
                        "`train.backtest.first` lets them begin later");
    return status;
}

enum status training_contest(const struct training *t, const struct contest_rule *rule,
                             const char *folder, const struct sources *sources,
                             const struct fit_context *context,
                             struct search_result *ret_search, struct model_series *ret,
                             struct error *err)
{
    const struct pipeline *p = t->frame.pipeline;
    struct arena *mem = context->mem;
    struct histories h;
    TRY(histories_read(folder, p, sources, INT32_MAX, mem, &h, err));
    struct series *s = series_learnt(t, &h, mem);
    enum status status =
        p->group ? contest_fit_groups(rule, s, h.n, context, ret_search, ret, err)
                 : contest_fit(rule, s, context, ret_search, ret, err);
    TRY(blame_columns(p, status, err));
    if (ret->fitted.choice.model->see)
        ret->outside = p->outside;
    return STATUS_OK;
}
