/* The gate: judges a candidate by rules, and says in words what it found.
 *
 * A rule is a row of gate/rules.def: its function adds one finding a thing that it asked
 * for to the verdict, and fails only for what the pipeline's file says wrongly.  What was
 * asked for and could not be measured is not passed. */
#ifndef GATE_GATE_H
#define GATE_GATE_H

#include "artifacts/backtest_json.h"
#include "artifacts/ingest_json.h"
#include "artifacts/metrics_json.h"
#include "artifacts/profile_json.h"
#include "artifacts/quality_json.h"
#include "artifacts/residuals_json.h"
#include "artifacts/verdict_json.h"
#include "gate/gate_config.h"
#include "gate/candidacy.h"
#include "gate/duel.h"
#include "gate/ledger.h"

/* What is known of a candidate when it is judged. */
struct gate_case {
    const struct pipeline *pipeline;
    const struct gate_config *config;
    const struct metrics_json *metrics;
    const struct residuals_json *residuals;
    const struct backtest_json *backtest; // NULL: there was none
    const struct leaks *leaks;            // that evaluate found
    const struct quality_json *quality;
    const struct ingest_json *ingest;
    size_t model_bytes; // of model.json
    struct arena *mem;
    struct verdict_json *verdict; // its rules grow
};

/* Judges the candidate by every rule: fills the rules of c->verdict, in c->mem.
 * STATUS_INPUT, with the place, for a rule of the pipeline's file that cannot be asked. */
MUST_USE enum status gate_judge(struct gate_case *c, struct error *err);

/* Judges a challenger beside production, when the other rules have been asked: adds the
 * rule `production` and the challenge to the verdict.  True where it is proven to be
 * better. */
bool gate_challenge(struct gate_case *c, const struct candidacy *s,
                    const struct duel *duel, const struct ledger *ledger);

/* Holds the candidate's training table against that of its rival, by their profiles: adds
 * the rule `drift` to the verdict where the pipeline's file asks for it and there is a
 * rival.  STATUS_INPUT for a damaged profile. */
MUST_USE enum status gate_drift(struct gate_case *c, const struct candidacy *s,
                                struct error *err);

/* How many of the rules the candidate does not pass. */
size_t gate_failures(const struct verdict_json *verdict);

/* Decides, when all rules have been asked: fills the versions, the outcomes, what predicts
 * and the sentence that says it.  proven: the candidate is better than its rival. */
void gate_decide(const struct candidacy *s, bool proven, struct arena *mem,
                 struct verdict_json *verdict);

/* True where production is to move to the candidate. */
bool gate_promotes(const struct candidacy *s, const struct verdict_json *verdict);

/* The verdict as a table in words, each line ended by a newline. */
void gate_table(const struct verdict_json *verdict, struct text *out);

/* Fills err with STATUS_REFUSED, which rule, by how much, what predicts instead; all of a
 * verdict whose outcome is "refused". */
enum status gate_refuse(const struct verdict_json *verdict, struct error *err);

#endif
