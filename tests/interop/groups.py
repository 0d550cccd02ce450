"""Rows with a group against pandas: ingest, clean, features and naive forecasts of many series in one file are groupby's;
the rows held out are those of the last times, and quality.json tells what steps they lack.  Series models of many series: the scores of the contest, forecasts of
every row and of steps to come.

    groups.py BIN     the folder of the executables

Tables by chance: names that are texts or whole numbers, rows in any order, two sources joined by group and time, rows that
stand twice, steps without a row, series of one row.  Prints `ok - …` or `not ok - …`.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import pyarrow as pa

BIN = sys.argv[1]
FREQ = {"day": "D", "month": "MS", "hour": "h"}
SEASON = {"day": 7, "month": 12, "hour": 24}


def read(path):
    with pa.OSFile(path) as f:
        return pa.ipc.open_file(f).read_all().to_pandas()


def names_of(rng, n, numbers):
    if numbers:
        return rng.sample([*range(-50, 200), 2**53 + 1, 2**53 + 2, -2**63, 2**63 - 1], n)
    letters = ["a", "B", "é", "10", "9", "z z", "a,b", "-"]
    names = {"".join(rng.choice(letters) for _ in range(rng.randint(1, 3))) for _ in range(3 * n)}
    return rng.sample(sorted(names), n)


def series(rng, step, names, holes):
    """Rows of two sources, by group and time: x and y in one, z in the other, which lacks some."""
    parts = []
    for name in names:
        n = rng.choice([1, 2, 5, 30, 80])
        times = pd.date_range(pd.Timestamp("2001-01-01") + pd.DateOffset(months=rng.randint(0, 9)), periods=n, freq=FREQ[step])
        times = times[[rng.random() >= holes for _ in range(n)]]
        if len(times) > 0:
            parts.append(pd.DataFrame({"item": [name] * len(times), "t": times, "x": [round(rng.uniform(-9, 9), 3) for _ in times],
                                       "y": [round(rng.uniform(-9, 9), 3) for _ in times]}))
    return pd.concat(parts, ignore_index=True)


def write(rng, frame, path, order):
    frame = frame.sort_values(["t", "item"]) if order == "time" else frame.sample(frac=1, random_state=rng.randint(0, 9999)) if order == "any" else frame
    frame = pd.concat([frame, frame.sample(frac=0.05, random_state=1)])  # some rows stand twice
    frame.to_csv(path, index=False, date_format="%Y-%m-%d %H:%M")


def run(folder, step, numbers):
    with open(f"{folder}/p.yaml", "w") as f:
        f.write(f"""group: item
target: y
time: {{column: {step}, step: {step}}}
ingest:
  sources:
    - name: a
      path: {folder}/a.csv
      time: {{column: t, format: "%Y-%m-%d %H:%M"}}
      columns: [{{match: x}}, {{match: item, kind: {'integer' if numbers else 'text'}}}, {{match: y}}]
    - name: b
      path: {folder}/b.csv
      time: {{column: t, format: "%Y-%m-%d %H:%M"}}
      columns: [{{match: item, kind: {'integer' if numbers else 'text'}}}, {{match: z}}]
clean: {{gaps: keep}}
features:
  - {{rolling: [mean, std], window: 3, min_periods: 2}}
  - {{lag: [1, 4], of: [x, y]}}
split: {{test: 0.3}}
train: {{folds: 2, steps: [scale: {{}}, ridge: {{alpha: 1}}]}}
""")
    return stages(folder, ("ingest", "clean", "features"))


def stages(folder, names):
    for stage in names:
        place = [*(["--in", folder] if stage != "ingest" else []), "--reports" if stage == "report" else "--out", folder]
        place += ["--exit-zero"] if stage == "register" else []
        done = subprocess.run([f"{BIN}/{stage}", f"{folder}/p.yaml", *place, "--quiet"], capture_output=True, text=True)
        if done.returncode:
            return done.stderr
    return None


def expected_features(table, step):
    """Complete rows and rows to come: each series with every step of its time and one more."""
    complete, upcoming = [], []
    for name, rows in table.groupby("item"):
        rows = rows.set_index("t").drop(columns="item")
        steps = pd.date_range(rows.index[0], rows.index[-1], freq=FREQ[step])
        whole = rows.reindex(steps.append(pd.date_range(steps[-1], periods=2, freq=FREQ[step])[1:]))
        out = {}
        for c in ("x", "y", "z"):
            for formula in ("mean", "std"):
                out[f"{c}_{formula}3_lag1"] = getattr(whole[c].rolling(3, min_periods=2), formula)().shift(1)
        for c in ("x", "y"):
            for lag in (1, 4):
                out[f"{c}_lag{lag}"] = whole[c].shift(lag)
        out = pd.DataFrame(out).dropna()
        out.insert(0, "item", name)
        complete.append(out[out.index.isin(rows.index)].join(rows["y"]))
        upcoming.append(out[out.index > rows.index[-1]])
    return pd.concat(complete), pd.concat(upcoming)


def same(got, want, columns):
    key = pd.to_datetime(got.iloc[:, 0])
    return (list(key) == list(want.index) and list(got["item"]) == list(want["item"]) and
            np.allclose(got[columns].to_numpy(dtype=float), want[columns].to_numpy(dtype=float), rtol=1e-9, atol=1e-9))


def naive(frame, step):
    """The naive forecasts of every step that a series has."""
    out = []
    for name, rows in frame.groupby("item"):
        y = rows.set_index("t")["y"]
        y = y.reindex(pd.date_range(y.index.min(), y.index.max(), freq=FREQ[step]))
        m = SEASON[step]
        out.append(pd.DataFrame({"item": name, "t": y.index, "naive": y.shift(1).values, "seasonal_naive": y.shift(m).values,
                                 "seasonal_drift": (y.shift(1) + y.shift(m) - y.shift(m + 1)).values}))
    return pd.concat(out)


def summed_up(folder, actual, forecasts):
    """Whether the baselines of metrics.json are the errors of pandas' forecasts on the rows held out."""
    with open(f"{folder}/metrics.json") as f:
        told = json.load(f)["baselines"]
    good = all(told[name]["n"] == forecasts[name].notna().sum() for name in forecasts)
    for name in forecasts:
        errors = (forecasts[name] - actual).dropna().to_numpy()
        figures = [np.sqrt((errors**2).mean()), abs(errors).mean(), errors.mean()] if len(errors) else [np.nan] * 3
        found = [np.nan if told[name][m] is None else told[name][m] for m in ("rmse", "mae", "bias")]
        good = good and np.allclose(found, figures, rtol=1e-9, equal_nan=True)
        baselines.append(len(errors))
    return good


def judged(folder, frame, complete, upcoming, step, numbers):
    """evaluate's rows and naive forecasts, predict's rows; whether they are as they should be."""
    fault = stages(folder, ("train", "evaluate", "register", "predict", "report"))
    if fault:
        return "cannot be divided" in fault
    kind = {"item": "int64" if numbers else str}
    got = pd.read_csv(f"{folder}/residuals.csv", dtype=kind, keep_default_na=False, na_values={c: "" for c in ("naive", "seasonal_naive", "seasonal_drift")})
    got["t"] = pd.to_datetime(got.iloc[:, 0])
    want = got[["item", "t"]].merge(naive(frame, step), on=["item", "t"], how="left")
    columns = ["naive", "seasonal_naive", "seasonal_drift"]
    good = list(got["t"]) == list(complete.index) and list(got["item"].astype(object)) == list(complete["item"].astype(object))
    good = good and np.allclose(got[columns].to_numpy(float), want[columns].to_numpy(float), rtol=1e-12, equal_nan=True)
    times = np.unique(got["t"])
    held = got["t"].isin(times[-int(np.ceil(0.3 * len(times))):])
    good = good and list(held) == list(got["part"] == "holdout")
    good = good and summed_up(folder, got["actual"][held], want[columns][held])
    coming = pd.read_csv(f"{folder}/predictions.csv", dtype=kind, keep_default_na=False)
    return good and list(pd.to_datetime(coming.iloc[:, 0])) == list(upcoming.index) and list(coming["item"].astype(object)) == list(upcoming["item"].astype(object))


MODELS = {"naive": 1, "mean": 1, "window_average(window=3)": 3}  # and the steps that each needs
FOLDS, HORIZON = 2, 2


def ahead(model, y):
    """The forecast from the steps y, which is the same for all steps to come; NaN where there is none."""
    if len(y) < MODELS[model] or np.isnan(y).all():
        return np.nan
    return {"naive": lambda: y[-1], "mean": lambda: np.nanmean(y)}.get(model, lambda: y[-3:].mean())()


def histories(frame, step):
    for name, rows in frame.groupby("item"):
        y = rows.set_index("t")["y"]
        yield name, y.reindex(pd.date_range(y.index.min(), y.index.max(), freq=FREQ[step]))


def contest(frame, step, cut):
    """The mean absolute error of each model in each block of origins: over the steps that all forecast, then over the series."""
    scores = []
    for name, y in histories(frame, step):
        y = y[y.index < cut.get(name, pd.Timestamp.max)].to_numpy()
        origins = np.arange(max((len(y) + 1) // 2, max(MODELS.values())), len(y))
        if len(origins) < FOLDS or np.isnan(y).all():
            continue
        errors = []
        for block in np.array_split(origins, FOLDS):
            pairs = [(o, o + h) for o in block for h in range(HORIZON) if o + h < len(y)]
            each = np.array([[abs(ahead(m, y[:o]) - y[t]) for m in MODELS] for o, t in pairs])
            each = each[~np.isnan(each).any(axis=1)]
            errors.append(each.mean(axis=0) if len(each) else np.full(len(MODELS), np.nan))
        scores.append(errors)
    scores = np.array(scores).reshape(-1, FOLDS, len(MODELS))
    return np.array([np.nanmean(scores[:, f], axis=0) if np.isfinite(scores[:, f]).any() else np.full(len(MODELS), np.nan)
                     for f in range(FOLDS)]).T, len(scores)


def contested(folder, frame, step, numbers):
    """The same table with series models: whether scores and forecasts are those of each series by itself."""
    text = open(f"{folder}/p.yaml").read().split("train:")[0]
    with open(f"{folder}/p.yaml", "w") as f:
        f.write(text + f"train: {{folds: {FOLDS}, score: mae, series: [naive, mean, window_average: {{window: 3}}], backtest: {{horizon: {HORIZON}}}}}\n")
    kind = {"item": "int64" if numbers else str}
    reals = {c: "" for c in ("naive", "seasonal_naive", "seasonal_drift", "prediction", "actual", "residual")}
    old = pd.read_csv(f"{folder}/residuals.csv", dtype=kind, keep_default_na=False, na_values=reals)
    old["t"] = pd.to_datetime(old.iloc[:, 0])
    cut = old[old["part"] == "holdout"].groupby("item")["t"].min().to_dict()
    want, judged_series = contest(frame, step, cut)
    shutil.rmtree(f"{folder}/registry", ignore_errors=True)  # of the recipe, which would predict on where the gate refuses what is chosen
    fault = stages(folder, ("train", "evaluate", "register", "predict", "report"))
    if fault:
        return (np.isnan(want).any() or judged_series == 0) and ("none of" in fault or "steps, '" in fault or "step, '" in fault or "no cell" in fault or "score" in fault), fault
    search = pd.read_csv(f"{folder}/search.csv")
    good = list(search["series"]) == list(MODELS) and np.allclose(search[["score_1", "score_2"]].to_numpy(), want, rtol=1e-9)
    best = search.loc[search["rank"].idxmin(), "series"]
    rows = pd.concat([pd.DataFrame({"item": name, "t": y.index, "want": [ahead(best, y.to_numpy()[:i]) for i in range(len(y))]})
                      for name, y in histories(frame, step)])
    got = pd.read_csv(f"{folder}/residuals.csv", dtype=kind, keep_default_na=False, na_values=reals)
    got["t"] = pd.to_datetime(got.iloc[:, 0])
    got = got.merge(rows, on=["item", "t"], how="left")
    good = good and np.allclose(got["prediction"].to_numpy(float), got["want"].to_numpy(float), rtol=1e-9, equal_nan=True)
    coming = pd.read_csv(f"{folder}/predictions.csv", dtype=kind, keep_default_na=False, na_values=reals)
    for (name, y), (i, rows) in zip(sorted(histories(frame, step), key=lambda h: h[0] if numbers else h[0].encode()),
                                    coming.groupby(np.arange(len(coming)) // HORIZON)):
        times = pd.date_range(y.index[-1], periods=HORIZON + 1, freq=FREQ[step])[1:]
        good = good and list(rows["item"]) == [name] * HORIZON and list(pd.to_datetime(rows.iloc[:, 0])) == list(times)
        good = good and np.allclose(rows["prediction"].to_numpy(float), ahead(best, y.to_numpy()), rtol=1e-9, equal_nan=True)
    good = good and len(coming) == HORIZON * frame["item"].nunique()
    return good, f"chosen is {best}, judged by {judged_series} series"


def lacking(folder, frames, step):
    """quality.json counts the steps that each group lacks between its first and its last."""
    with open(f"{folder}/quality.json") as f:
        sources = {s["name"]: s["groups"] for s in json.load(f)["sources"]}
    for name, frame in frames.items():
        times = frame.groupby("item")["t"]
        gaps = times.apply(lambda t: len(pd.date_range(t.min(), t.max(), freq=FREQ[step])) - t.nunique())
        want = {str(item): n for item, n in gaps.items() if n > 0}
        told = sources[name]
        listed = {g["group"]: g["gaps"] for g in told["list"]}
        if told["n"] != len(gaps) or told["poor"] != len(want) or listed != want or list(listed.values()) != sorted(want.values(), reverse=True):
            return False
    return True


def trial(seed):
    rng = random.Random(seed)
    step, numbers = rng.choice(list(FREQ)), rng.random() < 0.5
    names = names_of(rng, rng.choice([1, 3, 12]), numbers)
    frame = series(rng, step, names, rng.choice([0, 0.1]))
    other = frame[["item", "t"]].assign(z=[round(rng.uniform(-9, 9), 3) for _ in range(len(frame))])
    other = other[[rng.random() < 0.95 for _ in range(len(other))]]
    # In the order of names: texts by their bytes, numbers by value.
    order = (lambda c: c if numbers or c.name != "item" else c.map(lambda s: s.encode()))
    table = frame.merge(other, on=["item", "t"]).sort_values(["item", "t"], key=order)
    with tempfile.TemporaryDirectory() as folder:
        write(rng, frame, f"{folder}/a.csv", rng.choice(["item", "time", "any"]))
        write(rng, other, f"{folder}/b.csv", rng.choice(["item", "time", "any"]))
        fault = run(folder, step, numbers)
        names = sorted(set(table["item"]), key=lambda s: s if numbers else s.encode())
        by_name = table.assign(item=pd.Categorical(table["item"], names, ordered=True))
        complete, upcoming = expected_features(by_name.astype({"item": by_name["item"].dtype}), step) if len(table) else (table, table)
        if fault:
            return (len(complete) == 0 and ("no row" in fault or "stands in all" in fault or "no good row" in fault)), f"seed {seed}: {fault}", 0
        clean = read(f"{folder}/clean.arrow")
        good = same(clean, table.set_index("t"), ["x", "y", "z"])
        good = good and same(read(f"{folder}/features.arrow"), complete, [c for c in complete if c != "item"])
        good = good and same(read(f"{folder}/upcoming.arrow"), upcoming, [c for c in upcoming if c not in ("item", "y")])
        good = good and lacking(folder, {"a": frame, "b": other}, step)
        good = good and judged(folder, frame, complete, upcoming, step, numbers)
        if good and os.path.exists(f"{folder}/residuals.csv"):
            good, told = contested(folder, frame, step, numbers)
            contests.append(told)
            if not good:
                return False, f"seed {seed}: series models: {told}", 0
    return good, f"seed {seed}: {step}, {len(names)} groups, {len(table)} rows", len(complete)


contests, baselines = [], []
failed = rows = 0
for seed in range(36):
    good, what, n = trial(seed)
    rows += n
    if not good:
        failed += 1
        print(f"  {what}")
held = sum(told.startswith("chosen") for told in contests)
good = failed == 0 and rows > 3000 and held > 20 and sum(n > 0 for n in baselines) > 60
print(f"{'ok' if good else 'not ok'} - interop: rows with groups as pandas' groupby has them, 36 tables, {rows} rows, {sum(baselines)} errors of naive forecasts, {held} contests of series models, {failed} differ")
sys.exit(not good)
