/* A remote in a folder for oneself: the folder nightmill is locked by flock, which the
 * kernel takes back from whoever dies.
 *
 * The lock needs no file of its own that could be left, listed or deleted.  On a disk of
 * this machine it keeps everybody off; a file system that is shared by machines may know
 * nothing of another one's locks, or may not lock folders at all: there it does what it
 * can, and the ages of notices decide. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // flock
#endif

#include "ship/remote_folder.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/progress.h"

enum { PAUSE_NS = 20 * 1000000 };

/* Kinds of file systems that machines share; statfs(2) has the numbers. */
static const unsigned long shared[] = {
    0x6969,     // NFS
    0x517B,     // SMB
    0xFE534D42, // SMB 2
    0xFF534D42, // CIFS
    0x65735546, // FUSE, by which sshfs and many others come
    0x01021997, // 9p
    0x00C36400, // Ceph
    0x0BD00BD0, // Lustre
    0x5346414F, // AFS
    0x73757245, // Coda
    0x47504653, // GPFS
    0x19830326, // BeeGFS
};

static bool is_shared(int fd)
{
    struct statfs st;
    if (fstatfs(fd, &st) < 0)
        return true;
    for (size_t i = 0; i < COUNT_OF(shared); i++)
        if (((unsigned long)st.f_type & 0xFFFFFFFF) == shared[i])
            return true;
    return false;
}

static enum status busy(const struct remote *remote, struct error *err)
{
    error_set(err, STATUS_BUSY, "another push or gc has %s",
              QUOTE_PATH(remote->config->folder));
    error_hint(err, "try again when it is done");
    return STATUS_BUSY;
}

enum status folder_seize(struct remote *remote, bool *ret_alone, struct error *err)
{
    struct folder *f = folder_of(remote);
    double until_s = progress_clock_s() + REMOTE_WAIT_S;
    TRY(folder_root(remote, true, err));
    if (f->seized < 0)
        f->seized = folder_below(f->root.fd, "nightmill", true);
    if (f->seized < 0)
        return folder_failed("open", remote, "nightmill", err);
    while (flock(f->seized, LOCK_EX | LOCK_NB) < 0) {
        struct timespec pause = {.tv_nsec = PAUSE_NS};
        if (errno != EWOULDBLOCK)
            return STATUS_OK; // no locks here
        if (progress_clock_s() > until_s) {
            folder_release(remote);
            return busy(remote, err);
        }
        nanosleep(&pause, NULL);
    }
    *ret_alone = !is_shared(f->seized);
    return STATUS_OK;
}

void folder_release(struct remote *remote)
{
    struct folder *f = folder_of(remote);
    if (f && f->seized >= 0)
        close(f->seized);
    if (f)
        f->seized = -1;
}
