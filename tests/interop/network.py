"""Holds mlp against scikit-learn's MLPRegressor and MLPClassifier.

    python network.py NETWORK_PROBE [HOUSING_FOLDER | --times]

From the same first weights and with rows in the same order both go the same way: losses of every epoch and what is
predicted in the end agree to 1e-9, for both solvers, all activations, all three tasks and a sparse block.  Then each
draws its own: over 20 seeds the mean absolute error of housing prices (the real file where the folder is there, else
a table of that shape), and over three the accuracy on iris, digits and breast_cancer, must be no worse than theirs.
--times prints how long an epoch takes, both in turns.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import json
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array, issparse, random_array
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, make_friedman1
from sklearn.impute import KNNImputer
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

REGRESSION, CLASSES, LABELS = 0, 1, 2
SEEDS = 20
AS_THEY = {"scale_target": False, "tol": 0, "n_iter_no_change": 10**6}
failed = 0


def check(name, why):
    global failed
    failed |= bool(why)
    print(f"not ok - network: {name}: {why}" if why else f"ok - network: {name}")


def table(x):
    if not issparse(x):
        return np.asarray(x, float).T.tobytes()
    x = csr_array(x)
    return b"".join(np.asarray(v, float).tobytes() for v in (x.indptr, x.indices, x.data))


def question(task, x, y, rows, params, y_rows=None, first=0, seeds=1, seconds=0):
    y = np.asarray(y, float).reshape(len(y), -1)
    sparse = issparse(x)
    head = [task, *x.shape, 0, 0] if not sparse else [task, x.shape[0], 0, x.shape[1], x.nnz]
    head += [rows.shape[0], rows.nnz if sparse else 0, int(y.max()) + 1 if task == CLASSES else 0, y.shape[1]]
    head += [int(y_rows is not None), first, seeds, seconds]
    words = [f"{k}={','.join(map(str, v)) if isinstance(v, tuple) else str(v).lower()}" for k, v in params.items()]
    end = b"" if y_rows is None else np.asarray(y_rows, float).reshape(len(y_rows), -1).T.tobytes()
    return " ".join(map(str, head + words)).encode() + b"\n" + table(x) + y.T.tobytes() + table(rows) + end


def ask(probe, questions):
    done = subprocess.run([probe], input=b"".join(questions), capture_output=True)
    if done.returncode:
        sys.exit(done.stderr.decode())
    return [json.loads(line) for line in done.stdout.splitlines()]


def first_layers(drawn, p):
    """The weights that were drawn, as scikit-learn keeps them."""
    sizes, w = [p, *map(int, drawn["hidden"]), drawn["out"]], drawn["weights"]
    w = list(w if isinstance(w, list) else unpacked(w))
    if "columns" in drawn:
        own = drawn["sparse_weights"]
        w = list(own if isinstance(own, list) else unpacked(own)) + w
    for a, b in zip(sizes, sizes[1:]):
        yield np.array(w[: a * b]).reshape(a, b), np.array(w[a * b: a * b + b])
        w = w[a * b + b:]


def unpacked(v):
    import base64
    return np.frombuffer(base64.b64decode(v["float64"]))


def begun(kind, layers, **options):
    """An estimator that begins with these weights."""
    layers = list(layers)

    class Begun(kind):
        def _init_coef(self, fan_in, fan_out, dtype):
            return next((w.copy(), b.copy()) for w, b in layers if w.shape == (fan_in, fan_out))

    return Begun(shuffle=False, tol=0, n_iter_no_change=10**6, **options)


def same_way(probe):
    rng = np.random.default_rng(5)
    x, rows = rng.normal(size=(67, 5)), rng.normal(size=(9, 5))
    real = x[:, 0] * x[:, 1] + np.sin(x[:, 2])
    classes, labels = np.digitize(real, [-0.5, 0.5]), np.column_stack([real > 0, x[:, 3] > 0.2, x[:, 4] > x[:, 0]])
    block = random_array((67, 30), density=0.3, rng=rng, format="csr")
    cases = [
        ("adam, relu", REGRESSION, real, {"batch_size": 16}),
        ("sgd, tanh", REGRESSION, real, {"solver": "sgd", "activation": "tanh", "batch_size": 10}),
        ("sgd without looking ahead, identity", REGRESSION, real,
         {"solver": "sgd", "nesterovs_momentum": False, "momentum": 0.5, "activation": "identity", "batch_size": 67}),
        ("three classes, logistic", CLASSES, classes,
         {"activation": "logistic", "alpha": 0.5, "batch_size": 20, "learning_rate_init": 0.01}),
        ("three labels", LABELS, labels, {"batch_size": 13, "alpha": 0.1, "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-4}),
        ("a sparse block in one batch", LABELS, labels, {"batch_size": 67, "alpha": 0, "learning_rate_init": 0.01}),
        ("a sparse block, sgd", REGRESSION, real,
         {"batch_size": 8, "alpha": 0, "solver": "sgd", "momentum": 0, "learning_rate_init": 0.02}),
    ]
    for name, task, y, params in cases:
        a, b = (block, block[:9]) if "sparse" in name else (x, rows)
        shown = dict(params, hidden_layer_sizes=(7, 4), max_iter=40)
        ours = ask(probe, [question(task, a, y, b, dict(shown, **AS_THEY, shuffle=False))])[0]
        kind = MLPRegressor if task == REGRESSION else MLPClassifier
        model = begun(kind, first_layers(ours["first"], a.shape[1]), **shown).fit(a, y)
        theirs = model.predict(b)[None] if task == REGRESSION else model.predict_proba(b).T
        losses = np.array([e[0] for e in ours["epochs"]])
        gap = max(np.max(np.abs(losses - model.loss_curve_)), np.max(np.abs(np.array(ours["prediction"]) - theirs)))
        check(f"goes the same way: {name}", "" if gap < 1e-9 and len(losses) == 40 else f"{gap} apart")


def housing(folder):
    path = folder and Path(folder) / "HousingData.csv"
    if not path or not path.exists():
        print("skip - network: the real housing prices: there is no file")
        x, y = make_friedman1(506, 13, noise=2, random_state=3)
        return x, y + 8
    cells = np.genfromtxt(path, delimiter=",", skip_header=1, missing_values="NA")
    return cells[:, :-1], cells[:, -1]


def prices(probe, folder):
    x, y = housing(folder)
    a, b, y_a, y_b = train_test_split(x, y, test_size=0.15, random_state=42)
    if np.isnan(a).any():
        imputer = KNNImputer(n_neighbors=5).fit(a)
        a, b = imputer.transform(a), imputer.transform(b)
    scale = StandardScaler().fit(a)
    a, b = scale.transform(a), scale.transform(b)
    params = {"hidden_layer_sizes": (64, 32), "batch_size": 32, "max_iter": 40, "tol": 0, "n_iter_no_change": 10**6}
    settings = {"with dropout": {"dropout": "0.1,0"}, "without": {}, "the target as it is": {"scale_target": False}}
    ours = ask(probe, [question(REGRESSION, a, y_a, b, {**params, **s}, y_b, 1, SEEDS) for s in settings.values()])
    mae = [np.mean(np.abs(np.array(o["prediction"][0]) - y_b)) for o in ours]
    found = {s: np.mean(mae[i * SEEDS:][:SEEDS]) for i, s in enumerate(settings)}
    peer = np.mean([np.mean(np.abs(MLPRegressor(**params, random_state=s).fit(a, y_a).predict(b) - y_b)) for s in range(SEEDS)])
    said = ", ".join(f"{s} {v:.3f}" for s, v in found.items()) + f", scikit-learn {peer:.3f}; {SEEDS} seeds"
    check(f"mean absolute error of prices: {said}", "" if found["with dropout"] <= 1.03 * peer else "more than 3 % worse")
    told = ours[0]["epochs"]
    why = "" if len(told) == 40 and abs(told[-1][3] - mae[0]) < 1e-9 else f"{len(told)} rows, the last {told[-1]}"
    check("a row of figures an epoch, with the check's error", why)


def accuracy(probe):
    for load in (load_iris, load_digits, load_breast_cancer):
        x, y = load(return_X_y=True)
        a, b, y_a, y_b = train_test_split(x, y, test_size=0.3, random_state=1, stratify=y)
        scale = StandardScaler().fit(a)
        a, b = scale.transform(a), scale.transform(b)
        params = {"hidden_layer_sizes": (32,), "max_iter": 100, "batch_size": 32, "learning_rate_init": 0.005}
        ours = ask(probe, [question(CLASSES, a, y_a, b, params, None, 1, 3)])
        found = np.mean([np.mean(np.argmax(o["prediction"], axis=0) == y_b) for o in ours])
        peer = np.mean([MLPClassifier(**params, random_state=s).fit(a, y_a).score(b, y_b) for s in range(3)])
        off = max(abs(np.sum(o["prediction"], axis=0) - 1).max() for o in ours)
        borne = max(0.01, 1 / len(y_b))  # a row of the 45 of iris
        why = "" if found >= peer - borne and off < 1e-12 else f"worse, or sums of probabilities are off by {off:.1g}"
        check(f"accuracy on {load.__name__[5:]}: {found:.4f}, scikit-learn {peer:.4f}", why)


def times(probe):
    """Milliseconds of the processor an epoch, the least of some fits; the sparse block once, since theirs takes long."""
    rng = np.random.default_rng(0)
    words = random_array((4000, 65536), density=0.0013, rng=rng, format="csr")
    cases = [("354 x 13, 64-32, 32 rows a batch, adam", 5, rng.normal(size=(354, 13)), (64, 32), 32, 20, {}),
             ("the same with dropout", 5, rng.normal(size=(354, 13)), (64, 32), 32, 20, {"dropout": "0.1,0"}),
             ("100,000 x 20, 64-32, 200 rows a batch, adam", 5, rng.normal(size=(100_000, 20)), (64, 32), 200, 2, {}),
             ("the same with tanh", 5, rng.normal(size=(100_000, 20)), (64, 32), 200, 2, {"activation": "tanh"}),
             ("10,000 x 500, 512, 200 rows a batch, adam", 3, rng.normal(size=(10_000, 500)), (512,), 200, 1, {}),
             ("4,000 x 65,536 sparse, 85 a row, 32, 32 rows a batch, sgd", 1, words, (32,), 32, 1, {"solver": "sgd"})]
    for name, fits, x, hidden, batch, epochs, more in cases:
        y = np.sin(x[:, [0]].toarray().ravel() if issparse(x) else x[:, 0])
        params = {"hidden_layer_sizes": hidden, "batch_size": batch, "max_iter": epochs, "learning_rate_init": 1e-4}
        theirs = {k: v for k, v in more.items() if k != "dropout"}
        ours = peer = np.inf
        for _ in range(fits):
            q = question(REGRESSION, x, y, x[:2], {**params, **more, **AS_THEY}, seconds=1)
            ours = min(ours, ask(probe, [q])[0]["seconds"])
            model, begin = MLPRegressor(**params, **theirs, tol=0, n_iter_no_change=10**6), time.process_time()
            model.fit(x, y)
            peer = min(peer, time.process_time() - begin)
        print(f"{name}: {1e3 * ours / epochs:.2f} ms, scikit-learn {1e3 * peer / epochs:.2f} ms, {peer / ours:.1f}")


def main():
    warnings.simplefilter("ignore")
    probe, folder = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    if folder == "--times":
        return times(probe)
    same_way(probe)
    prices(probe, folder)
    accuracy(probe)
    return failed


sys.exit(main())
