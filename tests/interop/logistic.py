"""Holds the estimator logistic_regression against scikit-learn's LogisticRegression.

    python logistic.py LOGISTIC_PROBE

Both minimise the same function to tight tolerances: coefficients and probabilities must be the same
numbers, for every penalty, for two classes, for more by one softmax and against the rest, for labels,
of dense columns, of a sparse block and of both, with classes of unequal size.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import base64
import json
import subprocess
import sys
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

TASKS = {"classes": 1, "labels": 2}


def draw(rng, n, dense, sparse, classes):
    """Columns of unequal scale, a few values of the sparse block, classes that overlap."""
    x = np.hstack([rng.normal(size=(n, dense)) * rng.choice([0.3, 1, 3], size=dense),
                   (rng.random((n, sparse)) < 0.15) * rng.normal(1, 0.5, size=(n, sparse))])
    margin = x @ rng.normal(size=(dense + sparse, classes)) * 0.5 + rng.gumbel(size=(n, classes)) * 1.5
    margin[:, 0] += 1
    return x, np.argmax(margin, axis=1)


def reference(penalty, c, ratio, weight):
    """lbfgs knows no penalty on magnitudes; saga is slow, and stops too early where nearly all coefficients are 0.
    An even number of classes would have no single minimum under l1: any shift of a column's median is as good."""
    how = {"C": c if penalty != "none" else np.inf, "class_weight": weight, "max_iter": 200000}
    if penalty == "liblinear":
        return LogisticRegression(solver="liblinear", tol=1e-10, **how)
    if penalty in ("none", "l2"):
        return LogisticRegression(solver="lbfgs", tol=1e-10, **how)
    return LogisticRegression(solver="saga", tol=1e-11, l1_ratio=1 if penalty == "l1" else ratio, random_state=0, **how)


def reals(value):
    return np.array(value) if isinstance(value, list) else np.frombuffer(base64.b64decode(value["float64"]), "<f8")


def coefficients(state, p):
    """[models][p + 1], the intercepts last."""
    intercept = reals(state["intercept"])
    w = np.zeros((p + 1, len(intercept)))
    if state["used"]:
        w[reals(state["columns"]).astype(int)] = reals(state["coefficients"]).reshape(-1, len(intercept))
    w[p] = intercept
    return w.T


def line(task, settings, x, y, dense, classes):
    head = [TASKS[task], len(x), dense, x.shape[1] - dense, classes, len(y)]
    return " ".join(map(str, [*head, *(f"{k}={v}" for k, v in settings.items()), ";", *map(repr, map(float, x.flat)),
                              *map(repr, map(float, np.asarray(y).flat))]))


def run(probe, case):
    done = subprocess.run([probe], input=line(*case), text=True, capture_output=True, check=True).stdout
    if done.startswith("error"):
        return None, done.strip()
    state, values = done.split("\t")
    return json.loads(state), np.array([float(v) for v in values.split()])


def one(probe, rng, kind, dense, sparse, penalty, weight):
    """Returns why the two differ, or None."""
    classes = {"two": 2, "softmax": 3, "ovr": 3, "labels": 2}[kind]
    x, y = draw(rng, 300, dense, sparse, classes)
    c, ratio = rng.choice([0.3, 1, 20]), rng.choice([0.2, 0.7])
    settings = {"penalty": penalty, "C": c, "tol": 1e-11, "max_iter": 1000}
    if penalty == "liblinear":
        settings |= {"penalty": "l2", "solver": "liblinear", "max_iter": 20000, "tol": 1e-8}
    if penalty == "elasticnet":
        settings["l1_ratio"] = ratio
    if weight:
        settings["class_weight"] = weight
    model = reference(penalty, c, ratio, weight)
    if kind == "labels":
        y = np.array([y, (y + rng.integers(0, 2, len(y))) > 0], dtype=int)
        fits = [reference(penalty, c, ratio, weight).fit(x, own) for own in y]
        proba = np.array([f.predict_proba(x)[:, 1] for f in fits])
    else:
        if kind == "ovr":
            settings["multi_class"] = "ovr"
            model = OneVsRestClassifier(model)
        proba, y = model.fit(x, y).predict_proba(x).T, y[None]
        fits = model.estimators_ if kind == "ovr" else [model]
    state, values = run(probe, ("labels" if kind == "labels" else "classes", settings, x, y, dense,
                                0 if kind == "labels" else classes))
    if state is None:
        return values
    if not state["converged"]:
        return f"not converged after {state['n_iter']} steps"
    off = np.max(np.abs(values - proba.ravel()))
    wanted = np.vstack([np.hstack([f.coef_, f.intercept_[:, None]]) for f in fits])
    found = coefficients(state, x.shape[1])
    gap = np.max(np.abs(found - wanted) / np.maximum(1, np.abs(wanted)))
    if off > 1e-6 or gap > 1e-5:
        return f"probabilities differ by {off:.2g}, coefficients by {gap:.2g} ({settings})"
    return None


def main():
    warnings.simplefilter("ignore")
    failed = False
    rng = np.random.default_rng(7)
    for kind in ("two", "softmax", "ovr", "labels"):
        for penalty in ("none", "l2", "l1", "elasticnet", "liblinear"):
            if (kind, penalty) == ("softmax", "liblinear"):
                continue  # which tells two classes apart
            why = [one(sys.argv[1], rng, kind, dense, sparse, penalty, weight)
                   for dense, sparse, weight in ((5, 0, None), (0, 12, "balanced"), (3, 6, None))]
            why = [w for w in why if w]
            failed |= bool(why)
            name = f"interop: logistic_regression, {kind}, {penalty}"
            print(f"not ok - {name}: {why[0]}" if why else f"ok - {name}: scikit-learn's coefficients and probabilities")
    return failed


sys.exit(main())
