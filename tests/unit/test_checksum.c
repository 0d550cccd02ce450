#include <criterion/criterion.h>

#include "base/compiler.h"
#include "file/checksum.h"
#include "help/help.h"

/* Of the bytes (131 i + 7) mod 256, as xxHash's own library gives them. */
static const struct {
    size_t n;
    uint64_t value;
} known[] = {
    {0, UINT64_C(0xef46db3751d8e999)},   {1, UINT64_C(0xa96c7f0ce858bbb7)},
    {3, UINT64_C(0xbed43740ee6332bb)},   {4, UINT64_C(0xfa212ae44b3bb23d)},
    {7, UINT64_C(0x2744460dd675d2c0)},   {8, UINT64_C(0x994b676b71ce94dd)},
    {12, UINT64_C(0xb92f588ce720786e)},  {31, UINT64_C(0x6711d55e306b5d8f)},
    {32, UINT64_C(0x07f7b8e3bc5d6e25)},  {33, UINT64_C(0x09f85eeb4e1cbe9f)},
    {63, UINT64_C(0xb7c9968c066cb6a5)},  {64, UINT64_C(0x50d4159a0411632e)},
    {100, UINT64_C(0x9ddada11d3dc2d8f)}, {1000, UINT64_C(0x0bf0bdbcc82eb373)},
};

static void fill(unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(i * 131 + 7);
}

Test(checksum, gives_what_the_library_gives)
{
    unsigned char p[1000];
    fill(p, sizeof p);
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        struct checksum sum;
        checksum_begin(&sum);
        checksum_add(&sum, p, known[i].n);
        cr_assert_eq(checksum_value(&sum), known[i].value, "of %zu bytes", known[i].n);
    }
}

Test(checksum, pieces_of_any_size_make_the_same)
{
    unsigned char p[1000];
    fill(p, sizeof p);
    for (size_t piece = 1; piece < 100; piece++) {
        struct checksum sum;
        checksum_begin(&sum);
        for (size_t at = 0; at < sizeof p; at += piece)
            checksum_add(&sum, p + at, at + piece < sizeof p ? piece : sizeof p - at);
        cr_assert_eq(checksum_value(&sum), known[COUNT_OF(known) - 1].value, "by %zu",
                     piece);
    }
}

Test(checksum, a_value_on_the_way_changes_nothing)
{
    unsigned char p[100];
    struct checksum sum;
    fill(p, sizeof p);
    checksum_begin(&sum);
    checksum_add(&sum, p, 33);
    cr_assert_eq(checksum_value(&sum), known[9].value);
    checksum_add(&sum, p + 33, 67);
    cr_assert_eq(checksum_value(&sum), known[12].value);
}

Test(checksum, of_a_file_as_digits)
{
    struct checksum sum;
    struct error err;
    char text[CHECKSUM_TEXT];
    const char *path = help_path(help_folder(), "a");
    help_write_text(path, "abc");
    cr_assert_eq(checksum_file(path, &sum, &err), STATUS_OK);
    checksum_text(&sum, text);
    cr_assert_str_eq(text, "44bc2cf5ad770999");
    cr_assert_eq(checksum_file("none", &sum, &err), STATUS_INPUT);
}
