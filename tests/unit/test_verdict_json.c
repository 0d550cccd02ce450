/* verdict.json: written and read again, and damaged on purpose. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "artifacts/verdict_json.h"
#include "help/help.h"

static struct verdict_json_version production = {2, "0123456789abcdef", "rmse", 5.5};
static struct verdict_json_challenge challenge = {"origins", 40, 1, 0.0125, 0.3, "p 0.3"};
static struct verdict_json_rule rules[] = {
    {"beats", "naive", 0.05, NAN, 0.1, 0.05, true, "10 % better"},
    {"coverage", "", 0.85, 0.95, NAN, NAN, false, "there is none"},
};
static const struct verdict_json whole = {
    .pipeline = "toy",
    .outcome = "refused",
    .says = "version 3 is refused; version 2 predicts",
    .candidate = {3, "fedcba9876543210", "rmse", NAN},
    .production = &production,
    .challenge = &challenge,
    .ungated = "promoted",
    .predicts = {2, "0123456789abcdef", "production"},
    .n_rules = COUNT_OF(rules),
    .rule = rules};

static const char *write_to(const char *folder, const struct verdict_json *v)
{
    struct publish publish = {0};
    struct output *out;
    struct error err;
    const char *path = help_path(folder, "verdict.json");
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    cr_assert_eq(verdict_json_write(v, out, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    return path;
}

Test(verdict_json, what_was_written_is_read_to_the_same_bytes)
{
    struct arena mem = {0};
    struct verdict_json v;
    struct error err;
    size_t n, again;
    const char *folder = help_folder(), *path = write_to(folder, &whole);
    cr_assert_eq(verdict_json_read(path, &mem, &v, &err), STATUS_OK, "%s", err.message);
    const char *first = help_read(path, &n);
    cr_assert_eq(verdict_json_outcome(&v), OUTCOME_REFUSED);
    cr_assert_eq(v.production->version, 2);
    cr_assert_float_eq(v.challenge->level, 0.0125, 0);
    cr_assert(isnan(v.rule[1].found) && !v.rule[1].passed);
    const char *second = help_read(write_to(folder, &v), &again);
    cr_assert_eq(n, again);
    cr_assert_eq(memcmp(first, second, n), 0);
    arena_release(&mem);
}

static void expect_refused(const struct verdict_json *v, const char *field)
{
    struct arena mem = {0};
    struct verdict_json read;
    struct error err;
    const char *path = write_to(help_folder(), v);
    cr_assert_eq(verdict_json_read(path, &mem, &read, &err), STATUS_INPUT, "%s", field);
    cr_assert_str_eq(err.loc.field, field);
    arena_release(&mem);
}

Test(verdict_json, words_and_sums_that_nobody_writes_are_refused)
{
    struct verdict_json v = whole;
    v.outcome = "fine";
    expect_refused(&v, "outcome");
    v = whole;
    v.ungated = "";
    expect_refused(&v, "ungated");
    v = whole;
    v.predicts.of = "nobody";
    expect_refused(&v, "predicts.of");
    v = whole;
    v.predicts.model = NULL;
    expect_refused(&v, "predicts");
    v = whole;
    v.candidate.model = NULL;
    expect_refused(&v, "candidate");
}
