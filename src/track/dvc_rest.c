/* The note that nothing differs from dvc.lock. */
#include "track/dvc_rest.h"

#include "dvc/dvc_config.h"
#include "dvc/dvc_ledger.h"
#include "track/dvc_record.h"

#define NOTE ".dvc/tmp/nightmill.seen"

enum { CONFIGS = 4 };

/* The targets, and where the environment says that DVC's configuration stands. */
static const char *question(const char *targets, const char *config[CONFIGS],
                            struct arena *mem)
{
    struct text t = {.mem = mem};
    text_puts(&t, targets);
    dvc_config_paths(mem, config);
    for (size_t i = 0; i < CONFIGS; i++)
        text_addf(&t, "\n%s", config[i] ? config[i] : "");
    return t.p;
}

bool dvc_rest_holds(const char *targets, struct arena *mem)
{
    const char *config[CONFIGS];
    return seen_holds(NOTE, question(targets, config, mem), mem);
}

void dvc_rest_begin(const char *targets, struct arena *mem, struct seen *ret)
{
    static const char *const read[] = {"/proc/self/exe", ".dvcignore", DVC_FILE,
                                       DVC_LOCK_FILE, DVC_JOURNAL_FILE};
    const char *config[CONFIGS];
    seen_begin(ret, question(targets, config, mem), mem);
    for (size_t i = 0; i < COUNT_OF(read); i++)
        seen_add(ret, read[i]);
    for (size_t i = 0; i < CONFIGS; i++)
        if (config[i])
            seen_add(ret, config[i]);
}

void dvc_rest_note(const struct seen *seen)
{
    seen_write(seen, NOTE);
}
