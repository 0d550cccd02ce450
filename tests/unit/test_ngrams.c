/* Which n-grams a text has, and the letters they are made of. */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "words/letters.h"
#include "words/ngrams.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(ngrams, .fini = release);

static const struct ngrams_rule words = {
    .word_min = 1, .word_max = 1, .lowercase = true, .columns = 1 << 30};

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* The n-grams of a text in the order of their columns. */
static struct ngrams_list list_of(const struct ngrams_rule *rule, const char *text)
{
    struct ngrams_list list = {.mem = &mem};
    ngrams_add(rule, view_of(text), 0, &list);
    if (list.n > 0)
        qsort(list.entry, list.n, sizeof *list.entry, by_value);
    return list;
}

static bool same(const struct ngrams_rule *rule, const char *a, const char *b)
{
    struct ngrams_list x = list_of(rule, a), y = list_of(rule, b);
    return x.n == y.n && x.n > 0 && memcmp(x.entry, y.entry, x.n * sizeof *x.entry) == 0;
}

Test(ngrams, words_are_runs_of_two_letters_or_more)
{
    cr_assert_eq(list_of(&words, "Hello, a wide_world 42!").n, 3);
    cr_assert(same(&words, "Hello, a wide_world 42!", "42 WIDE_WORLD\nhello"));
    cr_assert_eq(list_of(&words, "a b c - \xC3\xA9 . \xE2\x82\xAC\xE2\x82\xAC").n, 0);
    cr_assert_eq(list_of(&words, "").n, 0);
}

Test(ngrams, capitals_of_all_scripts_have_small_letters)
{
    cr_assert(same(&words, "\xC3\x89T\xC3\x89", "\xC3\xA9t\xC3\xA9")); // É
    cr_assert(same(&words, "\xD0\x9C\xD0\x98\xD0\xA0", "\xD0\xBC\xD0\xB8\xD1\x80"));
    cr_assert(same(&words, "\xCE\x9F\xCE\xA3", "\xCE\xBF\xCF\x82"));   // final sigma
    cr_assert(same(&words, "\xF0\x90\x90\x80x", "\xF0\x90\x90\xA8x")); // Deseret
    struct ngrams_rule as_is = words;
    as_is.lowercase = false;
    cr_assert(!same(&as_is, "\xC3\x89T\xC3\x89", "\xC3\xA9t\xC3\xA9"));
    cr_assert(!same(&as_is, "Hello", "hello"));
}

Test(ngrams, a_word_has_one_hash_wherever_it_stands)
{
    for (size_t n = 2; n < 40; n++) {
        char word[80] = {0};
        for (size_t i = 0; i < n; i++)
            word[i] = "aZ_9mQ"[(i * 7 + n) % 6];
        struct ngrams_list end = list_of(&words, word);
        for (size_t blanks = 1; blanks < 20; blanks++) {
            word[n + blanks - 1] = ' ';
            struct ngrams_list behind = list_of(&words, word);
            cr_assert(behind.n == 1 && behind.entry[0] == end.entry[0], "%zu", n);
        }
    }
    cr_assert(same(&words, "kelvin degrees",
                   "\xE2\x84\xAA"
                   "elvin degrees"));
}

Test(ngrams, pairs_of_words_keep_their_order)
{
    struct ngrams_rule pairs = words;
    pairs.word_min = pairs.word_max = 2;
    cr_assert_eq(list_of(&pairs, "one two three").n, 2);
    cr_assert(same(&pairs, "one two", "One, two"));
    cr_assert(!same(&pairs, "one two", "two one"));
    pairs.word_min = 1;
    cr_assert_eq(list_of(&pairs, "one two three").n, 5);
    cr_assert_eq(list_of(&pairs, "one").n, 1);
}

Test(ngrams, characters_cross_blanks_only_where_they_may)
{
    struct ngrams_rule chars = {
        .char_min = 3, .char_max = 3, .lowercase = true, .columns = 1 << 30};
    cr_assert_eq(list_of(&chars, "ab cd").n, 3); // "ab ", "b c", " cd"
    cr_assert(same(&chars, "ab cd", "AB \t\n cd"));
    chars.within = true;
    cr_assert_eq(list_of(&chars, "ab cd").n, 4); // " ab", "ab ", " cd", "cd "
    cr_assert(same(&chars, "ab cd",
                   "  cd\xC2\xA0"
                   "ab "));
    cr_assert_eq(list_of(&chars, "\xC3\xA9\xC3\xA8 ").n, 2);
}

Test(ngrams, runs_shorter_than_the_least_n_count_once)
{
    struct ngrams_rule chars = {
        .char_min = 5, .char_max = 6, .within = true, .columns = 1 << 30};
    cr_assert_eq(list_of(&chars, "ab").n, 1);   // " ab "
    cr_assert_eq(list_of(&chars, "abc").n, 1);  // " abc "
    cr_assert_eq(list_of(&chars, "abcd").n, 3); // two of 5, one of 6
    chars.within = false;
    cr_assert_eq(list_of(&chars, "abcd").n, 0);
}

Test(ngrams, texts_of_other_columns_meet_only_by_chance)
{
    struct ngrams_list list = {.mem = &mem};
    ngrams_add(&words, VIEW("hello"), 0, &list);
    ngrams_add(&words, VIEW("hello"), 1, &list);
    cr_assert_neq(list.entry[0], list.entry[1]);
}

Test(ngrams, every_column_is_within_the_block)
{
    struct ngrams_rule few = {
        .word_min = 1, .word_max = 3, .char_min = 1, .char_max = 8, .columns = 7};
    struct ngrams_list list = list_of(&few, "the quick brown fox jumps over the dog");
    size_t seen[7] = {0};
    for (size_t i = 0; i < list.n; i++) {
        cr_assert_lt(list.entry[i] >> 1, 7);
        seen[list.entry[i] >> 1]++;
    }
    for (size_t c = 0; c < 7; c++)
        cr_assert_gt(seen[c], 0);
}

Test(ngrams, letters_of_the_far_planes_are_known)
{
    cr_assert(letters_word(0x20000) && letters_word(0x1F100) && letters_word(0x30000));
    cr_assert(!letters_word(0x1F600) && !letters_word(0x2A6E0) &&
              !letters_word(0x10FFFF));
    cr_assert(!letters_word(0x0301), "a mark makes no word");
    cr_assert_eq(letters_small(0x130), 'i');
    cr_assert_eq(letters_small(0x1E9E), 0xDF);
    cr_assert_eq(letters_small(0x101), 0x101);
    cr_assert_eq(letters_small(0x10FFFF), 0x10FFFF);
    cr_assert(letters_blank(0x3000) && letters_blank(0x85) && !letters_blank(0x200B));
}
