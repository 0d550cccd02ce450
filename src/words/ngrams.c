/* One walk over the bytes for words, one for characters.
 *
 * gram[n] is the hash of the n-gram that ends where the walk stands; the next one of n
 * follows from gram[n - 1] and what comes.  Words of ASCII are found and hashed eight bytes
 * at a time by arithmetic on whole words (as csv/csv_fast.c does); what lies beyond is
 * decoded and looked up in the tables of Unicode, and gives the same hashes. */
#include "words/ngrams.h"

#include <string.h>

#include "words/letters.h"

#define PRIME UINT64_C(1099511628211)
#define WORD_SALT UINT64_C(0x9E3779B97F4A7C15)
#define CHAR_SALT UINT64_C(0xC2B2AE3D27D4EB4F)

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

/* The character at *p, in small letters where wanted; moves behind it.  A byte that is no
 * text is a character that makes no word. */
static inline uint32_t take(const char **p, const char *end, bool lowercase)
{
    size_t step = text_utf8_step(*p, (size_t)(end - *p));
    uint32_t c = step > 0 ? text_code_point(*p, step) : 0xFFFD;
    *p += step > 0 ? step : 1;
    return lowercase ? letters_small(c) : c;
}

/* A word's hash is that of its characters as UTF-8, eight bytes at a time, the last ones
 * filled up with zeros. */
static inline uint64_t hash_piece(uint64_t hash, uint64_t piece)
{
    hash = (hash ^ piece) * UINT64_C(0x9FB21C651E98DF25);
    return hash ^ hash >> 32;
}

/* A word under way, of any script. */
struct ngrams_word {
    uint64_t hash, piece;
    size_t bytes, characters;
};

static inline void word_byte(struct ngrams_word *w, uint32_t byte)
{
    w->piece |= (uint64_t)byte << 8 * (w->bytes % 8);
    if (++w->bytes % 8 == 0) {
        w->hash = hash_piece(w->hash, w->piece);
        w->piece = 0;
    }
}

static void word_character(struct ngrams_word *w, uint32_t c)
{
    w->characters++;
    if (c < 0x80) {
        word_byte(w, c);
        return;
    }
    size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    word_byte(w, lead[more] | c >> 6 * more);
    while (more-- > 0)
        word_byte(w, 0x80 | (c >> 6 * more & 0x3F));
}

/* The word that begins at *at, a character at a time; moves behind it and what ended it. */
static struct ngrams_word slow_word(const char **at, const char *end, bool lowercase)
{
    struct ngrams_word w = {.hash = TEXT_HASH_START};
    const char *p = *at;
    while (p < end) {
        uint32_t c = take(&p, end, lowercase);
        if (!letters_word(c))
            break;
        word_character(&w, c);
    }
    if (w.bytes % 8 != 0)
        w.hash = hash_piece(w.hash, w.piece);
    *at = p;
    return w;
}

/* Eight bytes at once (Lamport 1975): of each its high bit says that it is a letter, and
 * that it is a letter, a digit or the underscore; of ASCII all of them. */
struct eight {
    uint64_t bytes, letters, words;
};

static inline struct eight eight_at(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    struct eight e;
    memcpy(&e.bytes, p, sizeof e.bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    e.bytes = __builtin_bswap64(e.bytes);
#endif
    uint64_t low = e.bytes & ~highs, small = low | ones * 0x20;
    uint64_t digits = (low + ones * (0x80 - '0')) & ~(low + ones * (0x7F - '9'));
    uint64_t bar = ~((low ^ ones * '_') + ones * 0x7F);
    e.letters = (small + ones * (0x80 - 'a')) & ~(small + ones * (0x7F - 'z'));
    e.letters &= highs & ~e.bytes;
    e.words = e.letters | ((digits | bar) & highs & ~e.bytes);
    return e;
}

/* The same word where it is of ASCII and ends eight bytes or more before the end of the
 * text; else nothing is done and characters is 0. */
static inline struct ngrams_word fast_word(const char **at, const char *end,
                                           bool lowercase)
{
    const uint64_t highs = UINT64_C(0x8080808080808080);
    struct ngrams_word w = {.hash = TEXT_HASH_START};
    for (const char *p = *at; end - p > 8; p += 8) {
        struct eight e = eight_at(p);
        uint64_t small = lowercase ? e.bytes | e.letters >> 2 : e.bytes;
        uint64_t other = ~e.words & highs;
        if (other == 0) {
            w.hash = hash_piece(w.hash, small);
            continue;
        }
        size_t n = (size_t)__builtin_ctzll(other) / 8;
        if (e.bytes >> 8 * n & 0x80)
            break;
        if (n > 0)
            w.hash = hash_piece(w.hash, small & ((UINT64_C(1) << 8 * n) - 1));
        w.characters = (size_t)(p - *at) + n;
        *at = p + n + 1;
        return w;
    }
    w.characters = 0;
    return w;
}

static void add_words(struct ngrams_walk *walk, struct view text, bool lowercase)
{
    const char *p = text.p, *end = p + text.n;
    while (p < end) {
        const char *begin = p;
        struct ngrams_word w = fast_word(&p, end, lowercase);
        if (p == begin)
            w = slow_word(&p, end, lowercase);
        if (w.characters > 1)
            feed(walk, w.hash);
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
