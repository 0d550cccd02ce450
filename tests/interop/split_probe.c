/* Prints the divisions by rules that stand on standard input, for split.py.
 *
 *     METHOD TEST VALIDATION SEED ROWS CODE …
 *
 * Each answer is one line, "refused" or the rows of the parts, those that are learnt from,
 * looked at (where VALIDATION is above 0) and held out: 0,1;2;3,4 */
#include <inttypes.h>
#include <stdio.h>

#include "base/option.h"
#include "learn/division.h"

static void print_rows(const uint32_t *row, size_t n, char end)
{
    for (size_t i = 0; i < n; i++)
        printf("%s%" PRIu32, i > 0 ? "," : "", row[i]);
    putchar(end);
}

static int print(const struct division *d)
{
    print_rows(d->order, d->n_train, ';');
    if (d->n_validation > 0)
        print_rows(d->order + d->n_train, d->n_validation, ';');
    print_rows(d->order + division_held(d), d->n_holdout, '\n');
    return 1;
}

static int answer(struct arena *mem)
{
    char word[32];
    unsigned method;
    struct division_rule rule = {0};
    struct fold_data data = {0};
    struct row_runs none = {.mem = mem};
    struct division d;
    struct error err = {0};
    if (scanf("%31s %lf %lf %" SCNu32 " %zu", word, &rule.test, &rule.validation,
              &rule.seed, &data.n) != 5 ||
        !option_index(SPLIT_METHOD_WORDS, view_of(word), &method))
        return 0;
    uint32_t *code = ARENA_ARRAY(mem, uint32_t, data.n);
    for (size_t i = 0; i < data.n; i++)
        if (scanf("%" SCNu32, &code[i]) != 1)
            return 0;
    rule.method = (enum split_method)method;
    data.label = data.group = code;
    if (division_make(&rule, &none, &data, mem, &d, &err) != STATUS_OK)
        return puts("refused") >= 0;
    return print(&d);
}

int main(void)
{
    struct arena mem = {0};
    struct arena_mark mark = arena_mark(&mem);
    while (answer(&mem))
        arena_rewind(&mem, mark);
    arena_release(&mem);
    return feof(stdin) ? 0 : 1;
}
