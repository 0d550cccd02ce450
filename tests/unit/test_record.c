#include <criterion/criterion.h>

#include <jansson.h>
#include <string.h>

#include "help/help.h"
#include "help/toy_stage.h"

TestSuite(record, .init = toy_enter, .fini = toy_leave);

#define NAME "runs.jsonl"

/* The last line of the file, which ends with one; the caller owns it. */
static json_t *last_line(void)
{
    size_t n;
    const char *all = help_read(NAME, &n), *line = all;
    cr_assert(n > 0 && all[n - 1] == '\n');
    for (const char *p = all; p < all + n - 1; p++)
        line = *p == '\n' ? p + 1 : line;
    json_error_t fault;
    json_t *record = json_loads(line, JSON_REJECT_DUPLICATES, &fault);
    cr_assert_not_null(record, "%s: %s", fault.text, line);
    return record;
}

static void expect(const char *stage, const char *pipeline, int status, int errors)
{
    json_t *r = last_line();
    const char *name = json_string_value(json_object_get(r, "pipeline"));
    cr_assert_str_eq(json_string_value(json_object_get(r, "stage")), stage);
    cr_assert(pipeline ? name && strcmp(name, pipeline) == 0 : !name);
    cr_assert_eq(json_integer_value(json_object_get(r, "status")), status);
    cr_assert_eq(json_integer_value(json_object_get(r, "errors")), errors);
    cr_assert(json_is_null(json_object_get(r, "error")) == (errors == 0));
    cr_assert(json_is_real(json_object_get(r, "seconds")));
    cr_assert_gt(json_integer_value(json_object_get(r, "peak_bytes")), 1 << 20);
    json_decref(r);
}

/* The place and the message of its error: "path:line:column:field:message:hint". */
static const char *error_text(void)
{
    static const char *const text[] = {"path",  "line",    "column",
                                       "field", "message", "hint"};
    static char out[2000];
    json_t *r = last_line();
    const json_t *e = json_object_get(r, "error");
    size_t n = 0;
    cr_assert_eq(json_object_size(e), COUNT_OF(text));
    for (size_t i = 0; i < COUNT_OF(text); i++) {
        const json_t *value = json_object_get(e, text[i]);
        const char *colon = i ? ":" : "";
        if (json_is_integer(value))
            n += (size_t)snprintf(out + n, sizeof out - n, "%s%lld", colon,
                                  (long long)json_integer_value(value));
        else
            n += (size_t)snprintf(out + n, sizeof out - n, "%s%s", colon,
                                  json_is_null(value) ? "-" : json_string_value(value));
    }
    json_decref(r);
    return out;
}

Test(record, a_run_that_is_done_leaves_its_figures)
{
    cr_assert_eq(PLAY("p.yaml", "--mode", "warn", "--record", NAME).status, 0);
    expect("toy", "p", 0, 0);
    json_t *r = last_line();
    cr_assert_eq(json_integer_value(json_object_get(r, "rows_in")), 1616);
    cr_assert_eq(json_integer_value(json_object_get(r, "rows_out")), 1);
    cr_assert_eq(json_integer_value(json_object_get(r, "warnings")), 3);
    json_decref(r);
}

Test(record, lines_are_added_to_those_that_are_there)
{
    static const char former[] = "{\"stage\": \"toy\"}\n";
    help_write_text(NAME, former);
    cr_assert_eq(PLAY("p.yaml", "--record=" NAME).status, 0);
    cr_assert_eq(strncmp(help_read(NAME, NULL), former, strlen(former)), 0);
    expect("toy", "p", 0, 0);
}

Test(record, a_line_that_a_full_disk_cut_off_spoils_no_other)
{
    help_write_text(NAME, "{\"stage\": \"toy\"}\n{\"stage\": \"t");
    cr_assert_eq(PLAY("p.yaml", "--record", NAME).status, 0);
    expect("toy", "p", 0, 0);
}

Test(record, of_faults_in_data_the_first_is_kept_and_all_are_counted)
{
    cr_assert_eq(PLAY("p.yaml", "--faults", "3", "--record", NAME).status, 1);
    expect("toy", "p", 1, 3);
    cr_assert_str_eq(error_text(), "a.csv:1:3:-:expected a number, found 'x':-");
}

Test(record, the_fault_that_a_run_stops_at_counts_once)
{
    cr_assert_eq(
        PLAY("p.yaml", "--faults", "3", "--max-errors", "2", "--record", NAME).status, 1);
    expect("toy", "p", 1, 2);
}

Test(record, a_bad_command_line_is_recorded)
{
    cr_assert_eq(PLAY("p.yaml", "--bogus", "--record", NAME).status, 2);
    expect("toy", NULL, 2, 1);
    cr_assert_str_eq(error_text(), "-:-:-:-:unknown option '--bogus':-");
}

Test(record, a_bad_file_of_the_pipeline_is_recorded_with_its_place)
{
    help_write_text("bad.yaml", "title: Toy\nnonsense: 1\n");
    cr_assert_eq(PLAY("bad.yaml", "--record", NAME).status, 1);
    expect("toy", "bad", 1, 1);
    cr_assert_eq(strncmp(error_text(), "bad.yaml:2:1:", 13), 0, "%s", error_text());
}

Test(record, what_the_environment_denies_is_recorded)
{
    cr_assert_eq(PLAY("p.yaml", "--mode", "error", "--record", NAME).status, 3);
    expect("toy", "p", 3, 1);
    cr_assert_str_eq(error_text(), "-:-:-:-:no luck:-");
}

Test(record, what_a_gate_refuses_is_recorded)
{
    cr_assert_eq(PLAY("p.yaml", "--mode", "refuse", "--record", NAME).status, 4);
    expect("toy", "p", 4, 1);
}

Test(record, who_comes_too_late_is_recorded)
{
    cr_assert_eq(PLAY("p.yaml", "--mode", "busy", "--record", NAME).status, 75);
    expect("toy", "p", 75, 1);
}

Test(record, text_that_is_no_json_is_escaped)
{
    cr_assert_eq(PLAY("p.yaml", "--set", "tit\"le\\\x01\xff=1", "--record", NAME).status,
                 2);
    expect("toy", "p", 2, 1);
    cr_assert_not_null(strstr(error_text(), "tit\"le\\\\x01\\xFF"), "%s", error_text());
}

Test(record, a_file_that_holds_something_else_is_left_alone)
{
    help_write_text(NAME, "a,b\n1,2\n");
    cr_assert_eq(PLAY("p.yaml", "--record", NAME).status, 1);
    cr_assert_str_eq(help_read(NAME, NULL), "a,b\n1,2\n");
    cr_assert_null(toy_seen()->run.stage, "before work begins");
}

Test(record, a_place_that_cannot_be_written_to_is_an_error_before_work_begins)
{
    cr_assert_eq(PLAY("p.yaml", "--record", "no/folder/" NAME).status, 3);
    cr_assert_null(toy_seen()->run.stage);
    cr_assert_eq(PLAY("p.yaml", "--record", ".").status, 3);
    cr_assert_eq(PLAY("p.yaml", "--bogus", "--record", ".").status, 2);
}

Test(record, help_is_no_run)
{
    cr_assert_eq(PLAY("--record", NAME, "--help").status, 0);
    cr_assert_eq(PLAY("--version", "--record", NAME).status, 0);
    cr_assert_neq(access(NAME, F_OK), 0);
}

Test(record, a_full_disk_is_told_and_the_outputs_stay)
{
    struct toy_played p = PLAY("p.yaml", "--record", "/dev/full", "--quiet");
    cr_assert_eq(p.status, 3);
    cr_assert_not_null(strstr(p.err, "could not write the record to '/dev/full'"));
    cr_assert_eq(access("artifacts/p/toy.txt", F_OK), 0);
}

Test(record, an_output_of_the_run_is_no_place_for_it)
{
    help_write_text("toy.txt", "");
    struct toy_played p = PLAY("p.yaml", "--out", ".", "--record", "./toy.txt");
    cr_assert_eq(p.status, 2);
    cr_assert_not_null(strstr(p.err, "takes no records"), "%s", p.err);
    cr_assert_neq(help_read("toy.txt", NULL)[0], '\0', "the line is there all the same");
}
