/* Whether all stages up to some targets were found as dvc.lock says, and nothing was
 * touched since: then nobody need ask what they hold, nor what dvc.lock says.
 *
 * The note stands in .dvc/tmp/nightmill.seen, for the targets that were asked for last.
 * It lists what decides (file/seen.h): this executable, DVC's configuration, dvc.yaml,
 * dvc.lock and its journal, and what dvc_compare looks at: inputs, parameters, outputs
 * and their objects in the cache.
 *
 *     if (dvc_rest_holds(targets, mem))
 *         return STATUS_OK;              // nothing differs
 *     dvc_rest_begin(targets, mem, &seen);
 *     TRY(dvc_repo_open(mem, &repo, err));
 *     repo.seen = &seen;
 *     …                                  // dvc_compare finds no difference
 *     dvc_rest_note(&seen); */
#ifndef TRACK_DVC_REST_H
#define TRACK_DVC_REST_H

#include "file/seen.h"

bool dvc_rest_holds(const char *targets, struct arena *mem);

/* Begins with what is read before the first comparison. */
void dvc_rest_begin(const char *targets, struct arena *mem, struct seen *ret);
void dvc_rest_note(const struct seen *seen);

#endif
