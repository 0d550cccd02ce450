/* Reads what the page tells of model.json, the features that its select step kept, and of
 * the model that predicts, the columns of its answers.
 *
 * Only names, indices and scores are read, not the fitted steps: a model with a step
 * that this program does not know still has a report.  An index or a list of scores
 * that does not fit the names is an error, and so are other names than features.json
 * has; a model without a select step is not. */
#include "report/report_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file/artifact.h"

/* Adds the names of a member's list. */
static enum status read_names(const json_t *root, const char *key, const char *path,
                              struct arena *mem, struct report_selection *s,
                              struct error *err)
{
    json_t *names;
    TRY(json_get_array(root, key, path, &names, err));
    size_t before = s->n_all, n = json_array_size(names);
    struct report_feature *all = ARENA_ARRAY(mem, struct report_feature, before + n);
    for (size_t i = 0; i < before; i++)
        all[i] = s->feature[i];
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (!name)
            return error_refuse(err, path, key, "expected a list of names");
        all[before + i] = (struct report_feature){arena_string(mem, name), NAN, false};
    }
    s->feature = all;
    s->n_all = before + n;
    return STATUS_OK;
}

static enum status read_kept(const json_t *kept, const char *path,
                             struct report_selection *s, struct error *err)
{
    for (size_t i = 0; i < json_array_size(kept); i++) {
        const json_t *index = json_array_get(kept, i);
        json_int_t at = json_is_integer(index) ? json_integer_value(index) : -1;
        if (at < 0 || (size_t)at >= s->n_all)
            return error_refuse(err, path, "kept", "expected indices of features");
        if (s->feature[at].chosen)
            return error_refuse(err, path, "kept", "a feature is listed twice");
        s->feature[at].chosen = true;
        s->n_chosen++;
    }
    return STATUS_OK;
}

/* Of many features they are packed. */
static enum status read_packed(const json_t *select, const char *path, struct arena *mem,
                               struct report_selection *s, struct error *err)
{
    double *score = ARENA_ARRAY(mem, double, s->n_all);
    TRY(json_get_reals(select, "scores", path, s->n_all, score, err));
    for (size_t i = 0; i < s->n_all; i++)
        s->feature[i].score = score[i];
    return STATUS_OK;
}

static enum status read_scores(const json_t *select, const char *path, struct arena *mem,
                               struct report_selection *s, struct error *err)
{
    json_t *scores = json_object_get(select, "scores");
    if (json_is_object(scores))
        return read_packed(select, path, mem, s, err);
    TRY(json_get_array(select, "scores", path, &scores, err));
    if (json_array_size(scores) != s->n_all)
        return error_refuse(err, path, "scores", "expected one score a feature");
    for (size_t i = 0; i < s->n_all; i++) {
        const json_t *score = json_array_get(scores, i);
        if (json_is_number(score))
            s->feature[i].score = json_number_value(score);
        else if (!json_is_null(score))
            return error_refuse(err, path, "scores", "expected numbers");
    }
    return STATUS_OK;
}

/* Chosen ones first, then the higher score, then the name; NaN last. */
static int by_score(const void *a, const void *b)
{
    const struct report_feature *x = a, *y = b;

    if (x->chosen != y->chosen)
        return x->chosen ? -1 : 1;
    if (x->score > y->score || (isnan(y->score) && !isnan(x->score)))
        return -1;
    if (x->score < y->score || (isnan(x->score) && !isnan(y->score)))
        return 1;
    return strcmp(x->name, y->name);
}

/* The saved state of the first step of that name, or NULL. */
static const json_t *find_step(const json_t *steps, const char *name)
{
    for (size_t i = 0; i < json_array_size(steps); i++) {
        const json_t *state = json_object_get(json_array_get(steps, i), name);
        if (state)
            return state;
    }
    return NULL;
}

static enum status read_selection(const json_t *root, const char *path, struct arena *mem,
                                  struct report_selection *s, struct error *err)
{
    json_t *steps, *kept;
    const char *by, *model;

    TRY(json_get_array(root, "steps", path, &steps, err));
    TRY(read_names(root, "features", path, mem, s, err));
    const json_t *select = find_step(steps, "select");
    const json_t *series = json_object_get(root, "series");
    s->by = "";
    if (series) {
        TRY(json_get_text(series, "model", path, &model, err));
        s->series = arena_string(mem, model);
    }
    if (!select)
        return read_names(root, "texts", path, mem, s, err);
    TRY(json_get_text(select, "by", path, &by, err));
    s->by = arena_string(mem, by);
    TRY(json_get_array(select, "kept", path, &kept, err));
    TRY(read_kept(kept, path, s, err));
    TRY(read_scores(select, path, mem, s, err));
    if (s->n_all > 1)
        qsort(s->feature, s->n_all, sizeof(*s->feature), by_score);
    s->present = true;
    return STATUS_OK;
}

/* The catalogue may be younger than the model: then it lists other features, or others
 * by the same number. */
static enum status check_features(const json_t *root, const char *path,
                                  const struct features_json *f, struct error *err)
{
    const json_t *names = json_object_get(root, "features");
    const json_t *texts = json_object_get(root, "texts");
    size_t n = 0, t = 0, all = json_array_size(names) + json_array_size(texts);
    for (size_t i = 0; i < all && i < f->n_features; i++) {
        const char *name = json_string_value(json_array_get(names, n));
        const char *text = json_string_value(json_array_get(texts, t));
        if (name && strcmp(name, f->feature[i].name) == 0)
            n++;
        else if (text && strcmp(text, f->feature[i].name) == 0)
            t++;
        else
            return error_refuse(err, path, "features",
                                "the model's feature %zu is %s, that of features.json "
                                "%s",
                                i + 1,
                                QUOTE(name   ? name
                                      : text ? text
                                             : ""),
                                QUOTE(f->feature[i].name));
    }
    bool series = json_object_get(root, "series") != NULL; // looks at none
    if (all == f->n_features || (series && all == 0))
        return STATUS_OK;
    return error_refuse(err, path, "features",
                        "the model has %zu features, features.json has %zu", all,
                        f->n_features);
}

/* By which score the cells of the search were judged, and which recipe was fitted. */
static enum status read_score(const json_t *root, const char *path, struct arena *mem,
                              struct report *r, struct error *err)
{
    json_t *search;
    const char *name;
    TRY(json_get_object(root, "search", path, &search, err));
    TRY(json_get_text(search, "score", path, &name, err));
    r->search.score = metric_find(name);
    if (json_object_get(search, "recipe")) {
        const char *recipe;
        TRY(json_get_text(search, "recipe", path, &recipe, err));
        r->search.recipe = arena_string(mem, recipe);
    }
    if (r->search.score)
        return STATUS_OK;
    return error_refuse(err, path, "search.score", "no metric is called %s", QUOTE(name));
}

/* What train was run with, and the table that it vouches for. */
static enum status read_options(const json_t *root, const char *path, struct arena *mem,
                                struct report *r, struct error *err)
{
    json_t *list;
    json_t *tables;
    struct artifact_table table;
    TRY(json_get_array(root, "options", path, &list, err));
    size_t n = json_array_size(list);
    const char **word = ARENA_ARRAY(mem, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (!text)
            return error_refuse(err, path, "options", "expected a list of words");
        word[i] = arena_string(mem, text);
    }
    report_use(r, "train", (struct texts){n, word});
    TRY(json_get_array(root, "tables", path, &tables, err));
    for (size_t i = 0; i < json_array_size(tables) && i < REPORT_MODEL_TABLES; i++) {
        TRY(artifact_table(root, i, path, mem, &table, err));
        report_vouch(r, table);
    }
    return STATUS_OK;
}

/* Those of bands (outlook/answers.h). */
static void band_answers(const struct pipeline *p, struct arena *mem, struct report *r)
{
    static const char *const names[] = {"anomaly", "lower", "upper", "n"};
    size_t n = 0;
    struct predictions_csv_column *column =
        ARENA_ARRAY(mem, struct predictions_csv_column, COUNT_OF(names) + 2);
    column[n++].name = p->target;
    for (size_t c = 0; c < COUNT_OF(names); c++)
        column[n++].name = names[c];
    column[n++] = (struct predictions_csv_column){"note", true};
    r->answers = (struct predictions_csv){
        .group = p->group, .id = p->id, .p = n, .column = column};
}

/* The columns of predictions.csv, which are those of the answers that the model gives. */
static enum status read_answers(const json_t *root, const char *path, struct arena *mem,
                                struct report *r, struct error *err)
{
    const struct pipeline *p = r->pipeline;
    json_t *classes = NULL;
    const char *answer = "";
    bool labels = p->task == TASK_LABELS;
    if (!labels) {
        TRY(json_get_array(root, "classes", path, &classes, err));
        TRY(json_get_text(root, "answer", path, &answer, err));
    }
    size_t n = 0, names = labels ? p->targets.n : json_array_size(classes);
    struct predictions_csv_column *column =
        ARENA_ARRAY(mem, struct predictions_csv_column, names + 1);
    if (!labels)
        column[n++] = (struct predictions_csv_column){"prediction", true};
    bool each = labels || strcmp(answer, answer_name[ANSWER_PROBABILITIES]) == 0;
    for (size_t c = 0; each && c < names; c++) {
        const char *name =
            labels ? p->targets.v[c] : json_string_value(json_array_get(classes, c));
        if (!name)
            return error_refuse(err, path, "classes", "expected a list of names");
        column[n++].name =
            arena_format(mem, "%s_%s", labels ? "prediction" : "probability", name);
    }
    r->answers = (struct predictions_csv){
        .group = p->group, .id = p->id, .p = n, .column = column};
    return STATUS_OK;
}

enum status report_model_read(const char *path, struct arena *mem, struct report *r,
                              struct error *err)
{
    CLEANUP(json_release) json_t *root = NULL;
    TRY(artifact_read(path, &root, err));
    r->model = arena_string(mem, artifact_digits(root));
    TRY(read_selection(root, path, mem, &r->selection, err));
    TRY(read_score(root, path, mem, r, err));
    TRY(read_options(root, path, mem, r, err));
    if (r->selection.series) // it looks at no feature
        return STATUS_OK;
    return check_features(root, path, &r->features, err);
}

enum status report_gate_read(const char *path, struct arena *mem, struct report *r,
                             struct error *err)
{
    TRY(verdict_json_read(path, mem, &r->gate, err));
    report_use(r, "register", r->gate.options);
    return report_check_model(r, r->gate.candidate.model, path, err);
}

enum status report_production_read(const char *path, struct arena *mem, struct report *r,
                                   struct error *err)
{
    CLEANUP(json_release) json_t *root = NULL;
    TRY(artifact_read(path, &root, err));
    if (strcmp(artifact_digits(root), r->gate.predicts.model) != 0)
        return error_refuse(err, path, "checksum",
                            "the file is another model than the one in verdict.json");
    if (r->pipeline->task == TASK_REGRESSION)
        return STATUS_OK;
    if (r->pipeline->task == TASK_ANOMALY) {
        band_answers(r->pipeline, mem, r);
        return STATUS_OK;
    }
    return read_answers(root, path, mem, r, err);
}
