#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "help/artifacts.h"
#include "help/help.h"
#include "help/markup.h"
#include "help/report.h"
#include "help/sealed.h"
#include "help/tables.h"
#include "report/page.h"
#include "report/report.h"

TestSuite(report, .init = help_report_begin, .fini = help_report_end);

/* Breaks one artifact and expects an error that holds the words. */
static void expect_fault(const char *name, const char *old, const char *instead,
                         const char *words)
{
    artifacts_replace(folder, name, old, instead);
    cr_assert_eq(report_read(&run, NULL, &mem, &report, &err), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, words), "%s", err.message);
    cr_assert_not_null(strstr(err.loc.path, name), "%s", err.loc.path);
    cr_assert_not_null(strstr(err.hint, "pipeline/toy.yaml"), "%s", err.hint);
}

static void put_text(const char *name, const char *text)
{
    artifacts_put(folder, name, text, strlen(text));
}

Test(report, figures_of_every_part_are_read)
{
    size_t n;
    help_report_read();
    cr_assert_eq(report_score(&report, PART_HOLDOUT)->n, 3);
    cr_assert_float_eq(metrics_json_value(report_score(&report, PART_TRAIN), "rmse"),
                       0.70710678118654757, 0);
    cr_assert(isnan(metrics_json_value(report_score(&report, PART_ARRIVED), "r2")));
    cr_assert_null(report_score(&report, PART_UPCOMING));
    cr_assert_str_eq(report.metrics.arrived->first, "2020-08");
    cr_assert_str_eq(report_baselines(&report, PART_HOLDOUT, &n)[1].name, "best_guess");
    cr_assert_eq(n, 2);
    report_baselines(&report, PART_ARRIVED, &n);
    cr_assert_eq(n, 1);
    cr_assert_str_eq(report_metric(&report)->name, "rmse");
}

Test(report, rows_keep_their_month_and_part)
{
    help_report_read();
    const struct report_series *s = &report.rows;
    cr_assert(s->n == 8 && s->of == 8);
    cr_assert_str_eq(s->step->name, "month");
    cr_assert_str_eq(s->key[7], "2020-08");
    cr_assert_float_eq(s->place[1] - s->place[0], 31, 0);
    cr_assert_eq(s->part[7], PART_ARRIVED);
    cr_assert_eq(report.last.n, 8, "of a short table all rows are the last ones");
    cr_assert_str_eq(report_residuals(&report, PART_ARRIVED)->worst->key, "2020-08");
    cr_assert_eq(report_common(&report, PART_HOLDOUT, "naive")->n, 3);
    cr_assert_null(report_common(&report, PART_TRAIN, "naive"));
    cr_assert(isnan(report.upcoming.actual[0]));
}

Test(report, of_a_long_table_some_rows_stand_for_all)
{
    artifacts_replace(folder, "residuals.json", "\"rows\": 8, \"every\": 1",
                      "\"rows\": 8000000, \"every\": 1000000");
    artifacts_replace(folder, "residuals.json", "\"last\": []",
                      "\"last\": [[\"2020-08\", 20, 16, \"arrived\"]]");
    help_report_read();
    cr_assert(report.rows.n == 8 && report.rows.of == 8000000);
    cr_assert(report.last.n == 1 && report.last.of == 8000000);
}

Test(report, keys_of_rows_without_time_stay_texts)
{
    pipeline.time = (struct time_config){0};
    artifacts_replace(folder, "residuals.json", "[[\"2020-01\"", "[[\"first row\"");
    help_report_read();
    cr_assert_null(report.rows.step);
    cr_assert_str_eq(report.rows.key[0], "first row");
    cr_assert_float_eq(report.rows.place[1], 1, 0);
}

Test(report, rows_to_come_of_many_series_stand_behind_all_others)
{
    json_t *o, *next;
    pipeline.group = "shop";
    put_text("predictions.csv",
             "month,shop,actual,prediction\n2020-09,Arica,,21\n"
             "2020-09,Lota,,22\n2020-09,Talca,,23\n2020-09,Ovalle,,24\n");
    help_report_read();
    const struct report_series *u = &report.upcoming;
    double last = report.rows.place[report.rows.n - 1];
    cr_assert_eq(u->n, 4);
    cr_assert_gt(u->place[0], last);
    cr_assert_leq(u->place[3], last + 1 + (double)report.rows.n / 4, "a fifth of it all");
    cr_assert_str_eq(report_label(u, 1, &mem), "2020-09 of 'Lota'");
    o = report_json(&report);
    next = json_array_get(json_object_get(o, "predictions"), 1);
    cr_assert_str_eq(json_string_value(json_object_get(next, "month")), "2020-09");
    cr_assert_str_eq(json_string_value(json_object_get(next, "shop")), "Lota");
    json_decref(o);
}

Test(report, the_grid_knows_its_axes_and_its_order)
{
    help_report_read();
    const struct report_search *s = &report.search;
    cr_assert_eq(s->table.n_axes, 3);
    cr_assert_eq(s->table.n_cells, 8);
    cr_assert_eq(s->table.folds, 2);
    cr_assert_str_eq(s->axis[0].brief, "alpha");
    cr_assert_str_eq(s->axis[0].value[0], "0.1", "numbers are sorted");
    cr_assert_eq(s->order[0], 5);
    cr_assert_eq(s->order[7], 3);
    cr_assert_eq(s->score->better, BETTER_HIGH);
}

Test(report, cells_within_one_standard_error_are_counted)
{
    help_report_read();
    cr_assert_float_eq(report.search.error, 0.1, 1e-15, "folds 0.8 and 1");
    cr_assert_eq(report.search.within_error, 4, "0.9, 0.85, 0.81 and 0.8");
}

Test(report, a_score_may_be_better_when_it_is_lower)
{
    artifacts_replace(folder, "model.json", "\"score\": \"r2\"", "\"score\": \"mae\"");
    help_report_read();
    cr_assert_eq(report.search.score->better, BETTER_LOW);
}

Test(report, chosen_features_stand_first_by_score)
{
    help_report_read();
    const struct report_selection *s = &report.selection;
    cr_assert(s->present);
    cr_assert_eq(s->n_chosen, 2);
    cr_assert_str_eq(s->feature[0].name, "price_mean3_lag1");
    cr_assert_str_eq(s->feature[1].name, "price_lag1");
    cr_assert_not(s->feature[2].chosen);
}

Test(report, a_model_without_a_choice_uses_all_features)
{
    artifacts_replace(folder, "model.json", "\"select\"", "\"choose\"");
    help_report_read();
    cr_assert_not(report.selection.present);
    cr_assert_eq(report.selection.n_all, 3);
    artifacts_replace(folder, "model.json", "\"texts\": []", "\"texts\": [\"note\"]");
    artifacts_replace(
        folder, "features.json", "}]",
        "}, {\"name\": \"note\", \"column\": \"note\", \"formula\": \"as_is\", "
        "\"window\": 1, \"min_periods\": 0, \"shift\": 0, \"lead\": 0}]");
    help_report_read();
    cr_assert_eq(report.selection.n_all, 4, "texts are features too");
}

Test(report, formulas_are_counted)
{
    help_report_read();
    cr_assert_eq(report.formulas.n, 2);
    cr_assert_eq(report.formulas.formula[0].columns, 2);
    cr_assert_str_eq(report.formulas.formula[1].formula, "mean");
}

Test(report, sources_files_repairs_and_rejects_are_read)
{
    help_report_read();
    const struct ingest_json_source *shop = &report.ingest.source[0];
    const struct quality_json *q = &report.quality;
    cr_assert_eq(shop->n_files, 3);
    cr_assert_str_eq(shop->file[2].refused_whole, "no column 'price'");
    cr_assert_eq(report_dropped(&report), 1);
    cr_assert_eq(q->repaired.cells, 2);
    cr_assert_str_eq(q->repaired.list[1].repaired, "15x");
    cr_assert_eq(report.rejects.n, 2);
    cr_assert_str_eq(report.rejects.row[1].value, "'=1+2");
    cr_assert_eq(q->arrived.rows, 1);
}

Test(report, figures_of_another_model_are_refused)
{
    static const char *const names[] = {"metrics.json", "predictions.json"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct arena own = {0};
        size_t n;
        artifacts_write(folder);
        const char *plain = artifacts_get(folder, names[i], &n);
        const char *whole = help_read(help_path(folder, names[i]), NULL);
        struct text other = {.mem = &own};
        text_add(&other, plain, (size_t)(strrchr(plain, '}') - plain));
        text_puts(&other, strstr(whole, ",\n  \"options\""));
        char *digit = strstr(other.p, "\"model\": [\"xxh64\", \"") + 21;
        *digit = *digit == '0' ? '1' : '0';
        *strstr(other.p, ",\n  \"checksum\"") = '\0';
        help_write_sealed(help_path(folder, names[i]),
                          arena_format(&own, "%s}\n", other.p), strlen(other.p) + 2, "");
        cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_INPUT);
        cr_assert_not_null(strstr(err.message, "of another model"), "%s: %s", names[i],
                           err.message);
        arena_release(&own);
    }
}

Test(report, figures_of_another_question_are_refused)
{
    pipeline.task = TASK_CLASSES;
    cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the figures are of regression of 'price', the "
                                  "pipeline is for classes of 'price'");
    pipeline.task = TASK_REGRESSION;
    pipeline.targets.v = (const char *const[]){"cost"};
    cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "the pipeline is for regression of 'cost'"));
}

/* Rows to come of classes, as predictions.csv has them; NULL: another table has them. */
static enum status read_classes(const char *predictions)
{
    artifacts_replace(folder, "metrics.json", "\"task\": \"regression\"",
                      "\"task\": \"classes\"");
    artifacts_replace(folder, "model.json", "\"classes\": []",
                      "\"classes\": [\"cat\", \"owl\"]");
    artifacts_replace(folder, "model.json", "\"answer\": \"values\"",
                      "\"answer\": \"probabilities\"");
    if (predictions)
        put_text("predictions.csv", predictions);
    pipeline.task = TASK_CLASSES;
    return report_read(&run, reports, &mem, &report, &err);
}

static const struct field coming[] = {{"month", TYPE_DATE},
                                      {"shop", TYPE_TEXT},
                                      {"actual", TYPE_REAL},
                                      {"prediction", TYPE_REAL}};

/* Has n rows to come stand in predictions.arrow, as predict has them of many. */
static void put_arrow(const struct field *fields, size_t n_fields, size_t n,
                      const char *rows)
{
    size_t bytes;
    char count[64];
    const char *path = help_path(help_folder(), "p.arrow");
    tables_write_batches(path, fields, n_fields, 256, rows);
    const char *text = help_read(path, &bytes);
    artifacts_put(folder, "predictions.csv", "", 0); // is not looked at
    artifacts_put(folder, "predictions.arrow", text, bytes);
    snprintf(count, sizeof count, "\"target\": \"price\", \"rows\": %zu", n);
    artifacts_replace(folder, "predictions.json", "\"target\": \"price\"", count);
}

Test(report, rows_to_come_have_their_bands)
{
    static const char rows[] = "month,actual,prediction,lower,upper\n"
                               "2020-09,,21.5,20.25,23.5\n2020-10,,22,,\n";
    artifacts_put(folder, "predictions.csv", rows, strlen(rows));
    artifacts_replace(folder, "predictions.json", "\"target\"",
                      "\"level\": 0.8, \"target\"");
    help_report_read();
    const struct report_series *u = &report.upcoming;
    cr_assert(u->lower[0] == 20.25 && u->upper[0] == 23.5 && isnan(u->lower[1]));
    struct text page = {.mem = &mem};
    page_write(&report, &page);
    cr_assert_not_null(strstr(page.p, "Upright lines are 80 % bands."), "%.200s",
                       strstr(page.p, "Upright") ? strstr(page.p, "Upright") : "none");
    cr_assert_not_null(strstr(page.p, "Next: 2020-09: 21.50 (80 % band 20.25 to 23.50), "
                                      "2020-10: 22.00."));
    cr_assert_not_null(strstr(page.p, "20.3 to 23.5") ? page.p
                                                      : strstr(page.p, "20.25 to 23.50"));
    json_t *o = report_json(&report), *all = json_object_get(o, "predictions");
    cr_assert_eq(json_real_value(json_object_get(json_array_get(all, 0), "upper")), 23.5);
    json_decref(o);
}

/* Six origins with the table behind them: 2020-05 misses by 6, the others by 1. */
static void add_versus(const char *name, const char *skill, const char *p,
                       const char *clustered, struct text *t)
{
    text_addf(t,
              "\"%s\": {\"n\": 6, \"model\": 2.6, \"skill\": %s, \"statistic\": -3, "
              "\"p\": %s, \"clustered\": -2, \"p_clustered\": %s, \"rmse\": 5, "
              "\"mase\": 2}",
              name, skill, p, clustered);
}

static void add_part(const char *name, const char *p, const char *clustered,
                     struct text *t)
{
    text_addf(t,
              "{\"name\": \"%s\", \"first\": \"2020-03\", \"last\": \"2020-08\", "
              "\"n\": 6, \"rmse\": 2.6, \"mase\": 0.5, \"bands\": {\"n\": 6, "
              "\"coverage\": 0.8333333333, \"width\": 7, \"score\": 9}, "
              "\"baselines\": {",
              name);
    add_versus("drift", "0.9", "0.001", "0.001", t);
    text_puts(t, ", ");
    add_versus("naive", "0.48", p, clustered, t);
    text_puts(t, "}}");
}

static const char backtest_rows[] =
    "origin,horizon,month,actual,prediction,lower,upper\n"
    "2020-02,1,2020-03,10,11,,\n2020-03,1,2020-04,9,10,,\n"
    "2020-04,1,2020-05,9,15,,\n2020-05,1,2020-06,9,10,,\n"
    "2020-06,1,2020-07,9,10,,\n2020-07,1,2020-08,9,10,,\n";

/* clustered is p of all origins, late and late_clustered those of the span. */
static void put_spans(const char *clustered, const char *late, const char *late_clustered)
{
    struct text t = {.mem = &mem};
    text_puts(&t,
              "{\"task\": \"regression\", \"target\": \"price\", \"judge\": \"rmse\", "
              "\"step\": \"month\", \"season\": 12, \"plan\": {\"first\": \"2020-02\", "
              "\"last\": \"2020-07\", \"origins\": 6, \"step\": 1, \"horizon\": 1, "
              "\"gap\": 0, \"refit\": 1, \"window\": 0, \"fits\": 6, \"answered\": 1}, "
              "\"why\": null, \"rows\": 6, \"level\": 0.9, \"log\": false, \"all\": ");
    add_part("all", "0.02", clustered, &t);
    text_puts(&t, ", \"spans\": [");
    add_part("<late>", late, late_clustered, &t);
    text_puts(&t, "], \"horizons\": [");
    add_part("1", "0.02", "0.2", &t);
    text_puts(&t, ", ");
    add_part("2", "0.02", "0.2", &t);
    text_puts(&t, "], \"seasons\": [], \"years\": [");
    add_part("2019", "0.02", "0.2", &t);
    text_puts(&t, ", ");
    add_part("2020", "0.02", "0.2", &t);
    text_puts(&t, "], \"groups\": null, \"leaks\": {\"origins\": 1, \"columns\": 1, "
                  "\"rows\": 1, \"proof\": {\"from\": null, \"fits\": 0, \"answers\": 0, "
                  "\"why\": \"none\"}, \"found\": [{\"column\": \"<price>\", \"kind\": "
                  "\"altered\", \"of\": null, \"ahead\": 0, \"first\": null, "
                  "\"rows\": 1, \"accepted\": null}, {\"column\": \"rain\", "
                  "\"kind\": \"scaled\", \"of\": null, \"ahead\": 0, \"first\": "
                  "null, \"rows\": 1, \"accepted\": \"an <index>\"}]}}\n");
    artifacts_put(folder, "backtest.csv", backtest_rows, strlen(backtest_rows));
    artifacts_put(folder, "backtest.json", t.p, t.n);
}

static void put_backtest(const char *clustered)
{
    put_spans(clustered, "0.02", clustered);
}

static const char *page_of(void)
{
    struct text page = {.mem = &mem};
    help_report_read();
    page_write(&report, &page);
    cr_assert_null(markup_fault(page.p), "%s", markup_fault(page.p));
    return page.p;
}

/* The rival is the naive forecast, beside which the model looks worst. */
Test(report, the_verdict_rests_on_the_backtest_where_there_is_one)
{
    put_backtest("0.03");
    const char *page = page_of();
    cr_assert_not_null(strstr(
        page, "The model beats the best naive forecast, last month's value. From "
              "each of 6 origins (2020-02 – 2020-07), knowing what was known then, "
              "its RMSE one month ahead is 2.600, that forecast's 5.000: 48 % "
              "better (p 0.030)."));
    json_t *o = report_json(&report);
    json_t *verdict = json_object_get(o, "verdict");
    cr_assert_str_eq(json_string_value(json_object_get(verdict, "rests_on")), "backtest");
    cr_assert_str_eq(json_string_value(json_object_get(verdict, "baseline")), "naive");
    cr_assert(json_is_true(json_object_get(o, "beats_naive")));
    json_t *span = json_array_get(json_object_get(o, "backtest"), 1);
    cr_assert_str_eq(json_string_value(json_object_get(span, "worst")), "2020-05");
    cr_assert_float_eq(json_real_value(json_object_get(span, "worst_share")), 36 / 41.0,
                       1e-15);
    json_decref(o);
}

/* Where the model was learnt, and what was tried against leaks. */
Test(report, the_backtest_says_what_was_learnt_and_tried)
{
    put_backtest("0.03");
    const char *page = page_of();
    cr_assert_not_null(strstr(page, "was chosen and learnt from what was known then. "));
    cr_assert_not_null(strstr(page, "1 column in 1 row, computed anew as of 1 origin"));
    cr_assert_not_null(strstr(page, "The recipe was not tried: none."));
    artifacts_replace(folder, "backtest.json", "\"fits\": 6", "\"fits\": 1");
    cr_assert_not_null(
        strstr(page_of(), "learnt at the first of them, from what was known"));
    artifacts_replace(folder, "backtest.json", "\"fits\": 1", "\"fits\": 2");
    cr_assert_not_null(strstr(page_of(), "learnt at 2 of them, each time from what was"));
    artifacts_replace(
        folder, "backtest.json",
        "\"from\": null, \"fits\": 0, \"answers\": 0, \"why\": \"none\"",
        "\"from\": \"backtest\", \"fits\": 1, \"answers\": 4, \"why\": null");
    cr_assert_not_null(strstr(page_of(),
                              "1 fit of the recipe was held again on other rows "
                              "behind what it knew, and 4 answers compared."));
}

/* Figures of classes go with the evaluation that they are of. */
Test(report, class_figures_of_another_evaluation_are_refused)
{
    size_t n;
    const char *old = help_read(help_path(folder, "classification.json"), &n);
    artifacts_replace(folder, "residuals.json", "-2.8", "-2.9");
    help_write(help_path(folder, "classification.json"), old, n);
    cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the file is of another evaluation than metrics.json");
}

/* What no table shows is what the pipeline's file says. */
Test(report, the_file_s_own_limits_stand_behind_the_computed_ones)
{
    static const char *told[] = {"chosen in <sight> of all rows"};
    put_backtest("0.2");
    pipeline.limits = (struct texts){1, told};
    const char *page = page_of(), *computed = strstr(page, "6 months are few");
    cr_assert_not_null(strstr(computed, "<li>chosen in &lt;sight&gt; of all rows</li>"));
    json_t *o = report_json(&report), *all = json_object_get(o, "limits");
    cr_assert_eq(json_array_size(all), 7); // three of all origins, three of the span
    cr_assert_str_eq(json_string_value(json_array_get(all, 6)), told[0]);
    json_decref(o);
}

Test(report, a_gate_that_asked_nothing_has_said_nothing)
{
    cr_assert_not_null(strstr(page_of(), "production predicts. Rules passed: 1 of 1."));
    artifacts_replace(
        folder, "verdict.json",
        "\"rules\": [{\"rule\": \"beats\", \"of\": \"naive\", \"at_least\": "
        "0, \"at_most\": null, \"found\": 0.58, \"by\": 0.58, \"passed\": "
        "true, \"says\": \"RMSE 1 against <2.38>\"}]",
        "\"rules\": []");
    cr_assert_not_null(strstr(page_of(), "production predicts. It was asked no rule."));
}

/* A span in which nothing is proven, by errors that were independent either. */
Test(report, a_better_model_may_be_no_better_in_a_span)
{
    put_spans("0.03", "0.31", "0.33");
    cr_assert_not_null(strstr(page_of(), "2020-08: the model is not distinguishable from "
                                         "last month's value (p 0.330)"));
}

/* What a table says about its own limits is computed, not known. */
Test(report, the_limits_of_a_backtest_are_told)
{
    put_backtest("0.2");
    const char *page = page_of();
    static const char *const told[] = {
        "The model is not distinguishable from the best naive forecast",
        "2020-05 alone is 88 % of the squared error",
        "6 months are few",
        "errors come in clusters",
        "A leak: column '&lt;price&gt;' is not what its rule makes of clean.arrow (1 "
        "row).",
        "Not counted as a leak: column 'rain' was scaled to mean 0 and deviation 1 over "
        "all rows (1 row), which is accepted: an &lt;index&gt;.",
        "By year it is the better one in 2 of 2.",
        "id=\"backtest-years-t\"",
        "&lt;late&gt;, 2020-03 – 2020-08",
        "hold 90 % of what came",
    };
    for (size_t i = 0; i < COUNT_OF(told); i++)
        cr_assert_not_null(strstr(page, told[i]), "no '%s'", told[i]);
    artifacts_put(folder, "backtest.csv", backtest_rows, strlen(backtest_rows) - 26);
    cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected 6 rows, found 5");
}

Test(report, of_many_rows_to_come_the_first_are_read)
{
    struct text rows = {.mem = &mem};
    enum { N = 700 };
    pipeline.group = "shop";
    for (size_t i = 0; i < N; i++)
        text_addf(&rows, "18506 s%zu %s %zu.5\n", i, i == 1 ? "7" : "-", i);
    put_arrow(coming, 4, N, rows.p);
    help_report_read();
    const struct report_series *u = &report.upcoming;
    cr_assert(u->n == REPORT_COMING && u->of == N);
    cr_assert_str_eq(u->key[0], "2020-09");
    cr_assert_str_eq(u->group[599], "s599");
    cr_assert(isnan(u->actual[0]) && u->actual[1] == 7 && u->prediction[599] == 599.5);
    json_t *o = report_json(&report);
    cr_assert_eq(json_array_size(json_object_get(o, "predictions")), REPORT_COMING);
    json_decref(o);
    struct text page = {.mem = &mem};
    page_write(&report, &page);
    cr_assert_not_null(strstr(page.p, "Of 700 rows to come the first 600 are shown."));
    cr_assert_not_null(strstr(page.p, "and 697 more"));
}

/* Without a time rows are called by their numbers or ids; those of classes have names. */
Test(report, only_the_table_that_predictions_json_names_is_looked_at)
{
    size_t n;
    put_arrow(coming, 4, 1, "18506 Arica - 21\n");
    const char *other = help_read(help_path(folder, "model.json"), &n);
    help_write(help_path(folder, "predictions.arrow"), other, n);
    cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "'predictions.json' was written with"));
    static const char plain[] = "{\"pipeline\": \"toy\", \"target\": \"price\"}\n";
    help_write_sealed(
        help_path(folder, "predictions.json"), plain, strlen(plain),
        ", \"rows\": 1, \"level\": null, \"model\": [\"xxh64\", \"0123456789abcdef\"], "
        "\"options\": [], \"tables\": [{\"file\": \"model.json\", "
        "\"bytes\": 1, \"checksum\": \"0123456789abcdef\"}]");
    cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "predictions.arrow, found 'model.json'"), "%s",
                       err.message);
}

Test(report, many_rows_to_come_of_classes_have_numbers_ids_and_names)
{
    static const struct field fields[] = {{"row", TYPE_INT64},
                                          {"id", TYPE_INT64},
                                          {"prediction", TYPE_TEXT},
                                          {"probability_cat", TYPE_REAL},
                                          {"probability_owl", TYPE_REAL}};
    pipeline.time = (struct time_config){0};
    pipeline.id = "id";
    put_arrow(fields, 5, 2, "0 12 owl 0.25 0.75\n1 - cat 1 0\n");
    cr_assert_eq(read_classes(NULL), STATUS_OK, "%s", err.message);
    const struct predictions_csv *t = &report.answers;
    cr_assert_eq(t->n, 2);
    cr_assert_str_eq(t->by, "row");
    cr_assert_str_eq(t->row[1].key, "1");
    cr_assert_str_eq(t->row[0].id, "12");
    cr_assert_str_eq(t->row[1].id, "");
    cr_assert_str_eq(t->row[0].cell[0].text, "owl");
    cr_assert_eq(t->row[0].cell[2].number, 0.75);
}

Test(report, a_damaged_predictions_arrow_is_refused)
{
    static const struct field reals[] = {{"month", TYPE_DATE}, {"prediction", TYPE_REAL}},
                              texts[] = {{"month", TYPE_DATE},
                                         {"actual", TYPE_REAL},
                                         {"prediction", TYPE_TEXT}},
                              whole[] = {{"month", TYPE_DATE},
                                         {"actual", TYPE_REAL},
                                         {"prediction", TYPE_REAL}},
                              more[] = {{"month", TYPE_DATE},
                                        {"actual", TYPE_REAL},
                                        {"prediction", TYPE_REAL},
                                        {"x", TYPE_REAL}};
    static const struct {
        const struct field *field;
        size_t n, rows;
        const char *text, *words;
    } damaged[] = {
        {reals, 2, 1, "18506 1\n", "expected column 'actual' at place 2"},
        {texts, 3, 1, "18506 - soon\n", "expected float64, found utf8"},
        {more, 4, 1, "18506 - 1 1\n", "expected 3 columns, found 4"},
        {whole, 3, 2, "18506 - 1\n", "expected 2 rows, found 1"},
        {whole, 3, 1, "- - 1\n", "a row has no key"},
    };
    for (size_t i = 0; i < COUNT_OF(damaged); i++) {
        artifacts_write(folder);
        put_arrow(damaged[i].field, damaged[i].n, damaged[i].rows, damaged[i].text);
        cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_INPUT);
        cr_assert_not_null(strstr(err.message, damaged[i].words), "%s", err.message);
        cr_assert_not_null(strstr(err.loc.path, "predictions.arrow"), "%s", err.loc.path);
        cr_assert_not_null(strstr(err.hint, "bin/predict"), "%s", err.hint);
    }
}

Test(report, rows_to_come_of_classes_are_told)
{
    cr_assert_eq(read_classes("month,prediction,probability_cat,probability_owl\n"
                              "2020-07,owl,0.25,0.75\n"),
                 STATUS_OK, "%s", err.message);
    json_t *o = report_json(&report);
    const json_t *first = json_array_get(json_object_get(o, "predictions"), 0);
    cr_assert_str_eq(json_string_value(json_object_get(first, "month")), "2020-07");
    cr_assert_str_eq(json_string_value(json_object_get(first, "prediction")), "owl");
    cr_assert_eq(json_real_value(json_object_get(first, "probability_owl")), 0.75);
    json_decref(o);
}

Test(report, rows_to_come_of_other_classes_are_refused)
{
    cr_assert_eq(read_classes("month,prediction,probability_cat,probability_dog\n"
                              "2020-07,cat,0.25,0.75\n"),
                 STATUS_INPUT);
    cr_assert(strstr(err.loc.path, "predictions.csv"), "%s", err.loc.path);
}

Test(report, features_of_another_run_than_the_model_are_refused)
{
    artifacts_replace(folder, "features.json", "\"price_mean3_lag1\"", "\"price_mean2\"");
    cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the model's feature 3 is 'price_mean3_lag1', that of "
                                  "features.json 'price_mean2'");
    cr_assert_not_null(strstr(err.hint, "bin/train"), "%s", err.hint);
}

/* Damage */

/* clang-format off */
static const struct {
    const char *name, *stage;
} written_by[] = {
    {"ingest.json", "bin/ingest"}, {"rejects.csv", "bin/ingest"}, {"quality.json", "bin/clean"},
    {"features.json", "bin/features"}, {"search.csv", "bin/train"}, {"model.json", "bin/train"},
    {"metrics.json", "bin/evaluate"}, {"residuals.json", "bin/evaluate"},
    {"predictions.json", "bin/predict"}, {"predictions.csv", "bin/predict"},
};

static const struct {
    const char *name, *old, *instead, *words;
} damage[] = {
    {"metrics.json", "\"rmse\": 1.0", "\"rmse\": \"1\"", "expected a number, found a string"},
    {"metrics.json", "\"n\": 3, \"rmse\": 1.0", "\"n\": -3, \"rmse\": 1.0", "expected a number from 0"},
    {"metrics.json", "\"baselines\": {", "\"baselines\": [], \"b\": {", "expected an object, found an array"},
    {"metrics.json", "{\"task\"", "[\"task\"", "not valid JSON"},
    {"residuals.json", "\"holdout\"]", "\"hold-out\"]", "expected train, validation, holdout or arrived, found 'hold-out'"},
    {"residuals.json", "[\"2020-06\"", "[\"2020-13\"", "expected a month like 2020-05, found '2020-13'"},
    {"residuals.json", "[\"2020-06\"", "[\"2020\"", "expected a month like 2020-05, found '2020'"},
    {"residuals.json", "\"2020-06\", 18", "\"2020-06\", \"18\"", "expected a number, found a string"},
    {"residuals.json", "\"2020-06\", 18, ", "\"2020-06\", ", "an element a field"},
    {"predictions.csv", "21.5", "soon", "expected a number, found 'soon'"},
    {"predictions.csv", "2020-09", "soon", "expected a month like 2020-05, found 'soon'"},
    {"search.csv", "0.9,1\n", "0.9,first\n", "expected a whole number, found 'first'"},
    {"search.csv", "score_1", "score_0", "no column 'score_1'"},
    {"model.json", "[0, 2]", "[0, 3]", "expected indices of features"},
    {"model.json", "[0, 2]", "[0, 0]", "twice"},
    {"model.json", "[0, 2]", "[0, -1]", "expected indices of features"},
    {"model.json", "1.25, 70]", "1.25]", "expected one score a feature"},
    {"model.json", "[\"price_lag1\"", "[1", "expected a list of names"},
    {"features.json", "\"window\": 3", "\"window\": 3.5", "expected a whole number"},
    {"ingest.json", "\"files\": [", "\"files\": 1, \"x\": [", "expected an array"},
    {"quality.json", "\"name\": \"shop\"", "\"name\": \"mill\"", "ingest.json has no source 'mill'"},
    {"quality.json", "\"missing\": 1", "\"missing\": true", "expected a whole number"},
    {"rejects.csv", "reason\n", "why\n", "no column 'reason'"},
};
/* clang-format on */

static struct criterion_test_params numbered(size_t n)
{
    static size_t index[64];
    for (size_t i = 0; i < n; i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, n);
}

ParameterizedTestParameters(report, a_missing_artifact_names_the_stage_that_writes_it)
{
    return numbered(COUNT_OF(written_by));
}

ParameterizedTest(size_t *i, report, a_missing_artifact_names_the_stage_that_writes_it,
                  .init = help_report_begin, .fini = help_report_end)
{
    const char *path = help_path(folder, written_by[*i].name);
    cr_assert_eq(remove(path), 0);
    cr_assert_eq(report_read(&run, NULL, &mem, &report, &err), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "cannot find '"), "%s", err.message);
    cr_assert_not_null(strstr(err.message, written_by[*i].name), "%s", err.message);
    cr_assert_not_null(strstr(err.hint, written_by[*i].stage), "%s", err.hint);
    cr_assert_null(strstr(err.hint, "make clean"), "that would remove everything");
}

ParameterizedTestParameters(report, damage_is_named_with_its_place)
{
    return numbered(COUNT_OF(damage));
}

ParameterizedTest(size_t *i, report, damage_is_named_with_its_place,
                  .init = help_report_begin, .fini = help_report_end)
{
    expect_fault(damage[*i].name, damage[*i].old, damage[*i].instead, damage[*i].words);
}

Test(report, an_empty_artifact_is_damaged)
{
    for (size_t i = 0; i < COUNT_OF(written_by); i++) {
        artifacts_write(folder);
        artifacts_put(folder, written_by[i].name, "", 0);
        cr_assert_eq(report_read(&run, NULL, &mem, &report, &err), STATUS_INPUT, "%s",
                     written_by[i].name);
    }
}

Test(report, predictions_are_as_many_as_their_document_says)
{
    artifacts_replace(folder, "predictions.json", "\"target\"",
                      "\"rows\": 7, \"target\"");
    cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected 7 rows, found 1");
}

Test(report, a_grid_of_a_header_only_is_damaged)
{
    put_text("search.csv", "score_1,score_mean,rank\n");
    cr_assert_eq(report_read(&run, NULL, &mem, &report, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected at least one cell, found a header only");
}

/* Changes some bytes of one artifact, as a disk or an editor might. */
static void mutate(struct rng *rng, char *bytes, size_t n)
{
    static const char likely[] = "0123456789.,-\"{}[]:e\n\0\xff<&";
    for (uint64_t k = rng_below(rng, 3) + 1; k > 0; k--) {
        size_t at = (size_t)rng_below(rng, n);
        switch (rng_below(rng, 3)) {
        case 0: bytes[at] = (char)rng_below(rng, 256); break;
        case 1: bytes[at] = likely[rng_below(rng, sizeof(likely) - 1)]; break;
        default: // a run of one byte
            memset(bytes + at, bytes[at], n - at < 4 ? n - at : 4);
        }
    }
}

/* Whatever the artifacts hold, the answer is an error with a place or a sound page. */
Test(report, mutated_artifacts_give_an_error_or_a_sound_page, .timeout = 300)
{
    struct rng rng;
    size_t read = 0, refused = 0;
    rng_seed(&rng, 1, "report");
    for (size_t i = 0; i < COUNT_OF(written_by); i++) {
        size_t n;
        const char *name = written_by[i].name;
        const char *whole = artifacts_get(folder, name, &n);
        for (int k = 0; k < 150; k++) {
            struct arena own = {0};
            char *bytes = arena_copy(&own, whole, n);
            mutate(&rng, bytes, n);
            artifacts_put(folder, name, bytes, n);
            struct text page = {.mem = &own};
            enum status status = report_read(&run, NULL, &own, &report, &err);
            if (status == STATUS_OK) {
                page_write(&report, &page);
                const char *fault = markup_fault(page.p);
                cr_assert_null(fault, "%s, %d: %s", written_by[i].name, k, fault);
                json_decref(report_json(&report));
                read++;
            } else {
                cr_assert_eq(status, STATUS_INPUT);
                cr_assert(err.loc.path[0] && err.message[0]);
                refused++;
            }
            arena_release(&own);
        }
        artifacts_put(folder, name, whole, n);
    }
    cr_assert(read > 100 && refused > 100, "%zu read, %zu refused", read, refused);
}

/* report.json */

static json_t *member(const json_t *o, const char *a, const char *b)
{
    json_t *value = json_object_get(o, a);
    return b ? json_object_get(value, b) : value;
}

Test(report, the_document_has_its_keys_in_order)
{
    static const char *const keys[] = {
        "title",    "pipeline",    "headline",  "beats_naive", "verdict",    "limits",
        "backtest", "classes",     "confusion", "mcnemar",     "anomalies",  "gate",
        "target",   "holdout",     "training",  "arrived",     "baselines",  "search",
        "history",  "importances", "features",  "data",        "predictions"};
    help_report_read();
    json_t *o = report_json(&report);
    const char *key;
    json_t *value;
    size_t i = 0;
    json_object_foreach(o, key, value)
        cr_assert_str_eq(key, keys[i++]);
    cr_assert_eq(i, COUNT_OF(keys));
    json_decref(o);
}

Test(report, the_document_has_the_figures)
{
    help_report_read();
    json_t *o = report_json(&report);
    cr_assert(json_is_true(member(o, "beats_naive", NULL)));
    cr_assert_float_eq(json_real_value(member(o, "training", "rmse")),
                       0.70710678118654757, 0);
    cr_assert(json_is_null(member(o, "arrived", "r2")));
    cr_assert_eq(json_integer_value(member(o, "search", "within_error")), 4);
    const json_t *best = member(o, "search", "best");
    cr_assert_float_eq(json_real_value(json_object_get(best, "ridge.alpha")), 0.1, 0);
    cr_assert_eq(json_integer_value(json_object_get(best, "select.k")), 2);
    cr_assert_eq(json_array_size(member(o, "features", NULL)), 2);
    cr_assert_eq(json_integer_value(member(o, "data", "rejected")), 2);
    const json_t *next = json_array_get(member(o, "predictions", NULL), 0);
    cr_assert_str_eq(json_string_value(json_object_get(next, "month")), "2020-09");
    cr_assert(json_is_null(json_object_get(next, "actual")));
    json_decref(o);
}

/* What the tables of classes show stands in the document, too. */
Test(report, the_document_has_what_is_told_of_classes)
{
    static const char cat[] = "\"classes\": [{\"name\": \"cat\", \"support\": 4, "
                              "\"foretold\": 5, \"right\": 3, "
                              "\"precision\": 0.6, \"recall\": 0.75, \"f1\": 0.667, "
                              "\"score\": {\"auc\": 0.8125, "
                              "\"auc_error\": 0.1, \"auc_p\": 0.01, "
                              "\"average_precision\": 0.9, \"brier\": 0.2, "
                              "\"ece\": 0.05, \"bins\": [], \"curve\": []}}]";
    artifacts_replace(folder, "classification.json", "\"classes\": []", cat);
    artifacts_replace(folder, "classification.json", "\"confusion\": []",
                      "\"confusion\": [[\"cat\", null, 2]]");
    artifacts_replace(folder, "classification.json", "\"baselines\": []",
                      "\"baselines\": [{\"name\": \"majority\", \"n\": 30, "
                      "\"only_model\": 17, \"only_baseline\": 1, \"statistic\": 9, "
                      "\"p_statistic\": 0.003, \"p\": 0.0001, \"p_less\": 0.0001}]");
    help_report_read();
    json_t *o = report_json(&report);
    const json_t *class = json_array_get(member(o, "classes", NULL), 0);
    const json_t *cell = json_array_get(member(o, "confusion", NULL), 0);
    cr_assert_float_eq(json_real_value(json_object_get(class, "brier")), 0.2, 0);
    cr_assert_float_eq(json_real_value(json_object_get(class, "ece")), 0.05, 0);
    cr_assert_str_eq(json_string_value(json_array_get(cell, 0)), "cat");
    cr_assert(json_is_null(json_array_get(cell, 1)), "a class that is not listed");
    cr_assert_str_eq(json_string_value(member(o, "mcnemar", "says")), "better");
    cr_assert_eq(json_integer_value(member(o, "mcnemar", "only_model")), 17);
    json_decref(o);
}
