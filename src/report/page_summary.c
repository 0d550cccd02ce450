/* The first lines: the title, and in words what a person wants to know in the morning. */
#include "draw/figure.h"
#include "report/section.h"

/* Green is for what is proven: neither for a difference that chance explains nor for a
 * hold-out that flatters. */
static const char *look(const struct verdict *v)
{
    if (v->says == VERDICT_WORSE || v->right == VERDICT_WORSE)
        return "verdict bad";
    if (v->right == VERDICT_BETTER)
        return "verdict good";
    return v->says == VERDICT_BETTER && (v->rival || !v->leaks) ? "verdict good"
                                                                : "verdict";
}

/* Which version predicts, and why tonight's does not where it was refused. */
static void add_gate(const struct page *p)
{
    const struct verdict_json *g = &p->r->gate;
    bool refused = verdict_json_outcome(g) == OUTCOME_REFUSED;
    size_t passed = 0;
    for (size_t i = 0; i < g->n_rules; i++)
        passed += g->rule[i].passed;
    html_elementf(p->h, "p", refused ? "next bad" : "next", "Gate: %s. %s", g->says,
                  g->n_rules == 0 ? "It was asked no rule."
                                  : arena_format(p->mem, "Rules passed: %s of %s.",
                                                 COUNT(passed), COUNT(g->n_rules)));
    for (size_t i = 0; i < g->n_rules; i++)
        if (!g->rule[i].passed)
            html_elementf(p->h, "p", "fine", "Rule “%s”: %s.", g->rule[i].rule,
                          g->rule[i].says);
}

/* What features show of later rows makes every figure worthless: it stands at the top, and
 * what somebody took for no leak with his reason. */
static void add_leaks(const struct page *p)
{
    const struct leaks *l = &p->r->backtest.leaks;
    for (size_t i = 0; i < l->n; i++) {
        struct text t = {.mem = p->mem};
        leak_say(&l->leak[i], &t);
        if (l->leak[i].accepted)
            html_elementf(p->h, "p", "fine", "Not counted as a leak: %s.", t.p);
        else
            html_elementf(p->h, "p", "next bad", "A leak: %s.", t.p);
    }
}

static void add_limits(const struct page *p)
{
    if (p->v->n_limits == 0)
        return;
    html_element(p->h, "p", "fine", "What limits these figures:");
    html_begin_class(p->h, "ul", "fine");
    for (size_t i = 0; i < p->v->n_limits; i++)
        html_element(p->h, "li", NULL, p->v->limit[i]);
    html_end(p->h);
}

void page_summary(const struct page *p)
{
    const struct pipeline *pipeline = p->r->pipeline;
    const struct verdict *v = p->v;
    struct html *h = p->h;

    html_begin(h, "header");
    html_elementf(h, "p", "kicker", "%s · %s of %s", pipeline->name, p->r->metrics.task,
                  p->r->metrics.target);
    html_element(h, "h1", NULL, pipeline->title);
    html_end(h);
    html_element(h, "p", look(v), v->headline);
    if (v->arrived[0])
        html_element(h, "p", "next", v->arrived);
    html_element(h, "p", "next", v->next);
    add_leaks(p);
    add_gate(p);
    if (v->sure[0])
        html_element(h, "p", "fine", v->sure);
    add_limits(p);
}
