/* Where outputs stand, and where they are until they are whole.
 *
 * Each folder is opened once, at the first output in it: what fails here changes nothing,
 * and a name that somebody exchanges later leads nowhere. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file/file.h"
#include "file/publish_internal.h"

/* Below this nothing is followed; home: of the folders that were named, or NULL. */
struct spot {
    struct beneath root;
    const char *below; // of the output
    const struct publish_home *home;
};

/* Refuses what cannot be replaced by a file. */
static enum status check_target(int folder, const char *path, struct error *err)
{
    struct stat st;
    bool found = fstatat(folder, file_name(path), &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (!found && errno == ENAMETOOLONG)
        return file_failed("create", path, err);
    if (!found || S_ISREG(st.st_mode) || S_ISLNK(st.st_mode))
        return STATUS_OK;
    if (S_ISDIR(st.st_mode))
        return error_set(err, STATUS_ENVIRONMENT, "%s is a folder, expected a file",
                         QUOTE_PATH(path));
    enum status status =
        error_set(err, STATUS_ENVIRONMENT, "%s is no regular file", QUOTE_PATH(path));
    error_hint(err, "an output is replaced as a whole, so it has to be a plain file");
    return status;
}

static enum status check_name(const char *path, struct error *err)
{
    const char *name = file_name(path);
    if (name[0] && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
        return STATUS_OK;
    return error_set(err, STATUS_ENVIRONMENT,
                     "could not create %s: expected a file's name", QUOTE_PATH(path));
}

void publish_home(struct publish *p, const char *folder, bool named)
{
    p->homes = arena_grow(&p->mem, p->homes, p->n_homes * sizeof(*p->homes),
                          (p->n_homes + 1) * sizeof(*p->homes));
    p->homes[p->n_homes++] = (struct publish_home){arena_string(&p->mem, folder), named};
}

/* What follows the folder in a path below it, or NULL. */
static const char *part_below(const char *folder, const char *path)
{
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    return n > 0 && strncmp(path, folder, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

struct publish_folder *publish_folder_find(struct publish *p, const char *path)
{
    for (size_t i = 0; i < p->n_folders; i++)
        if (strcmp(p->folders[i]->path, path) == 0)
            return p->folders[i];
    return NULL;
}

/* Keeps an open folder; takes fd over. */
static struct publish_folder *keep_folder(struct publish *p, const char *path, int fd)
{
    struct publish_folder *folder = ARENA_NEW(&p->mem, struct publish_folder);
    *folder = (struct publish_folder){path, fd, false};
    p->folders = arena_grow(&p->mem, p->folders, p->n_folders * sizeof(*p->folders),
                            (p->n_folders + 1) * sizeof(*p->folders));
    p->folders[p->n_folders++] = folder;
    return folder;
}

/* Opens a folder whose path the user has given, made where it is missing. */
static enum status trusted_folder(struct publish *p, const char *path,
                                  struct publish_folder **ret, struct error *err)
{
    if ((*ret = publish_folder_find(p, path)) != NULL)
        return STATUS_OK;
    TRY(file_make_folder(path, err));
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "could not open the folder %s", QUOTE_PATH(path));
    *ret = keep_folder(p, path, fd);
    return STATUS_OK;
}

/* Opens a folder below a root; path is the whole one. */
static enum status folder_below(struct publish *p, const struct beneath *root,
                                const char *below, const char *path,
                                struct publish_folder **ret, struct error *err)
{
    if ((*ret = publish_folder_find(p, path)) != NULL)
        return STATUS_OK;
    TRY(beneath_make(root, below, false, err));
    int fd = beneath_open(root, below, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return beneath_failed("open the folder", root, below, err);
    *ret = keep_folder(p, path, fd);
    return STATUS_OK;
}

/* Finds out from where on links are refused: below a folder that the user named, below
 * the working folder, or, elsewhere, in the last component only. */
static enum status find_spot(struct publish *p, const char *path, struct spot *ret,
                             struct error *err)
{
    struct publish_folder *root;
    *ret = (struct spot){beneath_here, path, NULL};
    for (size_t i = 0; i < p->n_homes; i++) {
        const char *below = part_below(p->homes[i].path, path);
        if (!below)
            continue;
        ret->home = &p->homes[i];
        if (!ret->home->named)
            return STATUS_OK;
        TRY(trusted_folder(p, ret->home->path, &root, err));
        ret->below = below;
        ret->root = (struct beneath){root->fd, root->path, NULL};
        return STATUS_OK;
    }
    if (beneath_holds(path))
        return STATUS_OK;
    TRY(trusted_folder(p, file_folder(&p->mem, path), &root, err));
    ret->below = file_name(path);
    ret->root = (struct beneath){root->fd, root->path, NULL};
    return STATUS_OK;
}

/* Where the temporary file stands, and its label there.  A folder below the home may be
 * an output as a whole, in which nothing unfinished has a place: its temporary files
 * stand in the home itself, unless that is another file system. */
static enum status place_temporary(struct publish *p, const struct spot *spot,
                                   struct output *out, struct publish_folder **ret,
                                   const char **ret_label, struct error *err)
{
    struct stat own, above;
    struct publish_folder *home;
    const char *path = spot->home ? spot->home->path : NULL;
    const char *inner = path ? part_below(path, out->path) : NULL;
    *ret = out->folder;
    *ret_label = file_name(out->path);
    if (!inner || !strchr(inner, '/'))
        return STATUS_OK;
    if (spot->home->named)
        TRY(trusted_folder(p, path, &home, err));
    else
        TRY(folder_below(p, &beneath_here, path, path, &home, err));
    // What another version left here, or this one while the folder was mounted.
    temporary_sweep(out->folder->fd, NULL);
    if (fstat(out->folder->fd, &own) < 0 || fstat(home->fd, &above) < 0 ||
        own.st_dev != above.st_dev)
        return STATUS_OK;
    char *label = arena_string(&p->mem, inner);
    for (char *slash = label; (slash = strchr(slash, '/')) != NULL;)
        *slash = '.';
    *ret = home;
    *ret_label = label;
    return STATUS_OK;
}

enum status publish_place(struct publish *p, struct output *out,
                          struct publish_folder **ret_beside, const char **ret_label,
                          struct error *err)
{
    struct spot spot;
    TRY(check_name(out->path, err));
    TRY(find_spot(p, out->path, &spot, err));
    TRY(folder_below(p, &spot.root, file_folder(&p->mem, spot.below),
                     file_folder(&p->mem, out->path), &out->folder, err));
    TRY(check_target(out->folder->fd, out->path, err));
    return place_temporary(p, &spot, out, ret_beside, ret_label, err);
}
