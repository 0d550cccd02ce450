"""The milk pipeline on the real price, month by month, against forecasts that another program made with the same formulas.

    milk_one_step.py ARTIFACTS MONTHS.csv

MONTHS.csv has a line a month: the weights of three members and the forecast one month ahead.  ARTIFACTS is the pipeline's
folder after a whole run.  Forecasts and errors must agree to four digits, and so must the weights that model.json ends with.
Prints `ok - …` or `not ok - …`.
"""
import csv
import json
import math
import os
import sys

ARTIFACTS, MONTHS = sys.argv[1:]
SPANS = {"long": ("1995-01", "2021-02"), "recent": ("2017-03", "2020-04")}
PUBLISHED = {"long": 4.3570, "recent": 5.8309}
failed = False


def check(name, wrong):
    global failed
    print(("not ok" if wrong else "ok") + f" - milk month by month: {name}" + (f": {wrong}" if wrong else ""))
    failed = failed or bool(wrong)


def rows_of(path):
    with open(path, newline="") as f:
        return list(csv.DictReader(f))


def check_forecasts(rows):
    """Those of backtest.csv: each month, and the errors of both spans."""
    theirs = {r["month"]: float(r["forecast"]) for r in months}
    ours = {r["month"]: float(r["prediction"]) for r in rows}
    missing = sorted(set(theirs) - set(ours) - {months[-1]["month"]})
    off = {m: (x, theirs[m]) for m, x in ours.items() if not math.isclose(x, theirs[m], rel_tol=5e-5)}
    check("the forecasts", missing or off)
    for span, (first, last) in SPANS.items():
        e = [ours[r["month"]] - float(r["actual"]) for r in rows if first <= r["month"] <= last]
        got = math.sqrt(sum(x * x for x in e) / len(e))
        check(f"the error, {span}", abs(got - PUBLISHED[span]) > 1e-4 and f"{got:.6f}, not {PUBLISHED[span]}")


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
    off = any(abs(a - b) > 5e-4 for a, b in zip(w, want))
    check(f"the weights for {theirs['month']}", off and f"{w}, not {want}")


def read_json(name):
    with open(os.path.join(ARTIFACTS, name)) as f:
        return json.load(f)


months = rows_of(MONTHS)
check_forecasts(rows_of(os.path.join(ARTIFACTS, "backtest.csv")))
check_intervals(read_json("backtest.json"))
check_weights(read_json("model.json"))
coming = rows_of(os.path.join(ARTIFACTS, "predictions.csv"))[0]
check("the month to come", not math.isclose(float(coming["prediction"]), float(months[-1]["forecast"]), rel_tol=5e-5) and str(coming))
sys.exit(failed)
