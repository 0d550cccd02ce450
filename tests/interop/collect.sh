#!/bin/sh
# gc --cloud beside push, on MinIO and on versitygw, in the bucket that two clones share: each is delayed and killed at its
# requests while the other runs.  Afterwards the pointer leads to a manifest whose objects are all there with the right
# bytes, both ended with 0, or with 75 and one cause; and when the time of the dead is over, the next push and the next gc
# succeed and leave nothing behind.
#
# Clone B has pushed {a, b}, clone A then {z}; B now has {a, b2}.  For A's gc, a is garbage; B's push counts on it.
#
#   tests/interop/collect.sh [MinIO|versitygw]      EVERY=1: no request is left out
topic=collect
. "$(dirname "$0")/lib.sh"
. "$root/tests/help/clones.sh"
need_tools
only=${1-} limit=6
grace=$("$bin/gc" --help | grep -q -e "--grace" && echo "--grace 0")
wants() { [ "${only:-$1}" = "$1" ]; }
mkdir "$work/case"

# at CLONE PREFIX ENDPOINT
at() { (cd "$1" && remote_is "s3://shelf/$2" "$3"); }
push() { (cd "$1" && shift && "$bin/push" --quiet "$@"); }
gc() { (cd "$1" && shift && "$bin/gc" --quiet --cloud --force --keep 1 --workspace "$@"); }

# prepare NAME: clones of its own, and a place on the server.
prepare() {
    here=$work/case/$1
    mkdir "$here"
    record "$here/B" a b && at "$here/B" "$1" "$server" && push "$here/B" && record "$here/A" z && at "$here/A" "$1" "$server" && push "$here/A" &&
        record "$here/B" a b2
}

words_of() { case $1 in gc) echo 'gc --quiet --cloud --force --keep 1 --workspace' ;; *) echo 'push --quiet' ;; esac; }

# run_case NAME PROXY WHO ACTION WHICH [SECONDS]: WHO, a push of B or a gc of A, goes through that proxy, which does ACTION to
# one of its requests; the other begins SECONDS later, or after its end.  WHO may be two: then the other is a push of A.
run_case() {
    here=$work/case/$1 first=B second=A other=gc proxied=$work/proxy$2
    case $3 in gc) first=A second=B other=push ;; two) other=push ;; esac
    prepare "$1" || { echo 99 | tee "$here/status1" >"$here/status2"; return; }
    [ "$3" != two ] || record "$here/A" z z2
    rules "* * $5 $4"
    at "$here/$first" "$1" "http://127.0.0.1:$(cat "$proxied/port")"
    (
        cd "$here/$first"
        sh -c 'echo $$ >"$0/victim.new" && mv "$0/victim.new" "$0/victim" && exec "$@"' "$proxied" \
            "$bin"/$(words_of $3) --timeout $limit >"$here/out1" 2>"$here/err1"
        echo $? >"$here/status1"
    ) 2>/dev/null &
    hurt_=$!
    if [ -n "${6-}" ]; then sleep "$6"; else wait $hurt_; fi
    (cd "$here/$second" && "$bin"/$(words_of $other) >"$here/out2" 2>"$here/err2"; echo $? >"$here/status2")
    wait $hurt_
    at "$here/$first" "$1" "$server"
}

# many NAME WHO ACTION REQUESTS SECONDS: a case for each of these requests, side by side as far as there are proxies.
proxies=16
many() {
    for which_ in $4; do
        n=$((n + 1))
        echo "c$n $2 $3 $which_" >>"$work/cases"
        (run_case "c$n" $((n % proxies)) "$2" "$3" "$which_" $5) >"$work/case/c$n.said" 2>&1 &
        jobs="$jobs $!"
        [ $((n % proxies)) != 0 ] || settle
    done
}
settle() {
    for job in $jobs; do wait "$job"; done
    jobs=
}

# snapshot: everything in the bucket, as files below $work/box.
snapshot() {
    rm -rf "$work/box" && mkdir "$work/box"
    s3 copy "$host/shelf" "$work/box" >"$out" 2>&1 || not_ok "$kind: the bucket cannot be read" "$out"
}

# judge: what came of all cases, and what comes when the time of the dead is over.
judge() {
    killed=0 refused=0 before=$failed failed=0
    snapshot
    while read -r case what; do
        here=$work/case/$case
        read -r one <"$here/status1" && read -r two <"$here/status2"
        [ "$one" = 137 ] || good "$one" "$here/err1" || not_ok "$kind: $what: it ends with $one" "$here/err1"
        good "$two" "$here/err2" || not_ok "$kind: $what: the other ends with $two" "$here/err2"
        [ "$one" != 137 ] || killed=$((killed + 1))
        [ "$one" != 75 ] && [ "$two" != 75 ] || refused=$((refused + 1))
        whole "$work/box/$case" >"$out" || not_ok "$kind: $what: statuses $one and $two" "$out"
    done <"$work/cases"
    sleep $((limit + 1))
    while read -r case what; do
        here=$work/case/$case
        gc "$here/B" $grace >"$out" 2>"$err" || not_ok "$kind: $what: the next gc fails" "$err"
        push "$here/B" >"$out" 2>"$err" || not_ok "$kind: $what: the next push fails" "$err"
        gc "$here/B" $grace >"$out" 2>"$err" || not_ok "$kind: $what: the gc behind it fails" "$err"
    done <"$work/cases"
    snapshot
    while read -r case what; do
        whole "$work/box/$case" >"$out" || not_ok "$kind: $what: at last" "$out"
        clean "$work/box/$case" >"$out" || not_ok "$kind: $what: something is left" "$out"
    done <"$work/cases"
    n=$(wc -l <"$work/cases")
    [ $failed != 0 ] || ok "$kind: $n cases, $killed killed, $refused ended with 75: nothing is lost, nothing is left"
    [ $killed -ge $((n / 4)) ] || not_ok "$kind: only $killed of $n were killed"
    [ $before = 0 ] || failed=1
}

# requests WHO: how many it makes.
requests() {
    run_case "plain$1" 0 "$1" 'delay 0' '*'
    grep -c '^>' "$work/proxy0/log"
}

# uploads_are_ended: one that was begun and left is ended by a gc that may, and by no other.
uploads_are_ended() {
    key=left/files/md5/ab/cdefabcdefabcdefabcdefabcdefabcd
    prepare left >"$out" 2>&1 || not_ok "$kind: left: no clones" "$out"
    for place_ in "$key" "elsewhere/$key"; do s3 begin "$host/shelf/$place_" || not_ok "$kind: no upload was begun"; done
    gc "$work/case/left/A" >"$out" 2>"$err" || not_ok "$kind: left: gc" "$err"
    [ "$(s3 uploads "$host/shelf" | wc -l)" = 2 ] || not_ok "$kind: gc has ended an upload that may be under way"
    gc "$work/case/left/A" --grace 0 >"$out" 2>"$err" || not_ok "$kind: left: gc --grace 0" "$err"
    s3 uploads "$host/shelf" >"$out"
    [ "$(cat "$out")" = "elsewhere/$key" ] && ok "$kind: gc ends an upload that was left, of the remote's own and in its time" ||
        not_ok "$kind: uploads after gc --grace 0" "$out"
}

# try KIND STEP: all of it on the last server that was started; every so many requests.
try() {
    kind=$1 server=$endpoint host=$server_ n=0 jobs=
    keys_in_env
    rm -rf "$work/case" "$work/cases" "$work"/proxy*
    mkdir "$work/case"
    s3 make "$host/shelf" >"$out" 2>&1 || { not_ok "$kind: no bucket" "$out"; return; }
    # What is late is refused: the ages of notices count on that.
    s3 stale "$host/shelf/late" </dev/null >"$out" 2>&1
    if grep -q RequestTimeTooSkewed "$out"; then ok "$kind: a request signed 16 minutes ago is refused"; else not_ok "$kind: a request signed 16 minutes ago" "$out"; fi
    i=0
    while [ $i -lt $proxies ]; do
        start_proxy "$work/proxy$i"
        i=$((i + 1))
    done
    pushes=$(requests push) gcs=$(requests gc)
    [ "$pushes" -gt 4 ] && [ "$gcs" -gt 4 ] || { not_ok "$kind: a push makes $pushes requests, a gc $gcs" "$work/case/plainpush/err1"; return; }
    step=$([ -n "${EVERY-}" ] && echo 1 || echo "$2")
    begun=$(date +%s)
    many 'push delayed' push 'delay 1.5' "$(seq 1 $step "$pushes")" 0.4
    many 'push delayed' push 'delay-after 1.5' "$(seq 2 $step "$pushes")" 0.4
    many 'gc delayed' gc 'delay 1.5' "$(seq 3 $step "$gcs")" 0.4
    many 'gc delayed' gc 'delay-after 1.5' "$(seq 1 $step "$gcs")" 0.4
    many 'push killed' push kill "$(seq 2 $step "$pushes")" ''
    many 'push killed' push kill-before "$(seq 3 $step "$pushes")" ''
    many 'an answer is lost' push reset-after "$(seq 1 $step "$pushes")" ''
    many 'two pushes' two 'delay 1' "$(seq 2 $step "$pushes")" 0.3
    settle # from here on pushes may wait for a gc that is no more, side by side
    n=$(((n + proxies - 1) / proxies * proxies))
    many 'gc killed' gc kill "$(seq 1 $step "$gcs")" ''
    many 'gc killed' gc kill-before "$(seq 2 $step "$gcs")" ''
    many 'an answer is lost' gc reset-after "$(seq 3 $step "$gcs")" ''
    settle
    judge
    uploads_are_ended
    [ -z "${TIMES-}" ] || echo "$kind: $(($(date +%s) - begun)) s, $pushes and $gcs requests"
}

if wants MinIO; then
    start_minio one
    try MinIO 4
fi
if wants versitygw && [ ! -x "$tools/versitygw" ]; then
    skip versitygw 'it did not build here; ./setup test says why'
elif wants versitygw; then
    start_versitygw two
    try versitygw 6
fi
exit $failed
