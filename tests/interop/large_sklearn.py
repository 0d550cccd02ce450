"""A table of more than 100,000 rows: the rule of the split in model.json, residuals.arrow and metrics.json against what
scikit-learn and pandas make of the same file.

    python large_sklearn.py BIN

The pipeline standardises four columns and searches ridge over four penalties on three folds, shuffled with seed 42.
Prints one line a check, `ok NAME` or `not ok NAME: why`; status 1 when one failed.
"""

import json
import os
import subprocess
import sys
import tempfile

import numpy
import pandas
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import GridSearchCV, KFold, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

ROWS = 120_000
PIPELINE = """task: regression
target: y
track: false
ingest:
  sources: [{name: large, path: large.csv, columns: [{match: "*", kind: real}]}]
features: [{lag: [0], of: "x*"}]
train:
  folds: 3
  steps: [{scale: {}}, {ridge: {alpha: [0.1, 1, 10, 100]}}]
"""
failed = False


def check(name, fault):
    global failed
    failed = failed or fault is not None
    print(f"ok {name}" if fault is None else f"not ok {name}: {fault}")


def apart(found, wanted, tolerance):
    """None, or how far two figures are apart."""
    far = numpy.max(numpy.abs(numpy.asarray(found) - wanted) / numpy.maximum(1, numpy.abs(wanted)))
    return None if far <= tolerance else f"{far:.3g} apart"


def read(folder, name):
    with open(os.path.join(folder, name)) as f:
        return json.load(f)


def chain(bin_folder, scratch):
    """Writes a table, runs every stage in the folder; the columns and the target."""
    random = numpy.random.default_rng(7)
    x = numpy.round(random.normal(size=(ROWS, 4)) * [1, 10, 100, 1000], 4)
    y = numpy.round(x @ [3, 0.2, -0.01, 0.001] + random.normal(size=ROWS), 4)
    with open(os.path.join(scratch, "large.csv"), "w") as f:
        f.write("x1,x2,x3,x4,y\n")
        f.writelines(",".join(map(repr, row)) + "\n" for row in numpy.column_stack([x, y]).tolist())
    with open(os.path.join(scratch, "large.yaml"), "w") as f:
        f.write(PIPELINE)
    for stage in ["ingest", "clean", "features", "train", "evaluate", "register", "predict", "report"]:
        command = [os.path.join(os.path.abspath(bin_folder), stage), "large.yaml", "--quiet"]
        command += ["--exit-zero"] if stage == "register" else []
        subprocess.run(command, cwd=scratch, check=True, stdout=subprocess.DEVNULL)
    return x, y, os.path.join(scratch, "artifacts", "large")


def compare(x, y, folder):
    n = len(y)
    model, metrics = read(folder, "model.json"), read(folder, "metrics.json")
    residuals = pandas.read_feather(os.path.join(folder, "residuals.arrow"))

    rows = model["rows"]
    size = os.path.getsize(os.path.join(folder, "model.json"))
    check("model.json is small", None if size < 100_000 else f"{size} bytes")
    check("model.json: no list of rows", "runs" in rows["train"] or None)
    split = rows["split"]
    train, test = train_test_split(numpy.arange(n), test_size=split["test"], random_state=split["seed"])
    check("model.json: rows", None if (rows["table"], rows["train"]["n"], rows["holdout"]["n"]) == (n, len(train), len(test)) else rows)
    held = numpy.flatnonzero(residuals["part"] == "holdout")
    check("residuals.arrow: the rows held out", None if (held == numpy.sort(test)).all() else "others")
    (vouched,) = read(folder, "residuals.json")["tables"]
    there = ["residuals.arrow", os.path.getsize(os.path.join(folder, "residuals.arrow"))]
    check("residuals.json: vouches for it", None if [vouched["file"], vouched["bytes"]] == there else vouched)
    check("residuals.arrow: the real values", None if (residuals["actual"] == y).all() else "others")

    steps = Pipeline([("scale", StandardScaler()), ("ridge", Ridge())])
    search = GridSearchCV(steps, {"ridge__alpha": [0.1, 1, 10, 100]}, cv=KFold(3), scoring="r2").fit(x[train], y[train])
    best = model["search"]["best"]["ridge.alpha"]
    check("model.json: best cell", None if best == search.best_params_["ridge__alpha"] else best)
    check("model.json: mean score", apart(model["search"]["score_mean"], search.best_score_, 1e-12))
    ridge = search.best_estimator_.named_steps["ridge"]
    check("model.json: coefficients", apart(model["steps"][1]["ridge"]["coefficients"], ridge.coef_, 1e-11))
    p = search.predict(x)
    check("residuals.arrow: predictions", apart(residuals["prediction"], p, 1e-9))
    for name, part in (("holdout", test), ("training", train), ("all", numpy.arange(n))):
        figures = {"rmse": root_mean_squared_error, "mae": mean_absolute_error, "r2": r2_score}
        for figure, of in figures.items():
            check(f"metrics.json: {name} {figure}", apart(metrics[name][figure], of(y[part], p[part]), 1e-10))

    sums = read(folder, "residuals.json")
    worst = {p["part"]: p["worst"] for p in sums["parts"]}
    for name, part in (("holdout", test), ("train", train)):
        at = part[numpy.argmax(numpy.abs(residuals["residual"].to_numpy()[part]))]
        check(f"residuals.json: worst, {name}", None if worst[name]["key"] == str(at) else worst[name])
    keys = [int(point[0]) for point in sums["points"]]
    check("residuals.json: points", None if keys == list(range(0, n, sums["every"])) and len(keys) <= 600 else "others")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as place:
        compare(*chain(sys.argv[1], place))
    sys.exit(failed)
