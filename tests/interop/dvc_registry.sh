#!/bin/sh
# The registry beside DVC, which does not know it: `dvc status` and make are at rest behind a run, and when somebody moved
# production by hand the verdict is gone, so that register runs again.  Prints `ok - …`, `not ok - …` or
# `skip - …: why`.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
dvc=$root/.venv/bin/dvc
[ -x "$dvc" ] || { echo "skip - interop registry: no DVC in .venv; ./setup test makes it"; exit 0; }
export DVC_NO_ANALYTICS=1 LC_ALL=C.UTF-8 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@localhost GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@localhost
work=$(mktemp -d "${TMPDIR:-/tmp}/registry.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export DVC_GLOBAL_CONFIG_DIR="$work/none" DVC_SYSTEM_CONFIG_DIR="$work/none" DVC_SITE_CACHE_DIR="$work/site"
. "$root/tests/copies.sh"
mkdir "$work/tree" && cd "$work/tree" || exit 3
cp -a "$root/Makefile" "$root/scripts" "$root/pipeline" "$root/src" "$root/stages" "$root/data" "$root/dvc.yaml" "$root/.gitignore" .
only_recipe && printf 'gate: {beats: []}\n' >>pipeline/milk.yaml
copy_built .
mkdir .dvc && cp "$root/.dvc/config" .dvc && git init -q . || exit 3
failed=0
check() { # NAME COMMAND …
    name=$1
    shift
    "$@" >"$work/said" 2>&1 && { echo "ok - interop registry: $name"; return; }
    echo "not ok - interop registry: $name"
    tail -n 30 "$work/said" | sed 's/^/  /'
    failed=1
}
at_rest() { "$dvc" status | grep -q 'up to date' && make -q train && ! make train 2>&1 | grep ^bin/; }
stale() { "$dvc" status | grep -q 'deleted: *artifacts/milk/verdict.json' && ! make -q train; }
predicts() { grep -q "version $1 predicts\"" artifacts/milk/verdict.json && cmp "registry/milk/versions/$1/model.json" artifacts/milk/production/model.json; }

check 'the first night' make run
check 'make and DVC are at rest behind it' at_rest
check 'the first version predicts' predicts 1
sed -i 's/seed: 42/seed: 43/; s/folds: 3/folds: 4/' pipeline/milk.yaml
check 'another recipe waits' make run
check 'at rest again' at_rest
check 'the first version predicts, still' predicts 1
cp artifacts/milk/predictions.csv "$work/first.csv"
check 'somebody promotes the other' bin/registry promote milk 2 --why 'it is mine'
check 'which make and DVC both see' stale
check 'make lets it predict' make train
check 'the second version predicts' predicts 2
check 'at rest behind that' at_rest
check 'somebody goes back' bin/registry rollback milk --why 'it was not better'
check 'which both see' stale
check 'make lets the first one predict' make train
check 'it does, and not the candidate, for somebody had a reason' predicts 1
check 'with the bytes that it had' cmp artifacts/milk/predictions.csv "$work/first.csv"
check 'at rest after make' at_rest
# A colleague who has the registry in git and the artifacts from the cache.
check 'commit' sh -c 'git add . && git add -f dvc.lock registry && git commit -qm night'
check 'clone' git clone -q . ../clone
cd ../clone || exit 3
# With their times: nothing is compiled.
for part in Makefile scripts src stages pipeline data; do rm -rf $part && cp -a ../tree/$part . || exit 3; done
cp -a ../tree/bin . && mkdir -p build && cp -a ../tree/build/release build/ && cp -a ../tree/.dvc/cache .dvc/
check 'dvc checkout brings the artifacts' "$dvc" checkout
check 'nothing has to run in the clone' at_rest
# Without the registry there is an empty one, and nothing fails.
rm -rf registry
check 'a clone without the registry begins one' make train
check 'and is at rest' at_rest
exit $failed
