/* Any bytes as a version's manifest, as aliases, as a log and as an archive: refused with a
 * reason, or what the writers make of it reads back. */
#include "fuzz/fuzz.h"

#include "registry/registry_internal.h"
#include "registry/ustar.h"

static void require_refused(enum status status, const struct error *err)
{
    require(status == STATUS_INPUT && err->status == status && err->message[0]);
}

static void try_manifest(struct view input, struct arena *mem)
{
    struct registry_manifest m;
    struct error err = {0};
    enum status status = registry_manifest_parse("m.json", input, "milk", mem, &m, &err);
    if (status != STATUS_OK) {
        require_refused(status, &err);
        return;
    }
    for (size_t i = 0; i < m.n_files; i++)
        require(registry_check_name(m.file[i].name, &err) == STATUS_OK &&
                registry_manifest_find(&m, m.file[i].name) == &m.file[i]);
}

static void try_aliases(struct view input, struct arena *mem)
{
    struct registry_aliases a;
    struct error err = {0};
    enum status status = registry_aliases_parse("a.json", input, "milk", mem, &a, &err);
    if (status != STATUS_OK) {
        require_refused(status, &err);
        return;
    }
    for (size_t i = 0; i < a.n; i++)
        require(registry_aliased(&a, a.alias[i].name) == a.alias[i].version);
}

static void try_log(struct view input, struct arena *mem)
{
    struct registry_moved *moved, *back;
    struct error err = {0};
    struct text again = {.mem = mem};
    size_t n, n_back;
    enum status status = registry_log_parse(input, "log.jsonl", mem, &moved, &n, &err);
    if (status != STATUS_OK) {
        require_refused(status, &err);
        return;
    }
    text_puts(&again, "");
    for (size_t i = 0; i < n; i++)
        registry_log_line(&moved[i], &again);
    struct view lines = {again.p, again.n};
    require(registry_log_parse(lines, "again", mem, &back, &n_back, &err) == STATUS_OK);
    require(n_back == n);
}

static void try_archive(struct view input, struct arena *mem)
{
    struct ustar_entry *entry;
    struct error err = {0};
    size_t n;
    enum status status = ustar_read("a.tar", input, mem, &entry, &n, &err);
    if (status != STATUS_OK) {
        require_refused(status, &err);
        return;
    }
    for (size_t i = 0; i < n; i++)
        require(beneath_holds(entry[i].path) && entry[i].bytes.p >= input.p &&
                entry[i].bytes.p + entry[i].bytes.n <= input.p + input.n);
}

static void try_input(struct view input, struct arena *mem)
{
    try_manifest(input, mem);
    try_aliases(input, mem);
    try_log(input, mem);
    try_archive(input, mem);
}
