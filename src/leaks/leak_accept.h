/* Alarms that the pipeline's file takes for no leaks, each with the reason:
 *
 *     evaluate:
 *       leaks:
 *         accept:
 *           - {column: index, kind: scaled, why: published as a standard score of 1990}
 *
 * An alarm is a column and a kind: the same column may raise another one tomorrow.  Only
 * those that rest on values can be accepted (target, ahead, scaled, encoded); that a column
 * is not what its rule makes, or changes when later rows are cut, is a proof. */
#ifndef LEAKS_LEAK_ACCEPT_H
#define LEAKS_LEAK_ACCEPT_H

#include "artifacts/leaks.h"
#include "base/watch.h"
#include "config/yaml.h"

struct leak_accept {
    const char *column, *why;
    unsigned kind;              // of those that can be accepted
    const struct yaml_node *at; // where it stands
};

struct leak_accepts {
    size_t n;
    struct leak_accept *item; // [n]
};

/* Reads the list, into mem; node NULL: none.  STATUS_INPUT, or STATUS_USAGE for --set, at
 * its place for a column that is not among the names, another kind, no reason, and an alarm
 * that is named twice. */
MUST_USE enum status leak_accept_read(const struct yaml_node *node,
                                      const struct texts *names, struct arena *mem,
                                      struct leak_accepts *ret, struct error *err);

/* Notes in found what is accepted, and warns of what nothing was found for. */
void leak_accept(const struct leak_accepts *accepts, const struct watch *watch,
                 struct leaks *found);

#endif
