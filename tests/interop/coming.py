"""More than 100,000 rows to come: predictions.arrow as pyarrow reads it, against the CSV that predict prints of the same rows.

    coming.py BIN     the folder of the executables

10,000 items of 30 months whose next twelve are forecast as seasonal naive; pandas says what that is.  With ids, and of steps of
an hour, the same: a series model makes up rows, which have no ids.
Prints `ok - …` or `not ok - …`.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import pyarrow as pa

BIN = os.path.abspath(sys.argv[1])
ITEMS, KNOWN, COMING = 10_000, 30, 12
failed = False
FORMS = {
    "month": ("M", "%Y-%m", "2010-01", pa.date32(), ""),
    "hour": ("h", "%Y-%m-%d %H:%M", "2010-01-01 00:00", pa.timestamp("s"), "id: rid"),
}


def check(name, good, why=""):
    global failed
    failed = failed or not good
    print(f"ok - coming: {name}" if good else f"not ok - coming: {name} {why}")


def run(stage, *more):
    return subprocess.run([f"{BIN}/{stage}", "items.yaml", "--quiet", *more], stdout=subprocess.PIPE, text=True, check=True).stdout


def pipeline(step, ids):
    """What has so many rows to come: one series model of all items."""
    return f"""target: y
time: {{column: {step}, step: {step}, season: 12}}
group: item
{ids}
track: false
ingest:
  sources:
    - {{name: items, path: items.csv, time: {{column: {step}, format: "{FORMS[step][1]}"}}, columns: [{{match: "item", kind: integer}}, {{match: rid, kind: text}}, {{match: y}}]}}
train:
  score: mae
  series: [seasonal_naive]
  backtest: {{horizon: {COMING}}}
"""


def same(step):
    freq, form, first, kind, ids = FORMS[step]
    times = pd.period_range(first, periods=KNOWN + COMING, freq=freq).strftime(form).to_numpy()
    y = np.round(np.random.default_rng(3).normal(20, 2, (ITEMS, KNOWN)), 3)
    columns = {step: np.tile(times[:KNOWN], ITEMS), "item": np.repeat(np.arange(ITEMS), KNOWN), "y": y.ravel()}
    columns["rid"] = [f"r{i}" for i in range(y.size)]
    pd.DataFrame(columns).to_csv("items.csv", index=False)
    with open("items.yaml", "w") as f:
        f.write(pipeline(step, ids))
    run("ingest", "--data", ".")
    for stage in ("clean", "features", "train", "evaluate", "register", "predict", "report"):
        run(stage, *(["--exit-zero"] if stage == "register" else []))
    folder = "artifacts/items"
    with pa.memory_map(f"{folder}/predictions.arrow") as source:
        table = pa.ipc.open_file(source).read_all()
    names = [step, "item"] + (["rid"] if ids else []) + ["actual", "prediction"]
    kinds = [kind, pa.int64()] + ([pa.string()] if ids else []) + [pa.float64(), pa.float64()]
    with open(f"{folder}/predictions.json") as f:
        told = json.load(f)
    bands = ["lower", "upper"] if told["level"] is not None else []
    check(f"{step}: columns and types", table.schema.names == names + bands
          and table.schema.types == kinds + [pa.float64() for _ in bands], table.schema)
    empty = [n for n in names if table[n].null_count == table.num_rows]
    check(f"{step}: what is missing is null", empty == names[2:-1] and sum(table[n].null_count for n in names) == len(empty) * table.num_rows, empty)
    if bands:
        inside = table.to_pandas().dropna(subset=bands)
        check(f"{step}: bands hold the forecasts", len(inside) > 0 and
              (inside["lower"] <= inside["prediction"]).all() and (inside["prediction"] <= inside["upper"]).all(), len(inside))
    with open(f"{folder}/predictions.csv") as f:
        check(f"{step}: predictions.csv has the columns alone", f.read() == ",".join(names + bands) + "\n")
    check(f"{step}: predictions.json", told["rows"] == ITEMS * COMING and told["tables"][0]["file"] == "predictions.arrow", told)
    wanted = y[:, -COMING:].ravel()  # of a season before
    check(f"{step}: the forecasts are the values of a season before", (table["prediction"].to_numpy() == wanted).all())
    with open("asked.csv", "w") as f:
        f.write(run("predict", "--from", times[KNOWN], "--to", times[-1]))
    asked = pd.read_csv("asked.csv", dtype={"rid": str})
    found = table.to_pandas()
    found[step] = pd.to_datetime(found[step]).dt.strftime(form)
    try:
        pd.testing.assert_frame_equal(found, asked, check_dtype=False, check_exact=True)
        check(f"{step}: the range that is printed as CSV is the same table", True)
    except AssertionError as e:
        check(f"{step}: the range that is printed as CSV is the same table", False, e)
    run("predict", "--from", times[KNOWN], "--to", times[-1], "--out", "asked")
    with open("asked/predictions.arrow", "rb") as a, open(f"{folder}/predictions.arrow", "rb") as b:
        check(f"{step}: and so is the one that is written", a.read() == b.read())
    with open("reports/items/report.json") as f:
        rows = json.load(f)["predictions"]
    check(f"{step}: the report has the first 600", [r["prediction"] for r in rows] == list(wanted[:600]) and rows[0][step] == times[KNOWN], rows[:1])


with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    for form in FORMS:
        same(form)
sys.exit(failed)
