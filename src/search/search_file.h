/* Files of scored pieces: the journal of a search, and the shards of one.
 *
 *     nightmill-pieces 1 DIGEST PIECES SCORES SHARD SHARDS CHECKSUM\n
 *
 * says what the search is of (search_digest), how many pieces it has, of how many scores
 * each, and which shard of how many this file is; CHECKSUM is that of the line before it.
 * Behind it stand records of one length, in any order: the number of a piece, its scores,
 * and the checksum of the head and of both; whole numbers and reals of eight bytes, the
 * lowest first.  Checksums are those of file/checksum.h.
 *
 * What has no right checksum is no record, and nothing behind it is looked at: so a file
 * that was cut anywhere gives the pieces that are whole. */
#ifndef SEARCH_SEARCH_FILE_H
#define SEARCH_SEARCH_FILE_H

#include "search/search.h"

enum { SEARCH_FILE_HEAD = 192 };

struct search_file {
    struct search_plan *plan;
    char head[SEARCH_FILE_HEAD]; // with its newline
    size_t head_n;
    size_t record_n; // bytes of a record
    struct checksum start;
    unsigned char *record; // [record_n]
    double *score;
};

/* What a head says. */
struct search_file_head {
    char digest[CHECKSUM_TEXT];
    size_t pieces, scores, shard, shards;
};

/* Prepares the head and room for a record, in mem. */
void search_file_begin(struct search_file *f, struct search_plan *plan,
                       const char *digest, size_t shard, size_t shards,
                       struct arena *mem);

/* The record of a piece that is scored, valid until the next call. */
const unsigned char *search_file_record(struct search_file *f, size_t piece);

/* The piece of a whole record, whose scores are then in f->score; false for any other
 * bytes. */
bool search_file_piece(struct search_file *f, const unsigned char *record,
                       size_t *ret_piece);

/* Reads a head off the front of a file; *ret_n is its length.  False when it is none. */
bool search_file_head(struct view file, struct search_file_head *ret, size_t *ret_n);

#endif
