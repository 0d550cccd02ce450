"""Holds searches of train against scikit-learn's, from CSV to search.csv.

    python searches.py BIN

Successive halving: the candidates of each round, its rows and its scores are those of HalvingGridSearchCV over the
same folds, and so is the best cell.  Classes: mean scores of a grid of logistic_regression are GridSearchCV's.
Several recipes on the same folds: each one's scores are those that it has alone.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import csv
import subprocess
import sys
import tempfile

import numpy as np
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, KFold, StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

failed = False

PIPELINE = """target: y
seed: 3
%s
ingest:
  sources:
    - {name: t, path: t.csv, columns: [%s{match: "*", kind: real}]}
%s
train:
%s
"""


def check(name, fault):
    global failed
    failed = failed or bool(fault)
    print(f"not ok - interop: searches: {name}: {fault}" if fault else f"ok - interop: searches: {name}")


def search(folder, x, y, head, kinds, split, train):
    """The rows of search.csv."""
    with open(f"{folder}/t.csv", "w") as f:
        f.write(",".join([f"x{j}" for j in range(x.shape[1])] + ["y"]) + "\n")
        for row, target in zip(x, y):
            f.write(",".join([repr(float(v)) for v in row] + [str(target)]) + "\n")
    with open(f"{folder}/t.yaml", "w") as f:
        f.write(PIPELINE % (head, kinds, split, train))
    for stage in ("ingest", "clean", "features", "train"):
        more = ["--data", "."] if stage == "ingest" else []
        subprocess.run([f"{sys.argv[1]}/{stage}", "t.yaml", "--quiet", *more], cwd=folder, check=True)
    with open(f"{folder}/artifacts/t/search.csv") as f:
        return list(csv.DictReader(f))


def scores(rows, folds):
    return np.array([[float(r[f"score_{f + 1}"]) for f in range(folds)] for r in rows])


def halving(folder, rng, factor, least):
    x = rng.normal(size=(400, 4))
    y = x[:, 0] ** 2 + x[:, 1] + 0.5 * rng.normal(size=400)
    alphas, degrees = [0.1, 1.0, 10.0, 100.0, 1000.0], [1, 2, 3]
    keys = f"{{method: halving, factor: {factor}" + (f", min_resources: {least}}}" if least else "}")
    rows = search(folder, x, y, "", "", "split: {method: shuffled, test: 0.2}", f"""  folds: {{method: shuffled, n: 4}}
  search: {keys}
  steps:
    - scale: {{}}
    - polynomial: {{degree: {degrees}}}
    - ridge: {{alpha: {alphas}}}""")
    learn, _ = train_test_split(np.arange(400), test_size=0.2, random_state=3)
    pipe = make_pipeline(StandardScaler(), PolynomialFeatures(include_bias=False), Ridge(solver="svd"))
    peer = HalvingGridSearchCV(pipe, {"polynomialfeatures__degree": degrees, "ridge__alpha": alphas}, factor=factor,
                               min_resources=least or "exhaust", cv=KFold(4, shuffle=True, random_state=3),
                               scoring="r2", random_state=3, refit=False)
    peer.fit(x[learn], y[learn])
    r = peer.cv_results_
    wanted = {}
    for i in range(len(r["iter"])):
        p = r["params"][i]
        cell = r["iter"][i], p["polynomialfeatures__degree"], p["ridge__alpha"]
        wanted[cell] = [r["n_resources"][i]] + [r[f"split{f}_test_score"][i] for f in range(4)]
    found = {(int(q["iter"]), int(q["polynomial.degree"]), float(q["ridge.alpha"])): [int(q["n_resources"]), *s]
             for q, s in zip(rows, scores(rows, 4))}
    if found.keys() != wanted.keys():
        return f"rounds have {sorted(found.keys() ^ wanted.keys())[:3]} once"
    off = max(abs(a - b) / max(1, abs(b)) for c in found for a, b in zip(found[c], wanted[c]))
    best = [c for q, c in zip(rows, found) if q["rank"] == "1"]
    top = r["params"][peer.best_index_]
    if best != [(max(r["iter"]), top["polynomialfeatures__degree"], top["ridge__alpha"])]:
        return f"best is {best}, not {top}"
    return f"{off:.1e} off" if off > 1e-9 else None


def classes(folder, rng):
    x = rng.normal(size=(300, 5))
    y = np.array(["one", "three", "two"])[np.argmax(x[:, :3] + rng.normal(size=(300, 3)), axis=1)]
    values = [0.01, 0.1, 1.0, 10.0]
    rows = search(folder, x, y, "task: classes", "{match: y, kind: text}, ",
                  "split: {method: stratified, test: 0.2}", f"""  folds: {{method: stratified, n: 5}}
  score: log_loss
  recipes:
    plain: [scale: {{}}, logistic_regression: {{C: {values}, tol: 1e-10, max_iter: 1000}}]
    other: [scale: {{}}, polynomial: {{degree: 2}}, logistic_regression: {{C: {values}, tol: 1e-10, max_iter: 1000}}]""")
    learn, _ = train_test_split(np.arange(300), test_size=0.2, random_state=3, stratify=y)
    found = [float(r["score_mean"]) for r in rows]
    wanted = []
    for more in ([], [PolynomialFeatures(2, include_bias=False)]):
        pipe = make_pipeline(StandardScaler(), *more, LogisticRegression(tol=1e-10, max_iter=10000))
        peer = GridSearchCV(pipe, {"logisticregression__C": values}, cv=StratifiedKFold(5), scoring="neg_log_loss")
        wanted += list(-peer.fit(x[learn], y[learn]).cv_results_["mean_test_score"])
    off = np.abs(np.array(found) - wanted).max()
    return f"{off:.1e} off" if not off <= 1e-6 else None


def main():
    rng = np.random.default_rng(11)
    for factor, least in ((3, None), (2, None), (3, 20), (2, 100)):
        with tempfile.TemporaryDirectory() as folder:
            check(f"halving by {factor} from {least or 'what is left'}", halving(folder, rng, factor, least))
    with tempfile.TemporaryDirectory() as folder:
        check("classes of two recipes", classes(folder, rng))
    return failed


sys.exit(main())
