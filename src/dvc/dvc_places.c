/* The file: a head, the offset of each record, their names with a NUL behind each, and a
 * checksum. */
#include "dvc/dvc_places.h"

#include <fcntl.h>
#include <unistd.h>

#include "file/checksum.h"
#include "file/file.h"

#define PLACES_FOLDER ".dvc/tmp"
#define PLACES_NAME "nightmill.places"
#define PLACES_MAX ((size_t)1 << 26)
#define PLACES_MAGIC UINT64_C(0x31434c504d4d4e89)

struct places_head {
    uint64_t magic;
    uint64_t device, inode, bytes;
    int64_t modified_s, modified_ns, changed_s, changed_ns;
    uint64_t n; // records
};

static struct places_head head_of(const struct stat *state, size_t n)
{
    return (struct places_head){.magic = PLACES_MAGIC,
                                .device = (uint64_t)state->st_dev,
                                .inode = (uint64_t)state->st_ino,
                                .bytes = (uint64_t)state->st_size,
                                .modified_s = state->st_mtim.tv_sec,
                                .modified_ns = state->st_mtim.tv_nsec,
                                .changed_s = state->st_ctim.tv_sec,
                                .changed_ns = state->st_ctim.tv_nsec,
                                .n = n};
}

static uint64_t sum_of(const char *p, size_t n)
{
    struct checksum sum;
    checksum_begin(&sum);
    checksum_add(&sum, p, n);
    return checksum_value(&sum);
}

void dvc_places_save(const struct dvc_lockfile *lock, const struct stat *state)
{
    struct arena mem = {0};
    struct text out = {.mem = &mem};
    struct places_head head = head_of(state, lock->n);
    uint64_t at = lock->head.n;
    text_add(&out, (const char *)&head, sizeof(head));
    for (size_t i = 0; i < lock->n; i++) {
        text_add(&out, (const char *)&at, sizeof(at));
        at += lock->record[i].text.n;
    }
    for (size_t i = 0; i < lock->n; i++)
        text_add(&out, lock->record[i].name, strlen(lock->record[i].name) + 1);
    uint64_t sum = sum_of(out.p, out.n);
    text_add(&out, (const char *)&sum, sizeof(sum));
    int folder = beneath_open(&beneath_here, PLACES_FOLDER, O_RDONLY | O_DIRECTORY, 0);
    const struct view part = {out.p, out.n};
    if (folder >= 0 && at == head.bytes)
        (void)temporary_replace(folder, PLACES_NAME, &part, 1);
    if (folder >= 0)
        close(folder);
    arena_release(&mem);
}

/* The whole of a file for that state; *ret_names begins behind the offsets. */
static bool read_whole(const struct stat *state, struct arena *mem, size_t *ret_n,
                       const char **ret_offsets, struct view *ret_names)
{
    struct view b;
    struct error none;
    struct places_head head, wanted;
    uint64_t sum;
    if (file_read_below(&beneath_here, PLACES_FOLDER "/" PLACES_NAME, PLACES_MAX, mem, &b,
                        &none) != STATUS_OK ||
        b.n < sizeof(head) + sizeof(sum))
        return false;
    memcpy(&head, b.p, sizeof(head));
    memcpy(&sum, b.p + b.n - sizeof(sum), sizeof(sum));
    wanted = head_of(state, (size_t)head.n);
    size_t left = b.n - sizeof(head) - sizeof(sum);
    if (memcmp(&head, &wanted, sizeof(head)) != 0 || head.n > left / sizeof(uint64_t) ||
        sum_of(b.p, b.n - sizeof(sum)) != sum)
        return false;
    size_t offsets = (size_t)head.n * sizeof(uint64_t);
    *ret_n = (size_t)head.n;
    *ret_offsets = b.p + sizeof(head);
    *ret_names = (struct view){*ret_offsets + offsets, left - offsets};
    return true;
}

/* True when a record may begin there: on a new line, two to the right. */
static bool may_begin(struct view bytes, uint64_t at)
{
    return at > 0 && at < bytes.n && bytes.n - at > 3 && bytes.p[at - 1] == '\n' &&
           bytes.p[at] == ' ' && bytes.p[at + 1] == ' ' && bytes.p[at + 2] > ' ';
}

/* Cuts record i, which ends where the next one begins. */
static bool cut(struct dvc_lockfile *lock, size_t i, struct view bytes,
                const char *offsets, struct view *names)
{
    uint64_t at, end = bytes.n;
    const char *stop = names->n ? memchr(names->p, '\0', names->n) : NULL;
    memcpy(&at, offsets + i * sizeof(at), sizeof(at));
    if (i + 1 < lock->n)
        memcpy(&end, offsets + (i + 1) * sizeof(at), sizeof(at));
    if (!stop || !may_begin(bytes, at) || end <= at || end > bytes.n)
        return false;
    lock->record[i].name = names->p;
    lock->record[i].text = (struct view){bytes.p + at, (size_t)(end - at)};
    names->n -= (size_t)(stop + 1 - names->p);
    names->p = stop + 1;
    if (i == 0)
        lock->head = (struct view){bytes.p, (size_t)at};
    return true;
}

bool dvc_places_load(const struct stat *state, struct view bytes, struct arena *mem,
                     struct dvc_lockfile *ret)
{
    struct dvc_lockfile lock = {0};
    const char *offsets;
    struct view names;
    if (bytes.n < DVC_PLACES_FROM || (uint64_t)state->st_size != bytes.n ||
        !read_whole(state, mem, &lock.n, &offsets, &names))
        return false;
    lock.record = ARENA_ARRAY(mem, struct dvc_record, lock.n);
    for (size_t i = 0; i < lock.n; i++)
        if (!cut(&lock, i, bytes, offsets, &names))
            return false;
    *ret = lock;
    return true;
}
