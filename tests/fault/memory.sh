#!/bin/sh
# Every allocation fails in turn: the N-th alone, and the N-th with all behind it, in our code and in the libraries
# (fail_alloc.c is preloaded).  Status 3 and one line of cause, never a signal, old artifacts whole, no temporary file;
# where a stage can do without (listing a folder to sweep it) 0 with all outputs new.  Then with less and less
# address space.
#
#   tests/fault/memory.sh [STAGE [N once|sticky]]
#
# QUICK=1: one stage; EVERY=1: no allocation is left out (else the first 60 and then 40 more).
. "$(dirname "$0")/lib.sh"
[ $# -eq 0 ] || stages=$1
only=${2-} how=${3-}

${CC:-gcc} -shared -fPIC -O1 -o "$work/fail.so" "$root/tests/fault/fail_alloc.c" 2>"$err" ||
    { skip all "${CC:-gcc} makes no library to preload"; exit 0; }
FAIL_COUNT=$work/count LD_PRELOAD=$work/fail.so "$work/bin/show" --version >/dev/null 2>&1
[ -s "$work/count" ] || { skip all 'nothing can be preloaded into these executables'; exit 0; }

chains

# after WHAT REPEAT: what holds after a run without memory, whatever its status.
after() {
    ! temporaries || { fault "$1: ${left##*/} is left" "$2"; return 1; }
    sums
    if [ $status = 0 ]; then
        [ "$found" = "$new_sums" ] || { fault "$1: status 0 without the new artifacts" "$2"; return 1; }
        survived=$((survived + 1))
        return 0
    fi
    [ $status = 3 ] || { fault "$1: status $status instead of 3" "$2" "$err"; return 1; }
    one_cause || { fault "$1: $causes causes, $hints hints, $others other lines" "$2" "$err"; return 1; }
    [ "$found" = "$old_sums" ] || { fault "$1: the old artifacts changed" "$2"; return 1; }
}

fail_at() { # STAGE N once|sticky
    restore
    rm -f "$work/mark"
    sticky=
    [ "$3" = once ] || sticky=FAIL_STICKY=1
    { at $1 "$data" "$run" "$run" env FAIL_AT="$2" $sticky FAIL_MARK="$work/mark" LD_PRELOAD="$work/fail.so" \
        "$work/bin/$1" "$pipeline" --quiet >"$out" 2>"$err"; status=$?; } 2>/dev/null
    cases=$((cases + 1))
    again="$self $1 $2 $3" what="$1: allocation $2 ($3)"
    after "$what" "$again" || return
    # A run on what was left succeeds.
    [ $status = 0 ] || [ $((cases % 8)) != 0 ] || clean_after "$1" "$what" "$again"
}

count_of() { # STAGE: sets $count
    restore
    at $1 "$data" "$run" "$run" env FAIL_COUNT="$work/count" LD_PRELOAD="$work/fail.so" "$work/bin/$1" "$pipeline" \
        --quiet >"$out" 2>"$err"
    read -r count <"$work/count"
}

allocations() { # STAGE
    before=$failures cases=0 survived=0 at=1
    count_of "$1"
    step=$((count / 40 + 1))
    while [ $at -le $((count + 1)) ]; do
        fail_at "$1" $at once
        [ -e "$work/mark" ] || break
        [ $((at % 2)) = 0 ] && [ -z "${EVERY-}" ] || fail_at "$1" $at sticky
        if [ $at -lt 60 ] || [ -n "${EVERY-}" ]; then at=$((at + 1)); else at=$((at + step)); fi
    done
    clean_after "$1" "$1: after all" "$self $1"
    passed "$1: $cases failures among $count allocations, $survived of them done without" $before
}

# spaces STAGE: limits of address space from what the loader needs up to what the stage needs.
spaces() {
    before=$failures kib=2000 tries=0 refused=0 survived=0
    while [ $kib -lt 400000 ]; do
        restore
        { (ulimit -v $kib && start "$1" >"$out" 2>"$err"); status=$?; } 2>/dev/null
        tries=$((tries + 1)) what="$1: ulimit -v $kib" again="$self $1"
        # Below a certain size the program does not begin: the shell or the loader says so.
        if [ $status != 127 ] && [ $status != 126 ] && [ $status != 2 ] && [ $refused$status != 0139 ]; then
            after "$what" "$again"
            [ $status != 0 ] || break
            refused=$((refused + 1))
        fi
        kib=$((kib + kib / 30 + 50))
    done
    passed "$1: $refused limits of address space refused, then done" $before
}

for stage in $stages; do
    prepare $stage
    if [ -n "$only" ]; then
        before=$failures cases=0 survived=0
        fail_at $stage "$only" "$how"
        passed "$stage: allocation $only ($how)" $before
        continue
    fi
    allocations $stage
    spaces $stage
done
exit $failed
