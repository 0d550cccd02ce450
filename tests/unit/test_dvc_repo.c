#include <criterion/criterion.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/option.h"
#include "base/progress.h"
#include "dvc/dvc_repo.h"
#include "dvc/dvc_turn.h"
#include "file/file.h"
#include "help/help.h"
#include "help/project.h"

static struct arena mem;
static struct error err;
static struct dvc_repo repo;
static const char *folder;

static void enter(void)
{
    folder = help_enter();
    help_put(".dvc/config", "");
}

static void leave(void)
{
    dvc_repo_close(&repo);
    dvc_repo_close(&repo);
    arena_release(&mem);
    cr_expect_eq(chdir("/"), 0);
}

TestSuite(dvc_repo, .init = enter, .fini = leave);

static enum status open_repo(void)
{
    memset(&err, 0, sizeof(err));
    return dvc_repo_open(&mem, &repo, &err);
}

static enum status lock(const char *written, const char *read)
{
    const char *const w[] = {"unrelated/other", written}, *const r[] = {read};
    return dvc_repo_lock(&repo, &(struct texts){written ? 2 : 1, w},
                         &(struct texts){read ? 1 : 0, r}, &err);
}

Test(dvc_repo, a_folder_without_dvc_is_no_project)
{
    cr_assert_eq(rename(".dvc", "dvc"), 0);
    cr_expect_eq(open_repo(), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "no DVC project"));
    cr_expect_not_null(strstr(err.hint, "dvc init"));
    help_put(".dvc", "a file");
    cr_expect_eq(open_repo(), STATUS_INPUT);
}

static const struct {
    const char *text;
    size_t line; // of the pattern; 0: there is none
} ignores[] = {
    {"", 0},
    {"# Add patterns of files dvc should ignore\n\n  # another\n\r\n", 0},
    {"# a\n*.tmp\n", 2},
    {"\n\n!x", 3},
    {"  x", 1},
};

Test(dvc_repo, patterns_are_refused_and_comments_are_not)
{
    for (size_t i = 0; i < COUNT_OF(ignores); i++) {
        help_put(".dvcignore", ignores[i].text);
        cr_expect_eq(open_repo(), ignores[i].line ? STATUS_INPUT : STATUS_OK, "row %zu",
                     i);
        cr_expect_eq(err.loc.line, ignores[i].line, "row %zu", i);
    }
}

static const struct {
    const char *config, *cache;
} caches[] = {
    {"", ".dvc/cache"},
    {"[cache]\n    dir = ../store\n", ".dvc/../store"},
    {"[cache]\n    dir = /big/disk\n", "/big/disk"},
    {"[cache]\n    dir = ~/store\n", "/home/of/test/store"},
};

Test(dvc_repo, the_cache_lies_where_the_configuration_says)
{
    setenv("HOME", "/home/of/test", 1);
    for (size_t i = 0; i < COUNT_OF(caches); i++) {
        help_put(".dvc/config", caches[i].config);
        cr_assert_eq(open_repo(), STATUS_OK, "%s", err.message);
        cr_expect_str_eq(repo.cache, caches[i].cache);
    }
    help_put(".dvc/config", "[cache]\n    local = other\n");
    cr_expect_eq(open_repo(), STATUS_INPUT);
    cr_expect_eq(err.loc.line, 2);
}

static const struct {
    const char *type;
    size_t n;
    enum dvc_link link[3];
} types[] = {
    {NULL, 2, {DVC_REFLINK, DVC_COPY}},
    {"copy", 1, {DVC_COPY}},
    {"hardlink", 1, {DVC_HARDLINK}},
    {"\"reflink,hardlink,copy\"", 3, {DVC_REFLINK, DVC_HARDLINK, DVC_COPY}},
    {"hardlink, symlink", 1, {DVC_HARDLINK}},
    {"symlink", 0, {0}},
    {"hard", 0, {0}},
    {"copy,copy,copy,copy,copy", 0, {0}},
};

Test(dvc_repo, kinds_of_links_are_those_of_the_configuration)
{
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        help_put(".dvc/config",
                 types[i].type
                     ? arena_format(&mem, "[cache]\n    type = %s\n", types[i].type)
                     : "");
        cr_expect_eq(open_repo(), types[i].n ? STATUS_OK : STATUS_INPUT, "row %zu: %s", i,
                     err.message);
        if (!types[i].n)
            continue;
        cr_expect_eq(repo.n_links, types[i].n, "row %zu", i);
        for (size_t k = 0; k < types[i].n; k++)
            cr_expect_eq(repo.link[k], types[i].link[k], "row %zu", i);
    }
}

/* The number of a process that was, and is no more. */
static pid_t dead_process(void)
{
    pid_t pid = fork();
    if (pid == 0)
        execlp("true", "true", (char *)NULL);
    cr_assert_gt(pid, 0);
    waitpid(pid, NULL, 0);
    return pid;
}

Test(dvc_repo, what_dead_processes_left_in_the_cache_is_swept)
{
    long dead = dead_process(), live = getppid();
    help_put(arena_format(&mem, ".dvc/cache/tmp/%ld/half", dead), "x");
    help_put(arena_format(&mem, ".dvc/cache/tmp/%ld.1/half", dead), "x");
    help_put(arena_format(&mem, ".dvc/cache/tmp/%ld/half", live), "x");
    help_put(".dvc/cache/tmp/notes/half", "x");
    help_put(".dvc/cache/tmp/0/half", "x");
    help_put(".dvc/cache/tmp/-1/half", "x");
    help_put(".dvc/cache/tmp/77/half", "x");
    // A lock tells, and no number: it may be another machine's.
    int lock = open(".dvc/cache/tmp/77", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(flock(lock, LOCK_EX), 0);
    cr_assert_eq(open_repo(), STATUS_OK);
    cr_expect(!file_exists(arena_format(&mem, ".dvc/cache/tmp/%ld", dead)));
    cr_expect(!file_exists(arena_format(&mem, ".dvc/cache/tmp/%ld.1", dead)));
    cr_expect(!file_exists(arena_format(&mem, ".dvc/cache/tmp/%ld", live)));
    cr_expect(file_exists(".dvc/cache/tmp/77/half"));
    cr_expect_eq(help_count(".dvc/cache/tmp"), 4);
    close(lock);
}

/* Runs a program of this machine beside the test, until it is killed. */
static pid_t beside(const char *command)
{
    pid_t pid = fork();
    if (pid == 0)
        execlp("sh", "sh", "-c", command, (char *)NULL);
    cr_assert_gt(pid, 0);
    return pid;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

Test(dvc_repo, the_lock_is_the_one_that_flock_sees)
{
    cr_assert_eq(open_repo(), STATUS_OK);
    help_put(".dvc/tmp/lock", " 1234567890123\n");
    cr_assert_eq(lock(NULL, NULL), STATUS_OK, "%s", err.message);
    cr_expect_str_eq(help_read(".dvc/tmp/lock", NULL),
                     arena_format(&mem, " %ld\n", (long)getpid()));
    cr_expect_neq(system("flock -n .dvc/tmp/lock true"), 0);
    cr_expect_eq(lock(NULL, NULL), STATUS_OK, "held already");
    dvc_repo_unlock(&repo);
    cr_expect_eq(repo.lock_fd, -1);
    cr_expect_eq(system("flock -n .dvc/tmp/lock true"), 0);
    dvc_repo_unlock(&repo);
}

/* Waits until the lock is held, for two seconds at most. */
static void await_lock(void)
{
    struct timespec pause = {.tv_nsec = 5 * 1000000};
    for (int i = 0; i < 100 && system("flock -n .dvc/tmp/lock true") == 0; i++)
        nanosleep(&pause, NULL);
}

Test(dvc_repo, a_lock_that_stays_held_is_given_up_after_three_seconds)
{
    cr_assert_eq(open_repo(), STATUS_OK);
    help_put(".dvc/tmp/lock", " 4711\n");
    pid_t other = beside("exec flock .dvc/tmp/lock sleep 20");
    await_lock();
    double begun_s = progress_clock_s();
    cr_expect_eq(lock(NULL, NULL), STATUS_BUSY);
    double took_s = progress_clock_s() - begun_s;
    end(other);
    cr_expect_gt(took_s, 2.9);
    cr_expect_lt(took_s, 8.0);
    cr_expect_str_eq(err.message, "'.dvc/tmp/lock' is busy: process 4711 has it");
    cr_expect_eq(repo.lock_fd, -1);
}

Test(dvc_repo, a_lock_that_is_given_back_in_time_is_taken)
{
    cr_assert_eq(open_repo(), STATUS_OK);
    help_put(".dvc/tmp/lock", "");
    pid_t other = beside("exec flock .dvc/tmp/lock sleep 0.5");
    await_lock();
    cr_expect_eq(lock(NULL, NULL), STATUS_OK, "%s", err.message);
    waitpid(other, NULL, 0);
}

/* A table as DVC writes it; @ is the project's folder, # a process. */
static void put_table(const char *pattern, long pid)
{
    struct text out = {.mem = &mem};
    char here[4096];
    cr_assert_not_null(getcwd(here, sizeof(here)));
    for (const char *p = pattern; *p; p++) {
        if (*p == '@')
            text_puts(&out, here);
        else if (*p == '#')
            text_addf(&out, "%ld", pid);
        else
            text_putc(&out, *p);
    }
    help_put(".dvc/tmp/rwlock", out.n ? out.p : "");
}

#define WRITES(path) "{\"write\": {\"" path "\": {\"pid\": #, \"cmd\": \"dvc repro\"}}}"
#define READS(path) "{\"read\": {\"" path "\": [{\"pid\": #, \"cmd\": \"dvc repro\"}]}}"

static const struct {
    const char *table, *written, *read;
    const char *blocked; // the path in the message, or NULL
} tables[] = {
    {"{}", "a/b", "c", NULL},
    {"{\"write\": {}}", "a/b", "c", NULL},
    {WRITES("@/a/b"), "a/b", NULL, "'a/b' is busy: process"},
    {WRITES("@/a"), "a/b", NULL, "'a/b' is busy"},
    {WRITES("@/a/b/c"), "a/b", NULL, "'a/b' is busy"},
    {WRITES("@"), "a/b", NULL, "is busy"},
    {WRITES("@/a/bc"), "a/b", NULL, NULL},
    {WRITES("@/a/b"), "a/bc", NULL, NULL},
    {WRITES("/a/b"), "a/b", NULL, NULL},
    {WRITES("@/x/../a//./b"), "./a/b/", NULL, "is busy"},
    {WRITES("@/c"), "a/b", "c", "'c' is busy"},
    {WRITES("@/c/d"), NULL, "c", "'c' is busy"},
    {WRITES("s3://bucket/a/b"), "a/b", NULL, NULL},
    {READS("@/a/b"), "a/b", NULL, "('dvc repro') reads it"},
    {READS("@/a"), "a/b", NULL, "is busy"},
    {READS("@/c"), "a/b", "c", NULL},
};

Test(dvc_repo, paths_of_a_live_process_are_busy_and_of_a_dead_one_are_not)
{
    long dead = dead_process(), live = getppid();
    cr_assert_eq(open_repo(), STATUS_OK);
    repo.wait_s = 0;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        put_table(tables[i].table, live);
        enum status status = lock(tables[i].written, tables[i].read);
        cr_expect_eq(status, tables[i].blocked ? STATUS_BUSY : STATUS_OK, "row %zu", i);
        const char *part = tables[i].blocked;
        if (part) {
            cr_expect_not_null(strstr(err.message, part), "%s", err.message);
            cr_expect_not_null(
                strstr(err.message, arena_format(&mem, "process %ld", live)));
            cr_expect_eq(repo.lock_fd, -1, "row %zu", i);
        }
        dvc_repo_unlock(&repo);
        put_table(tables[i].table, dead);
        cr_expect_eq(lock(tables[i].written, tables[i].read), STATUS_OK, "row %zu", i);
        put_table(tables[i].table, getpid()); // from a process that had our number before
        cr_expect_eq(lock(tables[i].written, tables[i].read), STATUS_OK, "row %zu", i);
        dvc_repo_unlock(&repo);
    }
}

static const char *const broken[] = {
    "{",
    "[]",
    "{\"write\": []}",
    "{\"read\": {\"@/x\": {\"pid\": #, \"cmd\": \"\"}}}",
    "{\"write\": {\"@/x\": {\"pid\": \"#\", \"cmd\": \"\"}}}",
    "{\"write\": {\"@/x\": {\"pid\": #}}}",
    "{\"write\": {\"@/x\": [{\"pid\": #, \"cmd\": \"\"}]}}",
};

Test(dvc_repo, a_damaged_table_is_told_and_left_as_it_is)
{
    cr_assert_eq(open_repo(), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        put_table(broken[i], getppid());
        const char *before = help_read(".dvc/tmp/rwlock", NULL);
        cr_expect_eq(lock("a", NULL), STATUS_INPUT, "row %zu", i);
        cr_expect_str_eq(err.loc.path, ".dvc/tmp/rwlock", "row %zu", i);
        cr_expect_not_null(strstr(err.hint, "remove '.dvc/tmp/rwlock'"), "row %zu", i);
        cr_expect_str_eq(help_read(".dvc/tmp/rwlock", NULL), before);
        cr_expect_eq(repo.lock_fd, -1);
    }
}

Test(dvc_repo, the_empty_table_of_a_killed_writer_is_made_whole)
{
    cr_assert_eq(open_repo(), STATUS_OK);
    put_table("", 0);
    cr_expect_eq(lock("a", NULL), STATUS_OK, "%s", err.message);
    cr_expect_str_eq(help_read(".dvc/tmp/rwlock", NULL), "{}");
}

/* Entries of a run of ours, whose turn somebody has or nobody. */
static struct dvc_table_entry entry_of(const char *stage)
{
    static const char *const w[] = {"out"}, *const r[] = {"in"};
    return (struct dvc_table_entry){.pid = getppid(),
                                    .stage = stage,
                                    .command = "bin/x # y",
                                    .written = {1, w},
                                    .read = {1, r}};
}

Test(dvc_repo, entries_of_ours_count_as_long_as_the_turn_is_taken)
{
    struct dvc_table_entry entry = entry_of("x@milk");
    int turn;
    cr_assert_eq(open_repo(), STATUS_OK);
    repo.wait_s = 0;
    put_table(WRITES("/elsewhere"), 1);
    cr_assert_eq(dvc_turn_take("x@milk", &turn, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(dvc_table_enter(&entry, &err), STATUS_OK, "%s", err.message);
    cr_expect_eq(lock("out/below", NULL), STATUS_BUSY);
    cr_expect_not_null(strstr(err.message, "('bin/x # y') writes it"), "%s", err.message);
    cr_expect_eq(lock("in", NULL), STATUS_BUSY);
    cr_expect_eq(lock(".", NULL), STATUS_BUSY);
    cr_expect_not_null(strstr(err.message, "'out' is busy"), "%s", err.message);
    cr_expect_eq(lock(NULL, "in"), STATUS_OK, "two may read");
    dvc_repo_unlock(&repo);
    repo.entry = &entry;
    cr_expect_eq(lock("out", "in"), STATUS_OK, "its own");
    dvc_repo_unlock(&repo);
    repo.entry = NULL;
    close(turn);
    cr_expect_eq(lock("out", NULL), STATUS_OK, "nobody has the turn: %s", err.message);
    cr_expect_null(strstr(help_read(".dvc/tmp/rwlock", NULL), "nightmill"));
    cr_expect_not_null(strstr(help_read(".dvc/tmp/rwlock", NULL), "/elsewhere"),
                       "what is not ours stays");
}

Test(dvc_repo, leaving_the_table_takes_out_what_was_entered_and_no_more)
{
    struct dvc_table_entry entry = entry_of("x"), other = entry_of("y");
    int turns[2];
    cr_assert_eq(open_repo(), STATUS_OK);
    cr_assert_eq(lock(NULL, NULL), STATUS_OK);
    cr_assert_eq(dvc_turn_take("x", &turns[0], &err), STATUS_OK);
    cr_assert_eq(dvc_turn_take("y", &turns[1], &err), STATUS_OK);
    cr_expect_eq(dvc_turn_take("x", &turns[0], &err), STATUS_BUSY);
    other.written.n = 0;
    cr_assert_eq(dvc_table_enter(&entry, &err), STATUS_OK);
    cr_assert_eq(dvc_table_enter(&other, &err), STATUS_OK);
    cr_assert_eq(dvc_table_leave(&entry, &err), STATUS_OK);
    const char *left = help_read(".dvc/tmp/rwlock", NULL);
    cr_expect_not_null(strstr(left, "nightmill y"), "%s", left);
    cr_expect_null(strstr(left, "nightmill x"), "%s", left);
    cr_assert_eq(dvc_table_leave(&other, &err), STATUS_OK);
    cr_expect_null(strstr(help_read(".dvc/tmp/rwlock", NULL), "nightmill"));
}

Test(dvc_repo, who_waits_gets_the_lock_when_the_stage_has_ended)
{
    cr_assert_eq(open_repo(), STATUS_OK);
    pid_t other = beside("exec sleep 0.5");
    put_table(WRITES("@/a"), (long)other);
    double begun_s = progress_clock_s();
    signal(SIGCHLD, SIG_IGN); // nobody needs to wait for it
    repo.wait_s = 10;
    cr_expect_eq(lock("a", NULL), STATUS_OK, "%s", err.message);
    cr_expect_gt(progress_clock_s() - begun_s, 0.3);
    signal(SIGCHLD, SIG_DFL);
}

Test(dvc_repo, closing_saves_the_memo_and_gives_the_lock_back)
{
    help_put("file", "old");
    cr_assert_eq(open_repo(), STATUS_OK);
    cr_assert_eq(lock(NULL, NULL), STATUS_OK);
    memo_enter(
        repo.memo, "file",
        &(struct memo_file){.bytes = 3, .md5 = "149603e6c03516362a8da23f624db945"});
    dvc_repo_close(&repo);
    cr_expect(file_exists(".dvc/tmp/nightmill.memo"));
    cr_expect_eq(system("flock -n .dvc/tmp/lock true"), 0);
}
