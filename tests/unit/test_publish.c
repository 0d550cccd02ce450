#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file/file.h"
#include "help/help.h"

static struct error err;

static unsigned mode_of(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

/* Publishes one text under one path. */
static enum status publish_text(const char *path, const char *text)
{
    struct publish publish = {0};
    struct output *out;
    enum status status = publish_open(&publish, path, &out, &err);
    if (status == STATUS_OK)
        status = output_text(out, text, &err);
    if (status == STATUS_OK)
        status = publish_commit(&publish, &err);
    publish_release(&publish);
    return status;
}

static void expect_failure(enum status status, const char *message_part,
                           const char *hint_part)
{
    cr_expect_eq(status, STATUS_ENVIRONMENT);
    cr_expect_not_null(strstr(err.message, message_part), "message: %s", err.message);
    cr_expect_not_null(strstr(err.hint, hint_part), "hint: %s", err.hint);
}

Test(publish, content_and_mode_are_right_whatever_the_umask)
{
    const char *folder = help_folder();
    static const mode_t masks[] = {0, 022, 077, 0777};
    for (size_t i = 0; i < COUNT_OF(masks); i++) {
        const char *path = help_path(folder, "out.csv");
        umask(masks[i]);
        cr_assert_eq(publish_text(path, "new\n"), STATUS_OK);
        umask(022);
        cr_assert_str_eq(help_read(path, NULL), "new\n");
        cr_assert_eq(mode_of(path), 0644, "umask in row %zu", i);
        cr_assert_eq(help_count(folder), 1);
    }
}

Test(publish, nothing_is_visible_before_the_commit)
{
    const char *folder = help_folder(), *path = help_path(folder, "out.csv");
    help_write_text(path, "old");
    struct publish publish = {0};
    struct output *out;
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    cr_assert_eq(output_text(out, "new", &err), STATUS_OK);
    cr_assert_str_eq(help_read(path, NULL), "old");
    cr_assert_eq(help_count(folder), 2);
    cr_assert_eq(mode_of(help_path(folder, out->temporary.name)), 0600);
    publish_release(&publish);
    cr_assert_str_eq(help_read(path, NULL), "old");
    cr_assert_eq(help_count(folder), 1);
    cr_assert_eq(publish.n, 0);
    publish_release(&publish);
}

Test(publish, all_sizes_of_writes_arrive_in_order)
{
    const char *path = help_path(help_folder(), "out");
    static const size_t sizes[] = {0,     1,     100,   65535, 1, 65536,  65537, 3,
                                   30000, 30000, 30000, 0,     5, 200000, 1};
    static char bytes[200000], want[700000];
    size_t n = 0;
    struct publish publish = {0};
    struct output *out;
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        memset(bytes, (int)('a' + i), sizes[i]);
        memcpy(want + n, bytes, sizes[i]);
        n += sizes[i];
        cr_assert_eq(output_write(out, bytes, sizes[i], &err), STATUS_OK);
        cr_assert_eq(out->offset, n);
    }
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    size_t got;
    const char *content = help_read(path, &got);
    cr_assert_eq(got, n);
    cr_assert_eq(memcmp(content, want, n), 0);
}

Test(publish, formatted_text_crosses_the_buffer)
{
    const char *path = help_path(help_folder(), "out");
    struct publish publish = {0};
    struct output *out;
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    for (int i = 0; i < 20000; i++)
        cr_assert_eq(output_format(out, &err, "%06d\n", i), STATUS_OK);
    cr_assert_eq(output_format(out, &err, "%0100000d", 7), STATUS_OK);
    cr_assert_eq(output_format(out, &err, "%s", ""), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    size_t n;
    const char *content = help_read(path, &n);
    cr_assert_eq(n, 20000 * 7 + 100000);
    for (int i = 0; i < 20000; i++) {
        char line[16];
        snprintf(line, sizeof(line), "%06d\n", i);
        cr_assert_eq(memcmp(content + 7 * i, line, 7), 0, "line %d", i);
    }
    cr_assert_eq(content[n - 1], '7');
}

Test(publish, several_outputs_in_several_folders_appear_together)
{
    const char *folder = help_folder();
    static const char *const names[] = {"a/1", "b/c/2", "3", "a/4"};
    struct publish publish = {0};
    struct output *outs[4];
    for (size_t i = 0; i < 4; i++) {
        const char *path = help_path(folder, names[i]);
        cr_assert_eq(publish_open(&publish, path, &outs[i], &err), STATUS_OK);
    }
    for (size_t i = 4; i-- > 0;)
        cr_assert_eq(output_text(outs[i], names[i], &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    for (size_t i = 0; i < 4; i++)
        cr_assert_str_eq(help_read(help_path(folder, names[i]), NULL), names[i]);
    // The same struct serves again.
    cr_assert_eq(publish_open(&publish, help_path(folder, "3"), &outs[0], &err),
                 STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    cr_assert_str_eq(help_read(help_path(folder, "3"), NULL), "");
    cr_assert_eq(help_count(folder), 3);
}

Test(publish, a_name_without_a_folder_goes_to_the_current_one)
{
    const char *folder = help_folder();
    cr_assert_eq(chdir(folder), 0);
    cr_assert_eq(publish_text("plain", "x"), STATUS_OK);
    cr_assert_eq(chdir("/"), 0);
    cr_assert_str_eq(help_read(help_path(folder, "plain"), NULL), "x");
}

Test(publish, the_first_output_that_cannot_be_renamed_stops_the_rest)
{
    const char *folder = help_folder();
    struct publish publish = {0};
    struct output *out;
    static const char *const names[] = {"1", "2", "3"};
    for (size_t i = 0; i < 3; i++) {
        const char *path = help_path(folder, names[i]);
        cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    }
    cr_assert_eq(mkdir(help_path(folder, "2"), 0755), 0);
    expect_failure(publish_commit(&publish, &err), "could not replace '", "");
    publish_release(&publish);
    cr_assert(file_exists(help_path(folder, "1")));
    cr_assert_not(file_exists(help_path(folder, "3")));
    cr_assert_eq(help_count(folder), 2);
}

Test(publish, a_target_that_is_no_file_is_refused)
{
    const char *folder = help_folder();
    expect_failure(publish_text("/dev/full", "x"), "'/dev/full' is no regular file",
                   "plain file");
    expect_failure(publish_text(folder, "x"), "is a folder, expected a file", "");
    expect_failure(publish_text(help_path(folder, "new/"), "x"), "expected a file's name",
                   "");
    expect_failure(publish_text("", "x"), "expected a file's name", "");
    expect_failure(publish_text("..", "x"), "expected a file's name", "");
    const char *fifo = help_path(folder, "fifo");
    cr_assert_eq(mkfifo(fifo, 0600), 0);
    expect_failure(publish_text(fifo, "x"), "is no regular file", "");
    cr_assert_eq(help_count(folder), 1);
}

Test(publish, a_symbolic_link_is_replaced_and_its_target_kept)
{
    const char *folder = help_folder(), *path = help_path(folder, "link");
    help_write_text(help_path(folder, "target"), "old");
    cr_assert_eq(symlink("target", path), 0);
    cr_assert_eq(publish_text(path, "new"), STATUS_OK);
    cr_assert_str_eq(help_read(help_path(folder, "target"), NULL), "old");
    cr_assert_str_eq(help_read(path, NULL), "new");
    cr_assert_eq(mode_of(path), 0644);
}

Test(publish, a_folder_that_may_not_be_written_is_reported)
{
    const char *folder = help_folder();
    uid_t self = geteuid();
    chmod(folder, 0555);
    if (self == 0 && seteuid(65534) != 0)
        cr_skip_test("root may write everywhere");
    expect_failure(publish_text(help_path(folder, "a"), "x"), "could not create '",
                   "able to write into the folder '");
    cr_assert_not_null(strstr(err.message, "Permission denied"));
    cr_assert_eq(seteuid(self), 0);
    chmod(folder, 0755);
    cr_assert_eq(help_count(folder), 0);
}

Test(publish, a_name_too_long_is_reported)
{
    char name[300];
    memset(name, 'n', 256);
    name[256] = '\0';
    const char *folder = help_folder();
    expect_failure(publish_text(help_path(folder, name), "x"), "could not create '", "");
    cr_assert_not_null(strstr(err.message, "File name too long"));
    cr_assert_eq(help_count(folder), 0);
    name[255] = '\0';
    cr_assert_eq(publish_text(help_path(folder, name), "x"), STATUS_OK);
    cr_assert_eq(help_count(folder), 1);
}

Test(publish, one_target_is_written_once_however_it_is_spelled)
{
    const char *folder = help_folder();
    struct publish publish = {0};
    struct output *out, *again = NULL;
    cr_assert_eq(publish_open(&publish, help_path(folder, "a"), &out, &err), STATUS_OK);
    cr_assert_eq(publish_open(&publish, help_path(folder, "a"), &again, &err),
                 STATUS_USAGE);
    cr_assert_eq(publish_open(&publish, help_path(folder, "./a"), &again, &err),
                 STATUS_USAGE);
    cr_assert_not_null(strstr(err.message, "is written twice"));
    cr_assert_null(again);
    cr_assert_eq(output_text(out, "once", &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    cr_assert_str_eq(help_read(help_path(folder, "a"), NULL), "once");
}

/* A full disk, by way of the device that is always full. */
Test(publish, a_full_disk_leaves_the_old_content)
{
    const char *folder = help_folder(), *path = help_path(folder, "a");
    help_write_text(path, "old");
    for (int late = 0; late < 2; late++) {
        struct publish publish = {0};
        struct output *out;
        cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
        int full = open("/dev/full", O_WRONLY);
        dup2(full, out->fd);
        close(full);
        static char bytes[100000];
        if (!late)
            expect_failure(output_write(out, bytes, sizeof(bytes), &err),
                           "No space left on device",
                           "make room on the disk of the folder '");
        else
            cr_assert_eq(output_write(out, bytes, 10, &err), STATUS_OK);
        // Also a caller that went on does not get a broken file published.
        cr_assert_eq(publish_commit(&publish, &err), STATUS_ENVIRONMENT);
        publish_release(&publish);
        cr_assert_str_eq(help_read(path, NULL), "old");
        cr_assert_eq(help_count(folder), 1);
    }
}

Test(publish, a_limit_on_the_size_of_files_is_named)
{
    const char *folder = help_folder();
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before, limit;
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = 1000;
    setrlimit(RLIMIT_FSIZE, &limit);
    static char text[2001];
    memset(text, 'x', 2000);
    enum status status = publish_text(help_path(folder, "a"), text);
    setrlimit(RLIMIT_FSIZE, &before);
    expect_failure(status, "could not write '", "ulimit -f");
    cr_assert_eq(help_count(folder), 0);
}

Test(publish, a_failed_write_is_not_forgotten)
{
    const char *folder = help_folder();
    struct publish publish = {0};
    struct output *out;
    cr_assert_eq(publish_open(&publish, help_path(folder, "a"), &out, &err), STATUS_OK);
    int good = dup(out->fd), full = open("/dev/full", O_WRONLY);
    dup2(full, out->fd);
    static char bytes[70000];
    cr_assert_eq(output_write(out, bytes, sizeof(bytes), &err), STATUS_ENVIRONMENT);
    dup2(good, out->fd);
    close(good);
    close(full);
    cr_assert_eq(output_text(out, "more", &err), STATUS_OK);
    expect_failure(publish_commit(&publish, &err), "0 bytes are on disk instead of 70004",
                   "");
    publish_release(&publish);
    cr_assert_eq(help_count(folder), 0);
}

Test(publish, a_temporary_file_that_another_took_is_not_published)
{
    const char *folder = help_folder(), *path = help_path(folder, "a");
    struct publish publish = {0};
    struct output *out;
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    cr_assert_eq(output_text(out, "mine", &err), STATUS_OK);
    unlink(help_path(folder, out->temporary.name));
    help_write_text(help_path(folder, out->temporary.name), "partial");
    expect_failure(publish_commit(&publish, &err), "its temporary file was taken away",
                   "");
    publish_release(&publish);
    cr_assert_not(file_exists(path));
}

/* Returns the number of a process that lived and is gone. */
static pid_t dead_process(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    return child;
}

Test(publish, what_dead_processes_left_is_swept)
{
    const char *folder = help_folder();
    long dead = dead_process();
    char name[64];
    snprintf(name, sizeof(name), ".a.%ld.tmp", dead);
    help_write_text(help_path(folder, name), "left over");
    snprintf(name, sizeof(name), ".a.%ld.tmp", (long)getpid());
    help_write_text(help_path(folder, name), "left over by one of the same number");
    static const char *const kept_formats[] = {".b.%ld.tmp",  ".a.b.%ld.tmp",
                                               ".a.%ld.tmpx", ".a.-%ld.tmp",
                                               ".a.%ldx.tmp", "a.%ld.tmp"};
    for (size_t i = 0; i < COUNT_OF(kept_formats); i++) {
        struct arena mem = {0};
        struct text t = {.mem = &mem};
        const char *star = strstr(kept_formats[i], "%ld");
        text_add(&t, kept_formats[i], (size_t)(star - kept_formats[i]));
        text_addf(&t, "%ld", dead);
        text_puts(&t, star + 3);
        help_write_text(help_path(folder, t.p), "not ours");
        arena_release(&mem);
    }
    // A number that lives says nothing, and one that is gone neither.
    snprintf(name, sizeof(name), ".a.%ld.tmp", (long)getppid());
    help_write_text(help_path(folder, name), "of a process before that one");
    snprintf(name, sizeof(name), ".a.%ld.7.tmp", dead);
    help_write_text(help_path(folder, name), "still written, in another container");
    int lock = open(help_path(folder, name), O_RDONLY);
    cr_assert_eq(flock(lock, LOCK_EX), 0);
    cr_assert_eq(publish_text(help_path(folder, "a"), "x"), STATUS_OK);
    cr_assert(file_exists(help_path(folder, name)));
    cr_assert_eq(help_count(folder), 1 + COUNT_OF(kept_formats) + 1);
    close(lock);
    cr_assert_eq(publish_text(help_path(folder, "a"), "x"), STATUS_OK);
    cr_assert_eq(help_count(folder), 1 + COUNT_OF(kept_formats));
}

/* Another process of our number, in another container, has our usual name. */
Test(publish, a_name_that_another_has_is_left_to_it)
{
    const char *folder = help_folder();
    char name[64];
    snprintf(name, sizeof(name), ".a.%ld.tmp", (long)getpid());
    help_write_text(help_path(folder, name), "theirs");
    int lock = open(help_path(folder, name), O_RDONLY);
    cr_assert_eq(flock(lock, LOCK_EX), 0);
    cr_assert_eq(publish_text(help_path(folder, "a"), "x"), STATUS_OK);
    cr_assert_str_eq(help_read(help_path(folder, "a"), NULL), "x");
    cr_assert_str_eq(help_read(help_path(folder, name), NULL), "theirs");
    cr_assert_eq(help_count(folder), 2);
    close(lock);
}

/* A folder of outputs may be tracked as a whole: nothing unfinished ever stands in it,
 * and what another version left there goes. */
Test(publish, a_folder_below_the_home_holds_outputs_only)
{
    const char *folder = help_folder(), *raw = help_path(folder, "raw");
    struct publish publish = {0};
    struct output *out;
    cr_assert_eq(mkdir(raw, 0755), 0);
    help_write_text(help_path(raw, ".gone.arrow.12.tmp"), "of a source that is gone");
    publish_home(&publish, folder, true);
    cr_assert_eq(publish_open(&publish, help_path(raw, "b.arrow"), &out, &err),
                 STATUS_OK);
    cr_assert_eq(output_text(out, "x", &err), STATUS_OK);
    cr_expect_eq(help_count(raw), 0);
    cr_expect_eq(help_count(folder), 2);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    cr_expect_eq(help_count(raw), 1);
    cr_expect_eq(help_count(folder), 1);
    publish_release(&publish);
}

/* Where the user leads is his business; what others put below is not followed. */
Test(publish, links_are_followed_in_what_was_named_only)
{
    const char *top = help_folder(), *home = help_path(top, "home");
    cr_assert_eq(mkdir(help_path(top, "disk"), 0755), 0);
    cr_assert_eq(mkdir(help_path(top, "victim"), 0755), 0);
    cr_assert_eq(symlink("disk", home), 0);
    cr_assert_eq(publish_text(help_path(home, "a"), "x"), STATUS_OK, "%s", err.message);
    cr_assert_eq(symlink("../victim", help_path(home, "raw")), 0);
    struct publish publish = {0};
    struct output *out;
    publish_home(&publish, home, true);
    cr_assert_eq(publish_open(&publish, help_path(home, "raw/b"), &out, &err),
                 STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "raw' is a symbolic link to '../victim'"));
    publish_release(&publish);
    cr_assert_eq(chdir(top), 0);
    cr_assert_eq(publish_text("home/a", "y"), STATUS_INPUT);
    cr_expect_str_eq(err.message,
                     "'home' is a symbolic link to 'disk'; none is followed here");
    cr_expect_str_eq(help_read("disk/a", NULL), "x");
    cr_expect_eq(help_count("victim"), 0);
}

Test(publish, abandoning_removes_the_temporary_files_only)
{
    const char *folder = help_folder();
    struct publish one = {0}, two = {0};
    struct output *out;
    cr_assert_eq(publish_text(help_path(folder, "done"), "x"), STATUS_OK);
    cr_assert_eq(publish_open(&one, help_path(folder, "a"), &out, &err), STATUS_OK);
    cr_assert_eq(publish_open(&two, help_path(folder, "b"), &out, &err), STATUS_OK);
    cr_assert_eq(help_count(folder), 3);
    // Not by a child, which would take them from its parent.
    pid_t child = fork();
    if (child == 0) {
        temporary_remove_all();
        _exit(0);
    }
    waitpid(child, NULL, 0);
    cr_assert_eq(help_count(folder), 3);
    temporary_remove_all();
    cr_assert_eq(help_count(folder), 1);
    publish_release(&one);
    publish_release(&two);
}

Test(publish, what_is_committed_is_no_longer_the_handlers_business)
{
    const char *folder = help_folder();
    struct publish publish = {0};
    struct output *out;
    cr_assert_eq(publish_open(&publish, help_path(folder, "a"), &out, &err), STATUS_OK);
    const char *temporary = help_path(folder, out->temporary.name);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    help_write_text(temporary, "somebody else's by now");
    temporary_remove_all();
    cr_assert(file_exists(temporary));
    publish_release(&publish);
    cr_assert(file_exists(temporary));
}

static void on_signal(int number)
{
    (void)number;
    temporary_remove_all();
    _exit(7);
}

Test(publish, a_handler_cleans_up_and_so_does_lost_memory)
{
    const char *folder = help_folder();
    for (int how = 0; how < 2; how++) {
        pid_t child = fork();
        if (child == 0) {
            struct publish publish = {0};
            struct output *out;
            signal(SIGTERM, on_signal);
            if (publish_open(&publish, help_path(folder, "a"), &out, &err) != STATUS_OK)
                _exit(1);
            if (how == 0)
                raise(SIGTERM);
            close(STDERR_FILENO);
            out_of_memory(1);
        }
        int state = 0;
        waitpid(child, &state, 0);
        cr_assert(WIFEXITED(state));
        cr_assert_eq(WEXITSTATUS(state), how == 0 ? 7 : STATUS_ENVIRONMENT);
        cr_assert_eq(help_count(folder), 0);
    }
}

Test(publish, what_a_former_run_left_goes_with_the_commit)
{
    const char *folder = help_folder(), *gone = help_path(folder, "gone.arrow");
    struct publish publish = {0};
    struct output *out;
    cr_assert_eq(publish_text(gone, "old"), STATUS_OK);
    cr_assert_eq(publish_text(help_path(folder, "kept.csv"), "old"), STATUS_OK);
    cr_assert_eq(publish_open(&publish, help_path(folder, "new.arrow"), &out, &err),
                 STATUS_OK);
    publish_sweep(&publish, help_path(folder, "*.arrow"));
    cr_assert(file_exists(gone));
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    cr_assert(!file_exists(gone));
    cr_assert(file_exists(help_path(folder, "new.arrow")));
    cr_assert_eq(help_count(folder), 2);
}

Test(publish, no_descriptor_stays_open)
{
    const char *folder = help_folder();
    int before = dup(0);
    close(before);
    for (int i = 0; i < 5; i++) {
        publish_text(help_path(folder, "x/y"), "x");
        publish_text(folder, "x");
        publish_text("/dev/full", "x");
        struct publish dropped = {0};
        struct output *out;
        cr_assert_eq(publish_open(&dropped, help_path(folder, "z"), &out, &err),
                     STATUS_OK);
        publish_release(&dropped);
    }
    int after = dup(0);
    close(after);
    cr_assert_eq(before, after);
}

Test(publish, more_outputs_than_the_table_holds_are_refused)
{
    const char *folder = help_folder();
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 1024 ? limit.rlim_max : 1024;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < 600)
        cr_skip_test("too few descriptors");
    struct publish publish = {0};
    struct output *out;
    char name[16];
    enum status status = STATUS_OK;
    int n = 0;
    for (; n < 600 && status == STATUS_OK; n++) {
        snprintf(name, sizeof(name), "%d", n);
        status = publish_open(&publish, help_path(folder, name), &out, &err);
    }
    expect_failure(status, "more than 512 outputs", "");
    cr_assert_eq(n, 513);
    publish_release(&publish);
    cr_assert_eq(help_count(folder), 0);
}
