/* Two logs become one. */
#include <criterion/criterion.h>

#include "registry/registry_internal.h"
#include "registry/registry_merge.h"

static struct arena mem;
static struct error err;

/* A line for each move of production. */
static struct view log_of(const struct registry_moved *move, size_t n)
{
    struct text out = {.mem = &mem};
    text_puts(&out, "");
    for (size_t i = 0; i < n; i++)
        registry_log_line(&move[i], &out);
    return (struct view){out.p, out.n};
}

static struct registry_moved moved(const char *who, size_t from, size_t to)
{
    return (struct registry_moved){
        "2026-01-31T02:30:07Z", who, "production", from, to, "abc", "better"};
}

static struct registry_merged merge(struct view ours, struct view theirs)
{
    static const struct registry_renumbered map[] = {{4, 9}};
    struct registry_merged m;
    cr_assert_eq(registry_merge(ours, theirs, map, 1, &mem, &m, &err), STATUS_OK, "%s",
                 err.message);
    return m;
}

Test(registry_merge, what_they_lack_comes_behind)
{
    struct registry_moved all[] = {moved("ana", 0, 1), moved("bo", 1, 2)};
    struct registry_merged m = merge(log_of(all, 2), log_of(all, 1));
    cr_expect(view_eq(m.log, log_of(all, 2)));
    cr_expect_eq(m.n, 0);
}

Test(registry_merge, what_we_lack_is_taken_as_it_is)
{
    struct registry_moved all[] = {moved("ana", 0, 1), moved("bo", 1, 2)};
    struct registry_merged m = merge(log_of(all, 1), log_of(all, 2));
    cr_expect(view_eq(m.log, log_of(all, 2)));
    cr_expect_eq(m.n, 0);
}

Test(registry_merge, a_move_from_elsewhere_is_overtaken_and_told)
{
    struct registry_moved theirs[] = {moved("ana", 0, 1), moved("ana", 1, 2)};
    struct registry_moved ours[] = {moved("ana", 0, 1), moved("bo", 1, 3)};
    struct registry_merged m = merge(log_of(ours, 2), log_of(theirs, 2));
    cr_expect(view_eq(m.log, log_of(theirs, 2)));
    cr_assert_eq(m.n, 1);
    cr_expect_eq(m.overtaken[0].move.to, 3);
    cr_expect_eq(m.overtaken[0].now, 2);
    cr_expect_str_eq(m.overtaken[0].by->who, "ana");
}

Test(registry_merge, a_move_to_where_they_are_is_done)
{
    struct registry_moved theirs[] = {moved("ana", 0, 2)}, ours[] = {moved("bo", 0, 2)};
    struct registry_merged m = merge(log_of(ours, 1), log_of(theirs, 1));
    cr_expect(view_eq(m.log, log_of(theirs, 1)));
    cr_expect_eq(m.n, 0);
}

Test(registry_merge, our_own_moves_get_the_new_numbers)
{
    struct registry_moved theirs[] = {moved("ana", 0, 1)};
    struct registry_moved ours[] = {moved("ana", 0, 1), moved("bo", 1, 4)};
    struct registry_moved expected[] = {moved("ana", 0, 1), moved("bo", 1, 9)};
    struct registry_merged m = merge(log_of(ours, 2), log_of(theirs, 1));
    cr_expect(view_eq(m.log, log_of(expected, 2)));
    static const struct registry_renumbered map[] = {{4, 9}};
    struct view out;
    cr_assert_eq(
        registry_renumber(log_of(ours, 2), log_of(theirs, 1), map, 1, &mem, &out, &err),
        STATUS_OK);
    cr_expect(view_eq(out, log_of(expected, 2)));
}

Test(registry_merge, logs_without_a_common_line)
{
    struct registry_moved theirs[] = {moved("ana", 0, 1)}, ours[] = {moved("bo", 0, 2)};
    struct registry_merged m = merge(log_of(ours, 1), log_of(theirs, 1));
    cr_expect(view_eq(m.log, log_of(theirs, 1)));
    cr_expect_eq(m.n, 1);
    m = merge((struct view){"", 0}, log_of(theirs, 1));
    cr_expect(view_eq(m.log, log_of(theirs, 1)));
    m = merge(log_of(ours, 1), (struct view){"", 0});
    cr_expect(view_eq(m.log, log_of(ours, 1)));
}
