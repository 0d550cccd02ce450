/* URLs and paths of remotes.
 *
 * An endpoint is where every request goes and a key's prefix is part of every path, so what
 * is in doubt is refused: a path behind the host (signatures would not match), a user
 * before it, parts of a key that servers refuse or resolve ("", ".", ".."). */
#include "remote/endpoint.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/text.h"

/* Of an object's name, besides the prefix: files/md5/ab/ and 34 more, or one of ours. */
enum { PREFIX_MAX = 900, PART_MAX = 255, BUCKET_MAX = 255, HOST_MAX = 255 };

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

size_t endpoint_scheme(const char *url)
{
    size_t n = 0;
    while (is_alnum(url[n]) || url[n] == '_')
        n++;
    return strncmp(url + n, "://", 3) == 0 ? n : 0;
}

/* Removes the last part of what was written, unless it is another ".."; false when there
 * is nothing to remove. */
static bool go_up(struct text *out)
{
    size_t n = out->n;
    while (n > 0 && out->p[n - 1] != '/')
        n--;
    if (out->n == 0 || strcmp(out->p + n, "..") == 0)
        return false;
    out->n = n > 1 ? n - 1 : n;
    out->p[out->n] = '\0';
    return true;
}

const char *endpoint_path(struct arena *mem, const char *folder, const char *path)
{
    const char *joined = path[0] == '/' ? path : arena_format(mem, "%s/%s", folder, path);
    bool absolute = joined[0] == '/';
    struct text out = {.mem = mem};
    text_puts(&out, absolute ? "/" : "");
    for (const char *p = joined; *p;) {
        size_t n = strcspn(p, "/");
        bool is_up = n == 2 && memcmp(p, "..", 2) == 0;
        bool is_nothing = n == 0 || (n == 1 && *p == '.');
        if (!is_nothing && !(is_up && (go_up(&out) || absolute))) {
            if (out.n > absolute)
                text_putc(&out, '/');
            text_add(&out, p, n);
        }
        p += n + (p[n] == '/');
    }
    return out.n ? out.p : ".";
}

static const char *check_prefix(const char *prefix)
{
    if (strlen(prefix) > PREFIX_MAX)
        return "has a prefix of more than 900 bytes";
    for (const char *p = prefix; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f || *p == '\\' || *p == '?' || *p == '#')
            return "has a prefix with a character that servers read differently";
    for (const char *p = prefix; *p;) {
        size_t n = strcspn(p, "/");
        if (n == 0 || (n == 1 && *p == '.') || (n == 2 && memcmp(p, "..", 2) == 0))
            return "has a prefix with an empty part, '.' or '..', which servers refuse";
        if (n > PART_MAX)
            return "has a prefix with a part of more than 255 bytes";
        p += n + (p[n] == '/');
    }
    return NULL;
}

const char *endpoint_bucket(struct arena *mem, const char *rest, const char **ret_bucket,
                            const char **ret_prefix)
{
    size_t n = 0;
    while (is_alnum(rest[n]) || (rest[n] && strchr("-._", rest[n])))
        n++;
    if (n == 0 || n > BUCKET_MAX || (rest[n] && rest[n] != '/'))
        return "must be s3://bucket or s3://bucket/prefix; a bucket's name holds "
               "letters, "
               "digits, '-' and '.'";
    const char *from = rest + n, *end = from + strlen(from);
    if (*from == '/')
        from++;
    while (end > from && end[-1] == '/')
        end--;
    const char *prefix = arena_copy(mem, from, (size_t)(end - from));
    const char *why = check_prefix(prefix);
    if (why)
        return why;
    *ret_bucket = arena_copy(mem, rest, n);
    *ret_prefix = prefix;
    return NULL;
}

/* The length of a host, brackets of an IPv6 address included; 0 when it is none. */
static size_t host_length(const char *p)
{
    size_t n = 0;
    if (*p == '[') {
        n = strspn(p + 1, "0123456789abcdefABCDEF:.") + 1;
        return n > 1 && p[n] == ']' ? n + 1 : 0;
    }
    while (is_alnum(p[n]) || (n > 0 && (p[n] == '-' || p[n] == '.' || p[n] == '_')))
        n++;
    return n <= HOST_MAX ? n : 0;
}

static bool is_port(const char *p, size_t n)
{
    size_t port;
    return text_size((struct view){p, n}, &port) && port >= 1 && port <= 65535;
}

const char *endpoint_check(struct arena *mem, const char *url, const char **ret,
                           bool *ret_is_http)
{
    bool is_http = strncasecmp(url, "http://", 7) == 0;
    if (!is_http && strncasecmp(url, "https://", 8) != 0)
        return "must begin with http:// or https://";
    const char *host = url + (is_http ? 7 : 8);
    if (strchr(host, '@'))
        return "cannot hold a user or a password";
    size_t n = host_length(host);
    if (n == 0)
        return "has no valid host";
    if (host[n] == ':') {
        size_t digits = strcspn(host + n + 1, "/");
        if (!is_port(host + n + 1, digits))
            return "has a port that is not a number from 1 to 65535";
        n += 1 + digits;
    }
    if (host[n] && strcmp(host + n, "/") != 0)
        return "cannot have a path behind host and port";
    *ret = arena_format(mem, "%s://%.*s", is_http ? "http" : "https", (int)n, host);
    *ret_is_http = is_http;
    return NULL;
}

bool endpoint_is_loopback(const char *endpoint)
{
    const char *host = strstr(endpoint, "://") + 3;
    char name[HOST_MAX + 1];
    unsigned char address[16];
    bool is_v6 = *host == '[';
    size_t n = is_v6 ? host_length(host) - 2 : host_length(host);
    if (n >= sizeof name)
        return false;
    memcpy(name, host + is_v6, n);
    name[n] = '\0';
    if (is_v6)
        return inet_pton(AF_INET6, name, address) == 1 &&
               memcmp(address, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16) == 0;
    return strcasecmp(name, "localhost") == 0 ||
           (inet_pton(AF_INET, name, address) == 1 && address[0] == 127);
}
