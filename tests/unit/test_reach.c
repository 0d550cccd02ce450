#include <criterion/criterion.h>

#include "data/reach.h"

Test(reach, the_oldest_and_the_youngest_row_that_a_feature_sees)
{
    // A window of 3 that ends a step before the row begins 3 before it; a lag of 12 sees one row.
    struct features_json_feature two[] = {{.window = 3, .shift = 1},
                                          {.window = 1, .shift = 12}},
                                 one[] = {{.window = 3, .shift = 2}};
    struct reach r = reach_of(&(struct features_json){.n_features = 2, .feature = two});
    cr_assert(r.first == 12 && r.last == 1);
    r = reach_of(&(struct features_json){.n_features = 1, .feature = one});
    cr_assert(r.first == 4 && r.last == 2);
}

Test(reach, the_longest_window_fits)
{
    struct features_json_feature most[] = {
        {.window = FEATURES_REACH, .shift = FEATURES_REACH}};
    struct reach r = reach_of(&(struct features_json){.n_features = 1, .feature = most});
    cr_assert(r.first == 1999999 && r.last == 1000000);
}
