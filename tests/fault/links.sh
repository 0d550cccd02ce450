#!/bin/sh
# Symbolic links, pipes and second names at every place that track, push, pull, gc and the stages write to: a clear refusal
# that names the link, or the link itself is replaced; nothing behind it is ever read into the cache, written or deleted,
# also when it is put there while a pull runs, and on a kernel without openat2.  Where links are asked for (cache.dir, the
# remote's url, the project's own path, --out) they work.
#
#   tests/fault/links.sh
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${BIN:-$root/bin}
case $bin in /*) ;; *) bin=$root/$bin ;; esac
work=$(mktemp -d "${TMPDIR:-/tmp}/links.XXXXXX") || exit 3
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 3' HUP INT TERM
failed=0 failures=0 out=$work/stdout err=$work/stderr
export HOME="$work" XDG_CONFIG_HOME="$work"
ok() { echo "ok - fault: links: $1"; }
not_ok() {
    echo "not ok - fault: links: $1"
    [ $# -lt 2 ] || sed 's/^/  /' "$2"
    failed=1 failures=$((failures + 1))
}
passed() { [ $failures != "$2" ] || ok "$1"; }

# The project: a folder and a file two folders deep as outputs, a remote beside it; and somebody else's folder.
mkdir -p "$work/project/.dvc" "$work/project/pipeline" "$work/project/src" "$work/victim/sub" && cd "$work/project" || exit 3
printf '[core]\n    remote = box\n[%sremote "box"%s]\n    url = ../../box\n' "'" "'" >.dvc/config
printf 'seed: 1\n' >pipeline/toy.yaml
echo x >src/a
cat >dvc.yaml <<'END'
stages:
  make:
    matrix: {pipe: [toy]}
    cmd: mkdir -p tree/sub deep/er; for i in 1 2 3 4 5 6 7 8 9; do echo $i >tree/$i; echo s$i >tree/sub/$i; done; cp src/a deep/er/out
    deps: [src]
    params:
    - pipeline/toy.yaml: [seed]
    outs: [deep/er/out, tree]
END
"$bin/track" pipeline/toy.yaml --run make --quiet && "$bin/push" --quiet && [ -d ../box/files ] ||
    { not_ok 'no project'; exit 1; }
cp -Rp . "$work/whole" && cp -Rp ../box "$work/whole_box"
x=$(md5sum <src/a | cut -c1-32) # the object of deep/er/out
fan=$(echo "$x" | cut -c1-2) rest=$(echo "$x" | cut -c3-)

# Nobody's files: one has the name of an object, one that of an output's file.
echo 'ssh-ed25519 AAAA' >"$work/victim/authorized_keys"
for name in 1 out lock nightmill.memo sub/1 b1946ac92492d2347c6235b4d26111 "$rest"; do echo foreign >"$work/victim/$name"; done
chmod 444 "$work/victim/b1946ac92492d2347c6235b4d26111"
state() { (cd "$work/victim" && find . -printf '%p %y %m %s %n %T@ %i\n' | sort; find . -type f -exec cksum {} + | sort) | cksum; }
foreign=$(state)

# again [fresh]: the project as it was; fresh: as after a clone, with nothing but what Git has.
again() {
    cd "$work" && chmod -R u+w project box 2>/dev/null
    rm -rf project box && cp -Rp whole project && cp -Rp whole_box box && cd project || exit 3
    [ "${1-}" != fresh ] || rm -rf .dvc/cache .dvc/tmp tree deep
}
# run COMMAND …: sets $status; nothing may wait for the other end of a pipe.
run() { timeout 20 ${under-} "$bin/$@" >"$out" 2>"$err"; status=$?; }
# untouched WHAT
untouched() {
    [ "$(state)" = "$foreign" ] && return
    not_ok "$1: what lies behind it was touched" "$err"
    (cd "$work/victim" && find . -newer "$work/whole" | sed 's/^/  /')
    chmod -R u+w "$work/victim"
    exit 1
}
# refused WHAT LINK: status 1, and the link is named.
refused() {
    [ $status = 1 ] && grep -qF "'$2' is a symbolic link to '" "$err" || not_ok "$1: status $status, or the link is not named" "$err"
    ! grep -q 'AddressSanitizer' "$err" || not_ok "$1: AddressSanitizer" "$err"
}

outs_part() { # WHERE
    before=$failures where=$1
    for case in 'tree ../victim' 'deep ../victim' 'deep/er ../../victim' 'tree src' 'tree ../victim/none' "tree $work/victim"; do
        set -- ${case% *} ${case#* }
        for force in '' --force; do
            again fresh
            mkdir -p "$(dirname "$1")" && ln -s "$2" "$1"
            run pull --quiet $force
            untouched "pull $force, $1 -> $2"
            # A link that leads nowhere hides nothing, and may be replaced.
            case $2 in */none) [ $status = 0 ] && [ ! -L "$1" ] && [ "$(cat tree/1)" = 1 ] && continue ;; esac
            refused "pull $force, $1 -> $2" "$1"
            [ -L "$1" ] && [ ! -e src/1 ] && [ ! -e "$work/victim/none" ] || not_ok "pull $force, $1 -> $2: followed"
            case $1 in
            tree) cmp -s deep/er/out src/a ;;
            *) [ "$(cat tree/sub/9)" = s9 ] ;;
            esac || not_ok "pull $force, $1 -> $2: the other output did not come" "$err"
        done
    done
    # Links further down are replaced, which --force allows; the file at the path of an output too.
    again fresh
    mkdir -p tree deep/er && ln -s ../../victim/sub tree/sub && ln -s ../../victim/authorized_keys tree/1 && ln -s ../../../victim/out deep/er/out
    run pull --quiet --force
    untouched 'pull --force over links in a folder'
    [ $status = 0 ] && diff -r "$work/whole/tree" tree >"$out" && [ ! -L tree/sub ] && [ ! -L deep/er/out ] && cmp -s deep/er/out src/a ||
        not_ok 'pull --force over links in a folder: not what dvc.lock says' "$err"
    passed "outputs$where: no pull through a link, with --force or without" $before
}
outs_part ''
if command -v strace >/dev/null && strace -qq -o /dev/null "$bin/show" --version >/dev/null 2>&1; then
    under='strace -f -qq -o /dev/null -e trace=openat2 -e inject=openat2:error=ENOSYS'
    outs_part ', without openat2'
    under=
fi

before=$failures
for path in ../escape /tmp/escape.$$ a/../../escape ./x .git/hooks/post-checkout .dvc/config; do
    again fresh
    sed "s|path: deep/er/out|path: $path|" "$work/whole/dvc.lock" >dvc.lock
    sed "s|deep/er/out, tree|$path, tree|" "$work/whole/dvc.yaml" >dvc.yaml
    run pull --quiet --force
    [ $status = 1 ] && [ ! -e "$work/escape" ] && [ ! -e /tmp/escape.$$ ] && [ ! -e .git ] && cmp -s .dvc/config "$work/whole/.dvc/config" ||
        not_ok "dvc.lock names $path: status $status" "$err"
done
passed 'a dvc.lock that names paths elsewhere is refused' $before

# Inside .dvc: the folder itself, the lock, the memo, the cache at each component.
before=$failures
for place in .dvc .dvc/tmp .dvc/tmp/lock .dvc/cache .dvc/cache/tmp .dvc/cache/files .dvc/cache/files/md5 .dvc/cache/files/md5/$fan; do
    for command in 'pull --force' 'track pipeline/toy.yaml' 'gc --workspace --force' 'push' 'track pipeline/toy.yaml --run make'; do
        again
        case $command in track*) echo y >src/a ;; pull*) rm -rf .dvc/cache tree deep ;; esac
        [ "${command#track*make}" = "$command" ] || sed -i 's/seed: 1/seed: 2/' pipeline/toy.yaml
        what="$place as a link, $command"
        case $place in
        .dvc) cp -Rp .dvc "$work/elsewhere" && rm -rf .dvc && ln -s ../elsewhere .dvc ;;
        */lock) mkdir -p .dvc/tmp && rm -f $place && ln -s ../../../victim/authorized_keys $place ;;
        *) rm -rf $place && mkdir -p "$(dirname $place)" && ln -s "$work/victim" $place ;;
        esac
        run $command --quiet
        untouched "$what"
        [ ! -e .dvc/cache/config ] && [ -L $place ] || not_ok "$what: the link is gone"
        case $status in
        1) case $command.$place in gc*cache/files*) ;; *) refused "$what" $place ;; esac ;; # gc misses a listing first
        0) case $command.$place in *run*fan | *.dvc/cache/tmp | push* | gc* | *$fan) ;; *) not_ok "$what: goes on" ;; esac ;;
        *) not_ok "$what: status $status" "$err" ;;
        esac
        rm -rf "$work/elsewhere"
    done
done
passed 'no command follows a link inside .dvc, at any component' $before

# What a stage that runs is entered in and reports to: nothing is written through a link or a second name there, and
# nothing waits for the other end of a pipe.
before=$failures
again
sed -i 's/seed: 1/seed: 2/' pipeline/toy.yaml && sed -i 's|cmd: |&ls .dvc/tmp >../seen; |' dvc.yaml
run track pipeline/toy.yaml --run make --quiet
report=$(grep published "$work/seen")
[ -n "$report" ] && grep -q turns "$work/seen" || not_ok 'a stage that runs has no report, or no turn' "$work/seen"
for kind in 'ln -s' ln mkfifo; do
    for name in rwlock rwlock.lock rwlock.nightmill nightmill.turns "$report"; do
        again
        sed -i 's/seed: 1/seed: 2/' pipeline/toy.yaml
        rm -f .dvc/tmp/$name
        case $kind in mkfifo) mkfifo .dvc/tmp/$name ;; *) $kind "$work/victim/authorized_keys" .dvc/tmp/$name ;; esac
        foreign=$(state)
        run track pipeline/toy.yaml --run make --quiet
        [ $status -lt 4 ] || not_ok "$kind at .dvc/tmp/$name: status $status" "$err"
        case $kind.$name in
        *.rwlock.nightmill | *."$report") [ $status = 0 ] || not_ok "$kind at .dvc/tmp/$name: status $status" "$err" ;;
        'ln -s'.*) refused "$kind at .dvc/tmp/$name" .dvc/tmp/$name ;;
        esac
        [ "$(cat "$work/victim/authorized_keys")" = 'ssh-ed25519 AAAA' ] || { not_ok "$kind at .dvc/tmp/$name: written through"; exit 1; }
    done
done
again
foreign=$(state)
passed 'what a run is entered in and reports to is never somebody else'\''s file' $before

# The memo is a cache: a link in its place is replaced, or nothing is remembered.
before=$failures
again
rm -f .dvc/tmp/nightmill.memo && ln -s ../../../victim/nightmill.memo .dvc/tmp/nightmill.memo
echo y >src/a
sleep 0.1
run track pipeline/toy.yaml --quiet
[ $status = 0 ] || not_ok "the memo as a link: status $status" "$err"
untouched 'the memo as a link'
[ ! -L .dvc/tmp/nightmill.memo ] && [ -s .dvc/tmp/nightmill.memo ] || not_ok 'the memo as a link: it was not replaced'

# Pipes and folders where files are expected, and files where folders are: a refusal, and no waiting.
for kind in pipe folder; do
    for place in .dvc/tmp/lock .dvc/tmp/nightmill.memo .dvc/cache/files/md5/$fan/$rest deep/er/out tree/1 ../box/files/md5/$fan/$rest; do
        again
        rm -rf .dvc/cache tree deep $place
        mkdir -p "$(dirname $place)"
        if [ $kind = pipe ]; then mkfifo $place; else mkdir $place && : >$place/x; fi
        run pull --quiet --force
        case $place in
        */nightmill.memo | .dvc/cache/*) ;;
        */lock) [ $status = 1 ] || [ $status = 3 ] || not_ok "a $kind at $place: status $status" "$err" ;;
        *) [ $status != 124 ] && [ $status -lt 126 ] || not_ok "a $kind at $place: status $status" "$err" ;;
        esac
        [ $status != 124 ] && [ $status -lt 126 ] || not_ok "a $kind at $place: status $status" "$err"
        [ $kind = pipe ] || [ -e $place/x ] || not_ok "a folder at $place: its file is gone"
    done
done
passed 'the memo; pipes and folders in the place of files' $before

# A second name of somebody's file: the file is replaced, never written.
before=$failures
again
chmod -R u+w tree deep && ln -f ../victim/authorized_keys tree/1 && ln -f ../victim/out deep/er/out
foreign=$(state)
run pull --quiet --force
[ $status = 0 ] && [ "$(cat tree/1)" = 1 ] || not_ok "second names: status $status" "$err"
[ "$(cat "$work/victim/authorized_keys" "$work/victim/out")" = "ssh-ed25519 AAAA
foreign" ] || { not_ok 'second names: the file was written in place'; exit 1; }
mkdir -p .dvc/tmp && rm -f .dvc/tmp/lock && ln ../victim/authorized_keys .dvc/tmp/lock
foreign=$(state)
run pull --quiet --force
untouched 'the lock as a second name'
[ $status = 1 ] || not_ok "the lock as a second name: status $status" "$err"
again
foreign=$(state)
passed 'second names of a foreign file are replaced, not written' $before

# The remote's folder.
before=$failures
for place in files files/md5 files/md5/$fan nightmill nightmill/tmp nightmill/manifests; do
    for command in 'push' 'gc --cloud --workspace --force' 'pull --force'; do
        again
        case $command in push) rm -rf ../box && mkdir ../box ;; pull*) rm -rf .dvc/cache tree deep ;; esac
        rm -rf ../box/$place && mkdir -p "$(dirname ../box/$place)" && ln -s "$work/victim" ../box/$place
        run $command --quiet
        untouched "the remote's $place as a link, $command"
        [ $status -lt 4 ] || not_ok "the remote's $place as a link, $command: status $status" "$err"
        case $command in push) [ $status = 0 ] || refused "the remote's $place as a link" "../box/$place" ;; esac
    done
done
passed 'no command follows a link inside a remote' $before

# gc deletes nothing behind a link in the cache.
before=$failures
again
rm -rf .dvc/cache/files/md5/b1 && ln -s "$work/victim" .dvc/cache/files/md5/b1
run gc --workspace --force --quiet
untouched 'gc with a linked folder in the cache'
refused 'gc with a linked folder in the cache' .dvc/cache/files/md5/b1
passed 'gc deletes nothing behind a link in the cache' $before

# What an output leads to is not read into the cache.
before=$failures
again
echo y >src/a
echo secret >"$work/secret"
for path in deep/er/out tree/1; do
    rm -f $path && ln -s "$work/secret" $path
    run track pipeline/toy.yaml --quiet
    refused "track with $path as a link" $path
    ! grep -rqs secret .dvc/cache || not_ok "track with $path as a link: its target is in the cache"
    rm -f $path && cp "$work/whole/$path" $path
done
passed 'no output is recorded through a link' $before

# Inputs are only read: links to them are followed, as DVC does.
before=$failures
again
mv src "$work/inputs" && ln -s "$work/inputs" src && mv "$work/inputs/a" "$work/a_file" && ln -s ../a_file "$work/inputs/a"
run track pipeline/toy.yaml --quiet
[ $status = 0 ] && cmp -s dvc.lock "$work/whole/dvc.lock" || not_ok "inputs through links: status $status, or another dvc.lock" "$err"
rm -rf "$work/inputs" "$work/a_file"
passed 'inputs are read through links' $before

# A link put there while pull runs, and taken away again.
before=$failures
again fresh
if ${CC:-gcc} -O1 -o "$work/swap" "$root/tests/fault/swap.c" 2>"$err"; then
    run pull --quiet
    rounds=0 whole=0
    exec 5<deep/er 6<tree/sub # the folders themselves, wherever their names lead
    for pair in 'tree link' 'tree/sub link' 'deep link' 'deep/er deep/link' '.dvc/cache link' '.dvc/tmp .dvc/link'; do
        set -- $pair
        ln -s "$work/victim" "$2"
        "$work/swap" "$1" "$2" 1 >>"$work/swapped" &
        swap=$!
        while kill -0 $swap 2>/dev/null && [ $rounds -lt 5000 ]; do
            rm -f /proc/self/fd/5/out /proc/self/fd/6/3
            run pull --quiet --force
            rounds=$((rounds + 1))
            [ $status != 0 ] || whole=$((whole + 1))
            [ $status -lt 4 ] || not_ok "a link that comes and goes at $1: status $status" "$err"
        done
        wait $swap
        untouched "a link that comes and goes at $1"
        [ ! -L "$1" ] || { rm "$1" && mv "$2" "$1"; }
        rm -rf "$2"
    done
    exec 5<&- 6<&-
    run pull --quiet --force
    [ $status = 0 ] && diff -r "$work/whole/tree" tree >"$out" || not_ok 'a link that came and went: not what dvc.lock says' "$err"
    untouched 'a link that comes and goes'
    if [ $rounds -gt 10 ]; then passed "a link that comes and goes, $(awk '{ n += $1 } END { print n }' "$work/swapped") times: $rounds pulls, $whole of them whole" $before; else not_ok "only $rounds pulls"; fi
fi

# Where links are asked for, they work.
before=$failures
again fresh
mkdir -p "$work/disk/cache" "$work/disk/away" && ln -s disk "$work/drive"
printf '[cache]\n    dir = ../../drive/cache\n' >>.dvc/config
run pull --quiet
[ $status = 0 ] && [ -s "$work/disk/cache/files/md5/$fan/$rest" ] && [ ! -e .dvc/cache ] || not_ok "cache.dir through a link: status $status" "$err"
for command in 'track pipeline/toy.yaml' push 'gc --workspace --force' status; do
    run $command --quiet
    [ $status = 0 ] || not_ok "cache.dir through a link, $command: status $status" "$err"
done
again fresh
ln -s project "$work/same" && ln -s box "$work/chest" && sed -i 's|\.\./\.\./box|../../chest|' .dvc/config
(cd "$work/same" && run pull --quiet && [ $status = 0 ] && run push --quiet && [ $status = 0 ]) || not_ok 'a project and a remote through a link' "$err"
diff -r "$work/whole/tree" tree >"$out" || not_ok 'a project through a link: not what dvc.lock says' "$out"
rm -f "$work/same" "$work/chest"
passed 'cache.dir, the url of a remote and the path of the project may lead through links' $before

# Stages: below the default folder and below --out no link is followed; the path of --out is the user's.
before=$failures
mkdir "$work/stage" && cd "$work/stage" && cp -R "$root/pipeline" "$root/data" . || exit 3
for place in artifacts artifacts/milk artifacts/milk/raw; do
    rm -rf artifacts && mkdir -p "$(dirname $place)" && ln -s "$work/victim" $place
    run ingest pipeline/milk.yaml --data data/milk --quiet
    untouched "ingest with $place as a link"
    refused "ingest with $place as a link" $place
done
rm -rf artifacts && ln -s "$work/disk/away" out
run ingest pipeline/milk.yaml --data data/milk --out out --quiet
[ $status = 0 ] && [ -s "$work/disk/away/raw/bank.arrow" ] || not_ok "ingest --out through a link: status $status" "$err"
rm -rf "$work/disk/away/raw" && ln -s "$work/victim" "$work/disk/away/raw"
run ingest pipeline/milk.yaml --data data/milk --out out --quiet
untouched 'ingest with a link below --out'
refused 'ingest with a link below --out' out/raw
passed 'stages follow a link in --out and none below it' $before
exit $failed
