/* Any bytes are refused with a place, or become a listing that is sorted, holds safe paths
 * only, and is written back as the very same bytes. */
#include "fuzz/fuzz.h"

#include "dvc/dvc_dir.h"

static void check(const struct dvc_dir *dir, const char *p, size_t n, struct arena *mem)
{
    struct text out = {.mem = mem};
    for (size_t i = 0; i < dir->n; i++) {
        const char *path = dir->child[i].relpath;
        require(digest_is_object(dir->child[i].md5) && strlen(dir->child[i].md5) == 32);
        require(dvc_dir_is_safe(path) && path[0] != '/' && !strstr(path, "//"));
        require(text_utf8_valid(path, strlen(path)) == strlen(path));
        require(i == 0 || strcmp(dir->child[i - 1].relpath, path) < 0);
    }
    dvc_dir_write(dir, &out);
    require(out.n == n && memcmp(out.p, p, n) == 0);
}

static void try_input(struct view input, struct arena *mem)
{
    struct error err = {0};
    struct dvc_dir dir = {0};
    if (dvc_dir_parse("fuzz.dir", input, mem, &dir, &err) == STATUS_OK) {
        require(err.status == STATUS_OK);
        check(&dir, input.p, input.n, mem);
    } else {
        require(err.status == STATUS_INPUT && err.message[0] && dir.n == 0);
        require(err.loc.line == 1 && err.loc.col > 0 && err.loc.col <= input.n + 1);
    }
}
