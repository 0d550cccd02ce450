#include <criterion/criterion.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "help/help.h"
#include "help/project.h"
#include "s3/s3_pending.h"
#include "s3/s3_sweep.h"

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

static size_t count_left(void)
{
    size_t n = 0;
    for (const struct s3_pending *p = put.left; p; p = p->next)
        n++;
    return n;
}

static struct s3_pending begun(const char *key, const char *id)
{
    return (struct s3_pending){.key = key, .id = id};
}

Test(s3_pending, an_upload_is_a_line_until_it_is_struck_out)
{
    s3_pending_add(&client, begun("a b", "id+1"));
    s3_pending_add(&client, (struct s3_pending){.key = "c", .asked_s = 1234});
    const char *wanted = arena_format(&mem,
                                      "%ld " PLACE " a%%20b id%%2B1\n"
                                      "%ld " PLACE " c @1234\n",
                                      (long)getpid(), (long)getpid());
    cr_expect_str_eq(help_read(S3_PENDING_FILE, NULL), wanted);
    s3_pending_strike(&client, begun("a b", "id+1"));
    wanted = arena_format(&mem, "%ld " PLACE " c @1234\n", (long)getpid());
    cr_expect_str_eq(help_read(S3_PENDING_FILE, NULL), wanted);
    s3_pending_strike(&client, (struct s3_pending){.key = "c", .asked_s = 1234});
    cr_expect_null(help_read(S3_PENDING_FILE, NULL));
}

Test(s3_pending, what_a_dead_process_left_is_aborted_once)
{
    struct s3_slot slot = {.client = &client};
    help_put(S3_PENDING_FILE,
             arena_format(&mem, "%ld " PLACE " a%%20b id%%2B1\n", dead_process()));
    s3_sweep_begin(&put);
    cr_assert_eq(count_left(), 1);
    cr_assert_eq(s3_sweep_next(&put, &slot), S3_CALL);
    cr_expect_str_eq(slot.call.method, "DELETE");
    cr_expect_str_eq(slot.call.key, "a b");
    cr_assert_eq(slot.call.n_query, 1);
    cr_expect_str_eq(slot.call.query[0].name, "uploadId");
    cr_expect_str_eq(slot.call.query[0].value, "id+1");
    cr_expect_eq(s3_sweep_next(&put, &slot), S3_NONE);
    // Refused, it stays for the next run; done, it is struck out.
    slot.call.done(&client, &slot, s3_reason_of_answer(503, VIEW("SlowDown")));
    cr_expect_not_null(help_read(S3_PENDING_FILE, NULL));
    slot.call.done(&client, &slot, s3_reason_of_answer(404, VIEW("NoSuchUpload")));
    cr_expect_null(help_read(S3_PENDING_FILE, NULL));
}

#define LISTED                                                                           \
    "<ListMultipartUploadsResult><EncodingType>url</EncodingType>"                       \
    "<Upload><Key>%s</Key><UploadId>%s</UploadId><Initiated>%s</Initiated></Upload>"     \
    "</ListMultipartUploadsResult>"

/* How many uploads are taken for what was asked for at 12:00:00, of a server's answer. */
static size_t taken(const char *key, const char *id, const char *at)
{
    struct s3_slot slot = {.client = &client};
    char *answer = arena_format(&mem, LISTED, key, id, at);
    slot.answer.body = view_of(answer);
    put.left = ARENA_NEW(&mem, struct s3_pending);
    *put.left = (struct s3_pending){.key = "a b", .asked_s = 1767268800};
    cr_assert_eq(s3_sweep_next(&put, &slot), S3_CALL);
    cr_expect_str_eq(slot.call.method, "GET");
    cr_expect_null(slot.call.key);
    cr_expect_eq(s3_sweep_next(&put, &slot), S3_LATER);
    slot.call.done(&client, &slot, s3_reason_of_answer(200, VIEW("")));
    return count_left();
}

Test(s3_pending, what_was_only_asked_for_is_looked_for_by_key_and_time)
{
    cr_expect_eq(taken("pre+fixa+b", "other key", "2026-01-01T12:00:01.000Z"), 0);
    cr_expect_eq(taken("pre+fix/a+b", "before", "2026-01-01T11:59:49.999Z"), 0);
    cr_expect_eq(taken("pre+fix/a+b", "after", "2026-01-01T12:10:01.000Z"), 0);
    cr_expect_eq(taken("pre+fix/a+b%zz", "damaged", "2026-01-01T12:00:01.000Z"), 0);
    cr_expect_eq(taken("pre+fix/a+b", "ours", "2026-01-01T12:00:01.000Z"), 1);
    cr_expect_str_eq(put.left->id, "ours");
    cr_expect_str_eq(put.left->key, "a b");
    cr_expect_eq(taken("pre+fix/a+b", "late", "2026-01-01T12:10:00.999Z"), 1);
    // It stands in the list now, as one of a process that lives.
    cr_expect_eq(taken("pre+fix/a+b", "ours", "2026-01-01T12:00:01.000Z"), 0);
}

Test(s3_pending, a_server_that_does_not_tell_is_asked_once)
{
    struct s3_slot slot = {.client = &client};
    help_put(S3_PENDING_FILE,
             arena_format(&mem, "%ld " PLACE " key @1234\n", dead_process()));
    s3_sweep_begin(&put);
    cr_assert_eq(s3_sweep_next(&put, &slot), S3_CALL);
    cr_expect(slot.call.optional);
    slot.call.done(&client, &slot, s3_reason_of_answer(503, VIEW("SlowDown")));
    cr_expect_not_null(help_read(S3_PENDING_FILE, NULL));
    put.asking++;
    slot.call.done(&client, &slot, s3_reason_of_answer(501, VIEW("NotImplemented")));
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
                                    "%ld " PLACE " key @\n"
                                    "%ld " PLACE " key @-1\n"
                                    "%ld " PLACE " key @9223372036854775807\n"
                                    "x " PLACE " key id\n"
                                    "-1 " PLACE " key id\n"
                                    "\n"
                                    "%ld " PLACE " cut id",
                                    (long)getppid(), dead, dead, dead, dead, dead, dead,
                                    dead, dead, dead);
    help_put(S3_PENDING_FILE, text);
    s3_sweep_begin(&put);
    cr_expect_eq(count_left(), 0);
    cr_expect_str_eq(help_read(S3_PENDING_FILE, NULL), text);
}

Test(s3_pending, without_a_repository_there_is_no_list)
{
    cr_assert_eq(rmdir(".dvc"), 0);
    s3_pending_add(&client, begun("a", "id"));
    s3_pending_strike(&client, begun("a", "id"));
    s3_sweep_begin(&put);
    cr_expect_eq(count_left(), 0);
    cr_expect_neq(access(".dvc", F_OK), 0);
}
