/* A registry beside the remote's: versions by their content, names by what they mean, and
 * the logs, which may differ where all names agree. */
#include "registry/registry_status.h"

#include <stdlib.h>
#include <string.h>

#include "file/file.h"
#include "registry/registry_internal.h"
#include "registry/registry_list.h"
#include "registry/registry_there.h"

/* Both sides of one registry. */
struct sides {
    const char *pipeline;
    size_t n;
    struct registry_there_version *here; // [n] ascending
    struct registry_aliases aliases;
    struct view log;
    struct registry_there there;
    struct text *out;
    size_t n_lines;
};

static enum status read_here(const struct registry *r, struct arena *mem, struct sides *s,
                             struct error *err)
{
    size_t *version;
    s->log = (struct view){"", 0};
    if (!file_exists(registry_path(r, "", mem)))
        return STATUS_OK;
    TRY(registry_versions(r, mem, &version, &s->n, err));
    s->here = ARENA_ARRAY(mem, struct registry_there_version, s->n);
    for (size_t i = 0; i < s->n; i++) {
        s->here[i].version = version[i];
        TRY(registry_read(r, version[i], mem, &s->here[i].manifest, err));
    }
    TRY(registry_aliases(r, mem, &s->aliases, err));
    return registry_log_text(r, &s->aliases, mem, &s->log, err);
}

static void begin_line(struct sides *s)
{
    text_addf(s->out, "registry of %s: ", s->pipeline);
    s->n_lines++;
}

static void compare_here(struct sides *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct registry_there_version *v =
            registry_there_find(&s->there, 0, s->here[i].manifest.content);
        if (v && v->version == s->here[i].version)
            continue;
        begin_line(s);
        if (v)
            text_addf(s->out, "version %zu has number %zu in the remote\n",
                      s->here[i].version, v->version);
        else
            text_addf(s->out, "version %zu is not in the remote\n", s->here[i].version);
    }
}

static const char *content_here(const struct sides *s, size_t version)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->here[i].version == version)
            return s->here[i].manifest.content;
    return "";
}

static void compare_there(struct sides *s)
{
    size_t newest = s->n > 0 ? s->here[s->n - 1].version : 0;
    for (size_t i = 0; i < s->there.n; i++) {
        const struct registry_there_version *v = &s->there.version[i];
        const char *here = content_here(s, v->version);
        if (strcmp(here, v->manifest.content) == 0 ||
            (!here[0] && v->version <= newest &&
             !registry_means(&s->there.aliases, v->version)))
            continue;
        begin_line(s);
        text_addf(s->out, "version %zu of the remote is %s here\n", v->version,
                  here[0] ? "another one" : "not");
    }
}

static const char *meaning(size_t version, char *buffer, size_t size)
{
    snprintf(buffer, size, version > 0 ? "version %zu" : "nothing", version);
    return buffer;
}

/* Of the names that `a` has, those that mean something else in the other ones, and are not
 * told already when `only_lacking`. */
static void compare_names(struct sides *s, const struct registry_aliases *a,
                          bool only_lacking)
{
    char here_text[32], there_text[32];
    for (size_t i = 0; i < a->n; i++) {
        size_t here = registry_aliased(&s->aliases, a->alias[i].name);
        size_t there = registry_aliased(&s->there.aliases, a->alias[i].name);
        if (here == there || (only_lacking && here > 0))
            continue;
        begin_line(s);
        text_addf(s->out, "%s is %s here, %s in the remote\n", a->alias[i].name,
                  meaning(here, here_text, sizeof here_text),
                  meaning(there, there_text, sizeof there_text));
    }
}

/* Tells a registry that the other side has nothing of in one line. */
static bool is_on_one_side(struct sides *s)
{
    size_t n = s->n + s->there.n;
    if ((s->n > 0) == (s->there.n > 0))
        return false;
    begin_line(s);
    text_addf(s->out, "only %s, %zu version%s\n", s->n > 0 ? "here" : "in the remote", n,
              n == 1 ? "" : "s");
    return true;
}

enum status registry_status(const struct registry *r, struct remote *remote,
                            struct text *out, size_t *ret_n, struct error *err)
{
    struct sides s = {.pipeline = r->pipeline, .out = out};
    TRY(read_here(r, out->mem, &s, err));
    TRY(registry_there_read(remote, r->pipeline, out->mem, &s.there, err));
    if (is_on_one_side(&s)) {
        *ret_n = s.n_lines;
        return STATUS_OK;
    }
    compare_here(&s);
    compare_there(&s);
    compare_names(&s, &s.aliases, false);
    compare_names(&s, &s.there.aliases, true);
    if (s.n_lines == 0 && !view_eq(s.log, s.there.log)) {
        begin_line(&s);
        text_puts(out, "the names mean the same, the logs say different moves\n");
    }
    *ret_n = s.n_lines;
    return STATUS_OK;
}

/* Names of either list, each once. */
static struct texts both(const struct texts *a, const struct texts *b, struct arena *mem)
{
    const char **v = ARENA_ARRAY(mem, const char *, a->n + b->n);
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        v[n++] = a->v[i];
    for (size_t i = 0; i < b->n; i++)
        if (!texts_hold(a, b->v[i]))
            v[n++] = b->v[i];
    return (struct texts){n, v};
}

enum status registry_status_all(const char *folder, struct remote *remote,
                                struct text *out, size_t *ret_n, size_t *ret_registries,
                                struct error *err)
{
    struct texts here = {0}, there, all;
    *ret_n = 0;
    if (file_exists(folder))
        TRY(registry_pipelines(folder, out->mem, &here, err));
    TRY(registry_there_pipelines(remote, out->mem, &there, err));
    all = both(&here, &there, out->mem);
    for (size_t i = 0; i < all.n; i++) {
        struct registry r = registry_at(folder, all.v[i]);
        size_t n;
        TRY(registry_status(&r, remote, out, &n, err));
        *ret_n += n;
    }
    *ret_registries = all.n;
    return STATUS_OK;
}
