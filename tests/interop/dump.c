/* Writes trees as DVC would, for tests/interop/dvc_lock.py.
 *
 * Reads from standard input one JSON document a line, values as {"t": text}, {"i":
 * digits}, {"r": hexadecimal real}, {"b": 0 or 1}, {"z": 0} for null, {"l": [...]} and
 * {"m": [[key, value], ...]}; writes for each the bytes of the YAML and a NUL. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/banned.h"
#include "dvc/dvc_dump.h"

static struct view text_of(struct arena *mem, const json_t *j)
{
    size_t n = json_string_length(j);
    return (struct view){arena_copy(mem, json_string_value(j), n), n};
}

static struct yaml_node *build(struct arena *mem, const json_t *j)
{
    struct yaml_node *node = ARENA_NEW(mem, struct yaml_node);
    const char *kind = json_object_iter_key(json_object_iter((json_t *)j));
    const json_t *v = json_object_iter_value(json_object_iter((json_t *)j));
    node->text = VIEW("");
    switch (kind[0]) {
    case 't':
        node->kind = YAML_TEXT;
        node->text = text_of(mem, v);
        break;
    case 'i':
        node->kind = YAML_INT;
        node->integer = (int64_t)strtoll(json_string_value(v), NULL, 10);
        break;
    case 'r':
        node->kind = YAML_REAL;
        node->text = VIEW("0.");
        node->real = strtod(json_string_value(v), NULL);
        break;
    case 'b':
        node->kind = YAML_BOOL;
        node->boolean = json_integer_value(v) != 0;
        break;
    case 'l':
    case 'm':
        node->kind = kind[0] == 'l' ? YAML_LIST : YAML_MAP;
        node->n = json_array_size(v);
        node->child = ARENA_ARRAY(mem, struct yaml_node *, node->n);
        for (size_t i = 0; i < node->n; i++) {
            const json_t *item = json_array_get(v, i);
            if (kind[0] == 'l') {
                node->child[i] = build(mem, item);
                continue;
            }
            node->child[i] = build(mem, json_array_get(item, 1));
            node->child[i]->key = text_of(mem, json_array_get(item, 0)).p;
        }
        break;
    default: node->kind = YAML_NULL;
    }
    return node;
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    json_error_t fault;
    while (getline(&line, &room, stdin) > 0) {
        struct arena mem = {0};
        struct text out = {.mem = &mem};
        json_t *j = json_loads(line, JSON_ALLOW_NUL, &fault);
        if (!j) {
            fprintf(stderr, "%s\n", fault.text);
            return 1;
        }
        dvc_dump_member(NULL, build(&mem, j), 0, &out);
        if (out.n > 0)
            fwrite(out.p, 1, out.n, stdout);
        fputc('\0', stdout);
        json_decref(j);
        arena_release(&mem);
    }
    free(line);
    return 0;
}
