#!/bin/sh
# Every allocation fails in turn in track, push, pull, status and gc, on a small project with a remote in a folder:
# status 3 and one line of cause, or 0 where the command can do without; never a signal, never half an object.  Then
# the same command succeeds on what was left.
#
#   tests/fault/versions.sh [COMMAND [N once|sticky]]
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${BIN:-$root/bin} self=tests/fault/versions.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/versions.XXXXXX") || exit 3
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 3' HUP INT TERM
failed=0
export HOME="$work" XDG_CONFIG_HOME="$work" FAIL_COUNT="$work/count"
${CC:-gcc} -shared -fPIC -O1 -o "$work/fail.so" "$root/tests/fault/fail_alloc.c" || exit 3
LD_PRELOAD=$work/fail.so "$bin/show" --version >/dev/null 2>&1
[ -s "$work/count" ] || { echo 'skip - fault: versions: nothing can be preloaded into these executables'; exit 0; }

# The project: one stage with a folder and a file, a remote beside it, and what each command needs to have something to do.
mkdir -p "$work/project/.dvc" "$work/project/pipeline" "$work/project/src" && cd "$work/project" || exit 3
printf '[core]\n    remote = box\n[%sremote "box"%s]\n    url = ../box\n' "'" "'" >.dvc/config
printf 'seed: 1\n' >pipeline/toy.yaml
echo x >src/a
cat >dvc.yaml <<'END'
stages:
  make:
    matrix: {pipe: [toy]}
    cmd: mkdir -p tree; echo 1 >tree/a; echo 2 >tree/b; cp src/a out
    deps: [src]
    params:
    - pipeline/toy.yaml: [seed]
    outs: [tree, out]
END
"$bin/track" pipeline/toy.yaml --run make --quiet && "$bin/push" --quiet && [ -d box/files ] && cp -R . "$work/whole" ||
    { echo 'not ok - fault: versions: no project'; exit 1; }

command_of() {
    case $1 in
    track) set -- pipeline/toy.yaml ;;
    run) set -- pipeline/toy.yaml --run make ;;
    gc) set -- --force --cloud --workspace ;;
    *) set -- ;;
    esac
    echo "$*"
}

# restore COMMAND: the project as it is before the command.
restore() {
    cd "$work" && chmod -R u+w project && rm -rf project && cp -Rp whole project && cd project || exit 3
    case $1 in
    track) rm -rf .dvc/cache .dvc/tmp dvc.lock ;;
    run) rm -rf .dvc/tmp dvc.lock ;;
    push) rm -rf box ;;
    pull) rm -rf .dvc/cache .dvc/tmp tree out ;;
    gc) for place in .dvc/cache box; do
            mkdir -p $place/files/md5/b1 # an object that nothing names
            echo hello >$place/files/md5/b1/946ac92492d2347c6235b4d2611184
            chmod 444 $place/files/md5/b1/946ac92492d2347c6235b4d2611184
        done ;;
    esac
}

# whole_objects: every object of cache and remote has the digest that its name says.
whole_objects() {
    find . -path '*files/md5/*' -type f ! -path '*/tmp/*' | while read -r path; do
        name=$(basename "$(dirname "$path")")$(basename "$path" .dir)
        [ ${#name} = 32 ] || continue
        [ "$(md5sum <"$path" | cut -c1-32)" = "$name" ] || echo "$path"
    done
}

fail_at() { # COMMAND N once|sticky
    restore "$1"
    rm -f "$work/mark"
    program=$1 sticky=
    [ "$1" != run ] || program=track
    [ "$3" = once ] || sticky=FAIL_STICKY=1
    { env FAIL_AT="$2" $sticky FAIL_MARK="$work/mark" LD_PRELOAD="$work/fail.so" "$bin/$program" $(command_of "$1") --quiet \
        >"$work/out" 2>"$work/err"; status=$?; } 2>/dev/null
    cases=$((cases + 1)) why=
    causes=$(grep -c 'error: ' "$work/err")
    case $status in
    0) ;;
    3) [ "$causes" = 1 ] || why="$causes causes" ;;
    2) grep -q '^sh: ' "$work/err" || why='status 2' ;; # the shell of --run, which has no memory either
    *) why="status $status" ;;
    esac
    bad=$(whole_objects)
    [ -z "$bad" ] || why="damaged: $bad"
    if [ -z "$why" ] && [ $((cases % 8)) = 0 ] && ! "$bin/$program" $(command_of "$1") --quiet >"$work/out" 2>"$work/err"; then
        why='the next run fails'
    fi
    [ -z "$why" ] || {
        echo "not ok - fault: versions: $1: allocation $2 ($3): $why; again: $self $1 $2 $3"
        sed 's/^/  /' "$work/err"
        failed=1 wrong=$((wrong + 1))
    }
}

allocations() { # COMMAND
    cases=0 wrong=0 at=1
    restore "$1"
    program=$1
    [ "$1" != run ] || program=track
    LD_PRELOAD=$work/fail.so "$bin/$program" $(command_of "$1") --quiet >"$work/out" 2>&1
    read -r count <"$work/count"
    step=$((count / 30 + 1))
    while [ $at -le "$count" ] && [ $wrong -lt 5 ]; do
        fail_at "$1" $at once
        [ $((at % 2)) = 0 ] || fail_at "$1" $at sticky
        if [ $at -lt 25 ]; then at=$((at + 1)); else at=$((at + step)); fi
    done
    [ $wrong != 0 ] || echo "ok - fault: versions: $1: $cases failures among $count allocations"
}

if [ $# = 3 ]; then
    cases=0 wrong=0
    fail_at "$1" "$2" "$3"
else
    for command in ${1:-track run push pull gc}; do allocations "$command"; done
fi
exit $failed
