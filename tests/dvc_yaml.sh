#!/bin/sh
# What make writes into dvc.yaml, and what it leaves as it is: everything that it did not write.  The tool that does it,
# build/release/plan, runs in a folder of its own.  Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/dvc_yaml.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
plan=${PLAN:-$root/build/release/plan}
mkdir "$work/pipeline" "$work/into" && cd "$work" || exit 3
for file in stages.tbl milk.yaml milk_reference.yaml; do cp "$root/pipeline/$file" pipeline || exit 3; done
failed=0

check() { # NAME COMMAND …
    name=$1
    shift
    if "$@" >result 2>&1; then
        echo "ok - dvc_yaml: $name"
    else
        echo "not ok - dvc_yaml: $name"
        sed 's/^/  /' result
        failed=1
    fi
}
write() { "$plan" --into into --quiet "$@" 2>said; }
said() { "$plan" --into into --check >stale 2>notes; grep -F -- "$1" notes || { cat stale notes; return 1; }; }
# same_but PATTERN: only lines with the pattern differ from what stood there before (in `before`).
same_but() { diff before dvc.yaml | sed -n 's/^[<>] //p' | grep -v -- "$1" >others; ! [ -s others ] || { cat others; return 1; }; }
again() { cp dvc.yaml first && write "$@" && cmp first dvc.yaml && ! "$plan" --into into --check | grep stale; }
second() { sed "s/^title: .*/title: second/; s|data/milk/|data/second/|" pipeline/milk.yaml >pipeline/second.yaml; }

write
check 'a new file' grep -q '^  train:  # made from pipeline/stages.tbl [0-9a-f]\{8\}$' dvc.yaml
check 'is at rest' again
cp dvc.yaml made

cp pipeline/milk.yaml plain.yaml
echo 'export: {path: /models/milk}' >>pipeline/milk.yaml
check 'a path that is none of a source makes no other stages' write
check 'of the pipeline, and takes none away' cmp made dvc.yaml
mv plain.yaml pipeline/milk.yaml

# Everything of somebody else's, everywhere.
awk '{ print } /^stages:/ { print "  # mine, on top\n  first:   # my own\n    cmd: \"echo   1\"\n" }
     /reports\/\$\{item.pipe\}\/report.json/ { print "\n  # mine, at the end\n  last: {cmd: echo 2, outs: [x]}\n\n\n# plots\nplots:\n  - x.csv:   {title:  \"A\"}" }
     NR == 1 { print "vars:\n  - {a: 1}   # why\n\nmetrics: [m.json]" }' made >dvc.yaml
cp dvc.yaml before
check 'what others wrote is no reason to write' again
second
check 'a second pipeline goes in' write
check 'and nothing of the others changes' same_but 'item\|second\|foreach\|matrix\|key\|milk\|data\|pipe:\|made from\|do:\|^ *\(cmd\|deps\|params\|outs\|metrics\):$\|^ *- '
check 'in place' sh -c 'grep -n "^  [a-z]*:\|^  # mine\|^plots\|^# plots\|^vars" dvc.yaml | cut -d: -f2 | tr "\n" " " | grep -q "^vars *# mine, on top *first *ingest *clean *features *train *evaluate *register *predict *report *# mine, at the end *last *# plots plots "'
rm pipeline/second.yaml
check 'it goes out again' write
check 'and leaves the file as it was' cmp before dvc.yaml

# By hand.
sed 's|bin/train pipeline|nice bin/train pipeline|' before >dvc.yaml && cp dvc.yaml edited
check 'a stage that was edited is no reason to write' again
check 'it is named' said "'train' differs from what make would write"
second && write
check 'it stays when others change' grep -q 'nice bin/train pipeline/${item.pipe}.yaml' dvc.yaml
check 'which go on' grep -q second dvc.yaml
rm pipeline/second.yaml && write
check 'and come back' cmp edited dvc.yaml
write --force
check 'until it is forced' cmp before dvc.yaml
sed 's|^    cmd:$|&   # slow|' before >dvc.yaml && cp dvc.yaml edited
check 'a comment inside is no reason to write' again
second && write
check 'and stays, too' grep -q '# slow' dvc.yaml
check 'named' said "'train' differs"
rm pipeline/second.yaml && write && cp edited dvc.yaml

# As DVC or an editor writes it anew.
sed 's/^    /      /; s/^  \([a-z ]\)/    \1/' made | sed 's/- milk/-   "milk"/' >dvc.yaml
check 'another layout is no reason to write' again
second && write
check 'which the new stages take over' grep -q '^    train:  # made from' dvc.yaml
check 'so that it can be read' write
rm pipeline/second.yaml

# Before there were marks.
sed 's/  # made from.*//' made >dvc.yaml
check 'a file without marks that says the same' write
check 'becomes the one with marks' cmp made dvc.yaml
sed 's/  # made from.*//; s/- stages\/train.c/- stages\/train.d/' made >dvc.yaml && write
check 'one that says something else keeps it' grep -q 'stages/train.d' dvc.yaml
check 'and names it' said "'train' differs from"

# Stages that are made no more.
cp made dvc.yaml && cp pipeline/stages.tbl table && echo 'count | clean.arrow | count.json | time | base' >>pipeline/stages.tbl && write
check 'a new row is a new stage' grep -q '^  count:  # made from' dvc.yaml
cp dvc.yaml counted && cp table pipeline/stages.tbl && write
check 'which goes with the row' cmp made dvc.yaml
sed 's|bin/count|nice bin/count|' counted >dvc.yaml && write
check 'but not when it was edited' grep -q 'nice bin/count' dvc.yaml
check 'which is said' said "'count' is made no more, but was edited"
write --force
check 'until it is forced' cmp made dvc.yaml

# A pipeline whose file is broken keeps its stages.
second && write && cp dvc.yaml both && echo '[' >>pipeline/second.yaml
check 'a broken pipeline keeps its stages' again
check 'which is said' said "'second' stands there, but its file cannot be read"
rm pipeline/second.yaml && write
check 'a deleted one does not' cmp made dvc.yaml

# None.
mkdir kept && mv pipeline/milk.yaml kept && write
check 'no tracked pipeline, no stages' grep -q '^stages: {}$' dvc.yaml
check 'which is at rest' again
mv kept/milk.yaml pipeline && write
check 'and back' cmp made dvc.yaml
printf 'plots:\n- x.csv' >dvc.yaml && write
check 'a file without stages and without a last newline' sh -c 'head -n 2 dvc.yaml | cmp - "$1" && grep -q "^  report:  # made" dvc.yaml' sh /dev/stdin <<'EOF'
plots:
- x.csv
EOF
check 'is at rest then' again

# Beside DVC, which writes the file in place under its lock: for a while it is empty.
write && cp dvc.yaml before && { cat before; printf '  mine:\n    cmd: echo\n'; } >with_mine
mkdir -p .dvc/tmp && : >.dvc/tmp/lock
flock .dvc/tmp/lock sh -c ': >dvc.yaml; : >begun; sleep 0.5; cat with_mine >dvc.yaml' &
while [ ! -e begun ]; do sleep 0.01; done
check 'make waits for DVC' write
wait
check 'and what DVC wrote stays' cmp with_mine dvc.yaml
: >dvc.yaml
check 'a lock that stays busy is said' sh -c 'flock .dvc/tmp/lock "$1" --into into 2>busy; test $? = 75 && grep -q "is busy" busy && ! test -s dvc.yaml' sh "$plan"
rm -rf .dvc

# What cannot be read is left alone, and said.
for text in 'stages: [' 'stages: {a: {cmd: x}}' 'x: &a 1' '- 1' 'stages: 1'; do
    echo "$text" >dvc.yaml
    cp dvc.yaml before
    write
    check "left alone: $text" cmp before dvc.yaml
    check "and said: $text" said 'dvc.yaml'
done
rm dvc.yaml && mkfifo dvc.yaml
check 'a pipe in its place does not hang' timeout 10 "$plan" --into into
rm dvc.yaml
check 'a dry run writes none' sh -c '"$1" --into into --dry-run && ! test -e dvc.yaml' sh "$plan"
exit $failed
