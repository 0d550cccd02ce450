/* verdict.json: what the gate was asked, what it found, and which model predicts from now
 * on.
 *
 *     {"pipeline", "outcome": a word of VERDICT_OUTCOMES, "says",
 *      "candidate": {"version", "model", "figure", "value"},
 *      "production": {the same} or null,
 *      "challenge": {"of", "n", "look", "level", "p", "says"} or null,
 *      "ungated": a word of VERDICT_OUTCOMES,
 *      "predicts": {"version", "model", "of": "production"|"candidate"},
 *      "rules": [{"rule", "of", "at_least", "at_most", "found", "by", "passed", "says"}],
 *      "options", "checksum"}
 *
 * production is the one that stood when the candidate was judged, predicts the one whose
 * files lie in production/ now.  A version is its number in the registry; model is the
 * checksum of its model.json.  A rule's bounds are
 * inclusive and null where there is none; by is the distance to the nearer bound, above 0
 * inside; found and by are null where nothing could be measured, which no rule passes, and
 * always of `prediction_time`: no time reaches an artifact. */
#ifndef ARTIFACTS_VERDICT_JSON_H
#define ARTIFACTS_VERDICT_JSON_H

#include "artifacts/document.h"

/* refused: a rule failed; waits: all hold, but it is not proven better than production;
 * unchanged: it is production by somebody's word; refreshed: the recipe of production, learnt anew; promoted:
 * it took production's place. */
#define VERDICT_OUTCOMES "refused|waits|unchanged|refreshed|promoted"
enum verdict_outcome {
    OUTCOME_REFUSED,
    OUTCOME_WAITS,
    OUTCOME_UNCHANGED,
    OUTCOME_REFRESHED,
    OUTCOME_PROMOTED
};

struct verdict_json_version {
    size_t version;
    const char *model;  // the checksum of its model.json
    const char *figure; // the name of the metric that it was judged by; "" for none
    double value;       // NaN where there is none
};

/* Of another recipe than production's: whether it has proven to be better
 * (gate/challenge.h).  It has where it was looked at, and p is below the level. */
struct verdict_json_challenge {
    const char *of; // what was compared: "origins" of both backtests, held-out "rows", or
                    // "groups" of such rows
    size_t n;       // of them; 0: nothing could be compared
    size_t look;    // which one since production took its place; 0: none tonight
    double level, p; // NaN: no look, nothing to compare
    const char *says;
};

struct verdict_json_predicts {
    size_t version;
    const char *model;
    const char *of; // "production" or, where nothing was ever promoted, "candidate"
};

struct verdict_json_rule {
    const char *rule, *of;    // "beats", "naive"; of is "" where the rule says it all
    double at_least, at_most; // NaN: no such bound
    double found, by;         // NaN: not measured
    bool passed;
    const char *says; // in words, a line
};

struct verdict_json {
    const char *pipeline;
    const char *outcome; // of the words above
    const char *says;    // what came of it and which model predicts, one sentence
    struct verdict_json_version candidate;
    struct verdict_json_version *production;  // that it was judged against, or NULL
    struct verdict_json_challenge *challenge; // NULL: of the same recipe, or the first
    const char *ungated;                      // what had become of it without any rule
    struct verdict_json_predicts predicts;
    size_t n_rules;
    struct verdict_json_rule *rule; // [n_rules]
    struct texts options;
};

MUST_USE enum status verdict_json_write(const struct verdict_json *v, struct output *out,
                                        struct error *err);

/* Reads the file into ret, texts and lists into mem. */
MUST_USE enum status verdict_json_read(const char *path, struct arena *mem,
                                       struct verdict_json *ret, struct error *err);

/* The outcome of a verdict that was read or made. */
enum verdict_outcome verdict_json_outcome(const struct verdict_json *v);

#endif
