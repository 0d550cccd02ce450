/* What an answer of an S3 server, or the lack of one, means: one row a code.
 *
 * Servers agree on codes, not on statuses; a code that is not in the table goes by its
 * status.  HEAD has no body and thus often no code. */
#ifndef S3_S3_ERROR_H
#define S3_S3_ERROR_H

#include <stdbool.h>

#include "base/text.h"

/* What is to be done. */
enum s3_class {
    S3_DONE,
    S3_MISSING,   // there is no such key: an answer
    S3_CONFLICT,  // a condition did not hold: an answer
    S3_UNABLE,    // the server does not know this kind of request
    S3_RETRY,     // later
    S3_CHANGED,   // the body is not what was announced: read the file again
    S3_CLOCK,     // once more by the server's clock
    S3_REGION,    // once more with the region that the answer names
    S3_NO_UPLOAD, // the multipart upload is not there, or done already
    S3_FAILED,    // never, for this key
    S3_FATAL,     // never, for any key
};

/* What a message or hint ends with. */
enum s3_about {
    S3_NOTHING = 0,
    S3_BUCKET,
    S3_ENDPOINT,
    S3_SOURCE, // where the keys came from
    S3_KEY_ID,
    S3_REMOTE, // its name in the configuration
    S3_CA_FILE,
};

struct s3_reason {
    enum s3_class class;
    bool all;         // given up after all attempts, it ends the other transfers too
    const char *text; // NULL: the code and the status tell all there is
    enum s3_about about;
    const char *hint; // or NULL
    enum s3_about hint_about;
};

/* Of an answer: its status, and the code where there was one, else an empty view. */
const struct s3_reason *s3_reason_of_answer(long status, struct view code);

/* Of what libcurl says, a CURLcode other than CURLE_OK. */
const struct s3_reason *s3_reason_of_curl(int curl_code);

/* Seconds to wait before the next attempt; attempt counts from 0, luck lies in [0,1),
 * after_s is what the server asked for, or 0. */
double s3_wait_s(unsigned attempt, double luck, double after_s);

#endif
