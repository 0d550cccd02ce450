/* The first lines: the title, and in words what a person wants to know in the morning. */
#include "report/section.h"

/* Green is for what is proven: neither for a difference that chance explains nor for a
 * hold-out that flatters. */
static const char *look(const struct verdict *v)
{
    if (v->says == VERDICT_WORSE)
        return "verdict bad";
    return v->says == VERDICT_BETTER && !v->leaks ? "verdict good" : "verdict";
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
    if (v->sure[0])
        html_element(h, "p", "fine", v->sure);
}
