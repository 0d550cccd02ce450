/* Whole feature tables, copied out of the file batch by batch: each batch goes back to the
 * kernel before the next one is read, so that a table is in memory once, not twice. */
#include "learn/frame_internal.h"

/* A whole table under way. */
struct frame_rows {
    double **col, **y;
    struct view **cell; // [n_texts][n]
    int32_t *key;
    uint32_t *group;
    struct arena *mem; // of the texts
};

/* Copies the texts of a batch; their bytes go with the file. */
static void append_texts(const struct frame *f, struct frame_rows *to)
{
    for (size_t t = 0; t < f->x.n_texts; t++)
        for (size_t i = 0; i < f->n; i++) {
            struct view v = f->x.text[t].cell[i];
            if (v.p)
                v.p = arena_copy(to->mem, v.p, v.n);
            to->cell[t][f->first + i] = v;
        }
}

/* Copies the next rows to their place; *ret_more is false at the end. */
static enum status append(struct frame_reader *r, struct frame_rows *to, bool *ret_more,
                          struct error *err)
{
    struct arena scratch = {0};
    struct frame f;
    enum status status = frame_next(r, &scratch, &f, err);
    *ret_more = status == STATUS_OK && f.n > 0;
    for (size_t j = 0; *ret_more && j < r->p; j++)
        memcpy(to->col[j] + f.first, f.x.col[j], f.n * sizeof(double));
    for (size_t t = 0; *ret_more && t < r->n_targets; t++)
        memcpy(to->y[t] + f.first, f.target.y.col[t], f.n * sizeof(double));
    if (*ret_more && to->key)
        memcpy(to->key + f.first, f.key, f.n * sizeof *f.key);
    if (*ret_more && to->group)
        memcpy(to->group + f.first, f.group, f.n * sizeof *f.group);
    if (*ret_more)
        append_texts(&f, to);
    arena_release(&scratch);
    return status;
}

/* Room for all rows. */
static struct frame_rows make_room(const struct frame_reader *r, struct arena *mem,
                                   struct frame *f)
{
    struct frame_rows rows = {.mem = mem};
    struct text_column *text = ARENA_ARRAY(mem, struct text_column, r->n_texts);
    f->x = matrix_new(mem, f->n, r->p, r->name, &rows.col);
    f->target = frame_target_shape(r);
    f->target.y = matrix_new(mem, f->n, r->n_targets, r->pipeline->targets.v, &rows.y);
    rows.cell = ARENA_ARRAY(mem, struct view *, r->n_texts);
    for (size_t t = 0; t < r->n_texts; t++) {
        rows.cell[t] = ARENA_ARRAY(mem, struct view, f->n);
        text[t] = (struct text_column){arrow_schema(r->file)->field[r->text[t]].name,
                                       rows.cell[t]};
    }
    f->x.n_texts = r->n_texts;
    f->x.text = text;
    if (r->pipeline->time.column)
        rows.key = f->key = ARENA_ARRAY(mem, int32_t, f->n);
    if (r->groups)
        rows.group = f->group = ARENA_ARRAY(mem, uint32_t, f->n);
    f->groups = r->groups;
    f->x.group = f->group;
    f->x.groups = f->groups;
    return rows;
}

enum status frame_read(struct frame_reader *r, struct arena *mem, struct frame *ret,
                       struct error *err)
{
    struct frame f = {.n = arrow_rows(r->file), .pipeline = r->pipeline};
    struct frame_rows rows = make_room(r, mem, &f);
    for (bool more = true; more;)
        TRY(append(r, &rows, &more, err));
    f.target.n_classes = r->classes.n;
    f.target.class_name = r->classes.v;
    *ret = f;
    return STATUS_OK;
}

/* Puts the values of a column into their order: into *spare, for which it is spare then.
 * Following the cycles in place would save that, and take five times as long: every step
 * waits for the one before. */
static double *reorder(const double *from, const uint32_t *order, size_t n,
                       double **spare)
{
    double *to = *spare;
    for (size_t i = 0; i < n; i++)
        to[i] = from[order[i]];
    *spare = (double *)(uintptr_t)from; // make_room's, const to those who read
    return to;
}

static void reorder_columns(struct matrix *x, const uint32_t *order, double **spare,
                            struct arena *mem)
{
    const double **col = ARENA_ARRAY(mem, const double *, x->p);
    for (size_t j = 0; j < x->p; j++)
        col[j] = reorder(x->col[j], order, x->n, spare);
    x->col = col;
}

static const struct view *reorder_cells(const struct view *cell, const uint32_t *order,
                                        size_t n, struct arena *mem)
{
    struct view *ret = ARENA_ARRAY(mem, struct view, n);
    for (size_t i = 0; i < n; i++)
        ret[i] = cell[order[i]];
    return ret;
}

/* Those of the matrix; the frame's own stay in the order of the table. */
static const uint32_t *reorder_groups(const uint32_t *group, const uint32_t *order,
                                      size_t n, struct arena *mem)
{
    uint32_t *ret = ARENA_ARRAY(mem, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        ret[i] = group[order[i]];
    return ret;
}

void frame_reorder(struct frame *f, const uint32_t *order, struct arena *mem)
{
    struct text_column *text = ARENA_ARRAY(mem, struct text_column, f->x.n_texts);
    double *spare = ARENA_ARRAY(mem, double, f->n);
    reorder_columns(&f->x, order, &spare, mem);
    reorder_columns(&f->target.y, order, &spare, mem);
    for (size_t t = 0; t < f->x.n_texts; t++)
        text[t] = (struct text_column){
            f->x.text[t].name, reorder_cells(f->x.text[t].cell, order, f->n, mem)};
    f->x.text = text;
    if (f->x.group)
        f->x.group = reorder_groups(f->x.group, order, f->n, mem);
}

void frame_only(struct frame_reader *r, const struct texts *names, struct arena *mem)
{
    const struct schema *s = arrow_schema(r->file);
    size_t *column = ARENA_ARRAY(mem, size_t, r->p), p = 0;
    size_t *text = ARENA_ARRAY(mem, size_t, r->n_texts), n_texts = 0;
    const char **name = ARENA_ARRAY(mem, const char *, r->p);
    for (size_t i = 0; i < names->n; i++) {
        for (size_t j = 0; j < r->p; j++)
            if (strcmp(r->name[j], names->v[i]) == 0) {
                column[p] = r->column[j];
                name[p++] = r->name[j];
            }
        for (size_t t = 0; t < r->n_texts; t++)
            if (strcmp(s->field[r->text[t]].name, names->v[i]) == 0)
                text[n_texts++] = r->text[t];
    }
    r->p = p;
    r->column = column;
    r->name = name;
    r->n_texts = n_texts;
    r->text = text;
}
