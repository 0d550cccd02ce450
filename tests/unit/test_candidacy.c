/* What becomes of the names when a candidate has been judged. */
#include <criterion/criterion.h>
#include <unistd.h>

#include "gate/candidacy.h"
#include "help/help.h"

static struct arena mem;
static struct error err;
static struct registry r;

static void add(const char *model)
{
    struct registry_source source = {.name = "model.json", .body = view_of(model)};
    struct registry_entry entry = {.n_sources = 1, .source = &source};
    struct registry_added added;
    cr_assert_eq(registry_add(&r, &entry, &mem, &added, &err), STATUS_OK);
}

static void promote(size_t from, size_t to)
{
    struct registry_move m = {REGISTRY_PRODUCTION, from, to, "ana", "I know it"};
    cr_assert_eq(registry_move(&r, &m, &mem, &err), STATUS_OK, "%s", err.message);
}

static void set_up(void)
{
    cr_assert_eq(chdir(help_folder()), 0);
    r = registry_at("registry", "milk");
    add("one");
    add("two");
}

static void tear_down(void)
{
    arena_release(&mem);
    cr_expect_eq(chdir("/"), 0);
}

TestSuite(candidacy, .init = set_up, .fini = tear_down);

Test(candidacy, one_that_waits_does_so_behind_the_production_that_it_was_judged_beside)
{
    struct candidacy s = {.registry = r, .candidate.version = 2, .production.version = 1};
    promote(0, 1);
    cr_assert_eq(candidacy_settle(&s, false, "it waits", &mem, &err), STATUS_OK);
    s.named = 2;
    promote(1, 2);
    cr_assert_eq(candidacy_settle(&s, false, "it waits", &mem, &err), STATUS_BUSY);
    cr_assert_str_eq(err.message, "'production' is version 2 now, not version 1");
    cr_assert_eq(candidacy_settle(&s, true, "it is better", &mem, &err), STATUS_BUSY);
}

Test(candidacy, one_that_is_refused_while_nothing_predicts_moves_no_production)
{
    struct candidacy s = {.registry = r, .candidate.version = 2};
    struct registry_aliases a;
    cr_assert_eq(candidacy_settle(&s, false, "refused", &mem, &err), STATUS_OK);
    cr_assert_eq(registry_aliases(&r, &mem, &a, &err), STATUS_OK);
    cr_assert_eq(registry_aliased(&a, REGISTRY_CANDIDATE), 2);
    cr_assert_eq(registry_aliased(&a, REGISTRY_PRODUCTION), 0);
}
