/* Prints bags of n-grams and their tf-idf, for text.py.
 *
 *     letters                          then a line a code point below 0x110000:
 *                                      makes words, small form, is a blank
 *     bag WORD_MIN WORD_MAX CHAR_MIN CHAR_MAX WITHIN LOWER SIGNS BINARY NORM COLUMNS N
 *                                      then N texts in hexadecimal digits, "-" for none
 *     tfidf USE_IDF SMOOTH SUBLINEAR NORM  of the last bag
 *
 * A bag is a line a row: COLUMN VALUE …. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words/letters.h"
#include "words/tfidf.h"

static void print_letters(void)
{
    for (uint32_t c = 0; c < 0x110000; c++)
        printf("%d %" PRIu32 " %d\n", letters_word(c), letters_small(c),
               letters_blank(c));
}

static struct view read_text(struct arena *mem)
{
    static char line[1 << 20];
    if (scanf("%1048575s", line) != 1 || strcmp(line, "-") == 0)
        return (struct view){0};
    size_t n = strlen(line) / 2;
    char *text = arena_alloc(mem, n);
    for (size_t i = 0; i < n; i++) {
        char byte[3] = {line[2 * i], line[2 * i + 1], 0};
        text[i] = (char)strtol(byte, NULL, 16);
    }
    return (struct view){text, n};
}

static void print_rows(const struct bag *bag, const double *value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = bag->start[i]; k < bag->start[i + 1]; k++)
            printf("%" PRIu32 " %.17g ", bag->col[k], value[k]);
        putchar('\n');
    }
}

/* Reads and prints a bag; returns its rows, 0 when that fails. */
static size_t make_bag(struct arena *mem, struct bag *ret, size_t *ret_columns)
{
    struct bag_rule rule = {.norm = 0};
    struct ngrams_rule *g = &rule.grams;
    struct error err;
    size_t within, lower, signs, binary, norm, columns, n;
    if (scanf("%zu %zu %zu %zu %zu %zu %zu %zu %zu %zu %zu", &g->word_min, &g->word_max,
              &g->char_min, &g->char_max, &within, &lower, &signs, &binary, &norm,
              &columns, &n) != 11)
        return 0;
    g->within = within;
    g->lowercase = lower;
    g->columns = (uint32_t)columns;
    rule.alternate_sign = signs;
    rule.binary = binary;
    rule.norm = (unsigned)norm;
    struct view *text = ARENA_ARRAY(mem, struct view, n);
    for (size_t i = 0; i < n; i++)
        text[i] = read_text(mem);
    const struct view *texts[] = {text};
    if (bag_of(&rule, texts, 1, n, 2, mem, ret, &err) != STATUS_OK)
        return 0;
    *ret_columns = columns;
    print_rows(ret, ret->value, n);
    return n;
}

static int weigh(struct arena *mem, const struct bag *bag, size_t n, size_t columns)
{
    size_t use, smooth, sublinear, norm;
    if (scanf("%zu %zu %zu %zu", &use, &smooth, &sublinear, &norm) != 4)
        return 0;
    struct tfidf_rule rule = {use, smooth, sublinear, (unsigned)norm};
    double *idf = ARENA_ARRAY(mem, double, columns);
    double *value = ARENA_ARRAY(mem, double, bag->start[n]);
    tfidf_count(bag->start, bag->col, n, idf);
    tfidf_invert(&rule, n, columns, idf);
    tfidf_weigh(&rule, bag->start, bag->col, bag->value, 0, n, idf, value);
    print_rows(bag, value, n);
    return 1;
}

int main(void)
{
    struct arena mem = {0};
    struct bag bag = {0};
    size_t n = 0, columns = 0;
    char word[16];
    while (scanf("%15s", word) == 1) {
        if (strcmp(word, "letters") == 0)
            print_letters();
        else if (strcmp(word, "bag") == 0)
            n = make_bag(&mem, &bag, &columns);
        else if (!weigh(&mem, &bag, n, columns))
            return 1;
    }
    arena_release(&mem);
    return 0;
}
