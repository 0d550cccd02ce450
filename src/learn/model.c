/* Model files, written and checked.
 *
 * What concerns the document as a whole is checked in one walk before anything is taken
 * from it: depth, numbers, keys.  Then each part is read by its own function, and each
 * step loads itself with the number of columns that the one before it hands on.  Nothing
 * in the file decides how much memory is taken but through lists that stand in it and
 * sizes that the steps bound. */
#include "learn/model.h"

#include <inttypes.h>
#include <math.h>

#include "file/artifact.h"

#define FORMAT "nightmill-model"

enum { VERSION = 2, HASH_DIGITS = 16 };

/* Writing. */

static void put(json_t *object, const char *key, json_t *value)
{
    if (!value || json_object_set_new(object, key, value) != 0)
        out_of_memory(0);
}

static uint64_t hash_names(uint64_t h, const struct texts *names)
{
    for (size_t i = 0; i < names->n; i++)
        h = text_hash(h, names->v[i], strlen(names->v[i]) + (i + 1 < names->n ? 1 : 0));
    return h;
}

enum answer model_answer(const struct model *m)
{
    if (m->n_steps == 0)
        return ANSWER_VALUES;
    return step_answer(m->step[m->n_steps - 1].step, m->learnt.task);
}

size_t model_width(const struct model *m)
{
    return answer_width(model_answer(m), &m->learnt);
}

/* Writes 16 digits and a NUL. */
static void names_hash(const struct model *m, char *ret)
{
    uint64_t h = hash_names(TEXT_HASH_START, &m->features);
    if (m->texts.n > 0)
        h = hash_names(text_hash(h, "", 1), &m->texts);
    snprintf(ret, HASH_DIGITS + 1, "%016" PRIx64, h);
}

static json_t *steps_json(const struct model *m)
{
    json_t *steps = json_array();
    for (size_t i = 0; i < m->n_steps; i++) {
        const struct step_fitted *s = &m->step[i];
        json_t *entry = json_object();
        put(entry, s->step->name, s->step->save(s->state));
        if (json_array_append_new(steps, entry) != 0)
            out_of_memory(0);
    }
    return steps;
}

/* A part that is handed on as it stands: it stays the document's that it was read from. */
static json_t *kept(const struct model *m, json_t *part)
{
    return m->document ? json_incref(part) : part;
}

json_t *model_to_json(const struct model *m)
{
    char hash[HASH_DIGITS + 1];
    names_hash(m, hash);
    json_t *document = json_object();
    put(document, "format", json_string(FORMAT));
    put(document, "version", json_integer(VERSION));
    put(document, "pipeline", json_string(m->pipeline));
    put(document, "task", json_string(task_name[m->learnt.task]));
    put(document, "target", json_names(m->learnt.y.name, m->learnt.y.p));
    put(document, "classes", json_names(m->learnt.class_name, m->learnt.n_classes));
    put(document, "answer", json_string(answer_name[model_answer(m)]));
    put(document, "features", json_names(m->features.v, m->features.n));
    put(document, "texts", json_names(m->texts.v, m->texts.n));
    put(document, "features_hash", json_string(hash));
    put(document, "rows", model_rows_json(&m->rows));
    put(document, "search", m->search ? kept(m, m->search) : json_null());
    put(document, "steps", steps_json(m));
    if (m->series.fitted.choice.model)
        put(document, "series", model_series_json(&m->series));
    if (m->options)
        put(document, "options", kept(m, m->options));
    if (m->tables)
        put(document, "tables", kept(m, m->tables));
    return document;
}

enum status model_write(const struct model *m, struct output *out, struct error *err)
{
    return artifact_write(out, model_to_json(m), err);
}

/* Reading. */

/* Counts the numbers of a document; NULL, or what is wrong with it. */
static const char *survey(const json_t *value, size_t depth, size_t *numbers)
{
    if (depth > MODEL_DEPTH)
        return "the document is nested too deeply";
    if (json_is_number(value)) {
        if (!isfinite(json_number_value(value)))
            return "a number is not finite";
        return ++*numbers > MODEL_NUMBERS ? "the document holds too many numbers" : NULL;
    }
    const char *wrong = NULL;
    for (size_t i = 0; json_is_array(value) && !wrong && i < json_array_size(value); i++)
        wrong = survey(json_array_get(value, i), depth + 1, numbers);
    if (!json_is_object(value))
        return wrong;
    json_t *object = json_unconst(value);
    for (void *i = json_object_iter(object); i && !wrong;
         i = json_object_iter_next(object, i))
        wrong = survey(json_object_iter_value(i), depth + 1, numbers);
    return wrong;
}

static enum status check_document(json_t *document, const char *path, struct error *err)
{
    static const char *const keys[] = {
        "format", "version",  "pipeline", "task",          "target",  "classes",
        "answer", "features", "texts",    "features_hash", "rows",    "search",
        "steps",  "series",   "options",  "tables",        "checksum"};
    const char *format;
    size_t version, numbers = 0;
    if (!json_is_object(document))
        return error_refuse(err, path, "", "not a model: expected an object");
    TRY(json_get_text(document, "format", path, &format, err));
    if (strcmp(format, FORMAT) != 0)
        return error_refuse(err, path, "format", "not a model: expected '%s', found %s",
                            FORMAT, QUOTE(format));
    TRY(json_get_size(document, "version", path, &version, err));
    if (version != VERSION)
        return error_refuse(err, path, "version", "version %zu is not known, only %d is",
                            version, VERSION);
    TRY(json_known_keys(document, keys, COUNT_OF(keys), path, err));
    const char *wrong = survey(document, 0, &numbers);
    return wrong ? error_refuse(err, path, "", "%s", wrong) : STATUS_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* No name twice in one list or two. */
static enum status check_twice(const struct texts *a, const struct texts *b,
                               const char *path, const char *key, struct arena *mem,
                               struct error *err)
{
    size_t n = a->n + b->n;
    const char **sorted = ARENA_ARRAY(mem, const char *, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = i < a->n ? a->v[i] : b->v[i - a->n];
    if (n > 0)
        qsort(sorted, n, sizeof *sorted, by_name);
    for (size_t i = 1; i < n; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            return error_refuse(err, path, key, "%s stands twice", QUOTE(sorted[i]));
    return STATUS_OK;
}

static enum status read_features(const json_t *document, const char *path,
                                 struct arena *mem, struct model *m, struct error *err)
{
    const char *hash;
    char wanted[HASH_DIGITS + 1];
    TRY(json_get_names(document, "features", path, mem, &m->features, err));
    TRY(json_get_names(document, "texts", path, mem, &m->texts, err));
    bool series = json_object_get(document, "series") != NULL;
    if (series && m->features.n + m->texts.n > 0)
        return error_refuse(err, path, "features", "a series model has no features");
    TRY(check_twice(&m->features, &m->texts, path, "features", mem, err));
    TRY(json_get_text(document, "features_hash", path, &hash, err));
    names_hash(m, wanted);
    if (strcmp(hash, wanted) != 0)
        return error_refuse(err, path, "features_hash",
                            "the names have the hash %s, not %s", wanted, QUOTE(hash));
    return STATUS_OK;
}

/* Step i of n: an object with one member, named after the step. */
static enum status read_step(json_t *entry, size_t i, size_t n, const char *path,
                             struct arena *mem, struct shape *shape,
                             struct step_fitted *ret, struct error *err)
{
    const char *name = json_object_iter_key(json_object_iter(entry));
    if (json_object_size(entry) != 1)
        return error_refuse(err, path, "steps",
                            "expected an object with one step at place %zu", i + 1);
    const struct step *step = step_find(name);
    if (!step) {
        error_refuse(err, path, "steps", "unknown step %s", QUOTE(name));
        error_nearest(err, view_of(name), step_names(), step_count);
        return STATUS_INPUT;
    }
    if ((step->predict != NULL) != (i + 1 == n))
        return error_refuse(err, path, "steps",
                            step->predict ? "the estimator '%s' is not the last step"
                                          : "the last step, '%s', is no estimator",
                            name);
    if (shape_columns(shape) == 0 && !(step->takes & STEP_GROUP))
        return error_refuse(err, path, "features", "the model has no features");
    const json_t *saved = json_object_get(entry, name);
    if (!json_is_object(saved))
        return error_refuse(err, path, name, "expected an object");
    struct step_fitted fitted = {.step = step, .in = *shape};
    struct shape next = *shape;
    if (step_check_shape(step, shape, err) != STATUS_OK ||
        step->load(saved, shape, path, mem, &fitted.state, &next, err) != STATUS_OK) {
        error_at(err, path, 0, 0);
        if (!err->hint[0])
            error_hint(err, "in step %zu, '%s'", i + 1, name);
        return err->status;
    }
    if (shape_columns(&next) == 0 || next.p + next.texts > MODEL_NUMBERS ||
        next.sparse > MODEL_SPARSE)
        return error_refuse(err, path, name, "the step hands on %zu columns",
                            shape_columns(&next));
    *ret = fitted;
    *shape = next;
    return STATUS_OK;
}

/* The estimator must answer what the document says, and with the columns of its target. */
static enum status check_answer(const struct model *m, const json_t *document,
                                const char *path, const struct shape *shape,
                                struct error *err)
{
    const char *answer;
    const struct step *last = m->step[m->n_steps - 1].step;
    TRY(json_get_text(document, "answer", path, &answer, err));
    const char *own = answer_name[model_answer(m)];
    if (strcmp(answer, own) != 0)
        return error_refuse(err, path, "answer", "'%s' answers with %s, not with %s",
                            last->name, own, QUOTE(answer));
    if (!(last->tasks & (1u << m->learnt.task)))
        return error_refuse(err, path, "task", "'%s' is not for %s", last->name,
                            task_name[m->learnt.task]);
    size_t wanted = model_width(m);
    if (shape->p != wanted)
        return error_refuse(err, path, last->name, "the answer has %zu columns, not %zu",
                            shape->p, wanted);
    return STATUS_OK;
}

static enum status read_steps(const json_t *document, const char *path, struct arena *mem,
                              struct model *m, struct error *err)
{
    json_t *steps;
    TRY(json_get_array(document, "steps", path, &steps, err));
    size_t n = json_array_size(steps);
    struct shape shape = {.p = m->features.n, .texts = m->texts.n};
    if (n == 0 || n > MODEL_STEPS)
        return error_refuse(err, path, "steps", "expected 1 to %d steps, found %zu",
                            MODEL_STEPS, n);
    m->n_steps = n;
    m->step = ARENA_ARRAY(mem, struct step_fitted, n);
    for (size_t i = 0; i < n; i++)
        TRY(read_step(json_array_get(steps, i), i, n, path, mem, &shape, &m->step[i],
                      err));
    return check_answer(m, document, path, &shape, err);
}

/* The steps, or the series model that stands for them. */
static enum status read_fitted(const json_t *document, const char *path,
                               struct arena *mem, struct model *m, struct error *err)
{
    json_t *steps, *series = json_object_get(document, "series");
    if (!series)
        return read_steps(document, path, mem, m, err);
    TRY(json_get_array(document, "steps", path, &steps, err));
    if (json_array_size(steps) > 0)
        return error_refuse(err, path, "steps", "a series model has no steps");
    if (m->learnt.task != TASK_REGRESSION)
        return error_refuse(err, path, "task", "a series model is for regression");
    return model_series_read(series, path, mem, &m->series, err);
}

static enum status read_search(json_t *document, const char *path, struct model *m,
                               struct error *err)
{
    json_t *search = json_object_get(document, "search");
    if (!json_is_object(search) && !json_is_null(search))
        return error_refuse(err, path, "search", "expected an object, or null");
    m->search = json_is_object(search) ? search : NULL;
    m->options = json_object_get(document, "options");
    m->tables = json_object_get(document, "tables");
    return STATUS_OK;
}

static enum status read_target(const json_t *document, const char *path,
                               struct arena *mem, struct model *m, struct error *err)
{
    const char *task;
    struct texts names, classes;
    TRY(json_get_text(document, "task", path, &task, err));
    TRY(json_get_names(document, "target", path, mem, &names, err));
    TRY(json_get_names(document, "classes", path, mem, &classes, err));
    m->learnt = (struct target){.task = task_find(task),
                                .y = {.p = names.n, .name = names.v},
                                .n_classes = classes.n,
                                .class_name = classes.v};
    if (m->learnt.task == TASKS)
        return error_refuse(err, path, "task", "unknown task %s", QUOTE(task));
    if (names.n == 0 || (names.n > 1 && m->learnt.task != TASK_LABELS))
        return error_refuse(err, path, "target", "%zu targets do not fit %s", names.n,
                            task);
    if ((classes.n > 0) != (m->learnt.task == TASK_CLASSES))
        return error_refuse(err, path, "classes", "%zu classes do not fit %s", classes.n,
                            task);
    for (size_t i = 1; i < classes.n; i++)
        if (strcmp(classes.v[i - 1], classes.v[i]) >= 0)
            return error_refuse(err, path, "classes", "%s does not stand in order",
                                QUOTE(classes.v[i]));
    return check_twice(&names, &(struct texts){0}, path, "target", mem, err);
}

static enum status read_parts(json_t *document, const char *path, struct arena *mem,
                              struct model *m, struct error *err)
{
    json_t *rows;
    TRY(check_document(document, path, err));
    TRY(json_get_text(document, "pipeline", path, &m->pipeline, err));
    TRY(read_target(document, path, mem, m, err));
    TRY(read_features(document, path, mem, m, err));
    TRY(json_get_object(document, "rows", path, &rows, err));
    TRY(model_rows_read(rows, path, mem, &m->rows, err));
    TRY(read_search(document, path, m, err));
    return read_fitted(document, path, mem, m, err);
}

enum status model_from_json(json_t *document, const char *path, struct arena *mem,
                            struct model *ret, struct error *err)
{
    struct model m = {.document = document};
    enum status status = read_parts(document, path, mem, &m, err);
    if (status != STATUS_OK)
        json_decref(document);
    else
        *ret = m;
    return status;
}

enum status model_read(const char *path, struct arena *mem, struct model *ret,
                       struct error *err)
{
    json_t *document;
    TRY(artifact_read(path, &document, err));
    return model_from_json(document, path, mem, ret, err);
}

void model_release(struct model *m)
{
    json_decref(m->document);
    *m = (struct model){0};
}
