/* aliases.json and the log: read, and what must hold in them. */
#include <string.h>
#include <strings.h>

#include "file/file.h"
#include "registry/registry_internal.h"

enum { FORMAT = 1, MAX_ALIAS = 255 };

static const struct member alias_members[] = {MEMBER(struct registry_alias, version)};

static const struct member members[] = {
    MEMBER(struct registry_aliases, format),
    MEMBER(struct registry_aliases, pipeline),
    MEMBER(struct registry_aliases, moves),
    MEMBER_MAP_OF(struct registry_aliases, aliases, alias, n, alias_members),
    MEMBER_TABLES(struct registry_aliases, table),
};

static bool all_digits(const char *p)
{
    return p[0] && !p[strspn(p, "0123456789")];
}

enum status registry_check_alias(const char *name, struct error *err)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t n = strlen(name);
    bool number = all_digits(name + (name[0] == 'v' || name[0] == 'V'));
    if (n > 0 && n <= MAX_ALIAS && !name[strspn(name, allowed)] && !number &&
        strcasecmp(name, "latest") != 0)
        return STATUS_OK;
    error_set(err, STATUS_USAGE, "%s cannot be an alias", QUOTE(name));
    error_hint(err,
               "letters, digits, '_' and '-'; neither 'latest' nor a version's number");
    return STATUS_USAGE;
}

enum status registry_aliases_write(const struct registry_aliases *a, struct output *out,
                                   struct error *err)
{
    struct registry_aliases current = *a;
    current.format = FORMAT;
    return document_write(out, DOCUMENT(members), &current, err);
}

static enum status check_names(const struct registry_aliases *a, const char *path,
                               struct error *err)
{
    for (size_t i = 0; i < a->n; i++) {
        struct error why;
        if (registry_check_alias(a->alias[i].name, &why) != STATUS_OK)
            return error_refuse(err, path, "aliases", "%s", why.message);
        if (a->alias[i].version == 0)
            return error_refuse(err, path, "aliases", "%s names version 0",
                                QUOTE(a->alias[i].name));
        if (i > 0 && strcmp(a->alias[i - 1].name, a->alias[i].name) >= 0)
            return error_refuse(err, path, "aliases", "the names are not sorted");
    }
    return STATUS_OK;
}

enum status registry_aliases_parse(const char *path, struct view text,
                                   const char *pipeline, struct arena *mem,
                                   struct registry_aliases *ret, struct error *err)
{
    struct registry_aliases a = {0};
    TRY(document_parse(path, text, DOCUMENT(members), mem, &a, err));
    TRY(registry_check_head(path, a.format, FORMAT, "the names are", a.pipeline, pipeline,
                            err));
    if (strcmp(a.table.file, REGISTRY_LOG) != 0)
        return error_refuse(err, path, "tables", "expected %s, found %s", REGISTRY_LOG,
                            QUOTE(a.table.file));
    TRY(check_names(&a, path, err));
    *ret = a;
    return STATUS_OK;
}

static enum status read_aliases(const struct registry *r, const char *path,
                                struct arena *mem, struct registry_aliases *ret,
                                struct error *err)
{
    struct view text;
    TRY(file_read(path, REGISTRY_ALIASES_BYTES, mem, &text, err));
    return registry_aliases_parse(path, text, r->pipeline, mem, ret, err);
}

/* The lines of the log, the last one with or without its end; 0: there is no log. */
static enum status count_lines(const char *path, size_t *ret, struct error *err)
{
    struct arena mem = {0};
    struct view text = {"", 0};
    enum status status = STATUS_OK;
    if (file_exists(path))
        status = file_read(path, REGISTRY_LOG_BYTES, &mem, &text, err);
    *ret = text.n > 0 && text.p[text.n - 1] != '\n';
    for (size_t i = 0; i < text.n; i++)
        *ret += text.p[i] == '\n';
    arena_release(&mem);
    return status;
}

enum status registry_aliases(const struct registry *r, struct arena *mem,
                             struct registry_aliases *ret, struct error *err)
{
    const char *path = registry_path(r, REGISTRY_ALIASES, mem);
    const char *log = registry_path(r, REGISTRY_LOG, mem);
    size_t n;
    if (file_exists(path))
        return read_aliases(r, path, mem, ret, err);
    TRY(count_lines(log, &n, err));
    if (n > 1 && file_exists(path)) // the first names came meanwhile
        return read_aliases(r, path, mem, ret, err);
    if (n > 1) { // the first move, killed, leaves one: names were here, and are lost
        error_set(err, STATUS_INPUT,
                  REGISTRY_ALIASES " is missing beside a log of %zu moves", n);
        error_at(err, log, 0, 0);
        error_hint(err, "bring it back from git or a copy, or take the log away, too");
        return STATUS_INPUT;
    }
    *ret = (struct registry_aliases){.format = FORMAT,
                                     .pipeline = r->pipeline,
                                     .table = {.file = REGISTRY_LOG, .checksum = ""}};
    return STATUS_OK;
}

void registry_hint_production(const struct registry *r, struct error *err)
{
    error_hint(
        err,
        "it is production: bring it back from git, a copy or by 'bin/registry pull "
        "%s', or let another be: 'bin/registry promote %s VERSION --why \"…\"'",
        r->pipeline, r->pipeline);
}

size_t registry_aliased(const struct registry_aliases *a, const char *name)
{
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->alias[i].name, name) == 0)
            return a->alias[i].version;
    return 0;
}

bool registry_means(const struct registry_aliases *a, size_t version)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->alias[i].version == version)
            return true;
    return false;
}

void registry_aliases_put(struct registry_aliases *a, const char *name, size_t version,
                          struct arena *mem)
{
    struct registry_alias *alias = ARENA_ARRAY(mem, struct registry_alias, a->n + 1);
    size_t n = 0, i = 0;
    for (; i < a->n && strcmp(a->alias[i].name, name) < 0; i++)
        alias[n++] = a->alias[i];
    if (version > 0)
        alias[n++] = (struct registry_alias){name, version};
    if (i < a->n && strcmp(a->alias[i].name, name) == 0)
        i++;
    for (; i < a->n; i++)
        alias[n++] = a->alias[i];
    a->alias = alias;
    a->n = n;
}

bool registry_aliases_same(const struct registry_aliases *a,
                           const struct registry_aliases *b)
{
    bool same = a->moves == b->moves && a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = strcmp(a->alias[i].name, b->alias[i].name) == 0 &&
               a->alias[i].version == b->alias[i].version;
    return same;
}
