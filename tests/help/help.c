/* Scratch folders, files, shared data.
 *
 * What is handed out lives in one list until the process ends, so that tests stay short
 * and the leak checker has nothing to say.  The folder is removed by atexit; a test that
 * crashes leaves it below $TMPDIR or /tmp. */
#define _XOPEN_SOURCE 700 // nftw

#include "help/help.h"

#include <dirent.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_KEPT = 4096 };

static struct {
    void *kept[MAX_KEPT];
    size_t n;
    char folder[512];
    pid_t owner;
    unsigned n_folders;
} own;

static void broken(const char *what, const char *path)
{
    fprintf(stderr, "help: could not %s '%s'\n", what, path);
    perror("help");
    abort();
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

/* Some tests take the rights of a folder away. */
static int open_up(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)at;
    return kind == FTW_D || kind == FTW_DNR ? chmod(path, 0700) : 0;
}

static void clean_up(void)
{
    if (own.folder[0] && own.owner == getpid()) {
        nftw(own.folder, open_up, 16, FTW_PHYS);
        nftw(own.folder, remove_one, 16, FTW_PHYS | FTW_DEPTH);
    }
    for (size_t i = 0; i < own.n; i++)
        free(own.kept[i]);
    own.n = 0;
}

static void *keep(void *p)
{
    if (!p || own.n == MAX_KEPT)
        broken("keep", "memory");
    if (own.n == 0)
        atexit(clean_up);
    own.kept[own.n++] = p;
    return p;
}

static char *join(const char *folder, const char *name)
{
    size_t n = strlen(folder), m = strlen(name);
    char *path = keep(malloc(n + m + 2));
    memcpy(path, folder, n);
    path[n] = '/';
    memcpy(path + n + 1, name, m + 1);
    return path;
}

const char *help_shared(const char *relative)
{
    const char *root = getenv("NIGHTMILL_SHARED");
    const char *path = join(root && root[0] ? root : "../shared", relative);
    return access(path, R_OK) == 0 ? path : NULL;
}

const char *help_folder(void)
{
    if (!own.folder[0]) {
        const char *base = getenv("TMPDIR");
        snprintf(own.folder, sizeof(own.folder), "%s/nightmill-test.XXXXXX",
                 base && base[0] ? base : "/tmp");
        if (!mkdtemp(own.folder))
            broken("create", own.folder);
        // Some tests give up root's rights for a moment and still have to get in.
        chmod(own.folder, 0755);
        own.owner = getpid();
    }
    char name[32];
    snprintf(name, sizeof(name), "%u", own.n_folders++);
    const char *path = join(own.folder, name);
    if (mkdir(path, 0755) < 0)
        broken("create", path);
    return path;
}

const char *help_path(const char *folder, const char *name)
{
    return join(folder, name);
}

void help_write(const char *path, const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
        broken("write", path);
}

void help_write_text(const char *path, const char *text)
{
    help_write(path, text, strlen(text));
}

const char *help_read(const char *path, size_t *ret_n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    struct stat st;
    if (fstat(fileno(f), &st) < 0)
        broken("read", path);
    size_t size = (size_t)st.st_size;
    char *bytes = keep(malloc(size + 1));
    size_t n = fread(bytes, 1, size, f);
    fclose(f);
    bytes[n] = '\0';
    if (ret_n)
        *ret_n = n;
    return bytes;
}

size_t help_count(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir)
        broken("list", folder);
    size_t n = 0;
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return n;
}
