/* Feature tables to columns of reals.
 *
 * Columns of reals without missing values are used where they are mapped; the rest is
 * converted.  A batch that was left is given back to the kernel. */
#include "learn/frame.h"

#include "data/ids.h"
#include "data/key.h"
#include "learn/frame_internal.h"

/* The column of groups, where there are; else the first one behind the key. */
static size_t group_column(const struct frame_reader *r)
{
    return r->pipeline->time.column ? 1 : 0;
}

static enum status find_groups(struct frame_reader *r, struct arena *mem,
                               struct error *err)
{
    const struct schema *s = arrow_schema(r->file);
    const char *name = r->pipeline->group;
    size_t c = group_column(r);
    if (!name)
        return STATUS_OK;
    if (c >= s->n || strcmp(s->field[c].name, name) != 0) {
        error_set(err, STATUS_INPUT, "the table has no groups %s behind its key",
                  QUOTE(name));
        error_hint(err, "run features again");
        return STATUS_INPUT;
    }
    r->groups = ARENA_NEW(mem, struct groups);
    *r->groups = (struct groups){.mem = mem, .numbers = s->field[c].type == TYPE_INT64};
    return STATUS_OK;
}

static enum status find_columns(struct frame_reader *r, struct arena *mem,
                                struct error *err)
{
    const struct schema *s = arrow_schema(r->file);
    bool *taken = ARENA_ARRAY(mem, bool, s->n);
    TRY(frame_find_targets(r, taken, mem, err));
    r->column = ARENA_ARRAY(mem, size_t, s->n);
    r->text = ARENA_ARRAY(mem, size_t, s->n);
    r->name = ARENA_ARRAY(mem, const char *, s->n);
    for (size_t c = ids_names(r->pipeline); c < s->n; c++) {
        if (taken[c] || s->field[c].type == TYPE_DATE || s->field[c].type == TYPE_TIME)
            continue;
        if (s->field[c].type == TYPE_TEXT) {
            r->text[r->n_texts++] = c;
            continue;
        }
        r->column[r->p] = c;
        r->name[r->p++] = s->field[c].name;
    }
    return STATUS_OK;
}

enum status frame_open(struct frame_reader *r, const char *path,
                       const struct pipeline *pipeline, struct arena *mem,
                       struct error *err)
{
    *r = (struct frame_reader){
        .pipeline = pipeline, .last_key = INT32_MIN, .identified = SIZE_MAX};
    r->task = pipeline->task;
    r->classes.mem = mem;
    checksum_begin(&r->identity);
    r->arrived.mem = mem;
    TRY(arrow_open(path, mem, &r->file, err));
    size_t id; // ids stand in the table; who wants one looks there (data/ids.h)
    enum status status = STATUS_OK;
    if (!runs_parse(&r->arrived, schema_meta(arrow_schema(r->file), "arrived")))
        status = error_set(err, STATUS_INPUT, "the metadata 'arrived' is damaged");
    if (status == STATUS_OK)
        status = find_groups(r, mem, err);
    if (status == STATUS_OK && pipeline->id)
        status = ids_find(arrow_schema(r->file), pipeline, path, &id, err);
    if (status == STATUS_OK)
        status = find_columns(r, mem, err);
    if (status != STATUS_OK) {
        error_at(err, path, 0, 0);
        frame_close(r);
    }
    return status;
}

const double *frame_reals(const struct frame_reader *r, const struct batch *batch,
                          size_t c, struct arena *mem)
{
    const struct column *column = &batch->column[c];
    enum type type = arrow_schema(r->file)->field[c].type;
    if (type == TYPE_REAL && !column->validity)
        return column->values;
    double *x = ARENA_ARRAY(mem, double, batch->n);
    column_reals(type, column, batch->n, x);
    return x;
}

static enum status read_keys(struct frame_reader *r, const struct batch *batch,
                             struct arena *mem, struct frame *f, struct error *err)
{
    f->key = ARENA_ARRAY(mem, int32_t, batch->n);
    TRY(key_copy(r->file, batch, f->key, err));
    for (size_t i = 0, end; i < f->n; i = end) {
        for (end = i + 1; end < f->n && (!f->group || f->group[end] == f->group[i]);)
            end++;
        bool goes_on =
            i == 0 && r->first > 0 && (!f->group || f->group[0] == r->last_group);
        TRY(key_ascend(r->file, f->key + i, end - i, goes_on ? &r->last_key : NULL, err));
    }
    r->last_key = f->key[f->n - 1];
    r->last_group = f->group ? f->group[f->n - 1] : 0;
    return STATUS_OK;
}

/* Codes are given in the order in which names come: that of the table, which must be that
 * of the names. */
static enum status read_groups(struct frame_reader *r, const struct batch *batch,
                               struct arena *mem, struct frame *f, struct error *err)
{
    size_t c = group_column(r);
    const struct field *field = &arrow_schema(r->file)->field[c];
    struct groups *g = r->groups;
    TRY(groups_check(field, &batch->column[c], batch->n, r->first, arrow_path(r->file),
                     err));
    f->groups = g;
    f->group = ARENA_ARRAY(mem, uint32_t, batch->n);
    for (size_t i = 0; i < batch->n; i++) {
        size_t known = g->n;
        f->group[i] = groups_code(g, group_at(field->type, &batch->column[c], i));
        bool new = g->n > known;
        bool ascends =
            !new || known == 0 ||
            group_compare(g->numbers, &g->name[known - 1], &g->name[known]) < 0;
        if (ascends && f->group[i] + 1 == g->n)
            continue;
        error_set(err, STATUS_INPUT,
                  "the rows do not stand in the order of their groups");
        error_hint(err, "run the stage that wrote the table again");
        error_at(err, arrow_path(r->file), 0, 0);
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

/* Rows that are known again: by their keys, else by their targets. */
static void identify(struct frame_reader *r, const struct frame *f)
{
    size_t left = r->identified > f->first ? r->identified - f->first : 0;
    size_t n = f->n < left ? f->n : left;
    if (f->group)
        checksum_add(&r->identity, f->group, n * sizeof *f->group);
    if (f->key)
        checksum_add(&r->identity, f->key, n * sizeof *f->key);
    if ((!f->key || r->by_target) && f->target.y.n > 0)
        frame_identify_targets(r, f, n);
}

void frame_identity(const struct frame_reader *r, char ret[CHECKSUM_TEXT])
{
    struct checksum sum = r->identity;
    size_t n = r->first < r->identified ? r->first : r->identified;
    for (size_t i = 0; i < r->arrived.n && r->arrived.run[i].from < n; i++) {
        const struct row_run *run = &r->arrived.run[i];
        uint64_t ends[] = {run->from, run->to < n ? run->to : n - 1};
        checksum_add(&sum, ends, sizeof ends);
    }
    checksum_text(&sum, ret);
}

/* The cells of a text column, which stand in the file. */
static const struct view *cells_of(const struct column *column, size_t n,
                                   struct arena *mem)
{
    struct view *cell = ARENA_ARRAY(mem, struct view, n);
    const char *bytes = column->values;
    for (size_t i = 0; i < n; i++)
        if (column_present(column, i))
            cell[i] =
                (struct view){bytes + column->offsets[i],
                              (size_t)(column->offsets[i + 1] - column->offsets[i])};
    return cell;
}

static void read_features(const struct frame_reader *r, const struct batch *batch,
                          struct arena *mem, struct matrix *x)
{
    const double **col = ARENA_ARRAY(mem, const double *, r->p);
    struct text_column *text = ARENA_ARRAY(mem, struct text_column, r->n_texts);
    for (size_t j = 0; batch->n > 0 && j < r->p; j++)
        col[j] = frame_reals(r, batch, r->column[j], mem);
    for (size_t t = 0; batch->n > 0 && t < r->n_texts; t++)
        text[t] =
            (struct text_column){arrow_schema(r->file)->field[r->text[t]].name,
                                 cells_of(&batch->column[r->text[t]], batch->n, mem)};
    *x = (struct matrix){.n = batch->n,
                         .p = r->p,
                         .first = r->first,
                         .col = col,
                         .name = r->name,
                         .n_texts = r->n_texts,
                         .text = text};
}

struct target frame_target_shape(const struct frame_reader *r)
{
    return (struct target){.task = r->task,
                           .y = {.p = r->n_targets, .name = r->pipeline->targets.v}};
}

enum status frame_next(struct frame_reader *r, struct arena *mem, struct frame *ret,
                       struct error *err)
{
    struct frame f = {
        .first = r->first, .pipeline = r->pipeline, .target = frame_target_shape(r)};
    struct batch batch = {0};
    if (r->b > 0)
        arrow_forget(r->file, r->b - 1);
    while (batch.n == 0 && r->b < arrow_batches(r->file))
        TRY(arrow_read(r->file, r->b++, &batch, err));
    f.n = batch.n;
    read_features(r, &batch, mem, &f.x);
    if (f.n > 0 && r->groups)
        TRY(read_groups(r, &batch, mem, &f, err));
    f.x.group = f.group;
    f.x.groups = f.groups;
    if (f.n > 0 && r->pipeline->time.column)
        TRY(read_keys(r, &batch, mem, &f, err));
    if (f.n > 0)
        TRY(frame_read_targets(r, &batch, mem, &f, err));
    identify(r, &f);
    r->first += f.n;
    *ret = f;
    return STATUS_OK;
}

void frame_close(struct frame_reader *r)
{
    arrow_close(r->file);
    r->file = NULL;
}

const char *frame_label(const struct frame *f, size_t i, char *buffer)
{
    if (f->key)
        key_text(f->pipeline, f->key[i], buffer);
    else
        snprintf(buffer, FRAME_LABEL, "%zu", f->first + i);
    if (f->group) {
        char name[GROUP_QUOTED];
        size_t n = strlen(buffer);
        snprintf(buffer + n, FRAME_LABEL - n, " of %s",
                 group_quoted(f->groups->numbers, &f->groups->name[f->group[i]], name));
    }
    return buffer;
}

/* The place of a feature among the names that there are; usually the table is the one
 * that the model was trained on, and it is place j. */
static enum status find_feature(const char *wanted, size_t j, const char *const *name,
                                size_t n, const char *path, size_t *ret,
                                struct error *err)
{
    size_t c = j < n && strcmp(name[j], wanted) == 0 ? j : 0;
    while (c < n && strcmp(name[c], wanted) != 0)
        c++;
    *ret = c;
    if (c < n)
        return STATUS_OK;
    const char *near = text_nearest(view_of(wanted), name, n);
    error_set(err, STATUS_INPUT, "the model needs a feature %s, which is not there",
              QUOTE(wanted));
    error_hint(err,
               near ? "there is '%s'; train again after the features changed"
                    : "train again after the features changed%s",
               near ? near : "");
    error_at(err, path, 0, 0);
    return STATUS_INPUT;
}

enum status frame_arrange(const struct frame *f, const struct texts *features,
                          const struct texts *texts, const char *path, struct arena *mem,
                          struct matrix *ret, struct error *err)
{
    size_t *col = ARENA_ARRAY(mem, size_t, features->n), at;
    struct text_column *text = ARENA_ARRAY(mem, struct text_column, texts->n);
    const char **name = ARENA_ARRAY(mem, const char *, f->x.n_texts);
    for (size_t t = 0; t < f->x.n_texts; t++)
        name[t] = f->x.text[t].name;
    for (size_t j = 0; j < features->n; j++)
        TRY(find_feature(features->v[j], j, f->x.name, f->x.p, path, &col[j], err));
    for (size_t t = 0; t < texts->n; t++) {
        TRY(find_feature(texts->v[t], t, name, f->x.n_texts, path, &at, err));
        text[t] = f->x.text[at];
    }
    struct matrix x = matrix_columns(mem, &f->x, col, features->n);
    x.n_texts = texts->n;
    x.text = text;
    *ret = x;
    return STATUS_OK;
}
