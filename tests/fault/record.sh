#!/bin/sh
# --record FILE: a line for every end that a process is told of.  SIGINT, SIGTERM and SIGHUP at the calls of each stage,
# every so many allocations that fail, and many runs that end at one time; after each the file holds whole lines, one a
# run, with the status that the process ended with.
#
#   tests/fault/record.sh [signals|memory|together]        QUICK=1: one stage
. "$(dirname "$0")/lib.sh"
part=${1-}
wants() { [ "${part:-$1}" = "$1" ]; }
chains
record=$work/runs.jsonl

# recorded STATUS: the file holds one line more than before, which is a record with that status.
lines=0
recorded() {
    lines=$((lines + 1))
    [ -f "$record" ] && [ "$(wc -l <"$record")" = $lines ] || return 1
    tail -n 1 "$record" | grep -Eq "^\{\"stage\": \"[a-z]+\", \"pipeline\": \"milk\", \"status\": $1, .*, \"error\": (null|\{.*\})\}$"
}
again() { rm -f "$record"; lines=0; }

signals_part() {
    for stage in $stages; do
        before=$failures cases=0
        again
        prepare $stage
        trace "$work/trace" $stage
        points "$work/trace" >"$work/points"
        signals='env --default-signal=HUP,INT,TERM'
        while read -r call n kind <&3; do
            case $call.$kind in
            write.* | fsync.* | rename*.*) ;;
            *) continue ;;
            esac
            cases=$((cases + 1))
            case $((cases % 3)) in
            0) signal=HUP expected=129 ;;
            1) signal=INT expected=130 ;;
            2) signal=TERM expected=143 ;;
            esac
            restore
            hurt "$call:signal=$signal:when=$n" $stage --record "$record"
            if [ $status != $expected ] || ! recorded $expected; then
                fault "$stage: SIG$signal at $call $n: status $status, or another record" "$self signals" "$record"
            fi
            tail -n 1 "$record" | grep -q "\"message\": \"stopped by SIG$signal\"" || fault "$stage: another message" "$self signals" "$record"
        done 3<"$work/points"
        signals=
        start $stage --record "$record" >"$out" && recorded 0 || fault "$stage: no record of a good run" "$self signals" "$record"
        [ $cases -gt 2 ] || fault "$stage: only $cases signals" "$self signals"
        passed "$stage: $cases signals, each with its line" $before
    done
}

# Before the file is open nobody can tell.
memory_part() {
    ${CC:-gcc} -shared -fPIC -O1 -o "$work/fail.so" "$root/tests/fault/fail_alloc.c" 2>"$err" || { skip memory "${CC:-gcc} makes no library to preload"; return; }
    FAIL_COUNT=$work/count LD_PRELOAD=$work/fail.so "$work/bin/show" --version >/dev/null 2>&1
    [ -s "$work/count" ] || { skip memory 'nothing can be preloaded into these executables'; return; }
    for stage in $stages; do
        before=$failures told=0 untold=0 n=1
        again
        prepare $stage
        while [ $n -lt 400 ]; do
            restore
            { at $stage "$data" "$run" "$run" env FAIL_AT=$n FAIL_STICKY=1 LD_PRELOAD="$work/fail.so" "$work/bin/$stage" "$pipeline" --quiet \
                --record "$record" >"$out" 2>"$err"; status=$?; } 2>/dev/null
            [ $status != 0 ] || break
            if [ -f "$record" ] && [ "$(wc -l <"$record")" -gt $lines ]; then
                told=$((told + 1))
                recorded 3 && tail -n 1 "$record" | grep -Eq '"message": "[^"]' || fault "$stage: allocation $n: status $status and another record" "$self memory" "$record"
            else
                untold=$((untold + 1))
            fi
            n=$((n + 1 + n / 8))
        done
        [ $told -gt $untold ] || fault "$stage: $told of $((told + untold)) failures are recorded" "$self memory"
        passed "$stage: out of memory at $told of $((told + untold)) places, each with its line" $before
    done
}

together_part() {
    before=$failures
    again
    prepare train
    i=0
    while [ $i -lt 60 ]; do
        i=$((i + 1))
        "$work/bin/train" "$pipeline" --quiet --in "$run" --out "$work/together.$i" --record "$record" 2>>"$err" &
    done
    wait
    lines=59
    recorded 0 || fault "60 runs: no whole lines" "$self together" "$record"
    [ "$(grep -c '^{"stage": "train", .*}$' "$record")" = 60 ] || fault "60 runs: other lines" "$self together" "$record"
    passed '60 runs at one time leave 60 whole lines' $before
}

if wants signals; then
    (need_strace) >"$work/skipped"
    cat "$work/skipped"
    [ -s "$work/skipped" ] || signals_part
fi
! wants memory || memory_part
! wants together || together_part
exit $failed
