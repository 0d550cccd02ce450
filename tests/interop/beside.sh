#!/bin/sh
# DVC itself at work beside bin/track, and the other way round; and stages that dvc.yaml has no more.  Commands of DVC that
# look at its table of running stages are refused; those that do not (checkout, pull) cannot get into a record.
#
#   tests/interop/beside.sh [track|repro|gone]
topic='interop: beside'
. "$(dirname "$0")/lib.sh"
. "$root/tests/places.sh"
need_tools
faults=0 before=0
fault() {
    faults=$((faults + 1))
    not_ok "$@"
}
passed() { # one line for many checks, unless one of them failed since
    [ $faults != $before ] || ok "$1"
    before=$faults
}
part=${1-} all='ingest clean features train evaluate register predict report'
wants() { [ "${part:-$1}" = "$1" ]; }

mkdir "$work/project" && cd "$work/project" || exit 3
cp -a "$root/pipeline" "$root/src" "$root/stages" "$root/data" "$root/dvc.yaml" .
. "$root/tests/copies.sh"
only_recipe || exit 3
mkdir bin && cp -a "$bin"/* bin
printf 'all:\n' >Makefile
printf '/artifacts/\n/reports/\n/bin/\n' >.gitignore
git init -q . && dvc init -q && remote_is ../../store && cp data/milk/precio_leche.csv "$work/price"
version() { awk -F, -v OFS=, -v n="$1" 'NR > 1 && $1 >= 1990 { $3 += n } 1' "$work/price" >data/milk/precio_leche.csv; }
chain() { for stage_ in $all; do bin/track pipeline/milk.yaml --run $stage_ >"$out" 2>&1 || return; done; }

# honest WHAT: the chain completes, DVC calls it clean, and the bytes are those that the stages make elsewhere.
honest() {
    chain || chain || { fault "$1: the chain" "$out"; return 1; }
    dvc status >"$work/status" 2>&1 && grep -q 'up to date' "$work/status" || { fault "$1: dvc status" "$work/status"; return 1; }
    rm -rf "$work/right"
    for stage_ in $all; do
        at $stage_ '' "$work/right" "$work/reports" bin/$stage_ pipeline/milk.yaml --quiet >"$out" || exit 3
    done
    diff -r -x registry -x verdict.json -x "report.*" "$work/right" artifacts/milk >"$work/diff" 2>&1 || { fault "$1: clean, and the bytes are not those of the inputs" "$work/diff"; return 1; }
}
for n in 1 0; do
    version $n
    chain && bin/push >"$out" 2>&1 || { fault 'a first chain' "$out"; exit 1; }
done
git add -A >"$out" 2>&1 && git commit -qm one || exit 3

# ingest waits for the file `go` before or behind its work, where a file `before` or `behind` stands.
mv bin/ingest bin/real
cat >bin/ingest <<'END'
#!/bin/sh
held() {
    [ -e "$1" ] || return 0
    : >waiting
    n=0
    until [ -e go ] || [ $n -ge 600 ]; do sleep 0.05; n=$((n + 1)); done
}
held before
bin/real "$@" || exit
held behind
END
chmod +x bin/ingest
printf '/before\n/behind\n/go\n/waiting\n' >>.gitignore

# begin WHERE COMMAND …: runs the command on another version, in the background, until ingest waits.
begin() {
    version $((n += 1))
    cp dvc.lock "$work/lock"
    rm -f go waiting before behind
    : >"$1"
    shift
    "$@" >"$work/held" 2>&1 &
    held=$!
    i=0
    until [ -e waiting ] || [ $i -ge 600 ]; do sleep 0.05; i=$((i + 1)); done
    rm -f waiting
}
# end: lets it go on; its status.
end() {
    : >go
    wait $held
    status=$?
    rm -f before behind
    return $status
}
track='bin/track pipeline/milk.yaml --run ingest --quiet'

if wants track; then
    begin before $track
    for command in status commit repro; do
        force=
        [ $command != commit ] || force=-f
        dvc $command $force >"$out" 2>&1
        [ $? != 0 ] && grep -q 'is busy' "$out" || fault "dvc $command beside a stage is not refused" "$out"
    done
    end || fault 'track fails beside them' "$work/held"
    honest 'status, commit and repro beside ingest'
    passed 'dvc status, commit and repro are refused while a stage runs'
    for command in checkout pull; do
        begin behind $track
        dvc $command -f >"$work/other" 2>&1
        other=$?
        end
        status=$?
        [ $status = 75 ] && cmp -s dvc.lock "$work/lock" || fault "dvc $command beside a stage: $other, track $status" "$work/other" "$work/held"
        honest "dvc $command beside ingest"
        passed "dvc $command beside a stage does not get into the record (it ends with $other, track with $status)"
    done
    dvc repro >"$out" 2>&1 && ! grep -q Running "$out" || fault 'DVC trips over what is left in its table' "$out"
fi

if wants repro; then
    begin before dvc repro -q ingest@milk
    for command in 'track pipeline/milk.yaml --run ingest' 'track pipeline/milk.yaml' pull 'pull --force' 'gc --workspace --force'; do
        bin/$command --wait 0 >"$work/other" 2>&1
        [ $? = 75 ] || fault "bin/$command beside dvc repro" "$work/other"
    done
    bin/pull --wait 30 >"$work/other" 2>&1 &
    patient=$!
    end || fault 'dvc repro beside all that' "$work/held"
    wait $patient || fault 'a patient pull beside dvc repro' "$work/other"
    honest 'dvc repro'
    passed 'beside dvc repro track, pull and gc are refused, and pull --wait comes after it'
fi

# A stage of the user's own comes and goes, and a pipeline goes.
if wants gone; then
    dvc stage add -q -n lines -d artifacts/milk/clean.arrow -o lines.txt 'wc -c <artifacts/milk/clean.arrow >lines.txt' >"$out" 2>&1 &&
        dvc repro -q lines >"$out" 2>&1 || fault 'a stage of the own' "$out"
    bin/push >"$out" 2>&1 && bin/status >"$out" 2>&1 || fault 'push with a stage of the own' "$out"
    dvc push >"$out" 2>&1
    grep -q 'up to date' "$out" || fault 'bin/push leaves something to dvc push' "$out"
    passed 'what a stage of the own writes is pushed as DVC pushes it'
    cp dvc.lock "$work/lock" && git checkout -q dvc.yaml && rm lines.txt
    dvc gc -w -f -q >"$out" 2>&1 || fault 'dvc gc' "$out"
    rm -rf "$work/store"
    bin/push >"$out" 2>&1 || fault 'a stage that is gone, and whose objects are, blocks push' "$out"
    dvc push >"$out" 2>&1
    grep -q 'up to date' "$out" || fault 'bin/push leaves something to dvc push' "$out"
    sent=$(find "$work/store/files" -type f | wc -l)
    rm -rf "$work/store" && dvc push -q >"$out" 2>&1
    [ "$(find "$work/store/files" -type f | wc -l)" = "$sent" ] || fault "bin/push sends $sent objects, DVC another number" "$out"
    rm -rf .dvc/cache artifacts
    bin/pull >"$out" 2>&1 && [ ! -e lines.txt ] || fault 'pull with a stage that is gone' "$out"
    bin/push >"$out" 2>&1 || fault 'push of the registry, which DVC does not send' "$out"
    bin/status >"$out" 2>&1 && grep -q 'lines.*--prune' "$out" || fault 'status does not mention it' "$out"
    bin/track --prune >"$out" 2>&1 && ! grep -q lines dvc.lock || fault 'track --prune' "$out"
    dvc status >"$out" 2>&1 && grep -q 'up to date' "$out" || fault 'dvc status behind track --prune' "$out"
    bin/gc --workspace --force >"$out" 2>&1 && grep -q '^deleted 0 ' "$out" && dvc status -c >"$out" 2>&1 && grep -q 'in sync' "$out" || fault 'gc behind it' "$out"
    honest 'behind track --prune'
    passed 'a stage that is gone is neither pushed nor pulled, blocks nothing, and track --prune takes it out'
fi
exit $failed
