/* Reading git's history by way of git itself.
 *
 * `git rev-list --full-history` lists the commits that touched such a file, also on
 * branches whose version a merge threw away; `git diff-tree` tells which blobs they
 * brought and took away; `git cat-file --batch` gives their bytes.  The questions are
 * handed over in an unlinked file, so that neither side waits for the other. */
#include "sync/gc_history.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file/file.h"

extern char **environ;

enum { MAX_PARENTS = 64, MAX_NAMES_BYTES = 64 * 1024 * 1024 };
#define MAX_OUTPUT ((size_t)1 << 30)
#define LOCKS ":(glob)**/dvc.lock", ":(glob)**/*.dvc" // in any folder below

static void add(struct gc_texts *t, struct view bytes, struct arena *mem)
{
    ARENA_ROOM(mem, t->v, t->n, t->cap, 64);
    t->v[t->n++] = bytes;
}

/* True when the working folder lies in a git repository. */
static bool in_repository(void)
{
    char path[3 * MAX_PARENTS + sizeof(".git")] = ".git";
    for (size_t i = 0; i < MAX_PARENTS; i++) {
        struct stat here, above;
        if (file_exists(path))
            return true;
        char folder[sizeof(path)];
        snprintf(folder, sizeof(folder), "%.*s.", (int)(3 * i), path);
        bool top = stat(folder, &here) == 0;
        snprintf(folder, sizeof(folder), "%.*s..", (int)(3 * i), path);
        top = top && stat(folder, &above) == 0 && here.st_dev == above.st_dev &&
              here.st_ino == above.st_ino;
        if (top)
            return false;
        memmove(path + 3, path, strlen(path) + 1);
        memcpy(path, "../", 3);
    }
    return false;
}

static enum status git_failed(const char *what, const char *why, struct error *err)
{
    error_set(err, STATUS_ENVIRONMENT, "could not read the history: git %s %s", what,
              why);
    error_hint(err, "without it nobody knows what older commits need; --workspace leaves "
                    "them out");
    return STATUS_ENVIRONMENT;
}

/* Starts git with these descriptors; its complaints go nowhere. */
static int start(const char *const *argv, int in, int out, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    if (in >= 0)
        failed = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    else
        failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
                                                  O_RDONLY, 0);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (!failed)
        failed = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                                  O_WRONLY, 0);
    union {
        const char *const *in;
        char *const *out;
    } words = {argv};
    if (!failed)
        failed = posix_spawnp(ret_pid, argv[0], &actions, NULL, words.out, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static bool read_all(int fd, struct text *out)
{
    char buffer[64 * 1024];
    for (;;) {
        ssize_t got = read(fd, buffer, sizeof(buffer));
        if (got <= 0)
            return got == 0;
        if (out->n + (size_t)got > MAX_OUTPUT)
            return false;
        text_add(out, buffer, (size_t)got);
    }
}

/* Runs git and takes what it prints. */
static enum status run_git(const char *const *argv, int in, struct text *out,
                           struct error *err)
{
    int ends[2], waited;
    pid_t pid;
    if (pipe(ends) < 0)
        return error_errno(err, "could not create a pipe");
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int failed = start(argv, in, ends[1], &pid);
    close(ends[1]);
    if (failed) {
        close(ends[0]);
        return git_failed(argv[1], strerror(failed), err);
    }
    text_puts(out, "");
    bool whole = read_all(ends[0], out);
    close(ends[0]);
    if (waitpid(pid, &waited, 0) < 0)
        return error_errno(err, "could not wait for git");
    if (!whole || !WIFEXITED(waited) || WEXITSTATUS(waited) != 0)
        return git_failed(argv[1], "failed", err);
    return STATUS_OK;
}

static bool names_objects(const char *path)
{
    const char *name = file_name(path);
    size_t n = strlen(name);
    return strcmp(name, "dvc.lock") == 0 || (n > 4 && strcmp(name + n - 4, ".dvc") == 0);
}

/* The workspace's files, as git sees them, ignored ones too; without git those of the
 * working folder. */
static void list_workspace(struct arena *mem, struct text *out)
{
    static const char *const argv[] = {"git", "ls-files", "-z",  "--cached", "--others",
                                       "--",  "dvc.lock", LOCKS, NULL};
    char **path;
    size_t n = 0;
    struct error none = {0};
    if (in_repository() && run_git(argv, -1, out, &none) == STATUS_OK)
        return;
    out->n = 0;
    text_add(out, "dvc.lock", sizeof("dvc.lock"));
    if (file_glob("*.dvc", mem, &path, &n, &none) != STATUS_OK)
        n = 0;
    for (size_t i = 0; i < n; i++)
        text_add(out, path[i], strlen(path[i]) + 1);
}

enum status gc_workspace(struct arena *mem, struct gc_texts *ret, struct error *err)
{
    struct text names = {.mem = mem};
    list_workspace(mem, &names);
    for (size_t at = 0; at < names.n; at += strlen(names.p + at) + 1) {
        const char *path = names.p + at;
        struct stat st;
        struct view bytes;
        // The project's own was read with dvc.yaml, which says what of it counts.
        bool own = strcmp(path, "dvc.lock") == 0;
        if (own || !names_objects(path) || stat(path, &st) < 0 || !S_ISREG(st.st_mode))
            continue;
        TRY(file_read(path, MAX_NAMES_BYTES, mem, &bytes, err));
        add(ret, bytes, mem);
    }
    return STATUS_OK;
}

/* Adds one blob's id as a line, unless it stands for no blob. */
static void add_id(struct view mode, struct view id, struct text *ids)
{
    bool none = view_is(mode, ":000000") || view_is(mode, "000000");
    bool module = view_is(mode, ":160000") || view_is(mode, "160000");
    if (none || module)
        return;
    text_add(ids, id.p, id.n);
    text_putc(ids, '\n');
}

/* Takes the ids out of lines ":<mode> <mode> <id> <id> <status> <path>"; others are
 * commits. */
static void find_ids(const struct text *listing, struct text *ids)
{
    text_puts(ids, "");
    for (const char *p = listing->p; *p;) {
        size_t n = strcspn(p, "\n"), at = 0;
        struct view field[4] = {{0}};
        for (size_t i = 0; p[0] == ':' && i < 4; i++) {
            field[i] = (struct view){p + at, strcspn(p + at, " \n")};
            at += field[i].n + (p[at + field[i].n] == ' ');
        }
        if (p[0] == ':' && field[3].n > 0) {
            add_id(field[0], field[2], ids);
            add_id(field[1], field[3], ids);
        }
        p += n + (p[n] == '\n');
    }
}

/* Runs git with a text as its standard input. */
static enum status ask_git(const char *const *argv, const struct text *question,
                           struct text *answer, struct error *err)
{
    FILE *in = tmpfile();
    if (!in)
        return error_errno(err, "could not create a temporary file");
    enum status status = STATUS_OK;
    bool failed = fwrite(question->p, 1, question->n, in) != question->n;
    if (failed || fflush(in) != 0 || fseek(in, 0, SEEK_SET) != 0)
        status = error_errno(err, "could not write a temporary file");
    if (status == STATUS_OK)
        status = run_git(argv, fileno(in), answer, err);
    fclose(in);
    return status;
}

/* Takes the blobs out of what cat-file printed. */
static enum status split_blobs(const struct text *all, struct arena *mem,
                               struct gc_texts *ret, struct error *err)
{
    const char *p = all->p, *end = all->p + all->n;
    while (p < end) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        char kind[16];
        size_t bytes;
        if (!line || sscanf(p, "%*s %15s %zu\n", kind, &bytes) != 2 ||
            (size_t)(end - line) < 2 || bytes > (size_t)(end - line) - 2)
            return git_failed("cat-file", "does not have all of it", err);
        if (strcmp(kind, "blob") == 0)
            add(ret, (struct view){line + 1, bytes}, mem);
        p = line + 1 + bytes + 1;
    }
    return STATUS_OK;
}

enum status gc_history(struct arena *mem, struct gc_texts *ret, struct error *err)
{
    static const char *const commits[] = {"git", "rev-list", "--all", "--full-history",
                                          "--",  "dvc.lock", LOCKS,   NULL};
    static const char *const versions[] = {"git", "diff-tree", "--stdin", "-r",
                                           "-m",  "--root",    "--raw",   "--no-renames",
                                           "--",  "dvc.lock",  LOCKS,     NULL};
    static const char *const bytes[] = {"git", "cat-file", "--batch", NULL};
    struct text log = {.mem = mem}, listing = {.mem = mem}, ids = {.mem = mem};
    struct text blobs = {.mem = mem};
    if (!in_repository())
        return STATUS_OK;
    TRY(run_git(commits, -1, &log, err));
    TRY(ask_git(versions, &log, &listing, err));
    find_ids(&listing, &ids);
    TRY(ask_git(bytes, &ids, &blobs, err));
    return split_blobs(&blobs, mem, ret, err);
}
