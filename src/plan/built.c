/* The note of what is built. */
#include "plan/built.h"

#include <inttypes.h>
#include <string.h>

#include "base/option.h"
#include "file/file.h"
#include "file/seen.h"

static const char *note_in(const char *into, struct arena *mem)
{
    return file_join(mem, into, "built.seen");
}

static const char *look(const char *code, struct arena *mem, struct seen *ret)
{
    struct texts paths = option_words(code, mem);
    seen_begin(ret, code, mem);
    for (size_t i = 0; i < paths.n; i++)
        seen_add_tree(ret, paths.v[i]);
    return ret->settled ? arena_format(mem, "seen-%016" PRIx64, ret->digest) : "";
}

const char *built_state(const char *into, const char *code, struct arena *mem)
{
    struct seen now;
    return seen_holds(note_in(into, mem), code, mem) ? "intact" : look(code, mem, &now);
}

void built_note(const char *into, const char *code, const char *state, struct arena *mem)
{
    struct seen now;
    if (strcmp(look(code, mem, &now), state) == 0)
        seen_write(&now, note_in(into, mem));
}
