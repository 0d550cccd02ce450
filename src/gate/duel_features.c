/* Production's features among today's: a recipe that was given more of them is compared on
 * today's table, of which production's looks at its own columns alone. */
#include <string.h>

#include "artifacts/features_json.h"
#include "gate/duel_internal.h"

static const struct features_json_feature *find(const struct features_json *f,
                                                const char *name)
{
    for (size_t i = 0; i < f->n_features; i++)
        if (strcmp(f->feature[i].name, name) == 0)
            return &f->feature[i];
    return NULL;
}

/* Both are the same formula of the same steps of the same column. */
static bool same(const struct features_json_feature *a,
                 const struct features_json_feature *b)
{
    return strcmp(a->column, b->column) == 0 && strcmp(a->formula, b->formula) == 0 &&
           a->window == b->window && a->min_periods == b->min_periods &&
           a->shift == b->shift && a->lead == b->lead;
}

enum status duel_features(const struct duel_request *q, struct arena *mem,
                          struct duel_other *other, const char **ret_why,
                          struct error *err)
{
    struct features_json today, wanted;
    struct texts *only = ARENA_NEW(mem, struct texts);
    const char *first = NULL;
    size_t lacking = 0;
    TRY(features_json_read(q->job.catalogue, mem, &today, err));
    TRY(features_json_read(q->catalogue, mem, &wanted, err));
    const char **name = ARENA_ARRAY(mem, const char *, wanted.n_features);
    for (size_t i = 0; i < wanted.n_features; i++) {
        const struct features_json_feature *w = &wanted.feature[i],
                                           *have = find(&today, w->name);
        name[i] = w->name;
        if (have && same(have, w))
            continue;
        lacking++;
        first = first ? first : w->name;
    }
    *only = (struct texts){wanted.n_features, name};
    other->only = only;
    if (lacking > 0)
        *ret_why = arena_format(mem,
                                "%zu of production's %zu features are not among those of "
                                "today's table, %s first",
                                lacking, wanted.n_features, QUOTE(first));
    return STATUS_OK;
}
