#!/bin/sh
# The milk pipeline between Make and DVC, and between folders, MinIO and versitygw: whatever one of them has made or sent the
# other takes as its own.
#
#   tests/interop/remote.sh [lock|remotes]
topic=remote
. "$(dirname "$0")/lib.sh"
. "$root/tests/copies.sh"
need_tools
part=${1-}
wants() { [ "${part:-$1}" = "$1" ]; }
locked='dvc.lock is byte for byte as it was'

# The tree as it is, without its tests, in a git repository of its own that is cloned from.
mkdir "$work/tree" && cd "$root" && git ls-files -co --exclude-standard | grep -v '^tests/' | tar -cf - -T - 2>/dev/null | tar -xf - -C "$work/tree"
cd "$work/tree" && only_recipe && git init -q -b start . && git add -A && git commit -qm start && git clone -q --bare . "$work/origin.git" ||
    { not_ok 'no git repository'; exit 1; }
origin=$work/origin.git

# clone_to FOLDER [BRANCH]: a clone, and the executables as if they had just been built there.
clone_to() {
    cd "$work" && rm -rf "$1" "$home/site"
    git clone -q -b "${2-start}" "$origin" "$1" && cd "$1" || exit 3
    copy_built .
    sleep 0.01
    touch bin
    find build bin -exec touch -r bin {} +
}
# make_it [ARGUMENTS]: Make, with what it says in $out.
make_it() { make ${1+"$@"} >"$out" 2>&1 || { tail -n 30 "$out"; return 1; }; }
# ran: the names of the stages that `make` has run, from what it says.
ran() { sed -n 's/^\([a-z]*\): .*peak .*/\1/p' "$out" | sort | tr '\n' ' '; }
reran() { sed -n "s/^Running stage '\([a-z]*\)@.*/\1/p" "$out" | sort | tr '\n' ' '; }
clean() { dvc status >"$out" 2>&1 && grep -q 'up to date' "$out" || { cat "$out"; return 1; }; }
runs_nothing() { dvc repro >"$out" 2>&1 && ! grep -q '^Running stage' "$out" || { cat "$out"; return 1; }; }
same_lock() { cmp "$work/lock" dvc.lock || { diff "$work/lock" dvc.lock; return 1; }; }
committed() { cp dvc.lock "$work/lock" && dvc commit -f -q && same_lock; }
says() { # TEXT COMMAND …
    text_=$1
    shift
    "$@" >"$out" 2>&1
    status=$?
    grep -q -- "$text_" "$out" && return
    cat "$out"
    return 1
}
same_outs() { diff -r -x .make -x push.json "$1/artifacts" "$2/artifacts" && diff -r "$1/reports" "$2/reports"; }

lock_part() {
    clone_to "$work/made"
    check 'make train' make_it train
    check 'after it dvc status says up to date' clean
    check 'and dvc repro runs nothing' runs_nothing
    check "and dvc commit -f: $locked" committed
    git add -A && git commit -qm made
    check 'dvc diff has nothing to say' sh -c '"$0" diff >"$1" 2>&1 && ! grep -q "^Modified\|^Added\|^Deleted" "$1"' "$dvc" "$out"
    check 'dvc metrics show reads the metrics' says metrics.json dvc metrics show
    cp -a "$work/made" "$work/params" && cd "$work/params" || exit 3
    sed -i 's/folds: 3/folds: 4/' pipeline/milk.yaml
    check 'dvc params diff shows a parameter' says 'folds' dvc params diff
    check 'make train with another parameter' make_it train
    check 'dvc diff shows what became of it' says 'model.json' dvc diff
    check 'dvc metrics diff works on it' dvc metrics diff
    check 'make train -q has nothing to do' make -q train

    # From nothing by DVC.
    clone_to "$work/repro"
    rm -f dvc.lock
    check 'dvc repro from nothing' sh -c '"$0" repro >"$1" 2>&1 || { tail -n 30 "$1"; false; }' "$dvc" "$out"
    cp dvc.lock "$work/lock"
    check 'after it make -q train has nothing to do' make -q train
    check "and bin/track: $locked" sh -c 'bin/track pipeline/milk.yaml && cmp dvc.lock "$0"' "$work/lock"
    check 'DVC and make train leave the same dvc.lock' cmp "$work/made/dvc.lock" dvc.lock
    check 'and the same files' same_outs "$work/made" "$work/repro"

    # A change: both rerun the same.
    changed 'a parameter' "sed -i 's/folds: 3/folds: 4/' pipeline/milk.yaml"
    changed 'the title' "sed -i 's/^title: /title: The /' pipeline/milk.yaml"
    changed 'a data file' "sed -i '\$d' data/milk/precipitaciones.csv"
    changed 'a source of one stage' "echo '/* changed */' >>stages/evaluate.c"
    changed 'every source of the remote side' "for f in src/dvc/* src/track/* src/remote/* src/s3/* src/sync/*; do echo '/* changed */' >>\$f; done"
    changed 'every source of the report' "for f in src/report/*; do echo '/* changed */' >>\$f; done"
    changed 'a source of all' "echo '/* changed */' >>src/base/text.c"
    changed 'a time' "touch data/milk/precipitaciones.csv src/base/text.c pipeline/milk.yaml"
}

# changed WHAT COMMAND: applied to a copy for each, they run the same stages and leave the same dvc.lock.
changed() {
    for who in make dvc; do
        rm -rf "$work/by_$who"
        cp -a "$work/repro" "$work/by_$who" && cd "$work/by_$who" && sh -c "$2" || exit 3
    done
    cd "$work/by_dvc" && dvc repro >"$out" 2>&1 || { not_ok "$1: dvc repro" "$out"; return; }
    theirs=$(reran)
    cd "$work/by_make" && make_it train >/dev/null || { not_ok "$1: make train" "$out"; return; }
    ours=$(ran)
    cp "$out" "$work/made_by_make"
    if [ "$ours" != "$theirs" ]; then
        not_ok "$1 changed: make ran '$ours', DVC '$theirs'" "$work/made_by_make"
    elif ! cmp -s "$work/by_make/dvc.lock" "$work/by_dvc/dvc.lock"; then
        diff "$work/by_make/dvc.lock" "$work/by_dvc/dvc.lock" >"$out"
        not_ok "$1 changed: another dvc.lock" "$out"
    else
        ok "$1 changed: both run '${ours% }', both leave the same dvc.lock"
    fi
    cd "$work/by_make" || exit 3
    make -q train || not_ok "$1 changed: a second make train has something to do"
    clean >"$work/check" || not_ok "$1 changed: dvc status" "$work/check"
}

# everywhere KIND URL [ENDPOINT]: there and back through one remote.  $work/made is pushed.
everywhere() {
    kind=$1
    cd "$work/made" && remote_is "$2" "${3-}" && git commit -qam "$kind" && git push -qf "$origin" HEAD:shared || exit 3
    check "$kind: bin/push" "$bin/push" --quiet
    check "$kind: dvc push has nothing to send" says 'Everything is up to date' dvc push
    check "$kind: dvc status -c is in sync" says 'in sync' dvc status -c
    check "$kind: bin/status says nothing is missing" "$bin/status"
    clone_to "$work/pulled" shared
    check "$kind: dvc pull in a clone" sh -c '"$0" pull >"$1" 2>&1 || { cat "$1"; false; }' "$dvc" "$out"
    check "$kind: dvc status is clean there" clean
    check "$kind: and all files are equal" same_outs "$work/made" .
    make_it train >"$work/check"
    [ -z "$(ran)" ] && ok "$kind: and make train runs no stage" || not_ok "$kind: make train runs $(ran)" "$out"
    clone_to "$work/pulled" shared
    check "$kind: bin/pull in a clone" "$bin/pull" --quiet
    check "$kind: dvc status is clean after it" clean
    check "$kind: all files are equal" same_outs "$work/made" .
    make_it train >"$work/check"
    [ -z "$(ran)" ] && ok "$kind: make train runs no stage" || not_ok "$kind: make train runs $(ran)" "$out"
    # The other way.
    cd "$work/made" && remote_is "$2-dvc" "${3-}" && git commit -qam "$kind" && git push -qf "$origin" HEAD:shared || exit 3
    check "$kind: dvc push to an empty place" dvc push -q
    clone_to "$work/pulled" shared
    check "$kind: bin/pull of what DVC has pushed" "$bin/pull" --quiet
    check "$kind: all files of it are equal" same_outs "$work/made" .
    check "$kind: bin/push has nothing to send there" "$bin/push" --quiet
}
# Names that hurt, in the folders of another project.
names_part() {
    make_project "$work/names" >"$out" 2>&1 || { not_ok 'names: no project' "$out"; return; }
    remote_is "$1" "${2-}" && git commit -qam remote
    check "names, $3: bin/push" "$bin/push" --quiet
    check "names, $3: dvc push has nothing to send" says 'Everything is up to date' dvc push
    for who in "$bin/pull" "$dvc pull"; do
        rm -rf "$work/names2" "$home/site"
        git clone -q "$work/names" "$work/names2" && cd "$work/names2" || exit 3
        check "names, $3: ${who##*/} in a clone" $who
        check "names, $3: ${who##*/}: all files are equal" diff -r "$work/names/tree" tree
        check "names, $3: ${who##*/}: dvc status is clean" clean
        cd "$work/names" || exit 3
    done
}

if wants lock; then
    lock_part
else
    clone_to "$work/made"
    make_it train >"$work/check" && git add -A && git commit -qm made || { not_ok 'make train' "$work/check"; exit 1; }
fi
if wants remotes; then
    mkdir "$work/store" "$work/store2"
    everywhere folder "$work/store"
    names_part "$work/store2" '' folder
    rm -rf "$work/names"
    start_minio one
    keys_in_env
    check 'MinIO: a bucket' s3 make one/shelf
    everywhere MinIO s3://shelf/milk "$endpoint"
    names_part s3://shelf/names "$endpoint" MinIO
    rm -rf "$work/names"
    if [ -x "$tools/versitygw" ]; then
        start_versitygw two
        keys_in_env
        check 'versitygw: a bucket' s3 make two/shelf
        everywhere versitygw s3://shelf/milk "$endpoint"
        names_part s3://shelf/names "$endpoint" versitygw
    else
        skip versitygw 'it did not build here; ./setup test says why'
    fi
fi
exit $failed
