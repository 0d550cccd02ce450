#!/bin/sh
# Artifacts that were changed after they were written, read by hand, without digests of DVC: single digits all over the
# JSON artifacts, tables cut at the end of a line, artifacts of two runs mixed.  The stage that reads them refuses (status 1,
# and the command that mends it), or its outputs are the ones of before.
#
#   tests/fault/damage.sh [ARTIFACT [OFFSET]]
. "$(dirname "$0")/lib.sh"

chain "$work/new" "$work/data" 42
chain "$work/other" "$work/old_data" 7 --as-of 2019-01
run=$work/run
fresh() { rm -rf "$run" && cp -R "$work/new" "$run"; }
fresh

# read_by ARTIFACT: the stages that read it.
read_by() {
    awk -F'|' -v name="$1" '/^[a-z]/ && index(" " $2 " ", " " name " ") { sub(/ +$/, "", $1); print $1 }' "$root/pipeline/stages.tbl"
}

# refused STAGE WHAT REPEAT: one case; $run holds a damaged artifact.
refused() {
    cases=$((cases + 1))
    start "$1" >"$out" 2>"$err"
    status=$?
    case $status in
    1) grep -q "hint: run 'bin/" "$err" || fault "$2: $1 does not say what to run" "$3" "$err" ;;
    0)
        cmp -s "$run/$artifact" "$work/new/$artifact" || cp "$run/$artifact" "$work/damaged"
        cp "$work/new/$artifact" "$run/$artifact"
        diff -r "$run" "$work/new" >"$out" || { fault "$2: $1 takes it, and its outputs differ" "$3" "$out"; fresh; }
        [ ! -f "$work/damaged" ] || mv "$work/damaged" "$run/$artifact"
        ;;
    *) fault "$2: $1 ends with status $status" "$3" "$err" ;;
    esac
}
everywhere() { # WHAT REPEAT
    for stage in $readers; do
        refused $stage "$1" "$2"
    done
    cp "$work/new/$artifact" "$run/$artifact"
}

# Digits, some hundred of the model and some of each other document; the next digit stands in their place.
digits() {
    grep -ob '[0-9]' "$work/new/$artifact" | awk -F: -v most="$1" '{ at[NR] = $0 } END {
        step = NR > most ? NR / most : 1
        for (i = 1; i <= NR; i += step) print at[int(i)]
    }' | tr : ' '
}
for artifact in model.json metrics.json residuals.json backtest.json quality.json features.json ingest.json predictions.json; do
    [ "${1:-$artifact}" = $artifact ] && [ -f "$run/$artifact" ] || continue
    before=$failures cases=0 readers=$(read_by $artifact) many=60
    [ $artifact != model.json ] || many=300
    digits $many >"$work/places"
    while read -r offset digit; do
        [ "${2:-$offset}" = "$offset" ] || continue
        printf %d $(((digit + 1) % 10)) | dd of="$run/$artifact" bs=1 seek="$offset" conv=notrunc 2>/dev/null
        everywhere "$artifact with another digit at $offset" "$self $artifact $offset"
    done <"$work/places"
    passed "$cases readings of $artifact with one digit changed, refused or without effect" $before
done

# Tables: the last line gone, the last half, all but the header; one cell changed.
for artifact in search.csv history.csv predictions.csv rejects.csv; do
    [ "${1:-$artifact}" = $artifact ] || continue
    before=$failures cases=0 readers=report lines=$(wc -l <"$work/new/$artifact")
    for keep in $((lines - 1)) $((lines / 2)) 1 0; do
        [ "$keep" -lt "$lines" ] || continue
        head -n "$keep" "$work/new/$artifact" >"$run/$artifact"
        everywhere "$artifact cut to $keep lines" "$self $artifact"
    done
    sed '2s/[0-9]/7&/' "$work/new/$artifact" >"$run/$artifact"
    everywhere "$artifact with a digit more" "$self $artifact"
    passed "$cases readings of $artifact, cut at a line's end or changed" $before
done

# One file of another run: what a kill between two renames, or a copy, leaves behind.
for artifact in search.csv model.json residuals.json metrics.json rejects.csv; do
    [ $# -eq 0 ] || continue
    before=$failures cases=0
    cp "$work/other/$artifact" "$run/$artifact"
    ! cmp -s "$run/$artifact" "$work/new/$artifact" || continue
    refused report "$artifact of another run" "$self"
    [ "$status" = 1 ] || fault "report takes $artifact of another run" "$self"
    cp "$work/new/$artifact" "$run/$artifact"
    passed "report refuses $artifact of another run" $before
done

# A whole stage of another run, each document with its table: the figures are of another model.
if [ $# -eq 0 ]; then
    before=$failures
    cp "$work/other/model.json" "$work/other/search.csv" "$run"
    start report >"$out" 2>"$err"
    [ $? = 1 ] && grep -q 'another model' "$err" || fault 'report takes figures of another model' "$self" "$err"
    fresh
    cp "$work/other/predictions.json" "$work/other/predictions.csv" "$run"
    start report >"$out" 2>"$err"
    [ $? = 1 ] && grep -q 'another model' "$err" || fault 'report takes predictions of another model' "$self" "$err"
    fresh
    passed 'report refuses figures and predictions of another model' $before
fi

# The command of the hint mends it.
if [ $# -eq 0 ]; then
    before=$failures
    for artifact in model.json search.csv metrics.json predictions.csv quality.json; do
        sed '$d' "$work/new/$artifact" >"$run/$artifact"
        start report >"$out" 2>"$err" && fault "$artifact without its last line is taken" "$self"
        command=$(sed -n "s/^  hint: run '\(.*\)'\$/\1/p" "$err")
        (cd "$work" && eval "$command --quiet") >"$out" 2>"$err" || fault "the hint's command fails: $command" "$self" "$err"
        start report >"$out" 2>"$err" || fault "after the hint's command: $command" "$self" "$err"
        diff -r "$run" "$work/new" >"$out" || fault "the hint's command leaves other artifacts: $command" "$self" "$out"
        fresh
    done
    passed 'the command that the message names mends the artifact' $before
fi
exit $failed
