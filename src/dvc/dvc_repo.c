/* Opening the DVC side of a project. */
#include "dvc/dvc_repo.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/option.h"
#include "dvc/dvc_cache.h"
#include "dvc/dvc_lock.h"
#include "file/file.h"
#include "file/temporary_folder.h"

enum { MAX_IGNORE_BYTES = 1 << 20 };

static enum status check_folder(struct error *err)
{
    struct stat st;
    TRY(beneath_check(&beneath_here, ".dvc", err));
    bool found = stat(".dvc", &st) == 0;
    if (found && S_ISDIR(st.st_mode))
        return STATUS_OK;
    if (!found && errno != ENOENT)
        return error_errno(err, "could not look at '.dvc'");
    error_set(err, STATUS_INPUT,
              "this folder is no DVC project: it has no folder '.dvc'");
    error_hint(err, "run `dvc init`, or go to the project's own folder");
    return STATUS_INPUT;
}

/* DVC makes a .dvcignore with nothing but comments. */
static enum status check_ignore(struct arena *mem, struct error *err)
{
    struct view all;
    size_t line = 1;
    if (!file_exists(".dvcignore"))
        return STATUS_OK;
    TRY(file_read(".dvcignore", MAX_IGNORE_BYTES, mem, &all, err));
    for (size_t i = 0; i < all.n; line++) {
        size_t n = 0;
        while (i + n < all.n && all.p[i + n] != '\n')
            n++;
        struct view text = {all.p + i, n && all.p[i + n - 1] == '\r' ? n - 1 : n};
        text = view_trim(text);
        if (text.n && text.p[0] != '#') {
            error_set(err, STATUS_INPUT, "patterns of a .dvcignore are not supported");
            error_at(err, ".dvcignore", line, 1);
            error_hint(err, "remove the pattern and keep what it hides in a folder that "
                            "no stage names");
            return STATUS_INPUT;
        }
        i += n + 1;
    }
    return STATUS_OK;
}

static enum status refuse(const struct ini *file, const struct ini_value *value,
                          const char *what, const char *hint, struct error *err)
{
    error_set(err, STATUS_INPUT, "%s", what);
    error_at(err, file->path, value->line, value->col);
    error_hint(err, "%s", hint);
    return STATUS_INPUT;
}

/* A relative path counts from the folder of the file that holds it. */
static enum status find_cache(struct dvc_repo *repo, struct error *err)
{
    const struct ini *file;
    const struct ini_value *v = dvc_config_get(&repo->config, "cache", "local", &file);
    const char *home = getenv("HOME");
    if (v)
        return refuse(file, v, "'cache.local' is not supported",
                      "give the folder itself: `dvc cache dir PATH`", err);
    repo->cache = ".dvc/cache";
    v = dvc_config_get(&repo->config, "cache", "dir", &file);
    if (!v)
        return STATUS_OK;
    if (!v->value[0])
        return refuse(file, v, "'cache.dir' is empty",
                      "`dvc config --unset cache.dir` takes the usual folder", err);
    repo->cache_named = true;
    if (strncmp(v->value, "~/", 2) == 0 && home)
        repo->cache = file_join(repo->mem, home, v->value + 2);
    else
        repo->cache = file_join(repo->mem, file_folder(repo->mem, file->path), v->value);
    return STATUS_OK;
}

static const struct {
    const char *name;
    enum dvc_link link;
} link_names[] = {
    {"reflink", DVC_REFLINK},
    {"hardlink", DVC_HARDLINK},
    {"copy", DVC_COPY},
    {"symlink", DVC_SYMLINK},
};

/* Adds the kind of that name; false when there is no such kind, or too many. */
static bool add_link(struct dvc_repo *repo, struct view name)
{
    for (size_t i = 0; i < COUNT_OF(link_names); i++) {
        if (!view_is(name, link_names[i].name))
            continue;
        if (repo->n_links == COUNT_OF(repo->link))
            return false;
        // Files that are links lose their bytes with the cache: another kind is taken.
        if (link_names[i].link != DVC_SYMLINK)
            repo->link[repo->n_links++] = link_names[i].link;
        return true;
    }
    return false;
}

static enum status read_links(struct dvc_repo *repo, struct error *err)
{
    const struct ini *file;
    const struct ini_value *v = dvc_config_get(&repo->config, "cache", "type", &file);
    bool known = true;
    for (const char *p = v ? v->value : "reflink,copy"; known && p;) {
        size_t n = strcspn(p, ",");
        known = add_link(repo, view_trim((struct view){p, n}));
        p = p[n] ? p + n + 1 : NULL;
    }
    if (known && repo->n_links)
        return STATUS_OK;
    return refuse(file, v,
                  known ? "cache.type 'symlink' is not supported"
                        : "'cache.type' holds an unknown kind",
                  "use reflink, hardlink, copy or a list of them, with commas between",
                  err);
}

enum status dvc_repo_open(struct arena *mem, struct dvc_repo *ret, struct error *err)
{
    struct dvc_repo repo = {
        .lock_fd = -1, .wait_s = DVC_LOCK_WAIT_S, .store = {.fd = -1}, .mem = mem};
    TRY(check_folder(err));
    TRY(check_ignore(mem, err));
    TRY(dvc_config_read(mem, &repo.config, err));
    TRY(find_cache(&repo, err));
    TRY(read_links(&repo, err));
    TRY(dvc_cache_open(&repo, false, err));
    temporary_folder_sweep(&repo.store, DVC_CACHE_TMP);
    repo.memo = memo_open(".dvc/tmp/nightmill.memo", mem);
    *ret = repo;
    return STATUS_OK;
}

void dvc_repo_close(struct dvc_repo *repo)
{
    if (!repo->memo)
        return;
    memo_save(repo->memo);
    dvc_repo_unlock(repo);
    dvc_cache_close(repo);
    repo->memo = NULL;
}
