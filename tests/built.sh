#!/bin/sh
# Does make build what it must, and no more, when it has noted that everything is built?  In a copy of the tree: each change
# meets a note that holds, whatever it is that changes, by whatever time.  Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/built.XXXXXX") || exit 3
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
. "$root/tests/copies.sh"
mkdir "$scratch/tree" && cd "$scratch/tree" || exit 3
cp -a "$root/Makefile" "$root/scripts" "$root/pipeline" "$root/src" "$root/stages" "$root/dvc.yaml" . || exit 3
copy_built . || exit 3
failed=0

check() { # NAME COMMAND …: it succeeds
    name=$1
    shift
    "$@" >"$scratch/said" 2>&1 && { echo "ok - built: $name"; return; }
    echo "not ok - built: $name"
    cat "$scratch/said"
    failed=1
}
# True when make looks at no rule that builds.
knows() { ! make -d -q all | grep -q 'Reading makefile .scripts/build.mk'; }
# Until the note holds: nothing is so young any more that it might change unseen.
rest() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        make all >"$scratch/said" 2>&1 || { cat "$scratch/said"; return 1; }
        knows && return
        sleep 0.8
    done
    return 1
}
makes() { # FILES…: what make compiles and links now, and then nothing
    make -j2 all >"$scratch/out" 2>&1 || { cat "$scratch/out"; return 1; }
    sed -n 's/^  \(CC\|LINK\) *//p' "$scratch/out" | sort | tr '\n' ' ' >"$scratch/found"
    wanted=$([ $# = 0 ] || printf '%s\n' "$@" | sort | tr '\n' ' ')
    [ "$(cat "$scratch/found")" = "$wanted" ] && make -q all && return
    echo "expected '$wanted', found '$(cat "$scratch/found")'"
    return 1
}
check 'at rest nothing is read that builds' rest
for goal in train dvc.yaml all; do
    check "nor for make $goal" sh -c 'make -d -n "$1" >out 2>&1; ! grep "Reading makefile .scripts/build.mk" out' sh $goal
done
check 'but for what is compiled besides' sh -c 'make -d -q unit-tests 2>&1 | grep -q "Reading makefile .scripts/build.mk"'

# A header that one executable is made from; its text stands in it.
marked() { sed "s/mark-[0-9]*/mark-$1/" src/show/planted.h >h; } # N: the header as it shall be, in h
in_place() { grep -qa "mark-$1" bin/gc; }                        # N: it is what the executable is made from
both='stages/gc.c bin/gc'
echo '#define PLANTED "mark-0"' >src/show/planted.h
printf '#include "show/planted.h"\nextern const char planted[]; const char planted[] = PLANTED;\n' >>stages/gc.c
check 'make -q says that a header is newer' sh -c '! make -q all'
check 'make -n names what it would compile' sh -c 'make -n all | grep -q stages/gc.c'
check 'and nobody took that for building' sh -c '! make -q all'
check 'a header and a source that changed' makes $both
check 'the executable is of the new ones' in_place 0

rest
marked 1 && touch -r bin/gc h && rest && mv h src/show/planted.h
check 'a header that came in later than the note, and is older' makes $both
rest
marked 2 && cat h >src/show/planted.h && touch -r bin/gc src/show/planted.h
check 'a header that was written in place, and put back to the time of the executable' makes $both
rest
marked 3 && cat h >src/show/planted.h && touch -d 2020-01-01 src/show/planted.h
check 'a header older than its objects is what it is to make: nothing to build' makes
touch src/show/planted.h
check 'until it is touched' makes $both
marked 4 && cat h >src/show/planted.h && makes $both && marked 5 && cat h >src/show/planted.h
check 'a second change within the second' makes $both
check 'the executable is of the last one' in_place 5

rest
mv src/show/planted.h h
check 'a header that is gone ends make' sh -c '! make all && ! make -q all'
mv h src/show/planted.h
rest
echo 'extern const int shown_twice; const int shown_twice = 2;' >src/show/twice.c
check 'a source that is new' sh -c 'make all >out && grep "CC *src/show/twice.c" out && ar t build/release/libnightmill.a | grep twice'
rest
rm src/show/twice.c
check 'a source that is gone is no longer in the library' sh -c 'make -s all && ! ar t build/release/libnightmill.a | grep twice'
rest
rm bin/gc
check 'an executable that is gone' makes bin/gc
rest
cp bin/push bin/gc
check 'another in its place is newer, and make believes it' makes
rest
cp -p pipeline/stages.tbl table && sed -i '/^predict/s/ show / show remote /' pipeline/stages.tbl
check 'code that a stage is said to be made from' sh -c 'make -n all | grep -q "o bin/predict"'
mv table pipeline/stages.tbl

# A make that is killed, and two at once.
rest
marked 6 && cat h >src/show/planted.h
(sleep 0.1; exec make -j1 all) >/dev/null 2>&1 &
sleep 0.5; kill -9 $! 2>/dev/null; wait $! 2>/dev/null
check 'after a kill make goes on' make -j2 all
check 'and the executable is of the new header' in_place 6
rest
for n in 7 8; do
    marked $n && cat h >src/show/planted.h
    make -j2 all >/dev/null 2>&1 &
    make -j2 all >/dev/null 2>&1
    wait
    make -s all
    check "two makes at once, and the executable is of what both saw ($n)" in_place $n
done
check 'and there is nothing to build' make -q all
rest
check 'other flags' sh -c 'make -n all CPPFLAGS=-DMARK | grep -q "c stages/predict.c"' # to compile all takes long
exit $failed
