#!/bin/sh
# Which stages run again where dvc.lock knows the artifacts?  In a copy of the tree with its executables, the real ones:
# digests decide, not times.  Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tracked.XXXXXX") || exit 3
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
. "$root/tests/copies.sh"
mkdir "$scratch/tree" && cd "$scratch/tree" || exit 3
cp -a "$root/Makefile" "$root/scripts" "$root/pipeline" "$root/src" "$root/stages" "$root/data" "$root/dvc.yaml" .
only_milk || exit 3
cp "$root/tests/recipe.yaml" pipeline/milk.yaml
copy_built .
mkdir .dvc && cp "$root/.dvc/config" .dvc
failed=0

# expect NAME "STAGES": these stages run, no other, then none, and dvc.lock is at rest.
expect() {
    make train >"$scratch/out" 2>&1 || echo "bin/failed" >>"$scratch/out"
    found=$(echo $(sed -n 's|^bin/\([a-z]*\).*|\1|p' "$scratch/out"))
    cp dvc.lock "$scratch/lock"
    make -q train
    asked=$?
    make train >"$scratch/again" 2>&1
    if [ "$found" != "$2" ]; then
        why="expected '$2', found '$found'"
    elif [ $asked != 0 ] || grep -q ^bin/ "$scratch/again"; then
        why="a second run: status of make -q $asked, $(cat "$scratch/again")"
    elif ! cmp -s dvc.lock "$scratch/lock"; then
        why='a second run changed dvc.lock'
    elif ! tail -n 1 "$scratch/again" | grep -q 'milk: .*reports/milk/report.html$'; then
        why="the report's path is not the last line"
    else
        echo "ok - tracked: $1"
        return
    fi
    printf 'not ok - tracked: %s\n%s\n' "$1" "$why"
    cat "$scratch/out"
    failed=1
}
# check NAME COMMAND: it succeeds.
check() {
    name=$1
    shift
    "$@" 2>"$scratch/said" && { echo "ok - tracked: $name"; return; }
    echo "not ok - tracked: $name"
    cat "$scratch/said"
    failed=1
}
edit() { sed "$1" pipeline/milk.yaml >new.yaml && mv new.yaml pipeline/milk.yaml; }

all='ingest clean features train evaluate register predict report'
expect 'everything, when there is nothing' "$all"
# The registry remembers what was, and so do the stages behind it.
before_gate() { awk '/^  [a-z]+@/ { on = /^  (ingest|clean|features|train|evaluate)@/ } on' dvc.lock | cksum; }
first=$(before_gate)
find artifacts reports data pipeline src/report/verdict.c stages/clean.c -exec touch {} +
expect 'nothing, when files were touched' ''
rm -f bin/show bin/gc
expect 'nothing, when executables are missing that no stage is' ''
check 'but they are built' test -x bin/show -a -x bin/gc
find artifacts data -exec touch {} + && sleep 0.1 && touch bin/ingest
check 'files that were touched are nothing to do for make -q' make -q train
check 'nor while someone holds the lock' sh -c \
    'test -z "$(flock .dvc/tmp/lock bin/track pipeline/milk.yaml --stale)" && flock .dvc/tmp/lock make -q train'
cp -R artifacts reports "$scratch" && rm -rf artifacts reports && cp -R "$scratch/artifacts" "$scratch/reports" .
expect 'nothing, when every file is another with the same bytes' ''
edit 's/^# Monthly/# A monthly/'
expect 'nothing, when a comment changed' ''
edit 's/folds: 3/folds: 4/'
expect 'train and what its model reaches, when folds changed' 'train evaluate register predict report'
edit 's/folds: 4/folds: 3/'
expect 'the same stages, when it is as before' 'train evaluate register predict report'
check 'dvc.lock is as before, up to the gate' test "$(before_gate)" = "$first"
edit '/^seed: 42$/d'
expect 'train and report, when a key is gone, whatever its default' 'train evaluate register predict report'
sed 's/^target:/seed: 42\n&/' pipeline/milk.yaml >new.yaml && mv new.yaml pipeline/milk.yaml
expect 'the same stages, when it is back' 'train evaluate register predict report'
edit 's/Precio_leche: \[0, 10000\]/Precio_leche: [0, 10001]/'
expect 'clean, and predict, which looks at its ranges, when its output keeps its bytes' 'clean predict'
echo >>data/milk/README.md
expect 'ingest only, when a file beside the sources changed' 'ingest'
chmod u+w artifacts/milk/metrics.json && echo >>artifacts/milk/metrics.json
expect 'evaluate, when somebody edited its output' 'evaluate'
rm -r artifacts/milk/raw
expect 'ingest, when a folder that it wrote is gone' 'ingest'
rm -rf .dvc/cache/files
expect 'nothing, when the cache is gone: it is filled anew' ''
check 'the cache is filled' test -d .dvc/cache/files/md5
rm artifacts/milk/clean.arrow && ln -s nowhere artifacts/milk/clean.arrow
expect 'clean, when a link stands in place of its output' 'clean'
ln -sf nowhere artifacts/milk/raw/bank.arrow
expect 'ingest, when a link that leads nowhere stands in its folder' 'ingest'
rm -r artifacts/milk/raw && ln -s nowhere artifacts/milk/raw
expect 'ingest, when one stands in place of the folder' 'ingest'
mv .dvc/config "$scratch/config"
check 'a lost .dvc/config is said once' sh -c 'make train >"$1" 2>&1; test "$(grep -c "dvc/config. is missing" "$1")" = 1' sh "$scratch/out"
expect 'nothing, when .dvc/config is lost' ''
mv "$scratch/config" .dvc/config
check 'SET is read as the file is' sh -c '! make train SET=nope.x=1 >"$1" 2>&1 && grep -q "unknown key .nope" "$1"' sh "$scratch/out"
ln -s nowhere data/milk/lost
check 'make fails where it cannot be told what changed' sh -c '! make train >"$1" 2>&1 && grep -q data/milk/lost "$1"' sh "$scratch/out"
rm data/milk/lost
added() { # FILE…: a comment, which changes no result
    for file; do
        echo '/* */' >>"$file" || exit 3
    done
}
added src/dvc/*.[ch] src/track/*.[ch] src/remote/*.[ch] src/s3/*.[ch] src/sync/*.[ch]
expect 'nothing, when every file of the remote side changed' ''
added src/report/*.[ch]
expect 'the report, when every file of its folder changed' 'report'
added src/learn/*.[ch]
expect 'what learns and later stages, when every file of learn changed' 'train evaluate register predict report'
added src/base/error.c
expect 'everything, when a source of all changed' "$all"
exit $failed
