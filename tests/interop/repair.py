"""Decimal points that were lost, against two oracles that know nothing of the program.

    repair.py BIN                    series by chance whose true values are known: each comes back, up to one power of ten
    repair.py --bank DATA ARTIFACTS  the bank's columns in clean.arrow are the path of least change over powers of ten

Prints `ok - …` or `not ok - …`.
"""
import csv
import json
import math
import random
import subprocess
import sys
import tempfile

import pyarrow as pa


def say(good, what):
    print(f"{'ok' if good else 'not ok'} - interop: {what}")
    return 0 if good else 1


def read(path):
    with pa.OSFile(path) as f:
        return pa.ipc.open_file(f).read_all()


def digits(x):
    """Nine digits without their point and without zeros at the end, grouped in threes from the left."""
    text = f"{x:.8e}".split("e")[0].replace(".", "").rstrip("0")
    return ".".join(text[i:i + 3] for i in range(0, len(text), 3))


def series(rng, n):
    """A positive walk; sometimes with one odd value, a step to another level, or a season."""
    level, out = rng.uniform(0, 3), []
    kind, at = rng.choice(["plain", "odd", "step", "season"]), rng.randrange(n)
    sd = rng.choice([0.005, 0.02, 0.05])
    for t in range(n):
        level += rng.gauss(0, sd)
        level += 0.35 if kind == "step" and t == at else 0
        extra = 0.3 if kind == "odd" and t == at else 0.1 * math.sin(t / 2) if kind == "season" else 0
        out.append(round(10 ** (level + extra), 8 - int(level + extra)))
    return out


def place(stage, folder):
    """Where a stage reads and writes: all but ingest read artifacts."""
    return [*(["--in", folder] if stage != "ingest" else []), "--out", folder]


def by_chance(bin):
    rng = random.Random(4)
    n, p = 90, 60
    true = [series(rng, n) for _ in range(p)]
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/x.csv", "w", newline="") as f:
            w = csv.writer(f)
            w.writerow(["t"] + [f"c{j}" for j in range(p)] + ["y"])
            for t in range(n):
                cells = ["" if rng.random() < 0.03 else digits(true[j][t]) for j in range(p)]
                w.writerow([f"{2000 + t // 12}-{t % 12 + 1:02d}"] + cells + [1])
        with open(f"{folder}/p.yaml", "w") as f:
            f.write(f"""title: repair
task: regression
target: y
time: {{column: month, step: month}}
ingest:
  sources:
    - name: x
      path: {folder}/x.csv
      time: {{column: t, format: "%Y-%m"}}
      columns: [{{match: "c*", kind: digits, group: "."}}, {{match: y}}]
clean: {{missing: keep, repair: [{{match: "c*", digits: 9, point: series}}]}}
""")
        for stage in ("ingest", "clean"):
            subprocess.run([f"{bin}/{stage}", f"{folder}/p.yaml", *place(stage, folder), "--quiet"], check=True)
        table = read(f"{folder}/clean.arrow")
        quality = json.load(open(f"{folder}/quality.json"))
    wrong, crossed = [], 0
    for j in range(p):
        got = table[f"c{j}"].to_pylist()
        ratios = {round(math.log10(g / x), 6) for g, x in zip(got, true[j]) if g is not None}
        crossed += len({math.floor(math.log10(x)) for x in true[j]}) > 1
        if len(ratios) != 1 or next(iter(ratios)) != round(next(iter(ratios))):
            wrong.append(f"c{j}: {sorted(ratios)}")
    for line in wrong:
        print(f"  {line}")
    return say(not wrong and crossed > 10 and not quality["jumps"],
               f"{p} series without their points, {crossed} of them across a power of ten: {len(wrong)} came back wrong")


def least_change(logs):
    """The exponents of the path with the least sum of steps; of equal ones that which moves fewest cells."""
    span = range(-3, 4)
    cost = {k: (0.0, abs(k) > 0, [k]) for k in span}
    for a, b in zip(logs, logs[1:]):
        cost = {k: min((c + abs(b + k - a - j), moved + (k != 0), path + [k]) for j, (c, moved, path) in cost.items())
                for k in span}
    return min(cost.values())[2]


def bank(data, artifacts):
    with open(f"{data}/banco_central.csv", newline="") as f:
        rows = {}
        for row in csv.DictReader(f):
            rows.setdefault(row["Periodo"][:7], row)
    table = read(f"{artifacts}/clean.arrow")
    months = [m.strftime("%Y-%m") for m in table["month"].to_pylist()]
    wrong = moved = 0
    steepest = 0.0
    columns = [c for c in table.column_names if "PIB" in c]
    for c in columns:
        padded = [int(rows[m][c].replace(".", "").ljust(9, "0")) for m in months]
        path = least_change([math.log10(x) for x in padded])
        usual = max(sorted(set(path), key=abs), key=path.count)
        expected = [x * 10 ** (k - usual) if k >= usual else x / 10 ** (usual - k) for x, k in zip(padded, path)]
        got = table[c].to_pylist()
        moved += sum(k != usual for k in path)
        wrong += sum(a != b for a, b in zip(expected, got))
        steepest = max([steepest] + [abs(math.log10(b / a)) for a, b in zip(got, got[1:])])
    return say(len(columns) == 28 and wrong == 0 and moved > 0 and steepest < 0.5,
               f"28 columns of the bank as the path of least change has them, {moved} points placed, {wrong} cells differ, "
               f"no step above 10^{steepest:.2f}")


sys.exit(bank(*sys.argv[2:]) if sys.argv[1] == "--bank" else by_chance(sys.argv[1]))
