/* Comments on a talk page, some of them abusive, with six labels.
 *
 * All is harmless: the insults are vegetables, the threats are about slippers, and the
 * people who are hated butter their toast on the wrong side.  A comment's labels are drawn
 * first, with the shares of the public file, and say which sentences of toxic.def it has;
 * in one of twenty-five they are drawn anew behind that, so that no model can be perfect.
 * Most comments are in small letters without marks, as there; the others have capitals,
 * quotes, line breaks and odd blanks. */
#include <ctype.h>

#include "generate.h"

enum { N_COMMENTS = 2000, COMMENT = 4096 };
enum { TOXIC, SEVERE_TOXIC, OBSCENE, THREAT, INSULT, IDENTITY_HATE, N_LABELS };
enum { PLAIN = N_LABELS, THING };
enum { EN, DE, ES, FR, RU, EL, JA, N_LANGUAGES };

static const struct toxic_line {
    int what, language;
    const char *text;
} lines[] = {
#define LINE(what, language, text) {what, language, text},
#include "toxic.def"
#undef LINE
};

struct comment {
    char text[COMMENT];
    size_t n;
};

static void add(struct comment *c, const char *text)
{
    size_t n = strlen(text);
    if (c->n + n >= COMMENT)
        return;
    memcpy(c->text + c->n, text, n + 1);
    c->n += n;
}

/* One of the lines of a kind, in the language where it has any, else in English. */
static const char *draw(struct stream *s, int what, int language)
{
    int64_t n = 0, k;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        n += lines[i].what == what && lines[i].language == language;
    if (n == 0)
        return draw(s, what, EN);
    k = below(s, n);
    for (size_t i = 0;; i++)
        if (lines[i].what == what && lines[i].language == language && k-- == 0)
            return lines[i].text;
}

/* Letters within a word written otherwise now and then: "turn1p", "tuuurnip". */
static void add_spelt(struct stream *s, struct comment *c, const char *text)
{
    bool odd = below(s, 6) == 0;
    for (; *text; text++) {
        char letter[] = {*text, '\0'};
        bool vowel = strchr("aeiou", *text) != NULL;
        if (odd && vowel && below(s, 8) == 0)
            letter[0] = *text == 'i' ? '1' : *text == 'o' ? '0' : *text;
        add(c, letter);
        for (int more = odd && vowel && below(s, 12) == 0 ? 2 : 0; more > 0; more--)
            add(c, letter);
    }
}

static void add_sentence(struct stream *s, struct comment *c, int what, int language)
{
    const char *line = draw(s, what, language), *thing = strchr(line, '%');
    struct comment around = {{0}, 0};
    if (c->n > 0)
        add(c, " ");
    for (const char *p = line; *p; p++) {
        char letter[] = {*p, '\0'};
        add(&around, p == thing ? draw(s, THING, EN) : letter);
    }
    if (what == PLAIN)
        add(c, around.text);
    else
        add_spelt(s, c, around.text);
}

/* Labels in thousandths: of the toxic ones, and of all others. */
static void draw_labels(struct stream *s, bool *ret)
{
    static const int toxic[N_LABELS] = {1000, 250, 758, 44, 733, 204};
    static const int other[N_LABELS] = {0, 0, 22, 1, 26, 10};
    bool bad = below(s, 1000) < 451;
    for (int l = 0; l < N_LABELS; l++)
        ret[l] = below(s, 1000) < (bad ? toxic : other)[l];
}

static void write_sentences(struct stream *s, const bool *label, struct comment *c)
{
    int language = below(s, 10) < 7 ? EN : 1 + (int)below(s, N_LANGUAGES - 1);
    int64_t harmless = below(s, 3) + !label[TOXIC];
    for (int64_t i = 0; i < harmless; i++)
        add_sentence(s, c, PLAIN, language);
    for (int l = 0; l < N_LABELS; l++)
        if (label[l] && l != SEVERE_TOXIC && (l != TOXIC || below(s, 3) == 0))
            add_sentence(s, c, l, language);
    if (label[SEVERE_TOXIC])
        for (int64_t i = 2 + below(s, 3); i > 0; i--)
            add_sentence(s, c, OBSCENE, language);
    if (c->n == 0)
        add_sentence(s, c, TOXIC, language);
}

/* Small letters, and blanks in the place of marks. */
static void flatten(struct comment *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        unsigned char letter = (unsigned char)c->text[i];
        if (letter >= 0x80 || isalnum(letter))
            c->text[n++] = (char)tolower(letter);
        else if (n > 0 && c->text[n - 1] != ' ')
            c->text[n++] = ' ';
    }
    c->text[c->n = n] = '\0';
}

/* Shouting, quotes, line breaks, and blanks of several kinds. */
static void dress(struct stream *s, const bool *label, struct comment *c)
{
    static const char *const blanks[] = {"\n",   "\n\n",          "  ", "\t", "\xC2\xA0",
                                         "\r\n", " \xE2\x80\x94 "};
    struct comment out = {{0}, 0};
    bool shouts = label[SEVERE_TOXIC] && below(s, 2) == 0, quotes = below(s, 3) == 0;
    if (quotes)
        add(&out, "\"Talk\" ");
    for (size_t i = 0; i < c->n; i++) {
        char letter[] = {c->text[i], '\0'};
        if (shouts && (unsigned char)letter[0] < 0x80)
            letter[0] = (char)toupper((unsigned char)letter[0]);
        bool parts = letter[0] == ' ' && below(s, 9) == 0;
        add(&out, parts ? blanks[below(s, sizeof blanks / sizeof blanks[0])] : letter);
    }
    if (label[TOXIC] && below(s, 2) == 0)
        add(&out, "!!!");
    *c = out;
}

static void put_cell(FILE *f, const char *text)
{
    bool quoted = strpbrk(text, ",\"\r\n") || text[0] == ' ';
    if (!quoted) {
        fputs(text, f);
        return;
    }
    fputc('"', f);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', f);
        fputc(*text, f);
    }
    fputc('"', f);
}

static void put_comment(FILE *f, struct stream *s)
{
    struct comment c = {{0}, 0};
    bool label[N_LABELS];
    draw_labels(s, label);
    write_sentences(s, label, &c);
    if (below(s, 4) > 0)
        flatten(&c);
    else
        dress(s, label, &c);
    if (below(s, 25) == 0)
        draw_labels(s, label);
    uint64_t high = (uint64_t)below(s, ONE * (int64_t)ONE);
    uint64_t low = (uint64_t)below(s, ONE * (int64_t)ONE);
    fprintf(f, "%08" PRIx64 "%08" PRIx64 ",", high, low);
    put_cell(f, c.text);
    for (int l = 0; l < N_LABELS; l++)
        fprintf(f, ",%d", label[l]);
    fputc('\n', f);
}

void write_comments(uint64_t seed, const char *folder)
{
    FILE *f = create(folder, "toxic/jigsaw_sample.csv");
    struct stream s = stream(seed, 20);
    fputs("id,comment_text,toxic,severe_toxic,obscene,threat,insult,identity_hate\n", f);
    for (int i = 0; i < N_COMMENTS; i++)
        put_comment(f, &s);
    finish(f);
}
