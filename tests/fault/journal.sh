#!/bin/sh
# A search that is killed goes on from its journal: SIGKILL at random instants of a search of 10,000 cells, again and again,
# until one run comes to its end; its bytes are those of a run that nobody killed.  The same of rounds that halve the cells of
# several recipes, with estimators that draw at random.  SIGTERM stops between two pieces and
# keeps the journal.  A journal that was cut, changed or is of another search does no harm; two runs at once do none either;
# and shards that were scored apart and merged give the same bytes.
#
#   tests/fault/journal.sh        KILLS=50: so many kills instead of 3; SEED=N: other instants
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
self=tests/fault/journal.sh kills=${KILLS:-3} seed=${SEED:-1} failed=0
[ -z "${QUICK-}" ] || kills=2
work=$(mktemp -d "${TMPDIR:-/tmp}/fault.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 3' HUP INT TERM
mkdir "$work/bin" && cp "${BIN:-$root/bin}"/* "$work/bin" || exit 3
cd "$work" || exit 3

ok() { echo "ok - fault: journal: $1"; }
not_ok() { # WHAT [FILE]
    echo "not ok - fault: journal: $1; again: SEED=$seed KILLS=$kills $self"
    [ -z "${2-}" ] || sed 's/^/  /' "$2"
    failed=1
}

# 25 choices of k, 2 of the degree, 200 of alpha.
cat >wide.yaml <<END
title: A wide grid
target: y
seed: 3
track: false
ingest:
  sources:
    - {name: wide, path: wide.csv, columns: [{match: "*", kind: real}]}
train:
  steps:
    - scale: {}
    - select: {by: f_score, k: [$(seq -s ', ' 1 25)]}
    - polynomial: {degree: [2, 3]}
    - ridge: {alpha: [$(seq -s ', ' 1 200)]}
END
awk 'BEGIN {
    srand(5)
    for (c = 1; c <= 25; c++) printf "x%d,", c
    print "y"
    for (i = 0; i < 500; i++) {
        y = rand()
        for (c = 1; c <= 25; c++) { x = rand(); y += x * (c % 5) * (c % 3 ? 1 : x); printf "%.4f,", x }
        printf "%.4f\n", y
    }
}' >wide.csv
bin/ingest wide.yaml --data . --out in --quiet && bin/clean wide.yaml --in in --out in --quiet &&
    bin/features wide.yaml --in in --out in --quiet || { not_ok 'no feature table'; exit 1; }

# Recipes of every kind of estimator, in rounds.
sed '/^train:/,$d' wide.yaml >several.yaml
cat >>several.yaml <<END
train:
  folds: 6
  search: {method: halving, factor: 2, min_resources: 100}
  recipes:
    ridge: [scale: {}, select: {by: f_score, k: [5, 10, 20]}, ridge: {alpha: [1, 10]}]
    forest: [scale: {}, random_forest: {n_estimators: [3000, 4000], max_depth: [4, 8]}]
    network: [scale: {}, mlp: {hidden_layer_sizes: ["16", "32"], alpha: [0.001, 0.1], max_iter: 150}]
END
pipe=wide
train() { bin/train $pipe.yaml --in in "$@"; }
same() {
    for file in search.csv history.csv model.json; do
        cmp -s whole/$file "$1/$file" || return 1
    done
    [ ! -e "$1/.search.journal" ]
}
now() { date +%s.%N; }
random() { # N: the N-th of the seed, between 0 and 1
    awk -v seed="$seed" -v n="$1" 'BEGIN { srand(seed * 1000003 + n); for (i = 0; i < 9; i++) x = rand(); print x }'
}

# undisturbed: leaves what an uninterrupted run makes in `whole`, and the seconds that it takes in $takes.
undisturbed() {
    begun=$(now)
    rm -rf whole cut
    train --out whole --threads 1 --quiet || { not_ok 'the search fails'; exit 1; }
    takes=$(echo "$(now) $begun" | awk '{ print $1 - $2 }')
}

# interrupt SIGNAL SECONDS [OPTION …]: a run into `cut`, and the signal then; sets $status.
interrupt() {
    signal=$1 after=$2
    shift 2
    {
        env --default-signal=TERM bin/train $pipe.yaml --in in --out cut "$@" >out 2>err &
        sleep "$after"
        kill -"$signal" $! 2>/dev/null
        wait $!
        status=$?
    } 2>/dev/null
}

# killed_again WHAT: every run goes on where the one before was killed; the odd ones with two threads.
killed_again() {
    killed=0 went_on=0 ended=0 run=0
    while [ $killed -lt "$kills" ] && [ $run -lt $((kills * 4)) ]; do
        run=$((run + 1))
        interrupt KILL "$(random $run | awk -v t="$takes" '{ print $1 * t }')" --threads $((1 + run % 2))
        ! grep -q 'the search goes on' err || went_on=$((went_on + 1))
        case $status in
        137) killed=$((killed + 1)) ;;
        0)
            same cut || not_ok "$1: after $killed kills: other bytes, or a journal is left" err
            ended=$((ended + 1))
            rm -rf cut
            ;;
        *) not_ok "$1: status $status" err; break ;;
        esac
    done
    train --out cut --threads 1 >out 2>err || not_ok "$1: the run behind all kills fails" err
    same cut || not_ok "$1: after $killed kills: other bytes, or a journal is left" err
    [ $killed -ge "$kills" ] || not_ok "$1: only $killed kills arrived in $run runs"
    [ $went_on -gt 0 ] || [ "$kills" -lt 3 ] || not_ok "$1: no run went on from a journal"
    [ $failed != 0 ] || ok "$killed kills of $1: $went_on times it went on, the same bytes at $((ended + 1)) ends"
}
pipe=several wanted=$kills
undisturbed
[ "$kills" -gt 3 ] || kills=2 # its fits take long
killed_again 'rounds that halve three recipes'
kills=$wanted
pipe=wide
undisturbed
killed_again 'a search of 10,000 cells'

# stopped: a run that was stopped behind its first second; its journal is kept in `kept`.
rm -rf cut
interrupt TERM "$(echo "$takes" | awk '{ print $1 < 2 ? 1.2 : $1 * 0.6 }')" --threads 1
if [ $status = 143 ] && [ -s cut/.search.journal ] && [ ! -e cut/model.json ]; then
    ok 'SIGTERM stops the search and keeps its journal'
elif [ $status = 0 ]; then
    echo 'skip - fault: journal: SIGTERM: the search was over before'
    exit $failed
else
    not_ok "SIGTERM: status $status" err
fi
cp cut/.search.journal kept
bytes=$(wc -c <kept)

# try WHAT NOTE [OPTION …]: a run beside the journal as it is now says the note and leaves the right bytes.
try() {
    what=$1 note=$2
    shift 2
    train --out cut --threads 1 "$@" >out 2>err || not_ok "$what: fails" err
    grep -q "$note" err || not_ok "$what: does not say '$note'" err
    same cut || not_ok "$what: other bytes, or a journal is left" err
    rm -rf cut && mkdir cut
}
before=$failed
head -c $((bytes - 3)) kept >cut/.search.journal
try 'a torn tail' 'the search goes on'
head -c 20 kept >cut/.search.journal
try 'a torn head' 'a journal of another search was discarded'
{ cat kept; head -c 100000 /dev/zero; } >cut/.search.journal
try 'a tail of zeros' 'the search goes on'
{ head -c 5000 kept; printf X; tail -c +5002 kept; } >cut/.search.journal
try 'a changed byte' 'the search goes on\|of pieces\|train:'
sed '1s/ [0-9a-f]* / 0123456789abcdef /' kept >cut/.search.journal
try 'another digest' 'a journal of another search was discarded'
[ $failed != $before ] || ok 'a journal that was cut, changed or is of another search does no harm'

before=$failed
cp kept cut/.search.journal
train --out cut --threads 1 --set seed=4 >out 2>err
grep -q 'a journal of another search was discarded' err || not_ok 'another seed takes the journal' err
rm -rf cut && mkdir cut && cp kept cut/.search.journal
train --out cut --threads 1 --set train.folds=4 >out 2>err
grep -q 'a journal of another search was discarded' err || not_ok 'other folds take the journal' err
for place in mkfifo 'ln -s ../kept'; do
    rm -rf cut && mkdir cut && $place cut/.search.journal
    train --out cut --threads 1 >out 2>err || not_ok "$place in its place: fails" err
    cmp -s whole/model.json cut/model.json || not_ok "$place in its place: other bytes" err
done
[ "$(wc -c <kept)" = "$bytes" ] || not_ok 'a link in its place was followed'
rm -rf cut && mkdir cut
[ $failed != $before ] || ok 'other settings, a pipe and a link in its place'

before=$failed
cp kept cut/.search.journal
train --out cut --threads 1 >out1 2>err1 &
first=$!
train --out cut --threads 1 >out2 2>err2 || not_ok 'the second of two runs fails' err2
wait $first || not_ok 'the first of two runs fails' err1
cat err1 err2 >err
same cut || not_ok 'two runs at once: other bytes, or a journal is left' err
[ $failed != $before ] || ok 'two runs at once'

# What is scored is not given away for a disk that is full in the last second.
if strace -f -qq -o /dev/null bin/show --version >/dev/null 2>&1; then
    before=$failed
    rm -rf cut && mkdir cut && cp kept cut/.search.journal
    strace -f -qq -o /dev/null -e trace=fsync -e inject=fsync:error=ENOSPC bin/train wide.yaml --in in --out cut --threads 1 >out 2>err
    [ $? = 3 ] && [ -s cut/.search.journal ] && [ ! -e cut/model.json ] || not_ok 'a disk that is full at the end: no journal is left' err
    try 'behind a full disk' 'the search goes on: \([0-9]*\) of \1 pieces'
    [ $failed != $before ] || ok 'a disk that is full at the end costs no score'
else
    echo 'skip - fault: journal: a full disk: strace cannot trace these executables'
fi

before=$failed
mkdir merged
for i in 2 0 1; do
    train --out shards --shard $i/3 --threads 1 --quiet 2>err || not_ok "shard $i/3 fails" err
done
cp kept merged/.search.journal
train --out merged --merge shards --quiet 2>err || not_ok 'the merge fails' err
same merged || not_ok 'three shards: other bytes'
[ $failed != $before ] || ok 'three shards, merged, give the same bytes'
exit $failed
