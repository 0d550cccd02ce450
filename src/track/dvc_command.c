/* Starts a shell and waits for it.
 *
 * Stages ignore SIGPIPE and SIGXFSZ; a command must not inherit that, for a pipeline of
 * the shell ends by the first.  A process that waits at the gate ends when the other end
 * is closed, so that none is left behind wherever this one is killed. */
#define _GNU_SOURCE // pipe2
#include "track/dvc_command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file/published.h"

enum { NOT_STARTED = 127 }; // as the shell says it

/* The new process: waits, then becomes the shell.  Only what a signal handler may do is
 * done here. */
static void become_shell(const char *text, int fd, int gate, pid_t parent)
{
    char go;
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGXFSZ, SIG_DFL);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    ssize_t n = read(gate, &go, 1);
    if (n == 1 && getppid() == parent && fcntl(fd, F_SETFD, 0) == 0)
        execl("/bin/sh", "sh", "-c", text, (char *)NULL);
    _exit(NOT_STARTED);
}

enum status dvc_command_start(struct dvc_command *command, const char *text, int fd,
                              const char *report, struct error *err)
{
    int ends[2];
    pid_t own = getpid();
    (void)signal(SIGCHLD, SIG_DFL); // ignored, it would take the status away
    if (setenv(PUBLISHED_ENV, report, 1) < 0 || pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "could not start '/bin/sh'");
    (void)fflush(stdout);
    (void)fflush(stderr);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[1]);
        become_shell(text, fd, ends[0], own);
    }
    int failed = errno;
    close(ends[0]);
    (void)unsetenv(PUBLISHED_ENV);
    if (pid < 0) {
        close(ends[1]);
        errno = failed;
        return error_errno(err, "could not start '/bin/sh'");
    }
    *command = (struct dvc_command){text, pid, ends[1]};
    return STATUS_OK;
}

void dvc_command_go(struct dvc_command *command)
{
    (void)!write(command->gate, "", 1); // who is not there any more has said so
}

enum status dvc_command_wait(struct dvc_command *command, int *ret_status,
                             struct error *err)
{
    siginfo_t end = {0};
    if (waitid(P_PID, (id_t)command->pid, &end, WEXITED | WNOWAIT) < 0)
        return error_errno(err, "could not wait for '/bin/sh'");
    if (end.si_code != CLD_EXITED)
        return error_set(err, STATUS_ENVIRONMENT, "%s was ended by signal %d: %s",
                         QUOTE(command->text), end.si_status, strsignal(end.si_status));
    *ret_status = end.si_status;
    return STATUS_OK;
}

void dvc_command_end(struct dvc_command *command)
{
    if (command->pid <= 0)
        return;
    close(command->gate);
    (void)waitpid(command->pid, NULL, 0);
    command->pid = 0;
}
