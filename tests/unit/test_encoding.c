/* Texts in stated encodings; the expected ones are Python's codecs'. */
#include <criterion/criterion.h>

#include "words/encoding.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(encoding, .fini = release);

static const struct {
    const char *name, *bytes, *text; // NULL: refused
} cases[] = {
    {"utf-8", "caf\xC3\xA9", "caf\xC3\xA9"},
    {"", "caf\xC3\xA9", "caf\xC3\xA9"},
    {"UTF8", "caf\xE9", NULL},
    {"utf-8", "\xED\xA0\x80", NULL},
    {"ascii", "cafe", "cafe"},
    {"US-ASCII", "caf\xC3\xA9", NULL},
    {"latin-1", "caf\xE9 \x80", "caf\xC3\xA9 \xC2\x80"},
    {"ISO_8859-1", "\xFF", "\xC3\xBF"},
    {"windows-1252", "\x80 \x93x\x94", "\xE2\x82\xAC \xE2\x80\x9Cx\xE2\x80\x9D"},
    {"cp1252", "ok \x81", NULL},
    {"windows-1251", "\xEC\xE8\xF0", "\xD0\xBC\xD0\xB8\xD1\x80"},
    {"Shift_JIS", "\x93\xFA\x96\x7B", "\xE6\x97\xA5\xE6\x9C\xAC"},
    {"Shift_JIS", "\x93", NULL},
    {"iso-8859-15", "\xA4", "\xE2\x82\xAC"},
    {"klingon", "x", NULL},
    {"UTF-8//TRANSLIT", "x", NULL},
    {"ISO-2022-CN-EXT", "x", NULL},
};

Test(encoding, texts_become_utf8_or_are_refused)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct view text;
        struct error err;
        enum status status = encoding_decode(view_of(cases[i].name),
                                             view_of(cases[i].bytes), &mem, &text, &err);
        cr_assert_eq(status, cases[i].text ? STATUS_OK : STATUS_INPUT, "case %zu", i);
        cr_assert(!cases[i].text || view_is(text, cases[i].text), "case %zu", i);
    }
}

Test(encoding, an_empty_text_is_one_in_every_encoding)
{
    static const char *const names[] = {"utf-8", "latin1", "cp1252", "koi8-r"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct view text = {"x", 1};
        struct error err;
        cr_assert_eq(encoding_decode(view_of(names[i]), VIEW(""), &mem, &text, &err),
                     STATUS_OK);
        cr_assert_eq(text.n, 0);
    }
}

Test(encoding, the_byte_that_is_none_is_told)
{
    struct view text;
    struct error err;
    cr_assert_eq(encoding_decode(VIEW("utf-8"), VIEW("ab\xFF"), &mem, &text, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.message, "byte 0xFF at 3 is not utf8");
}
