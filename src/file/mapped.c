/* The table of mappings, for a signal handler that has nothing but an address.
 *
 * Slots are taken and given back by one atomic word, the address; what else they hold is
 * written before it is set.  Blocks of slots are added when all are taken and never
 * freed, so that the handler may walk them at any time.  A slot whose file has changed
 * keeps its place for good: that is how mapped_check learns of it. */
#include "file/mapped.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/arena.h"
#include "file/file.h"

enum { SLOTS = 16 };
enum { FREE = 0, TAKEN = 1, CHANGED = 2 }; // no addresses

struct slot {
    atomic_uintptr_t begin; // or one of the words above
    size_t n;
    struct stat was;
    int failed; // errno of the look at the file when it was taken off, or 0
    char *path; // of the heap
    struct quoted_path quoted;
};

struct mapped_block {
    struct slot slot[SLOTS];
    _Atomic(struct mapped_block *) next;
};

/* Global for the reason that file/temporary.c gives. */
static struct mapped_block first;
static struct sigaction former;

static struct mapped_block *next_of(struct mapped_block *block)
{
    struct mapped_block *next = atomic_load(&block->next), *none = NULL;
    if (next)
        return next;
    next = calloc(1, sizeof(*next));
    if (!next)
        out_of_memory(sizeof(*next));
    if (atomic_compare_exchange_strong(&block->next, &none, next))
        return next;
    free(next);
    return none;
}

static struct slot *take_slot(void)
{
    for (struct mapped_block *block = &first;; block = next_of(block)) {
        for (size_t i = 0; i < SLOTS; i++) {
            uintptr_t none = FREE;
            if (atomic_compare_exchange_strong(&block->slot[i].begin, &none, TAKEN))
                return &block->slot[i];
        }
    }
}

/* The slot for which the function is true, or NULL. */
static struct slot *find(bool (*is)(const struct slot *slot, uintptr_t at), uintptr_t at)
{
    for (struct mapped_block *block = &first; block; block = atomic_load(&block->next))
        for (size_t i = 0; i < SLOTS; i++)
            if (is(&block->slot[i], at))
                return &block->slot[i];
    return NULL;
}

static bool begins(const struct slot *slot, uintptr_t at)
{
    return atomic_load(&slot->begin) == at;
}

static bool holds(const struct slot *slot, uintptr_t at)
{
    uintptr_t begin = atomic_load(&slot->begin);
    return begin > CHANGED && at >= begin && at - begin < slot->n;
}

/* True of a live mapping, too, whose file is not what it was, or cannot be looked at. */
static bool changed(const struct slot *slot, uintptr_t at)
{
    (void)at;
    uintptr_t begin = atomic_load(&slot->begin);
    struct stat now;
    errno = 0;
    return begin == CHANGED || (begin > CHANGED && (stat(slot->path, &now) < 0 ||
                                                    !file_same(&slot->was, &now)));
}

void mapped_add(const void *p, size_t n, const char *path, const struct stat *was)
{
    struct slot *slot = take_slot();
    slot->n = n;
    slot->was = *was;
    slot->path = strdup(path);
    if (!slot->path)
        out_of_memory(strlen(path) + 1);
    quote_path(&slot->quoted, path);
    atomic_store(&slot->begin, (uintptr_t)p);
}

void mapped_remove(const void *p)
{
    struct slot *slot = find(begins, (uintptr_t)p);
    if (!slot)
        return;
    bool keep = changed(slot, 0);
    slot->failed = errno;
    if (!keep)
        free(slot->path);
    atomic_store(&slot->begin, keep ? CHANGED : FREE);
}

enum status mapped_check(struct error *err)
{
    const struct slot *slot = find(changed, 0);
    if (!slot)
        return STATUS_OK;
    if (errno == 0)
        errno = slot->failed;
    if (errno != 0 && errno != ENOENT && errno != ENOTDIR)
        return error_errno(err, "could not look at %s", QUOTE_PATH(slot->path));
    return file_changed(slot->path, err);
}

static void on_sigbus(int number, siginfo_t *info, void *context)
{
    (void)context;
    const struct slot *slot = find(holds, (uintptr_t)info->si_addr);
    if (!slot || info->si_code != BUS_ADRERR) {
        (void)sigaction(number, &former, NULL); // and the access is made again
        return;
    }
    give_up(slot->quoted.text, "was cut while it was read");
}

void mapped_answer_sigbus(void)
{
    struct sigaction handle = {.sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO};
    (void)sigaction(SIGBUS, &handle, &former);
}
