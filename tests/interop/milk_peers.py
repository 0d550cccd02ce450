"""One-month-ahead forecasts of the milk price beside statsforecast's, everything refitted at each origin.

    milk_peers.py PRICES CACHE [--whole] [--published] [--ours BACKTEST.csv [--limits]]

PRICES is precio_leche.csv.  The peers forecast each month of two spans from all that is before it: MSTL on the log of
the price, and with --whole AutoETS and AutoTheta on the last 240 months.  --published: PRICES is the real file, and
the peers' errors are those that were published, to four digits.  --ours: the rows of a backtest of ours; with --limits
its error must not be above them, and over the long span it must beat MSTL (Diebold-Mariano with the factor of Harvey,
Leybourne and Newbold, t distribution; here by scipy).  Prints `ok - …` or `not ok - …`, and a table as comments.
"""
import argparse
import sys
import time
import warnings

import numpy as np
import pandas as pd
from scipy import stats

from kept import kept

MONTHS = "Ene Feb Mar Abr May Jun Jul Ago Sep Oct Nov Dic".split()
SPANS = {"LONG": ("1995-01", "2021-02"), "SHORT": ("2017-03", "2020-04")}
WINDOW = 240
PUBLISHED = {  # RMSE and MAE
    ("MSTL", "LONG"): (4.6740, 2.9518), ("MSTL", "SHORT"): (5.8571, 3.6264),
    ("AutoETS", "LONG"): (5.5766, 3.4290), ("AutoETS", "SHORT"): (7.2479, 4.8506),
    ("AutoTheta", "LONG"): (5.0936, 3.4873), ("AutoTheta", "SHORT"): (6.9063, 4.3631),
}
LIMITS = {"LONG": 4.40, "SHORT": 5.90}


def read(path):
    rows = pd.read_csv(path)
    month = rows["Anio"].astype(str) + "-" + (rows["Mes"].map(MONTHS.index) + 1).map("{:02}".format)
    return pd.Series(rows["Precio_leche"].to_numpy(float), month)


def one(name, known):
    from statsforecast import models
    model = getattr(models, name)(season_length=12)
    if name == "MSTL":
        return float(np.exp(model.forecast(y=np.log(known), h=1)["mean"][0]))
    return float(model.forecast(y=known[-WINDOW:], h=1)["mean"][0])


def peer(folder, name, price, span):
    """Its forecasts for the months of a span, and the processor time of all of them."""
    import statsforecast
    month = [m for m in price.index if SPANS[span][0] <= m <= SPANS[span][1]]
    y = price[:month[-1]].to_numpy()

    def work():
        begin = time.process_time()
        said = [one(name, y[:len(y) - len(month) + i]) for i in range(len(month))]
        return {"said": said, "seconds": time.process_time() - begin}

    key = f"{statsforecast.__version__} milk {name} {WINDOW} {month[0]} {len(month)}".encode() + y.tobytes()
    out = kept(folder, key, work)
    return pd.Series(out["said"], month), out["seconds"]


def diebold_mariano(a, b):
    """The p of two-sided equality of squared errors one step ahead."""
    d, n = a ** 2 - b ** 2, len(a)
    mean, variance = d.mean(), ((d - d.mean()) ** 2).mean()
    return 2 * stats.t.sf(abs(mean) / np.sqrt(variance / n) * np.sqrt((n - 1) / n), n - 1)


def check(name, wrong):
    print(("not ok" if wrong else "ok") + f" - milk beside statsforecast: {name}" + (f": {wrong}" if wrong else ""))
    return bool(wrong)


def figures(error):
    return np.sqrt((error ** 2).mean()), error.abs().mean()


def published(name, span, error):
    got, want = figures(error), PUBLISHED[name, span]
    return check(f"{name} over {span} has the published errors",
                 None if [f"{g:.4f}" for g in got] == [f"{w:.4f}" for w in want] else f"{got}, not {want}")


def line(span, name, error, against, seconds):
    p = "" if error is against else f"{diebold_mariano(error, against):9.4f}"
    print(f"# {span:6} {name:12} {figures(error)[0]:8.4f} {figures(error)[1]:8.4f} {p:>9} {seconds:>9}", flush=True)


def beaten(span, error, against):
    """What our backtest must show."""
    rmse, p = figures(error)[0], diebold_mariano(error, against)
    wrong = check(f"our RMSE over {span} is at most {LIMITS[span]}", f"{rmse:.4f}" if rmse > LIMITS[span] else None)
    if span == "LONG":
        better = p < 0.05 and rmse < figures(against)[0]
        wrong |= check("ours beats MSTL over LONG with p < .05", None if better else f"{rmse:.4f}, p {p:.4f}")
    return wrong


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("prices")
    parse.add_argument("cache")
    for flag in ["--whole", "--published"]:
        parse.add_argument(flag, action="store_true")
    parse.add_argument("--ours")
    parse.add_argument("--limits", action="store_true")
    args = parse.parse_args()
    price, failed = read(args.prices), False
    ours = pd.read_csv(args.ours, dtype={"month": str}).set_index("month") if args.ours else None
    print(f"# {'span':6} {'':12} {'RMSE':>8} {'MAE':>8} {'DM p':>9} {'seconds':>9}")
    for span, (first, last) in SPANS.items():
        best = None
        for name in ["MSTL", *(["AutoETS", "AutoTheta"] if args.whole else [])]:
            said, seconds = peer(args.cache, name, price, span)
            error = said - price[said.index]
            best = error if best is None else best
            line(span, name, error, best, f"{seconds:.2f}")
            failed |= args.published and published(name, span, error)
        if ours is not None:
            error = ours["prediction"][first:last] - price[first:last]
            line(span, "ours", error, best, "")
            failed |= args.limits and beaten(span, error, best)
    return failed


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
