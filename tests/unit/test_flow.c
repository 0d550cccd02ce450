/* The table of the flow. */
#include <criterion/criterion.h>

#include "help/help.h"
#include "plan/flow.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(flow, .fini = release);

static enum status load(const char *text, struct flow *ret)
{
    static const char *const targets[] = {"test", "push"};
    const struct texts taken = {2, targets};
    const char *path = help_path(help_folder(), "stages.tbl");
    help_write_text(path, text);
    memset(&err, 0, sizeof(err));
    return flow_read(path, &taken, &mem, ret, &err);
}

Test(flow, rows_are_read_in_order)
{
    struct flow flow;
    cr_assert_eq(load("# words\n\nfirst | data | a.json raw/ | time target | x\n"
                      "  second|a.json  raw/|b.csv reports/r.html||y\n",
                      &flow),
                 STATUS_OK, "%s", err.message);
    cr_assert_eq(flow.n, 2);
    cr_assert_str_eq(flow.stage[1].name, "second");
    cr_assert_eq(flow.stage[1].line, 4);
    cr_assert(flow_reads_data(&flow.stage[0]));
    cr_assert_not(flow_reads_data(&flow.stage[1]));
    cr_assert_eq(flow.stage[0].keys.n, 2);
    cr_assert_eq(flow.stage[1].keys.n, 0);
    cr_assert_eq(flow_writer(&flow, "raw/"), &flow.stage[0]);
    cr_assert_null(flow_writer(&flow, "data"));
}

static const struct {
    const char *text;
    size_t line;
    const char *message;
} faults[] = {
    {"a | data | x\n", 1, "expected 5 cells"},
    {"#\nA | data | x | | y\n", 2, "'A' cannot be a stage's name"},
    {"a b | data | x | | y\n", 1, "cannot be a stage's name"},
    {"test | data | x | | y\n", 1, "'make test' does something else already"},
    {"a | data | x | | y\na | x | y | | y\n", 2, "there are two stages 'a'"},
    {"a | data | x | | y\nb | x | x | | y\n", 2, "two stages write 'x'"},
    {"a | data | raw/ | | y\n", 1, "stage 'a' writes no file first"},
    {"a | data | | | y\n", 1, "stage 'a' writes no file first"},
    {"a | y | x | | y\n", 1, "no stage above 'a' writes 'y'"},
    {"a | data | $(x) | | y\n", 1, "'$(x)' cannot be an artifact's name"},
    {"a | data | ../x | | y\n", 1, "'../x' cannot be an artifact's name"},
    {"a | data | x;y | | y\n", 1, "'x;y' cannot be an artifact's name"},
    {"a | data | x | k:v | y\n", 1, "'k:v' cannot be a key"},
    {"a | data | x | | |\n", 1, "stage 'a' names no folder of src"},
    {"a | data | x | | ../y\n", 1, "'../y' cannot be a folder of src"},
};

Test(flow, what_cannot_be_a_row_is_refused_at_its_line)
{
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct flow flow = {.path = "untouched"};
        cr_assert_eq(load(faults[i].text, &flow), STATUS_INPUT, "%s", faults[i].text);
        cr_assert_eq(err.loc.line, faults[i].line, "%s: line %zu", faults[i].text,
                     err.loc.line);
        cr_assert(strstr(err.message, faults[i].message), "%s: %s", faults[i].text,
                  err.message);
        cr_assert_str_eq(flow.path, "untouched");
    }
}
