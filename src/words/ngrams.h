/* The n-grams of a text, each as the column that its hash says.
 *
 * Words are runs of two letters or more (letters_word), in small letters where the rule
 * says so; an n-gram of words is n of them one behind the other.  N-grams of characters
 * are cut from the whole text, or from each run between blanks with a blank on either
 * side (`within`, scikit-learn's char_wb), where a run that is shorter than the least n
 * counts once as a whole; a run of blanks counts as one.
 *
 * Hashes are products, as of FNV-1a (Fowler, Noll, Vo 1991), with a finish that spreads
 * every bit; n-grams are put together from what they have in common, so that each costs
 * one product.  A text is valid UTF-8: what is not was refused where it came in. */
#ifndef WORDS_NGRAMS_H
#define WORDS_NGRAMS_H

#include "base/arena.h"
#include "base/text.h"

enum { NGRAMS_LONGEST = 16 };

struct ngrams_rule {
    size_t word_min, word_max; // n of words; word_max 0: none
    size_t char_min, char_max; // n of characters, at most NGRAMS_LONGEST; 0: none
    bool within;               // runs between blanks: none crosses a blank
    bool lowercase;
    uint32_t columns; // 1 … 2^31 - 1
};

/* Columns with the sign that the hash says: 2 * column + (1: minus).  As they come. */
struct ngrams_list {
    struct arena *mem;
    uint32_t *entry; // [n]
    size_t n, cap;
};

/* Adds the n-grams of a text; salt tells apart what must not meet, as the texts of two
 * columns. */
void ngrams_add(const struct ngrams_rule *rule, struct view text, uint64_t salt,
                struct ngrams_list *list);

#endif
