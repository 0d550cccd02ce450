/* The members of quality.json, and what must hold between them. */
#include "artifacts/quality_json.h"

#include <string.h>

static const struct member group_members[] = {
    MEMBER(struct quality_json_group, group),
    MEMBER(struct quality_json_group, rows),
    MEMBER(struct quality_json_group, kept),
    MEMBER(struct quality_json_group, lost),
    MEMBER(struct quality_json_group, gaps),
    MEMBER_OR_NULL(struct quality_json_group, first),
    MEMBER_OR_NULL(struct quality_json_group, last),
};

static const struct member groups_members[] = {
    MEMBER(struct quality_json_groups, n),
    MEMBER(struct quality_json_groups, poor),
    MEMBER_LIST(struct quality_json_groups, "list", list, n_list, group_members),
};

static const struct member source_members[] = {
    MEMBER(struct quality_json_source, name),
    MEMBER(struct quality_json_source, rows),
    MEMBER(struct quality_json_source, kept),
    MEMBER_OR_NULL(struct quality_json_source, first),
    MEMBER_OR_NULL(struct quality_json_source, last),
    MEMBER_MAP_OF(struct quality_json_source, dropped, dropped, n_dropped, counted_rows),
    MEMBER_MANY(struct quality_json_source, "complete", MEMBER_TUPLES, complete,
                n_complete, bounds_rows),
    MEMBER_POINTER_IF_ANY(struct quality_json_source, groups, groups_members),
};

static const struct member dropped_members[] = {
    MEMBER(struct quality_json_dropped, source),
    MEMBER(struct quality_json_dropped, file),
    MEMBER(struct quality_json_dropped, line),
    MEMBER_OR_NULL(struct quality_json_dropped, key),
    MEMBER_OR_NULL(struct quality_json_dropped, column),
    MEMBER(struct quality_json_dropped, reason),
    MEMBER_IF_ANY(struct quality_json_dropped, group),
    MEMBER_IF_ANY(struct quality_json_dropped, id),
};

static const struct member column_members[] = {
    MEMBER(struct quality_json_column, source),
    MEMBER(struct quality_json_column, column),
    MEMBER(struct quality_json_column, cells),
    MEMBER(struct quality_json_column, padded),
    MEMBER(struct quality_json_column, moved),
};

static const struct member repair_members[] = {
    MEMBER(struct quality_json_repair, source),
    MEMBER(struct quality_json_repair, column),
    MEMBER_OR_NULL(struct quality_json_repair, key),
    MEMBER(struct quality_json_repair, found),
    MEMBER(struct quality_json_repair, repaired),
};

static const struct member repairs_members[] = {
    MEMBER(struct quality_json_repairs, cells),
    MEMBER(struct quality_json_repairs, rule),
    MEMBER_LIST(struct quality_json_repairs, "columns", column, n_columns,
                column_members),
    MEMBER_LIST(struct quality_json_repairs, "list", list, n_list, repair_members),
};

static const struct member jump_members[] = {
    MEMBER(struct quality_json_jump, source),
    MEMBER(struct quality_json_jump, column),
    MEMBER(struct quality_json_jump, rows),
    MEMBER_OR_NULL(struct quality_json_jump, first),
    MEMBER(struct quality_json_jump, from),
    MEMBER(struct quality_json_jump, to),
};

static const struct member arrived_members[] = {
    MEMBER(struct quality_json_arrived, rows),
    MEMBER_OR_NULL(struct quality_json_arrived, first),
    MEMBER_OR_NULL(struct quality_json_arrived, last),
};

static const struct member members[] = {
    MEMBER(struct quality_json, rows),
    MEMBER(struct quality_json, columns),
    MEMBER_OR_NULL(struct quality_json, first),
    MEMBER_OR_NULL(struct quality_json, last),
    MEMBER_LIST(struct quality_json, "sources", source, n_sources, source_members),
    MEMBER_LIST(struct quality_json, "dropped", dropped, n_dropped, dropped_members),
    MEMBER_STRUCT(struct quality_json, repaired, repairs_members),
    MEMBER_LIST(struct quality_json, "jumps", jump, n_jumps, jump_members),
    MEMBER_STRUCT(struct quality_json, arrived, arrived_members),
    MEMBER(struct quality_json, options),
};

enum status quality_json_write(const struct quality_json *q, struct output *out,
                               struct error *err)
{
    return document_write(out, DOCUMENT(members), q, err);
}

/* A reader may look a key up by halving: complete runs ascend and do not touch. */
static enum status check_complete(const struct quality_json_source *s, const char *path,
                                  struct error *err)
{
    for (size_t i = 0; i < s->n_complete; i++) {
        const struct bounds *b = &s->complete[i];
        if (strcmp(b->first, b->last) > 0 ||
            (i > 0 && strcmp(s->complete[i - 1].last, b->first) >= 0))
            return error_refuse(err, path, "sources.complete",
                                "the runs of source %s do not ascend at %s",
                                QUOTE(s->name), QUOTE(b->first));
    }
    return document_ordered(path, "sources.last", s->first, s->last, err);
}

static enum status check_groups(const struct quality_json_groups *g, const char *path,
                                struct error *err)
{
    if (g->poor > g->n || g->n_list > g->poor || g->n_list > QUALITY_GROUPS)
        return error_refuse(err, path, "sources.groups",
                            "%zu of %zu groups, of which %zu lost rows, are listed",
                            g->n_list, g->n, g->poor);
    for (size_t i = 0; i < g->n_list; i++) {
        const struct quality_json_group *one = &g->list[i];
        if (one->kept > one->rows || one->lost > one->rows - one->kept)
            return error_refuse(err, path, "sources.groups",
                                "group %s keeps %zu rows and loses %zu of %zu",
                                QUOTE(one->group), one->kept, one->lost, one->rows);
        TRY(document_ordered(path, "sources.groups", one->first, one->last, err));
    }
    return STATUS_OK;
}

static enum status check_source(const struct quality_json_source *s, const char *path,
                                struct error *err)
{
    if (s->kept > s->rows)
        return error_refuse(err, path, "sources.kept", "source %s keeps %zu rows of %zu",
                            QUOTE(s->name), s->kept, s->rows);
    if (s->groups)
        TRY(check_groups(s->groups, path, err));
    return check_complete(s, path, err);
}

static enum status check(const struct quality_json *q, const char *path,
                         struct error *err)
{
    if (q->n_dropped > QUALITY_DROPPED || q->repaired.n_list > QUALITY_REPAIRS ||
        q->repaired.n_list > q->repaired.cells)
        return error_refuse(err, path, "", "a list has more entries than were counted");
    for (size_t i = 0; i < q->n_sources; i++)
        TRY(check_source(&q->source[i], path, err));
    TRY(document_ordered(path, "arrived.last", q->arrived.first, q->arrived.last, err));
    return document_ordered(path, "last", q->first, q->last, err);
}

enum status quality_json_read(const char *path, struct arena *mem,
                              struct quality_json *ret, struct error *err)
{
    struct quality_json q = {0};
    TRY(document_read(path, DOCUMENT(members), mem, &q, NULL, err));
    TRY(check(&q, path, err));
    *ret = q;
    return STATUS_OK;
}
