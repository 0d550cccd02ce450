/* Reads the section `gate:`. */
#include "gate/gate_config.h"

#include <math.h>
#include <string.h>

/* clang-format off */
#define BOUNDS(key, place, text)                                                         \
    {.name = (key), .kind = OPTION_NODE, .placeholder = "BOUNDS", .help = (text),        \
     .offset = offsetof(struct gate_config, bounds) + (place) * sizeof(void *)},
#define METRIC(id, title, tasks, better, least, most, text) BOUNDS(#id, GATE_METRIC_##id, text)
#define FIGURE(id, title, least, most, text) BOUNDS(#id, GATE_FIGURE_##id, text)
static const struct option_row production_rows[] = {
    OPTION(struct gate_production, not_worse, 0, 0.5, "P",
           "another recipe is refused where it is worse than production and chance explains it "
           "with less than this"),
    OPTION(struct gate_production, better, 0, 0.5, "P",
           "chance, as long as one production stands, that another recipe takes its place "
           "without being better"),
};
static const struct option_row drift_rows[] = {
    OPTION(struct gate_drift, psi, 0, 1e6, "REAL",
           "population stability index that no column may exceed, by custom 0.25; 0: none"),
    OPTION(struct gate_drift, ks, 0, 1, "REAL",
           "distance of Kolmogorov and Smirnov that no number may exceed; 0: none"),
};
static const struct option_row time_rows[] = {
    OPTION(struct gate_limit, max, 0, 1e6, "SECONDS",
           "of one processor, for a row; 0: no limit"),
};
const struct option_row gate_rows[4 + GATE_BOUNDED] = {
    OPTION(struct gate_config, beats, 0, 0, "MARGINS",
           "naive forecasts and by which share the candidate must be better, {naive: 0.05}; "
           "a list of names, or one share for all; without it every one by 0"),
#include "learn/metrics.def"
#include "gate/figures.def"
    OPTION_MAP(struct gate_config, production, production_rows,
               "what another recipe must show beside production, on the same rows"),
    OPTION_MAP(struct gate_config, drift, drift_rows,
               "how far the columns of the training table may have moved since production's"),
    OPTION_MAP(struct gate_config, prediction_time, time_rows,
               "what the model may take to predict; the verdict says no more than whether it does"),
};
#undef METRIC
#undef FIGURE
/* clang-format on */

/* What a figure can be: a bound beyond it would refuse always, or never. */
#define METRIC(id, title, tasks, better, least, most, text)                              \
    [GATE_METRIC_##id] = {least, most},
#define FIGURE(id, title, least, most, text) [GATE_FIGURE_##id] = {least, most},
static const struct gate_bounds possible[GATE_BOUNDED] = {
#include "learn/metrics.def"
#include "gate/figures.def"
};
#undef METRIC
#undef FIGURE

/* Refuses a bound, infinite for none, that no value of the figure can reach. */
static enum status check_possible(const struct yaml_node *node, enum gate_bounded which,
                                  double bound, struct error *err)
{
    const struct gate_bounds *can = &possible[which];
    if (isinf(bound) || (bound >= can->min && bound <= can->max))
        return STATUS_OK;
    if (isinf(can->min))
        (void)yaml_error(err, node, "it is at most %g, found %g", can->max, bound);
    else if (isinf(can->max))
        (void)yaml_error(err, node, "it is at least %g, found %g", can->min, bound);
    else
        (void)yaml_error(err, node, "it lies from %g to %g, found %g", can->min, can->max,
                         bound);
    if (can->min == 0 && can->max == 1 && bound >= 2 && bound <= 100)
        error_hint(err, "a share: %g stands for %g %%", bound / 100, bound);
    return err->status;
}

const char *gate_bounded_name(enum gate_bounded which)
{
    return gate_rows[1 + which].name;
}

static bool is_number(const struct yaml_node *node)
{
    return node->kind == YAML_INT || node->kind == YAML_REAL;
}

static enum status expect_number(const struct yaml_node *node, struct error *err)
{
    if (is_number(node) && isfinite(node->real))
        return STATUS_OK;
    return yaml_error(err, node, "expected a number, found %s",
                      is_number(node) ? "one that is not finite"
                                      : yaml_kind_name(node->kind));
}

static enum status read_pair(const struct yaml_node *list, struct gate_bounds *ret,
                             struct error *err)
{
    if (list->n != 2)
        return yaml_error(err, list, "expected two numbers, found %zu", list->n);
    TRY(expect_number(list->child[0], err));
    TRY(expect_number(list->child[1], err));
    *ret = (struct gate_bounds){list->child[0]->real, list->child[1]->real};
    return STATUS_OK;
}

static enum status read_map(const struct yaml_node *map, struct gate_bounds *ret,
                            struct error *err)
{
    static const char *const known[] = {"min", "max"};
    const struct yaml_node *min = yaml_get(map, "min"), *max = yaml_get(map, "max");
    TRY(config_known_keys(map, known, COUNT_OF(known), err));
    if (!min && !max)
        return yaml_error(err, map, "expected 'min', 'max' or both");
    if (min)
        TRY(expect_number(min, err));
    if (max)
        TRY(expect_number(max, err));
    *ret = (struct gate_bounds){min ? min->real : -INFINITY, max ? max->real : INFINITY};
    return STATUS_OK;
}

enum status gate_config_bounds(const struct gate_config *config, enum gate_bounded which,
                               bool *ret_any, struct gate_bounds *ret, struct error *err)
{
    const struct yaml_node *node = config->bounds[which];
    *ret_any = node != NULL;
    if (!node)
        return STATUS_OK;
    if (node->kind == YAML_LIST)
        TRY(read_pair(node, ret, err));
    else if (node->kind == YAML_MAP)
        TRY(read_map(node, ret, err));
    else {
        (void)yaml_error(err, node, "expected bounds, found %s",
                         yaml_kind_name(node->kind));
        error_hint(err, "'{min: A}', '{max: B}' or '[A, B]'");
        return err->status;
    }
    TRY(check_possible(node, which, ret->min, err));
    TRY(check_possible(node, which, ret->max, err));
    if (ret->min <= ret->max)
        return STATUS_OK;
    return yaml_error(err, node, "no number lies from %g to %g", ret->min, ret->max);
}

static enum status read_margin(const struct yaml_node *node, const char *name,
                               struct gate_margin *ret, struct error *err)
{
    TRY(expect_number(node, err));
    if (!(node->real >= 0 && node->real < 1))
        return yaml_error(err, node, "expected a share from 0 to below 1, found %g",
                          node->real);
    *ret = (struct gate_margin){name, node->real, node};
    return STATUS_OK;
}

static enum status read_name(const struct yaml_node *node, struct arena *mem,
                             struct gate_margin *ret, struct error *err)
{
    TRY(yaml_expect(node, YAML_TEXT, err));
    *ret = (struct gate_margin){arena_copy(mem, node->text.p, node->text.n), 0, node};
    return STATUS_OK;
}

enum status gate_config_beats(const struct gate_config *config, struct arena *mem,
                              struct gate_margin **ret, size_t *ret_n, struct error *err)
{
    const struct yaml_node *node = config->beats;
    size_t n = node && (node->kind == YAML_LIST || node->kind == YAML_MAP) ? node->n : 1;
    struct gate_margin *margin = ARENA_ARRAY(mem, struct gate_margin, n);
    if (node && node->kind == YAML_MAP)
        for (size_t i = 0; i < n; i++)
            TRY(read_margin(node->child[i], node->child[i]->key, &margin[i], err));
    else if (node && node->kind == YAML_LIST)
        for (size_t i = 0; i < n; i++)
            TRY(read_name(node->child[i], mem, &margin[i], err));
    else if (node && is_number(node))
        TRY(read_margin(node, NULL, &margin[0], err));
    else if (node)
        TRY(read_name(node, mem, &margin[0], err));
    *ret = margin;
    *ret_n = n;
    return STATUS_OK;
}
