#!/bin/sh
# The committed sample is what the generator makes, byte for byte, with any of the compilers that are there.
# Prints `ok - …`, `not ok - …` or `skip - …: why`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/sample.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
cd "$root" || exit 3
failed=0
for compiler in "${CC:-gcc} -O2" "${CC:-gcc} -O0" "clang-14 -O2"; do
    if ! command -v "${compiler% *}" >/dev/null; then
        echo "skip - sample: $compiler: it is not installed"
        continue
    fi
    rm -rf "$work/data" && (cd data && for folder in */; do mkdir -p "$work/data/$folder" || exit; done) || exit 3
    if $compiler -std=c11 -o "$work/generate" data/generate*.c >"$work/diff" 2>&1 && "$work/generate" "$work/data" >>"$work/diff" 2>&1 &&
        (cd "$work" && for file in data/*/*.csv; do cmp "$file" "$root/$file" || exit 1; done) >>"$work/diff" 2>&1; then
        echo "ok - sample: $compiler gives the committed bytes"
    else
        echo "not ok - sample: $compiler"
        sed 's/^/  /' "$work/diff"
        failed=1
    fi
done
exit $failed
