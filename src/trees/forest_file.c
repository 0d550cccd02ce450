/* Forests as JSON. */
#include <math.h>

#include "file/json.h"
#include "trees/forest.h"

json_t *forest_save(const struct forest *f)
{
    json_t *saved =
        json_pack("{s:I, s:o, s:I, s:f, s:f, s:o}", "classes", (json_int_t)f->n_classes,
                  "importance", json_reals(f->importance, f->trees.p), "oob_rows",
                  (json_int_t)f->oob_rows, "oob_score", f->oob_score, "oob_error",
                  f->oob_error, "ensemble", ensemble_save(&f->trees));
    if (!saved)
        out_of_memory(0);
    return saved;
}

static enum status load_importance(const json_t *saved, const char *path, size_t p,
                                   struct arena *mem, struct forest *f, struct error *err)
{
    double *share = ARENA_ARRAY(mem, double, p), sum = 0;
    TRY(json_get_reals(saved, "importance", path, p, share, err));
    for (size_t c = 0; c < p; c++) {
        if (share[c] < 0)
            return error_refuse(err, path, "importance", "share %zu is below 0", c + 1);
        sum += share[c];
    }
    bool forks = f->nodes > f->trees.n_trees;
    if (forks ? fabs(sum - 1) > 1e-9 : sum != 0)
        return error_refuse(err, path, "importance", "the shares sum to %.17g", sum);
    f->importance = share;
    return STATUS_OK;
}

enum status forest_load(const json_t *saved, const char *path, size_t p,
                        struct arena *mem, struct forest *ret, struct error *err)
{
    struct forest f = {0};
    json_t *trees;
    TRY(json_get_size(saved, "classes", path, &f.n_classes, err));
    if (f.n_classes == 1 || f.n_classes > FOREST_CLASSES)
        return error_refuse(err, path, "classes", "there cannot be %zu", f.n_classes);
    struct ensemble_bounds bounds = {p, 1, 1, -FOREST_MOST, FOREST_MOST, false};
    if (f.n_classes > 0)
        bounds = (struct ensemble_bounds){p, f.n_classes, 1, 0, 1, true};
    TRY(json_get_object(saved, "ensemble", path, &trees, err));
    TRY(ensemble_load(trees, path, &bounds, mem, &f.trees, err));
    for (size_t t = 0; t < f.trees.n_trees; t++)
        f.nodes += f.trees.tree[t].n_nodes;
    TRY(load_importance(saved, path, p, mem, &f, err));
    TRY(json_get_size(saved, "oob_rows", path, &f.oob_rows, err));
    TRY(json_get_real(saved, "oob_score", path, &f.oob_score, err));
    TRY(json_get_real(saved, "oob_error", path, &f.oob_error, err));
    *ret = f;
    return STATUS_OK;
}
