"""Holds the metrics of learn/metrics.def against scikit-learn's.

    python metrics.py METRICS_PROBE

Random targets and predictions of every task, values and probabilities: classes that are absent from the
target, from the prediction or from both, labels that nobody has, constant targets, single rows.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import random
import subprocess
import sys
import warnings

import numpy as np
from sklearn.metrics import (accuracy_score, average_precision_score, balanced_accuracy_score, brier_score_loss,
                             f1_score, hamming_loss, log_loss, matthews_corrcoef, mean_absolute_error,
                             mean_absolute_percentage_error, median_absolute_error, precision_score, r2_score,
                             recall_score, roc_auc_score, root_mean_squared_error)

CASES = 300
TASKS = {"regression": 0, "classes": 1, "labels": 2}
VALUES, PROBABILITIES = 0, 1


def regression(rng):
    n = rng.choice([1, 2, 3, 10, 500])
    offset, scale = rng.choice([0, 0, 1000, -7]), rng.choice([1, 1e-6, 1e6])
    y = np.array([scale * (offset + rng.gauss(0, 1)) for _ in range(n)])
    if rng.random() < 0.2:
        y[:] = rng.choice([0.1, 0.0, y[0]])
    p = y + scale * rng.choice([0, 0.1, 3]) * np.array([rng.gauss(0, 1) for _ in range(n)])
    constant = np.ptp(y) == 0  # scikit-learn's mean of equal numbers may be off by a rounding
    wanted = {
        "rmse": root_mean_squared_error(y, p), "mae": mean_absolute_error(y, p), "bias": np.mean(p - y),
        "r2": np.nan if constant else r2_score(y, p, force_finite=False),
        "median_absolute_error": median_absolute_error(y, p),
        "mape": mean_absolute_percentage_error(y, p) if y.all() else np.nan,
        "smape": np.mean([0 if a == b else 2 * abs(a - b) / (abs(a) + abs(b)) for a, b in zip(y, p)]),
    }
    return {"answer": VALUES, "classes": 0, "y": y[None], "value": p[None], "wanted": wanted,
            "rare": constant}


def surprise(answer, y, value, classes):
    """Bounded at the smallest number that one can be told from: scikit-learn's own bound."""
    if answer == VALUES:
        return np.nan
    eps = np.finfo(float).eps
    p = np.clip(value, eps, 1 - eps).T
    return log_loss(y, p, labels=classes) if len(classes) > 1 else -np.log(1 - eps)


def area(score, answer, positive, value):
    """The mean over columns that rows of both kinds have; scikit-learn has no such mean of some."""
    kinds = [(a, b) for a, b in zip(positive, value) if answer == PROBABILITIES and 0 < sum(a) < len(a)]
    return np.mean([score(a, b) for a, b in kinds]) if kinds else np.nan


def brier(answer, y, value, classes):
    if answer == VALUES:
        return np.nan
    if len(classes) == 1:
        return np.mean((1 - value[0]) ** 2)
    proba = value[1] if len(classes) == 2 else value.T
    return brier_score_loss(y, proba, labels=classes, **({"pos_label": 1} if len(classes) == 2 else {}))


def scores(answer, positive, value):
    return {"roc_auc": area(roc_auc_score, answer, positive, value),
            "average_precision": area(average_precision_score, answer, positive, value)}


def classes(rng):
    n, k = rng.choice([1, 2, 7, 300]), rng.randint(1, 6)
    of_y = rng.sample(range(k), rng.randint(1, k))
    of_p = rng.sample(range(k), rng.randint(1, k))
    y = np.array([rng.choice(of_y) for _ in range(n)])
    answer = rng.choice([VALUES, PROBABILITIES])
    if answer == VALUES:
        value = np.array([[rng.choice(of_p) for _ in range(n)]])
        p = value[0]
    else:  # few different ones: equal probabilities occur
        value = np.array([[rng.choice([0.0, 0.25, 0.5]) if c in of_p else 0.0 for _ in range(n)] for c in range(k)])
        value[of_p[0], value.sum(axis=0) == 0] = 1
        value /= value.sum(axis=0)
        p = np.argmax(value, axis=0)
    wanted = {"accuracy": accuracy_score(y, p), "f1_macro": f1_score(y, p, average="macro", zero_division=0),
              "precision_macro": precision_score(y, p, average="macro", zero_division=0),
              "recall_macro": recall_score(y, p, average="macro", zero_division=0),
              "log_loss": surprise(answer, y, value, list(range(k))),
              "brier_score": brier(answer, y, value, list(range(k))),
              "balanced_accuracy": balanced_accuracy_score(y, p), "matthews_corrcoef": matthews_corrcoef(y, p),
              **scores(answer, [y == 1] if k == 2 else [y == c for c in range(k)], value[k == 2:])}
    return {"answer": answer, "classes": k, "y": y[None], "value": value, "wanted": wanted,
            "rare": len(set(y) | set(p)) < k}


def labels(rng):
    n, k = rng.choice([1, 2, 7, 300]), rng.randint(1, 5)
    share = [rng.choice([0, 0.1, 0.5, 1]) for _ in range(k)]
    y = np.array([[int(rng.random() < share[c]) for _ in range(n)] for c in range(k)])
    answer = rng.choice([VALUES, PROBABILITIES])
    steps = [0, 1] if answer == VALUES else [0, 0.25, 0.5, 0.75, 1]
    value = np.array([[rng.choice(steps) if share[c] else 0 for _ in range(n)] for c in range(k)])
    p = (value > 0.5).astype(int)
    y_macro, p_macro = (y[0], p[0]) if k == 1 else (y.T, p.T)
    how = {"average": "binary" if k == 1 else "macro", "zero_division": 0}  # else the absence were a class, too
    wanted = {
        "accuracy": accuracy_score(y.T, p.T), "hamming_loss": hamming_loss(y.T, p.T),
        "f1_macro": f1_score(y_macro, p_macro, **how), "precision_macro": precision_score(y_macro, p_macro, **how),
        "recall_macro": recall_score(y_macro, p_macro, **how),
        "log_loss": np.mean([surprise(answer, y[c], np.array([1 - value[c], value[c]]), [0, 1]) for c in range(k)]),
        "brier_score": np.mean([brier(answer, y[c], [1 - value[c], value[c]], [0, 1]) for c in range(k)]),
        **scores(answer, y, value),
    }
    return {"answer": answer, "classes": 0, "y": y, "value": value, "wanted": wanted, "rare": not y.any(axis=1).all()}


def line(task, case):
    y, value = case["y"], case["value"]
    head = [TASKS[task], case["answer"], y.shape[1], y.shape[0], case["classes"], value.shape[0]]
    return " ".join(map(str, head)) + " " + " ".join(repr(float(x)) for x in [*y.flat, *value.flat])


def same(found, wanted, case):
    """The bias is a difference of what is as large as the targets."""
    if np.isnan(wanted) or np.isnan(found):
        return np.isnan(wanted) and np.isnan(found)
    size = max(abs(wanted), np.max(np.abs(case["y"])) * 1e-3)
    return abs(found - wanted) <= 1e-11 * size


def fault(cases, answers):
    if len(answers) != len(cases):
        return f"{len(answers)} answers to {len(cases)} cases"
    for i, (case, text) in enumerate(zip(cases, answers)):
        found = {name: float(x) for name, x in (pair.split("=") for pair in text.split())}
        if found.keys() != case["wanted"].keys():
            return f"metrics {sorted(found)}, expected {sorted(case['wanted'])}"
        for name, wanted in case["wanted"].items():
            if not same(found[name], wanted, case):
                return f"case {i}: {name} is {found[name]!r}, scikit-learn's {wanted!r}"
    return None


def main():
    failed = False
    rng = random.Random(31)
    warnings.simplefilter("ignore")  # of figures that are undefined
    for task, draw in (("regression", regression), ("classes", classes), ("labels", labels)):
        cases = [draw(rng) for _ in range(CASES)]
        answers = subprocess.run([sys.argv[1]], input="\n".join(line(task, c) for c in cases), text=True,
                                 capture_output=True, check=True).stdout.splitlines()
        rare = sum(case["rare"] for case in cases)
        why = fault(cases, answers) or (None if rare > 30 else f"only {rare} rare cases were drawn")
        failed |= why is not None
        names = ", ".join(cases[0]["wanted"])
        print(f"not ok - interop: metrics of {task}: {why}" if why else
              f"ok - interop: {names} of {CASES} {task} are scikit-learn's, {rare} with absent values or constant")
    return failed


sys.exit(main())
