/* What every fuzz target has: one file, one of these. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

/* Ends the target, so that the fuzzer keeps the input, unless the expression holds. */
#define require(holds)                                                                   \
    do {                                                                                 \
        if (!(holds)) {                                                                  \
            fprintf(stderr, "line %d: broken: %s\n", __LINE__, #holds);                  \
            abort();                                                                     \
        }                                                                                \
    } while (0)

/* The target's own part; mem is released behind it. */
static void try_input(struct view input, struct arena *mem);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // An own copy without a byte to spare, so that reading beyond the end is seen.
    char *p = calloc(1, size ? size : 1);
    struct arena mem = {0};
    require(p);
    if (size)
        memcpy(p, data, size);
    try_input((struct view){p, size}, &mem);
    arena_release(&mem);
    free(p);
    return 0;
}

#endif
