"""The whole chain over a large table: seven columns of reals without a time, standardised, ridge with four penalties on
three folds, from a CSV file to metrics, residuals and report; beside polars and scikit-learn doing the same work.

Every stage is a process of its own, with its sync to disk; the peer is one process without any, and its imports do not
count.  Both take the threads that the machine has.
"""

import os
import re
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv", "bin", "python")
STAGES = ["ingest", "clean", "features", "train", "evaluate", "register", "predict", "report"]
PIPELINE = """task: regression
target: y
track: false
ingest:
  sources:
    - {name: large, path: CSV, columns: [{match: "*", kind: real}]}
features: [{lag: [0], of: "x*"}]
train:
  folds: 3
  steps: [{scale: {}}, {ridge: {alpha: [0.1, 1, 10, 100]}}]
"""


def run(command):
    """Wall time, processor time and peak memory in MiB of a stage; the peak is what it says itself."""
    begin = time.perf_counter()
    # A shell in between: the kernel counts what a process held before it became the stage.
    child = subprocess.Popen(["sh", "-c", '"$@"; exit $?', "sh", *command],
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"{' '.join(command)}: {said}")
    peak = re.findall(r"peak ([0-9.]+) MiB", said)[-1]
    return wall, used.ru_utime + used.ru_stime, float(peak)


def ours(scratch, csv):
    """Every stage once: [(name, wall, processor, peak)]."""
    yaml, artifacts = os.path.join(scratch, "large.yaml"), os.path.join(scratch, "artifacts")
    with open(yaml, "w") as f:
        f.write(PIPELINE.replace("CSV", csv))
    done = []
    for stage in STAGES:
        reads = [] if stage == "ingest" else ["--in", artifacts]
        where = ["--reports", artifacts] if stage == "report" else ["--out", artifacts]
        where += ["--exit-zero"] if stage == "register" else []
        done.append((stage, *run([os.path.join(ROOT, "bin", stage), yaml, *reads, *where])))
    shutil.rmtree(artifacts)
    return done


def theirs(scratch, csv):
    """Seconds without the imports, and the peak; None without the virtual environment."""
    if not os.path.exists(VENV):
        return None
    out = os.path.join(scratch, "peer.arrow")
    command = [VENV, os.path.join(ROOT, "tests", "bench", "peers.py"), "chain", csv, out]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    text = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit("the peer failed")
    os.remove(out)
    return float(text.split()[-1]), used.ru_maxrss / 1024


def bench(line, scratch, rows):
    csv = os.path.join(scratch, "large.csv")
    with open(csv, "w") as f:
        subprocess.run([os.path.join(ROOT, "build", "release", "tests", "bench", "bench_table"), str(rows), "8"],
                       check=True, stdout=f)
    peer = theirs(scratch, csv)
    done = ours(scratch, csv)
    again = ours(scratch, csv)
    best = [min(pair, key=lambda s: s[1]) for pair in zip(done, again)]
    line(f"the whole chain, {rows / 1e6:g} M rows x 7", sum(s[1] for s in best), "polars, sklearn",
         peer[0] if peer else None, "half of it")
    for stage, wall, used, peak in best:
        print(f"  {stage:9} {wall:7.3f} s, {used:6.2f} s of processors, peak {peak:6.1f} MiB")
    if peer:
        print(f"  the peer's peak {peer[1]:.1f} MiB")
    os.remove(csv)
