#include <criterion/criterion.h>

#include <string.h>

#include "help/html.h"
#include "help/markup.h"
#include "draw/html.h"

TestSuite(html, .init = help_html_begin, .fini = help_html_end);

Test(html, an_element_has_attributes_and_content)
{
    html_begin(&h, "td");
    html_attr(&h, "class", "n");
    html_attrf(&h, "id", "row-%d", 7);
    html_text(&h, "12");
    html_end(&h);
    cr_assert_str_eq(out.p, "<td class=\"n\" id=\"row-7\">12</td>");
}

Test(html, text_is_escaped_but_its_quotes_stay)
{
    html_element(&h, "b", NULL, "a<b> & \"c\" 'd'");
    cr_assert_str_eq(out.p, "<b>a&lt;b&gt; &amp; \"c\" 'd'</b>");
}

Test(html, values_are_escaped_with_their_quotes)
{
    html_begin(&h, "b");
    html_attr(&h, "title", "\"><script>'&");
    html_end(&h);
    cr_assert_str_eq(out.p, "<b title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\"></b>");
    cr_assert_null(markup_fault(out.p));
}

Test(html, what_is_no_plain_text_shows_as_an_escape)
{
    html_view(&h, (struct view){"a\xff"
                                "b\x01"
                                "c\x7f\0d\n",
                                9});
    cr_assert_str_eq(out.p, "a\\xFFb\\x01c\\x7F\\x00d\n");
}

Test(html, nothing_on_the_page_turns_text_round)
{
    static const char text[] = "a\xE2\x80\xAE"
                               "b\xE2\x81\xA6"
                               "c\xC2\x9B"
                               "d\xEF\xBB\xBF"
                               "<";
    html_begin(&h, "b");
    html_attr(&h, "title", text);
    html_text(&h, text);
    html_end(&h);
    cr_assert_str_eq(out.p, "<b title=\"a\\u202Eb\\u2066c\\u009Bd\\uFEFF&lt;\">"
                            "a\\u202Eb\\u2066c\\u009Bd\\uFEFF&lt;</b>");
}

Test(html, text_of_several_bytes_passes_unchanged)
{
    html_text(&h, "R² − é 牛奶");
    cr_assert_str_eq(out.p, "R² − é 牛奶");
}

Test(html, a_void_element_has_no_end)
{
    html_begin(&h, "i");
    html_begin(&h, "br");
    html_end(&h);
    html_end(&h);
    cr_assert_str_eq(out.p, "<i><br></i>");
}

Test(html, an_empty_element_is_closed_in_its_own_tag_only_inside_a_drawing)
{
    html_begin(&h, "i");
    html_end(&h);
    html_begin(&h, "svg");
    html_begin(&h, "path");
    html_end(&h);
    html_end(&h);
    html_begin(&h, "i");
    html_end(&h);
    cr_assert_str_eq(out.p, "<i></i>\n<svg>\n<path/></svg><i></i>");
}

Test(html, formatted_text_may_be_of_any_length)
{
    char name[3001];
    memset(name, 'x', 3000);
    name[3000] = '\0';
    html_textf(&h, "[%s]", name);
    cr_assert_eq(out.n, 3002);
    cr_assert_eq(out.p[3001], ']');
}

Test(html, a_long_name_may_break_behind_its_underscores)
{
    html_name(&h, "PIB_Otras_actividades_mineras");
    cr_assert_str_eq(out.p, "PIB_<wbr>Otras_<wbr>actividades_<wbr>mineras");
}

Test(html, a_short_name_is_one_piece)
{
    html_name(&h, "Precio_leche_x_y");
    cr_assert_str_eq(out.p, "Precio_leche_x_y");
}

Test(html, a_long_name_without_underscores_stays_whole)
{
    html_name(&h, "Metropolitanadesantiago<");
    cr_assert_str_eq(out.p, "Metropolitanadesantiago&lt;");
}

Test(html, a_style_sheet_is_written_as_it_is)
{
    static const char *const lines[] = {"a>b{}", "c{}"};
    html_style(&h, lines, 2);
    cr_assert_str_eq(out.p, "\n<style>\na>b{}\nc{}\n</style>");
}
