/* dvc.lock as it will be: the file, and the records that wait in the journal.
 *
 * A record is put into the journal at a cost that does not grow with the number of
 * pipelines; folding writes dvc.lock anew with all of them.  Whoever runs stages folds
 * when he is done, and now and then meanwhile; what a killed one has left the next
 * command folds in.  dvc.lock itself is always whole: the old one or the new one, both
 * renamed into place.
 *
 *     struct dvc_ledger ledger = {0};
 *     TRY(dvc_repo_lock(&repo, …));              // DVC's lock is held all the time
 *     TRY(dvc_ledger_sync(&ledger, err));
 *     TRY(dvc_ledger_find(&ledger, "train@milk", &record, err));
 *     TRY(dvc_ledger_put(&ledger, &new_record, err));
 *     TRY(dvc_ledger_fold(&ledger, &order, err));
 *     dvc_ledger_release(&ledger);
 *
 * Whoever replaces dvc.lock meanwhile (git, DVC) is noticed by the next sync. */
#ifndef DVC_DVC_LEDGER_H
#define DVC_DVC_LEDGER_H

#include <sys/stat.h>

#include "dvc/dvc_journal.h"
#include "dvc/dvc_lockfile.h"
#include "dvc/dvc_repo.h"

#define DVC_LOCK_FILE "dvc.lock"

struct dvc_ledger_row;

/* Zeros are one that has read nothing. */
struct dvc_ledger {
    struct arena mem; // of what was read
    bool read;
    struct stat state; // of dvc.lock; zeros: there is none
    struct dvc_lockfile lock;
    struct names names;
    struct dvc_ledger_row *row; // [names.n] those of the lock first
    size_t cap;
    struct dvc_journal journal;
    size_t n_changed; // rows that dvc.lock has otherwise
};

/* Reads what is not known yet, or has changed.  Records that were found before are void.
 * The caller holds DVC's lock, and goes on holding it for what follows. */
MUST_USE enum status dvc_ledger_sync(struct dvc_ledger *ledger, struct error *err);

/* *ret is the stage's record, or NULL. */
MUST_USE enum status dvc_ledger_find(struct dvc_ledger *ledger, const char *name,
                                     const struct dvc_record **ret, struct error *err);

/* Puts a record in the place of the one with its name; *ret_changed: it is not what stood
 * there, byte for byte. */
MUST_USE enum status dvc_ledger_put(struct dvc_ledger *ledger,
                                    const struct dvc_record *record, bool *ret_changed,
                                    struct error *err);

/* Writes dvc.lock, where it changes, and empties the journal.  order: the names of all
 * stages in dvc.yaml's order. */
MUST_USE enum status dvc_ledger_fold(struct dvc_ledger *ledger, const struct texts *order,
                                     struct error *err);

/* Takes records out of dvc.lock; nothing waits: it was folded and synced before. */
MUST_USE enum status dvc_ledger_remove(struct dvc_ledger *ledger,
                                       const struct names *gone, struct error *err);

/* True when records wait. */
bool dvc_ledger_waits(void);

/* Folds what a killed run has left, for whoever reads dvc.lock next.  Where DVC's lock is
 * not held already it is taken for that; while somebody else has it, nothing is done. */
MUST_USE enum status dvc_ledger_settle(struct dvc_repo *repo, const struct texts *order,
                                       struct error *err);

void dvc_ledger_release(struct dvc_ledger *ledger); // also of zeros

#endif
