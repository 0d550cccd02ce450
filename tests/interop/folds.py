"""Holds the folds of learn/folds.h against scikit-learn's splitters.

    python folds.py FOLDS_PROBE

Random sizes, seeds, classes, groups and times; every row of both parts of every fold is compared, and
what scikit-learn refuses has to be refused.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import random
import subprocess
import sys
import warnings

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit

CASES = 400


def splitter(case):
    method, n = case["method"], case["n"]
    if method == "blocks":
        return KFold(n)
    if method == "shuffled":
        return KFold(n, shuffle=True, random_state=case["seed"])
    if method == "stratified":
        return StratifiedKFold(n, shuffle=case["shuffle"], random_state=case["seed"] if case["shuffle"] else None)
    if method == "grouped":
        return GroupKFold(n)
    return TimeSeriesSplit(n, test_size=case["test_size"] or None, gap=case["gap"],
                           max_train_size=case["max_train_size"] or None)


def expected(case):
    """The folds as text, or "refused".  Rolling folds are those of the distinct times."""
    rows = case["rows"]
    times = np.array(case["time"])
    distinct = np.unique(times)
    rolling = case["method"] == "rolling"
    places = range(len(distinct)) if rolling else range(rows)
    try:
        folds = list(splitter(case).split(np.zeros(len(places)), case["label"][:len(places)],
                                          groups=case["group"][:len(places)]))
    except ValueError:
        return "refused"
    if rolling:
        folds = [[np.flatnonzero(np.isin(times, distinct[part])) for part in fold] for fold in folds]
    return " ".join(";".join(",".join(map(str, part)) for part in fold) for fold in folds)


def draw(rng, method):
    rows = rng.randint(2, 12) if rng.random() < 0.3 else rng.randint(2, 200)
    classes, groups = rng.randint(1, 6), rng.randint(1, 40)
    rolling = method == "rolling"
    time = rng.choice([lambda: list(range(rows)),  # one series
                       lambda: sorted(rng.randint(-50, 300) for _ in range(rows)),  # several, by time
                       lambda: [i % max(1, rows // 3) for i in range(rows)],  # three, one behind the other
                       lambda: [rng.randint(-50, 300) for _ in range(rows)]])()
    return {
        "method": method, "n": rng.randint(2, min(rows + 2, 12)), "shuffle": method == "stratified" and rng.random() < 0.7,
        "test_size": rng.choice([0, 0, 1, 2, 5]) if rolling else 0, "gap": rng.choice([0, 1, 4]) if rolling else 0,
        "max_train_size": rng.choice([0, 0, 1, 7]) if rolling else 0, "seed": rng.randrange(2**32), "rows": rows,
        "label": [min(rng.randrange(classes), rng.randrange(classes)) for _ in range(rows)],
        "group": [rng.randrange(groups) for _ in range(rows)], "time": time,
    }


def line(case):
    numbers = [case[k] for k in ("n", "shuffle", "test_size", "gap", "max_train_size", "seed", "rows")]
    return " ".join([case["method"]] + [str(int(x)) for x in numbers + case["label"] + case["group"] + case["time"]])


def main():
    probe = sys.argv[1]
    failed = False
    rng = random.Random(20)
    warnings.simplefilter("ignore")  # of classes with fewer rows than folds
    for method in ("blocks", "shuffled", "stratified", "grouped", "rolling"):
        cases = [draw(rng, method) for _ in range(CASES)]
        found = subprocess.run([probe], input="\n".join(map(line, cases)), text=True, capture_output=True,
                               check=True).stdout.splitlines()
        wanted = [expected(case) for case in cases]
        wrong = [i for i, (a, b) in enumerate(zip(found, wanted)) if a != b]
        refused = wanted.count("refused")
        if len(found) != CASES or wrong or not 0 < CASES - refused:
            failed = True
            why = f"{len(found)} answers" if not wrong else \
                f"{len(wrong)} differ, first {line(cases[wrong[0]])}: {found[wrong[0]]} not {wanted[wrong[0]]}"
            print(f"not ok - interop: folds {method}: {why}")
        else:
            print(f"ok - interop: folds {method}: {CASES - refused} sets of folds are scikit-learn's, {refused} refused by both")
    return failed


sys.exit(main())
