/* Calls that nobody may have asked for. */
#include "base/watch.h"

#include <stdarg.h>

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

void watch_note(const struct watch *w, const char *format, ...)
{
    char text[sizeof(struct error)];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (w->note)
        w->note(w->context, text);
}
