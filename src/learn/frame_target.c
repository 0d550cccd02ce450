/* Targets: reals as they stand, labels that must be 0 or 1, classes as numbers of their
 * names.
 *
 * A class is a text or a whole number, which is a name like any other: "10" sorts before
 * "9".  Numbers of classes are those of the order in which they come, until it is known
 * which of them a model learns (frame_learn). */
#include <inttypes.h>
#include <math.h>

#include "data/ids.h"
#include "learn/frame_internal.h"

/* Whether the task learns from columns of the type; else what it learns from. */
static const char *refusal(enum task task, enum type type)
{
    bool number = type != TYPE_TEXT && type != TYPE_DATE;
    switch (task) {
    case TASK_CLASSES:
        return type != TYPE_DATE ? NULL : "classes are texts or whole numbers";
    case TASK_LABELS: return number ? NULL : "labels are 0 or 1";
    case TASK_ANOMALY: return number ? NULL : "bands are of numbers";
    default: return number ? NULL : "a regression learns numbers";
    }
}

static enum status refuse_type(const struct frame_reader *r, const struct field *field,
                               const char *why, struct error *err)
{
    error_set(err, STATUS_INPUT, "the target %s is %s, but %s", QUOTE(field->name),
              type_name(field->type), why);
    error_field(err, field->name);
    if (r->task == TASK_REGRESSION)
        error_hint(err, "names of classes are learnt by task: classes");
    return STATUS_INPUT;
}

enum status frame_find_targets(struct frame_reader *r, bool *taken, struct arena *mem,
                               struct error *err)
{
    const struct schema *s = arrow_schema(r->file);
    const struct texts *targets = &r->pipeline->targets;
    r->n_targets = targets->n;
    r->target = ARENA_ARRAY(mem, size_t, targets->n);
    for (size_t t = 0; t < targets->n; t++) {
        size_t c = schema_find(s, targets->v[t]);
        if (c == s->n) {
            error_set(err, STATUS_INPUT, "the table has no target column %s",
                      QUOTE(targets->v[t]));
            error_hint(err, "run features again");
            return STATUS_INPUT;
        }
        const char *why = refusal(r->task, s->field[c].type);
        if (why)
            return refuse_type(r, &s->field[c], why, err);
        r->target[t] = c;
        taken[c] = true;
    }
    return STATUS_OK;
}

/* A cell that the task cannot learn, with its row in the table. */
static enum status refuse_cell(const struct frame_reader *r, size_t c, size_t row,
                               const char *expected, double found, struct error *err)
{
    struct arena scratch = {0};
    struct text id = {.mem = &scratch};
    text_puts(&id, "");
    ids_tell(arrow_path(r->file), r->pipeline, row, &id);
    (void)error_refuse(err, arrow_path(r->file), arrow_schema(r->file)->field[c].name,
                       "expected %s, found %.17g in row %zu%s", expected, found, row + 1,
                       id.p);
    arena_release(&scratch);
    return STATUS_INPUT;
}

static enum status check_labels(const struct frame_reader *r, size_t c, const double *y,
                                size_t n, struct error *err)
{
    for (size_t i = 0; i < n; i++)
        if (y[i] != 0 && y[i] != 1 && !isnan(y[i]))
            return refuse_cell(r, c, r->first + i, "0 or 1", y[i], err);
    return STATUS_OK;
}

static double code_of_text(struct frame_reader *r, const struct column *column, size_t i)
{
    const char *bytes = column->values;
    struct view name = {bytes + column->offsets[i],
                        (size_t)(column->offsets[i + 1] - column->offsets[i])};
    return (double)names_code(&r->classes, name);
}

/* The class of a whole number.  One that a double does not hold cannot come from CSV as a
 * real, so nothing is lost by looking at it as such. */
static enum status code_of_number(struct frame_reader *r, size_t c, size_t row,
                                  double value, double *ret, struct error *err)
{
    char name[32];
    if (!(fabs(value) <= 9007199254740992.0 && floor(value) == value))
        return refuse_cell(r, c, row, "a text or a whole number as class", value, err);
    snprintf(name, sizeof name, "%" PRId64, (int64_t)value);
    *ret = (double)names_code(&r->classes, view_of(name));
    return STATUS_OK;
}

static enum status read_classes(struct frame_reader *r, const struct batch *batch,
                                size_t c, struct arena *mem, const double **ret,
                                struct error *err)
{
    const struct column *column = &batch->column[c];
    bool text = arrow_schema(r->file)->field[c].type == TYPE_TEXT;
    const double *x = text ? NULL : frame_reals(r, batch, c, mem);
    double *code = ARENA_ARRAY(mem, double, batch->n);
    for (size_t i = 0; i < batch->n; i++) {
        if (!column_present(column, i) || (x && isnan(x[i])))
            code[i] = NAN;
        else if (text)
            code[i] = code_of_text(r, column, i);
        else
            TRY(code_of_number(r, c, r->first + i, x[i], &code[i], err));
    }
    *ret = code;
    return STATUS_OK;
}

enum status frame_read_targets(struct frame_reader *r, const struct batch *batch,
                               struct arena *mem, struct frame *f, struct error *err)
{
    const double **y = ARENA_ARRAY(mem, const double *, r->n_targets);
    for (size_t t = 0; t < r->n_targets; t++) {
        size_t c = r->target[t];
        if (r->task == TASK_CLASSES) {
            TRY(read_classes(r, batch, c, mem, &y[t], err));
            continue;
        }
        y[t] = frame_reals(r, batch, c, mem);
        if (r->task == TASK_LABELS)
            TRY(check_labels(r, c, y[t], batch->n, err));
    }
    f->target.y.n = batch->n;
    f->target.y.col = y;
    f->target.n_classes = r->classes.n;
    f->target.class_name = r->classes.v;
    return STATUS_OK;
}

void frame_identify_targets(struct frame_reader *r, const struct frame *f, size_t n)
{
    for (size_t t = 0; t < r->n_targets; t++) {
        const double *y = f->target.y.col[t];
        if (r->task != TASK_CLASSES) {
            checksum_add(&r->identity, y, n * sizeof *y);
            continue;
        }
        for (size_t i = 0; i < n; i++) { // names: the numbers depend on who reads
            uint64_t hash = isnan(y[i]) ? 0 : r->classes.hash[(size_t)y[i]];
            checksum_add(&r->identity, &hash, sizeof hash);
        }
    }
}

void frame_know(struct frame_reader *r, const struct target *learnt)
{
    for (size_t c = 0; c < learnt->n_classes; c++)
        (void)names_code(&r->classes, view_of(learnt->class_name[c]));
}

struct named_code {
    const char *name;
    size_t code;
};

static int first_name(const void *a, const void *b)
{
    const struct named_code *u = a, *v = b;
    return strcmp(u->name, v->name);
}

/* The place of each class among those of the first n rows, in the order of their names;
 * returns how many these are, with their names. */
static size_t place_classes(const struct target *t, size_t n, struct arena *mem,
                            const char **ret_name, double *ret_place)
{
    bool *there = ARENA_ARRAY(mem, bool, t->n_classes);
    struct named_code *order = ARENA_ARRAY(mem, struct named_code, t->n_classes);
    size_t learnt = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(t->y.col[0][i]))
            there[(size_t)t->y.col[0][i]] = true;
    for (size_t c = 0; c < t->n_classes; c++)
        order[c] = (struct named_code){t->class_name[c], c};
    if (t->n_classes > 0)
        qsort(order, t->n_classes, sizeof *order, first_name);
    for (size_t c = 0; c < t->n_classes; c++) {
        if (!there[order[c].code])
            continue;
        ret_name[learnt] = order[c].name;
        ret_place[order[c].code] = (double)learnt++;
    }
    return learnt;
}

struct target frame_learn(const struct frame *f, size_t n, struct arena *mem)
{
    const struct target *t = &f->target;
    if (t->task != TASK_CLASSES)
        return target_of(t, matrix_part(mem, &t->y, 0, n));
    double **y, *place = ARENA_ARRAY(mem, double, t->n_classes);
    const char **name = ARENA_ARRAY(mem, const char *, t->n_classes);
    size_t learnt = place_classes(t, n, mem, name, place);
    struct matrix own = matrix_new(mem, n, 1, t->y.name, &y);
    for (size_t i = 0; i < n; i++)
        y[0][i] = isnan(t->y.col[0][i]) ? NAN : place[(size_t)t->y.col[0][i]];
    return (struct target){TASK_CLASSES, own, learnt, name};
}

/* The number among the classes that were learnt of each of the table's, NaN for none. */
static double *learnt_places(const struct target *all, const struct target *learnt,
                             struct arena *mem)
{
    double *place = ARENA_ARRAY(mem, double, all->n_classes);
    for (size_t c = 0; c < all->n_classes; c++) {
        size_t k = 0;
        while (k < learnt->n_classes &&
               strcmp(learnt->class_name[k], all->class_name[c]) != 0)
            k++;
        place[c] = k < learnt->n_classes ? (double)k : NAN;
    }
    return place;
}

struct target frame_like(const struct frame *f, const struct target *learnt, size_t from,
                         size_t to, struct arena *mem)
{
    const struct target *all = &f->target;
    struct matrix part = matrix_part(mem, &all->y, from, to);
    if (all->task != TASK_CLASSES)
        return target_of(learnt, part);
    double **y, *place = learnt_places(all, learnt, mem);
    struct matrix own = matrix_new(mem, part.n, 1, part.name, &y);
    for (size_t i = 0; i < part.n; i++)
        y[0][i] = isnan(part.col[0][i]) ? NAN : place[(size_t)part.col[0][i]];
    return target_of(learnt, own);
}
