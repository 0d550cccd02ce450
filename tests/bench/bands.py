#!/usr/bin/env python3
"""The two quantiles of 5 million prices in 10,000 groups beside pandas, polars and DuckDB, in turns.

    tests/bench/bands.py [GROUPS ROWS [RUNS]]      10000 500 5

Rows stand in random order; all of them find the same groups as whole numbers, in memory.  Prints the least
seconds of RUNS of each, and whether the bounds are pandas' bit for bit.  Needs
`make build/release/tests/bench/bench_bands`.
"""

import os
import subprocess
import sys
import tempfile
import time

import duckdb
import numpy as np
import pandas as pd
import polars as pl

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OURS = os.path.join(ROOT, "build", "release", "tests", "bench", "bench_bands")


def least(runs, work):
    took = []
    for _ in range(runs):
        begin = time.perf_counter()
        result = work()
        took.append(time.perf_counter() - begin)
    return min(took), result


def main():
    groups, rows, runs = (*map(int, sys.argv[1:]), *[10000, 500, 5][len(sys.argv) - 1:])
    with tempfile.TemporaryDirectory() as scratch:
        for threads in (1, 2):
            ours = subprocess.run([OURS, *map(str, (groups, rows, runs, threads)), scratch], check=True,
                                  capture_output=True, text=True).stdout.strip()
            print(f"here, {threads} thread{'s' if threads > 1 else ''}: {float(ours):.4f} s")
        read = lambda name, kind: np.fromfile(os.path.join(scratch, name), dtype=kind)
        frame = pd.DataFrame({"g": read("group.u32", np.uint32), "x": read("value.f64", np.float64)})
        took, found = least(runs, lambda: frame.groupby("g")["x"].quantile([0.01, 0.99]).unstack())
        print(f"pandas: {took:.4f} s")
        same = np.array_equal(found[0.01].to_numpy().view("u8"), read("lower.f64", "u8")) and \
            np.array_equal(found[0.99].to_numpy().view("u8"), read("upper.f64", "u8"))
        print(f"bounds equal pandas': {same}")
        table = pl.from_pandas(frame)
        took, _ = least(runs, lambda: table.group_by("g").agg(
            pl.col("x").quantile(0.01, "linear").alias("l"), pl.col("x").quantile(0.99, "linear").alias("u")))
        print(f"polars: {took:.4f} s")
        base = duckdb.connect()
        base.execute("create table t as select * from frame")
        took, _ = least(runs, lambda: base.execute(
            "select g, quantile_cont(x, [0.01, 0.99]) from t group by g").fetchnumpy())
        print(f"DuckDB: {took:.4f} s")
        sys.exit(not same)


main()
