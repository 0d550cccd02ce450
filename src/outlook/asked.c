/* One series is asked step by step; many are merged from the two tables, each of which
 * stands in the order of groups, then of keys. */
#include "outlook/asked.h"

#include <math.h>

#define SHOWN 3 // groups that a warning names

static void add(struct asked *a, const struct predicted *of, size_t row)
{
    ARENA_ROOM(a->mem, a->row, a->n, a->cap, 64);
    a->row[a->n++] = (struct asked_row){of, row};
}

static bool is_answer(const struct predicted *p, size_t row)
{
    return !isnan(p->prediction.value[0][row]);
}

void asked_of_series(const struct outlook *o, struct asked *a)
{
    size_t step = 0, row;
    a->lacking.mem = a->mem;
    for (int32_t key = a->from; key <= a->to; key = timestep_add(a->step, key, 1)) {
        const struct prediction *p = outlook_find(o, key, &row);
        const struct predicted *of = p == &o->known.prediction ? &o->known : &o->upcoming;
        if (p && is_answer(of, row))
            add(a, of, row);
        else
            runs_add(&a->lacking, step);
        step++;
    }
}

/* A table with the rows [i, end) of the group in hand. */
struct asked_block {
    const struct predicted *of;
    size_t i, end;
};

static const struct group_name *name_of(const struct asked_block *b)
{
    const struct frame *f = &b->of->frame;
    return b->i < f->n ? &f->groups->name[f->group[b->i]] : NULL;
}

/* Ends the block behind the rows of the group that begins it; an empty one where another
 * group comes first. */
static void take_group(struct asked_block *b, bool comes)
{
    const struct frame *f = &b->of->frame;
    b->end = b->i;
    while (comes && b->end < f->n && f->group[b->end] == f->group[b->i])
        b->end++;
}

/* Moves to the next row of the range that has an answer; false behind the last. */
static bool move_on(const struct asked *a, struct asked_block *b)
{
    const int32_t *key = b->of->frame.key;
    while (b->i < b->end &&
           (key[b->i] < a->from || key[b->i] > a->to || !is_answer(b->of, b->i)))
        b->i++;
    return b->i < b->end;
}

/* Adds the rows of one group from both blocks in the order of their keys. */
static void add_group(struct asked *a, struct asked_block *x, struct asked_block *y)
{
    for (;;) {
        bool in_x = move_on(a, x), in_y = move_on(a, y);
        if (!in_x && !in_y)
            return;
        bool first = in_x && (!in_y || x->of->frame.key[x->i] < y->of->frame.key[y->i]);
        struct asked_block *b = first ? x : y;
        add(a, b->of, b->i++);
    }
}

static void note_group(struct asked *a, bool numbers, const struct group_name *name,
                       size_t lacks)
{
    char quoted[GROUP_QUOTED];
    a->groups++;
    if (lacks == 0 || a->poor++ >= SHOWN)
        return;
    text_addf(&a->poor_names, "%s%s", a->poor > 1 ? ", " : "",
              group_quoted(numbers, name, quoted));
    if (a->from != a->to)
        text_addf(&a->poor_names, " lacks %zu", lacks);
}

static size_t steps_of(const struct asked *a)
{
    return (size_t)timestep_between(a->step, a->from, a->to) + 1;
}

void asked_of_groups(const struct outlook *o, struct asked *a)
{
    struct asked_block known = {.of = &o->known}, coming = {.of = &o->upcoming};
    a->poor_names.mem = a->mem;
    for (;;) {
        const struct group_name *x = name_of(&known), *y = name_of(&coming);
        if (!x && !y)
            return;
        bool numbers = (x ? known : coming).of->frame.groups->numbers;
        int order = x && y ? group_compare(numbers, x, y) : x ? -1 : 1;
        size_t before = a->n;
        take_group(&known, order <= 0);
        take_group(&coming, order >= 0);
        add_group(a, &known, &coming);
        note_group(a, numbers, order <= 0 ? x : y, steps_of(a) - (a->n - before));
    }
}

void asked_warn(const struct asked *a, const struct watch *watch)
{
    struct error warning = {.status = STATUS_OK};
    if (a->poor == 0)
        return;
    error_set(&warning, STATUS_INPUT,
              "%zu of %zu groups have no prediction for %s%s: %s%s", a->poor, a->groups,
              a->from == a->to ? "" : "every step of ", asked_label(a), a->poor_names.p,
              a->poor > SHOWN ? " and others" : "");
    watch_warn(watch, &warning);
}

const char *asked_label(const struct asked *a)
{
    char from[TIMESTEP_TEXT], to[TIMESTEP_TEXT];
    timestep_text(a->step, a->from, from);
    return a->from == a->to ? arena_string(a->mem, from)
                            : arena_format(a->mem, "%s to %s", from,
                                           timestep_text(a->step, a->to, to));
}
