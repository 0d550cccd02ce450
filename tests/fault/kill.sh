#!/bin/sh
# SIGKILL at the system calls of every stage, from the first temporary file on (old or new, never
# between).  After each kill every artifact holds its old or its new bytes; a plain run then repairs everything and
# leaves no temporary file.
#
#   tests/fault/kill.sh [STAGE [CALL [N]]]        QUICK=1: one stage; EVERY=1: no call is left out
. "$(dirname "$0")/lib.sh"
need_strace
every=${EVERY:-3}
[ $# -eq 0 ] || stages=$1 every=1

chains

# taken CALL N: all calls that change a file or a folder, every k-th of the others.
taken() {
    case $1 in
    openat* | write | pwrite64 | fsync | fchmod | close | rename* | unlink* | mkdir* | flock) return 0 ;;
    esac
    seen=$((seen + 1))
    [ $((seen % every)) = 0 ]
}

kill_at() { # STAGE CALL N
    again="$self $1 $2 $3" what="$1 killed at $2 $3"
    restore
    hurt "$2:signal=KILL:when=$3" "$1"
    # Where the loader put things changes the number of calls for memory by a few.
    [ $status = 137 ] || [ $status = 0 ] || { fault "$what: status $status" "$again" "$err"; return; }
    [ $status = 137 ] && killed=$((killed + 1))
    sums
    whole || { fault "$what: neither old nor new: $broken" "$again"; return; }
    [ "$found" = "$old_sums" ] || [ "$found" = "$new_sums" ] || mixed=$((mixed + 1))
    clean_after "$1" "$what" "$again"
}

for stage in $stages; do
    before=$failures killed=0 mixed=0 seen=0 points=0
    prepare $stage
    trace "$work/trace" $stage
    points "$work/trace" >"$work/points"
    while read -r call n kind <&3; do
        [ "${2:-$call}" = "$call" ] && [ "${3:-$n}" = "$n" ] && taken $call || continue
        points=$((points + 1))
        kill_at $stage $call $n
    done 3<"$work/points"
    [ $killed -gt 0 ] || fault "$stage: no kill arrived" "$self $stage"
    passed "$stage: killed at $killed calls of $(wc -l <"$work/points"), old or new after each ($mixed between two renames)" $before
done
exit $failed
