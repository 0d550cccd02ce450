/* The memo's file: a head (a number that tells format and byte order, and the count), the
 * records, and a checksum over them.
 *
 * It is replaced by rename and never synced: after a loss of power the checksum tells,
 * and a memo begun anew costs time only. */
#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "base/temporary.h"
#include "ship/memo_part.h"

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

void memo_load(struct memo *memo)
{
    struct arena scratch = {0};
    struct view bytes;
    struct error none;
    size_t max = sizeof(struct memo_head) + MEMO_MAX_ENTRIES * sizeof(struct memo_entry) +
                 sizeof(uint64_t);
    if (file_exists(memo->path) &&
        file_read(memo->path, max, &scratch, &bytes, &none) == STATUS_OK)
        take(memo, bytes);
    arena_release(&scratch);
}

static bool write_all(int fd, const void *p, size_t n)
{
    const char *at = p;
    while (n > 0) {
        ssize_t wrote = write(fd, at, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return false;
        at += wrote;
        n -= (size_t)wrote;
    }
    return true;
}

static bool write_whole(const struct memo *memo, int fd)
{
    struct memo_head head = {MEMO_MAGIC, memo->n};
    uint64_t sum = checksum(memo->entry, memo->n);
    return write_all(fd, &head, sizeof(head)) &&
           write_all(fd, memo->entry, memo->n * sizeof(*memo->entry)) &&
           write_all(fd, &sum, sizeof(sum));
}

void memo_write(const struct memo *memo)
{
    char *temporary;
    int fd;
    struct error none;
    if (file_make_folder(file_folder(memo->mem, memo->path), &none) != STATUS_OK ||
        temporary_create(memo->path, memo->mem, &temporary, &fd, &none) != STATUS_OK)
        return;
    bool whole = write_whole(memo, fd);
    whole = close(fd) == 0 && whole;
    if (whole && rename(temporary, memo->path) == 0)
        temporary_forget(temporary);
    else
        temporary_remove(temporary);
}
