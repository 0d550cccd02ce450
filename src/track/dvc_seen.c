/* Digests files and folders of the workspace and reads files of parameters, each once. */
#include "track/dvc_seen.h"

#include <errno.h>
#include <sys/stat.h>

#include "dvc/dvc_file.h"
#include "file/file.h"

bool dvc_is_missing(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* One path of the workspace. */
struct dvc_found {
    struct dvc_entry entry;
    struct dvc_dir dir;
};

static void keep(struct dvc_seen *seen, const struct dvc_found *found, struct arena *mem)
{
    seen->paths.mem = mem;
    ARENA_ROOM(mem, seen->found, seen->paths.n, seen->cap, 16);
    seen->found[names_add(&seen->paths, found->entry.path)] = *found;
}

static enum status look_at_file(struct dvc_repo *repo, struct arena *mem,
                                struct dvc_entry *entry, struct error *err)
{
    struct memo_file known;
    TRY(memo_digest(repo->memo, entry->path, false, &known, err));
    entry->md5 = arena_string(mem, known.md5);
    entry->bytes = known.bytes;
    entry->executable = known.executable;
    return STATUS_OK;
}

static enum status look_at_folder(struct dvc_repo *repo, struct arena *mem,
                                  struct dvc_found *found, struct error *err)
{
    struct text bytes = {.mem = mem};
    char md5[MD5_HEX];
    TRY(dvc_dir_scan(found->entry.path, repo->memo, mem, &found->dir, err));
    dvc_dir_write(&found->dir, &bytes);
    digest_hex_of(DIGEST_MD5, bytes.p, bytes.n, md5);
    found->entry.folder = true;
    found->entry.md5 = arena_format(mem, "%s.dir", md5);
    found->entry.bytes = found->dir.bytes;
    found->entry.files = found->dir.n;
    return STATUS_OK;
}

/* For the note of what was looked at: all that the digest depends on. */
static void add_seen(struct seen *seen, const char *path, bool folder)
{
    if (!folder) {
        seen_add(seen, path);
        return;
    }
    seen_add_tree(seen, path);
    for (const char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
        struct arena *mem = seen->list.mem;
        const char *above = arena_copy(mem, path, (size_t)(p - path));
        seen_add(seen, file_join(mem, above, ".dvcignore"));
    }
}

static enum status look_at(struct dvc_repo *repo, struct arena *mem,
                           struct dvc_found *found, struct error *err)
{
    struct stat st;
    const char *path = found->entry.path;
    if (dvc_is_missing(path)) {
        error_set(err, STATUS_INPUT, "%s is missing", QUOTE_PATH(path));
        error_hint(err, "where it is an output, '%s' makes it", dvc_maker(path, mem));
        return STATUS_INPUT;
    }
    if (stat(path, &st) != 0)
        return file_failed("look at", path, err);
    if (repo->seen)
        add_seen(repo->seen, path, S_ISDIR(st.st_mode));
    if (S_ISDIR(st.st_mode))
        return look_at_folder(repo, mem, found, err);
    return look_at_file(repo, mem, &found->entry, err);
}

enum status dvc_entry_now(struct dvc_repo *repo, const char *path, struct dvc_seen *seen,
                          struct arena *mem, struct dvc_entry *ret,
                          struct dvc_dir *ret_dir, struct error *err)
{
    struct dvc_found found = {.entry = {.path = path}};
    size_t known = names_find(&seen->paths, path);
    if (known != NAMES_NONE) {
        found = seen->found[known];
    } else {
        TRY(look_at(repo, mem, &found, err));
        keep(seen, &found, mem);
    }
    *ret = found.entry;
    if (ret_dir)
        *ret_dir = found.dir;
    return STATUS_OK;
}

static enum status check_name(const char *file, struct error *err)
{
    if (text_match("*.yaml", file) || text_match("*.yml", file))
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "expected parameters in a file of YAML, found %s",
              QUOTE_PATH(file));
    error_hint(err, "its name must end in .yaml or .yml");
    return STATUS_INPUT;
}

enum status dvc_source_now(const char *path, struct dvc_seen *seen, struct arena *mem,
                           const struct dvc_source **ret, struct error *err)
{
    struct yaml_node *root;
    struct dvc_source source = {.path = path};
    size_t known = names_find(&seen->files, path);
    if (known != NAMES_NONE) {
        *ret = &seen->source[known];
        return STATUS_OK;
    }
    TRY(check_name(path, err));
    TRY(file_read(path, YAML_MAX_BYTES, mem, &source.bytes, err));
    TRY(yaml_parse(path, source.bytes.p, source.bytes.n, mem, &root, err));
    if (root->kind != YAML_MAP && root->kind != YAML_NULL)
        return yaml_error(err, root, "expected a map, found %s",
                          yaml_kind_name(root->kind));
    source.root = root;
    seen->files.mem = mem;
    ARENA_ROOM(mem, seen->source, seen->files.n, seen->sources_cap, 8);
    known = names_add(&seen->files, path);
    seen->source[known] = source;
    *ret = &seen->source[known];
    return STATUS_OK;
}
