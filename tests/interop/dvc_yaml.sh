#!/bin/sh
# dvc.yaml between make and DVC itself: what DVC and its user write there stays through make and through the makes that
# DVC starts, and what make writes DVC keeps.  Prints `ok - …`, `not ok - …` or `skip - …: why`.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
dvc=$root/.venv/bin/dvc
[ -x "$dvc" ] || { echo 'skip - dvc_yaml: no DVC; ./setup test installs it'; exit 0; }
work=$(mktemp -d "${TMPDIR:-/tmp}/dvc_yaml.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export DVC_NO_ANALYTICS=1 GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
. "$root/tests/copies.sh"
mkdir -p "$work/tree/.dvc" && cd "$work/tree" || exit 3
cp -a "$root/Makefile" "$root/scripts" "$root/pipeline" "$root/src" "$root/stages" "$root/data" "$root/dvc.yaml" "$root/.gitignore" .
copy_built . && cp "$root/.dvc/config" "$root/.dvc/.gitignore" .dvc
failed=0

check() { # NAME COMMAND …
    name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        echo "ok - dvc_yaml: $name"
    else
        echo "not ok - dvc_yaml: $name"
        tail -n 20 "$work/out" | sed 's/^/  /'
        failed=1
    fi
}
kept() { cmp dvc.yaml "$work/mine" && ! make -q dvc.yaml 2>&1 | grep warning; }
sees() { "$dvc" status --json | grep -q '^{}$' || { "$dvc" status; return 1; }; }

# sample: the gate refuses the reference recipe alone, which no night runs, and every pipeline has its report.
sample() {
    make run PIPELINE=all >"$work/run" 2>&1
    test $? = 2 && ! grep '^[a-z]*: error: ' "$work/run" | grep -v "the gate refuses version 1 by 'beats'" &&
        test "$(grep -c '^[a-z]*: error: ' "$work/run")" = 1 || { cat "$work/run"; return 1; }
    for file in pipeline/*.yaml; do
        test -s "reports/$(basename "$file" .yaml)/report.html" || { echo "no report of $file"; return 1; }
    done
}
# shows: all that dvc.yaml runs has figures that DVC reads.
shows() {
    "$dvc" metrics show --json >"$work/shown" && ! grep '"error"' "$work/shown" &&
        test "$(grep -o '"artifacts/[a-z_]*/metrics.json"' "$work/shown" | sort -u | wc -l)" = "$(grep -L '^track: false' pipeline/*.yaml | wc -l)"
}

git init -q . && git add -A && git commit -qm tree
check 'make runs the pipelines of the sample' sample
check 'and has nothing left to do' make -q train PIPELINE=all
check 'nor has DVC' sees
check 'dvc metrics show' shows
rm -rf artifacts reports registry dvc.lock .dvc/cache
only_milk && rm pipeline/milk_reference.yaml && cp "$root/tests/recipe.yaml" pipeline/milk.yaml || exit 3
make -s dvc.yaml && git add -A && git commit -qm milk || exit 3
check 'make trains' make -s train
check 'DVC agrees' sees
marks=$(grep -c 'made from pipeline/stages.tbl' dvc.yaml)
check 'dvc stage add' "$dvc" stage add -q -n count -d artifacts/milk/clean.arrow -o counts.txt 'wc -c <artifacts/milk/clean.arrow >counts.txt'
check 'keeps the marks' test "$(grep -c 'made from pipeline/stages.tbl' dvc.yaml)" = "$marks"
{ printf '# the plots of our own\nplots:\n  - artifacts/milk/residuals.csv:   {x: month, y: {artifacts/milk/residuals.csv:  residual}}\n'; } >>dvc.yaml
sed -i 's/^  count:/  # counts bytes\n\n  count:/' dvc.yaml
cp dvc.yaml "$work/mine"
touch pipeline/milk.yaml
for goal in '-n train' '-q train' 'status' '-s train' 'train OUT=elsewhere'; do
    # shellcheck disable=SC2086
    check "make $goal" sh -c 'make $1 || test "$1" = status' sh "$goal"
    check "leaves dvc.yaml as it is" kept
done
rm -rf elsewhere
check 'dvc repro runs both' "$dvc" repro -q
check 'the stage of our own ran' test -s counts.txt
check 'dvc.yaml is as it was' kept
check 'DVC has nothing to do' sees
check 'nor has make' make -q train
git add -A && git commit -qm before
check 'dvc exp run' "$dvc" exp run -q -S pipeline/milk.yaml:train.folds=4
check 'leaves dvc.yaml as it is' kept
check 'and make agrees with it' make -q train
check 'dvc params diff sees it' sh -c '"$1" params diff --targets pipeline/milk.yaml HEAD | grep -q folds' sh "$dvc"
sed 's/^title: .*/title: two/; s|path: data/milk/|path: data/two/|' pipeline/milk.yaml >pipeline/two.yaml && cp -R data/milk data/two
check 'another pipeline' make -s train PIPELINE=two
check 'stands beside it' sh -c 'grep -q "data: data/two" dvc.yaml && grep -q "counts bytes" dvc.yaml && grep -q "^# the plots of our own" dvc.yaml'
check 'DVC agrees' sees
cp dvc.yaml "$work/mine"
check 'dvc remove of the stage of our own' "$dvc" remove -q count
check 'leaves the marks' test "$(grep -c 'made from pipeline/stages.tbl' dvc.yaml)" = "$marks"
cp dvc.yaml "$work/mine"
check 'and make' make -s train PIPELINE=all
check 'agrees' kept
exit $failed
