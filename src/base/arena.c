/* An arena: a chain of blocks, newest first, each filled from its start.
 *
 * A block doubles the former one's size between 64 KiB and 8 MiB; what is larger gets a
 * block of its own with some room behind, which costs address space only as long as
 * nobody touches it.  calloc zeroes fresh blocks (the kernel did, for big ones); each
 * block remembers up to where it was ever used, so that only used bytes are zeroed again.
 *
 * A rewind keeps the blocks it empties, because the first touch of new pages is slow.
 * They are taken again by best fit and freed as soon as none of them fits, so that sizes
 * that creep upwards do not pile up.  Under AddressSanitizer all unused room is poisoned
 * and 16 bytes lie between two allocations. */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include "base/error.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(ARENA_POISONS)
#include <sanitizer/asan_interface.h>
#define POISON(p, n) __asan_poison_memory_region(p, n)
#define UNPOISON(p, n) __asan_unpoison_memory_region(p, n)
enum { GAP = 16 };
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
enum { GAP = 0 };
#endif

enum { ALIGN_LARGE = 64, ALIGN_SMALL = 16 };
enum { BLOCK_MIN = 64 * 1024, BLOCK_MAX = 8 * 1024 * 1024 };

struct arena_block {
    struct arena_block *older;
    unsigned char *data; // aligned to 64
    size_t size;         // bytes at data
    size_t dirty; // bytes at data that were ever handed out before the block was rewound
};

static void say(const char *text)
{
    // When stderr is gone too, the status says what is left to be said.
    ssize_t wrote = write(STDERR_FILENO, text, strlen(text));
    (void)wrote;
}

static void (*clear_up)(void);
static void (*last_words)(const char *subject, const char *what);

void on_give_up(void (*clear)(void))
{
    clear_up = clear;
}

void on_last_words(void (*tell)(const char *subject, const char *what))
{
    last_words = tell;
}

void give_up(const char *subject, const char *what)
{
    if (clear_up)
        clear_up();
    if (last_words)
        last_words(subject, what);
    say("error: ");
    say(subject);
    say(" ");
    say(what);
    say("\n");
    _exit(STATUS_ENVIRONMENT);
}

void out_of_memory(size_t wanted_bytes)
{
    char what[64] = "memory";
    if (wanted_bytes)
        snprintf(what, sizeof(what), "memory (%zu bytes more were needed)", wanted_bytes);
    give_up("out of", what);
}

static size_t round_up(size_t n, size_t align)
{
    return (n + align - 1) & ~(align - 1);
}

static void free_chain(struct arena_block **chain)
{
    while (*chain) {
        struct arena_block *block = *chain;
        *chain = block->older;
        UNPOISON(block->data, block->size);
        free(block);
    }
}

/* Unlinks and returns the smallest spare block with room for size bytes, or NULL. */
static struct arena_block *take_spare(struct arena *a, size_t size)
{
    struct arena_block **best = NULL;
    for (struct arena_block **at = &a->spare; *at; at = &(*at)->older) {
        if ((*at)->size >= size && (!best || (*at)->size < (*best)->size))
            best = at;
    }
    if (!best)
        return NULL;
    struct arena_block *block = *best;
    *best = block->older;
    return block;
}

static struct arena_block *new_block(const struct arena *a, size_t size)
{
    size_t room = a->head ? a->head->size : 0;
    room = room < BLOCK_MAX / 2 ? 2 * room : BLOCK_MAX;
    if (room < BLOCK_MIN)
        room = BLOCK_MIN;
    if (size > SIZE_MAX / 2)
        out_of_memory(size);
    if (room < size)
        room = round_up(size, ALIGN_LARGE) + BLOCK_MIN;
    struct arena_block *block = calloc(1, sizeof(*block) + ALIGN_LARGE + room);
    if (!block)
        out_of_memory(size);
    uintptr_t end = (uintptr_t)(block + 1);
    block->data = (unsigned char *)(block + 1) + (round_up(end, ALIGN_LARGE) - end);
    block->size = room;
    POISON(block->data, room);
    return block;
}

/* Remembers what the newest block handed out, before its fill level is forgotten. */
static void keep_dirty(const struct arena *a)
{
    if (a->head && a->head->dirty < a->used)
        a->head->dirty = a->used;
}

static void push_block(struct arena *a, size_t size)
{
    struct arena_block *block = take_spare(a, size);
    if (!block) {
        free_chain(&a->spare);
        block = new_block(a, size);
    }
    keep_dirty(a);
    block->older = a->head;
    a->head = block;
    a->used = 0;
}

/* Hands out bytes [from, to) of the newest block, zeroed. */
static void hand_out(struct arena *a, size_t from, size_t to)
{
    struct arena_block *block = a->head;
    UNPOISON(block->data + from, to - from);
    if (from < block->dirty)
        memset(block->data + from, 0, (to < block->dirty ? to : block->dirty) - from);
    a->used = to;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t n = size ? size : 1;
    size_t align = n >= ALIGN_LARGE ? ALIGN_LARGE : ALIGN_SMALL;
    size_t at = a->head ? round_up(a->used ? a->used + GAP : 0, align) : 0;
    if (!a->head || at > a->head->size || n > a->head->size - at) {
        push_block(a, n);
        at = 0;
    }
    hand_out(a, at, at + n);
    return a->head->data + at;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        out_of_memory(SIZE_MAX);
    return arena_alloc(a, count * size);
}

void *arena_grow(struct arena *a, void *p, size_t old, size_t wanted)
{
    if (!p)
        return arena_alloc(a, wanted);
    if (wanted <= old)
        return p;
    size_t n = old ? old : 1;
    bool newest = a->head && (unsigned char *)p + n == a->head->data + a->used;
    size_t at = newest ? a->used - n : 0;
    bool aligned = wanted < ALIGN_LARGE || (uintptr_t)p % ALIGN_LARGE == 0;
    // Under a sanitizer it always moves: who kept the old place is found.
    if (GAP == 0 && newest && aligned && wanted <= a->head->size - at) {
        hand_out(a, a->used, at + wanted);
        return p;
    }
    void *copy = arena_alloc(a, wanted);
    memcpy(copy, p, old);
    POISON(p, n);
    return copy;
}

void *arena_room(struct arena *a, void *p, size_t n, size_t *cap, size_t first,
                 size_t size)
{
    if (n < *cap)
        return p;
    size_t wanted = *cap ? 2 * *cap : first;
    p = arena_grow(a, p, *cap * size, wanted * size);
    *cap = wanted;
    return p;
}

char *arena_copy(struct arena *a, const char *p, size_t n)
{
    if (n == SIZE_MAX)
        out_of_memory(n);
    char *copy = arena_alloc(a, n + 1);
    if (n)
        memcpy(copy, p, n);
    return copy;
}

char *arena_string(struct arena *a, const char *cstring)
{
    return arena_copy(a, cstring, strlen(cstring));
}

char *arena_format(struct arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = arena_alloc(a, n < 0 ? 1 : (size_t)n + 1);
    if (n > 0)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->head, a->used};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    while (a->head != mark.head) {
        struct arena_block *block = a->head;
        assert(block &&
               "the mark belongs to another arena, or to a part that was rewound");
        keep_dirty(a);
        POISON(block->data, block->size);
        a->head = block->older;
        // Older blocks noted their level when they were left; this one's is spent.
        a->used = 0;
        block->older = a->spare;
        a->spare = block;
    }
    keep_dirty(a);
    a->used = mark.used;
    if (a->head)
        POISON(a->head->data + a->used, a->head->size - a->used);
}

void arena_release(struct arena *a)
{
    free_chain(&a->head);
    free_chain(&a->spare);
    a->used = 0;
}
