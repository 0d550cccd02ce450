"""bin/predict --input against the chain, and its log against Python's sqlite3.

    predict.py BIN ROOT     the folder of the executables, the project

Rows of the samples are asked for from CSV files, columns shuffled, in three encodings where texts have one: each answer is, to
the last digit, what residuals.csv has for the same row.  A price that equals a bound of its item is no anomaly, the next number
beyond is one.  Two writers beside each other: what the log holds is what was printed, as is what --history prints, as CSV and as
JSON; of a log that somebody has damaged, too, JSON stays JSON.  No artifact changes.
Prints `ok - …` or `not ok - …`.
"""
import csv
import hashlib
import io
import json
import math
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

BIN, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
LABELS = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
bad = []


def expect(good, what):
    if not good:
        bad.append(what)
    return good


def run(stage, name, *words):
    done = subprocess.run([f"{BIN}/{stage}", f"pipeline/{name}.yaml", "--quiet", *words], capture_output=True, text=True)
    expect(done.returncode == 0, f"{stage} {name} {' '.join(words)}: {done.returncode} {done.stderr}")
    return done.stdout


def chain(name, *words):
    shutil.copytree(ROOT / "data" / name, f"data/{name}")
    for stage in ("ingest", "clean", "features", "train", "evaluate", "register"):
        run(stage, name, *words, *(["--exit-zero"] if stage == "register" else []))
    return list(csv.DictReader(open(f"artifacts/{name}/residuals.csv")))


def sums():
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(pathlib.Path().rglob("*")) if p.is_file() and "state" not in p.parts}


def shuffled(name, pattern):
    """The sample's rows as questions, columns in another order."""
    rows = list(csv.reader(open(next(pathlib.Path("data", name).glob(pattern)))))
    order = random.Random(1).sample(range(len(rows[0])), len(rows[0]))
    with open(f"{name}.asked.csv", "w") as f:
        csv.writer(f).writerows([[row[i] for i in order] for row in rows])
    return f"{name}.asked.csv"


def encoded():
    """Comments as the service sends them, each in one of three encodings."""
    rng, out = random.Random(2), b"request_id,text,network,language,encoding_type\n"
    for i, row in enumerate(csv.DictReader(open("data/toxic/jigsaw_sample.csv"))):
        code = rng.choice(["utf-8", "latin-1", "windows-1252"])
        text = '"' + row["comment_text"].replace('"', '""') + '"'
        try:
            text = text.encode(code)
        except UnicodeEncodeError:
            code, text = "utf-8", text.encode()
        out += f"q{i},".encode() + text + f',"a, ""b""\r\n{i}",es,{code}\n'.encode()
    pathlib.Path("toxic.asked.csv").write_bytes(out)
    return "toxic.asked.csv"


def ask(name, path):
    return list(csv.DictReader(io.StringIO(run("predict", name, "--input", path))))


def same(name, answers, residuals, columns):
    """Row by row the same texts."""
    differ = sum(any(a[c] != r[c] for c in columns) or a["note"] != "" for a, r in zip(answers, residuals))
    return expect(len(answers) == len(residuals) > 100 and differ == 0, f"{name}: {len(answers)} answers, {len(residuals)} residuals, {differ} differ")


def logged(name):
    """The log as Python's sqlite3 has it, against --history."""
    db = sqlite3.connect("state/predictions.db")
    expect(db.execute("PRAGMA integrity_check").fetchone() == ("ok",), "the log is damaged")
    for batch, columns, rows, sha256, source in db.execute("SELECT id, columns, rows, sha256, input FROM batch WHERE pipeline = ?", (name,)).fetchall():
        held = [json.loads(cells) for (cells,) in db.execute("SELECT cells FROM answer WHERE batch = ? ORDER BY row", (batch,))]
        printed = list(csv.reader(io.StringIO(run("predict", name, "--history", "--batch", str(batch)), newline="")))
        lines = [json.loads(line) for line in run("predict", name, "--history", "--batch", str(batch), "--format", "json").splitlines()]
        expect(printed[0] == json.loads(columns) and len(held) == rows == len(printed) - 1, f"{name}: batch {batch} has other columns or rows")
        expect(all(equal(p, c) for line, cells in zip(printed[1:], held) for p, c in zip(line, cells)), f"{name}: batch {batch} as CSV")
        expect([list(line.items()) for line in lines] == [list(zip(printed[0], cells)) for cells in held], f"{name}: batch {batch} as JSON")
        expect(hashlib.sha256(pathlib.Path(source).read_bytes()).hexdigest() == sha256, f"{name}: batch {batch} has another digest")
    return db.execute("SELECT count(*) FROM answer").fetchone()[0]


def equal(text, cell):
    return text == (cell if isinstance(cell, str) else "") or (isinstance(cell, (int, float)) and float(text) == cell)




def prices(residuals):
    """At, just beyond and far from each item's bounds: a price that equals a bound is no anomaly."""
    bands = {r["ITEM_ID"]: (r["lower"], r["upper"], r["n"]) for r in residuals if r["kind"] == "none" and r["lower"]}
    asked = [(item, repr(price), anomaly) for item, (low, high, n) in bands.items() for low, high in [(float(low), float(high))]
             for price, anomaly in [(low, "0"), (high, "0"), (math.nextafter(low, -math.inf), "1"), (math.nextafter(high, math.inf), "1")]]
    with open("item_prices.asked.csv", "w") as f:
        csv.writer(f).writerows([["price", "item_id"]] + [[price, item] for item, price, _ in asked] + [["1", "nobody's"]])
    answers = ask("item_prices", "item_prices.asked.csv")
    wrong = sum((a["item_id"], a["anomaly"], a["lower"], a["upper"], a["n"], a["note"]) != (item, anomaly, *bands[item], "")
                for a, (item, _, anomaly) in zip(answers, asked))
    expect(len(bands) > 10 and wrong == 0, f"item_prices: {wrong} of {len(asked)} differ")
    expect(list(answers[-1].values())[1:] == ["nobody's", "1", "0", "", "", "0", "unknown_item"], f"item_prices: {answers[-1]}")
    return len(answers)


def hostile():
    """A log that anybody may have written: JSON stays JSON, and what cannot be read is said."""
    shutil.copy("state/predictions.db", "state/hostile.db")
    db = sqlite3.connect("state/hostile.db")
    db.execute("UPDATE batch SET made_at = CAST(x'ff1b5b33316d22' AS TEXT), rows = 'many', sha256 = 1e300, refused = -1")
    where = ["--log", "state/hostile.db", "--format", "json"]
    db.commit()
    lines = [json.loads(line) for line in run("predict", "iris", "--history", *where).splitlines()]
    expect(lines and lines[0]["rows"] == "many" and isinstance(lines[0]["batch"], int), f"a hostile history: {lines}")
    for cells in ('[]', 'x', '{"a": 1}', '["\\u0000"]', '[[[[', None):
        db.execute("UPDATE answer SET cells = coalesce(?, x'ff00') WHERE batch = ?", (cells, lines[0]["batch"]))
        db.commit()
        done = subprocess.run([f"{BIN}/predict", "pipeline/iris.yaml", "--history", "--batch", str(lines[0]["batch"]), "--quiet", *where], capture_output=True, text=True)
        expect(done.returncode == 1 and done.stdout == "" and "the log is damaged" in done.stderr, f"cells {cells}: {done}")


def main():
    os.chdir(folder)
    shutil.copytree(ROOT / "pipeline", "pipeline")
    residuals = {"iris": chain("iris"), "housing": chain("housing"), "toxic": chain("toxic", "--set", "train.folds=2"),
                 "item_prices": chain("item_prices")}
    before = sums()
    asked = {"iris": shuffled("iris", "*.csv"), "housing": shuffled("housing", "*.csv"), "toxic": encoded()}
    before.update({p: h for p, h in sums().items() if p.name.endswith(".asked.csv")})
    beside = subprocess.Popen([f"{BIN}/predict", "pipeline/housing.yaml", "--input", asked["housing"], "--quiet"], stdout=subprocess.DEVNULL)
    species = [c for c in residuals["iris"][0] if c.startswith("probability_")]
    same("iris", ask("iris", asked["iris"]), residuals["iris"], ["prediction", *species])
    same("housing", ask("housing", asked["housing"]), residuals["housing"], ["actual", "prediction"])
    comments = ask("toxic", asked["toxic"])
    same("toxic", comments, residuals["toxic"], [f"prediction_{label}" for label in LABELS])
    expect([c["request_id"] for c in comments] == [f"q{i}" for i in range(len(comments))], "toxic: other ids")
    n_prices = prices(residuals["item_prices"])
    before[pathlib.Path("item_prices.asked.csv")] = sums()[pathlib.Path("item_prices.asked.csv")]
    expect(beside.wait() == 0, "two at once")
    answers = [logged(name) for name in residuals][-1]
    expect(answers == 150 + 2 * len(residuals["housing"]) + len(comments) + n_prices, f"the log has {answers} answers")
    hostile()
    expect(sums() == before, "an artifact changed")
    what = f"predict: {answers} answers from CSV are residuals.csv's to the last digit, and the log's by sqlite3; no artifact changes"
    print(f"{'not ok' if bad else 'ok'} - interop: {what}", *bad[:10], sep="\n  ")


with tempfile.TemporaryDirectory() as folder:
    main()
sys.exit(bool(bad))
