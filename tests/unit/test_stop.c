#include <criterion/criterion.h>

#include <signal.h>

#include "base/stop.h"

static int refused; // signals that would have ended the process

static void take(int number)
{
    if (!stop_take(number))
        refused++;
}

static void listen(void)
{
    struct sigaction handle = {.sa_handler = take};
    (void)sigaction(SIGINT, &handle, NULL);
    (void)sigaction(SIGTERM, &handle, NULL);
    (void)sigaction(SIGHUP, &handle, NULL);
}

TestSuite(stop, .init = listen);

Test(stop, where_nobody_looks_a_signal_is_deadly)
{
    struct error err = {0};
    raise(SIGTERM);
    cr_assert_eq(refused, 1);
    stop_begin();
    cr_assert_eq(stop_end(STATUS_OK, &err), STATUS_OK);
    raise(SIGINT);
    cr_assert_eq(refused, 2);
    cr_assert(!stop_wanted() && stop_signal() == 0);
    cr_assert_eq(stop_check(&err), STATUS_OK);
}

Test(stop, the_first_signal_sets_the_flag_and_the_second_is_deadly)
{
    struct error err = {0};
    stop_begin();
    raise(SIGINT);
    cr_assert(refused == 0 && stop_wanted() && stop_signal() == SIGINT);
    cr_assert_eq(stop_check(&err), STATUS_STOPPED);
    cr_assert_str_eq(err.message, "stopped by SIGINT");
    raise(SIGTERM);
    cr_assert(refused == 1 && stop_signal() == SIGINT);
}

Test(stop, a_terminal_that_goes_away_waits_for_nobody)
{
    stop_begin();
    raise(SIGHUP);
    cr_assert(refused == 1 && !stop_wanted());
}

Test(stop, stretches_nest_and_their_end_tells_what_was_missed)
{
    struct error err = {0};
    stop_begin();
    stop_begin();
    cr_assert_eq(stop_end(STATUS_OK, &err), STATUS_OK);
    raise(SIGTERM);
    cr_assert_eq(refused, 0);
    cr_assert_eq(stop_end(STATUS_OK, &err), STATUS_STOPPED);
    cr_assert_str_eq(err.message, "stopped by SIGTERM");
    stop_begin();
    cr_assert_eq(stop_end(STATUS_INPUT, &err), STATUS_STOPPED, "it may come of the stop");
}
