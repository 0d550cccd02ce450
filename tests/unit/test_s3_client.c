#include <criterion/criterion.h>

#include "s3/s3_client.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(s3_client, .fini = release);

/* Where a bucket is asked for. */
static const struct {
    const char *endpoint, *region, *bucket; // endpoint NULL: AWS
    const char *origin, *host, *root;
    bool loopback;
} places[] = {
    {"http://127.0.0.1:9000", "us-east-1", "b", "http://127.0.0.1:9000", "127.0.0.1:9000",
     "/b", true},
    {"http://localhost:80", "us-east-1", "b", "http://localhost:80", "localhost", "/b",
     true},
    {"https://[::1]:443", "us-east-1", "b", "https://[::1]:443", "[::1]", "/b", true},
    {"https://s3.example.com", "us-east-1", "my.bucket", "https://s3.example.com",
     "s3.example.com", "/my.bucket", false},
    {"https://example.com:8443/s3", "us-east-1", "b", "https://example.com:8443",
     "example.com:8443", "/s3/b", false},
    {"http://127.0.0.1.example.com", "us-east-1", "b", "http://127.0.0.1.example.com",
     "127.0.0.1.example.com", "/b", false},
    {NULL, "eu-central-1", "bucket", "https://bucket.s3.eu-central-1.amazonaws.com",
     "bucket.s3.eu-central-1.amazonaws.com", "", false},
    {NULL, "eu-central-1", "my.bucket", "https://s3.eu-central-1.amazonaws.com",
     "s3.eu-central-1.amazonaws.com", "/my.bucket", false},
    {NULL, "cn-north-1", "bucket", "https://bucket.s3.cn-north-1.amazonaws.com.cn",
     "bucket.s3.cn-north-1.amazonaws.com.cn", "", false},
};

Test(s3_client, a_bucket_is_asked_for_where_it_is)
{
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        struct remote_config config = {.name = "r",
                                       .bucket = places[i].bucket,
                                       .prefix = "",
                                       .endpoint = places[i].endpoint,
                                       .region = places[i].region,
                                       .access_key = "id",
                                       .secret_key = "secret",
                                       .source = "the test"};
        struct remote_settings settings = {.jobs = 2, .timeout_s = 1};
        struct remote *remote;
        struct error err;
        cr_assert_eq(remote_open(&config, &settings, &mem, &remote, &err), STATUS_OK);
        const struct s3_client *c = remote->state;
        cr_expect_str_eq(c->origin, places[i].origin, "row %zu: %s", i, c->origin);
        cr_expect_str_eq(c->host, places[i].host, "row %zu: %s", i, c->host);
        cr_expect_str_eq(c->root, places[i].root, "row %zu: %s", i, c->root);
        cr_expect_eq(c->loopback, places[i].loopback, "row %zu", i);
        remote_close(remote);
    }
}

Test(s3_client, another_region_is_another_host)
{
    struct remote_config config = {
        .bucket = "bucket", .prefix = "", .region = "us-east-1"};
    struct remote_settings settings = {.jobs = 99, .timeout_s = 1};
    struct remote *remote;
    struct error err;
    cr_assert_eq(remote_open(&config, &settings, &mem, &remote, &err), STATUS_OK);
    struct s3_client *c = remote->state;
    cr_expect_eq(c->n_slots, S3_MAX_JOBS);
    s3_locate(c, "eu-west-3");
    cr_expect_str_eq(c->host, "bucket.s3.eu-west-3.amazonaws.com");
    cr_expect_str_eq(c->scope.region, "eu-west-3");
    remote_close(remote);
}

Test(s3_client, a_refused_connection_ends_in_one_line_without_the_secret)
{
    struct remote_config config = {.name = "r",
                                   .bucket = "b",
                                   .prefix = "p",
                                   .endpoint = "http://127.0.0.1:1", // nobody listens
                                   .region = "us-east-1",
                                   .access_key = "id",
                                   .secret_key = "canary",
                                   .source = "the test"};
    struct remote_settings settings = {.jobs = 4, .timeout_s = 30};
    struct remote_objects objects = {NULL, 0, 0};
    struct remote *remote;
    struct error err;
    cr_assert_eq(remote_open(&config, &settings, &mem, &remote, &err), STATUS_OK);
    s3_limits(remote)->attempts = 2;
    cr_expect_eq(remote_list(remote, "", &mem, &objects, &err), STATUS_ENVIRONMENT);
    cr_expect_str_eq(err.message,
                     "could not connect to 'http://127.0.0.1:1' (2 attempts)");
    cr_expect_str_eq(err.hint, "is the server running at 'http://127.0.0.1:1'");
    remote_close(remote);
}
