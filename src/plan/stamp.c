/* Writes the stamps of the stages. */
#include "plan/stamp.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "file/file.h"

enum { MAX_STAMP = 1 << 24 };

/* The files that ingest would take for a pattern.  What it refuses is part of the text as
 * well: ingest runs then, and says so. */
static void add_pattern(const char *pattern, const char *data, struct text *out)
{
    char **paths = NULL;
    size_t n = 0;
    struct stat st;
    struct error why;
    if (data)
        pattern = file_join(out->mem, data, file_name(pattern));
    text_addf(out, "files %s\n", pattern);
    if (file_glob(pattern, out->mem, &paths, &n, &why) != STATUS_OK)
        text_addf(out, "  %s\n", why.message);
    for (size_t i = 0; i < n; i++) {
        if (stat(paths[i], &st) < 0)
            st = (struct stat){0};
        text_addf(out, "  %" PRIdMAX " %" PRIdMAX ".%09ld %s\n", (intmax_t)st.st_size,
                  (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, paths[i]);
    }
}

static void add_key(const struct yaml_node *root, const char *key, struct text *out)
{
    const struct yaml_node *node = yaml_get(root, key);
    text_addf(out, "%s: ", key);
    if (node)
        yaml_flow(node, out);
    text_putc(out, '\n');
}

static void describe(const struct flow_stage *stage, const struct roster_pipeline *p,
                     const struct stamp_request *request, struct text *out)
{
    for (size_t i = 0; i < stage->keys.n; i++)
        add_key(p->root, stage->keys.v[i], out);
    for (size_t i = 0; flow_reads_data(stage) && i < p->patterns.n; i++)
        add_pattern(p->patterns.v[i], request->data, out);
}

static bool is_there(const char *path, const struct text *wanted, struct arena *mem)
{
    struct view found;
    struct error none;
    return file_read(path, MAX_STAMP, mem, &found, &none) == STATUS_OK &&
           view_eq(found, (struct view){wanted->p, wanted->n});
}

static bool is_kind(const char *path, mode_t kind)
{
    struct stat st;
    return stat(path, &st) == 0 && (st.st_mode & S_IFMT) == kind;
}

/* Whether a folder that the stage writes is gone or, where it writes one table a source
 * there, lacks one.  What stands in a folder is no target of make: nobody else would miss
 * it. */
static bool lacks_table(const struct flow_stage *stage, const struct roster_pipeline *p,
                        const struct stamp_request *request, struct arena *mem)
{
    const char *artifacts = file_folder(mem, request->folder);
    size_t tables = flow_reads_data(stage) ? p->names.n : 0;
    for (size_t i = 0; i < stage->writes.n; i++) {
        if (!flow_is_folder(stage->writes.v[i]))
            continue;
        const char *folder = file_join(mem, artifacts, stage->writes.v[i]);
        if (!is_kind(folder, S_IFDIR))
            return true;
        for (size_t k = 0; k < tables; k++)
            if (!is_kind(arena_format(mem, "%s%s.arrow", folder, p->names.v[k]), S_IFREG))
                return true;
    }
    return false;
}

enum status stamp_stages(const struct flow *flow, const struct roster_pipeline *pipeline,
                         const struct stamp_request *request, struct publish *publish,
                         struct text *out, struct error *err)
{
    for (size_t i = 0; i < flow->n; i++) {
        const struct flow_stage *stage = &flow->stage[i];
        const char *path = file_join(out->mem, request->folder, stage->name);
        struct text wanted = {.mem = out->mem};
        struct output *stamp;
        text_puts(&wanted, "");
        describe(stage, pipeline, request, &wanted);
        bool known = is_there(path, &wanted, out->mem);
        if (!known || lacks_table(stage, pipeline, request, out->mem))
            text_addf(out, "%s@%s\n", stage->name, pipeline->name);
        if (known || !publish)
            continue;
        TRY(publish_open(publish, path, &stamp, err));
        TRY(output_write(stamp, wanted.p, wanted.n, err));
    }
    return STATUS_OK;
}
