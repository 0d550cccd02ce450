/* The tables of an S3 server's answers.
 *
 * Sources: "Error responses" of the Amazon S3 API reference, and what MinIO and Versity's
 * gateway were seen to answer.  Waiting: full jitter, as in "Exponential backoff and
 * jitter" of the AWS architecture blog (Brooker 2015). */
#include "s3/s3_error.h"

#include <curl/curl.h>
#include <math.h>

#define CHECK_KEYS "check the keys that come from"
#define LATER "try again later; what is there already is not sent again"
#define PROXY "check the proxy of the environment (https_proxy)"
#define TRUST "set 'ssl_verify' to the file of the CA that signed it, for the remote"
#define SPEAKS_TLS "does the server speak TLS? else 'endpointurl' begins with http://"

// clang-format off
enum cause {
    DONE, OTHER, OTHER_5XX,
    WRONG_SECRET, UNKNOWN_ID, DENIED, ACCOUNT, EXPIRED, BAD_TOKEN, CLOCK, NO_BUCKET,
    BAD_BUCKET, OTHER_REGION, ELSEWHERE, FULL, QUOTA, PROXY_PASSWORD,
    NO_KEY, CONFLICT, CHANGED, NO_UPLOAD, NO_PART, UNABLE,
    BUSY, SLOW_BODY, SHORT_BODY, INTERNAL, NOT_READY,
    NO_HOST, NO_CONNECTION, NO_ANSWER, NO_PROXY_HOST, BROKEN, NO_TLS, UNTRUSTED, NO_CA,
    NO_HTTP, NO_URL,
};

static const struct s3_reason reasons[] = {
    [DONE] = {S3_DONE, false, NULL, 0, NULL, 0},
    [OTHER] = {S3_FAILED, false, NULL, 0,
        "is this the address of an S3 server:", S3_ENDPOINT},
    [OTHER_5XX] = {S3_RETRY, false, NULL, 0, LATER, 0},

    // Permanent.
    [WRONG_SECRET] = {S3_FATAL, true, "the secret key does not belong to the key id",
        S3_KEY_ID, CHECK_KEYS, S3_SOURCE},
    [UNKNOWN_ID] = {S3_FATAL, true, "the server does not know the key id",
        S3_KEY_ID, CHECK_KEYS, S3_SOURCE},
    [DENIED] = {S3_FATAL, true, "access is denied to the bucket", S3_BUCKET,
        "the key id lacks a right (list, read, write, delete); the keys come from",
        S3_SOURCE},
    [ACCOUNT] = {S3_FATAL, true, "the account of the keys has a problem", 0,
        "ask who runs the server; the keys come from", S3_SOURCE},
    [EXPIRED] = {S3_FATAL, true, "the session token has expired", 0,
        "get new keys; these come from", S3_SOURCE},
    [BAD_TOKEN] = {S3_FATAL, true, "the session token is not valid", 0, CHECK_KEYS,
        S3_SOURCE},
    [CLOCK] = {S3_CLOCK, true, "the clock of this machine differs from the server's", 0,
        "set the clock", 0},
    [NO_BUCKET] = {S3_FATAL, true, "there is no bucket", S3_BUCKET,
        "create it, or correct 'url' of the remote", S3_REMOTE},
    [BAD_BUCKET] = {S3_FATAL, true, "the server does not take the bucket's name",
        S3_BUCKET, "correct 'url' of the remote", S3_REMOTE},
    [OTHER_REGION] = {S3_REGION, true, "another region is wanted by", S3_ENDPOINT,
        "set 'region' of the remote", S3_REMOTE},
    [ELSEWHERE] = {S3_REGION, true, "we are sent elsewhere by", S3_ENDPOINT,
        "correct 'endpointurl' or 'region' of the remote", S3_REMOTE},
    [FULL] = {S3_FATAL, true, "the server's disk is full", 0, "make room there", 0},
    [QUOTA] = {S3_FATAL, true, "the quota is used up of the bucket", S3_BUCKET,
        "remove what is not needed (gc)", 0},
    [PROXY_PASSWORD] = {S3_FATAL, true, "the proxy wants a password", 0, PROXY, 0},

    // About one object.
    [NO_KEY] = {S3_MISSING, false, "there is no such object", 0, NULL, 0},
    [CONFLICT] = {S3_CONFLICT, false, "someone else writes it", 0, NULL, 0},
    [CHANGED] = {S3_CHANGED, false, "the file changed while it was sent", 0, NULL, 0},
    [NO_UPLOAD] = {S3_NO_UPLOAD, false, "the server forgot the upload", 0, LATER, 0},
    [NO_PART] = {S3_NO_UPLOAD, false, "the server forgot a part of the upload", 0,
        LATER, 0},
    [UNABLE] = {S3_UNABLE, false, "the server cannot do this kind of request", 0,
        NULL, 0},

    // For a time.
    [BUSY] = {S3_RETRY, false, "the server is too busy", 0, LATER, 0},
    [SLOW_BODY] = {S3_RETRY, false, "the server waited too long for the body", 0,
        LATER, 0},
    [SHORT_BODY] = {S3_RETRY, false, "the server got only a part of the body", 0,
        LATER, 0},
    [INTERNAL] = {S3_RETRY, false, "the server has an internal error", 0, LATER, 0},
    [NOT_READY] = {S3_RETRY, true, "the server is not ready yet", 0, LATER, 0},

    // No answer.
    [NO_HOST] = {S3_RETRY, true, "could not find the host of", S3_ENDPOINT,
        "correct 'endpointurl' of the remote", S3_REMOTE},
    [NO_CONNECTION] = {S3_RETRY, true, "could not connect to", S3_ENDPOINT,
        "is the server running at", S3_ENDPOINT},
    [NO_ANSWER] = {S3_RETRY, true, "no answer in time from", S3_ENDPOINT,
        "is the server well at", S3_ENDPOINT},
    [NO_PROXY_HOST] = {S3_RETRY, true, "the proxy does not answer", 0, PROXY, 0},
    [BROKEN] = {S3_RETRY, true, "the connection broke to", S3_ENDPOINT, LATER, 0},
    [NO_TLS] = {S3_RETRY, true, "could not agree on TLS with", S3_ENDPOINT,
        SPEAKS_TLS, 0},
    [UNTRUSTED] = {S3_FATAL, true, "the TLS certificate is not trusted of", S3_ENDPOINT,
        TRUST, S3_REMOTE},
    [NO_CA] = {S3_FATAL, true, "could not read the CA certificates", S3_CA_FILE,
        "correct 'ssl_verify' of the remote", S3_REMOTE},
    [NO_HTTP] = {S3_FATAL, true, "neither http nor https is spoken by", S3_ENDPOINT,
        "correct 'endpointurl' of the remote", S3_REMOTE},
    [NO_URL] = {S3_FATAL, true, "not the URL of a server:", S3_ENDPOINT,
        "correct 'endpointurl' of the remote", S3_REMOTE},
};

static const struct {
    const char *code;
    enum cause cause;
} by_code[] = {
    {"SignatureDoesNotMatch", WRONG_SECRET},
    {"InvalidAccessKeyId", UNKNOWN_ID},
    {"AccessDenied", DENIED},
    {"AllAccessDisabled", DENIED},
    {"AccountProblem", ACCOUNT},
    {"ExpiredToken", EXPIRED},
    {"TokenRefreshRequired", EXPIRED},
    {"InvalidToken", BAD_TOKEN},
    {"InvalidTokenId", BAD_TOKEN},
    {"RequestTimeTooSkewed", CLOCK},
    {"NoSuchBucket", NO_BUCKET},
    {"InvalidBucketName", BAD_BUCKET},
    {"AuthorizationHeaderMalformed", OTHER_REGION},
    {"PermanentRedirect", ELSEWHERE},
    {"TemporaryRedirect", ELSEWHERE},
    {"XMinioStorageFull", FULL},
    {"QuotaExceeded", QUOTA},
    {"XMinioAdminBucketQuotaExceeded", QUOTA},
    {"NoSuchKey", NO_KEY},
    {"PreconditionFailed", CONFLICT},
    {"ConditionalRequestConflict", CONFLICT},
    {"XAmzContentSHA256Mismatch", CHANGED},
    {"XAmzContentChecksumMismatch", CHANGED},
    {"BadDigest", CHANGED},
    {"NoSuchUpload", NO_UPLOAD},
    {"InvalidPart", NO_PART},
    {"NotImplemented", UNABLE},
    {"MethodNotAllowed", UNABLE},
    {"SlowDown", BUSY},
    {"SlowDownRead", BUSY},
    {"SlowDownWrite", BUSY},
    {"TooManyRequests", BUSY},
    {"ServiceUnavailable", BUSY},
    {"OperationAborted", BUSY},
    {"RequestTimeout", SLOW_BODY},
    {"IncompleteBody", SHORT_BODY},
    {"InternalError", INTERNAL},
    {"XMinioServerNotInitialized", NOT_READY},
};

static const struct {
    long low, high;
    enum cause cause;
} by_status[] = {
    {200, 299, DONE},       {300, 399, ELSEWHERE},      {401, 401, DENIED},
    {403, 403, DENIED},     {404, 404, NO_KEY},         {405, 405, UNABLE},
    {407, 407, PROXY_PASSWORD}, {408, 408, SLOW_BODY},  {409, 409, CONFLICT},
    {412, 412, CONFLICT},   {429, 429, BUSY},           {501, 501, UNABLE},
    {507, 507, FULL},       {500, 599, OTHER_5XX},
};

static const struct {
    CURLcode code;
    enum cause cause;
} by_curl[] = {
    {CURLE_COULDNT_RESOLVE_HOST, NO_HOST},
    {CURLE_COULDNT_CONNECT, NO_CONNECTION},
    {CURLE_OPERATION_TIMEDOUT, NO_ANSWER},
    {CURLE_ABORTED_BY_CALLBACK, NO_ANSWER},
    {CURLE_COULDNT_RESOLVE_PROXY, NO_PROXY_HOST},
    {CURLE_PROXY, NO_PROXY_HOST},
    {CURLE_SSL_CONNECT_ERROR, NO_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, UNTRUSTED},
    {CURLE_SSL_ISSUER_ERROR, UNTRUSTED},
    {CURLE_SSL_CACERT_BADFILE, NO_CA},
    {CURLE_UNSUPPORTED_PROTOCOL, NO_HTTP},
    {CURLE_WEIRD_SERVER_REPLY, NO_HTTP},
    {CURLE_URL_MALFORMAT, NO_URL},
};
// clang-format on

const struct s3_reason *s3_reason_of_answer(long status, struct view code)
{
    for (size_t i = 0; code.n > 0 && i < COUNT_OF(by_code); i++)
        if (view_is(code, by_code[i].code))
            return &reasons[by_code[i].cause];
    if (code.n > 0 && status < 300)
        return &reasons[OTHER]; // an error under a good status
    for (size_t i = 0; i < COUNT_OF(by_status); i++)
        if (status >= by_status[i].low && status <= by_status[i].high)
            return &reasons[by_status[i].cause];
    return &reasons[OTHER];
}

const struct s3_reason *s3_reason_of_curl(int curl_code)
{
    for (size_t i = 0; i < COUNT_OF(by_curl); i++)
        if ((int)by_curl[i].code == curl_code)
            return &reasons[by_curl[i].cause];
    return &reasons[BROKEN];
}

double s3_wait_s(unsigned attempt, double luck, double after_s)
{
    double most_s = attempt < 5 ? ldexp(1, (int)attempt) : 20;
    double wait_s = luck * fmin(most_s, 20);
    return fmax(wait_s, after_s);
}
