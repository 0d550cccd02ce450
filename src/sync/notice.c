/* Writing and reading notices. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // getrandom
#endif

#include "sync/notice.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "file/json.h"

enum { FORMAT = 1, HALF_BYTES = 8, ID_BYTES = 2 * HALF_BYTES };

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

#define ENDING ".json"
#define UNKNOWN_LIMIT_S 86400.0 // of a notice whose name a later version may have made

/* The half of an id that tells this machine, until it is started anew; zeros where there
 * is no telling. */
static void machine(unsigned char out[HALF_BYTES])
{
    char text[64], hex[SHA256_HEX];
    FILE *f = fopen(BOOT_ID, "re");
    size_t n = f ? fread(text, 1, sizeof(text), f) : 0;
    if (f)
        fclose(f);
    memset(out, 0, HALF_BYTES);
    if (n == 0)
        return;
    digest_hex_of(DIGEST_SHA256, text, n, hex);
    (void)digest_unhex((struct view){hex, 2 * HALF_BYTES}, out, HALF_BYTES);
}

static bool is_here(const unsigned char id[ID_BYTES])
{
    static const unsigned char none[HALF_BYTES];
    unsigned char here[HALF_BYTES];
    machine(here);
    return memcmp(here, none, HALF_BYTES) != 0 && memcmp(here, id, HALF_BYTES) == 0;
}

const char *notice_key(bool gc, size_t limit_s, struct arena *mem)
{
    unsigned char id[ID_BYTES];
    char hex[2 * ID_BYTES + 1];
    machine(id);
    (void)!RESTART(getrandom(id + HALF_BYTES, HALF_BYTES, 0)); // so few come all at once
    digest_hex(id, sizeof(id), hex);
    return arena_format(mem, NOTICE_FOLDER "%s-%zu-%s" ENDING, gc ? "gc" : "push",
                        limit_s, hex);
}

bool notice_is_key(const char *key)
{
    return strncmp(key, NOTICE_FOLDER, sizeof(NOTICE_FOLDER) - 1) == 0;
}

/* Takes "<kind>-<seconds>-<id>.json" apart. */
static void read_name(const char *name, struct notice *n)
{
    unsigned char id[ID_BYTES];
    const char *number = strchr(name, '-'), *rest = number ? strchr(number + 1, '-') : 0;
    size_t limit_s, kind = number ? (size_t)(number - name) : 0;
    bool gc = kind == 2 && memcmp(name, "gc", 2) == 0;
    bool push = kind == 4 && memcmp(name, "push", 4) == 0;
    n->limit_s = UNKNOWN_LIMIT_S;
    if (!rest || (!gc && !push) ||
        strlen(rest) != 2 * ID_BYTES + sizeof("-" ENDING) - 1 ||
        strcmp(rest + 1 + 2 * ID_BYTES, ENDING) != 0 ||
        !digest_unhex((struct view){rest + 1, 2 * ID_BYTES}, id, ID_BYTES) ||
        !text_size((struct view){number + 1, (size_t)(rest - number) - 1}, &limit_s))
        return;
    n->gc = gc;
    n->here = is_here(id);
    n->limit_s = (double)limit_s;
}

void notice_write(const char *const *keys, size_t n, struct text *out)
{
    text_addf(out, "{\n  \"format\": %d,\n  \"keys\": [", FORMAT);
    for (size_t i = 0; i < n; i++)
        text_addf(out, "%s\n    \"%s\"", i ? "," : "", keys[i]);
    text_puts(out, n ? "\n  ]\n}\n" : "]\n}\n");
}

static enum status read_keys(const json_t *root, const char *path, struct arena *mem,
                             struct texts *ret, struct error *err)
{
    size_t format;
    json_t *keys;
    TRY(json_get_size(root, "format", path, &format, err));
    TRY(json_get_array(root, "keys", path, &keys, err));
    size_t n = json_array_size(keys);
    const char **v = ARENA_ARRAY(mem, const char *, n);
    bool good = format == FORMAT;
    for (size_t i = 0; i < n && good; i++) {
        const char *key = json_string_value(json_array_get(keys, i));
        good = key != NULL;
        v[i] = key ? arena_string(mem, key) : NULL;
    }
    if (!good)
        return error_refuse(err, path, NULL, "expected keys in format %d", FORMAT);
    *ret = (struct texts){n, v};
    return STATUS_OK;
}

enum status notice_parse(const char *path, struct view bytes, struct arena *mem,
                         struct texts *ret, struct error *err)
{
    json_error_t fault;
    CLEANUP(json_release)
    json_t *root = json_loadb(bytes.p, bytes.n, JSON_REJECT_DUPLICATES, &fault);
    if (root)
        return read_keys(root, path, mem, ret, err);
    error_set(err, STATUS_INPUT, "not valid JSON: %s", fault.text);
    error_at(err, path, fault.line > 0 ? (size_t)fault.line : 0, 0);
    return STATUS_INPUT;
}

double notice_now(const struct remote_objects *listing, const char *own)
{
    const struct remote_object *o = own ? remote_objects_find(listing, own) : NULL;
    double now_s;
    return o && remote_time(o->modified, &now_s) ? now_s : (double)time(NULL);
}

void notice_find(const struct remote_objects *listing, double now_s, struct arena *mem,
                 struct notices *ret)
{
    struct notices found = {ARENA_ARRAY(mem, struct notice, listing->n), 0};
    for (size_t i = 0; i < listing->n; i++) {
        const struct remote_object *o = &listing->v[i];
        struct notice n = {.key = o->key};
        double at_s;
        if (!notice_is_key(o->key))
            continue;
        read_name(o->key + sizeof(NOTICE_FOLDER) - 1, &n);
        n.age_s = remote_time(o->modified, &at_s) ? now_s - at_s : 0;
        found.v[found.n++] = n;
    }
    *ret = found;
}

bool notice_is_dead(const struct notice *n, double grace_s)
{
    return n->age_s > n->limit_s + grace_s;
}

enum status notice_remove(struct remote *remote, const char *const *keys, size_t n,
                          struct arena *mem, struct error *err)
{
    struct error why = {0};
    enum status status = remote_delete(remote, keys, n, mem, &why);
    if (status == STATUS_OK)
        return STATUS_OK;
    error_set(err, status, "could not take away %s: %.300s", QUOTE_PATH(keys[0]),
              why.message);
    error_hint(err, "all else is done; when its time is over, a push or gc that may "
                    "deletes it");
    return status;
}
