#!/bin/sh
# Hostile names: every byte that a name may hold, and words that a shell, make, DVC's files or a program would take for
# more than a name, as a data file, a pipeline, DATA=, OUT=, and the folder of a remote.  Each works or is refused by its
# name; nothing that a name says is run; the pipeline milk goes on.  Prints `ok - …` or `not ok - …`.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${BIN:-$root/bin}
work=$(mktemp -d "${TMPDIR:-/tmp}/names.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export LC_ALL=C
failed=0
mkdir -p "$work/tree/build/release" "$work/names" "$work/tree/bin" && cd "$work/tree" || exit 3
cp -R "$root/Makefile" "$root/scripts" "$root/pipeline" "$root/data" .
. "$root/tests/copies.sh"
only_milk || exit 3
cp "$root/tests/recipe.yaml" pipeline/milk.yaml
cp "$bin"/* bin && cp "$root/build/release/plan" build/release/ 2>/dev/null

ok() { echo "ok - fault: names: $1"; }
# not_ok WHAT NAME [FILE]
not_ok() {
    printf 'not ok - fault: names: %s: ' "$1"
    printf %s "$2" | od -An -c | head -n 3
    [ $# -lt 3 ] || head -n 20 "$3" | cat -v | sed 's/^/  /'
    failed=1 bad=$((bad + 1))
}
# ran: true when what a name says was run.
ran() { [ -n "$(find . "$work/err" -name 'CANARY*' -print)" ] && { find . -name 'CANARY*' -exec rm -rf {} +; return 0; }; }

# The names, each as a file of a folder: shells hand such words on as they are.
name() { : >"$work/names/$1"; }
i=0
while [ $i -lt 255 ]; do
    i=$((i + 1))
    [ $i != 47 ] || continue # the slash
    byte=$(printf "\\$(printf %03o $i)."); byte=${byte%.}
    name "a${byte}b"
done
newline='
'
for word in '$(touch CANARY)' '`touch CANARY`' "';touch CANARY;'" '";touch CANARY;"' ';touch CANARY' '|touch CANARY' '&touch CANARY&' \
    '$(shell touch CANARY)' '${shell touch CANARY}' '$$(touch CANARY)' '\`touch CANARY\`' "'\$(touch CANARY)'" '||touch CANARY' \
    "a${newline}touch CANARY" "a${newline}${newline}	touch CANARY" "${newline}" "a${newline}" ' ' '  a' 'a ' '	' \
    '-n' '--help' '-rf' '-' '--' '%' '%a' '%%' '#' '#a' '~' '~root' '~a' '*' '?' '[a]' '[!a]' '{a,b}' '$a' '$' '$$' '$@' '${a}' '$(a)' \
    'a:b' ':' 'a: b' 'a=b' 'a:=b' 'a;b' 'a,b' '\' '\\' 'a\' '(a)' '(' ')' '"' "'" '"a' "a'" '!' '!!' '^' '<a' '>CANARY' '>>CANARY' '2>CANARY' \
    '&>CANARY' '@a' '+a' '..a' '...' '.PHONY' 'FORCE' 'all' 'clean' 'train' 'PIPELINE' 'null' 'true' '1e5' '0x1' '2020-01-01' '{a' '}' ']' '- a' \
    'a: {b' '${item.data}' '${key}' '%(here)s' 'x"y' "x'y" 'Foo bar' 'año' '名前' 'ÿ' "$(printf 'a%0250d' 0)"; do
    name "$word"
done
total=$(find "$work/names" -type f -print0 | tr -cd '\0' | wc -c)
each() { for path in "$work/names"/* "$work/names"/.[!.]* "$work/names"/..?*; do [ ! -e "$path" ] || "$1" "${path##*/}"; done; }
[ "$total" -ge 300 ] && ok "$total names" || not_ok 'too few names' "$total"
is_utf8() { printf %s "$1" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1; }

# Data files.  A first set together; those that are no UTF-8 spoil it, so that each of them stands alone.
bad=0 beside=0
cp -R data/milk d
data_file() {
    short=$(printf %s "$1" | cut -c 1-230; echo .) short=${short%??}
    is_utf8 "$1" || { odd=$((odd + 1)); return; }
    cp data/milk/precipitaciones.csv "d/precipitaciones.$short.csv"; beside=$((beside + 1))
}
odd=0
each data_file
timeout 60 make ingest DATA=d OUT=o >"$work/out" 2>"$work/err" || not_ok 'data files' 'together' "$work/err"
! ran || not_ok 'a data file ran' 'together'
taken=$(grep -c 'precipitaciones\..*csv"' o/artifacts/milk/ingest.json)
[ "$taken" -ge $beside ] || not_ok "$taken of $beside data files are taken" 'together'
odd_file() {
    ! is_utf8 "$1" || return 0
    : >"e/precipitaciones$1.csv"
    ! timeout 20 make ingest DATA=e OUT=o >"$work/out" 2>"$work/err" || not_ok 'no UTF-8 is accepted' "$1"
    grep -q 'is not valid UTF-8' "$work/err" || not_ok 'no UTF-8 is refused by name' "$1" "$work/err"
    rm -f "e/precipitaciones$1.csv"
    ! ran || not_ok 'a data file ran' "$1"
}
cp -R data/milk e
each odd_file
[ $bad != 0 ] || ok "$beside data files together, $odd that are no UTF-8 one by one"
rm -rf d e o

# Pipelines: all at once, as they would lie there.
bad=0 refused=0 good=0
pipeline() {
    short=$(printf %s. "$1" | cut -c 1-250) short=${short%.}
    file="pipeline/$1.yaml"
    [ ${#1} -lt 251 ] || file="pipeline/$(printf %s "$1" | cut -c 1-249).yaml"
    sed "s/^title: .*/title: CANARY/; s/^seed:/track: false\nseed:/" pipeline/milk.yaml >"$file"
    case ${1} in .* | all) refused=$((refused + 1)) ;; *[!A-Za-z0-9._-]*) refused=$((refused + 1)) ;; *) good=$((good + 1)) ;; esac
}
each pipeline
timeout 60 make train >"$work/out" 2>"$work/err" || not_ok 'pipelines' 'beside milk' "$work/err"
! ran || not_ok 'a pipeline ran' 'together'
tail -n 1 "$work/out" | grep -q '^milk: reports/milk/report.html$' || not_ok 'pipelines' 'milk' "$work/out"
said=$(grep -c '^pipeline/.*: warning:' "$work/err")
hidden=$(find "$work/names" -name '.*' -type f | wc -l)
[ "$said" = $((refused - hidden)) ] || not_ok "$said of $((refused - hidden)) pipelines are named" 'together' "$work/err"
known=$(sed -n 's/^known := //p' build/release/flow.mk | wc -w)
[ "$known" = $((good + 2)) ] || not_ok "$known pipelines are known instead of $((good + 2))" 'together'
for one in $(sed -n 's/^known := //p' build/release/flow.mk); do
    timeout 20 make -s ingest PIPELINE="$one" OUT=o >"$work/out" 2>"$work/err" && [ -s "o/artifacts/$one/ingest.json" ] || not_ok 'a known pipeline' "$one" "$work/err"
done
timeout 20 make help >"$work/out" 2>&1 && timeout 20 make graph >>"$work/out" 2>&1 || not_ok 'help and graph' 'pipelines' "$work/out"
! ran || not_ok 'help or graph ran' 'together'
rm -rf o pipeline && cp -R "$root/pipeline" . && cp "$root/tests/recipe.yaml" pipeline/milk.yaml
[ $bad != 0 ] || ok "$((good + refused)) pipelines, $good of which can be ones"

# DATA: a link of that name.
bad=0
data() {
    ln -s data/milk "./$1" 2>/dev/null || { [ -e "./$1" ] || return 0; }
    rm -f o/artifacts/milk/ingest.json
    if timeout 20 make ingest DATA="$1" OUT=o >"$work/out" 2>"$work/err" </dev/null; then
        [ -s o/artifacts/milk/ingest.json ] || not_ok 'DATA= says that it is done' "$1" "$work/err"
    else
        case $1 in
        *"$newline"*) grep -q 'DATA cannot hold a line break' "$work/err" ;;
        ' ' | '	') : ;; # to make it is empty
        ' '*) grep -q 'cannot\|no file' "$work/err" ;; # make takes leading blanks off
        *'*'*) grep -q 'cannot search for' "$work/err" ;;
        bin | build | data | Makefile | scripts) : ;;
        *) false ;;
        esac || not_ok 'DATA= is refused' "$1" "$work/err"
    fi
    [ ! -L "./$1" ] || rm -f "./$1"
    ! ran || not_ok 'DATA= ran' "$1"
}
each data
rm -rf o
[ $bad != 0 ] || ok "DATA="

# OUT.
bad=0 works=0
out() {
    if timeout 20 make ingest OUT="$1" >"$work/out" 2>"$work/err" </dev/null; then
        works=$((works + 1))
        kept=${1#"${1%%[! 	$newline]*}"} # make takes leading blanks off
        [ -s "./$kept/artifacts/milk/ingest.json" ] || not_ok 'OUT= writes elsewhere' "$1" "$work/err"
    else
        grep -q 'OUT cannot hold' "$work/err" || not_ok 'OUT= is refused' "$1" "$work/err"
    fi
    ! ran || not_ok 'OUT= ran' "$1"
    case $1 in bin | build | data | scripts | pipeline | Makefile | names) ;; *) rm -rf "./$1" ;; esac
}
each out
for place in "$work/x/y" ../x './x' 'x/../x' 'año' '名前/b' '~/x' '-x' 'a,b' 'a+b@c'; do
    rm -rf ../x x año 名前 ./-x a,b a+b@c
    HOME=$work/home timeout 20 make ingest OUT="$place" >"$work/out" 2>"$work/err" </dev/null || not_ok 'OUT= should work' "$place" "$work/err"
    case $place in '~/x') place=$work/home/x ;; -*) place=./$place ;; esac
    [ -s "$place/artifacts/milk/ingest.json" ] || not_ok 'OUT= writes elsewhere' "$place"
done
[ $works -gt 140 ] || not_ok "only $works names work as OUT=" 'together'
[ $bad != 0 ] || ok "OUT=, $works of which work"
# The folder of a remote: DVC's file of settings carries the name, and a line of its own cannot hold all of them.
bad=0 pushed=0
mkdir -p small/pipeline small/.dvc && cd small || exit 3
printf 'stages:\n  only:\n    matrix: {pipe: [toy]}\n    cmd: cp in out\n    deps: [in]\n    params:\n    - pipeline/toy.yaml: [title]\n    outs: [out]\n' >dvc.yaml
echo 'title: toy' >pipeline/toy.yaml && echo one >in && cp in out
printf '[core]\n' >.dvc/config
"$work/tree/bin/track" pipeline/toy.yaml --quiet >"$work/out" 2>"$work/err" || not_ok 'the small project' track "$work/err"
remote() {
    rm -rf ../r && mkdir ../r
    printf "[core]\n    remote = r\n['remote \"r\"']\n    url = ../../r/%s/x\n" "$1" >.dvc/config
    if timeout 20 "$work/tree/bin/push" --quiet >"$work/out" 2>"$work/err" </dev/null; then
        pushed=$((pushed + 1))
        [ "$(find ../r . -path '*files/md5*' -type f ! -path './.dvc/*' | wc -l)" = 1 ] || not_ok 'a push that went elsewhere' "$1"
    else
        [ -s "$work/err" ] || not_ok 'a push that fails says nothing' "$1"
    fi
    ! ran || not_ok "a remote's folder ran" "$1"
}
each remote
cd .. || exit 3
[ $pushed -gt 200 ] || not_ok "only $pushed folders work as a remote" 'together'
[ $bad != 0 ] || ok "the folder of a remote, $pushed of which work"

for variable in PIPELINE REMOTE SET MODE JOBS PREFIX DESTDIR; do
    bad=0
    for value in '$(shell touch CANARY)' '`touch CANARY`' "';touch CANARY;'" '";touch CANARY;"' ';touch CANARY' "x${newline}touch CANARY"; do
        timeout 20 make -n ingest push install "$variable=$value" >"$work/out" 2>"$work/err" </dev/null
        timeout 20 make ingest "$variable=$value" >"$work/out" 2>"$work/err" </dev/null
        ! ran || not_ok "$variable ran" "$value"
    done
    [ $bad != 0 ] || ok "$variable="
done
exit $failed
