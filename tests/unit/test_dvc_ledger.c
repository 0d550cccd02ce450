#include <criterion/criterion.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dvc/dvc_ledger.h"
#include "file/file.h"
#include "help/help.h"
#include "help/repo.h"

/* Each test works in a project of its own, of pipelines p0, p1, … with stages a and b. */
#define JOURNAL ".dvc/tmp/nightmill.journal"
#define PLACES ".dvc/tmp/nightmill.places"

static struct dvc_ledger ledger;
static struct texts order;

static void enter(void)
{
    help_enter();
    cr_assert_eq(file_make_folder(".dvc/tmp", &err), STATUS_OK);
}

static void leave(void)
{
    dvc_ledger_release(&ledger);
    help_repo_leave();
}

TestSuite(dvc_ledger, .init = enter, .fini = leave);

/* The names of the stages of so many pipelines, as dvc.yaml has them. */
static void pipelines(size_t n)
{
    const char **v = ARENA_ARRAY(&mem, const char *, 2 * n);
    for (size_t i = 0; i < 2 * n; i++)
        v[i] = arena_format(&mem, "%c@p%zu", i < n ? 'a' : 'b', i % n);
    order = (struct texts){2 * n, v};
}

static void sync_it(void)
{
    cr_assert_eq(dvc_ledger_sync(&ledger, &err), STATUS_OK, "%s", err.message);
}

static void fold(void)
{
    cr_assert_eq(dvc_ledger_fold(&ledger, &order, &err), STATUS_OK, "%s", err.message);
}

static bool put(const char *name, const char *command)
{
    const struct dvc_record record = {.name = name, .commands = {1, &command}};
    bool changed;
    cr_assert_eq(dvc_ledger_put(&ledger, &record, &changed, &err), STATUS_OK, "%s",
                 err.message);
    return changed;
}

/* The command of a record; "" where there is none. */
static const char *command_of(const char *name)
{
    const struct dvc_record *record;
    cr_assert_eq(dvc_ledger_find(&ledger, name, &record, &err), STATUS_OK, "%s",
                 err.message);
    return record ? record->commands.v[0] : "";
}

/* The file's bytes, to be damaged. */
static char *copy_of(const char *path, size_t *ret_n)
{
    const char *bytes = help_read(path, ret_n);
    return arena_copy(&mem, bytes, *ret_n);
}

/* As another process would begin. */
static void begin_anew(void)
{
    dvc_ledger_release(&ledger);
    sync_it();
}

Test(dvc_ledger, a_record_waits_in_the_journal_until_it_is_folded)
{
    pipelines(1);
    sync_it();
    cr_assert(put("a@p0", "one"));
    cr_assert(dvc_ledger_waits() && !file_exists("dvc.lock"));
    cr_assert_str_eq(command_of("a@p0"), "one");
    begin_anew();
    cr_assert_str_eq(command_of("a@p0"), "one");
    fold();
    cr_assert_not(dvc_ledger_waits());
    cr_assert_str_eq(help_read("dvc.lock", NULL),
                     "schema: '2.0'\nstages:\n  a@p0:\n    cmd: one\n");
    sync_it();
    cr_assert_not(put("a@p0", "one"), "the same record is no change");
    cr_assert_not(dvc_ledger_waits());
}

Test(dvc_ledger, records_fold_into_the_order_of_one_after_the_other)
{
    pipelines(3);
    sync_it();
    const char *const names[] = {"a@p2", "a@p0", "b@p2", "a@own", "b@p0", "a@p1", "b@p1"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        put(names[i], "x");
    fold();
    const char *found = help_read("dvc.lock", NULL);
    const char *const in_order[] = {"a@own", "a@p0", "b@p0", "a@p1",
                                    "b@p1",  "a@p2", "b@p2"};
    for (size_t i = 0; i < COUNT_OF(in_order); i++) {
        const char *at = strstr(found, in_order[i]);
        cr_assert(at, "%s", in_order[i]);
        found = at;
    }
}

Test(dvc_ledger, an_entry_is_void_where_somebody_else_has_recorded_the_stage)
{
    pipelines(2);
    help_put("dvc.lock", "schema: '2.0'\nstages:\n  a@p0:\n    cmd: old\n"
                         "  a@p1:\n    cmd: old\n");
    sync_it();
    put("a@p0", "ours");
    put("a@p1", "ours");
    put("a@p1", "ours again");
    // Git or DVC puts another file there; a@p1 is what it was.
    help_put("dvc.lock", "schema: '2.0'\nstages:\n  a@p0:\n    cmd: theirs\n"
                         "  a@p1:\n    cmd: old\n");
    sync_it();
    cr_assert_str_eq(command_of("a@p0"), "theirs");
    cr_assert_str_eq(command_of("a@p1"), "ours again");
    fold();
    cr_assert_str_eq(help_read("dvc.lock", NULL),
                     "schema: '2.0'\nstages:\n  a@p0:\n    cmd: theirs\n"
                     "  a@p1:\n    cmd: ours again\n");
}

Test(dvc_ledger, what_another_process_added_is_seen)
{
    struct dvc_ledger other = {0};
    pipelines(2);
    sync_it();
    cr_assert_eq(dvc_ledger_sync(&other, &err), STATUS_OK);
    put("a@p0", "one");
    cr_assert_eq(dvc_ledger_sync(&other, &err), STATUS_OK);
    const struct dvc_record *record = NULL;
    cr_assert_eq(dvc_ledger_find(&other, "a@p0", &record, &err), STATUS_OK);
    cr_assert(record && strcmp(record->commands.v[0], "one") == 0);
    cr_assert_eq(dvc_ledger_fold(&other, &order, &err), STATUS_OK);
    dvc_ledger_release(&other);
    sync_it();
    put("a@p1", "two");
    fold();
    begin_anew();
    cr_assert_str_eq(command_of("a@p0"), "one");
    cr_assert_str_eq(command_of("a@p1"), "two");
}

/* A journal cut at any byte: what was whole before counts, and the next entry follows. */
Test(dvc_ledger, a_journal_may_be_cut_anywhere)
{
    struct stat st;
    pipelines(2);
    sync_it();
    put("a@p0", "one");
    cr_assert_eq(stat(JOURNAL, &st), 0);
    off_t first = st.st_size;
    put("b@p0", "two");
    cr_assert_eq(stat(JOURNAL, &st), 0);
    for (off_t cut = st.st_size - 1; cut >= 0; cut--) {
        cr_assert_eq(truncate(JOURNAL, cut), 0);
        begin_anew();
        cr_assert_str_eq(command_of("b@p0"), "", "cut at %ld", (long)cut);
        cr_assert_str_eq(command_of("a@p0"), cut >= first ? "one" : "");
        cr_assert(put("b@p1", "three"));
        begin_anew();
        cr_assert_str_eq(command_of("b@p1"), "three");
        cr_assert_eq(truncate(JOURNAL, cut), 0);
    }
}

Test(dvc_ledger, a_damaged_entry_ends_the_journal)
{
    size_t n;
    pipelines(1);
    sync_it();
    put("a@p0", "one");
    char *bytes = copy_of(JOURNAL, &n);
    for (size_t i = 0; i < n; i++) {
        bytes[i] ^= 1;
        help_write(JOURNAL, bytes, n);
        bytes[i] ^= 1;
        begin_anew();
        cr_assert_str_eq(command_of("a@p0"), "", "byte %zu", i);
    }
}

/* A record as long as those of a pipeline are. */
static const char *long_command(size_t i)
{
    struct text t = {.mem = &mem};
    text_addf(&t, "run-%zu", i);
    for (int k = 0; k < 100; k++)
        text_puts(&t, "-and-something-more");
    return t.p;
}

static void large_lock(size_t n)
{
    pipelines(n);
    sync_it();
    for (size_t i = 0; i < order.n; i++)
        put(order.v[i], long_command(i));
    fold();
}

Test(dvc_ledger, a_lock_of_many_pipelines_is_no_smaller_than_it_must_be)
{
    large_lock(400);
    cr_assert_gt(file_size("dvc.lock"), (uint64_t)1 << 20);
    cr_assert(file_exists(PLACES));
    begin_anew();
    cr_assert_str_eq(command_of("b@p399"), long_command(799));
    cr_assert_eq(unlink(PLACES), 0);
    begin_anew();
    cr_assert_str_eq(command_of("b@p399"), long_command(799));
    put("b@p7", "short");
    fold();
    begin_anew();
    cr_assert_str_eq(command_of("b@p7"), "short");
    cr_assert_str_eq(command_of("a@p8"), long_command(8));
}

Test(dvc_ledger, places_of_another_lock_are_not_used)
{
    large_lock(100);
    size_t n;
    char *bytes = copy_of("dvc.lock", &n);
    // The same length, other places.
    char *at = strstr(bytes, "  b@p50:");
    memmove(at + 2, at, (size_t)(bytes + n - at) - 2);
    memcpy(at, "\n\n", 2);
    help_write("dvc.lock", bytes, n);
    begin_anew();
    const struct dvc_record *record;
    cr_assert_eq(dvc_ledger_find(&ledger, "b@p50", &record, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_not_null(record);
}

Test(dvc_ledger, damaged_places_are_not_used)
{
    size_t n;
    large_lock(100);
    char *bytes = copy_of(PLACES, &n);
    for (size_t i = 0; i < n; i += 97) {
        bytes[i] ^= 4;
        help_write(PLACES, bytes, n);
        bytes[i] ^= 4;
        begin_anew();
        cr_assert_str_eq(command_of("a@p99"), long_command(99), "byte %zu", i);
    }
}
