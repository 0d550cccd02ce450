#include <criterion/criterion.h>

#include <signal.h>
#include <sys/resource.h>

#include "base/error.h"
#include "help/help.h"

/* Answers EINTR so many times, then 7. */
static unsigned interruptions, calls;

static int call(void)
{
    calls++;
    if (interruptions == 0)
        return 7;
    interruptions--;
    errno = EINTR;
    return -1;
}

static const char *pointer_call(void)
{
    return call() < 0 ? NULL : "seven";
}

static int refused(void)
{
    calls++;
    errno = EACCES;
    return -1;
}

Test(restart, an_interrupted_call_is_made_again)
{
    interruptions = 3;
    cr_assert_eq(RESTART(call()), 7);
    cr_assert_eq(calls, 4);
    interruptions = 1;
    cr_assert_str_eq(RESTART_WHILE(NULL, pointer_call()), "seven");
}

Test(restart, a_call_that_is_interrupted_for_ever_fails_in_the_end)
{
    interruptions = 1000000;
    cr_assert_eq(RESTART(call()), -1);
    cr_assert_eq(errno, EINTR);
    cr_assert_eq(calls, RESTARTS);
}

Test(restart, any_other_failure_is_one)
{
    cr_assert_eq(RESTART(refused()), -1);
    cr_assert_eq(errno, EACCES);
    cr_assert_eq(calls, 1);
}

Test(restart, an_interrupted_close_has_closed)
{
    errno = EINTR;
    cr_assert_eq(restart_closed(-1), 0);
    errno = EIO;
    cr_assert_eq(restart_closed(-1), -1);
    cr_assert_eq(close(-1), -1);
    cr_assert_eq(errno, EBADF);
}

/* The limit cuts the first write short; only a second one says why. */
Test(restart, writing_goes_on_after_a_short_write)
{
    const struct rlimit limit = {10, 10};
    const char *path = help_path(help_folder(), "x");
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    cr_assert_geq(fd, 0);
    cr_assert(restart_write(fd, "abcdef", 6));
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_not(restart_write(fd, "ghijklm", 7));
    cr_assert_eq(errno, EFBIG);
    cr_assert_eq(lseek(fd, 0, SEEK_END), 10);
    close(fd);
}
