#!/bin/sh
# What others wrote must not reach a terminal as anything but visible text: not as controls of ASCII or of Latin-1, not as
# marks that turn the direction of text, not as what has no width, not as broken UTF-8.  Data, file names, keys of the
# pipeline's file, artifacts, tables of all formats, messages, the page.  In a pipe CSV and JSON keep their bytes.
#
#   tests/fault/terminal.sh
. "$(dirname "$0")/lib.sh"
again=$self
# ESC [ 2 J, BEL; C1's CSI; right-to-left override, isolate, Arabic mark, zero width space, line separator, byte order mark.
evil=$(printf 'a\033[2J\007b\302\233c\342\200\256d\342\201\246e\330\234f\342\200\213g\342\200\250h\357\273\277i')
shown='a\\x1B\[2J\\x07b\\u009Bc\\u202Ed\\u2066e\\u061Cf\\u200Bg\\u2028h\\uFEFFi'
title='"a\x1B[2J\x07b\x9Bc\u202Ed\u2066e\u061Cf\u200Bg\u2028h\uFEFFi"' # the same in YAML
name=$(printf 'a\342\200\256\302\233b') # for what may hold no ASCII controls

# on_terminal COMMAND …: its output on a pseudo terminal of $columns columns, or 500, in $out, without its carriage returns.
on_terminal() {
    for word; do printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")"; done >"$work/line"
    printf 'stty cols %s; exec %s' "${columns-500}" "$(cat "$work/line")" >"$work/typed"
    NO_COLOR=${colourless-1} TERM=${kind-xterm} script -qec "sh $work/typed" /dev/null </dev/null 2>&1 | tr -d '\r' >"$out"
}

# harmless WHAT FILE: no byte of the file is a control but line feeds, and no character is one that is not seen.
harmless() {
    LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$2" && fault "$1: a control of ASCII" "$again" "$2"
    LC_ALL=C grep -q "$(printf '\302[\200-\237]')" "$2" && fault "$1: a control of Latin-1" "$again" "$2"
    LC_ALL=C grep -Eq "$(printf '\342\200[\213-\217\250-\256]|\342\201[\240-\257]|\330\234|\357\273\277')" "$2" &&
        fault "$1: a mark that is not seen" "$again" "$2"
    [ "$(iconv -f UTF-8 -t UTF-8 "$2" 2>/dev/null | cksum)" = "$(cksum <"$2")" ] || fault "$1: no UTF-8" "$again" "$2"
}

# says WHAT PATTERN FILE
says() { grep -q "$2" "$3" || fault "$1: lacks '$2'" "$again" "$3"; }

show="$work/bin/show"
cd "$work" || exit 3
printf 'name,value\n%s,1\nplain,2\n' "$evil" >x.csv
printf '{"%s": ["%s", 1.5]}\n' "$name" "$name" >x.json
printf 'name,value\n\033]0;x\007\377\233,1\n' >broken.csv

command -v script >/dev/null && command -v stty >/dev/null || { skip all 'no script or stty'; exit 0; }
on_terminal sh -c 'test -t 1 && echo yes'
[ "$(cat "$out")" = yes ] || { skip all 'no pseudo terminals'; exit 0; }

before=$failures
for format in table csv json stats; do
    on_terminal "$show" x.csv --format $format
    harmless "show --format $format" "$out"
    case $format in table | csv) says "show --format $format" "$shown" "$out" ;; esac
    on_terminal "$show" x.json --format $format
    harmless "show of JSON, --format $format" "$out"
    on_terminal "$show" broken.csv --format $format
    harmless "show of broken UTF-8, --format $format" "$out"
done
on_terminal "$show" x.json
says 'show of JSON' 'a\\u202E\\u009Bb' "$out"
printf '%s,value\n1,2\n' "$name" >header.csv
for format in table csv json stats; do
    on_terminal "$show" header.csv --format $format
    harmless "a column's name, --format $format" "$out"
    says "a column's name, --format $format" 'a\\u202E\\u009Bb' "$out"
done
passed 'show on a terminal' $before

before=$failures
"$show" x.csv --format csv >"$out"
cmp -s x.csv "$out" || fault 'show --format csv in a pipe: other bytes' "$again" "$out"
"$show" x.csv --format json >"$out"
says 'show --format json in a pipe' "$(printf '\342\200\256d')" "$out"
passed 'show in a pipe keeps the bytes' $before

before=$failures
printf 'name,value\n1\n' >"$name.csv"
on_terminal "$show" "$name.csv"
harmless "a message about a file's name" "$out"
says "a message about a file's name" 'a\\u202E\\u009Bb.csv' "$out"
on_terminal "$show" x.csv --columns "$evil,x"
harmless 'a message about an argument' "$out"
on_terminal "$work/bin/ingest" "$name.yaml"
harmless 'a message about a pipeline' "$out"
printf 'title: "%s"\n%s: 1\n' "$name" "$name" >p.yaml
on_terminal "$work/bin/ingest" p.yaml
harmless 'a message about a key' "$out"
on_terminal "$work/bin/ingest" "$pipeline" --set "title=$title" --data "$data" --out "$work/$name" --verbose
harmless 'the configuration' "$out"
on_terminal "$work/bin/ingest" "$pipeline" --set "title=$title" --explain
harmless '--explain' "$out"
says '--explain' '\\u202Ed' "$out"
on_terminal "$work/bin/track" "$name.yaml"
harmless 'track' "$out"
passed 'messages, --verbose, --explain' $before

before=$failures
cp -R "$data" dirty
sed "s/^2020-13-01/$name/" "$data/banco_central.csv" >dirty/banco_central.csv
cmp -s "$data/banco_central.csv" dirty/banco_central.csv && fault 'the sample has no bad month' "$again"
chain "$work/new" "$work/data" 42
seed=7
data=$work/dirty run=$work/dirty_run
for stage in $all_stages; do
    start $stage --set "title=$title" >"$out" 2>"$err" || fault "$stage fails" "$again" "$err"
    harmless "$stage on standard error" "$err"
done
harmless 'report.html' "$run/report.html"
says 'report.html' "$shown" "$run/report.html"
says 'report.html' 'a\\u202E\\u009Bb' "$run/report.html"
says 'rejects.csv keeps the bytes' "$name" "$run/rejects.csv"
on_terminal "$work/bin/report" "$pipeline" --in "$run" --reports "$work/$name"
harmless 'the path of the report' "$out"
says 'the path of the report' 'a\\u202E\\u009Bb' "$out"
passed 'the report, and what names it' $before

# A table is as wide as the terminal, and whole in a pipe.
before=$failures
printf 'name,reason,value\nx,%0200d,0.12345678901234567\n' 0 | sed 's/0000/word/g' >wide.csv
for columns in 40 80 120; do
    for file in wide.csv "$work/new/features.arrow"; do
        on_terminal "$show" "$file"
        awk -v most=$columns '!/^rows / && length($0) > most { exit 1 }' "$out" || fault "a table beyond $columns columns" "$again" "$out"
        awk -v most=$columns 'length($0) > most / 2 { found = 1 } END { exit !found }' "$out" || fault "a table of less than half of $columns columns" "$again" "$out"
    done
done
unset columns
"$show" wide.csv >"$out"
says 'a table in a pipe' "$(sed -n '2s/^x,\([^,]*\),.*/\1/p' wide.csv)" "$out"
says 'a number for people' ' 0.123457$' "$out"
"$show" wide.csv --format csv >"$out"
cmp -s wide.csv "$out" || fault 'CSV in a pipe: other digits' "$again" "$out"
passed 'a table is as wide as the terminal' $before

# Colours: on a terminal, and not where NO_COLOR is set or nobody looks.
before=$failures
colourless=
on_terminal "$show" nowhere
grep -q "$(printf '\033')\[1;31merror" "$out" || fault 'no colour on a terminal' "$again" "$out"
on_terminal env NO_COLOR=1 "$show" nowhere
harmless 'NO_COLOR' "$out"
kind=dumb
on_terminal "$show" nowhere
harmless 'a terminal that obeys nothing' "$out"
"$show" nowhere 2>"$out"
harmless 'no terminal, no colour' "$out"
passed 'colours' $before
exit $failed
