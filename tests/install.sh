#!/bin/sh
# `make install` works twice, writes below DESTDIR only, and what it installs runs from another folder.
# Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/install.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
failed=0

check() { # NAME COMMAND …
    name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        echo "ok - install: $name"
    else
        echo "not ok - install: $name"
        sed 's/^/  /' "$work/out"
        failed=1
    fi
}

says() { # TEXT STATUS COMMAND …: what it prints holds the text, and it ends so
    text=$1 wanted=$2
    shift 2
    "$@" >"$work/said" 2>&1
    status=$?
    cat "$work/said"
    [ $status = "$wanted" ] && grep -q -- "$text" "$work/said"
}

cd "$root" || exit 3
check "into a folder with blanks" make -s install DESTDIR="$work/a b" PREFIX=/opt/x
check "nothing but three folders" test "$(cd "$work/a b/opt/x" && echo *)" = "bin libexec share"
find "$work/a b" -type f -exec cksum {} + | sort >"$work/first"
check "a second time" make -s install DESTDIR="$work/a b" PREFIX=/opt/x
find "$work/a b" -type f -exec cksum {} + | sort >"$work/second"
check "to the same bytes" cmp "$work/first" "$work/second"

check "to run it from" make -s install PREFIX="$work/here"
mkdir "$work/elsewhere" && cd "$work/elsewhere" || exit 3
nightmill=$work/here/bin/nightmill
check "help lists the stages" says '  ingest ' 0 "$nightmill" help
check "help lists what is no stage of the table, and what it does" says '  show  *prints' 0 "$nightmill" help
check "the version" says '^nightmill [0-9]' 0 "$nightmill" --version
check "no argument is a mistake in usage" says '^usage: nightmill' 2 "$nightmill"
check "an unknown stage is one" says "no stage 'trian'" 2 "$nightmill" trian
check "a path is no stage" says 'no stage' 2 "$nightmill" ../../bin/sh
check "a stage runs" says 'rows in' 0 "$nightmill" ingest "$root/pipeline/milk.yaml" --data "$root/data/milk"
check "and writes where it was started" test -s artifacts/milk/ingest.json
exit $failed
