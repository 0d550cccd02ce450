/* card.md: a version in words, for people.  It follows from the version's other files and
 * its manifest, so that the same files have the same card. */
#ifndef REGISTRY_CARD_H
#define REGISTRY_CARD_H

#include "registry/registry_manifest.h"

/* Adds the card of the files in that folder, which m lists.  STATUS_INPUT when metrics.json,
 * backtest.json or features.json is there and damaged. */
MUST_USE enum status card_write(const struct registry_manifest *m, const char *folder,
                                struct text *out, struct error *err);

#endif
