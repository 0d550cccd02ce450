#include <criterion/criterion.h>

#include <curl/curl.h>

#include "s3/s3_error.h"
#include "s3/s3_put.h"

/* What MinIO answers, and by documentation AWS, and what is to be done then. */
static const struct {
    long status;
    const char *code;
    enum s3_class class;
    bool all;
} answers[] = {
    {200, "", S3_DONE, false},
    {204, "", S3_DONE, false},
    {403, "SignatureDoesNotMatch", S3_FATAL, true},
    {403, "InvalidAccessKeyId", S3_FATAL, true},
    {403, "AccessDenied", S3_FATAL, true},
    {400, "AccessDenied", S3_FATAL, true},
    {403, "", S3_FATAL, true},
    {400, "ExpiredToken", S3_FATAL, true},
    {403, "RequestTimeTooSkewed", S3_CLOCK, true},
    {404, "NoSuchBucket", S3_FATAL, true},
    {400, "InvalidBucketName", S3_FATAL, true},
    {404, "NoSuchKey", S3_MISSING, false},
    {404, "", S3_MISSING, false},
    {400, "XAmzContentSHA256Mismatch", S3_CHANGED, false},
    {400, "BadDigest", S3_CHANGED, false},
    {400, "XAmzContentChecksumMismatch", S3_CHANGED, false},
    {412, "PreconditionFailed", S3_CONFLICT, false},
    {409, "ConditionalRequestConflict", S3_CONFLICT, false},
    {400, "InvalidPart", S3_NO_UPLOAD, false},
    {404, "NoSuchUpload", S3_NO_UPLOAD, false},
    {400, "EntityTooSmall", S3_FAILED, false},
    {400, "MissingContentMD5", S3_FAILED, false},
    {400, "KeyTooLongError", S3_FAILED, false},
    {400, "", S3_FAILED, false},
    {400, "AuthorizationHeaderMalformed", S3_REGION, true},
    {301, "PermanentRedirect", S3_REGION, true},
    {301, "", S3_REGION, true},
    {405, "MethodNotAllowed", S3_UNABLE, false},
    {501, "NotImplemented", S3_UNABLE, false},
    {501, "", S3_UNABLE, false},
    {500, "InternalError", S3_RETRY, false},
    {502, "", S3_RETRY, false},
    {503, "SlowDown", S3_RETRY, false},
    {503, "", S3_RETRY, false},
    {504, "", S3_RETRY, false},
    {429, "", S3_RETRY, false},
    {400, "RequestTimeout", S3_RETRY, false},
    // An error under a good status: of an upload that is completed, of a deleted key.
    {200, "InternalError", S3_RETRY, false},
    {200, "AccessDenied", S3_FATAL, true},
    {200, "MalformedXML", S3_FAILED, false},
};

Test(s3_error, answers_have_their_class)
{
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        const struct s3_reason *r =
            s3_reason_of_answer(answers[i].status, view_of(answers[i].code));
        cr_expect_eq(r->class, answers[i].class, "%ld %s: class %d", answers[i].status,
                     answers[i].code, r->class);
        cr_expect_eq(r->all, answers[i].all, "%ld %s", answers[i].status,
                     answers[i].code);
    }
}

Test(s3_error, what_ends_all_says_what_to_do)
{
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        const struct s3_reason *r =
            s3_reason_of_answer(answers[i].status, view_of(answers[i].code));
        cr_expect(!r->all || (r->text && r->hint), "%s", answers[i].code);
    }
    for (int code = 1; code < CURL_LAST; code++) {
        const struct s3_reason *r = s3_reason_of_curl(code);
        cr_expect(r->all && r->text && r->hint, "%s", curl_easy_strerror((CURLcode)code));
    }
}

static const struct {
    CURLcode code;
    enum s3_class class;
} broken[] = {
    {CURLE_COULDNT_CONNECT, S3_RETRY},    {CURLE_COULDNT_RESOLVE_HOST, S3_RETRY},
    {CURLE_OPERATION_TIMEDOUT, S3_RETRY}, {CURLE_RECV_ERROR, S3_RETRY},
    {CURLE_SEND_ERROR, S3_RETRY},         {CURLE_GOT_NOTHING, S3_RETRY},
    {CURLE_PARTIAL_FILE, S3_RETRY},       {CURLE_PEER_FAILED_VERIFICATION, S3_FATAL},
    {CURLE_SSL_CACERT_BADFILE, S3_FATAL}, {CURLE_UNSUPPORTED_PROTOCOL, S3_FATAL},
};

Test(s3_error, a_missing_answer_is_asked_for_again_but_not_an_untrusted_server)
{
    for (size_t i = 0; i < COUNT_OF(broken); i++)
        cr_expect_eq(s3_reason_of_curl((int)broken[i].code)->class, broken[i].class, "%s",
                     curl_easy_strerror(broken[i].code));
}

Test(s3_error, waiting_doubles_up_to_twenty_seconds)
{
    static const double most_s[] = {1, 2, 4, 8, 16, 20, 20};
    for (unsigned i = 0; i < COUNT_OF(most_s); i++) {
        cr_expect_float_eq(s3_wait_s(i, 0, 0), 0, 1e-12);
        cr_expect_float_eq(s3_wait_s(i, 0.5, 0), 0.5 * most_s[i], 1e-12);
        cr_expect_lt(s3_wait_s(i, 0.999999, 0), most_s[i]);
    }
    cr_expect_float_eq(s3_wait_s(1000, 1, 0), 20, 1e-12);
}

Test(s3_error, a_server_may_ask_for_more_time)
{
    cr_expect_float_eq(s3_wait_s(0, 0.5, 7), 7, 1e-12);
    cr_expect_float_eq(s3_wait_s(3, 0.5, 1), 4, 1e-12);
}

#define MIB ((uint64_t)1 << 20)

static const struct {
    uint64_t bytes, part_bytes;
} parts[] =
    {
        {64 * MIB, 16 * MIB},       {200 * MIB, 16 * MIB},
        {160000 * MIB, 16 * MIB},   {160000 * MIB + 1, 17 * MIB},
        {5 * MIB * MIB, 525 * MIB}, // 5 TiB, the most that S3 has
};

Test(s3_error, parts_are_as_long_as_ten_thousand_of_them_need)
{
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        uint64_t found = s3_part_bytes(parts[i].bytes, 16 * MIB);
        cr_expect_eq(found, parts[i].part_bytes, "row %zu: %ju", i, (uintmax_t)found);
        cr_expect_leq((parts[i].bytes + found - 1) / found, S3_MAX_PARTS);
    }
}

static const struct {
    const char *etag;
    bool encrypted, single, parts;
} etags[] = {
    {"2c67f903652c2517be05a653b13df7e4", false, true, false},
    {"2c67f903652c2517be05a653b13df7e4", true, false, false},
    {"b763b88a0901e0c09204387b21387ff2-13", false, false, true},
    {"b763b88a0901e0c09204387b21387ff2-13", true, false, false},
    {"2C67F903652C2517BE05A653B13DF7E4", false, false, false},
    {"0x8DBC0A6F9F0F0F1", false, false, false},
    {"b763b88a0901e0c09204387b21387ff2-", false, false, false},
    {"b763b88a0901e0c09204387b21387ff2-x", false, false, false},
    {"", false, false, false},
};

Test(s3_error, only_an_etag_of_the_right_shape_is_an_md5)
{
    for (size_t i = 0; i < COUNT_OF(etags); i++) {
        struct s3_answer a = {.encrypted = etags[i].encrypted};
        snprintf(a.etag, sizeof a.etag, "%s", etags[i].etag);
        cr_expect_eq(s3_plain_etag(&a, false), etags[i].single, "row %zu", i);
        cr_expect_eq(s3_plain_etag(&a, true), etags[i].parts, "row %zu", i);
    }
}

static struct error failure(const char *message)
{
    struct error err;
    error_set(&err, STATUS_ENVIRONMENT, "%s", message);
    return err;
}

Test(s3_error, the_first_failure_of_a_list_is_told_and_the_others_counted)
{
    struct s3_tally tally = {.n = 0};
    struct error err = {.message = "untouched"}, one = failure("one"),
                 two = failure("two");
    cr_expect_eq(s3_tally_end(&tally, &err), STATUS_OK);
    cr_expect_str_eq(err.message, "untouched");
    s3_tally_add(&tally, 7, &two);
    cr_expect_eq(s3_tally_end(&tally, &err), STATUS_ENVIRONMENT);
    cr_expect_str_eq(err.message, "two");
    s3_tally_add(&tally, 3, &one);
    s3_tally_add(&tally, 9, &two);
    cr_expect_eq(s3_tally_end(&tally, &err), STATUS_ENVIRONMENT);
    cr_expect_str_eq(err.message, "one; 2 others failed too");
}
