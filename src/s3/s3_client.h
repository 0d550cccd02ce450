/* The client of an S3 server: what its parts share.
 *
 * A call is one request with its answer; a slot is an easy handle of libcurl with the
 * call that it works on.  s3_run keeps up to settings.jobs slots busy on one thread: it
 * asks the work for calls, signs and starts them, waits, tries again what failed for a
 * time (other slots go on meanwhile), and tells the call's `done` what came of it.
 * `done` may fill the slot's call anew, so that a chain of requests (PUT, then HEAD) is
 * a chain of functions.
 *
 *     s3_request.c  one signed request      s3_put.c s3_put_file.c s3_multipart.c
 *     s3_answer.c   what comes back         s3_part.c s3_get.c s3_list.c s3_delete.c
 *     s3_sink.c     into a file, digested   s3_whole.c    digests beside it
 *     s3_pool.c     the loop, the retries   s3_pending.c  uploads whose end is not known
 *     s3_error.c    what answers mean       s3_sweep.c    ends those
 *     s3_xml.c      what they say           s3_uploads.c  ends those of others, for gc
 *     s3_swap.c     where nobody else has  s3_remote.c   open and close */
#ifndef S3_S3_CLIENT_H
#define S3_S3_CLIENT_H

#include <time.h>

#include "base/rng.h"
#include "remote/remote_ops.h"
#include "s3/libcurl.h"
#include "s3/s3_error.h"
#include "s3/s3_sink.h"
#include "s3/s3_xml.h"
#include "s3/sigv4.h"

#define S3_MAX_JOBS 16
#define S3_MAX_PARTS 10000
#define S3_SMALL_BYTES ((size_t)512 << 10) // files up to here are sent from memory

/* Values that only tests change, before the first request. */
struct s3_limits {
    size_t page;              // keys of a listing's page, 1 … 1000
    uint64_t multipart_bytes; // files of this length and more go in parts
    uint64_t part_bytes;
    unsigned attempts;
    long stall_s, connect_s; // without a byte; until connected
    double silence_s;        // likewise, where the answer may be long in coming
};

struct s3_client;
struct s3_slot;

/* Told the end of a call.  True: slot->call was filled anew and shall be sent. */
typedef bool s3_done(struct s3_client *client, struct s3_slot *slot,
                     const struct s3_reason *reason);

struct s3_call {
    const char *method;
    const char *key; // below the remote's prefix; NULL: the bucket
    struct sigv4_pair query[5];
    size_t n_query;
    struct sigv4_pair header[2]; // besides those that every request has; all are signed
    size_t n_headers;

    struct view body;        // what is sent; or
    int fd;                  // a piece of a file, when file is true
    bool file, has_body;     // has_body: with a length, be it 0
    bool error_in_200;       // a good status may stand over an <Error>, and blanks may
                             // come for minutes before either
    bool fresh;              // by a new connection: on one that was used before libcurl
                             // itself sends again what is not answered
    bool optional;           // its failure is nobody else's: `done` gets S3_FAILED
    uint64_t offset, bytes;  // of the file
    char sha256[SHA256_HEX]; // of the body; empty: there is none

    struct s3_sink *sink; // where a good answer goes; NULL: memory
    s3_done *done;
    void *context;
    size_t index;     // of the transfer, part or page; for done
    const char *what; // "send", for messages
};

/* What came. */
struct s3_answer {
    long status;
    char etag[128], code[64], region[40];
    char sha256[SHA256_HEX]; // x-amz-meta-sha256, "" when there is none
    char md5[MD5_HEX];       // x-amz-meta-md5, likewise
    bool encrypted;          // so that the ETag is no MD5
    double retry_after_s;
    int64_t bytes; // Content-Length, -1 when unknown
    time_t date;   // of the server, 0 when unknown
    struct view body;
};

enum s3_state { S3_IDLE, S3_WAITING, S3_RUNNING };

struct s3_slot {
    struct s3_client *client;
    enum s3_state state;
    struct s3_call call;
    struct s3_answer answer;
    unsigned attempt; // of the call, from 0
    double until_s;   // S3_WAITING
    bool again;       // its one extra attempt (clock, region) is used up

    CURL *easy;
    struct curl_slist *header;
    char curl_error[CURL_ERROR_SIZE];
    struct arena mem; // of the request; rewound for each
    char *said;       // [cap] the answer's bytes
    size_t n_said, cap_said;
    bool too_long;         // the answer is longer than S3_ANSWER_MAX
    curl_off_t moved;      // bytes, both ways, when the last one went or came
    double moved_s;        // when that was
    bool file_short;       // the file ended before its piece did
    uint64_t sent;         // bytes of the body
    unsigned char *buffer; // [S3_SMALL_BYTES], allocated when first needed
    const char *region;    // that the request was signed with
    long offset_s;         // likewise
};

struct s3_client {
    struct remote *remote;
    const struct remote_config *config;
    struct s3_limits limits;
    const char *origin; // "http://127.0.0.1:9000"
    const char *host;   // "127.0.0.1:9000"
    const char *root;   // "/bucket", or "" where the host names it
    bool loopback;
    struct sigv4_scope scope;
    long offset_s;               // server's clock minus ours
    bool skewed, moved, no_bulk; // clock and region were corrected; no bulk deletion

    CURLM *multi;
    struct s3_slot slot[S3_MAX_JOBS];
    size_t n_slots;
    struct rng rng;

    struct error fatal;           // ends all; status 0: none
    unsigned given_up;            // calls in a row that used up all attempts
    const struct s3_reason *last; // why the last attempt failed, or NULL
    uint64_t bytes, shown_bytes;  // progress: of ended calls; told
    size_t objects, shown_objects;
    double shown_s;
    bool swept; // what dead processes left was looked for
};

/* remote_s3.c: the client of an open remote, for tests. */
struct s3_limits *s3_limits(struct remote *remote);

/* Sets host and paths for the region. */
void s3_locate(struct s3_client *client, const char *region);

/* s3_request.c: the key with the remote's prefix in front. */
char *s3_whole_key(const struct s3_client *client, const char *key, struct arena *mem);

/* Prepares the easy handle and the signed headers of the slot's call. */
void s3_prepare(struct s3_slot *slot);

/* s3_answer.c: for libcurl, which calls them with a slot as context. */
size_t s3_on_header(char *p, size_t size, size_t n, void *context);
size_t s3_on_body(char *p, size_t size, size_t n, void *context);

/* Fills in what the easy handle knows, after the transfer. */
void s3_read_answer(struct s3_slot *slot);

/* s3_pool.c: fills the next call into the slot.  S3_LATER: there is none now, but there
 * may be one without any call coming to its end. */
enum s3_more { S3_NONE, S3_CALL, S3_LATER };
typedef enum s3_more s3_next(struct s3_client *client, struct s3_slot *slot,
                             void *context);

/* Works until next has no more and every call has ended, or something that concerns all
 * went wrong; client->fatal is then set, and is what it returns. */
MUST_USE enum status s3_run(struct s3_client *client, s3_next *next, void *context,
                            struct error *err);

/* Fills err with why the slot's call failed. */
enum status s3_explain(const struct s3_slot *slot, const struct s3_reason *reason,
                       struct error *err);

/* Ends all work with this error, unless it ends already. */
void s3_stop(struct s3_client *client, const struct error *err);

/* The failures of a list: the one that comes first in it is kept. */
struct s3_tally {
    size_t first, n; // n: failures
    struct error err;
};

void s3_tally_add(struct s3_tally *tally, size_t index, const struct error *err);
MUST_USE enum status s3_tally_end(const struct s3_tally *tally, struct error *err);

/* Adds a query parameter or header to a call. */
void s3_query(struct s3_call *call, const char *name, const char *value);
void s3_header(struct s3_call *call, const char *name, const char *value);

/* The operations. */
enum status s3_put(struct remote *remote, struct transfer *v, size_t n, struct arena *mem,
                   struct error *err);
enum status s3_get(struct remote *remote, struct transfer *v, size_t n, struct arena *mem,
                   struct error *err);
enum status s3_list(struct remote *remote, const char *prefix, struct arena *mem,
                    struct remote_objects *ret, struct error *err);
enum status s3_delete(struct remote *remote, const char *const *keys, size_t n,
                      struct arena *mem, struct error *err);
enum status s3_swap(struct remote *remote, const char *key, struct view body,
                    const struct transfer *seen, struct arena *mem, bool *ret_done,
                    struct error *err);
enum status s3_end_uploads(struct remote *remote, const char *prefix, double grace_s,
                           struct arena *mem, size_t *ret_n, struct error *err);

#endif
