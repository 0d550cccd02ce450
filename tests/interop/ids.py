"""Rows with ids against pandas: from CSV to residuals and predictions each row keeps its id, which is no feature.

    ids.py BIN     the folder of the executables

Tables by chance, with and without time and groups; ids that are texts or whole numbers up to 64 bits, in any order; two sources;
rows whose target is not known; without a time ids that stand twice, of which the first or the last stays.  Whatever stands
beside an id in clean.arrow, features.arrow, residuals and predictions is what pandas has for it.  A range of many series is what
residuals and predictions have in it.
Prints `ok - …` or `not ok - …`.
"""
import io
import random
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import pyarrow as pa

BIN = sys.argv[1]


def read(path):
    with pa.OSFile(path) as f:
        return pa.ipc.open_file(f).read_all().to_pandas(integer_object_nulls=True)


def ids_of(rng, n, numbers):
    if numbers:
        return [2**63 - 1, -2**63, 2**53 + 1, 2**53, -1, *rng.sample(range(10**6), n)][:n]
    letters = ["a", "é", "10", "9", "z z", "a,b", '"', "-", "007"]
    return [f"{rng.choice(letters)}{i}{rng.choice(letters)}" for i in range(n)]


def table(rng, timed, grouped, numbers):
    """One row an id; the target of some is missing, without a time a few more times in the file."""
    n = rng.choice([30, 80, 300])
    frame = pd.DataFrame({"rid": pd.Series(ids_of(rng, n, numbers), dtype=object), "x": [rng.randint(-99, 99) for _ in range(n)]})
    frame["y"] = [round(3 * x + rng.uniform(0, 9), 2) for x in frame["x"]]
    frame.loc[[rng.random() < 0.1 for _ in range(n)], "y"] = np.nan
    groups = ["b", "a", "c"] if grouped else ["a"]
    frame["item"] = [groups[i % len(groups)] for i in range(n)]
    frame["day"] = [str(d.date()) for d in pd.date_range("2021-01-01", periods=n)[[i // len(groups) for i in range(n)]]]
    return frame.sample(frac=1, random_state=rng.randint(0, 9999)).reset_index(drop=True)


def write(rng, folder, frame, timed, grouped, numbers, keep):
    kind = "integer" if numbers else "text"
    columns = ["x", "rid", "y"] + ["item"] * grouped + ["day"] * timed
    rng.shuffle(columns)
    again = frame.sample(frac=0 if timed else 0.1, random_state=1).assign(x=lambda t: t["x"] + 1, y=lambda t: t["y"].fillna(5))
    pd.concat([frame, again])[columns].to_csv(f"{folder}/a.csv", index=False)
    both = timed and rng.random() < 0.5
    time = "time: {column: day}," if timed else ""
    group = "{match: item, kind: text}," if grouped else ""
    more = f"\n    - {{name: b, path: {folder}/b.csv, {time} columns: [{group} {{match: z}}]}}" if both else ""
    if both:
        frame[["day"] + ["item"] * grouped].assign(z=[rng.randint(0, 9) for _ in range(len(frame))]).sample(
            frac=1, random_state=2).to_csv(f"{folder}/b.csv", index=False)
    with open(f"{folder}/p.yaml", "w") as f:
        f.write(f"""id: rid
target: y
{'time: {column: day, step: day}' if timed else ''}
{'group: item' if grouped else ''}
ingest:
  sources:
    - {{name: a, path: {folder}/a.csv, {time} columns: [{group} {{match: rid, kind: {kind}}}, {{match: "*"}}]}}{more}
clean: {{{f'duplicates: {keep}' if not timed else 'gaps: keep'}}}
features: [{{lag: [{1 if timed else 0}], of: x}}]
train: {{folds: 2, steps: [mean: {{}}]}}
""")
    return again


def run(folder):
    for stage in ("ingest", "clean", "features", "train", "evaluate", "register", "predict"):
        place = [*(["--in", folder] if stage != "ingest" else []), "--out", folder]
        place += ["--exit-zero"] if stage == "register" else []
        done = subprocess.run([f"{BIN}/{stage}", f"{folder}/p.yaml", *place, "--quiet"], capture_output=True, text=True)
        if done.returncode:
            return f"{stage}: {done.stderr}"
    return None


def beside(got, want, columns):
    """Whether each id of got has the values that it has in want, and stands there once."""
    want = want.set_index("rid")
    return (got["rid"].is_unique and set(got["rid"]) <= set(want.index) and
            all(np.array_equal(got[c].to_numpy(dtype=float), want.loc[list(got["rid"]), c].to_numpy(dtype=float), equal_nan=True) for c in columns))


def ranged(rng, folder, residuals, predictions, days):
    """A range of many series has the rows that residuals and predictions have in it, by group and time."""
    first, last = sorted(rng.choice(list(days)) for _ in range(2))
    done = subprocess.run([f"{BIN}/predict", f"{folder}/p.yaml", "--in", folder, "--from", first, "--to", last], capture_output=True, text=True)
    columns = ["day", "item", "rid", "prediction"]
    every = pd.concat([residuals[columns], predictions[columns]]).astype({"rid": str})
    want = every[(every["day"] >= first) & (every["day"] <= last)].sort_values(["item", "day"])
    got = pd.read_csv(io.StringIO(done.stdout), dtype={"rid": str}, keep_default_na=False) if len(want) else want
    return (done.returncode == 0 or len(want) == 0) and got[columns].to_numpy().tolist() == want.to_numpy().tolist()


def trial(seed):
    rng = random.Random(seed)
    timed, grouped, numbers, keep = seed % 2 == 0, seed % 4 > 1, rng.random() < 0.5, rng.choice(["first", "last"])
    frame = table(rng, timed, grouped, numbers)
    kinds = {"rid": object, "item": str}
    with tempfile.TemporaryDirectory() as folder:
        again = write(rng, folder, frame, timed, grouped, numbers, keep)
        fault = run(folder)
        if fault:
            return False, fault, 0
        # A row without its target gives way to one that has it; else the first or the last stays.
        rows = pd.concat([frame, again])
        rows["open"] = rows["y"].isna()
        rows = rows.iloc[::-1] if keep == "last" else rows
        rows = rows.sort_values("open", kind="stable").drop_duplicates("rid")
        clean, features, upcoming = (read(f"{folder}/{name}.arrow") for name in ("clean", "features", "upcoming"))
        as_number = {"rid": lambda s: int(s) if numbers and s else s}
        residuals = pd.read_csv(f"{folder}/residuals.csv", converters=as_number, dtype={"item": str}, keep_default_na=False, na_values={"actual": ""})
        predictions = pd.read_csv(f"{folder}/predictions.csv", converters=as_number, keep_default_na=False, dtype={"prediction": float})
        at = timed + grouped
        good = all(list(t.columns)[at] == "rid" for t in (clean, features, upcoming)) and "rid" not in open(f"{folder}/features.json").read()
        good = good and set(clean["rid"]) == set(rows["rid"]) and beside(clean, rows, ["x", "y"])
        good = good and beside(features, rows, ["y"]) and (timed or beside(features, rows, ["x"]))
        good = good and list(residuals["rid"]) == list(features["rid"]) and beside(residuals.rename(columns={"actual": "y"}), rows, ["y"])
        named = [i for i in predictions["rid"] if i != ""]
        good = good and named == [i for i in upcoming["rid"] if not pd.isna(i)] and len(predictions) == len(upcoming)
        good = good and (timed or set(named) == set(rows["rid"][rows["open"]]))
        good = good and (not (timed and grouped) or ranged(rng, folder, residuals, predictions, frame["day"]))
        return good, f"seed {seed}: time {timed}, groups {grouped}, numbers {numbers}, {len(rows)} rows", len(clean)


failed = total = 0
for seed in range(40):
    good, what, n = trial(seed)
    total += n
    if not good:
        failed += 1
        print(f"  {what}")
good = failed == 0 and total > 3000
print(f"{'ok' if good else 'not ok'} - interop: each row keeps its id from CSV to predictions, beside what pandas has for it, 40 tables, {total} rows, {failed} differ")
sys.exit(not good)
