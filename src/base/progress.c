/* A progress bar on a terminal.
 *
 * The time left is what has passed, scaled by what is still to do; it is left out until a
 * second has passed and two percent are done, for before that it is a guess.  Nothing
 * here reaches results. */
#include "base/progress.h"

#include <string.h>
#include <time.h>

#include "base/text.h"

#define BAR_WIDTH 30
#define MIN_INTERVAL_S 0.1
#define RATE_AFTER_S 0.3 // before that a rate says nothing

double progress_clock_s(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void print_left(double passed_s, double share, FILE *to)
{
    if (passed_s < 1 || share < 0.02)
        return;
    double left_s = passed_s * (1 - share) / share;
    if (left_s > 359999)
        left_s = 359999;
    unsigned seconds = (unsigned)left_s;
    if (seconds >= 3600)
        fprintf(to, "  %u:%02u:%02u left", seconds / 3600, seconds / 60 % 60,
                seconds % 60);
    else
        fprintf(to, "  %u:%02u left", seconds / 60, seconds % 60);
}

const char *progress_size(uint64_t bytes, char out[PROGRESS_SIZE_TEXT])
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double x = (double)bytes;
    size_t unit = 0;
    while (x >= 1024 && unit + 1 < COUNT_OF(units)) {
        x /= 1024;
        unit++;
    }
    if (unit == 0)
        snprintf(out, PROGRESS_SIZE_TEXT, "%.0f byte%s", x, bytes == 1 ? "" : "s");
    else
        snprintf(out, PROGRESS_SIZE_TEXT, "%.1f %s", x, units[unit]);
    return out;
}

void progress_pause(double seconds)
{
    struct timespec pause = {.tv_nsec = (long)(1e9 * seconds)};
    (void)nanosleep(&pause, NULL);
}

/* Begins a drawing unless it is too early for one; a new word starts the time anew. */
static bool begin(struct progress *p, const char *what)
{
    double now_s = progress_clock_s();
    bool same = p->what && strcmp(p->what, what) == 0;
    if (same && now_s - p->drawn_s < MIN_INTERVAL_S)
        return false;
    if (!same) {
        p->what = what;
        p->started_s = now_s;
    }
    p->drawn_s = now_s;
    p->shown = true;
    return true;
}

static void draw_bar(const char *what, double share, FILE *to)
{
    int filled = (int)(share * BAR_WIDTH);
    char name[200 + TEXT_ESCAPED], *end = name;
    for (size_t i = 0, n = strlen(what); i < n && end - name < 200 - 1;)
        i += text_escape(&end, what + i, n - i);
    *end = '\0';
    fprintf(to, "\r\x1b[K%s [", name);
    for (int i = 0; i < BAR_WIDTH; i++)
        fputc(i < filled ? '#' : '.', to);
    fprintf(to, "] %3d %%", (int)(share * 100));
}

void progress_show(struct progress *p, const char *what, size_t done, size_t total,
                   FILE *to)
{
    if (!p->on || total == 0 || !begin(p, what))
        return;
    double share = done < total ? (double)done / (double)total : 1;
    draw_bar(what, share, to);
    print_left(p->drawn_s - p->started_s, share, to);
    (void)fflush(to);
}

void progress_show_bytes(struct progress *p, const char *what, uint64_t done,
                         uint64_t total, FILE *to)
{
    if (!p->on || total == 0 || !begin(p, what))
        return;
    // Retries may send more than there is.
    uint64_t shown = done < total ? done : total;
    double share = (double)shown / (double)total;
    double passed_s = p->drawn_s - p->started_s;
    char a[PROGRESS_SIZE_TEXT], b[PROGRESS_SIZE_TEXT];
    draw_bar(what, share, to);
    fprintf(to, "  %s of %s", progress_size(shown, a), progress_size(total, b));
    if (passed_s >= RATE_AFTER_S)
        fprintf(to, "  %s/s", progress_size((uint64_t)((double)done / passed_s), a));
    print_left(passed_s, share, to);
    (void)fflush(to);
}

void progress_clear(struct progress *p, FILE *to)
{
    if (!p->shown)
        return;
    fputs("\r\x1b[K", to);
    (void)fflush(to);
    p->shown = false;
}
