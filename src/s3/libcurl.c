#include "s3/libcurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "digest/crypto.h"

#define LIBRARY "libcurl.so.4" // the name of its binary interface since 2006

struct libcurl libcurl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct error failure = {.status = STATUS_OK};

static bool find(void *handle, const char *name, void *ret)
{
    void *found = dlsym(handle, name);
    if (!found) {
        error_set(&failure, STATUS_ENVIRONMENT, "%s has no %s", LIBRARY, name);
        error_hint(&failure, "libcurl 7.68 or newer is needed");
        return false;
    }
    memcpy(ret, &found, sizeof found);
    return true;
}

static void load(void)
{
    crypto_prepare();
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        error_set(&failure, STATUS_ENVIRONMENT, "could not load libcurl: %s", dlerror());
        error_hint(&failure, "install the package libcurl4");
        return;
    }
    bool whole = true;
#define FIND(name) whole = whole && find(handle, "curl_" #name, &libcurl.name);
    LIBCURL_CALLS(FIND)
#undef FIND
    if (!whole)
        return;
    CURLcode code = libcurl.global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK)
        error_set(&failure, STATUS_ENVIRONMENT, "could not prepare libcurl: %s",
                  libcurl.easy_strerror(code));
}

enum status libcurl_load(struct error *err)
{
    (void)pthread_once(&once, load);
    if (failure.status != STATUS_OK)
        *err = failure;
    return failure.status;
}
