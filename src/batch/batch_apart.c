/* Paths are compared as the files that they lead to, or are about to lead to. */
#define _DEFAULT_SOURCE // realpath
#include "batch/batch_apart.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file/file.h"

/* The path without links in its folder; as it is where the folder is not there yet. */
static const char *resolved(const char *path, struct arena *mem)
{
    char *folder = realpath(file_folder(mem, path), NULL);
    const char *ret = folder ? file_join(mem, folder, file_name(path)) : path;
    free(folder);
    return ret;
}

static bool same_file(const char *a, const char *b)
{
    struct stat of_a, of_b;
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
           of_a.st_ino == of_b.st_ino;
}

static bool is_link(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static bool below(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* Whoever works in the folder of the artifacts has nowhere else. */
static bool among(const char *path, const char *artifacts, struct arena *mem)
{
    char *folder = realpath(artifacts, NULL), *here = realpath(".", NULL);
    bool ret =
        folder && here && !below(here, folder) && below(resolved(path, mem), folder);
    free(folder);
    free(here);
    return ret;
}

static enum status refuse(const char *option, const char *path, const char *why,
                          const char *hint, struct error *err)
{
    error_set(err, STATUS_USAGE, "%s: %s %s", option, QUOTE_PATH(path), why);
    error_hint(err, "%s", hint);
    return STATUS_USAGE;
}

static const char elsewhere[] = "name a file of its own";

enum status batch_apart_output(const char *path, const struct batch_apart *from,
                               struct arena *mem, struct error *err)
{
    const char *why = NULL;
    if (is_link(path))
        return refuse("--output", path, "is a link",
                      "name the file itself; without --output answers are printed", err);
    if (same_file(path, from->input))
        why = "holds the questions";
    else if (same_file(path, from->pipeline))
        why = "is the pipeline's file";
    else if (from->log && (same_file(path, from->log) ||
                           strcmp(resolved(path, mem), resolved(from->log, mem)) == 0))
        why = "is the log of answers";
    else if (among(path, from->artifacts, mem))
        why = "would stand among the artifacts";
    return why ? refuse("--output", path, why, elsewhere, err) : STATUS_OK;
}

enum status batch_apart_log(const struct batch_apart *from, struct error *err)
{
    if (!from->log)
        return STATUS_OK;
    if (same_file(from->log, from->input))
        return refuse("--log", from->log, "holds the questions", elsewhere, err);
    if (same_file(from->log, from->pipeline))
        return refuse("--log", from->log, "is the pipeline's file", elsewhere, err);
    return STATUS_OK;
}
