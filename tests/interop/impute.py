"""Holds the steps that fill empty cells and code texts against scikit-learn's.

    python impute.py IMPUTE_PROBE [HOUSING_FOLDER]

KNNImputer on random tables with random holes, on rows that were learnt from and on others, with both weights and
several numbers of neighbours and threads; on the real housing file with its 120 holes, where the folder is there.
SimpleImputer with all strategies and indicators; OneHotEncoder with rare, unknown and missing levels, dropped columns,
as columns and as a sparse block.
Weighted means are compared with distances taken difference by difference: scikit-learn's own take a short cut by
dot products, which loses digits that the inverse of a small distance shows.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.preprocessing import OneHotEncoder

CASES = 60
failed = 0


def check(name, why):
    global failed
    failed |= bool(why)
    print(f"not ok - impute: {name}: {why}" if why else f"ok - impute: {name}")


def question(step, options, fit, rows, threads=1):
    """Tables are lists of columns: of floats, or of texts and None."""
    numbers = [c for c in range(len(fit)) if not isinstance(fit[c][0], (str, type(None)))]
    texts = [c for c in range(len(fit)) if c not in numbers]
    words = [step, threads, len(options), *[w for pair in options.items() for w in pair]]
    words += [len(fit[0]), len(rows[0]), len(numbers), len(texts)]
    for table in (fit, rows):
        for i in range(len(table[0])):
            words += [repr(float(table[c][i])) for c in numbers] + [table[c][i] or "-" for c in texts]
    return " ".join(map(str, words))


def ask(probe, questions):
    """The tables that come back, or the words of a refusal."""
    lines = iter(subprocess.run([probe], input="\n".join(questions), capture_output=True, text=True,
                                check=True).stdout.splitlines())
    answers = []
    for q in questions:
        first = next(lines)
        if first.startswith("refused"):
            answers.append(first)
            continue
        words = q.split()
        n = int(words[3 + 2 * int(words[2]) + 1])
        answers.append(np.array([[float(w) for w in next(lines).split()] for _ in range(n)]).reshape(n, int(first)))
    return answers


def apart(found, wanted):
    """The largest difference, relative above 1."""
    if isinstance(found, str):
        return found
    if found.shape != wanted.shape:
        return f"{found.shape} and not {wanted.shape}"
    return float(np.max(np.abs(found - wanted) / np.maximum(1, np.abs(wanted))))


def too_far(found, wanted, tolerance=1e-12):
    gap = apart(found, wanted)
    return "" if not isinstance(gap, str) and gap <= tolerance else f"{gap} apart"


def distance(a, b, missing_values=np.nan):
    both = ~(np.isnan(a) | np.isnan(b))
    return np.sqrt(len(a) / both.sum() * ((a - b)[both] ** 2).sum()) if both.any() else np.nan


def peer(k, weights):
    return KNNImputer(n_neighbors=k, weights=weights, metric=distance if weights == "distance" else "nan_euclidean")


def draw(rng, n, p, holes):
    x = rng.normal(size=(n, p)) * rng.choice([1, 10, 300], size=p)
    if rng.random() < 0.3:
        x[n // 2] = x[0]  # a distance of 0
    x[rng.random(x.shape) < holes] = np.nan
    for c in range(p):
        x[rng.integers(n), c] = rng.normal()  # no equal distances: of these scikit-learn takes any
    return x


def random_tables(probe):
    rng = np.random.default_rng(7)
    questions, wanted = [], []
    for _ in range(CASES):
        n, p = int(rng.choice([6, 30, 90])), int(rng.choice([2, 5, 12]))
        holes = rng.choice([0.05, 0.4, 0.8])
        fit, rows = draw(rng, n, p, holes), draw(rng, 20, p, holes)
        k, weights, threads = int(rng.choice([1, 2, 5, 40])), str(rng.choice(["uniform", "distance"])), int(rng.integers(1, 4))
        imputer = peer(k, weights).fit(fit)
        for table in (fit, rows):
            questions.append(question("impute_knn", {"n_neighbors": k, "weights": weights}, fit.T, table.T, threads))
            wanted.append(imputer.transform(table))
    wrong = [why for found, table in zip(ask(probe, questions), wanted) if (why := too_far(found, table))]
    check(f"{len(wanted)} random tables as KNNImputer", "; ".join(wrong[:3]))


def real_file(probe, folder):
    read = lambda name: np.genfromtxt(folder / name, delimiter=",", skip_header=1, missing_values="NA")[:, :13]
    holed, whole = read("HousingData.csv"), read("boston.csv")
    assert np.isnan(holed).sum() == 120
    questions, wanted = [], []
    for k in (1, 5, 50):
        for weights in ("uniform", "distance"):
            questions.append(question("impute_knn", {"n_neighbors": k, "weights": weights}, holed.T, holed.T, 2))
            wanted.append(peer(k, weights).fit_transform(holed))
    found = ask(probe, questions)
    check("the real file of house prices as KNNImputer",
          "; ".join(why for f, w in zip(found, wanted) if (why := too_far(f, w))))
    holes = np.isnan(holed)
    means = np.where(holes, np.nanmean(holed, axis=0), holed)
    error = lambda x: np.mean((np.abs(x - whole) / whole.std(axis=0))[holes])
    check(f"and nearer the true cells than means are ({error(found[2]):.3f} and {error(means):.3f} deviations)",
          "" if error(found[2]) < error(means) else "it is not")


def figures(probe):
    rng = np.random.default_rng(11)
    questions, wanted = [], []
    for _ in range(CASES):
        n, p = int(rng.choice([5, 40, 201])), int(rng.choice([1, 4]))
        fit, rows = (np.round(draw(rng, n, p, rng.choice([0, 0.3, 0.7])), 1) for _ in range(2))
        strategy, indicator = str(rng.choice(["mean", "median", "most_frequent", "constant"])), bool(rng.random() < 0.5)
        options = {"strategy": strategy, "add_indicator": str(indicator).lower()}
        if strategy == "constant":
            options["fill_value"] = -7.5
        imputer = SimpleImputer(strategy=strategy, add_indicator=indicator, fill_value=options.get("fill_value")).fit(fit)
        questions.append(question("impute", options, fit.T, rows.T))
        wanted.append(imputer.transform(rows))
    wrong = [why for found, table in zip(ask(probe, questions), wanted) if (why := too_far(found, table))]
    check(f"{len(wanted)} random tables as SimpleImputer", "; ".join(wrong[:3]))


def draw_texts(rng, n, levels):
    share = rng.random(len(levels)) ** 3 + 0.01
    return np.array([levels[i] for i in rng.choice(len(levels), n, p=share / share.sum())], dtype=object)


def texts(probe):
    rng = np.random.default_rng(13)
    questions, wanted = [], []
    for _ in range(4 * CASES):
        n, p = int(rng.choice([6, 50, 300])), int(rng.choice([1, 3]))
        levels = [["b", "a", "\u00e9", "Z", "10", "9", None, "aa"][: int(rng.integers(2, 9))] for _ in range(p)]
        fit = np.column_stack([draw_texts(rng, n, names) for names in levels])
        rows = np.column_stack([draw_texts(rng, 30, names + ["new"]) for names in levels])
        unknown, drop = str(rng.choice(["ignore", "infrequent_if_exist", "error"])), str(rng.choice(["none", "first", "if_binary"]))
        options = {"handle_unknown": unknown, "drop": drop, "sparse_output": str(bool(rng.random() < 0.5)).lower()}
        more = {}
        if rng.random() < 0.5:
            options["min_frequency"] = more["min_frequency"] = [2, 5, 0.1, 0.3][rng.integers(4)]
        if rng.random() < 0.5:
            options["max_categories"] = more["max_categories"] = int(rng.integers(1, 6))
        encoder = OneHotEncoder(handle_unknown=unknown, drop=None if drop == "none" else drop, sparse_output=False, **more)
        encoder.fit(fit)
        questions.append(question("one_hot", options, list(fit.T), list(rows.T)))
        try:
            none_left = len(encoder.get_feature_names_out()) == 0
            wanted.append("each text has one level only" if none_left else encoder.transform(rows))
        except ValueError:
            wanted.append("is no level that was learnt")
    wrong = []
    for found, table in zip(ask(probe, questions), wanted):
        if not isinstance(table, str):
            wrong += [why] if (why := too_far(found, table)) else []
        elif not isinstance(found, str) or table not in found:
            wrong.append(f"{found}, not refused")
    refused = sum(isinstance(table, str) for table in wanted)
    check(f"{len(wanted)} random tables of texts as OneHotEncoder, {refused} of them refused", "; ".join(wrong[:3]))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    random_tables(sys.argv[1])
    figures(sys.argv[1])
    texts(sys.argv[1])
    if len(sys.argv) > 2 and Path(sys.argv[2], "HousingData.csv").exists():
        real_file(sys.argv[1], Path(sys.argv[2]))
    else:
        print("skip - impute: the real file of house prices: it is not here")
    sys.exit(failed)
