/* The members of a leak, and the words for its kinds. */
#include "artifacts/leaks.h"

#include <string.h>

const char *const leak_kind_name[LEAK_KINDS] = {
    [LEAK_UNEXPLAINED] = "unexplained",
    [LEAK_ALTERED] = "altered",
    [LEAK_CUT] = "cut",
    [LEAK_TARGET] = "target",
    [LEAK_AHEAD] = "ahead",
    [LEAK_SCALED] = "scaled",
    [LEAK_ENCODED] = "encoded",
    [LEAK_RECIPE] = "recipe",
};

static const struct member leak_rows[] = {
    MEMBER(struct leak, column),           MEMBER(struct leak, kind),
    MEMBER_OR_NULL(struct leak, of),       MEMBER(struct leak, ahead),
    MEMBER_OR_NULL(struct leak, first),    MEMBER(struct leak, rows),
    MEMBER_OR_NULL(struct leak, accepted),
};

static const struct member proof_rows[] = {
    MEMBER_OR_NULL(struct leak_proof, from),
    MEMBER(struct leak_proof, fits),
    MEMBER(struct leak_proof, answers),
    MEMBER_OR_NULL(struct leak_proof, why),
};

const struct member leaks_rows[] = {
    MEMBER(struct leaks, origins),
    MEMBER(struct leaks, columns),
    MEMBER(struct leaks, rows),
    MEMBER_STRUCT(struct leaks, proof, proof_rows),
    MEMBER_LIST(struct leaks, "found", leak, n, leak_rows),
};

static enum leak_kind kind_of(const char *name)
{
    size_t k = 0;
    while (k < LEAK_KINDS && strcmp(leak_kind_name[k], name) != 0)
        k++;
    return (enum leak_kind)k;
}

bool leak_by_values(const struct leak *l)
{
    enum leak_kind kind = kind_of(l->kind);
    return kind == LEAK_TARGET || kind == LEAK_AHEAD || kind == LEAK_SCALED ||
           kind == LEAK_ENCODED;
}

enum status leaks_check(const struct leaks *l, const char *path, struct error *err)
{
    if (!l->proof.from != (l->proof.why != NULL))
        return error_refuse(err, path, "leaks.proof",
                            "expected a proof, or why there is none");
    for (size_t i = 0; i < l->n; i++) {
        const struct leak *leak = &l->leak[i];
        if (kind_of(leak->kind) == LEAK_KINDS)
            return error_refuse(err, path, "leaks.found", "%s is no kind of leak",
                                QUOTE(leak->kind));
        if (leak->accepted && !leak_by_values(leak))
            return error_refuse(err, path, "leaks.found",
                                "%s is a proof, which nobody accepts", QUOTE(leak->kind));
    }
    return STATUS_OK;
}

/* What it shows of another column. */
static void say_ahead(const struct leak *l, struct text *out)
{
    text_addf(out, "shows %s ", QUOTE(l->of ? l->of : "?"));
    if (l->ahead == 0)
        text_puts(out, "of its own row");
    else
        text_addf(out, "%zu step%s behind its row", l->ahead, l->ahead == 1 ? "" : "s");
}

static const char *const said[LEAK_KINDS] = {
    [LEAK_UNEXPLAINED] = "is made by no rule of features",
    [LEAK_ALTERED] = "is not what its rule makes of clean.arrow",
    [LEAK_CUT] = "changes when later rows are cut",
    [LEAK_SCALED] = "was scaled to mean 0 and deviation 1 over all rows",
};

static void say_what(const struct leak *l, struct text *out)
{
    enum leak_kind kind = kind_of(l->kind);
    if (kind == LEAK_RECIPE) {
        text_addf(out, "the answers of %s change with rows that it may not know",
                  QUOTE(l->column));
        return;
    }
    text_addf(out, "column %s ", QUOTE(l->column));
    if (kind == LEAK_TARGET || kind == LEAK_AHEAD)
        say_ahead(l, out);
    else if (kind == LEAK_ENCODED)
        text_addf(out, "holds means of %s over all rows", QUOTE(l->of ? l->of : "?"));
    else
        text_puts(out, kind < LEAK_KINDS ? said[kind] : "leaks");
}

void leak_say(const struct leak *l, struct text *out)
{
    say_what(l, out);
    bool recipe = kind_of(l->kind) == LEAK_RECIPE;
    text_addf(out, " (%zu %s%s)", l->rows, recipe ? "answer" : "row",
              l->rows == 1 ? "" : "s");
    if (l->accepted)
        text_addf(out, ", which is accepted: %s", l->accepted);
}
