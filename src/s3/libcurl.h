/* libcurl, loaded when a server is asked for the first time.
 *
 * Loading it and the three dozen libraries that it needs takes longer than a look at the
 * whole workspace, and a remote that is a folder never needs it.  libcurl.easy_init() is
 * curl_easy_init(), and so on; libcurl_load comes first. */
#ifndef S3_LIBCURL_H
#define S3_LIBCURL_H

#include <curl/curl.h>

#include "base/error.h"

#define LIBCURL_CALLS(CALL)                                                              \
    CALL(global_init)                                                                    \
    CALL(getdate)                                                                        \
    CALL(slist_append)                                                                   \
    CALL(slist_free_all)                                                                 \
    CALL(easy_init)                                                                      \
    CALL(easy_setopt)                                                                    \
    CALL(easy_getinfo)                                                                   \
    CALL(easy_reset)                                                                     \
    CALL(easy_cleanup)                                                                   \
    CALL(easy_strerror)                                                                  \
    CALL(multi_init)                                                                     \
    CALL(multi_setopt)                                                                   \
    CALL(multi_add_handle)                                                               \
    CALL(multi_remove_handle)                                                            \
    CALL(multi_perform)                                                                  \
    CALL(multi_poll)                                                                     \
    CALL(multi_wakeup)                                                                   \
    CALL(multi_info_read)                                                                \
    CALL(multi_cleanup)

#define LIBCURL_MEMBER(name) __typeof__(curl_##name) *name;
struct libcurl {
    LIBCURL_CALLS(LIBCURL_MEMBER)
};
#undef LIBCURL_MEMBER

extern struct libcurl libcurl;

/* Loads and prepares it, once; STATUS_ENVIRONMENT where it is missing or too old, again
 * at every call. */
MUST_USE enum status libcurl_load(struct error *err);

#endif
