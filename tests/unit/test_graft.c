/* Generated stages in a dvc.yaml that holds other things.  tests/dvc_yaml.sh has the
 * whole, and tests/interop/dvc_yaml.sh DVC beside it. */
#include <criterion/criterion.h>

#include "plan/graft.h"
#include "plan/mark.h"
#include "plan/patch.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(graft, .fini = release);
TestSuite(patch, .fini = release);

#define A "  a:\n    cmd: one\n"
#define B "  b:\n    cmd: two\n"
#define NEW_A "  a:\n    cmd: another\n"

static struct graft graft(const char *file, const char *a, const char *b, bool force)
{
    struct graft_stage stage[2];
    struct graft_request request = {
        .path = "dvc.yaml", .bytes = view_of(file), .stage = stage, .force = force};
    if (a)
        stage[request.n++] = (struct graft_stage){"a", view_of(a)};
    if (b)
        stage[request.n++] = (struct graft_stage){"b", view_of(b)};
    struct graft ret = {0};
    cr_assert_eq(graft_stages(&request, &mem, &ret, &err), STATUS_OK, "%s", err.message);
    return ret;
}

static const char *made(const char *file, const char *a, const char *b)
{
    struct graft g = graft(file, a, b, false);
    return arena_copy(&mem, g.bytes.p, g.bytes.n);
}

Test(graft, what_was_made_is_at_rest_and_goes_again)
{
    const char *both = made("", A, B), *first = made("", A, NULL);
    cr_assert(strstr(both, "  a:  " MARK), "%s", both);
    cr_assert_not(graft(both, A, B, false).changed);
    cr_assert_str_eq(made(both, A, NULL), first);
    cr_assert_str_eq(made(first, A, B), both);
    cr_assert_str_eq(made(made(both, NULL, NULL), A, B), both);
    cr_assert_str_eq(made(made(both, NEW_A, B), A, B), both);
}

Test(graft, what_others_wrote_stays_byte_for_byte)
{
    const char *mine =
        "vars:\r\n- x:   1 # why\n\nstages:\n  # first\n  mine: {cmd: \"a\\tb\"}\n\n"
        "  # last\n\n# end\nplots: []";
    const char *both = made(mine, A, B);
    cr_assert(strstr(both, "vars:\r\n- x:   1 # why\n\nstages:\n"), "%s", both);
    cr_assert(
        strstr(both,
               "  # first\n  mine: {cmd: \"a\\tb\"}\n\n  # last\n\n# end\nplots: []"),
        "%s", both);
    cr_assert_str_eq(made(made(both, NEW_A, NULL), A, B), both);
}

static const struct {
    const char *what, *find, *put;
} edits[] = {
    {"a command", "cmd: one", "cmd: one more"},
    {"a key", "    cmd: one\n", "    cmd: one\n    desc: x\n"},
    {"a comment", "    cmd: one\n", "    # slow\n    cmd: one\n"},
    {"a comment behind", "cmd: one", "cmd: one  # slow"},
    {"a mark that is gone", "  # made from", "  # MADE from"},
};

Test(graft, what_was_edited_is_named_and_kept_until_forced)
{
    const char *both = made("", A, B), *with_new_a = made("", NEW_A, B);
    for (size_t i = 0; i < COUNT_OF(edits); i++) {
        const char *at = strstr(both, edits[i].find);
        const char *edited = arena_format(&mem, "%.*s%s%s", (int)(at - both), both,
                                          edits[i].put, at + strlen(edits[i].find));
        struct graft g = graft(edited, NEW_A, B, false);
        cr_assert_not(g.changed, "%s", edits[i].what);
        cr_assert_eq(g.n_notes, 1, "%s", edits[i].what);
        cr_assert(strstr(g.note[0].message, "'a'"), "%s", g.note[0].message);
        g = graft(edited, NEW_A, B, true);
        cr_assert_str_eq(arena_copy(&mem, g.bytes.p, g.bytes.n), with_new_a, "%s",
                         edits[i].what);
    }
}

Test(graft, a_mark_of_a_comment_inside_quotes_is_none)
{
    const char *quoted = "  a:\n    cmd: \"it's 1\\\" #2\"\n    desc: 'x #y'\n";
    cr_assert_str_eq(made(made("", quoted, B), A, B), made("", A, B));
}

Test(graft, what_says_the_same_in_other_words_counts_as_made)
{
    const char *both = made("", A, B);
    cr_assert_str_eq(made("# x\nstages:\n  a: {cmd: 'one'}\n  b:\n    cmd: two\n", A, B),
                     arena_format(&mem, "# x\n%s", strstr(both, "stages:")));
}

static const char *const unreadable[] = {
    "stages: [",        "stages: {a: {cmd: x}}", "- 1\n",
    "stages: 1\n",      "x: &a 1\ny: *a\n",      "stages:\n  {a: {cmd: x}}\n",
    "? stages\n: {}\n",
};

Test(graft, what_cannot_be_kept_is_refused)
{
    const struct graft_stage stage = {"b", VIEW(B)};
    for (size_t i = 0; i < COUNT_OF(unreadable); i++) {
        struct graft_request request = {
            .path = "dvc.yaml", .bytes = view_of(unreadable[i]), .stage = &stage, .n = 1};
        struct graft ret = {.n_notes = 7};
        cr_assert_eq(graft_stages(&request, &mem, &ret, &err), STATUS_INPUT, "%s",
                     unreadable[i]);
        cr_assert_eq(ret.n_notes, 7);
        cr_assert_str_eq(err.loc.path, "dvc.yaml");
    }
}

Test(graft, nothing_goes_while_a_pipeline_cannot_be_read)
{
#define OVER(names) "  a:\n    matrix: {pipe: [" names "]}\n    cmd: one\n"
    static const char *const held[] = {"x"};
    const struct graft_stage stage = {"a", VIEW(OVER("y"))};
    const char *file = made("", OVER("x, y"), NULL);
    struct graft_request request = {.path = "dvc.yaml",
                                    .bytes = view_of(file),
                                    .stage = &stage,
                                    .n = 1,
                                    .held = held,
                                    .n_held = 1};
    struct graft g;
    cr_assert_eq(graft_stages(&request, &mem, &g, &err), STATUS_OK);
    cr_assert_not(g.changed);
    cr_assert_eq(g.n_notes, 1);
    request.n_held = 0;
    cr_assert_eq(graft_stages(&request, &mem, &g, &err), STATUS_OK);
    cr_assert(g.changed);
}

Test(patch, lines_are_replaced_removed_and_put_between)
{
    struct patch p = {.bytes = VIEW("0\n1\r\n2\n3"), .mem = &mem};
    patch_open(&p);
    cr_assert_eq(p.n_lines, 4);
    cr_assert(view_is(patch_line(&p, 1), "1"));
    patch_replace(&p, 4, 4, VIEW("end"));
    patch_replace(&p, 1, 2, VIEW("one\n"));
    patch_replace(&p, 1, 1, VIEW("between\n"));
    patch_replace(&p, 2, 3, VIEW(""));
    struct view out = patch_apply(&p);
    cr_assert(view_is(out, "0\none\nbetween\n3end"), "%s", out.p);
}
