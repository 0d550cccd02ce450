#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "outlook/asked.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(asked, .fini = release);

/* a and c are known on days 1 to 3, b is only to come; c goes on on day 4. */
static struct groups known_names = {.mem = &mem}, coming_names = {.mem = &mem};
static int32_t known_day[] = {1, 2, 3, 1, 2, 3}, coming_day[] = {3, 4};
static uint32_t known_group[] = {0, 0, 0, 1, 1, 1}, coming_group[] = {0, 1};
static const double known_value[] = {1, 2, 3, 7, NAN, 9}, coming_value[] = {5, 10};
static const double *const known_column[] = {known_value}, *const coming_column[] = {
                                                               coming_value};

static struct outlook outlook_of_groups(void)
{
    const char *const known[] = {"a", "c"}, *const coming[] = {"b", "c"};
    known_names.n = coming_names.n = 0;
    for (size_t i = 0; i < 2; i++) {
        groups_code(&known_names, (struct group_name){.text = view_of(known[i])});
        groups_code(&coming_names, (struct group_name){.text = view_of(coming[i])});
    }
    return (struct outlook){
        .known = {.frame = {.n = 6,
                            .key = known_day,
                            .group = known_group,
                            .groups = &known_names},
                  .prediction = {.n = 6, .p = 1, .value = known_column}},
        .upcoming = {.frame = {.n = 2,
                               .key = coming_day,
                               .group = coming_group,
                               .groups = &coming_names},
                     .prediction = {.n = 2, .p = 1, .value = coming_column}}};
}

static char said[500];

static void listen(void *sink, const struct error *warning)
{
    (void)sink;
    snprintf(said, sizeof said, "%s", warning->message);
}

static const struct watch watch = {.warn = listen};

/* The answers of the range, in their order. */
static void expect(const struct asked *a, const double *value, size_t n)
{
    cr_assert_eq(a->n, n);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(a->row[i].of->prediction.value[0][a->row[i].row], value[i], "%zu",
                     i);
}

Test(asked, many_series_are_merged_by_group_and_time)
{
    static const double all[] = {2, 3, 5, 9, 10}, day_3[] = {3, 5, 9};
    const struct outlook o = outlook_of_groups();
    struct asked a = {
        .step = &timestep_all[TIMESTEP_DAY], .from = 2, .to = 4, .mem = &mem};
    asked_of_groups(&o, &a);
    expect(&a, all, 5);
    cr_assert(a.groups == 3 && a.poor == 3);
    asked_warn(&a, &watch);
    cr_assert_str_eq(said, "3 of 3 groups have no prediction for every step of "
                           "1970-01-03 to 1970-01-05: 'a' lacks 1, 'b' lacks 2, 'c' "
                           "lacks 1");
    a = (struct asked){
        .step = &timestep_all[TIMESTEP_DAY], .from = 3, .to = 3, .mem = &mem};
    said[0] = '\0';
    asked_of_groups(&o, &a);
    expect(&a, day_3, 3);
    asked_warn(&a, &watch);
    cr_assert_str_eq(said, "");
    a = (struct asked){
        .step = &timestep_all[TIMESTEP_DAY], .from = 9, .to = 9, .mem = &mem};
    asked_of_groups(&o, &a);
    asked_warn(&a, &watch);
    cr_assert_eq(a.n, 0);
    cr_assert_str_eq(said,
                     "3 of 3 groups have no prediction for 1970-01-10: 'a', 'b', 'c'");
}

Test(asked, many_series_span_what_any_of_them_does)
{
    const struct outlook o = outlook_of_groups();
    int32_t first, last;
    known_day[3] = 0;
    cr_assert(outlook_span(&o, &first, &last) && first == 0 && last == 4);
}

Test(asked, one_series_tells_the_steps_that_it_lacks)
{
    static const double some[] = {1, 3, 5};
    static int32_t day[] = {1, 2, 3}, next[] = {4};
    static const double value[] = {1, NAN, 3}, to_come[] = {5};
    static const double *const column[] = {value}, *const next_column[] = {to_come};
    const struct outlook o = {
        .known = {.frame = {.n = 3, .key = day},
                  .prediction = {.n = 3, .p = 1, .value = column}},
        .upcoming = {.frame = {.n = 1, .key = next},
                     .prediction = {.n = 1, .p = 1, .value = next_column}}};
    struct asked a = {
        .step = &timestep_all[TIMESTEP_DAY], .from = 1, .to = 5, .mem = &mem};
    asked_of_series(&o, &a);
    expect(&a, some, 3);
    cr_assert_eq(a.lacking.count, 2);
    cr_assert(runs_has(&a.lacking, 1) && runs_has(&a.lacking, 4));
    cr_assert_str_eq(asked_label(&a), "1970-01-02 to 1970-01-06");
}
