/* Any bytes are refused with a place, or become a listing that is sorted, holds safe paths
 * only, and is written back as the very same bytes. */
#include <stdint.h>

#include "ship/dvc_dir.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // An own copy without a byte to spare, so that reading beyond the end is seen.
    char *p = malloc(size ? size : 1);
    require(p);
    if (size)
        memcpy(p, data, size);
    struct arena mem = {0};
    struct error err = {0};
    struct dvc_dir dir = {0};
    if (dvc_dir_parse("fuzz.dir", (struct view){p, size}, &mem, &dir, &err) ==
        STATUS_OK) {
        require(err.status == STATUS_OK);
        check(&dir, p, size, &mem);
    } else {
        require(err.status == STATUS_INPUT && err.message[0] && dir.n == 0);
        require(err.loc.line == 1 && err.loc.col > 0 && err.loc.col <= size + 1);
    }
    arena_release(&mem);
    free(p);
    return 0;
}
