#!/bin/sh
# bin/track beside DVC, on a small project with names that need quoting:  tests/interop/dvc_track.sh
#
# What DVC recorded must stand byte for byte after `track`; what `track` recorded from nothing must be what DVC
# records from nothing; both must call the same stages changed.  PYTHON is one that has DVC, BIN the folder of ours.
# Prints `ok - …`, `not ok - …` or `skip - …: why`.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
bin=${BIN:-$root/bin}
export DVC_NO_ANALYTICS=1 LC_ALL=C.UTF-8 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@localhost GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@localhost

if [ ! -x "${python%/*}/dvc" ]; then
    echo "skip - interop track: no DVC in .venv; ./setup test makes it"
    exit 0
fi
work=$(mktemp -d) server=
trap '[ -z "$server" ] || kill "$server"; chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export DVC_GLOBAL_CONFIG_DIR="$work/none" DVC_SYSTEM_CONFIG_DIR="$work/none" DVC_SITE_CACHE_DIR="$work/site"
failed=0

# DVC, held ready.
"$python" "$root/tests/interop/dvc_server.py" "$work/socket" >"$work/ready" 2>&1 &
server=$!
dvc=$work/dvc
printf '#!/bin/sh\nexec %s -SE %s %s "$@"\n' "$python" "$root/tests/interop/dvc_server.py" "$work/socket" >"$dvc" && chmod +x "$dvc"
for _ in $(seq 600); do
    ! grep -q '^ready' "$work/ready" || break
    sleep 0.05
done

# say NAME: what stands in $work/fault makes it fail.
say() {
    if [ -s "$work/fault" ]; then
        echo "not ok - interop track: $1"
        sed 's/^/    /' "$work/fault" | head -n 40
        failed=1
    else
        echo "ok - interop track: $1"
    fi
    : >"$work/fault"
}
fault() { echo "$*" >>"$work/fault"; }
quietly() { "$@" >"$work/log" 2>&1 || { fault "failed: $*"; cat "$work/log" >>"$work/fault"; }; }
track() { quietly "$bin/track" "pipeline/$1.yaml" ${2+"$2" ${3+"$3"}}; }
clean() { "$dvc" status >"$work/log" 2>&1 && grep -q 'up to date' "$work/log" || { fault "dvc status:"; cat "$work/log" >>"$work/fault"; }; }

# project DIR: a repository with two pipelines of four stages, not run yet.
project() {
    mkdir -p "$1/pipeline" "$1/src/sub" "$1/data/odd names" && cd "$1" || exit 3
    git init -q . && "$dvc" init -q || exit 3
    printf '/artifacts/\n' >.gitignore
    printf 'int main;\n' >src/main.c && printf 'a\n' >src/sub/a && printf 'b\n' >src/sub-b
    for name in 'a b' "it's" 'say "hi"' 'back\slash' 'ñandú' '🙂' '#hash' 'x: y' '-dash' "tab	tab"; do
        printf '%s\n' "$name" >"data/odd names/$name"
    done
    : >data/empty && printf '#!/bin/sh\ncat "$@"\n' >tool.sh && chmod +x tool.sh
    for p in milk iris; do
        cat >pipeline/$p.yaml <<'YAML'
title: 'It: is # a "title", long enough to be folded since it has rather more than eighty characters in a row'
time: {column: month, step: month}
seed: 0o52
ingest: {empty: {}, none: , list: [], on: yes, off: no, date: '2020-01-01', number: '012', path: "data/*.csv"}
train: {folds: 3, alpha: [1, 0.5, 1e-5, 1e16, .5, 1_000, -0.0], steps: [scale: {}, ridge: {alpha: [[1], 2]}]}
clean: {tab: "tab\there"}
YAML
    done
    cat >dvc.yaml <<'YAML'
stages:
  ingest:
    foreach:
      milk: {data: data/odd names, long: a-long-word-and-another-long-word-and-another-one-and-yet-another-one-and-an-end}
      iris: {data: data/empty, long: "two  blanks: and a colon, and it's folded behind column eighty since it is long"}
    do:
      cmd:
      - 'true'
      - >-
        mkdir -p 'artifacts/${key}/raw: x/sub' && cp -R '${item.data}' 'artifacts/${key}/raw: x/sub/' &&
        ./tool.sh tool.sh > artifacts/${key}/ingest.json && echo "${item.long}"
      deps: ['${item.data}', src, tool.sh]
      params:
      - pipeline/${key}.yaml: [title, time, ingest]
      outs: ['artifacts/${key}/raw: x', 'artifacts/${key}/ingest.json']
  train:
    matrix:
      pipe: [milk, iris]
    cmd: [make -s, 'cp tool.sh artifacts/${item.pipe}/model.sh && echo ${item.pipe} > artifacts/${item.pipe}/ñ.csv']
    deps: ['artifacts/${item.pipe}/raw: x', src]
    params:
    - pipeline/${item.pipe}.yaml: [seed, train.alpha, clean.tab]
    outs:
    - artifacts/${item.pipe}/model.sh
    - artifacts/${item.pipe}/ñ.csv: {cache: false}
  evaluate:
    matrix:
      pipe: [milk, iris]
    cmd: cd artifacts/${item.pipe} && echo '{"r2":0.5}' > metrics.json && echo 1 > plot
    deps:
    - artifacts/${item.pipe}/model.sh
    - artifacts/${item.pipe}/ingest.json
    params:
    - pipeline/${item.pipe}.yaml:
    metrics:
    - artifacts/${item.pipe}/metrics.json
    plots:
    - artifacts/${item.pipe}/plot: {cache: true, push: false}
YAML
    printf 'all: ;\n' >Makefile
    git add -A && git commit -qm start
}

# named WHAT: the stages of milk that DVC calls changed itself, and those that we do, must be the same.
named() {
    "$dvc" status --json >"$work/json" 2>"$work/log" || fault "dvc status failed: $(cat "$work/log")"
    grep -o '"[a-z]*@milk": \[' "$work/json" | sed 's/@.*//; s/"//' | sort >"$work/theirs"
    "$bin/track" pipeline/milk.yaml --stale >"$work/ours.raw" 2>"$work/log" || fault "track --stale failed: $(cat "$work/log")"
    sort "$work/ours.raw" >"$work/ours"
    [ -n "$1" ] && [ ! -s "$work/theirs" ] && fault "DVC sees no change"
    diff "$work/theirs" "$work/ours" >>"$work/fault" 2>&1
}

: >"$work/fault"
project "$work/a"
quietly "$dvc" repro
cp dvc.lock "$work/theirs.lock" || { say "the project is run by dvc repro"; exit 1; }
track milk && track iris
cmp "$work/theirs.lock" dvc.lock >>"$work/fault" 2>&1
[ -z "$("$bin/track" pipeline/milk.yaml --stale)" ] || fault "stages are stale"
say "after dvc repro, track changes no byte"

rm -rf dvc.lock .dvc/cache
quietly "$dvc" commit -f -q ingest@milk train@milk evaluate@milk
mv dvc.lock "$work/theirs.lock" && rm -rf .dvc/cache
track milk
diff "$work/theirs.lock" dvc.lock >>"$work/fault" 2>&1
track iris && mv dvc.lock "$work/ours.lock"
track iris && track milk && cmp "$work/ours.lock" dvc.lock >>"$work/fault" 2>&1
clean
quietly "$dvc" repro --dry
grep -q 'Running stage' "$work/log" && fault "dvc repro would run a stage: $(cat "$work/log")"
say "track from nothing writes what DVC writes from nothing, and dvc status is content"

cp dvc.lock "$work/ours.lock"
quietly "$dvc" commit -f -q
cmp "$work/ours.lock" dvc.lock >>"$work/fault" 2>&1
say "dvc commit -f leaves what track wrote as it is"

rm -rf "artifacts/milk/raw: x" && quietly "$dvc" checkout -q
[ -f "artifacts/milk/raw: x/sub/odd names/it's" ] || fault "the folder did not come back"
say "dvc checkout restores a folder from the cache that track wrote"

named ''
sed -i 's/^seed: .*/seed: 43/' pipeline/milk.yaml && named param && sed -i 's/^seed: .*/seed: 0x2A/' pipeline/milk.yaml && named ''
sed -i 's/1, 0.5, 1e-5, 1e16/1.0, 0.5, 0.00001, 10000000000000000/' pipeline/milk.yaml && named ''
sed -i 's/^seed: .*/seed: 0o52/' pipeline/milk.yaml
sed -i 's/^clean:.*/clean: {other: 1}/' pipeline/milk.yaml && named missing && git checkout -q pipeline
say "a changed, a respelled and a missing parameter are judged as DVC does"

printf 'more\n' >>'data/odd names/a b' && named dep
printf 'a b\n' >'data/odd names/a b' && named ''
touch 'data/odd names/new' && named dep && rm 'data/odd names/new'
mv tool.sh tool.away && named dep && mv tool.away tool.sh
chmod -x tool.sh && named '' && chmod +x tool.sh
printf 'x' >>src/sub/a && named dep && printf 'a\n' >src/sub/a
say "changed, new, missing and restored dependencies are judged as DVC does"

chmod u+w artifacts/milk/model.sh && cp artifacts/milk/model.sh "$work/model.sh"
printf 'x' >>artifacts/milk/model.sh && named out && cp "$work/model.sh" artifacts/milk/model.sh && named ''
mv artifacts/milk/metrics.json "$work/" && named out && mv "$work/metrics.json" artifacts/milk/
md5=$(md5sum artifacts/milk/model.sh) && object=.dvc/cache/files/md5/$(echo "$md5" | cut -c1-2)/$(echo "$md5" | cut -c3-32)
mv "$object" "$work/object" && named cache && mv "$work/object" "$object"
md5=$(md5sum "artifacts/milk/raw: x/sub/odd names/🙂") && object=.dvc/cache/files/md5/$(echo "$md5" | cut -c1-2)/$(echo "$md5" | cut -c3-32)
rm -f "$object" && named child
track milk && [ -f "$object" ] || fault "the child did not come back into the cache"
named ''
say "changed and missing outputs, and objects missing from the cache, are judged as DVC does"

sed -i 's/cp tool.sh/cp  tool.sh/' dvc.yaml && named command && sed -i 's/cp  tool.sh/cp tool.sh/' dvc.yaml && named ''
sed -i '0,/train.alpha/s//train.folds/' dvc.yaml && named new && git checkout -q dvc.yaml && named ''
say "a changed command and a newly tracked key are judged as DVC does"

sed -i 's/^seed: .*/seed: 44/' pipeline/milk.yaml
track milk --run train && track milk --run evaluate
[ -z "$("$bin/track" pipeline/milk.yaml --stale)" ] || fault "stages are stale after --run"
clean
cp dvc.lock "$work/ours.lock" && quietly "$dvc" commit -f -q && cmp "$work/ours.lock" dvc.lock >>"$work/fault" 2>&1
say "after a changed parameter, track --run leaves what dvc commit -f leaves"

sed -i 's/^seed: .*/seed: 45/' pipeline/milk.yaml
quietly "$dvc" repro && cp dvc.lock "$work/theirs.lock" && track milk && cmp "$work/theirs.lock" dvc.lock >>"$work/fault" 2>&1
say "after dvc repro of a changed parameter, track changes no byte"

(flock -n 9 && "$bin/track" pipeline/milk.yaml 9>&- >"$work/log" 2>&1; echo $? >"$work/status") 9>.dvc/tmp/lock
[ "$(cat "$work/status")" = 75 ] || fault "status $(cat "$work/status") while the lock is held"
say "while someone holds DVC's lock, track ends with 75"
exit $failed
