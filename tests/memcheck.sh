#!/bin/sh
# The whole chain under valgrind: no error, no memory that is definitely lost.  (`make memcheck` does the same for the
# unit tests, which takes minutes.)  Prints `ok - …`, `not ok - …` or `skip - …: why`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
bin=${BIN:-$root/bin}
work=$(mktemp -d "${TMPDIR:-/tmp}/memcheck.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
command -v valgrind >/dev/null || { echo "skip - memcheck: valgrind is not installed"; exit 0; }
cd "$work" || exit 3
failed=0
for stage in ingest clean features train evaluate predict report; do
    log=$work/$stage.log
    valgrind --trace-children=yes --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --log-file="$log" \
        "$bin/$stage" "$root/pipeline/milk.yaml" --data "$root/data/milk" --quiet >"$work/out" 2>&1
    status=$?
    if [ $status = 0 ] && grep -q 'ERROR SUMMARY: 0 errors' "$log"; then
        echo "ok - memcheck: $stage"
    else
        echo "not ok - memcheck: $stage ended with status $status"
        tail -n 40 "$work/out" "$log" | sed 's/^/  /'
        failed=1
    fi
done
exit $failed
