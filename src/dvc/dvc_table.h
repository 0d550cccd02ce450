/* DVC's table of the paths that running stages read and write, .dvc/tmp/rwlock.
 *
 *     {"write": {"/project/out": {"pid": 1, "cmd": "…"}},
 *      "read": {"/project/in": [{"pid": 1, "cmd": "…"}]}}
 *
 * The entries of a stage that bin/track runs carry the number of the stage's own process,
 * so that DVC honours them also when bin/track was killed, and behind the command the
 * mark " # nightmill STAGE": whether such an entry still counts is told by the stage's
 * turn (dvc/dvc_turn.h) instead of a number that somebody else may have got.
 *
 * Paths are relative to the working folder. */
#ifndef DVC_DVC_TABLE_H
#define DVC_DVC_TABLE_H

#include <sys/types.h>

#include "base/error.h"
#include "base/option.h"

/* The entries of one run of a stage. */
struct dvc_table_entry {
    pid_t pid;
    const char *stage, *command;
    struct texts written, read;
};

/* STATUS_BUSY when a process that lives writes one of the paths, or reads one that is to
 * be written; its number is in the message.  own: the entries of the caller, or NULL.
 * Entries of ours that count no longer are swept on the way, and so is the empty file
 * that a DVC leaves which is killed while it writes.  STATUS_INPUT for anything else that
 * is no such table.  The caller holds DVC's lock. */
MUST_USE enum status dvc_table_check(const struct texts *written,
                                     const struct texts *read,
                                     const struct dvc_table_entry *own,
                                     struct error *err);

/* Adds and removes entries, under the lock that DVC takes for this.  Nothing is left
 * half-written. */
MUST_USE enum status dvc_table_enter(const struct dvc_table_entry *entry,
                                     struct error *err);
MUST_USE enum status dvc_table_leave(const struct dvc_table_entry *entry,
                                     struct error *err);

#endif
