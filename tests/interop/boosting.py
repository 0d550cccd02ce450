"""Holds gradient_boosting against LightGBM with the same settings, and its threads against each other.

    python boosting.py BOOSTING_PROBE

Sets: a Friedman-type regression, the same with missing cells, its 0.9 quantile, two classes by chance, the ten
digits of scikit-learn, and a regression by parts of the rows and columns.  The error is the mean over seeds or
splits, of rows that neither learnt from; at most 1 % above LightGBM's is allowed.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import os
import subprocess
import sys
import tempfile
import warnings

import lightgbm
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

warnings.filterwarnings("ignore", message="X does not have valid feature names")
ALLOWED = 0.01
SETTINGS = {"max_iter": 100, "learning_rate": 0.1, "max_leaf_nodes": 15, "min_samples_leaf": 20,
            "l2_regularization": 1.0, "max_bins": 255}
THEIRS = {"max_iter": "num_iterations", "max_leaf_nodes": "num_leaves", "min_samples_leaf": "min_data_in_leaf",
          "l2_regularization": "lambda_l2", "max_bins": "max_bin", "max_features": "feature_fraction_bynode",
          "subsample": "bagging_fraction", "quantile": "alpha"}


def friedman(rng, n, noise=1.0):
    """Friedman 1991, with ten columns that say nothing."""
    x = rng.uniform(size=(n, 15))
    y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
    return x, y + noise * rng.normal(size=n)


def with_gaps(rng, n):
    """The larger a cell the likelier it is missing, so that its being so tells something."""
    x, y = friedman(rng, n)
    x[rng.uniform(size=x.shape) < 0.4 * x] = np.nan
    return x, y


def two_classes(rng, n):
    x, y = friedman(rng, n, 0)
    return x, (rng.uniform(size=n) < 1 / (1 + np.exp((14 - y) / 2))).astype(float)


def rmse(y, p):
    return np.sqrt(np.mean((y - p[0]) ** 2))


def pinball(y, p):
    return np.mean(np.maximum(0.9 * (y - p[0]), -0.1 * (y - p[0])))


def log_loss(y, p):
    return -np.mean(np.log(p[y.astype(int), np.arange(len(y))]))


def write_table(path, x, y):
    with open(path, "wb") as f:
        np.array(x.shape, dtype="<u8").tofile(f)
        np.ascontiguousarray(x.T).tofile(f)
        y.astype(float).tofile(f)


def ours(probe, folder, task, classes, threads, train, test, settings):
    paths = [os.path.join(folder, name) for name in ("train", "test", "answers")]
    write_table(paths[0], *train)
    write_table(paths[1], *test)
    subprocess.run([probe, task, str(classes), str(threads), *paths] + [f"{k}={v}" for k, v in settings.items()],
                   check=True, stdout=subprocess.DEVNULL)
    return np.fromfile(paths[2]).reshape(-1, len(test[1]))


def theirs(objective, classes, train, test, settings):
    params = {THEIRS.get(k, k): v for k, v in settings.items() if k != "loss"}
    params |= {"objective": objective, "num_threads": 1, "verbose": -1, "seed": 1, "deterministic": True}
    params |= {"num_class": classes} if classes > 2 else {}
    params |= {"bagging_freq": 1} if "bagging_fraction" in params else {}
    said = lightgbm.train(params, lightgbm.Dataset(train[0], train[1])).predict(test[0])
    return np.vstack([1 - said, said]) if classes == 2 else said.T if classes else said[None]


def splits_of(draw, n, count):
    for seed in range(count):
        rng = np.random.default_rng(seed)
        x, y = draw(rng, 2 * n)
        yield (x[:n], y[:n]), (x[n:], y[n:])


def splits_of_digits(count):
    x, y = load_digits(return_X_y=True)
    for seed in range(count):
        x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=seed, stratify=y)
        yield (x_train, y_train), (x_test, y_test)


CASES = [
    ("a regression", "regression", 0, "regression", rmse, lambda: splits_of(friedman, 3000, 4), {}),
    ("missing cells", "regression", 0, "regression", rmse, lambda: splits_of(with_gaps, 3000, 4), {}),
    ("parts of rows and columns", "regression", 0, "regression", rmse, lambda: splits_of(friedman, 3000, 4),
     {"subsample": 0.7, "max_features": 0.6}),
    ("a quantile", "regression", 0, "quantile", pinball, lambda: splits_of(friedman, 3000, 4),
     {"loss": "quantile", "quantile": 0.9}),
    ("two classes", "classes", 2, "binary", log_loss, lambda: splits_of(two_classes, 3000, 4), {}),
    ("ten classes", "classes", 10, "multiclass", log_loss, lambda: splits_of_digits(3),
     {"max_iter": 40, "max_leaf_nodes": 7}),
]


def main():
    failed = False
    probe = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        for name, task, classes, objective, error, splits, settings in CASES:
            settings = SETTINGS | settings
            own, peer, same = [], [], True
            for train, test in splits():
                said = ours(probe, folder, task, classes, 1, train, test, settings)
                if not own:
                    same = all(np.array_equal(said, ours(probe, folder, task, classes, t, train, test, settings))
                               for t in (2, 3))
                own.append(error(test[1], said))
                peer.append(error(test[1], theirs(objective, classes, train, test, settings)))
            above = np.mean(own) / np.mean(peer) - 1
            figures = f"{np.mean(own):.4f} against LightGBM's {np.mean(peer):.4f}, {100 * above:+.2f} %"
            if above > ALLOWED or not same:
                print(f"not ok - boosting: {name}: " + (figures if same else "other threads, other bits"))
                failed = True
            else:
                print(f"ok - boosting: {name}: {figures}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
