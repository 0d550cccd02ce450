/* The levels of a text column: its distinct texts, and which of them get a column of 0 and 1
 * each, by the rules of scikit-learn's OneHotEncoder.
 *
 * Levels are ordered by their bytes; an empty cell is a level like any other, behind them.
 * Rare ones share a column, which stands last. */
#ifndef STEPS_LEVELS_H
#define STEPS_LEVELS_H

#include <jansson.h>

#include "base/error.h"
#include "data/matrix.h"

enum levels_unknown { LEVELS_IGNORE, LEVELS_INFREQUENT, LEVELS_ERROR };
enum levels_drop { LEVELS_DROP_NONE, LEVELS_DROP_FIRST, LEVELS_DROP_IF_BINARY };
/* clang-format off */
#define LEVELS_UNKNOWN_WORDS "ignore|infrequent_if_exist|error"
#define LEVELS_DROP_WORDS "none|first|if_binary"
/* clang-format on */

struct levels_rule {
    double min_frequency;  // rarer ones are rare: below 1 a share of the rows, else rows
    size_t max_categories; // columns of a text at most, the shared one included; 0: any
    enum levels_unknown handle_unknown; // levels that were not learnt
    enum levels_drop drop;              // columns that the others tell
};

struct levels {
    size_t n;
    const struct view *text; // [n] ascending; p NULL, the empty cell, last
    const bool *rare;        // [n]
    bool any_rare;
    bool dropped;     // the first column of those that there would be
    size_t columns;   // that there are
    const size_t *at; // [n] the column of each; LEVELS_NOWHERE: dropped
};

#define LEVELS_NOWHERE SIZE_MAX

/* Learns those of n cells; in mem, the texts too. */
struct levels levels_learn(const struct view *cell, size_t n,
                           const struct levels_rule *rule, struct arena *mem);

/* The column of a text, LEVELS_NOWHERE for none.  *ret_known: it is a level. */
size_t levels_find(const struct levels *l, struct view text,
                   const struct levels_rule *rule, bool *ret_known);

/* The names of the columns behind "NAME_": the level's text, "missing", "infrequent"; in
 * ret[l->columns]. */
void levels_names(const struct levels *l, const char *name, struct arena *mem,
                  const char **ret);

/* A member of a saved state, and back. */
json_t *levels_json(const struct levels *l);
MUST_USE enum status levels_load(const json_t *saved, const char *path,
                                 const struct levels_rule *rule, struct arena *mem,
                                 struct levels *ret, struct error *err);

#endif
