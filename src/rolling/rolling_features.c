/* The feature table in the order of time, so that what is known at an origin is a run of
 * rows, which nobody has to copy. */
#include <math.h>

#include "artifacts/features_json.h"
#include "rolling/rolling_internal.h"
#include "rolling/rolling_recipe.h"

double rolling_recipe_work(const struct recipes *recipes, size_t rows, size_t columns)
{
    return (double)recipes_cells(recipes) * (double)rows *
           (double)(columns > 0 ? columns : 1);
}

static enum status read_shifts(const char *path, struct arena *mem,
                               struct rolling_features *f, struct error *err)
{
    struct features_json catalogue;
    TRY(features_json_read(path, mem, &catalogue, err));
    f->reach = SIZE_MAX;
    for (size_t i = 0; i < catalogue.n_features; i++) {
        size_t shift = catalogue.feature[i].shift;
        f->own_step += shift == 0 ? 1 : 0;
        f->reach = shift > 0 && shift < f->reach ? shift : f->reach;
    }
    return STATUS_OK;
}

static bool has_target(const struct target *t, size_t i)
{
    bool has = true;
    for (size_t c = 0; c < t->y.p; c++)
        has = has && !isnan(t->y.col[c][i]);
    return has;
}

/* The points by time, those without a target last. */
static void put_in_order(struct rolling_features *f, const struct rolling_points *points,
                         struct arena *mem)
{
    size_t n = f->frame.n, missing = 0;
    size_t *by_key = rolling_by_key(points, mem);
    f->order = ARENA_ARRAY(mem, uint32_t, n);
    f->place = ARENA_ARRAY(mem, size_t, n);
    for (size_t i = 0; i < n; i++)
        missing += has_target(&f->target, by_key[i]) ? 0 : 1;
    f->known = n - missing;
    size_t known = 0, last = f->known;
    for (size_t i = 0; i < n; i++) {
        size_t at = has_target(&f->target, by_key[i]) ? known++ : last++;
        f->order[at] = (uint32_t)by_key[i];
        f->place[by_key[i]] = at;
    }
}

/* The targets of the points, classes by the order of their names; copied, since the frame's
 * are put into another order. */
static struct target copy_target(const struct frame *f, struct arena *mem)
{
    double **y;
    struct target learnt = frame_learn(f, f->n, mem);
    struct matrix own = matrix_new(mem, f->n, learnt.y.p, learnt.y.name, &y);
    for (size_t c = 0; c < learnt.y.p; c++)
        memcpy(y[c], learnt.y.col[c], f->n * sizeof(double));
    return target_of(&learnt, own);
}

enum status rolling_features_read(struct frame_reader *r, const char *path,
                                  struct arena *mem, struct rolling_features *ret,
                                  struct error *err)
{
    struct rolling_features f = {.recipes = ret->recipes};
    TRY(read_shifts(path, mem, &f, err));
    TRY(frame_read(r, mem, &f.frame, err));
    f.target = copy_target(&f.frame, mem);
    f.frame.target = copy_target(&f.frame, mem);
    struct rolling_points points = rolling_features_points(&f);
    put_in_order(&f, &points, mem);
    frame_reorder(&f.frame, f.order, mem);
    *ret = f;
    return STATUS_OK;
}

struct rolling_points rolling_features_points(const struct rolling_features *f)
{
    return (struct rolling_points){.n = f->frame.n,
                                   .key = f->frame.key,
                                   .group = f->frame.group,
                                   .groups = f->frame.groups,
                                   .y = f->target};
}
