/* features: each row learns about its past.
 *
 * Rolling windows and lags of the clean table's columns (data/feature.h).  Rows whose
 * features are all there go to features.arrow; those that have no target yet, the month
 * to come above all, go to upcoming.arrow. */
#include <math.h>

#include "arrow/arrow.h"
#include "arrow/builder.h"
#include "arrow/cursor.h"
#include "artifacts/features_json.h"
#include "data/feature.h"
#include "data/groups.h"
#include "data/key.h"
#include "data/runs.h"
#include "data/source.h"
#include "data/walk.h"
#include "stage/stage.h"

#define COLUMNS_SHOWN 3 // that a message names; groups too

struct features_config {
    struct feature_rules features;
};

static const struct features_config defaults;

/* One of the two tables under way. */
struct features_sink {
    struct arrow_writer *writer;
    struct builder builder;
    size_t rows;
    int32_t first, last;
    struct row_runs arrived;
};

/* The series so far, where rows have groups. */
struct features_groups {
    size_t n, poor;          // begun; of them without a row to learn from
    size_t complete;         // rows to learn from of the last one
    struct text poor_names;  // the first few
    char name[GROUP_QUOTED]; // of the last one
};

struct features_job {
    struct run *run;
    struct arrow_file *file;
    const struct schema *schema; // of the clean table
    size_t key;                  // 1 with a key
    size_t group;                // 1 with groups, whose column is the one behind the key
    struct texts targets;
    size_t *target, *target_slot; // [targets.n] columns, and where the walk has numbers
    struct features plan;
    struct arrow_file *texts; // the clean table once more, or NULL: no text is read
    struct cursor cursor;     // in it
    size_t *column;           // [n_columns] columns that the walk reads
    size_t n_columns;
    size_t *slot;   // [plan.n] which of them a feature reads
    double **value; // [plan.n] of the walk's rows
    struct features_sink complete, upcoming;
    size_t dropped;
    size_t late;     // rows dropped that windows do not lack for want of earlier steps
    size_t *missing; // [n_columns] and how many of them for the sake of that column
    size_t *counted; // [n_columns] the number of such rows when it was counted last
    size_t *empty;   // [n_columns] rows without a value in that column
    struct row_runs arrived; // rows of the clean table
    size_t n_upcoming, cap_upcoming;
    int32_t *upcoming_key; // [n_upcoming]
    struct features_groups groups;
};

/* The place of a table's column in the walk, added when new. */
static size_t slot_of(struct features_job *job, size_t column)
{
    size_t s = 0;
    while (s < job->n_columns && job->column[s] != column)
        s++;
    if (s == job->n_columns)
        job->column[job->n_columns++] = column;
    return s;
}

/* The column of groups must be where clean puts it. */
static enum status find_group(struct features_job *job, struct error *err)
{
    const char *group = job->run->pipeline.group;
    job->group = group ? 1 : 0;
    if (!group || (job->key < job->schema->n &&
                   strcmp(job->schema->field[job->key].name, group) == 0))
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "expected a table with the groups %s behind its key",
              QUOTE(group));
    error_hint(err, "run ingest and clean again");
    error_at(err, arrow_path(job->file), 0, 0);
    return STATUS_INPUT;
}

static bool is_text(const struct features_job *job, size_t column)
{
    return job->schema->field[column].type == TYPE_TEXT;
}

/* The targets are columns of numbers, of classes also one of texts. */
static enum status find_targets(struct features_job *job, struct error *err)
{
    const struct pipeline *p = &job->run->pipeline;
    job->targets = p->targets;
    job->target = ARENA_ARRAY(job->run->mem, size_t, job->targets.n);
    job->target_slot = ARENA_ARRAY(job->run->mem, size_t, job->targets.n);
    for (size_t t = 0; t < job->targets.n; t++) {
        size_t *at = &job->target[t];
        TRY(schema_require(job->schema, arrow_path(job->file), job->targets.v[t], at,
                           err));
        enum type type = job->schema->field[*at].type;
        bool number = type != TYPE_TEXT && type != TYPE_DATE && type != TYPE_TIME;
        if (number || (type == TYPE_TEXT && strcmp(p->task, "classes") == 0))
            continue;
        error_set(err, STATUS_INPUT, "the target %s is %s, expected numbers",
                  QUOTE(job->targets.v[t]), type_name(type));
        error_field(err, "target");
        error_at(err, p->path, 0, 0);
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

/* Where the walk has each feature and target; texts are read beside it, by the row. */
static enum status find_slots(struct features_job *job, struct error *err)
{
    struct arena *mem = job->run->mem;
    size_t texts = job->plan.n_texts;
    job->column = ARENA_ARRAY(mem, size_t, job->plan.n + job->targets.n);
    job->slot = ARENA_ARRAY(mem, size_t, job->plan.n);
    job->value = ARENA_ARRAY(mem, double *, job->plan.n);
    for (size_t f = 0; f < job->plan.n; f++)
        if (!job->plan.feature[f].text)
            job->slot[f] = slot_of(job, job->plan.feature[f].source);
    for (size_t t = 0; t < job->targets.n; t++)
        if (is_text(job, job->target[t]))
            texts++;
        else
            job->target_slot[t] = slot_of(job, job->target[t]);
    if (texts == 0)
        return STATUS_OK;
    TRY(arrow_open(arrow_path(job->file), mem, &job->texts, err));
    cursor_init(&job->cursor, job->texts, mem);
    return STATUS_OK;
}

static enum status plan(struct features_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct features_config *config = run->config;
    job->key = run->pipeline.time.column != NULL;
    TRY(find_group(job, err));
    TRY(find_targets(job, err));
    if (features_plan(&config->features.features, job->schema, &job->targets,
                      job->group ? job->key : job->schema->n, run->mem, &job->plan,
                      err) != STATUS_OK) {
        error_at(err, run->pipeline.path, 0, 0);
        return err->status;
    }
    TRY(find_slots(job, err));
    job->missing = ARENA_ARRAY(run->mem, size_t, job->n_columns);
    job->counted = ARENA_ARRAY(run->mem, size_t, job->n_columns);
    job->empty = ARENA_ARRAY(run->mem, size_t, job->n_columns);
    job->arrived.mem = run->mem;
    if (!runs_parse(&job->arrived, schema_meta(job->schema, "arrived"))) {
        error_set(err, STATUS_INPUT, "the metadata 'arrived' is damaged");
        error_at(err, arrow_path(job->file), 0, 0);
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

static enum status begin(struct features_job *job, struct features_sink *sink,
                         const char *name, struct error *err)
{
    struct run *run = job->run;
    struct schema *s = ARENA_NEW(run->mem, struct schema);
    struct output *out;
    size_t from = job->key + job->group;
    s->n = from + job->plan.n + job->targets.n;
    s->field = ARENA_ARRAY(run->mem, struct field, s->n);
    if (job->key)
        s->field[0] = key_field(key_step(&run->pipeline));
    if (job->group)
        s->field[job->key] = job->schema->field[job->key];
    for (size_t f = 0; f < job->plan.n; f++)
        s->field[from + f] = (struct field){
            job->plan.feature[f].name, job->plan.feature[f].text ? TYPE_TEXT : TYPE_REAL};
    for (size_t t = 0; t < job->targets.n; t++)
        s->field[from + job->plan.n + t] = (struct field){
            job->targets.v[t], is_text(job, job->target[t]) ? TYPE_TEXT : TYPE_REAL};
    s->n_meta = 2;
    s->meta = ARENA_ARRAY(run->mem, struct meta, 2);
    s->meta[0] = (struct meta){"stage", "features"};
    s->meta[1] = (struct meta){"pipeline", run->pipeline.name};
    sink->arrived.mem = run->mem;
    TRY(run_output(run, name, &out, err));
    TRY(arrow_begin(out, s, run->mem, &sink->writer, err));
    builder_init(&sink->builder, s, run->mem);
    return STATUS_OK;
}

/* The text of a row of the table; *ret_there is false for an empty cell, and for a step
 * without a row. */
static enum status text_at(struct features_job *job, size_t row, size_t column,
                           struct view *ret, bool *ret_there, struct error *err)
{
    size_t i = 0;
    *ret_there = false;
    if (row == WALK_NO_ROW)
        return STATUS_OK;
    TRY(cursor_seek(&job->cursor, row, &i, err));
    const struct column *c = &job->cursor.batch.column[column];
    if (!column_present(c, i))
        return STATUS_OK;
    *ret = (struct view){(const char *)c->values + c->offsets[i],
                         (size_t)(c->offsets[i + 1] - c->offsets[i])};
    *ret_there = true;
    return STATUS_OK;
}

static enum status put_text(struct features_job *job, struct builder *b, size_t to,
                            size_t row, size_t column, struct error *err)
{
    struct view text;
    bool there;
    TRY(text_at(job, row, column, &text, &there, err));
    if (there)
        builder_text(b, to, text);
    else
        builder_missing(b, to);
    return STATUS_OK;
}

static void put_real(struct builder *b, size_t to, double x)
{
    if (isnan(x))
        builder_missing(b, to);
    else
        builder_real(b, to, x);
}

/* The targets behind the features; of a row to come none is known. */
static enum status put_targets(struct features_job *job, struct builder *b, size_t c,
                               const struct walk *w, size_t i, bool known,
                               struct error *err)
{
    for (size_t t = 0; t < job->targets.n; t++)
        if (!known)
            builder_missing(b, c + t);
        else if (is_text(job, job->target[t]))
            TRY(put_text(job, b, c + t, w->row[i], job->target[t], err));
        else
            builder_real(b, c + t, w->x[job->target_slot[t]][i]);
    return STATUS_OK;
}

static enum status put_row(struct features_job *job, struct features_sink *sink,
                           const struct walk *w, size_t i, bool known, struct error *err)
{
    struct builder *b = &sink->builder;
    size_t c = 0;
    if (job->key)
        builder_int(b, c++, key_stored(w->step, w->key[i]));
    if (job->group && job->schema->field[job->key].type == TYPE_TEXT)
        builder_text(b, c++, w->series.group.text);
    else if (job->group)
        builder_int(b, c++, w->series.group.number);
    for (size_t f = 0; f < job->plan.n; f++, c++)
        if (job->plan.feature[f].text)
            TRY(put_text(job, b, c, w->row[i], job->plan.feature[f].source, err));
        else
            put_real(b, c, job->value[f][i]);
    TRY(put_targets(job, b, c, w, i, known, err));
    builder_commit(b);
    if (job->key) {
        bool first = sink->rows == 0;
        sink->first = first || w->key[i] < sink->first ? w->key[i] : sink->first;
        sink->last = first || w->key[i] > sink->last ? w->key[i] : sink->last;
    }
    if (runs_has(&job->arrived, w->row[i]))
        runs_add(&sink->arrived, sink->rows);
    sink->rows++;
    return builder_full(b) ? builder_write(b, sink->writer, err) : STATUS_OK;
}

/* True when the row lacks this feature and may not be without it. */
static bool lacks(const struct features_job *job, size_t f, size_t i)
{
    return job->plan.feature[f].min_periods > 0 && isnan(job->value[f][i]);
}

static bool row_complete(const struct features_job *job, size_t i)
{
    for (size_t f = 0; f < job->plan.n; f++)
        if (lacks(job, f, i))
            return false;
    return true;
}

static enum status targets_known(struct features_job *job, const struct walk *w, size_t i,
                                 bool *ret, struct error *err)
{
    bool known = true;
    struct view text;
    for (size_t t = 0; known && t < job->targets.n; t++)
        if (is_text(job, job->target[t]))
            TRY(text_at(job, w->row[i], job->target[t], &text, &known, err));
        else
            known = !isnan(w->x[job->target_slot[t]][i]);
    *ret = known;
    return STATUS_OK;
}

/* Notes what a row of the table lacks. */
static void count_missing(struct features_job *job, const struct walk *w, size_t i)
{
    job->dropped++;
    if (w->start + i < job->plan.reach)
        return;
    job->late++;
    for (size_t f = 0; f < job->plan.n; f++) {
        size_t c = job->slot[f];
        if (!lacks(job, f, i) || job->counted[c] == job->late)
            continue;
        job->missing[c]++;
        job->counted[c] = job->late;
    }
}

/* Counts the rows of the table among the fresh steps, and their empty cells. */
static void count_rows(struct features_job *job, const struct walk *w)
{
    size_t absent = 0;
    for (size_t i = w->past; i < w->past + w->fresh; i++)
        absent += w->row[i] == WALK_NO_ROW;
    for (size_t c = 0; c < job->n_columns; c++) {
        size_t empty = 0;
        for (size_t i = w->past; i < w->past + w->fresh; i++)
            empty += isnan(w->x[c][i]) ? 1 : 0;
        job->empty[c] += empty - absent; // a step without a row has no values
    }
    job->run->rows_in += w->fresh - absent;
}

static void note_upcoming(struct features_job *job, int32_t key)
{
    ARENA_ROOM(job->run->mem, job->upcoming_key, job->n_upcoming, job->cap_upcoming, 16);
    job->upcoming_key[job->n_upcoming++] = key;
}

static int by_key(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* The keys of rows to come, each once, whatever series they are of. */
static struct texts upcoming_labels(const struct features_job *job)
{
    const char **label = ARENA_ARRAY(job->run->mem, const char *, job->n_upcoming);
    size_t n = 0;
    if (job->n_upcoming > 0)
        qsort(job->upcoming_key, job->n_upcoming, sizeof *job->upcoming_key, by_key);
    for (size_t i = 0; i < job->n_upcoming; i++)
        if (i == 0 || job->upcoming_key[i] != job->upcoming_key[i - 1])
            label[n++] =
                key_label(&job->run->pipeline, job->upcoming_key[i], job->run->mem);
    return (struct texts){n, label};
}

/* A series is over: notes it when nothing can be learnt from it. */
static void end_series(struct features_job *job)
{
    struct features_groups *g = &job->groups;
    if (g->n == 0 || g->complete > 0)
        return;
    if (g->poor++ < COLUMNS_SHOWN)
        text_addf(&g->poor_names, "%s%s", g->poor > 1 ? ", " : "", g->name);
}

static void begin_series(struct features_job *job, const struct walk *w)
{
    struct features_groups *g = &job->groups;
    bool numbers = job->schema->field[job->key].type == TYPE_INT64;
    end_series(job);
    g->poor_names.mem = job->run->mem;
    g->n++;
    g->complete = 0;
    group_quoted(numbers, &w->series.group, g->name);
}

static enum status put_rows(struct features_job *job, const struct walk *w,
                            struct error *err)
{
    for (size_t i = w->past; i < w->past + w->fresh; i++) {
        bool behind = walk_behind(w, i);
        if (w->row[i] == WALK_NO_ROW && !behind)
            continue; // a step without a row is only the past of others
        bool known;
        TRY(targets_known(job, w, i, &known, err));
        if (!row_complete(job, i)) {
            if (!behind)
                count_missing(job, w, i);
        } else if (!known || behind) {
            if (job->key)
                note_upcoming(job, w->key[i]);
            TRY(put_row(job, &job->upcoming, w, i, false, err));
        } else {
            TRY(put_row(job, &job->complete, w, i, true, err));
            job->groups.complete++;
        }
    }
    return STATUS_OK;
}

static enum status walk_table(struct features_job *job, struct error *err)
{
    struct run *run = job->run;
    struct walk w = {.file = job->file,
                     .mem = run->mem,
                     .column = job->column,
                     .p = job->n_columns,
                     .reach = job->plan.reach,
                     .ahead = job->plan.ahead,
                     .step = key_step(&run->pipeline),
                     .grouped = job->group > 0,
                     .has_as_of = run->has_as_of,
                     .as_of = key_as_of(&run->pipeline, run_as_of(run))};
    walk_begin(&w);
    size_t cap = 0;
    double *scratch = NULL;
    for (;;) {
        TRY(walk_next(&w, err));
        if (w.fresh == 0)
            break;
        if (job->group && w.start + w.past == 0)
            begin_series(job, &w);
        size_t n = w.past + w.fresh;
        if (n > cap) {
            cap = n;
            scratch = ARENA_ARRAY(run->mem, double, cap);
            for (size_t f = 0; f < job->plan.n; f++)
                if (!job->plan.feature[f].text)
                    job->value[f] = ARENA_ARRAY(run->mem, double, cap);
        }
        for (size_t f = 0; f < job->plan.n; f++)
            if (!job->plan.feature[f].text)
                feature_compute(&job->plan.feature[f], w.x[job->slot[f]], n, scratch,
                                job->value[f]);
        count_rows(job, &w);
        TRY(put_rows(job, &w, err));
        run_progress(run, "features", run->rows_in, arrow_rows(job->file));
    }
    if (job->group)
        end_series(job);
    return STATUS_OK;
}

static enum status finish(struct features_sink *sink, struct error *err)
{
    TRY(builder_write(&sink->builder, sink->writer, err));
    if (sink->arrived.n > 0)
        arrow_add_meta(sink->writer, "arrived", runs_text(&sink->arrived));
    return arrow_finish(sink->writer, err);
}

static enum status write_catalogue(const struct features_job *job, struct output *out,
                                   struct error *err)
{
    const struct pipeline *p = &job->run->pipeline;
    const struct features_sink *s = &job->complete;
    bool dated = s->rows > 0;
    struct features_json f = {.rows = s->rows,
                              .target = p->target,
                              .first =
                                  dated ? key_label(p, s->first, job->run->mem) : NULL,
                              .last = dated ? key_label(p, s->last, job->run->mem) : NULL,
                              .dropped = job->dropped,
                              .n_features = job->plan.n,
                              .upcoming = upcoming_labels(job),
                              .options = run_words(job->run)};
    f.feature = ARENA_ARRAY(job->run->mem, struct features_json_feature, job->plan.n);
    for (size_t i = 0; i < job->plan.n; i++) {
        const struct feature *of = &job->plan.feature[i];
        f.feature[i] = (struct features_json_feature){
            .name = of->name,
            .column = of->column,
            .formula = of->min_periods == 0 ? "as_is" : of->formula->name,
            .window = of->window,
            .min_periods = of->min_periods,
            .shift = of->shift};
    }
    return features_json_write(&f, out, err);
}

/* Appends "column 'z' is empty, column 'x' leaves out 20": the columns for whose sake most
 * rows have not all features. */
static void name_columns(const struct features_job *job, struct text *out)
{
    bool *named = ARENA_ARRAY(job->run->mem, bool, job->n_columns);
    for (size_t shown = 0; shown < COLUMNS_SHOWN; shown++) {
        size_t worst = job->n_columns, most = 0;
        for (size_t c = 0; c < job->n_columns; c++)
            if (!named[c] && job->missing[c] > most) {
                worst = c;
                most = job->missing[c];
            }
        if (worst == job->n_columns)
            return;
        const char *name = job->schema->field[job->column[worst]].name;
        named[worst] = true;
        if (job->empty[worst] == job->run->rows_in)
            text_addf(out, "%scolumn %s is empty", shown > 0 ? ", " : "", QUOTE(name));
        else
            text_addf(out, "%scolumn %s leaves out %zu", shown > 0 ? ", " : "",
                      QUOTE(name), most);
    }
}

/* Groups that have too few rows are worth a warning; the others go on without them. */
static void warn_of_groups(const struct features_job *job)
{
    const struct features_groups *g = &job->groups;
    struct error warning;
    if (g->poor == 0)
        return;
    error_set(&warning, STATUS_INPUT,
              "%zu of %zu groups have no row with all features and a target: %s%s",
              g->poor, g->n, g->poor_names.p,
              g->poor > COLUMNS_SHOWN ? " and others" : "");
    error_hint(&warning, "a row needs %zu rows of its group before it", job->plan.reach);
    error_at(&warning, arrow_path(job->file), 0, 0);
    run_warn(job->run, &warning);
}

/* Why no row can be learnt from. */
static enum status no_row(const struct features_job *job, struct error *err)
{
    struct text columns = {.mem = job->run->mem};
    text_puts(&columns, "");
    name_columns(job, &columns);
    if (job->dropped < job->run->rows_in) {
        error_set(err, STATUS_INPUT,
                  "no row with all features has a target: %s is missing",
                  QUOTE(job->run->pipeline.target));
    } else if (job->late > 0) {
        error_set(err, STATUS_INPUT, "no row has all %zu features: %s", job->plan.n,
                  columns.p);
        error_hint(err, "mend the source, or leave the column out with `except`");
    } else {
        error_set(err, STATUS_INPUT, "no row has all %zu features", job->plan.n);
        error_hint(err, "%zu rows are too few for windows that reach %zu rows back",
                   job->run->rows_in, job->plan.reach);
    }
    error_at(err, arrow_path(job->file), 0, 0);
    return STATUS_INPUT;
}

/* Many rows without a feature are worth a warning; the first ones, whose windows begin
 * before the table, are not. */
static void warn_of_losses(const struct features_job *job)
{
    struct text columns = {.mem = job->run->mem};
    struct error warning;
    if ((double)job->late <= DROPPED_UNSAID * (double)job->run->rows_in)
        return;
    text_puts(&columns, "");
    name_columns(job, &columns);
    error_set(&warning, STATUS_INPUT,
              "%zu of %zu rows are left out for a missing feature: %s", job->late,
              job->run->rows_in, columns.p);
    error_at(&warning, arrow_path(job->file), 0, 0);
    run_warn(job->run, &warning);
}

static enum status compute(struct features_job *job, struct error *err)
{
    struct output *out;
    TRY(plan(job, err));
    /* Later stages wait for the table: it is renamed last, in the order of opening. */
    TRY(run_output(job->run, "features.json", &out, err));
    TRY(begin(job, &job->upcoming, "upcoming.arrow", err));
    TRY(begin(job, &job->complete, "features.arrow", err));
    TRY(walk_table(job, err));
    if (job->complete.rows == 0)
        return no_row(job, err);
    warn_of_losses(job);
    warn_of_groups(job);
    TRY(finish(&job->upcoming, err));
    TRY(finish(&job->complete, err));
    job->run->rows_out = job->complete.rows;
    return write_catalogue(job, out, err);
}

static enum status run_features(struct run *run, struct error *err)
{
    struct features_job job = {.run = run};
    TRY(arrow_open(run_input(run, "clean.arrow"), run->mem, &job.file, err));
    job.schema = arrow_schema(job.file);
    enum status status = compute(&job, err);
    arrow_close(job.texts);
    arrow_close(job.file);
    return status;
}

static void explain_formulas(struct text *out)
{
    text_puts(out, "\nFormulas\n");
    for (size_t i = 0; i < feature_formula_count; i++)
        text_addf(out, "  %-6s %s\n", feature_formula_all[i].name,
                  feature_formula_all[i].summary);
}

static const struct section sections[] = {
    {"features", feature_rules_rows, 1, offsetof(struct features_config, features)},
};

static const struct stage features = {
    .name = "features",
    .summary = "computes what each row knows about the rows before it",
    .operand = "PIPELINE.yaml",
    .about = "Reads clean.arrow.\n"
             "Writes features.arrow (complete rows), upcoming.arrow (rows without a "
             "target yet) and\n"
             "features.json (the catalogue).\n"
             "Holds one batch and the rows that windows reach back to in memory.",
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_AS_OF | STAGE_SET | STAGE_MAX_ERRORS,
    .config_size = sizeof(struct features_config),
    .defaults = &defaults,
    .explain = explain_formulas,
    .run = run_features,
    .stops = true,
};

int main(int argc, char **argv)
{
    return stage_main(&features, argc, argv);
}
