#include <criterion/criterion.h>

#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/rng.h"
#include "help/help.h"

static bool is_filled(const unsigned char *p, size_t n, unsigned char with)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] != with)
            return false;
    }
    return true;
}

static const size_t sizes[] = {0,     1,      15,     16,      17,     63,
                               64,    65,     100,    4096,    65535,  65536,
                               65537, 131072, 200000, 1000000, 9000000};

Test(arena, memory_is_zeroed_aligned_and_its_own)
{
    struct arena mem = {0};
    unsigned char *parts[COUNT_OF(sizes)];
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        parts[i] = arena_alloc(&mem, sizes[i]);
        cr_assert_eq((uintptr_t)parts[i] % (sizes[i] >= 64 ? 64 : 16), 0, "size %zu",
                     sizes[i]);
        cr_assert(is_filled(parts[i], sizes[i], 0), "size %zu", sizes[i]);
        memset(parts[i], (int)(i + 1), sizes[i]);
    }
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        cr_assert(is_filled(parts[i], sizes[i], (unsigned char)(i + 1)), "size %zu",
                  sizes[i]);
    arena_release(&mem);
    cr_assert_null(mem.head);
    cr_assert_null(mem.spare);
    cr_assert_eq(mem.used, 0);
}

Test(arena, memory_is_zeroed_again_after_a_rewind)
{
    struct arena mem = {0};
    for (int round = 0; round < 3; round++) {
        struct arena_mark mark = arena_mark(&mem);
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            unsigned char *p = arena_alloc(&mem, sizes[i]);
            cr_assert(is_filled(p, sizes[i], 0), "round %d, size %zu", round, sizes[i]);
            memset(p, 0xA5, sizes[i]);
        }
        arena_rewind(&mem, mark);
    }
    arena_release(&mem);
}

Test(arena, a_rewind_keeps_what_is_older_and_reuses_the_blocks)
{
    struct arena mem = {0};
    char *kept = arena_string(&mem, "kept");
    struct arena_mark mark = arena_mark(&mem);
    void *first = arena_alloc(&mem, 3000000);
    for (int i = 0; i < 100; i++) {
        arena_rewind(&mem, mark);
        cr_assert_eq(arena_alloc(&mem, 3000000), first, "fresh memory in round %d", i);
    }
    arena_rewind(&mem, mark);
    cr_assert_str_eq(kept, "kept");
    arena_release(&mem);
}

static size_t spare_blocks(const struct arena *mem)
{
    // The link to the next block is a block's first member.
    size_t n = 0;
    for (const void *block = mem->spare; block; block = *(void *const *)block)
        n++;
    return n;
}

Test(arena, sizes_that_creep_upwards_do_not_pile_up)
{
    struct arena mem = {0};
    for (size_t size = 1000000; size < 3000000; size += 100000) {
        struct arena_mark mark = arena_mark(&mem);
        arena_alloc(&mem, 1000);
        arena_alloc(&mem, size);
        arena_rewind(&mem, mark);
        cr_assert_leq(spare_blocks(&mem), 3, "%zu blocks", spare_blocks(&mem));
    }
    arena_release(&mem);
}

Test(arena, the_newest_allocation_grows_in_place)
{
    struct arena mem = {0};
    arena_alloc(&mem, 5);
    unsigned char *p = arena_alloc(&mem, 64);
    memset(p, 7, 64);
    unsigned char *q = arena_grow(&mem, p, 64, 5000);
#ifdef __SANITIZE_ADDRESS__
    cr_assert_neq(p, q); // there it always moves
#else
    cr_assert_eq(p, q);
#endif
    cr_assert(is_filled(q, 64, 7));
    cr_assert(is_filled(q + 64, 5000 - 64, 0));
    arena_release(&mem);
}

Test(arena, an_older_allocation_grows_by_moving)
{
    struct arena mem = {0};
    unsigned char *p = arena_alloc(&mem, 100), *other = arena_alloc(&mem, 100);
    memset(p, 7, 100);
    memset(other, 8, 100);
    unsigned char *q = arena_grow(&mem, p, 100, 100000);
    cr_assert_neq(p, q);
    cr_assert(is_filled(q, 100, 7));
    cr_assert(is_filled(q + 100, 100000 - 100, 0));
    cr_assert(is_filled(other, 100, 8));
    cr_assert_eq((uintptr_t)q % 64, 0);
    arena_release(&mem);
}

Test(arena, growing_from_small_to_large_keeps_the_alignment)
{
    struct arena mem = {0};
    arena_alloc(&mem, 1);
    unsigned char *p = arena_alloc(&mem, 8);
    memset(p, 3, 8);
    p = arena_grow(&mem, p, 8, 640);
    cr_assert_eq((uintptr_t)p % 64, 0);
    cr_assert(is_filled(p, 8, 3));
    cr_assert(is_filled(p + 8, 632, 0));
    cr_assert_eq(arena_grow(&mem, p, 640, 10), p);
    cr_assert_not_null(arena_grow(&mem, NULL, 0, 10));
    arena_release(&mem);
}

Test(arena, room_is_doubled_when_it_is_used_up)
{
    struct arena mem = {0};
    int *v = NULL;
    size_t cap = 0;
    for (size_t n = 0; n < 1000; n++) {
        size_t before = cap;
        ARENA_ROOM(&mem, v, n, cap, 5);
        cr_assert_eq(cap, n < before ? before : before ? 2 * before : 5);
        v[n] = (int)n;
        arena_alloc(&mem, n % 3 ? 0 : 40); // so that it has to move now and then
    }
    for (size_t n = 0; n < 1000; n++)
        cr_assert_eq(v[n], (int)n);
    arena_release(&mem);
}

Test(arena, memory_grown_after_a_rewind_is_zeroed)
{
    struct arena mem = {0};
    struct arena_mark mark = arena_mark(&mem);
    memset(arena_alloc(&mem, 20000), 0xFF, 20000);
    arena_rewind(&mem, mark);
    unsigned char *p = arena_alloc(&mem, 64);
    p = arena_grow(&mem, p, 64, 20000);
    cr_assert(is_filled(p, 20000, 0));
    arena_release(&mem);
}

Test(arena, texts_are_copied_and_formatted)
{
    struct arena mem = {0};
    char *copy = arena_copy(&mem, "a\0bcd", 4);
    cr_assert_eq(memcmp(copy, "a\0bc", 5), 0);
    cr_assert_str_eq(arena_copy(&mem, NULL, 0), "");
    cr_assert_str_eq(arena_string(&mem, "text"), "text");
    cr_assert_str_eq(arena_format(&mem, "%s-%03d", "x", 7), "x-007");
    char *wide = arena_format(&mem, "%100000d", 1);
    cr_assert_eq(strlen(wide), 100000);
    cr_assert_eq(wide[99999], '1');
    arena_release(&mem);
}

/* Allocations of all sizes, nested marks and rewinds in a random order: each living
 * allocation keeps its bytes, each new one is zeroed. */
Test(arena, nothing_overlaps_in_a_long_random_life)
{
    enum { DEPTH = 400 };
    struct part {
        unsigned char *p;
        size_t n;
        bool marked;
        struct arena_mark mark;
    } parts[DEPTH];
    struct arena mem = {0};
    struct rng r;
    rng_seed(&r, 5, "arena");
    size_t n = 0;
    for (int step = 0; step < 20000; step++) {
        if (n == DEPTH || (n > 0 && rng_below(&r, 20) == 0)) {
            size_t to = (size_t)rng_below(&r, n);
            for (size_t i = 0; i < n; i++)
                cr_assert(is_filled(parts[i].p, parts[i].n, (unsigned char)(i % 255 + 1)),
                          "step %d, part %zu", step, i);
            arena_rewind(&mem, parts[to].mark);
            n = to;
        }
        parts[n].mark = arena_mark(&mem);
        size_t scale = (size_t)1 << rng_below(&r, 17);
        parts[n].n = (size_t)rng_below(&r, scale) + 1;
        parts[n].p = arena_alloc(&mem, parts[n].n);
        cr_assert(is_filled(parts[n].p, parts[n].n, 0), "step %d is not zeroed", step);
        memset(parts[n].p, (int)(n % 255 + 1), parts[n].n);
        n++;
    }
    arena_release(&mem);
}

Test(arena, a_product_that_overflows_is_out_of_memory, .exit_code = STATUS_ENVIRONMENT)
{
    struct arena mem = {0};
    arena_array(&mem, SIZE_MAX / 4, 8);
}

Test(arena, an_impossible_size_is_out_of_memory, .exit_code = STATUS_ENVIRONMENT)
{
    struct arena mem = {0};
    arena_alloc(&mem, SIZE_MAX - 3);
}

Test(arena, out_of_memory_says_so_in_one_line)
{
    const char *path = help_path(help_folder(), "stderr");
    FILE *f = fopen(path, "w");
    pid_t child = fork();
    if (child == 0) {
        dup2(fileno(f), STDERR_FILENO);
        out_of_memory(12345);
    }
    int state = 0;
    waitpid(child, &state, 0);
    fclose(f);
    cr_assert(WIFEXITED(state));
    cr_assert_eq(WEXITSTATUS(state), STATUS_ENVIRONMENT);
    cr_assert_str_eq(help_read(path, NULL),
                     "error: out of memory (12345 bytes more were needed)\n");
}
