/* Runs of row numbers.  Looking up is a binary search; new rows arrive in order, so
 * adding is at the end. */
#include "data/runs.h"

#include <string.h>

void runs_add(struct row_runs *r, size_t row)
{
    r->count++;
    if (r->n > 0 && r->run[r->n - 1].to + 1 == row) {
        r->run[r->n - 1].to = row;
        return;
    }
    ARENA_ROOM(r->mem, r->run, r->n, r->cap, 8);
    r->run[r->n++] = (struct row_run){row, row};
}

bool runs_has(const struct row_runs *r, size_t row)
{
    size_t low = 0, high = r->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->run[middle].to < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->n && r->run[low].from <= row;
}

const char *runs_text(const struct row_runs *r)
{
    struct text t = {.mem = r->mem};
    text_puts(&t, "");
    for (size_t i = 0; i < r->n; i++)
        text_addf(&t, "%s%zu-%zu", i > 0 ? "," : "", r->run[i].from, r->run[i].to);
    return t.p;
}

/* Takes one "from-to" off the front of *text. */
static bool parse_run(const char **text, struct row_run *ret)
{
    size_t n = strcspn(*text, "-"), m = strcspn(*text, ",");
    if (n >= m || !text_size((struct view){*text, n}, &ret->from) ||
        !text_size((struct view){*text + n + 1, m - n - 1}, &ret->to))
        return false;
    *text += m;
    if (**text == ',')
        (*text)++;
    return ret->from <= ret->to && ret->to < SIZE_MAX / 2;
}

bool runs_parse(struct row_runs *r, const char *text)
{
    struct row_run run;
    while (text && *text) {
        if (!parse_run(&text, &run) || (r->n > 0 && run.from <= r->run[r->n - 1].to))
            return false;
        runs_add(r, run.from);
        r->run[r->n - 1].to = run.to;
        r->count += run.to - run.from;
    }
    return true;
}
