#include <criterion/criterion.h>

#include "help/help.h"
#include "s3/s3_xml.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(s3_xml, .fini = release);

#define NS " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/* A page in the form that MinIO answers: keys form-encoded, ETags escaped. */
static const char page[] =
    HEAD "<ListBucketResult" NS "><Name>bucket</Name><Prefix></Prefix>"
         "<NextContinuationToken>YSBiW21pbmlvX2NhY2hl+/=</NextContinuationToken>"
         "<KeyCount>3</KeyCount><MaxKeys>3</MaxKeys><IsTruncated>true</IsTruncated>"
         "<Contents><Key>a+b%2Bc%25%7E</Key>"
         "<LastModified>2026-11-21T12:40:09.123Z</LastModified>"
         "<ETag>&#34;2c67f903652c2517be05a653b13df7e4&#34;</ETag><Size>14</Size>"
         "<Owner><ID>02d6</ID><DisplayName>minio</DisplayName></Owner>"
         "<StorageClass>STANDARD</StorageClass></Contents>"
         "<Contents><Key>%E6%97%A5%E6%9C%AC%26amp%3B</Key><LastModified>x</LastModified>"
         "<ETag>&quot;b763b88a0901e0c09204387b21387ff2-13&quot;</ETag>"
         "<Size>5368709120</Size></Contents>"
         "<Contents><Size>0</Size><Key>dir/</Key></Contents>"
         "<EncodingType>url</EncodingType></ListBucketResult>";

static enum status list(const char *text, struct remote_objects *ret, const char **token)
{
    memset(&err, 0, sizeof err);
    return s3_xml_list(view_of(text), &mem, ret, token, &err);
}

Test(s3_xml, a_page_gives_decoded_keys_sizes_bare_etags_and_the_token)
{
    struct remote_objects v = {NULL, 0, 0};
    const char *token = NULL;
    cr_assert_eq(list(page, &v, &token), STATUS_OK, "%s", err.message);
    cr_assert_eq(v.n, 3);
    cr_expect_str_eq(token, "YSBiW21pbmlvX2NhY2hl+/=");
    cr_expect_str_eq(v.v[0].key, "a b+c%~");
    cr_expect_eq(v.v[0].bytes, 14);
    cr_expect_str_eq(v.v[0].etag, "2c67f903652c2517be05a653b13df7e4");
    cr_expect_str_eq(v.v[0].modified, "2026-11-21T12:40:09.123Z");
    cr_expect_str_eq(v.v[1].key, "\xE6\x97\xA5\xE6\x9C\xAC&amp;");
    cr_expect_eq(v.v[1].bytes, 5368709120u);
    cr_expect_str_eq(v.v[1].etag, "b763b88a0901e0c09204387b21387ff2-13");
    cr_expect_str_eq(v.v[2].key, "dir/");
    cr_expect_str_eq(v.v[2].etag, "");
}

Test(s3_xml, pages_add_up_and_the_last_has_no_token)
{
    struct remote_objects v = {NULL, 0, 0};
    const char *token = NULL;
    cr_assert_eq(list(page, &v, &token), STATUS_OK);
    cr_assert_eq(list(HEAD "<ListBucketResult" NS "><IsTruncated>false</IsTruncated>"
                           "<NextContinuationToken>x</NextContinuationToken>"
                           "<Contents><Key>a+b</Key><Size>1</Size></Contents>"
                           "</ListBucketResult>",
                      &v, &token),
                 STATUS_OK, "%s", err.message);
    cr_expect_null(token);
    cr_assert_eq(v.n, 4);
    // Nobody said that it is encoded.
    cr_expect_str_eq(v.v[3].key, "a+b");
}

static const struct {
    const char *text, *why;
} refused[] = {
    {"", "it is empty"},
    {"not XML", "syntax error"},
    {"<html><body>welcome</body></html>", "there is no ListBucketResult"},
    {"<ListBucketResult><Contents><Key>a</Key><Size>1</Size></Contents>",
     "no element found"},
    {"<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
     "an object without key or size"},
    {"<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>",
     "an object without key or size"},
    {"<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents>"
     "</ListBucketResult>",
     "an object without key or size"},
    {"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
     "there is more, but no token for it"},
    {"<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%4</Key>"
     "<Size>1</Size></Contents></ListBucketResult>",
     "a key is not form-encoded"},
    {"<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>a%00</Key>"
     "<Size>1</Size></Contents></ListBucketResult>",
     "a key is not form-encoded"},
    {"<!DOCTYPE a [<!ENTITY x \"yyyy\">]><ListBucketResult>&x;</ListBucketResult>",
     "a document type is not allowed"},
    {"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><ListBucketResult></ListBucketResult>",
     "a document type is not allowed"},
    {"<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>", "elements lie too deep"},
};

Test(s3_xml, what_is_no_listing_is_refused_with_the_reason)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct remote_objects v = {NULL, 0, 0};
        const char *token = "untouched";
        cr_expect_eq(list(refused[i].text, &v, &token), STATUS_ENVIRONMENT, "row %zu", i);
        cr_expect_not_null(strstr(err.message, refused[i].why), "row %zu: %s", i,
                           err.message);
        cr_expect_eq(v.n, 0, "row %zu", i);
        cr_expect_str_eq(token, "untouched", "row %zu", i);
    }
}

Test(s3_xml, texts_and_answers_have_caps)
{
    struct remote_objects v = {NULL, 0, 0};
    const char *token;
    struct text t = {.mem = &mem};
    text_puts(&t, "<ListBucketResult><Contents><Key>");
    while (t.n < 9000)
        text_puts(&t, "kkkkkkkkkk");
    text_puts(&t, "</Key><Size>1</Size></Contents></ListBucketResult>");
    cr_expect_eq(list(t.p, &v, &token), STATUS_ENVIRONMENT);
    cr_expect_not_null(strstr(err.message, "too much text"), "%s", err.message);
    struct view huge = {"<a/>", S3_ANSWER_MAX + 1};
    cr_expect_eq(s3_xml_list(huge, &mem, &v, &token, &err), STATUS_ENVIRONMENT);
    cr_expect_not_null(strstr(err.message, "too long"), "%s", err.message);
}

Test(s3_xml, an_error_is_found_whatever_stands_around_it)
{
    struct s3_fault fault;
    cr_assert(s3_xml_fault(
        view_of(HEAD "<Error><Code>SignatureDoesNotMatch</Code><Message>The request "
                     "signature we calculated does not match</Message><Key>k</Key>"
                     "<Resource>/bucket/k</Resource><RequestId>1879</RequestId></Error>"),
        &fault));
    cr_expect_str_eq(fault.code, "SignatureDoesNotMatch");
    cr_expect_str_eq(fault.region, "");
    cr_assert(s3_xml_fault(
        view_of("<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region "
                "'us-east-1' is wrong; expecting 'eu-central-1'</Message>"
                "<Region>eu-central-1</Region></Error>"),
        &fault));
    cr_expect_str_eq(fault.region, "eu-central-1");
    // Blanks keep a connection alive while an upload is completed.
    cr_assert(
        s3_xml_fault(view_of("\n \n<Error><Code>InternalError</Code></Error>"), &fault));
    cr_expect_str_eq(fault.code, "InternalError");
    // Broken off behind its code.
    cr_assert(s3_xml_fault(view_of("<Error><Code>SlowDown</Code><Mess"), &fault));
    cr_expect_str_eq(fault.code, "SlowDown");
}

/* What servers were seen to send ahead of an answer that takes long, and what others may.
 */
static const char *const ahead[] = {
    " ", "\n", "\r\n\r\n", "   \n  ", "\t", "\xEF\xBB\xBF", "\n \xEF\xBB\xBF\n",
};

Test(s3_xml, blanks_ahead_of_an_answer_are_no_part_of_it)
{
    for (size_t i = 0; i < COUNT_OF(ahead); i++) {
        struct s3_fault fault;
        char etag[64];
        struct remote_objects v = {NULL, 0, 0};
        const char *token;
        const char *whole =
            arena_format(&mem,
                         "%s" HEAD "<CompleteMultipartUploadResult><ETag>\"abc-2\"</ETag>"
                         "</CompleteMultipartUploadResult>",
                         ahead[i]);
        cr_expect_eq(s3_xml_complete(view_of(whole), etag, sizeof etag, &err), STATUS_OK,
                     "row %zu: %s", i, err.message);
        cr_expect_str_eq(etag, "abc-2");
        cr_expect(s3_xml_fault(
            view_of(arena_format(
                &mem, "%s" HEAD "<Error><Code>InternalError</Code></Error>", ahead[i])),
            &fault));
        cr_expect_str_eq(fault.code, "InternalError");
        cr_expect_eq(list(arena_format(&mem, "%s%s", ahead[i], page), &v, &token),
                     STATUS_OK, "row %zu: %s", i, err.message);
        // Alone they are no answer.
        cr_expect_eq(s3_xml_complete(view_of(ahead[i]), etag, sizeof etag, &err),
                     STATUS_ENVIRONMENT);
        cr_expect_not_null(strstr(err.message, "it is empty"), "%s", err.message);
    }
}

Test(s3_xml, a_flood_of_blanks_is_passed_over_and_other_bytes_are_not)
{
    struct s3_fault fault;
    char *flood = arena_alloc(&mem, S3_ANSWER_MAX);
    static const char error[] = HEAD "<Error><Code>SlowDown</Code></Error>";
    memset(flood, '\n', S3_ANSWER_MAX);
    memcpy(flood + S3_ANSWER_MAX - strlen(error), error, strlen(error));
    cr_expect(s3_xml_fault((struct view){flood, S3_ANSWER_MAX}, &fault));
    cr_expect_str_eq(fault.code, "SlowDown");
    memset(flood, '\0', 1);
    cr_expect_not(s3_xml_fault((struct view){flood, S3_ANSWER_MAX}, &fault));
    cr_expect_not(
        s3_xml_fault(view_of("x\n" HEAD "<Error><Code>y</Code></Error>"), &fault));
    cr_expect_not(
        s3_xml_fault(view_of("\xEF\xBB" HEAD "<Error><Code>y</Code></Error>"), &fault));
}

Test(s3_xml, what_is_no_error_is_none)
{
    static const char *const texts[] = {
        "",
        "{}",
        "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>",
        "<DeleteResult><Error><Code>AccessDenied</Code></Error></DeleteResult>",
        "<Error></Error>",
        "<!DOCTYPE Error><Error><Code>x</Code></Error>",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct s3_fault fault = {.code = "before"};
        cr_expect_not(s3_xml_fault(view_of(texts[i]), &fault), "row %zu", i);
        cr_expect_str_eq(fault.code, "before");
    }
}

Test(s3_xml, uploads_in_parts_have_an_id_and_an_etag)
{
    const char *id = NULL;
    char etag[64];
    cr_assert_eq(s3_xml_upload(view_of(HEAD "<InitiateMultipartUploadResult" NS
                                            "><Bucket>b</Bucket>"
                                            "<Key>k</Key><UploadId>Y2Q3+/==</UploadId>"
                                            "</InitiateMultipartUploadResult>"),
                               &mem, &id, &err),
                 STATUS_OK);
    cr_expect_str_eq(id, "Y2Q3+/==");
    cr_assert_eq(
        s3_xml_complete(
            view_of(HEAD "<CompleteMultipartUploadResult" NS ">"
                         "<Location>http://127.0.0.1/b/k</Location><Bucket>b</Bucket>"
                         "<Key>k</Key><ETag>&#34;b763b88a0901e0c09204387b21387ff2-13&#34;"
                         "</ETag></CompleteMultipartUploadResult>"),
            etag, sizeof etag, &err),
        STATUS_OK);
    cr_expect_str_eq(etag, "b763b88a0901e0c09204387b21387ff2-13");
    cr_expect_eq(
        s3_xml_upload(view_of("<InitiateMultipartUploadResult/>"), &mem, &id, &err),
        STATUS_ENVIRONMENT);
    cr_expect_eq(s3_xml_complete(view_of("<Error><Code>x</Code></Error>"), etag,
                                 sizeof etag, &err),
                 STATUS_ENVIRONMENT);
}

Test(s3_xml, a_bulk_deletion_tells_its_first_error)
{
    struct s3_fault fault;
    cr_assert_eq(
        s3_xml_deleted(view_of("<DeleteResult" NS "></DeleteResult>"), &fault, &err),
        STATUS_OK);
    cr_expect_str_eq(fault.code, "");
    cr_assert_eq(
        s3_xml_deleted(
            view_of("<DeleteResult" NS
                    "><Error><Code>NoSuchKey</Code><Key>a</Key></Error>"
                    "<Error><Code>AccessDenied</Code><Message>no</Message><Key>b c</Key>"
                    "</Error><Error><Code>InternalError</Code><Key>d</Key></Error>"
                    "</DeleteResult>"),
            &fault, &err),
        STATUS_OK);
    cr_expect_str_eq(fault.code, "AccessDenied");
    cr_expect_str_eq(fault.key, "b c");
    cr_expect_eq(s3_xml_deleted(view_of("<html></html>"), &fault, &err),
                 STATUS_ENVIRONMENT);
}

static const struct {
    const char *encoded, *key; // NULL: refused
} keys[] = {
    {"plain/key", "plain/key"},
    {"a+b", "a b"},
    {"a%2Bb", "a+b"},
    {"%7e%7E", "~~"},
    {"%25%32%30", "%20"},
    {"%C3%BC", "\xC3\xBC"},
    {"", ""},
    {"%", NULL},
    {"%2", NULL},
    {"%2g", NULL},
    {"a%00b", NULL},
    {"%zz", NULL},
};

Test(s3_xml, keys_are_decoded_as_forms_are)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        char *key = arena_string(&mem, keys[i].encoded);
        bool good = s3_decode_key(key);
        cr_expect_eq(good, keys[i].key != NULL, "row %zu", i);
        if (keys[i].key)
            cr_expect_str_eq(key, keys[i].key, "row %zu", i);
    }
}

Test(s3_xml, keys_come_back_from_what_they_were_escaped_to)
{
    static const char key[] = "a&b<c>d\"e'f\rg\nh\xC3\xBC";
    struct text t = {.mem = &mem};
    struct s3_fault fault;
    text_puts(&t, "<DeleteResult><Error><Code>x</Code><Key>");
    s3_xml_escape(key, &t);
    text_puts(&t, "</Key></Error></DeleteResult>");
    cr_assert_eq(s3_xml_deleted(view_of(t.p), &fault, &err), STATUS_OK, "%s",
                 err.message);
    cr_expect_str_eq(fault.key, key);
}

Test(s3_xml, etags_lose_their_quotes)
{
    char etag[8] = "before";
    s3_bare_etag(view_of(" \"abc\" "), etag, sizeof etag);
    cr_expect_str_eq(etag, "abc");
    s3_bare_etag(view_of("abc"), etag, sizeof etag);
    cr_expect_str_eq(etag, "abc");
    s3_bare_etag(view_of("\""), etag, sizeof etag);
    cr_expect_str_eq(etag, "\"");
    s3_bare_etag(view_of("12345678"), etag, sizeof etag);
    cr_expect_str_eq(etag, "");
}
