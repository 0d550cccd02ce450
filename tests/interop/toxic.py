"""Holds the pipeline toxic against scikit-learn, on the sample and, where there is one, on the real labelled set.

    python toxic.py BIN [FOLDER]

BIN holds the executables, FOLDER is that of the real jigsaw_sample.csv.  The stages run on each, and scikit-learn's
CountVectorizers, TfidfTransformer and LogisticRegression learn from the same rows with the same n-grams and settings:
the mean area under the ROC curves of the rows that are held out may be 0.002 below theirs at most, and the figures that
the stages give of their own probabilities must be scikit-learn's of them.
Prints "ok NAME", "not ok NAME: why" or "skip NAME: why" a check; the exit status is 1 when one failed.
"""

import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
from scipy.sparse import hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

LABELS = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
FILE = "jigsaw_sample.csv"
BELOW = 0.002


def run(bin_, root, data, out):
    yaml = os.path.join(root, "pipeline", "toxic.yaml")
    for stage in ["ingest", "clean", "features", "train", "evaluate"]:
        given = ["--out", out, "--quiet"] + (["--data", data] if stage == "ingest" else ["--in", out])
        done = subprocess.run([os.path.join(bin_, stage), yaml, *given], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{stage} ended with {done.returncode}: {done.stderr.strip()[:300]}")


def document(out, name):
    with open(os.path.join(out, name)) as f:
        return json.load(f)


def figures(rows):
    """Those of the held-out rows, as metrics.json has them."""
    y = rows[[f"actual_{name}" for name in LABELS]].to_numpy()
    p = rows[[f"prediction_{name}" for name in LABELS]].to_numpy()
    return {"roc_auc": roc_auc_score(y, p), "average_precision": average_precision_score(y, p),
            "log_loss": np.mean([log_loss(y[:, k], p[:, k], labels=[0, 1]) for k in range(len(LABELS))]),
            "brier_score": np.mean((y - p) ** 2)}


def peer(texts, y, train, test, steps):
    """The area of scikit-learn's model with these settings."""
    h, t, c = steps["hash_text"], steps["tfidf"], steps["C"]
    of = [("word", h["word_min"], h["word_max"]), ("char_wb" if h["char_wb"] else "char", h["char_min"], h["char_max"])]
    counts = [CountVectorizer(analyzer=a, ngram_range=(low, high)).fit_transform(texts) for a, low, high in of if high]
    x = hstack(counts).tocsr()
    weighed = TfidfTransformer(norm=t["norm"], sublinear_tf=t["sublinear_tf"]).fit(x[train]).transform(x)
    areas = [roc_auc_score(y[test, k], LogisticRegression(C=c, max_iter=1000).fit(weighed[train], y[train, k])
                           .decision_function(weighed[test])) for k in range(y.shape[1])]
    return float(np.mean(areas))


def check(bin_, root, data):
    with tempfile.TemporaryDirectory() as out:
        run(bin_, root, data, out)
        model, metrics = document(out, "model.json"), document(out, "metrics.json")["holdout"]
        rows = pd.read_csv(os.path.join(out, "residuals.csv"), dtype={"id": str})
    comments = pd.read_csv(os.path.join(data, FILE), dtype={"id": str}).set_index("id")
    held = rows.part != "train"
    for name, value in figures(rows[held]).items():
        if abs(value - metrics[name]) > 1e-9:
            return f"{name} is {metrics[name]}, scikit-learn's of the same probabilities {value}"
    comments = comments.loc[rows.id]
    steps = {name: state for step in model["steps"] for name, state in step.items()}
    steps["C"] = model["search"]["best"]["logistic_regression.C"]
    theirs = peer(comments.comment_text, comments[LABELS].to_numpy(), np.flatnonzero(~held), np.flatnonzero(held), steps)
    print(f"# toxic: area {metrics['roc_auc']:.4f}, scikit-learn's {theirs:.4f}, of {held.sum()} rows")
    if metrics["roc_auc"] < theirs - BELOW:
        return f"the mean area is {metrics['roc_auc']:.4f}, scikit-learn's {theirs:.4f}"
    return None


def main():
    bin_, root = os.path.abspath(sys.argv[1]), os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
    real, failed = sys.argv[2] if len(sys.argv) > 2 else "", 0
    for name, data in [("sample", os.path.join(root, "data", "toxic")), ("real", real)]:
        if not os.path.exists(os.path.join(data, FILE)):
            print(f"skip - toxic: {name}: there is no {FILE}")
            continue
        why = check(bin_, root, data)
        print(f"not ok - toxic: {name}: {why}" if why else f"ok - toxic: {name}: beside scikit-learn")
        failed |= bool(why)
    return failed


sys.exit(main())
