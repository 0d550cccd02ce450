/* Manifests and the pointer, written by hand, one object a line, and read strictly.
 *
 * A remote is shared: whatever is read from it may have been damaged or made up.  Keys
 * are therefore never taken as they come but compared with what their digests say. */
#include "sync/manifest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "file/json.h"

enum { FORMAT = 1 };

const char *manifest_key(const char *sha256, struct arena *mem)
{
    return arena_format(mem, MANIFEST_FOLDER "%s.json", sha256);
}

const char *manifest_lock_key(const char *sha256, struct arena *mem)
{
    return arena_format(mem, MANIFEST_LOCK_FOLDER "%s", sha256);
}

/* The SHA-256 between a folder and an ending, or NULL. */
static const char *between(const char *key, const char *folder, const char *ending,
                           struct arena *mem)
{
    unsigned char binary[SHA256_BYTES];
    size_t n = strlen(key), f = strlen(folder), e = strlen(ending);
    if (n != f + SHA256_HEX - 1 + e || memcmp(key, folder, f) != 0 ||
        strcmp(key + n - e, ending) != 0 ||
        !digest_unhex((struct view){key + f, SHA256_HEX - 1}, binary, SHA256_BYTES))
        return NULL;
    return arena_copy(mem, key + f, SHA256_HEX - 1);
}

const char *manifest_sha256_of_key(const char *key, struct arena *mem)
{
    return between(key, MANIFEST_FOLDER, ".json", mem);
}

const char *manifest_lock_of_key(const char *key, struct arena *mem)
{
    return between(key, MANIFEST_LOCK_FOLDER, "", mem);
}

const char *manifest_md5_of_key(const char *key, struct arena *mem)
{
    size_t f = sizeof(MANIFEST_OBJECTS) - 1;
    if (strncmp(key, MANIFEST_OBJECTS, f) != 0 || strlen(key) < f + 4 ||
        key[f + 2] != '/')
        return NULL;
    const char *md5 = arena_format(mem, "%.2s%s", key + f, key + f + 3);
    return digest_is_object(md5) ? md5 : NULL;
}

void manifest_write(const struct manifest *m, struct text *out)
{
    text_addf(out,
              "{\n  \"format\": %d,\n  \"lock\": {\"key\": \"" MANIFEST_LOCK_FOLDER
              "%s\", \"bytes\": %" PRIu64 ", \"sha256\": \"%s\"},\n  \"objects\": [",
              FORMAT, m->lock_sha256, m->lock_bytes, m->lock_sha256);
    for (size_t i = 0; i < m->n; i++) {
        const struct manifest_object *o = &m->object[i];
        text_addf(out,
                  "%s\n    {\"key\": \"%s\", \"bytes\": %" PRIu64
                  ", \"md5\": \"%s\", \"sha256\": \"%s\"}",
                  i ? "," : "", o->key, o->bytes, o->md5, o->sha256);
    }
    text_puts(out, m->n ? "\n  ]\n}\n" : "]\n}\n");
}

void manifest_write_pointer(const struct manifest_name *name, struct text *out)
{
    text_addf(out,
              "{\n  \"format\": %d,\n  \"manifest\": {\"key\": \"" MANIFEST_FOLDER
              "%s.json\", \"bytes\": %" PRIu64 ", \"sha256\": \"%s\"}\n}\n",
              FORMAT, name->sha256, name->bytes, name->sha256);
}

/* Reads a member that holds a digest of n bytes in hex. */
static enum status get_digest(const json_t *object, const char *key, const char *path,
                              size_t n, char *ret, struct error *err)
{
    const char *text;
    unsigned char binary[SHA256_BYTES];
    TRY(json_get_text(object, key, path, &text, err));
    if (!digest_unhex(view_of(text), binary, n))
        return error_refuse(err, path, key, "expected a digest");
    memcpy(ret, text, 2 * n + 1);
    return STATUS_OK;
}

static enum status get_bytes(const json_t *object, const char *path, uint64_t *ret,
                             struct error *err)
{
    size_t bytes;
    TRY(json_get_size(object, "bytes", path, &bytes, err));
    *ret = bytes;
    return STATUS_OK;
}

/* Reads an object that names bytes by their SHA-256 and a key made of it. */
static enum status get_named(const json_t *object, const char *path, const char *folder,
                             const char *ending, uint64_t *ret_bytes, char *ret_sha256,
                             struct error *err)
{
    const char *key;
    TRY(get_digest(object, "sha256", path, SHA256_BYTES, ret_sha256, err));
    TRY(get_bytes(object, path, ret_bytes, err));
    TRY(json_get_text(object, "key", path, &key, err));
    struct arena mem = {0};
    const char *found = between(key, folder, ending, &mem);
    bool same = found && strcmp(found, ret_sha256) == 0;
    arena_release(&mem);
    return same ? STATUS_OK
                : error_refuse(err, path, "key", "the key has another digest");
}

static enum status get_object(const json_t *item, const char *path, struct arena *mem,
                              struct manifest_object *ret, struct error *err)
{
    const char *key;
    TRY(json_get_text(item, "key", path, &key, err));
    TRY(get_bytes(item, path, &ret->bytes, err));
    TRY(get_digest(item, "md5", path, MD5_BYTES, ret->md5, err));
    TRY(get_digest(item, "sha256", path, SHA256_BYTES, ret->sha256, err));
    const char *md5 = manifest_md5_of_key(key, mem);
    if (!md5 || strncmp(md5, ret->md5, MD5_HEX - 1) != 0)
        return error_refuse(err, path, "key", "the key has another digest");
    ret->key = arena_string(mem, key);
    return STATUS_OK;
}

static enum status check_format(const json_t *root, const char *path, struct error *err)
{
    size_t format;
    TRY(json_get_size(root, "format", path, &format, err));
    if (format == FORMAT)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "expected format %d, found %zu", FORMAT, format);
    error_hint(err, "a newer version may have written it");
    error_at(err, path, 0, 0);
    return STATUS_INPUT;
}

static enum status read_manifest(const json_t *root, const char *path, struct arena *mem,
                                 struct manifest *ret, struct error *err)
{
    json_t *lock, *objects;
    struct manifest m = {0};
    TRY(check_format(root, path, err));
    TRY(json_get_object(root, "lock", path, &lock, err));
    TRY(get_named(lock, path, MANIFEST_LOCK_FOLDER, "", &m.lock_bytes, m.lock_sha256,
                  err));
    TRY(json_get_array(root, "objects", path, &objects, err));
    m.n = json_array_size(objects);
    m.object = ARENA_ARRAY(mem, struct manifest_object, m.n);
    for (size_t i = 0; i < m.n; i++) {
        TRY(get_object(json_array_get(objects, i), path, mem, &m.object[i], err));
        if (i > 0 && strcmp(m.object[i - 1].key, m.object[i].key) >= 0)
            return error_refuse(err, path, "objects", "the keys are not sorted");
    }
    *ret = m;
    return STATUS_OK;
}

static enum status read_pointer(const json_t *root, const char *path,
                                struct manifest_name *ret, struct error *err)
{
    json_t *manifest;
    struct manifest_name name = {0};
    TRY(check_format(root, path, err));
    TRY(json_get_object(root, "manifest", path, &manifest, err));
    TRY(get_named(manifest, path, MANIFEST_FOLDER, ".json", &name.bytes, name.sha256,
                  err));
    *ret = name;
    return STATUS_OK;
}

/* Parses JSON from memory; the caller owns the reference. */
static enum status parse(const char *path, struct view bytes, json_t **ret,
                         struct error *err)
{
    json_error_t fault;
    json_t *root = json_loadb(bytes.p, bytes.n, JSON_REJECT_DUPLICATES, &fault);
    if (root) {
        *ret = root;
        return STATUS_OK;
    }
    error_set(err, STATUS_INPUT, "not valid JSON: %s", fault.text);
    error_at(err, path, fault.line > 0 ? (size_t)fault.line : 0, 0);
    return STATUS_INPUT;
}

enum status manifest_parse(const char *path, struct view bytes, struct arena *mem,
                           struct manifest *ret, struct error *err)
{
    json_t *root;
    TRY(parse(path, bytes, &root, err));
    enum status status = read_manifest(root, path, mem, ret, err);
    json_decref(root);
    return status;
}

enum status manifest_parse_pointer(const char *path, struct view bytes,
                                   struct manifest_name *ret, struct error *err)
{
    json_t *root;
    TRY(parse(path, bytes, &root, err));
    enum status status = read_pointer(root, path, ret, err);
    json_decref(root);
    return status;
}

static int by_key(const void *a, const void *b)
{
    const struct manifest_object *x = a, *y = b;
    return strcmp(x->key, y->key);
}

const struct manifest_object *manifest_find(const struct manifest *m, const char *key)
{
    struct manifest_object wanted = {.key = key};
    return m->n ? bsearch(&wanted, m->object, m->n, sizeof(*m->object), by_key) : NULL;
}
