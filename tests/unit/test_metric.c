#include <criterion/criterion.h>

#include <string.h>

#include <float.h>
#include <math.h>

#include "base/compiler.h"
#include "learn/metric.h"

static const double y[] = {1, 2, 3, 6};
static const double p[] = {2, 2, 1, 8};

static double value(const char *name, const double *a, const double *b, size_t n)
{
    const struct metric *m = metric_find(name);
    cr_assert_not_null(m, "no metric %s", name);
    return metric_of(m, a, b, n);
}

Test(metric, errors_are_one_none_two_and_two)
{
    cr_assert_eq(value("rmse", y, p, 4), 1.5);
    cr_assert_eq(value("mae", y, p, 4), 1.25);
    cr_assert_eq(value("bias", y, p, 4), 0.25);
    cr_assert_float_eq(value("r2", y, p, 4), 1 - 9.0 / 14, 1e-15);
}

Test(metric, a_perfect_prediction_has_no_error_and_explains_all)
{
    cr_assert_eq(value("rmse", y, y, 4), 0);
    cr_assert_eq(value("mae", y, y, 4), 0);
    cr_assert_eq(value("bias", y, y, 4), 0);
    cr_assert_eq(value("r2", y, y, 4), 1);
}

Test(metric, predicting_the_mean_explains_nothing)
{
    const double mean[] = {3, 3, 3, 3};
    cr_assert_eq(value("r2", y, mean, 4), 0);
}

/* Far from 0 the mean of the targets is rounded by more than their spread. */
Test(metric, r2_of_targets_far_from_0_is_about_their_true_mean)
{
    double far[] = {0, 0.125, 0.5, 0.25, 0.75, 0.375, 1, 0.625, 0.5, 0.875}, mean[10];
    for (size_t i = 0; i < 10; i++) {
        far[i] += 1e15;
        mean[i] = 1e15 + 0.5; // exactly
    }
    cr_assert_float_eq(value("r2", far, mean, 10), 0, 1e-12);
}

Test(metric, without_rows_every_figure_is_undefined)
{
    for (size_t i = 0; i < metric_count; i++)
        cr_assert(isnan(metric_of(&metric_all[i], y, p, 0)), "%s", metric_all[i].name);
}

Test(metric, r2_of_a_constant_target_is_undefined)
{
    // Six times 0.1 has a rounded mean that is not 0.1.
    const double constant[] = {2, 2, 2}, tenth[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    const double guess[] = {0.5, 0.1, 0.2, 0.3, 0.1, 0};
    cr_assert(isnan(value("r2", constant, p, 3)));
    cr_assert(isnan(value("r2", tenth, guess, 6)));
    cr_assert(isnan(value("r2", tenth, tenth, 6)));
    cr_assert_float_eq(value("rmse", tenth, guess, 6), 0.19148542155126763, 1e-16,
                       "NumPy's");
    cr_assert(isnan(value("r2", y, p, 1)));
    cr_assert_eq(value("rmse", y, p, 1), 1);
}

/* A quarter of 2 / 3, 0, 1 and 2 / 7; and of rows that are 0 for 0. */
Test(metric, smape_is_a_share_of_both)
{
    const double none[] = {0, 0, 5}, far[] = {0, 1, 5};
    cr_assert_float_eq(value("smape", y, p, 4), (2 / 3.0 + 1 + 2 / 7.0) / 4, 1e-15);
    cr_assert_float_eq(value("smape", none, far, 3), 2 / 3.0, 1e-15);
    cr_assert_eq(value("smape", none, none, 3), 0);
}

/* A power of two rounds nothing, so r2 stays the same to the last bit. */
Test(metric, huge_and_tiny_numbers_are_squared_without_loss)
{
    static const int powers[] = {-1000, -600, 500, 531, 1000};
    for (size_t i = 0; i < COUNT_OF(powers); i++) {
        double a[4], b[4];
        for (size_t k = 0; k < 4; k++) {
            a[k] = ldexp(y[k], powers[i]);
            b[k] = ldexp(p[k], powers[i]);
        }
        cr_assert_eq(value("r2", a, b, 4), value("r2", y, p, 4), "2^%d", powers[i]);
        cr_assert_eq(value("rmse", a, b, 4), ldexp(1.5, powers[i]));
        cr_assert_eq(value("mae", a, b, 4), ldexp(1.25, powers[i]));
        cr_assert_eq(value("bias", a, b, 4), ldexp(0.25, powers[i]));
        cr_assert_eq(value("smape", a, b, 4), value("smape", y, p, 4));
    }
}

/* The scores of a task, and what is refused with which hint. */
static const struct {
    const char *score;
    enum task task;
    const char *message, *hint; // NULL: it is taken
} scores[] = {
    {"rmse", TASK_REGRESSION, NULL, NULL},
    {"accuracy", TASK_LABELS, NULL, NULL},
    {"bias", TASK_REGRESSION, "'bias' is only told: a search cannot judge by it",
     "for regression there is: rmse, mae, r2"},
    {"r2", TASK_CLASSES, "'r2' is not defined for classes",
     "for classes there is: accuracy, f1_macro"},
    {"rmsle", TASK_LABELS, "there is no score 'rmsle'",
     "for labels there is: accuracy, f1_macro, precision_macro, recall_macro, "
     "hamming_loss"},
    {"flagged", TASK_ANOMALY, "'flagged' is only told: a search cannot judge by it",
     "for anomaly there is: f1, precision, recall"},
};

Test(metric, a_search_judges_by_scores_of_its_task)
{
    for (size_t i = 0; i < COUNT_OF(scores); i++) {
        struct error err = {0};
        const struct metric *m = NULL;
        enum status status = metric_score(scores[i].score, scores[i].task, &m, &err);
        cr_assert_eq(status, scores[i].message ? STATUS_INPUT : STATUS_OK, "row %zu", i);
        cr_assert_str_eq(err.message, scores[i].message ? scores[i].message : "");
        const char *hint = scores[i].hint ? scores[i].hint : ""; // later rows follow
        cr_assert(strncmp(err.hint, hint, strlen(hint)) == 0 && !err.hint[0] == !hint[0],
                  "%s", err.hint);
        cr_assert_str_eq(err.loc.field, scores[i].message ? "train.score" : "");
    }
}

Test(metric, every_task_has_its_usual_score)
{
    static const char *const usual[] = {"r2", "accuracy", "f1_macro"};
    for (size_t t = 0; t < COUNT_OF(usual); t++) {
        struct error err = {0};
        const struct metric *m;
        cr_assert_eq(metric_score(NULL, (enum task)t, &m, &err), STATUS_OK);
        cr_assert_str_eq(m->name, usual[t]);
    }
}

/* Rows 0 and 3 of five are right; b is never foretold, d never there.  Figures of
 * scikit-learn: accuracy_score, f1_score(average="macro"), on "a b c a c" and "a c a a
 * d". */
Test(metric, classes_are_counted)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    const double is[] = {0, 1, 2, 0, 2}, foretold[] = {0, 2, 0, 0, 3};
    const double *col[] = {is}, *value[] = {foretold};
    struct target t = {TASK_CLASSES, {.n = 5, .p = 1, .col = col}, 5, names};
    struct prediction said = {.n = 5, .p = 1, .value = value};
    cr_assert_eq(metric_find("accuracy")->value(&t, &said), 0.4);
    cr_assert_float_eq(metric_find("f1_macro")->value(&t, &said), 0.2, 1e-15);
    cr_assert(isnan(metric_find("log_loss")->value(&t, &said)), "no probabilities");
    cr_assert_eq(metric_perfect(metric_find("f1_macro"), &t), 1);
    cr_assert_float_eq(metric_perfect(metric_find("log_loss"), &t), 0, 1e-12);
    cr_assert_eq(metric_perfect(metric_find("roc_auc"), &t), 1);
}

Test(metric, labels_of_one_kind_have_no_perfect_area)
{
    const double ones[] = {1, 1}, both[] = {0, 1};
    const double *col[] = {ones, both};
    struct target t = {TASK_LABELS, {.n = 2, .p = 2, .col = col}, 0, NULL};
    cr_assert_eq(metric_perfect(metric_find("roc_auc"), &t), 1);
    t.y.p = 1;
    cr_assert(isnan(metric_perfect(metric_find("roc_auc"), &t)));
    cr_assert_eq(metric_perfect(metric_find("brier_score"), &t), 0);
}

Test(metric, the_most_probable_class_counts_and_the_first_of_equal_ones)
{
    const double is[] = {0, 1, 1}, a[] = {0.5, 0.2, 0.6}, b[] = {0.5, 0.8, 0.4};
    const double *col[] = {is}, *value[] = {a, b};
    struct target t = {TASK_CLASSES, {.n = 3, .p = 1, .col = col}, 2, NULL};
    struct prediction said = {
        .answer = ANSWER_PROBABILITIES, .n = 3, .p = 2, .value = value};
    cr_assert_eq(metric_find("accuracy")->value(&t, &said), 2.0 / 3);
    cr_assert_float_eq(metric_find("log_loss")->value(&t, &said),
                       -(log(.5) + log(.8) + log(.4)) / 3, 1e-15);
    said.p = 1; // a class that it never saw
    cr_assert_float_eq(metric_find("log_loss")->value(&t, &said),
                       -(log(.5) + 2 * log(DBL_EPSILON)) / 3, 1e-13);
}

/* scikit-learn: accuracy_score 1/3, hamming_loss 1/3, f1_score(average="macro",
 * zero_division=0) 1/2. */
Test(metric, labels_are_counted_one_by_one_and_together)
{
    const double a[] = {1, 0, 1}, b[] = {0, 0, 0}, pa[] = {1, 0.5, 0.75},
                 pb[] = {0, 0.75, 1};
    const double *col[] = {a, b}, *value[] = {pa, pb};
    struct target t = {TASK_LABELS, {.n = 3, .p = 2, .col = col}, 0, NULL};
    struct prediction said = {
        .answer = ANSWER_PROBABILITIES, .n = 3, .p = 2, .value = value};
    cr_assert_eq(metric_find("accuracy")->value(&t, &said), 1.0 / 3);
    cr_assert_eq(metric_find("hamming_loss")->value(&t, &said), 1.0 / 3);
    cr_assert_eq(metric_find("f1_macro")->value(&t, &said), 0.5);
}

/* Errors 1, 0, 2 and 2; shares of 1, 2, 3 and 6. */
Test(metric, the_middle_error_and_the_mean_share)
{
    const double with_0[] = {1, 0, 3, 6};
    cr_assert_eq(value("median_absolute_error", y, p, 4), 1.5);
    cr_assert_float_eq(value("mape", y, p, 4), (1 + 2 / 3.0 + 2 / 6.0) / 4, 1e-15);
    cr_assert(isnan(value("mape", with_0, p, 4)));
}

/* Of the four pairs two are in order and two are tied. */
Test(metric, areas_count_ties_as_one_half_and_pass_over_what_has_none)
{
    const double is[] = {0, 1, 1, 0}, none[] = {0, 0, 0, 0};
    const double first[] = {.8, .2, .8, .2}, second[] = {.2, .8, .2, .2};
    const double *col[] = {is, none}, *value[] = {first, second};
    struct target t = {TASK_CLASSES, {.n = 4, .p = 1, .col = col}, 2, NULL};
    struct target l = {TASK_LABELS, {.n = 4, .p = 2, .col = col}, 0, NULL};
    struct prediction said = {
        .answer = ANSWER_PROBABILITIES, .n = 4, .p = 2, .value = value};
    cr_assert_eq(metric_find("roc_auc")->value(&t, &said), 3 / 4.0);
    cr_assert_float_eq(metric_find("average_precision")->value(&t, &said), .75, 1e-15);
    cr_assert_eq(metric_find("roc_auc")->value(&l, &said), 1 / 2.0, "of label 1 alone");
    cr_assert_float_eq(metric_find("brier_score")->value(&t, &said),
                       (.04 + .04 + .64 + .04) / 4, 1e-15);
    l.y.col = (const double *const[]){none, none};
    cr_assert(isnan(metric_find("roc_auc")->value(&l, &said)));
    said.answer = ANSWER_VALUES;
    cr_assert(isnan(metric_find("brier_score")->value(&t, &said)));
}

/* scikit-learn on "a b c a c" and "a c a a d": recalls 1, 0 and 0. */
Test(metric, classes_that_occur_weigh_alike)
{
    const double is[] = {0, 1, 2, 0, 2}, foretold[] = {0, 2, 0, 0, 3};
    const double *col[] = {is}, *value[] = {foretold};
    struct target t = {TASK_CLASSES, {.n = 5, .p = 1, .col = col}, 4, NULL};
    struct prediction said = {.n = 5, .p = 1, .value = value};
    cr_assert_float_eq(metric_find("balanced_accuracy")->value(&t, &said), 1 / 3., 1e-15);
    cr_assert_float_eq(metric_find("matthews_corrcoef")->value(&t, &said), 2 / sqrt(224),
                       1e-15);
}

Test(metric, every_row_has_its_own_name_and_a_summary)
{
    for (size_t i = 0; i < metric_count; i++) {
        cr_assert_eq(metric_find(metric_all[i].name), &metric_all[i]);
        cr_assert_gt(strlen(metric_all[i].summary), 5);
        cr_assert_gt(strlen(metric_all[i].title), 0);
        cr_assert_neq(metric_all[i].tasks, 0);
    }
    cr_assert_null(metric_find("rmsle"));
    cr_assert_null(metric_find(""));
}

Test(metric, flags_are_judged_by_what_is_planted)
{
    const double price[] = {5, 5, 20, 5}, planted[] = {NAN, 50, NAN, 6};
    const double lower[] = {1, 1, 1, 1}, upper[] = {9, 9, 9, 9}, n[] = {8, 8, 8, 8};
    const double *values[] = {price, planted}, *bands[] = {lower, upper, n};
    struct target t = {.task = TASK_ANOMALY, .y = {.n = 4, .p = 2, .col = values}};
    const struct prediction said = {
        .answer = ANSWER_BANDS, .n = 4, .p = BAND_COLUMNS, .value = bands};
    cr_assert_eq(metric_find("flagged")->value(&t, &said), 0.25);
    cr_assert_eq(metric_find("precision")->value(&t, &said), 0.5);
    cr_assert_eq(metric_find("recall")->value(&t, &said), 0.5);
    cr_assert_eq(metric_find("f1")->value(&t, &said), 0.5);
    t.y.p = 1;
    cr_assert(isnan(metric_find("f1")->value(&t, &said)), "nothing is planted");
}
