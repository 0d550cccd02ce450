/* Two numbers that a signal handler may touch. */
#include "base/stop.h"

#include <signal.h>
#include <stdatomic.h>

static atomic_int number_taken, lookers;
static atomic_bool wanted;

void stop_begin(void)
{
    atomic_fetch_add(&lookers, 1);
}

enum status stop_end(enum status status, struct error *err)
{
    atomic_fetch_sub(&lookers, 1);
    return stop_wanted() ? stop_check(err) : status;
}

bool stop_wanted(void)
{
    return atomic_load(&wanted);
}

enum status stop_check(struct error *err)
{
    if (!stop_wanted())
        return STATUS_OK;
    return error_set(err, STATUS_STOPPED, "stopped by %s", stop_name(stop_signal()));
}

int stop_signal(void)
{
    return atomic_load(&number_taken);
}

const char *stop_name(int number)
{
    return number == SIGINT ? "SIGINT" : number == SIGTERM ? "SIGTERM" : "SIGHUP";
}

bool stop_take(int number)
{
    int none = 0;
    if (atomic_load(&lookers) == 0 || (number != SIGINT && number != SIGTERM) ||
        !atomic_compare_exchange_strong(&number_taken, &none, number))
        return false;
    atomic_store(&wanted, true);
    return true;
}
