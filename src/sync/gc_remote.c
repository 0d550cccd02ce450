/* Garbage in a remote, beside pushes and other collections.
 *
 * A gc writes a notice that names all that it is about to delete, and then looks whether
 * anything changed since it made its plan: pushes that were at work have left a notice,
 * and what these name is kept; one that comes later finds the notice of the gc.  Objects
 * that no manifest names may be those of DVC's own push, which leaves no notice: they
 * stay for a while. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/progress.h"
#include "sync/gc_internal.h"
#include "sync/manifest.h"
#include "sync/notice.h"

enum { LIMIT_S = 600, PORTION = 10000 };

#define DAY_S 86400.0
#define SLACK_S 60.0 // between the clocks of a server's machines

/* Newest first; of the same time by key. */
static int by_age(const void *a, const void *b)
{
    const struct remote_object *const *x = a, *const *y = b;
    int order = strcmp((*y)->modified, (*x)->modified);
    return order ? order : strcmp((*y)->key, (*x)->key);
}

static enum status read_manifest(struct sync *sync, const char *key, struct manifest *ret,
                                 struct error *err)
{
    struct arena *mem = sync->run->mem;
    struct view bytes;
    TRY(sync_read(sync, key, manifest_sha256_of_key(key, mem), &bytes, err));
    return manifest_parse(key, bytes, mem, ret, err);
}

static void add_names(const struct manifest *m, struct gc_names *names, struct arena *mem)
{
    for (size_t i = 0; i < m->n; i++)
        gc_names_add(names, manifest_md5_of_key(m->object[i].key, mem), mem);
}

/* Keeps what one manifest names. */
static enum status keep_manifest(struct gc *gc, const char *key, struct gc_names *locks,
                                 struct error *err)
{
    struct arena *mem = gc->sync->run->mem;
    struct manifest m = {0};
    TRY(read_manifest(gc->sync, key, &m, err));
    add_names(&m, &gc->kept, mem);
    gc_names_add(locks, manifest_lock_key(m.lock_sha256, mem), mem);
    return STATUS_OK;
}

/* The key of the manifest that the pointer names, or "". */
static enum status read_pointer(struct gc *gc, const char **ret, struct error *err)
{
    struct sync *sync = gc->sync;
    struct manifest_name name;
    struct view bytes;
    *ret = "";
    if (!remote_objects_find(&sync->others, MANIFEST_POINTER))
        return STATUS_OK;
    TRY(sync_read(sync, MANIFEST_POINTER, NULL, &bytes, err));
    TRY(manifest_parse_pointer(MANIFEST_POINTER, bytes, &name, err));
    digest_hex_of(DIGEST_MD5, bytes.p, bytes.n, gc->pointer_md5);
    *ret = manifest_key(name.sha256, sync->run->mem);
    return STATUS_OK;
}

/* Keeps what the notice of a push names. */
static enum status keep_notice(struct gc *gc, const struct notice *n, struct error *err)
{
    struct arena *mem = gc->sync->run->mem;
    struct error fault = {0};
    struct texts keys;
    struct view bytes;
    enum status status = sync_read(gc->sync, n->key, NULL, &bytes, &fault);
    if (status == STATUS_INPUT) { // it ended meanwhile: gc_delete finds that out
        gc->missed = true;
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = notice_parse(n->key, bytes, mem, &keys, &fault);
    if (status != STATUS_OK) {
        *err = fault;
        error_hint(err,
                   "nothing was deleted: what that push counts on is not known; it is "
                   "over %.0f s after it began",
                   n->limit_s + NOTICE_GRACE_S);
        return status;
    }
    for (size_t i = 0; i < keys.n; i++) {
        const char *md5 = manifest_md5_of_key(keys.v[i], mem);
        if (md5)
            gc_keep(gc, md5);
    }
    return STATUS_OK;
}

/* Takes the notices: those of the dead are garbage, those of pushes keep what they
 * name. */
static enum status plan_notices(struct gc *gc, struct error *err)
{
    struct sync *sync = gc->sync;
    struct notices all;
    gc->since_s = HUGE_VAL;
    notice_find(&sync->others, gc->now_s, sync->run->mem, &all);
    for (size_t i = 0; i < all.n; i++) {
        const struct notice *n = &all.v[i];
        bool own = gc->notice && strcmp(n->key, gc->notice) == 0;
        bool dead = notice_is_dead(n, fmin(NOTICE_GRACE_S, gc->how->grace_s));
        if (!own && (dead || (n->gc && n->here && gc->alone))) {
            gc_waste(gc, &gc->notices, n->key, 0);
        } else if (!n->gc) {
            gc->since_s = fmin(gc->since_s, gc->now_s - n->age_s - SLACK_S);
            TRY(keep_notice(gc, n, err));
        }
    }
    return STATUS_OK;
}

/* True for a record that a push may have written which is still at work. */
static bool is_new(const struct gc *gc, const struct remote_object *o)
{
    double at_s;
    return !remote_time(o->modified, &at_s) || at_s >= gc->since_s;
}

/* Copies of dvc.lock that no manifest names. */
static void plan_locks(struct gc *gc, struct gc_names *locks)
{
    struct sync *sync = gc->sync;
    gc_names_settle(locks);
    for (size_t i = 0; i < sync->others.n; i++) {
        const struct remote_object *o = &sync->others.v[i];
        if (manifest_lock_of_key(o->key, sync->run->mem) && !is_new(gc, o) &&
            !gc_names_have(locks, o->key))
            gc_waste(gc, &gc->manifests, o->key, o->bytes);
    }
}

/* Keeps the newest manifests and what they name; the others are garbage. */
static enum status plan_manifests(struct gc *gc, struct error *err)
{
    struct sync *sync = gc->sync;
    struct arena *mem = sync->run->mem;
    const struct remote_object **v =
        ARENA_ARRAY(mem, const struct remote_object *, sync->others.n);
    struct gc_names locks = {0};
    const char *latest;
    size_t n = 0;
    TRY(read_pointer(gc, &latest, err));
    for (size_t i = 0; i < sync->others.n; i++)
        if (manifest_sha256_of_key(sync->others.v[i].key, mem))
            v[n++] = &sync->others.v[i];
    if (n)
        qsort(v, n, sizeof(*v), by_age);
    size_t others = latest[0] ? gc->how->keep - 1 : gc->how->keep;
    for (size_t i = 0; i < n; i++) {
        bool is_latest = strcmp(v[i]->key, latest) == 0;
        if (is_latest || others > 0 || is_new(gc, v[i]))
            TRY(keep_manifest(gc, v[i]->key, &locks, err));
        else
            gc_waste(gc, &gc->manifests, v[i]->key, v[i]->bytes);
        if (!is_latest && others > 0)
            others--;
    }
    plan_locks(gc, &locks);
    return STATUS_OK;
}

/* What manifests name that are to go; one that cannot be read names nothing. */
static void names_of_old(struct gc *gc, struct gc_names *ret)
{
    struct arena *mem = gc->sync->run->mem;
    for (size_t i = 0; i < gc->manifests.names.n; i++) {
        const char *key = gc->manifests.names.v[i];
        struct manifest m = {0};
        struct error fault = {0};
        if (manifest_sha256_of_key(key, mem) &&
            read_manifest(gc->sync, key, &m, &fault) == STATUS_OK)
            add_names(&m, ret, mem);
    }
    gc_names_settle(ret);
}

static bool is_young(const struct gc *gc, const struct remote_object *o)
{
    double at_s;
    return gc->how->grace_s > 0 && remote_time(o->modified, &at_s) &&
           gc->now_s - at_s < gc->how->grace_s;
}

static void plan_objects(struct gc *gc)
{
    struct sync *sync = gc->sync;
    struct arena *mem = sync->run->mem;
    struct gc_names named = {0};
    bool known = false;
    for (size_t i = 0; i < sync->objects.n; i++) {
        const struct remote_object *o = &sync->objects.v[i];
        const char *md5 = manifest_md5_of_key(o->key, mem);
        if (!md5 || gc_names_have(&gc->kept, md5))
            continue;
        bool young = is_young(gc, o);
        if (young && !known)
            names_of_old(gc, &named);
        known = known || young;
        if (young && !gc_names_have(&named, md5))
            gc->n_young++;
        else
            gc_waste(gc, &gc->objects, o->key, o->bytes);
    }
}

enum status gc_plan_remote(struct gc *gc, struct error *err)
{
    gc->now_s = notice_now(&gc->sync->others, gc->notice);
    TRY(plan_notices(gc, err));
    TRY(plan_manifests(gc, err));
    gc_names_settle(&gc->kept);
    plan_objects(gc);
    return STATUS_OK;
}

/* The seconds for which a notice counts. */
static size_t limit_s(const struct gc *gc)
{
    size_t timeout_s = gc->sync->options->timeout;
    return timeout_s < LIMIT_S ? timeout_s : LIMIT_S;
}

/* Writes the notice, with a new time: its own key, all that is to go, and no more. */
static enum status write_notice(struct gc *gc, struct error *err)
{
    struct sync *sync = gc->sync;
    struct arena *mem = sync->run->mem;
    size_t m = gc->manifests.names.n, o = gc->objects.names.n;
    const char **key = ARENA_ARRAY(mem, const char *, m + o);
    struct text body = {.mem = mem};
    for (size_t i = 0; i < m + o; i++)
        key[i] = i < m ? gc->manifests.names.v[i] : gc->objects.names.v[i - m];
    notice_write(key, m + o, &body);
    if (!gc->notice)
        gc->notice = notice_key(true, limit_s(gc), mem);
    remote_limit(sync->remote, (int64_t)time(NULL) + (int64_t)limit_s(gc));
    gc->noticed_s = progress_clock_s();
    struct transfer t = {.key = gc->notice, .body = {body.p, body.n}, .bytes = body.n};
    return sync_put(sync, &t, 1, err);
}

enum status gc_announce(struct gc *gc, struct sync *sync, struct error *err)
{
    gc->sync = sync;
    TRY(remote_seize(sync->remote, &gc->alone, err));
    TRY(write_notice(gc, err));
    return sync_list(sync, err);
}

/* The next of a listing that a plan depends on: not a gc's notice. */
static const struct remote_object *next_of(const struct remote_objects *v, size_t *at)
{
    while (*at < v->n && strncmp(v->v[*at].key, NOTICE_FOLDER "gc-",
                                 sizeof(NOTICE_FOLDER "gc-") - 1) == 0)
        ++*at;
    return *at < v->n ? &v->v[(*at)++] : NULL;
}

static bool is_same(const struct gc *gc, const struct remote_object *a,
                    const struct remote_object *b)
{
    if (!a || !b)
        return a == b;
    bool moved = strcmp(b->key, MANIFEST_POINTER) == 0 &&
                 strlen(b->etag) == MD5_HEX - 1 && strcmp(b->etag, gc->pointer_md5) != 0;
    return !moved && strcmp(a->key, b->key) == 0 && strcmp(a->etag, b->etag) == 0 &&
           strcmp(a->modified, b->modified) == 0;
}

/* A push that went on meanwhile may count on what is about to be deleted. */
static enum status check_unchanged(struct gc *gc, struct error *err)
{
    struct sync *sync = gc->sync;
    const struct remote_object *a, *b;
    struct remote_objects now = {0};
    TRY(remote_list(sync->remote, "nightmill/", sync->run->mem, &now, err));
    size_t i = 0, k = 0;
    bool same = !gc->missed;
    do {
        a = next_of(&sync->others, &i);
        b = next_of(&now, &k);
        same = same && is_same(gc, a, b);
    } while (same && a);
    if (same)
        return STATUS_OK;
    error_set(err, STATUS_BUSY, "somebody pushed to %s meanwhile; nothing was deleted",
              QUOTE(remote_url(sync->remote)));
    error_hint(err, "try again when the push is done");
    return STATUS_BUSY;
}

/* Deletes, in portions, within the time of the notice. */
static enum status delete_keys(struct gc *gc, const struct gc_names *names,
                               struct error *err)
{
    struct sync *sync = gc->sync;
    for (size_t i = 0; i < names->n; i += PORTION) {
        size_t n = names->n - i < PORTION ? names->n - i : PORTION;
        if (progress_clock_s() - gc->noticed_s > (double)limit_s(gc) / 2)
            TRY(write_notice(gc, err));
        TRY(remote_delete(sync->remote, names->v + i, n, sync->run->mem, err));
    }
    return STATUS_OK;
}

enum status gc_delete_remote(struct gc *gc, struct error *err)
{
    if (gc->manifests.names.n + gc->objects.names.n > 0) {
        TRY(write_notice(gc, err));
        TRY(check_unchanged(gc, err));
    }
    // A push that wakes too late finds its notice gone.
    TRY(delete_keys(gc, &gc->notices.names, err));
    TRY(delete_keys(gc, &gc->manifests.names, err));
    TRY(delete_keys(gc, &gc->objects.names, err));
    double grace_s = gc->how->grace_s > 0 ? fmax(gc->how->grace_s, DAY_S) : 0;
    return remote_end_uploads(gc->sync->remote, MANIFEST_OBJECTS, grace_s,
                              gc->sync->run->mem, &gc->n_uploads, err);
}

void gc_withdraw(struct gc *gc, enum status status)
{
    struct remote *remote = gc->sync->remote;
    struct error fault = {0};
    bool doubt = status == STATUS_ENVIRONMENT || remote_in_doubt(remote);
    remote_limit(remote, 0);
    if (gc->notice && !doubt &&
        notice_remove(remote, &gc->notice, 1, gc->sync->run->mem, &fault) != STATUS_OK)
        run_warn(gc->sync->run, &fault);
    remote_release(remote);
}
