/* The log of moves: a JSON object a line.
 *
 * aliases.json vouches for the bytes that count, with their checksum.  What stands behind
 * them was written by a move that did not come to its end. */
#include <string.h>

#include "file/file.h"
#include "registry/registry_internal.h"

static enum status get_version(const json_t *object, const char *key, const char *path,
                               size_t *ret, struct error *err)
{
    *ret = 0;
    if (json_is_null(json_object_get(object, key)))
        return STATUS_OK;
    TRY(json_get_size(object, key, path, ret, err));
    return *ret > 0 ? STATUS_OK : error_refuse(err, path, key, "no version is called 0");
}

static enum status get_copy(const json_t *object, const char *key, const char *path,
                            struct arena *mem, const char **ret, struct error *err)
{
    const char *text;
    TRY(json_get_text(object, key, path, &text, err));
    *ret = arena_string(mem, text);
    return STATUS_OK;
}

static enum status read_members(json_t *object, const char *path, struct arena *mem,
                                struct registry_moved *ret, struct error *err)
{
    static const char *const known[] = {"time", "who",     "alias", "from",
                                        "to",   "content", "why"};
    struct registry_moved m = {0};
    struct error why;
    if (!json_is_object(object))
        return json_mismatch(object, "an object", path, err);
    TRY(json_known_keys(object, known, COUNT_OF(known), path, err));
    TRY(get_copy(object, "time", path, mem, &m.time, err));
    TRY(get_copy(object, "who", path, mem, &m.who, err));
    TRY(get_copy(object, "alias", path, mem, &m.alias, err));
    if (registry_check_alias(m.alias, &why) != STATUS_OK)
        return error_refuse(err, path, "alias", "%s", why.message);
    TRY(get_version(object, "from", path, &m.from, err));
    TRY(get_version(object, "to", path, &m.to, err));
    if (m.to > 0)
        TRY(get_copy(object, "content", path, mem, &m.content, err));
    TRY(get_copy(object, "why", path, mem, &m.why, err));
    *ret = m;
    return STATUS_OK;
}

static enum status read_line(struct view line, const char *path, struct arena *mem,
                             struct registry_moved *ret, struct error *err)
{
    json_error_t fault;
    json_t *object = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &fault);
    if (!object)
        return error_refuse(err, path, NULL, "not valid JSON: %s", fault.text);
    enum status status = read_members(object, path, mem, ret, err);
    json_decref(object);
    return status;
}

enum status registry_log_parse(struct view text, const char *path, struct arena *mem,
                               struct registry_moved **ret, size_t *ret_n,
                               struct error *err)
{
    struct registry_moved *moved = NULL;
    size_t n = 0, cap = 0;
    for (size_t at = 0; at < text.n; n++) {
        const char *begin = text.p + at, *end = memchr(begin, '\n', text.n - at);
        if (!end)
            return error_refuse(err, path, NULL, "the last line has no end");
        ARENA_ROOM(mem, moved, n, cap, 16);
        if (read_line((struct view){begin, (size_t)(end - begin)}, path, mem, &moved[n],
                      err) != STATUS_OK) {
            error_at(err, path, n + 1, 0);
            return STATUS_INPUT;
        }
        at += (size_t)(end - begin) + 1;
    }
    *ret = moved;
    *ret_n = n;
    return STATUS_OK;
}

bool registry_log_fits(const struct registry_aliases *a, struct view bytes)
{
    char sum[CHECKSUM_TEXT];
    if (bytes.n < a->table.bytes)
        return false;
    checksum_of(bytes.p, a->table.bytes, sum);
    return strcmp(sum, a->table.checksum) == 0;
}

/* Says what is wrong with a log that does not fit. */
static enum status refuse_log(const char *path, const struct registry_aliases *a,
                              size_t n, struct error *err)
{
    if (n < a->table.bytes)
        return error_refuse(err, path, NULL,
                            "the file holds %zu bytes, " REGISTRY_ALIASES
                            " was written with one of %zu",
                            n, a->table.bytes);
    return error_refuse(err, path, NULL,
                        "the file was changed after it was written: " REGISTRY_ALIASES
                        " has another checksum for it");
}

enum status registry_log_text(const struct registry *r, const struct registry_aliases *a,
                              struct arena *mem, struct view *ret, struct error *err)
{
    const char *path = registry_path(r, REGISTRY_LOG, mem);
    const char *next = registry_path(r, REGISTRY_LOG_NEXT, mem);
    struct view text = {"", 0};
    struct error none;
    if (a->moves > 0) {
        TRY(file_read(path, REGISTRY_LOG_BYTES, mem, &text, err));
        // Between two renames of registry_rewrite the log that counts is the next one.
        struct view other;
        if (!registry_log_fits(a, text) && file_exists(next) &&
            file_read(next, REGISTRY_LOG_BYTES, mem, &other, &none) == STATUS_OK &&
            registry_log_fits(a, other))
            text = other;
        if (!registry_log_fits(a, text))
            return refuse_log(path, a, text.n, err);
        text.n = a->table.bytes;
    }
    *ret = text;
    return STATUS_OK;
}

enum status registry_log(const struct registry *r, const struct registry_aliases *a,
                         struct arena *mem, struct registry_moved **ret, size_t *ret_n,
                         struct error *err)
{
    const char *path = registry_path(r, REGISTRY_LOG, mem);
    struct registry_moved *moved;
    struct view text;
    size_t n;
    TRY(registry_log_text(r, a, mem, &text, err));
    TRY(registry_log_parse(text, path, mem, &moved, &n, err));
    if (n != a->moves)
        return error_refuse(err, path, NULL,
                            "the log holds %zu lines, " REGISTRY_ALIASES " counts %zu", n,
                            a->moves);
    *ret = moved;
    *ret_n = n;
    return STATUS_OK;
}

enum status registry_before(const struct registry *r, const char *alias,
                            struct arena *mem, size_t *ret, struct error *err)
{
    struct registry_aliases a;
    struct registry_moved *moved;
    size_t n;
    TRY(registry_aliases(r, mem, &a, err));
    TRY(registry_log(r, &a, mem, &moved, &n, err));
    while (n > 0 && strcmp(moved[n - 1].alias, alias) != 0)
        n--;
    if (n == 0 || moved[n - 1].from == 0)
        return error_refuse(err, registry_path(r, REGISTRY_LOG, mem), NULL,
                            "%s never meant another version", QUOTE(alias));
    *ret = moved[n - 1].from;
    return STATUS_OK;
}

static json_t *version_json(size_t version)
{
    return version > 0 ? json_integer((json_int_t)version) : json_null();
}

void registry_log_line(const struct registry_moved *m, struct text *out)
{
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:o, s:o, s:s?, s:s}", "time", m->time, "who", m->who,
                  "alias", m->alias, "from", version_json(m->from), "to",
                  version_json(m->to), "content", m->content, "why", m->why);
    char *dumped = json_dumps(line, JSON_COMPACT);
    text_puts(out, dumped ? dumped : "");
    text_putc(out, '\n');
    free(dumped);
    json_decref(line);
}
