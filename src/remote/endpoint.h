/* URLs and paths of remotes, taken apart and checked.
 *
 * The checks return NULL for what is right, else what is wrong as the end of a sentence
 * ("must begin with http:// or https://"); none quotes the URL, which may hold a
 * password. */
#ifndef REMOTE_ENDPOINT_H
#define REMOTE_ENDPOINT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/compiler.h"

/* The length of the scheme of scheme://…; 0 for a path. */
size_t endpoint_scheme(const char *url);

/* Folder and path joined, without "." and "..", which are resolved by name as DVC does; a
 * relative folder gives a relative path. */
const char *endpoint_path(struct arena *mem, const char *folder, const char *path);

/* Takes bucket/prefix apart; the prefix has no slash at its ends. */
MUST_USE const char *endpoint_bucket(struct arena *mem, const char *rest,
                                     const char **ret_bucket, const char **ret_prefix);

/* Checks http(s)://host[:port][/]; *ret is it without the slash, scheme in lower case. */
MUST_USE const char *endpoint_check(struct arena *mem, const char *url, const char **ret,
                                    bool *ret_is_http);

/* True when a checked endpoint's host is localhost, 127.0.0.0/8 or ::1. */
bool endpoint_is_loopback(const char *endpoint);

#endif
