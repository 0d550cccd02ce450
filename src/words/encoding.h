/* Texts whose sender says how they are coded.
 *
 * Known are utf-8, us-ascii, iso-8859-1 (latin-1), windows-1252, and those for which the C
 * library has tables among iso-8859-2, -5, -7, -9 and -15, windows-1250, -1251, -1253 and
 * -1254, koi8-r, shift_jis, euc-jp, euc-kr, gbk and big5.  Case, '-', '_' and blanks in a
 * name do not matter.  No other name reaches the C library: whoever sends a row must not
 * choose what code reads it. */
#ifndef WORDS_ENCODING_H
#define WORDS_ENCODING_H

#include "base/error.h"
#include "base/text.h"

/* The text as UTF-8, in mem or where it stands; an empty name means utf-8.  STATUS_INPUT
 * where nobody knows the name, or with the first byte that the encoding does not have. */
MUST_USE enum status encoding_decode(struct view name, struct view bytes,
                                     struct arena *mem, struct view *ret,
                                     struct error *err);

#endif
