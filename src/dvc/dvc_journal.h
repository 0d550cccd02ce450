/* Records that do not stand in dvc.lock yet, .dvc/tmp/nightmill.journal.
 *
 * A record that is finished is added here, in one write; dvc.lock, which holds those of
 * all pipelines, is written anew once for many of them (dvc/dvc_ledger.h).  An entry says
 * which record it takes the place of: where another one stands by then, somebody else has
 * recorded the stage, and the entry is void.
 *
 * Nothing is synced.  A kill loses nothing that was written; after a loss of power the
 * checksums tell what is whole, and a stage whose entry is lost is compared again. */
#ifndef DVC_DVC_JOURNAL_H
#define DVC_DVC_JOURNAL_H

#include <sys/stat.h>

#include "base/error.h"
#include "base/text.h"

#define DVC_JOURNAL_FILE ".dvc/tmp/nightmill.journal"

struct dvc_journal_entry {
    const char *name;
    uint64_t before;  // dvc_journal_sum of the record that it replaces; 0: there is none
    struct view text; // as it shall stand in dvc.lock
};

/* The journal as it was found; zeros: there is none. */
struct dvc_journal {
    struct dvc_journal_entry *entry; // [n] in the order in which they came
    size_t n, cap;
    uint64_t inode;
    size_t bytes; // of whole entries
    size_t size;  // of the file
};

/* Never 0. */
uint64_t dvc_journal_sum(struct view text);

/* True while the file is the one that was read, and nobody added to it. */
bool dvc_journal_is_same(const struct dvc_journal *journal);

/* Reads it up to the first entry that is not whole; a missing one is empty. */
MUST_USE enum status dvc_journal_read(struct arena *mem, struct dvc_journal *ret,
                                      struct error *err);

/* Adds an entry to the file, which is the same as when it was read.  The caller holds
 * DVC's lock. */
MUST_USE enum status dvc_journal_add(struct dvc_journal *journal,
                                     const struct dvc_journal_entry *entry,
                                     struct error *err);

/* Removes the file. */
MUST_USE enum status dvc_journal_clear(struct dvc_journal *journal, struct error *err);

#endif
