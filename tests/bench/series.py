"""Series models from CSV file to forecasts with bands, beside statsforecast on the same processor: processor time, since
both take one thread of a machine that may do other work.

The milk price: the whole evaluation, three models and their combination learnt anew at every origin, bands and all; the
peer is MSTL alone on the log price, refitted at SOME of the same origins, and scaled to all.  Many monthly series of 200
steps: `auto`, 12 steps ahead; the peer is AutoETS, fitted once on SAMPLE of them and scaled to all."""

import csv
import math
import os
import random

import chain

STEPS, HORIZON, SAMPLE, SOME = 200, 12, 40, 38
STAGES = ["ingest", "clean", "features", "train", "evaluate", "register", "predict"]
PIPELINE = """target: y
time: {column: month, step: month}
group: item
track: false
ingest:
  sources:
    - {name: rows, path: CSV, time: {column: month, format: "%Y-%m"}, columns: [{match: item, kind: text}, {match: y, kind: real}]}
train:
  score: mae
  series: [auto: {}]
  backtest: {horizon: 12}
"""


def one_series(rng):
    """Values with a trend that wanders, a season and noise, as factors."""
    level, slope, noise = math.log(rng.uniform(50, 500)), rng.uniform(-0.001, 0.004), rng.uniform(0.02, 0.1)
    season = [rng.gauss(0, 0.12) for _ in range(12)]
    for t in range(STEPS):
        level += slope + rng.gauss(0, noise / 2)
        yield math.exp(level + season[t % 12] + rng.gauss(0, noise))


def write_many(path, series):
    rng = random.Random(11)
    with open(path, "w") as f:
        f.write("month,item,y\n")
        for i in range(series):
            for t, y in enumerate(one_series(rng)):
                f.write(f"{2005 + t // 12}-{t % 12 + 1:02d},s{i:05d},{y:.2f}\n")


def run_stages(scratch, yaml, data=None, threads="1"):
    """Every stage once: {name: (wall, processor time, peak MiB)}."""
    out, done = os.path.join(scratch, "artifacts"), {}
    for stage in STAGES:
        command = [os.path.join(chain.ROOT, "bin", stage), yaml, "--out", out]
        command += ["--data", data] if data and stage == "ingest" else []
        command += [] if stage == "ingest" else ["--in", out]
        command += ["--threads", threads] if stage in ("train", "evaluate", "predict") else []
        command += ["--exit-zero"] if stage == "register" else []
        done[stage] = chain.run(command)
    return out, done


def milk(line, peer, scratch, data):
    folder = os.path.join(scratch, "price")
    os.makedirs(folder)
    out, done = run_stages(folder, os.path.join(chain.ROOT, "pipeline", "milk.yaml"), data)
    with open(os.path.join(out, "backtest.csv")) as f:
        origins = sum(1 for _ in csv.reader(f)) - 1
    mstl = peer("price", os.path.join(out, "residuals.csv"), str(origins), str(SOME))
    line(f"milk: evaluate, {origins} origins, 3 models", done["evaluate"][1], f"MSTL, {SOME} scaled", mstl, "1.200 s")
    line("milk: all stages", sum(d[1] for d in done.values()), "", None, "")


def many(line, peer, scratch, series, threads="1"):
    folder = os.path.join(scratch, f"series{series}")
    os.makedirs(folder)
    table, yaml = os.path.join(folder, "many.csv"), os.path.join(folder, "many.yaml")
    write_many(table, series)
    with open(yaml, "w") as f:
        f.write(PIPELINE.replace("CSV", table))
    _, done = run_stages(folder, yaml, threads=threads)
    each = peer("ets", table, str(min(SAMPLE, series)), str(HORIZON))
    theirs, name = each and each * series, f"AutoETS, {min(SAMPLE, series)} scaled"
    line(f"{series:,} series: learn and forecast (predict)", done["predict"][1], name, theirs, "a tenth")
    line("the same with the contest (train)", done["predict"][1] + done["train"][1], name, theirs, "a tenth")
    line("all stages, CSV to forecasts with bands", sum(d[1] for d in done.values()), name, theirs, "a tenth")
    for stage, (wall, used, peak) in done.items():
        print(f"  {stage:9} {wall:7.3f} s, {used:7.2f} s of processors, {1e3 * used / series:6.2f} ms a series, peak {peak:6.1f} MiB")
