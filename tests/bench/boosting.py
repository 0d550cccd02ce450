#!/usr/bin/env python3
"""gradient_boosting beside LightGBM with the same settings: time and error.

    tests/bench/boosting.py [ROWS [THREADS [RUNS]]]      100000 1,2 3

Sets of ROWS rows and 20 columns: a Friedman-type regression, two classes and four classes by the same formula; the
settings are LightGBM's defaults with 100 rounds.  Each side's time is the least of RUNS turns, taken one after the
other: from a matrix in memory to the model, bins and all; in brackets that of all processors.  The error is of as many other rows: root mean square,
log loss.  Needs `make interop-drivers` and what `./setup test` installs.
"""

import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PYTHON = os.path.join(ROOT, ".venv", "bin", "python")
if os.path.exists(PYTHON) and sys.prefix == sys.base_prefix:
    os.execv(PYTHON, [PYTHON, *sys.argv])

import lightgbm  # noqa: E402
import numpy as np  # noqa: E402

PROBE = os.path.join(ROOT, "build", "release", "tests", "interop", "boosting_probe")
ROUNDS = 100
SETS = {"regression": ("regression", 0, "regression"), "two classes": ("classes", 2, "binary"),
        "four classes": ("classes", 4, "multiclass")}


def draw(name, n):
    rng = np.random.default_rng(5)
    x = rng.uniform(size=(n, 20))
    f = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
    if name == "regression":
        return x, f + rng.normal(size=n)
    if name == "two classes":
        return x, (rng.uniform(size=n) < 1 / (1 + np.exp((14 - f) / 2))).astype(float)
    return x, np.digitize(f + 2 * rng.normal(size=n), [11, 14, 17]).astype(float)


def write_table(path, x, y):
    with open(path, "wb") as f:
        np.array(x.shape, dtype="<u8").tofile(f)
        np.ascontiguousarray(x.T).tofile(f)
        y.tofile(f)


def ours(folder, task, classes, threads, rows):
    paths = [os.path.join(folder, name) for name in ("train", "test", "answers")]
    out = subprocess.run([PROBE, task, str(classes), str(threads), *paths, f"max_iter={ROUNDS}"], check=True,
                         capture_output=True, text=True).stdout
    return *map(float, out.split()), np.fromfile(paths[2]).reshape(-1, rows)


def theirs(objective, classes, threads, train, x_test):
    params = {"objective": objective, "num_threads": threads, "verbose": -1}
    params |= {"num_class": classes} if classes > 2 else {}
    begin, used = time.perf_counter(), time.process_time()
    model = lightgbm.train(params, lightgbm.Dataset(*train, params=params), ROUNDS)
    seconds, used = time.perf_counter() - begin, time.process_time() - used
    said = model.predict(x_test)
    return seconds, used, np.vstack([1 - said, said]) if classes == 2 else said.T if classes else said[None]


def error(classes, y, p):
    if classes:
        return -np.mean(np.log(p[y.astype(int), np.arange(len(y))]))
    return np.sqrt(np.mean((y - p[0]) ** 2))


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
    threads = [int(t) for t in (sys.argv[2] if len(sys.argv) > 2 else "1,2").split(",")]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    print(f"{'':14} {'threads':>7} {'ours':>17} {'LightGBM':>17} {'ratio':>11} {'error':>9} {'LightGBM':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for name, (task, classes, objective) in SETS.items():
            x, y = draw(name, 2 * rows)
            train = x[:rows], y[:rows]
            write_table(os.path.join(folder, "train"), *train)
            write_table(os.path.join(folder, "test"), x[rows:], y[rows:])
            for count in threads:
                a, b = [], []
                for _ in range(runs):
                    a.append(ours(folder, task, classes, count, rows))
                    b.append(theirs(objective, classes, count, train, x[rows:]))
                own, peer = ([min(r[k] for r in runs_of) for k in (0, 1)] for runs_of in (a, b))
                e, f = (error(classes, y[rows:], runs_of[0][2]) for runs_of in (a, b))
                print(f"{name:14} {count:7} {own[0]:7.3f} ({own[1]:6.3f}) {peer[0]:8.3f} ({peer[1]:6.3f})"
                      f" {own[0] / peer[0]:5.2f} {own[1] / peer[1]:5.2f} {e:9.5f} {f:10.5f}", flush=True)


if __name__ == "__main__":
    main()
