/* One run of a stage's command beside whatever else goes on in the project.
 *
 *     struct dvc_run run = {0};
 *     TRY(dvc_run_start(&run, &file, stage, mem, err));
 *     dvc_run_go(&run);
 *     …        dvc_repo_unlock(&repo);                       // while the command runs
 *     …        dvc_run_wait(&run, &command_status, err);
 *     …        dvc_lock_stages(&repo, &stage, 1, true, err); // repo.entry = &run.entry
 *     …        dvc_record_stages(…, &run, …);                // asks dvc_run_check
 *     dvc_run_end(&run);                                     // in any case
 *
 * While the command runs, the stage's turn is taken and DVC's table names its paths, so
 * that DVC, pull, gc and other runs keep away.  Not everybody does: `dvc checkout`, `dvc
 * pull` and a stage that is started by hand ask for no lock.  So dvc_run_check looks
 * whether the outputs are the very files that the command published. */
#ifndef TRACK_DVC_RUN_H
#define TRACK_DVC_RUN_H

#include "dvc/dvc_file.h"
#include "dvc/dvc_repo.h"
#include "track/dvc_command.h"
#include "track/dvc_watch.h"

struct dvc_run {
    const struct dvc_stage *stage;
    struct arena *mem;
    struct dvc_command command;
    struct dvc_table_entry entry;
    struct texts made;  // the dependencies that are outputs of stages
    const char *report; // the file to which executables tell what they publish
    int turn_fd;        // 0: not taken
    bool entered;       // in DVC's table
    // What stood at outputs and at `made` when the command began, and outputs at its end.
    struct dvc_watch before, after;
};

/* Prepares the command; the caller holds DVC's lock.  STATUS_BUSY when a process of an
 * earlier run still has the stage's turn; nothing is left to end then. */
MUST_USE enum status dvc_run_start(struct dvc_run *run, const struct dvc_file *file,
                                   const struct dvc_stage *stage, struct arena *mem,
                                   struct error *err);

/* Lets the command begin. */
void dvc_run_go(struct dvc_run *run);

/* Waits for its end; *ret_status is its exit status. */
MUST_USE enum status dvc_run_wait(struct dvc_run *run, int *ret_status,
                                  struct error *err);

/* STATUS_BUSY, with the path, unless what the stage read stayed the same files, and its
 * outputs are those that the command left.
 *
 * An output of which an executable of ours published anything holds exactly what those
 * published, beside what has stood there untouched since before.  Of other commands it
 * is known only when they ended: what was changed behind their back before is theirs. */
MUST_USE enum status dvc_run_check(const struct dvc_run *run, struct error *err);

/* Takes the entries out of the table and gives turn and process back; also of zeros. */
void dvc_run_end(struct dvc_run *run);

#endif
