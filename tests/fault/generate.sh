#!/bin/sh
# make killed while it writes its own files, and many makes at once: what is there is whole, so that the next make
# succeeds.  KILLS kills (40), MAKES makes at once (40).  Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
kills=${KILLS:-40} makes=${MAKES:-40}
work=$(mktemp -d "${TMPDIR:-/tmp}/generate.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
failed=0

ok() { echo "ok - fault: generate: $1"; }
not_ok() { # WHAT [FILE]
    echo "not ok - fault: generate: $1"
    [ $# -lt 2 ] || tail -n 20 "$2" | sed 's/^/  /'
    failed=1
}
# Renamed into place: a make that outlives its round must not see half of it.
second() { sed 's/^title: .*/title: second/; s|data/milk/|data/second/|' pipeline/milk.yaml >new && mv new pipeline/second.yaml; }

# A tree whose executables are there and whose sources are not: nothing is compiled, all else is made.
mkdir -p "$work/bare/build/release" && cd "$work/bare" || exit 3
cp -R "$root/Makefile" "$root/scripts" "$root/pipeline" "$root/data" "$root/bin" . && cp -R data/milk data/second
. "$root/tests/copies.sh"
only_milk && cp "$root/tests/recipe.yaml" pipeline/milk.yaml
cp "$root/build/release/plan" build/release 2>/dev/null
goals='train build/release/stages.h'
make -s $goals >"$work/out" 2>&1 || { not_ok 'the tree does not run' "$work/out"; exit 1; }
cp dvc.yaml "$work/one"
second && make -s dvc.yaml && cp dvc.yaml "$work/two"
# Over as long as it takes here and now, in seconds: with the rules anew, with the compiler's flags anew.
lasts() { begun=$(date +%s%N); make -s $goals >"$work/out" 2>&1; echo $((($(date +%s%N) - begun) / 1000)); }
rm -f build/release/rules.mk && short=$(lasts)
rm -f build/release/settings && long=$(lasts)
awk -v n="$kills" -v short="$short" -v long="$long" 'BEGIN {
    srand(7919)
    for (i = 1; i <= n; i++) printf "%.4f\n", rand() * (i % 5 ? short : long) / 1e6
}' >"$work/instants"
bad=0 landed=0 i=0
while [ $i -lt "$kills" ] && [ $bad -lt 5 ]; do
    i=$((i + 1))
    case $((i % 2)) in 0) second ;; 1) rm -f pipeline/second.yaml ;; esac
    case $((i % 5)) in 0) rm -f build/release/settings ;; 2) rm -f build/release/rules.mk ;; 3) echo '#' >>pipeline/stages.tbl ;; esac
    instant=$(sed -n ${i}p "$work/instants")
    setsid make -s $goals >"$work/killed" 2>&1 &
    pid=$!
    sleep "$instant"
    # Its group is there as soon as setsid runs, which may be later than now.
    { [ $((i % 3)) = 0 ] || ! kill -9 -- "-$pid"; } 2>/dev/null && kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    [ $? != 137 ] || landed=$((landed + 1))
    cp dvc.yaml "$work/seen" # where make alone was killed, what it started goes on
    cmp -s "$work/seen" "$work/one" || cmp -s "$work/seen" "$work/two" || { not_ok "kill $i: dvc.yaml is neither the old nor the new one" dvc.yaml; bad=$((bad + 1)); }
    if ! timeout 60 make -s $goals >"$work/out" 2>&1; then
        not_ok "kill $i: the next make fails" "$work/out"
        bad=$((bad + 1))
        rm -f build/release/*.mk && cp "$work/one" dvc.yaml && make -s train >/dev/null 2>&1
    fi
    case $((i % 2)) in 0) wanted=two ;; 1) wanted=one ;; esac
    cmp -s dvc.yaml "$work/$wanted" || { not_ok "kill $i: the next make leaves the other dvc.yaml"; bad=$((bad + 1)); }
done
[ $landed -gt $((kills / 4)) ] || not_ok "only $landed of $kills kills came in time"
[ $bad != 0 ] || ok "$landed of $kills kills came in time, each next make succeeded"

# The tree as it is, and a file cut in its middle or at a line's end: made anew.
for file in rules.mk flow.mk flags.mk stages.h settings stages.tbl; do
    for lines in 0 1 3 40; do
        head -n $lines "build/release/$file" >cut && mv cut "build/release/$file"
        # What is written by renaming can only be cut by somebody else, who then has to say so.
        case $file in flags.mk | stages.h) rm -f build/release/settings build/release/stages.tbl ;; esac
        timeout 60 make -s $goals >"$work/out" 2>&1 && tail -n 1 "$work/out" | grep -q '^milk: ' || not_ok "$file of $lines lines" "$work/out"
    done
done
for bytes in 1 100 2327 4655; do
    for file in rules.mk flow.mk; do
        head -c $bytes "build/release/$file" >cut && mv cut "build/release/$file"
        timeout 60 make -s $goals >"$work/out" 2>&1 && tail -n 1 "$work/out" | grep -q '^milk: ' || not_ok "$file of $bytes bytes" "$work/out"
    done
done
[ $failed = 0 ] && ok 'what was cut is made anew'

# Many at once, where dvc.lock knows the artifacts: each is done, or says that another one holds the lock.
mkdir -p "$work/tree/.dvc" && cd "$work/tree" || exit 3
cp -a "$root/Makefile" "$root/scripts" "$root/pipeline" "$root/src" "$root/stages" "$root/data" "$root/dvc.yaml" .
only_milk && cp "$root/tests/recipe.yaml" pipeline/milk.yaml
cp -R data/milk data/second
copy_built . && cp "$root/.dvc/config" .dvc
make -s train >"$work/out" 2>&1 || not_ok 'the tree does not run' "$work/out"
for round in 1 2; do
    sed "s/folds: .*/folds: $((round + 3))/" pipeline/milk.yaml >new && mv new pipeline/milk.yaml
    [ $round = 2 ] || second
    rm -rf "$work/many" && mkdir "$work/many"
    i=0
    while [ $i -lt "$makes" ]; do
        i=$((i + 1))
        (make -s train >"$work/many/$i" 2>&1; echo $? >"$work/many/$i.status") &
    done
    wait
    done=0 busy=0 bad=0
    for status in "$work"/many/*.status; do
        said=${status%.status}
        if [ "$(cat "$status")" = 0 ]; then done=$((done + 1)); continue; fi
        if grep -q 'Error 75' "$said" && ! grep '\*\*\*' "$said" | grep -v 'Error 75\|Waiting for unfinished' >"$work/rest"; then busy=$((busy + 1)); continue; fi
        not_ok "one of $makes at once" "$said"
        bad=$((bad + 1)) && [ $bad -lt 3 ] || break
    done
    [ $bad != 0 ] || ok "of $makes at once $done were done, $busy said 75"
    make -s train >"$work/out" 2>&1 && make -q train || not_ok 'and then make' "$work/out"
    grep -q 'data: data/second' dvc.yaml || not_ok 'dvc.yaml has the new pipeline' dvc.yaml
done
exit $failed
