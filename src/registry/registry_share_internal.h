/* What pulling and pushing share. */
#ifndef REGISTRY_REGISTRY_SHARE_INTERNAL_H
#define REGISTRY_REGISTRY_SHARE_INTERNAL_H

#include "registry/registry_share.h"
#include "registry/registry_there.h"

/* Merges what the remote has, as it was read, into the registry; adds to shared. */
MUST_USE enum status registry_take(const struct registry *r, struct remote *remote,
                                   const struct registry_there *there, struct arena *mem,
                                   struct registry_shared *shared, struct error *err);

#endif
