"""Forecasts of public series beside statsforecast: three origins each, the usual horizons, 90 % intervals.

    forecasts.py BIN CACHE [--whole] [MODEL]    MODEL is an entry of train.series, auto by default

At each origin the whole of what is behind it is cut from the table before the first stage runs: nothing that BIN does
can know it.  MASE (mean absolute error over the mean absolute seasonal difference of what was known) and MSIS (the
interval score over the same) are computed here, for both sides, from the forecasts.  Processor time is that of all
stages but evaluate, whose backtest makes the intervals and has a line of its own; of the peers it is that of the
forecasts alone.  What the peers said is kept in CACHE by digest of what they were
asked.  Without --whole only SOME of the series are taken.  Prints `ok - …` or `not ok - …`, and a table as comments.
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import pandas as pd

import public_series as public
from kept import kept

ALPHA = 0.1
PEERS = ["AutoETS", "AutoTheta", "SeasonalNaive"]
STAGES = ["ingest", "clean", "features", "train", "evaluate", "register --exit-zero", "predict"]
FORMATS = {"hour": "%Y-%m-%d %H:%M"}
LAST = pd.Period("2018-12-31 23:00", "h")
FREQUENCY = {"year": "Y", "quarter": "Q", "month": "M", "week": "W", "day": "D", "hour": "h"}
SOME = {"LakeHuron", "Nile", "airmiles", "ausair", "JohnsonJohnson", "UKgas", "ausbeer", "qcement", "AirPassengers",
        "USAccDeaths", "nottem", "h02", "avocado.AveragePrice", "elecdaily.Demand", "airquality.Temp"}
PIPELINE = """target: y
time: {{column: {step}, step: {step}, season: {season}}}
group: series
track: false
ingest:
  sources:
    - {{name: known, path: known.csv, time: {{column: t, format: "{format}"}}, columns: [{{match: series, kind: text}}, {{match: y}}]}}
train:
  score: mae
  series: [{model}]
  backtest: {{horizon: {horizon}, refit: 1000000}}
evaluate: {{backtest: {{refit: 1000000}}}}
"""


def usage():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def keys(step, n):
    """The last n times of a step, as text: all series end together, since no model looks at the calendar."""
    last = LAST.asfreq(FREQUENCY[step])
    times = pd.period_range(end=last, periods=n, freq=FREQUENCY[step]).to_timestamp(how="start")
    return times.strftime(FORMATS.get(step, "%Y-%m-%d")).to_list()


def write_known(path, step, some, behind):
    """What is known when `behind` steps are yet to come."""
    with open(path, "w") as f:
        f.write("t,series,y\n")
        for s in some:
            for t, y in list(zip(keys(step, len(s.y)), s.y))[:-behind]:
                f.write(f"{t},{s.name},{float(y)!r}\n")


def ours(folder, binaries, step, some, behind, model):
    """Forecasts of all the series from one origin: {name: frame of mean, lo, hi}, and the processor time of the stages."""
    plan = public.STEPS[step]
    write_known(os.path.join(folder, "known.csv"), step, some, behind)
    with open(os.path.join(folder, "public.yaml"), "w") as f:
        f.write(PIPELINE.format(step=step, season=plan.season, model=model, horizon=plan.horizon,
                                format=FORMATS.get(step, "%Y-%m-%d")))
    taken = {}
    for stage in STAGES:
        begin = usage()
        name, *options = stage.split()
        done = subprocess.run([os.path.join(binaries, name), "public.yaml", "--quiet", *options], cwd=folder, text=True,
                              capture_output=True)
        if done.returncode:
            sys.exit(f"not ok - public series: {stage}: {done.stderr}")
        taken[name] = usage() - begin
    rows = pd.read_csv(os.path.join(folder, "artifacts", "public", "predictions.csv"))
    rows = rows.rename(columns={"prediction": "mean", "lower": "lo", "upper": "hi"}).reindex(
        columns=["series", "mean", "lo", "hi"])
    return {name: part[["mean", "lo", "hi"]][-plan.horizon:] for name, part in rows.groupby("series")}, taken


def peer(folder, name, y, plan):
    """The same of a peer for one series."""
    import statsforecast

    def work():
        from statsforecast import models
        model = getattr(models, name)(season_length=plan.season)
        begin = time.process_time()
        said = model.forecast(y=y, h=plan.horizon, level=[round(100 * (1 - ALPHA))])
        taken = time.process_time() - begin
        return {"mean": list(map(float, said["mean"])), "lo": list(map(float, said["lo-90"])),
                "hi": list(map(float, said["hi-90"])), "seconds": taken}

    said = kept(folder, f"{statsforecast.__version__} {name} {plan} {ALPHA}".encode() + y.tobytes(), work)
    return pd.DataFrame({k: said[k] for k in ["mean", "lo", "hi"]}), said["seconds"]


def errors(said, known, came, season):
    """MASE and MSIS."""
    scale = np.abs(known[season:] - known[:-season]).mean()
    mean, low, high = (said[k].to_numpy() for k in ["mean", "lo", "hi"])
    score = high - low + 2 / ALPHA * (np.maximum(low - came, 0) + np.maximum(came - high, 0))
    return np.abs(mean - came).mean() / scale, score.mean() / scale


def check(name, wrong):
    print(("not ok" if wrong else "ok") + f" - public series: {name}" + (f": {wrong}" if wrong else ""), flush=True)
    return bool(wrong)


def compare(args, step, some):
    """Rows of step, model, series, origin, MASE, MSIS, seconds."""
    plan, rows = public.STEPS[step], []
    for behind in public.behind(plan.horizon):
        with tempfile.TemporaryDirectory() as folder:
            said, taken = ours(folder, args.binaries, step, some, behind, args.model)
        for s in some:
            known, came = s.y[:-behind], s.y[len(s.y) - behind:len(s.y) - behind + plan.horizon]
            sides = {"ours": (said[s.name], (sum(taken.values()) - taken["evaluate"]) / len(some)),
                     "(evaluate)": (said[s.name], taken["evaluate"] / len(some))}
            sides.update({p: peer(args.cache, p, known, plan) for p in PEERS})
            for model, (forecast, seconds) in sides.items():
                mase, msis = errors(forecast, known, came, plan.season)
                rows.append((step, model, s.name, behind, mase, msis, seconds, forecast["mean"].to_list()))
    return rows


def table(rows):
    head = f"# {'step':8} {'series':>6} {'':14} {'MASE':>8} {'MSIS':>8} {'seconds':>9}"
    print(head)
    for step, part in [*rows.groupby("step", sort=False), ("all", rows)]:
        for model, these in part.groupby("model", sort=False):
            print(f"# {step:8} {these['series'].nunique():6} {model:14} {these['mase'].mean():8.4f} "
                  f"{these['msis'].mean():8.3f} {these['seconds'].sum():9.2f}", flush=True)


def same_seasonal_naive(rows):
    """Whether our forecasts are statsforecast's SeasonalNaive, to the digit."""
    at = ["step", "series", "behind"]
    mine, theirs = (rows[rows["model"] == m].set_index(at)["mean"] for m in ["ours", "SeasonalNaive"])
    differ = [k for k in mine.index if mine[k] != theirs[k]]
    return f"{differ[0]}: {mine[differ[0]]} and {theirs[differ[0]]}" if differ else None


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("binaries")
    parse.add_argument("cache")
    parse.add_argument("model", nargs="?", default="auto")
    parse.add_argument("--whole", action="store_true")
    parse.add_argument("--step", action="append", choices=public.STEPS)
    args = parse.parse_args()
    args.binaries = os.path.abspath(args.binaries)
    rows = []
    for step in args.step or public.STEPS:
        some = [s for s in public.series(step) if args.whole or s.name in SOME]
        rows += compare(args, step, some) if some else []
    rows = pd.DataFrame(rows, columns=["step", "model", "series", "behind", "mase", "msis", "seconds", "mean"])
    table(rows)
    if args.model == "seasonal_naive":
        return check(f"our seasonal naive is statsforecast's, to the digit, at {rows['model'].eq('ours').sum()} origins",
                     same_seasonal_naive(rows))
    means = rows.groupby("model")[["mase", "msis"]].mean()
    seconds = rows.groupby("model")["seconds"].sum()
    chain, peers = seconds["ours"] + seconds["(evaluate)"], seconds["AutoETS"]
    slow = check(f"processor time of {args.model}'s whole chain against AutoETS's forecasts",
                 None if chain < peers else f"{chain:.2f} s, {peers:.2f} s")
    worse = [check(f"mean {k} of {args.model} against {p}", None if means[k]["ours"] < means[k][p] else
                   f"{means[k]['ours']:.4f} is not below {means[k][p]:.4f}") for k in means for p in PEERS]
    return slow or any(worse)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
