/* Locks on bytes that belong to the open file, not to the process (F_OFD_SETLK): only
 * those pass on to children and survive the parent. */
#define _GNU_SOURCE // F_OFD_SETLK
#include "dvc/dvc_turn.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "file/file.h"

#define TURNS_PATH ".dvc/tmp/nightmill.turns"

/* The byte of a stage; the file itself stays empty. */
static struct flock byte_of(const char *stage)
{
    uint64_t hash = text_hash(TEXT_HASH_START, stage, strlen(stage));
    return (struct flock){.l_type = F_WRLCK,
                          .l_whence = SEEK_SET,
                          .l_start = (off_t)(hash >> 2),
                          .l_len = 1};
}

static int open_turns(int flags)
{
    return beneath_open(&beneath_here, TURNS_PATH, O_RDWR | O_NOCTTY | flags, 0666);
}

enum status dvc_turn_take(const char *stage, int *ret_fd, struct error *err)
{
    struct flock byte = byte_of(stage);
    int fd = open_turns(O_CREAT);
    if (fd < 0)
        return beneath_failed("open", &beneath_here, TURNS_PATH, err);
    if (fcntl(fd, F_OFD_SETLK, &byte) == 0) {
        *ret_fd = fd;
        return STATUS_OK;
    }
    enum status status = STATUS_BUSY;
    if (errno != EAGAIN && errno != EACCES) {
        status = file_failed("lock", TURNS_PATH, err);
    } else {
        error_set(err, STATUS_BUSY, "a process of an earlier run of %s still runs",
                  QUOTE(stage));
        error_hint(err, "wait until it has ended, then try again");
    }
    close(fd);
    return status;
}

bool dvc_turn_is_taken(const char *stage)
{
    struct flock byte = byte_of(stage);
    int fd = open_turns(0);
    if (fd < 0)
        return errno != ENOENT;
    bool taken = fcntl(fd, F_OFD_GETLK, &byte) < 0 || byte.l_type != F_UNLCK;
    close(fd);
    return taken;
}
