/* The search alone: reads FEATURES.arrow and the recipe of PIPELINE.yaml, splits as train does, and
 * prints the least seconds of eleven searches, on one thread. */
#include <stdio.h>
#include <time.h>

#include "config/yaml.h"
#include "learn/frame.h"
#include "learn/recipes.h"
#include "search/search.h"
#include "learn/split.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static enum status time_search(const char *table, const char *yaml, struct arena *mem,
                               struct error *err)
{
    struct yaml_node *root;
    struct frame frame;
    struct split split;
    struct recipes recipe;
    struct search_result result;
    struct pipeline pipeline = {.time = {"month", TIMESTEP_MONTH}};
    TRY(yaml_read(yaml, mem, &root, err));
    const char *target = arena_copy(mem, yaml_get(root, "target")->text.p,
                                    yaml_get(root, "target")->text.n);
    pipeline.task = TASK_REGRESSION;
    pipeline.targets = (struct texts){1, &target};
    const struct recipes_source from = {.steps =
                                            yaml_get(yaml_get(root, "train"), "steps")};
    TRY(recipes_read(&from, TASK_REGRESSION, mem, &recipe, err));
    struct frame_reader reader;
    TRY(frame_open(&reader, table, &pipeline, mem, err));
    enum status read = frame_read(&reader, mem, &frame, err);
    frame_close(&reader);
    TRY(read);
    TRY(split_rows(SPLIT_SHUFFLED, &(struct split_size){.share = 0.2}, 42, frame.n, mem,
                   &split, err));
    struct matrix x = matrix_rows(mem, &frame.x, split.train, split.n_train);
    struct target y = {.y =
                           matrix_rows(mem, &frame.target.y, split.train, split.n_train)};
    struct fold_rule rule = {.n = 3, .method = FOLDS_BLOCKS};
    struct folds folds;
    TRY(folds_plan(&rule, &(struct fold_data){.n = x.n}, 42, mem, &folds, err));
    struct search_options options = {.folds = &folds, .score = metric_find("r2")};
    struct fit_context context = {.mem = mem, .seed = 42, .threads = 1};
    double best = 1e300;
    for (int run = 0; run < 11; run++) {
        struct arena_mark mark = arena_mark(mem);
        double start = now();
        struct search_plan *plan;
        TRY(search_begin(&recipe, &options, &x, &y, &context, &plan, err));
        TRY(search_score(plan, 0, search_pieces(plan), err));
        TRY(search_end(plan, &result, err));
        double seconds = now() - start;
        best = seconds < best ? seconds : best;
        arena_rewind(mem, mark);
    }
    printf("%.6f\n", best);
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    struct arena mem = {0};
    struct error err = {.status = STATUS_OK};
    if (argc != 3) {
        fputs("usage: bench_search FEATURES.arrow PIPELINE.yaml\n", stderr);
        return 2;
    }
    enum status status = time_search(argv[1], argv[2], &mem, &err);
    if (status != STATUS_OK)
        error_print(&err, "error", 0, stderr);
    arena_release(&mem);
    return (int)status;
}
