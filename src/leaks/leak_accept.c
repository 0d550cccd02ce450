/* Which alarms are accepted. */
#include "leaks/leak_accept.h"

#include <string.h>

#include "config/config.h"

static const enum leak_kind kinds[] = {LEAK_TARGET, LEAK_AHEAD, LEAK_SCALED,
                                       LEAK_ENCODED};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION_REQUIRED(struct leak_accept, column, 0, 0, "NAME",
                    "the column that raises the alarm"),
    {.name = "kind", .kind = OPTION_ENUM, .offset = offsetof(struct leak_accept, kind),
     .placeholder = "target|ahead|scaled|encoded", .required = true,
     .help = "which alarm, of those that rest on values"},
    OPTION_REQUIRED(struct leak_accept, why, 0, 0, "TEXT", "why it is none"),
};
/* clang-format on */

static enum status check(const struct leak_accepts *accepts,
                         const struct leak_accept *item, const struct texts *names,
                         struct error *err)
{
    const struct yaml_node *column = yaml_get(item->at, "column");
    for (size_t i = 0; i < accepts->n; i++)
        if (strcmp(accepts->item[i].column, item->column) == 0 &&
            accepts->item[i].kind == item->kind)
            return yaml_error(err, item->at, "%s is accepted twice for %s",
                              QUOTE(item->column), leak_kind_name[kinds[item->kind]]);
    if (texts_hold(names, item->column))
        return STATUS_OK;
    (void)yaml_error(err, column, "no column is called %s", QUOTE(item->column));
    error_known(err, view_of(item->column), "columns", names->v, names->n);
    return err->status;
}

enum status leak_accept_read(const struct yaml_node *node, const struct texts *names,
                             struct arena *mem, struct leak_accepts *ret,
                             struct error *err)
{
    struct leak_accepts a = {0};
    if (node) {
        TRY(yaml_expect(node, YAML_LIST, err));
        a.item = ARENA_ARRAY(mem, struct leak_accept, node->n);
    }
    for (size_t i = 0; node && i < node->n; i++) {
        struct leak_accept *item = &a.item[i];
        *item = (struct leak_accept){.at = node->child[i]};
        TRY(config_read(item->at, arena_format(mem, "evaluate.leaks.accept[%zu]", i),
                        rows, COUNT_OF(rows), item, mem, err));
        TRY(check(&a, item, names, err));
        a.n++;
    }
    *ret = a;
    return STATUS_OK;
}

static bool is_meant(const struct leak_accept *item, const struct leak *leak)
{
    return strcmp(item->column, leak->column) == 0 &&
           strcmp(leak_kind_name[kinds[item->kind]], leak->kind) == 0;
}

static void warn(const struct leak_accept *item, const struct watch *watch)
{
    struct error warning = {0};
    (void)yaml_error(&warning, item->at, "%s raises no alarm of kind '%s'",
                     QUOTE(item->column), leak_kind_name[kinds[item->kind]]);
    error_hint(&warning, "take it out of `evaluate.leaks.accept`, or it would hide one "
                         "that comes");
    watch_warn(watch, &warning);
}

void leak_accept(const struct leak_accepts *accepts, const struct watch *watch,
                 struct leaks *found)
{
    for (size_t i = 0; i < accepts->n; i++) {
        const struct leak_accept *item = &accepts->item[i];
        size_t k = 0;
        while (k < found->n && !is_meant(item, &found->leak[k]))
            k++;
        if (k < found->n)
            found->leak[k].accepted = item->why;
        else
            warn(item, watch);
    }
}
