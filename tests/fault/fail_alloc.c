/* A preloaded library in which the N-th allocation fails.
 *
 * FAIL_AT=N: malloc, calloc and realloc are counted together, from 1; the N-th gives NULL and ENOMEM.
 * FAIL_STICKY: so do all behind it.  FAIL_MARK=PATH: that file is created when one failed.
 * FAIL_COUNT=PATH: gets, at exit, how many there were.  The other functions that allocate (strdup, opendir,
 * getline, pthread_create) come through these. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// The allocator of glibc itself.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static atomic_long calls;
static long fail_at = -1; // -1: the environment was not looked at yet

static long environment(void)
{
    const char *at = getenv("FAIL_AT");
    return at ? atol(at) : 0;
}

static int fails(void)
{
    if (fail_at < 0)
        fail_at = environment();
    long call = atomic_fetch_add(&calls, 1) + 1;
    if (fail_at == 0 || call < fail_at || (call > fail_at && !getenv("FAIL_STICKY")))
        return 0;
    const char *mark = getenv("FAIL_MARK");
    int fd = mark && call == fail_at ? open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd >= 0)
        close(fd);
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
    return fails() ? NULL : __libc_realloc(p, size);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("FAIL_COUNT");
    long n = atomic_load(&calls);
    FILE *f = path ? fopen(path, "w") : NULL;
    if (!f)
        return;
    fprintf(f, "%ld\n", n);
    fclose(f);
}
