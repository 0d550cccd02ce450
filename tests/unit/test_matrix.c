#include <criterion/criterion.h>

#include <stdint.h>
#include <string.h>

#include "data/matrix.h"

static const char *const names[] = {"a", "b", "c"};

/* Three columns of four rows; element i of column j is 10 j + i. */
static struct matrix make(struct arena *mem)
{
    double **col;
    struct matrix x = matrix_new(mem, 4, 3, names, &col);
    for (size_t j = 0; j < 3; j++) {
        for (size_t i = 0; i < 4; i++)
            col[j][i] = (double)(10 * j + i);
    }
    return x;
}

Test(matrix, a_new_one_holds_zeros_and_is_written_through_its_columns)
{
    struct arena mem = {0};
    double **col;
    struct matrix x = matrix_new(&mem, 100, 2, NULL, &col);
    cr_assert_eq(x.n, 100);
    cr_assert_eq(x.p, 2);
    cr_assert_null(x.name);
    for (size_t j = 0; j < 2; j++) {
        cr_assert_eq((uintptr_t)x.col[j] % 64, 0);
        for (size_t i = 0; i < 100; i++)
            cr_assert_eq(x.col[j][i], 0);
    }
    col[1][99] = 7;
    cr_assert_eq(x.col[1][99], 7);
    arena_release(&mem);
}

Test(matrix, rows_are_copied_in_the_order_given_and_may_repeat)
{
    struct arena mem = {0};
    struct matrix x = make(&mem);
    const size_t row[] = {3, 0, 0, 2, 1};
    struct matrix y = matrix_rows(&mem, &x, row, 5);
    cr_assert_eq(y.n, 5);
    cr_assert_eq(y.p, 3);
    for (size_t j = 0; j < 3; j++) {
        cr_assert_str_eq(y.name[j], names[j]);
        cr_assert_neq(y.col[j], x.col[j]);
        for (size_t i = 0; i < 5; i++)
            cr_assert_eq(y.col[j][i], (double)(10 * j + row[i]));
    }
    arena_release(&mem);
}

Test(matrix, columns_are_shared_and_keep_their_names)
{
    struct arena mem = {0};
    struct matrix x = make(&mem);
    const size_t col[] = {2, 0, 2};
    struct matrix y = matrix_columns(&mem, &x, col, 3);
    cr_assert_eq(y.n, 4);
    cr_assert_eq(y.p, 3);
    for (size_t j = 0; j < 3; j++) {
        cr_assert_eq(y.col[j], x.col[col[j]]);
        cr_assert_str_eq(y.name[j], names[col[j]]);
    }
    arena_release(&mem);
}

Test(matrix, no_rows_and_no_columns_are_fine)
{
    struct arena mem = {0};
    struct matrix x = make(&mem);
    struct matrix none = matrix_rows(&mem, &x, NULL, 0);
    cr_assert_eq(none.n, 0);
    cr_assert_eq(none.p, 3);
    cr_assert_not_null(none.col[2]);
    struct matrix narrow = matrix_columns(&mem, &x, NULL, 0);
    cr_assert_eq(narrow.n, 4);
    cr_assert_eq(narrow.p, 0);
    double **col;
    struct matrix unnamed = matrix_new(&mem, 4, 2, NULL, &col);
    const size_t second = 1;
    cr_assert_null(matrix_columns(&mem, &unnamed, &second, 1).name);
    arena_release(&mem);
}

static double at(const struct matrix *x, size_t j, size_t i)
{
    double buffer;
    return *matrix_span(x, j, i, i + 1, &buffer);
}

Test(matrix, a_part_and_all_but_a_part_share_the_columns)
{
    struct arena mem = {0};
    struct matrix x = make(&mem), part = matrix_part(&mem, &x, 1, 3);
    cr_assert(part.n == 2 && part.p == 3 && matrix_is_plain(&part));
    cr_assert_eq(part.col[2], x.col[2] + 1);
    for (size_t from = 0; from <= 4; from++)
        for (size_t to = from; to <= 4; to++) {
            struct matrix rest = matrix_without(&x, from, to);
            struct matrix dense = matrix_dense(&mem, &rest);
            cr_assert_eq(rest.n, 4 - (to - from));
            for (size_t i = 0; i < rest.n; i++) {
                double expected = (double)(10 + (i < from ? i : i + to - from));
                cr_assert_eq(at(&rest, 1, i), expected);
                cr_assert_eq(dense.col[1][i], expected);
            }
        }
    arena_release(&mem);
}

Test(matrix, spans_of_a_view_are_its_rows_wherever_they_begin)
{
    static const double mean[] = {1, 2, 3}, scale[] = {3, 7, 11};
    struct arena mem = {0};
    double buffer[MATRIX_SPAN];
    struct matrix x = make(&mem), rest = matrix_without(&x, 1, 2);
    struct matrix view = matrix_standardised(&mem, &rest, mean, scale);
    struct matrix dense = matrix_dense(&mem, &view);
    cr_assert(!matrix_is_plain(&view) && matrix_is_plain(&dense) && dense.n == 3);
    cr_assert_eq(dense.col[1][1], (12.0 - 2) / 7);
    for (size_t from = 0; from < 3; from++)
        for (size_t to = from + 1; to <= 3; to++) {
            const double *v = matrix_span(&view, 2, from, to, buffer);
            cr_assert_arr_eq(v, dense.col[2] + from, (to - from) * sizeof *v);
        }
    arena_release(&mem);
}

Test(matrix, what_is_standardised_twice_is_copied_once)
{
    static const double mean[] = {1, 2, 3}, scale[] = {2, 2, 2};
    struct arena mem = {0};
    struct matrix x = make(&mem), once = matrix_standardised(&mem, &x, mean, scale);
    struct matrix twice = matrix_standardised(&mem, &once, mean, scale);
    cr_assert_neq(twice.col[0], x.col[0]);
    cr_assert_eq(at(&twice, 1, 3), ((13.0 - 2) / 2 - 2) / 2);
    arena_release(&mem);
}

static const uint32_t group[] = {20, 21, 22, 23, 24};

/* Texts and the sparse block follow the rows of the reals, whichever way they are chosen:
 * row i has the text "a", "b", … and the number i in sparse column i mod 3; row 2 none. */
static struct matrix with_texts(struct arena *mem)
{
    static const struct view cells[] = {
        {"a", 1}, {"b", 1}, {NULL, 0}, {"d", 1}, {"e", 1}};
    static const struct text_column text = {"t", cells};
    static const size_t start[] = {0, 1, 2, 2, 3, 4};
    static const uint32_t col[] = {0, 1, 0, 1};
    static const double value[] = {10, 11, 13, 14};
    static const struct sparse sparse = {3, start, col, value};
    double **x;
    struct matrix m = matrix_new(mem, 5, 1, NULL, &x);
    for (size_t i = 0; i < 5; i++)
        x[0][i] = (double)i;
    m.n_texts = 1;
    m.text = &text;
    m.sparse = &sparse;
    m.group = group;
    return m;
}

static void expect_rows(const struct matrix *m, const char *rows)
{
    cr_assert_eq(m->n, strlen(rows));
    for (size_t i = 0; i < m->n; i++) {
        size_t row = (size_t)(rows[i] - 'a'), k = m->sparse->start[i];
        bool none = row == 2;
        cr_assert_eq(m->col[0][i], (double)row);
        cr_assert_eq(m->text[0].cell[i].n, none ? 0 : 1);
        cr_assert_eq(m->sparse->start[i + 1] - k, none ? 0 : 1);
        cr_assert_eq(m->group[i], 20 + row);
        if (none) {
            cr_assert_null(m->text[0].cell[i].p);
            continue;
        }
        cr_assert_eq(m->text[0].cell[i].p[0], rows[i]);
        cr_assert_eq(m->sparse->col[k], row % 3);
        cr_assert_eq(m->sparse->value[k], 10 + (double)row);
    }
}

Test(matrix, what_a_step_made_of_rows_takes_their_groups)
{
    struct arena mem = {0};
    double **col;
    struct matrix all = with_texts(&mem), view = matrix_without(&all, 1, 3);
    struct matrix made = matrix_new(&mem, 3, 1, NULL, &col), own = made;
    matrix_take_groups(&mem, &view, &made);
    cr_assert_eq(made.group[0], 20);
    cr_assert_eq(made.group[1], 23);
    cr_assert_eq(made.group[2], 24);
    own.group = group + 2;
    matrix_take_groups(&mem, &view, &own);
    cr_assert_eq(own.group, group + 2);
    arena_release(&mem);
}

Test(matrix, texts_and_sparse_columns_and_groups_go_with_their_rows)
{
    struct arena mem = {0};
    const size_t chosen[] = {4, 2, 0}, column = 0;
    struct matrix all = with_texts(&mem);
    struct matrix some = matrix_rows(&mem, &all, chosen, 3);
    struct matrix part = matrix_part(&mem, &all, 1, 4);
    struct matrix view = matrix_without(&all, 1, 3), dense = matrix_dense(&mem, &view);
    struct matrix columns = matrix_columns(&mem, &all, &column, 1);
    expect_rows(&some, "eca");
    expect_rows(&part, "bcd");
    expect_rows(&dense, "ade");
    expect_rows(&columns, "abcde");
    arena_release(&mem);
}
