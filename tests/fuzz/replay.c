/* Gives the files named on the command line to a fuzz target, one after another. */
#include "file/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct mapping map;
        struct error err = {0};
        if (file_map(argv[i], &map, &err) != STATUS_OK) {
            error_print(&err, "error", false, stderr);
            return 3;
        }
        (void)LLVMFuzzerTestOneInput(map.p, map.n);
        file_unmap(&map);
    }
    return 0;
}
