/* Which code made a model. */
#ifndef REGISTRY_CODE_H
#define REGISTRY_CODE_H

#include "base/arena.h"

/* The SHA-256 of what `sha256sum ingest clean features train evaluate` prints in the folder of
 * the executable that runs, in mem; NULL when one of them is not there.  Another compiler
 * gives another digest of the same source: it says that nothing changed, not what did. */
const char *code_digest(struct arena *mem);

#endif
