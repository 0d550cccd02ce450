/* Pushes and pulls of registries, and what is told of them. */
#ifndef REGISTRY_REGISTRY_TOLD_H
#define REGISTRY_REGISTRY_TOLD_H

#include "base/watch.h"
#include "registry/registry_share.h"

enum registry_way {
    REGISTRY_PULL,
    REGISTRY_PUSH,
    REGISTRY_PUSH_UNSAFE // also to a remote that cannot keep two pushes apart
};

/* Pushes or pulls one, and adds to out a line a version that has another number now, and one
 * with what came and went.  STATUS_BUSY when a person's move was overtaken: who moved the
 * name meanwhile, and why; further ones and the gate's are warnings. */
MUST_USE enum status registry_share(const struct registry *r, struct remote *remote,
                                    enum registry_way way, const struct watch *w,
                                    struct text *out, struct error *err);

/* Pushes or pulls every registry below the folder, or in the remote, and tells of each into
 * out; one that fails does not stop the others: the first failure is returned at the end, the
 * others are warnings. */
MUST_USE enum status registry_push_all(const char *folder, struct remote *remote,
                                       bool unsafe, const struct watch *w,
                                       struct text *out, struct error *err);
MUST_USE enum status registry_pull_all(const char *folder, struct remote *remote,
                                       const struct watch *w, struct text *out,
                                       struct error *err);

#endif
