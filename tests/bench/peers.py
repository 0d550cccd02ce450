"""The peers of `make bench`: each prints its least seconds, on one thread.

    peers.py search FEATURES.arrow | csv-pandas FILE | csv-polars FILE | rolling-pandas | rolling-polars
"""

import sys
import time


def least(runs, work):
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def search(path):
    """The reference search as a scikit-learn user writes it."""
    import functools

    import pandas
    from sklearn.feature_selection import SelectKBest, mutual_info_regression
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GridSearchCV, KFold, train_test_split
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    table = pandas.read_feather(path)
    x, y = table.iloc[:, 1:-1], table.iloc[:, -1]
    x, _, y, _ = train_test_split(x, y, test_size=0.2, random_state=42)
    score = functools.partial(mutual_info_regression, random_state=0)
    steps = [("scale", StandardScaler()), ("selector", SelectKBest(score)), ("poly", PolynomialFeatures()), ("model", Ridge())]
    grid = {
        "selector__k": [3, 4, 5, 6, 7, 10],
        "poly__degree": [1, 2, 3, 5, 7],
        "model__alpha": [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01],
    }
    return least(1, lambda: GridSearchCV(Pipeline(steps), grid, cv=KFold(3), scoring="r2").fit(x, y))


def csv_pandas(path):
    import pandas

    return least(2, lambda: pandas.read_csv(path))


def csv_polars(path):
    import polars

    return least(3, lambda: polars.read_csv(path))


def values():
    import numpy

    i = numpy.arange(5_000_000, dtype="uint64")
    return 250 + (i * 2654435761 % 1000003).astype(float) * 1e-4


def rolling_pandas():
    import pandas

    x = pandas.Series(values())
    return least(3, lambda: (x.rolling(3, min_periods=1).mean(), x.rolling(3, min_periods=1).std()))


def rolling_polars():
    import polars

    x = polars.Series(values())
    return least(3, lambda: (x.rolling_mean(3, min_samples=1), x.rolling_std(3, min_samples=1)))


if __name__ == "__main__":
    print(globals()[sys.argv[1].replace("-", "_")](*sys.argv[2:]))
