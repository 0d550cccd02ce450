"""Holds the milk_reference pipeline against pandas and scikit-learn.

    python milk_sklearn.py [--reference] DATA_FOLDER ARTIFACTS_FOLDER

Recomputes every figure from the CSV files of DATA_FOLDER and compares clean.arrow,
features.arrow, model.json, search.csv and metrics.json of ARTIFACTS_FOLDER with it.  With
--reference the published figures of the real files are compared as well.  Prints "ok NAME" or
"not ok NAME: why" a check; the exit status is 1 when one failed.

Mutual information is scikit-learn's own, with a generator whose noise is zero.  Scores that are
equal but for rounding count as equal (rounded to twelve decimals), so that ties fall the same
way.  Scores are held against two of scikit-learn's solvers: its default, Cholesky's, which is off
by up to 5e-7 itself at degree 7 (a cell may differ by the tolerance of its degree or by twice what
the two solvers differ by), and SVD, which squares no condition number and allows a closer look.
"""

import csv
import glob
import json
import os
import sys

import numpy as np
import pandas as pd
import pyarrow.feather
from sklearn.feature_selection import SelectKBest, mutual_info_regression
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import GridSearchCV, KFold, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

MONTHS = "Ene Feb Mar Abr May Jun Jul Ago Sep Oct Nov Dic".split()
IVCM = "Indice_de_ventas_comercio_real_no_durables_IVCM"
GRID = {
    "model__alpha": [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01],
    "poly__degree": [1, 2, 3, 5, 7],
    "selector__k": [3, 4, 5, 6, 7, 10],
}
# Relative to max(1, |score|), by degree, against the default solver and against SVD.
DEFAULT = {1: 1e-14, 2: 1e-10, 3: 1e-10, 5: 1e-8, 7: 4e-7}
ACCURATE = {1: 1e-14, 2: 1e-10, 3: 1e-10, 5: 1e-9, 7: 1e-8}
COLUMNS = ["ridge.alpha", "polynomial.degree", "select.k"]

failed = False


def check(name, fault):
    global failed
    failed = failed or bool(fault)
    print(f"not ok {name}: {fault}" if fault else f"ok {name}")


def apart(got, want, tolerance, scale=1.0):
    """What is wrong with got: the worst element, if it is off by more than tolerance."""
    got, want = np.asarray(got, float), np.asarray(want, float)
    if got.shape != want.shape:
        return f"{got.shape} figures instead of {want.shape}"
    off = np.abs(got - want) / np.maximum(scale, np.abs(want))
    if np.all(off <= tolerance):
        return None
    at = np.unravel_index(np.argmax(np.where(np.isnan(off), np.inf, off)), off.shape)
    return f"{got[at]!r} instead of {want[at]!r} at {tuple(map(int, at))}"


# The tables, by the recipe's words.


def read(folder, pattern):
    """The rows of all files, in name order, and of each which file it is from."""
    paths = sorted(glob.glob(os.path.join(folder, pattern)))
    if not paths:
        sys.exit(f"no file {pattern} in {folder}")
    tables = [pd.read_csv(p, dtype=str).assign(file=i) for i, p in enumerate(paths)]
    return pd.concat(tables, ignore_index=True)


def month_of(text):
    return pd.to_datetime(text.str[:10], format="%Y-%m-%d", errors="coerce")


def short_index(text):
    """An index number whose decimal point was lost, as the reference recipe restores it."""
    g0, g1 = (text.split(".") + [""])[:2]
    if g0.startswith("1"):
        return float(f"{g0}.{g1}") if len(g0) == 3 else float((g0 + g1)[:3] + "." + (g0 + g1)[3:])
    return float(f"{g0[:2]}.{g0[-1]}") if len(g0) == 3 else float((g0 + g1)[:2] + "." + (g0 + g1)[2:])


def clean_table(folder):
    rain = read(folder, "precipitaciones*.csv")
    regions = [c for c in rain if c not in ("date", "file")]
    rain["month"] = month_of(rain["date"])
    rain[regions] = rain[regions].map(float)

    bank = read(folder, "banco_central*.csv")
    pib = [c for c in bank if "PIB" in c]
    index = [c for c in bank if "Imacec" in c] + [IVCM]
    bank["month"] = month_of(bank["Periodo"])
    bank = bank[["file", "month"] + pib + index].dropna(subset=["month"])
    bank = bank.drop_duplicates(["file", "month"]).dropna()  # a later file may complete a month
    bank[pib] = bank[pib].map(lambda t: float(int(t.replace(".", ""))))
    bank[index] = bank[index].map(short_index)

    price = read(folder, "precio_leche*.csv")
    price["month"] = [
        pd.Timestamp(int(y), MONTHS.index(m) + 1, 1) for y, m in zip(price["Anio"], price["Mes"])
    ]
    price["Precio_leche"] = price["Precio_leche"].map(float)

    tables = [t.drop_duplicates("month") for t in (rain, bank, price)]
    joined = tables[0].merge(tables[1], on="month").merge(tables[2], on="month")
    columns = ["month"] + regions + pib + index + ["Precio_leche"]
    return joined.sort_values("month")[columns].reset_index(drop=True)


def feature_table(clean):
    values = clean.drop(columns="month")
    window = values.rolling(3, min_periods=1)
    blocks = {"mean": window.mean(), "std": window.std(), "last": values}
    table = pd.concat(
        [b.astype(float).shift(1).add_suffix(f" {n}") for n, b in blocks.items()], axis=1
    )
    table.insert(0, "month", clean["month"])
    table["target"] = values["Precio_leche"]
    return table.dropna().reset_index(drop=True)


def exact_windows(clean, months):
    """Each window by itself, in two passes: what no running sum can blur."""
    values = clean.drop(columns="month").to_numpy(float)
    at = {m: i for i, m in enumerate(clean["month"])}
    rows = []
    for m in months:
        w = values[max(0, at[m] - 3) : at[m]]
        rows.append(np.concatenate([w.mean(0), w.std(0, ddof=1), w[-1]]))
    return np.array(rows)


def check_tables(data, artifacts):
    clean = clean_table(data)
    got = pyarrow.feather.read_table(os.path.join(artifacts, "clean.arrow")).to_pandas()
    n, p = clean.shape
    check("clean.arrow: shape", None if got.shape == (n, p) else f"{got.shape}, not {(n, p)}")
    if got.shape != (n, p):
        return None
    same = (pd.to_datetime(got.iloc[:, 0]) == clean["month"]).all()
    check("clean.arrow: months", None if same and got.columns[0] == "month" else "other months")
    values = clean.drop(columns="month").to_numpy(float)
    check("clean.arrow: values, bit for bit", apart(got.iloc[:, 1:], values, 0))

    features = feature_table(clean)
    got = pyarrow.feather.read_table(os.path.join(artifacts, "features.arrow")).to_pandas()
    n, p = features.shape
    check("features.arrow: shape", None if got.shape == (n, p) else f"{got.shape}, not {(n, p)}")
    if got.shape != (n, p):
        return None
    months = pd.to_datetime(got.iloc[:, 0])
    check("features.arrow: months", None if (months == features["month"]).all() else "other months")
    check("features.arrow: target", apart(got.iloc[:, -1], features["target"], 0))
    x = got.iloc[:, 1:-1].to_numpy(float)
    w = (p - 2) // 3
    size = np.tile(np.abs(values).max(0), 3) + 1e-300
    want = features.iloc[:, 1:-1].to_numpy(float)
    # pandas' running variance leaves up to the root of an ulp where a window is constant.
    std, others = np.s_[:, w : 2 * w], np.r_[0:w, 2 * w : 3 * w]
    ours, theirs = x / size, want / size
    check("features.arrow: pandas' means", apart(ours[:, others], theirs[:, others], 4.2e-9))
    check("features.arrow: pandas' deviations", apart(ours[std], theirs[std], 1e-7))
    exact = exact_windows(clean, features["month"])
    check("features.arrow: each window by itself", apart(x / size, exact / size, 1e-14))
    check("features.arrow: last values, bit for bit", apart(x[:, 2 * w :], want[:, 2 * w :], 0))
    got = got.set_axis(["month"] + [f"x{j}" for j in range(p - 2)] + ["target"], axis=1)
    return got.assign(month=months.dt.strftime("%Y-%m"))


# The search.


class Quiet(np.random.RandomState):
    """A generator without noise."""

    def standard_normal(self, size=None):
        return np.zeros(size)


remembered = {}


def information(x, y):
    """Once a fold: it does not depend on what else the grid asks for."""
    key = (x.tobytes(), np.asarray(y).tobytes())
    if key not in remembered:
        remembered[key] = np.round(mutual_info_regression(x, y, random_state=Quiet(0)), 12)
    return remembered[key]


def grid_search(x, y, solver):
    steps = [
        ("scaler", StandardScaler()),
        ("selector", SelectKBest(information)),
        ("poly", PolynomialFeatures()),
        ("model", Ridge(solver=solver)),
    ]
    return GridSearchCV(Pipeline(steps), GRID, cv=KFold(3), scoring="r2").fit(x, y)


def scores_of(search):
    return np.array([search.cv_results_[f"split{f}_test_score"] for f in range(3)]).T


def check_scores(name, got, want, degrees, tolerance, slack):
    for degree in GRID["poly__degree"]:
        rows = degrees == degree
        off = np.abs(got[rows] - want[rows]) / np.maximum(1, np.abs(want[rows]))
        fine = np.all(off <= np.maximum(tolerance[degree], slack[rows]))
        fault = None if fine else f"off by {off.max():.1e}"
        check(f"search.csv: degree {degree}, {name} ({off.max():.1e})", fault)


def check_search(path, search, accurate):
    with open(path, newline="") as f:
        rows = list(csv.reader(f))
    header = COLUMNS + ["score_1", "score_2", "score_3", "score_mean", "rank"]
    check("search.csv: columns", None if rows[0] == header else f"{rows[0]}")
    got = np.array(rows[1:], float)
    params = search.cv_results_["params"]
    cells = np.array([[p["model__alpha"], p["poly__degree"], p["selector__k"]] for p in params])
    check("search.csv: cells and their order", apart(got[:, :3], cells, 0))
    if got.shape != (len(cells), 8):
        return
    want, exact = scores_of(search), scores_of(accurate)
    slack = 2 * np.abs(want - exact) / np.maximum(1, np.abs(exact))
    check_scores("default solver", got[:, 3:6], want, cells[:, 1], DEFAULT, slack)
    check_scores("SVD", got[:, 3:6], exact, cells[:, 1], ACCURATE, 0 * slack)
    check("search.csv: means", apart(got[:, 6], got[:, 3:6].mean(1), 1e-15))
    # Cells that only rounding tells apart may swap; every other pair stands as it does here.
    mean, rank = accurate.cv_results_["mean_test_score"], got[:, 7]
    better = mean[:, None] - mean[None, :] > 1e-8 * np.maximum(1, np.abs(mean[:, None]))
    wrong = np.argwhere(better & (rank[:, None] >= rank[None, :]))
    check("search.csv: ranks", f"cells {wrong[0]} stand wrong" if len(wrong) else None)


def check_model(model, x, search):
    best = {c: search.best_params_[k] for c, k in zip(COLUMNS, GRID)}
    same = model["search"]["best"] == best
    check("model.json: best cell", None if same else f"{model['search']['best']}, not {best}")
    if not same:
        return
    check("model.json: mean score", apart(model["search"]["score_mean"], search.best_score_, 1e-9))
    fitted = search.best_estimator_
    scale, select, _, ridge = (next(iter(s.values())) for s in model["steps"])
    check("model.json: means", apart(scale["mean"], fitted["scaler"].mean_, 1e-14))
    check("model.json: deviations", apart(scale["scale"], fitted["scaler"].scale_, 1e-14))
    kept = np.flatnonzero(fitted["selector"].get_support()).tolist()
    check("model.json: kept columns", None if select["kept"] == kept else f"not {kept}")
    check("model.json: their scores", apart(select["scores"], fitted["selector"].scores_, 1e-11))
    if best["polynomial.degree"] == 1:
        coefficients = fitted["model"].coef_
        check("model.json: coefficients", apart(ridge["coefficients"], coefficients, 1e-10))
        check("model.json: intercept", apart(ridge["intercept"], fitted["model"].intercept_, 1e-12))


def figures(y, prediction):
    return {
        "n": len(y),
        "rmse": mean_squared_error(y, prediction) ** 0.5,
        "mae": mean_absolute_error(y, prediction),
        "r2": r2_score(y, prediction),
    }


def check_metrics(metrics, parts, table, search):
    for name, months in parts.items():
        rows = table[table["month"].isin(months)].set_index("month").loc[months]
        want = figures(rows["target"], search.predict(rows.drop(columns="target")))
        got = [metrics[name][k] for k in want]
        check(f"metrics.json: {name}", apart(got, list(want.values()), 1e-9))


def check_reference(search, holdout, table):
    rows = table.set_index("month").loc[holdout]
    got = figures(rows["target"], search.predict(rows.drop(columns="target")))
    means = np.sort(search.cv_results_["mean_test_score"])
    best = {"model__alpha": 0.1, "poly__degree": 1, "selector__k": 7}
    check("published: best cell", None if search.best_params_ == best else search.best_params_)
    check("published: mean scores", apart(means[-2:], [0.906563783, 0.906749621], 1e-9))
    check("published: hold-out RMSE", apart(got["rmse"], 12.537951, 5e-8))
    check("published: hold-out R2", apart(got["r2"], 0.834629, 1e-6))
    check("published: hold-out MAE", apart(got["mae"], 8.387899, 5e-7))
    check("published: 74 rows", None if len(table) == 74 else f"{len(table)}")


def months_of(runs):
    """Runs of months, counted from the first of year 1."""
    ends = [run.split("-") for run in runs.split(",")]
    return {f"{m // 12 + 1:04}-{m % 12 + 1:02}" for a, b in ends for m in range(int(a), int(b) + 1)}


def main(data, artifacts, reference):
    table = check_tables(data, artifacts)
    if table is None:
        return
    with open(os.path.join(artifacts, "model.json")) as f:
        model = json.load(f)
    with open(os.path.join(artifacts, "metrics.json")) as f:
        metrics = json.load(f)

    # Months that arrived in later files are not part of the split.
    months = {part: months_of(model["rows"][part]["runs"]) for part in ("train", "holdout")}
    listed = months["train"] | months["holdout"]
    base = table[table["month"].isin(listed)]
    train, holdout = train_test_split(base, test_size=0.2, random_state=42)
    for name, part in (("train", train), ("holdout", holdout)):
        same = months[name] == set(part["month"])
        check(f"model.json: rows.{name}", None if same else "other months")

    x, y = train.drop(columns=["month", "target"]), train["target"]
    search = grid_search(x, y, "auto")
    check_search(os.path.join(artifacts, "search.csv"), search, grid_search(x, y, "svd"))
    check_model(model, x, search)
    parts = {"holdout": holdout["month"].tolist(), "training": train["month"].tolist()}
    if len(base) == len(table):
        parts["all"] = table["month"].tolist()
    check_metrics(metrics, parts, table, search)
    if reference:
        check_reference(search, holdout["month"].tolist(), table)


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--reference"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    main(*arguments, "--reference" in sys.argv)
    sys.exit(failed)
