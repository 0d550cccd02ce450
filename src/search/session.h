/* A session of a search: what a process scores of it, told of its progress, kept in a
 * journal, stopped between two pieces when somebody wants the process to end.
 *
 *     TRY(session_search(&s, &rule, &recipe, x, y, &context, err));
 *     … s.result, or of a shard session_write …
 *     session_close(&s, publish, path);   // without a publish after a failure */
#ifndef SEARCH_SESSION_H
#define SEARCH_SESSION_H

#include "search/journal.h"
#include "search/shard.h"

struct session_rule {
    const struct folds *folds; // must outlive the session, as all else here
    const struct metric *score;
    const struct search_halving *halving; // or NULL
    struct shard shard;                   // score its share alone; n 0: all
    const char *merge;         // or: take the scores from the shards in this folder
    const char *journal;       // path of the file (session_journal)
    const struct watch *watch; // told of the progress, and of a journal that is discarded
};

struct session {
    const struct session_rule *rule;
    struct search_plan *plan;
    struct journal journal;
    size_t scored, wanted;       // pieces, of those that are the session's
    struct search_result result; // of no shard
};

/* The name of the journal's file, hidden, beside what the search makes; in mem. */
const char *session_journal(struct shard shard, struct arena *mem);

/* Searches, from what the journal has on.  Fails as search_begin, search_score, search_end
 * and shard_merge do; STATUS_STOPPED with what is scored in the journal. */
MUST_USE enum status session_search(struct session *s, const struct session_rule *rule,
                                    const struct recipes *recipes, const struct matrix *x,
                                    const struct target *y,
                                    const struct fit_context *context, struct error *err);

/* Writes the shard's file; *ret_scores is how many scores it has. */
MUST_USE enum status session_write(struct session *s, struct output *out,
                                   size_t *ret_scores, struct error *err);

/* Leaves the journal for another session to go on from.  With a publish: until its outputs
 * are on disk, and not for longer, whoever left it there, unless another session is at it.
 * Accepts a struct of zeros. */
void session_close(struct session *s, struct publish *publish, const char *journal);

#endif
