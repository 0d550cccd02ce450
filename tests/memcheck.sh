#!/bin/sh
# The whole chain, and push, pull, status and gc, under valgrind: no error, no memory that is definitely lost.  (`make
# memcheck` does the same for the unit tests, which takes minutes.)  Prints `ok - …`, `not ok - …` or `skip - …: why`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
bin=${BIN:-$root/bin}
work=$(mktemp -d "${TMPDIR:-/tmp}/memcheck.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
command -v valgrind >/dev/null || { echo "skip - memcheck: valgrind is not installed"; exit 0; }
cd "$work" || exit 3
failed=0
. "$root/tests/places.sh"
. "$root/tests/data.sh"
. "$root/tests/places.sh"
sample_data data
cp "$root/tests/recipe.yaml" milk.yaml

# checked NAME COMMAND …
checked() {
    log=$work/$1.log name=$1
    shift
    valgrind --trace-children=yes --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        --suppressions="$root/tests/valgrind.supp" --log-file="$log" \
        "$@" --quiet >"$work/out" 2>&1
    status=$?
    if [ $status = 0 ] && grep -q 'ERROR SUMMARY: 0 errors' "$log"; then
        echo "ok - memcheck: $name"
    else
        echo "not ok - memcheck: $name ended with status $status"
        tail -n 40 "$work/out" "$log" | sed 's/^/  /'
        failed=1
    fi
}

for stage in ingest clean features train evaluate register predict report; do
    at $stage data artifacts/milk reports/milk checked $stage "$bin/$stage" milk.yaml
done
. "$root/tests/cli/push-folder/project.sh"
mkdir project && cd project && project
checked push "$bin/push"
rm -r .dvc/cache tree
checked pull "$bin/pull"
checked status "$bin/status"
checked gc "$bin/gc" --cloud --workspace --force
exit $failed
