/* A candidate in the registry: which version it is, what it is judged against, and the
 * names that move when it has been judged.
 *
 * A candidate whose recipe (parameters.yaml) is that of production is a refresh of it,
 * learnt anew from what there is now; any other one is a challenger.  A candidate that is
 * production already is judged against what was production when it was registered, so
 * that register, run again, says what it said.  One that was production before, and is
 * not any more, is never promoted by itself: somebody had a reason. */
#ifndef GATE_CANDIDACY_H
#define GATE_CANDIDACY_H

#include "artifacts/verdict_json.h"
#include "config/pipeline.h"
#include "registry/registry.h"

enum candidacy_kind { CANDIDACY_FIRST, CANDIDACY_REFRESH, CANDIDACY_CHALLENGER };

/* A version with what is told of it. */
struct candidacy_version {
    size_t version; // 0: there is none
    struct registry_manifest manifest;
    struct verdict_json_version told;
};

struct candidacy {
    struct registry registry;
    enum candidacy_kind kind;
    struct candidacy_version candidate, production, rival; // rival: judged against
    const struct registry_moved *left; // how it ceased to be production; NULL: it did not
    size_t named;                      // what `candidate` means
};

/* What is registered: the artifacts of that folder that make a version. */
struct candidacy_request {
    const struct registry *registry;
    const struct pipeline *pipeline;
    struct texts options; // that its artifacts say they were made with
    const char *folder;
    const char *figure; // the metric that versions are told by; "" for none
};

/* Registers the candidate and looks around.  A production that answers another question
 * (task, target) is no rival. */
MUST_USE enum status candidacy_enter(const struct candidacy_request *request,
                                     struct arena *mem, struct candidacy *ret,
                                     struct error *err);

/* Moves `candidate` to it and, where it is promoted, `production`; why: in words.
 * STATUS_BUSY when somebody moved one of them meanwhile: where it is not promoted, too, since
 * the verdict would say that the former production predicts. */
MUST_USE enum status candidacy_settle(const struct candidacy *s, bool promoted,
                                      const char *why, struct arena *mem,
                                      struct error *err);

#endif
