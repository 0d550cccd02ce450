/* Prints the folds of rules that stand on standard input, for folds.py.
 *
 *     METHOD N SHUFFLE TEST_SIZE GAP MAX_TRAIN_SIZE SEED ROWS LABEL … GROUP … TIME …
 *
 * Each answer is one line, "refused", or for each fold the rows of both parts: 0,1,2;3,4 5,6;… */
#include <inttypes.h>
#include <stdio.h>

#include "learn/folds.h"

static void print_part(const struct fold_part *part)
{
    const char *comma = "";
    for (size_t i = 0; part->row && i < part->n; i++, comma = ",")
        printf("%s%" PRIu32, comma, part->row[i]);
    for (size_t i = part->from; !part->row && i < part->to; i++) {
        if (i >= part->gap_from && i < part->gap_to)
            continue;
        printf("%s%zu", comma, i);
        comma = ",";
    }
}

/* Reads one column of n whole numbers. */
static int read_column(size_t n, struct arena *mem, int32_t **ret)
{
    *ret = ARENA_ARRAY(mem, int32_t, n);
    for (size_t i = 0; i < n; i++)
        if (scanf("%" SCNd32, &(*ret)[i]) != 1)
            return 0;
    return 1;
}

static int answer(struct arena *mem)
{
    char method[32];
    int shuffle;
    uint32_t seed;
    int32_t *label, *group, *time;
    struct fold_rule rule = {0};
    unsigned place;
    struct fold_data data;
    struct folds folds;
    struct error err = {0};
    if (scanf("%31s %zu %d %zu %zu %zu %" SCNu32 " %zu", method, &rule.n, &shuffle,
              &rule.test_size, &rule.gap, &rule.max_train_size, &seed, &data.n) != 8)
        return 0;
    if (!option_index(FOLDS_METHOD_WORDS, view_of(method), &place))
        return 0;
    rule.method = (enum folds_method)place;
    if (!read_column(data.n, mem, &label) || !read_column(data.n, mem, &group) ||
        !read_column(data.n, mem, &time))
        return 0;
    rule.shuffle = shuffle;
    data.label = (const uint32_t *)label;
    data.group = (const uint32_t *)group;
    data.time = time;
    if (folds_plan(&rule, &data, seed, mem, &folds, &err) != STATUS_OK)
        return puts("refused") >= 0;
    for (size_t f = 0; f < folds.n; f++) {
        printf(f > 0 ? " " : "");
        print_part(&folds.fold[f].train);
        putchar(';');
        print_part(&folds.fold[f].test);
    }
    return putchar('\n') >= 0;
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
