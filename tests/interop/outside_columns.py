"""dynamic_regression beside scipy, statsmodels and NumPy.

    outside_columns.py PROBE     PROBE is series_probe.c, built

Series by chance with one to three columns, some values of which are missing.  With autoregressive errors the minimum of the
conditional sum of squares must be scipy's (least_squares), forecasts to 1e-6; without, statsmodels' OLS, to 1e-9; statsmodels'
exact likelihood weighs the first errors otherwise, so of a long series forecasts must lie within a twentieth of the errors'
standard deviation.  Behind each origin a column holds its last known value.  Prints `ok - …` or `not ok - …`.
"""
import io
import subprocess
import sys

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.optimize import least_squares

PROBE, HORIZON = sys.argv[1], 4
failed = False


def check(name, worst, limit):
    global failed
    wrong = not worst <= limit
    failed = failed or wrong
    print(("not ok" if wrong else "ok") + f" - outside columns: {name}" + (f": {worst}, not {limit}" if wrong else ""))


def example(rng, n, p, phi, lag):
    x = np.cumsum(rng.normal(size=(p, n)), axis=1) * 0.3 + rng.normal(size=(p, n))
    b, u = rng.normal(size=p), np.zeros(n)
    for t in range(n):
        u[t] = 2 + sum(f * u[t - 1 - i] for i, f in enumerate(phi) if t > i) + rng.normal()
    y = u.copy()
    y[lag:] += b @ x[:, : n - lag]
    for j in range(p):
        x[j, rng.random(n) < 0.05] = np.nan
    return y, x


def ours(series, order, lag, lags):
    """The forecasts of each series from each origin: {series: [origin][horizon]}."""
    cell = lambda v: "" if np.isnan(v) else repr(float(v))
    text = "".join(f"s{i} {cell(y[t])} {' '.join(cell(v) for v in x[:, t])}\n" for i, (y, x) in enumerate(series) for t in range(len(y)))
    model = f"{{dynamic_regression: {{order: {order}, lag: {lag}, lags: {lags}}}}}"
    out = subprocess.run([PROBE, model, "0", str(HORIZON)], input=text, capture_output=True, text=True, check=True).stdout
    table = pd.read_csv(io.StringIO(out), sep=" ", names=["series", "origin", "step", "value"], dtype={"value": float})
    return {s: g.pivot(index="origin", columns="step", values="value") for s, g in table.groupby("series")}


def explaining(x, n, lag, lags):
    """What is known at the end of n steps, as rows of a design from the first whole one on, those to come behind."""
    known = pd.DataFrame(x[:, :n].T).ffill()
    columns = [known[j].reindex(np.minimum(np.arange(-l, n + HORIZON - l), n - 1)).to_numpy() for j in known for l in range(lag, lag + lags)]
    design = np.array(columns).T
    return design, int(np.flatnonzero(np.isnan(design).any(axis=1)).max(initial=-1)) + 1


def ahead(design, u, b, c, phi):
    u = list(u)
    for h in range(HORIZON):
        u.append(c + sum(f * u[-1 - i] for i, f in enumerate(phi)))
    return np.array(u[-HORIZON:]) + design[-HORIZON:] @ b


def by_scipy(y, x, n, order, lag, lags):
    design, first = explaining(x, n, lag, lags)
    past, z, k = design[first:n], y[first:n], design.shape[1]

    def errors(theta):
        u = z - past @ theta[:k]
        return u[order:] - theta[k] - sum(theta[k + 1 + i] * u[order - 1 - i : len(u) - 1 - i] for i in range(order))

    start = np.r_[np.linalg.lstsq(np.c_[past, np.ones(len(z))], z, rcond=None)[0], np.zeros(order)]
    theta = least_squares(errors, start, xtol=1e-15, ftol=1e-15, gtol=1e-15, method="lm").x
    return ahead(design, z - past @ theta[:k], theta[:k], theta[k], theta[k + 1 :])


def by_ols(y, x, n, lag, lags):
    design, first = explaining(x, n, lag, lags)
    fit = sm.OLS(y[first:n], sm.add_constant(design[first:n], has_constant="add")).fit()
    return fit.predict(sm.add_constant(design[-HORIZON:], has_constant="add"))


def by_likelihood(y, x, n, order, lag, lags):
    design, first = explaining(x, n, lag, lags)
    fit = sm.tsa.ARIMA(y[first:n], exog=design[first:n], order=(order, 0, 0)).fit()
    return fit.forecast(HORIZON, exog=design[-HORIZON:]) , np.sqrt(fit.params[-1])


rng = np.random.default_rng(5)
for order, lag, lags, p in ((1, 1, 1, 1), (1, 1, 2, 2), (2, 3, 1, 3), (3, 1, 3, 2)):
    series = [example(rng, 90, p, [0.6, -0.2, 0.1][:order], lag) for _ in range(4)]
    got, worst = ours(series, order, lag, lags), 0
    for i, (y, x) in enumerate(series):
        for n in (60, 75, 90):
            want = by_scipy(y, x, n, order, lag, lags)
            worst = max(worst, np.abs(got[f"s{i}"].loc[n] - want).max() / np.abs(want).max())
    check(f"order {order}, lag {lag}, {lags} lags of {p}: scipy's least squares", worst, 1e-6)
series = [example(rng, 90, 2, [], 2) for _ in range(5)]
got = ours(series, 0, 2, 2)
check("order 0: statsmodels' OLS", max(np.abs(got[f"s{i}"].loc[n] - by_ols(y, x, n, 2, 2)).max() for i, (y, x) in enumerate(series)
                                      for n in range(40, 91, 5)), 1e-9)
y, x = example(rng, 600, 2, [0.6, -0.2], 1)
got, (want, deviation) = ours([(y, x)], 2, 1, 1)["s0"].loc[600], by_likelihood(y, x, 600, 2, 1, 1)
check("a long series: statsmodels' exact likelihood, nearly", np.abs(got - want).max() / deviation, 0.05)
sys.exit(failed)
