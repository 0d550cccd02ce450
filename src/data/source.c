/* The rows of `ingest.sources`, and headers matched to them. */
#include "data/source.h"

#include "data/key.h"

/* clang-format off */
static const struct option_row time_rows[] = {
    OPTION(struct source_time, column, 0, 0, "NAMES",
           "the columns that hold the time, joined by a blank"),
    OPTION(struct source_time, format, 0, 0, "FORMAT",
           "%Y %m %d %b (month name, Spanish or English) %q (quarter) %G %V (year and week) "
           "%H %M %S, other characters stand for themselves"),
    OPTION(struct source_time, take, 0, 1000, "N",
           "only the first N bytes of each; 0 takes all"),
};

static const struct option_row column_rows[] = {
    OPTION_REQUIRED(struct source_column, match, 0, 0, "PATTERN",
                    "columns whose names match; * stands for any characters"),
    OPTION(struct source_column, name, -1, 0, "NAME",
           "what the column is called afterwards (one column only)"),
    OPTION_ENUM(struct source_column, kind, cell_words + 1, "what its cells hold"),
    OPTION(struct source_column, group, -1, 0, "MARK",
           "the mark between groups of three digits; boolean, day and text know none"),
    OPTION(struct source_column, decimal, -1, 0, "MARK",
           "the mark before the fraction of a real; without it the point, or the comma "
           "where group is the point"),
};

static const struct source_column column_defaults = {
    .name = "", .kind = CELL_REAL, .group = "", .decimal = ""};

static const struct option_row one_source_rows[] = {
    OPTION_REQUIRED(struct source, name, 0, 0, "NAME",
                    "what the table is called: letters, digits, _ and -"),
    OPTION_REQUIRED(struct source, path, 0, 0, "PATH",
                    "the CSV file; * in the last part: files in name order, the first "
                    "is the base"),
    OPTION(struct source, delimiter, 0, 0, "CHAR", "what stands between cells"),
    OPTION_ENUM(struct source, on_error, ON_ERROR_WORDS,
                  "a bad row of the base file stops the run, or stands in rejects.csv "
                  "and is left out"),
    OPTION_MAP(struct source, time, time_rows, "where a row's time stands"),
    OPTION(struct source, na_values, 0, 0, "TEXTS",
           "cells that mean a missing value, besides the empty one"),
    OPTION_LIST(struct source, columns, struct source_column, column_rows,
                &column_defaults,
                "what the columns hold; the first rule that matches counts"),
};
/* clang-format on */

static const struct source one_source_defaults = {
    .delimiter = ",", .on_error = ON_ERROR_FAIL, .time = {.format = "%Y-%m-%d"}};

const struct option_row source_rows[1] = {
    OPTION_LIST(struct sources, sources, struct source, one_source_rows,
                &one_source_defaults, "the tables that come in"),
};

const struct source *source_at(const struct sources *s, size_t i)
{
    return (const struct source *)s->sources.v + i;
}

static bool name_is_safe(const char *name)
{
    static const char safe[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return name[0] != '\0' && strspn(name, safe) == strlen(name);
}

/* The child of a map or list that may not be there. */
static const struct yaml_node *map_child(const struct yaml_node *node, const char *key)
{
    return node && node->kind == YAML_MAP ? yaml_get(node, key) : NULL;
}
static const struct yaml_node *list_child(const struct yaml_node *node, size_t i)
{
    return node && node->kind == YAML_LIST && i < node->n ? node->child[i] : NULL;
}

/* Where a complaint belongs: at the key, or, where it is not written down, at the map that
 * lacks it. */
static enum status at_key(const struct yaml_node *map, const char *key, const char *field,
                          struct error *err)
{
    const struct yaml_node *node = map_child(map, key);
    node = node ? node : map;
    error_field(err, field);
    if (node)
        error_at(err, node->path, node->line, node->col);
    if (node && strcmp(node->path, YAML_SET_PATH) == 0)
        err->status = STATUS_USAGE;
    return err->status;
}

static enum status check_column(const struct source_column *rule,
                                const struct yaml_node *node, struct error *err)
{
    const struct cell_kind *kind = &cell_all[rule->kind];
    struct cell_marks marks;
    const char *setting, *hint;
    const char *fault =
        cell_marks(kind, rule->group, rule->decimal, &marks, &setting, &hint);
    if (!fault)
        return STATUS_OK;
    bool group = strcmp(setting, "group") == 0;
    if (hint) {
        error_set(err, STATUS_INPUT, "a column of kind '%s' %s '%s'", kind->name, fault,
                  setting);
        error_hint(err, "leave it out; %s", hint);
    } else {
        error_set(err, STATUS_INPUT, "%s, found %s", fault,
                  QUOTE(group ? rule->group : rule->decimal));
    }
    return at_key(node, setting,
                  group ? "ingest.sources[].columns[].group"
                        : "ingest.sources[].columns[].decimal",
                  err);
}

static enum status check_name(const struct sources *all, size_t i,
                              const struct yaml_node *node, struct error *err)
{
    const char *name = source_at(all, i)->name;
    enum status status = STATUS_OK;
    if (!name_is_safe(name))
        status =
            error_set(err, STATUS_INPUT,
                      "source name %s has other characters than letters, digits, _ and -",
                      QUOTE(name));
    for (size_t j = 0; status == STATUS_OK && j < i; j++)
        if (strcmp(source_at(all, j)->name, name) == 0)
            status =
                error_set(err, STATUS_INPUT, "two sources are called %s", QUOTE(name));
    return status == STATUS_OK ? status
                               : at_key(node, "name", "ingest.sources[].name", err);
}

/* What the step of time needs and the format lacks: else every row would begin a day. */
static const char *lacks(const struct timestep *step, const char *format)
{
    if (!step || !step->minutes)
        return NULL;
    if (!date_format_has(format, 'H'))
        return "rows of hours or minutes need %H in their format";
    return step->every < 60 && !date_format_has(format, 'M')
               ? "rows of minutes need %M in their format"
               : NULL;
}

static enum status check_time(const struct source *s, const struct timestep *step,
                              const struct yaml_node *node, struct error *err)
{
    if (step && s->time.column.n == 0) {
        error_set(err, STATUS_INPUT, "source %s has no time, but the pipeline has",
                  QUOTE(s->name));
        error_hint(err,
                   "add `time: {column: NAME, format: \"%%Y-%%m-%%d\"}` to the source");
        return at_key(node, "time", "ingest.sources[].time", err);
    }
    const char *fault = date_format_fault(s->time.format);
    fault = fault ? fault : lacks(step, s->time.format);
    if (!fault)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "%s, found %s", fault, QUOTE(s->time.format));
    return at_key(map_child(node, "time"), "format", "ingest.sources[].time.format", err);
}

static enum status check_one(const struct sources *all, size_t i,
                             const struct timestep *step, const struct yaml_node *node,
                             struct error *err)
{
    const struct source *s = source_at(all, i);
    const struct source_column *rule = s->columns.v;
    TRY(check_name(all, i, node, err));
    TRY(check_time(s, step, node, err));
    if (strlen(s->delimiter) != 1) {
        error_set(err, STATUS_INPUT, "expected one character as the delimiter, found %s",
                  QUOTE(s->delimiter));
        return at_key(node, "delimiter", "ingest.sources[].delimiter", err);
    }
    if (s->columns.n == 0) {
        error_set(err, STATUS_INPUT, "source %s has no columns", QUOTE(s->name));
        return at_key(node, "columns", "ingest.sources[].columns", err);
    }
    for (size_t c = 0; c < s->columns.n; c++)
        TRY(check_column(&rule[c], list_child(map_child(node, "columns"), c), err));
    return STATUS_OK;
}

enum status source_check(const struct sources *all, const struct pipeline *p,
                         struct error *err)
{
    const struct yaml_node *ingest = map_child(p->root, "ingest");
    const struct yaml_node *list = map_child(ingest, "sources");
    enum status status = STATUS_OK;
    if (all->sources.n == 0) {
        error_set(err, STATUS_INPUT, "no sources are listed");
        status = at_key(ingest, "sources", "ingest.sources", err);
    }
    for (size_t i = 0; status == STATUS_OK && i < all->sources.n; i++)
        status = check_one(all, i, key_step(p), list_child(list, i), err);
    if (status != STATUS_OK)
        error_at(err, p->path, 0, 0);
    return status;
}

/* Names of the header's cells, each once and none empty. */
static enum status read_names(struct csv_reader *reader, const struct csv_record *header,
                              struct arena *mem, struct source_map *map,
                              struct error *err)
{
    map->n_cells = header->n;
    map->header = ARENA_ARRAY(mem, const char *, header->n);
    for (size_t i = 0; i < header->n; i++) {
        const struct csv_field *f = &header->field[i];
        map->header[i] = arena_copy(mem, f->p, f->n);
        enum status status = STATUS_OK;
        if (f->n == 0)
            status = error_set(err, STATUS_INPUT, "column %zu has no name", i + 1);
        for (size_t j = 0; status == STATUS_OK && j < i; j++)
            if (strcmp(map->header[j], map->header[i]) == 0)
                status = error_set(err, STATUS_INPUT,
                                   "column %s stands twice, as cell %zu and %zu",
                                   QUOTE(map->header[i]), j + 1, i + 1);
        if (status != STATUS_OK) {
            csv_error_at(reader, f, NULL, err);
            return status;
        }
    }
    return STATUS_OK;
}

/* The mark that probably stands between the cells of a header which is read as one cell. */
static char other_delimiter(const struct source_map *map)
{
    size_t at = map->n_cells == 1 ? strcspn(map->header[0], ";\t|,") : 0;
    return map->n_cells == 1 ? map->header[0][at] : '\0';
}

/* No column is left for a name or a pattern: there is none, or another one has it. */
static enum status no_column(struct csv_reader *reader, const struct source_map *map,
                             const char *wanted, struct error *err)
{
    const char *near = text_nearest(view_of(wanted), map->header, map->n_cells);
    char other = other_delimiter(map);
    size_t i = 0;
    while (i < map->n_cells && !text_match(wanted, map->header[i]))
        i++;
    if (i < map->n_cells) {
        error_set(err, STATUS_INPUT, "nothing is left for %s: column %s is taken",
                  QUOTE(wanted), QUOTE(map->header[i]));
        error_hint(err, "the time and the rules before have it; put this rule in front");
    } else {
        error_set(err, STATUS_INPUT, "no column is called %s", QUOTE(wanted));
        if (other)
            error_hint(err,
                       "the header is one cell; add `delimiter: \"%s\"` to the source",
                       other == '\t' ? "\\t" : (char[]){other, '\0'});
        else if (near)
            error_hint(err, "there is %s", QUOTE(near));
    }
    error_at(err, csv_path(reader), 1, 0);
    return STATUS_INPUT;
}

static enum status match_time(const struct source *s, struct csv_reader *reader,
                              bool *taken, struct arena *mem, struct source_map *map,
                              struct error *err)
{
    map->n_time = s->time.column.n;
    map->time = ARENA_ARRAY(mem, size_t, map->n_time + 1);
    for (size_t t = 0; t < map->n_time; t++) {
        size_t i = 0;
        while (i < map->n_cells && strcmp(map->header[i], s->time.column.v[t]) != 0)
            i++;
        if (i == map->n_cells)
            return no_column(reader, map, s->time.column.v[t], err);
        map->time[t] = i;
        taken[i] = true;
    }
    return STATUS_OK;
}

static enum status match_rule(const struct source_column *rule, struct csv_reader *reader,
                              bool *taken, struct source_map *map, struct error *err)
{
    const char *setting, *hint;
    size_t before = map->p;
    for (size_t i = 0; i < map->n_cells; i++) {
        if (taken[i] || !text_match(rule->match, map->header[i]))
            continue;
        if (rule->name[0] != '\0' && map->p > before)
            return error_set(err, STATUS_INPUT,
                             "pattern %s, renamed to %s, matches two columns",
                             QUOTE(rule->match), QUOTE(rule->name));
        taken[i] = true;
        map->cell[map->p] = i;
        map->name[map->p] = rule->name[0] != '\0' ? rule->name : map->header[i];
        map->kind[map->p] = &cell_all[rule->kind];
        (void)cell_marks(map->kind[map->p], rule->group, rule->decimal,
                         &map->marks[map->p], &setting, &hint); // source_check saw them
        map->p++;
    }
    return map->p > before ? STATUS_OK : no_column(reader, map, rule->match, err);
}

enum status source_match(const struct source *s, struct csv_reader *reader,
                         const struct csv_record *header, struct arena *mem,
                         struct source_map *ret, struct error *err)
{
    struct source_map map = {0};
    TRY(read_names(reader, header, mem, &map, err));
    bool *taken = ARENA_ARRAY(mem, bool, header->n);
    map.cell = ARENA_ARRAY(mem, size_t, header->n);
    map.name = ARENA_ARRAY(mem, const char *, header->n);
    map.kind = ARENA_ARRAY(mem, const struct cell_kind *, header->n);
    map.marks = ARENA_ARRAY(mem, struct cell_marks, header->n);
    TRY(match_time(s, reader, taken, mem, &map, err));
    const struct source_column *rule = s->columns.v;
    for (size_t i = 0; i < s->columns.n; i++)
        TRY(match_rule(&rule[i], reader, taken, &map, err));
    *ret = map;
    return STATUS_OK;
}

/* Moves item i of an array to place `to` before it. */
static void move(void *array, size_t i, size_t to, size_t size)
{
    char *p = array, item[sizeof(struct cell_marks) + sizeof(void *)];
    memcpy(item, p + i * size, size);
    memmove(p + (to + 1) * size, p + to * size, (i - to) * size);
    memcpy(p + to * size, item, size);
}

/* The columns of texts or whole numbers that say which row is which. */
struct source_lead {
    const char *column, *does, *are;
};

static enum status refuse_lead(const struct source_map *map, const struct source_lead *l,
                               size_t i, const char *source, const char *path,
                               struct error *err)
{
    if (i == map->p) {
        error_set(err, STATUS_INPUT, "source %s has no column %s, which %s its rows",
                  QUOTE(source), QUOTE(l->column), l->does);
        if (!error_nearest(err, view_of(l->column), map->name, map->p))
            error_hint(err, "add `{match: %s, kind: text}` to the source's columns",
                       l->column);
    } else {
        error_set(err, STATUS_INPUT,
                  "%s are texts or whole numbers, but column %s is of kind %s", l->are,
                  QUOTE(l->column), map->kind[i]->name);
        error_hint(err, "add `{match: %s, kind: text}` in front of the source's columns",
                   l->column);
    }
    error_at(err, path, 1, 0);
    return STATUS_INPUT;
}

/* Moves the column to place `to`. */
static enum status lead(struct source_map *map, const struct source_lead *l, size_t to,
                        const char *source, const char *path, struct error *err)
{
    size_t i = 0;
    while (i < map->p && strcmp(map->name[i], l->column) != 0)
        i++;
    if (i == map->p ||
        (map->kind[i]->type != TYPE_TEXT && map->kind[i]->type != TYPE_INT64))
        return refuse_lead(map, l, i, source, path, err);
    move(map->cell, i, to, sizeof *map->cell);
    move(map->name, i, to, sizeof *map->name);
    move(map->kind, i, to, sizeof *map->kind);
    move(map->marks, i, to, sizeof *map->marks);
    return STATUS_OK;
}

enum status source_names(struct source_map *map, const struct pipeline *p, bool has_ids,
                         const char *source, const char *path, struct error *err)
{
    const struct source_lead group = {p->group, "groups", "groups"};
    const struct source_lead id = {p->id, "names", "ids"};
    map->grouped = p->group != NULL;
    map->named = p->id && has_ids;
    if (map->grouped)
        TRY(lead(map, &group, 0, source, path, err));
    return map->named ? lead(map, &id, map->grouped, source, path, err) : STATUS_OK;
}
