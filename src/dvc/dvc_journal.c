/* The journal's file: entries of a head, the stage's name and the record's text. */
#include "dvc/dvc_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "file/beneath.h"
#include "file/checksum.h"
#include "file/file.h"

#define JOURNAL_MAX ((size_t)1 << 28)
#define JOURNAL_MAGIC UINT64_C(0x314c4e524a4d4e89)

struct journal_head {
    uint64_t magic, before, sum;
    uint64_t name_n, text_n;
};

uint64_t dvc_journal_sum(struct view text)
{
    struct checksum sum;
    checksum_begin(&sum);
    checksum_add(&sum, text.p, text.n);
    uint64_t value = checksum_value(&sum);
    return value ? value : 1;
}

/* Over all of an entry but the sum itself. */
static uint64_t sum_of(const struct journal_head *head, const char *name,
                       const char *text)
{
    struct journal_head plain = *head;
    struct checksum sum;
    plain.sum = 0;
    checksum_begin(&sum);
    checksum_add(&sum, &plain, sizeof(plain));
    checksum_add(&sum, name, head->name_n);
    checksum_add(&sum, text, head->text_n);
    return checksum_value(&sum);
}

static bool look(struct stat *ret)
{
    return beneath_stat(&beneath_here, DVC_JOURNAL_FILE, ret) == 0;
}

bool dvc_journal_is_same(const struct dvc_journal *journal)
{
    struct stat st;
    if (!look(&st))
        return journal->inode == 0;
    return journal->inode == (uint64_t)st.st_ino && journal->size == (size_t)st.st_size;
}

/* Takes the entry at the offset; false when none is whole there. */
static bool take(struct dvc_journal *journal, struct view bytes, struct arena *mem)
{
    struct journal_head head;
    size_t left = bytes.n - journal->bytes;
    if (left < sizeof(head))
        return false;
    const char *p = bytes.p + journal->bytes;
    memcpy(&head, p, sizeof(head));
    left -= sizeof(head);
    if (head.magic != JOURNAL_MAGIC || head.name_n > left ||
        head.text_n > left - head.name_n)
        return false;
    const char *name = p + sizeof(head), *text = name + head.name_n;
    if (sum_of(&head, name, text) != head.sum || memchr(name, '\0', head.name_n))
        return false;
    ARENA_ROOM(mem, journal->entry, journal->n, journal->cap, 16);
    journal->entry[journal->n++] = (struct dvc_journal_entry){
        arena_copy(mem, name, head.name_n), head.before, {text, head.text_n}};
    journal->bytes += sizeof(head) + head.name_n + head.text_n;
    return true;
}

enum status dvc_journal_read(struct arena *mem, struct dvc_journal *ret,
                             struct error *err)
{
    struct dvc_journal journal = {0};
    struct stat st;
    struct view bytes;
    if (look(&st)) {
        TRY(file_read_below(&beneath_here, DVC_JOURNAL_FILE, JOURNAL_MAX, mem, &bytes,
                            err));
        journal.inode = (uint64_t)st.st_ino;
        journal.size = bytes.n;
        while (take(&journal, bytes, mem))
            ;
    }
    *ret = journal;
    return STATUS_OK;
}

/* One write, so that a kill leaves all of it or a tail that the next reader sees. */
static bool append(int fd, struct dvc_journal *journal, struct view bytes)
{
    struct stat st;
    bool done = ftruncate(fd, (off_t)journal->bytes) == 0 &&
                lseek(fd, 0, SEEK_END) >= 0 && restart_write(fd, bytes.p, bytes.n) &&
                fstat(fd, &st) == 0;
    if (done) {
        journal->inode = (uint64_t)st.st_ino;
        journal->bytes += bytes.n;
        journal->size = journal->bytes;
        return true;
    }
    int number = errno;
    (void)!ftruncate(fd, (off_t)journal->bytes);
    errno = number;
    return false;
}

enum status dvc_journal_add(struct dvc_journal *journal,
                            const struct dvc_journal_entry *entry, struct error *err)
{
    struct arena mem = {0};
    struct text bytes = {.mem = &mem};
    struct journal_head head = {.magic = JOURNAL_MAGIC,
                                .before = entry->before,
                                .name_n = strlen(entry->name),
                                .text_n = entry->text.n};
    head.sum = sum_of(&head, entry->name, entry->text.p);
    text_add(&bytes, (const char *)&head, sizeof(head));
    text_puts(&bytes, entry->name);
    text_add(&bytes, entry->text.p, entry->text.n);
    int fd = beneath_open(&beneath_here, DVC_JOURNAL_FILE,
                          O_WRONLY | O_CREAT | O_NOCTTY | O_NONBLOCK, 0600);
    bool done = fd >= 0 && append(fd, journal, (struct view){bytes.p, bytes.n});
    enum status status = STATUS_OK;
    if (!done)
        status = beneath_failed("write", &beneath_here, DVC_JOURNAL_FILE, err);
    if (fd >= 0)
        close(fd);
    arena_release(&mem);
    return status;
}

enum status dvc_journal_clear(struct dvc_journal *journal, struct error *err)
{
    if (beneath_remove(&beneath_here, DVC_JOURNAL_FILE, 0) < 0 && errno != ENOENT)
        return beneath_failed("remove", &beneath_here, DVC_JOURNAL_FILE, err);
    *journal = (struct dvc_journal){0};
    return STATUS_OK;
}
