#include <criterion/criterion.h>

#include <string.h>

#include "help/example.h"
#include "steps/polynomial.h"
#include "steps/ridge.h"
#include "steps/select.h"

static const char reference[] =
    "- scale: {}\n"
    "- select: {by: mutual_information, k: [3, 4, 5, 6, 7, 10]}\n"
    "- polynomial: {degree: [1, 2, 3, 5, 7]}\n"
    "- ridge: {alpha: [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01]}\n";

Test(recipe, axes_run_from_the_last_step_to_the_first)
{
    struct arena mem = {0};
    struct recipe r = example_recipe(&mem, reference);
    cr_assert_eq(r.n, 4);
    cr_assert_eq(r.n_axes, 3);
    cr_assert_eq(r.n_cells, 210);
    cr_assert_str_eq(r.axis[0].name, "ridge.alpha");
    cr_assert_str_eq(r.axis[1].name, "polynomial.degree");
    cr_assert_str_eq(r.axis[2].name, "select.k");
    cr_assert_str_eq(r.axis[0].text[0], "1");
    cr_assert_str_eq(r.axis[0].text[6], "0.01");
    cr_assert_str_eq(r.axis[2].text[5], "10");
    arena_release(&mem);
}

Test(recipe, the_last_axis_varies_fastest)
{
    struct arena mem = {0};
    struct recipe r = example_recipe(&mem, reference);
    size_t index[3];
    recipe_cell(&r, 0, index);
    cr_assert_eq(index[0] + index[1] + index[2], 0);
    recipe_cell(&r, 1, index);
    cr_assert_eq(index[2], 1);
    recipe_cell(&r, 6, index);
    cr_assert_eq(index[1], 1);
    cr_assert_eq(index[2], 0);
    recipe_cell(&r, 94, index); // alpha 0.1, degree 1, k 7
    cr_assert_eq(index[0], 3);
    cr_assert_eq(index[1], 0);
    cr_assert_eq(index[2], 4);
    arena_release(&mem);
}

Test(recipe, a_cell_chooses_its_values_and_keeps_the_fixed_ones)
{
    struct arena mem = {0};
    struct recipe r = example_recipe(&mem, reference);
    struct step_choice choice[4];
    recipe_choose(&r, 94, &mem, choice);
    cr_assert_eq(choice[0].step, step_find("scale"));
    const struct select_params *select = choice[1].params;
    cr_assert_eq(select->k, 7);
    cr_assert_eq(select->by, SELECT_MUTUAL_INFORMATION);
    cr_assert_eq(((const struct polynomial_params *)choice[2].params)->degree, 1);
    cr_assert_eq(((const struct ridge_params *)choice[3].params)->alpha, 0.1);
    arena_release(&mem);
}

Test(recipe, offsets_of_the_steps_add_up_to_every_cell_once)
{
    struct arena mem = {0};
    struct recipe r = example_recipe(
        &mem, "- select: {k: [1, 2, 3], by: [f_score, mutual_information]}\n"
              "- polynomial: {degree: 2}\n- ridge: {alpha: [1, 2]}\n");
    struct recipe_grid a, b, c;
    recipe_step_grid(&r, 0, &mem, &a);
    recipe_step_grid(&r, 1, &mem, &b);
    recipe_step_grid(&r, 2, &mem, &c);
    cr_assert_eq(a.n, 6);
    cr_assert_eq(b.n, 1);
    cr_assert_eq(c.n, 2);
    char seen[12] = {0};
    for (size_t i = 0; i < a.n; i++) {
        for (size_t j = 0; j < c.n; j++) {
            size_t cell = a.offset[i] + b.offset[0] + c.offset[j];
            struct step_choice choice[3];
            cr_assert_lt(cell, 12);
            seen[cell]++;
            recipe_choose(&r, cell, &mem, choice);
            const struct select_params *want = choice[0].params, *got = a.params[i];
            cr_assert_eq(got->k, want->k);
            cr_assert_eq(got->by, want->by);
            cr_assert_eq(((const struct ridge_params *)c.params[j])->alpha,
                         ((const struct ridge_params *)choice[2].params)->alpha);
        }
    }
    for (size_t i = 0; i < 12; i++)
        cr_assert_eq(seen[i], 1);
    arena_release(&mem);
}

Test(recipe, without_lists_there_is_one_cell_with_the_defaults)
{
    struct arena mem = {0};
    struct recipe r = example_recipe(&mem, "- scale:\n- ridge: {}\n");
    struct step_choice choice[2];
    cr_assert_eq(r.n_axes, 0);
    cr_assert_eq(r.n_cells, 1);
    recipe_choose(&r, 0, &mem, choice);
    cr_assert_eq(((const struct ridge_params *)choice[1].params)->alpha, 1);
    arena_release(&mem);
}

Test(recipe, a_list_of_one_value_is_an_axis_too)
{
    struct arena mem = {0};
    struct recipe r = example_recipe(&mem, "- ridge: {alpha: [3]}\n");
    cr_assert_eq(r.n_axes, 1);
    cr_assert_eq(r.n_cells, 1);
    cr_assert_str_eq(r.axis[0].text[0], "3");
    arena_release(&mem);
}

static const struct {
    const char *yaml;
    size_t line, col;
    const char *message, *hint;
} refused[] = {
    {"- scael: {}\n- ridge: {}\n", 1, 3, "unknown step 'scael'", "did you mean 'scale'?"},
    {"- ridge: {alhpa: 1}\n", 1, 11, "unknown key 'alhpa'", "did you mean 'alpha'?"},
    {"- select: {k: many}\n- ridge: {}\n", 1, 15,
     "expected a whole number from 1 to 1000000, found the text 'many'", ""},
    {"- select: {k: 0}\n- ridge: {}\n", 1, 15,
     "expected a whole number from 1 to 1000000, found '0'", ""},
    {"- polynomial: {degree: [1, 11]}\n- ridge: {}\n", 1, 28,
     "expected a whole number from 1 to 10, found '11'", ""},
    {"- ridge: {alpha: [1, 0.5, 1.0]}\n", 1, 27, "'1' stands twice in the list", ""},
    {"- ridge: {alpha: []}\n", 1, 18, "expected at least one value, found an empty list",
     ""},
    {"- ridge: {}\n- scale: {}\n", 1, 10,
     "'ridge' is an estimator and must be the last step", ""},
    {"- scale: {}\n", 1, 10, "the last step must be an estimator, found 'scale'", ""},
    {"- select: {k: [1, 2]}\n- select: {k: [1, 2]}\n- mean: {}\n", 2, 15,
     "select.k is searched twice", ""},
    {"- scale\n- ridge: {}\n", 1, 3,
     "expected one step with its parameters, found a text",
     "a step without parameters is written `- scale: {}`"},
    {"- {scale: {}, ridge: {}}\n", 1, 15, "expected one step, found 'scale' and 'ridge'",
     "each step is an item of the list"},
    {"- ridge: {}\n  rigde: {alpha: 1}\n", 2, 3,
     "expected one step, found 'ridge' and 'rigde'", "did you mean 'ridge'?"},
    {"- {}\n- ridge: {}\n", 1, 3, "expected one step with its parameters, found a map",
     "a step without parameters is written `- scale: {}`"},
    {"- ridge: 3\n", 1, 10, "expected a map, found a whole number", ""},
    {"ridge: {}\n", 1, 1, "expected a list of steps, found a map", ""},
    {"[]\n", 1, 1, "expected a list of steps, found an empty one", ""},
};

Test(recipe, faults_are_reported_where_they_stand)
{
    struct arena mem = {0};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct recipe r = {.n = 77};
        struct error err = {0};
        cr_assert_eq(example_read(&mem, refused[i].yaml, &r, &err), STATUS_INPUT,
                     "row %zu", i);
        cr_assert_str_eq(err.message, refused[i].message, "row %zu: %s", i, err.message);
        cr_assert_eq(err.loc.line, refused[i].line, "row %zu: line %zu", i, err.loc.line);
        cr_assert_eq(err.loc.col, refused[i].col, "row %zu: col %zu", i, err.loc.col);
        cr_assert_str_eq(err.hint, refused[i].hint, "row %zu: %s", i, err.hint);
        cr_assert_str_eq(err.loc.path, "toy.yaml");
        cr_assert_eq(r.n, 77, "the result was touched");
    }
    arena_release(&mem);
}

Test(recipe, when_no_name_is_near_the_known_ones_are_listed)
{
    struct arena mem = {0};
    struct recipe r;
    struct error err = {0};
    struct text want = {.mem = &mem};
    text_puts(&want, "known steps: ");
    for (size_t i = 0; i < step_count; i++)
        text_addf(&want, "%s%s", i > 0 ? ", " : "", step_all[i]->name);
    cr_assert_eq(example_read(&mem, "- xyzzy: {}\n", &r, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "unknown step 'xyzzy'");
    cr_assert_eq(strncmp(err.hint, want.p, 120), 0, "%s", err.hint);
    arena_release(&mem);
}

Test(recipe, a_grid_of_more_than_a_million_cells_is_refused)
{
    struct arena mem = {0};
    struct text t = {.mem = &mem};
    text_puts(&t, "- select: {k: [");
    for (size_t i = 1; i <= 1001; i++)
        text_addf(&t, "%s%zu", i > 1 ? ", " : "", i);
    text_puts(&t, "]}\n- ridge: {alpha: [");
    for (size_t i = 1; i <= 1000; i++)
        text_addf(&t, "%s%zu", i > 1 ? ", " : "", i);
    text_puts(&t, "]}\n");
    struct recipe r;
    struct error err = {0};
    cr_assert_eq(example_read(&mem, t.p, &r, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the grid has more than 1000000 cells");
    arena_release(&mem);
}

Test(recipe, no_steps_at_all_are_refused)
{
    struct arena mem = {0};
    struct recipe r;
    struct error err = {0};
    cr_assert_eq(recipe_read(NULL, &mem, &r, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected a list of steps, found nothing");
    arena_release(&mem);
}

Test(recipe, the_explanation_names_every_step_and_parameter)
{
    struct arena mem = {0};
    struct text out = {.mem = &mem};
    recipe_explain(&out);
    for (size_t i = 0; i < step_count; i++) {
        cr_assert_not_null(strstr(out.p, step_all[i]->summary));
        for (size_t k = 0; k < step_all[i]->n_rows; k++)
            cr_assert_not_null(
                strstr(out.p, arena_format(&mem, "%s.%s", step_all[i]->name,
                                           step_all[i]->rows[k].name)));
    }
    arena_release(&mem);
}
