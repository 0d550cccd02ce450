"""Holds the drawn splits of learn/split.h, two-way and three-way, against scikit-learn's.

    python split.py SPLIT_PROBE

Random sizes, shares, seeds, classes and groups; the parts are compared row for row in their order, and what
scikit-learn refuses has to be refused.  A three-way split is two draws there: the second takes a share of all
rows (of all groups) out of what the first has left.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import math
import random
import subprocess
import sys

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, StratifiedShuffleSplit, train_test_split

CASES = 400


def cut(method, size, seed, rows, codes):
    """Two parts of the given rows, by a share or a number of them."""
    if method == "shuffled":
        return train_test_split(rows, test_size=size, random_state=seed)
    if method == "stratified":
        a, b = next(StratifiedShuffleSplit(1, test_size=size, random_state=seed).split(rows, codes[rows]))
    else:
        a, b = next(GroupShuffleSplit(1, test_size=size, random_state=seed).split(rows, groups=codes[rows]))
    return rows[a], rows[b]


def expected(method, test, validation, seed, codes):
    codes = np.array(codes)
    try:
        rest, held = cut(method, test, seed, np.arange(len(codes)), codes)
        things = len(np.unique(codes)) if method == "grouped" else len(codes)
        checked = cut(method, math.ceil(validation * things), seed, rest, codes) if validation else [rest]
    except ValueError:
        return "refused"
    return ";".join(",".join(map(str, part)) for part in [*checked, held])


def draw(rng, three_way):
    rows, codes = rng.choice([rng.randint(2, 12), rng.randint(2, 300)]), rng.choice([1, 2, 3, 8, 60])
    test = rng.choice([0.2, 0.25, 0.5, round(rng.uniform(0.01, 0.5 if three_way else 0.98), 3)])
    rows += 60 * three_way
    validation = rng.choice([0.15, 0.25, round(rng.uniform(0.01, 0.4), 3)]) if three_way else 0
    return test, validation, rng.randrange(2**32), [min(rng.randrange(codes), rng.randrange(codes)) for _ in range(rows)]


def proportions(codes, answer):
    """No class has more than one row too many or too few in the part that is held out."""
    held = np.array(codes)[[int(i) for i in answer.split(";")[-1].split(",")]]
    return all(abs((held == c).sum() - len(held) * codes.count(c) / len(codes)) <= 1 for c in set(codes))


def main():
    failed = False
    rng = random.Random(21)
    for method, three_way in [(m, w) for m in ("shuffled", "stratified", "grouped") for w in (False, True)]:
        name = f"{method}{', three ways' if three_way else ''}"
        cases = [draw(rng, three_way) for _ in range(CASES)]
        lines = [f"{method} {test!r} {validation!r} {seed} {len(codes)} {' '.join(map(str, codes))}"
                 for test, validation, seed, codes in cases]
        found = subprocess.run([sys.argv[1]], input="\n".join(lines), text=True, capture_output=True,
                               check=True).stdout.splitlines()
        wanted = [expected(method, *case) for case in cases]
        wrong = [i for i, (a, b) in enumerate(zip(found, wanted)) if a != b]
        refused = wanted.count("refused")
        if method == "stratified":
            wrong += [i for i, (_, _, _, codes) in enumerate(cases)
                      if found[i] != "refused" and not proportions(codes, found[i])]
        if len(found) != CASES or wrong or refused > CASES // 2:
            failed = True
            why = f"{len(found)} answers, {refused} refused" if not wrong else \
                f"{len(wrong)} differ, first {lines[wrong[0]]}: {found[wrong[0]]} not {wanted[wrong[0]]}"
            print(f"not ok - interop: split {name}: {why}")
        else:
            print(f"ok - interop: split {name}: {CASES - refused} splits are scikit-learn's, {refused} refused by both")
    return failed


sys.exit(main())
