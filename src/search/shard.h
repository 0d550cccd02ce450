/* Shards: a search that several processes or machines score parts of.
 *
 * Shard i of N scores its share of the pieces, a range of them, and leaves a file
 * (search_file.h); the N files together end the search, in the order of the pieces and so
 * with the bytes of a search in one run. */
#ifndef SEARCH_SHARD_H
#define SEARCH_SHARD_H

#include "file/publish.h"
#include "search/search.h"

enum { SHARDS_MAX = 10000 };

struct shard {
    size_t i, n; // i < n; n 0: no shard
};

/* Reads "0/3".  STATUS_USAGE, field 'shard', for any other text. */
MUST_USE enum status shard_parse(const char *text, struct shard *ret, struct error *err);

/* The name of its file, "search.0-of-3.pieces", in mem. */
const char *shard_file(struct shard s, struct arena *mem);

/* The pieces [*ret_from, *ret_to) that are its share; all of no shard. */
void shard_range(struct shard s, const struct search_plan *plan, size_t *ret_from,
                 size_t *ret_to);

/* Writes the pieces of its share, which are scored. */
MUST_USE enum status shard_write(struct shard s, struct search_plan *plan,
                                 struct output *out, struct error *err);

/* Takes the pieces from all files *.pieces of the folder.  STATUS_INPUT, with the file,
 * when one is damaged, is a shard of another search or of another number of them, or
 * stands there twice; and when one is missing. */
MUST_USE enum status shard_merge(struct search_plan *plan, const char *folder,
                                 struct error *err);

#endif
