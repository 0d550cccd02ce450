/* Starts a shell and waits for it.
 *
 * Stages ignore SIGPIPE and SIGXFSZ; a command must not inherit that, for a pipeline of
 * the shell ends by the first. */
#include "ship/dvc_command.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>

extern char **environ;

enum status dvc_command_run(const char *command, int *ret_status, struct error *err)
{
    char *arguments[] = {"sh", "-c", (char *)command, NULL};
    posix_spawnattr_t attributes;
    sigset_t plain;
    pid_t pid;
    int waited;
    (void)fflush(stdout);
    (void)sigemptyset(&plain);
    (void)sigaddset(&plain, SIGPIPE);
    (void)sigaddset(&plain, SIGXFSZ);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawnattr_setsigdefault(&attributes, &plain);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    errno = posix_spawn(&pid, "/bin/sh", NULL, &attributes, arguments, environ);
    (void)posix_spawnattr_destroy(&attributes);
    if (errno != 0)
        return error_errno(err, "could not start '/bin/sh'");
    while (waitpid(pid, &waited, 0) < 0)
        if (errno != EINTR)
            return error_errno(err, "could not wait for '/bin/sh'");
    if (WIFSIGNALED(waited))
        return error_set(err, STATUS_ENVIRONMENT, "%s was ended by signal %d: %s",
                         QUOTE(command), WTERMSIG(waited), strsignal(WTERMSIG(waited)));
    *ret_status = WEXITSTATUS(waited);
    return STATUS_OK;
}
