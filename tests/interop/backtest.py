"""backtest.csv and backtest.json against pandas, NumPy, SciPy and scikit-learn.

    backtest.py BIN                      tables of its own: series and recipes, with groups
    backtest.py --published BIN DATA     the real files: figures that were published for the same origins

Figures are computed anew from the rows of the table, forecasts from the CSV file that the chain read.
Prints `ok - …` or `not ok - …`.
"""
import json
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import pandas as pd
from scipy import stats

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PUBLISHED = len(sys.argv) > 2
BIN = os.path.abspath(sys.argv[2 if PUBLISHED else 1])
NAIVE = ["naive", "seasonal_naive", "drift", "seasonal_drift", "window_average", "mean"]
failed = False
warnings.filterwarnings("ignore")


def check(name, good, why=""):
    global failed
    failed = failed or not good
    print(f"ok - backtest: {name}" if good else f"not ok - backtest: {name} {why}")


def close(name, found, wanted, tolerance=1e-9):
    found, wanted = np.asarray(found, float), np.asarray(wanted, float)
    same = found.shape == wanted.shape and np.allclose(found, wanted, rtol=tolerance, atol=tolerance, equal_nan=True)
    check(name, same, f"{found} is not {wanted}" if found.size < 9 else "")


def run(stage, *more):
    return subprocess.run([f"{BIN}/{stage}", *more, "--quiet"], stdout=subprocess.PIPE, text=True, check=True).stdout


def chain(yaml, out, *options, data=None, stages=("ingest", "clean", "features", "train", "evaluate")):
    for stage in stages:
        where = (["--data", data] if data else []) if stage == "ingest" else ["--in", out]
        known = options if stage in ("train", "evaluate") else []
        run(stage, yaml, *where, "--out", out, *known)
    with open(f"{out}/backtest.json") as f:
        return pd.read_csv(f"{out}/backtest.csv"), json.load(f)


def pipeline(name, text):
    with open(f"{name}.yaml", "w") as f:
        f.write("target: y\ntrack: false\ntime: {column: month, step: month}\n" + text)
    return f"{name}.yaml"


def source(name, columns):
    return f"""ingest:
  sources:
    - {{name: x, path: {name}.csv, time: {{column: month, format: "%Y-%m"}}, columns: [{columns}]}}
"""


def forecast(model, past, ahead, m=12):
    """One naive forecast for each of the steps ahead, from the values so far."""
    n, h = len(past), np.arange(1, ahead + 1)
    if model == "naive":
        return np.repeat(past[-1], ahead)
    if model == "mean":
        return np.repeat(past.mean(), ahead)
    if model == "window_average":
        return np.repeat(past[-3:].mean(), ahead) if n >= 3 else np.full(ahead, np.nan)
    if model == "drift":
        return past[-1] + h * (past[-1] - past[0]) / (n - 1) if n > 1 else np.full(ahead, np.nan)
    all_ = list(past)
    for _ in range(ahead):
        if model == "seasonal_naive":
            all_.append(all_[-m] if n >= m else np.nan)
        else:
            all_.append(all_[-1] + all_[-m] - all_[-m - 1] if n > m else np.nan)
    return np.array(all_[n:])


def figures(rows, column, scale):
    """What rows come to for one forecast; scale: mean absolute and squared naive errors of each row's past."""
    e, y = rows[column] - rows.actual, rows.actual
    return {
        "n": len(rows),
        "rmse": np.sqrt((e**2).mean()),
        "mae": e.abs().mean(),
        "r2": 1 - (e**2).sum() / ((y - y.mean()) ** 2).sum(),
        "bias": e.mean(),
        "mase": (e.abs() / scale.loc[rows.index, "abs"]).mean(),
        "rmsse": np.sqrt((e**2 / scale.loc[rows.index, "squared"]).mean()),
    }


def diebold_mariano(rows, column, h):
    """Over the origins, with the factor of Harvey, Leybourne and Newbold."""
    d = (rows.prediction - rows.actual) ** 2 - (rows[column] - rows.actual) ** 2
    d = d.groupby(rows.origin).mean().to_numpy()
    n, c = len(d), d - d.mean()
    g = [(c[k:] * c[: n - k]).sum() / n for k in range(h)]
    v = g[0] + 2 * sum(g[1:])
    if v <= 0:
        v = g[0] + 2 * sum((1 - k / h) * g[k] for k in range(1, h))
    s = d.mean() / np.sqrt(v / n) * np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    return s, 2 * stats.t.sf(abs(s), n - 1)


def same_part(name, part, rows, scale, gap):
    known = rows.dropna(subset=["prediction", "actual"])
    horizon = known.horizon.max() + gap
    wanted = figures(known, "prediction", scale)
    close(f"{name}: figures", [part[k] for k in wanted], list(wanted.values()))
    for b in NAIVE:
        both, told = known.dropna(subset=[b]), part["baselines"][b]
        if len(both) < 3:
            continue
        own, other = figures(both, "prediction", scale), figures(both, b, scale)
        close(f"{name}: {b}", [told[k] for k in other], list(other.values()))
        close(f"{name}: skill against {b}", told["skill"], 1 - own["rmse"] / other["rmse"])
        if np.allclose(both[b], both.prediction):
            continue
        s, p = diebold_mariano(both, b, horizon)
        close(f"{name}: test against {b}", [told["statistic"], told["p"]], [s, p], 1e-5)
    band = known.dropna(subset=["lower"])
    if part["bands"]:
        y, w = band.actual, band.upper - band.lower
        score = w + 20 * ((band.lower - y).clip(lower=0) + (y - band.upper).clip(lower=0))
        inside = ((y >= band.lower) & (y <= band.upper)).mean()
        close(f"{name}: bands", [part["bands"][k] for k in ("n", "coverage", "width", "score")], [len(band), inside, w.mean(), score.mean()])


def histories(frame, group):
    return {g: f.set_index("month").y for g, f in frame.groupby(group)} if group else {None: frame.set_index("month").y}


def scales(table, history, group, m=12):
    rows = []
    for r in table.itertuples(index=False):
        past = history[getattr(r, group) if group else None].loc[: r.origin].to_numpy()
        d = past[m:] - past[:-m] if len(past) > m else past[1:] - past[:-1]
        rows.append((np.abs(d).mean(), (d**2).mean()))
    return pd.DataFrame(rows, columns=["abs", "squared"], index=table.index)


def same_naive(name, table, history, group, gap):
    for b in NAIVE:
        wanted = []
        for r in table.itertuples(index=False):
            past = history[getattr(r, group) if group else None].loc[: r.origin].to_numpy()
            wanted.append(forecast(b, past, gap + r.horizon)[-1])
        close(f"{name}: forecasts of {b}", table[b], wanted)


def same_figures(name, table, told, history, group=None, gap=0):
    scale = scales(table, history, group)
    check(f"{name}: rows", told["rows"] == len(table) == len(table.drop_duplicates([c for c in (group, "origin", "horizon") if c])))
    same_part(f"{name}, all", told["all"], table, scale, gap)
    for part in told["horizons"]:
        h = int(part["name"])
        same_part(f"{name}, horizon {h}", part, table[table.horizon == h], scale, gap)
    month, year = table.month.str[5:7].astype(int), table.month.str[:4]
    for part in told["seasons"][:2]:
        same_part(f"{name}, month {part['name']}", part, table[month == int(part["name"])], scale, gap)
    for part in told["years"][-2:]:
        same_part(f"{name}, {part['name']}", part, table[year == part["name"]], scale, gap)
    for part in told["spans"]:
        same_part(f"{name}, {part['name']}", part, table[(table.month >= "2011-03") & (table.month <= "2012-06")], scale, gap)


def months(n, first="2008-01"):
    return pd.period_range(first, periods=n, freq="M").strftime("%Y-%m")


def made(n, seed, first="2008-01"):
    r = np.random.default_rng(seed)
    y = 50 + np.cumsum(r.normal(0, 1, n)) + 5 * np.sin(np.arange(n) * np.pi / 6)
    return pd.DataFrame({"month": months(n, first), "y": np.round(y, 3)})


SPANS = "  spans: {some: [2011-03, 2012-06]}\n"


def series_with_groups():
    frame = pd.concat([made(60, 1).assign(item="a"), made(66, 2).assign(item="b"), made(40, 3, "2010-03").assign(item="c")])
    frame.to_csv("groups.csv", index=False)
    text = "group: item\n" + source("groups", "{match: item, kind: text}, {match: y}")
    text += "train: {folds: 2, score: mae, series: [naive]}\n"
    text += "evaluate:\n  backtest: {first: 2010-12, horizon: 3, gap: 1}\n" + SPANS
    table, told = chain(pipeline("groups", text), "groups", data=".")
    history = histories(frame, "item")
    same_naive("groups", table, history, "item", 1)
    close("groups: the model's forecasts", table.prediction, table.naive)
    same_figures("groups", table, told, history, "item", 1)
    scale = scales(table, history, "item")
    mase = table.groupby("item").apply(lambda g: figures(g, "prediction", scale)["mase"])
    check("groups: the worst first", [w["name"] for w in told["groups"]["worst"]] == list(mase.sort_values(ascending=False).index))
    quantiles = told["groups"]["quantiles"]
    close("groups: quantiles", [q["mase"] for q in quantiles], np.quantile(mase, [q["share"] for q in quantiles]))


def contest_in_the_past():
    """At every fit the candidate with the best mean score over the blocks of what was known then."""
    frame = made(90, 7)
    noise = np.random.default_rng(8).normal(0, 4, 90)
    frame.y = np.round(np.where(np.arange(90) < 55, 50 + noise, 50 + np.cumsum(noise) / 2 + 9 * np.sin(np.arange(90) * np.pi / 6)), 3)
    frame.to_csv("past.csv", index=False)
    text = source("past", "{match: y}") + "train: {folds: 3, score: mae, series: [naive, seasonal_naive, seasonal_drift, mean]}\n"
    text += "evaluate: {backtest: {first: 2011-12, refit: 4}}\n"
    table, told = chain(pipeline("past", text), "past", data=".")
    y, names = frame.y.to_numpy(), ["naive", "seasonal_naive", "seasonal_drift", "mean"]
    wanted = []
    for i, r in enumerate(table.itertuples(index=False)):
        if i % 4 == 0:
            n = int(np.flatnonzero(frame.month == r.origin)[0]) + 1
            e = np.array([[abs(forecast(c, y[:o], 1)[0] - y[o]) for c in names] for o in range(max(13, (n + 1) // 2), n)])
            best = names[np.mean([b.mean(0) for b in np.array_split(e, 3)], axis=0).argmin()]
        wanted.append(getattr(r, best))
    close("a contest at each fit", table.prediction, wanted)
    check("a contest at each fit: not always the same wins", len({tuple(np.isclose(table.loc[i, names], table.prediction[i])) for i in table.index}) > 1)
    check("a contest at each fit: so many fits", told["plan"]["fits"] == (len(table) + 3) // 4, told["plan"])


def recipe_with_groups():
    """Ridge on three lags, its penalty searched anew at each fit over rows of both series in the order of time."""
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GridSearchCV, KFold

    frame = pd.concat([made(60, 4).assign(item="a"), made(50, 5, "2008-06").assign(item="b")])
    frame.to_csv("ridge.csv", index=False)
    text = "group: item\n" + source("ridge", "{match: item, kind: text}, {match: y}") + "features: [{lag: [2, 3, 13]}]\n"
    text += "train: {folds: 4, score: rmse, steps: [{ridge: {alpha: [0.01, 10, 1000]}}]}\n"
    text += "evaluate:\n  backtest: {first: 2010-06, horizon: 3, refit: 2, window: 20}\n" + SPANS
    table, told = chain(pipeline("ridge", text), "ridge", data=".")
    x = pd.concat([f.assign(**{f"l{k}": f.y.shift(k) for k in (2, 3, 13)}) for _, f in frame.groupby("item")]).dropna()
    x = x.sort_values(["month", "item"])
    number = {m: i for i, m in enumerate(months(80))}
    lags, wanted = ["l2", "l3", "l13"], {}
    origins = sorted(table.origin.unique())
    for i, origin in enumerate(origins):
        if i % 2 == 0:
            at = number[origin]
            known = x[[at - 20 < number[m] <= at for m in x.month]]
            grid = GridSearchCV(Ridge(), {"alpha": [0.01, 10, 1000]}, scoring="neg_root_mean_squared_error", cv=KFold(4))
            grid.fit(known[lags], known.y)
        for r in x.itertuples(index=False):
            if 1 <= number[r.month] - number[origin] <= 2:
                row = pd.DataFrame([[r.l2, r.l3, r.l13]], columns=lags)
                wanted[(r.item, origin, r.month)] = grid.predict(row)[0]
    found = {(r.item, r.origin, r.month): r.prediction for r in table.dropna(subset=["prediction"]).itertuples()}
    check("a recipe answers what it can know", found.keys() == wanted.keys(), set(found) ^ set(wanted))
    close("a recipe with groups", [found[k] for k in wanted if k in found], [wanted[k] for k in wanted if k in found], 1e-8)
    check("a recipe: horizons", told["plan"]["answered"] == 2 and told["horizons"][2]["n"] == 0, told["plan"])
    same_figures("a recipe", table, told, histories(frame, "item"), "item")


def published(data):
    """The page's table of the last 38 months, one month ahead, with a fit at each of them."""
    out, yaml = "published", os.path.join(ROOT, "pipeline", "milk_reference.yaml")
    first = ["--set", "evaluate.backtest={first: 2017-02, refit: 1}"]
    table, told = chain(yaml, out, *first, data=data)
    four = lambda part: (f"{part['rmse']:.4f}", f"{part['mae']:.4f}")
    check("published: 38 origins", told["plan"]["fits"] == len(table) == 38 and table.month.iloc[-1] == "2020-04")
    check("published: search repeated every month", four(told["all"]) == ("12.2366", "8.1637"), four(told["all"]))
    for name, wanted in {"naive": ("9.7773", "6.7634"), "seasonal_naive": ("23.1040", "17.9850"), "seasonal_drift": ("6.6627", "4.8868")}.items():
        found = four(told["all"]["baselines"][name])
        check(f"published: {name}", found == wanted, found)
    fixed = ["--set", "train.steps=[scale: {}, select: {by: mutual_information, k: 7}, polynomial: {degree: 1}, ridge: {alpha: 0.1}]"]
    _, told = chain(yaml, out, *first, *fixed, stages=["train", "evaluate"])
    check("published: the fixed cell", four(told["all"]) == ("11.5749", "7.7781"), four(told["all"]))


with tempfile.TemporaryDirectory() as folder:
    where = os.path.abspath(sys.argv[3]) if PUBLISHED else None
    os.chdir(folder)
    if PUBLISHED:
        published(where)
    else:
        series_with_groups()
        contest_in_the_past()
        recipe_with_groups()
sys.exit(1 if failed else 0)
