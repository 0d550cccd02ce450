#!/bin/sh
# Follows the pages docs/adding-*.md in a scratch copy, word for word: every fenced block that names a file
# is written there (```c PATH, ```yaml PATH) or added to it (```row PATH).  What they add must then build, show
# in `make help`, in --explain and in the graph, and run.  Prints one line a check; exits 1 when one fails.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/newcomer.XXXXXX") || exit 3
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
failed=0

. "$root/tests/pages.sh"

check() { # NAME COMMAND …: the command must succeed
    name=$1
    shift
    if "$@" >"$scratch/output" 2>&1; then
        echo "ok - newcomer: $name"
    else
        echo "not ok - newcomer: $name"
        sed 's/^/  /' "$scratch/output"
        failed=1
    fi
}

says() { # TEXT COMMAND …: the command's output must hold the text
    text=$1
    shift
    "$@" >"$scratch/said" 2>&1
    grep -q -- "$text" "$scratch/said" || { cat "$scratch/said"; return 1; }
}

for page in "$root"/docs/adding-*.md; do
    check "$(basename "$page") has at most forty lines" test "$(wc -l <"$page")" -le 40
done
mkdir "$scratch/copy" && cd "$scratch/copy" || exit 3
(cd "$root" && git ls-files -co --exclude-standard | grep -v '^tests/fuzz/seeds' | tar -cf - -T -) | tar -xf -
. "$root/tests/data.sh" # which rows there are is counted below
rm -f data/milk/*.csv && sample_data data/milk || exit 3
[ -d "$root/build/release" ] && cp -a "$root/build" . && cp -a "$root/bin" . # only what is new is compiled

apply "$root/docs/adding-a-stage.md"
check "a stage takes one file and one row" make -s
check "make help lists the stage" says '^  count ' make help
check "the stage explains itself" says 'counts the rows of the clean table' bin/count --explain
check "the graph holds the stage" says 'count' make graph
check "the stage runs behind what it reads" make -s count
check "and writes what it says" says '"rows": 76' cat artifacts/milk/count.json

apply "$root/docs/adding-a-step.md"
check "a step takes one file and one row" make -s
check "--explain lists the step" says 'squares every column' bin/train --explain
check "a pipeline may name it" sh -c "make -s train && bin/train pipeline/milk.yaml --set 'train.steps=[scale: {}, square: {}, ridge: {}]'"
check "the contract test covers it" sh -c 'make -s build/release/tests/test_step && build/release/tests/test_step >said 2>&1 && grep -q "Failing: 0 | Crashing: 0" said || { cat said; false; }'

apply "$root/docs/adding-a-metric.md"
check "a metric takes one file and one row" make -s train
check "evaluate --explain lists the metric" says 'largest error' bin/evaluate --explain
check "metrics.json has it for every part and naive forecast" test "$(grep -c '"max_error": [0-9]' artifacts/milk/metrics.json)" = 6
check "report.json has it" says '"max_error": [0-9]' cat reports/milk/report.json
check "report.html has a column for it" says '>Max error</th>' cat reports/milk/report.html
check "and the search may judge by it" sh -c "bin/train pipeline/milk.yaml --set train.score=max_error --out \"$scratch\" && grep -q 'max_error' \"$scratch/model.json\""

apply "$root/docs/adding-a-series-model.md"
check "a series model takes one file and one row" make -s
check "--explain lists the series model" says 'the largest value so far' bin/train --explain
check "its contract test covers it" sh -c 'make -s build/release/tests/test_series && build/release/tests/test_series >said 2>&1 && grep -q "Failing: 0 | Crashing: 0" said || { cat said; false; }'
sed '/^  steps:/,$d' pipeline/milk.yaml >pipeline/peak.yaml && echo '  series: [peak, naive]' >>pipeline/peak.yaml
check "a pipeline goes with it from CSV to report" make -s train PIPELINE=peak
check "where it was judged beside another" says '^peak,' cat artifacts/peak/search.csv
sed -i 's/^  series:.*/  series: [peak]/' pipeline/peak.yaml
check "and may be the model" sh -c "make -s train predict PIPELINE=peak && grep -q '\"peak\"' artifacts/peak/model.json"
check "that says what is to come" says '^2021-03,,' cat artifacts/peak/predictions.csv

apply "$root/docs/adding-a-pipeline.md"
check "a pipeline takes one file" make -s train PIPELINE=rain
check "and has a report" test -s reports/rain/report.html
check "make help lists the pipeline" says 'rain' make help
check "the graph holds the pipeline" says 'rain' make graph

# Toys of tests/newcomer: a step that takes texts and gives a sparse block, and an estimator that takes one.
cp "$root"/tests/newcomer/*.c src/steps && printf 'STEP(hash)\nESTIMATOR(tally)\n' >>src/steps/steps.def || exit 3
mkdir data/words && awk 'BEGIN {
    split("good great fine bad sad poor", word); split("3 5 1 -2 -4 -1", worth)
    print "comment,score"
    for (i = 1; i <= 120; i++) {
        a = i % 6 + 1; b = int(i / 6) % 6 + 1
        print (i % 11 ? word[a] " " word[b] : "") "," (i > 115 ? "" : i % 11 ? worth[a] + worth[b] : 0)
    }
}' >data/words/comments.csv
cat >pipeline/words.yaml <<'END'
target: score
ingest:
  sources:
    - name: comments
      path: data/words/comments.csv
      columns:
        - {match: comment, kind: text}
        - {match: score, kind: real}
features:
  - as_is: comment
train:
  steps:
    - hash: {columns: [2, 64]}
    - tally: {}
END
check "a step of texts and an estimator of sparse columns take one file and one row each" make -s
check "texts go from CSV to the report" sh -c 'make -s train predict PIPELINE=words && test -s reports/words/report.html'
r2=$(sed -n '/"holdout"/,/}/ s/.*"r2": \([-0-9.]*\).*/\1/p' artifacts/words/metrics.json | head -n 1)
check "and tell of the target (R2 $r2)" awk "BEGIN { exit !(${r2:-0} > 0.5) }"
check "rows to come are predicted" test "$(wc -l <artifacts/words/predictions.csv)" = 6
check "who takes no texts says so" says "takes no text column 'comment'" bin/train pipeline/words.yaml --set 'train.steps=[scale: {}, ridge: {}]'
exit $failed
