#!/bin/sh
# What has gone missing or bad in a remote: status names it, push heals it, pull never lets it into the workspace, whatever
# DVC says meanwhile.  In a folder, on MinIO and on versitygw.  And gc: it removes what no manifest and no dvc.lock needs,
# nothing else, and only when told to.
#
#   tests/interop/heal.sh [folder|MinIO|versitygw]
topic=heal
. "$(dirname "$0")/lib.sh"
need_tools
only=${1-}
wants() { [ "${only:-$1}" = "$1" ]; }

make_project "$work/first" >"$out" 2>&1 || { not_ok 'no project' "$out"; exit 1; }
md5_of() { md5sum "$1" | cut -c1-32; }
key_of() { printf 'files/md5/%s/%s' "$(echo "$1" | cut -c1-2)" "$(echo "$1" | cut -c3-)"; }
child=$(key_of "$(md5_of "$work/first/tree/sub/a")")
file=$(key_of "$(md5_of "$work/first/count.txt")")
folder=$(key_of "$(sed -n 's/.*md5: \(.*\.dir\)$/\1/p' "$work/first/dvc.lock" | head -n 1)")

# What each kind of remote does with one object.
s3_at= place=
remove() { if [ -n "$s3_at" ]; then s3 remove "$s3_at/$1"; else rm -f "$place/$1"; fi >"$out" 2>&1; }
replace() { # KEY, the bytes from standard input
    if [ -n "$s3_at" ]; then s3 put "$s3_at/$1"; else rm -f "$place/$1" && cat >"$place/$1"; fi >"$out" 2>&1
}
bytes_of() { if [ -n "$s3_at" ]; then s3 get "$s3_at/$1"; else cat "$place/$1"; fi; }
there() { if [ -n "$s3_at" ]; then s3 stat "$s3_at/$1"; else [ -e "$place/$1" ]; fi >/dev/null 2>&1; }
number() { if [ -n "$s3_at" ]; then s3 list "$s3_at"; else find "$place" -type f; fi | wc -l; }

run() { "$bin/$@" >"$out" 2>"$err"; status=$?; }
# names KEY: what was said holds the object's key, or at least its digest.
names() {
    digest=$(echo "$1" | sed 's|files/md5/||; s|/||; s|\.dir$||')
    cat "$out" "$err" | grep -q -e "$1" -e "$digest"
}
clone() { cd "$work" && rm -rf clone "$home/site" && git clone -q "$work/project" "$work/clone" && cd "$work/clone"; }
whole() { diff -r "$work/project/tree" "$work/clone/tree" && cmp "$work/project/count.txt" "$work/clone/count.txt"; }

# found WHAT KEY [OPTION]: status names it and ends with 1.
found() {
    cd "$work/project" || exit 3
    run status ${3-}
    if [ $status = 1 ] && names "$2"; then ok "$kind: $1: bin/status names it"; else not_ok "$kind: $1: bin/status ends with $status" "$out" "$err"; fi
}
# healed WHAT [DVC]: push mends it; a clone can be pulled, the first time by DVC too.
healed() {
    cd "$work/project" || exit 3
    run push --quiet
    [ $status = 0 ] || { not_ok "$kind: $1: bin/push ends with $status" "$err"; return; }
    run status
    [ $status = 0 ] || { not_ok "$kind: $1: bin/status after bin/push ends with $status" "$out" "$err"; return; }
    [ $# = 1 ] || { clone && dvc pull -q && whole; } >"$out" 2>&1 || { not_ok "$kind: $1: dvc pull after bin/push" "$out"; return; }
    clone && run pull --quiet
    [ $status = 0 ] && whole >"$out" 2>&1 && ok "$kind: $1: bin/push heals it" || not_ok "$kind: $1: bin/pull after bin/push ends with $status" "$out" "$err"
}
# refused WHAT KEY: pull of a clone ends with 1 and names it; what it would have made is not there.
refused() {
    clone && run pull --quiet
    if [ $status != 1 ] || ! names "$2"; then
        not_ok "$kind: $1: bin/pull ends with $status" "$err"
    elif ! one_cause $status; then
        not_ok "$kind: $1: bin/pull does not say it in lines of cause" "$err"
    elif [ -e count.txt ] && ! cmp -s count.txt "$work/project/count.txt"; then
        not_ok "$kind: $1: bad bytes landed in the workspace"
    elif [ -e tree ] && diff -r tree "$work/project/tree" | grep -v "^Only in $work/project"; then
        not_ok "$kind: $1: bad bytes landed in the workspace"
    elif [ -n "$(find .dvc -path '*/tmp/*' -type f -size +0 ! -name '*.memo' ! -name '*lock' ! -name '*.json' ! -path '*/btime')" ]; then
        find .dvc -path '*/tmp/*' -type f >"$out"
        not_ok "$kind: $1: something is left in .dvc" "$out"
    else
        ok "$kind: $1: bin/pull refuses it and leaves nothing"
    fi
}

# try KIND URL [ENDPOINT]: all of it on one remote.
try() {
    kind=$1
    rm -rf "$work/project"
    cp -R "$work/first" "$work/project" && cd "$work/project" && remote_is "$2" "${3-}" && git commit -qam remote || exit 3
    run push --quiet
    [ $status = 0 ] || { not_ok "$kind: bin/push ends with $status" "$err"; return; }
    run status
    [ $status = 0 ] && ok "$kind: nothing is missing after a push" || not_ok "$kind: bin/status ends with $status" "$out" "$err"

    remove "$child"
    rm -rf "$home/site"
    dvc push >"$out" 2>&1
    grep -q 'Everything is up to date' "$out" && ok "$kind: a child is gone, and dvc push says all is well" ||
        not_ok "$kind: dvc push does what it did not do" "$out"
    found 'a child is gone' "$child"
    healed 'a child is gone' DVC
    there "$child" && ok "$kind: it is back" || not_ok "$kind: it is not back"

    remove "$folder"
    found "a folder's list is gone" "$folder"
    healed "a folder's list is gone"
    bytes_of "$file" | sed '1s/./#/' >"$work/other"
    replace "$file" <"$work/other"
    # A folder has no ETags: there only --deep sees it, and it is taken away by hand.
    found 'other bytes of the same length' "$file" $([ "$kind" != folder ] || echo --deep)
    refused 'other bytes of the same length' "$file"
    [ "$kind" != folder ] || remove "$file"
    healed 'other bytes of the same length'
    echo short | replace "$child"
    found 'other bytes of another length' "$child"
    refused 'other bytes of another length' "$child"
    healed 'other bytes of another length'
    : | replace "$file"
    found 'an object of no bytes' "$file"
    refused 'an object of no bytes' "$file"
    healed 'an object of no bytes'
    bytes_of "$folder" | sed 's|"plain"|"../xy"|' >"$work/other"
    replace "$folder" <"$work/other"
    refused "a folder's list that leads elsewhere" "$folder"
    [ "$kind" != folder ] || remove "$folder"
    [ ! -e "$work/clone/xy" ] || not_ok "$kind: it got out"
    healed "a folder's list that leads elsewhere"

    # A second version, then gc.
    cd "$work/project" || exit 3
    echo second >source/plain && echo 'seed: 2' >params.yaml && dvc repro -q >"$out" 2>&1 && git commit -qam two
    run push --quiet
    before=$(number)
    run gc --cloud --workspace --keep 1
    [ $status = 0 ] && [ "$(number)" = "$before" ] && ok "$kind: gc without --force removes nothing" || not_ok "$kind: gc ends with $status, $(number) of $before objects" "$out" "$err"
    run gc --cloud --workspace --keep 1 --force
    [ $status = 0 ] && [ "$(number)" -lt "$before" ] && ok "$kind: gc --force removes what nothing needs" ||
        not_ok "$kind: gc --force ends with $status, $(number) of $before objects" "$out" "$err"
    there "$file" && not_ok "$kind: gc --force has left ${file##*/}" "$out"
    run status
    [ $status = 0 ] && ok "$kind: and nothing else" || not_ok "$kind: after gc bin/status ends with $status" "$out" "$err"
    clone && run pull --quiet
    [ $status = 0 ] && whole >"$out" 2>&1 && ok "$kind: a clone is whole after gc" || not_ok "$kind: bin/pull after gc ends with $status" "$out" "$err"
}

if wants folder; then
    mkdir "$work/store" && place=$work/store
    try folder "$work/store"
fi
place=
if wants MinIO; then
    start_minio one
    keys_in_env
    s3 make one/shelf >"$out" 2>&1 || not_ok 'MinIO: no bucket' "$out"
    s3_at=one/shelf/here
    try MinIO s3://shelf/here "$endpoint"
fi
if wants versitygw && [ ! -x "$tools/versitygw" ]; then
    skip versitygw 'it did not build here; ./setup test says why'
elif wants versitygw; then
    start_versitygw two
    keys_in_env
    s3 make two/shelf >"$out" 2>&1 || not_ok 'versitygw: no bucket' "$out"
    s3_at=two/shelf/here
    try versitygw s3://shelf/here "$endpoint"
fi
exit $failed
