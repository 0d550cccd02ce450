/* Letters of all scripts: which characters make words, and their small forms.
 *
 * The tables are those of the Unicode data that scripts/letters.py found, so that the same
 * text gives the same words whatever the C library and its locale know. */
#ifndef WORDS_LETTERS_H
#define WORDS_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

/* Letters, digits, other numbers and the underscore: \w of Python's re, and so of the
 * token pattern of scikit-learn. */
bool letters_word(uint32_t code_point);

/* The small form of a capital, where that is one character (and i for the dotted I); all
 * others as they are.  The last sigma of a word becomes the plain one, so that a word has
 * one form however it was written. */
uint32_t letters_small(uint32_t code_point);

/* Blanks and line ends of all kinds: \s of Python's re. */
bool letters_blank(uint32_t code_point);

#endif
