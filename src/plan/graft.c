/* Works on lines, told by the YAML reader where each stage begins.
 *
 * A stage ends where the next key of the map, or of the file, begins; comments and blank
 * lines before that belong to what follows.  New stages go behind the generated one
 * before them in the table, else before the next one, else to the top: never behind text
 * whose end only a parser could tell.  In the end the result is read again and compared. */
#include "plan/graft.h"

#include <inttypes.h>

static const char header[] = "# `make` keeps the stages marked as made from "
                             "pipeline/stages.tbl fresh; all else is "
                             "yours.\n";
static const char former_header[] = "# Made from pipeline/stages.tbl and pipeline/*.yaml "
                                    "by scripts/dvc.awk; `make` keeps "
                                    "it fresh.\n";

/* Lines from .. to (without it) become the text. */
struct edit {
    size_t from, to;
    struct view text;
};

struct work {
    const struct graft_request *request;
    struct arena *mem;
    struct graft *graft;
    size_t *line; // [n_lines + 1] offset of each; the last is the end
    size_t n_lines;
    const struct yaml_node *root, *stages; // stages may be NULL
    size_t indent;
    struct edit *edit; // [n_edits] by .from
    size_t n_edits, cap;
    size_t left; // stages that stand there in the end
};

static void find_lines(struct work *w)
{
    struct view b = w->request->bytes;
    size_t cap = 0;
    for (size_t i = 0; i < b.n;) {
        ARENA_ROOM(w->mem, w->line, w->n_lines + 1, cap, 256);
        w->line[w->n_lines++] = i;
        const char *end = memchr(b.p + i, '\n', b.n - i);
        i = end ? (size_t)(end - b.p) + 1 : b.n;
    }
    ARENA_ROOM(w->mem, w->line, w->n_lines, cap, 256);
    w->line[w->n_lines] = b.n;
}

/* Line i, from 0, without its end. */
static struct view line_at(const struct work *w, size_t i)
{
    struct view v = {w->request->bytes.p + w->line[i], w->line[i + 1] - w->line[i]};
    while (v.n > 0 && (v.p[v.n - 1] == '\n' || v.p[v.n - 1] == '\r'))
        v.n--;
    return v;
}

static bool is_empty(struct view line)
{
    line = view_trim(line);
    return line.n == 0 || line.p[0] == '#';
}

static const char *find(struct view v, const char *what)
{
    size_t n = strlen(what);
    for (size_t i = 0; i + n <= v.n; i++)
        if (memcmp(v.p + i, what, n) == 0)
            return v.p + i;
    return NULL;
}

static void add_edit(struct work *w, size_t from, size_t to, struct view text)
{
    size_t i = w->n_edits;
    ARENA_ROOM(w->mem, w->edit, w->n_edits, w->cap, 16);
    for (; i > 0 && w->edit[i - 1].from > from; i--)
        w->edit[i] = w->edit[i - 1];
    w->edit[i] = (struct edit){from, to, text};
    w->n_edits++;
}

static void note(struct work *w, size_t line, const char *why, const char *name,
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

static void done(struct work *w, const char *what, const char *name)
{
    text_addf(&w->graft->done, "%s %s\n", what, name);
}

static uint32_t digest_of(const struct yaml_node *node, struct arena *mem)
{
    struct text flow = {.mem = mem};
    yaml_flow(node, &flow);
    uint64_t h = text_hash(TEXT_HASH_START, flow.p, flow.n);
    return (uint32_t)(h ^ h >> 32);
}

/* What the stage that shall be says, as a node. */
static enum status parse_wanted(const struct graft_stage *stage, struct arena *mem,
                                const struct yaml_node **ret, struct error *err)
{
    struct yaml_node *root;
    TRY(yaml_parse("pipeline/stages.tbl", stage->text.p, stage->text.n, mem, &root, err));
    *ret = root->child[0];
    return STATUS_OK;
}

/* The stage's lines at the file's indent, its key with the mark. */
static struct view marked(const struct work *w, const struct graft_stage *stage,
                          uint32_t digest)
{
    struct text out = {.mem = w->mem};
    const char *p = stage->text.p, *end = p + stage->text.n;
    for (bool first = true; p < end; first = false) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        for (size_t i = 0; i < w->indent; i++)
            text_putc(&out, ' ');
        text_add(&out, p + 2, (size_t)(stop - p) - 2);
        if (first)
            text_addf(&out, "  " GRAFT_MARK "%08" PRIx32, digest);
        text_putc(&out, '\n');
        p = stop + 1;
    }
    return (struct view){out.p, out.n};
}

/* Where the lines of a stage end: behind its last line that says something. */
static size_t end_of(const struct work *w, const struct yaml_node *stage)
{
    size_t end = w->n_lines;
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
    while (end > stage->key_line && (is_empty(line_at(w, end - 1)) ||
                                     view_is(view_trim(line_at(w, end - 1)), "...")))
        end--;
    return end;
}

/* The digest that the mark behind the stage's key holds. */
static bool find_mark(const struct work *w, const struct yaml_node *stage, uint32_t *ret)
{
    struct view line = line_at(w, stage->key_line - 1);
    const char *at = find(line, GRAFT_MARK);
    *ret = 0;
    if (!at)
        return false;
    at += sizeof(GRAFT_MARK) - 1;
    for (int i = 0; i < 8 && at + i < line.p + line.n; i++) {
        const char *digits = "0123456789abcdef", *d = strchr(digits, at[i]);
        *ret = *ret << 4 | (uint32_t)(d && *d ? d - digits : 0);
    }
    return true;
}

/* True when somebody wrote comments into the stage. */
static bool has_comments(const struct work *w, const struct yaml_node *stage)
{
    for (size_t i = stage->key_line, end = end_of(w, stage); i < end; i++) {
        struct view line = line_at(w, i);
        if (is_empty(line) ? view_trim(line).n > 0 : find(line, " #") != NULL)
            return true;
    }
    return false;
}

static const struct graft_stage *find_wanted(const struct work *w, const char *name)
{
    for (size_t i = 0; i < w->request->n; i++)
        if (strcmp(w->request->stage[i].name, name) == 0)
            return &w->request->stage[i];
    return NULL;
}

static const struct yaml_node *find_standing(const struct work *w, const char *name)
{
    return w->stages ? yaml_get(w->stages, name) : NULL;
}

/* Removes a stage that is not made any more, or keeps it where it was edited. */
static void drop(struct work *w, const struct yaml_node *stage, bool edited)
{
    if (edited && !w->request->force) {
        note(w, stage->key_line, "is made no more, but was edited: it stays", stage->key,
             "delete it, or 'make dvc.yaml FORCE=1' does");
        return;
    }
    add_edit(w, stage->key_line - 1, end_of(w, stage), (struct view){"", 0});
    done(w, "removed", stage->key);
    w->left--;
}

/* Brings one stage that stands there to what it shall be. */
static enum status renew(struct work *w, const struct yaml_node *stage, struct error *err)
{
    const struct graft_stage *wanted = find_wanted(w, stage->key);
    const struct yaml_node *shall = NULL;
    uint32_t mark, now = digest_of(stage, w->mem);
    bool is_marked = find_mark(w, stage, &mark);
    bool edited = !is_marked || mark != now || has_comments(w, stage);
    if (!wanted && is_marked)
        drop(w, stage, edited);
    if (!wanted)
        return STATUS_OK;
    TRY(parse_wanted(wanted, w->mem, &shall, err));
    uint32_t digest = digest_of(shall, w->mem);
    if (now == digest && is_marked && mark == now)
        return STATUS_OK;
    if (edited && now != digest && !w->request->force) {
        note(w, stage->key_line, "differs from what make would write: it stays",
             stage->key, "'make dvc.yaml FORCE=1' writes it anew");
        return STATUS_OK;
    }
    if (now == digest && has_comments(w, stage) && !is_marked)
        return STATUS_OK;
    add_edit(w, stage->key_line - 1, end_of(w, stage), marked(w, wanted, digest));
    done(w, now == digest ? "marked" : "wrote", stage->key);
    return STATUS_OK;
}

/* True for a stage that stands there and is ours beyond doubt, so that its end is known. */
static bool is_anchor(const struct work *w, const struct yaml_node *stage)
{
    uint32_t mark;
    return stage && find_mark(w, stage, &mark) && mark == digest_of(stage, w->mem);
}

/* The line where the i-th stage of the table goes. */
static size_t place_of(const struct work *w, size_t i)
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
    return w->stages ? w->stages->key_line : w->n_lines;
}

static enum status insert(struct work *w, size_t i, struct error *err)
{
    const struct graft_stage *wanted = &w->request->stage[i];
    const struct yaml_node *shall;
    if (find_standing(w, wanted->name))
        return STATUS_OK;
    TRY(parse_wanted(wanted, w->mem, &shall, err));
    size_t at = place_of(w, i);
    add_edit(w, at, at, marked(w, wanted, digest_of(shall, w->mem)));
    done(w, "wrote", wanted->name);
    w->left++;
    return STATUS_OK;
}

/* The line of `stages:` says `{}` where no stage follows, and only there. */
static void mend_key(struct work *w)
{
    size_t at = w->stages->key_line - 1;
    struct view line = line_at(w, at);
    const char *braces = find(line, "{}"), *colon = memchr(line.p, ':', line.n);
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
    add_edit(w, at, at + 1, (struct view){text.p, text.n});
}

/* Takes out what stands between the edits, and puts them in. */
static struct view apply(struct work *w)
{
    struct view old = w->request->bytes;
    struct text out = {.mem = w->mem};
    size_t at = 0;
    text_puts(&out, "");
    for (size_t i = 0; i < w->n_edits; i++) {
        const struct edit *e = &w->edit[i];
        text_add(&out, old.p + w->line[at], w->line[e->from] - w->line[at]);
        text_add(&out, e->text.p, e->text.n);
        at = e->to > at ? e->to : at;
    }
    text_add(&out, old.p + w->line[at], old.n - w->line[at]);
    return (struct view){out.p, out.n};
}

/* True for what make may write anew: by its mark, or by its name. */
static bool is_made(const struct work *w, const struct yaml_node *stage)
{
    uint32_t mark;
    return find_wanted(w, stage->key) || find_mark(w, stage, &mark);
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
static enum status check_result(const struct work *w, struct view bytes,
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
static const char *find_held(const struct work *w, const struct yaml_node *stage)
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
static bool is_held(struct work *w)
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

static enum status read_stages(struct work *w, struct error *err)
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
    find_lines(w);
    w->left = w->stages->n;
    w->indent = w->stages->n > 0 ? w->stages->child[0]->key_col - 1 : 2;
    for (size_t i = 0; i < w->stages->n; i++) {
        const struct yaml_node *stage = w->stages->child[i];
        struct view line = line_at(w, stage->key_line - 1);
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
    size_t former = sizeof(former_header) - 1;
    if (b.n >= former && memcmp(b.p, former_header, former) == 0) {
        text_puts(&out, header);
        b = (struct view){b.p + former, b.n - former};
    }
    text_puts(&out, request->bytes.n == 0 ? header : "");
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
    struct work w = {.request = &whole, .mem = mem, .graft = &graft};
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
    graft.changed = w.n_edits > 0 || request->bytes.n == 0;
    if (graft.changed) {
        graft.bytes = apply(&w);
        TRY(check_result(&w, graft.bytes, err));
    }
    *ret = graft;
    return STATUS_OK;
}
