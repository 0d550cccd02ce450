#!/bin/sh
# gc --cloud beside push, on a folder that two clones share: each is delayed and killed at its system calls while the other
# runs.  Afterwards the pointer leads to a manifest whose objects are all there with the right bytes, both ended with 0, or
# with 75 and a cause, and the next push and the next gc succeed and leave nothing behind.
#
# Clone B has pushed {a, b}, clone A then {z}; B now has {a, b2}.  For A's gc, a is garbage; B's push counts on it.
#
#   tests/fault/collect.sh [delay|kill|twice|elsewhere|cache]      EVERY=1: no call is left out
. "$(dirname "$0")/lib.sh"
part=${1-} bin=$work/bin
wants() { [ "${part:-$1}" = "$1" ]; }
need_strace
case=$work/case
mkdir "$case"
grace=$("$bin/gc" --help | grep -q -e '--grace' && echo '--grace 0')

. "$root/tests/help/clones.sh"
# in_box CLONE BOX: where the clone's remote is.
in_box() { printf "[core]\n    remote = box\n['remote \"box\"']\n    url = %s\n" "$2" >"$1/.dvc/config"; }
push() { (cd "$1" && shift && "$bin/push" --quiet "$@"); }
gc() { (cd "$1" && shift && "$bin/gc" --cloud --force --keep 1 --workspace "$@"); }

mkdir "$case/start"
record "$case/start/B" a b && in_box "$case/start/B" "$case/start/box" && push "$case/start/B" && sleep 0.01 &&
    record "$case/start/A" z && in_box "$case/start/A" "$case/start/box" && push "$case/start/A" || { not_ok 'two plain pushes' "$self"; exit 1; }
record "$case/start/B" a b2

# run_case N DELAYED INJECTION [SECONDS]: push of B or gc of A, hurt; the other begins SECONDS later, or after its end.
run_case() {
    cp -R "$case/start" "$case/$1"
    here=$case/$1
    for clone in A B; do in_box "$here/$clone" "$here/box"; done
    hurt="strace -f -qq -o /dev/null -e trace=${3%%:*} -e inject=$3"
    case $2 in
    push) set -- "$1" "$here/B" "$here/A" push gc "${4-}" ;;
    gc) set -- "$1" "$here/A" "$here/B" gc push "${4-}" ;;
    two) set -- "$1" "$here/B" "$here/A" push push "${4-}"; record "$here/A" z z2 ;;
    esac
    words='--cloud --force --keep 1 --workspace'
    for who in "$4" "$5"; do case $who in push) echo push --quiet ;; gc) echo gc --quiet $words ;; esac; done >"$here/commands"
    first=$(sed -n 1p "$here/commands") second=$(sed -n 2p "$here/commands")
    {
        (cd "$2" && $hurt "$bin"/$first --timeout 60 >"$here/out1" 2>"$here/err1"; echo $? >"$here/status1") &
        [ -n "$6" ] && sleep "$6" || wait
        (cd "$3" && "$bin"/$second >"$here/out2" 2>"$here/err2"; echo $? >"$here/status2")
        wait
    } 2>/dev/null
}

# judge_case N WHAT: what came of it, and what comes then.
judge_case() {
    here=$case/$1 box=$case/$1/box
    read -r one <"$here/status1" && read -r two <"$here/status2"
    again="$self; see $2"
    [ "$one" = 137 ] || good "$one" "$here/err1" || { fault "$2: the first ends with $one" "$again" "$here/err1"; return; }
    good "$two" "$here/err2" || { fault "$2: the other ends with $two" "$again" "$here/err2"; return; }
    [ "$one" != 137 ] || killed=$((killed + 1))
    [ "$one" != 75 ] && [ "$two" != 75 ] || refused=$((refused + 1))
    whole "$box" >"$out" || { fault "$2: $(cat "$out"); statuses $one and $two" "$again"; return; }
    push "$here/B" >"$out" 2>"$err" || { fault "$2: the next push fails" "$again" "$err"; return; }
    whole "$box" >"$out" || { fault "$2: after the next push $(cat "$out")" "$again"; return; }
    # What the dead left is theirs until their time is over.
    find "$box/nightmill" \( -path '*/notices/*' -o -path '*/tmp/*' \) -exec touch -d '2 days ago' {} +
    gc "$here/B" $grace >"$out" 2>"$err" || { fault "$2: the next gc fails" "$again" "$err"; return; }
    whole "$box" >"$out" || { fault "$2: after the next gc $(cat "$out")" "$again"; return; }
    clean "$box" >"$out" || { fault "$2: something is left" "$again" "$out"; return; }
    rm -rf "$here"
}

# calls WHO NAME …: how often a run of it makes each of these calls, a line each.
calls() {
    rm -rf "$case/plain" && cp -R "$case/start" "$case/plain"
    for clone in A B; do in_box "$case/plain/$clone" "$case/plain/box"; done
    who=$1
    shift
    names=$(echo "$@" | tr ' ' ,)
    case $who in
    push) (cd "$case/plain/B" && strace -f -o "$work/trace" -e trace="$names" "$bin/push" --quiet) ;;
    gc) (cd "$case/plain/A" && strace -f -o "$work/trace" -e trace="$names" "$bin/gc" --quiet --cloud --force --keep 1 --workspace) ;;
    esac >"$out" 2>"$err" || { not_ok "a traced $who" "$self" "$err"; exit 1; }
    sed 's/^[0-9]* *//; s/(.*//' "$work/trace" | awk '/^[a-z0-9_]+$/ { n[$1]++; print $1, n[$1] }'
}

# these FILE MOST: so many lines of it, spread evenly; all with EVERY=1.
these() { awk -v n="$(wc -l <"$1")" -v most="$([ -n "${EVERY-}" ] && echo 1000000 || echo "$2")" 'int(NR * most / n) > int((NR - 1) * most / n) || n <= most' "$1"; }

jobs=
settle() {
    for job in $jobs; do wait "$job"; done
    jobs=
}

# many NAME WHO KIND SECONDS: runs the lines of standard input, "call n", some at a time, then judges them.
many() {
    i=0 before=$failures killed=0 refused=0
    : >"$work/cases"
    while read -r call n; do
        case $3 in
        kill) what="signal=KILL" ;;
        *) what="$3=${5}" ;;
        esac
        i=$((i + 1))
        echo "$i $2 $call:$what:when=$n" >>"$work/cases"
    done
    while read -r n who injection; do
        run_case "$n" "$who" "$injection" $4 &
        jobs="$jobs $!"
        [ $((n % 8)) != 0 ] || settle
    done <"$work/cases"
    settle
    while read -r n who injection; do judge_case "$n" "$who $injection"; done <"$work/cases"
    [ $i -gt 3 ] || not_ok "$1: only $i cases" "$self"
    [ "$3" != kill ] || [ $((2 * killed)) -ge $i ] || not_ok "$1: only $killed kills arrived" "$self"
    passed "$1: $i cases ($killed killed, $refused ended with 75)" "$before"
    rm -rf "$case"/[0-9]*
}

# Machines that share a folder may know nothing of each other's locks: only the notices tell.
elsewhere=0123456789abcdef0123456789abcdef
key_of() { sum_=$(echo "$1" | md5sum | cut -c1-32) && echo "files/md5/$(echo "$sum_" | cut -c1-2)/$(echo "$sum_" | cut -c3-)"; }
notice() { # BOX KIND NAME …: what somebody elsewhere says
    mkdir -p "$1/nightmill/notices"
    notice_=$1/nightmill/notices/$2-600-$elsewhere.json
    shift 2
    { printf '{"format": 1, "keys": ['; for name_; do printf '"%s", ' "$(key_of "$name_")"; done | sed 's/, $//'; echo ']}'; } >"$notice_"
}
# is_aware: these programs know of notices.
is_aware() { "$bin/gc" --help | grep -q -e --grace; }
if wants elsewhere && is_aware; then
    # A gc elsewhere that never ends: the push gives up while the rest goes on here.
    cp -R "$case/start" "$case/stuck" && in_box "$case/stuck/B" "$case/stuck/box" && notice "$case/stuck/box" gc a
    { push "$case/stuck/B" >"$case/stuck/out" 2>"$case/stuck/err"; echo $? >"$case/stuck/status"; } &
    stuck=$!
fi

push_calls='syncfs renameat unlinkat flock' gc_calls='syncfs renameat unlinkat flock'
[ -z "${EVERY-}" ] || push_calls="$push_calls openat write fchmod getdents64 close" gc_calls="$gc_calls openat write getdents64 unlink close"
if wants delay; then
    # As it was first seen: before and after a push makes what it sent last.
    calls push $([ -n "${EVERY-}" ] && echo "$push_calls" || echo syncfs) >"$work/list"
    these "$work/list" 8 | many 'push delayed before it syncs, gc meanwhile' push delay_enter 0.4 1500000
    these "$work/list" 8 | many 'push delayed behind a sync, gc meanwhile' push delay_exit 0.4 1500000
    calls gc $gc_calls >"$work/list"
    these "$work/list" 8 | many 'gc delayed, push meanwhile' gc delay_enter 0.4 1500000
    these "$work/list" 8 | many 'gc delayed behind a call, push meanwhile' gc delay_exit 0.4 1500000
fi
if wants kill; then
    calls push $push_calls >"$work/list"
    these "$work/list" 12 | many 'push killed, then gc' push kill ''
    calls gc $gc_calls >"$work/list"
    these "$work/list" 12 | many 'gc killed, then push' gc kill ''
fi
if wants twice; then
    calls push syncfs >"$work/list"
    these "$work/list" 6 | many 'two pushes at once' two delay_enter 0.3 1000000
fi
if wants elsewhere && is_aware; then
    cp -R "$case/start" "$case/away" && cd "$case/away" && in_box A "$PWD/box" && in_box B "$PWD/box" || exit 3
    notice box gc a
    push B >"$out" 2>"$err" &
    sleep 1
    kill -0 $! 2>/dev/null || not_ok 'a push does not wait for a gc elsewhere' "$self elsewhere" "$err"
    rm -f "box/$(key_of a)" "$notice_"
    wait $! && whole box >"$out" && ok 'a push waits for a gc elsewhere and sends again what it took' || not_ok 'a push beside a gc elsewhere' "$self elsewhere" "$err"
    record B a b3 && notice box gc z
    push B >"$out" 2>"$err" && whole box >"$out" && [ -e "$notice_" ] && ok 'a gc elsewhere that deletes other objects is nobody'"'"'s business' || not_ok 'a gc elsewhere' "$self elsewhere" "$err"
    wait "$stuck"
    cd "$case/stuck" && read -r status <status
    if [ "$status" = 75 ] && grep -q 'a gc is deleting' err && whole box >"$out"; then ok 'a push ends with 75 when that gc does not end'; else not_ok "a gc elsewhere that does not end: status $status" "$self elsewhere" err; fi
    notice box gc a && touch -d '3 hours ago' "$notice_"
    push B >"$out" 2>"$err" && whole box >"$out" && [ ! -e "$notice_" ] && ok 'and goes through, and takes the notice away, when it is old' || not_ok 'an old notice of a gc' "$self elsewhere" "$err"
    cd "$case/away" || exit 3
    rm -f box/nightmill/notices/* && mkdir -p "box/$(dirname "$(key_of loose)")" && echo loose >"box/$(key_of loose)"
    notice box push loose b2
    gc A --grace 0 >"$out" 2>"$err" && [ -e "box/$(key_of loose)" ] && [ -e "$notice_" ] && whole box >"$out" && ok 'a gc keeps what a push elsewhere counts on' || not_ok 'a push elsewhere' "$self elsewhere" "$err"
    touch -d '3 hours ago' "$notice_"
    gc A --grace 0 >"$out" 2>"$err" && [ ! -e "box/$(key_of loose)" ] && [ ! -e "$notice_" ] && whole box >"$out" && ok 'and not what it counted on three hours ago' || not_ok 'an old notice of a push' "$self elsewhere" "$err"
fi

# The cache of a clone: a gc that waits for DVC's lock sees what was recorded meanwhile; one that takes objects from under a
# push makes it fail, and the remote stays whole.
cache_has() { for name_; do sum_=$(echo "$name_" | md5sum | cut -c1-32); [ -f ".dvc/cache/files/md5/$(echo "$sum_" | cut -c1-2)/$(echo "$sum_" | cut -c3-)" ] || return 1; done; }
if wants cache; then
    cp -R "$case/start" "$case/cache" && cd "$case/cache/B" && in_box . "$case/cache/box" || exit 3
    for when in 1 2; do
        record . a b2
        strace -f -qq -o /dev/null -e trace=flock -e inject=flock:delay_enter=1500000:when=$when "$bin/gc" --force --workspace >"$out" 2>"$err" &
        sleep 0.5
        flock .dvc/tmp/lock sh -c '. "$0" && record . a "new $1"' "$root/tests/help/clones.sh" $when
        wait $!
        status=$?
        if [ $status = 0 ] && cache_has a "new $when"; then ok "gc waits at its lock $when: what was recorded meanwhile stays"; else not_ok "gc waits at its lock $when: status $status, or an object is gone" "$self cache" "$err"; fi
    done
    before=$failures
    record . a 'only here' && cp -R .dvc/cache "$work/cache"
    for call in openat read; do
        for when in $(strace -f -e trace=$call "$bin/push" --dry-run 2>&1 >/dev/null | grep -c "^\(\[pid[^]]*\] \)*$call(" | awk '{ print $1 + 1, $1 + 6 }'); do
            rm -rf .dvc/cache .dvc/tmp/nightmill.memo && cp -R "$work/cache" .dvc/cache && record . a 'only here'
            strace -f -qq -o /dev/null -e trace=$call -e inject=$call:delay_enter=1000000:when="$when" "$bin/push" --quiet >"$out" 2>"$err" &
            sleep 0.4
            record . z && "$bin/gc" --force --workspace --quiet >"$work/out2" 2>&1 || not_ok "gc beside a push at $call $when" "$self cache" "$work/out2"
            wait $!
            status=$?
            [ $status = 0 ] || { [ $status -le 3 ] && grep -q 'error: ' "$err"; } || fault "push at $call $when: status $status" "$self cache" "$err"
            whole "$case/cache/box" >"$work/out2" || fault "push at $call $when, gc of its cache meanwhile" "$self cache" "$work/out2"
        done
    done
    passed 'gc of the cache beside a push: sent, or refused; the remote is whole' "$before"
fi
exit $failed
