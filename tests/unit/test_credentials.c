/* Remotes: where they are, whose keys are used, and what is refused.
 *
 * Which source wins over which is DVC's own answer: tests/interop/config.py asks it the
 * same questions against a server. */
#define _GNU_SOURCE // strcasestr
#include <criterion/criterion.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "help/help.h"
#include "help/project.h"
#include "remote/credentials.h"
#include "remote/endpoint.h"

#define HEAD "[core]\nremote = minio\n['remote \"minio\"']\n"
#define S3 HEAD "url = s3://milk/dvc\nendpointurl = http://127.0.0.1:9000\n"
#define SECRET "s3cr3t/VALUE"
#define KEYS "access_key_id = ID\nsecret_access_key = " SECRET "\n"
#define AWS_KEYS "aws_access_key_id = ID\naws_secret_access_key = " SECRET "\n"

static struct arena mem;
static struct error err, warning;
static struct dvc_config config;
static struct remote_config remote;
static const char *folder;

/* A project and a home of its own; nothing of the machine counts. */
static void prepare(void)
{
    static const char *const variables[] = {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_CONFIG_FILE",
        "AWS_CA_BUNDLE",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "DVC_GLOBAL_CONFIG_DIR",
        "XDG_CONFIG_HOME",
    };
    for (size_t i = 0; i < COUNT_OF(variables); i++)
        unsetenv(variables[i]);
    folder = help_folder();
    setenv("HOME", help_path(folder, "home"), 1);
    setenv("DVC_SYSTEM_CONFIG_DIR", help_path(folder, "system"), 1);
    cr_assert_eq(chdir(folder), 0);
}

static void release(void)
{
    arena_release(&mem);
}

TestSuite(credentials, .init = prepare, .fini = release);

static void put(const char *path, const char *text)
{
    const char *full = help_path(folder, path);
    help_put(full, text);
    cr_assert_eq(chmod(full, 0600), 0);
}

static enum status read_remote(const char *name, bool insecure_http)
{
    memset(&err, 0, sizeof(err));
    cr_assert_eq(dvc_config_read(&mem, &config, &err), STATUS_OK, "%s", err.message);
    enum status status =
        remote_config_read(&config, name, insecure_http, &mem, &remote, &warning, &err);
    cr_assert_null(strcasestr(err.message, SECRET), "a secret is told: %s", err.message);
    cr_assert_null(strcasestr(err.hint, SECRET), "a secret is told: %s", err.hint);
    return status;
}

static void expect_remote(const char *text)
{
    put(".dvc/config", text);
    cr_assert_eq(read_remote(NULL, false), STATUS_OK, "%s: %s", text, err.message);
}

/* The configuration's lines after HEAD, and the error's place and words. */
static void expect_refused(const char *lines, enum status status, size_t line,
                           const char *words)
{
    put(".dvc/config", arena_format(&mem, "%s%s", HEAD, lines));
    remote.name = "untouched";
    cr_assert_eq(read_remote(NULL, false), status, "%s: %s", lines, err.message);
    cr_assert_str_eq(remote.name, "untouched");
    cr_assert(strstr(err.message, words), "%s: expected '%s', found '%s'", lines, words,
              err.message);
    cr_assert_eq(err.loc.line, line, "%s: line %zu", lines, err.loc.line);
}

Test(credentials, a_remote_is_read_whole)
{
    expect_remote(S3 KEYS "session_token = T\nregion = eu-west-1\n");
    cr_assert_str_eq(remote.name, "minio");
    cr_assert_null(remote.folder);
    cr_assert_str_eq(remote.bucket, "milk");
    cr_assert_str_eq(remote.prefix, "dvc");
    cr_assert_str_eq(remote.endpoint, "http://127.0.0.1:9000");
    cr_assert_str_eq(remote.region, "eu-west-1");
    cr_assert_null(remote.ca_file);
    cr_assert_str_eq(remote.access_key, "ID");
    cr_assert_str_eq(remote.secret_key, SECRET);
    cr_assert_str_eq(remote.session_token, "T");
    cr_assert_str_eq(remote.source, "'.dvc/config'");
}

Test(credentials, without_an_endpoint_it_is_aws_in_its_first_region)
{
    expect_remote(HEAD "url = s3://milk\n" KEYS);
    cr_assert_null(remote.endpoint);
    cr_assert_str_eq(remote.region, "us-east-1");
    cr_assert_str_eq(remote.prefix, "");
    cr_assert_null(remote.session_token);
}

Test(credentials, what_is_secret_may_stand_in_the_local_file_alone)
{
    put(".dvc/config.local", "['remote \"minio\"']\n" KEYS);
    expect_remote(S3);
    cr_assert_str_eq(remote.source, "'.dvc/config.local'");
    cr_assert_str_eq(remote.secret_key, SECRET);
    cr_assert_str_eq(warning.message, "");
}

/* Sources of keys from the lowest to the highest; each wins over those above it here. */
static void put_keys(const char *path, const char *section, const char *id)
{
    put(path,
        arena_format(&mem, "[%s]\naws_access_key_id = %s\naws_secret_access_key = x\n",
                     section, id));
}

Test(credentials, the_sources_of_keys_win_in_dvcs_order)
{
    const char *lines = S3;
    put_keys("home/.aws/config", "default", "config");
    expect_remote(lines);
    cr_assert_str_eq(remote.access_key, "config");
    put_keys("home/.aws/credentials", "default", "home");
    expect_remote(lines);
    cr_assert_str_eq(remote.access_key, "home");
    put_keys(".dvc/keys", "default", "credentialpath");
    lines = S3 "credentialpath = keys\n";
    expect_remote(lines);
    cr_assert_str_eq(remote.access_key, "credentialpath");
    put_keys("shared", "default", "shared");
    setenv("AWS_SHARED_CREDENTIALS_FILE", help_path(folder, "shared"), 1);
    expect_remote(lines);
    cr_assert_str_eq(remote.access_key, "shared");
    setenv("AWS_ACCESS_KEY_ID", "environment", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "x", 1);
    setenv("AWS_SESSION_TOKEN", "token", 1);
    expect_remote(lines);
    cr_assert_str_eq(remote.access_key, "environment");
    cr_assert_str_eq(remote.session_token, "token");
    cr_assert_str_eq(remote.source, "the environment");
    expect_remote(S3 "credentialpath = keys\n" KEYS);
    cr_assert_str_eq(remote.access_key, "ID");
    cr_assert_null(remote.session_token);
}

Test(credentials, a_profile_of_the_remote_wins_over_the_environment)
{
    setenv("AWS_ACCESS_KEY_ID", "environment", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "x", 1);
    put_keys("home/.aws/credentials", "milk", "profile");
    put("home/.aws/config", "[profile milk]\nregion = eu-south-2\n");
    expect_remote(S3 "profile = milk\n");
    cr_assert_str_eq(remote.access_key, "profile");
    cr_assert_str_eq(remote.region, "eu-south-2");
    cr_assert(strstr(remote.source, "profile 'milk' of '"), "%s", remote.source);
    setenv("AWS_PROFILE", "milk", 1);
    expect_remote(S3);
    cr_assert_str_eq(remote.access_key, "environment");
    unsetenv("AWS_ACCESS_KEY_ID");
    expect_remote(S3);
    cr_assert_str_eq(remote.access_key, "profile");
}

Test(credentials, endpoints_and_regions_win_in_dvcs_order)
{
    put("home/.aws/config", "[default]\nendpoint_url = https://profile\nregion = r1\n");
    expect_remote(HEAD "url = s3://milk\n" KEYS);
    cr_assert_str_eq(remote.endpoint, "https://profile");
    cr_assert_str_eq(remote.region, "r1");
    setenv("AWS_ENDPOINT_URL", "https://all/", 1);
    setenv("AWS_DEFAULT_REGION", "r2", 1);
    expect_remote(HEAD "url = s3://milk\n" KEYS);
    cr_assert_str_eq(remote.endpoint, "https://all");
    cr_assert_str_eq(remote.region, "r2");
    setenv("AWS_ENDPOINT_URL_S3", "https://s3", 1);
    expect_remote(HEAD "url = s3://milk\n" KEYS);
    cr_assert_str_eq(remote.endpoint, "https://s3");
    expect_remote(HEAD "url = s3://milk\nendpointurl = https://own\nregion = r3\n" KEYS);
    cr_assert_str_eq(remote.endpoint, "https://own");
    cr_assert_str_eq(remote.region, "r3");
}

Test(credentials, slashes_behind_the_prefix_do_not_count)
{
    static const struct {
        const char *url, *prefix;
    } urls[] = {
        {"s3://milk", ""},      {"s3://milk/", ""},         {"s3://milk/a/b/", "a/b"},
        {"s3://milk/a//", "a"}, {"s3://Old_Name.1/a", "a"},
    };
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        expect_remote(arena_format(&mem, "%surl = %s\n%s", HEAD, urls[i].url, KEYS));
        cr_assert_str_eq(remote.prefix, urls[i].prefix, "%s", urls[i].url);
    }
}

static void expect_long_prefix(size_t part, size_t parts, const char *words)
{
    struct text url = {.mem = &mem};
    text_puts(&url, "url = s3://milk");
    for (size_t i = 0; i < part * parts; i++)
        text_puts(&url, i % part ? "x" : "/x");
    text_puts(&url, "\n" KEYS);
    if (words)
        expect_refused(url.p, STATUS_INPUT, 4, words);
    else
        expect_remote(arena_format(&mem, "%s%s", HEAD, url.p));
}

Test(credentials, prefixes_stay_within_what_servers_take)
{
    expect_long_prefix(255, 3, NULL);
    expect_long_prefix(256, 1, "a part of more than 255");
    expect_long_prefix(89, 10, NULL);
    expect_long_prefix(91, 10, "more than 900");
}

Test(credentials, what_the_environment_or_a_profile_says_wrong_is_named)
{
    put(".dvc/config", HEAD "url = s3://milk\n" KEYS);
    setenv("AWS_DEFAULT_REGION", "no region", 1);
    cr_assert_eq(read_remote(NULL, false), STATUS_ENVIRONMENT);
    cr_assert(strstr(err.message, "'no region'"), "%s", err.message);
    unsetenv("AWS_DEFAULT_REGION");
    setenv("AWS_ENDPOINT_URL", "ftp://" SECRET, 1);
    cr_assert_eq(read_remote(NULL, false), STATUS_ENVIRONMENT);
    cr_assert_str_eq(err.message, "the endpoint in 'AWS_ENDPOINT_URL' must begin with "
                                  "http:// or https://");
    setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", 1);
    cr_assert_eq(read_remote(NULL, false), STATUS_OK);
    cr_assert_null(remote.endpoint);
}

static const struct {
    const char *text, *words;
    size_t line;
} profiles[] = {
    {"[default]\nservices = x\n", "'services' is not supported", 2},
    {"[default]\naws_access_key_id = A\n", "'aws_access_key_id' has no", 2},
    {"[default]\naws_access_key_id =\n", "'aws_access_key_id' is empty", 2},
    {"[default]\naws_access_key_id = A\naws_secret_access_key = " SECRET "\n  b\n",
     "goes on over more than one line", 3},
};

Test(credentials, faults_of_a_profile_are_found_at_their_line)
{
    put(".dvc/config", HEAD "url = s3://milk\n");
    for (size_t i = 0; i < COUNT_OF(profiles); i++) {
        put("home/.aws/config", profiles[i].text);
        cr_assert_eq(read_remote(NULL, false), STATUS_INPUT);
        cr_assert(strstr(err.message, profiles[i].words), "%s", err.message);
        cr_assert_eq(err.loc.line, profiles[i].line);
        cr_assert(strstr(err.loc.path, ".aws/config"), "%s", err.loc.path);
    }
    put("home/.aws/config", "[profile 'my own']\n" AWS_KEYS);
    put(".dvc/config", S3 "profile = my own\n");
    cr_assert_eq(read_remote(NULL, false), STATUS_OK, "%s", err.message);
    cr_assert_str_eq(remote.access_key, "ID");
}

Test(credentials, without_a_home_there_are_no_files_of_the_user)
{
    unsetenv("HOME");
    expect_remote(S3 KEYS);
    expect_refused("url = ~/store\n", STATUS_INPUT, 4, "HOME is not set");
}

Test(credentials, a_folder_is_relative_to_the_file_that_names_it)
{
    static const struct {
        const char *url, *folder;
    } urls[] = {
        {"../../store", "../store"},
        {"store", ".dvc/store"},
        {"./a/../b/", ".dvc/b"},
        {"../..", ".."},
        {"..", "."},
        {"/srv/./x/../dvc", "/srv/dvc"},
        {"/../..", "/"},
        {"../../../a", "../../a"},
    };
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        expect_remote(arena_format(&mem, "%surl = %s\n", HEAD, urls[i].url));
        cr_assert_str_eq(remote.folder, urls[i].folder, "%s: %s", urls[i].url,
                         remote.folder);
        cr_assert_null(remote.access_key);
    }
    expect_remote(HEAD "url = ~/store\n");
    cr_assert_str_eq(remote.folder, help_path(folder, "home/store"));
    put("home/.config/dvc/config", "['remote \"minio\"']\nurl = store\n");
    expect_remote("[core]\nremote = MinIO\n");
    cr_assert_str_eq(remote.folder, help_path(folder, "home/.config/dvc/store"));
}

Test(credentials, an_unknown_remote_gets_the_nearest_name)
{
    put(".dvc/config", S3 KEYS);
    cr_assert_eq(read_remote("MINIO", false), STATUS_OK);
    cr_assert_eq(read_remote("mino", false), STATUS_INPUT);
    cr_assert_str_eq(err.message, "there is no remote 'mino'");
    cr_assert_str_eq(err.hint, "did you mean 'minio'?");
    put(".dvc/config", "[core]\nremote = mino\n['remote \"minio\"']\nurl = /a\n");
    cr_assert_eq(read_remote(NULL, false), STATUS_INPUT);
    cr_assert_str_eq(err.loc.path, ".dvc/config");
    cr_assert_eq(err.loc.line, 2);
    put(".dvc/config", "['remote \"minio\"']\nurl = /a\n");
    cr_assert_eq(read_remote(NULL, false), STATUS_USAGE);
    cr_assert(strstr(err.hint, "dvc remote default minio"));
    cr_assert_eq(read_remote("elsewhere", false), STATUS_INPUT);
    cr_assert_str_eq(err.hint, "there is 'minio'");
    put(".dvc/config", "");
    cr_assert_eq(read_remote("elsewhere", false), STATUS_INPUT);
    cr_assert(strstr(err.hint, "docs/remote.md"));
    cr_assert_eq(read_remote(NULL, false), STATUS_USAGE);
}

static const struct {
    const char *lines;
    enum status status;
    size_t line;
    const char *words;
} refused[] = {
    {"url = gs://milk\n", STATUS_INPUT, 4, "cannot begin with gs://"},
    {"url = azure://milk\n", STATUS_INPUT, 4, "only s3:// and folders are supported"},
    {"url = ssh://me:" SECRET "@host/a\n", STATUS_INPUT, 4, "cannot begin with ssh://"},
    {"url = file:///srv\n", STATUS_INPUT, 4, "cannot begin with file://"},
    {"url = remote://other/a\n", STATUS_INPUT, 4, "cannot begin with remote://"},
    {"url = \n", STATUS_INPUT, 4, "'url' is empty"},
    {"url = a,b\n", STATUS_INPUT, 4, "holds a comma"},
    {"url = s3://\n" KEYS, STATUS_INPUT, 4, "must be s3://bucket"},
    {"url = s3://me:" SECRET "@milk\n" KEYS, STATUS_INPUT, 4, "must be s3://bucket"},
    {"url = s3://milk/a//b\n" KEYS, STATUS_INPUT, 4, "an empty part"},
    {"url = s3://milk/../b\n" KEYS, STATUS_INPUT, 4, "'..'"},
    {"url = s3://milk/a?versionId=1\n" KEYS, STATUS_INPUT, 4, "read differently"},
    {"url = s3://milk\nversion_aware = true\n", STATUS_INPUT, 5, "'version_aware'"},
    {"url = s3://milk\nworktree = TRUE\n", STATUS_INPUT, 5, "'worktree'"},
    {"url = s3://milk\nallow_anonymous_login = true\n", STATUS_INPUT, 5, "'allow_anonym"},
    {"url = s3://milk\nversion_aware = 1\n", STATUS_INPUT, 5, "true or false"},
    {"url = s3://milk\nsse = AES256\n", STATUS_INPUT, 5, "'sse' is not supported"},
    {"url = s3://milk\nsse_customer_key = " SECRET "\n", STATUS_INPUT, 5,
     "'sse_customer"},
    {"url = s3://milk\nacl = public-read\n", STATUS_INPUT, 5, "'acl' is not supported"},
    {"url = s3://milk\nsecret_acces_key = " SECRET "\n", STATUS_INPUT, 5,
     "a remote has no key 'secret_acces_key'"},
    {"url = s3://milk\nsecret_access_key " SECRET "=\n", STATUS_INPUT, 5,
     "this is no key"},
    {"url = s3://milk\nuse_ssl = false\n" KEYS, STATUS_INPUT, 5, "without 'endpointurl'"},
    {"url = s3://milk\nssl_verify = False\n" KEYS, STATUS_INPUT, 5, "cannot be false"},
    {"url = s3://milk\nssl_verify = none.pem\n" KEYS, STATUS_INPUT, 5, "does not exist"},
    {"url = s3://milk\nregion = eu west\n" KEYS, STATUS_INPUT, 5, "'region' may hold"},
    {"url = s3://milk\naccess_key_id = ID\n", STATUS_INPUT, 5, "'access_key_id' has no"},
    {"url = s3://milk\nsecret_access_key = " SECRET "\n", STATUS_INPUT, 5, "has no 'acc"},
    {"url = s3://milk\nsecret_access_key = a," SECRET "\n", STATUS_INPUT, 5, "a comma"},
    {"url = s3://milk\nprofile = nobody\n", STATUS_INPUT, 0, "the profile 'nobody' is"},
    {"url = s3://milk\n", STATUS_ENVIRONMENT, 0, "there are no keys for the remote"},
    {"url = s3://m\nendpointurl = host:9000\n" KEYS, STATUS_INPUT, 5,
     "must begin with http"},
    {"url = s3://m\nendpointurl = ftp://host\n" KEYS, STATUS_INPUT, 5, "must begin with"},
    {"url = s3://m\nendpointurl = https://a:" SECRET "@h\n" KEYS, STATUS_INPUT, 5,
     "a user"},
    {"url = s3://m\nendpointurl = https://h/minio\n" KEYS, STATUS_INPUT, 5, "a path"},
    {"url = s3://m\nendpointurl = https://h:0\n" KEYS, STATUS_INPUT, 5, "1 to 65535"},
    {"url = s3://m\nendpointurl = https://h:65536/\n" KEYS, STATUS_INPUT, 5,
     "1 to 65535"},
    {"url = s3://m\nendpointurl = https://\n" KEYS, STATUS_INPUT, 5, "no valid host"},
    {"url = s3://m\nendpointurl = https://[::1\n" KEYS, STATUS_INPUT, 5, "no valid host"},
    {"url = s3://m\nendpointurl = https://a b\n" KEYS, STATUS_INPUT, 5, "a path"},
    {"url = s3://m\nendpointurl = http://host\n" KEYS, STATUS_USAGE, 0, "plain http to"},
};

Test(credentials, what_is_wrong_or_not_supported_is_refused_at_its_line)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        expect_refused(refused[i].lines, refused[i].status, refused[i].line,
                       refused[i].words);
}

Test(credentials, plain_http_is_for_this_machine_unless_allowed)
{
    static const struct {
        const char *url;
        bool loopback;
    } urls[] = {
        {"http://127.0.0.1:9000", true},
        {"http://127.255.0.9", true},
        {"HTTP://LocalHost:80/", true},
        {"http://[::1]:9000", true},
        {"http://10.0.0.1:9000", false},
        {"http://127.0.0.1.example.org", false},
        {"http://localhost.org", false},
        {"http://[::2]", false},
        {"http://127.1", false},
        {"http://minio:9000", false},
        {"http://[0:0:0:0:0:0:0:1]", true},
    };
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        put(".dvc/config", arena_format(&mem, "%surl = s3://m\nendpointurl = %s\n%s",
                                        HEAD, urls[i].url, KEYS));
        enum status wanted = urls[i].loopback ? STATUS_OK : STATUS_USAGE;
        cr_assert_eq(read_remote(NULL, false), wanted, "%s: %s", urls[i].url,
                     err.message);
        cr_assert_eq(read_remote(NULL, true), STATUS_OK, "%s: %s", urls[i].url,
                     err.message);
        cr_assert_eq(strncmp(remote.endpoint, "http://", 7), 0);
    }
}

Test(credentials, a_profile_that_goes_round_about_is_refused_by_name)
{
    static const char *const ways[] = {"role_arn", "credential_process", "sso_session"};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        put("home/.aws/config", arena_format(&mem, "[profile milk]\n%s = x\n", ways[i]));
        put(".dvc/config", S3 "profile = milk\n");
        cr_assert_eq(read_remote(NULL, false), STATUS_INPUT);
        cr_assert(strstr(err.message, ways[i]) && err.loc.line == 2, "%s", err.message);
    }
    put("home/.aws/config", "[profile milk]\n");
    cr_assert_eq(read_remote(NULL, false), STATUS_ENVIRONMENT);
    cr_assert(strstr(err.message, "there are no keys"), "%s", err.message);
    setenv("AWS_ACCESS_KEY_ID", "half", 1);
    put(".dvc/config", S3);
    cr_assert_eq(read_remote(NULL, false), STATUS_ENVIRONMENT);
    cr_assert_str_eq(err.message,
                     "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
}

Test(credentials, certificates_come_from_the_remote_or_the_environment)
{
    put("ca.pem", "");
    setenv("AWS_CA_BUNDLE", "/etc/other.pem", 1);
    expect_remote(S3 KEYS);
    cr_assert_str_eq(remote.ca_file, "/etc/other.pem");
    expect_remote(S3 KEYS "ssl_verify = ca.pem\n");
    cr_assert_str_eq(remote.ca_file, "ca.pem");
    expect_remote(S3 KEYS "ssl_verify = true\n");
    cr_assert_null(remote.ca_file);
}

Test(credentials, a_file_with_secrets_that_others_can_read_is_told)
{
    put(".dvc/config.local", "['remote \"minio\"']\n" KEYS);
    cr_assert_eq(chmod(".dvc/config.local", 0640), 0);
    expect_remote(S3);
    cr_assert_str_eq(warning.message,
                     "'.dvc/config.local' holds a secret and others can read it");
    cr_assert_str_eq(warning.hint, "chmod 600 .dvc/config.local");
    cr_assert_eq(unlink(".dvc/config.local"), 0);

    put("home/.aws/credentials", "[default]\n" AWS_KEYS);
    expect_remote(S3);
    cr_assert_str_eq(warning.message, "");
    cr_assert_eq(chmod(help_path(folder, "home/.aws/credentials"), 0604), 0);
    expect_remote(S3);
    cr_assert(strstr(warning.message, "others can read it"));
    cr_assert(strstr(warning.hint, "chmod 600 /"));

    expect_remote(S3 KEYS);
    cr_assert_str_eq(warning.message,
                     "'.dvc/config' holds a secret and is meant for git");
}

Test(credentials, forgetting_overwrites_the_secrets)
{
    expect_remote(S3 KEYS "session_token = " SECRET "\n");
    const char *secret = remote.secret_key, *token = remote.session_token;
    size_t n = strlen(SECRET);
    static const char nothing[sizeof SECRET];
    remote_config_forget(&remote);
    cr_assert_null(remote.secret_key);
    cr_assert_null(remote.session_token);
    cr_assert_eq(memcmp(secret, nothing, n), 0);
    cr_assert_eq(memcmp(token, nothing, n), 0);
    remote_config_forget(&remote);
    remote_config_forget(&(struct remote_config){0});
}
