/* A map of pairs. */
#include "config/ranges.h"

#include <string.h>

static enum status read_range(const struct yaml_node *node, struct range *ret,
                              struct error *err)
{
    bool pair = node->kind == YAML_LIST && node->n == 2;
    for (size_t i = 0; pair && i < 2; i++)
        pair = node->child[i]->kind == YAML_INT || node->child[i]->kind == YAML_REAL;
    if (!pair)
        return yaml_error(err, node, "expected [low, high]");
    *ret = (struct range){node->key, node->child[0]->real, node->child[1]->real, false};
    if (!(ret->low <= ret->high))
        return yaml_error(err, node, "the low end lies above the high end");
    return STATUS_OK;
}

enum status ranges_read(const struct yaml_node *map, struct arena *mem, size_t *ret_n,
                        struct range **ret, struct error *err)
{
    size_t n = map ? map->n : 0;
    if (map && map->kind != YAML_MAP)
        return yaml_error(err, map, "expected a map of column: [low, high], found %s",
                          yaml_kind_name(map->kind));
    struct range *range = ARENA_ARRAY(mem, struct range, n);
    for (size_t i = 0; i < n; i++)
        TRY(read_range(map->child[i], &range[i], err));
    *ret_n = n;
    *ret = range;
    return STATUS_OK;
}

struct range *range_of(struct range *range, size_t n, const char *column)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(range[i].column, column) == 0)
            return &range[i];
    return NULL;
}
