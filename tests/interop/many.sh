#!/bin/sh
# Many pipelines between make and DVC: what `make -j2 train PIPELINE=all` records DVC takes as its own, and makes itself
# from nothing.
#
#   tests/interop/many.sh [COUNT]        4; a hundred take DVC a minute for each look
topic=many
. "$(dirname "$0")/lib.sh"
need_tools
. "$root/tests/many.sh"
count=${1:-4}
clean() { dvc status >"$out" 2>&1 && grep -q 'up to date' "$out" || { cat "$out"; return 1; }; }
runs_nothing() { dvc repro --dry >"$out" 2>&1 && ! grep -q '^Running stage' "$out" || { cat "$out"; return 1; }; }

many_project "$work/made" "$count" && cd "$work/made" && git init -q . && printf '/build/\n/bin/\n/artifacts/\n/reports/\n/.dvc/cache/\n/.dvc/tmp/\n' >.gitignore &&
    make -s dvc.yaml >"$out" 2>&1 && cp -a "$work/made" "$work/theirs" || { not_ok 'no project' "$out"; exit 1; }
check "make -j2 train, $count pipelines" make -s -j2 train PIPELINE=all
check 'after it dvc status says up to date' clean
check 'and dvc repro --dry runs nothing' runs_nothing
sed -i 's/folds: 2/folds: 3/' pipeline/p0001.yaml
sed -i 's/^title: /title: The /' pipeline/p0003.yaml
check 'two of them change' make -s train PIPELINE=all
check 'dvc status says up to date again' clean
printf '/* */\n' | tee -a src/report/*.c src/s3/*.c src/remote/*.c src/sync/*.c src/dvc/*.c src/track/*.c >/dev/null
would=$(make -n train PIPELINE=all 2>"$out" | grep -o '^bin/[a-z]* pipeline' | sort | uniq -c | tr -s ' ')
[ "$would" = " $count bin/report pipeline" ] && ok "a comment in report, remote and track: make -n would run $count reports and nothing else" ||
    not_ok "a comment in report, remote and track: make -n would run '$would'" "$out"
dvc status >"$out" 2>&1
[ "$(grep -c '^report@' "$out")" = "$count" ] && [ "$(grep -c '^[a-z]*@' "$out")" = "$count" ] && ok 'and dvc status agrees' || not_ok 'dvc status says otherwise' "$out"
[ "$count" -le 10 ] || exit $failed

cd "$work/theirs" || exit 3
dvc repro >"$out" 2>&1 || not_ok 'dvc repro from nothing' "$out"
cp dvc.lock "$work/lock"
check 'after dvc repro from nothing make -q has nothing to do' make -q train PIPELINE=all
sed -i 's/seed: 2/seed: 12/' pipeline/p0002.yaml
check 'a change on top of it' make -s train PIPELINE=all
check 'dvc status says up to date' clean
sed -i 's/seed: 12/seed: 2/' pipeline/p0002.yaml
check 'and back' make -s train PIPELINE=all
check 'leaves the bytes that DVC wrote' cmp "$work/lock" dvc.lock
exit $failed
