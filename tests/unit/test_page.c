#include <criterion/criterion.h>

#include <string.h>

#include "help/help.h"
#include "help/markup.h"
#include "help/report.h"
#include "report/page.h"

TestSuite(page, .init = help_report_begin, .fini = help_report_end);

static const char *page(void)
{
    struct text out = {.mem = &mem};
    help_report_read();
    page_write(&report, &out);
    const char *fault = markup_fault(out.p);
    cr_assert_null(fault, "%s", fault);
    return out.p;
}

static void put_text(const char *name, const char *text)
{
    artifacts_put(folder, name, text, strlen(text));
}

Test(page, the_first_paragraph_is_the_headline)
{
    const char *html = page();
    const char *verdict =
        strstr(html, "<p class=\"verdict\">The model beats the best naive");
    cr_assert_not_null(verdict, "not green: its hold-out is shuffled");
    cr_assert_lt(verdict - strstr(html, "<main>"), 300,
                 "nothing but the title stands before");
}

/* Without a shuffled hold-out: better is green, worse is red, the rest neither. */
Test(page, only_what_is_proven_is_green)
{
    artifacts_replace(folder, "residuals.json", "\"first\": \"2020-03\"",
                      "\"first\": \"2020-06\"");
    cr_assert_not_null(strstr(page(), "<p class=\"verdict good\">The model beats"));
    artifacts_replace(folder, "residuals.json", "-2.8", "-1.9");
    cr_assert_not_null(strstr(page(), "<p class=\"verdict\">The model is not dist"));
    artifacts_replace(folder, "residuals.json", "-1.9", "2.1");
    cr_assert_not_null(strstr(page(), "<p class=\"verdict bad\">The model is worse"));
}

/* The commands of the report's end, with what stages and report were started with. */
Test(page, the_commands_make_this_very_report)
{
    static const char *const options[] = {"title=x", "train.folds=2"};
    pipeline.set = (struct texts){2, options};
    run.in = folder;
    reports = "o/reports/toy";
    const char *html = page();
    cr_assert(markup_shows(html, "bin/train pipeline/toy.yaml --in=DIR --out=DIR"));
    cr_assert(markup_shows(html, "bin/report pipeline/toy.yaml --set=title=x "
                                 "--set=train.folds=2 --in=DIR --reports=o/reports/toy"));
    cr_assert_null(strstr(html, "make train"), "OUT cannot name these folders");
    cr_assert_null(strstr(html, folder));
}

Test(page, sections_stand_in_their_order)
{
    static const char *const ids[] = {"errors",   "time", "residuals", "search",
                                      "features", "data", "recipe"};
    const char *at = page();
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        at = strstr(at, arena_format(&mem, "<section id=\"%s\">", ids[i]));
        cr_assert_not_null(at, "%s", ids[i]);
    }
}

Test(page, names_from_the_data_cannot_become_markup)
{
    const char *html = page();
    cr_assert(markup_shows(html, "Toy &lt;price&gt; &amp; more"));
    cr_assert(markup_shows(html, "&lt;b&gt;&amp;\"'_lag1"));
    cr_assert(markup_shows(html, "&lt;script&gt;"));
    cr_assert(markup_shows(html, "&lt;rule&gt;"));
    cr_assert_null(strstr(html, "<b>&"));
}

Test(page, nothing_can_be_fetched_or_run)
{
    const char *html = page();
    cr_assert_not_null(strstr(html, "content=\"default-src &#39;none&#39;; style-src "
                                    "&#39;unsafe-inline&#39;\""));
    cr_assert_null(strstr(html, "http:"));
    cr_assert_null(strstr(html, "https:"));
    cr_assert_null(strstr(html, "url("));
    cr_assert_null(strstr(html, "@import"));
}

Test(page, it_is_ready_for_small_and_dark_screens_and_paper)
{
    const char *html = page();
    cr_assert_not_null(strstr(html, "<html lang=\"en\">"));
    cr_assert_not_null(strstr(html, "name=\"viewport\" content=\"width=device-width"));
    cr_assert_not_null(strstr(html, "prefers-color-scheme:dark"));
    cr_assert_not_null(strstr(html, "@media print"));
}

Test(page, every_drawing_has_a_title_and_every_header_a_scope)
{
    const char *html = page();
    size_t scopes = 0, hidden = 0;
    for (const char *p = html; (p = strstr(p, "<th")) != NULL; p++)
        scopes += strncmp(p, "<thead", 6) != 0;
    for (const char *p = html; (p = strstr(p, " scope=\"")) != NULL; p++)
        scopes--;
    cr_assert_eq(scopes, 0);
    for (const char *p = html; (p = strstr(p, "aria-hidden=\"true\"")) != NULL; p++)
        hidden++;
    size_t named = 0;
    for (const char *p = html; (p = strstr(p, "role=\"img\" aria-labelledby=\"")) != NULL;
         p++)
        named++;
    cr_assert_eq(named + hidden, markup_count(html, "svg"));
    cr_assert_eq(named, markup_count(html, "desc"));
    cr_assert_eq(named, 5, "time, two of residuals, two panels of the grid");
}

/* A score that is better when it is lower lies above the best: the key says neither. */
Test(page, the_key_of_the_grid_fits_losses_and_gains)
{
    const char *html = page();
    cr_assert(markup_shows(html, "further behind"));
    cr_assert_null(strstr(html, "further below"));
}

Test(page, the_best_values_of_the_grid_are_bold)
{
    const char *html = page();
    cr_assert_not_null(strstr(html, "<strong>0.1</strong>"));
    cr_assert_not_null(strstr(html, "<span>1</span>, <strong>2</strong>"), "k 1, 2");
}

Test(page, the_bytes_do_not_depend_on_where_or_when)
{
    const char *first = page();
    help_report_begin();
    pipeline.path = "/elsewhere/pipeline/toy.yaml";
    cr_assert_str_eq(page(), first);
    cr_assert_null(strstr(first, folder));
}

Test(page, little_data_make_a_page_too)
{
    put_text("residuals.json", "{\"by\": \"month\", \"rows\": 0, \"every\": 1, "
                               "\"largest\": 0, \"parts\": [], \"points\": [], "
                               "\"last\": [], \"baselines\": []}");
    put_text("predictions.csv", "month,actual,prediction\n");
    put_text("search.csv", "score_1,score_mean,rank\n0.5,0.5,1\n");
    put_text("rejects.csv", "file,line,column,value,reason\n");
    put_text(
        "metrics.json",
        "{\"task\": \"regression\", \"target\": \"price\", \"holdout\": "
        "{\"n\": 0, \"rmse\": null}, \"training\": {\"n\": 0, \"rmse\": null}, \"all\": "
        "{\"n\": 0, \"rmse\": null}, \"arrived\": null, \"baselines\": {}, "
        "\"arrived_baselines\": null, \"beats\": {}}");
    const char *html = page();
    cr_assert(markup_shows(html, "The model was not tested: no rows are held out."));
    cr_assert_eq(markup_count(html, "svg"), 1 + 5, "the key of the real line, and bars");
}

Test(page, importances_and_the_learning_curve_are_there)
{
    put_text("history.csv", "epoch,train_loss,check_loss,train_score,check_score\n"
                            "1,0.9,0.8,,\n2,0.5,0.25,,\n3,0.25,0.5,,\n");
    const char *html = page();
    cr_assert(markup_shows(html,
                           "3 rounds; the loss on the rows that it learnt from ends at "
                           "0.2500, on those that it was checked by the least was "
                           "0.2500, in round 2."));
    cr_assert(markup_shows(html, "What the answers rest on"));
    cr_assert_not_null(strstr(html, ">n_iter</th><td class=\"n\">12</td>"), "a count");
    cr_assert(markup_shows(html, "rows that it was checked by"), "which line is which");
    cr_assert(strstr(html, "class=\"curve c0\" d=") &&
              strstr(html, "class=\"curve c1\" d="));
}

Test(page, a_learning_curve_without_rows_to_check_by_is_one_line)
{
    put_text("history.csv", "epoch,train_loss,check_loss,train_score,check_score\n"
                            "1,0.9,,,\n2,0.5,,,\n");
    const char *html = page();
    cr_assert(strstr(html, "id=\"curve-t\"") && !strstr(html, "curve c1"));
    cr_assert_not(markup_shows(html, "rows that it was checked by"));
}

Test(page, one_cell_is_no_best_of_many)
{
    put_text("search.csv", "score_1,score_2,score_mean,rank\n0.5,0.5,0.5,1\n");
    const char *html = page();
    cr_assert(markup_shows(
        html, "There was one cell to try: its mean R² is 0.5000 over 2 folds"));
    cr_assert_null(strstr(html, "best of 1"));
}

Test(page, classes_have_neither_a_chart_of_values_nor_residuals)
{
    artifacts_replace(folder, "metrics.json", "\"task\": \"regression\"",
                      "\"task\": \"classes\"");
    artifacts_replace(folder, "model.json", "\"classes\": []",
                      "\"classes\": [\"cat\", \"owl\"]");
    artifacts_replace(folder, "model.json", "\"answer\": \"values\"",
                      "\"answer\": \"probabilities\"");
    put_text("predictions.csv", "month,prediction,probability_cat,probability_owl\n"
                                "2020-07,owl,0.25,0.75\n");
    static const char figures[] =
        "{\"task\": \"classes\", \"n\": 7, \"classes\": ["
        "{\"name\": \"<cat>\", \"support\": 4, \"foretold\": 5, \"right\": 3, "
        "\"precision\": 0.6, \"recall\": 0.75, \"f1\": 0.667, \"score\": {\"auc\": "
        "0.8125, "
        "\"auc_error\": 0.1, \"auc_p\": 0.01, \"average_precision\": 0.9, \"brier\": "
        "0.2, "
        "\"ece\": 0.05, \"bins\": [[5, 0.25, 0.2], [2, 0.5, 0.5], [9, 0.75, 0.8]], "
        "\"curve\": [[0.9, 0, 0.5, 1], [0.1, 1, 1, 0.5]]}}, "
        "{\"name\": \"owl\", \"support\": 3, \"foretold\": 2, \"right\": 1, "
        "\"precision\": 0.5, \"recall\": 0.333, \"f1\": 0.4, \"score\": null}], "
        "\"other_classes\": 2, \"confusion\": [[\"<cat>\", \"<cat>\", 3], "
        "[\"owl\", \"<cat>\", 1234], [\"owl\", null, 1]], \"confidence\": null, "
        "\"baselines\": [{\"name\": \"majority\", \"n\": 7, \"only_model\": 5, "
        "\"only_baseline\": 1, \"statistic\": 1.5, \"p_statistic\": 0.22, \"p\": "
        "0.21875, "
        "\"p_less\": 0.11}]}\n";
    artifacts_put(folder, "classification.json", figures, strlen(figures));
    pipeline.task = TASK_CLASSES;
    const char *html = page();
    cr_assert(markup_shows(html, "Rows to come") && markup_shows(html, "Class by class"));
    cr_assert(strstr(html, ">&lt;cat&gt;<") && strstr(html, ">0.812<"));
    cr_assert_not_null(strstr(html, "2 classes with fewer rows are left out."));
    cr_assert_not_null(strstr(html, "234<"), "what owls are taken for");
    cr_assert_not_null(strstr(html, ">3<small>75 %</small>"), "the share of the class");
    cr_assert(strstr(html, "id=\"roc-t\"") && strstr(html, "id=\"precision-recall-t\""));
    cr_assert_not_null(strstr(html, "AUC &lt;cat&gt; 0.812."), "the picture in words");
    const char *calibration = strstr(html, "id=\"calibration-t\"");
    cr_assert_not_null(calibration);
    const char *end = strstr(calibration, "</svg>");
    size_t points = 0;
    for (const char *c = calibration; (c = strstr(c, "<circle")) && c < end; c++)
        points++;
    cr_assert_eq(points, 2, "a bin of two rows is left out");
    cr_assert_not_null(strstr(html, "</svg>&lt;cat&gt;</li>"), "the key");
    cr_assert(strstr(html, ">owl<") && strstr(html, ">0.7500<"));
    cr_assert_null(strstr(html, "<section id=\"time\">"));
    cr_assert_null(strstr(html, "<section id=\"residuals\">"));
    cr_assert_null(strstr(html, "A residual is"));
}

/* Lines do not lead from one series to the next, nor does a note claim the last of many. */
Test(page, series_are_drawn_one_behind_another)
{
    pipeline.group = "shop";
    put_text("predictions.csv",
             "month,shop,actual,prediction\n2020-09,Arica,,21\n2020-09,Lota,,22\n");
    put_text(
        "residuals.json",
        "{\"by\": \"month\", \"rows\": 4, \"every\": 1, \"largest\": 6, \"parts\": [], "
        "\"points\": [[\"2020-01 of 'Arica'\", 1, 2, \"train\"], "
        "[\"2020-02 of 'Arica'\", 2, 2, \"train\"], "
        "[\"2020-01 of 'Lota'\", 5, 2, \"train\"], "
        "[\"2020-02 of 'Lota'\", 6, 2, \"train\"]], \"last\": [], \"baselines\": []}");
    const char *html = page();
    const char *plot = strstr(html, "role=\"img\""), *end = strstr(plot, "</svg>");
    const char *line = strstr(plot, "class=\"line\" d=\"M");
    cr_assert(line && line < end);
    line = strchr(line, 'M') + 1;
    cr_assert_eq(line[strcspn(line, "M\"")], 'M', "a second piece");
    const char *note = strstr(plot, "class=\"note\"");
    cr_assert(!note || note > end);
    cr_assert_not_null(strstr(html, "One series behind another"));
}

Test(page, a_long_table_is_thinned_out)
{
    struct text json = {.mem = &mem};
    text_puts(&json, "{\"by\": \"month\", \"rows\": 5000, \"every\": 9, \"largest\": 6, "
                     "\"parts\": [], \"points\": [");
    for (int i = 0; i < 5000; i += 9)
        text_addf(&json, "%s[\"%04d-%02d\", %d, %d, \"train\"]", i > 0 ? ", " : "",
                  1000 + i / 12, i % 12 + 1, i % 7, i % 5);
    text_puts(&json, "], \"last\": [");
    for (int i = 4880; i < 5000; i++)
        text_addf(&json, "%s[\"%04d-%02d\", %d, %d, \"train\"]", i > 4880 ? ", " : "",
                  1000 + i / 12, i % 12 + 1, i % 7, i % 5);
    text_puts(&json, "], \"baselines\": []}");
    put_text("residuals.json", json.p);
    const char *html = page();
    cr_assert_lt(strlen(html), 200000);
    cr_assert(markup_shows(html, "One in 9 rows is shown."));
    cr_assert(markup_shows(html, "The last 120 of 5000 rows"));
}

/* Of more classes than a matrix can show, what is confused most often stands first. */
Test(page, of_many_classes_the_mistakes_are_listed)
{
    struct text json = {.mem = &mem};
    text_puts(&json, "{\"task\": \"classes\", \"n\": 90, \"classes\": [");
    for (int i = 0; i < 9; i++)
        text_addf(
            &json,
            "%s{\"name\": \"c%d\", \"support\": 10, \"foretold\": 10, \"right\": 6, "
            "\"precision\": 0.6, \"recall\": 0.6, \"f1\": 0.6, \"score\": null}",
            i > 0 ? ", " : "", i);
    text_puts(&json, "], \"other_classes\": 0, \"confusion\": [[\"c0\", \"c0\", 6], "
                     "[\"c1\", \"c2\", 1], [\"c7\", \"c3\", 4], [\"c5\", null, 3]], "
                     "\"confidence\": null, \"baselines\": []}\n");
    artifacts_put(folder, "classification.json", json.p, strlen(json.p));
    const char *html = page();
    const char *list = strstr(html, "The most frequent mistakes");
    cr_assert_not_null(list);
    const char *first = strstr(list, "<th scope=\"row\">c7</th><td>c3</td>");
    const char *second = strstr(list, "<th scope=\"row\">c1</th><td>c2</td>");
    cr_assert(first && second && first < second);
    cr_assert(strstr(first, ">40 %<"));
    cr_assert_null(strstr(html, "id=\"roc-t\""), "no probabilities, no curves");
}

/* Rows without a time have no line through them: predictions stand over real values. */
Test(page, rows_without_time_lie_beside_the_equal_line)
{
    pipeline.time.column = NULL;
    put_text(
        "residuals.json",
        "{\"by\": \"row\", \"rows\": 2, \"every\": 1, \"largest\": 6, \"parts\": [], "
        "\"points\": [[\"1\", 1, 2, \"train\"], [\"2\", 5, 4, \"train\"]], \"last\": [], "
        "\"baselines\": []}");
    put_text("predictions.csv", "row,actual,prediction\n");
    const char *html = page();
    cr_assert(markup_shows(html, "Predictions beside the real values"));
    cr_assert(markup_shows(html, "predicted = real"));
    cr_assert(markup_shows(html, "--input FILE.csv"), "what to do with other rows");
}
