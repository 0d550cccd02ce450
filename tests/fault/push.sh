#!/bin/sh
# SIGKILL to push, pull and track: after every request to a server, and at system calls.  After each a reader that trusts
# manifests sees the old version or the new one, the workspace and the cache hold whole files or none, dvc.lock is the old
# one or the new one; and the same command, run again, completes and leaves nothing behind.
#
#   tests/fault/push.sh [requests|parts|pull|folder|stop|track]       EVERY=1: no call is left out
topic='fault: push'
. "$(dirname "$0")/../interop/lib.sh"
. "$root/tests/copies.sh"
need_tools
part=${1-}
wants() { [ "${part:-$1}" = "$1" ]; }
lock() { sha256sum "$1/dvc.lock" | cut -d' ' -f1; }

make_project "$work/v1" >"$out" 2>&1 || { not_ok 'no project' "$out"; exit 1; }
cp -R "$work/v1" "$work/v2" && cd "$work/v2" || exit 3
for name in 'a b' plain new newer; do echo "$name, the second" >"source/$name"; done
echo 'seed: 2' >params.yaml
dvc repro -q >"$out" 2>&1 && git add -A && git commit -qm two || { not_ok 'no second version' "$out"; exit 1; }
old=$(lock "$work/v1") new=$(lock "$work/v2")

# whole_cache WHAT: every object of the cache of the working folder has the digest that its name says.
whole_cache() {
    [ -d .dvc/cache/files/md5 ] || return 0
    find .dvc/cache/files/md5 -type f ! -name '.*' ! -name '*.tmp' -exec md5sum {} + |
        sed 's|^\\||' | awk '{ path = $2; sub(/.*files\/md5\//, "", path); sub("/", "", path); sub(/\.dir$/, "", path); if (path != $1) { print; bad = 1 } } END { exit bad }' >"$work/damaged" ||
        { not_ok "$1: an object of the cache is damaged" "$work/damaged"; return 1; }
}
# nothing_left WHAT: no temporary file below .dvc and in the workspace; the memo's goes when it is written next.
nothing_left() {
    find . ! -name '.nightmill.memo.*' \( -path './.dvc/cache/tmp/*' -o -path './.dvc/cache/*.tmp' -o -name '.*.tmp' \) -type f >"$work/left"
    [ ! -s "$work/left" ] || { not_ok "$1: something is left" "$work/left"; return 1; }
}
# seen WHAT PREFIX: a reader sees the old or the new.
seen() {
    reads "$2"
    case "${verdict% *}" in
    "whole $old" | "whole $new") ;;
    *) not_ok "$1: a reader sees: $verdict"; return 1 ;;
    esac
}
sees_new() {
    reads "$2"
    [ "${verdict% *}" = "whole $new" ] || { not_ok "$1: after a plain push a reader sees: $verdict"; return 1; }
}
# victim COMMAND …: runs it so that the proxy can kill it; sets $status.
victim() {
    { sh -c 'echo $$ >"$0/victim.new" && mv "$0/victim.new" "$0/victim" && exec "$@"' "$proxied" "$@" >"$out" 2>"$err"; status=$?; } 2>/dev/null
}

# push_killed NAME VERSION MOST STEP: killed after the first, the second, … request, until one completes; with a STEP only
# after every so many, unless EVERY=1.
push_killed() {
    n=0 kills=0 good=0 mixed=0 rounds=0 step=$4
    [ -z "${EVERY-}" ] || step=1
    while [ $n -lt "$3" ]; do
        n=$((n + (n ? step : 1))) rounds=$((rounds + 1))
        cd "$work/v1" && remote_is "s3://shelf/$1$n" "$server"
        "$bin/push" --quiet >"$out" 2>"$err" || { not_ok "$1: the first push" "$err"; return; }
        cd "$work/$2" && remote_is "s3://shelf/$1$n" "$proxy" || exit 3
        rules "* * $n kill"
        victim "$bin/push" --quiet --jobs 4 --timeout 60
        what="$1: killed after request $n"
        seen "$what" "$1$n" || continue
        [ "${verdict% *}" = "whole $new" ] || mixed=$((mixed + 1))
        if [ $status = 0 ]; then
            sees_new "$what" "$1$n" && good=$((good + 1))
            break
        fi
        [ $status = 137 ] || { not_ok "$what: status $status" "$err"; continue; }
        kills=$((kills + 1))
        whole_cache "$what" || continue
        rules
        "$bin/push" --quiet >"$out" 2>"$err" || { not_ok "$what: the next push fails" "$err"; continue; }
        sees_new "$what" "$1$n" && nothing_left "$what" && good=$((good + 1))
    done
    if [ $kills -lt 3 ]; then
        not_ok "$1: only $kills kills arrived"
    elif [ $good = $rounds ]; then
        ok "$1: killed after $kills of its requests: old or new, then complete ($mixed times still the old)"
    fi
}

if wants requests || wants parts || wants pull; then
    start_minio one
    keys_in_env
    server=$endpoint
    s3 make one/shelf >"$out" 2>&1 || { not_ok 'no bucket' "$out"; exit 1; }
    start_proxy "$work/proxy"
    start_reader "$server" shelf
fi
! wants requests || push_killed push v2 40 1
if wants parts; then
    cp -R "$work/v2" "$work/large" && cd "$work/large" || exit 3
    small=$new
    head -c 70000000 /dev/urandom >source/large && dvc repro -q >"$out" 2>&1 || not_ok 'no large version' "$out"
    new=$(lock "$work/large")
    push_killed parts large 24 3
    new=$small
    # Without a kill: the answer that tells the number is lost, and a second upload does the work.
    cd "$work/large" && remote_is s3://shelf/lost "$proxy" && rules 'POST *[?]uploads* 1 reset-after'
    "$bin/push" --quiet >"$out" 2>"$err" || not_ok 'parts: an answer is lost' "$err"
    s3 uploads one/shelf >"$out" 2>&1
    grep -q ^lost/ "$out" || not_ok 'parts: nothing was left by a lost answer'
    # A part is refused, and the right to abort is missing: told is what came first.
    head -c 70000000 /dev/urandom >source/large && dvc repro -q >"$out" 2>&1 || not_ok 'no other large version' "$out"
    rules 'PUT *partNumber=2* * status 400 InvalidArgument' 'DELETE *uploadId* * status 403 AccessDenied'
    "$bin/push" --quiet >"$out" 2>"$err"
    status=$?
    if [ $status = 3 ] && grep -q 'could not send' "$err"; then ok 'parts: without the right to abort, what came first is told'; else not_ok "parts: no right to abort: status $status" "$err"; fi
    rules
    echo newest >source/new && dvc repro -q >"$out" 2>&1 || not_ok 'no newest version' "$out"
    "$bin/push" --quiet >"$out" 2>"$err" || not_ok 'parts: the push behind a lost answer' "$err"
    s3 uploads one/shelf >"$out" 2>&1
    [ ! -s "$out" ] && ok 'parts: the next push ends the uploads of the one before' || not_ok 'parts: uploads are left behind' "$out"
fi

# Pull: killed after each answer; the workspace holds whole files or none.
if wants pull; then
    cd "$work/v2" && remote_is s3://shelf/pull "$server" && "$bin/push" --quiet >"$out" 2>"$err" || not_ok 'pull: a push' "$err"
    n=-2 kills=0 good=0 rounds=0
    [ -z "${EVERY-}" ] || n=0
    while [ $n -lt 100 ]; do
        [ -n "${EVERY-}" ] && n=$((n + 1)) || n=$((n + 3))
        rounds=$((rounds + 1))
        what="pull: killed after request $n"
        cd "$work" && rm -rf clone
        git clone -q "$work/v2" "$work/clone" && cd "$work/clone" && remote_is s3://shelf/pull "$proxy" || exit 3
        rules "* * $n kill"
        victim "$bin/pull" --quiet --jobs 4 --timeout 60
        diff -r tree "$work/v2/tree" 2>/dev/null | grep -v "^Only in $work/v2" >"$work/odd"
        [ ! -s "$work/odd" ] || { not_ok "$what: the workspace holds something else" "$work/odd"; continue; }
        [ ! -e count.txt ] || cmp -s count.txt "$work/v2/count.txt" || { not_ok "$what: the workspace holds half a file"; continue; }
        whole_cache "$what" || continue
        [ $status != 0 ] || { good=$((good + 1)); break; }
        [ $status = 137 ] || { not_ok "$what: status $status" "$err"; continue; }
        kills=$((kills + 1))
        remote_is s3://shelf/pull "$server"
        "$bin/pull" --quiet >"$out" 2>"$err" || { not_ok "$what: the next pull fails" "$err"; continue; }
        diff -r tree "$work/v2/tree" >"$out" && cmp count.txt "$work/v2/count.txt" || { not_ok "$what: the next pull leaves other files" "$out"; continue; }
        nothing_left "$what" && good=$((good + 1))
    done
    if [ $kills -lt 3 ]; then
        not_ok "pull: only $kills kills arrived"
    elif [ $good = $rounds ]; then
        ok "pull: killed after $kills of its requests: whole files or none, then complete"
    fi
fi

# points FILE: the calls of a traced run that change files, each with its number, and of the others every twentieth; about
# twenty of them, unless EVERY=1.
points() {
    awk '
        NR == 1 { first = $1 }
        $1 != first { next }
        { sub(/^[0-9]+ +/, "") }
        !/^[a-z_0-9]+\(/ { next }
        { call = $0; sub(/\(.*/, "", call); count[call]++ }
        /config/ { on = 1 }
        !on || call ~ /^(exit|getpid|brk|munmap|rt_sig|madvise)/ { next }
        call ~ /^(write|pwrite64|fsync|fdatasync|fchmod|chmod|rename|renameat|renameat2|unlink|unlinkat|link|linkat|mkdir|mkdirat|ftruncate|flock|copy_file_range|ioctl|sendfile)$/ ||
        (call ~ /^open/ && /O_CREAT/) { print call, count[call]; next }
        ++others % 20 == 0 { print call, count[call] }' "$1" >"$work/all_points"
    most=$([ -n "${EVERY-}" ] && echo 100000 || echo 20)
    awk -v step=$((($(wc -l <"$work/all_points") + most - 1) / most)) 'NR % step == 0' "$work/all_points"
}
can_trace() {
    strace -f -qq -o "$work/trace" "$bin/push" --version >/dev/null 2>&1 || { skip "$1" 'strace cannot trace here'; return 1; }
}
# traced COMMAND …: its points are in $work/points.
traced() {
    strace -f -o "$work/trace" "$@" >"$out" 2>"$err" || { not_ok "traced: $*" "$err"; return 1; }
    points "$work/trace" >"$work/points"
}
# killed CALL N COMMAND …: sets $status.
killed() {
    injection=$1:signal=KILL:when=$2
    shift 2
    { strace -f -qq -o /dev/null -e trace="${injection%%:*}" -e inject="$injection" "$@" >"$out" 2>"$err"; status=$?; } 2>/dev/null
}

if wants folder && can_trace folder; then
    # A reader of its own, of a folder.
    exec 8>&- 9<&-
    rm -f "$work/ask" "$work/told"
    mkdir "$work/stores"
    start_reader "$work/stores" -
    cd "$work/v1" && remote_is "$work/stores/old" && "$bin/push" --quiet >"$out" 2>"$err" || not_ok 'folder: the first push' "$err"
    restore() { rm -rf "$work/stores/s" && cp -R "$work/stores/old" "$work/stores/s"; }
    cd "$work/v2" && remote_is "$work/stores/s" && restore
    if traced "$bin/push" --quiet --jobs 1; then
        kills=0 cases=0 before=$failed
        failed=0
        while read -r call n <&3; do
            what="folder: push killed at $call $n"
            cases=$((cases + 1))
            restore
            killed "$call" "$n" "$bin/push" --quiet --jobs 1
            [ $status != 137 ] || kills=$((kills + 1))
            [ $status = 137 ] || [ $status = 0 ] || { not_ok "$what: status $status" "$err"; continue; }
            seen "$what" s && whole_cache "$what" || continue
            "$bin/push" --quiet >"$out" 2>"$err" || { not_ok "$what: the next push fails" "$err"; continue; }
            sees_new "$what" s && nothing_left "$what" || continue
        done 3<"$work/points"
        [ $kills -gt 5 ] || not_ok "folder: only $kills kills arrived"
        [ $failed != 0 ] || ok "folder: push killed at $kills of $cases calls: old or new, then complete"
        # Nobody holds the lock of what a killed push has left: the next one, from anywhere, sweeps it.
        restore
        killed renameat 2 "$bin/push" --quiet
        find "$work/stores/s/nightmill/tmp" -type f >"$work/left"
        [ $status = 137 ] && [ -s "$work/left" ] || not_ok "folder: push killed at renameat 2: status $status" "$err"
        "$bin/push" --quiet
        find "$work/stores/s/nightmill/tmp" -mindepth 1 >"$work/left"
        [ ! -s "$work/left" ] && ok 'folder: unfinished objects are swept by the next push' || not_ok 'folder: something is left in the store' "$work/left"
        [ $before = 0 ] || failed=1
    fi
    restore_clone() { cd "$work" && rm -rf clone && cp -R "$work/empty" "$work/clone" && cd "$work/clone"; }
    cd "$work/v2" && "$bin/push" --quiet && git clone -q "$work/v2" "$work/empty" && cd "$work/empty" && remote_is "$work/stores/s" && restore_clone
    if traced "$bin/pull" --quiet --jobs 1; then
        kills=0 cases=0 before=$failed
        failed=0
        while read -r call n <&3; do
            what="folder: pull killed at $call $n"
            cases=$((cases + 1))
            restore_clone
            killed "$call" "$n" "$bin/pull" --quiet --jobs 1
            [ $status != 137 ] || kills=$((kills + 1))
            [ $status = 137 ] || [ $status = 0 ] || { not_ok "$what: status $status" "$err"; continue; }
            diff -r tree "$work/v2/tree" 2>/dev/null | grep -v "^Only in $work/v2" >"$work/odd"
            grep -v 'Only in tree.*\.tmp$' "$work/odd" | grep -q . && { not_ok "$what: the workspace holds something else" "$work/odd"; continue; }
            whole_cache "$what" || continue
            "$bin/pull" --quiet >"$out" 2>"$err" || { not_ok "$what: the next pull fails" "$err"; continue; }
            diff -r tree "$work/v2/tree" >"$out" && cmp count.txt "$work/v2/count.txt" || { not_ok "$what: the next pull leaves other files" "$out"; continue; }
            nothing_left "$what"
        done 3<"$work/points"
        [ $kills -gt 5 ] || not_ok "folder: only $kills kills arrived"
        [ $failed != 0 ] || ok "folder: pull killed at $kills of $cases calls: whole files or none, then complete"
        [ $before = 0 ] || failed=1
    fi
fi

# A signal that asks to stop: what was under way is given up, what came before it stays and is not fetched again.
if wants stop && can_trace stop; then
    cd "$work/v2" && remote_is "$work/stopped" && "$bin/push" --quiet >"$out" 2>"$err" || not_ok 'stop: a push' "$err"
    git clone -q "$work/v2" "$work/fresh" && cd "$work/fresh" && remote_is "$work/stopped"
    restore_clone() { cd "$work" && rm -rf clone && cp -R "$work/fresh" "$work/clone" && cd "$work/clone"; }
    cached() { find .dvc/cache/files -type f 2>/dev/null | wc -l; }
    restore_clone
    strace -f -o "$work/trace" "$bin/pull" --quiet --jobs 1 >"$out" 2>"$err" || not_ok 'stop: a traced pull' "$err"
    all=$(cached) writes=$(grep -c '^[0-9]* *write(' "$work/trace") n=0 between=0 stops=0 before=$failed
    failed=0
    while [ $n -lt "$writes" ]; do
        n=$((n + 1)) what="stop: SIGTERM to pull at write $n"
        restore_clone
        { strace -f -qq -o /dev/null -e trace=write -e inject="write:signal=TERM:when=$n" "$bin/pull" --quiet --jobs 1 >"$out" 2>"$err"; status=$?; } 2>/dev/null
        [ $status = 143 ] || { not_ok "$what: status $status" "$err"; continue; }
        ! grep -v '^Terminated$' "$err" || { not_ok "$what: it says something" "$err"; continue; }
        stops=$((stops + 1)) kept=$(cached)
        [ "$kept" -eq 0 ] || [ "$kept" -ge "$all" ] || between=$((between + 1))
        whole_cache "$what" || continue
        "$bin/pull" --quiet >"$out" 2>"$err" || { not_ok "$what: the next pull fails" "$err"; continue; }
        diff -r tree "$work/v2/tree" >"$out" && cmp count.txt "$work/v2/count.txt" || not_ok "$what: the next pull leaves other files" "$out"
        nothing_left "$what"
    done
    [ $between -gt 0 ] || not_ok "stop: of $stops stopped pulls none left a part of $all objects"
    [ $failed != 0 ] || ok "stop: pull stopped $stops times, $between times with a part of the objects kept, then complete"
    [ $before = 0 ] || failed=1
fi

# Track: dvc.lock is the old one or the new one.
if wants track && can_trace track; then
    mkdir "$work/milk" && cd "$root" && git ls-files -co --exclude-standard | grep -v '^tests/' | tar -cf - -T - 2>/dev/null | tar -xf - -C "$work/milk"
    cd "$work/milk" && only_recipe && copy_built . && git init -q && git add -A && git commit -qm start || exit 3
    sleep 0.01
    touch bin && find build bin -exec touch -r bin {} +
    make train >"$out" 2>&1 || { not_ok 'track: make train' "$out"; exit 1; }
    cp dvc.lock "$work/old.lock"
    sed -i 's/folds: 3/folds: 4/' pipeline/milk.yaml
    make train >"$out" 2>&1 || not_ok 'track: make train again' "$out"
    cp dvc.lock "$work/new.lock"
    ! cmp -s "$work/old.lock" "$work/new.lock" || not_ok 'track: old and new dvc.lock are equal, nothing can be seen'
    restore() { cp "$work/old.lock" dvc.lock && chmod -R u+w .dvc/cache && rm -rf .dvc/cache .dvc/tmp/nightmill.memo; }
    restore
    if traced "$bin/track" pipeline/milk.yaml --quiet; then
        cmp dvc.lock "$work/new.lock" || not_ok 'track: another dvc.lock than the one of make train'
        kills=0 cases=0 before=$failed
        failed=0
        while read -r call n <&3; do
            what="track: killed at $call $n"
            cases=$((cases + 1))
            restore
            killed "$call" "$n" "$bin/track" pipeline/milk.yaml --quiet
            [ $status != 137 ] || kills=$((kills + 1))
            [ $status = 137 ] || [ $status = 0 ] || { not_ok "$what: status $status" "$err"; continue; }
            cmp -s dvc.lock "$work/old.lock" || cmp -s dvc.lock "$work/new.lock" || { not_ok "$what: dvc.lock is neither old nor new"; continue; }
            whole_cache "$what" || continue
            "$bin/track" pipeline/milk.yaml --quiet >"$out" 2>"$err" || { not_ok "$what: the next track fails" "$err"; continue; }
            cmp -s dvc.lock "$work/new.lock" || { not_ok "$what: the next track leaves another dvc.lock"; continue; }
            nothing_left "$what"
        done 3<"$work/points"
        [ $kills -gt 5 ] || not_ok "track: only $kills kills arrived"
        [ $failed != 0 ] || ok "track: killed at $kills of $cases calls: the old dvc.lock or the new one, then the new one"
        [ $before = 0 ] || failed=1
        check 'track: DVC finds everything up to date after the last kill' sh -c '"$0" status 2>&1 | tee "$1"; grep -q "up to date" "$1"' "$dvc" "$out"
    fi
fi
exit $failed
