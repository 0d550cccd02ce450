#!/bin/sh
# What a killed writer leaves: never inside a folder that is an output, whatever became of its number (reused, a zombie,
# another container), and gone with the next writer.  What a living one has is left alone.  What another version left in
# an output folder is neither recorded nor kept.
#
#   tests/fault/temporaries.sh
. "$(dirname "$0")/lib.sh"
(need_strace) >"$work/skipped"
traceable=
[ -s "$work/skipped" ] && cat "$work/skipped" || traceable=yes
export HOME="$work" XDG_CONFIG_HOME="$work"
nothing_in() { # FOLDER WHAT
    find "$1" -name '.*.tmp' >"$work/left"
    [ ! -s "$work/left" ] || fault "$2: temporary files are left" "$self" "$work/left"
}

chain "$work/new" "$work/data" 42
run=$work/run data=$work/data

# Killed at every rename and every write of ingest, the folder raw/ holds what it held.
before=$failures
prepare_run() { rm -rf "$run" && cp -R "$work/new" "$run"; }
[ -z "$traceable" ] || for call in renameat write fsync close; do
    for n in 1 2 3 4 5 6 9; do
        prepare_run
        hurt "$call:signal=KILL:when=$n" ingest
        nothing_in "$run/raw" "ingest killed at $call $n"
    done
done
[ -z "$traceable" ] || passed 'a killed ingest leaves nothing inside raw/' $before

# The number of the dead one lives again: as an unreaped zombie, as another process, or not at all.
before=$failures
sh -c 'sleep 0.2 & echo $!; exec sleep 60' >"$work/zombie" 2>/dev/null &
parent=$!
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sleep 0.1
    read -r zombie <"$work/zombie" && grep -q '^State:.*Z' "/proc/$zombie/status" 2>/dev/null && break
done
prepare_run
for pid in "$zombie" $$ 1 4194304; do
    for name in ".raw.bank.arrow.$pid.tmp" ".ingest.json.$pid.tmp" ".rejects.csv.$pid.3.tmp"; do echo half >"$run/$name"; done
    for name in ".bank.arrow.$pid.tmp" ".gone.arrow.$pid.tmp"; do echo half >"$run/raw/$name"; done
done
grep -q '^State:.*Z' "/proc/$zombie/status" 2>/dev/null || skip 'an unreaped zombie' 'there is none'
start ingest >"$out" 2>"$err" || fault 'ingest over what others left fails' "$self" "$err"
nothing_in "$run" 'a number that lives again'
kill $parent && wait $parent 2>/dev/null
passed 'a number that lives again keeps nothing: a zombie, another process, the first process' $before

# A living writer, of whatever number, keeps its file.
before=$failures
prepare_run
echo theirs >"$run/.raw.bank.arrow.4194304.tmp"
exec 9<"$run/.raw.bank.arrow.4194304.tmp"
if flock -n 9; then
    start ingest >"$out" 2>"$err" || fault 'ingest beside a living writer fails' "$self" "$err"
    [ "$(cat "$run/.raw.bank.arrow.4194304.tmp" 2>&1)" = theirs ] || fault "a living writer's file is gone" "$self"
    exec 9<&-
    start ingest >"$out" 2>"$err" && nothing_in "$run" 'when the writer has ended'
    passed 'a living writer keeps its file until it ends' $before
else
    exec 9<&-
    skip 'a living writer' 'no locks here'
fi

# Two at once, one of them stopped before its renames: both end well.
before=$failures
prepare_run
[ -z "$traceable" ] || for round in 1 2 3; do
    strace -f -qq -o /dev/null -e trace=renameat -e inject=renameat:delay_enter=150000 "$work/bin/ingest" "$pipeline" --data "$data" --out "$run" --quiet 2>"$work/slow" &
    slow=$!
    for i in 1 2 3 4 5; do
        start ingest >"$out" 2>"$err" || fault "two at once, $i: the fast one fails" "$self" "$err"
    done
    wait $slow || fault "two at once: the slow one fails" "$self" "$work/slow"
done
nothing_in "$run" 'two at once'
[ -z "$traceable" ] || passed 'one writer takes nothing from another' $before

# A mounted output folder is another file system: its temporary files stand inside, and go with the next run.
before=$failures
prepare_run
rm -rf "$run/raw" && mkdir "$run/raw"
if mount -t tmpfs tmpfs "$run/raw" 2>/dev/null; then
    start ingest >"$out" 2>"$err" || fault 'ingest into a mounted folder fails' "$self" "$err"
    [ -s "$run/raw/bank.arrow" ] || fault 'a mounted folder: nothing arrived' "$self"
    [ -z "$traceable" ] || hurt renameat:signal=KILL:when=2 ingest
    start ingest >"$out" 2>"$err" || fault 'ingest into a mounted folder fails after a kill' "$self" "$err"
    nothing_in "$run" 'a mounted folder'
    umount "$run/raw"
    passed 'a mounted output folder' $before
else
    skip 'a mounted output folder' 'nothing can be mounted here'
fi

# A tracked folder: what another version left in it is not hashed, not cached, not kept.
before=$failures
mkdir -p "$work/project/.dvc" "$work/project/pipeline" && cd "$work/project" || exit 3
printf '[core]\n    remote = box\n[%sremote "box"%s]\n    url = ../../box\n' "'" "'" >.dvc/config
printf 'seed: 1\n' >pipeline/toy.yaml
cat >dvc.yaml <<'END'
stages:
  make:
    matrix: {pipe: [toy]}
    cmd: mkdir -p tree/sub; echo 1 >tree/a; echo 2 >tree/sub/b
    params:
    - pipeline/toy.yaml: [seed]
    outs: [tree]
END
work_track() { "$work/bin/track" pipeline/toy.yaml --quiet "$@" >"$out" 2>"$err" || fault "track $* fails" "$self" "$err"; }
litter() { echo half >tree/.a.$$.tmp; echo half >tree/sub/.gone.4194304.tmp; }
work_track --run make
cp dvc.lock "$work/lock"
litter
work_track
cmp -s dvc.lock "$work/lock" || fault 'track records temporary files' "$self" dvc.lock
! grep -rqs half .dvc/cache || fault 'track caches temporary files' "$self"
litter
work_track --run make
nothing_in tree 'track --run'
litter
"$work/bin/push" --quiet 2>"$err" || fault 'push fails' "$self" "$err"
! grep -rqs half ../box || fault 'push sends temporary files' "$self"
"$work/bin/pull" --force --quiet 2>"$err" || fault 'pull --force fails' "$self" "$err"
nothing_in tree 'pull --force'
litter
exec 9<tree/.a.$$.tmp
flock -n 9 && { "$work/bin/pull" --force --quiet 2>"$err" || fault 'pull --force fails' "$self" "$err"; [ -e tree/.a.$$.tmp ] || fault 'pull --force takes the file of a living writer' "$self"; }
exec 9<&-
rm -f tree/.a.$$.tmp tree/sub/.gone.4194304.tmp
passed 'what another version left in an output folder is neither recorded nor kept' $before

# Killed commands leave nothing for long: the cache, the workspace, the remote's folder; numbers do not matter.
before=$failures
for place in .dvc/cache/tmp/$$ .dvc/cache/tmp/1 .dvc/cache/tmp/4194304.2; do mkdir -p $place && echo half >$place/x; done
echo 3 >tree/a
work_track
[ -z "$(ls .dvc/cache/tmp)" ] || fault 'the cache keeps what killed commands left' "$self"
for place in $$ 1 4194304.2; do mkdir -p ../box/nightmill/tmp/$place && echo half >../box/nightmill/tmp/$place/0; done
"$work/bin/status" --quiet >"$out" 2>"$err"
[ "$(ls ../box/nightmill/tmp | wc -l)" = 3 ] || fault 'status deletes in the remote' "$self"
"$work/bin/push" --dry-run --quiet >"$out" 2>"$err"
[ "$(ls ../box/nightmill/tmp | wc -l)" = 3 ] || fault 'push --dry-run deletes in the remote' "$self"
"$work/bin/push" --quiet 2>"$err" || fault 'push fails' "$self" "$err"
[ -z "$(ls ../box/nightmill/tmp)" ] || fault 'push keeps what killed pushes left' "$self"
for place in $$ 1; do mkdir -p ../box/nightmill/tmp/$place && echo half >../box/nightmill/tmp/$place/0; done
mkdir ../box/nightmill/tmp/77 && echo theirs >../box/nightmill/tmp/77/0
exec 9<../box/nightmill/tmp/77
flock -n 9
"$work/bin/gc" --cloud --workspace --force --quiet 2>"$err" || fault 'gc fails' "$self" "$err"
[ "$(ls ../box/nightmill/tmp)" = 77 ] || fault "gc --cloud: left is '$(ls ../box/nightmill/tmp)', expected 77, which lives" "$self"
exec 9<&-
"$work/bin/push" --quiet 2>"$err"
[ -z "$(ls ../box/nightmill/tmp)" ] || fault 'a push with nothing to send keeps what killed pushes left' "$self"
passed 'the cache and the remote keep nothing of killed commands; what lives stays' $before
exit $failed
