/* What rows are called: their groups and ids, the columns behind the key.
 *
 * Names of groups become codes, which order rows and are those of all sources.  Ids do so
 * only where no time tells rows apart, in the order in which they come. */
#include "clean/screen.h"

static enum status not_led(const struct screen *s, const char *what, const char *name,
                           struct error *err)
{
    error_set(err, STATUS_INPUT,
              "expected a table that ingest wrote, with the %s %s behind its key", what,
              QUOTE(name));
    error_hint(err, "run ingest again");
    error_at(err, arrow_path(s->file), 0, 0);
    return STATUS_INPUT;
}

enum status screen_groups(struct screen *s, const char *name, struct groups *groups,
                          struct error *err)
{
    const struct field *f = &arrow_schema(s->file)->field[s->value];
    if (s->p == 0 || strcmp(f->name, name) != 0)
        return not_led(s, "groups", name, err);
    if (groups->n > 0 && groups->numbers != (f->type == TYPE_INT64)) {
        error_set(err, STATUS_INPUT,
                  "the groups %s are texts in one source and whole numbers in another",
                  QUOTE(name));
        error_at(err, arrow_path(s->file), 0, 0);
        return STATUS_INPUT;
    }
    groups->numbers = f->type == TYPE_INT64;
    s->group = ARENA_ARRAY(s->mem, uint32_t, s->n);
    for (size_t row = 0, i; row < s->n; row += s->cursor.batch.n) {
        TRY(cursor_seek(&s->cursor, row, &i, err));
        const struct column *c = &s->cursor.batch.column[s->value];
        TRY(groups_check(f, c, s->cursor.batch.n, row, arrow_path(s->file), err));
        for (i = 0; i < s->cursor.batch.n; i++)
            s->group[row + i] = groups_code(groups, group_at(f->type, c, i));
    }
    s->groups = groups;
    s->value++;
    s->p--;
    return STATUS_OK;
}

/* Ids tell rows apart by their codes, in the order in which they come. */
static enum status code_ids(struct screen *s, enum type type, struct error *err)
{
    struct groups *g = ARENA_NEW(s->mem, struct groups);
    *g = (struct groups){.mem = s->mem, .numbers = type == TYPE_INT64};
    g->cap = s->n; // for nearly all are different
    g->name = ARENA_ARRAY(s->mem, struct group_name, g->cap);
    s->id = ARENA_ARRAY(s->mem, int32_t, s->n);
    for (size_t row = 0, i; row < s->n; row += s->cursor.batch.n) {
        TRY(cursor_seek(&s->cursor, row, &i, err));
        const struct column *c = &s->cursor.batch.column[s->value];
        if (c->missing > 0)
            return error_set(err, STATUS_INPUT, "a row has no id");
        for (i = 0; i < s->cursor.batch.n; i++)
            s->id[row + i] = (int32_t)groups_code(g, group_at(type, c, i));
    }
    s->id_names = g;
    return STATUS_OK;
}

enum status screen_ids(struct screen *s, const char *name, struct error *err)
{
    const struct field *f = &arrow_schema(s->file)->field[s->value];
    if (s->p == 0 || strcmp(f->name, name) != 0 ||
        (f->type != TYPE_TEXT && f->type != TYPE_INT64))
        return not_led(s, "ids", name, err);
    s->ids = 1;
    enum status status = s->step ? STATUS_OK : code_ids(s, f->type, err);
    if (status != STATUS_OK)
        error_at(err, arrow_path(s->file), 0, 0);
    return status;
}

void screen_recode(struct screen *s, const uint32_t *rank)
{
    for (size_t row = 0; s->group && row < s->n; row++)
        s->group[row] = rank[s->group[row]];
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
    if (s->step)
        timestep_text(s->step, screen_rank_key(rank), buffer);
    else
        label_id(s, (uint32_t)screen_rank_key(rank), buffer);
    size_t n = strlen(buffer);
    if (s->group)
        snprintf(buffer + n, SCREEN_LABEL - n, " of %s",
                 group_quoted(s->groups->numbers,
                              &s->groups->name[screen_rank_group(rank)], name));
    return buffer;
}
