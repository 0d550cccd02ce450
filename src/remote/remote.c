/* What every kind of remote has in common: keys are checked, listings sorted, ETags
 * compared; the rest is the kind's own (remote_s3.c, remote_folder.c).
 *
 * An ETag of a single upload is the MD5 of the bytes.  That of a multipart upload is the
 * MD5 of the parts' binary MD5s, with "-" and the number of parts behind; the length of a
 * part is nowhere to be read, so the usual ones that give that number are tried. */
#include "remote/remote_ops.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/progress.h"
#include "file/file.h"

enum { MAX_KEY = 1024, MAX_COMPONENT = 255, MAX_OBJECTS = 10 * 1000 * 1000 };

enum status remote_open(const struct remote_config *config,
                        const struct remote_settings *settings, struct arena *mem,
                        struct remote **ret, struct error *err)
{
    struct remote *remote = ARENA_NEW(mem, struct remote);
    remote->ops = config->bucket ? &remote_s3 : &remote_folder;
    remote->config = config;
    remote->settings = *settings;
    remote->mem = mem;
    remote->deadline_s = progress_clock_s() + settings->timeout_s;
    TRY((remote->ops->open)(remote, err));
    *ret = remote;
    return STATUS_OK;
}

void remote_close(struct remote *remote)
{
    if (remote)
        (remote->ops->close)(remote);
}

const char *remote_url(const struct remote *remote)
{
    const struct remote_config *c = remote->config;
    if (!c->bucket)
        return c->folder;
    bool slash = c->prefix && c->prefix[0];
    return arena_format(remote->mem, "s3://%s%s%s", c->bucket, slash ? "/" : "",
                        slash ? c->prefix : "");
}

/* Reads n digits. */
static bool digits(const char *p, size_t n, int *ret)
{
    *ret = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *ret = 10 * *ret + (p[i] - '0');
    }
    return true;
}

/* Reads what stands behind the seconds: "Z", or a fraction before it. */
static bool read_fraction(const char *p, double *ret)
{
    double unit = 0.1;
    *ret = 0;
    if (p[0] == '.' && p[1] >= '0' && p[1] <= '9')
        for (p++; *p >= '0' && *p <= '9'; p++, unit /= 10)
            *ret += unit * (*p - '0');
    return strcmp(p, "Z") == 0;
}

bool remote_time(const char *p, double *ret_s)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    struct date d;
    int h, m, s;
    double fraction;
    if (strlen(p) < sizeof(form) || p[4] != '-' || p[7] != '-' || p[10] != 'T' ||
        p[13] != ':' || p[16] != ':' || !digits(p, 4, &d.year) ||
        !digits(p + 5, 2, &d.month) || !digits(p + 8, 2, &d.day) || !date_valid(d) ||
        !digits(p + 11, 2, &h) || !digits(p + 14, 2, &m) || !digits(p + 17, 2, &s) ||
        !read_fraction(p + sizeof(form) - 1, &fraction))
        return false;
    *ret_s = 86400.0 * date_days(d) + 3600 * h + 60 * m + s + fraction;
    return true;
}

enum status remote_seize(struct remote *remote, bool *ret_alone, struct error *err)
{
    *ret_alone = false;
    return remote->ops->seize ? remote->ops->seize(remote, ret_alone, err) : STATUS_OK;
}

void remote_release(struct remote *remote)
{
    if (remote && remote->ops->release)
        remote->ops->release(remote);
}

void remote_limit(struct remote *remote, int64_t until_s)
{
    remote->until_s = until_s;
    if (until_s == 0)
        remote->in_doubt = false;
}

bool remote_in_doubt(const struct remote *remote)
{
    return remote->in_doubt;
}

enum status remote_end_uploads(struct remote *remote, const char *prefix, double grace_s,
                               struct arena *mem, size_t *ret_n, struct error *err)
{
    *ret_n = 0;
    return remote->ops->end_uploads
               ? remote->ops->end_uploads(remote, prefix, grace_s, mem, ret_n, err)
               : STATUS_OK;
}

bool remote_key_ok(const char *key)
{
    if (strlen(key) > MAX_KEY)
        return false;
    for (const char *p = key;; p++) {
        size_t n = strcspn(p, "/");
        bool dots = (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.');
        if (n == 0 || n > MAX_COMPONENT || dots)
            return false;
        p += n;
        if (!*p)
            return true;
    }
}

static enum status check_key(const char *key, struct error *err)
{
    if (remote_key_ok(key))
        return STATUS_OK;
    return error_set(err, STATUS_INPUT, "%s cannot be the key of an object", QUOTE(key));
}

static int by_key(const void *a, const void *b)
{
    const struct remote_object *x = a, *y = b;
    return strcmp(x->key, y->key);
}

void remote_objects_add(struct remote_objects *v, struct remote_object object,
                        struct arena *mem)
{
    ARENA_ROOM(mem, v->v, v->n, v->cap, 256);
    v->v[v->n++] = object;
}

const struct remote_object *remote_objects_find(const struct remote_objects *v,
                                                const char *key)
{
    struct remote_object wanted = {.key = key};
    return v->n ? bsearch(&wanted, v->v, v->n, sizeof(*v->v), by_key) : NULL;
}

enum status remote_objects_check(const struct remote_objects *v, struct error *err)
{
    if (v->n <= MAX_OBJECTS)
        return STATUS_OK;
    error_set(err, STATUS_ENVIRONMENT, "the remote lists more than %d objects",
              MAX_OBJECTS);
    error_hint(err, "give the project a folder, or a prefix, of its own");
    return STATUS_ENVIRONMENT;
}

enum status remote_too_long(const struct transfer *t, uint64_t found, struct error *err)
{
    const char *s = t->most == 1 ? "" : "s";
    if (found > t->most)
        error_set(err, STATUS_INPUT,
                  "object %s: expected at most %" PRIu64 " byte%s, found %" PRIu64,
                  QUOTE_PATH(t->key), t->most, s, found);
    else
        error_set(err, STATUS_INPUT,
                  "object %s: expected at most %" PRIu64 " byte%s, found more",
                  QUOTE_PATH(t->key), t->most, s);
    error_hint(err, "delete it in the remote; 'bin/push' from where the right bytes are "
                    "sends it again");
    return STATUS_INPUT;
}

void remote_clear(struct remote *remote)
{
    if (remote->ops->clear)
        remote->ops->clear(remote);
}

enum status remote_list(struct remote *remote, const char *prefix, struct arena *mem,
                        struct remote_objects *ret, struct error *err)
{
    struct remote_objects found = {0};
    TRY(remote->ops->list(remote, prefix, mem, &found, err));
    if (found.n)
        qsort(found.v, found.n, sizeof(*found.v), by_key);
    *ret = found;
    return STATUS_OK;
}

static enum status check_keys(const struct transfer *v, size_t n, struct error *err)
{
    for (size_t i = 0; i < n; i++)
        TRY(check_key(v[i].key, err));
    return STATUS_OK;
}

enum status remote_put(struct remote *remote, struct transfer *v, size_t n,
                       struct arena *mem, struct error *err)
{
    TRY(check_keys(v, n, err));
    return n ? remote->ops->put(remote, v, n, mem, err) : STATUS_OK;
}

enum status remote_get(struct remote *remote, struct transfer *v, size_t n,
                       struct arena *mem, struct error *err)
{
    TRY(check_keys(v, n, err));
    return n ? remote->ops->get(remote, v, n, mem, err) : STATUS_OK;
}

enum status remote_delete(struct remote *remote, const char *const *keys, size_t n,
                          struct arena *mem, struct error *err)
{
    for (size_t i = 0; i < n; i++)
        TRY(check_key(keys[i], err));
    return n ? remote->ops->remove(remote, keys, n, mem, err) : STATUS_OK;
}

/* Splits "<32 hex digits>-<parts>"; false for an ETag of any other shape. */
static bool multipart_etag(const char *etag, unsigned char md5[MD5_BYTES],
                           uint64_t *ret_parts)
{
    size_t n = strlen(etag), parts;
    if (n < MD5_HEX + 1 || etag[MD5_HEX - 1] != '-' ||
        !digest_unhex((struct view){etag, MD5_HEX - 1}, md5, MD5_BYTES) ||
        !text_size((struct view){etag + MD5_HEX, n - MD5_HEX}, &parts) || parts == 0)
        return false;
    *ret_parts = parts;
    return true;
}

/* Adds the next bytes of a file to the digest, at most n of them. */
static enum status digest_some(int fd, const char *path, uint64_t n, struct digest *d,
                               struct error *err)
{
    char buffer[64 * 1024];
    while (n > 0) {
        ssize_t got = read(fd, buffer, n < sizeof(buffer) ? (size_t)n : sizeof(buffer));
        if (got < 0)
            return file_failed("read", path, err);
        if (got == 0)
            return STATUS_OK;
        digest_add(d, buffer, (size_t)got);
        n -= (uint64_t)got;
    }
    return STATUS_OK;
}

/* The MD5 that a multipart upload of the file in parts of that length has. */
static enum status digest_parts(int fd, const char *path, uint64_t bytes,
                                uint64_t part_bytes, unsigned char *out,
                                struct error *err)
{
    struct digest whole = {0}, part = {0};
    enum status status = STATUS_OK;
    digest_begin(&whole, DIGEST_MD5);
    for (uint64_t at = 0; at < bytes && status == STATUS_OK; at += part_bytes) {
        unsigned char md5[MD5_BYTES];
        digest_begin(&part, DIGEST_MD5);
        status = digest_some(fd, path, part_bytes, &part, err);
        digest_end(&part, md5);
        digest_add(&whole, md5, sizeof(md5));
    }
    digest_end(&whole, out);
    digest_release(&part);
    digest_release(&whole);
    return status;
}

/* Tries the usual lengths of parts that give that number of them. */
static enum status match_parts(const char *path, uint64_t bytes, const unsigned char *md5,
                               uint64_t parts, bool *ret, struct error *err)
{
    static const uint64_t usual_mib[] = {5,  8,  10, 15,  16,  20,  25,  32,
                                         50, 64, 96, 100, 128, 256, 512, 1024};
    int fd;
    TRY(file_open(path, &fd, err));
    bool same = false;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT_OF(usual_mib) && !same && status == STATUS_OK; i++) {
        uint64_t part_bytes = usual_mib[i] << 20;
        unsigned char found[MD5_BYTES];
        if ((bytes + part_bytes - 1) / part_bytes != parts)
            continue;
        if (lseek(fd, 0, SEEK_SET) < 0)
            status = file_failed("read", path, err);
        else
            status = digest_parts(fd, path, bytes, part_bytes, found, err);
        same = status == STATUS_OK && memcmp(found, md5, MD5_BYTES) == 0;
    }
    close(fd);
    if (status == STATUS_OK)
        *ret = same;
    return status;
}

enum status remote_matches(const struct remote_object *object, const char *path,
                           const char *md5, uint64_t bytes, bool *ret, struct error *err)
{
    unsigned char binary[MD5_BYTES];
    uint64_t parts;
    size_t n = strlen(object->etag);
    if (object->bytes != bytes) {
        *ret = false;
    } else if (n == MD5_HEX - 1 &&
               digest_unhex((struct view){object->etag, n}, binary, MD5_BYTES)) {
        *ret = memcmp(object->etag, md5, n) == 0;
    } else if (path && multipart_etag(object->etag, binary, &parts)) {
        return match_parts(path, bytes, binary, parts, ret, err);
    } else {
        *ret = true;
    }
    return STATUS_OK;
}
