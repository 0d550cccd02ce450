"""The random forest beside scikit-learn's, both on all processors: part of tests/bench/run --forest.

Friedman's function of 100,000 rows and 20 columns, of numbers and of three classes, 100 trees: seconds to fit and
the error on 20,000 other rows; and the load of 500 trees of 1,000 nodes.
"""

import json
import os
import subprocess
import sys
import time

import numpy as np
from sklearn import datasets
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

ROWS, OTHERS, COLUMNS, TREES = 100_000, 20_000, 20, 100


def ours(probe, x, y, other, classes, threads):
    size = np.array([len(x), COLUMNS, len(other)], dtype="<u8").tobytes()
    data = size + b"".join(np.asfortranarray(a, dtype="<f8").tobytes("F") for a in (x, y, other))
    ran = subprocess.run([probe, json.dumps([{"random_forest": {"n_estimators": TREES}}]), str(classes), str(threads), "1"],
                         input=data, capture_output=True, check=True)
    told = {name: float(value) for name, value in (line.split() for line in ran.stderr.decode().splitlines())}
    return np.frombuffer(ran.stdout).reshape(-1, len(other)), told["fit_s"], told["predict_s"]


def main(probe, trees, file, rows=ROWS):
    threads = len(os.sched_getaffinity(0))
    x, y = datasets.make_friedman1(rows + OTHERS, n_features=COLUMNS, noise=1, random_state=1)
    high = np.digitize(y, np.quantile(y, [0.3, 0.6]))
    for name, target, classes, peer in (("rmse", y, 0, RandomForestRegressor), ("wrong", high, 3, RandomForestClassifier)):
        p, fit, predict = ours(probe, x[:rows], target[:rows], x[rows:], classes, threads)
        begin = time.perf_counter()
        model = peer(TREES, n_jobs=threads, random_state=1).fit(x[:rows], target[:rows])
        theirs = time.perf_counter() - begin
        begin = time.perf_counter()
        q = model.predict(x[rows:])
        their_predict = time.perf_counter() - begin
        truth = target[rows:]
        error = ((p[0] - truth) ** 2).mean() ** 0.5 if classes == 0 else (p.argmax(axis=0) != truth).mean()
        their_error = ((q - truth) ** 2).mean() ** 0.5 if classes == 0 else (q != truth).mean()
        print(f"{rows:,} x {COLUMNS}, {TREES} trees, {threads} threads: fit {fit:.2f} s, scikit-learn {theirs:.2f} s, "
              f"{theirs / fit:.1f} x; predict {predict:.3f} s, {their_predict:.3f} s; "
              f"{name} {error:.4f}, {their_error:.4f}", flush=True)
    for classes in "0", "3":
        said = subprocess.run([trees, file, classes],
                              capture_output=True, check=True, text=True).stdout.split("\n")
        print(f"load of 500 trees, {'numbers' if classes == '0' else 'three classes'}: {said[1]}, {said[0]}: {float(said[2]) * 1000:.1f} ms")


if __name__ == "__main__":
    main(*sys.argv[1:4], *map(int, sys.argv[4:]))
