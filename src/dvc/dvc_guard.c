/* DVC's lock on the project, taken together with a look at who runs stages.
 *
 * Whoever changes the project holds .dvc/tmp/lock.  DVC gives it back while a stage's
 * command runs, and so does bin/track; the table then tells which paths that command
 * reads and writes. */
#include <unistd.h>

#include "base/option.h"
#include "base/progress.h"
#include "dvc/dvc_lock.h"
#include "dvc/dvc_repo.h"

static enum status lock_once(struct dvc_repo *repo, const struct texts *written,
                             const struct texts *read, double wait_s, struct error *err)
{
    if (repo->lock_fd < 0)
        TRY(dvc_lock_take(DVC_LOCK, wait_s, &repo->lock_fd, err));
    enum status status = dvc_table_check(written, read, repo->entry, err);
    if (status != STATUS_OK)
        dvc_repo_unlock(repo);
    return status;
}

enum status dvc_repo_lock(struct dvc_repo *repo, const struct texts *written,
                          const struct texts *read, struct error *err)
{
    // Who holds the lock already cannot wait: what was found under it would be void.
    double wait_s = repo->lock_fd < 0 ? repo->wait_s : 0;
    double until_s = progress_clock_s() + wait_s;
    for (;;) {
        enum status status = lock_once(repo, written, read, wait_s, err);
        wait_s = until_s - progress_clock_s();
        if (status != STATUS_BUSY || wait_s <= 0)
            return status;
        progress_pause(DVC_LOCK_PAUSE_S);
    }
}

void dvc_repo_unlock(struct dvc_repo *repo)
{
    if (repo->lock_fd < 0)
        return;
    dvc_lock_give(repo->lock_fd);
    repo->lock_fd = -1;
}
