"""Holds the drawn splits of learn/split.h against scikit-learn's.

    python split.py SPLIT_PROBE

Random sizes, shares, seeds, classes and groups; both parts are compared row for row in their order, and what
scikit-learn refuses has to be refused.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import random
import subprocess
import sys

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, StratifiedShuffleSplit, train_test_split

CASES = 400


def expected(method, test, seed, codes):
    rows = np.arange(len(codes))
    try:
        if method == "shuffled":
            parts = train_test_split(rows, test_size=test, random_state=seed)
        elif method == "stratified":
            parts = next(StratifiedShuffleSplit(1, test_size=test, random_state=seed).split(rows, codes))
        else:
            parts = next(GroupShuffleSplit(1, test_size=test, random_state=seed).split(rows, groups=codes))
    except ValueError:
        return "refused"
    return ";".join(",".join(map(str, part)) for part in parts)


def draw(rng):
    rows, codes = rng.choice([rng.randint(2, 12), rng.randint(2, 300)]), rng.choice([1, 2, 3, 8, 60])
    return rng.choice([0.2, 0.25, 0.5, round(rng.uniform(0.01, 0.98), 3)]), rng.randrange(2**32), \
        [min(rng.randrange(codes), rng.randrange(codes)) for _ in range(rows)]


def proportions(test, codes, answer):
    """No class has more than one row too many or too few in the part that is held out."""
    held = np.array(codes)[[int(i) for i in answer.split(";")[1].split(",")]]
    return all(abs((held == c).sum() - len(held) * codes.count(c) / len(codes)) <= 1 for c in set(codes))


def main():
    failed = False
    rng = random.Random(21)
    for method in ("shuffled", "stratified", "grouped"):
        cases = [draw(rng) for _ in range(CASES)]
        lines = [f"{method} {test!r} {seed} {len(codes)} {' '.join(map(str, codes))}" for test, seed, codes in cases]
        found = subprocess.run([sys.argv[1]], input="\n".join(lines), text=True, capture_output=True,
                               check=True).stdout.splitlines()
        wanted = [expected(method, *case) for case in cases]
        wrong = [i for i, (a, b) in enumerate(zip(found, wanted)) if a != b]
        refused = wanted.count("refused")
        if method == "stratified":
            wrong += [i for i, (test, _, codes) in enumerate(cases)
                      if found[i] != "refused" and not proportions(test, codes, found[i])]
        if len(found) != CASES or wrong or refused > CASES // 2:
            failed = True
            why = f"{len(found)} answers, {refused} refused" if not wrong else \
                f"{len(wrong)} differ, first {lines[wrong[0]]}: {found[wrong[0]]} not {wanted[wrong[0]]}"
            print(f"not ok - interop: split {method}: {why}")
        else:
            print(f"ok - interop: split {method}: {CASES - refused} splits are scikit-learn's, {refused} refused by both")
    return failed


sys.exit(main())
