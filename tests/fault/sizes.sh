#!/bin/sh
# A remote whose objects are longer than dvc.lock, or the listing, says: pull, status, gc and push stop there, say which
# object, and bring the others; sizes that nobody can have meant are refused where they are read.  On a folder with
# objects of gigabytes (holes) under a limit of 8 MiB a file, and on MinIO.
#
#   tests/fault/sizes.sh
topic='fault: sizes'
. "$(dirname "$0")/../interop/lib.sh"
mkdir -p "$work/project/.dvc" "$work/project/pipeline" && cd "$work/project" || exit 3
remote_to() { printf '[core]\n    remote = box\n[%sremote "box"%s]\n%s\n' "'" "'" "$1" >.dvc/config; }
remote_to '    url = ../../box'
printf 'seed: 1\n' >pipeline/toy.yaml
cat >dvc.yaml <<'END'
stages:
  make:
    matrix: {pipe: [toy]}
    cmd: mkdir -p tree; echo 1 >tree/a; echo twenty-two >tree/b; echo x >out; echo y >other
    params:
    - pipeline/toy.yaml: [seed]
    outs: [other, out, tree]
END
"$bin/track" pipeline/toy.yaml --run make --quiet && "$bin/push" --quiet || { not_ok 'no project'; exit 1; }
key() { md5=$(md5sum <"$1" | cut -c1-32); echo "files/md5/$(echo "$md5" | cut -c1-2)/$(echo "$md5" | cut -c3-)"; }
one=$(key out) two=$(key other) three=$(key tree/b)
dir=$(sed -n 's/.*md5: \(.*\)\.dir/\1/p' dvc.lock) dir=files/md5/$(echo "$dir" | cut -c1-2)/$(echo "$dir" | cut -c3-).dir
cp -Rp ../box ../whole && cp dvc.lock ../lock
fresh() { chmod -R u+w ../box 2>/dev/null; rm -rf ../box .dvc/cache .dvc/tmp tree out other && cp -Rp ../whole ../box && cp ../lock dvc.lock; }
# run COMMAND …: under limits that nothing honest comes near; sets $status.
run() { (ulimit -f 16384; exec timeout 60 "$bin/$@") >"$out" 2>"$err"; status=$?; }
long() { chmod u+w "../box/$1" && truncate -s "$2" "../box/$1" && chmod 444 "../box/$1"; }
# stops WHAT TEXT
stops() { [ $status = 1 ] && grep -qF "$2" "$err" || not_ok "$1: status $status, expected '$2'" "$err"; }
clean() { [ -z "$(find .dvc/cache -size +100k 2>/dev/null)" ] && [ -z "$(ls .dvc/cache/tmp 2>/dev/null)" ] || not_ok "$1: something is left in the cache"; }

fresh
long "$one" 1500M
run pull --quiet
stops 'pull of a file' "object '$one': expected at most 2 bytes, found 1572864000"
[ "$(cat other tree/a)" = "y
1" ] || not_ok 'pull of a file: the others did not come'
clean 'pull of a file'
run status --quiet
[ $status = 1 ] || not_ok "status: $status" "$err"
fresh
long "$one" 3
run pull --quiet
stops 'one byte more' "object '$one': expected at most 2 bytes, found 3"
fresh
long "$three" 1500M
run pull --quiet
stops 'pull of a file in a folder' "object '$three': expected at most 13 bytes, found 1572864000"
[ "$(cat out)" = x ] && [ ! -e tree ] || not_ok 'pull of a file in a folder: the others did not come'
clean 'pull of a file in a folder'
fresh
long "$dir" 1500M
run pull --quiet
stops "pull of a folder's list" "object '$dir' has 1572864000 bytes, at most 268435456 are read"
[ $failed != 0 ] || ok 'pull from a folder stops at the stated size, and the others come'

failed_before=$failed failed=0
fresh
run pull --quiet
for name in latest.json manifests; do
    fresh
    run pull --quiet
    path=nightmill/$name
    [ -f "../box/$path" ] || path=$path/$(ls ../box/$path | head -n 1)
    long "$path" 300M
    run gc --cloud --workspace --force --quiet
    [ $status = 1 ] && grep -qF "$path" "$err" && [ -f "../box/$one" ] || not_ok "gc with $path of 300 MiB: status $status" "$err"
    echo "$name" >other # so that there is something to send
    "$bin/track" pipeline/toy.yaml --quiet
    run push --quiet
    [ $status -lt 4 ] || not_ok "push with $path of 300 MiB: status $status" "$err"
done
[ $failed != 0 ] || ok 'manifests and the pointer that are too long are refused'
[ $failed_before = 0 ] || failed=1

fresh
good=1
for size in 9223372036854775807 18446744073709551615 1125899906842625 -1; do
    sed "s/size: 2/size: $size/" ../lock >dvc.lock
    run pull --quiet
    [ $status = 1 ] && grep -q "^dvc.lock:[0-9]*:[0-9]*: error: " "$err" || { not_ok "size: $size: status $status" "$err"; good=; }
    sed "s/nfiles: 2/nfiles: $size/" ../lock >dvc.lock
    run pull --quiet
    [ $status = 1 ] && grep -q "^dvc.lock:[0-9]*:[0-9]*: error: " "$err" || { not_ok "nfiles: $size: status $status" "$err"; good=; }
done
[ -z "$good" ] || ok 'sizes that nobody can have meant are refused in dvc.lock, with line and column'

if [ -x "$tools/minio" ] && [ -x "$venv/python" ]; then
    fresh
    start_minio one
    keys_in_env
    s3 make one/shelf >"$out" 2>&1 || not_ok 'no bucket' "$out"
    remote_to "    url = s3://shelf/box
    endpointurl = $endpoint"
    run pull --quiet
    cp -Rp ../whole ../box 2>/dev/null
    "$bin/track" pipeline/toy.yaml --run make --quiet && "$bin/push" --quiet || not_ok 'no push to MinIO'
    head -c 20000000 /dev/zero | s3 put "one/shelf/box/$one" >"$out" 2>&1 || not_ok 'a longer object' "$out"
    head -c 20000000 /dev/zero | s3 put "one/shelf/box/$three" >"$out" 2>&1 || not_ok 'a longer object' "$out"
    rm -rf .dvc/cache .dvc/tmp tree out other
    run pull --quiet
    [ $status = 1 ] && grep -qF "object '$one': expected at most 2 bytes, found" "$err" &&
        grep -qF "object '$three': expected at most 13 bytes, found" "$err" && [ "$(cat other)" = y ] ||
        not_ok "pull from MinIO: status $status" "$err"
    clean 'pull from MinIO'
    run status --deep --quiet
    [ $status = 1 ] || not_ok "status --deep: $status" "$err"
    [ $failed != 0 ] || ok 'pull from MinIO stops at the stated size, and the others come'
else
    skip 'pull from MinIO' 'no .tools/bin/minio; ./setup test makes it'
fi
exit $failed
