/* Sorted runs, merged (Knuth, The Art of Computer Programming 3, 5.4.1).
 *
 * A run is sorted by the bytes of the ranks, the least significant first (5.2.5), which is
 * stable; bytes in which all ranks agree are left out.  The runs are merged at once, by a
 * heap of their heads; of equal ranks that of the earlier run comes first.  Each run has
 * an equal part of one run's memory as its window: that is enough for thousands of runs,
 * a billion rows and more. */
#include "clean/order.h"

#include <errno.h>
#include <unistd.h>

#include "file/file.h"

void order_begin(struct order *o, size_t n)
{
    o->cap = n < ORDER_RUN ? n : ORDER_RUN;
    o->run = ARENA_ARRAY(o->mem, struct order_row, o->cap);
    o->spare = ARENA_ARRAY(o->mem, struct order_row, o->cap);
}

static inline size_t byte_of(const struct order_row *row, unsigned b)
{
    return (row->rank >> (8 * b)) & 255;
}

/* The bits in which ranks differ. */
static uint64_t differing(const struct order_row *row, size_t n)
{
    uint64_t bits = 0;
    for (size_t i = 1; i < n; i++)
        bits |= row[i].rank ^ row[0].rank;
    return bits;
}

/* Sorts by byte b into `to`. */
static void sort_by_byte(const struct order_row *from, size_t n, unsigned b,
                         struct order_row *to)
{
    size_t start[257] = {0};
    for (size_t i = 0; i < n; i++)
        start[byte_of(&from[i], b) + 1]++;
    for (size_t v = 0; v < 256; v++)
        start[v + 1] += start[v];
    for (size_t i = 0; i < n; i++)
        to[start[byte_of(&from[i], b)]++] = from[i];
}

static void sort_run(struct order *o)
{
    uint64_t bits = differing(o->run, o->used);
    for (unsigned b = 0; b < sizeof bits; b++) {
        if ((bits >> (8 * b) & 255) == 0)
            continue;
        sort_by_byte(o->run, o->used, b, o->spare);
        struct order_row *sorted = o->spare;
        o->spare = o->run;
        o->run = sorted;
    }
}

/* Writes rows to the end of a file, which is made when it is the first time. */
static enum status append(struct order *o, int *file, const struct order_row *row,
                          size_t n, struct error *err)
{
    if (*file == 0)
        TRY(publish_scratch(o->publish, o->path, file, err));
    if (restart_write(*file, row, n * sizeof *row))
        return STATUS_OK;
    return file_failed("write beside", o->path, err);
}

static enum status read_rows(const struct order *o, int file, size_t at, size_t n,
                             struct order_row *ret, struct error *err)
{
    char *p = (char *)ret;
    size_t left = n * sizeof *ret;
    off_t from = (off_t)(at * sizeof *ret);
    while (left > 0) {
        ssize_t got = pread(file, p, left, from);
        if (got == 0)
            errno = EIO; // nobody else can cut it short
        if (got <= 0)
            return file_failed("read beside", o->path, err);
        p += got;
        from += got;
        left -= (size_t)got;
    }
    return STATUS_OK;
}

enum status order_add(struct order *o, struct order_row row, struct error *err)
{
    if (o->used == o->cap) {
        sort_run(o);
        TRY(append(o, &o->runs, o->run, o->used, err));
        o->used = 0;
    }
    o->run[o->used++] = row;
    o->n++;
    return STATUS_OK;
}

/* A run that is being merged. */
struct order_head {
    size_t run;           // its number
    size_t next, end;     // rows of the file that have not been read
    struct order_row *at; // the row that comes next
    struct order_row *window;
    size_t n; // rows of the window that are left
};

static bool comes_first(const struct order_head *a, const struct order_head *b)
{
    return a->at->rank < b->at->rank || (a->at->rank == b->at->rank && a->run < b->run);
}

/* Lets the head at place i of the heap sink to where it belongs. */
static void sink(struct order_head *heap, size_t n, size_t i)
{
    struct order_head head = heap[i];
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        child += child + 1 < n && comes_first(&heap[child + 1], &heap[child]);
        if (!comes_first(&heap[child], &head))
            break;
        heap[i] = heap[child];
    }
    heap[i] = head;
}

/* Moves on to the next row of the run; *ret_over when there is none. */
static enum status advance(const struct order *o, struct order_head *head, size_t window,
                           bool *ret_over, struct error *err)
{
    *ret_over = head->n <= 1 && head->next == head->end;
    if (*ret_over)
        return STATUS_OK;
    if (head->n > 1) {
        head->at++;
        head->n--;
        return STATUS_OK;
    }
    head->n = head->end - head->next < window ? head->end - head->next : window;
    TRY(read_rows(o, o->runs, head->next, head->n, head->window, err));
    head->next += head->n;
    head->at = head->window;
    return STATUS_OK;
}

static enum status begin_heap(const struct order *o, struct order_head *heap, size_t runs,
                              size_t window, struct error *err)
{
    bool over;
    for (size_t r = 0; r < runs; r++) {
        size_t from = r * o->cap, end = from + o->cap < o->n ? from + o->cap : o->n;
        heap[r] = (struct order_head){
            .run = r, .next = from, .end = end, .window = o->run + r * window};
        TRY(advance(o, &heap[r], window, &over, err));
    }
    for (size_t i = runs / 2; i-- > 0;)
        sink(heap, runs, i);
    return STATUS_OK;
}

/* Merges the runs of the one file into the other. */
static enum status merge_runs(struct order *o, struct error *err)
{
    size_t runs = (o->n + o->cap - 1) / o->cap, window = o->cap / runs;
    struct order_head *heap = ARENA_ARRAY(o->mem, struct order_head, runs);
    o->used = 0;
    TRY(begin_heap(o, heap, runs, window, err));
    while (runs > 0) {
        bool over;
        o->spare[o->used++] = *heap[0].at;
        TRY(advance(o, &heap[0], window, &over, err));
        if (over)
            heap[0] = heap[--runs];
        if (runs > 0)
            sink(heap, runs, 0);
        if (o->used < ORDER_BLOCK && runs > 0)
            continue;
        TRY(append(o, &o->sorted, o->spare, o->used, err));
        o->used = 0;
    }
    return STATUS_OK;
}

static void drop(int *file)
{
    if (*file > 0)
        close(*file);
    *file = 0;
}

enum status order_end(struct order *o, struct error *err)
{
    sort_run(o);
    if (o->runs == 0)
        return STATUS_OK;
    TRY(append(o, &o->runs, o->run, o->used, err));
    TRY(merge_runs(o, err));
    drop(&o->runs);
    return STATUS_OK;
}

enum status order_read(const struct order *o, size_t at, struct order_row *buffer,
                       const struct order_row **ret, size_t *ret_n, struct error *err)
{
    *ret_n = o->n - at < ORDER_BLOCK ? o->n - at : ORDER_BLOCK;
    *ret = o->sorted > 0 ? buffer : o->run + at;
    return o->sorted > 0 ? read_rows(o, o->sorted, at, *ret_n, buffer, err) : STATUS_OK;
}

void order_close(struct order *o)
{
    drop(&o->runs);
    drop(&o->sorted);
}
