/* The header is 512 bytes of text fields, numbers in octal; a path of more than 100 bytes is
 * split at a slash into a prefix and a name. */
#include "registry/ustar.h"

#include <string.h>

enum { BLOCK = 512 };

/* IEEE Std 1003.1-2017, pax, "ustar Interchange Format". */
struct ustar_header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], chksum[8], typeflag;
    char linkname[100], magic[6], version[2], uname[32], gname[32], devmajor[8];
    char devminor[8], prefix[155], rest[12];
};

_Static_assert(sizeof(struct ustar_header) == BLOCK, "a header is a block");

/* Writes an octal number of width - 1 digits, a NUL behind; false when it does not fit. */
static bool put_octal(char *field, size_t width, uint64_t x)
{
    for (size_t i = width - 1; i-- > 0; x >>= 3)
        field[i] = (char)('0' + (x & 7));
    field[width - 1] = '\0';
    return x == 0;
}

static unsigned sum_of(const struct ustar_header *h)
{
    struct ustar_header copy = *h;
    const unsigned char *p = (const void *)&copy;
    unsigned sum = 0;
    memset(copy.chksum, ' ', sizeof copy.chksum);
    for (size_t i = 0; i < BLOCK; i++)
        sum += p[i];
    return sum;
}

/* Splits the path; false when it is too long. */
static bool put_path(struct ustar_header *h, const char *path)
{
    size_t n = strlen(path), cut = 0;
    for (size_t i = 0; n - cut > sizeof h->name && i < n; i++)
        if (path[i] == '/')
            cut = i + 1;
    if (n - cut == 0 || n - cut > sizeof h->name || cut > sizeof h->prefix + 1)
        return false;
    memcpy(h->name, path + cut, n - cut);
    if (cut > 0)
        memcpy(h->prefix, path, cut - 1);
    return true;
}

static bool fill_header(struct ustar_header *h, const char *path, size_t n)
{
    memset(h, 0, sizeof *h);
    bool good = put_path(h, path) && put_octal(h->size, sizeof h->size, n);
    (void)put_octal(h->mode, sizeof h->mode, 0644);
    (void)put_octal(h->uid, sizeof h->uid, 0);
    (void)put_octal(h->gid, sizeof h->gid, 0);
    (void)put_octal(h->mtime, sizeof h->mtime, 0);
    h->typeflag = '0';
    memcpy(h->magic, "ustar", sizeof h->magic);
    memcpy(h->version, "00", sizeof h->version);
    (void)put_octal(h->devmajor, sizeof h->devmajor, 0);
    (void)put_octal(h->devminor, sizeof h->devminor, 0);
    (void)put_octal(h->chksum, sizeof h->chksum - 1, sum_of(h));
    h->chksum[7] = ' ';
    return good;
}

static size_t padding(size_t n)
{
    return (BLOCK - n % BLOCK) % BLOCK;
}

enum status ustar_add(struct output *out, const char *path, const void *p, size_t n,
                      struct error *err)
{
    static const char zeros[BLOCK];
    struct ustar_header h;
    if (!fill_header(&h, path, n))
        return error_set(err, STATUS_INPUT, "%s is too long for an archive",
                         QUOTE_PATH(path));
    TRY(output_write(out, &h, sizeof h, err));
    TRY(output_write(out, p, n, err));
    return output_write(out, zeros, padding(n), err);
}

enum status ustar_end(struct output *out, struct error *err)
{
    static const char zeros[2 * BLOCK];
    return output_write(out, zeros, sizeof zeros, err);
}

/* Reads an octal number that fills its field. */
static bool get_octal(const char *field, size_t width, uint64_t *ret)
{
    uint64_t x = 0;
    for (size_t i = 0; i + 1 < width; i++) {
        if (field[i] < '0' || field[i] > '7')
            return false;
        x = x << 3 | (uint64_t)(field[i] - '0');
    }
    *ret = x;
    return field[width - 1] == '\0';
}

static const char *get_path(const struct ustar_header *h, struct arena *mem)
{
    size_t n = strnlen(h->name, sizeof h->name);
    size_t prefix = strnlen(h->prefix, sizeof h->prefix);
    const char *name = arena_copy(mem, h->name, n);
    return prefix == 0
               ? name
               : arena_format(mem, "%s/%s", arena_copy(mem, h->prefix, prefix), name);
}

static enum status refuse(const char *name, size_t at, const char *what,
                          struct error *err)
{
    return error_refuse(err, name, NULL, "%s, at byte %zu of the archive", what, at);
}

/* Reads the entry at a place; the header must be the very one that would be written. */
static enum status read_entry(const char *name, struct view archive, size_t at,
                              struct arena *mem, struct ustar_entry *ret,
                              struct error *err)
{
    struct ustar_header h, again;
    uint64_t n = 0;
    memcpy(&h, archive.p + at, BLOCK);
    if (memcmp(h.magic, "ustar", sizeof h.magic) != 0)
        return refuse(name, at, "no header of ustar stands", err);
    if (h.typeflag != '0')
        return refuse(name, at, "something else than a plain file stands", err);
    if (!get_octal(h.size, sizeof h.size, &n) || n > archive.n - at - BLOCK)
        return refuse(name, at, "a file that is longer than the archive stands", err);
    const char *path = get_path(&h, mem);
    if (!beneath_holds(path))
        return refuse(name, at, "a path that leads elsewhere stands", err);
    if (!fill_header(&again, path, (size_t)n) || memcmp(&h, &again, BLOCK) != 0)
        return refuse(name, at, "a header that export does not write stands", err);
    *ret = (struct ustar_entry){path, {archive.p + at + BLOCK, (size_t)n}};
    return STATUS_OK;
}

static bool all_zeros(struct view v)
{
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] != '\0')
            return false;
    return true;
}

enum status ustar_read(const char *name, struct view archive, struct arena *mem,
                       struct ustar_entry **ret, size_t *ret_n, struct error *err)
{
    struct ustar_entry *v = NULL;
    size_t n = 0, cap = 0, at = 0;
    if (archive.n % BLOCK != 0 || archive.n < (size_t)2 * BLOCK)
        return refuse(name, archive.n, "it breaks off", err);
    while (at + (size_t)2 * BLOCK < archive.n) {
        ARENA_ROOM(mem, v, n, cap, 64);
        TRY(read_entry(name, archive, at, mem, &v[n], err));
        size_t end = at + BLOCK + v[n].bytes.n, next = end + padding(v[n].bytes.n);
        if (next + (size_t)2 * BLOCK > archive.n)
            return refuse(name, archive.n, "it breaks off", err);
        if (!all_zeros((struct view){archive.p + end, next - end}))
            return refuse(name, end, "something stands between two files", err);
        at = next;
        n++;
    }
    if (!all_zeros((struct view){archive.p + at, archive.n - at}))
        return refuse(name, at, "no end stands", err);
    *ret = v;
    *ret_n = n;
    return STATUS_OK;
}
