/* The features that the model uses, with the scores by which they were chosen. */
#include <string.h>

#include "draw/chart_bars.h"
#include "draw/figure.h"
#include "report/section.h"
#include "steps/select.h"

enum { CHOSEN_SHOWN = 30, OTHERS_SHOWN = 3 };

static const char *by_words(const char *by)
{
    static const char *const words[] = {"mutual information with the target, in nats",
                                        "the F score of its correlation with the target"};
    unsigned i;
    return option_index(SELECT_BY_WORDS, view_of(by), &i) ? words[i] : by;
}

/* The chosen ones and the next best, as bars. */
static void draw(const struct page *p)
{
    static const char *const header[] = {"Feature", "#Score", ""};
    const struct report_selection *s = &p->r->selection;
    size_t chosen = s->n_chosen < CHOSEN_SHOWN ? s->n_chosen : CHOSEN_SHOWN;
    size_t others =
        s->n_all - s->n_chosen < OTHERS_SHOWN ? s->n_all - s->n_chosen : OTHERS_SHOWN;
    struct bar *bar = ARENA_ARRAY(p->mem, struct bar, chosen + others);

    for (size_t i = 0; i < chosen; i++)
        bar[i] = (struct bar){.name = s->feature[i].name, .value = s->feature[i].score};
    for (size_t i = 0; i < others; i++) {
        const struct report_feature *f = &s->feature[s->n_chosen + i];
        bar[chosen + i] = (struct bar){f->name, f->score, "(not chosen)", true};
    }
    page_table(p, "bars", arena_format(p->mem, "Score: %s", by_words(s->by)), header,
               COUNT_OF(header));
    bars_draw(p->h, bar, chosen + others);
    page_table_end(p);
}

void page_features(const struct page *p)
{
    const struct report_selection *s = &p->r->selection;

    page_section(p, "features", "Chosen features");
    if (s->series) {
        html_elementf(p->h, "p", NULL,
                      "None: the series model %s forecasts from the past of the target "
                      "alone.",
                      s->series);
    } else if (!s->present) {
        html_elementf(p->h, "p", NULL, "The model uses all %s features; none are chosen.",
                      COUNT(s->n_all));
    } else {
        html_elementf(
            p->h, "p", NULL,
            "The model uses %s of %s features, those with the highest scores on the "
            "training rows.",
            COUNT(s->n_chosen), COUNT(s->n_all));
        draw(p);
        if (s->n_chosen > CHOSEN_SHOWN)
            html_elementf(p->h, "p", "fine",
                          "%s more were chosen; model.json lists them all.",
                          COUNT(s->n_chosen - CHOSEN_SHOWN));
    }
    page_section_end(p);
}
