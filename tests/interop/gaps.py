"""Windows and lags over gaps against pandas, which is told of every step of time: reindex, then rolling and shift; and
no feature looks ahead over a gap.

    gaps.py BIN     the folder of the executables

Tables by chance: steps of every length, steps without a row, empty cells, windows, shifts, formulas; times in several
formats, and, of months, quarters and years, any day of them, which pandas' Period places.  Prints `ok - …` or `not ok - …`.
"""
import os
import random
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import pyarrow as pa

BIN = sys.argv[1]
FORMULAS = ["mean", "std", "min", "max", "last"]
# step: the offsets between beginnings, the Period that holds a day (None: only beginnings have a key), formats of times
STEPS = {
    "month": ("MS", "M", ["%Y-%m-%d", "%Y-%m"]), "day": ("D", None, ["%Y-%m-%d", "%Y-%m-%d %H:%M"]),
    "hour": ("h", None, ["%Y-%m-%d %H", "%Y-%m-%dT%H:%M:%S"]), "week": ("W-MON", None, ["%Y-%m-%d", "%G-W%V"]),
    "quarter": ("QS", "Q", ["%Y-%m-%d", "%Y-Q%q"]), "year": ("YS", "Y", ["%Y-%m-%d", "%Y"]),
    "15min": ("15min", None, ["%Y-%m-%d %H:%M"]), "1min": ("1min", None, ["%d/%m/%Y %H:%M:%S"]),
}


def table(rng, step, n, holes, empty):
    first = pd.Timestamp("1969-11-01" if step != "year" else "1701-01-01")
    all_steps = pd.date_range(first, periods=n, freq=STEPS[step][0])
    kept = np.array([i in (0, n - 1) or rng.random() >= holes for i in range(n)])
    x = pd.DataFrame(
        {c: [round(rng.uniform(-50, 50), 3) for _ in range(n)] for c in ("a", "b", "y")}, index=all_steps)
    for c in ("a", "b", "y"):
        x.loc[[rng.random() < empty for _ in range(n)], c] = np.nan
    return x[kept]


def rules_of(rng, reach):
    rules = []
    for _ in range(rng.randint(1, 3)):
        shift = rng.randint(1, reach)
        window = rng.choice([1, 2, 3, 5, 12, 40])
        least = rng.choice([0, 0, 1, window])
        rules.append((rng.sample(FORMULAS, rng.randint(1, 4)), window, least, shift))
    return rules, sorted(rng.sample(range(1, 2 * reach), 2))


def expected(x, step, rules, lags):
    freq = STEPS[step][0]
    steps = pd.date_range(x.index[0], x.index[-1], freq=freq)
    ahead = min([r[3] for r in rules] + lags)
    beyond = pd.date_range(steps[-1], periods=ahead + 1, freq=freq)[1:]
    whole = x.reindex(steps.append(beyond))  # every step of time, with and without a row
    out = {}
    for names, window, least, shift in rules:
        for name in names:
            for c in whole:
                rolling = whole[c].rolling(window, min_periods=least or window)
                value = whole[c] if name == "last" else getattr(rolling, name)()
                label = f"{c}_lag{shift}" if name == "last" else f"{c}_{name}{window}_lag{shift}"
                out[label] = value.shift(shift)
    for lag in lags:
        for c in whole:
            out[f"{c}_lag{lag}"] = whole[c].shift(lag)
    features = pd.DataFrame(out).dropna()
    complete = features[features.index.isin(x[x["y"].notna()].index)]
    upcoming = features[features.index.isin(x[x["y"].isna()].index.append(beyond))]
    return complete, upcoming


def place(stage, folder):
    """Where a stage reads and writes: all but ingest read artifacts."""
    return [*(["--in", folder] if stage != "ingest" else []), "--out", folder]


def write_times(rng, x, step, path):
    """The rows with times in one of the step's formats; where any day will do, any day."""
    _, period, formats = STEPS[step]
    form = rng.choice(formats)
    times = list(x.index)
    if period and "%d" in form:
        times = [t + pd.Timedelta(days=rng.randint(0, (t.to_period(period).end_time - t).days)) for t in times]
        assert all(t.to_period(period).start_time == key for t, key in zip(times, x.index))
    text = [pd.Period(t, "Q").strftime(form) if "%q" in form else t.strftime(form) for t in times]
    x.set_index(pd.Index(text, name="t")).to_csv(path)
    return form


def run(folder, rng, x, step, rules, lags):
    form = write_times(rng, x, step, f"{folder}/x.csv")
    column = "minute" if step.endswith("min") else step
    listed = "".join(f"  - {{rolling: [{', '.join(names)}], window: {window}, min_periods: {least}, shift: {shift}}}\n"
                     for names, window, least, shift in rules)
    with open(f"{folder}/p.yaml", "w") as f:
        f.write(f"""title: gaps
task: regression
target: y
time: {{column: {column}, step: {step}}}
ingest:
  sources:
    - name: x
      path: {folder}/x.csv
      time: {{column: t, format: "{form}"}}
      columns: [{{match: "*"}}]
clean: {{missing: keep, gaps: keep}}
features:
{listed}  - {{lag: [{', '.join(map(str, lags))}]}}
""")
    for stage in ("ingest", "clean", "features"):
        done = subprocess.run([f"{BIN}/{stage}", f"{folder}/p.yaml", *place(stage, folder), "--quiet"], capture_output=True, text=True)
        if done.returncode:
            return done.stderr
    return None


def as_of_ends(cut, step):
    """What --as-of may be told around a time, each with the first moment that it leaves out."""
    day, quarter = cut.normalize(), pd.Period(cut, "Q")
    yield f"{cut:%Y-%m-%d}", day + pd.Timedelta(days=1)
    yield f"{cut.year:04}-Q{quarter.quarter}", quarter.end_time.ceil("D")
    yield "{:04}-W{:02}".format(*cut.isocalendar()[:2]), day + pd.Timedelta(days=8 - cut.isoweekday())
    if step in ("hour", "15min", "1min"):
        yield f"{cut:%Y-%m-%dT%H:%M}", cut + pd.Timedelta(minutes=1)


def looks_ahead(folder, whole, cut, step):
    """The features as of a time are bit for bit the first ones of all."""
    return any(looks_behind(folder, whole, text, end) for text, end in as_of_ends(cut, step))


def looks_behind(folder, whole, text, end):
    if not (whole.index < end).any():
        return False
    as_of = ["--as-of", text]
    done = subprocess.run([f"{BIN}/features", f"{folder}/p.yaml", *place("features", folder), "--quiet", *as_of], capture_output=True)
    if done.returncode:
        return True
    some = read(f"{folder}/features.arrow")
    return not some.equals(whole[whole.index < end])


def read(path):
    with pa.OSFile(path) as f:
        frame = pa.ipc.open_file(f).read_all().to_pandas()
    frame.index = pd.to_datetime(frame.pop(frame.columns[0]))
    return frame.drop(columns="y")


def same(got, want):
    # Order of columns is the rules'; pandas' running sums differ in the last digits.
    return (list(got.index) == list(want.index) and set(got) == set(want) and
            np.allclose(got[list(want)].to_numpy(), want.to_numpy(), rtol=1e-8, atol=1e-8))


def distinct(rules, lags):
    labels = [(name, 0 if name == "last" else w, s) for names, w, _, s in rules for name in names] + [("last", 0, s) for s in lags]
    return len(labels) == len(set(labels))


def trial(seed, n=None, step=None):
    rng = random.Random(seed)
    step = step or rng.choice(list(STEPS))
    x = table(rng, step, n or rng.randint(60, 400 if step != "year" else 250), rng.choice([0, 0.02, 0.2]), rng.choice([0, 0.01]))
    rules, lags = rules_of(rng, 6)
    while not distinct(rules, lags):
        rules, lags = rules_of(rng, 6)
    complete, upcoming = expected(x, step, rules, lags)
    with tempfile.TemporaryDirectory() as folder:
        fault = run(folder, rng, x, step, rules, lags)
        if fault:
            return len(complete) == 0 and "no row has" in fault, f"seed {seed}: {fault}", 0
        whole = read(f"{folder}/features.arrow")
        good = same(whole, complete) and same(read(f"{folder}/upcoming.arrow"), upcoming)
        good = good and not looks_ahead(folder, whole, rng.choice(list(x.index)), step)
    return good, f"seed {seed}: {step}s, {len(x)} rows, rules {rules}, lags {lags}", len(complete)


failed = rows = 0
trials = [(seed, None, None) for seed in range(80)] + [(seed, 90000, step) for seed, step in ((1001, "day"), (1002, "hour"))]
for arguments in trials:
    good, what, n = trial(*arguments)
    rows += n
    if not good:
        failed += 1
        print(f"  {what}")
good = failed == 0 and rows > 50000
print(f"{'ok' if good else 'not ok'} - interop: windows and lags over gaps as pandas has them, {len(trials)} tables, {rows} rows, {failed} differ")
sys.exit(not good)
