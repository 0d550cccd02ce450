/* Keeps and writes the records of dvc.lock.
 *
 * A record is written by making the tree that DVC would make and dumping it; records that
 * were read and not replaced are copied. */
#include "dvc/dvc_lockfile.h"

#include "dvc/dvc_dump.h"

static const char own_head[] = "schema: '2.0'\nstages:\n";

/* Trees in the making. */
static struct yaml_node *new_node(struct arena *mem, enum yaml_kind kind, size_t room)
{
    struct yaml_node *node = ARENA_NEW(mem, struct yaml_node);
    node->kind = kind;
    node->text = VIEW("");
    node->child = ARENA_ARRAY(mem, struct yaml_node *, room);
    return node;
}

static struct yaml_node *new_text(struct arena *mem, const char *s)
{
    struct yaml_node *node = new_node(mem, YAML_TEXT, 0);
    node->text = view_of(s);
    return node;
}

static struct yaml_node *new_count(struct arena *mem, uint64_t n)
{
    struct yaml_node *node = new_node(mem, YAML_INT, 0);
    node->integer = n > INT64_MAX ? INT64_MAX : (int64_t)n;
    return node;
}

static void add(struct yaml_node *parent, const char *key, struct yaml_node *child)
{
    child->key = key;
    parent->child[parent->n++] = child;
}

static struct yaml_node *entry_tree(const struct dvc_entry *e, struct arena *mem)
{
    struct yaml_node *map = new_node(mem, YAML_MAP, 6);
    add(map, "path", new_text(mem, e->path));
    add(map, "hash", new_text(mem, "md5"));
    add(map, "md5", new_text(mem, e->md5));
    add(map, "size", new_count(mem, e->bytes));
    if (e->folder)
        add(map, "nfiles", new_count(mem, e->files));
    if (e->executable && !e->folder) {
        struct yaml_node *yes = new_node(mem, YAML_BOOL, 0);
        yes->boolean = true;
        add(map, "isexec", yes);
    }
    return map;
}

static struct yaml_node *entries_tree(const struct dvc_entry *e, size_t n,
                                      struct arena *mem)
{
    struct yaml_node *list = new_node(mem, YAML_LIST, n);
    for (size_t i = 0; i < n; i++)
        add(list, NULL, entry_tree(&e[i], mem));
    return list;
}

static struct yaml_node *values_tree(const struct dvc_record *r, struct arena *mem)
{
    struct yaml_node *files = new_node(mem, YAML_MAP, r->n_values);
    for (size_t i = 0; i < r->n_values; i++) {
        const struct dvc_values *values = &r->values[i];
        struct yaml_node *map = new_node(mem, YAML_MAP, values->n);
        for (size_t k = 0; k < values->n; k++) {
            struct yaml_node *copy = ARENA_NEW(mem, struct yaml_node);
            *copy = *values->value[k];
            add(map, values->key[k], copy);
        }
        add(files, values->file, map);
    }
    return files;
}

static struct yaml_node *command_tree(const struct dvc_record *r, struct arena *mem)
{
    if (!r->command_list)
        return new_text(mem, r->commands.v[0]);
    struct yaml_node *list = new_node(mem, YAML_LIST, r->commands.n);
    for (size_t i = 0; i < r->commands.n; i++)
        add(list, NULL, new_text(mem, r->commands.v[i]));
    return list;
}

void dvc_record_write(const struct dvc_record *r, struct text *out)
{
    struct arena work = {0};
    struct yaml_node *map = new_node(&work, YAML_MAP, 4);
    add(map, "cmd", command_tree(r, &work));
    if (r->n_deps > 0)
        add(map, "deps", entries_tree(r->dep, r->n_deps, &work));
    if (r->n_values > 0)
        add(map, "params", values_tree(r, &work));
    if (r->n_outs > 0)
        add(map, "outs", entries_tree(r->out, r->n_outs, &work));
    dvc_dump_member(r->name, map, 2, out);
    arena_release(&work);
}

void dvc_lockfile_write(const struct dvc_lockfile *lock, struct text *out)
{
    if (lock->n == 0) {
        text_puts(out, "schema: '2.0'\nstages: {}\n");
        return;
    }
    if (lock->head.n > 0)
        text_add(out, lock->head.p, lock->head.n);
    else
        text_puts(out, own_head);
    for (size_t i = 0; i < lock->n; i++) {
        const struct dvc_record *r = &lock->record[i];
        if (r->text.n == 0)
            dvc_record_write(r, out);
        else
            text_add(out, r->text.p, r->text.n);
        if (!strchr("\r\n", out->p[out->n - 1]))
            text_putc(out, '\n');
    }
}
