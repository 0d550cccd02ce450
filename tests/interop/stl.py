"""STL of series by chance beside statsmodels' STL: seasons from 2 to 24, few and many values, all windows and degrees,
with and without robustness weights.

    stl.py PROBE        PROBE is stl_probe.c, built

Season and trend must agree to 1e-12 of the largest value.  Prints `ok - …` or `not ok - …`.
"""
import math
import subprocess
import sys

import numpy as np
from statsmodels.tsa.seasonal import STL

CASES = 150


def odd(x):
    n = math.ceil(x)
    return n + 1 - n % 2


def draw(rng, case):
    m = int(rng.choice([2, 4, 7, 12, 24]))
    n = int(rng.integers(3 * m, 3 * m + (20 if case % 2 else 400)))  # of two seasons a line leaves nothing but rounding
    window = int(rng.choice([3, 5, 7, 11, 35]))
    low = odd(m + 1) + 2 * int(rng.integers(3))
    trend = max(odd(1.5 * m / (1 - 1.5 / window)), odd(m + 1)) + 2 * int(rng.integers(4))
    degrees = rng.integers(0, 2, 3)
    plan = (m, window, degrees[0], trend, degrees[1], low, degrees[2], rng.choice([1, 2, 5]), rng.choice([0, 0, 1, 5]))
    y = np.cumsum(rng.normal(size=n)) + 3 * np.sin(2 * np.pi * np.arange(n) / m) + 0.3 * rng.normal(size=n) ** 5
    return [int(v) for v in plan], y


def peer(plan, y):
    m, window, degree, trend, trend_degree, low, low_degree, inner, outer = plan
    stl = STL(y, period=m, seasonal=window, trend=trend, low_pass=low, seasonal_deg=degree, trend_deg=trend_degree,
              low_pass_deg=low_degree, robust=outer > 0)
    said = stl.fit(inner_iter=inner, outer_iter=outer)
    return np.column_stack([said.seasonal, said.trend])


def main():
    rng = np.random.default_rng(42)
    cases = [draw(rng, case) for case in range(CASES)]
    text = "\n".join(" ".join(map(str, plan)) + f" {len(y)} " + " ".join(map(repr, map(float, y))) for plan, y in cases)
    said = subprocess.run([sys.argv[1]], input=text, capture_output=True, text=True, check=True).stdout
    ours = np.array([line.split() for line in said.splitlines()], float)
    worst, at = 0, 0
    for plan, y in cases:
        error = np.abs(ours[at:at + len(y)] - peer(plan, y)).max() / np.abs(y).max()
        worst, at = max(worst, error), at + len(y)
    good = worst < 1e-12 and at == len(ours)
    print(("ok" if good else "not ok") + f" - STL of {CASES} series is statsmodels' (largest difference {worst:.1e})")
    return not good


sys.exit(main())
