/* Any bytes, in both dialects: refused with a place in the file, or values within the caps
 * that are found by name and, written out again quoted, come back the same. */
#include "fuzz/fuzz.h"

#include "config/ini.h"

static void require_place(const struct error *err, size_t n)
{
    require(err->status == STATUS_INPUT && err->message[0]);
    require(err->loc.line > 0 && err->loc.line <= n + 1);
    require(err->loc.col > 0 && err->loc.col <= n + 1);
}

static void require_values(const struct ini *ini, size_t size)
{
    require(ini->n <= INI_MAX_VALUES);
    for (size_t i = 0; i < ini->n; i++) {
        const struct ini_value *v = &ini->v[i];
        require(v->section[0] && v->key[0] && v->line > 0 && v->line <= size + 1);
        require(strlen(v->value) <= size && !strchr(v->value, '\n'));
        require(ini_find(ini, v->section, v->key) == v);
    }
}

/* Quotes a value as ConfigObj does; false where only triple quotes would do. */
static bool quote(const char *value, struct text *out)
{
    char sign = strchr(value, '"') ? '\'' : '"';
    if (strchr(value, sign))
        return false;
    text_addf(out, "%c%s%c", sign, value, sign);
    return true;
}

static void check_written(const struct ini *ini, struct arena *mem)
{
    for (size_t i = 0; i < ini->n && i < 64; i++) {
        struct text out = {.mem = mem};
        struct error err = {0};
        struct ini back;
        text_puts(&out, "[s]\nk = ");
        if (!quote(ini->v[i].value, &out))
            continue;
        struct view bytes = {out.p, out.n};
        require(ini_parse("again", bytes, INI_DVC, mem, &back, &err) == STATUS_OK);
        require(back.n == 1 && strcmp(back.v[0].value, ini->v[i].value) == 0);
    }
}

static void check(enum ini_dialect dialect, struct view bytes, struct arena *mem)
{
    struct error err = {0};
    struct ini ini;
    if (ini_parse("fuzz", bytes, dialect, mem, &ini, &err) == STATUS_OK) {
        require(err.status == STATUS_OK);
        require_values(&ini, bytes.n);
        if (dialect == INI_DVC)
            check_written(&ini, mem);
    } else {
        require_place(&err, bytes.n);
    }
}

static void try_input(struct view input, struct arena *mem)
{
    check(INI_DVC, input, mem);
    check(INI_AWS, input, mem);
}
