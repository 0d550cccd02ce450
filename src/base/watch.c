/* Calls that nobody may have asked for. */
#include "base/watch.h"

enum status watch_fault(const struct watch *w, const struct error *fault)
{
    if (w->fault)
        return w->fault(w->context, fault);
    return fault->status == STATUS_OK ? STATUS_INPUT : fault->status;
}

void watch_warn(const struct watch *w, const struct error *warning)
{
    if (w->warn)
        w->warn(w->context, warning);
}

void watch_progress(const struct watch *w, const char *what, size_t done, size_t total)
{
    if (w->progress)
        w->progress(w->context, what, done, total);
}

enum status watch_need(const struct watch *w, size_t bytes, const char *what,
                       struct error *err)
{
    return w->need ? w->need(w->context, bytes, what, err) : STATUS_OK;
}
