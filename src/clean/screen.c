/* Screening raw tables.
 *
 * One pass learns the names of groups and whether rows stand in order; one decides what
 * can be decided row by row (clean/judge.h); duplicates come last, among the rows that
 * are whole: an arrival may replace a row that has an empty cell. */
#include "clean/screen.h"

#include <math.h>

#include "clean/duplicates.h"
#include "clean/ordered.h"
#include "data/feature.h"
#include "data/key.h"

const char *const reason_name[REASONS] = {"kept",     "later",    "duplicate",
                                          "conflict", "range",    "implausible",
                                          "missing",  "unmatched"};

static void split_names(struct screen *s, const char *joined)
{
    s->n_files = 1;
    for (const char *c = joined; *c; c++)
        s->n_files += *c == '/';
    s->file_name = ARENA_ARRAY(s->mem, const char *, s->n_files);
    for (size_t i = 0; i < s->n_files; i++) {
        size_t n = strcspn(joined, "/");
        s->file_name[i] = arena_copy(s->mem, joined, n);
        joined += n + (joined[n] == '/');
    }
}

static enum status not_led(const struct screen *s, const char *what, const char *name,
                           struct error *err)
{
    error_refuse(err, arrow_path(s->file), NULL,
                 "expected a table that ingest wrote, with the %s %s behind its key",
                 what, QUOTE(name));
    error_hint(err, "run ingest again");
    return STATUS_INPUT;
}

static enum status refuse_shape(const struct screen *s, struct error *err)
{
    error_hint(err, "run ingest again");
    error_at(err, arrow_path(s->file), 0, 0);
    return STATUS_INPUT;
}

/* A raw table ends in source_file and source_line and, with a time, begins with its key.
 */
static enum status check_shape(struct screen *s, struct error *err)
{
    const struct timestep *step = s->keys.step;
    struct field key = step ? key_field(step) : (struct field){"…", TYPE_DATE};
    const struct schema *schema = arrow_schema(s->file);
    size_t file = schema_find(schema, "source_file"),
           line = schema_find(schema, "source_line");
    bool good = schema->n >= 2 && file == schema->n - 2 && line == schema->n - 1 &&
                schema->field[file].type == TYPE_INT32 &&
                schema->field[line].type == TYPE_INT64;
    if (step)
        good = good && strcmp(schema->field[0].name, key.name) == 0 &&
               schema->field[0].type == key.type;
    if (!good) {
        error_set(err, STATUS_INPUT,
                  "expected a table that ingest wrote, with columns '%s', 'source_file', "
                  "'source_line'",
                  key.name);
        return refuse_shape(s, err);
    }
    s->value = step != NULL;
    s->p = schema->n - 2 - s->value;
    return STATUS_OK;
}

/* Takes the first value column for the groups, which must be called so. */
static enum status check_groups(struct screen *s, struct error *err)
{
    struct groups *groups = s->keys.groups;
    const struct field *f = &arrow_schema(s->file)->field[s->value];
    if (s->p == 0 || strcmp(f->name, s->keys.group) != 0)
        return not_led(s, "groups", s->keys.group, err);
    if (groups->n > 0 && groups->numbers != (f->type == TYPE_INT64)) {
        error_set(err, STATUS_INPUT,
                  "the groups %s are texts in one source and whole numbers in another",
                  QUOTE(s->keys.group));
        error_at(err, arrow_path(s->file), 0, 0);
        return STATUS_INPUT;
    }
    groups->numbers = f->type == TYPE_INT64;
    s->value++;
    s->p--;
    return STATUS_OK;
}

/* Takes the first value column for the ids, which must be called so.  They tell rows apart
 * by their codes, in the order in which they come. */
static enum status check_ids(struct screen *s, struct error *err)
{
    const struct field *f = &arrow_schema(s->file)->field[s->value];
    if (s->p == 0 || strcmp(f->name, s->keys.id) != 0 ||
        (f->type != TYPE_TEXT && f->type != TYPE_INT64))
        return not_led(s, "ids", s->keys.id, err);
    s->ids = 1;
    if (s->keys.step)
        return STATUS_OK;
    s->id_names = ARENA_NEW(s->mem, struct groups);
    *s->id_names = (struct groups){.mem = s->mem, .numbers = f->type == TYPE_INT64};
    s->id_names->cap = arrow_rows(s->file); // for nearly all are different
    s->id_names->name = ARENA_ARRAY(s->mem, struct group_name, s->id_names->cap);
    return STATUS_OK;
}

/* The row before the one that is looked at. */
struct survey {
    bool any;
    int32_t key;
    uint32_t group;
    bool arrived; // it, or one before it, stands in a later file
};

/* Whether row i of the batch may follow where rows stand in order. */
static void survey_row(struct screen *s, struct survey *before, size_t i, int32_t key)
{
    const struct groups *g = s->keys.groups;
    const int32_t *file = s->cursor.batch.column[s->value + s->p].values;
    bool arrived = file[i] != 0;
    uint32_t group = 0;
    int order = 0;
    if (s->keys.group) {
        struct group_name name = group_at(arrow_schema(s->file)->field[s->value - 1].type,
                                          &s->cursor.batch.column[s->value - 1], i);
        group = groups_code(s->keys.groups, name);
    }
    if (before->any && group != before->group)
        order = group_compare(g->numbers, &g->name[before->group], &g->name[group]);
    if (before->any && order == 0)
        order = before->key < key ? -1 : before->key > key;
    s->in_order = s->in_order && order <= 0 && (arrived || !before->arrived);
    *before = (struct survey){true, key, group, arrived || before->arrived};
}

static enum status add_ids(struct screen *s, struct error *err)
{
    const struct column *c = &s->cursor.batch.column[s->value];
    enum type type = arrow_schema(s->file)->field[s->value].type;
    if (c->missing > 0)
        return error_refuse(err, arrow_path(s->file), NULL, "a row has no id");
    for (size_t i = 0; i < s->cursor.batch.n; i++)
        groups_code(s->id_names, group_at(type, c, i));
    return STATUS_OK;
}

/* Reads keys, groups and ids. */
static enum status survey(struct screen *s, struct error *err)
{
    struct survey before = {.any = false};
    int32_t *key = NULL;
    size_t cap = 0;
    s->in_order = true;
    for (size_t row = 0, i; row < s->n; row += s->cursor.batch.n) {
        TRY(cursor_seek(&s->cursor, row, &i, err));
        size_t n = s->cursor.batch.n, g = s->value - 1;
        if (n > cap) {
            cap = n;
            key = ARENA_ARRAY(s->mem, int32_t, cap);
        }
        if (s->keys.step)
            TRY(key_copy(s->file, &s->cursor.batch, key, err));
        if (s->keys.group)
            TRY(groups_check(&arrow_schema(s->file)->field[g], &s->cursor.batch.column[g],
                             n, row, arrow_path(s->file), err));
        for (i = 0; i < n; i++)
            survey_row(s, &before, i, key[i]);
        if (s->id_names)
            TRY(add_ids(s, err));
    }
    return STATUS_OK;
}

enum status screen_open(struct screen *s, const char *name, const char *path,
                        const struct screen_keys *keys, struct arena *mem,
                        struct error *err)
{
    *s = (struct screen){.name = name, .mem = mem, .keys = *keys};
    TRY(arrow_open(path, mem, &s->file, err));
    TRY(check_shape(s, err));
    if (keys->group)
        TRY(check_groups(s, err));
    if (keys->id)
        TRY(check_ids(s, err));
    s->n = arrow_rows(s->file);
    s->dropped = ARENA_ARRAY(mem, struct dropped, SCREEN_DROPPED);
    const char *files = schema_meta(arrow_schema(s->file), "files");
    split_names(s, files ? files : name);
    cursor_init(&s->cursor, s->file, mem);
    s->count[REASON_KEPT] = s->n;
    s->in_order = true;
    return keys->step || keys->group || s->id_names ? survey(s, err) : STATUS_OK;
}

static void label_id(const struct screen *s, uint32_t code, char *buffer)
{
    char id[GROUP_QUOTED];
    snprintf(buffer, SCREEN_LABEL, "%s %s", arrow_schema(s->file)->field[s->value].name,
             group_quoted(s->id_names->numbers, &s->id_names->name[code], id));
}

const char *screen_label(const struct screen *s, uint64_t rank, char *buffer)
{
    char name[GROUP_QUOTED];
    const struct groups *g = s->keys.groups;
    if (s->keys.step)
        timestep_text(s->keys.step, screen_rank_key(rank), buffer);
    else
        label_id(s, (uint32_t)screen_rank_key(rank), buffer);
    size_t n = strlen(buffer);
    if (s->keys.group)
        snprintf(buffer + n, SCREEN_LABEL - n, " of %s",
                 group_quoted(g->numbers, &g->name[screen_rank_group(rank)], name));
    return buffer;
}

void screen_close(struct screen *s)
{
    if (s->ordered)
        ordered_close(s->ordered);
    arrow_close(s->file);
    s->ordered = NULL;
    s->file = NULL;
}

bool screen_is_loss(enum reason why)
{
    return why == REASON_MISSING || why == REASON_RANGE || why == REASON_IMPLAUSIBLE ||
           why == REASON_CONFLICT;
}

void screen_drop(struct screen *s, const struct dropped *row)
{
    if (s->tally)
        s->tally[row->group].lost += screen_is_loss(row->reason);
    s->count[REASON_KEPT]--;
    s->count[row->reason]++;
    if (s->n_dropped < SCREEN_DROPPED)
        s->dropped[s->n_dropped++] = *row;
}

size_t screen_file(const struct screen *s, const struct cursor *c, size_t i)
{
    int32_t f = ((const int32_t *)c->batch.column[s->value + s->p].values)[i];
    return f >= 0 && (size_t)f < s->n_files ? (size_t)f : 0;
}

size_t screen_line(const struct screen *s, const struct cursor *c, size_t i)
{
    int64_t line = ((const int64_t *)c->batch.column[s->value + s->p + 1].values)[i];
    return line > 0 ? (size_t)line : 0;
}

static const char *value_name(const struct screen *s, size_t j)
{
    return arrow_schema(s->file)->field[s->value + j].name;
}

static const struct range *range_used(const struct screen_rules *rules,
                                      const struct field *f)
{
    struct range *r =
        f->type == TYPE_TEXT ? NULL : range_of(rules->range, rules->n_ranges, f->name);
    if (r)
        r->used = true;
    return r;
}

/* What each value column is to the rows that come of this table, and what holds for it. */
static void assign_duties(struct screen *s, const struct screen_rules *rules)
{
    s->rules = *rules;
    s->empty = ARENA_ARRAY(s->mem, size_t, s->p);
    s->needed = ARENA_ARRAY(s->mem, bool, s->p);
    s->target = ARENA_ARRAY(s->mem, bool, s->p);
    s->read = ARENA_ARRAY(s->mem, bool, s->p);
    s->range = ARENA_ARRAY(s->mem, const struct range *, s->p);
    s->span = ARENA_ARRAY(s->mem, struct span, s->p);
    for (size_t j = 0; j < s->p; j++) {
        const char *name = value_name(s, j);
        bool number = arrow_schema(s->file)->field[s->value + j].type != TYPE_TEXT;
        s->target[j] = texts_hold(&rules->targets, name);
        s->read[j] = j >= s->ids &&
                     (!rules->features ||
                      (number && features_read(rules->features, &rules->targets, name)));
        s->needed[j] = s->read[j] && !s->target[j];
        if (j >= s->ids)
            s->range[j] = range_used(rules, &arrow_schema(s->file)->field[s->value + j]);
        s->span[j] = (struct span){INFINITY, -INFINITY};
    }
}

/* Rows of arrivals that will not count are worth a warning each: somebody has just sent
 * them. */
static enum status warn_of_arrivals(struct screen *s, screen_fault *report, void *context,
                                    struct error *err)
{
    static const char *const why[REASONS] = {[REASON_RANGE] = "outside clean.ranges",
                                             [REASON_IMPLAUSIBLE] =
                                                 "implausible beside the base file's"};
    for (size_t d = 0; d < s->n_dropped; d++) {
        const struct dropped *row = &s->dropped[d];
        struct error fault = {.status = STATUS_OK};
        size_t i;
        if (!row->column)
            continue;
        TRY(cursor_seek(&s->cursor, row->row, &i, err));
        if (screen_file(s, &s->cursor, i) == 0)
            continue;
        double x =
            cursor_value(&s->cursor, schema_find(arrow_schema(s->file), row->column), i);
        if (row->reason == REASON_MISSING)
            error_set(&fault, STATUS_INPUT, "the row is left out: the cell is empty");
        else
            error_set(&fault, STATUS_INPUT, "the row is left out: %.10g is %s", x,
                      why[row->reason]);
        error_at(&fault, s->file_name[screen_file(s, &s->cursor, i)],
                 screen_line(s, &s->cursor, i), 0);
        error_field(&fault, row->column);
        TRY(report(context, &fault, false));
    }
    return STATUS_OK;
}

/* Rows of one id are found in an order of their own; then rows stand as they come, for ids
 * are no order. */
static enum status settle_ids(struct screen *s, struct publish *publish, const char *path,
                              screen_fault *report, void *context, struct error *err)
{
    struct ordered by_id;
    s->gone = ARENA_ARRAY(s->mem, uint8_t, s->n / 8 + 1);
    enum status status = ordered_open(&by_id, s, ORDERED_BY_ID, publish, path, err);
    if (status == STATUS_OK)
        status = warn_of_arrivals(s, report, context, err);
    if (status == STATUS_OK)
        status = duplicates_settle(s, &by_id, report, context, err);
    ordered_close(&by_id);
    TRY(status);
    return ordered_open(s->ordered, s, ORDERED_AGAIN, publish, path, err);
}

enum status screen_rows(struct screen *s, const struct screen_rules *rules,
                        struct publish *publish, const char *path, screen_fault *report,
                        void *context, struct error *err)
{
    assign_duties(s, rules);
    if (s->keys.group)
        s->tally = ARENA_ARRAY(s->mem, struct group_tally, s->keys.groups->n);
    s->ordered = ARENA_NEW(s->mem, struct ordered);
    if (s->id_names && s->id_names->n < s->n)
        return settle_ids(s, publish, path, report, context, err);
    TRY(ordered_open(s->ordered, s, ORDERED_FIRST, publish, path, err));
    TRY(warn_of_arrivals(s, report, context, err));
    return s->keys.step ? duplicates_settle(s, s->ordered, report, context, err)
                        : STATUS_OK;
}
