#!/bin/sh
# Same inputs, same bytes: the whole chain again under other time zones, locales, umasks, folders, clocks, thread
# counts and vector widths, and without fused multiply-add in the C library; and with the executables of other
# builds (BUILDS: folders of executables).  Prints `ok - …`, `not ok - …` or `skip - …`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
bin=${BIN:-$root/bin}
. "$root/tests/places.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/same_bytes.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
failed=0
. "$root/tests/data.sh"
data=${1:-$work/data}
sample_data "$work/data"

# chain FOLDER [OPTION OF train …]: all stages of the pipelines that `names` lists, in that folder
names='milk milk_reference'
chain() {
    folder=$1
    shift
    mkdir -p "$folder"
    for name in $names; do
        case $name in milk*) from=$data ;; *) from=$root/data/$name ;; esac
        for stage in ingest clean features train evaluate register predict report; do
            own=
            [ $stage != train ] || own=$*
            (cd "$folder" && at $stage "$from" "a/$name" "r/$name" "$bin/$stage" "$root/pipeline/$name.yaml" --quiet $own >/dev/null) || return 1
        done
    done
}

same() { # NAME FOLDER
    if diff -r -x registry "$work/first" "$2" >"$work/diff" 2>&1; then
        echo "ok - same bytes: $1"
    else
        echo "not ok - same bytes: $1"
        sed 's/^/  /' "$work/diff"
        failed=1
    fi
    rm -rf "$2"
}

try() { # NAME COMMAND …: the chain with that prefix to its environment
    name=$1
    shift
    ("$@") && same "$name" "$work/again"
}

chain "$work/first" || exit 1
again() { chain "$work/again" "$@"; }
try "a second run" again
for zone in UTC America/Santiago Asia/Kolkata Pacific/Apia; do
    try "TZ=$zone" eval 'export TZ=$zone; again'
done
for locale in C de_DE.UTF-8 es_CL.UTF-8; do
    try "LC_ALL=$locale" eval 'export LC_ALL=$locale; again'
done
for mask in 000 077; do
    try "umask $mask" eval 'umask $mask; again'
done
for threads in 1 2 3 4 7; do
    try "--threads $threads" again --threads $threads
done
for width in 2 4 8; do
    try "vectors of $width" eval 'export NIGHTMILL_VECTOR=$width; again'
done
try "no fused multiply-add in the C library" eval 'export GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2; again'
chain "$work/another place/with blanks" && same "another folder" "$work/another place/with blanks"
if command -v faketime >/dev/null; then
    again_later() {
        cat >"$work/later" <<END
#!/bin/sh
exec faketime '2031-02-03 04:05:06' "$bin/\${0##*/}" "\$@"
END
        chmod +x "$work/later"
        mkdir -p "$work/bin"
        for stage in ingest clean features train evaluate register predict report; do
            ln -sf ../later "$work/bin/$stage"
        done
        bin=$work/bin again
    }
    try "another clock" again_later
else
    echo "skip - same bytes: another clock: faketime is not installed"
fi
builds() {
    for build in ${BUILDS:-}; do
        try "$1the executables of ${build#"$root"/}" eval 'bin=$build; again'
    done
}
builds ''
# Classes, labels, trees, networks and words: where the order of sums, or the instructions, could show.
names='iris housing item_prices toxic'
rm -rf "$work/first" && chain "$work/first" || exit 1
for threads in 1 3; do
    try "the other pipelines, --threads $threads" again --threads $threads
done
for width in 2 8; do
    try "the other pipelines, vectors of $width" eval 'export NIGHTMILL_VECTOR=$width; again'
done
try "the other pipelines, no fused multiply-add" eval 'export GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2; again'
builds "the other pipelines, "
exit $failed
