/* Works on lines, told by the YAML reader where each stage begins.
 *
 * A stage ends where the next key of the map, or of the file, begins; comments and blank
 * lines before that belong to what follows.  New stages go behind the generated one
 * before them in the table, else before the next one, else to the top: never behind text
 * whose end only a parser could tell.  In the end the result is read again and compared. */
#include "plan/graft.h"

#include "plan/mark.h"
#include "plan/patch.h"

/* clang-format off */
static const char header[] =
    "# `make` keeps the stages marked as made from pipeline/stages.tbl fresh; all else is yours.\n";
/* clang-format on */

struct graft_work {
    const struct graft_request *request;
    struct arena *mem;
    struct graft *graft;
    struct patch patch;
    const struct yaml_node *root, *stages; // stages may be NULL
    size_t indent;
    size_t left; // stages that stand there in the end
};

static bool is_empty(struct view line)
{
    line = view_trim(line);
    return line.n == 0 || line.p[0] == '#';
}

static void note(struct graft_work *w, size_t line, const char *why, const char *name,
                 const char *hint)
{
    struct graft *g = w->graft;
    if (g->n_notes == GRAFT_MAX_NOTES)
        return;
    if (!g->note)
        g->note = ARENA_ARRAY(w->mem, struct error, GRAFT_MAX_NOTES);
    struct error *e = &g->note[g->n_notes++];
    error_set(e, STATUS_INPUT, "%s %s", QUOTE(name), why);
    error_at(e, w->request->path, line, 0);
    error_hint(e, "%s", hint);
}

static void done(struct graft_work *w, const char *what, const char *name)
{
    text_addf(&w->graft->done, "%s %s\n", what, name);
}

/* Where the lines of a stage end: behind its last line that says something. */
static size_t end_of(const struct graft_work *w, const struct yaml_node *stage)
{
    size_t end = w->patch.n_lines;
    for (size_t i = 0; i < w->stages->n; i++) {
        size_t next = w->stages->child[i]->key_line - 1;
        if (next >= stage->key_line && next < end)
            end = next;
    }
    for (size_t i = 0; i < w->root->n; i++) {
        size_t next = w->root->child[i]->key_line - 1;
        if (next >= stage->key_line && next < end)
            end = next;
    }
    while (end > stage->key_line &&
           (is_empty(patch_line(&w->patch, end - 1)) ||
            view_is(view_trim(patch_line(&w->patch, end - 1)), "...")))
        end--;
    return end;
}

/* True when somebody wrote comments into the stage. */
static bool has_comments(const struct graft_work *w, const struct yaml_node *stage)
{
    for (size_t i = stage->key_line, end = end_of(w, stage); i < end; i++)
        if (mark_is_commented(patch_line(&w->patch, i)))
            return true;
    return false;
}

static struct view key_line(const struct graft_work *w, const struct yaml_node *stage)
{
    return patch_line(&w->patch, stage->key_line - 1);
}

static const struct graft_stage *find_wanted(const struct graft_work *w, const char *name)
{
    for (size_t i = 0; i < w->request->n; i++)
        if (strcmp(w->request->stage[i].name, name) == 0)
            return &w->request->stage[i];
    return NULL;
}

static const struct yaml_node *find_standing(const struct graft_work *w, const char *name)
{
    return w->stages ? yaml_get(w->stages, name) : NULL;
}

/* Removes a stage that is not made any more, or keeps it where it was edited. */
static void drop(struct graft_work *w, const struct yaml_node *stage, bool edited)
{
    if (edited && !w->request->force) {
        note(w, stage->key_line, "is made no more, but was edited: it stays", stage->key,
             "delete it, or 'make dvc.yaml FORCE=1' does");
        return;
    }
    patch_replace(&w->patch, stage->key_line - 1, end_of(w, stage), (struct view){"", 0});
    done(w, "removed", stage->key);
    w->left--;
}

/* Brings one stage that stands there to what it shall be. */
static enum status renew(struct graft_work *w, const struct yaml_node *stage,
                         struct error *err)
{
    const struct graft_stage *wanted = find_wanted(w, stage->key);
    const struct yaml_node *shall = NULL;
    uint32_t mark, now = mark_digest(stage, w->mem);
    bool is_marked = mark_find(key_line(w, stage), &mark);
    bool edited = !is_marked || mark != now || has_comments(w, stage);
    if (!wanted && is_marked)
        drop(w, stage, edited);
    if (!wanted)
        return STATUS_OK;
    TRY(mark_parse(wanted->text, w->mem, &shall, err));
    uint32_t digest = mark_digest(shall, w->mem);
    if (now == digest && is_marked && mark == now)
        return STATUS_OK;
    if (edited && now != digest && !w->request->force) {
        note(w, stage->key_line, "differs from what make would write: it stays",
             stage->key, "'make dvc.yaml FORCE=1' writes it anew");
        return STATUS_OK;
    }
    if (now == digest && has_comments(w, stage) && !is_marked)
        return STATUS_OK;
    patch_replace(&w->patch, stage->key_line - 1, end_of(w, stage),
                  mark_stage(wanted->text, w->indent, w->mem, digest));
    done(w, now == digest ? "marked" : "wrote", stage->key);
    return STATUS_OK;
}

/* True for a stage that stands there and is ours beyond doubt, so that its end is known. */
static bool is_anchor(const struct graft_work *w, const struct yaml_node *stage)
{
    uint32_t mark;
    return stage && mark_find(key_line(w, stage), &mark) &&
           mark == mark_digest(stage, w->mem);
}

/* The line where the i-th stage of the table goes. */
static size_t place_of(const struct graft_work *w, size_t i)
{
    const struct graft_stage *stage = w->request->stage;
    for (size_t k = i; k-- > 0;) {
        const struct yaml_node *before = find_standing(w, stage[k].name);
        if (is_anchor(w, before))
            return end_of(w, before);
    }
    for (size_t k = i + 1; k < w->request->n; k++) {
        const struct yaml_node *after = find_standing(w, stage[k].name);
        if (is_anchor(w, after))
            return after->key_line - 1;
    }
    return w->stages ? w->stages->key_line : w->patch.n_lines;
}

static enum status insert(struct graft_work *w, size_t i, struct error *err)
{
    const struct graft_stage *wanted = &w->request->stage[i];
    const struct yaml_node *shall;
    if (find_standing(w, wanted->name))
        return STATUS_OK;
    TRY(mark_parse(wanted->text, w->mem, &shall, err));
    size_t at = place_of(w, i);
    patch_replace(
        &w->patch, at, at,
        mark_stage(wanted->text, w->indent, w->mem, mark_digest(shall, w->mem)));
    done(w, "wrote", wanted->name);
    w->left++;
    return STATUS_OK;
}

/* The line of `stages:` says `{}` where no stage follows, and only there. */
static void mend_key(struct graft_work *w)
{
    size_t at = w->stages->key_line - 1;
    struct view line = patch_line(&w->patch, at);
    const char *braces = text_find(line, "{}"), *colon = memchr(line.p, ':', line.n);
    bool wanted = w->left == 0;
    if ((braces != NULL) == wanted || !colon)
        return;
    const char *cut = braces ? braces : colon + 1, *rest = braces ? braces + 2 : cut;
    struct view head = {line.p, (size_t)(cut - line.p)};
    struct text text = {.mem = w->mem};
    while (!wanted && head.p[head.n - 1] == ' ')
        head.n--;
    text_add(&text, head.p, head.n);
    text_puts(&text, wanted ? " {}" : "");
    text_add(&text, rest, line.n - (size_t)(rest - line.p));
    text_putc(&text, '\n');
    patch_replace(&w->patch, at, at + 1, (struct view){text.p, text.n});
}

/* True for what make may write anew: by its mark, or by its name. */
static bool is_made(const struct graft_work *w, const struct yaml_node *stage)
{
    uint32_t mark;
    return find_wanted(w, stage->key) || mark_find(key_line(w, stage), &mark);
}

static bool same_flow(const struct yaml_node *a, const struct yaml_node *b,
                      struct arena *mem)
{
    struct text x = {.mem = mem}, y = {.mem = mem};
    if (!a || !b)
        return a == b;
    yaml_flow(a, &x);
    yaml_flow(b, &y);
    return view_eq((struct view){x.p, x.n}, (struct view){y.p, y.n});
}

/* Reads the result again: what is not ours must be there as it was. */
static enum status check_result(const struct graft_work *w, struct view bytes,
                                struct error *err)
{
    struct yaml_node *root;
    TRY(yaml_parse(w->request->path, bytes.p, bytes.n, w->mem, &root, err));
    bool same = true;
    for (size_t i = 0; i < w->root->n && same; i++)
        if (w->root->child[i] != w->stages)
            same = same_flow(w->root->child[i], yaml_get(root, w->root->child[i]->key),
                             w->mem);
    const struct yaml_node *stages = yaml_get(root, "stages");
    for (size_t i = 0; i < w->stages->n && same; i++)
        if (!is_made(w, w->stages->child[i]))
            same = same_flow(w->stages->child[i],
                             yaml_get(stages, w->stages->child[i]->key), w->mem);
    if (same && stages && stages->n == w->left)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "could not write the stages without touching the rest");
    error_at(err, w->request->path, 0, 0);
    error_hint(err, "write it in block style, a stage's key on a line of its own");
    return STATUS_INPUT;
}

/* A pipeline that a stage goes over and whose file cannot be read now. */
static const char *find_held(const struct graft_work *w, const struct yaml_node *stage)
{
    const struct yaml_node *each = yaml_get(stage, "foreach"),
                           *pipe = yaml_get(yaml_get(stage, "matrix"), "pipe");
    for (size_t i = 0; i < w->request->n_held; i++) {
        const char *name = w->request->held[i];
        if (yaml_get(each, name))
            return name;
        for (size_t k = 0; pipe && k < pipe->n; k++)
            if (view_is(pipe->child[k]->text, name))
                return name;
    }
    return NULL;
}

/* While a pipeline's file is broken its stages must not vanish: what dvc.yaml does not
 * name is not pushed, and gc takes it. */
static bool is_held(struct graft_work *w)
{
    for (size_t i = 0; i < w->stages->n; i++) {
        const struct yaml_node *stage = w->stages->child[i];
        const char *name = is_made(w, stage) ? find_held(w, stage) : NULL;
        if (name) {
            note(w, stage->key_line,
                 "stands there, but its file cannot be read: all stays", name,
                 "mend or delete the pipeline's file");
            return true;
        }
    }
    return false;
}

static enum status read_stages(struct graft_work *w, struct error *err)
{
    struct yaml_node *root;
    struct view b = w->request->bytes;
    TRY(yaml_parse(w->request->path, b.p, b.n, w->mem, &root, err));
    w->root = root;
    w->stages = yaml_get(root, "stages");
    if (root->kind != YAML_MAP)
        return yaml_error(err, root, "expected a map, found %s",
                          yaml_kind_name(root->kind));
    bool map = w->stages->kind == YAML_MAP;
    if (!map && w->stages->kind != YAML_NULL)
        return yaml_error(err, w->stages, "expected a map, found %s",
                          yaml_kind_name(w->stages->kind));
    w->patch = (struct patch){.bytes = b, .mem = w->mem};
    patch_open(&w->patch);
    w->left = w->stages->n;
    w->indent = w->stages->n > 0 ? w->stages->child[0]->key_col - 1 : 2;
    for (size_t i = 0; i < w->stages->n; i++) {
        const struct yaml_node *stage = w->stages->child[i];
        struct view line = patch_line(&w->patch, stage->key_line - 1);
        if (view_trim(line).p != line.p + w->indent || stage->key_col != w->indent + 1)
            return yaml_error(err, stage,
                              "expected the stage's key on a line of its own");
    }
    return STATUS_OK;
}

/* The bytes with a `stages:` in them and a newline at the end. */
static struct view complete(const struct graft_request *request, struct arena *mem)
{
    struct text out = {.mem = mem};
    struct view b = request->bytes;
    struct yaml_node *root;
    struct error none;
    text_puts(&out, b.n == 0 ? header : "");
    text_add(&out, b.p, b.n);
    if (out.p[out.n - 1] != '\n')
        text_putc(&out, '\n');
    if (yaml_parse(request->path, out.p, out.n, mem, &root, &none) == STATUS_OK &&
        (root->kind == YAML_NULL || root->kind == YAML_MAP) && !yaml_get(root, "stages"))
        text_puts(&out, "stages: {}\n");
    return (struct view){out.p, out.n};
}

enum status graft_stages(const struct graft_request *request, struct arena *mem,
                         struct graft *ret, struct error *err)
{
    struct graft graft = {.bytes = request->bytes, .done = {.mem = mem}};
    struct graft_request whole = *request;
    struct graft_work w = {.request = &whole, .mem = mem, .graft = &graft};
    whole.bytes = complete(request, mem);
    TRY(read_stages(&w, err));
    if (!is_held(&w)) {
        for (size_t i = 0; i < request->n; i++)
            TRY(insert(&w, i, err));
        for (size_t i = 0; i < w.stages->n; i++)
            TRY(renew(&w, w.stages->child[i], err));
        mend_key(&w);
    }
    // The header alone is no reason to write.
    graft.changed = w.patch.n > 0 || request->bytes.n == 0;
    if (graft.changed) {
        graft.bytes = patch_apply(&w.patch);
        TRY(check_result(&w, graft.bytes, err));
    }
    *ret = graft;
    return STATUS_OK;
}
