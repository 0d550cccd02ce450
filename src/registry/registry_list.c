/* Lists of pipelines, versions and moves, and one version in full. */
#include "registry/registry_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "artifacts/metrics_json.h"
#include "config/pipeline.h"
#include "file/file.h"
#include "registry/registry_internal.h"

enum { SHOWN_CONTENT = 12 }; // digits of a content that a table has

static enum status read_names(DIR *dir, const char *folder, struct arena *mem,
                              struct texts *ret, struct error *err)
{
    struct beneath root = {dirfd(dir), folder, NULL};
    struct texts names;
    struct stat st;
    size_t n = 0;
    if (!registry_names(dir, mem, &names))
        return file_failed("list", folder, err);
    const char **v = ARENA_ARRAY(mem, const char *, names.n);
    for (size_t i = 0; i < names.n; i++) {
        struct error none;
        if (pipeline_check_name(names.v[i], &none) != STATUS_OK)
            continue; // somebody else's
        // A pipeline's folder may be a link, as it may for every command.
        if (fstatat(root.fd, names.v[i], &st, 0) < 0)
            return beneath_failed("read", &root, names.v[i], err);
        if (S_ISDIR(st.st_mode))
            v[n++] = names.v[i];
    }
    if (n > 1)
        qsort(v, n, sizeof *v, text_order);
    *ret = (struct texts){n, v};
    return STATUS_OK;
}

enum status registry_pipelines(const char *folder, struct arena *mem, struct texts *ret,
                               struct error *err)
{
    DIR *dir = opendir(folder);
    if (!dir && errno == ENOENT) {
        error_set(err, STATUS_INPUT, "there is no registry %s", QUOTE_PATH(folder));
        error_hint(err, "bin/register makes one; --registry names another");
        return STATUS_INPUT;
    }
    if (!dir)
        return file_failed("open", folder, err);
    enum status status = read_names(dir, folder, mem, ret, err);
    closedir(dir);
    return status;
}

enum status registry_list_pipelines(const char *folder, struct arena *mem,
                                    struct registry_table *ret, struct error *err)
{
    static const char *const names[] = {"pipeline",   "versions",  "newest",
                                        "production", "candidate", "archived"};
    struct registry_table t = registry_table_of(names, COUNT_OF(names), mem);
    struct texts pipelines;
    TRY(registry_pipelines(folder, mem, &pipelines, err));
    for (size_t i = 0; i < pipelines.n; i++) {
        struct registry r = registry_at(folder, pipelines.v[i]);
        struct registry_aliases a;
        size_t *version, n;
        TRY(registry_versions(&r, mem, &version, &n, err));
        TRY(registry_aliases(&r, mem, &a, err));
        registry_cell_text(&t, r.pipeline);
        registry_cell_size(&t, n);
        registry_cell_version(&t, n > 0 ? version[n - 1] : 0);
        for (size_t c = 3; c < COUNT_OF(names); c++)
            registry_cell_version(&t, registry_aliased(&a, names[c]));
    }
    *ret = t;
    return STATUS_OK;
}

/* The names that mean a version, with blanks between; NULL: none. */
static const char *names_of(const struct registry_aliases *a, size_t version,
                            struct arena *mem)
{
    struct text out = {.mem = mem};
    for (size_t i = 0; i < a->n; i++)
        if (a->alias[i].version == version)
            text_addf(&out, "%s%s", out.n > 0 ? " " : "", a->alias[i].name);
    return out.n > 0 ? out.p : NULL;
}

/* The first metric on rows held out; none where there is no metrics.json. */
static enum status add_metric(const struct registry *r, size_t version,
                              const struct registry_manifest *m, struct registry_table *t,
                              struct error *err)
{
    struct metrics_json metrics = {0};
    const struct metrics_json_score *s = &metrics.holdout;
    if (registry_manifest_find(m, "metrics.json"))
        TRY(metrics_json_read(registry_file(r, version, "metrics.json", t->mem), t->mem,
                              &metrics, err));
    registry_cell_text(t, s->n_figures > 0 ? s->figure[0].name : NULL);
    registry_cell_real(t, s->n_figures > 0 ? s->figure[0].value : NAN);
    return STATUS_OK;
}

/* A version of a list. */
struct listed {
    size_t version;
    struct registry_manifest manifest;
};

static enum status read_all(const struct registry *r, struct arena *mem,
                            struct listed **ret, size_t *ret_n, struct error *err)
{
    size_t *version, n;
    TRY(registry_versions(r, mem, &version, &n, err));
    struct listed *v = ARENA_ARRAY(mem, struct listed, n);
    for (size_t i = 0; i < n; i++) {
        v[i].version = version[i];
        TRY(registry_read(r, version[i], mem, &v[i].manifest, err));
    }
    *ret = v;
    *ret_n = n;
    return STATUS_OK;
}

static size_t with_content(const struct listed *v, size_t n, const char *content)
{
    for (size_t i = 0; content && i < n; i++)
        if (strcmp(v[i].manifest.content, content) == 0)
            return v[i].version;
    return 0;
}

static size_t bytes_of(const struct registry_manifest *m)
{
    size_t bytes = 0;
    for (size_t i = 0; i < m->n_files; i++)
        bytes += m->file[i].bytes;
    return bytes;
}

enum status registry_list_versions(const struct registry *r, struct arena *mem,
                                   struct registry_table *ret, struct error *err)
{
    static const char *const names[] = {"version", "aliases", "metric", "holdout",
                                        "parent",  "bytes",   "content"};
    struct registry_table t = registry_table_of(names, COUNT_OF(names), mem);
    struct registry_aliases a;
    struct listed *v;
    size_t n;
    TRY(registry_aliases(r, mem, &a, err));
    TRY(read_all(r, mem, &v, &n, err));
    for (size_t i = 0; i < n; i++) {
        const struct registry_manifest *m = &v[i].manifest;
        registry_cell_size(&t, v[i].version);
        registry_cell_text(&t, names_of(&a, v[i].version, mem));
        TRY(add_metric(r, v[i].version, m, &t, err));
        registry_cell_version(&t, with_content(v, n, m->lineage.parent));
        registry_cell_size(&t, bytes_of(m));
        registry_cell_text(&t, arena_copy(mem, m->content, SHOWN_CONTENT));
    }
    *ret = t;
    return STATUS_OK;
}

enum status registry_list_moves(const struct registry *r, struct arena *mem,
                                struct registry_table *ret, struct error *err)
{
    static const char *const names[] = {"time", "who",     "alias", "from",
                                        "to",   "content", "why"};
    struct registry_table t = registry_table_of(names, COUNT_OF(names), mem);
    struct registry_aliases a;
    struct registry_moved *moved;
    size_t n;
    TRY(registry_aliases(r, mem, &a, err));
    TRY(registry_log(r, &a, mem, &moved, &n, err));
    for (size_t i = 0; i < n; i++) {
        registry_cell_text(&t, moved[i].time);
        registry_cell_text(&t, moved[i].who);
        registry_cell_text(&t, moved[i].alias);
        registry_cell_version(&t, moved[i].from);
        registry_cell_version(&t, moved[i].to);
        registry_cell_text(&t, moved[i].content ? arena_format(mem, "%.*s", SHOWN_CONTENT,
                                                               moved[i].content)
                                                : NULL);
        registry_cell_text(&t, moved[i].why);
    }
    *ret = t;
    return STATUS_OK;
}

static json_t *names_json(const struct registry_aliases *a, size_t version)
{
    json_t *names = json_array();
    for (size_t i = 0; i < a->n; i++)
        if (a->alias[i].version == version)
            json_array_append_new(names, json_string(a->alias[i].name));
    return names;
}

enum status registry_describe(const struct registry *r, size_t version, struct arena *mem,
                              json_t **ret, struct error *err)
{
    struct registry_aliases a;
    struct registry_manifest m;
    size_t parent = 0;
    json_t *manifest;
    TRY(registry_aliases(r, mem, &a, err));
    TRY(registry_read(r, version, mem, &m, err));
    if (m.lineage.parent)
        TRY(registry_find(r, m.lineage.parent, mem, &parent, err));
    TRY(artifact_read(registry_file(r, version, REGISTRY_MANIFEST, mem), &manifest, err));
    json_t *told = json_pack("{s:I, s:o, s:o}", "version", (json_int_t)version, "aliases",
                             names_json(&a, version), "parent",
                             parent > 0 ? json_integer((json_int_t)parent) : json_null());
    json_object_del(manifest, "format");
    json_object_del(manifest, "checksum");
    json_object_update(told, manifest);
    json_decref(manifest);
    *ret = told;
    return STATUS_OK;
}

/* Says which names there are. */
static enum status no_such_name(const struct registry *r,
                                const struct registry_aliases *a, const char *word,
                                struct arena *mem, struct error *err)
{
    const char **names = ARENA_ARRAY(mem, const char *, a->n);
    for (size_t i = 0; i < a->n; i++)
        names[i] = a->alias[i].name;
    error_set(err, STATUS_INPUT, "%s means no version of %s", QUOTE(word),
              QUOTE(r->pipeline));
    if (a->n > 0)
        error_known(err, view_of(word), "aliases", names, a->n);
    else
        error_hint(err, "no alias means one yet; a number does");
    return STATUS_INPUT;
}

enum status registry_meant(const struct registry *r, const char *word, struct arena *mem,
                           size_t *ret, struct error *err)
{
    struct registry_aliases a;
    size_t version;
    if (!text_size(view_of(word), &version)) {
        TRY(registry_aliases(r, mem, &a, err));
        version = registry_aliased(&a, word);
        if (version == 0)
            return no_such_name(r, &a, word, mem, err);
    }
    struct registry_manifest m;
    TRY(registry_read(r, version, mem, &m, err)); // is it there?
    *ret = version;
    return STATUS_OK;
}
