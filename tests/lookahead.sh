#!/bin/sh
# No feature looks ahead: for every month of the sample's clean table, the features of the table cut there equal
# the features of the whole table up to there, bit for bit, and so does the row to come.
# BIN names the folder of the executables.  Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
bin=${BIN:-$root/bin}
. "$root/tests/places.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/lookahead.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
failed=0
. "$root/tests/data.sh"
sample_data "$work/data"

rows() { "$bin/show" "$1" --format csv | sed 1d; }

for name in milk milk_reference; do
    yaml=$root/pipeline/$name.yaml
    [ $name != milk ] || yaml=$root/tests/recipe.yaml
    whole=$work/$name cut=$work/$name.cut
    mkdir "$whole" "$cut"
    for stage in ingest clean features; do
        at $stage "$work/data" "$whole" "$whole" "$bin/$stage" "$yaml" --quiet || exit 1
    done
    cp "$whole/clean.arrow" "$cut"
    { rows "$whole/features.arrow"; rows "$whole/upcoming.arrow"; } >"$work/all"
    origins=0 wrong=
    for month in $(rows "$whole/clean.arrow" | cut -c 1-7); do
        "$bin/features" "$yaml" --in "$cut" --out "$cut" --as-of "$month" --quiet 2>"$work/why" || {
            # The first months have no past to fill a window with.
            grep -q 'no row has all' "$work/why" && continue
            cat "$work/why"
            exit 1
        }
        rows "$cut/features.arrow" >"$work/some"
        rows "$cut/upcoming.arrow" | sed 's/,[^,]*$//' >"$work/next"
        n=$(($(wc -l <"$work/some")))
        head -n "$n" "$work/all" | cmp -s - "$work/some" || wrong="$wrong $month"
        sed -n "$((n + 1))p" "$work/all" | sed 's/,[^,]*$//' | cmp -s - "$work/next" || wrong="$wrong $month+1"
        origins=$((origins + 1))
    done
    if [ -z "$wrong" ] && [ "$origins" -gt 60 ]; then
        echo "ok - lookahead: $name, $origins origins"
    else
        echo "not ok - lookahead: $name, $origins origins, differing at:$wrong"
        failed=1
    fi
done

# The same of a series model: its forecasts, made anew as of each month, are those of the whole history.
sed '/^  steps:/,$d' "$root/tests/recipe.yaml" >"$work/series.yaml"
echo '  series: [{window_average: {window: 5}}]' >>"$work/series.yaml"
whole=$work/series cut=$work/series.cut
mkdir "$whole" "$cut"
for stage in ingest clean features train evaluate; do
    at $stage "$work/data" "$whole" "$whole" "$bin/$stage" "$work/series.yaml" --quiet || exit 1
done
cp -R "$whole"/* "$cut"
origins=0 wrong=
for month in $(sed 1d "$whole/residuals.csv" | cut -c 1-7); do
    "$bin/evaluate" "$work/series.yaml" --in "$cut" --out "$cut" --as-of "$month" --quiet || exit 1
    # Known up to that month are its own forecast and the next one.
    n=$(($(grep -n "^$month" "$whole/residuals.csv" | cut -d: -f1) + 1))
    head -n "$n" "$whole/residuals.csv" | cut -d, -f1-3 >"$work/all"
    head -n "$n" "$cut/residuals.csv" | cut -d, -f1-3 | cmp -s - "$work/all" || wrong="$wrong $month"
    origins=$((origins + 1))
done
if [ -z "$wrong" ] && [ "$origins" -gt 60 ]; then
    echo "ok - lookahead: a series model, $origins origins"
else
    echo "not ok - lookahead: a series model, $origins origins, differing at:$wrong"
    failed=1
fi

# The same of backtests, of candidates that are chosen among and of a recipe that is searched: with the months behind each of some
# unknown, the rows of the months before are the same in every column.
sed '/^  steps:/,$d' "$root/pipeline/milk_reference.yaml" >"$work/chosen.yaml"
sed -i 's/^split:.*//' "$work/chosen.yaml"
echo '  series: [naive, seasonal_drift, {window_average: {window: 5}}]' >>"$work/chosen.yaml"
sed 's/k: \[.*\]/k: [3, 10]/; s/degree: \[.*\]/degree: 1/' "$root/pipeline/milk_reference.yaml" >"$work/searched.yaml"
for name in chosen searched; do
    yaml=$work/$name.yaml whole=$work/$name cut=$work/$name.cut first="--set=evaluate.backtest={first: 2018-01, refit: 2}"
    mkdir "$whole"
    for stage in ingest clean features train; do
        at $stage "$work/data" "$whole" "$whole" "$bin/$stage" "$yaml" --quiet || exit 1
    done
    "$bin/evaluate" "$yaml" "$first" --in "$whole" --out "$whole" --quiet || exit 1
    origins=0 wrong=
    for month in $(seq -f '2018-%02.0f' 3 12) $(seq -f '2019-%02.0f' 1 2 12); do
        rm -rf "$cut"
        cp -R "$whole" "$cut"
        for stage in clean features; do
            "$bin/$stage" "$yaml" --in "$cut" --out "$cut" --as-of "$month" --quiet 2>/dev/null || exit 1
        done
        "$bin/evaluate" "$yaml" "$first" --in "$cut" --out "$cut" --as-of "$month" --quiet || exit 1
        n=$(grep -n ",$month," "$whole/backtest.csv" | tail -1 | cut -d: -f1)
        head -n "$n" "$whole/backtest.csv" | cmp -s - "$cut/backtest.csv" || wrong="$wrong $month"
        origins=$((origins + 1))
    done
    if [ -z "$wrong" ] && [ "$origins" = 16 ]; then
        echo "ok - lookahead: a backtest, $name, $origins ends"
    else
        echo "not ok - lookahead: a backtest, $name, $origins ends, differing at:$wrong"
        failed=1
    fi
done
exit $failed
