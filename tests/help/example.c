/* Tables by a formula, and recipes from text. */
#include "help/example.h"

#include <string.h>

struct example example_table(struct arena *mem, size_t n, size_t p)
{
    static const char *const target[] = {"target"};
    const char **name = ARENA_ARRAY(mem, const char *, p);
    double **x, **y;
    struct example e;
    for (size_t j = 0; j < p; j++)
        name[j] = arena_format(mem, "%c", (int)('a' + j));
    e.x = matrix_new(mem, n, p, name, &x);
    e.y = (struct target){.y = matrix_new(mem, n, 1, target, &y)};
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < p; j++)
            x[j][i] = (double)((i * 37 + j * 101 + i * i * (j + 3)) % 97) / 8;
        y[0][i] = 3 * x[0][i] - 2 * x[1][i] + x[0][i] * x[2][i] / 4 +
                  (double)((i * 53) % 31) / 10;
    }
    return e;
}

struct example example_with(struct arena *mem, size_t n, size_t p, size_t i, size_t j,
                            double value)
{
    struct example e = example_table(mem, n, p);
    double **x;
    struct matrix changed = matrix_new(mem, n, p, e.x.name, &x);
    for (size_t c = 0; c < p; c++)
        memcpy(x[c], e.x.col[c], n * sizeof(double));
    x[j][i] = value;
    e.x = changed;
    return e;
}

enum status example_read(struct arena *mem, const char *yaml, struct recipe *ret,
                         struct error *err)
{
    struct yaml_node *node;
    TRY(yaml_parse("toy.yaml", yaml, strlen(yaml), mem, &node, err));
    return recipe_read(node, mem, ret, err);
}

struct recipe example_recipe(struct arena *mem, const char *yaml)
{
    struct recipe recipe;
    struct error err = {0};
    if (example_read(mem, yaml, &recipe, &err) != STATUS_OK) {
        error_print(&err, "error", 0, stderr);
        abort();
    }
    return recipe;
}

const struct folds *example_folds(struct arena *mem, size_t n, size_t folds)
{
    struct fold_rule rule = {.n = folds, .method = "blocks"};
    struct fold_data data = {.n = n};
    struct folds *ret = ARENA_NEW(mem, struct folds);
    struct error err = {0};
    if (folds_plan(&rule, &data, 42, mem, ret, &err) != STATUS_OK)
        abort();
    return ret;
}

struct fit_context example_context(struct arena *mem, size_t threads)
{
    return (struct fit_context){.mem = mem, .seed = 42, .threads = threads};
}
