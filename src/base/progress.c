/* A progress bar on a terminal.
 *
 * The time left is what has passed, scaled by what is still to do; it is left out until a
 * second has passed and two percent are done, for before that it is a guess.  Nothing
 * here reaches results. */
#include "base/progress.h"

#include <string.h>
#include <time.h>

#define BAR_WIDTH 30
#define MIN_INTERVAL_S 0.1

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

void progress_show(struct progress *p, const char *what, size_t done, size_t total,
                   FILE *to)
{
    if (!p->on || total == 0)
        return;
    double now_s = progress_clock_s();
    bool same = p->what && strcmp(p->what, what) == 0;
    if (same && now_s - p->drawn_s < MIN_INTERVAL_S)
        return;
    if (!same) {
        p->what = what;
        p->started_s = now_s;
    }
    double share = done < total ? (double)done / (double)total : 1;
    int filled = (int)(share * BAR_WIDTH);
    fprintf(to, "\r\x1b[K%s [", what);
    for (int i = 0; i < BAR_WIDTH; i++)
        fputc(i < filled ? '#' : '.', to);
    fprintf(to, "] %3d %%", (int)(share * 100));
    print_left(now_s - p->started_s, share, to);
    (void)fflush(to);
    p->drawn_s = now_s;
    p->shown = true;
}

void progress_clear(struct progress *p, FILE *to)
{
    if (!p->shown)
        return;
    fputs("\r\x1b[K", to);
    (void)fflush(to);
    p->shown = false;
}
