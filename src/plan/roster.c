/* Finds and reads the pipelines' files. */
#include "plan/roster.h"

#include <dirent.h>
#include <errno.h>

#include "file/file.h"
#include "config/pipeline.h"

/* The folders that two paths have in common; "." when none. */
static const char *common(const char *a, const char *b, struct arena *mem)
{
    size_t i = 0, end = 0;
    for (; a[i] && a[i] == b[i]; i++)
        if (a[i] == '/')
            end = i;
    if ((!a[i] || a[i] == '/') && (!b[i] || b[i] == '/'))
        end = i;
    return end > 0 ? arena_copy(mem, a, end) : ".";
}

/* True for a folder below the project's: DVC and dvc.lock know no other. */
static bool is_inside(const char *folder)
{
    for (const char *p = folder; p; p = strchr(p, '/')) {
        p += *p == '/';
        size_t n = strcspn(p, "/");
        if (n == 0 || (p[0] == '.' && (n == 1 || (n == 2 && p[1] == '.'))))
            return false;
    }
    return !strchr("/~.", folder[0]);
}

/* What dvc.yaml can spell: its ${…} would be filled in. */
static enum status check_folder(const struct yaml_node *path, const char *folder,
                                struct error *err)
{
    const char *p = folder;
    while ((unsigned char)*p >= 0x20 && *p != 0x7F && *p != '$' && *p != '\\')
        p++;
    if (!*p)
        return STATUS_OK;
    yaml_error(err, path, "DVC cannot track the folder %s", QUOTE(folder));
    error_hint(err, "rename it, or say 'track: false'");
    return STATUS_INPUT;
}

/* Takes in what the pipeline's sources say of their files. */
static enum status read_source(const struct yaml_node *source, struct arena *mem,
                               const char **pattern, const char **name,
                               struct roster_pipeline *p, struct error *err)
{
    const struct yaml_node *path = yaml_get(source, "path"),
                           *called = yaml_get(source, "name");
    if (called && called->kind == YAML_TEXT)
        name[p->names.n++] = arena_copy(mem, called->text.p, called->text.n);
    if (!path || path->kind != YAML_TEXT || path->text.n == 0)
        return STATUS_OK; // ingest says what is wrong
    pattern[p->patterns.n++] = arena_copy(mem, path->text.p, path->text.n);
    const char *folder = file_folder(mem, pattern[p->patterns.n - 1]);
    p->tracked &= is_inside(folder);
    if (p->tracked)
        TRY(check_folder(path, folder, err));
    p->folder = p->folder ? common(p->folder, folder, mem) : folder;
    return STATUS_OK;
}

static enum status read_sources(struct arena *mem, struct roster_pipeline *p,
                                struct error *err)
{
    const struct yaml_node *sources = yaml_get(yaml_get(p->root, "ingest"), "sources"),
                           *track = yaml_get(p->root, "track");
    size_t n = sources && sources->kind == YAML_LIST ? sources->n : 0;
    const char **pattern = ARENA_ARRAY(mem, const char *, n);
    const char **name = ARENA_ARRAY(mem, const char *, n);
    p->patterns.v = pattern;
    p->names.v = name;
    p->tracked = !track || track->kind != YAML_BOOL || track->boolean;
    for (size_t i = 0; i < n; i++)
        TRY(read_source(sources->child[i], mem, pattern, name, p, err));
    p->tracked &= p->folder != NULL && strcmp(p->folder, ".") != 0;
    return STATUS_OK;
}

enum status roster_read_one(const char *path, const struct texts *set, struct arena *mem,
                            struct roster_pipeline *ret, struct error *err)
{
    struct roster_pipeline p = {.path = path, .name = file_stem(mem, path)};
    struct yaml_node *root;
    TRY(yaml_read(path, mem, &root, err));
    if (root->kind != YAML_MAP)
        return yaml_error(err, root, "expected a map of keys, found %s",
                          yaml_kind_name(root->kind));
    for (size_t i = 0; i < set->n; i++)
        TRY(yaml_override(root, set->v[i], mem, err));
    p.root = root;
    TRY(read_sources(mem, &p, err));
    *ret = p;
    return STATUS_OK;
}

static enum status check_name(const char *name, struct error *err)
{
    if (strcmp(name, "all") == 0)
        return error_set(err, STATUS_USAGE, "'all' stands for every pipeline");
    return pipeline_check_name(name, err);
}

/* Takes one file in, or refuses it. */
static void add(struct roster *roster, const char *path, struct arena *mem)
{
    const struct texts none = {0};
    struct error why;
    const char *name = file_stem(mem, path);
    bool nameable = check_name(name, &why) == STATUS_OK;
    struct roster_pipeline *p = &roster->pipeline[roster->n];
    if (nameable && roster_read_one(path, &none, mem, p, &why) == STATUS_OK) {
        roster->n++;
        return;
    }
    error_at(&why, path, 0, 0);
    roster->refused[roster->n_refused++] =
        (struct roster_refusal){nameable ? name : NULL, why};
}

static bool is_candidate(const char *name)
{
    size_t n = strlen(name);
    return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

/* Each is looked at by itself, whatever bytes its name holds. */
enum status roster_list(const char *folder, struct arena *mem, const char ***ret,
                        size_t *ret_n, struct error *err)
{
    DIR *dir = opendir(folder);
    const char **names = NULL;
    size_t n = 0, cap = 0;
    struct dirent *entry;
    if (!dir)
        return error_errno(err, "could not list %s", QUOTE_PATH(folder));
    while (errno = 0, (entry = readdir(dir)) != NULL) {
        if (!is_candidate(entry->d_name))
            continue;
        ARENA_ROOM(mem, names, n, cap, 64);
        names[n++] = arena_string(mem, entry->d_name);
    }
    enum status status = STATUS_OK;
    if (errno != 0)
        status = error_errno(err, "could not list %s", QUOTE_PATH(folder));
    closedir(dir);
    if (n)
        qsort(names, n, sizeof(*names), text_order);
    *ret = names;
    *ret_n = n;
    return status;
}

enum status roster_read(const char *folder, struct arena *mem, struct roster *ret,
                        struct error *err)
{
    const char **names;
    size_t n;
    TRY(roster_list(folder, mem, &names, &n, err));
    struct roster roster = {.pipeline = ARENA_ARRAY(mem, struct roster_pipeline, n + 1),
                            .refused = ARENA_ARRAY(mem, struct roster_refusal, n)};
    for (size_t i = 0; i < n; i++)
        add(&roster, file_join(mem, folder, names[i]), mem);
    *ret = roster;
    return STATUS_OK;
}
