/* Training rows: a table is read once, in the order of its division. */
#include "search/training.h"

#include <math.h>

#include "data/ids.h"
#include "data/key.h"

enum status training_read(struct frame_reader *r, const struct division_rule *rule,
                          struct arena *mem, struct training *ret, struct error *err)
{
    struct frame *f = &ret->frame;
    ret->rule = rule;
    r->by_target = rule->method == SPLIT_STRATIFIED;
    TRY(frame_read(r, mem, f, err));
    TRY(division_of(rule, &r->arrived, f, f->n, mem, &ret->division, err));
    frame_identity(r, ret->identity);
    frame_reorder(f, ret->division.order, mem);
    training_take(ret, mem);
    return STATUS_OK;
}

/* Which of the rows to check by have a target of the kind that is learnt. */
static void drop_unknown(struct training *t, struct arena *mem)
{
    size_t n = 0, *row = ARENA_ARRAY(mem, size_t, t->y_check.y.n);
    for (size_t i = 0; i < t->y_check.y.n; i++)
        if (!isnan(t->y_check.y.col[0][i]))
            row[n++] = i;
    if (n == t->y_check.y.n)
        return;
    t->x_check = matrix_rows(mem, &t->x_check, row, n);
    t->y_check.y = matrix_rows(mem, &t->y_check.y, row, n);
}

void training_take(struct training *t, struct arena *mem)
{
    const struct frame *f = &t->frame;
    size_t n = t->division.n_train, held = division_held(&t->division);
    t->x = matrix_part(mem, &f->x, 0, n);
    t->y = frame_learn(f, n, mem);
    t->x_check = matrix_part(mem, &f->x, n, held);
    t->y_check = frame_like(f, &t->y, n, held, mem);
    if (t->y.task == TASK_CLASSES)
        drop_unknown(t, mem);
}

/* What is known of the rows that are learnt from, in their order. */
static struct fold_data fold_data_of(const struct training *t, struct arena *mem)
{
    const struct frame *f = &t->frame;
    struct fold_data data = {.n = t->division.n_train,
                             .validation = t->division.n_validation};
    bool classes = t->y.task == TASK_CLASSES;
    uint32_t *label = classes ? ARENA_ARRAY(mem, uint32_t, data.n) : NULL;
    int32_t *time = f->key ? ARENA_ARRAY(mem, int32_t, data.n) : NULL;
    uint32_t *group = f->group ? ARENA_ARRAY(mem, uint32_t, data.n) : NULL;
    for (size_t i = 0; i < data.n; i++) {
        if (label)
            label[i] = (uint32_t)t->y.y.col[0][i];
        if (time)
            time[i] = f->key[t->division.order[i]];
        if (group)
            group[i] = f->group[t->division.order[i]];
    }
    data.label = label;
    data.time = time;
    data.group = group;
    return data;
}

enum status training_folds(const struct training *t, const struct fold_rule *rule,
                           uint32_t seed, struct arena *mem, struct searched *ret,
                           struct error *err)
{
    struct arena scratch = {0};
    struct fold_data data = fold_data_of(t, &scratch);
    enum status status = folds_plan(rule, &data, seed, mem, &ret->folds, err);
    ret->x = t->x;
    ret->y = t->y;
    if (rule->method == FOLDS_VALIDATION) {
        size_t n = division_held(&t->division);
        ret->x = matrix_part(mem, &t->frame.x, 0, n);
        ret->y = frame_learn(&t->frame, n, mem);
    }
    arena_release(&scratch);
    return status;
}

/* The first row of column c that holds what is no number; x->n where none does. */
static size_t faulty_row(const struct matrix *x, size_t c, bool missing)
{
    double buffer[MATRIX_SPAN];
    for (size_t i = 0; i < x->n; i++) {
        double v = *matrix_span(x, c, i, i + 1, buffer);
        if (!isfinite(v) && !(missing && isnan(v)))
            return i;
    }
    return x->n;
}

/* ", 2020-05 of 'a', request_id 'r7'": what there is of it. */
static void add_names(const struct training *t, size_t row, const char *path,
                      struct text *out)
{
    char label[FRAME_LABEL];
    const char *group = strchr(frame_label(&t->frame, row, label), ' ');
    if (t->frame.key)
        text_addf(out, ", %s", label);
    else if (t->frame.group)
        text_puts(out, group);
    ids_tell(path, t->frame.pipeline, row, out);
}

void training_blame(const struct training *t, const struct step *first, const char *path,
                    struct error *err)
{
    struct arena scratch = {0};
    struct text names = {.mem = &scratch};
    char field[sizeof err->loc.field];
    size_t c = 0, i;
    while (c < t->x.p && strcmp(t->x.name[c], err->loc.field) != 0)
        c++;
    i = c < t->x.p ? faulty_row(&t->x, c, first->takes & STEP_MISSING) : t->x.n;
    if (i == t->x.n)
        return;
    bool missing = isnan(t->frame.x.col[c][i]);
    size_t row = t->division.order[i];
    text_puts(&names, "");
    add_names(t, row, path, &names);
    snprintf(field, sizeof field, "%s", err->loc.field);
    (void)error_refuse(err, path, field, "expected a number, found %s in row %zu%s",
                       missing ? "a missing value" : "an infinite one", row + 1, names.p);
    if (missing)
        error_hint(err,
                   "`impute` or `impute_knn` as the first step fills empty cells; or "
                   "leave the column out of `as_is`");
    arena_release(&scratch);
}

static struct texts text_names(const struct matrix *x, struct arena *mem)
{
    const char **name = ARENA_ARRAY(mem, const char *, x->n_texts);
    for (size_t t = 0; t < x->n_texts; t++)
        name[t] = x->text[t].name;
    return (struct texts){x->n_texts, name};
}

enum status training_fit(const struct training *t, const struct recipes *recipes,
                         size_t cell, const struct fit_context *context, struct model *m,
                         struct error *err)
{
    struct arena *mem = context->mem;
    const struct recipe *recipe = &recipes->of[recipes_find(recipes, cell, &cell)];
    size_t n = recipe->n;
    struct step_choice *choice = ARENA_ARRAY(mem, struct step_choice, n);
    recipe_choose(recipe, cell, mem, choice);
    m->features = (struct texts){t->x.p, t->x.name};
    m->texts = text_names(&t->x, mem);
    m->n_steps = n;
    m->step = ARENA_ARRAY(mem, struct step_fitted, n);
    struct fit_context checked = *context;
    checked.x_check = t->x_check.n > 0 ? &t->x_check : NULL;
    checked.y_check = t->x_check.n > 0 ? &t->y_check : NULL;
    return steps_fit(choice, n, &t->x, &t->y, &checked, m->step, err);
}
