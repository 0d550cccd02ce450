/* Writes the stages of dvc.yaml.
 *
 * `matrix` goes over the pipelines.  DVC refuses a parameter that is not there: where
 * pipelines differ in the keys that they have, or in the folder of their sources, the
 * stage goes over a map instead, and a pipeline without the key names another one of its
 * keys in its place.  A key that none has is left out, until one has it. */
#include "plan/stanza.h"

struct writer {
    const struct flow_stage *stage;
    const struct roster *roster;
    struct texts keys;  // of the stage's, those that some tracked pipeline has
    bool *lacking;      // [n of keys] some tracked pipeline has it not
    const char *margin; // before the stage's keys
    const char *who;    // stands for the pipeline
    struct text *out;
};

static const struct roster_pipeline *next_tracked(const struct roster *roster, size_t *i)
{
    while (*i < roster->n && !roster->pipeline[*i].tracked)
        ++*i;
    return *i < roster->n ? &roster->pipeline[(*i)++] : NULL;
}

static bool has_key(const struct roster_pipeline *p, const char *key)
{
    return yaml_get(p->root, key) != NULL;
}

/* Another key of the pipeline's file, in place of one that it has not. */
static const char *other_key(const struct roster_pipeline *p, const struct texts *keys)
{
    for (size_t i = 0; i < keys->n; i++)
        if (has_key(p, keys->v[i]))
            return keys->v[i];
    return "ingest";
}

static void find_keys(struct writer *w)
{
    const struct texts *all = &w->stage->keys;
    const struct roster_pipeline *p;
    const char **v = ARENA_ARRAY(w->out->mem, const char *, all->n);
    for (size_t k = 0; k < all->n; k++) {
        bool known = false;
        for (size_t i = 0; (p = next_tracked(w->roster, &i)) != NULL;)
            known = known || has_key(p, all->v[k]);
        if (known)
            v[w->keys.n++] = all->v[k];
    }
    w->keys.v = v;
}

static bool find_lacking(struct writer *w)
{
    const struct texts *keys = &w->keys;
    const struct roster_pipeline *p;
    bool some = false;
    w->lacking = ARENA_ARRAY(w->out->mem, bool, keys->n);
    for (size_t i = 0; (p = next_tracked(w->roster, &i)) != NULL;)
        for (size_t k = 0; k < keys->n; k++)
            w->lacking[k] |= !has_key(p, keys->v[k]);
    for (size_t k = 0; k < keys->n; k++)
        some |= w->lacking[k];
    return some;
}

static void add_matrix(struct writer *w)
{
    const struct roster_pipeline *p;
    text_puts(w->out, "    matrix:\n      pipe:\n");
    for (size_t i = 0; (p = next_tracked(w->roster, &i)) != NULL;) {
        text_puts(w->out, "      - ");
        yaml_scalar(view_of(p->name), w->out);
        text_putc(w->out, '\n');
    }
    w->margin = "    ";
    w->who = "${item.pipe}";
}

static void add_map(struct writer *w)
{
    const struct texts *keys = &w->keys;
    const struct roster_pipeline *p;
    text_puts(w->out, "    foreach:\n");
    for (size_t i = 0; (p = next_tracked(w->roster, &i)) != NULL;) {
        text_puts(w->out, "      ");
        yaml_scalar(view_of(p->name), w->out);
        text_puts(w->out, ":\n");
        if (flow_reads_data(w->stage)) {
            text_puts(w->out, "        data: ");
            yaml_scalar(view_of(p->folder), w->out);
            text_putc(w->out, '\n');
        }
        for (size_t k = 0; k < keys->n; k++)
            if (w->lacking[k])
                text_addf(w->out, "        %s: %s\n", keys->v[k],
                          has_key(p, keys->v[k]) ? keys->v[k] : other_key(p, keys));
    }
    text_puts(w->out, "    do:\n");
    w->margin = "      ";
    w->who = "${key}";
}

/* The path of an artifact. */
static const char *path_of(const struct writer *w, const char *artifact)
{
    struct arena *mem = w->out->mem;
    if (strcmp(artifact, "data") == 0)
        return "${item.data}";
    if (strncmp(artifact, "reports/", 8) == 0)
        return arena_format(mem, "reports/%s/%s", w->who, artifact + 8);
    size_t n = strlen(artifact) - flow_is_folder(artifact);
    return arena_format(mem, "artifacts/%s/%.*s", w->who, (int)n, artifact);
}

static void add_list(const struct writer *w, const char *key, const char **v, size_t n)
{
    if (n == 0)
        return;
    qsort(v, n, sizeof(*v), text_order);
    text_addf(w->out, "%s%s:\n", w->margin, key);
    for (size_t i = 0; i < n; i++)
        text_addf(w->out, "%s- %s\n", w->margin, v[i]);
}

static void add_deps(const struct writer *w)
{
    const struct texts *reads = &w->stage->reads;
    const struct texts *code = &w->stage->code;
    const char **v = ARENA_ARRAY(w->out->mem, const char *, reads->n + code->n + 1);
    size_t n = 0;
    v[n++] = arena_format(w->out->mem, "stages/%s.c", w->stage->name);
    for (size_t i = 0; i < code->n; i++)
        v[n++] = arena_format(w->out->mem, "src/%s", code->v[i]);
    for (size_t i = 0; i < reads->n; i++)
        v[n++] = path_of(w, reads->v[i]);
    add_list(w, "deps", v, n);
}

/* Keys that every pipeline has as they are, the others by way of the map. */
static void add_params(const struct writer *w)
{
    const struct texts *keys = &w->keys;
    text_addf(w->out, "%sparams:\n%s- pipeline/%s.yaml:\n", w->margin, w->margin, w->who);
    for (size_t i = 0; i < keys->n; i++)
        text_addf(w->out, w->lacking[i] ? "%s  - ${item.%s}\n" : "%s  - %s\n", w->margin,
                  keys->v[i]);
}

/* metrics.json is what `dvc metrics` shows. */
static void add_outs(const struct writer *w)
{
    const struct texts *writes = &w->stage->writes;
    const char **outs = ARENA_ARRAY(w->out->mem, const char *, writes->n);
    const char **metrics = ARENA_ARRAY(w->out->mem, const char *, writes->n);
    size_t n_outs = 0, n_metrics = 0;
    for (size_t i = 0; i < writes->n; i++)
        if (strcmp(writes->v[i], "metrics.json") == 0)
            metrics[n_metrics++] = path_of(w, writes->v[i]);
        else
            outs[n_outs++] = path_of(w, writes->v[i]);
    add_list(w, "outs", outs, n_outs);
    add_list(w, "metrics", metrics, n_metrics);
}

void stanza_add(const struct flow_stage *stage, const struct roster *roster,
                struct text *out)
{
    struct writer w = {.stage = stage, .roster = roster, .out = out};
    size_t first = 0;
    if (!next_tracked(roster, &first))
        return;
    text_addf(out, "  %s:\n", stage->name);
    find_keys(&w);
    bool differ = find_lacking(&w);
    if (differ || flow_reads_data(stage))
        add_map(&w);
    else
        add_matrix(&w);
    text_addf(out, "%scmd:\n%s- make -s\n%s- bin/%s pipeline/%s.yaml", w.margin, w.margin,
              w.margin, stage->name, w.who);
    for (size_t i = 0; i < stage->options.n; i++)
        text_addf(out, " %s", stage->options.v[i]);
    text_putc(out, '\n');
    add_deps(&w);
    add_params(&w);
    add_outs(&w);
}
