/* The journal of a search: what a search that was killed goes on from.
 *
 * The pieces that are scored are written to a file beside the artifacts (search_file.h);
 * the same search, begun again, takes them from there and ends with the same bytes.  A
 * search that has scored for less than JOURNAL_AFTER_S seconds has none: begun again it
 * is back there sooner than it would have read one.  From then on what is new is written
 * as often as every JOURNAL_EVERY_S seconds, and never synced: it is to survive a killed
 * process, and a machine that goes down costs no more than what its checksums find torn.
 *
 * A journal of anything else than this search, by search_digest, is discarded with a note.
 * One process at a time has it, by a lock on the file; another one that makes the same
 * artifacts meanwhile works without, which a note says, since its results are the same.
 * Whatever the system refuses is no failure either: a search can do without a journal.
 *
 *     journal_open(&journal, path, plan, &watch, mem);
 *     … journal_begin(&journal) before the first piece, from search_options.begin, and
 *     journal_add(&journal) behind each, from search_options.done …
 *     journal_close(&journal);
 *
 * The file stays: who has published the results removes it (publish_sweep). */
#ifndef SEARCH_JOURNAL_H
#define SEARCH_JOURNAL_H

#include "base/watch.h"
#include "search/search_file.h"

#define JOURNAL_AFTER_S 1.0
#define JOURNAL_EVERY_S 0.2

struct journal {
    const char *path;
    int fd;     // 0: no file
    bool taken; // somebody else has it
    bool idle;  // for that reason, or since it cannot be written
    struct search_plan *plan;
    const struct watch *watch;
    struct arena *mem;
    struct search_file file;
    bool *written; // [pieces]
    double started_s, written_s;
};

/* Reads the file at path, if there is one, into the plan; path, plan, watch and mem must
 * outlive the journal. */
void journal_open(struct journal *j, const char *path, struct search_plan *plan,
                  const struct watch *watch, struct arena *mem);

/* Counts the time from now on. */
void journal_begin(struct journal *j);

/* Writes what has been scored since the last time, when it is time to. */
void journal_add(struct journal *j);

/* True when another process keeps the file. */
bool journal_taken(const struct journal *j);

/* Writes what is left and closes the file, for another run to go on from.  Accepts a
 * struct of zeros. */
void journal_close(struct journal *j);

#endif
