/* Ranges: which values a column may have, as `clean.ranges` of a pipeline's file says.
 *
 *     ranges: {price: [0, 10000]}
 *
 * Both ends are inclusive.  clean drops rows outside; predict refuses those that it is
 * asked about. */
#ifndef CONFIG_RANGES_H
#define CONFIG_RANGES_H

#include "config/yaml.h"

struct range {
    const char *column;
    double low, high;
    bool used; // some table has the column, of numbers
};

/* Reads the map; NULL is one without columns.  STATUS_INPUT at the node otherwise. */
MUST_USE enum status ranges_read(const struct yaml_node *map, struct arena *mem,
                                 size_t *ret_n, struct range **ret, struct error *err);

/* The range of a column, or NULL. */
struct range *range_of(struct range *range, size_t n, const char *column);

/* True where x, a number, lies outside. */
static inline bool range_excludes(const struct range *r, double x)
{
    return x < r->low || x > r->high;
}

#endif
