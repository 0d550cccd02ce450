/* Any bytes as a manifest and as a pointer: refused with a reason, or the bytes that the
 * writer makes of what was read. */
#include "fuzz/fuzz.h"

#include "sync/manifest.h"

static void require_refused(enum status status, const struct error *err)
{
    require(status == STATUS_INPUT && err->status == status && err->message[0]);
    require(strcmp(err->loc.path, "fuzz.json") == 0);
}

static void try_manifest(struct view input, struct arena *mem)
{
    struct manifest m;
    struct error err = {0};
    struct text again = {.mem = mem};
    enum status status = manifest_parse("fuzz.json", input, mem, &m, &err);
    if (status != STATUS_OK) {
        require_refused(status, &err);
        return;
    }
    for (size_t i = 0; i < m.n; i++) {
        require(manifest_find(&m, m.object[i].key) == &m.object[i]);
        require(manifest_md5_of_key(m.object[i].key, mem));
    }
    struct manifest back;
    manifest_write(&m, &again);
    require(manifest_parse("again", (struct view){again.p, again.n}, mem, &back, &err) ==
            STATUS_OK);
    require(back.n == m.n && strcmp(back.lock_sha256, m.lock_sha256) == 0);
}

static void try_pointer(struct view input, struct arena *mem)
{
    struct manifest_name name, back;
    struct error err = {0};
    struct text again = {.mem = mem};
    enum status status = manifest_parse_pointer("fuzz.json", input, &name, &err);
    if (status != STATUS_OK) {
        require_refused(status, &err);
        return;
    }
    manifest_write_pointer(&name, &again);
    require(manifest_parse_pointer("again", (struct view){again.p, again.n}, &back,
                                   &err) == STATUS_OK);
    require(back.bytes == name.bytes && strcmp(back.sha256, name.sha256) == 0);
}

static void try_input(struct view input, struct arena *mem)
{
    try_manifest(input, mem);
    try_pointer(input, mem);
}
