/* Screening: what becomes of each row of a raw table, and why.
 *
 * A row is kept or dropped for one reason, the first that holds in this order: later than
 * --as-of, duplicate or conflict, range, implausible (arrivals only), missing.  Only
 * columns that features read or that are targets make a row implausible, and only an
 * empty cell that a feature needs makes it missing: a row that lacks a target stays, for
 * it is to be predicted.  Of rows of one key it gives way to one that lacks none; an
 * empty cell that nothing reads contradicts no other value.
 *
 * Nothing is kept of a row: its reason is found again whenever the table is read
 * (clean/judge.h, clean/ordered.h).  A table is held batch by batch, with the names of its
 * groups; one whose rows do not stand by group and key is sorted on disk (clean/order.h).
 * Where no time tells rows apart, but an id does, all ids are held.
 *
 *     TRY(screen_open(&s, name, path, &keys, mem, err));
 *     … groups_sort(keys.groups) …
 *     TRY(screen_rows(&s, &rules, &place, fault, context, err));
 *     … s.count, s.dropped, ordered_kept(s.ordered, …) …
 *     screen_close(&s); */
#ifndef CLEAN_SCREEN_H
#define CLEAN_SCREEN_H

#include "arrow/cursor.h"
#include "base/option.h"
#include "base/timestep.h"
#include "config/ranges.h"
#include "data/groups.h"
#include "file/publish.h"

enum reason {
    REASON_KEPT,
    REASON_LATER,
    REASON_DUPLICATE,
    REASON_CONFLICT,
    REASON_RANGE,
    REASON_IMPLAUSIBLE,
    REASON_MISSING,
    REASON_UNMATCHED,
    REASONS
};
extern const char *const reason_name[REASONS];

enum duplicates { DUPLICATES_EQUAL, DUPLICATES_FIRST, DUPLICATES_LAST, DUPLICATES_ERROR };
#define DUPLICATES_WORDS "equal|first|last|error" // in that order

struct screen_rules {
    enum duplicates duplicates;
    bool drop_missing;
    const struct items *features; // struct feature_rule; NULL: every column counts
    struct texts targets;
    size_t n_ranges;
    struct range *range; // [n_ranges]
    double plausible;    // arrivals may leave the base's range by so many times its width
    bool has_as_of;
    int32_t as_of; // greater keys are later
};

/* What the rows of a table are known by. */
struct screen_keys {
    const struct timestep *step; // of their time, or NULL
    const char *group;           // the column of their groups, or NULL
    struct groups *groups;       // the names of all tables, where there is one
    const char *id; // the column of their ids, or NULL: without a time equal ids of a
                    // group are one key
};

/* Whether a row lacks a target, and one whose past features read. */
enum open { OPEN_NOT, OPEN_TARGET, OPEN_READ };

/* One row that was dropped. */
struct dropped {
    size_t row;
    int32_t key;    // 0 without a time
    uint32_t group; // code, 0 without groups
    enum reason reason;
    const char *column; // that decided, or NULL
};

/* Neighbouring keys that all have a whole row. */
struct whole_run {
    int32_t from, to;
};

/* What a group has in one table. */
struct group_tally {
    size_t rows, kept, lost; // kept: once they are joined
    size_t complete;         // steps of time with a whole row
    int32_t first, last;     // of them
};

/* What the base file's rows of one column span. */
struct span {
    double low, high;
};

struct screen {
    const char *name;
    struct arrow_file *file;
    struct arena *mem;
    size_t n;                // rows
    size_t value, p;         // first value column and their number
    struct screen_keys keys; // groups in order from screen_rows on
    size_t ids; // 1 when the first value column holds ids, which nobody judges
    struct groups *id_names; // the codes of ids, as they come; NULL: a time tells apart
    uint8_t *gone;           // bits [n] dropped for their ids; NULL: none is
    bool in_order;           // rows stand by group and key, the base file's first
    const char **file_name;  // [n_files]
    size_t n_files;
    size_t count[REASONS];
    size_t *empty; // [p] cells without a value, of all rows
    bool *needed;  // [p] an empty cell drops the row
    bool *target;  // [p] it is a target
    bool *read;    // [p] features read it

    struct screen_rules rules;
    const struct range **range; // [p] that holds for a column, or NULL
    struct span *span;          // [p]
    bool pass;                  // every row is kept and lacks no target

    struct dropped *dropped; // [n_dropped], at most SCREEN_DROPPED
    size_t n_dropped;
    struct group_tally *tally; // [keys.groups->n], NULL without groups
    struct whole_run *whole;   // [n_whole] without groups
    size_t n_whole, cap_whole;
    struct cursor cursor;
    struct ordered *ordered; // the rows by group and key, once screened
};

#define SCREEN_DROPPED ((size_t)1000)

/* Opens raw/<name>.arrow, reads its keys and adds the names of its groups, which the
 * first value column holds; the ids, in the next one, stay a value, but are neither judged
 * nor repaired.  STATUS_INPUT for a table of another shape. */
MUST_USE enum status screen_open(struct screen *s, const char *name, const char *path,
                                 const struct screen_keys *keys, struct arena *mem,
                                 struct error *err);
void screen_close(struct screen *s); // accepts one that was not opened whole

/* Called for a conflict of an arrival, and once for each fault that the rules make an
 * error. */
typedef enum status screen_fault(void *context, const struct error *fault, bool fatal);

/* Decides about every row.  Conflicts between rows of the base file, or all with
 * DUPLICATES_ERROR, are faults handed to `fault` as fatal; others as warnings.  What does
 * not fit into memory stands beside the output of the path. */
MUST_USE enum status screen_rows(struct screen *s, const struct screen_rules *rules,
                                 struct publish *publish, const char *path,
                                 screen_fault *fault, void *context, struct error *err);

/* Counts a row that was kept as dropped, and lists it among the first ones. */
void screen_drop(struct screen *s, const struct dropped *row);

/* True for a reason that lies in what the row holds. */
bool screen_is_loss(enum reason why);

/* A number that orders the row by group, then by key; the same for two rows of one group
 * and key.  Of ids their code is the key. */
static inline uint64_t screen_rank(uint32_t group, int32_t key)
{
    return (uint64_t)group << 32 | ((uint32_t)key ^ UINT32_C(0x80000000));
}

/* The group and the key of such a number. */
static inline uint32_t screen_rank_group(uint64_t rank)
{
    return (uint32_t)(rank >> 32);
}
static inline int32_t screen_rank_key(uint64_t rank)
{
    return (int32_t)((uint32_t)rank ^ UINT32_C(0x80000000));
}

/* "2020-05", with groups "2020-05 of 'a'", without a time "request_id 12"; buffer holds
 * SCREEN_LABEL bytes; returns buffer. */
enum { SCREEN_LABEL = TIMESTEP_TEXT + 2 * GROUP_QUOTED + 4 };
const char *screen_label(const struct screen *s, uint64_t rank, char *buffer);

/* Where row i of the batch under a cursor came from. */
size_t screen_file(const struct screen *s, const struct cursor *c, size_t i);
size_t screen_line(const struct screen *s, const struct cursor *c, size_t i);

#endif
