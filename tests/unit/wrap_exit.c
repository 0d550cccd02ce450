/* Makes a test that ends itself with exit(0) or _exit(0) fail: Criterion counts it as
 * passed, whatever it left unchecked.
 *
 * The test executables are linked with --wrap, so calls from the tests and the library
 * come here; a process that a test forked may end as it likes. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void __real_exit(int status) __attribute__((noreturn));
void __real__exit(int status) __attribute__((noreturn));
void __wrap_exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));

static pid_t worker;

__attribute__((constructor)) static void remember_worker(void)
{
    worker = getpid();
}

static void refuse(int status)
{
    if (status != 0 || getpid() != worker)
        return;
    fputs("a test called exit(0) in its own process\n", stderr);
    abort();
}

void __wrap_exit(int status)
{
    refuse(status);
    __real_exit(status);
}

void __wrap__exit(int status)
{
    refuse(status);
    __real__exit(status);
}

/* Criterion is linked with libgit2, which reads the system's certificates into mbedtls whenever a process begins: a
 * half of the time of a small test, and it runs in a process of its own.  No test needs them. */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);
int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
    (void)chain, (void)path;
    return 0;
}
