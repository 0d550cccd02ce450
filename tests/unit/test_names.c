#include <criterion/criterion.h>

#include <string.h>

#include "base/names.h"
#include "help/help.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(names, .fini = release);

Test(names, a_table_of_zeros_has_none)
{
    struct names none = {0};
    cr_assert_eq(names_find(&none, "a"), NAMES_NONE);
}

Test(names, a_name_keeps_its_number)
{
    struct names names = {.mem = &mem};
    cr_assert_eq(names_add(&names, "train@milk"), 0);
    cr_assert_eq(names_add(&names, ""), 1);
    cr_assert_eq(names_add(&names, "train@milk"), 0);
    cr_assert_eq(names.n, 2);
    cr_assert_str_eq(names.v[1], "");
}

Test(names, ten_thousand_are_found_and_no_other)
{
    struct names names = {.mem = &mem};
    for (size_t i = 0; i < 10000; i++)
        cr_assert_eq(names_add(&names, arena_format(&mem, "stage@p%zu", i)), i);
    for (size_t i = 0; i < 10000; i++)
        cr_assert_eq(names_find(&names, arena_format(&mem, "stage@p%zu", i)), i);
    cr_assert_eq(names_find(&names, "stage@p10000"), NAMES_NONE);
}

Test(names, a_copy_is_kept_of_a_view)
{
    struct names names = {.mem = &mem};
    char text[] = "cat,dog,cat";
    cr_assert_eq(names_code(&names, (struct view){text, 3}), 0);
    cr_assert_eq(names_code(&names, (struct view){text + 4, 3}), 1);
    memset(text, 'x', 8);
    cr_assert_eq(names_code(&names, (struct view){text + 8, 3}), 0);
    cr_assert_str_eq(names.v[0], "cat");
    cr_assert_str_eq(names.v[1], "dog");
}
