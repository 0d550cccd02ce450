"""Holds random_forest against scikit-learn's forests.

    python forest.py RECIPE_PROBE

Trees without chance have to be scikit-learn's, node by node; forests as good as its forests with the same
settings: iris over 10 times 10 stratified folds, other sets over fewer, the error of rows that were not drawn,
importances.  Probabilities sum to one; any number of threads gives the same bytes.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import json
import subprocess
import sys
import warnings

import numpy as np
from sklearn import datasets
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

failed = False


def check(name, good, why):
    global failed
    print(f"ok {name} ({why})" if good else f"not ok {name}: {why}")
    failed |= not good


def forest(x, y, other, classes=0, threads=2, seed=1, **settings):
    """Fits ours; returns its prediction, and what it tells of itself."""
    columns = [np.asfortranarray(a, dtype="<f8").tobytes("F") for a in (x, y, other)]
    size = np.array([len(x), x.shape[1], len(other)], dtype="<u8").tobytes()
    steps = json.dumps([{"random_forest": settings}])
    ran = subprocess.run([sys.argv[1], steps, str(classes), str(threads), str(seed)],
                         input=size + b"".join(columns), capture_output=True)
    if ran.returncode != 0:
        raise RuntimeError(ran.stderr.decode())
    told = {name: float(value) for name, value in (line.split() for line in ran.stderr.decode().splitlines())}
    p = np.frombuffer(ran.stdout).reshape(-1, len(other)).T
    return (p if classes else p[:, 0]), told


def same_trees():
    """A tree of all rows that looks at all columns is nobody's choice: forks, cuts and answers are the same."""
    off = {"n_estimators": 1, "bootstrap": False, "max_features": "all"}
    x, y = datasets.load_diabetes(return_X_y=True)
    x = x.astype(np.float32).astype(float)  # as scikit-learn reads them
    for limits in {"max_depth": 6, "min_samples_leaf": 7}, {"min_samples_split": 40}, {"max_depth": 3}:
        theirs = DecisionTreeRegressor(random_state=1, **limits).fit(x, y).predict(x)
        mine, _ = forest(x, y, x, **off, **limits)
        apart = np.abs(mine - theirs).max()
        check(f"tree of diabetes, {limits}", apart < 1e-9, f"{apart:.1e} apart at most")
    x, y = datasets.make_classification(900, 8, n_informative=6, n_classes=4, random_state=2)
    x = x.astype(np.float32).astype(float)
    for criterion in "gini", "entropy":
        limits = {"criterion": criterion, "max_depth": 5, "min_samples_leaf": 10}
        theirs = DecisionTreeClassifier(random_state=1, **limits).fit(x, y).predict_proba(x)
        mine, _ = forest(x, y, x, 4, **off, **limits)
        apart = np.abs(mine - theirs).max()
        check(f"tree of four classes, {criterion}", apart < 1e-12, f"{apart:.1e} apart at most")


def classes(load, repeats, near, **settings):
    x, y = load(return_X_y=True)
    n, right, oob, share, sums = len(set(y)), [], [], [], []
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=repeats, random_state=1).split(x, y)
    for seed, (train, test) in enumerate(folds):
        p, told = forest(x[train], y[train], x[test], n, seed=seed, **settings)
        peer = RandomForestClassifier(random_state=seed, oob_score=True, **settings).fit(x[train], y[train])
        right.append([(p.argmax(axis=1) == y[test]).mean(), peer.score(x[test], y[test])])
        oob.append([told["oob_score"], peer.oob_score_])
        share.append([[told.get(f"importance_{c}", 0) for c in range(x.shape[1])], peer.feature_importances_])
        sums.append(np.abs(p.sum(axis=1) - 1).max())
    name = f"{load.__name__[5:]} {settings}"
    for what, pairs, limit in ("accuracy", right, near), ("out of bag", oob, near):
        mine, theirs = np.mean(pairs, axis=0)
        check(f"{name}, {what}", abs(mine - theirs) <= limit, f"{mine:.4f}, scikit-learn {theirs:.4f}")
    apart = np.abs(np.subtract(*np.mean(share, axis=0))).max()
    check(f"{name}, importances", apart < 0.05, f"{apart:.3f} apart at most")
    check(f"{name}, probabilities sum to one", max(sums) < 1e-12, f"{max(sums):.1e} off")


def reals(name, x, y, repeats, near, **settings):
    square, oob = [], []
    for seed, (train, test) in enumerate(RepeatedKFold(n_splits=5, n_repeats=repeats, random_state=1).split(x)):
        p, told = forest(x[train], y[train], x[test], seed=seed, **settings)
        peer = RandomForestRegressor(random_state=seed, oob_score=True, **settings).fit(x[train], y[train])
        square.append([((p - y[test]) ** 2).mean(), ((peer.predict(x[test]) - y[test]) ** 2).mean()])
        oob.append([told["oob_score"], peer.oob_score_])
    mine, theirs = np.sqrt(np.mean(square, axis=0))
    check(f"{name} {settings}, rmse", mine <= near * theirs, f"{mine:.4f}, scikit-learn {theirs:.4f}")
    mine, theirs = np.mean(oob, axis=0)
    check(f"{name} {settings}, out of bag", abs(mine - theirs) < 0.02, f"R2 {mine:.4f}, scikit-learn {theirs:.4f}")


def bins():
    """Above 10,000 rows cuts lie between bins: no worse, and the same bytes whoever does the work."""
    x, y = datasets.make_friedman1(12500, n_features=10, noise=1, random_state=1)
    train, test = slice(0, 10500), slice(10500, None)
    settings = {"n_estimators": 20}
    p, _ = forest(x[train], y[train], x[test], **settings)
    theirs = RandomForestRegressor(random_state=1, **settings).fit(x[train], y[train]).predict(x[test])
    mine, other = (np.sqrt(((q - y[test]) ** 2).mean()) for q in (p, theirs))
    check("friedman in bins, rmse", mine <= 1.01 * other, f"{mine:.4f}, scikit-learn {other:.4f}")
    high = np.digitize(y, np.quantile(y, [0.3, 0.6]))
    for name, target, classes in ("reals", y, 0), ("classes", high, 3):
        found = {forest(x[train], target[train], x[test], classes, threads=t, **settings, min_samples_leaf=2)[0].tobytes()
                 for t in (1, 2, 3, 8)}
        check(f"{name} in bins, threads", len(found) == 1, f"{len(found)} different answers by 1, 2, 3 and 8")
    small = {forest(x[:400], high[:400], x[test], 3, threads=t, **settings)[0].tobytes() for t in (1, 2, 3, 8)}
    check("classes, threads", len(small) == 1, f"{len(small)} different answers by 1, 2, 3 and 8")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")  # of few trees some rows are drawn by all
    same_trees()
    classes(datasets.load_iris, 10, 0.005, n_estimators=40)
    classes(datasets.load_wine, 1, 0.015, n_estimators=40, min_samples_leaf=2)
    classes(datasets.load_breast_cancer, 1, 0.01, n_estimators=40, max_features=0.3)
    reals("diabetes", *datasets.load_diabetes(return_X_y=True), 2, 1.02, n_estimators=40, min_samples_leaf=3)
    bins()
    sys.exit(failed)
