/* One registry on several machines, by way of a remote.
 *
 * Pulling merges: versions that the remote has come under their numbers; a version of this
 * machine that has a number which means another one there gets the next that is free; moves
 * that the remote lacks are done again behind those that it has.  Pushing pulls first, then
 * sends versions, and the names last.  Whoever is overtaken meanwhile begins anew.  So all
 * machines end with all versions, under the same numbers, and one production. */
#ifndef REGISTRY_REGISTRY_SHARE_H
#define REGISTRY_REGISTRY_SHARE_H

#include "registry/registry_merge.h"
#include "remote/remote.h"

struct registry_shared {
    size_t fetched, sent;         // versions
    bool moved_here, moved_there; // names
    size_t n_renumbered, cap_renumbered;
    struct registry_renumbered *renumbered; // [n_renumbered]
    size_t n_overtaken, cap_overtaken;
    struct registry_overtaken *overtaken; // [n_overtaken] moves that were left out
};

/* Merges what the remote has into the registry.  STATUS_INPUT when it has nothing. */
MUST_USE enum status registry_pull(const struct registry *r, struct remote *remote,
                                   struct arena *mem, struct registry_shared *ret,
                                   struct error *err);

/* The same, and sends what the remote lacks.  STATUS_ENVIRONMENT where the remote takes
 * conditional writes that it must refuse, unless it may be unsafe; STATUS_BUSY when others
 * are faster all the time. */
MUST_USE enum status registry_push(const struct registry *r, struct remote *remote,
                                   bool unsafe, struct arena *mem,
                                   struct registry_shared *ret, struct error *err);

#endif
