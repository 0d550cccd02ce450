/* Any bytes as the journal of a search or as one of its shards: the pieces that are taken
 * are no more than there are, the same ones again the next time, and a shard that is taken
 * has all of them.
 *
 * The first byte of an input says which of the two, and whether the head and the checksums
 * of the records are put right, so that mutations reach what lies behind them. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE // mkdtemp
#endif

#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <unistd.h>

#include "file/file.h"
#include "learn/recipes.h"
#include "search/journal.h"
#include "search/shard.h"

enum { ROWS = 12, COLUMNS = 2, WORD = 8 };

static char folder[] = "/tmp/fuzz-pieces.XXXXXX", journal_path[64], shard_path[64];
static struct matrix x;
static struct target y;
static struct recipes recipe;
static struct folds folds;
static struct arena lasting;

static void leave(void)
{
    (void)unlink(journal_path);
    (void)unlink(shard_path);
    (void)rmdir(folder);
}

/* Three folds: three pieces of two scores. */
static void prepare(void)
{
    static const char grid[] = "- ridge: {alpha: [1, 9]}\n";
    static const char *const name[] = {"a", "b"};
    struct error err;
    struct yaml_node *node;
    double **col, **target;
    const struct fold_rule rule = {.n = 3, .method = FOLDS_BLOCKS};
    const struct fold_data data = {.n = ROWS};
    x = matrix_new(&lasting, ROWS, COLUMNS, name, &col);
    y = (struct target){.y = matrix_new(&lasting, ROWS, 1, name, &target)};
    for (size_t i = 0; i < ROWS; i++) {
        col[0][i] = (double)(i * 5 % 7);
        col[1][i] = (double)(i * 3 % 11);
        target[0][i] = (double)(i * i % 13);
    }
    require(yaml_parse("grid", grid, sizeof grid - 1, &lasting, &node, &err) ==
            STATUS_OK);
    const struct recipes_source from = {.steps = node};
    require(recipes_read(&from, TASK_REGRESSION, &lasting, &recipe, &err) == STATUS_OK);
    require(folds_plan(&rule, &data, 1, &lasting, &folds, &err) == STATUS_OK);
    require(mkdtemp(folder) && atexit(leave) == 0);
    snprintf(journal_path, sizeof journal_path, "%s/journal", folder);
    snprintf(shard_path, sizeof shard_path, "%s/any.pieces", folder);
}

static struct search_plan *new_plan(struct arena *mem)
{
    const struct search_options options = {.folds = &folds, .score = metric_find("rmse")};
    const struct fit_context context = {.mem = mem, .threads = 1};
    struct search_plan *plan;
    struct error err;
    require(search_begin(&recipe, &options, &x, &y, &context, &plan, &err) == STATUS_OK);
    return plan;
}

static size_t count(const struct search_plan *plan)
{
    size_t n = 0;
    for (size_t piece = 0; piece < search_pieces(plan); piece++)
        n += search_has(plan, piece);
    return n;
}

static void put(const char *path, struct view v)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(fd >= 0 && write(fd, v.p, v.n) == (ssize_t)v.n);
    close(fd);
}

/* The input with the head of this search, and right checksums of its records. */
static struct view mended(struct search_plan *plan, bool local, struct view input,
                          unsigned how, struct arena *mem)
{
    char digest[CHECKSUM_TEXT];
    struct search_file f;
    struct text t = {.mem = mem};
    search_digest(plan, local, digest);
    search_file_begin(&f, plan, digest, 0, 1, mem);
    if (how & 1)
        text_add(&t, f.head, f.head_n);
    size_t first = t.n;
    text_add(&t, input.p, input.n);
    for (size_t at = first; (how & 2) && t.n - at >= f.record_n; at += f.record_n) {
        struct checksum sum = f.start;
        checksum_add(&sum, t.p + at, f.record_n - WORD);
        uint64_t value = checksum_value(&sum);
        for (size_t i = 0; i < WORD; i++)
            t.p[at + f.record_n - WORD + i] = (char)(value >> 8 * i);
    }
    return (struct view){t.p, t.n};
}

static size_t resume(struct view file, struct arena *mem)
{
    struct search_plan *plan = new_plan(mem);
    struct watch watch = {0};
    struct journal j;
    if (file.p)
        put(journal_path, file);
    journal_open(&j, journal_path, plan, &watch, mem);
    size_t n = count(plan);
    require(n <= search_pieces(plan));
    journal_close(&j);
    return n;
}

static void merge(struct view file, struct arena *mem)
{
    struct search_plan *plan = new_plan(mem);
    struct error err = {0};
    put(shard_path, file);
    if (shard_merge(plan, folder, &err) != STATUS_OK) {
        require(err.status == STATUS_INPUT && err.message[0]);
        require(strncmp(err.loc.path, folder, strlen(folder)) == 0);
        return;
    }
    require(count(plan) == search_pieces(plan));
}

static void try_input(struct view input, struct arena *mem)
{
    if (!x.n)
        prepare();
    if (input.n == 0)
        return;
    unsigned how = (unsigned char)input.p[0];
    bool local = how & 4; // slow: a journal has the checksum of this very program
    struct search_plan *plan = new_plan(mem);
    struct view bytes = {input.p + 1, input.n - 1};
    bytes = mended(plan, local, bytes, how, mem);
    if (!local) {
        merge(bytes, mem);
        return;
    }
    size_t n = resume(bytes, mem);
    require(resume((struct view){NULL, 0}, mem) == n);
}
