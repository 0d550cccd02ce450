#!/bin/sh
# Others at work beside a stage that bin/track runs: pull, gc, a second track, a stage started by hand, SIGKILL.  What is
# recorded is what the stage published from what it read, or nothing: after each experiment the chain completes as `make
# train` runs it, status is clean, and every artifact has the bytes that the stages make of the data elsewhere, untracked.
#
#   tests/fault/beside.sh [window|late|inputs|loop|killed|table]
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/places.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/fault.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 3' HUP INT TERM
part=${1-} failures=0 all='ingest clean features train evaluate register predict report'
wants() { [ "${part:-$1}" = "$1" ]; }
ok() { echo "ok - fault: beside: $1"; }
not_ok() { # WHAT [FILE …]
    echo "not ok - fault: beside: $1"
    shift
    for file; do [ ! -s "$file" ] || tail -n 20 "$file" | sed 's/^/  /'; done
    failures=$((failures + 1))
}
passed() { [ $failures != $before ] || ok "$1"; }

mkdir -p "$work/project/.dvc" && cd "$work/project" || exit 3
cp -a "$root/pipeline" "$root/src" "$root/stages" "$root/data" "$root/dvc.yaml" .
. "$root/tests/copies.sh"
only_recipe || exit 3
mkdir bin && cp -a "${BIN:-$root/bin}"/* bin
# A stage waits for the file `go`, before or behind its work, where a file STAGE.before or STAGE.behind stands.
for stage in $all; do
    mv bin/$stage bin/$stage.real
    cat >bin/$stage <<'END'
#!/bin/sh
name=${0##*/}
held() {
    [ -e "$name.$1" ] || return 0
    : >waiting
    n=0
    until [ -e go ] || [ $n -ge 1000 ]; do sleep 0.02; n=$((n + 1)); done
}
held before
bin/$name.real "$@" || exit
held behind
END
    chmod +x bin/$stage
done
now='--wait 0'
bin/pull --help | grep -q -e --wait || now=
printf "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n" >.dvc/config
cp data/milk/precio_leche.csv "$work/price"

# version N: the prices of the later years are N larger.
version() { awk -F, -v OFS=, -v n="$1" 'NR > 1 && $1 >= 1990 { $3 += n } 1' "$work/price" >data/milk/precio_leche.csv; }

# train: the chain, as make runs it; until it succeeds, a few times at most.
train() {
    for attempt in 1 2 3 4; do
        for stage_ in $all; do
            bin/track pipeline/milk.yaml --run $stage_ >"$work/make" 2>&1 || continue 2
        done
        return
    done
    return 1
}

# honest WHAT: the chain completes, and what status then calls clean has the right bytes.
honest() {
    train || { not_ok "$1: the chain fails" "$work/make"; return 1; }
    bin/status --local >"$work/status" 2>&1 || { not_ok "$1: status behind the chain" "$work/status"; return 1; }
    rm -rf "$work/right"
    for stage_ in $all; do
        at $stage_ '' "$work/right" "$work/reports" bin/$stage_ pipeline/milk.yaml --quiet >"$work/out" || exit 3
    done
    rm -rf "$work/found" && cp -R artifacts/milk "$work/found" && rm -rf "$work/found/.make"
    diff -r -x registry -x verdict.json -x "report.*" "$work/right" "$work/found" >"$work/diff" 2>&1 || { not_ok "$1: clean, and the bytes are not those of the inputs" "$work/diff"; return 1; }
}

# Two versions, both in cache and remote, so that either can be put back.
for n in 1 0; do
    version $n
    train && bin/push >"$work/out" 2>&1 || { not_ok 'a first chain' "$work/make" "$work/out"; exit 1; }
done
honest 'a first chain' || exit 1
cp -R . "$work/first"
again() { cd / && rm -rf "$work/project" && cp -a "$work/first" "$work/project" && cd "$work/project" || exit 3; }

# begin STAGE WHERE: runs the stages before it with another version, then that one until it waits, in the background.
begin() {
    again
    version 2
    for stage_ in $all; do
        [ "$stage_" != "$1" ] || break
        bin/track pipeline/milk.yaml --run "$stage_" --quiet >"$work/out" 2>&1 || not_ok "$1: cannot prepare $stage_" "$work/out"
    done
    cp dvc.lock "$work/lock"
    : >"$1.$2"
    ${slowly-} bin/track pipeline/milk.yaml --run "$1" --quiet >"$work/track" 2>&1 &
    track=$!
    n_=0
    until [ -e waiting ] || [ $n_ -ge 1000 ]; do sleep 0.02; n_=$((n_ + 1)); done
    rm -f "$1.$2" waiting
}
unchanged() { cmp -s dvc.lock "$work/lock"; }

# busy_or_right WHAT STATUS: of track: 0, or 75 and dvc.lock as it was.
busy_or_right() {
    [ "$2" = 0 ] || { [ "$2" = 75 ] && unchanged; } || not_ok "$1: track ends with $2" "$work/track"
}

# beside WHERE STAGE NAME STATUSES COMMAND …: the command, and then the stage goes on.
beside() {
    where=$1 stage=$2 what="$2, $3 $1" allowed=$4
    shift 4
    begin "$stage" "$where"
    "$@" >"$work/other" 2>&1
    other=$?
    : >go
    wait $track
    status=$?
    case " $allowed " in *" $other:$status "*) ;; *) not_ok "$what: it ends with $other, track with $status" "$work/other" "$work/track" ;; esac
    busy_or_right "$what" $status
    honest "$what"
}
if wants window; then
    before=$failures
    for stage in $all; do beside behind $stage 'pull --force' 75:0 bin/pull --force $now; done
    for stage in ingest train report; do beside before $stage 'pull --force' 75:0 bin/pull --force $now; done
    passed "pull --force beside each stage is refused, and the record is right"
    before=$failures
    beside behind ingest pull 75:0 bin/pull $now
    beside behind train 'gc' 75:0 bin/gc --workspace --force $now
    beside behind clean 'a second run' 75:0 bin/track pipeline/milk.yaml --run clean $now
    beside behind clean 'record' 75:0 bin/track pipeline/milk.yaml $now
    passed 'so are pull, gc and track'
    before=$failures
    beside behind ingest 'ingest by hand' 0:75 bin/ingest.real pipeline/milk.yaml --as-of 2015-01
    grep -q 'artifacts/milk/.* was replaced' "$work/track" || not_ok 'the file that was replaced is not named' "$work/track"
    beside behind train 'train by hand' 0:75 bin/train.real pipeline/milk.yaml --set seed=7
    beside behind ingest 'a file more in its folder' 0:75 cp artifacts/milk/raw/rain.arrow artifacts/milk/raw/more.arrow
    beside behind ingest 'a file less in its folder' 0:75 rm artifacts/milk/raw/rain.arrow
    beside behind clean 'the same bytes in another file' 0:75 sh -c 'cp artifacts/milk/clean.arrow x && mv x artifacts/milk/clean.arrow'
    beside before ingest 'ingest by hand' 0:0 bin/ingest.real pipeline/milk.yaml --as-of 2015-01
    passed 'what is replaced without a lock is seen: 75, and nothing is recorded; what the stage replaces is its own'
    before=$failures
    begin features behind
    bin/pull --force --wait 30 >"$work/other" 2>&1 &
    patient=$!
    : >go
    wait $track || not_ok 'features beside a patient pull' "$work/track"
    wait $patient || not_ok 'a patient pull beside features' "$work/other"
    begin clean behind
    flock .dvc/tmp/lock sleep 4 &
    holder=$!
    : >go
    wait $track || not_ok "clean, whose record has to wait for four seconds" "$work/track"
    wait $holder
    honest 'a patient pull, a patient record' && passed 'pull --wait comes after the stage, and a record waits for the lock'
fi

# The command has ended, and its end is told late: the window before the lock is taken again.
if wants late && command -v strace >/dev/null && strace -f -qq -o /dev/null bin/show --version >/dev/null 2>&1; then
    before=$failures
    call=waitid
    [ -n "$now" ] || call=wait4
    slowly="strace -o /dev/null -e trace=$call -e inject=$call:delay_exit=3000000:when=1"
    late() {
        begin ingest behind
        : >go
        sleep 1
        "$@" >"$work/other" 2>&1
        other=$?
        wait $track
    }
    late bin/pull --force $now
    [ $other:$? = 75:0 ] || not_ok "pull behind the end of ingest ends with $other" "$work/other" "$work/track"
    honest 'pull behind the end of ingest'
    late bin/ingest.real pipeline/milk.yaml --as-of 2015-01
    [ $other:$? = 0:75 ] || not_ok 'ingest by hand behind the end of ingest is not seen' "$work/track"
    honest 'ingest by hand behind the end of ingest'
    passed 'so it is when the end of the command is told late'
    slowly=
fi

# An input is put back behind the stage's back and, before it ends, made new again.
if wants inputs; then
    before=$failures
    for pair in 'clean raw/price.arrow' 'train features.arrow' 'evaluate model.json'; do
        beside behind "${pair% *}" "${pair#* } flips" 0:75 sh -c 'cp "$1" x && printf x >"$1" && mv x "$1"' sh "artifacts/milk/${pair#* }"
    done
    passed 'an input that was other for a moment is seen'
fi

# Without any delay: A, B, A, …
if wants loop; then
    before=$failures
    again
    for round in 1 2 3 4; do
        version $((round % 2))
        (n=0; while [ $n -lt 60 ] && [ ! -e "$work/stop" ]; do bin/pull --force $now >/dev/null 2>&1; n=$((n + 1)); done) &
        loop=$!
        train
        : >"$work/stop"
        wait $loop
        rm -f "$work/stop"
        honest "round $round of pull beside the chain"
    done
    passed 'pull in a loop beside the chain'
fi

# SIGKILL of track; its stage goes on.
if wants killed; then
    before=$failures
    begin ingest before
    kill -9 $track
    : >go
    wait $track 2>/dev/null
    honest 'track killed while ingest runs'
    mkdir -p "$work/toy/.dvc" "$work/toy/pipeline" && cd "$work/toy" || exit 3
    : >.dvc/config
    echo 'seed: 1' >pipeline/toy.yaml
    echo one >in
    cat >dvc.yaml <<'YAML'
stages:
  slow:
    matrix: {pipe: [toy]}
    cmd: ["trap '' TERM; cat in >later; (sleep 2; mv later out)"]
    deps: [in]
    params: ['pipeline/${item.pipe}.yaml': [seed]]
    outs: [out]
YAML
    "${BIN:-$root/bin}/track" pipeline/toy.yaml --run slow >/dev/null 2>&1 &
    tracked=$!
    sleep 0.7
    kill -9 $tracked
    wait $tracked 2>/dev/null
    echo two >in
    "${BIN:-$root/bin}/track" pipeline/toy.yaml --run slow $now >"$work/other" 2>&1
    other=$?
    [ $other = 75 ] || not_ok "a second run beside the first one's command ends with $other" "$work/other"
    "${BIN:-$root/bin}/track" pipeline/toy.yaml --run slow --wait 20 >"$work/other" 2>&1
    other=$?
    [ $other = 0 ] && [ "$(cat out)" = two ] || not_ok "a patient run behind it ends with $other: $(cat out)" "$work/other"
    ls .dvc/tmp | grep -q published && not_ok 'a report is left' "$work/other"
    passed 'a command that outlives track keeps others away, and nobody for longer'
fi

# What dead processes left in the table.
if wants table; then
    before=$failures
    again
    printf '{"write": {"%s/artifacts/milk/raw": {"pid": 1, "cmd": "bin/ingest # nightmill ingest@milk"}}}' "$PWD" >.dvc/tmp/rwlock
    bin/pull $now >"$work/out" 2>&1 || not_ok 'an entry of a run that is over blocks' "$work/out"
    ! grep -q nightmill .dvc/tmp/rwlock || not_ok 'and stays' .dvc/tmp/rwlock
    : >.dvc/tmp/rwlock
    version 2
    train || not_ok 'the empty table of a killed DVC blocks' "$work/make"
    grep -q '^{' .dvc/tmp/rwlock || not_ok 'and stays empty'
    printf '{"write": {"%s/artifacts/milk/raw": {"pid": 1, "cmd": "dvc repro"}}}' "$PWD" >.dvc/tmp/rwlock
    bin/pull $now >"$work/out" 2>&1
    [ $? = 75 ] || not_ok 'an entry of a live DVC does not count' "$work/out"
    passed 'entries of the dead do not count, and those of the living do'
fi
[ $failures = 0 ]
