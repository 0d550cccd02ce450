/* INI files in both dialects.  What ConfigObj and configparser make of the same lines
 * stands beside each; tests/interop/config.py asks them again, of random ones too. */
#include <criterion/criterion.h>

#include "config/ini.h"
#include "help/help.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(ini, .fini = release);

static struct ini parse(enum ini_dialect dialect, const char *text)
{
    struct ini ini = {0};
    memset(&err, 0, sizeof(err));
    cr_assert_eq(ini_parse("config", view_of(text), dialect, &mem, &ini, &err), STATUS_OK,
                 "%s: %s", text, err.message);
    return ini;
}

static const char *value_of(const struct ini *ini, const char *section, const char *key)
{
    const struct ini_value *v = ini_find(ini, section, key);
    return v ? v->value : NULL;
}

static void expect_fault(enum ini_dialect dialect, const char *text, size_t line,
                         size_t col)
{
    struct ini ini = {.path = "untouched"};
    memset(&err, 0, sizeof(err));
    cr_assert_eq(ini_parse("config", view_of(text), dialect, &mem, &ini, &err),
                 STATUS_INPUT, "taken: %s", text);
    cr_assert_str_eq(ini.path, "untouched");
    cr_assert_str_eq(err.loc.path, "config");
    cr_assert_eq(err.loc.line, line, "%s: line %zu", text, err.loc.line);
    cr_assert_eq(err.loc.col, col, "%s: column %zu", text, err.loc.col);
    cr_assert_null(strstr(err.message, "secret"), "a value is quoted: %s", err.message);
}

static const struct {
    const char *written, *dvc, *aws;
    bool list;
} values[] = {
    {"plain", "plain", "plain", false},
    {"", "", "", false},
    {"  blanks around \t", "blanks around", "blanks around", false},
    {"a#b", "a", "a#b", false},
    {"a # b", "a", "a # b", false},
    {"# only a comment", "", "# only a comment", false},
    {"a;b ; c", "a;b ; c", "a;b ; c", false},
    {"\"a # b\" # c", "a # b", "\"a # b\" # c", false},
    {"'it\"s'", "it\"s", "'it\"s'", false},
    {"'it's'", "it's", "'it's'", false},
    {"\"a\"b\"", "a\"b", "\"a\"b\"", false},
    {"a\"b", "a\"b", "a\"b", false},
    {"'''a'b\"c''' # d", "a'b\"c", "'''a'b\"c''' # d", false},
    {"a='b'", "a='b'", "a='b'", false},
    {"\"a,b\"", "a,b", "\"a,b\"", false},
    {"a , 'b'", "a,b", "a , 'b'", true},
    {"a,", "a,", "a,", true},
    {"50%", "50%", "50%", false},
    {"wJalr/XUt+nFEMI==", "wJalr/XUt+nFEMI==", "wJalr/XUt+nFEMI==", false},
    {"s3://milk/dvc", "s3://milk/dvc", "s3://milk/dvc", false},
    {"C:\\path", "C:\\path", "C:\\path", false},
};

Test(ini, values_are_read_as_the_dialect_has_them)
{
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        const char *text = arena_format(&mem, "[s]\nk = %s\n", values[i].written);
        struct ini dvc = parse(INI_DVC, text), aws = parse(INI_AWS, text);
        cr_assert_str_eq(value_of(&dvc, "s", "k"), values[i].dvc);
        cr_assert_eq(ini_find(&dvc, "s", "k")->list, values[i].list, "%s", text);
        cr_assert_str_eq(value_of(&aws, "s", "k"), values[i].aws);
        cr_assert_not(ini_find(&aws, "s", "k")->list);
    }
}

Test(ini, what_dvc_writes_is_read)
{
    struct ini ini = parse(INI_DVC, "[core]\n"
                                    "    remote = minio\n"
                                    "    analytics = false\n"
                                    "['remote \"minio\"']\n"
                                    "    url = s3://milk/dvc\n"
                                    "    endpointurl = http://127.0.0.1:9000\n");
    cr_assert_eq(ini.n, 4);
    cr_assert_str_eq(ini.path, "config");
    cr_assert_str_eq(value_of(&ini, "core", "remote"), "minio");
    cr_assert_str_eq(value_of(&ini, "remote \"minio\"", "url"), "s3://milk/dvc");
    cr_assert_null(ini_find(&ini, "remote \"minio\"", "remote"));
    cr_assert_null(ini_find(&ini, "remote \"other\"", "url"));
    cr_assert_eq(ini.v[2].line, 5);
    cr_assert_eq(ini.v[2].col, 11);
}

Test(ini, names_count_in_lower_case_where_dvc_has_them_so)
{
    static const char *const spellings[] = {
        "['remote \"MinIO\"']",
        "[remote \"minio\"]",
        "['Remote  \"minio\"'] # one",
        "[ 'remote\"minio\"' ]",
    };
    for (size_t i = 0; i < COUNT_OF(spellings); i++) {
        struct ini ini =
            parse(INI_DVC, arena_format(&mem, "%s\nURL = x\n", spellings[i]));
        cr_assert_str_eq(value_of(&ini, "remote \"minio\"", "url"), "x", "%s",
                         spellings[i]);
    }
    struct ini aws = parse(INI_AWS, "[Milk]\nAWS_Access_Key_Id = a\n");
    cr_assert_str_eq(value_of(&aws, "Milk", "aws_access_key_id"), "a");
    cr_assert_null(ini_find(&aws, "milk", "aws_access_key_id"));
}

Test(ini, files_of_the_aws_tools_are_read)
{
    struct ini ini = parse(INI_AWS, "# comment\n; comment\n\n[default]\n"
                                    "aws_access_key_id=A\n"
                                    "aws_secret_access_key : b=c:d\n"
                                    "s3 =\n"
                                    "    max_concurrent_requests = 20\n"
                                    "    region = wrong\n"
                                    "region = eu-west-1\r\n"
                                    "[profile indented]\n"
                                    "  region = us-west-2\n"
                                    "  output = json\n");
    cr_assert_eq(ini.n, 6);
    cr_assert_str_eq(value_of(&ini, "default", "aws_access_key_id"), "A");
    cr_assert_str_eq(value_of(&ini, "default", "aws_secret_access_key"), "b=c:d");
    cr_assert_str_eq(value_of(&ini, "default", "region"), "eu-west-1");
    cr_assert(ini_find(&ini, "default", "s3")->list);
    cr_assert_not(ini_find(&ini, "default", "region")->list);
    cr_assert_str_eq(value_of(&ini, "profile indented", "output"), "json");
}

Test(ini, marks_and_returns_of_other_systems_do_no_harm)
{
    struct ini ini = parse(INI_DVC, "\xEF\xBB\xBF[core]\r\nremote = ni\xC3\xB1o\r\n");
    cr_assert_str_eq(value_of(&ini, "core", "remote"), "ni\xC3\xB1o");
    ini = parse(INI_DVC, "");
    cr_assert_eq(ini.n, 0);
    ini = parse(INI_AWS, "[only]");
    cr_assert_eq(ini.n, 0);
    ini = parse(INI_DVC, "[a]\nk=v");
    cr_assert_str_eq(value_of(&ini, "a", "k"), "v");
    ini = parse(INI_DVC, "[a]\n'k = l' = v\n");
    cr_assert_str_eq(value_of(&ini, "a", "k = l"), "v");
}

static const struct {
    const char *text;
    size_t line, col;
    bool aws_too;
} faults[] = {
    {"[s]\nsecret\n", 2, 1, true},
    {"[s]\n  = secret\n", 2, 3, true},
    {"k = secret\n", 1, 1, true},
    {"[s\nk = secret\n", 1, 1, true},
    {"[]\nk = secret\n", 1, 2, true},
    {"[' ']\nk = secret\n", 1, 2, false},
    {"[s] secret\n", 1, 1, true},
    {"[s]]\nk = secret\n", 1, 2, false},
    {"['s' t]\nk = secret\n", 1, 2, false},
    {"[s]\nk = 1\nk = secret\n", 3, 1, true},
    {"[s]\nk = 1\nK = secret\n", 3, 1, true},
    {"[s]\nk = 1\n[t]\n[s]\nl = secret\n", 4, 2, true},
    {"[[s]]\nk = secret\n", 1, 1, true},
    {"[s]\nk = se\xFFret\n", 2, 7, true},
    {"[s]\nk = \"secret\n", 2, 5, false},
    {"[s]\nk = \"secret\" secret\n", 2, 5, false},
    {"[s]\nk = a, \"secret\n", 2, 8, false},
    {"[s]\nk = '''secret\nl = secret'''\n", 2, 5, false},
    {"[s]\nk = %(secret)s\n", 2, 5, false},
    {"[s]\n; secret\n", 2, 1, false},
    {"[s]\n'k = secret\n", 2, 1, false},
    {"[s]\n'k' l = secret\n", 2, 1, false},
    {"[s]\nk = , secret\n", 2, 5, false},
    {"[s]\nk = a,, secret\n", 2, 7, false},
};

Test(ini, faults_have_a_place_and_quote_no_value)
{
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        expect_fault(INI_DVC, faults[i].text, faults[i].line, faults[i].col);
        if (faults[i].aws_too)
            expect_fault(INI_AWS, faults[i].text, faults[i].line, faults[i].col);
        else
            parse(INI_AWS, faults[i].text);
    }
}

Test(ini, a_nul_byte_is_refused)
{
    struct ini ini;
    struct view bytes = VIEW("[s]\nk = a\0b\n");
    cr_assert_eq(ini_parse("config", bytes, INI_AWS, &mem, &ini, &err), STATUS_INPUT);
    cr_assert_eq(err.loc.line, 2);
    cr_assert_eq(err.loc.col, 6);
}

Test(ini, more_than_4096_keys_or_sections_are_refused)
{
    struct text keys = {.mem = &mem}, sections = {.mem = &mem};
    text_puts(&keys, "[s]\n");
    for (size_t i = 0; i < INI_MAX_VALUES; i++) {
        text_addf(&keys, "k%zu=\n", i);
        text_addf(&sections, "[s%zu]\n", i);
    }
    cr_assert_eq(parse(INI_DVC, keys.p).n, INI_MAX_VALUES);
    cr_assert_eq(parse(INI_DVC, sections.p).n, 0);
    text_puts(&keys, "k=\n");
    text_puts(&sections, "[s]\n");
    expect_fault(INI_DVC, keys.p, INI_MAX_VALUES + 2, 1);
    expect_fault(INI_DVC, sections.p, INI_MAX_VALUES + 1, 2);
}

Test(ini, a_file_is_read_and_a_missing_or_huge_one_is_named)
{
    const char *folder = help_folder(), *path = help_path(folder, "config");
    struct ini ini;
    cr_assert_eq(ini_read(path, INI_DVC, &mem, &ini, &err), STATUS_INPUT);
    help_write_text(path, "[core]\nremote = a\n");
    cr_assert_eq(ini_read(path, INI_DVC, &mem, &ini, &err), STATUS_OK);
    cr_assert_str_eq(value_of(&ini, "core", "remote"), "a");
    cr_assert_str_eq(ini.path, path);
    char *huge = arena_array(&mem, INI_MAX_BYTES + 1, 1);
    memset(huge, '\n', INI_MAX_BYTES + 1);
    help_write(path, huge, INI_MAX_BYTES + 1);
    cr_assert_eq(ini_read(path, INI_DVC, &mem, &ini, &err), STATUS_INPUT);
}
