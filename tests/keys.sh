#!/bin/sh
# The keys of a stage's row in pipeline/stages.tbl hold all sections of the pipeline's file that the stage says it reads:
# otherwise a changed key would leave its artifacts stale.  And it takes those of --data, --in, --out and --reports that
# the row has a use for, no other.  Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
bin=${BIN:-$root/bin}
table=$(mktemp "${TMPDIR:-/tmp}/keys.XXXXXX") || exit 3
trap 'rm -f "$table" "$table.folders"' EXIT
failed=0
awk -F'|' '/^[a-z]/ { sub(/ +$/, "", $1); print $1, $4 }' "$root/pipeline/stages.tbl" >"$table"
awk -F'|' '/^[a-z]/ {
    sub(/ +$/, "", $1)
    n = split($2, reads, " ")
    data = n && reads[1] == "data"
    print $1, (data ? "data " : "") (n > data ? "in " : "") ($3 ~ / reports\// ? "reports" : "out")
}' "$root/pipeline/stages.tbl" >"$table.folders"
while read -r stage keys; do
    missing=
    "$bin/$stage" --explain >/dev/null 2>&1 || missing=" --explain fails"
    for section in $("$bin/$stage" --explain | sed -n "s/^section '\(.*\)'.*/\1/p"); do
        case " $keys " in
        *" $section "*) ;;
        *) missing="$missing $section" ;;
        esac
    done
    if [ -z "$missing" ]; then
        echo "ok - keys: $stage"
    else
        echo "not ok - keys: the row of '$stage' lacks:$missing"
        failed=1
    fi
done <"$table"
while read -r stage folders; do
    "$bin/$stage" --help | grep -q '^  --set ' || { echo "not ok - keys: $stage takes no --set, which make SET= gives to each"; failed=1; }
    found=$(echo $("$bin/$stage" --help | sed -n 's/^  --\(data\|in\|out\|reports\) DIR.*/\1/p'))
    if [ "$found" = "$folders" ]; then
        echo "ok - keys: $stage takes the folders of its row"
    else
        echo "not ok - keys: $stage takes '$found', its row has a use for '$folders'"
        failed=1
    fi
done <"$table.folders"
exit $failed
