/* Pushing to a server that takes every write. */
#include <criterion/criterion.h>
#include <unistd.h>

#include "help/help.h"
#include "registry/registry_share.h"
#include "remote/remote_ops.h"

static struct arena mem;
static struct error err;

static enum status takes_all(struct remote *r, const char *key, struct view body,
                             const struct transfer *seen, struct arena *a, bool *ret_done,
                             struct error *e)
{
    struct transfer t = {.key = key, .body = body, .bytes = body.n};
    (void)seen;
    *ret_done = true;
    return remote_folder.put(r, &t, 1, a, e);
}

Test(registry_share, a_remote_that_keeps_nobody_off_is_refused)
{
    static const struct remote_config config = {.name = "r", .folder = "shelf"};
    struct remote_settings settings = {.jobs = 1, .timeout_s = 60};
    struct registry r = registry_at("registry", "milk");
    struct registry_source source = {.name = "model", .body = view_of("1")};
    struct registry_entry entry = {.n_sources = 1, .source = &source};
    struct registry_added added;
    struct registry_shared shared;
    struct remote *remote;
    struct remote_ops ops = remote_folder;
    cr_assert_eq(chdir(help_folder()), 0);
    cr_assert_eq(registry_add(&r, &entry, &mem, &added, &err), STATUS_OK);
    cr_assert_eq(remote_open(&config, &settings, &mem, &remote, &err), STATUS_OK);
    ops.swap = takes_all;
    remote->ops = &ops;
    cr_expect_eq(registry_push(&r, remote, false, &mem, &shared, &err),
                 STATUS_ENVIRONMENT);
    cr_expect_not_null(strstr(err.message, "conditional writes"), "%s", err.message);
    cr_expect_not_null(strstr(err.hint, "--allow-unsafe-remote"), "%s", err.hint);
    cr_expect_eq(access("shelf/nightmill/registry/milk/versions/1.json", F_OK), -1);
    cr_expect_eq(registry_push(&r, remote, true, &mem, &shared, &err), STATUS_OK, "%s",
                 err.message);
    cr_expect_eq(shared.sent, 1);
    remote_close(remote);
    cr_expect_eq(chdir("/"), 0);
}
