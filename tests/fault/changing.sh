#!/bin/sh
# Files that change while a stage reads them.  A source that is cut, appended to, written over, replaced or removed gives
# status 75 with its name, and nothing is published; an Arrow table that is written over while it is mapped the same; one
# that is cut answers with SIGBUS, for which the stage names it and ends with status 3.  What stands among the sources
# and is no file (a pipe, a device, a socket, a folder, a link to nothing) is named with the reason, and nobody waits.
#
#   tests/fault/changing.sh [source|mapped|kinds [CASE]]
. "$(dirname "$0")/lib.sh"
part=${1-} only=${2-}
wants() { [ "${part:-$1}" = "$1" ]; }

# A source of some megabytes, in a pipeline without a time, so that there is time to change it.
pipeline=$work/big.yaml data=$work/big
mkdir "$data"
cat >"$pipeline" <<'YAML'
task: regression
target: y
ingest:
  sources:
    - {name: big, path: big*.csv, columns: [{match: "*", kind: real}]}
features: [{rolling: [last], window: 1, of: [a, b], shift: 0}]
train:
  folds: 3
  steps: [{scale: {}}, {ridge: {alpha: [1, 0.1]}}]
YAML
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 200000; i++) print i ",0." (i * 7919) % 10007 "," i % 97 }' >"$data/big.csv"
cp "$data/big.csv" "$work/whole.csv"
run=$work/run

# change HOW FILE: what another program does to it.
change() {
    case $1 in
    cut) truncate -s 1000000 "$2" ;;
    'cut at a line') head -c 1500000 "$2" | sed '$d' >"$work/head" && cat "$work/head" >"$2" ;;
    emptied) : >"$2" ;;
    appended) sed -n '2,200p' "$work/whole.csv" >>"$2" ;;
    rewritten) dd if=/dev/zero of="$2" bs=1 count=8 seek=64 conv=notrunc 2>/dev/null ;;
    replaced) cp "$2" "$2.new" && mv "$2.new" "$2" ;;
    removed) rm "$2" ;;
    *) not_ok "no change called $1" "$self" ;;
    esac
}

# during STAGE FILE HOW CALL N delay_enter|delay_exit: the stage, while the file is changed; strace holds the N-th such call
# up meanwhile, which comes soon after the file is opened.
during() {
    during_stage=$1 file=$2 how=$3 call=$4
    : >"$work/trace"
    { at $1 "$data" "$run" "$run" strace -qq -o "$work/trace" -e trace="$call",openat -e inject="$call:$6=600000:when=$5" \
        "$work/bin/$1" "$pipeline" --quiet >"$out" 2>"$err" & } 2>/dev/null
    waited=0
    until grep -q "openat.*${file##*/}" "$work/trace" || [ $waited = 200 ]; do
        sleep 0.02
        waited=$((waited + 1))
    done
    sleep 0.15
    change "$how" "$file"
    wait $!
    status=$?
}

# reads FILE STAGE: the number of the stage's read that is well inside the file.
inner_read() {
    strace -qq -o "$work/trace" -e trace=openat,read "$work/bin/ingest" "$pipeline" --data "$data" --out "$work/probe" --quiet
    awk '/^openat\(.*big.csv/ { on = 1; next } /^read\(/ { n++; if (on && ++inside == 3) { print n; exit } }' "$work/trace"
}

source_part() {
    before=$failures cases=0
    at=$(inner_read)
    for how in cut 'cut at a line' emptied appended rewritten replaced removed; do
        [ "${only:-$how}" = "$how" ] || continue
        cases=$((cases + 1)) what="ingest: the source is $how" again="$self source '$how'"
        rm -rf "$run"
        cp "$work/whole.csv" "$data/big.csv"
        during ingest "$data/big.csv" "$how" read "$at" delay_enter
        [ $status = 75 ] || { fault "$what: status $status instead of 75" "$again" "$err"; continue; }
        one_cause && grep -q "big.csv' changed while it was read" "$err" || fault "$what: not said" "$again" "$err"
        [ -z "$(find "$run" -type f)" ] || fault "$what: something is published" "$again"
    done
    cp "$work/whole.csv" "$data/big.csv"
    # An arrival is read by the same rule, and not refused as a bad file: the next run has it.
    what='ingest: a later file is cut' again="$self source"
    if [ -z "$only" ]; then
        cp "$work/whole.csv" "$data/big_2.csv"
        during ingest "$data/big_2.csv" 'cut at a line' read $((at + 20)) delay_enter
        [ $status = 75 ] && grep -q "big_2.csv' changed" "$err" || fault "$what: status $status" "$again" "$err"
        rm "$data/big_2.csv"
    fi
    start ingest >"$out" 2>"$err" || fault 'ingest: the next run fails' "$self source" "$err"
    passed "a source that changes: $cases ways, 75 with its name, nothing published" $before
}

mapped_part() {
    before=$failures cases=0
    cp "$work/whole.csv" "$data/big.csv"
    for stage in ingest clean features; do start $stage >"$out" 2>"$err" || fault "$stage" "$self mapped" "$err"; done
    for stage in clean features train evaluate; do
        [ $stage = evaluate ] && { start train >"$out" 2>"$err" || fault train "$self mapped" "$err"; }
        case $stage in clean) table=raw/big.arrow ;; features) table=clean.arrow ;; *) table=features.arrow ;; esac
        cp "$run/$table" "$work/table"
        rm -rf "$work/before" && cp -R "$run" "$work/before"
        for how in cut rewritten appended; do
            [ "${only:-$how}" = "$how" ] || continue
            cases=$((cases + 1)) what="$stage: $table is $how" again="$self mapped $how"
            # Held up at the call that first maps the table, that is before anything of it is read; the one before is the loader's.
            n=$(at $stage "$data" "$run" "$run" strace -qq -e trace=mmap "$work/bin/$stage" "$pipeline" --quiet 2>&1 |
                awk '/^mmap\(/ { n++; if (/PROT_READ, MAP_PRIVATE, [0-9]+, 0\)/ && !/MAP_DENYWRITE/ && ++files == 2) at = n } END { print at }')
            rm -rf "$run" && cp -R "$work/before" "$run"
            during $stage "$run/$table" "$how" mmap "$n" delay_exit
            case $how.$status in
            cut.3) one_cause && grep -q "error: '.*$table' was cut while it was read" "$err" || fault "$what: not said" "$again" "$err" ;;
            rewritten.75 | appended.75) one_cause && grep -q "$table' changed while it was read" "$err" || fault "$what: not said" "$again" "$err" ;;
            *) fault "$what: status $status" "$again" "$err" ;;
            esac
            ! temporaries || fault "$what: ${left##*/} is left" "$again"
            cp "$work/table" "$run/$table"
            diff -r "$work/before" "$run" >"$work/differs" || fault "$what: something is published" "$again" "$work/differs"
        done
    done
    passed "a table that changes while it is mapped: $cases cases, named, nothing published" $before
}

# A name that no file stands behind; $reason is what is said of it.
odd() {
    case $1 in
    pipe) mkfifo "$2" && reason='is a named pipe' ;;
    folder) mkdir "$2" && reason='is a folder' ;;
    device) ln -s /dev/zero "$2" && reason='is a device' ;;
    terminal) ln -s /dev/tty "$2" && reason='is a device' ;;
    nothing) ln -s nowhere "$2" && reason='cannot find' ;;
    kernel) ln -s /proc/cpuinfo "$2" && reason='has no length of its own' ;;
    esac
}

kinds_part() {
    before=$failures cases=0
    for kind in pipe folder device terminal nothing kernel; do
        [ "${only:-$kind}" = "$kind" ] || continue
        again="$self kinds $kind"
        # As a later file of a source: refused with a line in rejects.csv; as the first: an error.
        rm -rf "$run"
        sed -n 1,50p "$work/whole.csv" >"$data/big.csv"
        odd $kind "$data/big_2.csv"
        timeout 10 "$work/bin/ingest" "$pipeline" --data "$data" --out "$run" --quiet >"$out" 2>"$err"
        [ $? = 0 ] && grep -q "big_2.csv.*$reason\|$reason.*big_2.csv" "$err" && grep -q "^big_2.csv,.*$reason" "$run/rejects.csv" ||
            fault "ingest: a later file that is a $kind" "$again" "$err"
        rm -rf "$data/big.csv" && mv "$data/big_2.csv" "$data/big.csv"
        timeout 10 "$work/bin/ingest" "$pipeline" --data "$data" --out "$run" --quiet >"$out" 2>"$err"
        [ $? = 1 ] && one_cause && grep -q "big.csv.*$reason\|$reason.*big.csv" "$err" ||
            fault "ingest: a source that is a $kind" "$again" "$err"
        # As what a command is told to read.
        timeout 10 "$work/bin/show" "$data/big.csv" </dev/null >"$out" 2>"$err"
        [ $? = 1 ] && grep -q "$reason" "$err" || fault "show: a $kind" "$again" "$err"
        mv "$data/big.csv" "$work/odd.yaml"
        timeout 10 "$work/bin/ingest" "$work/odd.yaml" --out "$run" --quiet </dev/null >"$out" 2>"$err"
        [ $? = 1 ] || fault "ingest: a pipeline's file that is a $kind" "$again" "$err"
        rm -rf "$work/odd.yaml"
        cases=$((cases + 4))
    done
    passed "what is no file: $cases cases refused by name, nobody waits" $before
}

if wants source || wants mapped; then
    (need_strace) >"$work/skipped"
    cat "$work/skipped"
fi
if [ ! -s "$work/skipped" ]; then
    ! wants source || source_part
    ! wants mapped || mapped_part
fi
! wants kinds || kinds_part
exit $failed
