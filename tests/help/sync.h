/* Set-up of the tests of push, pull, status and gc: a project whose remote is its folder
 * `box`.  Static, as repo.h says. */
#ifndef TESTS_SYNC_H
#define TESTS_SYNC_H

#include <criterion/criterion.h>

#include "help/help.h"
#include "help/project.h"
#include "sync/sync.h"

/* md5sum of "1\n", "2\n", "3\n". */
#define MD5_1 "b026324c6904b2a9cb4b88d6d61c81d1"
#define MD5_2 "26ab0db90d72e28ad0ba1e22ee510510"
#define MD5_3 "6d7fce9fee471194aa8b5b6e47267f03"
#define KEY_1 "files/md5/b0/26324c6904b2a9cb4b88d6d61c81d1"
#define KEY_2 "files/md5/26/ab0db90d72e28ad0ba1e22ee510510"
#define KEY_3 "files/md5/6d/7fce9fee471194aa8b5b6e47267f03"

/* dvc.lock up to the outputs of its only stage, which follow as DVC writes them. */
#define LOCK_OUTS "schema: '2.0'\nstages:\n  x:\n    cmd: x\n    outs:\n"

static const struct stage stage = {.name = "test"};
static struct arena mem, scratch;
static struct error err;
static struct run run = {
    .stage = &stage, .mem = &mem, .scratch = &scratch, .max_errors = 10};
static struct sync_options options = SYNC_OPTION_DEFAULTS;

static inline void help_sync_enter(void)
{
    help_enter();
    cr_assert_eq(file_make_folder(".dvc/tmp", &err), STATUS_OK);
    help_write_text(".dvc/config", "[core]\n    remote = box\n['remote \"box\"']\n"
                                   "    url = ../box\n");
}

static inline void help_sync_leave(void)
{
    arena_release(&scratch);
    arena_release(&mem);
}

/* Opens it over what it held, and connects it to the box. */
static inline void help_sync_open(struct sync *ret, bool connect)
{
    *ret = (struct sync){0};
    cr_assert_eq(sync_open(ret, &run, &options, &err), STATUS_OK, "%s", err.message);
    if (connect)
        cr_assert_eq(sync_connect(ret, &err), STATUS_OK, "%s", err.message);
}

#endif
