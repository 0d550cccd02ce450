/* Epochs of a fit, as history.csv has them. */
#include <criterion/criterion.h>
#include <math.h>

#include "search/epochs.h"

Test(epochs, are_kept_in_their_order_and_finite)
{
    struct arena mem = {0};
    struct epochs epochs;
    struct fit_context context = {.mem = &mem};
    epochs_listen(&epochs, &mem, &context);
    cr_expect_eq(epochs_history(&epochs).n, 0);
    for (size_t i = 1; i <= 100; i++) {
        const struct epoch e = {i, (double)i, INFINITY, NAN, -(double)i};
        context.epoch(context.epoch_sink, &e);
    }
    struct history_csv h = epochs_history(&epochs);
    cr_assert_eq(h.n, 100);
    for (size_t i = 0; i < h.n; i++) {
        cr_expect(h.row[i].epoch == i + 1 && h.row[i].train_loss == (double)(i + 1));
        cr_expect(isnan(h.row[i].check_loss) && isnan(h.row[i].train_score));
        cr_expect_eq(h.row[i].check_score, -(double)(i + 1));
    }
    arena_release(&mem);
}
