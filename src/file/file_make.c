/* Making folders whose path the user has given: links in it are followed.  Below one that
 * was opened file/beneath.h does it.  Each new folder is on the disk before the next. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

/* Syncs the folder that holds a path, so that the entry outlives a loss of power. */
static enum status sync_parent(const char *path, struct arena *mem, struct error *err)
{
    const char *folder = file_folder(mem, path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failed = fd < 0 ? -1 : 0;
    if (fd >= 0) {
        failed = fsync(fd);
        // Some file systems know no sync of a folder; there is nothing to wait for then.
        failed = failed < 0 && errno != EINVAL;
    }
    if (failed)
        error_errno(err, "could not sync the folder %s", QUOTE_PATH(folder));
    if (fd >= 0)
        close(fd);
    return failed ? STATUS_ENVIRONMENT : STATUS_OK;
}

static enum status make_one(const char *path, struct arena *mem, struct error *err)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return STATUS_OK;
    if (mkdir(path, 0755) == 0) {
        if (chmod(path, 0755) < 0)
            return error_errno(err, "could not create the folder %s", QUOTE_PATH(path));
        return sync_parent(path, mem, err);
    }
    // Another process may have been faster.
    int number = errno;
    if (number == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return STATUS_OK;
    errno = number;
    error_errno(err, "could not create the folder %s", QUOTE_PATH(path));
    if (number == EEXIST || number == ENOTDIR)
        error_hint(err, "a file stands where a folder is needed");
    return STATUS_ENVIRONMENT;
}

static enum status make_each(char *path, struct arena *mem, struct error *err)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/' || p[-1] == '/')
            continue;
        *p = '\0';
        TRY(make_one(path, mem, err));
        *p = '/';
    }
    return make_one(path, mem, err);
}

enum status file_make_folder(const char *path, struct error *err)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return STATUS_OK;
    if (!path[0])
        return error_set(err, STATUS_USAGE,
                         "expected the name of a folder, found nothing");
    struct arena mem = {0};
    enum status status = make_each(arena_string(&mem, path), &mem, err);
    arena_release(&mem);
    return status;
}
