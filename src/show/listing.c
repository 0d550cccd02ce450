/* Tables as cells. */
#include "show/listing.h"

#include <math.h>

#include "base/date.h"
#include "base/number.h"
#include "file/json.h"

/* Files whose name says that they are no table: their first comma would be complained of
 * otherwise. */
static enum status refuse_others(const char *path, struct error *err)
{
    static const char *const names[] = {"*.html", "*.yaml", "*.yml", "*.lock", "*.md",
                                        "*.png",  "*.c",    "*.h",   "*.dvc",  "*.gz"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!text_match(names[i], path))
            continue;
        error_set(err, STATUS_INPUT, "%s is no Arrow, CSV or JSON file",
                  QUOTE_PATH(path));
        if (i == 0)
            error_hint(err, "a browser shows it");
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

static enum status tell_kind(struct listing *s, struct error *err)
{
    struct mapping map;
    if (file_exists(s->path))
        TRY(refuse_others(s->path, err));
    TRY(file_map(s->path, &map, err));
    s->kind = LISTING_CSV;
    if (map.n >= 6 && memcmp(map.p, "ARROW1", 6) == 0)
        s->kind = LISTING_ARROW;
    else if (text_match("*.arrow", s->path) || text_match("*.feather", s->path))
        s->kind = LISTING_ARROW; // damaged, or a stream: the reader says which
    else if (text_match("*.json", s->path))
        s->kind = LISTING_JSON;
    file_unmap(&map);
    return STATUS_OK;
}

static enum status open_arrow(struct listing *s, struct error *err)
{
    TRY(arrow_open(s->path, s->mem, &s->arrow, err));
    const struct schema *schema = arrow_schema(s->arrow);
    s->p = schema->n;
    s->name = ARENA_ARRAY(s->mem, const char *, s->p);
    for (size_t c = 0; c < s->p; c++)
        s->name[c] = schema->field[c].name;
    return STATUS_OK;
}

static enum status open_csv(struct listing *s, struct error *err)
{
    struct csv_limits limits = csv_defaults;
    struct csv_record header;
    limits.delimiter = s->delimiter;
    TRY(csv_open(s->path, &limits, s->mem, &s->csv, err));
    TRY(csv_next(s->csv, &header, err));
    if (header.n == 0) {
        error_set(err, STATUS_INPUT, "the file is empty; expected a header");
        error_at(err, s->path, 1, 0);
        return STATUS_INPUT;
    }
    s->p = header.n;
    s->name = ARENA_ARRAY(s->mem, const char *, s->p);
    for (size_t c = 0; c < s->p; c++)
        s->name[c] = arena_copy(s->mem, header.field[c].p, header.field[c].n);
    return STATUS_OK;
}

static size_t count_leaves(const json_t *v)
{
    size_t n = 0, i;
    const char *key;
    json_t *child;
    if (json_is_object(v))
        json_object_foreach(json_unconst(v), key, child)
            n += count_leaves(child);
    else if (json_is_array(v))
        json_array_foreach(v, i, child)
            n += count_leaves(child);
    else
        n = 1;
    return n;
}

static void add_leaves(struct listing *s, const char *path, const json_t *v)
{
    size_t i;
    const char *key, *dot = path[0] ? "." : "";
    json_t *child;
    if (json_is_object(v)) {
        json_object_foreach(json_unconst(v), key, child)
            add_leaves(s, arena_format(s->mem, "%s%s%s", path, dot, key), child);
    } else if (json_is_array(v)) {
        json_array_foreach(v, i, child)
            add_leaves(s, arena_format(s->mem, "%s[%zu]", path, i), child);
    } else {
        char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
        s->lines[s->n_lines].path = path;
        s->lines[s->n_lines++].value = json_is_string(v)
                                           ? json_string_value(v)
                                           : arena_string(s->mem, text ? text : "");
        free(text);
    }
}

static enum status open_json(struct listing *s, struct error *err)
{
    static const char *const names[] = {"path", "value"};
    TRY(json_read(s->path, &s->json, err));
    s->lines = arena_array(s->mem, count_leaves(s->json) + 1, sizeof *s->lines);
    add_leaves(s, "", s->json);
    s->p = 2;
    s->name = ARENA_ARRAY(s->mem, const char *, 2);
    memcpy(s->name, names, sizeof names);
    return STATUS_OK;
}

enum status listing_open(struct listing *s, const char *path, char delimiter,
                         struct arena *mem, struct error *err)
{
    *s = (struct listing){.path = path, .mem = mem, .delimiter = delimiter};
    TRY(tell_kind(s, err));
    if (s->kind == LISTING_ARROW)
        TRY(open_arrow(s, err));
    else if (s->kind == LISTING_JSON)
        TRY(open_json(s, err));
    else
        TRY(open_csv(s, err));
    s->cells = ARENA_ARRAY(mem, struct listing_cell, s->p);
    s->date = arena_array(mem, s->p, sizeof *s->date);
    return STATUS_OK;
}

static struct listing_cell arrow_cell(struct listing *s, size_t c)
{
    const struct column *col = &s->batch.column[c];
    enum type type = arrow_schema(s->arrow)->field[c].type;
    size_t i = s->i;
    if (!column_present(col, i))
        return (struct listing_cell){.kind = LISTING_MISSING};
    switch (type) {
    case TYPE_REAL:
        return (struct listing_cell){.kind = LISTING_NUMBER,
                                     .number = ((const double *)col->values)[i]};
    case TYPE_INT64:
        return (struct listing_cell){.kind = LISTING_INTEGER,
                                     .integer = ((const int64_t *)col->values)[i]};
    case TYPE_INT32:
        return (struct listing_cell){.kind = LISTING_INTEGER,
                                     .integer = ((const int32_t *)col->values)[i]};
    case TYPE_BOOL:
        return (struct listing_cell){
            .kind = LISTING_BOOL,
            .integer = ((const uint8_t *)col->values)[i >> 3] >> (i & 7) & 1};
    case TYPE_DATE:
        date_text(((const int32_t *)col->values)[i], s->date[c]);
        return (struct listing_cell){.kind = LISTING_TEXT, .text = view_of(s->date[c])};
    case TYPE_TIME:
        moment_text(moment_of(((const int64_t *)col->values)[i]), s->date[c]);
        return (struct listing_cell){.kind = LISTING_TEXT, .text = view_of(s->date[c])};
    case TYPE_TEXT: break;
    }
    return (struct listing_cell){
        .kind = LISTING_TEXT,
        .text = {(const char *)col->values + col->offsets[i],
                 (size_t)(col->offsets[i + 1] - col->offsets[i])}};
}

static enum status next_arrow(struct listing *s, struct error *err)
{
    s->i++;
    while (!s->batch.column || s->i >= s->batch.n) {
        if (s->batch.column)
            arrow_forget(s->arrow, s->b - 1);
        if (s->b == arrow_batches(s->arrow))
            return STATUS_OK;
        TRY(arrow_read(s->arrow, s->b++, &s->batch, err));
        s->i = 0;
    }
    s->cell = s->cells;
    for (size_t c = 0; c < s->p; c++)
        s->cells[c] = arrow_cell(s, c);
    return STATUS_OK;
}

static enum status next_csv(struct listing *s, struct error *err)
{
    struct csv_record rec;
    TRY(csv_next(s->csv, &rec, err));
    if (rec.n == 0)
        return STATUS_OK;
    if (rec.n != s->p) {
        error_set(err, STATUS_INPUT, "expected %zu cells, found %zu", s->p, rec.n);
        csv_error_at(s->csv, &rec.field[rec.n > s->p ? s->p : rec.n - 1], NULL, err);
        error_hint(err,
                   rec.n > s->p
                       ? "a cell that holds the delimiter must stand in double quotes"
                       : "every row needs as many cells as the header");
        return STATUS_INPUT;
    }
    s->cell = s->cells;
    for (size_t c = 0; c < s->p; c++)
        s->cells[c] = (struct listing_cell){.kind = LISTING_TEXT,
                                            .text = {rec.field[c].p, rec.field[c].n}};
    return STATUS_OK;
}

enum status listing_next(struct listing *s, struct error *err)
{
    s->cell = NULL;
    if (s->kind == LISTING_ARROW)
        return next_arrow(s, err);
    if (s->kind == LISTING_CSV)
        return next_csv(s, err);
    if (s->line == s->n_lines)
        return STATUS_OK;
    s->cell = s->cells;
    s->cells[0] = (struct listing_cell){.kind = LISTING_TEXT,
                                        .text = view_of(s->lines[s->line].path)};
    s->cells[1] = (struct listing_cell){.kind = LISTING_TEXT,
                                        .text = view_of(s->lines[s->line].value)};
    s->line++;
    return STATUS_OK;
}

void listing_close(struct listing *s)
{
    arrow_close(s->arrow);
    csv_close(s->csv);
    json_decref(s->json);
    *s = (struct listing){.path = s->path};
}

double listing_real(const struct listing_cell *c)
{
    double x = NAN;
    if (c->kind == LISTING_NUMBER)
        x = c->number;
    else if (c->kind == LISTING_INTEGER || c->kind == LISTING_BOOL)
        x = (double)c->integer;
    else if (c->kind == LISTING_TEXT)
        (void)number_parse(c->text.p, c->text.n, &x);
    return x;
}

struct view listing_text(const struct listing_cell *c, char *buffer)
{
    switch (c->kind) {
    case LISTING_MISSING: return (struct view){"", 0};
    case LISTING_TEXT: return c->text;
    case LISTING_NUMBER: return (struct view){buffer, number_csv(c->number, buffer)};
    case LISTING_INTEGER:
        snprintf(buffer, 40, "%lld", (long long)c->integer);
        return view_of(buffer);
    case LISTING_BOOL: return c->integer ? VIEW("true") : VIEW("false");
    }
    return (struct view){"", 0};
}

/* The patterns one by one; in what is given commas separate them. */
static struct texts patterns(const struct texts *given, struct arena *mem)
{
    size_t n = 0, most = given->n;
    for (size_t i = 0; i < given->n; i++)
        for (const char *c = given->v[i]; *c; c++)
            most += *c == ',';
    const char **v = ARENA_ARRAY(mem, const char *, most);
    for (size_t i = 0; i < given->n; i++)
        for (const char *part = given->v[i]; part;) {
            const char *comma = strchr(part, ',');
            size_t length = comma ? (size_t)(comma - part) : strlen(part);
            v[n++] = arena_copy(mem, part, length);
            part = comma ? comma + 1 : NULL;
        }
    return (struct texts){n, v};
}

static enum status no_match(const char *pattern, const struct listing *s,
                            struct error *err)
{
    const char *near = text_nearest(view_of(pattern), s->name, s->p);
    error_set(err, STATUS_USAGE, "no column matches %s", QUOTE(pattern));
    if (near)
        error_hint(err, "did you mean %s?", QUOTE(near));
    else
        error_hint(err, "'bin/show FILE --format stats' lists the columns");
    return STATUS_USAGE;
}

enum status listing_choose(const struct listing *s, const struct texts *given,
                           struct arena *mem, size_t **ret_column, size_t *ret_n,
                           struct error *err)
{
    struct texts wanted = patterns(given, mem);
    bool *chosen = ARENA_ARRAY(mem, bool, s->p);
    for (size_t i = 0; i < wanted.n; i++) {
        bool matched = false;
        for (size_t c = 0; c < s->p; c++)
            if (text_match(wanted.v[i], s->name[c]))
                matched = chosen[c] = true;
        if (!matched)
            return no_match(wanted.v[i], s, err);
    }
    size_t *column = ARENA_ARRAY(mem, size_t, s->p), n = 0;
    for (size_t c = 0; c < s->p; c++)
        if (wanted.n == 0 || chosen[c])
            column[n++] = c;
    *ret_column = column;
    *ret_n = n;
    return STATUS_OK;
}

json_t *listing_json(const struct listing_cell *c)
{
    switch (c->kind) {
    case LISTING_TEXT: return json_stringn(c->text.p, c->text.n);
    case LISTING_NUMBER: return isfinite(c->number) ? json_real(c->number) : json_null();
    case LISTING_INTEGER: return json_integer(c->integer);
    case LISTING_BOOL: return json_boolean(c->integer != 0);
    case LISTING_MISSING: break;
    }
    return json_null();
}
