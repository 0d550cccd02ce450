#include <criterion/criterion.h>

#include <time.h>

#include "sync/notice.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(notice, .fini = release);

#define ID "0123456789abcdef0123456789abcdef"
#define AT(time) "2026-01-31T" time "Z"

Test(notice, a_new_key_tells_whose_it_is_and_until_when)
{
    const char *a = notice_key(false, 3600, &mem), *b = notice_key(false, 3600, &mem);
    struct remote_object v[] = {{.key = notice_key(true, 600, &mem), .modified = ""},
                                {.key = a, .modified = ""}};
    struct remote_objects listing = {v, 2, 2};
    struct notices found;
    cr_expect_str_neq(a, b, "they are as good as never the same");
    notice_find(&listing, 0, &mem, &found);
    cr_assert_eq(found.n, 2);
    cr_expect(found.v[0].gc && !found.v[1].gc);
    cr_expect(found.v[0].here && found.v[1].here, "where the kernel has an id");
    cr_expect_eq(found.v[0].limit_s, 600);
    cr_expect_eq(found.v[1].limit_s, 3600);
    cr_expect(notice_is_key(a));
    cr_expect_not(notice_is_key("nightmill/latest.json"));
}

/* Names, and what they tell. */
static const struct {
    const char *name;
    bool gc;
    double limit_s; // a day: nobody knows what it is
} names[] = {
    {"push-30-" ID ".json", false, 30},
    {"gc-600-" ID ".json", true, 600},
    {"gc-600-" ID, false, 86400},
    {"gc--" ID ".json", false, 86400},
    {"gc-6x-" ID ".json", false, 86400},
    {"gc-600-" ID "0.json", false, 86400},
    {"gc-600-0123456789ABCDEF0123456789abcdef.json", false, 86400},
    {"gcs-600-" ID ".json", false, 86400},
    {"pull-600-" ID ".json", false, 86400},
    {"", false, 86400},
    {"x/y", false, 86400},
};

Test(notice, a_name_that_is_not_known_counts_as_a_push_of_a_day)
{
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct remote_object o = {
            .key = arena_format(&mem, NOTICE_FOLDER "%s", names[i].name), .modified = ""};
        struct remote_objects listing = {&o, 1, 1};
        struct notices found;
        notice_find(&listing, 0, &mem, &found);
        cr_assert_eq(found.n, 1, "row %zu", i);
        cr_expect_eq(found.v[0].gc, names[i].gc, "row %zu", i);
        cr_expect_eq(found.v[0].limit_s, names[i].limit_s, "row %zu", i);
        cr_expect_not(found.v[0].here, "row %zu", i);
    }
}

Test(notice, ages_are_told_by_the_time_of_ones_own)
{
    struct remote_object v[] = {
        {.key = NOTICE_FOLDER "gc-600-" ID ".json", .modified = AT("10:00:00.500")},
        {.key = NOTICE_FOLDER "push-60-" ID ".json", .modified = AT("09:00:00")},
        {.key = NOTICE_FOLDER "push-7200-" ID ".json", .modified = AT("09:00:00")},
        {.key = NOTICE_FOLDER "push-90-" ID ".json", .modified = "yesterday"},
    };
    struct remote_objects listing = {v, 4, 4};
    struct notices found;
    double now_s = notice_now(&listing, v[0].key);
    notice_find(&listing, now_s, &mem, &found);
    cr_assert_eq(found.n, 4);
    cr_expect_eq(found.v[0].age_s, 0);
    cr_expect_eq(found.v[1].age_s, 3600.5);
    cr_expect(notice_is_dead(&found.v[1], NOTICE_GRACE_S));
    cr_expect_not(notice_is_dead(&found.v[1], 3600));
    cr_expect_not(notice_is_dead(&found.v[2], 0), "its time is not over");
    cr_expect_eq(found.v[3].age_s, 0, "who does not tell is young");
    cr_expect_float_eq(notice_now(&listing, "nightmill/x"), (double)time(NULL), 5);
}

Test(notice, what_it_names_reads_back)
{
    const char *keys[] = {"files/md5/ab/cdef", "nightmill/lock/x"};
    struct text out = {.mem = &mem};
    struct texts back;
    notice_write(keys, 2, &out);
    cr_assert_eq(notice_parse("n", (struct view){out.p, out.n}, &mem, &back, &err),
                 STATUS_OK, "%s", err.message);
    cr_assert_eq(back.n, 2);
    cr_expect_str_eq(back.v[0], keys[0]);
    cr_expect_str_eq(back.v[1], keys[1]);
    out.n = 0;
    notice_write(NULL, 0, &out);
    cr_expect_eq(notice_parse("n", (struct view){out.p, out.n}, &mem, &back, &err),
                 STATUS_OK, "%s", err.message);
    cr_expect_eq(back.n, 0);
}

Test(notice, what_cannot_be_read_is_refused)
{
    static const char *const texts[] = {
        "",
        "{}",
        "[]",
        "{\"format\": 1}",
        "{\"format\": 2, \"keys\": []}",
        "{\"format\": 1, \"keys\": [1]}",
        "{\"format\": 1, \"keys\": [null]}",
        "{\"format\": 1, \"keys\": {}}",
        "{\"format\": 1, \"keys\": [\"a\"",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct texts back = {7, NULL};
        cr_expect_eq(notice_parse("n", view_of(texts[i]), &mem, &back, &err),
                     STATUS_INPUT, "row %zu", i);
        cr_expect_eq(back.n, 7);
        cr_expect_str_eq(err.loc.path, "n");
    }
}
