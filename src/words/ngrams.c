/* One walk over the bytes for words, one for characters.
 *
 * gram[n] is the hash of the n-gram that ends where the walk stands; the next one of n
 * follows from gram[n - 1] and what comes.  ASCII is classified by a table and costs a
 * product a byte; what lies beyond is decoded and looked up in the tables of Unicode. */
#include "words/ngrams.h"

#include <string.h>

#include "words/letters.h"

#define PRIME UINT64_C(1099511628211)
#define WORD_SALT UINT64_C(0x9E3779B97F4A7C15)
#define CHAR_SALT UINT64_C(0xC2B2AE3D27D4EB4F)

enum { BEYOND = 0xFF }; // not ASCII

struct ngrams_walk {
    size_t min, max; // n
    uint32_t columns;
    uint64_t salt;
    uint64_t gram[NGRAMS_LONGEST + 1]; // [0] of nothing
    size_t n;                          // the longest that there is so far
    struct ngrams_list *list;
};

static inline void emit(struct ngrams_walk *w, uint64_t hash)
{
    hash = (hash ^ w->salt) * UINT64_C(0xFF51AFD7ED558CCD);
    hash ^= hash >> 33;
    hash *= UINT64_C(0xC4CEB9FE1A85EC53);
    uint64_t column = (hash >> 32) * w->columns >> 32;
    struct ngrams_list *l = w->list;
    if (l->n == l->cap)
        ARENA_ROOM(l->mem, l->entry, l->n, l->cap, 1024);
    l->entry[l->n++] = (uint32_t)(column << 1) | (uint32_t)(hash >> 31 & 1);
}

/* A word or a character comes. */
static inline void feed(struct ngrams_walk *w, uint64_t what)
{
    if (w->n < w->max)
        w->n++;
    for (size_t n = w->n; n > 0; n--)
        w->gram[n] = (w->gram[n - 1] ^ what) * PRIME;
    for (size_t n = w->min; n <= w->n; n++)
        emit(w, w->gram[n]);
}

/* What a byte of ASCII is of a word: the character in it, 0 for what parts words, BEYOND
 * for a byte that is none of ASCII. */
static void classify(bool lowercase, uint8_t ret[256])
{
    for (uint32_t c = 0; c < 0x80; c++)
        ret[c] = letters_word(c) ? (uint8_t)(lowercase ? letters_small(c) : c) : 0;
    memset(ret + 0x80, BEYOND, 0x80);
}

/* The character at *p, in small letters where wanted; moves behind it.  A byte that is no
 * text is a character that makes no word. */
static inline uint32_t take(const char **p, const char *end, bool lowercase)
{
    size_t step = text_utf8_step(*p, (size_t)(end - *p));
    uint32_t c = step > 0 ? text_code_point(*p, step) : 0xFFFD;
    *p += step > 0 ? step : 1;
    return lowercase ? letters_small(c) : c;
}

/* The hash of the word that begins at *p; moves behind it.  *ret_n are its characters. */
static inline uint64_t hash_word(const char **at, const char *end, const uint8_t *class,
                                 bool lowercase, size_t *ret_n)
{
    const char *p = *at;
    uint64_t hash = TEXT_HASH_START;
    size_t n = 0;
    for (; p < end; n++) {
        uint32_t c = class[(uint8_t)*p];
        const char *next = p + 1;
        if (c == BEYOND) {
            next = p;
            c = take(&next, end, lowercase);
            if (!letters_word(c))
                break;
        } else if (c == 0) {
            break;
        }
        hash = (hash ^ c) * PRIME;
        p = next;
    }
    *at = p;
    *ret_n = n;
    return hash;
}

static void add_words(struct ngrams_walk *w, struct view text, bool lowercase)
{
    uint8_t class[256];
    const char *p = text.p, *end = p + text.n;
    classify(lowercase, class);
    while (p < end) {
        size_t n;
        uint64_t hash = hash_word(&p, end, class, lowercase, &n);
        if (n > 1)
            feed(w, hash);
        if (p < end)
            (void)take(&p, end, false);
    }
}

/* Ends a run between blanks: one that is too short for any n counts once. */
static void end_run(struct ngrams_walk *w)
{
    feed(w, ' ');
    if (w->n < w->min)
        emit(w, w->gram[w->n]);
    w->n = 0;
}

static void add_characters(struct ngrams_walk *w, struct view text, bool within,
                           bool lowercase)
{
    const char *p = text.p, *end = p + text.n;
    bool blank = within; // the character before
    while (p < end) {
        uint32_t c = take(&p, end, lowercase);
        bool was = blank;
        blank = letters_blank(c);
        if (blank && was)
            continue;
        if (within && blank) {
            end_run(w);
            continue;
        }
        if (within && was)
            feed(w, ' ');
        feed(w, blank ? ' ' : c);
    }
    if (within && !blank)
        end_run(w);
}

void ngrams_add(const struct ngrams_rule *rule, struct view text, uint64_t salt,
                struct ngrams_list *list)
{
    struct ngrams_walk w = {.columns = rule->columns, .list = list};
    w.gram[0] = TEXT_HASH_START;
    if (text.n == 0)
        return;
    if (rule->word_max > 0) {
        w.min = rule->word_min;
        w.max = rule->word_max;
        w.salt = WORD_SALT ^ salt;
        add_words(&w, text, rule->lowercase);
    }
    if (rule->char_max > 0) {
        w.n = 0;
        w.min = rule->char_min;
        w.max = rule->char_max;
        w.salt = CHAR_SALT ^ salt;
        add_characters(&w, text, rule->within, rule->lowercase);
    }
}
