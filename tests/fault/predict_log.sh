#!/bin/sh
# The log of answers (src/batch/batch_log.h) under fire: eight processes that write it at once, kill -9 among them, a log that
# somebody holds, that is damaged, another's, of a later version, or has no room.  Answers never depend on it, no half batch ever
# stands in it, and what is no log keeps its bytes.
#
#   tests/fault/predict_log.sh [SEED]
topic='fault: predict_log'
. "$(dirname "$0")/../interop/lib.sh"
[ -x "$venv/python" ] || { skip all "no Python in .venv; ./setup test makes it"; exit 0; }
seed=${1:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
cp -R "$root/tests/cli/predict-input/in" "$work/project" && cd "$work/project" || exit 3
p=pipeline/houses.yaml log=state/predictions.db
for stage in ingest clean features train evaluate 'register --exit-zero'; do
    "$bin/"$stage $p --quiet 2>"$err" || { not_ok "no chain: $stage" "$err"; exit 1; }
done
awk 'NR == 1 { print; next } /^a,/ { row = $0 } END { for (i = 0; i < 20000; i++) print row }' asked.csv >many.csv
predict() { "$bin/predict" $p --input many.csv --quiet "$@"; }
predict --log none >want.csv 2>"$err" || { not_ok 'no answers' "$err"; exit 1; }

# whole N: the log passes SQLite's own check, has at least N batches, and each of them all of its rows.
whole() {
    "$venv/python" - $log "$1" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
good = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
batches = db.execute("SELECT rows, (SELECT count(*) FROM answer WHERE batch = id), (SELECT max(row) FROM answer WHERE batch = id) FROM batch").fetchall()
strays = db.execute("SELECT count(*) FROM answer WHERE batch NOT IN (SELECT id FROM batch)").fetchone()[0]
print(good, len(batches), strays, set(batches))
sys.exit(not (good and strays == 0 and len(batches) >= int(sys.argv[2]) and set(batches) <= {(20000, 20000, 20000)}))
END
}

pids=
for i in 1 2 3 4 5 6 7 8; do
    predict >"out.$i" 2>"err.$i" &
    pids="$pids $!"
done
for pid in $pids; do wait "$pid" || not_ok "one of eight: status $?" err.*; done
for i in 1 2 3 4 5 6 7 8; do cmp -s want.csv "out.$i" && [ ! -s "err.$i" ] || not_ok "one of eight: other answers, or a warning" "err.$i"; done
check 'eight processes log at once, each batch is whole' whole 8

killed=0
echo old >answers.csv
for i in $(awk -v seed="$seed" 'BEGIN { srand(seed); for (i = 0; i < 25; i++) printf "%.4f ", rand() * 0.15 }'); do
    predict --output answers.csv 2>/dev/null &
    pid=$!
    [ $((killed % 5)) != 0 ] || predict >/dev/null 2>"$err" || not_ok 'beside one that is killed' "$err"
    sleep "$i"
    kill -9 $pid 2>/dev/null
    { wait $pid; } 2>/dev/null
    killed=$((killed + 1))
    [ "$(cat answers.csv)" = old ] || cmp -s want.csv answers.csv || not_ok "kill $i: half an output (seed $seed)"
    echo old >answers.csv
done
predict >"$out" 2>"$err" && cmp -s want.csv "$out" || not_ok 'after the kills' "$err"
check "$killed kills leave no half batch, and --output old or new (seed $seed)" whole 14

# without_log WHAT TEXT [OPTION …]: the same answers, status 0, one warning that has the text.
without_log() {
    what=$1 text=$2
    shift 2
    predict "$@" >"$out" 2>"$err"
    status=$?
    [ $status = 0 ] && cmp -s want.csv "$out" && [ "$(grep -c 'warning: ' "$err")" = 1 ] && grep -qF "$text" "$err" && grep -q '  hint: ' "$err" ||
        not_ok "$what: status $status" "$err"
}
before=$failed
"$venv/python" - $log held other.db later.db <<'END' &
import sqlite3, sys, time
for name, version in (("other.db", 1), ("later.db", 2)):
    db = sqlite3.connect(name)
    db.executescript(f"CREATE TABLE {'mine' if version == 1 else 'batch'}(x); CREATE TABLE answer(x); PRAGMA user_version = {version};")
    db.close()
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
open("held", "w").close()
time.sleep(1)
db.execute("COMMIT")
END
holder=$!
while [ ! -e held ] && kill -0 $holder 2>/dev/null; do sleep 0.02; done
predict >"$out" 2>"$err" && cmp -s want.csv "$out" && [ ! -s "$err" ] || not_ok 'a log that is held for a second' "$err"
wait $holder
cp $log damaged.db
dd if=/dev/urandom of=damaged.db bs=4096 seek=1 count=40 conv=notrunc 2>/dev/null
head -c 5000 $log >short.db
head -c 100 /dev/urandom >noise.db
mkdir folder.db
sums=$(cat other.db later.db noise.db short.db | cksum)
without_log 'a table of another' 'is no log of answers' --log other.db
without_log 'a later version' 'is a log of version 2' --log later.db
without_log 'noise' 'file is not a database' --log noise.db
without_log 'half a log' 'malformed' --log short.db
without_log 'damage' 'malformed' --log damaged.db
without_log 'a folder' 'folder.db' --log folder.db
[ "$(cat other.db later.db noise.db short.db | cksum)" = "$sums" ] || not_ok 'what is no log has changed'
for file in other later noise short; do
    "$bin/predict" $p --history --log $file.db >"$out" 2>"$err" && not_ok "--history of $file.db: status 0"
    one_cause && [ ! -s "$out" ] || not_ok "--history of $file.db" "$err"
done
(ulimit -f $((2 * $(wc -c <want.csv) / 1024 + 16)) && without_log 'no room' 'small.db' --log small.db; exit $failed) || failed=1
predict --log full.db >/dev/full 2>"$err"
[ $? = 3 ] && one_cause && grep -qF 'No space left on device' "$err" || not_ok 'a full standard output' "$err"
for file in small full; do # nothing was told, nothing is kept
    "$bin/predict" $p --history --log $file.db --quiet >"$out" 2>"$err" && not_ok "--history of $file.db: status 0" "$out"
    grep -q 'holds no answers yet' "$err" || not_ok "--history of $file.db" "$err"
done
[ $failed != "$before" ] || ok 'a log that is held is waited for; one that is none, damaged or without room costs a warning'
exit $failed
