/* Screening: what becomes of each row of a raw table, and why.
 *
 * A row is kept or dropped for one reason, the first that holds in this order: later than
 * --as-of, duplicate or conflict, range, implausible (arrivals only), missing.  Only
 * columns that features read or that are targets make a row implausible, and only an
 * empty cell that a feature needs makes it missing: a row that lacks a target stays, for
 * it is to be predicted.  Of rows of one key it gives way to one that lacks none; an
 * empty cell that nothing reads contradicts no other value.
 *
 * Reads a table batch by batch in bounded memory; keeps five bytes a row, four more where
 * rows have groups, sixteen where they stand out of order, one more where a row that lacks
 * a target stays; and all ids, where no time tells rows apart.
 *
 *     TRY(screen_open(&s, path, key, mem, err));
 *     TRY(screen_rows(&s, &rules, err));
 *     … s.reason[row], s.order …
 *     screen_close(&s); */
#ifndef CLEAN_SCREEN_H
#define CLEAN_SCREEN_H

#include "arrow/cursor.h"
#include "base/option.h"
#include "base/timestep.h"
#include "data/groups.h"

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

/* Values of a column outside [low, high] are wrong. */
struct range {
    const char *column;
    double low, high;
    bool used; // some table has the column, of numbers
};

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

/* Whether a row lacks a target, and one whose past features read. */
enum open { OPEN_NOT, OPEN_TARGET, OPEN_READ };

/* One row that was dropped. */
struct dropped {
    size_t row;
    enum reason reason;
    const char *column; // that decided, or NULL
};

struct screen {
    const char *name;
    struct arrow_file *file;
    struct arena *mem;
    size_t n;                    // rows
    size_t value, p;             // first value column and their number
    const struct timestep *step; // of keys, or NULL
    int32_t *key;                // [n], NULL without a key
    const struct groups *groups; // names of the codes, or NULL
    uint32_t *group;             // [n] codes, NULL without groups
    size_t ids;  // 1 when the first value column holds ids, which nobody judges
    int32_t *id; // [n] their codes, NULL where a time tells rows apart
    const struct groups *id_names; // of these codes
    uint8_t *reason;               // [n] enum reason
    size_t *order; // [n] rows by key, equal keys in file order; NULL: as they stand
    const char **file_name; // [n_files]
    size_t n_files;
    size_t count[REASONS];
    size_t *empty;           // [p] cells without a value, of all rows
    bool *needed;            // [p] an empty cell drops the row
    bool *target;            // [p] it is a target
    bool *read;              // [p] features read it
    uint8_t *open;           // [n] enum open; NULL: no row lacks a target
    struct dropped *dropped; // [n_dropped], at most SCREEN_DROPPED
    size_t n_dropped;
    struct cursor cursor;
};

#define SCREEN_DROPPED ((size_t)1000)

/* Opens raw/<name>.arrow and reads its keys; step: of keys, or NULL. */
MUST_USE enum status screen_open(struct screen *s, const char *name, const char *path,
                                 const struct timestep *step, struct arena *mem,
                                 struct error *err);
void screen_close(struct screen *s);

/* Takes the first value column for the groups, which must be called so, and gives each row
 * the code that its name has in groups, old names or new ones. */
MUST_USE enum status screen_groups(struct screen *s, const char *name,
                                   struct groups *groups, struct error *err);

/* Takes the first value column for the ids, which must be called so: it stays a value, but
 * is neither judged nor repaired.  Where rows have no time, equal ids of a group are one
 * key. */
MUST_USE enum status screen_ids(struct screen *s, const char *name, struct error *err);

/* Gives each row's group its new code. */
void screen_recode(struct screen *s, const uint32_t *rank);

/* Called for a conflict of an arrival, and once for each fault that the rules make an
 * error. */
typedef enum status screen_fault(void *context, const struct error *fault, bool fatal);

/* Decides about every row.  Conflicts between rows of the base file, or all with
 * DUPLICATES_ERROR, are faults handed to `fault` as fatal; others as warnings. */
MUST_USE enum status screen_rows(struct screen *s, const struct screen_rules *rules,
                                 screen_fault *fault, void *context, struct error *err);

/* Drops one row that was kept. */
void screen_drop(struct screen *s, size_t row, enum reason why, const char *column);

/* True when the row has all that the features of other rows need of it. */
bool screen_whole(const struct screen *s, size_t row);

/* True for a reason that lies in what the row holds. */
bool screen_is_loss(enum reason why);

/* Rows dropped for what they hold: all but later, duplicate and unmatched ones. */
size_t screen_lost(const struct screen *s);

/* Appends why they were: "531 missing (column 'z' is empty, column 'x' in 2 rows), 2
 * range". */
void screen_losses(const struct screen *s, struct text *out);

/* The row in by-key order. */
static inline size_t screen_row(const struct screen *s, size_t i)
{
    return s->order ? s->order[i] : i;
}

/* A number that orders the row by group, then by key; the same for two rows of one group
 * and key.  Without a time the id is the key. */
static inline uint64_t screen_rank_of(uint32_t group, int32_t key)
{
    return (uint64_t)group << 32 | ((uint32_t)key ^ UINT32_C(0x80000000));
}
static inline uint64_t screen_rank(const struct screen *s, size_t row)
{
    const int32_t *key = s->key ? s->key : s->id;
    return screen_rank_of(s->group ? s->group[row] : 0, key ? key[row] : 0);
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

/* "2020-05", with groups "2020-05 of 'a'", without a time "request_id 12"; buffer holds SCREEN_LABEL
 * bytes; returns buffer. */
enum { SCREEN_LABEL = TIMESTEP_TEXT + 2 * GROUP_QUOTED + 4 };
const char *screen_label(const struct screen *s, uint64_t rank, char *buffer);

/* Where the row under the cursor came from. */
size_t screen_file(const struct screen *s, size_t i);
size_t screen_line(const struct screen *s, size_t i);

#endif
