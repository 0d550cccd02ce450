/* OpenSSL's allocator. */
// First: its declarations use words that our headers ban.
#include <openssl/crypto.h>

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "digest/crypto.h"

static void *allocate(size_t n, const char *file UNUSED, int line UNUSED)
{
    void *p = n > 0 ? malloc(n) : NULL;
    if (n > 0 && !p)
        out_of_memory(n);
    return p;
}

static void *grow(void *old, size_t n, const char *file UNUSED, int line UNUSED)
{
    void *p = realloc(old, n);
    if (n > 0 && !p)
        out_of_memory(n);
    return p;
}

static void release(void *p, const char *file UNUSED, int line UNUSED)
{
    free(p);
}

static void prepare(void)
{
    (void)CRYPTO_set_mem_functions(allocate, grow, release);
}

void crypto_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, prepare);
}
