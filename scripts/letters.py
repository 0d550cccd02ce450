#!/usr/bin/env python3
"""Writes src/words/letters.inc.h: which characters make words, and their small forms.

    python3 scripts/letters.py >src/words/letters.inc.h

Both come from the Unicode data of the interpreter that runs it; the version stands in the first line.  A character makes
words where \\w of Python's re says so: it is a letter, a digit or another number, or the underscore.  Its small form is the
one of its lower case that is a single character; the last sigma of a word counts as any other, in capitals and in small
letters alike.  Nothing else reads or needs this script: the file is committed.
"""
import unicodedata

PAGE, PLANES, LAST = 256, 0x20000, 0x110000


def makes_words(c):
    return chr(c).isalnum() or chr(c) == "_"


def small(c):
    if c == 0x3C2:
        return 0x3C3
    lower = chr(c).lower()
    return ord(lower) if len(lower) == 1 else ord("i") if c == 0x130 else c


def pages():
    index, blocks = [], []
    for first in range(0, PLANES, PAGE):
        bits = tuple(sum(makes_words(first + 64 * w + b) << b for b in range(64)) for w in range(PAGE // 64))
        if bits not in blocks:
            blocks.append(bits)
        index.append(blocks.index(bits))
    return index, blocks


def far():
    runs = []
    for c in filter(makes_words, range(PLANES, LAST)):
        if runs and runs[-1][1] == c - 1:
            runs[-1][1] = c
        else:
            runs.append([c, c])
    return runs


def steps():
    """Runs of characters, every one or every second, whose small forms stand equally far from them."""
    runs = []
    for c in range(0x80, LAST):
        delta = small(c) - c
        if delta == 0:
            continue
        if runs:
            first, last, stride, same = runs[-1]
            if same == delta and (c - last == stride or (first == last and c - last in (1, 2))):
                runs[-1] = (first, c, c - last, same)
                continue
        runs.append((c, c, 1, delta))
    return runs


def rows(cells, width):
    line = "   "
    for cell in cells:
        if len(line) + len(cell) + 2 > width:
            yield line
            line = "   "
        line += f" {cell},"
    yield line


def table(head, cells):
    print(f"static const {head} = {{", *rows(cells, 90), "};", sep="\n")


index, blocks = pages()
print(f"/* Made by scripts/letters.py from the Unicode data {unicodedata.unidata_version}; do not edit. */")
print("/* clang-format off */")
table(f"uint8_t letters_page[{PLANES // PAGE}]", map(str, index))
table(f"uint64_t letters_block[{len(blocks)}][{PAGE // 64}]", ("{" + ", ".join(f"{b:#x}" for b in bits) + "}" for bits in blocks))
table("struct letters_run letters_far[]", (f"{{{a:#x}, {b:#x}, 1, 0}}" for a, b in far()))
table("struct letters_run letters_capital[]", (f"{{{a:#x}, {b:#x}, {s}, {d}}}" for a, b, s, d in steps()))
print("/* clang-format on */")
