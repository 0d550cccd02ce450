/* UTF-8 is checked, Latin-1 and windows-1252 are decoded here, the others by iconv. */
#include "words/encoding.h"

#include <iconv.h>

enum { NAME = 16 };

/* Of windows-1252 what differs from Latin-1; 0: there is no such character. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/* Names without what does not matter in them, and what iconv calls them; NULL: it is not
 * asked. */
static const struct encoding_row {
    const char *name, *iconv;
} encodings[] = {{"utf8", NULL},
                 {"usascii", NULL},
                 {"ascii", NULL},
                 {"iso88591", NULL},
                 {"latin1", NULL},
                 {"windows1252", NULL},
                 {"cp1252", NULL},
                 {"iso88592", "ISO-8859-2"},
                 {"latin2", "ISO-8859-2"},
                 {"iso88595", "ISO-8859-5"},
                 {"iso88597", "ISO-8859-7"},
                 {"iso88599", "ISO-8859-9"},
                 {"iso885915", "ISO-8859-15"},
                 {"latin9", "ISO-8859-15"},
                 {"windows1250", "CP1250"},
                 {"windows1251", "CP1251"},
                 {"windows1253", "CP1253"},
                 {"windows1254", "CP1254"},
                 {"koi8r", "KOI8-R"},
                 {"shiftjis", "SHIFT_JIS"},
                 {"eucjp", "EUC-JP"},
                 {"euckr", "EUC-KR"},
                 {"gbk", "GBK"},
                 {"big5", "BIG5"}};

static const struct encoding_row *find(struct view name)
{
    char plain[NAME] = "utf8";
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (c == '-' || c == '_' || c == ' ')
            continue;
        if (n + 1 == NAME)
            return NULL;
        plain[n++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    if (n > 0)
        plain[n] = '\0';
    for (size_t i = 0; i < COUNT_OF(encodings); i++)
        if (strcmp(encodings[i].name, plain) == 0)
            return &encodings[i];
    return NULL;
}

static enum status bad_byte(const struct encoding_row *e, struct view bytes, size_t at,
                            struct error *err)
{
    error_set(err, STATUS_INPUT, "byte 0x%02X at %zu is not %s",
              (unsigned)(unsigned char)bytes.p[at], at + 1,
              e->iconv ? e->iconv : e->name);
    return STATUS_INPUT;
}

/* One byte a character, of Latin-1 or windows-1252. */
static enum status decode_bytes(const struct encoding_row *e, struct view bytes,
                                struct arena *mem, struct view *ret, struct error *err)
{
    bool windows = strcmp(e->name, "windows1252") == 0 || strcmp(e->name, "cp1252") == 0;
    char *out = arena_alloc(mem, 3 * bytes.n);
    size_t n = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        uint32_t c = (unsigned char)bytes.p[i];
        if (windows && c >= 0x80 && c < 0xA0)
            c = windows_1252[c - 0x80];
        if (c == 0 && bytes.p[i] != 0)
            return bad_byte(e, bytes, i, err);
        if (c >= 0x800)
            out[n++] = (char)(0xE0 | c >> 12);
        if (c >= 0x80)
            out[n++] = (char)(c >= 0x800 ? 0x80 | (c >> 6 & 0x3F) : 0xC0 | c >> 6);
        out[n++] = (char)(c >= 0x80 ? 0x80 | (c & 0x3F) : c);
    }
    *ret = (struct view){out, n};
    return STATUS_OK;
}

static enum status decode_by_library(const struct encoding_row *e, struct view bytes,
                                     struct arena *mem, struct view *ret,
                                     struct error *err)
{
    iconv_t way = iconv_open("UTF-8", e->iconv);
    if (way == (iconv_t)-1) // NOLINT: iconv's own mark
        return error_set(err, STATUS_INPUT, "the C library has no tables of %s",
                         e->iconv);
    char *from = (char *)(uintptr_t)bytes.p, *out = arena_alloc(mem, 4 * bytes.n),
         *to = out;
    size_t left = bytes.n, room = 4 * bytes.n;
    size_t failed = iconv(way, &from, &left, &to, &room);
    iconv_close(way);
    if (failed == (size_t)-1)
        return bad_byte(e, bytes, bytes.n - left, err);
    *ret = (struct view){out, (size_t)(to - out)};
    return STATUS_OK;
}

enum status encoding_decode(struct view name, struct view bytes, struct arena *mem,
                            struct view *ret, struct error *err)
{
    const struct encoding_row *e = find(name);
    if (!e) {
        error_set(err, STATUS_INPUT, "nobody knows the encoding %s",
                  QUOTE_N(name.p, name.n));
        error_hint(err, "utf-8, iso-8859-1, windows-1252 and some others are known");
        return STATUS_INPUT;
    }
    if (e->iconv && bytes.n > 0)
        return decode_by_library(e, bytes, mem, ret, err);
    if (e->name[0] != 'u' && e->name[0] != 'a')
        return decode_bytes(e, bytes, mem, ret, err);
    size_t valid = text_utf8_valid(bytes.p, bytes.n);
    for (size_t i = 0; strcmp(e->name, "utf8") != 0 && i < valid; i++)
        if ((unsigned char)bytes.p[i] >= 0x80)
            valid = i;
    if (valid < bytes.n)
        return bad_byte(e, bytes, valid, err);
    *ret = bytes;
    return STATUS_OK;
}
