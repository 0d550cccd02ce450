#!/bin/sh
# What the stages hold in memory: train at most 1.3 times its table, evaluate and predict a few numbers a row beside the
# model; and --memory refuses at the start, before anything is written, in every stage that holds more than a batch.
#
#   tests/fault/held.sh [peak|refused]
. "$(dirname "$0")/lib.sh"
part=${1-}
rows=300000 pipeline=$work/big.yaml data=$work/big
case ${BIN-} in *asan*) skip all 'AddressSanitizer holds more than the program'; exit 0 ;; esac
mkdir "$data"
cat >"$pipeline" <<'YAML'
task: regression
target: y
ingest:
  sources:
    - {name: big, path: big.csv, columns: [{match: "*", kind: real}]}
features: [{rolling: [last], window: 1, of: "x*", shift: 0}]
train:
  folds: 3
  steps: [{scale: {}}, {ridge: {alpha: [1, 0.5, 0.2, 0.1]}}]
YAML
awk -v rows=$rows 'BEGIN {
    print "x1,x2,x3,x4,x5,x6,y"
    for (i = 0; i < rows; i++) print i % 1009 "," i % 2003 "," i % 3001 "," i % 4001 "," i % 5003 "," i % 6007 "," i % 97
}' >"$data/big.csv"
before=$failures
for stage in $all_stages; do
    at $stage "$data" "$run" "$run" "$work/bin/$stage" "$pipeline" >"$out" 2>"$work/$stage" ||
        { not_ok "$stage fails" "$self" "$work/$stage"; exit 1; }
done
table=$(($(wc -c <"$run/features.arrow") / 1048576))

# at_most STAGE MIB: what the closing line says; the program itself and its libraries take some six.
at_most() {
    peak=$(sed -n "s/^$1: .*peak \([0-9]*\)\..*/\1/p" "$work/$1")
    [ "${peak:-9999}" -le $(($2 + 6)) ] || fault "$1 holds ${peak:-?} MiB, more than $2 beside itself; the table has $table" "$self peak" "$work/$1"
}

if [ "${part:-peak}" = peak ]; then
    at_most ingest 12
    at_most clean 12
    at_most features 24
    at_most train $((table * 13 / 10))
    [ "$(wc -c <"$run/model.json")" -le 100000 ] || fault "model.json grows with the rows" "$self peak"
    at_most evaluate $((rows * 40 / 1048576 + 4 + 16)) # five numbers a row, and what the search for leaks looks at
    at_most predict 4
    at_most report 8
    [ "$(wc -l <"$run/residuals.csv")" = 1 ] || fault "residuals.csv has rows that residuals.arrow should have" "$self peak"
    passed "peaks beside a table of $table MiB: train at most 1.3 of it, evaluate and predict in batches" $before
fi

before=$failures
rm -rf "$work/before" && cp -R "$run" "$work/before"
for stage in train evaluate; do
    [ "${part:-refused}" = refused ] || break
    start $stage --memory 1M >"$out" 2>"$err"
    status=$?
    [ $status = 3 ] && one_cause && grep -q 'of memory, --memory allows 1.0 MiB' "$err" || fault "$stage --memory 1M: status $status" "$self refused" "$err"
    diff -r "$work/before" "$run" >"$out" || fault "$stage --memory 1M: something is written" "$self refused" "$out"
    start $stage --memory 1G >"$out" 2>"$err" || fault "$stage --memory 1G is refused" "$self refused" "$err"
done
[ "${part:-refused}" != refused ] || passed 'train and evaluate refuse what --memory does not allow' $before
exit $failed
