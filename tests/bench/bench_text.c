/* Comments to a linear model:
 *
 *     bench_text make FILE ROWS          writes made-up comments of 512 bytes with a label
 *     bench_text FILE [THREADS [RUNS]]   reads, hashes and learns; prints seconds of each
 *
 * A comment has words of a vocabulary of 60,000 that are drawn about as often as those of
 * a language (the n-th about 1/n), one in thirty beyond ASCII; an abusive one, one in ten,
 * has a few of sixty words more often than the others. */
#include <time.h>

#include "csv/csv.h"
#include "data/matrix.h"
#include "steps/step.h"

enum { VOCABULARY = 60000, BYTES = 512, BAD_WORDS = 60 };

static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* A word of two to nine letters that its number decides. */
static size_t write_word(uint64_t number, char *ret)
{
    static const char *const far[] = {"\xC3\xA9", "\xC3\xBC", "\xD0\xB6", "\xCE\xBB"};
    uint64_t state = number;
    size_t letters = 2 + draw(&state) % 4 + draw(&state) % 5, n = 0;
    for (size_t i = 0; i < letters; i++)
        ret[n++] = (char)('a' + draw(&state) % 26);
    if (number % 30 == 7) {
        memcpy(ret + n, far[draw(&state) % COUNT_OF(far)], 2);
        n += 2;
    }
    return n;
}

/* The n-th word about as often as 1/n. */
static uint64_t draw_word(uint64_t *state, bool bad)
{
    if (bad && draw(state) % 8 == 0)
        return VOCABULARY + draw(state) % BAD_WORDS;
    if (draw(state) % 400 == 0)
        return VOCABULARY + draw(state) % BAD_WORDS;
    uint64_t within = UINT64_C(1) << draw(state) % 16;
    return (within + draw(state) % within) % VOCABULARY;
}

static int make(const char *path, size_t rows)
{
    FILE *f = fopen(path, "w");
    uint64_t state = 1;
    if (!f)
        return STATUS_ENVIRONMENT;
    fputs("id,comment_text,toxic\n", f);
    for (size_t i = 0; i < rows; i++) {
        char text[BYTES + 32];
        size_t n = 0, wanted = BYTES / 2 + draw(&state) % BYTES;
        bool bad = draw(&state) % 10 == 0;
        fprintf(f, "%zu,\"", i);
        while (wanted > 0) {
            n = write_word(draw_word(&state, bad), text);
            text[n++] = draw(&state) % 12 == 0 ? ',' : ' ';
            fwrite(text, 1, n, f);
            wanted -= n < wanted ? n : wanted;
        }
        fprintf(f, "\",%d\n", bad);
    }
    return fclose(f) == 0 ? STATUS_OK : STATUS_ENVIRONMENT;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(getenv("CPU") ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct comments {
    size_t n, cap, cap_labels;
    struct arena bytes;
    struct view *text;
    double *label;
};

static enum status read_comments(const char *path, struct arena *mem,
                                 struct comments *ret, struct error *err)
{
    struct csv_reader *reader;
    struct csv_record rec;
    struct comments c = {0};
    TRY(csv_open(path, &csv_defaults, mem, &reader, err));
    TRY(csv_next(reader, &rec, err));
    for (;;) {
        TRY(csv_next(reader, &rec, err));
        if (rec.n < 3)
            break;
        ARENA_ROOM(mem, c.text, c.n, c.cap, 1 << 18);
        ARENA_ROOM(mem, c.label, c.n, c.cap_labels, 1 << 18);
        char *copy = arena_copy(&c.bytes, rec.field[1].p, rec.field[1].n);
        c.text[c.n] = (struct view){copy, rec.field[1].n};
        c.label[c.n++] = rec.field[2].p[0] == '1';
    }
    csv_close(reader);
    *ret = c;
    return STATUS_OK;
}

static enum status run(const char *path, size_t threads, double *ret, struct error *err)
{
    struct arena mem = {0};
    struct comments c;
    ret[0] = now();
    TRY(read_comments(path, &mem, &c, err));
    ret[1] = now();
    const struct step *hash = step_find("hash_text");
    struct text_column column = {"comment_text", c.text};
    struct matrix x = {.n = c.n, .n_texts = 1, .text = &column}, hashed;
    struct fit_context context = {.mem = &mem, .seed = 1, .threads = threads};
    void *state;
    TRY(hash->fit(hash->defaults, &x, NULL, &context, &state, err));
    TRY(hash->apply(state, &x, &mem, &hashed, err));
    ret[2] = now();
    const struct step *learner = step_find("logistic_regression");
    const double *label = c.label;
    const char *name = "toxic";
    struct target y = {.task = TASK_LABELS, .y = {.n = c.n, .p = 1, .col = &label, .name = &name}};
    TRY(step_fit(learner, learner->defaults, &hashed, &y, &context, &state, err));
    ret[3] = now();
    ret[4] = (double)hashed.sparse->start[c.n];
    arena_release(&c.bytes);
    arena_release(&mem);
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    size_t threads = 2, runs = 3, rows;
    struct error err = {.status = STATUS_OK};
    if (argc == 4 && strcmp(argv[1], "make") == 0 && text_size(view_of(argv[3]), &rows))
        return make(argv[2], rows);
    for (size_t i = 0; i < runs; i++) {
        double t[5];
        if (argc < 2 || run(argv[1], threads, t, &err) != STATUS_OK) {
            error_print(&err, "error", 0, stderr);
            return 1;
        }
        printf("read %.3f hash %.3f learn %.3f values %.0f\n", t[1] - t[0], t[2] - t[1],
               t[3] - t[2], t[4]);
    }
    return STATUS_OK;
}
