#!/bin/sh
# Hints name commands; the commands must do what the hint says where the user stands.  Each hint is provoked in a tree of
# its own, the commands in its quotes are run as they are written, and what was refused before must then work.
# Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hints.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
. "$root/tests/copies.sh"
mkdir -p "$work/tree/.dvc" "$work/remote" && cd "$work/tree" || exit 3
cp -a "$root/Makefile" "$root/scripts" "$root/pipeline" "$root/src" "$root/stages" "$root/data" "$root/dvc.yaml" .
only_milk || exit 3
cp "$root/tests/recipe.yaml" pipeline/milk.yaml
copy_built .
printf "[core]\n    remote = here\n['remote \"here\"']\n    url = %s\n" "$work/remote" >.dvc/config
sed 's/^title: .*/title: w/; s/^track:.*//' pipeline/milk.yaml >pipeline/w.yaml
failed=0

# hint NAME 'HINTED COMMAND' COMMAND …: the command fails with a hint that holds this command, which then succeeds, and
# so does the command.
hint() {
    name=$1 wanted=$2
    shift 2
    if "$@" >"$work/out" 2>&1; then
        why='it succeeds at once'
    elif ! sed -n "s/^ *hint: //p" "$work/out" | tr "\`" "'" | tr "'" '\n' | grep -qxF -- "$wanted"; then
        why="the hint is another one than '$wanted'"
    elif ! sh -c "$wanted" >>"$work/out" 2>&1; then
        why="the hint does not work: $wanted"
    elif ! "$@" >>"$work/out" 2>&1; then
        why='it fails as before'
    elif ! [ -x bin/clean ] || ! [ -x build/release/plan ]; then
        why="the hint deleted what was built: $wanted"
    else
        echo "ok - hints: $name: $wanted"
        return
    fi
    echo "not ok - hints: $name: $why"
    sed 's/^/  /' "$work/out"
    failed=1
}

hint 'push before anything was recorded' 'make train' bin/push
hint 'a stage without what it reads' 'make artifacts/w/raw/rain.arrow' bin/clean pipeline/w.yaml
for stage in features:clean.arrow train:features.arrow evaluate:model.json predict:quality.json clean:raw/bank.arrow; do
    bin/${stage%:*} pipeline/w.yaml >"$work/out" 2>&1
    rm -rf "artifacts/w/${stage#*:}"
    bin/${stage%:*} pipeline/w.yaml >"$work/out" 2>&1
    missing=$(sed -n "s/.*cannot find '\(artifacts[^']*\)'.*/\1/p" "$work/out" | head -n 1)
    hint "${stage%:*} without $missing" "make ${missing:-nothing}" bin/${stage%:*} pipeline/w.yaml
done
sed 's/^title: .*/track: false/' pipeline/milk.yaml >pipeline/alone.yaml
make -s train PIPELINE=alone >"$work/out" 2>&1
rm -f artifacts/alone/raw/bank.arrow
hint 'a table that no dvc.lock knows' 'make artifacts/alone/raw/bank.arrow' bin/clean pipeline/alone.yaml
ln -sf nowhere artifacts/alone/raw/rain.arrow
hint 'a link to nothing that no dvc.lock knows' 'make artifacts/alone/raw/rain.arrow' bin/clean pipeline/alone.yaml
rm -f artifacts/alone/raw/price.arrow
if make -s train PIPELINE=alone >"$work/out" 2>&1 && [ -f artifacts/alone/raw/price.arrow ]; then
    echo 'ok - hints: make train misses it by itself'
else
    echo 'not ok - hints: make train passes over a missing table'
    failed=1
fi
mv pipeline/alone.yaml "$work/elsewhere.yaml"
bin/clean "$work/elsewhere.yaml" >"$work/out" 2>&1
if grep -q 'hint: run the stages' "$work/out"; then
    echo 'ok - hints: no make for a pipeline that make does not know'
else
    echo 'not ok - hints: make is to make what it does not know'
    sed 's/^/  /' "$work/out"
    failed=1
fi
make -s train PIPELINE=all >"$work/out" 2>&1
rm -rf .dvc/cache/files "$work"/remote/*
for round in 1 2 3 4 5 6 7 8 9; do # each push names one; its command brings back all that the file rests on
    bin/push >"$work/out" 2>&1 && break
    sed -n "s/^  hint: '\(make [^']*\)' brings.*/\1/p" "$work/out" >"$work/commands"
    [ -s "$work/commands" ] && sh -e "$work/commands" >"$work/out" 2>&1 || break
done
if [ $round -gt 1 ] && bin/push >"$work/out" 2>&1; then
    echo "ok - hints: objects that are nowhere: $(cat "$work/commands")"
else
    echo 'not ok - hints: objects that are nowhere'
    sed 's/^/  /' "$work/out"
    failed=1
fi
hint 'no stage of the pipeline in dvc.yaml' 'make dvc.yaml' sh -c 'test -e once || { : >once; rm -f dvc.yaml; printf "stages: {}\n" >dvc.yaml; }; bin/track pipeline/w.yaml --run clean'
sed -i 's|^    - stages/train.c|    - stages/train.d|' dvc.yaml
hint 'a stage of dvc.yaml that was edited' 'make dvc.yaml FORCE=1' sh -c 'make -s train 2>said; cat said; ! grep warning said'
sed -i 's|^    - stages/train.c|    - stages/train.d|' dvc.yaml
if make dvc.yaml FORCE=1 >"$work/out" 2>&1 && grep -q 'wrote train' "$work/out" && ! grep -q warning "$work/out"; then
    echo 'ok - hints: what is written anew is not warned about'
else
    echo 'not ok - hints: what is written anew is warned about'
    sed 's/^/  /' "$work/out"
    failed=1
fi
hint 'track without an output' 'make artifacts/w/metrics.json' sh -c 'test -e twice || { : >twice; rm -f artifacts/w/metrics.json; }; bin/track pipeline/w.yaml'

# Nothing says `make clean` with a pipeline, in no text of the tree.
if grep -rnE "make clean [A-Z]|make %s PIPELINE.*stage->name" "$root"/src "$root"/stages "$root"/docs "$root"/README.md "$root"/pipeline "$root"/scripts; then
    echo 'not ok - hints: a text tells to run the goal clean for a pipeline'
    failed=1
else
    echo 'ok - hints: no text tells to run the goal clean for a pipeline'
fi
exit $failed
