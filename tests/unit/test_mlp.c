/* The estimator mlp: its texts, its paths, what it holds out and what it tells. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/example.h"
#include "steps/mlp.h"

enum { ROWS = 60, COLUMNS = 5 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(mlp, .fini = release);

static const struct step *mlp(void)
{
    return step_find("mlp");
}

static struct mlp_params usual(void)
{
    struct mlp_params p = *(const struct mlp_params *)mlp()->defaults;
    p.hidden_layer_sizes = "6 4";
    p.batch_size = 16;
    p.max_iter = 30;
    return p;
}

static const struct mlp_state *fitted(const struct mlp_params *p, const struct example *e,
                                      const struct fit_context *context)
{
    struct error err = {0};
    void *state;
    cr_assert_eq(step_fit(mlp(), p, &e->x, &e->y, context, &state, &err), STATUS_OK, "%s",
                 err.message);
    return state;
}

static const char *saved(const void *state)
{
    json_t *json = mlp()->save(state);
    char *dumped = json_dumps(json, JSON_REAL_PRECISION(17));
    const char *text = arena_string(&mem, dumped);
    free(dumped);
    json_decref(json);
    return text;
}

/* Different in max_iter only, in any order, and among others. */
Test(mlp, a_search_over_epochs_is_one_descent_with_the_states_of_single_fits)
{
    static const size_t epochs[] = {9, 2, 25, 2, 300};
    enum { N = COUNT_OF(epochs) };
    struct fit_context context = example_context(&mem, 1);
    struct error err = {0};
    for (int task = TASK_REGRESSION; task <= TASK_LABELS; task++) {
        struct example e = example_for(&mem, STEP_SPARSE, (enum task)task, ROWS, COLUMNS);
        struct mlp_params p[N];
        const void *params[N];
        void *together[N] = {NULL};
        for (size_t i = 0; i < N; i++) {
            p[i] = usual();
            p[i].max_iter = epochs[i];
            p[i].early_stopping = task != TASK_CLASSES;
            p[i].dropout = "0.2 0";
            p[i].alpha = i == 3 ? 0.5 : 0.1;
            params[i] = &p[i];
        }
        cr_assert_eq(
            step_fit_many(mlp(), params, N, &e.x, &e.y, &context, together, &err),
            STATUS_OK, "%s", err.message);
        for (size_t i = 0; i < N; i++)
            cr_assert_str_eq(saved(together[i]), saved(fitted(&p[i], &e, &context)));
        cr_assert_str_neq(saved(together[1]), saved(together[3]));
    }
}

static const struct {
    const char *layers, *dropout, *field, *message;
} refused[] = {
    {"64,32", "0", "mlp.hidden_layer_sizes",
     "expected 1 to 31 numbers with blanks between, found '64,32'"},
    {"", "0", "mlp.hidden_layer_sizes",
     "expected 1 to 31 numbers with blanks between, found ''"},
    {"64 0", "0", "mlp.hidden_layer_sizes",
     "expected whole numbers from 1 to 1048576, found '64 0'"},
    {"6.5", "0", "mlp.hidden_layer_sizes",
     "expected whole numbers from 1 to 1048576, found '6.5'"},
    {"2000000", "0", "mlp.hidden_layer_sizes",
     "expected whole numbers from 1 to 1048576, found '2000000'"},
    {"64 32", "1", "mlp.dropout", "expected numbers from 0 to below 1, found '1'"},
    {"64 32", "0.1 x", "mlp.dropout",
     "expected 1 to 31 numbers with blanks between, found '0.1 x'"},
    {"64 32 8", "0.1 0", "mlp.dropout", "there are 2 shares for 3 hidden layers"},
};

Test(mlp, layers_and_dropout_are_checked_before_any_work)
{
    struct shape in = {.p = 3}, out;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct mlp_params p = usual();
        struct error err = {0};
        p.hidden_layer_sizes = refused[i].layers;
        p.dropout = refused[i].dropout;
        cr_assert_eq(mlp()->width(&p, &in, &out, &err), STATUS_INPUT);
        cr_assert_str_eq(err.message, refused[i].message);
        cr_assert_str_eq(err.loc.field, refused[i].field);
    }
}

/* Without hidden layers it is least squares; y in thousands changes nothing but the unit. */
Test(mlp, the_unit_of_the_target_is_that_of_the_answer)
{
    struct example e = example_table(&mem, ROWS, COLUMNS), other = e;
    struct mlp_params p = usual();
    struct fit_context context = example_context(&mem, 1);
    struct error err = {0};
    struct prediction a, b;
    double *y = ARENA_ARRAY(&mem, double, ROWS);
    const double *col[] = {y};
    for (size_t i = 0; i < ROWS; i++)
        y[i] = 1024 * e.y.y.col[0][i];
    other.y.y.col = col;
    cr_assert_eq(mlp()->predict(fitted(&p, &e, &context), &e.x, &mem, &a, &err),
                 STATUS_OK);
    cr_assert_eq(mlp()->predict(fitted(&p, &other, &context), &e.x, &mem, &b, &err),
                 STATUS_OK);
    for (size_t i = 0; i < ROWS; i++)
        cr_assert_eq(b.value[0][i], 1024 * a.value[0][i]);
}

/* Squares of these targets are 0 or infinite. */
Test(mlp, targets_of_any_size_are_standardised)
{
    static const double units[] = {0x1p-1000, 0x1p+1000};
    struct fit_context context = example_context(&mem, 1);
    struct mlp_params p = usual();
    struct example e = example_table(&mem, ROWS, COLUMNS);
    double scale = fitted(&p, &e, &context)->scale;
    double *y = ARENA_ARRAY(&mem, double, ROWS);
    const double *col[] = {y}, *as_is = e.y.y.col[0];
    for (size_t u = 0; u < COUNT_OF(units); u++) {
        for (size_t i = 0; i < ROWS; i++)
            y[i] = as_is[i] * units[u];
        e.y.y.col = col;
        double other = fitted(&p, &e, &context)->scale / units[u];
        cr_assert(fabs(other / scale - 1) < 1e-14, "%g", units[u]);
    }
}

Test(mlp, what_is_held_out_must_leave_rows)
{
    struct example e = example_table(&mem, 3, COLUMNS);
    struct mlp_params p = usual();
    struct fit_context context = example_context(&mem, 1);
    struct error err = {0};
    void *state;
    p.early_stopping = true;
    p.validation_fraction = 0.9;
    cr_assert_eq(step_fit(mlp(), &p, &e.x, &e.y, &context, &state, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "of 3 rows 3 would be held out");
    cr_assert_str_eq(err.loc.field, "mlp.validation_fraction");
}

struct seen_epochs {
    size_t n;
    struct epoch last;
};

static void see(void *sink, const struct epoch *e)
{
    struct seen_epochs *s = sink;
    cr_assert_eq(e->epoch, ++s->n);
    s->last = *e;
}

/* Rows to check by are looked at, and nothing is learnt from them. */
Test(mlp, rows_to_check_by_end_the_descent_and_are_told_every_epoch)
{
    struct example e = example_table(&mem, ROWS, COLUMNS), check = e;
    struct mlp_params p = usual();
    struct seen_epochs told = {0}, early = {0};
    struct fit_context context = example_context(&mem, 1), plain = context;
    check.x = matrix_part(&mem, &e.x, 0, 5);
    check.y = target_of(&e.y, matrix_part(&mem, &e.y.y, 5, 10));
    context.x_check = &check.x;
    context.y_check = &check.y;
    context.epoch = see;
    context.epoch_sink = &told;
    const char *checked = saved(fitted(&p, &e, &context));
    cr_assert_str_eq(checked, saved(fitted(&p, &e, &plain)));
    cr_assert_eq(told.n, 30);
    cr_assert(isfinite(told.last.check_loss) && isfinite(told.last.check_score));
    p.early_stopping = true;
    p.max_iter = 5000;
    context.epoch_sink = &early;
    const struct mlp_state *s = fitted(&p, &e, &context);
    cr_assert_lt(early.n, 5000);
    cr_assert_eq(s->n_iter, early.n);
    cr_assert_eq(s->best_epoch + p.n_iter_no_change + 1, early.n);
}

/* The last column of the block has a value in the rows that are predicted only. */
Test(mlp, a_column_that_was_never_met_weighs_nothing)
{
    static const size_t start[] = {0, 1, 2, 3, 4}, more[] = {0, 2, 4, 6, 8};
    static const uint32_t col[] = {0, 1, 0, 1}, cols[] = {0, 2, 1, 2, 0, 2, 1, 2};
    static const double value[] = {1, 1, 2, 2}, values[] = {1, 9, 1, 9, 2, 9, 2, 9};
    static const double y[] = {1, 5, 2, 8};
    const double *target[] = {y};
    struct sparse block = {3, start, col, value}, other = {3, more, cols, values};
    struct example e = {.x = {.n = 4, .sparse = &block},
                        .y = {.y = {.n = 4, .p = 1, .col = target}}};
    struct matrix x = {.n = 4, .sparse = &other};
    struct mlp_params p = usual();
    struct fit_context context = example_context(&mem, 1);
    struct error err = {0};
    struct prediction a, b;
    const struct mlp_state *s = fitted(&p, &e, &context);
    cr_assert_eq(s->net.seen, 2);
    cr_assert_eq(mlp()->predict(s, &e.x, &mem, &a, &err), STATUS_OK);
    cr_assert_eq(mlp()->predict(s, &x, &mem, &b, &err), STATUS_OK);
    cr_assert_arr_eq(a.value[0], b.value[0], 4 * sizeof(double));
}
