/* Prints the splits of rules that stand on standard input, for split.py.
 *
 *     METHOD TEST SEED ROWS CODE …
 *
 * Each answer is one line, "refused" or the rows of both parts: 0,1,2;3,4 */
#include <inttypes.h>
#include <stdio.h>

#include "learn/split.h"

static void print_rows(const size_t *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%s%zu", i > 0 ? "," : "", row[i]);
}

static int answer(struct arena *mem)
{
    char method[32];
    double test;
    uint32_t seed;
    size_t n;
    struct split s;
    struct error err = {0};
    if (scanf("%31s %lf %" SCNu32 " %zu", method, &test, &seed, &n) != 4)
        return 0;
    uint32_t *code = ARENA_ARRAY(mem, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        if (scanf("%" SCNu32, &code[i]) != 1)
            return 0;
    enum status status = method[0] == 's' && method[1] == 't'
                             ? split_stratified(test, seed, code, n, mem, &s, &err)
                         : method[0] == 'g'
                             ? split_grouped(test, seed, code, n, mem, &s, &err)
                             : split_rows(SPLIT_SHUFFLED, test, seed, n, mem, &s, &err);
    if (status != STATUS_OK)
        return puts("refused") >= 0;
    print_rows(s.train, s.n_train);
    putchar(';');
    print_rows(s.test, s.n_test);
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
