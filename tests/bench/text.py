"""Comments to a linear model, beside scikit-learn and fastText: `tests/bench/run --text [ROWS]`.

ROWS (160,000) comments of 512 bytes are made up (bench_text), then read, hashed and learnt from by all three, one label;
each figure is the wall time of a process of its own with two threads where a peer takes them.
"""

import os
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(ROOT, "build", "release", "tests", "bench", "bench_text")
VENV = os.path.join(ROOT, ".venv", "bin", "python")

SKLEARN = """
import sys, time
import pandas as pd
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
begin = time.perf_counter()
d = pd.read_csv(sys.argv[1])
read = time.perf_counter()
x = HashingVectorizer(n_features=1 << 18, alternate_sign=False).transform(d.comment_text)
hashed = time.perf_counter()
y = d.toxic.to_numpy()
model = SGDClassifier(loss="log_loss", random_state=1) if sys.argv[2] == "sgd" else LogisticRegression()
model.fit(x, y)
learnt = time.perf_counter()
print(read - begin, hashed - read, learnt - hashed, model.score(x, y))
"""

FASTTEXT = """
import csv, sys, time
import fasttext
fasttext.FastText.eprint = lambda *a: None
begin = time.perf_counter()
with open(sys.argv[1], newline="") as f, open(sys.argv[1] + ".ft", "w") as out:
    for row in csv.DictReader(f):
        out.write("__label__" + row["toxic"] + " " + row["comment_text"].lower().replace(",", " ") + "\\n")
read = time.perf_counter()
model = fasttext.train_supervised(sys.argv[1] + ".ft", epoch=5, thread=2, verbose=0)
learnt = time.perf_counter()
print(read - begin, 0, learnt - read, model.test(sys.argv[1] + ".ft")[1])
"""


def figures(command):
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [float(w) for w in out.split() if w.replace(".", "", 1).replace("e-", "", 1).isdigit()]


def bench(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "comments.csv")
        subprocess.run([BENCH, "make", path, str(rows)], check=True)
        print(f"{rows} comments, {os.path.getsize(path) / 1e6:.0f} MB: seconds to read, hash, learn; share of rows right")
        work = [("nightmill", [BENCH, path, "2", "5"])]
        if os.path.exists(VENV):
            work += [("scikit-learn, SGDClassifier", [VENV, "-c", SKLEARN, path, "sgd"]),
                     ("scikit-learn, LogisticRegression", [VENV, "-c", SKLEARN, path, "lbfgs"]),
                     ("fastText, 5 epochs", [VENV, "-c", FASTTEXT, path])]
        for name, command in work:
            read, hashed, learnt, right = figures(command)[-4:]
            print(f"{name:34} {read:7.3f} {hashed:7.3f} {learnt:7.3f}   total {read + hashed + learnt:7.3f}   {right:.4f}",
                  flush=True)
