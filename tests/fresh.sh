#!/bin/sh
# Is what is made from something else, and committed, what would be made now?  Of the last commit, for `make` itself renews
# dvc.yaml in the working tree.  Prints `ok - …`, `not ok - …` or `skip - …: why`.
set -u
cd "$(dirname "$0")/.." || exit 3
git rev-parse -q --verify HEAD >/dev/null 2>&1 || { echo 'skip - fresh: dvc.yaml: this is no git repository'; exit 0; }
work=$(mktemp -d "${TMPDIR:-/tmp}/fresh.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
git archive HEAD pipeline dvc.yaml | tar -x -C "$work" && root=$PWD && cd "$work" && cp dvc.yaml committed || exit 3
if "$root/build/release/plan" --into . && diff committed dvc.yaml; then
    echo 'ok - fresh: dvc.yaml is what pipeline/stages.tbl says'
else
    echo 'not ok - fresh: dvc.yaml is stale; run make and commit it'
    exit 1
fi
rm dvc.yaml
if "$root/build/release/plan" --into . --quiet && diff committed dvc.yaml; then
    echo 'ok - fresh: and nothing else'
else
    echo 'not ok - fresh: dvc.yaml holds more'
    exit 1
fi
