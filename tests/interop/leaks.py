"""Leaks that pandas plants, each caught by the name of its column and its kind.

    leaks.py BIN [DRIVERS]

A table of 200 months, a price that walks and rain by chance.  Some leaks are planted in the source, as columns that
were made from later rows before they came; some in features.arrow, behind the back of the features stage.  What is
found stands in backtest.json, the gate refuses it and the report names it.  No step of a recipe reads what it may not, so
DRIVERS holds train and evaluate linked with an estimator that does (peeping_mean.h): from a backtest of many fits, of one,
and from the hold-out of rows without a time.  Prints `ok - …` or `not ok - …`.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather

BIN = os.path.abspath(sys.argv[1])
PIPELINE = """target: price
time: {column: month, step: month}
track: false
ingest:
  sources:
    - {name: t, path: t.csv, time: {column: month, format: "%Y-%m"}, columns: [{match: "*", kind: real}]}
clean: {jumps: ["*"]}
features:
  - {lag: [1, 12], of: [price, rain]}
  - RULE
train: {folds: 2, steps: [{scale: {}}, {ridge: {alpha: [0.1]}}]}
"""


def table():
    rng = np.random.default_rng(3)
    price = 100 + np.cumsum(rng.normal(0, 2, 200)) + 5 * np.sin(np.arange(200) / 2)
    month = pd.period_range("2001-01", periods=200, freq="M").astype(str)
    return pd.DataFrame({"month": month, "price": price.round(3), "rain": rng.gamma(2, 30, 200).round(1)})


def consequences(folder, said):
    """Whether a column is warned of, refused by the gate and named by the report.  A column that upcoming.arrow lacks
    stops predict before there is a report."""
    run = lambda stage: subprocess.run([f"{BIN}/{stage}", "p.yaml", "--quiet"], cwd=folder, capture_output=True, text=True)
    status = run("register").returncode
    page = ""
    if run("predict").returncode == 0:
        run("report").check_returncode()
        with open(os.path.join(folder, "reports", "p", "report.html")) as f:
            page = f.read()
    with open(os.path.join(folder, "artifacts", "p", "verdict.json")) as f:
        refused = {rule["of"] for rule in json.load(f)["rules"] if rule["rule"] == "leaks" and not rule["passed"]}
    return lambda column: f"'{column}'" in said and status == 4 and column in refused and (column in page or not page)


def found(rows, rule="lag: [1], of: planted", doctor=None):
    """The leaks that are found, as {(column, kind): leak}."""
    with tempfile.TemporaryDirectory() as folder:
        rows.to_csv(os.path.join(folder, "t.csv"), index=False)
        with open(os.path.join(folder, "p.yaml"), "w") as f:
            lines = PIPELINE if rule else PIPELINE.replace("  - RULE\n", "")
            f.write(lines.replace("RULE", "{" + (rule or "") + "}"))
        for stage in ["ingest", "clean", "features", "train", "evaluate"]:
            done = subprocess.run([f"{BIN}/{stage}", "p.yaml", "--quiet"], cwd=folder, capture_output=True, text=True)
            if done.returncode:
                return f"{stage}: {done.stderr}"
            path = os.path.join(folder, "artifacts", "p", "features.arrow")
            if stage == "features" and doctor:
                schema = pa.ipc.open_file(path).schema
                made = doctor(pa.feather.read_feather(path))
                kept = pa.Table.from_pandas(made, preserve_index=False).cast(pa.schema(
                    [schema.field(c) if c in schema.names else pa.field(c, pa.float64()) for c in made.columns]))
                pa.feather.write_feather(kept.replace_schema_metadata(schema.metadata), path, compression="uncompressed")
        told = consequences(folder, done.stderr)
        with open(os.path.join(folder, "artifacts", "p", "backtest.json")) as f:
            return {(k["column"], k["kind"]): k for k in json.load(f)["leaks"]["found"] if told(k["column"])}


failed = False


def expect(name, got, *want):
    """want: (column, kind) or (column, kind, of, ahead); these and no others."""
    global failed
    right = isinstance(got, dict) and {w[:2] for w in want} == set(got) and all(
        (got[w[:2]]["of"], got[w[:2]]["ahead"]) == w[2:] for w in want if len(w) == 4)
    failed = failed or not right
    print(("ok" if right else "not ok") + f" - leaks: {name}" + ("" if right else f": {got}"), flush=True)


def beside(column):
    return table().assign(planted=column(table()))


def swapped(name, column):
    """A column of features.arrow becomes another."""
    return lambda made: made.assign(**{name: column(made)})


def added(column):
    def doctor(made):
        made.insert(1, "planted", column(made))
        return made
    return doctor


scaled = lambda y: (y - y.mean()) / y.std(ddof=0)
encoded = lambda t: t["price"].groupby(t["month"].str[5:]).transform("mean")
as_is = "as_is: [planted]"

expect("an honest table has none", found(beside(lambda t: t["rain"].shift(1).rolling(3).mean().fillna(50))))
expect("a copy of the target, as it stands", found(beside(lambda t: t["price"]), as_is),
       ("planted", "target", "price", 0))
expect("a copy of the target a month before is its lag", found(beside(lambda t: t["price"])))
expect("the target in cents", found(beside(lambda t: 100 * t["price"] + 19), as_is), ("planted", "target", "price", 0))
expect("the target shifted back", found(beside(lambda t: t["price"].shift(-1).ffill()), as_is),
       ("planted", "target", "price", 1))
expect("the target shifted back, a month before", found(beside(lambda t: t["price"].shift(-1).ffill())),
       ("planted", "target", "price", 0))
expect("a centred window over the target",
       found(beside(lambda t: t["price"].rolling(5, center=True, min_periods=1).mean())), ("planted", "target", "price", 1))
expect("a centred window over the rain",
       found(beside(lambda t: t["rain"].rolling(3, center=True, min_periods=1).mean()), as_is),
       ("planted", "ahead", "rain", 1))
expect("the rain of the month after", found(beside(lambda t: t["rain"].shift(-1).ffill()), as_is),
       ("planted", "ahead", "rain", 1))
expect("rain scaled over all rows", found(beside(lambda t: scaled(t["rain"]))), ("planted", "scaled"))
expect("a month's mean price over all rows", found(beside(encoded)), ("planted", "encoded", "price", 0))
expect("a centred window in features.arrow",
       found(table(), None, added(lambda m: m["price"].rolling(3, center=True, min_periods=1).mean())),
       ("planted", "unexplained"), ("planted", "target", "price", 1))
expect("a window that is no sum, in features.arrow",
       found(table(), None, added(lambda m: m["price"].rolling(3, center=True, min_periods=1).std())),
       ("planted", "unexplained"))
expect("the target's own month in the place of its lag",
       found(table(), None, swapped("price_lag1", lambda m: m["price"])),
       ("price_lag1", "altered"), ("price_lag1", "target", "price", 0))
expect("a feature scaled over all rows in features.arrow",
       found(table(), None, swapped("rain_lag1", lambda m: scaled(m["rain_lag1"]))),
       ("rain_lag1", "altered"), ("rain_lag1", "scaled"))
expect("target encoding in features.arrow",
       found(table(), None, added(lambda m: m["price"].groupby(np.arange(len(m)) % 12).transform("mean"))),
       ("planted", "unexplained"), ("planted", "encoded", "price", 0))
own = lambda name, column, *want: expect(name, found(beside(column), as_is), *want)
shown = ("planted", "target", "price", 0)
rng = np.random.default_rng(5)
year, third = (lambda t: t["month"].str[:4]), (lambda t: t.index % 3 == 2)
own("the target's rank over all rows", lambda t: t["price"].rank(), shown)
own("the target's logarithm", lambda t: np.log(t["price"]).round(4), shown)
own("the target to one digit", lambda t: t["price"].round(1), shown)
own("the target with a noise of a hundredth of its change", lambda t: t["price"] + rng.normal(0, .02, 200), shown)
own("the fifth of all rows that the target is in", lambda t: pd.qcut(t["price"], 5, labels=False), shown)
own("whether the target is in the middle", lambda t: t["price"].rank(pct=True).between(.4, .6).astype(float), shown)
own("a year's mean of the target, rounded", lambda t: t["price"].groupby(year(t)).transform("mean").round(2),
    ("planted", "encoded", "price", 0))
own("the mean of the last twelve months, with the row's own", lambda t: t["price"].rolling(12, min_periods=1).mean().round(3), shown)
own("the target of each third month, filled backwards", lambda t: t["price"].where(third(t)).bfill().ffill(),
    ("planted", "target", "price", 2))
own("the rain of each third month, filled backwards", lambda t: t["rain"].where(third(t)).bfill().ffill(),
    ("planted", "ahead", "rain", 2))
# What is honest: last month's rain beside the rain, its change, what came last, a season's pattern, one step up.
own("the rain of the month before", lambda t: t["rain"].shift(1).fillna(60))
expect("the rain of the month before, and its change",
       found(table().assign(before=lambda t: t["rain"].shift(1).fillna(60), planted=lambda t: t["rain"].diff().fillna(0)),
             "as_is: [rain, before, planted]"))
own("the target of each third month, filled forwards, a month later", lambda t: t["price"].where(third(t)).ffill().shift(1).bfill())
own("a quarter's number", lambda t: t.index // 3 % 4)
own("a step at which the price rose", lambda t: (t.index > 100).astype(float))
refused = found(table(), "as_is: [price]")
expect("the target's own month by a rule", {} if "price" in str(refused) and "features:" in str(refused) else refused)


def peeped(stages, *, timed=True, backtest=None):
    """The leaks of a recipe [mean] whose stages are those executables, and what backtest.json says of the proof."""
    with tempfile.TemporaryDirectory() as folder:
        table().to_csv(os.path.join(folder, "t.csv"), index=False)
        lines = PIPELINE[:PIPELINE.index("features:")] + "features: [{lag: [LAG], of: rain}]\ntrain: {steps: [{mean: {}}]}\ngate: {beats: []}\n"
        if backtest:
            lines += f"evaluate: {{backtest: {backtest}}}\n"
        if not timed:
            lines = lines.replace("clean: {jumps: [\"*\"]}\n", "").replace("time: {column: month, step: month}\n", "").replace("time: {column: month, format: \"%Y-%m\"}, ", "")
            lines = lines.replace('{match: "*", kind: real}', "{match: month, kind: text}, {match: \"*\", kind: real}")
        with open(os.path.join(folder, "p.yaml"), "w") as f:
            f.write(lines.replace("LAG", "1" if timed else "0"))
        for stage in ["ingest", "clean", "features", *stages]:
            path = stage if os.path.sep in stage else f"{BIN}/{stage}"
            done = subprocess.run([path, "p.yaml", "--quiet"], cwd=folder, capture_output=True, text=True)
            if done.returncode:
                return f"{stage}: {done.stderr}"
        told = consequences(folder, done.stderr)
        with open(os.path.join(folder, "artifacts", "p", "backtest.json")) as f:
            leaks = json.load(f)["leaks"]
        return {(k["column"], k["kind"]) for k in leaks["found"] if told(k["column"])}, leaks["proof"]


if len(sys.argv) > 2:
    peeping = [os.path.join(os.path.abspath(sys.argv[2]), f"peeping_{stage}") for stage in ["train", "evaluate"]]
    honest = ["train", "evaluate"]
    for name, options, origin, fits in [("in a backtest of a hundred fits", {}, "backtest", 3),
                                        ("in a backtest of one fit", {"backtest": "{refit: 1000}"}, "backtest", 1),
                                        ("in a hold-out", {"backtest": "none"}, "holdout", 1),
                                        ("in a hold-out without a time", {"timed": False}, "holdout", 1)]:
        for stages, want in [(peeping, {("mean", "recipe")}), (honest, set())]:
            got = peeped(stages, **options)
            right = isinstance(got, tuple) and got[0] == want and (got[1]["from"], got[1]["fits"], got[1]["why"]) == (origin, fits, None)
            failed = failed or not right
            who = "who reads a row too many is told" if want else "who does not is clear of it"
            print(("ok" if right else "not ok") + f" - leaks: {name}, {who}" + ("" if right else f": {got}"), flush=True)
sys.exit(failed)
