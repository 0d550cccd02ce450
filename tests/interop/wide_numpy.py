"""A table of more than 4,096 columns: the arrays that model.json packs, as numpy reads them, against what numpy and
scikit-learn make of the same columns; a damaged one is refused by every stage that reads it.

    python wide_numpy.py BIN

Prints one line a check, `ok NAME` or `not ok NAME: why`; status 1 when one failed.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile

import numpy
from sklearn.feature_selection import f_regression
from sklearn.model_selection import train_test_split

ROWS, COLUMNS = 60, 4500
PIPELINE = """task: regression
target: y
track: false
ingest:
  sources: [{name: wide, path: wide.csv, columns: [{match: "*", kind: real}]}]
features: [{lag: [0], of: "x*"}]
train:
  folds: 2
  steps: [{scale: {}}, {select: {by: f_score, k: 5}}, {ridge: {alpha: 1}}]
"""
failed = False


def check(name, good, why="no"):
    global failed
    failed = failed or not good
    print(f"ok - interop: {name}" if good else f"not ok - interop: {name}: {why}")


def run(binary, stage, folder, expect=0):
    arguments = {"ingest": ["--data", "."], "register": ["--exit-zero"]}.get(stage, [])
    done = subprocess.run([os.path.join(binary, stage), "wide.yaml", "--quiet", *arguments], cwd=folder, text=True,
                          capture_output=True)
    if done.returncode != expect:
        sys.exit(f"not ok - interop: wide: {stage} ended with {done.returncode}: {done.stderr}")
    return done.stderr


def reals(value):
    """A list, or its bytes."""
    if isinstance(value, list):
        return numpy.array(value)
    array = numpy.frombuffer(base64.b64decode(value["float64"], validate=True), "<f8")
    return array if len(array) == value["n"] else None


def apart(a, b):
    return a is not None and len(a) == len(b) and float(numpy.max(numpy.abs(a - b) / numpy.maximum(1, numpy.abs(b)))) < 1e-9


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        random = numpy.random.default_rng(11)
        x = numpy.round(random.normal(size=(ROWS, COLUMNS)) * 3 + 1, 4)
        y = numpy.round(x[:, 7] - 2 * x[:, 4400] + random.normal(size=ROWS) / 9, 4)
        header = ",".join([f"x{i}" for i in range(COLUMNS)] + ["y"])
        numpy.savetxt(os.path.join(folder, "wide.csv"), numpy.column_stack([x, y]), "%.4f", ",", header=header, comments="")
        with open(os.path.join(folder, "wide.yaml"), "w") as f:
            f.write(PIPELINE)
        for stage in ("ingest", "clean", "features", "train", "evaluate", "register", "predict", "report"):
            run(binary, stage, folder)
        path = os.path.join(folder, "artifacts/wide/model.json")
        with open(path) as f:
            text = f.read()
        scale, select, ridge = (next(iter(step.values())) for step in json.loads(text)["steps"])
        train, _ = train_test_split(numpy.arange(ROWS), test_size=0.2, random_state=42)
        columns = x[train]
        score, _ = f_regression((columns - columns.mean(0)) / columns.std(0), y[train])
        check("wide: means and scales are packed", isinstance(scale["mean"], dict) and isinstance(scale["scale"], dict))
        check("wide: the few coefficients are a list", isinstance(ridge["coefficients"], list))
        check("wide: means are numpy's", apart(reals(scale["mean"]), columns.mean(0)))
        check("wide: scales are numpy's", apart(reals(scale["scale"]), columns.std(0)))
        check("wide: scores are scikit-learn's", apart(reals(select["scores"]), score))
        with open(os.path.join(folder, "reports/wide/report.html")) as f:
            report = f.read()
        best = [f"x{i}" for i in numpy.argsort(-score)[:5]]
        check("wide: the report has the best scores", all(f">{name}<" in report for name in best), best)
        at = text.index('"float64": "') + 99
        with open(path, "w") as f:
            f.write(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:])
        check("wide: another letter is damage", "checksum" in run(binary, "evaluate", folder, 1))
    return failed


sys.exit(main())
