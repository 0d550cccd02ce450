/* Folders of the workspace, listed as DVC would list them.
 *
 * What DVC leaves out in silence is refused, because the record would then not be the
 * folder: a linked folder, a DVC project inside, patterns of a .dvcignore.  Git's and
 * Mercurial's own folders are left out, as DVC does; and so are the temporary files of a
 * stage that was killed, which the next one removes. */
#define _DEFAULT_SOURCE // d_type

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "dvc/dvc_dir.h"
#include "file/file.h"

struct dir_scan {
    const char *folder;
    struct arena *mem;
    const char **path; // [n]: of files, relative to the folder
    size_t n, cap;
    const char **todo; // [n_todo]: folders to list, likewise
    size_t n_todo, todo_cap;
};

static void push(struct arena *mem, const char ***list, size_t *n, size_t *cap,
                 const char *path)
{
    ARENA_ROOM(mem, *list, *n, *cap, 64);
    (*list)[(*n)++] = path;
}

static enum status refuse(const char *path, const char *what, const char *hint,
                          struct error *err)
{
    error_set(err, STATUS_INPUT, "cannot track %s: %s", QUOTE_PATH(path), what);
    error_hint(err, "%s", hint);
    return STATUS_INPUT;
}

static enum status refuse_ignore_file(const char *path, struct error *err)
{
    return refuse(path,
                  "a .dvcignore hides files from DVC in ways that are not known here",
                  "remove the file", err);
}

static enum status check_name(const struct dir_scan *s, const char *relpath,
                              const char *name, struct error *err)
{
    size_t n = strlen(name);
    bool valid = text_utf8_valid(name, n) == n;
    if (valid && strcmp(name, ".dvcignore") != 0 && strcmp(name, ".dvc") != 0)
        return STATUS_OK;
    const char *path = file_join(s->mem, s->folder, relpath);
    if (!valid)
        return refuse(path, "its name is not valid UTF-8", "rename it", err);
    if (strcmp(name, ".dvcignore") == 0)
        return refuse_ignore_file(path, err);
    return refuse(path, "DVC leaves out a folder that is a project of its own",
                  "track it there, or move the folder .dvc away", err);
}

/* Anything but a plain file. */
static enum status enter_other(struct dir_scan *s, const char *name, const char *relpath,
                               bool *ret_is_file, struct error *err)
{
    struct stat st;
    const char *path = file_join(s->mem, s->folder, relpath);
    if (lstat(path, &st) < 0)
        return error_errno(err, "could not read %s", QUOTE_PATH(path));
    *ret_is_file = !S_ISDIR(st.st_mode);
    if (S_ISDIR(st.st_mode) && strcmp(name, ".hg") != 0)
        push(s->mem, &s->todo, &s->n_todo, &s->todo_cap, relpath);
    if (S_ISLNK(st.st_mode) && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return refuse(path, "DVC leaves out folders that are symbolic links",
                      "put the folder itself there", err);
    return STATUS_OK;
}

static enum status enter(struct dir_scan *s, const char *below,
                         const struct dirent *entry, struct error *err)
{
    const char *name = entry->d_name;
    const char *relpath = file_join(s->mem, below, name);
    bool is_file = entry->d_type == DT_REG; // what the folder says spares a question
    TRY(check_name(s, relpath, name, err));
    if (!is_file)
        TRY(enter_other(s, name, relpath, &is_file, err));
    if (is_file)
        push(s->mem, &s->path, &s->n, &s->cap, relpath);
    return STATUS_OK;
}

/* Temporary files, of whatever version, are no part of a folder. */
static bool is_left_out(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
           strcmp(name, ".git") == 0 || temporary_is_name(name);
}

static enum status list_one(struct dir_scan *s, const char *below, struct error *err)
{
    const char *path = below[0] ? file_join(s->mem, s->folder, below) : s->folder;
    DIR *dir = opendir(path);
    if (!dir)
        return error_errno(err, "could not list the folder %s", QUOTE_PATH(path));
    enum status status = STATUS_OK;
    struct dirent *entry;
    while (status == STATUS_OK && (errno = 0, entry = readdir(dir)) != NULL)
        if (!is_left_out(entry->d_name))
            status = enter(s, below, entry, err);
    if (status == STATUS_OK && errno != 0)
        status = error_errno(err, "could not list the folder %s", QUOTE_PATH(path));
    closedir(dir);
    return status;
}

/* A .dvcignore between the project's own folder and this one hides files too. */
static enum status check_above(const char *folder, struct arena *mem, struct error *err)
{
    if (folder[0] == '/')
        return STATUS_OK; // not below the working folder
    for (const char *slash = strchr(folder, '/'); slash; slash = strchr(slash + 1, '/')) {
        char *above = arena_copy(mem, folder, (size_t)(slash - folder));
        char *path = file_join(mem, above, ".dvcignore");
        if (strcmp(above, ".") != 0 && file_exists(path))
            return refuse_ignore_file(path, err);
    }
    return STATUS_OK;
}

static enum status check_folder(const char *folder, struct error *err)
{
    struct stat st;
    bool found = stat(folder, &st) == 0;
    if (!found && errno != ENOENT && errno != ENOTDIR)
        return error_errno(err, "could not read %s", QUOTE_PATH(folder));
    if (!found)
        return error_set(err, STATUS_INPUT, "cannot find the folder %s",
                         QUOTE_PATH(folder));
    if (!S_ISDIR(st.st_mode))
        return error_set(err, STATUS_INPUT, "%s is a file, expected a folder",
                         QUOTE_PATH(folder));
    return STATUS_OK;
}

static enum status digest_all(const struct dir_scan *s, struct memo *memo,
                              struct dvc_dir *ret, struct error *err)
{
    struct dvc_dir dir = {ARENA_ARRAY(s->mem, struct dvc_child, s->n), s->n, 0};
    struct text path = {.mem = s->mem};
    text_addf(&path, "%s/", s->folder);
    for (size_t i = 0, folder_n = path.n; i < s->n; i++) {
        struct memo_file file;
        path.n = folder_n;
        text_puts(&path, s->path[i]);
        TRY(memo_digest(memo, path.p, false, &file, err));
        dir.child[i].relpath = s->path[i];
        dir.child[i].bytes = file.bytes;
        memcpy(dir.child[i].md5, file.md5, MD5_HEX);
        dir.bytes += file.bytes;
    }
    *ret = dir;
    return STATUS_OK;
}

enum status dvc_dir_scan(const char *folder, struct memo *memo, struct arena *mem,
                         struct dvc_dir *ret, struct error *err)
{
    struct dir_scan s = {.folder = folder, .mem = mem};
    TRY(check_folder(folder, err));
    TRY(check_above(folder, mem, err));
    TRY(list_one(&s, "", err));
    while (s.n_todo > 0)
        TRY(list_one(&s, s.todo[--s.n_todo], err));
    if (s.n)
        qsort(s.path, s.n, sizeof(*s.path), text_order);
    return digest_all(&s, memo, ret, err);
}

void dvc_dir_sweep(const char *folder)
{
    DIR *dir = beneath_list(&beneath_here, folder);
    struct dirent *entry;
    struct arena mem = {0};
    if (!dir)
        return;
    temporary_sweep(dirfd(dir), NULL);
    while ((entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN))
            dvc_dir_sweep(file_join(&mem, folder, entry->d_name));
    closedir(dir);
    arena_release(&mem);
}
