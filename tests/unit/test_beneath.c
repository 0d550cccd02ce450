#define _GNU_SOURCE // O_PATH, SYS_openat2
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file/file.h"
#include "help/help.h"

static struct error err;

/* From here on the process lives on a kernel without openat2. */
static void without_openat2(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {COUNT_OF(filter), filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        cr_skip_test("system calls cannot be filtered here");
    cr_assert_eq(syscall(SYS_openat2, AT_FDCWD, ".", NULL, 0), -1);
    cr_assert_eq(errno, ENOSYS);
}

/* A tree with a link at each kind of place. */
static struct beneath plant(void)
{
    const char *top = help_folder(), *root = help_path(top, "root");
    cr_assert_eq(mkdir(root, 0755), 0);
    cr_assert_eq(mkdir(help_path(top, "victim"), 0755), 0);
    help_write_text(help_path(top, "victim/file"), "foreign");
    cr_assert_eq(mkdir(help_path(root, "a"), 0755), 0);
    cr_assert_eq(mkdir(help_path(root, "a/b"), 0755), 0);
    help_write_text(help_path(root, "a/b/file"), "own");
    cr_assert_eq(symlink("../victim", help_path(root, "out")), 0);
    cr_assert_eq(symlink("a", help_path(root, "in")), 0);
    cr_assert_eq(symlink("/etc", help_path(root, "a/etc")), 0);
    cr_assert_eq(symlink("../../../victim/file", help_path(root, "a/b/link")), 0);
    cr_assert_eq(symlink("nowhere", help_path(root, "loose")), 0);
    cr_assert_eq(mkfifo(help_path(root, "fifo"), 0600), 0);
    return (struct beneath){open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), root, "a hint"};
}

/* What opening a path comes to: 0, or errno. */
static const struct {
    const char *path;
    int flags, number;
} places[] = {
    {"a/b/file", O_RDONLY, 0},
    {"./a//b/./file", O_RDONLY, 0},
    {"", O_RDONLY | O_DIRECTORY, 0},
    {".", O_RDONLY | O_DIRECTORY, 0},
    {"a/b", O_PATH | O_DIRECTORY, 0},
    {"a/new", O_WRONLY | O_CREAT | O_EXCL, 0},
    {"out/file", O_RDONLY, ELOOP},
    {"out/new", O_WRONLY | O_CREAT | O_EXCL, ELOOP},
    {"out", O_RDONLY | O_DIRECTORY, ELOOP},
    {"out", O_PATH | O_DIRECTORY, ELOOP},
    {"in/b/file", O_RDONLY, ELOOP},
    {"a/etc/passwd", O_RDONLY, ELOOP},
    {"a/b/link", O_RDONLY, ELOOP},
    {"a/b/link", O_RDWR, ELOOP},
    {"loose", O_WRONLY | O_CREAT, ELOOP},
    {"../victim/file", O_RDONLY, EXDEV},
    {"a/../../victim/file", O_RDONLY, EXDEV},
    {"a/..", O_RDONLY, EXDEV},
    {"/etc/passwd", O_RDONLY, EXDEV},
    {"none/file", O_RDONLY, ENOENT},
    {"a/b/file/x", O_RDONLY, ENOTDIR},
    {"a/b/file", O_RDONLY | O_DIRECTORY, ENOTDIR},
    {"fifo", O_WRONLY | O_NONBLOCK, ENXIO},
    {"fifo/x", O_RDONLY, ENOTDIR},
};

static void expect_places(void)
{
    struct beneath root = plant();
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        errno = 0;
        int fd = beneath_open(&root, places[i].path, places[i].flags, 0600);
        cr_expect_eq(fd < 0 ? errno : 0, places[i].number, "%s, flags %o: %s",
                     places[i].path, (unsigned)places[i].flags, strerror(errno));
        if (fd >= 0)
            close(fd);
    }
    cr_expect_eq(help_count(help_path(root.path, "../victim")), 1);
    cr_expect_not(file_exists(help_path(root.path, "nowhere")));
    close(root.fd);
}

Test(beneath, what_leads_away_is_refused_by_the_kernel)
{
    expect_places();
}

Test(beneath, what_leads_away_is_refused_step_by_step)
{
    without_openat2();
    expect_places();
}

static void expect_acts(void)
{
    struct beneath root = plant();
    struct stat st;
    cr_expect_eq(beneath_stat(&root, "a/b/link", &st), 0);
    cr_expect(S_ISLNK(st.st_mode), "the link itself is looked at");
    cr_expect_eq(beneath_stat(&root, "out/file", &st), -1);
    cr_expect_eq(errno, ELOOP);
    cr_expect_eq(beneath_remove(&root, "out/file", 0), -1);
    cr_expect_eq(beneath_rename(&root, "a/b/file", &root, "out/file"), -1);
    cr_expect_eq(beneath_rename(&root, "out/file", &root, "a/mine"), -1);
    cr_expect_null(beneath_list(&root, "out"));
    cr_expect_eq(beneath_make(&root, "out/deep/er", false, &err), STATUS_INPUT);
    cr_expect_eq(beneath_make(&root, "a/etc/x", false, &err), STATUS_INPUT);
    cr_expect_eq(beneath_make(&root, "../x", false, &err), STATUS_INPUT);
    cr_expect_eq(beneath_make(&root, "a/b/file/x", false, &err), STATUS_ENVIRONMENT);
    cr_expect_str_eq(help_read(help_path(root.path, "../victim/file"), NULL), "foreign");
    cr_expect_eq(help_count(help_path(root.path, "../victim")), 1);
    // What stays below is done, and the link itself may go.
    umask(077);
    cr_expect_eq(beneath_make(&root, "a/x/y", false, &err), STATUS_OK, "%s", err.message);
    umask(022);
    cr_expect_eq(stat(help_path(root.path, "a/x/y"), &st), 0);
    cr_expect_eq(st.st_mode & 07777, 0755);
    cr_expect_eq(beneath_rename(&root, "a/b/file", &root, "a/x/y/file"), 0);
    cr_expect_eq(beneath_remove(&root, "a/b/link", 0), 0);
    cr_expect_eq(beneath_remove(&root, "a/b", AT_REMOVEDIR), 0);
    close(root.fd);
}

Test(beneath, nothing_is_changed_behind_a_link)
{
    expect_acts();
}

Test(beneath, nothing_is_changed_behind_a_link_step_by_step)
{
    without_openat2();
    expect_acts();
}

Test(beneath, the_link_and_where_it_leads_are_named)
{
    struct beneath root = plant();
    const char *paths[] = {"out", "out/file", "out/none/x"};
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        cr_expect_eq(beneath_check(&root, paths[i], &err), STATUS_INPUT);
        cr_expect_not_null(
            strstr(err.message,
                   "/root/out' is a symbolic link to '../victim'; none is followed here"),
            "%s", err.message);
        cr_expect_str_eq(err.hint, "a hint");
    }
    cr_expect_eq(beneath_check(&root, "a/b/file", &err), STATUS_OK);
    cr_expect_eq(beneath_check(&root, "none/x", &err), STATUS_OK);
    cr_expect_eq(beneath_check(&root, "../x", &err), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "'../x' does not lie below '"), "%s",
                       err.message);
    close(root.fd);
}

Test(beneath, what_is_not_there_has_nothing_below)
{
    const struct beneath none = {-1, "none", NULL};
    struct stat st;
    cr_expect_eq(beneath_open(&none, "x", O_RDONLY, 0), -1);
    cr_expect_eq(errno, ENOENT);
    cr_expect_eq(beneath_stat(&none, "x", &st), -1);
    cr_expect_eq(errno, ENOENT);
    cr_expect_eq(beneath_make(&none, "x", false, &err), STATUS_ENVIRONMENT);
}
