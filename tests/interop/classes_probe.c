/* Prints classification.json of held-out rows, for classes.py.
 *
 *     TASK ANSWER N P CLASSES WIDTH  Y …  VALUE …  NAIVE …
 *
 * Task and answer are their numbers (steps/task.h); y and naive have P columns of N rows,
 * the prediction WIDTH.  Each answer is one document. */
#include <stdio.h>
#include <unistd.h>

#include "evaluation/evaluation.h"
#include "learn/division.h"

static int read_columns(double **col, size_t p, size_t n)
{
    for (size_t c = 0; c < p; c++)
        for (size_t i = 0; i < n; i++)
            if (scanf("%lf", &col[c][i]) != 1)
                return 0;
    return 1;
}

static const char **names(struct arena *mem, size_t n)
{
    const char **name = ARENA_ARRAY(mem, const char *, n);
    for (size_t i = 0; i < n; i++)
        name[i] = arena_format(mem, "c%02zu", i);
    return name;
}

static int print_document(const struct evaluation *e)
{
    static char buffer[65536];
    struct error err;
    struct classification_json c = {
        .task = task_name[e->frame.target.task],
        .model = "0123456789abcdef",
        .table = {"residuals.json", 1, "0123456789abcdef", 0}};
    struct output out = {.path = "-", .fd = STDOUT_FILENO, .buffer = buffer};
    evaluation_classify(e, &c);
    return classification_json_write(&c, &out, &err) == STATUS_OK &&
           write(STDOUT_FILENO, buffer, out.used) == (ssize_t)out.used;
}

static int answer_one(struct arena *mem)
{
    int task, answer;
    size_t n, p, classes, width;
    double **y, **value, **naive;
    struct evaluation e = {.mem = mem, .n_baselines = 1};
    if (scanf("%d %d %zu %zu %zu %zu", &task, &answer, &n, &p, &classes, &width) != 6)
        return 0;
    e.frame = (struct frame){.n = n};
    e.frame.target = (struct target){.task = (enum task)task,
                                     .y = matrix_new(mem, n, p, names(mem, p), &y),
                                     .n_classes = classes,
                                     .class_name = names(mem, classes)};
    e.prediction = prediction_new(mem, (enum answer)answer, n, width, &value);
    struct naive majority = {"majority",
                             prediction_new(mem, ANSWER_VALUES, n, p, &naive)};
    e.baseline = &majority;
    e.part = ARENA_ARRAY(mem, uint8_t, n);
    for (size_t i = 0; i < n; i++)
        e.part[i] = DIVISION_HOLDOUT;
    (void)matrix_new(mem, n, p, NULL, &e.part_y);
    (void)matrix_new(mem, n, width > p ? width : p, NULL, &e.part_value);
    return read_columns(y, p, n) && read_columns(value, width, n) &&
           read_columns(naive, p, n) && print_document(&e);
}

int main(void)
{
    struct arena mem = {0};
    while (answer_one(&mem))
        arena_release(&mem);
    arena_release(&mem);
    return 0;
}
