#!/bin/sh
# A user's new files beside the sample's change no test: golden cases, look-ahead and the sample's own check hold in a copy of
# the tree into whose data folders later months, and a file that is no source, were dropped.  Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${BIN:-$root/bin}
work=$(mktemp -d "${TMPDIR:-/tmp}/new_data.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 3' HUP INT TERM
cp -R "$root/data" "$root/pipeline" "$work" && mkdir "$work/tests" || exit 3
cp -R "$root"/tests/cli "$root"/tests/*.sh "$root"/tests/*.yaml "$work/tests" || exit 3
cd "$work" || exit 3
printf 'Anio,Mes,Precio_leche\n2021,Mar,254.1\n2021,Abr,255.2\n2021,May,251\n' >data/milk/precio_leche_2021.csv
cp data/milk_new/precipitaciones_dummy.csv data/milk/precipitaciones_2021.csv
cp data/milk_new/banco_central_dummy.csv data/milk/banco_central_2021.csv
cp data/milk/*_2021.csv data/milk_new
echo 'not a table' >data/milk/notes.csv
failed=0

holds() { # NAME COMMAND …
    name=$1
    shift
    if BIN=$bin "$@" >out 2>&1; then
        echo "ok - fault: new_data: $name"
    else
        echo "not ok - fault: new_data: $name; again: tests/fault/new_data.sh"
        grep -v '^ok' out | head -n 40 | sed 's/^/  /'
        failed=1
    fi
}
holds 'golden cases of ingest' tests/cli/run ingest-
holds 'golden cases of clean, features and predict' tests/cli/run clean- features- predict-
holds 'golden cases of train' tests/cli/run train-
holds 'look-ahead' tests/lookahead.sh
holds 'the sample is what the generator makes' tests/sample.sh
exit $failed
