/* Prints every metric that is defined for a task, for metrics.py.
 *
 *     TASK ANSWER N P CLASSES WIDTH  Y …  VALUE …
 *
 * Task and answer are their numbers (steps/task.h); y has P columns of N rows, the prediction
 * WIDTH.  Each answer is one line: name=value name=value … */
#include <math.h>
#include <stdio.h>

#include "learn/metric.h"

static int read_columns(double **col, size_t p, size_t n)
{
    for (size_t c = 0; c < p; c++)
        for (size_t i = 0; i < n; i++)
            if (scanf("%lf", &col[c][i]) != 1)
                return 0;
    return 1;
}

static int answer_one(struct arena *mem)
{
    int task, answer;
    size_t n, p, classes, width;
    double **y, **value;
    if (scanf("%d %d %zu %zu %zu %zu", &task, &answer, &n, &p, &classes, &width) != 6)
        return 0;
    struct target t = {.task = (enum task)task,
                       .y = matrix_new(mem, n, p, NULL, &y),
                       .n_classes = classes};
    struct prediction q = prediction_new(mem, (enum answer)answer, n, width, &value);
    if (!read_columns(y, p, n) || !read_columns(value, width, n))
        return 0;
    for (size_t i = 0; i < metric_count; i++) {
        if (!metric_is_for(&metric_all[i], t.task))
            continue;
        double x = metric_all[i].value(&t, &q);
        printf(isnan(x) ? "%s=nan " : "%s=%.17g ", metric_all[i].name, x);
    }
    return puts("") >= 0;
}

int main(void)
{
    struct arena mem = {0};
    while (answer_one(&mem))
        arena_release(&mem);
    arena_release(&mem);
    return 0;
}
