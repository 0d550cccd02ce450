/* What the parts of the CSV reader share; nobody else includes this.
 *
 * A window of the file slides over its bytes; it always holds the current record from its
 * first byte on.  Two scanners can read that record:
 *
 *     csv_scan_fast     over an index of the bytes that matter, for what is regular
 *     csv_scan_libcsv   byte by byte through libcsv, for everything, and for every error
 *
 * Both set field[0 … n), record_line and, behind the record, pos and line.  The fast one
 * changes nothing unless it returns CSV_RECORD or has skipped whole blank lines; whatever
 * it is not sure about it leaves to the other, which alone knows the rules and the
 * messages.  That is why pieces and paths cannot differ in what they refuse. */
#ifndef CSV_CSV_INTERNAL_H
#define CSV_CSV_INTERNAL_H

#include <csv.h>
#include <stdint.h>

#include "csv/csv.h"

enum {
    CSV_WINDOW = 256 * 1024,
    CSV_STRETCH = 64 * 1024, // bytes that are indexed at a time
};

enum csv_outcome {
    CSV_RECORD, // read
    CSV_END,    // the file has ended
    CSV_MORE,   // bytes are missing behind the index (fast) or the window (libcsv)
    CSV_UNSURE, // the other scanner is to read this record (only fast)
    CSV_FAULT,  // r->error says what (only libcsv)
};

struct csv_reader {
    const char *path;
    struct csv_limits limits;
    struct arena *mem;
    int fd;          // -1: the bytes are in memory
    size_t piece;    // bytes of the memory that arrive at a time; 0: all
    size_t total;    // bytes of the source
    struct stat was; // of a file, when it was opened

    const char *p; // the window: [0, end) has arrived, [0, pos) is done with
    size_t end, pos;
    bool eof;     // nothing comes behind end
    size_t valid; // [0, valid) is whole characters of UTF-8
    bool invalid; // and the byte behind them begins none
    bool beyond;  // bytes beyond ASCII may stand from pos on, as far as the index goes
    char *buffer; // the window's own memory of cap bytes, when it is not the caller's
    size_t cap;
    size_t passed; // bytes of the source in front of the window

    uint32_t *index; // offsets from `from` on of bytes that matter, ended by to - from
    size_t next;     // the first that is not done with
    size_t from, to; // the stretch that is indexed
    size_t room;     // of index

    size_t line;        // of pos
    size_t record_line; // of the record
    struct csv_field *field;
    size_t n, cap_fields;
    struct arena cells; // values that do not stand in the window as they are

    struct csv_parser libcsv;
    size_t fed;               // bytes from pos on that libcsv has
    struct csv_field cell;    // under way, once begun
    bool begun, complete;     // the cell; the record
    size_t at_line, at_start; // where libcsv is: the line, and its offset from pos

    size_t rows, columns; // read so far; of the first record
    size_t quoted_line,
        bare_line; // the first with a quoted cell, with a bare quote; or 0
    bool libcsv_only;
    bool failed; // and error says why, at every call from then on
    struct error error;
};

static inline bool csv_is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Makes more bytes arrive behind end, at least one unless eof is or becomes true.  Moves
 * the record to the front of the window and forgets the index when the window is ours. */

/* Moves valid as far towards end as whole characters go; where any bytes may stand, to
 * end. */
void csv_validate(struct csv_reader *r);

/* Room for one field more. */
void csv_grow_fields(struct csv_reader *r);

/* Indexes from pos on; false when the index already reaches as far as it can. */
bool csv_index(struct csv_reader *r);

/* Drops what lies in front of pos from the index. */
void csv_index_skip(struct csv_reader *r);

enum csv_outcome csv_scan_fast(struct csv_reader *r);
enum csv_outcome csv_scan_libcsv(struct csv_reader *r);

#endif
