#include <criterion/criterion.h>

#include "data/groups.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(groups, .fini = release);

static uint32_t code_of(struct groups *g, const char *text)
{
    return groups_code(g, (struct group_name){.text = view_of(text)});
}

Test(groups, a_name_keeps_its_code_until_they_are_sorted_by_bytes)
{
    struct groups g = {.mem = &mem};
    const char *const names[] = {"b", "", "a\xc3\xa9", "aa", "a", "B"};
    const uint32_t sorted[] = {5, 0, 4, 3, 2, 1};
    for (uint32_t i = 0; i < 6; i++)
        cr_assert_eq(code_of(&g, names[i]), i);
    for (uint32_t i = 0; i < 6; i++)
        cr_assert_eq(code_of(&g, names[i]), i);
    cr_assert_eq(g.n, 6);
    const uint32_t *rank = groups_sort(&g);
    for (uint32_t i = 0; i < 6; i++) {
        cr_expect_eq(rank[i], sorted[i], "%s", names[i]);
        cr_expect_eq(code_of(&g, names[i]), sorted[i], "%s", names[i]);
    }
}

Test(groups, numbers_are_ordered_by_value)
{
    struct groups g = {.mem = &mem, .numbers = true};
    const int64_t number[] = {10, 9, -1, INT64_MAX, INT64_MIN, 9007199254740993};
    const uint32_t sorted[] = {3, 2, 1, 5, 0, 4};
    for (uint32_t i = 0; i < 6; i++)
        cr_assert_eq(groups_code(&g, (struct group_name){.number = number[i]}), i);
    const uint32_t *rank = groups_sort(&g);
    for (uint32_t i = 0; i < 6; i++)
        cr_expect_eq(rank[i], sorted[i], "%u", i);
}

Test(groups, ten_thousand_names_are_told_apart)
{
    struct groups g = {.mem = &mem};
    char name[16];
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < 10000; i++) {
            snprintf(name, sizeof name, "item%u", i * 7919 % 10007);
            cr_assert_eq(code_of(&g, name), i);
        }
    groups_sort(&g);
    for (size_t i = 1; i < g.n; i++)
        cr_assert_lt(group_compare(false, &g.name[i - 1], &g.name[i]), 0);
}

Test(groups, codes_become_a_column_of_their_names)
{
    struct groups g = {.mem = &mem};
    struct group_column buffer = {0};
    const uint32_t code[] = {1, 0, 1, 2};
    code_of(&g, "a");
    code_of(&g, "long name");
    code_of(&g, "");
    for (int again = 0; again < 2; again++) {
        struct column c = groups_column(&g, code, 4, &buffer);
        cr_assert(view_is(group_at(TYPE_TEXT, &c, 0).text, "long name"));
        cr_assert(view_is(group_at(TYPE_TEXT, &c, 1).text, "a"));
        cr_assert(view_is(group_at(TYPE_TEXT, &c, 2).text, "long name"));
        cr_assert(view_is(group_at(TYPE_TEXT, &c, 3).text, ""));
    }
}

Test(groups, what_cannot_be_groups_is_refused)
{
    const struct field real = {"x", TYPE_REAL}, text = {"x", TYPE_TEXT};
    const int32_t long_name[] = {0, GROUP_NAME + 1};
    struct error err = {0};
    cr_assert_eq(groups_check(&real, &(struct column){0}, 0, 0, "t", &err), STATUS_INPUT);
    cr_assert_eq(groups_check(&text, &(struct column){.missing = 1}, 1, 0, "t", &err),
                 STATUS_INPUT);
    cr_assert_eq(
        groups_check(&text, &(struct column){.offsets = long_name}, 1, 4, "t", &err),
        STATUS_INPUT);
    cr_assert_str_eq(err.message, "the group's name in row 5 is longer than 1000 bytes");
}
