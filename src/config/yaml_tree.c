/* What one does with a YAML tree: look up, complain. */
#include "config/yaml.h"

#include <stdarg.h>

#include "config/yaml_internal.h"

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (strcmp(map->child[i]->key, key) == 0)
            return map->child[i];
    return NULL;
}

const char *yaml_kind_name(enum yaml_kind kind)
{
    static const char *const names[] = {
        [YAML_NULL] = "nothing",       [YAML_BOOL] = "true or false",
        [YAML_INT] = "a whole number", [YAML_REAL] = "a number",
        [YAML_TEXT] = "a text",        [YAML_LIST] = "a list",
        [YAML_MAP] = "a map",
    };
    return names[kind];
}

enum status yaml_error(struct error *err, const struct yaml_node *node,
                       const char *format, ...)
{
    char message[sizeof(err->message)];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    bool set = strcmp(node->path, YAML_SET_PATH) == 0;
    error_set(err, set ? STATUS_USAGE : STATUS_INPUT, "%s", message);
    error_at(err, node->path, node->line, node->col);
    if (node->key)
        error_field(err, node->key);
    return err->status;
}

enum status yaml_expect(const struct yaml_node *node, enum yaml_kind kind,
                        struct error *err)
{
    if (node->kind == kind)
        return STATUS_OK;
    return yaml_error(err, node, "expected %s, found %s", yaml_kind_name(kind),
                      yaml_kind_name(node->kind));
}
