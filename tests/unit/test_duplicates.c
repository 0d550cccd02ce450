#include <criterion/criterion.h>

#include "clean/screen.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;
static struct publish publish;

static void release(void)
{
    publish_release(&publish);
    arena_release(&mem);
}

TestSuite(duplicates, .fini = release);

static enum status count_fatal(void *context, const struct error *fault, bool fatal)
{
    (void)fault;
    *(size_t *)context += fatal;
    return STATUS_OK;
}

static void screened(struct screen *s, const char *rows, enum duplicates policy,
                     size_t *ret_fatal)
{
    static const struct field fields[] = {{"day", TYPE_DATE},
                                          {"x", TYPE_REAL},
                                          {"source_file", TYPE_INT32},
                                          {"source_line", TYPE_INT64}};
    const char *path = help_path(help_folder(), "raw.arrow");
    const struct screen_keys keys = {.step = &timestep_all[TIMESTEP_DAY]};
    struct screen_rules rules = {.duplicates = policy, .drop_missing = true};
    struct error err = {0};
    *ret_fatal = 0;
    tables_write(path, fields, COUNT_OF(fields), NULL, 0, rows);
    cr_assert_eq(screen_open(s, "raw", path, &keys, &mem, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(screen_rows(s, &rules, &publish, path, count_fatal, ret_fatal, &err),
                 STATUS_OK, "%s", err.message);
}

/* Why a row was dropped, of the first ones that were. */
static enum reason reason_of(const struct screen *s, size_t row)
{
    for (size_t i = 0; i < s->n_dropped; i++)
        if (s->dropped[i].row == row)
            return s->dropped[i].reason;
    return REASON_KEPT;
}

/* Rows of one key, three times, around another; the letters are the reasons' first. */
static const struct {
    enum duplicates policy;
    const char *rows, *reasons;
    size_t fatal;
} cases[] = {
    {DUPLICATES_EQUAL, "1 5 0 2\n2 6 0 3\n1 5 0 4\n1 5 0 5\n", "kkdd", 0},
    {DUPLICATES_EQUAL, "1 5 0 2\n2 6 0 3\n1 7 0 4\n1 5 0 5\n", "kkcd", 1},
    {DUPLICATES_FIRST, "1 5 0 2\n2 6 0 3\n1 7 0 4\n1 8 0 5\n", "kkcc", 0},
    {DUPLICATES_LAST, "1 5 0 2\n2 6 0 3\n1 7 0 4\n1 7 0 5\n", "ckdk", 0},
    {DUPLICATES_ERROR, "1 5 0 2\n2 6 0 3\n1 5 0 4\n1 7 0 5\n", "kkdc", 2},
    {DUPLICATES_LAST, "1 5 0 2\n2 6 0 3\n1 - 0 4\n1 7 0 5\n", "ckmk", 0},
};

Test(duplicates, the_policy_says_which_row_stays)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct screen s;
        size_t fatal;
        screened(&s, cases[i].rows, cases[i].policy, &fatal);
        for (size_t row = 0; row < s.n; row++)
            cr_assert_eq(reason_name[reason_of(&s, row)][0], cases[i].reasons[row],
                         "case %zu, row %zu", i, row);
        cr_assert_eq(fatal, cases[i].fatal, "case %zu", i);
        screen_close(&s);
    }
}

/* Rows without a time: the id, the group's where there are groups, is the key. */
static const struct {
    const char *group;
    enum type id;
    const char *rows, *reasons;
    size_t fatal;
} named[] = {
    {NULL, TYPE_INT64,
     "9007199254740993 5 0 2\n9007199254740992 6 0 3\n"
     "9007199254740993 5 0 4\n9007199254740992 7 0 5\n",
     "kkdc", 1},
    {"g", TYPE_TEXT, "a r 5 0 2\nb r 6 0 3\na r 5 0 4\na s 5 0 5\n", "kkdk", 0},
};

Test(duplicates, without_a_time_rows_of_one_id_are_of_one_key)
{
    for (size_t i = 0; i < COUNT_OF(named); i++) {
        const struct field fields[] = {{"g", TYPE_TEXT},
                                       {"id", named[i].id},
                                       {"x", TYPE_REAL},
                                       {"source_file", TYPE_INT32},
                                       {"source_line", TYPE_INT64}};
        size_t first = named[i].group ? 0 : 1, fatal = 0;
        const char *path = help_path(help_folder(), "raw.arrow");
        struct groups groups = {.mem = &mem};
        struct screen_rules rules = {.drop_missing = true};
        struct error err = {0};
        struct screen s;
        tables_write(path, fields + first, 5 - first, NULL, 0, named[i].rows);
        const struct screen_keys keys = {
            .group = named[i].group, .groups = &groups, .id = "id"};
        cr_assert_eq(screen_open(&s, "raw", path, &keys, &mem, &err), STATUS_OK, "%s",
                     err.message);
        groups_sort(&groups);
        cr_assert_eq(screen_rows(&s, &rules, &publish, path, count_fatal, &fatal, &err),
                     STATUS_OK);
        for (size_t row = 0; row < s.n; row++)
            cr_assert_eq(reason_name[reason_of(&s, row)][0], named[i].reasons[row],
                         "case %zu, row %zu", i, row);
        cr_assert_eq(fatal, named[i].fatal, "case %zu", i);
        cr_assert(!s.read[0] && !s.needed[0], "an id is not judged");
        screen_close(&s);
    }
}

Test(duplicates, more_pairs_than_are_held_at_once)
{
    struct text rows = {.mem = &mem};
    size_t n = 2 * ARROW_BATCH + 9, fatal;
    struct screen s;
    for (size_t i = 0; i < n; i++)
        text_addf(&rows, "%zu %zu 0 %zu\n", i % 3, i / (n / 2), i + 2);
    screened(&s, rows.p, DUPLICATES_FIRST, &fatal);
    cr_assert_eq(s.count[REASON_KEPT], 3);
    // The second half and what is left over hold other values than the first row.
    cr_assert_eq(s.count[REASON_CONFLICT], n - n / 2);
    cr_assert_eq(s.count[REASON_DUPLICATE], n / 2 - 3);
    cr_assert(reason_of(&s, 0) == REASON_KEPT && reason_of(&s, 2) == REASON_KEPT);
    screen_close(&s);
}
