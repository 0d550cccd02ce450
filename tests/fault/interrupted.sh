#!/bin/sh
# Calls that a signal interrupts (EINTR): once, and for ever.  A call that is interrupted once is made again, and the
# command ends as if nothing had been; one that is interrupted for ever ends the command with status 3 and one line of
# cause, or is done without, and never takes more than a few seconds.  Every stage, and push, pull, status, track and gc.
#
#   tests/fault/interrupted.sh [stages|remote [COMMAND [CALL]]]        EVERY=1: no call is left out
. "$(dirname "$0")/lib.sh"
need_strace
part=${1-} only=${2-} only_call=${3-}
limit=10 # seconds; a command takes a hundredth of one, strace's part of it a few tenths
kinds='openat|openat2|open|read|pread64|write|pwrite64|lseek|fsync|fdatasync|syncfs|close|flock|ftruncate|fcntl|fstat|newfstatat|stat|lstat|statx|rename|renameat|renameat2|unlink|unlinkat|link|linkat|symlink|symlinkat|readlink|mkdir|mkdirat|rmdir|fchmod|fchmodat|chmod|utimensat|getdents64|dup|wait4|clock_nanosleep|copy_file_range|ioctl'

# FUTEX_WAKE never answers so, and the C library aborts where it does: no futex, but in the stages, which only wait.
[ "${part:-stages}" != stages ] || kinds="$kinds|futex"

# calls FILE: of the trace's first process, from the first file on that is the command's own: call, numbers of the first
# and the one in the middle.
calls() {
    awk -v kinds="^($kinds)\$" -v every="${EVERY-}" '
        NR == 1 { first = $1 }
        { others = $1 != first; sub(/^[0-9]+ +/, "") }
        !/^[a-z_0-9]+\(/ { next }
        { call = $0; sub(/\(.*/, "", call); count[call]++ }
        !/^execve/ && /"[^"]*(yaml|config|dvc.lock|\.dvc)"/ { on = 1 }
        !on || call !~ kinds { next }
        { n[call]++; at[call, n[call]] = count[call] }
        END {
            for (call in n) {
                line = call
                for (i = 1; i <= n[call]; i++)
                    if (every || i == 1 || i == int(n[call] / 2) + 1) line = line " " at[call, i]
                print line
            }
        }' "$1" | sort
}

# interrupted INJECTION COMMAND …: sets $status; 124 when it takes too long.
interrupted() {
    injection=$1
    shift
    { timeout $limit strace -f -qq -o /dev/null -e trace="${injection%%:*}" -e inject="$injection" "$@" >"$out" 2>"$err"; status=$?; } 2>/dev/null
}

# each_call NAME COMMAND …: every call of the command once and for ever.  The functions reset and good say what stands before
# and after; good is given the status.
each_call() {
    name=$1 before=$failures once=0 ever=0
    shift
    reset
    strace -f -o "$work/trace" "$@" >"$out" 2>"$err" || { fault "$name: fails under strace" "$self" "$err"; return; }
    calls "$work/trace" >"$work/calls"
    while read -r call numbers <&3; do
        [ "${only_call:-$call}" = "$call" ] || continue
        first=${numbers%% *}
        for n in $numbers; do
            once=$((once + 1)) what="$name: EINTR in $call $n" again="$self ${part:-stages} $name $call"
            reset
            interrupted "$call:error=EINTR:when=$n" "$@"
            [ $status = 0 ] && good 0 || fault "$what: status $status" "$again" "$err"
        done
        ever=$((ever + 1)) what="$name: EINTR in $call from $first on" again="$self ${part:-stages} $name $call"
        reset
        interrupted "$call:error=EINTR:when=$first+" "$@"
        case $status in
        0) good 0 || fault "$what: status 0 without the work" "$again" "$err" ;;
        3) good 3 || fault "$what: status 3, but something is wrong" "$again" "$err" ;;
        124) fault "$what: no end" "$again" "$err" ;;
        *) fault "$what: status $status" "$again" "$err" ;;
        esac
    done 3<"$work/calls"
    passed "$name: $once calls interrupted once, $ever for ever" $before
}

stages_part() {
    chains
    reset() { restore; }
    # After status 3 nothing is half there; where standard error itself is interrupted for ever, nothing can be said.
    good() {
        sums
        if [ "$1" = 0 ]; then [ "$found" = "$new_sums" ]; else whole; fi && { ! temporaries || [ "$call" = unlink ]; }
    }
    for stage in $stages; do
        [ "${only:-$stage}" = "$stage" ] || continue
        prepare $stage
        threads=
        [ $stage != train ] || threads='--threads 2'
        [ $stage != register ] || kinds=${kinds%|futex} # the threads of its SHA-256 wake each other
        at $stage "$data" "$run" "$run" each_call $stage "$work/bin/$stage" "$pipeline" --quiet $threads
    done
}

remote_part() {
    kinds=${kinds%|futex}
    ROOT=$root PATH=$work/bin:$PATH
    mkdir "$work/start" && cd "$work/start" && . "$root/tests/cli/push-folder/project.sh" && project >"$out" 2>"$err" &&
        push --quiet >"$out" 2>"$err" || { fault 'no project' "$self remote" "$err"; return; }
    cp -R box "$work/pushed"
    good() { [ "$1" = 3 ] || done_; }
    start_over() { cd "$work" && rm -rf try && cp -R start try && cd try; }
    for name in push pull status track gc; do
        [ "${only:-$name}" = "$name" ] || continue
        case $name in
        push)
            reset() { start_over && rm -rf box; }
            done_() { "$work/bin/status" --quiet; }
            each_call push "$work/bin/push" --quiet --jobs 1
            ;;
        pull)
            reset() { start_over && rm -rf tree count.txt .dvc/cache; }
            done_() { cmp count.txt "$work/start/count.txt" && diff -r tree "$work/start/tree"; }
            each_call pull "$work/bin/pull" --quiet --jobs 1
            ;;
        status)
            reset() { start_over; }
            done_() { :; }
            each_call status "$work/bin/status" --quiet
            ;;
        gc)
            reset() { start_over && mkdir -p box/files/md5/00 && echo old >box/files/md5/00/000000000000000000000000000000; }
            done_() { "$work/bin/status" --quiet; }
            each_call gc "$work/bin/gc" --cloud --keep 1 --force --quiet
            ;;
        track)
            mkdir "$work/toy" && cd "$work/toy" && . "$root/tests/cli/track-record/project.sh" && mkdir raw && echo one >raw/a && echo one >model
            reset() { cd "$work" && rm -rf try && cp -R toy try && cd try; }
            reset && track pipeline/toy.yaml --quiet && cp dvc.lock "$work/toy.lock"
            done_() { cmp dvc.lock "$work/toy.lock"; }
            each_call track "$work/bin/track" pipeline/toy.yaml --quiet
            ;;
        esac
    done
}

[ "${part:-stages}" != stages ] || stages_part
[ "${part:-remote}" != remote ] || remote_part
exit $failed
