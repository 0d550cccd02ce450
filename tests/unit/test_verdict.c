#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/artifacts.h"
#include "help/help.h"
#include "help/report.h"
#include "report/verdict.h"

static struct verdict verdict;

TestSuite(verdict, .init = help_report_begin, .fini = help_report_end);

static void judge(void)
{
    help_report_read();
    verdict_of(&report, &mem, &verdict);
}

static void put_text(const char *name, const char *text)
{
    artifacts_put(folder, name, text, strlen(text));
}

#define FLATTERS " The hold-out is shuffled, which flatters the model."

/* How the model compares with the naive forecast on the three months that are held out. */
static void set_naive(const char *errors, const char *rmse)
{
    artifacts_replace(folder, "residuals.json", "-2.8", errors);
    artifacts_replace(folder, "metrics.json", "2.3804761428476167", rmse);
}

/* Puts a value in the place of an object, which is told by its beginning. */
static void set_member(const char *name, const char *begins, const char *value)
{
    size_t n, depth = 0;
    const char *text = artifacts_get(folder, name, &n), *at = strstr(text, begins);
    const char *from = at + strlen(begins) - 1, *to = from;
    do {
        depth += *to == '{';
        depth -= *to++ == '}';
    } while (depth > 0);
    const char *old = arena_copy(&mem, from, (size_t)(to - from));
    artifacts_replace(folder, name, old, value);
}

Test(verdict, a_better_model_is_said_to_be_better)
{
    judge();
    cr_assert_eq(verdict.says, VERDICT_BETTER);
    cr_assert_float_eq(verdict.errors, -2.8, 0);
    cr_assert_str_eq(
        verdict.headline,
        "The model beats the best naive forecast, last month's value. On 3 held-out "
        "months its RMSE is 1.000, that forecast's 2.380: 58 % better." FLATTERS);
}

Test(verdict, a_worse_model_is_said_to_be_worse)
{
    set_naive("5.2", "0.31622776601683794");
    judge();
    cr_assert_eq(verdict.says, VERDICT_WORSE);
    cr_assert_str_eq(
        verdict.headline,
        "The model is worse than the best naive forecast, last month's value. On 3 "
        "held-out months its RMSE is 1.000, that forecast's 0.3162: 216 % "
        "worse." FLATTERS);
}

Test(verdict, a_difference_below_two_standard_errors_is_none)
{
    set_naive("-0.3", "1.0801234497346435");
    judge();
    cr_assert_eq(verdict.says, VERDICT_SAME);
    cr_assert_str_eq(verdict.headline,
                     "The model is not distinguishable from the best naive forecast, "
                     "last month's value. On 3 held-out months its RMSE is 1.000, that "
                     "forecast's 1.080: 7.4 % better, by 0.3 standard errors." FLATTERS);
    cr_assert_not_null(strstr(verdict.sure, "differ by 0.3 standard errors, which chance "
                                            "explains easily"));
}

Test(verdict, an_equal_model_is_not_distinguishable)
{
    set_naive("0", "1.0");
    judge();
    cr_assert_eq(verdict.says, VERDICT_SAME);
    cr_assert_not_null(strstr(verdict.headline, ": no difference."));
}

Test(verdict, the_same_difference_on_every_row_is_one)
{
    set_naive("-1.7976931348623157e308", "2.0");
    judge();
    cr_assert(verdict.says == VERDICT_BETTER && isinf(verdict.errors));
    cr_assert_not_null(strstr(verdict.sure, "the same on every one of them"));
}

Test(verdict, a_hair_is_not_rounded_to_nothing)
{
    artifacts_replace(folder, "metrics.json", "2.3804761428476167", "1.0001");
    judge();
    cr_assert_not_null(strstr(verdict.headline, ": less than 0.1 % better."));
}

Test(verdict, the_best_of_the_table_is_what_counts)
{
    artifacts_replace(folder, "metrics.json", "\"best_guess\": {\"n\": 0, \"rmse\": null",
                      "\"best_guess\": {\"n\": 3, \"rmse\": 0.5");
    judge();
    cr_assert_str_eq(verdict.best->name, "best_guess");
    cr_assert_not_null(
        strstr(verdict.headline, "the best naive forecast, best_guess. On"));
    cr_assert_not_null(strstr(verdict.headline, "0.5000: 100 % worse"));
}

/* One lucky month is no forecast to be compared with. */
Test(verdict, a_baseline_with_few_rows_counts_only_where_all_have_few)
{
    artifacts_replace(folder, "metrics.json", "\"best_guess\": {\"n\": 0, \"rmse\": null",
                      "\"best_guess\": {\"n\": 1, \"rmse\": 0.0");
    artifacts_replace(folder, "residuals.json", "\"best_guess\", \"n\": 3",
                      "\"best_guess\", \"n\": 1");
    judge();
    cr_assert_str_eq(verdict.best->name, "naive");
    artifacts_replace(folder, "metrics.json", "\"baselines\": {\"naive\": {\"n\": 3",
                      "\"baselines\": {\"naive\": {\"n\": 0");
    judge();
    cr_assert_str_eq(verdict.best->name, "best_guess");
    cr_assert(verdict.says == VERDICT_SAME && isnan(verdict.errors));
    cr_assert_not_null(strstr(verdict.sure, "too few to tell"));
}

Test(verdict, both_are_compared_on_the_rows_that_have_a_naive_forecast)
{
    artifacts_replace(folder, "residuals.json",
                      "\"naive\", \"n\": 3, \"rmse\": 1.0, "
                      "\"errors\": -2.8",
                      "\"naive\", \"n\": 2, \"rmse\": 0.9, \"errors\": null");
    artifacts_replace(folder, "metrics.json", "{\"n\": 3, \"rmse\": 2.38",
                      "{\"n\": 2, \"rmse\": 2.54");
    judge();
    cr_assert_float_eq(verdict.rmse, 0.9, 0, "the month without a forecast is left out");
    cr_assert_not_null(strstr(verdict.headline,
                              "On those 2 of 3 held-out months that have such a "
                              "forecast its RMSE is 0.9000"),
                       "%s", verdict.headline);
    cr_assert_eq(verdict.says, VERDICT_SAME, "two rows tell nothing");
}

Test(verdict, without_a_baseline_nothing_is_claimed)
{
    set_member("metrics.json", "\"baselines\": {", "{}");
    judge();
    cr_assert_eq(verdict.says, VERDICT_NONE);
    cr_assert_str_eq(verdict.headline,
                     "There is no naive forecast to compare the model with. "
                     "On 3 held-out months its RMSE is 1.000.");
    cr_assert_str_eq(verdict.sure, "");
}

Test(verdict, without_a_hold_out_the_model_is_not_tested)
{
    artifacts_replace(folder, "metrics.json", "\"holdout\": {\"n\": 3",
                      "\"holdout\": {\"n\": 0");
    judge();
    cr_assert_eq(verdict.says, VERDICT_NONE);
    cr_assert_str_eq(verdict.headline, "The model was not tested: no rows are held out.");
}

Test(verdict, rows_without_time_are_called_rows)
{
    pipeline.time = (struct time_config){0};
    judge();
    cr_assert_not_null(strstr(verdict.headline, "On 3 held-out rows"));
    cr_assert_not_null(
        strstr(verdict.headline, "the best naive forecast, the last value."));
}

Test(verdict, what_arrived_is_compared_too)
{
    judge();
    cr_assert_str_eq(verdict.arrived,
                     "On the 1 month that arrived since (2020-08) its RMSE is "
                     "4.000, that of the best naive forecast on them, last month's "
                     "value, 4.000: no difference.");
    set_member("metrics.json", "\"arrived\": {", "null");
    judge();
    cr_assert_str_eq(verdict.arrived, "");
}

Test(verdict, what_arrived_is_compared_with_the_best_on_those_rows)
{
    artifacts_replace(folder, "metrics.json", "\"arrived_baselines\": {",
                      "\"arrived_baselines\": {\"best_guess\": {\"n\": 1, \"rmse\": 2.0, "
                      "\"mae\": 2.0, \"r2\": null, \"bias\": -2.0}, ");
    judge();
    cr_assert_str_eq(verdict.best->name, "naive");
    cr_assert_str_eq(verdict.best_arrived->name, "best_guess");
    cr_assert_not_null(strstr(verdict.arrived, "the best naive forecast on them, "
                                               "best_guess, 2.000: 100 % worse"),
                       "%s", verdict.arrived);
}

Test(verdict, the_next_month_is_told_with_its_real_value_where_known)
{
    judge();
    cr_assert_str_eq(verdict.next, "Next: 2020-09: 21.50.");
    artifacts_replace(folder, "predictions.csv", "2020-09,,", "2020-09,20,");
    judge();
    cr_assert_str_eq(verdict.next, "Next: 2020-09: 21.50; the real value was 20.00.");
}

Test(verdict, of_many_predictions_the_three_that_lie_ahead_are_told)
{
    put_text("predictions.csv",
             "month,actual,prediction\n2020-07,16,17\n2020-08,20,16\n2020-09,,21\n"
             "2020-10,,22\n2020-11,,23\n");
    judge();
    cr_assert_str_eq(verdict.next,
                     "Next: 2020-09: 21.00, 2020-10: 22.00, 2020-11: 23.00; and 2 "
                     "earlier months without a row of the table.");
    put_text("predictions.csv",
             "month,actual,prediction\n2020-09,,21\n2020-10,,22\n2020-11,,23\n"
             "2020-12,,24\n");
    judge();
    cr_assert_str_eq(verdict.next,
                     "Next: 2020-09: 21.00, 2020-10: 22.00, 2020-11: 23.00, and 1 more.");
}

Test(verdict, where_nothing_lies_ahead_gaps_are_told)
{
    put_text("predictions.csv", "month,actual,prediction\n2020-07,16,17\n2020-08,,16\n");
    judge();
    cr_assert_str_eq(verdict.next,
                     "Predicted: 2020-07: 17.00 (really 16.00), 2020-08: 16.00.");
}

/* Of many series a month has many rows, and a row is told by its series too. */
Test(verdict, rows_of_series_are_called_rows_and_told_with_their_series)
{
    pipeline.group = "shop";
    put_text("predictions.csv", "month,shop,actual,prediction\n2020-09,Arica,,21\n"
                                "2020-09,O'Higgins,20,22\n2020-09,17,,23\n");
    judge();
    cr_assert_str_eq(verdict.next,
                     "Next: 2020-09 of 'Arica': 21.00, 2020-09 of 'O'Higgins': 22.00 "
                     "(really 20.00), 2020-09 of 17: 23.00.");
    cr_assert_not_null(strstr(verdict.headline, "On 3 held-out rows its RMSE"));
    cr_assert_not_null(strstr(verdict.sure, "rests on 3 rows"));
}

/* What each step's forecasts are called, seasonal_drift's twice: with the usual season and
 * with one of three steps. */
static const struct {
    enum timestep_place step;
    const char *naive, *seasonal, *drift, *odd;
} called[] = {
    {TIMESTEP_MONTH, "last month's value", "the value a year ago",
     "last month's value plus last year's change",
     "last month's value plus the change 3 months ago"},
    {TIMESTEP_DAY, "the day before's value", "the value a week ago",
     "the day before's value plus last week's change",
     "the day before's value plus the change 3 days ago"},
    {TIMESTEP_HOUR, "the hour before's value", "the value a day ago",
     "the hour before's value plus the day before's change",
     "the hour before's value plus the change 3 hours ago"},
    {TIMESTEP_WEEK, "last week's value", "the value a year ago",
     "last week's value plus last year's change",
     "last week's value plus the change 3 weeks ago"},
    {TIMESTEP_QUARTER, "last quarter's value", "the value a year ago",
     "last quarter's value plus last year's change",
     "last quarter's value plus the change 3 quarters ago"},
    {TIMESTEP_YEAR, "last year's value", "the value a year ago",
     "last year's value plus last year's change",
     "last year's value plus the change 3 years ago"},
    {TIMESTEP_15MIN, "the value 15 minutes before", "the value a day ago",
     "the value 15 minutes before plus the day before's change",
     "the value 15 minutes before plus the change 3 15-minute steps ago"},
    {TIMESTEP_1MIN, "the value 1 minute before", "the value a day ago",
     "the value 1 minute before plus the day before's change",
     "the value 1 minute before plus the change 3 1-minute steps ago"},
};

Test(verdict, forecasts_are_called_by_their_step_and_season)
{
    for (size_t i = 0; i < COUNT_OF(called); i++) {
        pipeline.time.step = called[i].step;
        pipeline.time.season = 0;
        cr_assert_str_eq(verdict_baseline(&pipeline, "naive", &mem), called[i].naive);
        cr_assert_str_eq(verdict_baseline(&pipeline, "seasonal_naive", &mem),
                         called[i].seasonal);
        cr_assert_str_eq(verdict_baseline(&pipeline, "seasonal_drift", &mem),
                         called[i].drift);
        pipeline.time.season = 3;
        cr_assert_str_eq(verdict_baseline(&pipeline, "seasonal_drift", &mem),
                         called[i].odd);
    }
    cr_assert_str_eq(verdict_baseline(&pipeline, "best_guess", &mem), "best_guess");
}

/* Metrics of classes beside the most frequent one; 3 rows are held out. */
static void put_classes(void)
{
    static const char *const parts[] = {"\"holdout\": {", "\"training\": {",
                                        "\"all\": {"};
    static const char answers[] = "month,prediction\n2020-07,owl\n";
    artifacts_put(folder, "predictions.csv", answers, sizeof answers - 1);
    artifacts_replace(folder, "metrics.json", "\"task\": \"regression\"",
                      "\"task\": \"classes\"");
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        set_member("metrics.json", parts[i], "{\"n\": 3, \"accuracy\": 0.75}");
    set_member("metrics.json", "\"arrived\": {", "null");
    set_member("metrics.json", "\"arrived_baselines\": {", "null");
    set_member("metrics.json", "\"baselines\": {",
               "{\"majority\": {\"n\": 3, \"accuracy\": 0.5}}");
    set_member("metrics.json", "\"beats\": {", "{\"majority\": true}");
    pipeline.task = TASK_CLASSES;
}

Test(verdict, classes_are_compared_with_the_most_frequent_one)
{
    put_classes();
    judge();
    cr_assert_eq(verdict.says, VERDICT_NONE, "no errors are squared");
    cr_assert_str_eq(verdict.headline,
                     "The model beats the most frequent class. On 3 held-out months its "
                     "accuracy is 0.7500, that answer's 0.5000.");
    artifacts_replace(folder, "metrics.json", "\"majority\": true",
                      "\"majority\": false");
    judge();
    cr_assert_not_null(
        strstr(verdict.headline, "does not beat the most frequent class."));
    cr_assert_str_eq(verdict.sure, "");
    artifacts_replace(folder, "classification.json", "\"baselines\": []",
                      "\"baselines\": [{\"name\": \"majority\", \"n\": 3, "
                      "\"only_model\": 2, \"only_baseline\": 1, \"statistic\": 0, "
                      "\"p_statistic\": 1, \"p\": 0.21875, \"p_less\": 0.5}]");
    judge();
    cr_assert_str_eq(verdict.sure,
                     "How sure: of 3 held-out months only the model is right on 2, only "
                     "the most frequent class on 1; chance makes such a difference with "
                     "p 0.219 (McNemar).");
}

Test(verdict, which_answer_is_right_more_often_is_judged_by_mcnemar)
{
    static const struct {
        const char *counts;
        enum verdict_says says;
    } tests[] = {
        {"\"only_model\": 17, \"only_baseline\": 1, \"p\": 0.001", VERDICT_BETTER},
        {"\"only_model\": 1, \"only_baseline\": 17, \"p\": 0.001", VERDICT_WORSE},
        {"\"only_model\": 3, \"only_baseline\": 1, \"p\": 0.6", VERDICT_SAME}};
    const char *before = "\"baselines\": []";
    put_classes();
    judge();
    cr_assert_eq(verdict.right, VERDICT_NONE, "nothing was tested");
    for (size_t i = 0; i < COUNT_OF(tests); i++) {
        const char *now = arena_format(
            &mem,
            "\"baselines\": [{\"name\": \"majority\", \"n\": 30, \"statistic\": 1, "
            "\"p_statistic\": 1, \"p_less\": 0.5, %s}]",
            tests[i].counts);
        artifacts_replace(folder, "classification.json", before, now);
        judge();
        cr_assert_eq(verdict.right, tests[i].says, "%zu", i);
        before = now;
    }
}

/* The best rule is recommended, not the one that was asked for. */
Test(verdict, of_anomalies_the_best_rule_is_told)
{
    struct classification_json_rule rules[] = {{.name = "model", .f1 = 0.625},
                                               {.name = "z_score", .f1 = 0.75},
                                               {.name = "median_mad", .f1 = 0.5}};
    struct classification_json_anomalies anomalies = {
        .planted = 138, .n_rules = 3, .rule = rules};
    put_classes();
    help_report_read();
    report.classes.anomalies = &anomalies;
    verdict_of(&report, &mem, &verdict);
    cr_assert_not_null(strstr(
        verdict.headline, "held-out months, of which 138 were altered on purpose, its"));
    cr_assert_str_eq(verdict.sure, "Of the rules beside each other “z_score” finds best: "
                                   "F1 0.750, the model's 0.625.");
    rules[1].f1 = 0.625; // a tie is the model's
    verdict_of(&report, &mem, &verdict);
    cr_assert_str_eq(
        verdict.sure,
        "Of the rules beside each other none finds better than the model's.");
}

Test(verdict, nothing_to_predict_is_said)
{
    put_text("predictions.csv", "month,actual,prediction\n");
    judge();
    cr_assert_not_null(strstr(verdict.next, "Nothing to predict"));
}

Test(verdict, the_difference_is_measured_in_its_standard_errors)
{
    judge();
    cr_assert_not_null(strstr(verdict.sure, "the skill of 0.580"), "%s", verdict.sure);
    cr_assert_not_null(strstr(verdict.sure, "differ by 2.8 standard errors, which chance "
                                            "hardly explains"));
}

Test(verdict, a_hold_out_among_training_rows_leaks)
{
    judge();
    cr_assert(verdict.leaks);
    cr_assert_not_null(strstr(verdict.sure, "The hold-out is shuffled"));
}

Test(verdict, a_hold_out_behind_all_training_rows_does_not_leak)
{
    artifacts_replace(folder, "residuals.json", "\"first\": \"2020-03\"",
                      "\"first\": \"2020-06\"");
    judge();
    cr_assert_not(verdict.leaks);
    cr_assert_null(strstr(verdict.sure, "shuffled"));
}

/* A label of many series is its time, then its series. */
Test(verdict, a_hold_out_of_many_series_leaks_by_its_times_alone)
{
    pipeline.group = "shop";
    put_text("predictions.csv", "month,shop,actual,prediction\n2020-09,Arica,,21\n");
    judge();
    cr_assert(verdict.leaks);
    artifacts_replace(folder, "residuals.json", "\"first\": \"2020-03\"",
                      "\"first\": \"2020-06 of 'Arica'\"");
    judge();
    cr_assert_not(verdict.leaks);
}
