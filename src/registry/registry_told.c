/* Words for what was shared, and all registries at once. */
#include "registry/registry_told.h"

#include <string.h>

#include "file/file.h"
#include "registry/registry_list.h"
#include "registry/registry_there.h"

static void tell(const struct registry *r, const struct registry_shared *s,
                 struct text *out)
{
    for (size_t i = 0; i < s->n_renumbered; i++)
        text_addf(out,
                  "version %zu of %s is version %zu now: in the remote %zu is another\n",
                  s->renumbered[i].from, r->pipeline, s->renumbered[i].to,
                  s->renumbered[i].from);
    if (s->fetched + s->sent == 0 && !s->moved_here && !s->moved_there)
        text_addf(out, "up to date: the registry of %s\n", r->pipeline);
    else
        text_addf(out, "registry of %s: %zu version%s came, %zu went%s%s\n", r->pipeline,
                  s->fetched, s->fetched == 1 ? "" : "s", s->sent,
                  s->moved_here ? ", aliases came" : "",
                  s->moved_there ? ", aliases went" : "");
}

static enum status overtaken(const struct registry *r, const struct registry_overtaken *o,
                             struct error *err)
{
    char now[32] = "nothing";
    if (o->now > 0)
        snprintf(now, sizeof now, "version %zu", o->now);
    error_set(err, STATUS_BUSY,
              "%s of %s was not moved to version %zu: it is %s in the remote%s%s%s%s",
              QUOTE(o->move.alias), r->pipeline, o->move.to, now,
              o->by ? ", moved by " : "", o->by ? o->by->who : "", o->by ? ": " : "",
              o->by ? o->by->why : "");
    error_hint(err, "'bin/registry promote %s %zu --alias %s --why \"…\"' does it again",
               r->pipeline, o->move.to, o->move.alias);
    return STATUS_BUSY;
}

/* What a person decided must not get lost in silence; the gate decides again tomorrow. */
static enum status tell_overtaken(const struct registry *r,
                                  const struct registry_shared *s, const struct watch *w,
                                  struct error *err)
{
    struct error other;
    const struct registry_overtaken *decided = NULL;
    for (size_t i = 0; i < s->n_overtaken; i++) {
        const struct registry_overtaken *o = &s->overtaken[i];
        if (!decided && strcmp(o->move.who, REGISTRY_GATE) != 0) {
            decided = o;
            continue;
        }
        (void)overtaken(r, o, &other);
        watch_warn(w, &other);
    }
    return decided ? overtaken(r, decided, err) : STATUS_OK;
}

enum status registry_share(const struct registry *r, struct remote *remote,
                           enum registry_way way, const struct watch *w, struct text *out,
                           struct error *err)
{
    struct registry_shared shared;
    if (way == REGISTRY_PULL)
        TRY(registry_pull(r, remote, out->mem, &shared, err));
    else
        TRY(registry_push(r, remote, way == REGISTRY_PUSH_UNSAFE, out->mem, &shared,
                          err));
    tell(r, &shared, out);
    return tell_overtaken(r, &shared, w, err);
}

static enum status share_all(const char *folder, const struct texts *pipelines,
                             struct remote *remote, enum registry_way way,
                             const struct watch *w, struct text *out, struct error *err)
{
    enum status first = STATUS_OK;
    for (size_t i = 0; i < pipelines->n; i++) {
        struct registry r = registry_at(folder, pipelines->v[i]);
        struct error failed;
        enum status status = registry_share(&r, remote, way, w, out, &failed);
        if (status == STATUS_OK)
            continue;
        if (first != STATUS_OK) {
            watch_warn(w, &failed);
            continue;
        }
        *err = failed;
        first = status;
    }
    return first;
}

enum status registry_push_all(const char *folder, struct remote *remote, bool unsafe,
                              const struct watch *w, struct text *out, struct error *err)
{
    struct texts pipelines;
    if (!file_exists(folder))
        return STATUS_OK;
    TRY(registry_pipelines(folder, out->mem, &pipelines, err));
    return share_all(folder, &pipelines, remote,
                     unsafe ? REGISTRY_PUSH_UNSAFE : REGISTRY_PUSH, w, out, err);
}

enum status registry_pull_all(const char *folder, struct remote *remote,
                              const struct watch *w, struct text *out, struct error *err)
{
    struct texts pipelines;
    TRY(registry_there_pipelines(remote, out->mem, &pipelines, err));
    return share_all(folder, &pipelines, remote, REGISTRY_PULL, w, out, err);
}
