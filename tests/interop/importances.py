"""importances.json against scikit-learn's permutation_importance on the same held-out rows.

    importances.py BIN     the folder of the executables

A ridge on the diabetes set (scikit-learn's), fitted by both; the shuffles differ, so means are compared to within the error of a
mean of so many of them.  Prints `ok - …` or `not ok - …`.
"""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import pandas as pd
from sklearn.datasets import load_diabetes
from sklearn.inspection import permutation_importance
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

BIN = sys.argv[1]
FILE = """
target: target
seed: 3
ingest: {sources: [{name: x, path: x.csv, columns: [{match: "*"}]}]}
split: {method: shuffled, test: 0.3}
train: {folds: 3, score: SCORE, steps: [{ridge: {alpha: 0.01}}]}
"""


def ours(folder, table, score):
    table.to_csv(folder / "x.csv", index=False)
    (folder / "p.yaml").write_text(FILE.replace("SCORE", score))
    for stage in ["ingest", "clean", "features", "train", "evaluate"]:
        subprocess.run([f"{BIN}/{stage}", "p.yaml", "--quiet"], cwd=folder, check=True)
    return json.loads((folder / "artifacts/p/importances.json").read_text())


def theirs(table, scoring):
    train, test = train_test_split(table, test_size=0.3, random_state=3)
    model = Ridge(alpha=0.01).fit(train.drop(columns="target"), train["target"])
    found = permutation_importance(model, test.drop(columns="target"), test["target"], scoring=scoring, n_repeats=200, random_state=1)
    return dict(zip(table.columns, zip(found["importances_mean"], found["importances_std"]))), len(test)


table = load_diabetes(as_frame=True).frame
worst, bad = 0, []
for score, scoring in [("r2", "r2"), ("rmse", "neg_root_mean_squared_error"), ("mae", "neg_mean_absolute_error")]:
    with tempfile.TemporaryDirectory() as folder:
        found = ours(pathlib.Path(folder), table, score)
    expected, rows = theirs(table, scoring)
    means = [f["mean"] for f in found["features"]]
    if found["rows"] != rows or found["repeats"] != 5 or means != sorted(means, reverse=True):
        bad.append(f"{score}: {found['rows']} rows, {found['repeats']} times, {means}")
    for f in found["features"]:
        mean, std = expected[f["name"]]
        off = abs(f["mean"] - mean) / (std * math.sqrt(1 / 5 + 1 / 200) + 1e-12)
        worst = max(worst, off)
        if off > 5:
            bad.append(f"{score} {f['name']}: {f['mean']}, scikit-learn {mean} ± {std}")
print("\n".join(bad))
print(f"{'not ok' if bad else 'ok'} - interop: importances are scikit-learn's to within {worst:.1f} standard errors")
sys.exit(bool(bad))
