/* Finds out whether a stage is what dvc.lock says, as DVC does.
 *
 * The same questions in the same order: the command; each dependency and each parameter
 * that dvc.yaml names; each output, whose object and children must lie in the cache
 * before the workspace is looked at.  What dvc.lock holds beyond dvc.yaml does not count,
 * but for a key that has left its file: generated stages name only keys that are there,
 * so that it left them as well, and without it they do something else.  DVC does not ask
 * this: it would keep what was made with the key. */
#include "track/dvc_compare.h"

#include "track/dvc_params.h"
#include "track/dvc_watch.h"

/* A stage under comparison. */
struct comparison {
    struct dvc_repo *repo;
    const struct dvc_stage *stage;
    const struct dvc_record *record;
    bool full;
    size_t before; // differences of other stages in *ret
    struct arena *mem;
    struct dvc_differences *ret;
};

static void differ(struct comparison *c, const char *part, const char *path,
                   const char *how)
{
    struct dvc_differences *d = c->ret;
    ARENA_ROOM(c->mem, d->v, d->n, d->cap, 8);
    d->v[d->n++] = (struct dvc_difference){c->stage->name, part, path, how};
}

/* The parameters, all of which must be there. */
static enum status values_now(const struct dvc_stage *stage, struct dvc_seen *seen,
                              struct arena *mem, struct dvc_record *ret,
                              struct error *err)
{
    ret->values = ARENA_ARRAY(mem, struct dvc_values, stage->n_params);
    ret->n_values = stage->n_params;
    for (size_t i = 0; i < stage->n_params; i++) {
        struct dvc_values *values = &ret->values[i];
        TRY(dvc_params_read(&stage->params[i], seen, mem, values, err));
        for (size_t k = 0; k < values->n; k++) {
            if (values->value[k])
                continue;
            error_set(err, STATUS_INPUT,
                      "the stage %s tracks the key %s, which is not there",
                      QUOTE(stage->name), QUOTE(values->key[k]));
            error_at(err, values->file, 0, 0);
            error_hint(err, "dvc.yaml says which keys a stage tracks");
            return STATUS_INPUT;
        }
    }
    return STATUS_OK;
}

enum status dvc_inputs_now(struct dvc_repo *repo, const struct dvc_stage *stage,
                           struct dvc_seen *seen, struct arena *mem,
                           struct dvc_record *ret, struct error *err)
{
    struct dvc_record record = {.name = stage->name,
                                .commands = stage->commands,
                                .command_list = stage->command_list,
                                .n_deps = stage->deps.n};
    record.dep = ARENA_ARRAY(mem, struct dvc_entry, record.n_deps);
    for (size_t i = 0; i < record.n_deps; i++)
        TRY(dvc_entry_now(repo, stage->deps.v[i], seen, mem, &record.dep[i], NULL, err));
    TRY(values_now(stage, seen, mem, &record, err));
    *ret = record;
    return STATUS_OK;
}

static const struct dvc_entry *find_entry(const struct dvc_entry *e, size_t n,
                                          const char *path)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(e[i].path, path) == 0)
            return &e[i];
    return NULL;
}

/* True when the comparison need not go on. */
static bool is_done(const struct comparison *c)
{
    return c->ret->n > c->before && !c->full;
}

static bool same_command(const struct texts *a, bool list_a, const struct texts *b,
                         bool list_b)
{
    bool same = a->n == b->n && list_a == list_b;
    for (size_t i = 0; same && i < a->n; i++)
        same = strcmp(a->v[i], b->v[i]) == 0;
    return same;
}

/* Digests what stands at the path.  A link that leads nowhere, there or below, is what a
 * missing file is, "changed": *ret_gone is set, and the rest cannot be told. */
static enum status entry_now(struct dvc_repo *repo, const char *path,
                             struct dvc_seen *seen, struct arena *mem,
                             struct dvc_entry *ret, bool *ret_gone, struct error *err)
{
    struct dvc_watch watch = {0};
    struct error fault, later;
    *ret_gone = false;
    enum status status = dvc_entry_now(repo, path, seen, mem, ret, NULL, &fault);
    if (status == STATUS_OK)
        return STATUS_OK;
    if (dvc_watch_add(&watch, path, mem, &later) == STATUS_OK)
        for (size_t i = 0; i < watch.n && !*ret_gone; i++)
            *ret_gone = watch.v[i].dangling;
    if (*ret_gone)
        return STATUS_OK;
    *err = fault;
    return status;
}

/* The workspace's side of a dependency or an output. */
static enum status compare_file(struct comparison *c, const char *part, const char *path,
                                const struct dvc_entry *known, struct error *err)
{
    struct dvc_entry now;
    bool gone;
    if (dvc_is_missing(path)) {
        differ(c, part, path, "missing");
        return STATUS_OK;
    }
    if (!known) {
        differ(c, part, path, "new");
        return STATUS_OK;
    }
    TRY(entry_now(c->repo, path, &c->ret->seen, c->mem, &now, &gone, err));
    if (gone || strcmp(now.md5, known->md5) != 0)
        differ(c, part, path, "changed");
    return STATUS_OK;
}

static enum status compare_deps(struct comparison *c, struct error *err)
{
    const struct texts *deps = &c->stage->deps;
    for (size_t i = 0; i < deps->n && !is_done(c); i++)
        TRY(compare_file(c, "deps", deps->v[i],
                         find_entry(c->record->dep, c->record->n_deps, deps->v[i]), err));
    return STATUS_OK;
}

static void compare_value(struct comparison *c, const char *file, const char *key,
                          const struct yaml_node *now, const struct yaml_node *known)
{
    const char *how = !now                          ? "missing"
                      : !known                      ? "new"
                      : !dvc_value_same(now, known) ? "changed"
                                                    : NULL;
    if (how)
        differ(c, "params", arena_format(c->mem, "%s:%s", file, key), how);
}

static bool names_key(const struct dvc_values *values, const char *key)
{
    for (size_t i = 0; i < values->n; i++)
        if (strcmp(values->key[i], key) == 0)
            return true;
    return false;
}

/* A key of the record that the stage does not name: has it left the file? */
static enum status compare_unnamed(struct comparison *c, const struct dvc_values *known,
                                   size_t i, struct error *err)
{
    const struct dvc_params one = {known->file, {1, &known->key[i]}};
    struct dvc_values now;
    TRY(dvc_params_read(&one, &c->ret->seen, c->mem, &now, err));
    if (!now.value[0])
        compare_value(c, known->file, known->key[i], NULL, known->value[i]);
    return STATUS_OK;
}

static enum status compare_params_file(struct comparison *c,
                                       const struct dvc_params *params, struct error *err)
{
    struct dvc_values now;
    const struct dvc_values nothing = {.file = params->file};
    const struct dvc_values *known = dvc_record_values(c->record, params->file);
    if (c->repo->seen)
        seen_add(c->repo->seen, params->file);
    if (dvc_is_missing(params->file)) {
        differ(c, "params", params->file, "missing");
        return STATUS_OK;
    }
    if (!known && params->keys.n == 0)
        differ(c, "params", params->file, "new");
    known = known ? known : &nothing;
    TRY(dvc_params_read(params, &c->ret->seen, c->mem, &now, err));
    for (size_t i = 0; i < now.n && !is_done(c); i++)
        compare_value(c, params->file, now.key[i], now.value[i],
                      dvc_values_get(known, now.key[i]));
    for (size_t i = 0; i < known->n && !is_done(c); i++)
        if (!names_key(&now, known->key[i]))
            TRY(compare_unnamed(c, known, i, err));
    return STATUS_OK;
}

/* What decides is added to the note before it is looked at. */
static bool has_object(struct comparison *c, const char *md5, uint64_t bytes)
{
    if (c->repo->seen)
        seen_add(c->repo->seen, dvc_cache_path(c->repo, md5, c->mem));
    return dvc_cache_has(c->repo, md5, bytes);
}

/* Whether the cache holds the object and, of a folder, every child. */
static enum status is_cached(struct comparison *c, const struct dvc_entry *entry,
                             bool *ret, struct error *err)
{
    struct dvc_dir dir;
    struct error fault = {0};
    *ret = has_object(c, entry->md5, entry->folder ? UINT64_MAX : entry->bytes);
    if (!*ret || !entry->folder)
        return STATUS_OK;
    enum status status = dvc_cache_dir(c->repo, entry->md5, c->mem, &dir, &fault);
    if (status != STATUS_OK && status != STATUS_INPUT) {
        *err = fault;
        return status;
    }
    *ret = status == STATUS_OK;
    for (size_t i = 0; *ret && i < dir.n; i++)
        *ret = has_object(c, dir.child[i].md5, UINT64_MAX);
    return STATUS_OK;
}

static enum status compare_outs(struct comparison *c, struct error *err)
{
    for (size_t i = 0; i < c->stage->n_outs && !is_done(c); i++) {
        const struct dvc_out *out = &c->stage->out[i];
        const struct dvc_entry *known =
            find_entry(c->record->out, c->record->n_outs, out->path);
        bool cached = true;
        if (known && out->cached)
            TRY(is_cached(c, known, &cached, err));
        if (!cached)
            differ(c, "outs", out->path, "not in cache");
        else
            TRY(compare_file(c, "outs", out->path, known, err));
    }
    return STATUS_OK;
}

enum status dvc_compare(struct dvc_repo *repo, const struct dvc_stage *stage,
                        const struct dvc_record *record, bool full, struct arena *mem,
                        struct dvc_differences *ret, struct error *err)
{
    struct comparison c = {repo, stage, record, full, ret->n, mem, ret};
    if (!record) {
        differ(&c, "command", "", "not in dvc.lock");
        return STATUS_OK;
    }
    bool always = stage->always_changed ||
                  (stage->deps.n == 0 && stage->n_params == 0 && stage->n_outs == 0);
    if (always || !same_command(&stage->commands, stage->command_list, &record->commands,
                                record->command_list))
        differ(&c, "command", "", "changed");
    if (!is_done(&c) && !stage->frozen)
        TRY(compare_deps(&c, err));
    for (size_t i = 0; i < stage->n_params && !is_done(&c) && !stage->frozen; i++)
        TRY(compare_params_file(&c, &stage->params[i], err));
    return is_done(&c) ? STATUS_OK : compare_outs(&c, err);
}

enum status dvc_outs_whole(struct dvc_repo *repo, const struct dvc_stage *stage,
                           const struct dvc_record *record, struct dvc_seen *seen,
                           struct arena *mem, bool *ret, struct error *err)
{
    bool whole = true;
    for (size_t i = 0; i < stage->n_outs && whole; i++) {
        const char *path = stage->out[i].path;
        const struct dvc_entry *known = find_entry(record->out, record->n_outs, path);
        struct dvc_entry now;
        bool gone;
        whole = known && !dvc_is_missing(path);
        if (!whole)
            break;
        TRY(entry_now(repo, path, seen, mem, &now, &gone, err));
        whole = !gone && strcmp(now.md5, known->md5) == 0;
    }
    *ret = whole;
    return STATUS_OK;
}

/* The first dependency of a that b has not, or has otherwise; NULL when there is none. */
static const char *other_dep(const struct dvc_record *a, const struct dvc_record *b)
{
    for (size_t i = 0; i < a->n_deps; i++) {
        const struct dvc_entry *e = find_entry(b->dep, b->n_deps, a->dep[i].path);
        if (!e || strcmp(e->md5, a->dep[i].md5) != 0)
            return a->dep[i].path;
    }
    return NULL;
}

/* The same for files of parameters. */
static const char *other_values(const struct dvc_record *a, const struct dvc_record *b)
{
    for (size_t i = 0; i < a->n_values; i++) {
        const struct dvc_values *mine = &a->values[i];
        const struct dvc_values *other = dvc_record_values(b, mine->file);
        if (!other || other->n != mine->n)
            return mine->file;
        for (size_t k = 0; k < mine->n; k++) {
            const struct yaml_node *value = dvc_values_get(other, mine->key[k]);
            if (!value || !mine->value[k] || !dvc_value_same(value, mine->value[k]))
                return mine->file;
        }
    }
    return NULL;
}

bool dvc_same_inputs(const struct dvc_record *a, const struct dvc_record *b,
                     const char **ret_path)
{
    const char *path = other_dep(a, b);
    if (!same_command(&a->commands, a->command_list, &b->commands, b->command_list))
        path = "the command";
    path = path ? path : other_dep(b, a);
    path = path ? path : other_values(a, b);
    path = path ? path : other_values(b, a);
    if (path && ret_path)
        *ret_path = path;
    return !path;
}
