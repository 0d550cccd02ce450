#!/bin/sh
# One registry on several machines by way of MinIO, versitygw and a folder: what one pushes the others pull, byte for byte; two that
# took one number end with both versions; a move that somebody else was faster with is told; machines that register, promote
# and push at once end with all versions and one production; a push that is killed leaves a remote that reads as a whole.
#
#   tests/interop/registry.sh [minio|versitygw|folder]
topic=registry
. "$(dirname "$0")/lib.sh"
only=${1-} machines=6 rounds=3
for tool in "$tools/minio" "$tools/versitygw" "$venv/python"; do
    [ -x "$tool" ] || { skip all "no ${tool#"$root"/}; ./setup test makes it"; exit 0; }
done
mkdir "$work/bin" && cp "$bin/registry" "$work/bin" || { not_ok 'no bin/registry'; exit 1; }
PATH=$work/bin:$PATH

# machine NAME: a folder with the remote $url, gone into.
machine() {
    cd "$work" && mkdir -p "$1/.dvc" && cd "$1" || exit 3
    remote_is "$url" ${endpoint_-}
}
add() { mkdir -p "of/$1" && echo "$1" >"of/$1/model.json" && registry add milk "of/$1/model.json" | sed -n 's/^version \([0-9]*\) .*/\1/p'; }
production() { sed -n 's/^ *"production": \([0-9]*\).*/\1/p' registry/milk/aliases.json; }
# fetched NAME: what a machine has that pulls for the first time.
fetched() { rm -rf "$work/$1"; machine "$1"; registry pull milk >"$out" 2>"$err" && registry verify milk >"$out" 2>"$err"; }

shared_by_two() {
    machine "$place.a" && one=$(add one) && registry promote milk "$one" --why first --who ana --quiet && registry push milk --quiet || return 1
    machine "$place.b" && registry pull milk --quiet && diff -r registry "$work/$place.a/registry" || return 1
    two=$(add 'of b') && registry promote milk "$two" --why 'b is better' --who bo --quiet || return 1
    machine "$place.a" && two=$(add 'of a') && registry promote milk "$two" --why 'a is better' --who ana --quiet && registry push milk --quiet || return 1
    machine "$place.b"
    registry push milk >"$out" 2>"$err"
    [ $? = 75 ] && grep -q "'production' of milk was not moved to version 3: it is version 2 in the remote, moved by ana: a is better" "$err" || { cat "$out" "$err"; return 1; }
    machine "$place.a" && registry pull milk --quiet && diff -r registry "$work/$place.b/registry" && registry verify milk &&
        [ "$(ls registry/milk/versions | wc -l)" = 3 ] && [ "$(production)" = 2 ]
}
has_nothing_to_do() { machine "$place.b" && registry push milk >"$out" && grep -q 'up to date' "$out" && registry pull milk >"$out" && grep -q 'up to date' "$out"; }

# pushed: 75 is a move that was overtaken, or others who were there all the time; a further try has less to do.
pushed() {
    for try in 1 2 3 4 5; do
        registry push milk --quiet
        status=$?
        [ $status = 75 ] || return $status
    done
    return 75
}
# Each machine registers, promotes and pushes.
work_on() { # NUMBER
    machine "$place.m$1"
    for round in $(seq $rounds); do
        version=$(add "m$1.$round") || echo "add $1.$round" >>"$work/$place.failed"
        registry promote milk "$version" --why "m$1.$round" --who "m$1" --quiet 2>"said.$round" || echo "promote $1.$round" >>"$work/$place.failed"
        pushed 2>>"said.$round" || { echo "push $1.$round"; cat "said.$round"; } >>"$work/$place.failed"
    done
}
shared_by_many() {
    pids=
    for i in $(seq $machines); do
        work_on "$i" &
        pids="$pids $!"
    done
    for pid_ in $pids; do wait "$pid_"; done
    [ ! -s "$work/$place.failed" ] || { cat "$work/$place.failed"; return 1; }
    fetched "$place.whole" || { cat "$out" "$err"; return 1; }
    for i in $(seq $machines); do
        machine "$place.m$i" && registry pull milk --quiet && diff -r registry "$work/$place.whole/registry" || return 1
    done
    [ "$(cat registry/milk/versions/*/model.json | sort -u | wc -l)" = $((3 + machines * rounds)) ] || { ls registry/milk/versions; return 1; }
    registry log milk | awk -F, '$3 == "production" { if ($4 != last) exit 1; last = $5 } END { print last }' >"$out" && [ "$(cat "$out")" = "$(production)" ]
}

killed_pushes() {
    machine "$place.k" && registry pull milk --quiet || return 1
    for i in 1 2 3 4 5 6 7 8; do
        add "killed.$i" >"$out" && registry promote milk "$(cut -d' ' -f1 "$out")" --why "$i" --quiet || return 1
        { timeout -s KILL "0.0$((i * i % 10))$i" registry push milk --quiet; } >"$out" 2>&1
        fetched "$place.reader" || { cat "$out" "$err"; return 1; }
        machine "$place.k"
    done
    registry push milk --quiet && fetched "$place.reader" && diff -r registry "$work/$place.k/registry"
}

each_of() { # NAME URL [ENDPOINT]
    place=$1 url=$2 endpoint_=${3-}
    check "$place: two machines end alike, one production, a conflict in words" shared_by_two
    check "$place: a second push and pull have nothing to do" has_nothing_to_do
    check "$place: $machines machines at once, $rounds versions each: all there once, the log leads to production" shared_by_many
    check "$place: what a killed push leaves reads as a whole" killed_pushes
}
for server in minio versitygw; do
    case $server in *"$only"*) ;; *) continue ;; esac
    start_$server $server
    keys_in_env
    s3 make $server/shelf >"$out" 2>&1 || { not_ok "$server: no bucket" "$out"; continue; }
    each_of $server s3://shelf/deep "$endpoint"
done
case folder in *"$only"*) each_of folder "$work/shelf" ;; esac
exit $failed
