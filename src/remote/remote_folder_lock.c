/* A remote in a folder for oneself: the folder nightmill is locked by flock, which the
 * kernel takes back from whoever dies.
 *
 * The lock needs no file of its own that could be left, listed or deleted.  It keeps off
 * the processes of this machine; those of others, where machines share the folder, may
 * know nothing of it. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // flock
#endif

#include "remote/remote_folder_internal.h"

#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/progress.h"

#define PAUSE_S 0.02

static enum status busy(const struct remote *remote, struct error *err)
{
    error_set(err, STATUS_BUSY, "another push or gc has %s",
              QUOTE_PATH(remote->config->folder));
    error_hint(err, "try again when it is done");
    return STATUS_BUSY;
}

enum status folder_lock(const struct remote *remote, int fd, bool *ret_none,
                        struct error *err)
{
    double until_s = progress_clock_s() + REMOTE_WAIT_S;
    *ret_none = false;
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK) {
            *ret_none = true;
            return STATUS_OK;
        }
        if (progress_clock_s() > until_s)
            return busy(remote, err);
        progress_pause(PAUSE_S);
    }
    return STATUS_OK;
}

enum status folder_seize(struct remote *remote, bool *ret_alone, struct error *err)
{
    struct folder *f = folder_of(remote);
    const char *last;
    bool none;
    TRY(folder_root(remote, true, err));
    if (f->seized < 0)
        f->seized = folder_parent(remote, "nightmill/x", true, &last);
    if (f->seized < 0)
        return folder_failed("open", remote, "nightmill", err);
    enum status status = folder_lock(remote, f->seized, &none, err);
    if (status != STATUS_OK)
        folder_release(remote);
    *ret_alone = status == STATUS_OK && !none;
    return status;
}

void folder_release(struct remote *remote)
{
    struct folder *f = folder_of(remote);
    if (f && f->seized >= 0)
        close(f->seized);
    if (f)
        f->seized = -1;
}
