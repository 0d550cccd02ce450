/* How the model was made: steps with their grid, the split, the features, and the
 * commands. */
#include <string.h>

#include "base/number.h"
#include "file/file.h"
#include "learn/split.h"
#include "draw/figure.h"
#include "report/section.h"

/* A scalar as it was written, without a place for anything else. */
static const char *scalar(const struct page *p, const struct yaml_node *node)
{
    if (!node || node->kind == YAML_LIST || node->kind == YAML_MAP || !node->text.p)
        return "…";
    return arena_copy(p->mem, node->text.p, node->text.n);
}

static bool same_value(const char *a, const char *b)
{
    double x, y;

    if (number_parse(a, strlen(a), &x) && number_parse(b, strlen(b), &y))
        return x == y;
    return strcmp(a, b) == 0;
}

/* The value of a hyper-parameter in the best cell, or NULL when it is no axis of the
 * search. */
static const char *best_value(const struct page *p, const char *step,
                              const char *parameter)
{
    const struct report_search *s = &p->r->search;
    const char *name = arena_format(p->mem, "%s.%s", step, parameter);
    char value[32];

    for (size_t a = 0; a < s->table.n_axes; a++)
        if (strcmp(s->axis[a].name, name) == 0)
            return arena_string(p->mem, report_value(s, report_fitted(s), a, value));
    return NULL;
}

/* A parameter's value or its list, the one that won in bold. */
static void write_values(const struct page *p, const char *step,
                         const struct yaml_node *node)
{
    const char *best = best_value(p, step, node->key);

    html_textf(p->h, "%s ", node->key);
    if (node->kind != YAML_LIST) {
        html_text(p->h, scalar(p, node));
        return;
    }
    for (size_t i = 0; i < node->n; i++) {
        const char *value = scalar(p, node->child[i]);
        html_text(p->h, i > 0 ? ", " : "");
        html_element(p->h, best && same_value(best, value) ? "strong" : "span", NULL,
                     value);
    }
}

static void write_step(const struct page *p, const struct yaml_node *step)
{
    page_row(p, NULL, step->key ? step->key : "…");
    html_begin(p->h, "td");
    html_text(p->h, step->kind == YAML_MAP && step->n > 0 ? "" : "–");
    for (size_t i = 0; step->kind == YAML_MAP && i < step->n; i++) {
        html_text(p->h, i > 0 ? "; " : "");
        write_values(p, step->key, step->child[i]);
    }
    html_end(p->h);
    page_row_end(p);
}

/* The series model that stands for steps. */
static void series(const struct page *p)
{
    const struct report_search *s = &p->r->search;

    html_begin(p->h, "p");
    html_text(p->h, "A series model, ");
    html_element(p->h, "strong", NULL, search_csv_value(&s->table, s->order[0], 0).text);
    if (s->table.n_cells > 1)
        html_textf(p->h, ", the best of the %s that were tried", COUNT(s->table.n_cells));
    html_text(p->h, ".");
    html_end(p->h);
}

static void steps(const struct page *p)
{
    static const char *const header[] = {"Step", "Settings"};
    const struct yaml_node *train = yaml_get(p->r->pipeline->root, "train");
    const char *recipe = p->r->search.recipe;
    const struct yaml_node *of = train && recipe ? yaml_get(train, "recipes") : train;
    const struct yaml_node *list =
        of && of->kind == YAML_MAP ? yaml_get(of, recipe ? recipe : "steps") : NULL;

    if (!list || list->kind != YAML_LIST)
        return;
    page_table(p, NULL,
               "Steps of the model; of a list every value was tried, the bold one won",
               header, COUNT_OF(header));
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; list->child[i]->kind == YAML_MAP && k < list->child[i]->n; k++)
            write_step(p, list->child[i]->child[k]);
    page_table_end(p);
}

static void features(const struct page *p)
{
    static const char *const header[] = {"Formula",   "#Columns", "#Window",
                                         "#At least", "#Shift",   "#Lead"};
    const struct features_json *c = &p->r->features;
    const struct report_formulas *all = &p->r->formulas;

    if (c->n_features == 0)
        return;
    page_table(
        p, NULL,
        arena_format(p->mem, "%s features of %s rows%s%s", COUNT(c->n_features),
                     COUNT(c->rows), c->first ? ", " : "",
                     c->first ? arena_format(p->mem, "%s – %s", c->first, c->last) : ""),
        header, COUNT_OF(header));
    for (size_t i = 0; i < all->n; i++) {
        const struct report_formula *f = &all->formula[i];
        page_row(p, NULL, f->formula);
        page_number(p, COUNT(f->columns));
        page_number(p, COUNT(f->window));
        page_number(p, COUNT(f->min_periods));
        page_number(p, COUNT(f->shift));
        page_number(p, COUNT(f->lead));
        page_row_end(p);
    }
    page_table_end(p);
}

/* "method shuffled, test 0.2" of a section of the pipeline's file; false when it says
 * nothing. */
static bool write_section(const struct page *p, const char *key)
{
    const struct yaml_node *node = yaml_get(p->r->pipeline->root, key);

    for (size_t i = 0; node && node->kind == YAML_MAP && i < node->n; i++)
        html_textf(p->h, "%s%s %s", i > 0 ? ", " : "", node->child[i]->key,
                   scalar(p, node->child[i]));
    return node && node->kind == YAML_MAP && node->n > 0;
}

/* The method is said also where the file leaves it to the default. */
static void split(const struct page *p)
{
    const struct pipeline *pipeline = p->r->pipeline;
    const struct yaml_node *node = yaml_get(pipeline->root, "split");
    bool any = write_section(p, "split");
    enum split_method method = split_method(SPLIT_METHODS, pipeline->time.column != NULL);

    if (node && node->kind == YAML_MAP && yaml_get(node, "method"))
        return;
    html_textf(p->h, "%smethod %s (the default %s a time)", any ? ", " : "",
               option_string(SPLIT_METHOD_WORDS, method, p->mem),
               pipeline->time.column ? "with" : "without");
}

void page_recipe(const struct page *p)
{
    page_section(p, "recipe", "How it was made");
    if (p->r->selection.series)
        series(p);
    else
        steps(p);
    html_begin(p->h, "p");
    html_textf(p->h, "Seed %s. Split: ", COUNT(p->r->pipeline->seed));
    split(p);
    html_textf(p->h, ". Search: %s cells, %s folds.", COUNT(p->r->search.table.n_cells),
               COUNT(p->r->search.table.folds));
    html_end(p->h);
    features(p);
    page_commands(p);
    html_element(
        p->h, "p", "fine",
        "report.json beside this page has the same figures for programs; search.csv, "
        "residuals.csv and predictions.csv have every number.");
    page_section_end(p);
}
