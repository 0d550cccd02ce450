/* The card: what the model predicts, how well, from what, and of which bytes.
 *
 * Figures have six significant digits; texts are escaped, so that a name cannot make
 * headings or links. */
#include "registry/card.h"

#include <math.h>
#include <string.h>

#include "artifacts/backtest_json.h"
#include "artifacts/features_json.h"
#include "artifacts/metrics_json.h"
#include "file/file.h"

enum { SHOWN_FEATURES = 20 };

/* A text of somebody else's, as a cell of a table or a piece of a line shows it. */
static void add_plain(struct text *out, const char *cstring)
{
    struct text shown = {.mem = out->mem};
    text_add_shown(&shown, view_of(cstring));
    for (size_t i = 0; i < shown.n; i++) {
        if (strchr("\\`*_{}[]<>#|!~", shown.p[i]))
            text_putc(out, '\\');
        text_putc(out, shown.p[i]);
    }
}

static void add_figure(struct text *out, double x)
{
    if (isnan(x))
        text_puts(out, " |");
    else
        text_addf(out, " %.6g |", x);
}

static void add_score(struct text *out, const char *name,
                      const struct metrics_json_score *s)
{
    text_puts(out, "| ");
    add_plain(out, name);
    text_addf(out, " | %zu |", s->n);
    for (size_t i = 0; i < s->n_figures; i++)
        add_figure(out, s->figure[i].value);
    text_putc(out, '\n');
}

static void add_scores(struct text *out, const struct metrics_json *m)
{
    const struct metrics_json_score *s = &m->holdout;
    text_puts(out, "\n## How good it is\n\n| on | rows |");
    for (size_t i = 0; i < s->n_figures; i++)
        text_addf(out, " %s |", s->figure[i].name);
    text_puts(out, "\n| --- | --- |");
    for (size_t i = 0; i < s->n_figures; i++)
        text_puts(out, " --- |");
    text_putc(out, '\n');
    add_score(out, "rows held out", s);
    for (size_t i = 0; i < m->n_baselines; i++)
        add_score(out, m->baseline[i].name, &m->baseline[i].score);
    add_score(out, "rows it learnt from", &m->training);
    if (m->arrived)
        add_score(out, "rows that arrived since", &m->arrived->score);
    text_puts(out, "\nThe other lines are naive forecasts on the rows held out.\n");
}

static enum status add_metrics(const struct registry_manifest *m, const char *folder,
                               struct text *out, struct error *err)
{
    struct metrics_json metrics;
    if (!registry_manifest_find(m, "metrics.json"))
        return STATUS_OK;
    TRY(metrics_json_read(file_join(out->mem, folder, "metrics.json"), out->mem, &metrics,
                          err));
    text_puts(out, "\nIt predicts **");
    add_plain(out, metrics.target);
    text_addf(out, "** (%s).\n", metrics.task);
    add_scores(out, &metrics);
    return STATUS_OK;
}

static void add_part(struct text *out, const char *name,
                     const struct backtest_json_part *part)
{
    text_puts(out, "| ");
    add_plain(out, name);
    text_addf(out, " | %zu |", part->n);
    for (size_t i = 0; i < part->n_figures; i++)
        add_figure(out, part->figure[i].value);
    add_figure(out, part->bands ? 100 * part->bands->coverage : NAN);
    text_putc(out, '\n');
}

static void add_skills(struct text *out, const struct backtest_json *b)
{
    text_addf(out, "\n| against | rows | skill in %s | p |\n| --- | --- | --- | --- |\n",
              b->judge);
    for (size_t i = 0; i < b->all->n_baselines; i++) {
        const struct backtest_json_baseline *base = &b->all->baseline[i];
        text_puts(out, "| ");
        add_plain(out, base->name);
        text_addf(out, " | %zu |", base->versus.n);
        add_figure(out, base->versus.skill);
        add_figure(out, base->versus.p);
        text_putc(out, '\n');
    }
}

static void add_origins(struct text *out, const struct backtest_json *b)
{
    const struct backtest_json_part *all = b->all;
    text_puts(out, "\n## How good it would have been\n\n");
    if (b->plan)
        text_addf(out, "%zu origins, %s to %s, horizon %zu; learnt %zu times.\n\n",
                  b->plan->origins, b->plan->first, b->plan->last, b->plan->horizon,
                  b->plan->fits);
    text_puts(out, "| on | rows |");
    for (size_t i = 0; i < all->n_figures; i++)
        text_addf(out, " %s |", all->figure[i].name);
    text_puts(out, " % in the bands |\n| --- | --- |");
    for (size_t i = 0; i <= all->n_figures; i++)
        text_puts(out, " --- |");
    text_putc(out, '\n');
    add_part(out, "all of them", all);
    for (size_t i = 0; i < b->n_spans; i++)
        add_part(out, b->span[i].name, &b->span[i]);
    add_skills(out, b);
}

static enum status add_backtest(const struct registry_manifest *m, const char *folder,
                                struct text *out, struct error *err)
{
    struct backtest_json b;
    if (!registry_manifest_find(m, "backtest.json"))
        return STATUS_OK;
    TRY(backtest_json_read(file_join(out->mem, folder, "backtest.json"), out->mem, &b,
                           err));
    if (b.all && b.all->n > 0)
        add_origins(out, &b);
    return STATUS_OK;
}

static void add_features(struct text *out, const struct features_json *f)
{
    text_addf(out, "\n## What it looks at\n\n%zu feature%s of %zu rows", f->n_features,
              f->n_features == 1 ? "" : "s", f->rows);
    if (f->first && f->last)
        text_addf(out, ", %s to %s", f->first, f->last);
    text_puts(out, ".\n\n");
    for (size_t i = 0; i < f->n_features && i < SHOWN_FEATURES; i++) {
        text_puts(out, "- ");
        add_plain(out, f->feature[i].name);
        text_putc(out, '\n');
    }
    if (f->n_features > SHOWN_FEATURES)
        text_addf(out, "- and %zu others (features.json)\n",
                  f->n_features - SHOWN_FEATURES);
}

static enum status add_catalogue(const struct registry_manifest *m, const char *folder,
                                 struct text *out, struct error *err)
{
    struct features_json f;
    if (!registry_manifest_find(m, "features.json"))
        return STATUS_OK;
    TRY(features_json_read(file_join(out->mem, folder, "features.json"), out->mem, &f,
                           err));
    add_features(out, &f);
    return STATUS_OK;
}

static void add_file(struct text *out, const char *name, size_t bytes, const char *sha256)
{
    text_puts(out, "| ");
    add_plain(out, name);
    text_addf(out, " | %zu | `%s` |\n", bytes, sha256);
}

static void add_lineage(struct text *out, const struct registry_manifest *m)
{
    const struct registry_lineage *l = &m->lineage;
    text_puts(out, "\n## What it was made from\n\n");
    if (l->code) {
        text_puts(out, "- code: ");
        add_plain(out, l->code);
        text_putc(out, '\n');
    }
    text_addf(out, "- production then: %s%s%s\n",
              l->parent ? "the version with content `" : "none",
              l->parent ? l->parent : "", l->parent ? "`" : "");
    if (l->n_data == 0)
        return;
    text_puts(out, "\n| data | bytes | SHA-256 |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < l->n_data; i++)
        add_file(out, l->data[i].file, l->data[i].bytes, l->data[i].sha256);
}

static void add_files(struct text *out, const struct registry_manifest *m)
{
    text_puts(out, "\n## Its files\n\n| file | bytes | SHA-256 |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < m->n_files; i++)
        add_file(out, m->file[i].name, m->file[i].bytes, m->file[i].sha256);
}

enum status card_write(const struct registry_manifest *m, const char *folder,
                       struct text *out, struct error *err)
{
    text_puts(out, "# Model card: ");
    add_plain(out, m->pipeline);
    text_addf(out, "\n\nContent `%s`.\n", m->content);
    TRY(add_metrics(m, folder, out, err));
    TRY(add_backtest(m, folder, out, err));
    TRY(add_catalogue(m, folder, out, err));
    add_lineage(out, m);
    add_files(out, m);
    return STATUS_OK;
}
