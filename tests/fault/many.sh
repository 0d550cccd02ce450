#!/bin/sh
# SIGKILL while many pipelines run: make with all it started, at random instants, and track alone at the system calls that
# change files.  After each kill dvc.lock is whole and names nothing that the cache does not hold; whatever DVC is asked
# next reads it after one command of ours; and the next make ends with the bytes of a run that nobody disturbed.
#
#   tests/fault/many.sh        KILLS=N (4), EVERY=K: each K-th of the calls (80)
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
kills=${KILLS:-4} every=${EVERY:-80}
work=$(mktemp -d "${TMPDIR:-/tmp}/many.XXXXXX") || exit 3
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
. "$root/tests/many.sh"
failed=0 bad=0

ok() { echo "ok - fault: many: $1"; }
not_ok() { # WHAT [FILE]
    echo "not ok - fault: many: $1"
    [ $# -lt 2 ] || tail -n 20 "$2" | sed 's/^/  /'
    failed=1 bad=$((bad + 1))
}
command -v strace >/dev/null || { echo "skip - fault: many: strace is not there"; exit 0; }
many_project "$work/tree" 4 && cd "$work/tree" || exit 3
all='report@p0000 report@p0001 report@p0002 report@p0003'
make -s train PIPELINE=all >"$work/out" 2>&1 || { not_ok 'the project does not run' "$work/out"; exit 1; }
cp dvc.lock "$work/first"
# What comes of other rows, from that state: half of the records are replaced, the others added.
again() { rm -rf artifacts reports .dvc/tmp dvc.lock && chmod -R u+w .dvc/cache && rm -rf .dvc/cache && cp -R "$work/kept/." .; }
mkdir "$work/kept" && rm -rf artifacts/p0002 artifacts/p0003 reports/p0002 reports/p0003
awk '/^  [a-z]*@/ { out = /@p000[23]:/ } !out' "$work/first" >dvc.lock
for p in 0 1; do sed -i 's/,1$/,2/' "data/p000$p/rows.csv"; done
cp -R artifacts reports dvc.lock .dvc "$work/kept"
lasts=$(date +%s%N)
make -s -j2 train PIPELINE=all >"$work/out" 2>&1 || { not_ok 'the changed project does not run' "$work/out"; exit 1; }
lasts=$((($(date +%s%N) - lasts) / 1000))
cp dvc.lock "$work/second"

# whole: dvc.lock reads, each record ends where the next begins, and the cache holds every output, by its digest.
whole() {
    bin/track --prune --dry-run >"$work/said" 2>&1 || return
    awk '/path: (artifacts|reports)\// { path = 1; next } path && / md5: / { print $2; path = 0 }' dvc.lock | sort -u | while read -r md5; do
        object=.dvc/cache/files/md5/$(echo "$md5" | cut -c1-2)/$(echo "$md5" | cut -c3-)
        [ "$(md5sum <"$object" 2>/dev/null | cut -c1-32)" = "${md5%.dir}" ] || { echo "no object $md5"; exit 1; }
    done >"$work/said"
}
after() { # WHAT: what has been killed is looked at and repaired
    whole || not_ok "$1: dvc.lock is not whole" "$work/said"
    before=$(grep -c '^  [a-z]*@' dvc.lock)
    waited=$(test -s .dvc/tmp/nightmill.journal && echo yes)
    bin/status >"$work/said" 2>&1
    [ $? -le 1 ] && whole && ! test -e .dvc/tmp/nightmill.journal || not_ok "$1: the next command leaves it unfolded" "$work/said"
    [ "$(grep -c '^  [a-z]*@' dvc.lock)" -ge "$before" ] || not_ok "$1: records are lost"
    [ -z "$waited" ] || folded=$((folded + 1))
    make -s train PIPELINE=all >"$work/out" 2>&1 || not_ok "$1: the next make fails" "$work/out"
    cmp dvc.lock "$work/second" >"$work/said" 2>&1 || not_ok "$1: the next make ends otherwise" "$work/said"
    make -q train PIPELINE=all || not_ok "$1: and is not at rest"
}

folded=0 landed=0 i=0
awk -v n="$kills" -v lasts="$lasts" 'BEGIN { srand(4271); for (i = 1; i <= n; i++) printf "%.4f\n", rand() * lasts / 1e6 }' >"$work/instants"
while [ $i -lt "$kills" ] && [ $bad -lt 5 ]; do
    i=$((i + 1))
    again
    setsid make -s -j2 train PIPELINE=all >"$work/killed" 2>&1 &
    pid=$!
    sleep "$(sed -n ${i}p "$work/instants")"
    { [ $((i % 3)) = 0 ] || ! kill -9 -- "-$pid"; } 2>/dev/null && kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    [ $? != 137 ] || landed=$((landed + 1))
    # Where make alone was killed, track ends with it, and its stages with that.
    for _ in 1 2 3 4 5 6 7 8 9 10; do flock -n .dvc/tmp/lock true && break; sleep 0.05; done
    after "kill $i"
done
[ $landed -gt $((kills / 4)) ] || not_ok "only $landed of $kills kills came in time"
[ $folded -gt 0 ] || not_ok 'no kill left records that wait'
[ $bad -gt 0 ] || ok "make killed $landed times: dvc.lock is whole, $folded times records waited, the next make ends with the same bytes"

bad=0 points=0
for call in openat2 write ftruncate fsync renameat unlinkat; do
    n=$((every / 2 + 1)) status=137
    while [ $bad -lt 5 ]; do
        again
        strace -qq -o /dev/null -e trace=$call -e inject=$call:signal=KILL:when=$n bin/track --make "$all" >"$work/killed" 2>&1
        status=$?
        [ $status = 137 ] || break
        points=$((points + 1))
        after "track killed at $call $n"
        n=$((n + every))
    done
    [ $status = 0 ] || not_ok "track under strace, $call $n: status $status" "$work/killed"
done
[ $points -gt 20 ] || not_ok "only $points calls were reached"
[ $bad -gt 0 ] || ok "track killed at $points calls: dvc.lock is whole and the next make ends with the same bytes"
exit $failed
