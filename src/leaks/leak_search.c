/* The search for leaks: which columns there are, from which origins they are proved, and
 * what is told of those that are not. */
#include <stdlib.h>
#include <string.h>

#include "data/ids.h"
#include "data/key.h"
#include "leaks/leak_accept.h"
#include "leaks/leak_search_internal.h"

void leak_add(struct leak_job *job, enum leak_kind kind, struct leak leak)
{
    struct leaks *l = &job->found;
    leak.kind = leak_kind_name[kind];
    leak.column = arena_string(job->in->mem, leak.column);
    leak.of = leak.of ? arena_string(job->in->mem, leak.of) : NULL;
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->leak[i].column, leak.column) == 0 &&
            strcmp(l->leak[i].kind, leak.kind) == 0)
            return;
    ARENA_ROOM(job->in->mem, l->leak, l->n, job->cap_found, 8);
    l->leak[l->n++] = leak;
}

const char *leak_label(const struct leak_job *job, int32_t key)
{
    return key_label(job->in->pipeline, key, job->in->mem);
}

/* Whether a column is a target, and then its slot of the walk. */
static bool is_target(const struct leak_job *job, struct leak_column *c)
{
    const struct texts *targets = &job->in->pipeline->targets;
    for (size_t t = 0; t < targets->n; t++)
        if (strcmp(c->name, targets->v[t]) == 0) {
            c->slot = job->columns.target_slot[t];
            c->f = FEATURE_UNSET;
            return true;
        }
    return false;
}

static bool is_feature(const struct leak_job *job, struct leak_column *c)
{
    const struct features *plan = &job->columns.plan;
    for (size_t f = 0; f < plan->n; f++)
        if (strcmp(plan->feature[f].name, c->name) == 0) {
            c->f = f;
            return true;
        }
    return false;
}

/* Finds the columns of the feature table, and which rule makes each. */
static void find_columns(struct leak_job *job)
{
    const struct schema *schema = arrow_schema(job->made);
    size_t names = ids_names(job->in->pipeline);
    job->p = schema->n > names ? schema->n - names : 0;
    job->column = ARENA_ARRAY(job->in->mem, struct leak_column, job->p);
    for (size_t c = 0; c < job->p; c++) {
        const struct field *field = &schema->field[names + c];
        struct leak_column *column = &job->column[c];
        *column = (struct leak_column){
            .name = field->name, .at = names + c, .text = field->type == TYPE_TEXT};
        column->made = is_target(job, column) || is_feature(job, column);
    }
}

/* Room for what is collected; a table of many columns has fewer rows of it. */
static void make_room(struct leak_job *job)
{
    struct arena *mem = job->in->scratch;
    struct leak_steps *s = &job->steps;
    size_t columns = job->columns.n + job->p + 1, rows = arrow_rows(job->clean);
    size_t room = LEAK_CELLS / columns;
    // Steps without a row count, too: twice as many are rows with as many gaps.
    s->cap = rows < room / 2 ? 2 * rows + 16 : room;
    s->all = true;
    s->key = ARENA_ARRAY(mem, int32_t, s->cap);
    s->begins = ARENA_ARRAY(mem, bool, s->cap);
    s->x = ARENA_ARRAY(mem, double *, job->columns.n);
    for (size_t k = 0; k < job->columns.n; k++)
        s->x[k] = ARENA_ARRAY(mem, double, s->cap);
    for (size_t c = 0; c < job->p; c++)
        job->column[c].value = ARENA_ARRAY(mem, double, s->cap);
}

/* Tells of columns that differ, and forgets it for the next turn. */
static void tell_differing(struct leak_job *job, enum leak_kind kind)
{
    for (size_t c = 0; c < job->p; c++) {
        struct leak_column *column = &job->column[c];
        if (column->differ > 0)
            leak_add(job, kind,
                     (struct leak){.column = column->name,
                                   .first = leak_label(job, column->first),
                                   .rows = column->differ});
        // What is told is no longer proved: its values are looked at like a stranger's.
        column->made = column->made && column->differ == 0;
        column->differ = 0;
    }
    if (job->stray > 0) {
        const char *key = key_name(job->in->pipeline);
        leak_add(job, kind,
                 (struct leak){.column = key ? key : "row", .rows = job->stray});
    }
    job->stray = 0;
}

static void tell_unexplained(struct leak_job *job)
{
    for (size_t c = 0; c < job->p; c++)
        if (!job->column[c].made)
            leak_add(job, LEAK_UNEXPLAINED,
                     (struct leak){.column = job->column[c].name,
                                   .first = job->rows && job->key
                                                ? leak_label(job, job->key[0])
                                                : NULL,
                                   .rows = job->rows});
}

/* The keys of the feature table; the greatest is where all of it is known. */
static enum status read_keys(struct leak_job *job, int32_t *ret_last, struct error *err)
{
    *ret_last = INT32_MIN;
    if (!job->columns.key)
        return STATUS_OK;
    job->key = ARENA_ARRAY(job->in->scratch, int32_t, job->rows);
    TRY(key_read(job->made, false, job->key, err));
    for (size_t i = 0; i < job->rows; i++)
        *ret_last = job->key[i] > *ret_last ? job->key[i] : *ret_last;
    return STATUS_OK;
}

/* How many origins a table of that length is proved from, and how many of its rows. */
static size_t how_many(struct leak_job *job)
{
    size_t n = LEAK_ORIGINS;
    while (n > LEAK_LEAST && job->rows > LEAK_WALKED / (n + 1))
        n--;
    size_t most = LEAK_WALKED / (n + 1);
    job->part = job->rows < most ? job->rows : most;
    return job->columns.key && job->rows > 1 ? n : 0;
}

/* Once as of the last row, which also collects, then as of earlier ones. */
static enum status prove(struct leak_job *job, struct error *err)
{
    int32_t last;
    job->found.origins = how_many(job);
    TRY(read_keys(job, &last, err));
    TRY(leak_recompute(job, job->columns.key > 0, last, err));
    tell_unexplained(job);
    tell_differing(job, LEAK_ALTERED);
    for (size_t i = 1; i <= job->found.origins; i++) {
        int32_t origin = job->key[(job->part - 1) * i / (job->found.origins + 1)];
        TRY(leak_recompute(job, true, origin, err));
        tell_differing(job, LEAK_CUT);
    }
    return STATUS_OK;
}

static enum status search_files(struct leak_job *job, struct error *err)
{
    const struct leak_inputs *in = job->in;
    TRY(feature_columns_find(in->pipeline, in->rules, job->clean, in->scratch,
                             &job->columns, err));
    job->rows = arrow_rows(job->made);
    cursor_init(&job->cursor, job->made, in->mem); // walks rewind scratch
    find_columns(job);
    make_room(job);
    TRY(prove(job, err));
    leak_values(job);
    leak_order(job);
    leak_fill(job);
    leak_means(job);
    for (size_t c = 0; c < job->p; c++)
        job->found.columns += job->column[c].made && !job->column[c].text;
    job->found.rows = job->part;
    return STATUS_OK;
}

static void warn_of(const struct leak_job *job, const struct leak *leak)
{
    struct text words = {.mem = job->in->scratch};
    struct error warning = {0};
    leak_say(leak, &words);
    error_set(&warning, STATUS_INPUT, "%s", words.p);
    error_at(&warning, job->in->features, 0, 0);
    if (leak_by_values(leak))
        error_hint(&warning,
                   "if it is none: `evaluate: {leaks: {accept: [{column: %s, kind: %s, "
                   "why: …}]}}`",
                   leak->column, leak->kind);
    watch_warn(job->in->watch, &warning);
}

/* All columns that a leak may be told of. */
static struct texts column_names(const struct leak_job *job, struct arena *mem)
{
    const struct schema *clean = arrow_schema(job->clean);
    const char **name = ARENA_ARRAY(mem, const char *, clean->n + job->p);
    size_t n = 0;
    for (size_t c = 0; c < clean->n; c++)
        name[n++] = clean->field[c].name;
    for (size_t c = 0; c < job->p; c++)
        if (!texts_hold(&(struct texts){n, name}, job->column[c].name))
            name[n++] = job->column[c].name;
    return (struct texts){n, name};
}

static enum status tell(struct leak_job *job, struct error *err)
{
    const struct leak_inputs *in = job->in;
    struct leak_accepts accepts;
    struct texts names = column_names(job, in->scratch);
    TRY(leak_accept_read(in->accept, &names, in->mem, &accepts, err));
    leak_accept(&accepts, in->watch, &job->found);
    for (size_t i = 0; i < job->found.n; i++)
        if (!job->found.leak[i].accepted)
            warn_of(job, &job->found.leak[i]);
    return STATUS_OK;
}

enum status leak_search(const struct leak_inputs *in, struct leaks *ret,
                        struct error *err)
{
    struct leak_job job = {.in = in};
    struct arena_mark mark = arena_mark(in->scratch);
    TRY(arrow_open(in->clean, in->mem, &job.clean, err));
    enum status status = arrow_open(in->features, in->mem, &job.made, err);
    if (status == STATUS_OK)
        status = search_files(&job, err);
    if (status == STATUS_OK)
        status = tell(&job, err);
    arrow_close(job.made);
    arrow_close(job.clean);
    arena_rewind(in->scratch, mark);
    *ret = job.found;
    return status;
}
