# What the scripts of this folder share; read by them with `.`, never run.
#
# Everything happens in a folder of its own.  The executables are copied there first, so that a build going on
# beside the test changes nothing and another user can start them.  Two chains are made once: `old`, as of 2018, without
# one of the bad rows and with another seed, and `new`: every output of every stage differs between them.  A case puts the
# new inputs of a stage beside its old outputs, hurts the stage, and looks at what is left.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/places.sh"
self=tests/fault/${0##*/}
work=$(mktemp -d "${TMPDIR:-/tmp}/fault.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 3' HUP INT TERM
chmod 755 "$work"
mkdir "$work/bin"
cp "${BIN:-$root/bin}"/* "$work/bin" 2>/dev/null
# What is learnt predicts; a search a year in the backtest, which runs hundreds of times here.
sed 's/^evaluate: {/&backtest: {refit: 12}, /' "$root/tests/recipe.yaml" >"$work/milk.yaml" && echo "gate: {beats: []}" >>"$work/milk.yaml"
. "$root/tests/data.sh"
sample_data "$work/data"
mkdir "$work/old_data"
cp "$work/data"/*.csv "$work/old_data"
sed '/2020-13-01/d' "$work/data/banco_central.csv" >"$work/old_data/banco_central.csv"
pipeline=$work/milk.yaml data=$work/data
run=$work/run err=$work/err out=$work/out
topic=${self##*/} topic=${topic%.sh}
all_stages='ingest clean features train evaluate register predict report'
stages=$all_stages
[ -z "${QUICK-}" ] || stages=features
failed=0 failures=0

ok() { echo "ok - fault: $topic: $1"; }
skip() { echo "skip - fault: $topic: $1: $2"; }

# not_ok WHAT REPEAT [FILE]: the file is shown below the line.
not_ok() {
    echo "not ok - fault: $topic: $1; again: $2"
    [ $# -lt 3 ] || [ ! -s "$3" ] || sed 's/^/  /' "$3"
    failed=1
}

# passed NAME BEFORE: one line for many cases, unless one of them failed since.
passed() { [ "$failures" != "$2" ] || ok "$1"; }
fault() { failures=$((failures + 1)); not_ok "$@"; }

# start STAGE [OPTIONS]: the stage on the folder $run.
start() {
    stage_=$1
    shift
    at $stage_ "$data" "$run" "$run" "$work/bin/$stage_" "$pipeline" --quiet "$@"
}

chain() { # FOLDER DATA SEED [OPTION OF ingest …]
    run=$1 data=$2 seed=$3
    shift 3
    for stage in $all_stages; do
        own=
        [ $stage != ingest ] || own=$*
        start $stage --set seed=$seed $own >"$out" 2>"$err" || {
            not_ok "the chain breaks at $stage" "bin/$stage pipeline/milk.yaml --set seed=$seed $own" "$err"
            exit 1
        }
    done
    run=$work/run data=$work/data
}
chains() {
    chain "$work/old" "$work/old_data" 7 --as-of 2018-01
    chain "$work/new" "$work/data" 42
}

# prepare STAGE: $outputs, the $awaited one, their sums of old and new; $run as it is before each case.
prepare() {
    rm -rf "$run"
    cp -R "$work/new" "$run"
    outputs=$(awk -F'|' -v name="$1" '$1 ~ "^" name " " { gsub("reports/", "", $3); gsub(/[^ ]+\/ /, "", $3); print $3 }' "$root/pipeline/stages.tbl")
    outputs=$(echo $outputs) awaited=${outputs%% *}
    [ "$1" != ingest ] || outputs="raw/bank.arrow raw/price.arrow raw/rain.arrow $outputs"
    old_sums=$(cd "$work/old" && cksum $outputs)
    new_sums=$(cd "$work/new" && cksum $outputs)
    for name in $outputs; do
        case $name in residuals.arrow | predictions.arrow | backtest.arrow | history.csv) continue ;; esac # without rows here
        ! cmp -s "$work/old/$name" "$work/new/$name" || fault "$1: old and new $name are equal, nothing can be seen" "$self"
    done
    (cd "$work/old" && tar -cf "$work/old.tar" $outputs)
    restore
}
restore() {
    ! temporaries || rm -f "$run"/.*.tmp "$run"/raw/.*.tmp
    tar -xf "$work/old.tar" -C "$run"
    case $outputs in verdict.json*) rm -rf "$run/registry" && cp -R "$work/new/registry" "$run" ;; esac # it remembers
}

# sums: sets $found to the sums of the outputs in $run.
sums() { found=$(cd "$run" && cksum $outputs 2>&1); }

# whole: each output of $found is the old one or the new one; else its line is in $broken.
whole() {
    broken=
    while read -r line; do
        case "
$old_sums
$new_sums
" in
        *"
$line
"*) ;;
        *) broken=$line; return 1 ;;
        esac
    done <<EOF
$found
EOF
}

# temporaries: true when one is left in $run; its name is in $left.
temporaries() {
    for left in "$run"/.*.tmp "$run"/raw/.*.tmp; do
        [ ! -e "$left" ] || return 0
    done
    return 1
}

# one_cause: $err holds one line of cause and at most one hint, nothing else.
one_cause() {
    causes=0 hints=0 others=0
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '  hint: '*) hints=$((hints + 1)) ;;
        *'error: '*) causes=$((causes + 1)) ;;
        *) others=$((others + 1)) ;;
        esac
    done <"$err"
    [ $causes = 1 ] && [ $hints -le 1 ] && [ $others = 0 ]
}

# clean_after STAGE WHAT REPEAT: a plain run repairs what a fault left behind.
clean_after() {
    start "$1" >"$out" 2>"$err" || { fault "$2: the next run fails" "$3" "$err"; return 1; }
    sums
    [ "$found" = "$new_sums" ] || { fault "$2: the next run leaves other bytes" "$3"; return 1; }
    ! temporaries || { fault "$2: the next run leaves ${left##*/}" "$3"; return 1; }
}

# points FILE [all]: the calls of a trace from the first temporary file on (or from the pipeline's file on), a line
# each: call, number among its kind, and what its descriptor is: temporary, folder, other.
points() {
    awk -v all="${2-}" '
        NR == 1 { first = $1 }
        $1 != first { next } # strace counts those of each thread
        { sub(/^[0-9]+ +/, "") }
        !/^[a-z_0-9]+\(/ { next }
        {
            call = $0; sub(/\(.*/, "", call); count[call]++
            fd = $0; sub(/^[^(]*\(/, "", fd); sub(/[^0-9].*/, "", fd)
            if (all && /^openat2?\(.*milk\.yaml"/) on = 1
            if (/^openat2?\(.*\.tmp"/) on = 1
            if (on) print call, count[call], (fd != "" && fd in kind ? kind[fd] : "other")
        }
        /^openat2?\(/ && match($0, /= [0-9]+$/) {
            fd = substr($0, RSTART + 2)
            kind[fd] = /\.tmp"/ ? "temporary" : /O_DIRECTORY/ ? "folder" : "other"
        }
        /^close\(/ { delete kind[fd] }' "$1"
}

# trace FILE STAGE: a whole run, traced.
trace() {
    restore
    at $2 "$work/data" "$run" "$run" strace -f -o "$1" "$work/bin/$2" "$pipeline" --quiet >"$out" 2>"$err"
}

# need_strace: skips the script where nothing can be traced (no strace, ptrace denied, AddressSanitizer).
need_strace() {
    command -v strace >/dev/null || { skip all "no strace"; exit 0; }
    strace -f -qq -o "$work/trace" "$work/bin/show" --version >/dev/null 2>&1 ||
        { skip all 'strace cannot trace these executables'; exit 0; }
}

# hurt INJECTION STAGE [OPTIONS]: a run with a fault in it; sets $status.
hurt() {
    injection=$1 hurt_=$2
    shift 2
    { at $hurt_ "$work/data" "$run" "$run" ${signals-} strace -f -qq -o /dev/null -e trace="${injection%%:*}" -e inject="$injection" \
        "$work/bin/$hurt_" "$pipeline" --quiet "$@" >"$out" 2>"$err"; status=$?; } 2>/dev/null
}

[ -x "$work/bin/ingest" ] || { not_ok 'no executables' 'make'; exit 1; }
