#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "artifacts/backtest_json.h"
#include "base/compiler.h"
#include "data/key.h"
#include "help/help.h"
#include "outlook/bands.h"

static struct arena mem;
static struct error err;
static const char *folder;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(bands, .fini = release);

#define SUM "0123456789abcdef"

static const struct pipeline grouped = {.name = "toy",
                                        .path = "toy.yaml",
                                        .time = {.column = "t", .step = TIMESTEP_DAY},
                                        .group = "item"};
enum { ORIGINS = 20 };

/* One step from each of twenty origins: of a errors of 1, of b of 2, in turn above and
 * below. */
static void write_table(struct output *out)
{
    struct text t = {.mem = &mem};
    text_puts(&t, "item,origin,horizon,day,actual,prediction\n");
    for (int g = 0; g < 2; g++)
        for (int o = 0; o < ORIGINS; o++)
            text_addf(&t, "%c,1970-01-%02d,1,1970-01-%02d,%d,10\n", 'a' + g, o + 1, o + 2,
                      10 + (o % 2 ? 1 : -1) * (g + 1));
    cr_assert_eq(output_write(out, t.p, t.n, &err), STATUS_OK);
}

static void write_backtest(double level, const char *model)
{
    struct publish publish = {0};
    struct output *table, *out;
    struct backtest_json j = {.task = "regression",
                              .target = "y",
                              .judge = "rmse",
                              .why = "a toy",
                              .leaks.proof.why = "a toy",
                              .level = level,
                              .model = model};
    folder = help_folder();
    cr_assert_eq(publish_open(&publish, help_path(folder, "production/backtest.csv"),
                              &table, &err),
                 STATUS_OK, "%s", err.message);
    output_sum_begin(table);
    write_table(table);
    cr_assert_eq(
        publish_open(&publish, help_path(folder, "production/backtest.json"), &out, &err),
        STATUS_OK);
    cr_assert_eq(artifact_vouch(table, &mem, &j.table, &err), STATUS_OK);
    cr_assert_eq(backtest_json_write(&j, out, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
}

/* Two days of b, one of c, which has no backtest, one of a that is known already and two
 * that are to come. */
static struct predicted upcoming(struct histories *h)
{
    static const char *const names[] = {"a", "b", "c"};
    static const uint32_t group[] = {0, 0, 0, 1, 1, 2};
    static const int32_t key[] = {20, 21, 22, 21, 25, 21};
    static double y[ORIGINS + 2];
    struct groups *g = ARENA_NEW(&mem, struct groups);
    struct frame f = {.n = COUNT_OF(key), .groups = g};
    double **value;
    g->mem = &mem;
    f.key = memcpy(ARENA_ARRAY(&mem, int32_t, f.n), key, sizeof key);
    f.group = memcpy(ARENA_ARRAY(&mem, uint32_t, f.n), group, sizeof group);
    *h = (struct histories){
        .groups = {.mem = &mem}, .n = 3, .of = ARENA_ARRAY(&mem, struct history, 3)};
    y[ORIGINS + 1] = NAN; // day 21 has a row and no value
    for (size_t i = 0; i < 3; i++) {
        groups_code(g, (struct group_name){.text = view_of(names[i])});
        groups_code(&h->groups, (struct group_name){.text = view_of(names[i])});
        h->of[i] = (struct history){
            .n = ORIGINS + 2, .first = 0, .step = key_step(&grouped), .y = y};
    }
    struct prediction p = prediction_new(&mem, ANSWER_VALUES, f.n, 1, &value);
    for (size_t i = 0; i < f.n; i++)
        value[0][i] = 100;
    double *spread = ARENA_ARRAY(&mem, double, f.n);
    for (size_t i = 0; i < f.n; i++)
        spread[i] = i < 5 ? NAN : 3;
    return (struct predicted){.frame = f, .prediction = p, .spread = spread};
}

static enum status band(struct predicted *rows, double *ret_level)
{
    struct histories h;
    struct model model = {.learnt = {.task = TASK_REGRESSION}};
    struct again run = {.operand = "toy.yaml", .pipeline = &grouped, .in = folder};
    *rows = upcoming(&h);
    model.document = json_pack("{s:[s,s]}", "checksum", "xxh64", SUM);
    enum status status = bands_read(&run, &model, &h, &mem, rows, ret_level, &err);
    json_decref(model.document);
    return status;
}

/* Errors of one size need no profile: bands are that size, wider further ahead. */
Test(bands, each_series_has_those_of_its_own_errors)
{
    struct predicted rows;
    double level;
    write_backtest(.9, SUM);
    cr_assert_eq(band(&rows, &level), STATUS_OK, "%s", err.message);
    cr_assert_eq(level, .9);
    cr_assert_float_eq(rows.lower[0], 99, 1e-12, "its value is known by now");
    cr_assert_float_eq(rows.lower[1], 99, 1e-12);
    cr_assert_float_eq(rows.upper[1], 101, 1e-12);
    cr_assert_float_eq(rows.upper[2], 100 + sqrt(2), 1e-12);
    cr_assert_float_eq(rows.lower[3], 98, 1e-12);
    cr_assert_float_eq(rows.upper[4], 100 + 2 * sqrt(5), 1e-12);
    cr_assert_float_eq(rows.upper[5], 100 + 3 * 1.64485, 1e-12,
                       "it has no backtest, but its forecaster knows a spread");
}

Test(bands, without_a_backtest_there_are_none)
{
    struct predicted rows;
    double level;
    folder = help_folder();
    cr_assert_eq(band(&rows, &level), STATUS_OK);
    cr_assert(isnan(level) && !rows.lower);
    write_backtest(NAN, SUM);
    cr_assert_eq(band(&rows, &level), STATUS_OK);
    cr_assert(isnan(level) && !rows.lower);
}

Test(bands, another_models_backtest_is_refused)
{
    struct predicted rows;
    double level;
    write_backtest(.9, "fedcba9876543210");
    cr_assert_eq(band(&rows, &level), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "of another model"), "%s", err.message);
    cr_assert_not_null(strstr(err.hint, "bin/register"), "%s", err.hint);
    write_backtest(.9, SUM);
    help_write_text(help_path(folder, "production/backtest.csv"), "item\n");
    cr_assert_eq(band(&rows, &level), STATUS_INPUT);
}
