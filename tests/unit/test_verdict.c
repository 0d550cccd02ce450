#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/artifacts.h"
#include "help/help.h"
#include "help/report.h"
#include "ship/verdict.h"

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

Test(verdict, a_better_model_is_said_to_be_better)
{
    judge();
    cr_assert(verdict.known && verdict.beats);
    cr_assert_str_eq(
        verdict.headline,
        "The model beats the naive forecast. On 3 held-out months its RMSE is "
        "1.000, that of last month's value 2.380: 58 % better.");
}

Test(verdict, a_worse_model_is_said_to_be_worse)
{
    artifacts_replace(folder, "metrics.json", "2.3804761428476167", "0.97");
    judge();
    cr_assert_not(verdict.beats);
    cr_assert_str_eq(
        verdict.headline,
        "The model does not beat the naive forecast. On 3 held-out months its "
        "RMSE is 1.000, that of last month's value 0.9700: 3.1 % worse.");
}

Test(verdict, an_equal_model_does_not_beat_it)
{
    artifacts_replace(folder, "metrics.json", "2.3804761428476167", "1.0");
    judge();
    cr_assert_not(verdict.beats);
    cr_assert_not_null(strstr(verdict.headline, "does not beat"));
    cr_assert_not_null(strstr(verdict.headline, ": no difference."));
}

Test(verdict, a_hair_is_not_rounded_to_nothing)
{
    artifacts_replace(folder, "metrics.json", "2.3804761428476167", "1.0001");
    judge();
    cr_assert_not_null(strstr(verdict.headline, ": less than 0.1 % better."));
}

Test(verdict, both_are_compared_on_the_rows_that_have_a_naive_forecast)
{
    artifacts_replace(folder, "residuals.csv", "2020-03,14,13,1,holdout,12",
                      "2020-03,14,9,5,holdout,");
    artifacts_replace(folder, "metrics.json", "{\"n\": 3, \"rmse\": 2.38",
                      "{\"n\": 2, \"rmse\": 2.54");
    judge();
    cr_assert_float_eq(verdict.rmse, 1, 1e-15,
                       "the month without a forecast is left out");
    cr_assert_not_null(strstr(verdict.headline,
                              "On those 2 of 3 held-out months that have a "
                              "naive forecast its RMSE is 1.000"),
                       "%s", verdict.headline);
}

Test(verdict, without_a_baseline_nothing_is_claimed)
{
    artifacts_replace(folder, "metrics.json", "\"baselines\": {",
                      "\"baselines\": {}, \"x\": {");
    judge();
    cr_assert_not(verdict.known);
    cr_assert_str_eq(verdict.headline,
                     "There is no naive forecast to compare the model with. "
                     "On 3 held-out months its RMSE is 1.000.");
    cr_assert_str_eq(verdict.sure, "");
}

Test(verdict, without_a_hold_out_the_model_is_not_tested)
{
    artifacts_replace(folder, "metrics.json", "\"holdout\": {",
                      "\"holdout\": null, \"x\": {");
    judge();
    cr_assert_not(verdict.known);
    cr_assert_str_eq(verdict.headline, "The model was not tested: no rows are held out.");
}

Test(verdict, rows_without_time_are_called_rows)
{
    run.pipeline.time = (struct time_config){0};
    judge();
    cr_assert_not_null(strstr(verdict.headline, "On 3 held-out rows"));
    cr_assert_not_null(strstr(verdict.headline, "that of the last value"));
}

Test(verdict, what_arrived_is_compared_too)
{
    judge();
    cr_assert_str_eq(verdict.arrived,
                     "On the 1 month that arrived since (2020-08) its RMSE is "
                     "4.000, that of last month's value 4.000: no difference.");
    artifacts_replace(folder, "metrics.json", "\"arrived\": {",
                      "\"arrived\": null, \"x\": {");
    judge();
    cr_assert_str_eq(verdict.arrived, "");
}

Test(verdict, the_next_month_is_told_with_its_real_value_where_known)
{
    judge();
    cr_assert_str_eq(verdict.next, "Next: 2020-09: 21.50.");
    artifacts_replace(folder, "predictions.csv", "2020-09,,", "2020-09,20,");
    judge();
    cr_assert_str_eq(verdict.next, "Next: 2020-09: 21.50; the real value was 20.00.");
}

Test(verdict, of_many_predictions_three_are_told)
{
    put_text("predictions.csv",
             "month,actual,prediction\n2020-07,16,17\n2020-08,20,16\n2020-09,,21\n"
             "2020-10,,22\n2020-11,,23\n");
    judge();
    cr_assert_str_eq(verdict.next,
                     "Predicted: 2020-07: 17.00 (really 16.00), 2020-08: 16.00 "
                     "(really 20.00), 2020-09: 21.00, and 2 more.");
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
                                            "hardly explains"),
                       "d is -3, -8, -3: mean -14/3, standard error 5/3");
}

Test(verdict, a_hold_out_among_training_rows_leaks)
{
    judge();
    cr_assert(verdict.leaks);
    cr_assert_not_null(strstr(verdict.sure, "The hold-out is shuffled"));
}

Test(verdict, a_hold_out_behind_all_training_rows_does_not_leak)
{
    artifacts_replace(folder, "residuals.csv", "2020-03,14,13,1,holdout",
                      "2020-03,14,13,1,train");
    judge();
    cr_assert_not(verdict.leaks);
    cr_assert_null(strstr(verdict.sure, "shuffled"));
}
