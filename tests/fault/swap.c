/* Exchanges two names of a folder as fast as it can, for so many seconds. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    unsigned long n = 0;
    for (time_t end = time(NULL) + atol(argv[3]); time(NULL) < end; n++)
        if (renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) != 0)
            return 3;
    printf("%lu\n", n);
    return 0;
}
