"""The milk pipeline on the real price, month by month, against forecasts that another program made with the same formulas.

    milk_one_step.py BIN ARTIFACTS PIPELINE.yaml MONTHS.csv

MONTHS.csv has a line a month: the three members' forecasts one month ahead, their weights, the forecast.  ARTIFACTS is the
pipeline's folder after a whole run.  Forecasts and errors must agree to four digits, as must the weights that model.json
ends with.  Prints `ok - …` or `not ok - …`.
"""
import csv
import json
import math
import os
import subprocess
import sys
import tempfile

BIN, ARTIFACTS, PIPELINE, MONTHS = sys.argv[1:]
MEMBERS = {"stl_ets": "M1", "stl_ridge": "M2", "stl_ar": "M3"}
SPANS = {"long": ("1995-01", "2021-02"), "recent": ("2017-03", "2020-04")}
PUBLISHED = {"forecast": (4.3570, 5.8309), "M1": (4.4955, 5.9454), "M2": (4.3682, 6.0260), "M3": (4.6983, 5.6357)}
failed = False


def check(name, wrong):
    global failed
    print(("not ok" if wrong else "ok") + f" - milk month by month: {name}" + (f": {wrong}" if wrong else ""))
    failed = failed or bool(wrong)


def rows_of(path):
    with open(path, newline="") as f:
        return list(csv.DictReader(f))


def compare(name, column, rows, digits):
    """Of forecasts in backtest.csv: each month to so many digits, and the errors of both spans to four decimals."""
    theirs = {r["month"]: r for r in months}
    ours = {r["month"]: float(r["prediction"]) for r in rows if r["actual"]}
    missing = set(theirs) - set(ours) - {"2021-03"}
    off = {m: (ours[m], float(theirs[m][column])) for m in ours
           if not math.isclose(ours[m], float(theirs[m][column]), rel_tol=digits)}
    check(f"the forecasts of {name}", (missing and f"{len(missing)} months are missing") or (off and str(off)))
    for (span, (first, last)), want in zip(SPANS.items(), PUBLISHED[column]):
        e = [ours[r["month"]] - float(r["actual"]) for r in rows if first <= r["month"] <= last]
        got = math.sqrt(sum(x * x for x in e) / len(e))
        check(f"the error of {name}, {span}", abs(got - want) > 1e-4 and f"{got:.6f}, not {want}")


def check_intervals(figures):
    spans = {s["name"]: s for s in figures["spans"]}
    bands = spans["long"]["bands"]
    check("90 % intervals cover 87 to 92 % of the long span", not 0.87 <= bands["coverage"] <= 0.92 and str(bands))
    check("their mean score is at most 18.5", bands["score"] > 18.5 and str(bands))


def check_weights(model):
    """Of the state behind the steps that were learnt from: those of the next month."""
    series = model["series"]
    errors = series["state"]["model"]["errors"]
    w = [(min(errors) / e) ** series["parameters"]["power"] for e in errors]
    w = [x / sum(w) for x in w]
    theirs = months[series["steps"] - 60]
    want = [float(theirs[k]) for k in ("w1", "w2", "w3")]
    off = any(abs(a - b) > 1e-4 for a, b in zip(w, want))
    check(f"the weights for {theirs['month']}", off and f"{w}, not {want}")


def read_json(name):
    with open(os.path.join(ARTIFACTS, name)) as f:
        return json.load(f)


months = rows_of(MONTHS)
compare("the combination", "forecast", rows_of(os.path.join(ARTIFACTS, "backtest.csv")), 5e-5)
check_intervals(read_json("backtest.json"))
check_weights(read_json("model.json"))
coming = rows_of(os.path.join(ARTIFACTS, "predictions.csv"))[0]
check("the month to come", not math.isclose(float(coming["prediction"]), float(months[-1]["forecast"]), rel_tol=5e-5) and str(coming))
with tempfile.TemporaryDirectory() as folder:
    for member, column in MEMBERS.items():
        subprocess.run([f"{BIN}/evaluate", PIPELINE, "--in", ARTIFACTS, "--out", folder, "--quiet", "--set",
                        f"train.series=[{{{member}: {{transform: log}}}}]"], check=True)
        compare(member, column, [r for r in rows_of(os.path.join(folder, "backtest.csv")) if r["prediction"]], 2e-4)
sys.exit(failed)
