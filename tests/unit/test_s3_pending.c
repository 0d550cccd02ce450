#include <criterion/criterion.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "help/help.h"
#include "ship/s3_pending.h"

static struct arena mem;
static struct remote_config config = {.prefix = "pre fix"};
static struct s3_client client;
static struct s3_put put;

static void enter(void)
{
    cr_assert_eq(chdir(help_folder()), 0);
    cr_assert_eq(mkdir(".dvc", 0755), 0);
    client = (struct s3_client){
        .config = &config, .origin = "http://127.0.0.1:9000", .root = "/bucket"};
    put = (struct s3_put){.client = &client, .mem = &mem};
}

static void leave(void)
{
    arena_release(&mem);
}

TestSuite(s3_pending, .init = enter, .fini = leave);

#define PLACE "http%%3A//127.0.0.1%%3A9000/bucket/pre%%20fix" // in a format

/* The number of a process that has ended. */
static long dead_process(void)
{
    pid_t pid = fork();
    if (pid == 0)
        execl("/bin/true", "true", (char *)NULL);
    cr_assert(pid > 0 && waitpid(pid, NULL, 0) == pid);
    return (long)pid;
}

static size_t count_pending(void)
{
    size_t n = 0;
    for (const struct s3_pending *p = put.pending; p; p = p->next)
        n++;
    return n;
}

Test(s3_pending, an_upload_is_a_line_until_it_is_struck_out)
{
    s3_pending_add(&client, "a b", "id+1");
    s3_pending_add(&client, "c", "id2");
    const char *wanted = arena_format(&mem,
                                      "%ld " PLACE " a%%20b id%%2B1\n"
                                      "%ld " PLACE " c id2\n",
                                      (long)getpid(), (long)getpid());
    cr_expect_str_eq(help_read(S3_PENDING_FILE, NULL), wanted);
    s3_pending_strike(&client, "a b", "id+1");
    wanted = arena_format(&mem, "%ld " PLACE " c id2\n", (long)getpid());
    cr_expect_str_eq(help_read(S3_PENDING_FILE, NULL), wanted);
    s3_pending_strike(&client, "c", "id2");
    cr_expect_null(help_read(S3_PENDING_FILE, NULL));
}

Test(s3_pending, what_a_dead_process_left_is_aborted_once)
{
    struct s3_slot slot = {.client = &client};
    cr_assert_eq(mkdir(S3_PENDING_FOLDER, 0755), 0);
    help_write_text(S3_PENDING_FILE,
                    arena_format(&mem, "%ld " PLACE " a%%20b id%%2B1\n", dead_process()));
    s3_pending_begin(&put);
    cr_assert_eq(count_pending(), 1);
    cr_assert(s3_pending_next(&put, &slot));
    cr_expect_str_eq(slot.call.method, "DELETE");
    cr_expect_str_eq(slot.call.key, "a b");
    cr_assert_eq(slot.call.n_query, 1);
    cr_expect_str_eq(slot.call.query[0].name, "uploadId");
    cr_expect_str_eq(slot.call.query[0].value, "id+1");
    cr_expect_not(s3_pending_next(&put, &slot));
    // Refused, it stays for the next run; done, it is struck out.
    slot.call.done(&client, &slot, s3_reason_of_answer(503, VIEW("SlowDown")));
    cr_expect_not_null(help_read(S3_PENDING_FILE, NULL));
    slot.call.done(&client, &slot, s3_reason_of_answer(404, VIEW("NoSuchUpload")));
    cr_expect_null(help_read(S3_PENDING_FILE, NULL));
}

Test(s3_pending, other_remotes_living_processes_and_damaged_lines_are_left_alone)
{
    long dead = dead_process();
    const char *text = arena_format(&mem,
                                    "%ld " PLACE " alive id\n"
                                    "%ld http%%3A//127.0.0.1%%3A9000/bucket/pre key id\n"
                                    "%ld " PLACE "2 key id\n"
                                    "%ld " PLACE " key\n"
                                    "%ld " PLACE " %%4 id\n"
                                    "%ld " PLACE "  \n"
                                    "x " PLACE " key id\n"
                                    "-1 " PLACE " key id\n"
                                    "\n"
                                    "%ld " PLACE " cut id",
                                    (long)getppid(), dead, dead, dead, dead, dead, dead);
    cr_assert_eq(mkdir(S3_PENDING_FOLDER, 0755), 0);
    help_write_text(S3_PENDING_FILE, text);
    s3_pending_begin(&put);
    cr_expect_eq(count_pending(), 0);
    cr_expect_str_eq(help_read(S3_PENDING_FILE, NULL), text);
}

Test(s3_pending, without_a_repository_there_is_no_list)
{
    cr_assert_eq(rmdir(".dvc"), 0);
    s3_pending_add(&client, "a", "id");
    s3_pending_strike(&client, "a", "id");
    s3_pending_begin(&put);
    cr_expect_eq(count_pending(), 0);
    cr_expect_neq(access(".dvc", F_OK), 0);
}
