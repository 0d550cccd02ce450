/* Set-up of the tests that work in a repository of DVC's.
 *
 * Static and in a header, since every test links all that is compiled here: only those
 * that include it link what it needs of src/dvc and src/remote. */
#ifndef TESTS_REPO_H
#define TESTS_REPO_H

#include <criterion/criterion.h>

#include <unistd.h>

#include "dvc/dvc_repo.h"
#include "help/project.h"

static struct arena mem;
static struct error err;
static struct dvc_repo repo;

/* Opens it anew, with a cache of that type. */
static inline void help_repo_open(const char *type)
{
    help_put(".dvc/config", arena_format(&mem, "[cache]\n    type = %s\n", type));
    cr_assert_eq(dvc_repo_open(&mem, &repo, &err), STATUS_OK, "%s", err.message);
}

static inline void help_repo_enter(void)
{
    help_enter();
    help_repo_open("copy");
}

static inline void help_repo_leave(void)
{
    dvc_repo_close(&repo);
    arena_release(&mem);
    cr_expect_eq(chdir("/"), 0);
}

#endif
