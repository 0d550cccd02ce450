/* Feature tables to columns of reals. */
#include "learn/frame.h"

#include "data/arrow.h"
#include "data/key.h"

enum status frame_need(struct run *run, const char *path, struct error *err)
{
    struct mapping map;
    TRY(file_map(path, &map, err));
    size_t bytes = map.n;
    file_unmap(&map);
    return run_need_memory(run, 3 * bytes, "the feature table", err);
}

static void name_rows(const struct pipeline *pipeline, struct frame *f, struct arena *mem)
{
    char buffer[16];
    f->label = ARENA_ARRAY(mem, const char *, f->n);
    for (size_t i = 0; i < f->n; i++)
        f->label[i] = f->key ? arena_string(mem, key_text(pipeline, f->key[i], buffer))
                             : arena_format(mem, "%zu", i);
}

static enum status read_columns(struct arrow_file *file, const char *target,
                                struct frame *f, struct arena *mem, struct error *err)
{
    const struct schema *s = arrow_schema(file);
    const double **col = ARENA_ARRAY(mem, const double *, s->n);
    const char **name = ARENA_ARRAY(mem, const char *, s->n);
    size_t p = 0;
    for (size_t c = f->key ? 1 : 0; c < s->n; c++) {
        if (s->field[c].type == TYPE_TEXT || s->field[c].type == TYPE_DATE)
            continue;
        double *x = ARENA_ARRAY(mem, double, f->n);
        TRY(arrow_reals(file, c, x, err));
        if (target && strcmp(s->field[c].name, target) == 0) {
            f->y = x;
            continue;
        }
        col[p] = x;
        name[p++] = s->field[c].name;
    }
    f->x = (struct matrix){f->n, p, col, name};
    if (p > 0 && (!target || f->y))
        return STATUS_OK;
    error_set(err, STATUS_INPUT,
              p == 0 ? "the table has no features" : "the table has no target column %s",
              QUOTE(target ? target : ""));
    error_hint(err, "run features again");
    return STATUS_INPUT;
}

static enum status read_frame(struct arrow_file *file, const struct pipeline *pipeline,
                              struct arena *mem, struct frame *f, struct error *err)
{
    const struct schema *s = arrow_schema(file);
    f->n = arrow_rows(file);
    f->arrived.mem = mem;
    if (!runs_parse(&f->arrived, schema_meta(s, "arrived")))
        return error_set(err, STATUS_INPUT, "the metadata 'arrived' is damaged");
    if (pipeline->time.column) {
        f->key = ARENA_ARRAY(mem, int32_t, f->n);
        TRY(key_read(file, true, f->key, err));
    }
    name_rows(pipeline, f, mem);
    return read_columns(file, pipeline->target, f, mem, err);
}

enum status frame_read(const char *path, const struct pipeline *pipeline,
                       struct arena *mem, struct frame *ret, struct error *err)
{
    struct arrow_file *file;
    struct frame f = {0};
    TRY(arrow_open(path, mem, &file, err));
    enum status status = read_frame(file, pipeline, mem, &f, err);
    if (status == STATUS_OK)
        *ret = f;
    else
        error_at(err, path, 0, 0);
    arrow_close(file);
    return status;
}

enum status frame_arrange(const struct frame *f, const char *const *feature, size_t p,
                          const char *path, struct arena *mem, struct matrix *ret,
                          struct error *err)
{
    size_t *col = ARENA_ARRAY(mem, size_t, p);
    for (size_t j = 0; j < p; j++) {
        /* Usually the table is the one that the model was trained on: the same place. */
        size_t c = j < f->x.p && strcmp(f->x.name[j], feature[j]) == 0 ? j : 0;
        while (c < f->x.p && strcmp(f->x.name[c], feature[j]) != 0)
            c++;
        if (c == f->x.p) {
            const char *near = text_nearest(view_of(feature[j]), f->x.name, f->x.p);
            error_set(err, STATUS_INPUT,
                      "the model needs a feature %s, which is not there",
                      QUOTE(feature[j]));
            error_hint(err,
                       near ? "there is '%s'; train again after the features changed"
                            : "train again after the features changed%s",
                       near ? near : "");
            error_at(err, path, 0, 0);
            return STATUS_INPUT;
        }
        col[j] = c;
    }
    *ret = matrix_columns(mem, &f->x, col, p);
    return STATUS_OK;
}
