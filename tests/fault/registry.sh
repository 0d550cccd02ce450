#!/bin/sh
# The registry under SIGKILL.  Registering, moving a name and pruning are killed at their system calls, one after the other:
# every version is whole after each, production is what it was or what it was to be, and the same command then comes to
# its end.  Then 32 writers register and promote at once while KILLS of their commands are killed: every version is whole
# and there once, what was said to be done is done, and the log leads from nothing to production without a gap.
#
#   tests/fault/registry.sh       KILLS=N: so many instead of 200; SEED=N: other instants; EVERY=1: no system call is left out
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
self=tests/fault/registry.sh kills=${KILLS:-200} seed=${SEED:-1} every=${EVERY:-3} writers=32 failed=0
[ -z "${QUICK-}" ] || kills=20
work=$(mktemp -d "${TMPDIR:-/tmp}/fault.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 3' HUP INT TERM
mkdir "$work/bin" && cp "${BIN:-$root/bin}/registry" "$work/bin" || exit 3
cd "$work" || exit 3
PATH=$work/bin:$PATH

ok() { echo "ok - fault: registry: $1"; }
not_ok() { # WHAT [FILE]
    echo "not ok - fault: registry: $1; again: SEED=$seed KILLS=$kills $self"
    [ -z "${2-}" ] || sed 's/^/  /' "$2" | head -20
    failed=1
}
production() { sed -n 's/^ *"production": \([0-9]*\).*/\1/p' registry/milk/aliases.json 2>/dev/null; }
model() { echo "$1" >"model.$1" && mkdir -p "of/$1" && mv "model.$1" "of/$1/model"; }
leftovers() { find registry -name '.*' ! -name . | grep .; }

# Four versions, production 2 and archived 1; `seed` is copied for each kill.
for i in 1 2 3 4 5; do model $i; done
for i in 1 2 3 4; do registry add milk of/$i/model --quiet || exit 1; done
registry promote milk 1 --why first --quiet && registry promote milk 2 --why second --quiet || exit 1
mv registry start

# killed_at EXPECTED CALL N COMMAND …: EXPECTED: what production may be.
killed_at() {
    may=$1 call=$2 n=$3
    shift 3
    what="registry $1 killed at $call $n"
    rm -rf registry && cp -R start registry
    { strace -f -qq -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$n" registry "$@" >out 2>err; status=$?; } 2>/dev/null
    [ $status = 137 ] || [ $status = 0 ] || { not_ok "$what: status $status" err; return; }
    [ $status != 137 ] || arrived=$((arrived + 1))
    registry verify milk >out 2>err || { not_ok "$what: not whole" err; return; }
    case " $may " in *" $(production) "*) ;; *) not_ok "$what: production is $(production)"; return ;; esac
    registry "$@" >out 2>err || { not_ok "$what: the same command fails then" err; return; }
    registry verify milk >out 2>err || { not_ok "$what: not whole behind the next one" err; return; }
    ! leftovers >out || not_ok "$what: something is left" out
    find registry -type f ! -name log.jsonl ! -name aliases.json -exec cksum {} + | sort >found
    cmp -s found whole || not_ok "$what: other versions than without the kill" found
}

# every_call EXPECTED COMMAND …: kills it at its calls, from the look at the registry on.
every_call() {
    expected=$1 arrived=0 seen=0 before=$failed
    shift
    rm -rf registry && cp -R start registry
    strace -f -o trace registry "$@" >out 2>err || { not_ok "registry $1 fails" err; return; }
    find registry -type f ! -name log.jsonl ! -name aliases.json -exec cksum {} + | sort >whole
    awk '{ sub(/^[0-9]+ +/, "") } !/^[a-z_0-9]+\(/ { next }
        { call = $0; sub(/\(.*/, "", call); count[call]++ } /"registry/ { on = 1 } on { print call, count[call] }' trace >points
    while read -r point n <&3; do
        case $point in
        write | ftruncate | fsync | fchmod | close | rename* | unlink* | mkdir* | flock) ;;
        exit_group) continue ;;
        *) seen=$((seen + 1)) && [ $((seen % every)) = 0 ] || continue ;;
        esac
        killed_at "$expected" $point $n "$@"
    done 3<points
    [ $arrived -gt 0 ] || not_ok "registry $1: no kill arrived"
    [ $failed != $before ] || ok "$1: killed at $arrived calls of $(wc -l <points), whole after each, and it ends then"
}

if strace -f -qq -o /dev/null registry --version >/dev/null 2>&1; then
    every_call '2' add milk of/5/model
    every_call '2 3' promote milk 3 --why third
    every_call '2' prune milk --keep 1
else
    echo 'skip - fault: registry: each system call: strace cannot trace these executables'
fi

# Writers: each registers versions of its own and promotes what it got, until the kills are used up.  A line of `said` is what
# a command that came to its end has said.
rm -rf registry said && mkdir killed said
command() { # WRITER COMMAND …: now and then under a deadline, behind which it is killed
    writer=$1
    shift
    turn=$((turn + 1))
    limit=$(awk -v seed="$seed" -v n="$writer" -v t="$turn" 'BEGIN { srand(seed * 1000003 + n * 1009 + t); for (i = 0; i < 9; i++) x = rand(); print x < 0.7 ? 0.002 + x * 0.1 : 0 }')
    if [ "$limit" = 0 ] || [ "$(ls killed | wc -l)" -ge "$kills" ]; then
        registry "$@" 2>>"said/$writer.err"
    else
        timeout -s KILL "$limit" registry "$@" 2>>"said/$writer.err"
    fi
    status=$?
    [ $status != 137 ] || : >"killed/$writer.$turn"
    return $status
}
write() { # WRITER
    turn=0 round=0
    while [ $round -lt 200 ] && { [ $round -lt 3 ] || [ "$(ls killed | wc -l)" -lt "$kills" ]; }; do
        round=$((round + 1)) own=$1.$round
        mkdir -p "of/$own" && echo "$own" >"of/$own/model"
        command $1 add milk "of/$own/model" >"said/add.$own" || continue
        version=$(sed -n 's/^version \([0-9]*\) .*/\1/p' "said/add.$own")
        echo "$own $version" >>"said/$1.versions"
        echo "$own" >>"said/$1.tried"
        command $1 promote milk "$version" --why "promoted $own" --who "writer $1" >"said/promote.$own"
        case $? in 0) echo "$own" >>"said/$1.promoted" ;; 75 | 137) ;; *) : >"said/$1.failed" ;; esac
    done
}
before=$failed
i=0
while [ $i -lt $writers ]; do
    i=$((i + 1))
    write $i 2>/dev/null &
done
wait
n_killed=$(ls killed | wc -l)
[ "$n_killed" -ge "$kills" ] || not_ok "only $n_killed kills arrived"
registry add milk of/1/model --quiet # sweeps what the last kill left
registry verify milk >out 2>err || not_ok 'not every version is whole' err
! leftovers >out || not_ok 'something is left' out
ls said/*.failed >out 2>/dev/null && not_ok 'a promotion failed' out
cat said/*.versions | while read -r own version; do
    [ "$(cat "registry/milk/versions/$version/model")" = "$own" ] || echo "$own is not version $version"
done >out
[ ! -s out ] || not_ok 'a version is not what was said' out
cat registry/milk/versions/*/model | sort | uniq -d >out
[ ! -s out ] || not_ok 'the same bytes are two versions' out
registry log milk >log.csv || not_ok 'the log cannot be read'
awk -F, '$3 == "production" { if ($4 != last) print "from", $4, "behind", last; last = $5 } END { print "at", last }' log.csv >out
[ "$(cat out)" = "at $(production)" ] || not_ok 'the log does not lead to production' out
sed -n 's/.*,promoted //p' log.csv | sort >logged
uniq logged >once
cat said/*.promoted | sort | comm -23 - once >out
[ ! -s out ] || not_ok 'a promotion that was done is not in the log' out
cat said/*.tried | sort | comm -13 - once >out
[ ! -s out ] || not_ok 'the log has what nobody did' out
[ $failed != $before ] || ok "$writers writers at once, $n_killed kills: $(ls registry/milk/versions | wc -l) versions, all whole; one production; $(($(wc -l <log.csv) - 1)) moves, none lost"
exit $failed
