/* Whatever is written into dvc.lock is read back before it replaces the old one: a record
 * that reads as something else would make its stage stale for ever, one that does not
 * read at all would stop everything until somebody repairs the file. */
#ifndef TRACK_DVC_READBACK_H
#define TRACK_DVC_READBACK_H

#include "dvc/dvc_lockfile.h"

/* Tries one record by itself; it may have no outputs yet.  STATUS_INPUT, with the file,
 * line and key of the value that is to blame, where it is one.  A lock is the records one
 * behind the other, so that each of them reads in it as it does alone. */
MUST_USE enum status dvc_record_reads_back(const struct dvc_record *record,
                                           struct error *err);

#endif
