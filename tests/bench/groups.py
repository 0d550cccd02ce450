#!/usr/bin/env python3
"""Many series in one file beside the same rows as one series: time and memory of ingest, clean and features.

    tests/bench/groups.py [SERIES STEPS [RUNS]]      10000 500 3

Rows come series by series, hour by hour (as what comes every night is appended) and shuffled.  Prints the
least time of RUNS turns, the ratio to one series, and two peaks of memory: all that was resident, mapped
pages of files among it, and what the process held of its own (RssAnon of /proc, looked at every 2 ms).
Needs `make build/release/tests/bench/bench_groups`.
"""

import os
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STAGES = ["ingest", "clean", "features"]
PIPELINE = """time: {column: hour, step: hour}
target: y
track: false
ingest:
  sources:
    - {name: rows, path: CSV, time: {column: hour, format: "%Y-%m-%d %H:%M"}, columns: [COLUMNS{match: y, kind: real}, {match: x, kind: real}]}
features:
  - {rolling: [mean, std], window: 3}
  - {lag: [1, 12], of: y}
"""
KINDS = ["one series", "by series", "by time", "shuffled"]


def resident(pid):
    """The resident memory of a process that no file stands behind, in KiB; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status") as f:
            return sum(int(n) for n in re.findall(r"Rss(?:Anon|Shmem):\s+(\d+)", f.read()))
    except OSError:
        return 0


def run(command):
    """Wall time, processor time, peak and own memory in MiB."""
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    own = 0
    while True:
        done, status, used = os.wait4(child.pid, os.WNOHANG)
        if done:
            break
        own = max(own, resident(child.pid))
        time.sleep(0.002)
    wall = time.perf_counter() - begin
    said = child.stderr.read()
    if status != 0:
        sys.exit(f"{' '.join(command)}: {said}")
    peak = re.findall(r"peak ([0-9.]+) MiB", said)[-1]
    return wall, used.ru_utime + used.ru_stime, float(peak), own / 1024


def prepare(scratch, kind, series, steps):
    """The table and its pipeline; the pipeline's path."""
    csv, yaml = (os.path.join(scratch, kind.replace(" ", "_") + end) for end in (".csv", ".yaml"))
    shape = [1, series * steps, "group"] if kind == "one series" else [
        series, steps, {"by series": "group", "by time": "time"}.get(kind, kind)]
    with open(csv, "w") as f:
        subprocess.run([os.path.join(ROOT, "build", "release", "tests", "bench", "bench_groups"), *map(str, shape)],
                       check=True, stdout=f)
    grouped = kind != "one series"
    with open(yaml, "w") as f:
        f.write(("group: item\n" if grouped else "")
                + PIPELINE.replace("CSV", csv).replace("COLUMNS", "{match: item, kind: text}, " if grouped else ""))
    return yaml


def turn(scratch, kind, yaml):
    out = os.path.join(scratch, kind.replace(" ", "_"))
    return [run([os.path.join(ROOT, "bin", stage), yaml, *([] if stage == "ingest" else ["--in", out]), "--out", out])
            for stage in STAGES]


def main():
    series, steps, runs = (list(map(int, sys.argv[1:])) + [10000, 500, 3][len(sys.argv) - 1:])[:3]
    with tempfile.TemporaryDirectory() as scratch:
        yaml = {kind: prepare(scratch, kind, series, steps) for kind in KINDS}
        done = {kind: [] for kind in KINDS}
        for _ in range(runs):
            for kind in KINDS:
                done[kind].append(turn(scratch, kind, yaml[kind]))
    print(f"{series} series of {steps} steps, {series * steps:,} rows; {runs} turns")
    print(f"{'':11} {'':8} {'wall':>8} {'ratio':>6} {'cpu':>8} {'ratio':>6} {'peak':>10} {'own':>10}")
    best = {kind: [[min(t[i][k] for t in done[kind]) for k in range(2)] + [max(t[i][k] for t in done[kind]) for k in (2, 3)]
                   for i in range(len(STAGES))] for kind in KINDS}
    for kind in KINDS:
        sums = [sum(b[k] for b in best[kind]) for k in range(2)] + [max(b[k] for b in best[kind]) for k in (2, 3)]
        for i, stage in enumerate([*STAGES, "all"]):
            one = best["one series"][i] if i < len(STAGES) else [sum(b[k] for b in best["one series"]) for k in range(2)]
            b = best[kind][i] if i < len(STAGES) else sums
            print(f"{kind if i == 0 else '':11} {stage:8} {b[0]:7.2f}s {b[0] / one[0]:6.2f} {b[1]:7.2f}s {b[1] / one[1]:6.2f} "
                  f"{b[2]:6.1f} MiB {b[3]:6.1f} MiB", flush=True)


if __name__ == "__main__":
    main()
