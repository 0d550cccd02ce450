/* Comments to a linear model:
 *
 *     bench_text make FILE ROWS          writes made-up comments of 512 bytes with a label
 *     bench_text FILE [THREADS [RUNS]]   reads, hashes and learns; prints the seconds of each
 *                                        in the best run, and the share of rows right
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

/* A step's parameters: the defaults but for one or two that are given. */
static const void *params_of(const struct step *step, const char *const *given, size_t n,
                             struct arena *mem)
{
    struct error err;
    char *params = arena_copy(mem, step->defaults, step->params_size);
    for (size_t i = 0; i < n; i += 2) {
        const struct option_row *row =
            option_find(step->rows, step->n_rows, view_of(given[i]));
        if (!row || option_parse(row, given[i + 1], params, mem, &err) != STATUS_OK)
            abort();
    }
    return params;
}

static enum status fit(const char *name, const char *const *given, size_t n,
                       const struct matrix *x, const struct target *y,
                       const struct fit_context *context, struct step_fitted *ret,
                       struct error *err)
{
    ret->step = step_find(name);
    return step_fit(ret->step, params_of(ret->step, given, n, context->mem), x, y,
                    context, &ret->state, err);
}

/* The share of the rows whose label the model has right. */
static enum status share_right(const struct step_fitted *model, const struct matrix *x,
                               const double *label, struct arena *mem, double *ret,
                               struct error *err)
{
    struct prediction p;
    size_t right = 0;
    TRY(model->step->predict(model->state, x, mem, &p, err));
    for (size_t i = 0; i < x->n; i++)
        right += (p.value[0][i] > 0.5) == (label[i] > 0.5);
    *ret = (double)right / (double)x->n;
    return STATUS_OK;
}

enum { READ, HASHED, LEARNT, TIMES };

static enum status run(const char *path, size_t threads, double *ret_s, double *ret_right,
                       struct error *err)
{
    static const char *const norm[] = {"norm", "l2", "n_features", "65536"};
    static const char *const fast[] = {"solver", "liblinear", "tol", "0.5"};
    static const char *const name = "toxic";
    struct arena mem = {0};
    struct comments c;
    double begin = now();
    TRY(read_comments(path, &mem, &c, err));
    ret_s[READ] = now() - begin;
    const double *label = c.label;
    struct text_column column = {"comment_text", c.text};
    struct matrix x = {.n = c.n, .n_texts = 1, .text = &column}, hashed;
    struct target y = {.task = TASK_LABELS,
                       .y = {.n = c.n, .p = 1, .col = &label, .name = &name}};
    struct fit_context context = {.mem = &mem, .seed = 1, .threads = threads};
    struct step_fitted hash, model;
    TRY(fit("hash_text", norm, COUNT_OF(norm), &x, &y, &context, &hash, err));
    TRY(hash.step->apply(hash.state, &x, &mem, &hashed, err));
    ret_s[HASHED] = now() - begin - ret_s[READ];
    TRY(fit("logistic_regression", fast, COUNT_OF(fast), &hashed, &y, &context, &model,
            err));
    ret_s[LEARNT] = now() - begin - ret_s[READ] - ret_s[HASHED];
    TRY(share_right(&model, &hashed, label, &mem, ret_right, err));
    arena_release(&c.bytes);
    arena_release(&mem);
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    size_t threads = 2, runs = 3, rows;
    double least[TIMES] = {0}, least_sum = 0, right = 0;
    struct error err = {.status = STATUS_OK};
    if (argc == 4 && strcmp(argv[1], "make") == 0 && text_size(view_of(argv[3]), &rows))
        return make(argv[2], rows);
    if (argc < 2 || (argc > 2 && !text_size(view_of(argv[2]), &threads)) ||
        (argc > 3 && !text_size(view_of(argv[3]), &runs)))
        return STATUS_USAGE;
    for (size_t i = 0; i < runs; i++) {
        double s[TIMES];
        if (run(argv[1], threads, s, &right, &err) != STATUS_OK) {
            error_print(&err, "error", 0, stderr);
            return STATUS_INPUT;
        }
        double sum = s[READ] + s[HASHED] + s[LEARNT];
        if (i == 0 || sum < least_sum) {
            least_sum = sum;
            memcpy(least, s, sizeof least);
        }
    }
    printf("%.3f %.3f %.3f %.4f\n", least[READ], least[HASHED], least[LEARNT], right);
    return STATUS_OK;
}
