"""Holds texts as rows of numbers against Python's re and scikit-learn.

    python text.py TEXT_PROBE

Letters: which characters of all that there are make words, their small forms and blanks, as the interpreter's Unicode data
has them (where it is of another version than ours, some characters may be new in one of the two).  N-grams of words and characters, one by one, of random
texts in many scripts: as CountVectorizer finds them.  tf-idf: as TfidfTransformer weighs the same counts.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import random
import re
import subprocess
import sys
import unicodedata

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

COLUMNS, NORMS, OURS = (1 << 31) - 1, [None, "l1", "l2"], "14.0.0"
PIECES = ["the", "The", "THE", "a", "I", "don't", "42", "x_y", "naïve", "NAÏVE", "Straße", "ŁÓDŹ", "łódź", "Οδός", "μῆνιν",
          "Привет", "ПРИВЕТ", "мир", "日本語の文", "שלום", "مرحبا", "हिन्दी", "한국어", "𝒳𝒴", "🙂", "…", "—", "e\u0301te\u0301",
          "supercalifragilistic", "_", "__", "½", "²³", "Ⅷ", "K", "ﬁ", "Ǆ", "ß"]
BLANKS = [" ", "  ", "\n", "\t ", "\u00a0", ", ", ". ", "-", "\u3000", "\r\n"]


def small(text):
    """Lower case as ours: a character each, and one sigma."""
    folded = (c if len(c.lower()) > 1 and c != "İ" else "i" if c == "İ" else c.lower() for c in text)
    return "".join(folded).replace("ς", "σ")


def texts(rng, n):
    return ["".join(rng.choice(PIECES) + rng.choice(BLANKS) for _ in range(rng.choice([0, 1, 2, 5, 30]))) for _ in range(n)]


def run(probe, lines):
    out = subprocess.run([probe], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout
    return out.split("\n")


def bag(rule, documents):
    return [f"bag {' '.join(map(str, rule))} {len(documents)}"] + [d.encode().hex() or "-" for d in documents]


def matrix(lines):
    """Rows with the columns that occur, in their order."""
    rows, cols, values = [], [], []
    for i, line in enumerate(lines):
        cells = line.split()
        cols += map(int, cells[::2])
        values += map(float, cells[1::2])
        rows += [i] * (len(cells) // 2)
    known, cols = np.unique(np.array(cols, dtype=np.int64), return_inverse=True)
    return csr_matrix((values, (rows, cols)), shape=(len(lines), max(1, len(known))))


def columns_of(x):
    """The columns as texts, sorted: which column is whose does not matter."""
    x = x.tocsc().astype(float)
    return sorted(str(sorted(zip(x.indices[a:b].tolist(), x.data[a:b].tolist())))
                  for a, b in zip(x.indptr[:-1], x.indptr[1:]) if b > a)


def check_letters(probe):
    lines, newer = run(probe, ["letters"]), 0
    for c, line in zip(range(0x110000), lines):
        word, lower, blank = map(int, line.split())
        if 0xD800 <= c < 0xE000 or unicodedata.category(chr(c)) == "Cn":
            continue
        wanted = bool(re.match(r"\w", chr(c))), ord(small(chr(c))), bool(re.match(r"\s", chr(c)))
        if (bool(word), lower, bool(blank)) == wanted:
            continue
        newer += 1
        if unicodedata.unidata_version == OURS or newer > 5000:
            return f"U+{c:04X}: found {word, lower, blank}, expected {wanted}"


def check_ngrams(probe):
    rng = random.Random(3)
    for case in range(40):
        word = sorted(rng.choices([1, 2, 3], k=2))
        char = sorted(rng.choices([1, 2, 3, 4, 5, 6], k=2))
        kind = case % 3
        documents = texts(rng, 20)
        lower = rng.random() < 0.7
        rule = [word[0], word[1] * (kind == 0), char[0], char[1] * (kind > 0), int(kind == 1), int(lower), 0, 0, 0, COLUMNS]
        ours = matrix(run(probe, bag(rule, documents))[:20])
        prepare = (lambda t: re.sub(r"\s+", " ", small(t))) if lower else (lambda t: re.sub(r"\s+", " ", t))
        peer = CountVectorizer(analyzer=["word", "char_wb", "char"][kind], preprocessor=prepare,
                               ngram_range=tuple(word if kind == 0 else char))
        try:
            theirs = peer.fit_transform(documents)
        except ValueError:  # no n-gram at all
            theirs = csr_matrix((20, 1))
        if columns_of(ours) != columns_of(theirs):
            return f"case {case}: {rule}"


def check_tfidf(probe):
    rng = random.Random(5)
    for case in range(40):
        documents = [d for d in texts(rng, 60)]
        use, smooth, sublinear, norm = rng.randrange(2), rng.randrange(2), rng.randrange(2), rng.randrange(3)
        lines = run(probe, bag([1, 2, 2, 3, 1, 1, 0, 0, 0, 5000], documents) + [f"tfidf {use} {smooth} {sublinear} {norm}"])
        counts, ours = matrix(lines[:60]), matrix(lines[60:120])
        theirs = TfidfTransformer(norm=NORMS[norm], use_idf=bool(use), smooth_idf=bool(smooth),
                                  sublinear_tf=bool(sublinear)).fit_transform(counts)
        worst = np.max(np.abs(ours.data - theirs.data) / np.abs(theirs.data))
        if (ours.indices != theirs.indices).any() or worst > 1e-15:
            return f"case {case}: {worst:.3g}"


def check_signs(probe):
    rng = random.Random(7)
    documents = texts(rng, 200)
    plain, signed, binary = (matrix(run(probe, bag([1, 1, 1, 0, 0, 1, s, b, 0, COLUMNS], documents))[:200])
                             for s, b in ((0, 0), (1, 0), (0, 1)))
    if (abs(signed) != plain).nnz or not 0.2 < (signed.data < 0).mean() < 0.8:
        return "signs change counts"
    if (binary != plain.sign()).nnz:
        return "binary rows"


failed = 0
for name, check in (("letters", check_letters), ("n-grams", check_ngrams), ("tf-idf", check_tfidf), ("signs", check_signs)):
    why = check(sys.argv[1])
    print(f"not ok - text: {name}: {why}" if why else f"ok - text: {name}")
    failed |= bool(why)
sys.exit(failed)
