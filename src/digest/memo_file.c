/* The memo's file: a head (a number that tells format and byte order, and the count), the
 * records, and a checksum over them.
 *
 * It is replaced by rename and never synced: after a loss of power the checksum tells,
 * and a memo begun anew costs time only. */
#include <fcntl.h>
#include <unistd.h>

#include "digest/memo_internal.h"
#include "file/file.h"

#define MEMO_MAGIC UINT64_C(0x324f4d454d4d4e89)

struct memo_head {
    uint64_t magic, n;
};

static uint64_t checksum(const struct memo_entry *entry, size_t n)
{
    uint64_t h = n;
    const unsigned char *p = (const unsigned char *)entry;
    for (size_t i = 0; i < n * sizeof(*entry); i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, p + i, sizeof(word));
        h = memo_mix(h, word);
    }
    return h;
}

/* True when the bytes are a memo as a whole. */
static bool is_memo(struct view bytes, struct memo_head *head)
{
    uint64_t sum;
    if (bytes.n < sizeof(*head) + sizeof(sum))
        return false;
    memcpy(head, bytes.p, sizeof(*head));
    return head->magic == MEMO_MAGIC && head->n <= MEMO_MAX_ENTRIES &&
           bytes.n == sizeof(*head) + head->n * sizeof(struct memo_entry) + sizeof(sum);
}

static void take(struct memo *memo, struct view bytes)
{
    struct memo_head head;
    uint64_t sum;
    if (!is_memo(bytes, &head))
        return;
    size_t n = (size_t)head.n;
    struct memo_entry *entry = ARENA_ARRAY(memo->mem, struct memo_entry, n);
    memcpy(entry, bytes.p + sizeof(head), n * sizeof(*entry));
    memcpy(&sum, bytes.p + bytes.n - sizeof(sum), sizeof(sum));
    if (checksum(entry, n) != sum)
        return;
    for (size_t i = 0; i < n; i++)
        if (entry[i].etag[MEMO_ETAG - 1] != '\0')
            return;
    memo->entry = entry;
    memo->n = memo->cap = n;
    for (size_t i = 0; i < n; i++)
        memo->entry[i].age += memo->entry[i].age < UINT32_MAX;
}

/* Opens the memo's folder; below the project no link is followed. */
static bool open_folder(const struct memo *memo, bool create, struct beneath *ret)
{
    struct error none;
    const char *path = file_folder(memo->mem, memo->path);
    bool inside = beneath_holds(path);
    if (create && (inside ? beneath_make(&beneath_here, path, true, &none)
                          : file_make_folder(path, &none)) != STATUS_OK)
        return false;
    const int flags = O_RDONLY | O_DIRECTORY;
    int fd = inside ? beneath_open(&beneath_here, path, flags, 0)
                    : open(path, flags | O_CLOEXEC);
    *ret = (struct beneath){fd, path, NULL};
    return fd >= 0;
}

void memo_load(struct memo *memo)
{
    struct arena scratch = {0};
    struct beneath folder;
    struct view bytes;
    struct error none;
    size_t max = sizeof(struct memo_head) + MEMO_MAX_ENTRIES * sizeof(struct memo_entry) +
                 sizeof(uint64_t);
    if (!open_folder(memo, false, &folder))
        return;
    if (file_read_below(&folder, file_name(memo->path), max, &scratch, &bytes, &none) ==
        STATUS_OK)
        take(memo, bytes);
    close(folder.fd);
    arena_release(&scratch);
}

void memo_write(const struct memo *memo)
{
    struct memo_head head = {MEMO_MAGIC, memo->n};
    uint64_t sum = checksum(memo->entry, memo->n);
    const struct view part[] = {
        {(const char *)&head, sizeof(head)},
        {(const char *)memo->entry, memo->n * sizeof(*memo->entry)},
        {(const char *)&sum, sizeof(sum)},
    };
    struct beneath folder;
    if (!open_folder(memo, true, &folder))
        return;
    (void)temporary_replace(folder.fd, file_name(memo->path), part, COUNT_OF(part));
    close(folder.fd);
}
