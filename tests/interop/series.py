"""Series models of many series at once against pandas' groupby and, more than one step ahead, against NumPy by the
formulas of R's forecast package (naive, snaive, rwf with drift, meanf).

    series.py PROBE     PROBE is series_probe.c, built

Series by chance, of different lengths, with missing values.  What repeats values must agree to the bit, what adds and
divides to 1e-12 of the largest value.  Prints `ok - …` or `not ok - …`.
"""
import io
import random
import subprocess
import sys

import numpy as np
import pandas as pd

PROBE, SEASON, HORIZON, WINDOW = sys.argv[1], 7, 9, 3
failed = False


def table(rng, groups, missing):
    parts = []
    for g in range(groups):
        n = rng.choice([1, 2, SEASON, SEASON + 1, rng.randint(10, 60)])
        y = np.round(np.cumsum([rng.gauss(0, 3) for _ in range(n)]) + 50, 2)
        y[[rng.random() < missing for _ in range(n)]] = np.nan
        parts.append(pd.DataFrame({"group": f"g{g:05d}", "y": y}))
    return pd.concat(parts, ignore_index=True)


def forecasts(model, x, horizon):
    text = "".join(f"{g} {'' if np.isnan(v) else repr(float(v))}\n" for g, v in zip(x["group"], x["y"]))
    out = subprocess.run([PROBE, model, str(SEASON), str(horizon)], input=text, capture_output=True,
                         text=True, check=True).stdout
    return pd.read_csv(io.StringIO(out), sep=" ", names=["group", "origin", "step", "value"],
                       converters={"value": float})


def by_pandas(x):
    """One step ahead at every step of every series, as a column a model."""
    g = x.groupby("group")["y"]
    rolling = g.rolling(WINDOW).mean().reset_index(level=0, drop=True)
    expanding = g.expanding().mean().reset_index(level=0, drop=True)
    return {
        "naive": (g.shift(1), 0),
        "seasonal_naive": (g.shift(SEASON), 0),
        "seasonal_drift": (g.shift(1) + g.shift(SEASON) - g.shift(SEASON + 1), 0),
        "window_average": (rolling.groupby(x["group"]).shift(1), 1e-12),
        "mean": (expanding.groupby(x["group"]).shift(1), 1e-12),
    }


def by_numpy(model, y, h):
    """h = 1, 2, … steps behind y, none of which is missing."""
    n, m = len(y), SEASON
    if model == "naive":
        return np.repeat(y[-1], len(h))
    if model == "seasonal_naive":
        return y[n - m + (h - 1) % m]
    if model == "seasonal_drift":
        z = list(y)
        for _ in h:
            z.append(z[-1] + z[-m] - z[-m - 1])
        return np.array(z[n:])
    if model == "drift":
        return y[-1] + h * (y[-1] - y[0]) / (n - 1)
    return np.repeat(y.mean() if model == "mean" else y[-WINDOW:].mean(), len(h))


LEAST = {"naive": 1, "seasonal_naive": SEASON, "seasonal_drift": SEASON + 1, "drift": 2, "mean": 1,
         "window_average": WINDOW}


def check(name, wrong):
    global failed
    failed = failed or bool(wrong)
    print(("not ok" if wrong else "ok") + f" - series: {name}" + (f": {wrong}" if wrong else ""))


def differ(got, want, tolerance):
    if list(got.index) != list(want.index):
        return f"{len(got)} forecasts, {len(want)} expected, {len(set(got.index) ^ set(want.index))} in one only"
    worst = (got - want).abs().max() if len(got) else 0
    return f"they differ by {worst}" if worst > tolerance * want.abs().max() else None


rng = random.Random(7)
x = table(rng, 2000, 0.05)
x["origin"] = x.groupby("group").cumcount()
for model, (column, tolerance) in by_pandas(x).items():
    want = column.set_axis(pd.MultiIndex.from_frame(x[["group", "origin"]])).dropna()
    got = forecasts(model, x, 1)
    got = got.merge(x[["group", "origin"]]).set_index(["group", "origin"])["value"]  # without the step to come
    check(f"{model} of 2000 series is pandas' groupby", differ(got, want, tolerance))
whole = table(rng, 60, 0)
for model in LEAST:
    want = {}
    for group, y in whole.groupby("group")["y"]:
        for origin in range(LEAST[model], len(y) + 1):
            ahead = by_numpy(model, y.to_numpy()[:origin], np.arange(1, HORIZON + 1))
            want.update({(group, origin, i + 1): v for i, v in enumerate(ahead)})
    got = forecasts(model, whole, HORIZON).set_index(["group", "origin", "step"])["value"]
    want = pd.Series(want).rename_axis(got.index.names)
    check(f"{model}, {HORIZON} steps ahead, is its formula", differ(got, want, 1e-12))
sys.exit(failed)
