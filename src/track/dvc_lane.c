/* Finding the stages that belong to pipelines. */
#include "track/dvc_lane.h"

#include <sys/stat.h>

#include "track/dvc_watch.h"

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return strcmp(a, b) == 0 || (stat(a, &x) == 0 && stat(b, &y) == 0 &&
                                 x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

static bool reads(const struct dvc_stage *stage, const char *path)
{
    for (size_t i = 0; i < stage->n_params; i++)
        if (same_file(stage->params[i].file, path))
            return true;
    return false;
}

/* True when the text stands somewhere below, as a key or a value. */
static bool mentions(const struct yaml_node *node, const char *text)
{
    bool found = node->kind == YAML_TEXT && view_is(node->text, text);
    for (size_t i = 0; i < node->n && !found; i++)
        found = (node->child[i]->key && strcmp(node->child[i]->key, text) == 0) ||
                mentions(node->child[i], text);
    return found;
}

/* Fails for a stage that is not understood and may be one of the pipeline; those of the
 * user's own are none of our business. */
static enum status check_unread(const struct dvc_unread *unread, const char *pipeline,
                                struct error *err)
{
    bool ours = unread->loop ? mentions(unread->node, pipeline)
                             : strcmp(unread->name, pipeline) == 0;
    if (!ours)
        return STATUS_OK;
    *err = unread->fault;
    return err->status;
}

const char *dvc_lane_short(const struct dvc_stage *stage, struct arena *mem)
{
    return arena_copy(mem, stage->name, strcspn(stage->name, "@"));
}

void dvc_lanes_names(const struct texts *targets, struct arena *mem, struct names *ret)
{
    *ret = (struct names){.mem = mem};
    for (size_t i = 0; i < targets->n; i++) {
        const char *target = targets->v[i], *at = strchr(target, '@');
        const char *slash = strchr(target, '/');
        if (slash)
            names_add(ret, arena_copy(mem, slash + 1, strcspn(slash + 1, "/")));
        else if (at)
            names_add(ret, at + 1);
    }
}

static void add_stage(struct dvc_lane *lane, const struct dvc_stage *stage,
                      struct arena *mem)
{
    size_t width = sizeof(*lane->stage);
    if ((lane->n & (lane->n - 1)) == 0)
        lane->stage = arena_grow(mem, lane->stage, lane->n * width,
                                 (lane->n ? 2 * lane->n : 1) * width);
    lane->stage[lane->n++] = stage;
}

enum status dvc_lanes_find(const struct dvc_file *file, const struct names *pipelines,
                           const char *const *paths, struct arena *mem,
                           struct dvc_lanes *ret, struct error *err)
{
    struct dvc_lanes lanes = {ARENA_ARRAY(mem, struct dvc_lane, pipelines->n),
                              pipelines->n};
    for (size_t i = 0; i < lanes.n; i++) {
        const char *name = pipelines->v[i];
        lanes.v[i].pipeline = name;
        lanes.v[i].path = paths ? paths[i] : arena_format(mem, "pipeline/%s.yaml", name);
        for (size_t k = 0; k < file->n_unread; k++)
            TRY(check_unread(&file->unread[k], name, err));
    }
    for (size_t i = 0; i < file->n; i++) {
        size_t at = names_find(pipelines, file->stage[i].pipeline);
        if (at != NAMES_NONE && reads(&file->stage[i], lanes.v[at].path))
            add_stage(&lanes.v[at], &file->stage[i], mem);
    }
    *ret = lanes;
    return STATUS_OK;
}

/* True when the stage is the target, or writes it. */
static bool makes(const struct dvc_stage *stage, const char *target)
{
    bool found = strcmp(stage->name, target) == 0;
    for (size_t i = 0; i < stage->n_outs && !found; i++)
        found = dvc_path_is_below(target, stage->out[i].path);
    return found;
}

enum status dvc_lanes_reach(struct dvc_lanes *lanes, const struct texts *targets,
                            struct arena *mem, struct error *err)
{
    struct names names = {.mem = mem};
    for (size_t i = 0; i < lanes->n; i++)
        names_add(&names, lanes->v[i].pipeline);
    for (size_t i = 0; i < targets->n; i++) {
        struct names one;
        dvc_lanes_names(&(struct texts){1, &targets->v[i]}, mem, &one);
        size_t at = one.n > 0 ? names_find(&names, one.v[0]) : NAMES_NONE, k = 0;
        struct dvc_lane *lane = at == NAMES_NONE ? NULL : &lanes->v[at];
        while (lane && k < lane->n && !makes(lane->stage[k], targets->v[i]))
            k++;
        if (!lane || k == lane->n) {
            error_set(err, STATUS_USAGE, "no stage of dvc.yaml makes %s",
                      QUOTE_PATH(targets->v[i]));
            error_hint(err, "'make dvc.yaml' writes the stages of the pipelines");
            return STATUS_USAGE;
        }
        lane->end = k + 1 > lane->end ? k + 1 : lane->end;
    }
    return STATUS_OK;
}
