#!/bin/sh
# The keys of a stage's row in pipeline/stages.tbl hold all sections of the pipeline's file that the stage says it reads:
# otherwise a changed key would leave its artifacts stale.  Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
bin=${BIN:-$root/bin}
table=$(mktemp "${TMPDIR:-/tmp}/keys.XXXXXX") || exit 3
trap 'rm -f "$table"' EXIT
failed=0
awk -F'|' '/^[a-z]/ { sub(/ +$/, "", $1); print $1, $4 }' "$root/pipeline/stages.tbl" >"$table"
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
exit $failed
