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
. "$root/tests/copies.sh"

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
rm -f data/milk/*.csv && sample_data data/milk && cp tests/recipe.yaml pipeline/milk.yaml || exit 3
copy_built . # only what is new is compiled

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
contract() { # CASES: the contract test of steps passes, and runs more than that
    make -s build/release/tests/test_step && build/release/tests/test_step >said 2>&1
    tested=$(sed -n 's/.*Tested: \([0-9]*\) .*Failing: 0 | Crashing: 0.*/\1/p' said)
    [ "${tested:-0}" -gt "$1" ] || { cat said; return 1; }
}
check "the contract test covers it" contract 60

apply "$root/docs/adding-a-metric.md"
check "a metric takes one file and one row" make -s train
check "evaluate --explain lists the metric" says 'largest error' bin/evaluate --explain
check "metrics.json has it for every part and naive forecast" test "$(grep -c '"max_error": [0-9]' artifacts/milk/metrics.json)" = 6
check "report.json has it" says '"max_error": [0-9]' cat reports/milk/report.json
check "report.html has a column for it" says '>Max error</th>' cat reports/milk/report.html
check "and the search may judge by it" sh -c "bin/train pipeline/milk.yaml --set train.score=max_error --out \"$scratch\" && grep -q 'max_error' \"$scratch/model.json\""

apply "$root/docs/adding-a-rule.md"
check "a rule of the gate takes one file and one row" make -s train
check "register --explain lists the rule" says 'gate.repaired ' bin/register --explain
ask() { # MAX STATUS TEXT: what the gate says of it
    bin/register pipeline/milk.yaml --set 'gate.beats=[]' --set "gate.repaired.max=$1" --out "$scratch/rule" >said 2>&1
    [ $? = "$2" ] && grep -q "$3" said || { cat said; return 1; }
}
check "it refuses what lies outside" ask 0.01 4 'REFUSED repaired  *cells repaired a row is [0-9.]*, at most 0.01 is asked for'
check "and passes what lies inside" ask 1000 0 'passed  repaired '
check "a new metric is a rule, too" says 'gate.max_error ' bin/register --explain

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

# An estimator for classes and one for labels, from CSV to report: one file and one row each.
cat >src/steps/est_majority.c <<'EOT'
/* The share of each class, or of each label, among the training rows: for every row alike. */
#include "file/json.h"
#include "steps/step.h"

struct majority_state {
    size_t p;
    double *share; // [p]
};

static struct majority_state *state_new(struct arena *mem, size_t p)
{
    struct majority_state *s = ARENA_NEW(mem, struct majority_state);
    *s = (struct majority_state){p, ARENA_ARRAY(mem, double, p)};
    return s;
}
static enum status fit(const void *params UNUSED, const struct matrix *x UNUSED, const struct target *y,
                       const struct fit_context *context, void **ret_state, struct error *err UNUSED)
{
    bool classes = y->task == TASK_CLASSES;
    struct majority_state *s = state_new(context->mem, answer_width(ANSWER_PROBABILITIES, y));
    const struct matrix plain = matrix_dense(context->mem, &y->y);
    for (size_t i = 0; i < plain.n; i++)
        for (size_t c = 0; c < s->p; c++)
            s->share[c] += (classes ? plain.col[0][i] == (double)c : plain.col[c][i]) / (double)plain.n;
    *ret_state = s;
    return STATUS_OK;
}
static enum status predict(const void *state, const struct matrix *x, struct arena *mem, struct prediction *ret,
                           struct error *err UNUSED)
{
    const struct majority_state *s = state;
    double **value;
    *ret = prediction_new(mem, ANSWER_PROBABILITIES, x->n, s->p, &value);
    for (size_t c = 0; c < s->p; c++)
        for (size_t i = 0; i < x->n; i++)
            value[c][i] = s->share[c];
    return STATUS_OK;
}
static json_t *save(const void *state)
{
    const struct majority_state *s = state;
    return json_pack("{s:o}", "shares", json_reals(s->share, s->p));
}
static enum status load(const json_t *saved, const struct shape *in UNUSED, const char *path, struct arena *mem,
                        void **ret_state, struct shape *ret, struct error *err)
{
    json_t *shares;
    TRY(json_get_array(saved, "shares", path, &shares, err));
    struct majority_state *s = state_new(mem, json_array_size(shares));
    TRY(json_get_reals(saved, "shares", path, s->p, s->share, err));
    for (size_t c = 0; c < s->p; c++)
        if (!(s->share[c] >= 0 && s->share[c] <= 1))
            return error_refuse(err, path, "shares", "expected shares, found %g", s->share[c]);
    *ret_state = s;
    *ret = (struct shape){.p = s->p};
    return STATUS_OK;
}
const struct step est_majority = {.name = "majority", .summary = "the share of each class or label, for every row",
                                  .tasks = ON_CLASSES, .answer = ANSWER_PROBABILITIES, .fit = fit,
                                  .predict = predict, .save = save, .load = load};
EOT
sed 's/majority/prevalence/g; s/ON_CLASSES/ON_LABELS/' src/steps/est_majority.c >src/steps/est_prevalence.c
printf 'ESTIMATOR(majority)\nESTIMATOR(prevalence)\n' >>src/steps/steps.def
mkdir data/toy
awk 'BEGIN { print "a,b,kind,wet,cold"; for (i = 0; i < 60; i++) print i * 7 % 11 ",", i * 5 % 13 "," (i % 5 < 3 ? 3 : i % 5 < 4 ? 7 : 12) "," (i % 3 > 0) "," (i % 7 == 0) }' |
    tr -d ' ' >data/toy/toy.csv
toy() { # TASK TARGET ESTIMATOR: a pipeline of that task
    printf 'task: %s\ntarget: %s\ntrack: false\n' "$1" "$2"
    echo 'ingest: {sources: [{name: toy, path: data/toy/*.csv, columns: [{match: "*", kind: real}]}]}'
    printf 'features: [{lag: [0], of: [a, b]}]\ntrain: {steps: [%s: {}]}\n' "$3"
}
toy classes kind majority >pipeline/kinds.yaml
toy labels '[wet, cold]' prevalence >pipeline/weather.yaml
toy classes kind ridge >pipeline/wrong.yaml
check "estimators for classes and labels take a file and a row each" make -s train PIPELINE="kinds weather"
check "a model has its classes" says '"12",' cat artifacts/kinds/model.json
check "with a column each" says '^row,actual,prediction,probability_12,probability_3,probability_7,part,majority$' cat artifacts/kinds/residuals.csv
check "and the figures of classes" says '"accuracy": 0.6' cat artifacts/kinds/metrics.json
check "labels have a column each" says '^row,actual_wet,prediction_wet,actual_cold,prediction_cold,part,majority_wet,majority_cold$' cat artifacts/weather/residuals.csv
check "both have a report" test -s reports/kinds/report.html -a -s reports/weather/report.html
awk 'BEGIN { print "a,b,kind"; for (i = 0; i < 20; i++) print i * 7 % 11 "," i * 5 % 13 "," (i == 19 ? 99 : i % 5 < 3 ? 3 : 7) }' >data/late.csv
{ toy classes kind majority | sed 's|data/toy/[*]|data/late|' && echo 'split: {method: last, test: 0.2}'; } >pipeline/late.yaml
check "a class that only later rows have is one that is never foretold" make -s train PIPELINE=late
check "and counts among the others (2/3 + 0 + 0) / 3" says '"f1_macro": 0.2222' cat artifacts/late/metrics.json
rm pipeline/late.yaml
sed 's/^train:/split: {method: stratified, test: 0.2}\ntrain:/' pipeline/kinds.yaml >pipeline/shares.yaml
check "a split that looks at classes holds out their shares" make -s train PIPELINE=shares
check "36, 12 and 12 rows give 7 or 8, 2 or 3 and 2 or 3" sh -c "awk -F, '\$7 == \"holdout\" { n[\$2]++ } END { exit !(n[3] + n[7] + n[12] == 12 && n[3] >= 7 && n[3] <= 8 && n[7] >= 2 && n[7] <= 3) }' artifacts/shares/residuals.csv"
rm pipeline/shares.yaml
check "an estimator of another task is refused" says "'ridge' is for regression, not for classes" make -s train PIPELINE=wrong
rm pipeline/wrong.yaml

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
check "the contract test covers them: classes, labels, texts, missing cells, sparse columns" contract $((tested + 40))
check "texts go from CSV to the report" sh -c 'make -s train predict PIPELINE=words && test -s reports/words/report.html'
r2=$(sed -n '/"holdout"/,/}/ s/.*"r2": \([-0-9.]*\).*/\1/p' artifacts/words/metrics.json | head -n 1)
check "and tell of the target (R2 $r2)" awk "BEGIN { exit !(${r2:-0} > 0.5) }"
check "rows to come are predicted" test "$(wc -l <artifacts/words/predictions.csv)" = 6
check "who takes no texts says so" says "takes no text column 'comment'" bin/train pipeline/words.yaml --set 'train.steps=[scale: {}, ridge: {}]'
exit $failed
