/* The digest of the executables that make a model. */
#include "registry/code.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "digest/digest.h"
#include "file/file.h"

static const char *const makers[] = {"ingest", "clean", "features", "train", "evaluate"};

/* The folder of the executable that runs; NULL when the system does not tell. */
static const char *own_folder(struct arena *mem)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return NULL;
    path[n] = '\0';
    return file_folder(mem, path);
}

const char *code_digest(struct arena *mem)
{
    const char *folder = own_folder(mem);
    struct text lines = {.mem = mem};
    char *hex = arena_alloc(mem, SHA256_HEX);
    for (size_t i = 0; i < COUNT_OF(makers); i++) {
        char sha256[SHA256_HEX];
        uint64_t bytes;
        struct error none;
        if (!folder || digest_file(file_join(mem, folder, makers[i]), NULL, sha256,
                                   &bytes, &none) != STATUS_OK)
            return NULL;
        text_addf(&lines, "%s  %s\n", sha256, makers[i]);
    }
    digest_hex_of(DIGEST_SHA256, lines.p, lines.n, hex);
    return hex;
}
