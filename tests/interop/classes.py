"""Holds classification.json against scikit-learn and statsmodels.

    python classes.py CLASSES_PROBE

Random classes and labels, values and probabilities with ties, classes that nobody has, and more of them than
are listed: the confusion matrix, precision, recall and F1, areas under both curves, points of the ROC and of the
precision-recall curve, calibration, Brier scores and McNemar's test against the most frequent answer.  The
standard error of an area is that of DeLong et al., pair by pair.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import json
import random
import subprocess
import sys
import warnings

import numpy as np
from scipy.stats import norm
from sklearn.calibration import calibration_curve
from sklearn.metrics import (auc, average_precision_score, brier_score_loss, confusion_matrix, precision_recall_curve,
                             precision_recall_fscore_support, roc_auc_score, roc_curve)
from statsmodels.stats.contingency_tables import mcnemar

CASES, LISTED = 40, 50


def close(found, wanted, tolerance=1e-9):
    if found is None:
        return np.isnan(wanted)
    return abs(found - wanted) <= tolerance * max(1, abs(wanted))


def rounded(found, wanted):
    """A p has six digits."""
    return found is None and np.isnan(wanted) or abs(found - wanted) <= 1e-5 * wanted + 1e-300


def draw_classes(rng):
    n, k = rng.choice([40, 300, 1200]), rng.choice([2, 3, 5, 70])
    weight = [rng.random() ** 3 for _ in range(k)]
    y = np.array(rng.choices(range(k), weight, k=n))
    noise = np.array([[rng.random() for _ in range(n)] for _ in range(k)])
    value = np.round(noise + 0.6 * (np.arange(k)[:, None] == y[None, :]), 2) + 0.01
    value /= value.sum(axis=0)
    naive = np.full((1, n), np.bincount(y).argmax())
    if rng.random() < 0.3:
        return {"task": 1, "answer": 0, "y": y[None], "value": np.argmax(value, axis=0)[None], "naive": naive, "k": k}
    return {"task": 1, "answer": 1, "y": y[None], "value": value, "naive": naive, "k": k}


def draw_labels(rng):
    n, k = rng.choice([40, 300, 1200]), rng.choice([1, 3])
    share = [rng.choice([0, 0.2, 0.5]) for _ in range(k)]
    y = np.array([[int(rng.random() < share[c]) for _ in range(n)] for c in range(k)])
    value = np.array([[round(0.6 * rng.random() + 0.4 * y[c][i] * rng.random(), 2) for i in range(n)] for c in range(k)])
    naive = np.repeat((y.mean(axis=1) > 0.5).astype(int)[:, None], n, axis=1)
    return {"task": 2, "answer": 1, "y": y, "value": value, "naive": naive, "k": 0}


def line(case):
    y, value = case["y"], case["value"]
    head = [case["task"], case["answer"], y.shape[1], y.shape[0], case["k"], value.shape[0]]
    numbers = [*y.flat, *value.flat, *case["naive"].flat]
    return " ".join(map(str, head)) + " " + " ".join(repr(float(x)) for x in numbers)


def delong(y, score):
    p, n = score[y == 1], score[y == 0]
    if min(len(p), len(n)) < 2:
        return np.nan, np.nan
    above = (p[:, None] > n) + 0.5 * (p[:, None] == n)
    error = np.sqrt(above.mean(1).var(ddof=1) / len(p) + above.mean(0).var(ddof=1) / len(n))
    apart = above.mean() - 0.5
    return error, 2 * norm.sf(abs(apart / error)) if error else (1 if apart == 0 else np.nan)


def fault_of_curve(y, score, curve):
    """Every point stands in scikit-learn's curves, the last is both curves' end, none is far from the next."""
    if y.min() == y.max():
        return None
    fpr, tpr, at = roc_curve(y, score, drop_intermediate=False)
    precision, _, below = precision_recall_curve(y, score, drop_intermediate=False)
    for threshold, f, t, p in curve:
        i, j = np.flatnonzero(at == threshold), np.flatnonzero(below == threshold)
        if len(i) != 1 or not (close(f, fpr[i[0]]) and close(t, tpr[i[0]]) and close(p, precision[j[0]])):
            return f"no point [{threshold}, {f}, {t}, {p}] in scikit-learn's curves"
    if curve[-1][1:3] != [1, 1] or len(curve) > 101:
        return f"{len(curve)} points end in {curve[-1]}"
    thinned = auc([0] + [c[1] for c in curve], [0] + [c[2] for c in curve])
    return None if abs(thinned - roc_auc_score(y, score)) < 0.02 else f"the points' area is {thinned}"


def fault_of_bins(y, score, bins):
    share, mean = calibration_curve(y, score, n_bins=10)
    found = [b for b in bins if b[0]]
    same = len(found) == len(share) and all(close(b[1], m) and close(b[2], s) for b, m, s in zip(found, mean, share))
    return None if same and sum(b[0] for b in bins) == len(y) else f"bins are {bins}"


def ece(bins):
    return sum(b[0] * abs(b[1] - b[2]) for b in bins if b[0]) / sum(b[0] for b in bins)


def fault_of_score(y, score, found):
    error, p = delong(y, score)
    both = y.min() < y.max()
    if not close(found["auc"], roc_auc_score(y, score) if both else np.nan):
        return f"auc {found['auc']}"
    if not close(found["average_precision"], average_precision_score(y, score) if y.max() else np.nan):
        return f"average precision {found['average_precision']}"
    if not (close(found["auc_error"], error) and rounded(found["auc_p"], p)):
        return f"error {found['auc_error']}, p {found['auc_p']}: {error}, {p}"
    if not (close(found["brier"], np.mean((score - y) ** 2)) and close(found["ece"], ece(found["bins"]))):
        return f"brier {found['brier']}, ece {found['ece']}"
    return fault_of_curve(y, score, found["curve"]) or fault_of_bins(y, score, found["bins"])


def fault_of_baseline(case, right, found):
    other = (case["naive"] == case["y"]).all(axis=0)
    only = int((right & ~other).sum()), int((~right & other).sum())
    if (found["only_model"], found["only_baseline"]) != only:
        return f"McNemar counts {found}"
    table = [[0, only[0]], [only[1], 0]]
    if sum(only) and not rounded(found["p"], mcnemar(table, exact=True).pvalue):
        return f"McNemar's exact p {found['p']}"
    if only[0] != only[1] and not (close(found["statistic"], mcnemar(table, exact=False).statistic)
                                   and rounded(found["p_statistic"], mcnemar(table, exact=False).pvalue)):
        return f"McNemar's statistic {found['statistic']}"
    return None


def fault_of_confusion(y, p, k, found):
    listed = [int(c["name"][1:]) for c in found["classes"]]
    place = {c: i for i, c in enumerate(listed)}
    fold = np.array([place.get(c, len(listed)) for c in range(k)])
    wanted = confusion_matrix(fold[y], fold[p], labels=range(len(listed) + 1))
    cells = np.zeros_like(wanted)
    for actual, foretold, n in found["confusion"]:
        cells[tuple(len(listed) if c is None else place[int(c[1:])] for c in (actual, foretold))] = n
    support = np.bincount(y, minlength=k)
    unlisted = [support[c] for c in range(k) if c not in place]
    if unlisted and max(unlisted) > min(support[listed]) or len(listed) != min(k, LISTED):
        return "the classes listed are not the largest"
    return None if (cells == wanted).all() else f"confusion {found['confusion']}"


def fault_of_confidence(y, value, p, found):
    is_class = np.arange(len(value))[:, None] == y
    if not close(found["brier"], ((value - is_class) ** 2).sum(axis=0).mean()):
        return f"the classes' Brier score {found['brier']}"
    if len(value) == 2 and not close(found["brier"], 2 * brier_score_loss(y, value[1])):
        return "twice the Brier score of two classes"
    if not close(found["ece"], ece(found["bins"])):
        return f"the confidence's ece {found['ece']}"
    return fault_of_bins((p == y).astype(int), value.max(axis=0), found["bins"])


def fault(case, found):
    y, value, classes = case["y"], case["value"], case["task"] == 1
    p = value[0].astype(int) if not case["answer"] else np.argmax(value, axis=0) if classes else (value > 0.5).astype(int)
    if (found["confidence"] is None) != (not classes or not case["answer"]):
        return "confidence"
    why = classes and fault_of_confusion(y[0], p, case["k"], found)
    if not why and found["confidence"]:
        why = fault_of_confidence(y[0], value, p, found["confidence"])
    for c in found["classes"]:
        i = int(c["name"][1:])
        of_y, of_p = ((y[0] == i), (p == i)) if classes else (y[i] == 1, p[i] == 1)
        rates = precision_recall_fscore_support(of_y, of_p, average="binary", pos_label=True, zero_division=0)[:3]
        if not all(close(c[name], r) for name, r in zip(("precision", "recall", "f1"), rates)):
            why = why or f"rates of {c['name']}"
        if (c["score"] is None) != (not case["answer"]):
            why = why or f"score of {c['name']}"
        if c["score"]:
            why = why or fault_of_score(of_y.astype(int), value[i], c["score"])
    right = p == y[0] if classes else (p == y).all(axis=0)
    return why or fault_of_baseline(case, right, found["baselines"][0])


def documents(text):
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        document, at = decoder.raw_decode(text, at)
        yield document
        while at < len(text) and text[at].isspace():
            at += 1


def main():
    failed = False
    rng = random.Random(17)
    warnings.simplefilter("ignore")  # of figures that are undefined
    for task, draw in (("classes", draw_classes), ("labels", draw_labels)):
        cases = [draw(rng) for _ in range(CASES)]
        found = list(documents(subprocess.run([sys.argv[1]], input="\n".join(line(c) for c in cases), text=True,
                                              capture_output=True, check=True).stdout))
        why = None if len(found) == CASES else f"{len(found)} answers to {CASES} cases"
        for i, (case, of) in enumerate(zip(cases, found)):
            wrong = fault(case, of)
            why = why or (wrong and f"case {i}: {wrong}")
        failed |= why is not None
        print(f"not ok - interop: class figures of {task}: {why}" if why else
              f"ok - interop: rates, curves, calibration and McNemar's test of {CASES} {task} are scikit-learn's and statsmodels'")
    return failed


sys.exit(main())
