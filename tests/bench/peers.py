"""The peers of `make bench`: each prints its least seconds, on one thread.

    peers.py search FEATURES.arrow | csv-pandas FILE | csv-polars FILE | rolling-pandas | rolling-polars
             | chain FILE RESIDUALS.arrow | price RESIDUALS.csv ORIGINS SOME | ets FILE SERIES HORIZON

price and ets print seconds of the processor: of all ORIGINS, scaled from SOME; of one of the first SERIES.
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


def chain(csv, out):
    """From a CSV file to a searched model, its metrics and every row's residual."""
    import numpy
    import polars
    from sklearn.linear_model import Ridge
    from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
    from sklearn.model_selection import GridSearchCV, KFold, train_test_split
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    def work():
        table = polars.read_csv(csv)
        x, y = table.drop("y").to_numpy(), table["y"].to_numpy()
        train, test = train_test_split(numpy.arange(len(y)), test_size=0.2, random_state=42)
        model = Pipeline([("scale", StandardScaler()), ("ridge", Ridge())])
        search = GridSearchCV(model, {"ridge__alpha": [0.1, 1, 10, 100]}, cv=KFold(3), scoring="r2")
        search.fit(x[train], y[train])
        p = search.predict(x)
        for rows in (train, test):
            [f(y[rows], p[rows]) for f in (root_mean_squared_error, mean_absolute_error, r2_score)]
        held = numpy.zeros(len(y), bool)
        held[test] = True
        polars.DataFrame({"actual": y, "prediction": p, "residual": y - p, "held_out": held}).write_ipc(out)

    return least(1, work)


def price(path, origins, some):
    """MSTL on the log price, refitted at some of the last origins, which lie evenly among them."""
    import numpy
    import pandas
    from statsforecast import models

    y = numpy.log(pandas.read_csv(path)["actual"].to_numpy(float))
    origins, some = int(origins), int(some)
    known = [len(y) - origins + i * origins // some for i in range(some)]
    models.MSTL(season_length=12).forecast(y=y[:60], h=1)  # what is compiled at the first call does not count
    begin = time.process_time()
    for n in known:
        models.MSTL(season_length=12).forecast(y=y[:n], h=1)
    return (time.process_time() - begin) * origins / some


def ets(path, series, horizon):
    import pandas
    from statsforecast import models

    table = pandas.read_csv(path)
    each = [part["y"].to_numpy(float) for _, part in table.groupby("item")][: int(series)]
    models.AutoETS(season_length=12).forecast(y=each[0], h=int(horizon))
    begin = time.process_time()
    for y in each:
        models.AutoETS(season_length=12).forecast(y=y, h=int(horizon))
    return (time.process_time() - begin) / len(each)


if __name__ == "__main__":
    print(globals()[sys.argv[1].replace("-", "_")](*sys.argv[2:]))
