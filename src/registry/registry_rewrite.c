/* Another log in the place of the one that is: after a merge with a remote, or an import.
 *
 * The new log is published beside the old one, then aliases.json, which vouches for it, then
 * it takes the old one's name.  A reader takes whichever of the two fits; a writer that comes
 * after a kill goes on with it, or throws it away. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "file/file.h"
#include "registry/registry_internal.h"

enum status registry_fold(const struct registry *r, struct view log, struct arena *mem,
                          struct registry_aliases *ret, struct error *err)
{
    struct registry_moved *moved;
    char *sum = arena_alloc(mem, CHECKSUM_TEXT);
    struct registry_aliases a = {.pipeline = r->pipeline,
                                 .table = {.file = REGISTRY_LOG, .bytes = log.n}};
    TRY(registry_log_parse(log, registry_path(r, REGISTRY_LOG, mem), mem, &moved,
                           &a.moves, err));
    for (size_t i = 0; i < a.moves; i++)
        registry_aliases_put(&a, moved[i].alias, moved[i].to, mem);
    checksum_of(log.p, log.n, sum);
    a.table.checksum = sum;
    *ret = a;
    return STATUS_OK;
}

static enum status write_both(const struct registry *r, const struct registry_aliases *a,
                              struct view log, struct publish *publish, struct arena *mem,
                              struct error *err)
{
    struct output *out;
    publish_home(publish, registry_path(r, "", mem), true);
    TRY(publish_open(publish, registry_path(r, REGISTRY_LOG_NEXT, mem), &out, err));
    TRY(output_write(out, log.p, log.n, err));
    TRY(publish_open(publish, registry_path(r, REGISTRY_ALIASES, mem), &out, err));
    TRY(registry_aliases_write(a, out, err));
    return publish_commit(publish, err);
}

static enum status take_next(const struct beneath *root, struct error *err)
{
    if (beneath_rename(root, REGISTRY_LOG_NEXT, root, REGISTRY_LOG) < 0)
        return beneath_failed("replace", root, REGISTRY_LOG, err);
    return beneath_sync(root, ".", fsync) < 0 ? beneath_failed("sync", root, ".", err)
                                              : STATUS_OK;
}

enum status registry_rewrite(const struct registry *r, const struct beneath *root,
                             struct view log, struct arena *mem, struct error *err)
{
    struct publish publish = {0};
    struct registry_aliases a;
    TRY(registry_fold(r, log, mem, &a, err));
    enum status status = write_both(r, &a, log, &publish, mem, err);
    publish_release(&publish);
    return status == STATUS_OK ? take_next(root, err) : status;
}

enum status registry_settle(const struct registry *r, const struct beneath *root,
                            struct arena *mem, struct error *err)
{
    struct registry_aliases a;
    struct view next, log = {"", 0};
    struct error none;
    struct stat st;
    if (beneath_stat(root, REGISTRY_LOG_NEXT, &st) < 0)
        return STATUS_OK;
    TRY(registry_aliases(r, mem, &a, err));
    TRY(file_read_below(root, REGISTRY_LOG_NEXT, REGISTRY_LOG_BYTES, mem, &next, err));
    bool old = file_read_below(root, REGISTRY_LOG, REGISTRY_LOG_BYTES, mem, &log,
                               &none) == STATUS_OK &&
               registry_log_fits(&a, log);
    if (!old && a.moves > 0 && registry_log_fits(&a, next))
        return take_next(root, err);
    return beneath_remove(root, REGISTRY_LOG_NEXT, 0) < 0
               ? beneath_failed("remove", root, REGISTRY_LOG_NEXT, err)
               : STATUS_OK;
}
