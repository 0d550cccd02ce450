/* Tables by a formula, and recipes from text. */
#include "help/example.h"

#include <math.h>
#include <string.h>

#include "data/groups.h"

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

double *example_column(struct arena *mem, size_t n)
{
    double *x = ARENA_ARRAY(mem, double, n);
    for (size_t t = 0; t < n; t++)
        x[t] = (double)((29 * t + 7 * t * t) % 53) / 53;
    return x;
}

/* Which fifth of its usual range the target's row lies in. */
static size_t level(double y)
{
    return y < 0 ? 0 : y < 10 ? 1 : y < 20 ? 2 : y < 30 ? 3 : 4;
}

/* Each group's values lie around a level of its own. */
static struct target target_of_groups(struct arena *mem, const struct example *e)
{
    double **y;
    struct target t = {.task = TASK_ANOMALY,
                       .y = matrix_new(mem, e->x.n, 1, e->y.y.name, &y)};
    for (size_t i = 0; i < e->x.n; i++)
        y[0][i] = e->y.y.col[0][i] + 500 * (double)(i % 3);
    return t;
}

/* Every third row is of the same group. */
static void add_groups(struct arena *mem, struct matrix *x)
{
    static const char *const names[] = {"a", "b", "c"};
    struct groups *groups = ARENA_NEW(mem, struct groups);
    uint32_t *group = ARENA_ARRAY(mem, uint32_t, x->n);
    *groups = (struct groups){.mem = mem};
    for (size_t g = 0; g < COUNT_OF(names); g++)
        (void)groups_code(groups, (struct group_name){.text = view_of(names[g])});
    for (size_t i = 0; i < x->n; i++)
        group[i] = (uint32_t)(i % 3);
    x->group = group;
    x->groups = groups;
}

static struct target target_for(struct arena *mem, enum task task,
                                const struct example *e)
{
    static const char *const classes[] = {"high", "low", "middle"};
    static const char *const labels[] = {"large", "rich"}, *const kind[] = {"kind"};
    static const size_t class_of[] = {1, 1, 2, 0, 0};
    double **y;
    struct target t = {.task = task};
    if (task == TASK_REGRESSION)
        return e->y;
    if (task == TASK_ANOMALY)
        return target_of_groups(mem, e);
    size_t p = task == TASK_LABELS ? 2 : 1;
    t.y = matrix_new(mem, e->x.n, p, task == TASK_LABELS ? labels : kind, &y);
    for (size_t i = 0; i < e->x.n; i++) {
        size_t l = level(e->y.y.col[0][i]);
        y[0][i] = task == TASK_LABELS ? l > 2 : (double)class_of[l];
        if (task == TASK_LABELS)
            y[1][i] = e->x.col[0][i] > 6;
    }
    if (task == TASK_CLASSES) {
        t.n_classes = COUNT_OF(classes);
        t.class_name = classes;
    }
    return t;
}

static void add_texts(struct arena *mem, bool missing, const double *y, struct matrix *x)
{
    static const char *const words[] = {"bad", "poor", "fair", "good", "fine"};
    struct view *cell = ARENA_ARRAY(mem, struct view, x->n);
    struct text_column *column = ARENA_NEW(mem, struct text_column);
    for (size_t i = 0; i < x->n; i++)
        cell[i] = view_of(i % 8 == 7 ? ""
                                     : arena_format(mem, "%s day %s", words[level(y[i])],
                                                    words[i % COUNT_OF(words)]));
    for (size_t i = 4; missing && i < x->n; i += 9)
        cell[i] = (struct view){NULL, 0};
    *column = (struct text_column){"words", cell};
    x->text = column;
    x->n_texts = 1;
}

/* Two columns a row, and now and then none. */
static void add_sparse(struct arena *mem, const double *y, struct matrix *x)
{
    struct sparse *block = ARENA_NEW(mem, struct sparse);
    size_t *start = ARENA_ARRAY(mem, size_t, x->n + 1), used = 0;
    uint32_t *col = ARENA_ARRAY(mem, uint32_t, 2 * x->n);
    double *value = ARENA_ARRAY(mem, double, 2 * x->n);
    for (size_t i = 0; i < x->n; i++) {
        if (i % 10 != 9) {
            col[used] = (uint32_t)(level(y[i]) % (x->p - 1));
            value[used++] = 1;
            col[used] = (uint32_t)(x->p - 1);
            value[used++] = 0.5 + (double)(i % 4);
        }
        start[i + 1] = used;
    }
    *block = (struct sparse){x->p, start, col, value};
    x->sparse = block;
}

struct example example_for(struct arena *mem, unsigned takes, enum task task, size_t n,
                           size_t p)
{
    struct example e = example_table(mem, n, p);
    const double *y = e.y.y.col[0];
    e.y = target_for(mem, task, &e);
    if (takes & STEP_TEXT)
        add_texts(mem, takes & STEP_MISSING, y, &e.x);
    if (takes & STEP_SPARSE)
        add_sparse(mem, y, &e.x);
    if (takes & STEP_GROUP)
        add_groups(mem, &e.x);
    if (takes & STEP_MISSING)
        for (size_t i = 3; i < n; i += 7)
            example_set(mem, i, 2, NAN, &e.x);
    return e;
}

void example_set(struct arena *mem, size_t i, size_t j, double value, struct matrix *x)
{
    double **col;
    struct matrix changed = matrix_new(mem, x->n, x->p, x->name, &col);
    for (size_t c = 0; c < x->p; c++)
        memcpy(col[c], x->col[c], x->n * sizeof(double));
    col[j][i] = value;
    x->col = changed.col;
}

struct example example_with(struct arena *mem, size_t n, size_t p, size_t i, size_t j,
                            double value)
{
    struct example e = example_table(mem, n, p);
    example_set(mem, i, j, value, &e.x);
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
    struct fold_rule rule = {.n = folds, .method = FOLDS_BLOCKS};
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

struct recipes example_recipes(struct arena *mem, const char *yaml)
{
    struct recipe *recipe = ARENA_NEW(mem, struct recipe);
    *recipe = example_recipe(mem, yaml);
    return example_recipes_of(mem, recipe);
}

struct recipes example_recipes_of(struct arena *mem, const struct recipe *recipe)
{
    size_t *first = ARENA_ARRAY(mem, size_t, 2);
    first[1] = recipe->n_cells;
    return (struct recipes){1, recipe, NULL, first, 1};
}
