#include <criterion/criterion.h>

#include "data/reach.h"
#include "help/help.h"
#include "help/sealed.h"

static enum status read_text(const char *text, struct reach *ret, struct error *err)
{
    const char *path = help_path(help_folder(), "features.json");
    help_write_sealed(path, text, strlen(text), "");
    return reach_read(path, ret, err);
}

Test(reach, the_oldest_and_the_youngest_row_that_a_feature_sees)
{
    struct reach r;
    struct error err = {0};
    // A window of 3 that ends a step before the row begins 3 before it; a lag of 12 sees one row.
    cr_assert_eq(read_text("{\"features\": [{\"window\": 3, \"shift\": 1},"
                           "{\"window\": 1, \"shift\": 12}]}",
                           &r, &err),
                 STATUS_OK, "%s", err.message);
    cr_assert(r.first == 12 && r.last == 1);
    cr_assert_eq(read_text("{\"features\": [{\"window\": 3, \"shift\": 2}]}", &r, &err),
                 STATUS_OK);
    cr_assert(r.first == 4 && r.last == 2);
}

Test(reach, a_damaged_catalogue_is_refused)
{
    static const char *const bad[] = {
        "[]",
        "{\"features\": []}",
        "{\"features\": [1]}",
        "{\"features\": [{\"window\": 0, \"shift\": 0}]}",
        "{\"features\": [{\"window\": 1, \"shift\": -1}]}",
        "{\"features\": [{\"window\": 1.5, \"shift\": 1}]}",
        "{\"features\": [{\"window\": 9223372036854775807, \"shift\": 1}]}",
        "{\"features\": [{\"window\": 1, \"shift\": 1000001}]}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct reach r;
        struct error err = {0};
        cr_assert_eq(read_text(bad[i], &r, &err), STATUS_INPUT, "%s", bad[i]);
        cr_assert(err.loc.path[0], "%s", bad[i]);
    }
}
