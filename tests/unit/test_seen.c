#include <criterion/criterion.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/progress.h"
#include "file/file.h"
#include "file/seen.h"
#include "help/help.h"
#include "help/project.h"

#define NOTE "note"
static struct arena mem;
static struct error err;

/* As if nobody had touched it for a while. */
static void let_settle(const char *path)
{
    struct stat st;
    for (int i = 0; i < 400; i++) {
        cr_assert_eq(stat(path, &st), 0);
        if (st.st_ctim.tv_sec + 3 < time(NULL))
            return;
        progress_pause(0.02);
    }
}

static void enter(void)
{
    help_enter();
    cr_assert_eq(file_make_folder("code/base", &err), STATUS_OK);
    help_put("table", "x");
    help_put("code/base/a.c", "a");
}

static void leave(void)
{
    arena_release(&mem);
    cr_expect_eq(chdir("/"), 0);
}

TestSuite(seen, .init = enter, .fini = leave);

/* Looks at the table, at a file that is not there, and at the code. */
static struct seen look(void)
{
    struct seen seen;
    seen_begin(&seen, "what", &mem);
    seen_add(&seen, "table");
    seen_add(&seen, "gone");
    seen_add_tree(&seen, "code");
    return seen;
}

static bool holds(void)
{
    return seen_holds(NOTE, "what", &mem);
}

static void note(void)
{
    let_settle("code/base/a.c");
    struct seen seen = look();
    cr_assert(seen.settled);
    seen_write(&seen, NOTE);
    cr_assert(holds());
}

Test(seen, what_is_too_young_is_not_noted)
{
    struct seen seen = look();
    cr_expect_not(seen.settled);
    seen_write(&seen, NOTE);
    cr_expect_not(holds());
}

Test(seen, another_question_has_no_answer)
{
    note();
    cr_expect_not(seen_holds(NOTE, "wha", &mem));
    cr_expect_not(seen_holds(NOTE, "whatever", &mem));
}

Test(seen, a_file_that_comes_and_goes)
{
    note();
    help_put("gone", "here");
    cr_expect_not(holds());
    cr_assert_eq(unlink("gone"), 0);
    cr_expect(holds());
    cr_assert_eq(unlink("table"), 0);
    cr_expect_not(holds());
}

Test(seen, a_file_that_arrives_in_a_folder)
{
    note();
    help_put("code/base/b.h", "b");
    cr_expect_not(holds());
    cr_assert_eq(unlink("code/base/b.h"), 0);
    cr_expect_not(holds(), "the folder is another");
}

Test(seen, other_bytes_of_the_same_length_and_time)
{
    struct stat st;
    note();
    cr_assert_eq(stat("code/base/a.c", &st), 0);
    help_put("code/base/a.c", "b");
    const struct timespec times[] = {st.st_atim, st.st_mtim};
    cr_assert_eq(utimensat(AT_FDCWD, "code/base/a.c", times, 0), 0);
    cr_expect_not(holds());
}

Test(seen, an_old_file_that_is_moved_in)
{
    help_put("old", "y");
    note();
    cr_assert_eq(rename("old", "table"), 0);
    cr_expect_not(holds());
}

Test(seen, a_folder_behind_a_link_is_not_vouched_for)
{
    cr_assert_eq(symlink("..", "code/up"), 0);
    let_settle("code");
    struct seen seen = look();
    cr_expect_not(seen.settled);
}

Test(seen, damage_anywhere_is_noticed)
{
    struct view whole;
    note();
    cr_assert_eq(file_read(NOTE, 1 << 20, &mem, &whole, &err), STATUS_OK);
    char *bytes = arena_copy(&mem, whole.p, whole.n);
    for (size_t i = 0; i < whole.n; i++) {
        bytes[i] ^= 1;
        help_write(NOTE, bytes, whole.n);
        cr_expect_not(holds(), "byte %zu", i);
        bytes[i] ^= 1;
        help_write(NOTE, bytes, i); // the last one is the end of a path
        cr_expect(i == whole.n - 1 || !holds(), "cut to %zu bytes", i);
    }
}
