/* report: what a person reads in the morning, as one page, and the same figures for
 * programs.
 *
 * It decides nothing and computes next to nothing: everything it shows stands in an
 * artifact. */
#include <stdio.h>

#include "file/json.h"
#include "report/page.h"
#include "report/report.h"
#include "stage/stage.h"

struct report_config {
    bool none; // the stage has no settings of its own
};

static const struct report_config defaults = {0};

static enum status write_page(struct run *run, const struct report *report,
                              const char *path, struct error *err)
{
    struct output *out;
    struct text page = {.mem = run->mem};

    page_write(report, &page);
    TRY(publish_open(run->publish, path, &out, err));
    return output_write(out, page.p, page.n, err);
}

/* What the artifacts take as they are read one after another: of these tables every row is
 * kept, at up to two and a half times the bytes of its line. */
static enum status need(struct run *run, struct error *err)
{
    static const char *const tables[] = {"search.csv", "history.csv", "predictions.csv"};
    size_t rows = 0, model = JSON_MEMORY * file_size(run_input(run, "model.json"));
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        rows += file_size(run_input(run, tables[i])) * 5 / 2;
    return run_need_memory(run, rows > model ? rows : model, "the report", err);
}

static enum status run_report(struct run *run, struct error *err)
{
    const char *json = file_join(run->mem, run->reports, "report.json");
    const char *html = file_join(run->mem, run->reports, "report.html");
    struct report report = {0};
    struct again again = run_again(run);
    struct output *out;

    TRY(need(run, err));
    TRY(report_read(&again, run->reports, run->mem, &report, err));
    TRY(publish_open(run->publish, json, &out, err));
    TRY(json_write(out, report_json(&report), err));
    TRY(write_page(run, &report, html, err));
    run->rows_in = run->rows_out = report.rows.of + report.upcoming.of;
    printf("report: %s\n", run_shown(run, html));
    return STATUS_OK;
}

static const struct stage report = {
    .name = "report",
    .summary = "writes the page that a person reads, and its figures as JSON",
    .operand = "PIPELINE.yaml",
    .about = "Reads every artifact but the tables.\n"
             "Writes report.html, one self-contained page without scripts, and "
             "report.json into the\n"
             "folder of the reports, and prints the page's path.\n"
             "Holds model.json, then search.csv and predictions.csv in memory,\n"
             "of predictions.arrow the first rows.",
    .takes = STAGE_IN | STAGE_REPORTS | STAGE_SET | STAGE_MEMORY,
    .config_size = sizeof(struct report_config),
    .defaults = &defaults,
    .run = run_report,
};

int main(int argc, char **argv)
{
    return stage_main(&report, argc, argv);
}
