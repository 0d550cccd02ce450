"""Holds the bands of groups against pandas' groupby.

    python bands.py BANDS_PROBE BIN [ITEMS_INFO_JSON]

A million random prices in 10,000 groups: quantiles bit for bit, for several pairs of them and numbers of threads; means
and standard deviations to 1e-12.  Then orders without a day, of the real items where their file is there, from CSV to
predictions: bounds are those of the rows that were learnt from, bit for bit; what lies on a bound is no anomaly, and an
item that came later is unknown.
Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

PIPELINE = """task: anomaly
group: ITEM_ID
target: PRICE
ingest:
  sources:
    - {name: orders, path: "prices*.csv", columns: [{match: ITEM_ID, kind: text}, {match: PRICE, kind: real}]}
train:
  steps: [{quantile_bands: {min_count: 1}}]
"""
failed = 0


def check(name, why):
    global failed
    failed |= bool(why)
    print(f"not ok - bands: {name}: {why}" if why else f"ok - bands: {name}")


def bits(x):
    return np.ascontiguousarray(x, dtype=np.float64).view(np.uint64)


def probe(program, frame, groups, pair, threads):
    sent = frame.g.to_numpy(np.uint32).tobytes() + frame.x.to_numpy(np.float64).tobytes()
    got = subprocess.run([program, *map(str, (len(frame), groups, *pair, threads))], input=sent, check=True,
                         capture_output=True).stdout
    return np.frombuffer(got, np.float64).reshape(4, groups)


def random_prices(program):
    rng = np.random.default_rng(7)
    groups, n = 10_000, 1_000_000
    frame = pd.DataFrame({"g": rng.integers(0, groups, n), "x": np.round(np.exp(rng.normal(3, 1.5, n)), 2)})
    by = frame.groupby("g").x
    for pair in ((0.01, 0.99), (0.05, 0.5), (0.25, 0.9), (0, 1)):
        want = by.quantile(pair).unstack()
        for threads in (1, 3):
            got = probe(program, frame, groups, pair, threads)
            off = sum((bits(want[q]) != bits(got[k])).sum() for k, q in enumerate(pair))
            check(f"a million prices in 10,000 groups, {pair}, {threads} threads", off and f"{off} bounds differ")
    got = probe(program, frame, groups, (0.01, 0.99), 2)
    off = max(np.abs(got[2] / by.mean() - 1).max(), np.abs(got[3] / by.std() - 1).max())
    check("means and standard deviations", off > 1e-12 and f"they differ by {off}")


def run(stages, binaries, folder):
    for stage in stages:
        where = ["--out", "out"] if stage == "ingest" else ["--in", "out", "--out", "out"]
        subprocess.run([Path(binaries) / stage, "p.yaml", "--quiet", *where,
                        *(["--exit-zero"] if stage == "register" else [])], cwd=folder, check=True)


def orders(path):
    """The real items' prices, in the file's order, or others like them."""
    if path and Path(path).exists():
        return [(item["_id"], price) for item in json.load(open(path)) for price in item["historical_prices"]]
    rng = np.random.default_rng(5)
    return [(f"MLB{i}", round(float(x), 2)) for i in range(30) for x in np.exp(rng.normal(i / 4, 0.2, 97))]


def stages(binaries, path):
    rows = orders(path)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "p.yaml").write_text(PIPELINE)
        lines = [f"{item},{price!r}" for item, price in rows]
        (folder / "prices.csv").write_text("\n".join(["ITEM_ID,PRICE", *lines]) + "\n")
        run(["ingest", "clean", "features", "train"], binaries, folder)
        bands = json.load(open(folder / "out/model.json"))["steps"][0]["quantile_bands"]
        later = [f"{next(iter(bands['groups']))},{bands[end][0]!r}" for end in ("lower", "upper")]
        (folder / "prices_later.csv").write_text("\n".join(["ITEM_ID,PRICE", *later, "nobody,12.5"]) + "\n")
        run(["ingest", "clean", "features", "train", "evaluate", "register", "predict"], binaries, folder)
        said = pd.read_csv(folder / "out/predictions.csv")
        parts = pd.read_csv(folder / "out/residuals.csv")
    check("every price is judged", len(said) != len(rows) + 3 and f"{len(said)} rows of {len(rows) + 3}")
    learnt = parts[parts.part == "train"]
    want = learnt.groupby("ITEM_ID").actual.quantile([0.01, 0.99]).unstack()
    known = said[said.note != "unknown_item"]
    off = sum((bits(known[name]) != bits(want[q].loc[known.ITEM_ID])).sum()
              for name, q in (("lower", 0.01), ("upper", 0.99)))
    check("bounds of the items", off and f"{off} rows have others")
    flags = (known.PRICE < known.lower) | (known.PRICE > known.upper)
    check("anomalies lie strictly outside", (known.anomaly != flags).any() and "some do not")
    edge = known[(known.PRICE == known.lower) | (known.PRICE == known.upper)]
    check("what lies on a bound is none", (len(edge) < 2 or edge.anomaly.any()) and f"{edge}")
    check("the counts", (known.n != learnt.ITEM_ID.value_counts().loc[known.ITEM_ID].to_numpy()).any() and "they differ")
    late = said[said.note == "unknown_item"]
    check("an unknown item is no anomaly", (len(late) != 1 or late.anomaly.iloc[0] != 0) and f"{late}")


random_prices(sys.argv[1])
stages(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
sys.exit(failed)
