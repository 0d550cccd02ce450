#!/bin/sh
# SIGINT, SIGTERM and SIGHUP at the calls that change something: the stage dies of the signal, removes its temporary
# files and leaves every artifact old or new.  An ignored SIGHUP stays ignored.  A reader that goes away, and standard
# descriptors that are closed from the start: nothing that is printed gets into an artifact.
#
#   tests/fault/signal.sh [kill|closed|pipe [STAGE [CALL N]]]        QUICK=1: one stage
. "$(dirname "$0")/lib.sh"
part=${1-} only=${3-} number=${4-}
[ -z "${2-}" ] || stages=$2
chains

kill_part() {
    for stage in $stages; do
        before=$failures cases=0
        prepare $stage
        trace "$work/trace" $stage
        points "$work/trace" >"$work/points"
        # A job in the background has begun with SIGINT ignored, and the stage would leave it so.
        signals='env --default-signal=HUP,INT,TERM'
        while read -r call n kind <&3; do
            case $call.$kind in
            write.* | fsync.* | rename*.* | close.temporary | openat*.*) ;;
            *) continue ;;
            esac
            [ "${only:-$call}" = "$call" ] && [ "${number:-$n}" = "$n" ] || continue
            cases=$((cases + 1))
            case $((cases % 3)) in
            0) signal=HUP expected=129 ;;
            1) signal=INT expected=130 ;;
            2) signal=TERM expected=143 ;;
            esac
            again="$self kill $stage $call $n" what="$stage: SIG$signal at $call $n"
            restore
            hurt "$call:signal=$signal:when=$n" $stage
            [ $status = $expected ] || { fault "$what: status $status instead of $expected" "$again" "$err"; continue; }
            sums
            whole || { fault "$what: neither old nor new: $broken" "$again"; continue; }
            ! temporaries || fault "$what: ${left##*/} is left" "$again"
        done 3<"$work/points"

        # One signal after the other: the second does not wait for the end of the batch.
        restore
        hurt "write:signal=TERM:when=$(awk '$1 == "write" { print $2; exit }' "$work/points")+" $stage
        signals=
        [ $status = 143 ] || fault "$stage: SIGTERM again and again: status $status" "$self kill $stage" "$err"
        sums
        whole || fault "$stage: SIGTERM again and again: neither old nor new: $broken" "$self kill $stage"
        ! temporaries || fault "$stage: SIGTERM again and again: ${left##*/} is left" "$self kill $stage"
        clean_after $stage "$stage: after all" "$self kill $stage"

        restore
        write=$(awk '$1 == "write" { print $2; exit }' "$work/points")
        { (trap '' HUP; hurt "write:signal=HUP:when=$write" $stage; exit $status); status=$?; } 2>/dev/null
        sums
        [ $status = 0 ] && [ "$found" = "$new_sums" ] || fault "$stage: an ignored SIGHUP: status $status" "$self kill $stage" "$err"
        passed "$stage: $cases signals at calls, old or new after each, no temporary file" $before
    done
}

# closed_run STAGE FDS: the stage with these descriptors closed, without --quiet.
closed_run() {
    stage_=$1 fds=$2
    set -- at $1 "$data" "$run" "$run" "$work/bin/$1" "$pipeline"
    case $fds in
    0) "$@" <&- >"$out" 2>"$err" ;;
    1) "$@" >&- 2>"$err" ;;
    2) "$@" >"$out" 2>&- ;;
    01) "$@" <&- >&- 2>"$err" ;;
    02) "$@" <&- >"$out" 2>&- ;;
    12) "$@" >&- 2>&- ;;
    012) "$@" <&- >&- 2>&- ;;
    esac
}

closed_part() {
    for stage in $stages; do
        before=$failures
        prepare $stage
        for fds in 0 1 2 01 02 12 012; do
            again="$self closed $stage" what="$stage with closed descriptors $fds"
            restore
            : >"$err"
            closed_run $stage $fds
            status=$?
            sums
            ! temporaries || fault "$what: ${left##*/} is left" "$again"
            case $status in
            0) [ "$found" = "$new_sums" ] || fault "$what: status 0 without the new artifacts" "$again" ;;
            3) [ "$found" = "$old_sums" ] || fault "$what: status 3, but the old artifacts changed" "$again" ;;
            *) fault "$what: status $status" "$again" "$err" ;;
            esac
        done
        passed "$stage: descriptors 0, 1 and 2 closed in all ways" $before
    done
}

# left COMMAND …: its reader goes away before it prints: it ends by SIGPIPE (141 in a shell), or was done, without a word.
left() {
    (sleep 0.05; "$@" 2>"$err"; echo $? >"$work/status") 2>/dev/null | true
    read -r status <"$work/status"
    case $status in
    0 | 141) [ ! -s "$err" ] || fault "$* | true: says something" "$again" "$err" ;;
    *) fault "$* | true: status $status" "$again" "$err" ;;
    esac
}

# A reader of standard output that goes away.
pipe_part() {
    before=$failures again="$self pipe"
    prepare report
    for file in features.arrow model.json search.csv; do
        for format in table csv json stats; do left "$work/bin/show" "$run/$file" --format $format; done
    done
    for stage in $stages; do
        left "$work/bin/$stage" --help
        left "$work/bin/$stage" --explain
    done
    passed 'show, --help, --explain: a reader that goes away' $before
}

case $part in
'' | kill) (need_strace) >"$work/skipped"; cat "$work/skipped"; [ -s "$work/skipped" ] || kill_part ;;
esac
[ "${part:-closed}" != closed ] || closed_part
[ "${part:-pipe}" != pipe ] || pipe_part
exit $failed
