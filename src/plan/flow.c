/* Reads the table of the flow. */
#include "plan/flow.h"

#include "file/file.h"

enum { MAX_TABLE = 1 << 20, CELLS = 5 };

static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
static const char letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

static enum status fail_at(const struct flow *flow, size_t line, struct error *err)
{
    error_at(err, flow->path, line, 0);
    return STATUS_INPUT;
}

/* The words of a cell. */
static struct texts words_of(struct view cell, struct arena *mem)
{
    const char **v = ARENA_ARRAY(mem, const char *, cell.n / 2 + 1);
    size_t n = 0;
    for (size_t i = 0; i < cell.n;) {
        size_t from = i;
        while (i < cell.n && cell.p[i] != ' ' && cell.p[i] != '\t')
            i++;
        if (i > from)
            v[n++] = arena_copy(mem, cell.p + from, i - from);
        else
            i++;
    }
    return (struct texts){n, v};
}

/* The text up to the mark, which is taken off as well. */
static struct view cut(struct view *rest, char mark)
{
    const char *at = rest->n ? memchr(rest->p, mark, rest->n) : NULL;
    struct view head = {rest->p, at ? (size_t)(at - rest->p) : rest->n};
    size_t taken = head.n + (at ? 1 : 0);
    *rest = (struct view){rest->p + taken, rest->n - taken};
    return head;
}

static bool all_of(const char *word, const char *allowed)
{
    return word[0] && word[strspn(word, allowed)] == '\0';
}

bool flow_is_folder(const char *artifact)
{
    size_t n = strlen(artifact);
    return n > 0 && artifact[n - 1] == '/';
}

/* NAME, NAME/ or reports/NAME, in characters that nobody takes for more. */
static bool is_artifact(const char *word, struct arena *mem)
{
    const char *name = strncmp(word, "reports/", 8) == 0 ? word + 8 : word;
    size_t n = strlen(name) - flow_is_folder(name);
    return word[0] != '.' && all_of(arena_copy(mem, name, n), letters);
}

bool flow_reads_data(const struct flow_stage *stage)
{
    for (size_t i = 0; i < stage->reads.n; i++)
        if (strcmp(stage->reads.v[i], "data") == 0)
            return true;
    return false;
}

const struct flow_stage *flow_writer(const struct flow *flow, const char *artifact)
{
    for (size_t i = 0; i < flow->n; i++)
        for (size_t k = 0; k < flow->stage[i].writes.n; k++)
            if (strcmp(flow->stage[i].writes.v[k], artifact) == 0)
                return &flow->stage[i];
    return NULL;
}

static enum status check_name(const struct flow *flow, const struct flow_stage *row,
                              const struct texts *targets, struct error *err)
{
    enum status status = STATUS_OK;
    if (row->name[0] < 'a' || row->name[0] > 'z' || !all_of(row->name, lower))
        status =
            error_set(err, STATUS_INPUT, "%s cannot be a stage's name", QUOTE(row->name));
    for (size_t i = 0; i < targets->n && status == STATUS_OK; i++)
        if (strcmp(targets->v[i], row->name) == 0) {
            status = error_set(err, STATUS_INPUT, "'make %s' does something else already",
                               row->name);
            error_hint(err, "give the stage another name");
        }
    for (size_t i = 0; i < flow->n && status == STATUS_OK; i++)
        if (strcmp(flow->stage[i].name, row->name) == 0)
            status =
                error_set(err, STATUS_INPUT, "there are two stages %s", QUOTE(row->name));
    return status;
}

static enum status check_files(const struct flow *flow, const struct flow_stage *row,
                               struct arena *mem, struct error *err)
{
    if (row->writes.n == 0 || flow_is_folder(row->writes.v[0]))
        return error_set(err, STATUS_INPUT, "stage %s writes no file first",
                         QUOTE(row->name));
    for (size_t i = 0; i < row->writes.n; i++) {
        const char *word = row->writes.v[i];
        if (!is_artifact(word, mem))
            return error_set(err, STATUS_INPUT, "%s cannot be an artifact's name",
                             QUOTE(word));
        if (flow_writer(flow, word))
            return error_set(err, STATUS_INPUT, "two stages write %s", QUOTE(word));
    }
    for (size_t i = 0; i < row->reads.n; i++)
        if (strcmp(row->reads.v[i], "data") != 0 && !flow_writer(flow, row->reads.v[i]))
            return error_set(err, STATUS_INPUT, "no stage above %s writes %s",
                             QUOTE(row->name), QUOTE(row->reads.v[i]));
    for (size_t i = 0; i < row->keys.n; i++)
        if (!all_of(row->keys.v[i], letters))
            return error_set(err, STATUS_INPUT, "%s cannot be a key",
                             QUOTE(row->keys.v[i]));
    return STATUS_OK;
}

static enum status check_code(const struct flow_stage *row, struct error *err)
{
    if (row->code.n == 0)
        return error_set(err, STATUS_INPUT, "stage %s names no folder of src",
                         QUOTE(row->name));
    for (size_t i = 0; i < row->code.n; i++)
        if (!all_of(row->code.v[i], lower))
            return error_set(err, STATUS_INPUT, "%s cannot be a folder of src",
                             QUOTE(row->code.v[i]));
    for (size_t i = 0; i < row->options.n; i++)
        if (strncmp(row->options.v[i], "--", 2) != 0 || !all_of(row->options.v[i], lower))
            return error_set(err, STATUS_INPUT, "%s cannot be an option",
                             QUOTE(row->options.v[i]));
    return STATUS_OK;
}

static enum status read_row(struct view line, struct arena *mem, struct flow_stage *row,
                            struct error *err)
{
    struct texts cell[CELLS];
    for (size_t i = 0; i < CELLS; i++) {
        if (i > 0 && line.n == 0)
            return error_set(err, STATUS_INPUT, "expected %d cells divided by '|'",
                             CELLS);
        cell[i] = words_of(cut(&line, '|'), mem);
    }
    row->name = cell[0].n == 1 ? cell[0].v[0] : "";
    row->reads = cell[1];
    row->writes = cell[2];
    row->keys = cell[3];
    row->code = cell[4];
    row->options = words_of(line, mem);
    return STATUS_OK;
}

enum status flow_read(const char *path, const struct texts *targets, struct arena *mem,
                      struct flow *ret, struct error *err)
{
    struct view rest;
    struct flow flow = {.path = path};
    struct flow_stage *rows = NULL;
    size_t cap = 0;
    TRY(file_read(path, MAX_TABLE, mem, &rest, err));
    for (size_t line = 1; rest.n > 0; line++) {
        struct view text = view_trim(cut(&rest, '\n'));
        struct flow_stage row = {.line = line};
        if (text.n == 0 || text.p[0] == '#')
            continue;
        enum status status = read_row(text, mem, &row, err);
        if (status == STATUS_OK)
            status = check_name(&flow, &row, targets, err);
        if (status == STATUS_OK)
            status = check_files(&flow, &row, mem, err);
        if (status == STATUS_OK)
            status = check_code(&row, err);
        if (status != STATUS_OK)
            return fail_at(&flow, line, err);
        ARENA_ROOM(mem, rows, flow.n, cap, 16);
        rows[flow.n++] = row;
        flow.stage = rows;
    }
    *ret = flow;
    return STATUS_OK;
}
