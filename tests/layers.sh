#!/bin/sh
# The folders of src and what each may use.  A file includes its own folder and those on its folder's line; stages include
# any folder and no other stage; what pipeline/stages.tbl says of a stage's code is what the linker took for it.  Then the
# same is asked of trees in which each kind of violation was planted.  Prints `ok - …` lines.  Usage: layers.sh [TREE]
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 3
cd "${1:-$here}" || exit 3
failed=0

uses='base
file     base
bands    base
config   base file
stage    base file config
plan     base file config
csv      base file
arrow    base file
artifacts base file csv
data     base file config csv arrow artifacts
features base file config csv arrow artifacts data
show     base file csv arrow data
clean    base file config csv arrow artifacts data
trees    base file data bands
words    base
neighbours base
network  base file data
linear   base file data
steps    base file config data bands trees words neighbours network linear
forecast base
series   base file config data steps
models   base file config data steps forecast series
judge    base data
leaks    base file config csv arrow artifacts data features
learn    base file config csv arrow artifacts data steps series judge
evaluation base file config csv arrow artifacts data bands steps series judge learn
search   base file config artifacts data steps series learn
rolling  base file config artifacts arrow data bands judge steps series learn evaluation search
gate     base file config artifacts data steps series judge learn search evaluation rolling digest registry
outlook  base file config artifacts data show steps series judge learn
batch    base file config csv arrow data artifacts show words steps series learn outlook digest
draw     base
report   base file config csv artifacts arrow data steps learn draw
digest   base file
dvc      base file config digest
track    base file config digest dvc
remote   base file config digest dvc
s3       base file digest remote
sync     base file config stage digest dvc track remote
registry base file config csv arrow artifacts data show digest dvc remote'
folders=$(echo "$uses" | cut -d' ' -f1)

check() { # NAME LINES: none may be left
    if [ -z "$2" ]; then
        echo "ok - layers: $1"
    else
        echo "not ok - layers: $1"
        printf '%s\n' "$2" | sed 's/^/  /'
        failed=1
    fi
}

differ() { # LIST LIST: words that stand in one of them
    printf '%s\n' $1 $2 | sort | uniq -u
}

strangers() { # FOLDER ALLOWED…: its includes of other folders, and of private headers of other folders
    folder=$1
    shift
    grep -nE '^#include "' "src/$folder"/*.[ch] | grep -vE "\"(($(echo "$folder" "$@" | tr ' ' '|'))/[a-z_0-9.]+|version\.h|stages\.h)\"" |
        sed "s/$/: $folder uses ${*:-nothing}/"
    grep -nE '^#include "[a-z0-9]+/[a-z_0-9]*_internal\.h"' "src/$folder"/*.[ch] | grep -v "\"$folder/"
}

taken() { # STAGE: the folders of what the linker took, and of the headers that went into that and into the stage
    { ls src/*/*.c; grep -oE 'libnightmill\.a\([a-z_0-9]+\.o\)' "$maps/$1.map"; } | awk -v objects="$maps/.." -v stage="$maps/$1.d" '
        function note(dependencies,    i, part) {
            while ((getline <dependencies) > 0)
                for (i = 1; i <= NF; i++)
                    if ($i ~ /^src\/[a-z0-9]+\/[a-z_0-9.]+$/ && split($i, part, "/")) folder[part[2]]
            close(dependencies)
        }
        BEGIN { note(stage) }
        /^src/ { name = $0; sub(/.*\//, "", name); sub(/c$/, "d", $0); of[substr(name, 1, length(name) - 2)] = $0; next }
        { gsub(/.*\(|\.o\)/, "") }
        $0 in of && !noted[$0]++ { note(objects "/" of[$0]) }
        END { for (f in folder) print f }' | sort
}

check "every folder of src has its line" "$(differ "$folders" "$(cd src && ls)")"
check "a folder uses those below it" "$(echo "$uses" | while read -r folder below; do strangers $folder $below; done)"
check "stages do not know each other" "$(grep -nE '^#include "[^/]*"' stages/*.c)"
check "stages know no private header" "$(grep -nE '^#include ".*_internal\.h"' stages/*.c)"
check "no folder has more than 45 files" "$(for f in $folders; do ls "src/$f" | wc -l | awk -v f="$f" '$1 > 45 { print f ": " $1 }'; done)"
check "no file's name stands twice" "$(ls src/*/*.c | sed 's|.*/||' | sort | uniq -d)"
check "no tag stands twice" "$(grep -hoE '^(struct|enum|union) [a-z_0-9]+ \{' src/*/*.[ch] stages/*.c | cut -d' ' -f2 | sort | uniq -d)"
check "a stage file exports nothing but main" "$(for f in stages/*.c; do grep -nE '^(const |struct |enum status |int |void )[a-z_ *]*\(' "$f" | grep -v 'int main' | sed "s#^#$f:#"; done)"
check "only a stage and sync know the run" "$(grep -nwE 'struct run' src/*/*.[ch] | grep -vE '^src/(stage|sync)/')"
check "no function has more than 40 lines" "$(awk 'FNR == 1 { at = 0 } /^\{$/ { at = FNR } /^\}/ { if (at && FNR - at > 41) print FILENAME ":" at ": " FNR - at - 1 " lines"; at = 0 }' src/*/*.c stages/*.c)"
check "the library does not exit" "$(grep -nE '(^|[^_a-z])_?exit\(' src/*/*.c | grep -vE 'src/(base/arena|stage/stage|file/(temporary|publish)|track/dvc_command)\.c')"
for maps in build/release build/asan; do
    maps=$maps/stages
    [ -f "$maps/ingest.map" ] || continue
    check "stages.tbl names the code of each stage ($maps)" "$(awk -F'|' '/^[a-z]/ { print $1 $5 }' pipeline/stages.tbl | while read -r stage code; do
        differ "$code" "$(taken "$stage")" | sed "s/^/$stage: /"
    done)"
done

# What a test reads bytes with instead of a file, draws with, or times: nothing else is there for tests alone.
for_tests='csv_libcsv_only csv_open_bytes dvc_file_parse rng_below rolling_mean_std backtest_json_find'
unused() { # of what the library exports, and its own file does not use: what no other file of it and no stage uses
    objects=$(ls src/*/*.c stages/*.c | sed 's|^|build/release/|; s|c$|o|')
    {
        nm -u $objects
        echo "$for_tests" | tr ' ' '\n'
        sed -n 's/^METRIC(\([a-z_0-9]*\),.*/metric_value_\1/p' src/learn/metrics.def
        echo main
    } 2>/dev/null | awk 'NF == 1 || $1 == "U" { print $NF }' | sort -u | {
        used=$(cat)
        nm -Ag --defined-only $objects 2>/dev/null | sed 's|^build/release/||; s|\.o:.* | |' |
            { echo "$used"; cat; } | awk 'NF == 1 { used[$1] = 1; next } NF == 2 && !($2 in used) { print $1 ".c", $2 }'
    } | while read -r file name; do
        [ "$(grep -ow "$name" "$file" 2>/dev/null | wc -l)" -gt 1 ] || echo "$file: $name"
    done
}
[ ! -f build/release/stages/ingest.map ] || check "nothing is exported for tests alone" "$(unused)"
[ $# = 0 ] || exit $failed

# The same on trees with one violation each: it must say so.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/layers.XXXXXX") || exit 3
trap 'rm -rf "$scratch"' EXIT
planted() { # NAME COMMAND…: run in a copy of the tree
    rm -rf "$scratch/tree" && mkdir -p "$scratch/tree/build" && cp -R src stages pipeline "$scratch/tree" || exit 3
    ln -s "$here/build/release" "$scratch/tree/build" || exit 3
    name=$1
    shift
    (cd "$scratch/tree" && "$@") || exit 3
    if "$here/tests/layers.sh" "$scratch/tree" >"$scratch/said" 2>&1 || [ "$(grep -c '^not ok' "$scratch/said")" != 1 ]; then
        echo "not ok - layers: finds $name"
        sed 's/^/  /' "$scratch/said"
        failed=1
    else
        echo "ok - layers: finds $name"
    fi
}
planted "a server's file that uses the report's" sh -c 'echo "#include \"report/page.h\"" >>src/s3/sigv4.c'
planted "a folder that uses one above it" sh -c 'echo "#include \"sync/sync.h\"" >>src/remote/remote.c'
planted "a folder that nobody knows" sh -c 'mkdir src/ship && echo "int ship;" >src/ship/ship.c'
planted "a header that knows the run" sh -c 'echo "struct run;" >>src/data/key.h'
planted "a private header used from elsewhere" sh -c 'echo "#include \"csv/csv_internal.h\"" >>src/data/source.c'
planted "a tag that stands twice" sh -c 'printf "struct walk {\n    int x;\n};\n" >>src/clean/screen.h'
planted "a function that nobody reads to its end" awk 'BEGIN { print "void endless(void)\n{" >>"src/s3/sigv4.c"; for (i = 0; i < 41; i++) print "    ;" >>"src/s3/sigv4.c"; print "}" >>"src/s3/sigv4.c" }'
planted "an export that only tests use" sed -i '/^int month_from_name/!s/month_from_name(/other(/' src/base/date_parse.c
planted "a stage that names a folder too much" sh -c 'sed "/^train/s/$/ report/" pipeline/stages.tbl >t && mv t pipeline/stages.tbl'
planted "a stage that names a folder too little" sh -c 'sed "/^train/s/ search$//" pipeline/stages.tbl >t && mv t pipeline/stages.tbl'
exit $failed
