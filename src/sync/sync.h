/* What push, pull, status and gc share: the outputs of dvc.yaml as dvc.lock has them,
 * where of them is in the cache, and what the remote has of them.
 *
 *     struct sync sync = {0};
 *     TRY(sync_open(&sync, run, &config->sync, err)); // dvc.lock, dvc.yaml, the cache
 *     TRY(sync_connect(&sync, err));                  // the remote and its listing
 *     TRY(sync_collect(&sync, err));                  // the objects, sorted by key
 *     sync_close(&sync);                              // in any case
 *
 * That a folder's object is somewhere says nothing about the files it lists: each counts
 * by itself. */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H

#include "dvc/dvc_cache.h"
#include "dvc/dvc_file.h"
#include "dvc/dvc_lock.h"
#include "dvc/dvc_lockfile.h"
#include "remote/remote.h"
#include "stage/stage.h"

/* Options of all four; the first member of their configuration. */
struct sync_options {
    const char *remote; // NULL: the default one
    size_t jobs, timeout;
    bool insecure_http, dry_run;
};

/* clang-format off */
#define SYNC_OPTION_ROWS                                                                 \
    OPTION(struct sync_options, remote, 0, 0, "NAME",                                    \
           "the remote of that name instead of the default one"),                        \
    OPTION(struct sync_options, jobs, 1, 16, "N", "transfers at once"),                  \
    OPTION(struct sync_options, timeout, 1, 1e6, "SECONDS",                              \
           "give up when the remote has not done all within SECONDS"),                   \
    OPTION(struct sync_options, insecure_http, 0, 0, NULL,                               \
           "allow plain http to other machines, where anybody may read along"),          \
    OPTION(struct sync_options, dry_run, 0, 0, NULL,                                     \
           "only say what would be done; write nothing")
/* clang-format on */
#define SYNC_OPTION_DEFAULTS                                                             \
    {                                                                                    \
        .jobs = 16, .timeout = 3600                                                      \
    }

/* For whoever takes DVC's lock: a member `wait` of their configuration. */
/* clang-format off */
#define SYNC_WAIT_ROW(type)                                                              \
    OPTION(type, wait, 0, 86400, "SECONDS",                                              \
           "wait so long for who has the project's lock and for stages that run")
/* clang-format on */

#define SYNC_LOCK "dvc.lock"
#define SYNC_UNKNOWN UINT64_MAX

/* An output that dvc.yaml and dvc.lock name. */
struct sync_out {
    const char *stage, *path, *md5;
    uint64_t bytes;
    bool executable, folder;
    bool known;         // of a folder: its object could be read
    bool unread;        // of a folder: it is there but damaged, in cache or remote
    struct view object; // of a folder whose object came from the remote: its bytes
    struct dvc_dir dir; // of a known folder
};

struct sync_object {
    const char *key, *md5; // of a folder ".dir" stands behind the md5
    const char *path;      // in the workspace, of the first that names it
    uint64_t bytes;        // SYNC_UNKNOWN: no cache has it and dvc.lock does not say
    uint64_t most;         // of a file: that dvc.lock allows, by its folder's size, too
    bool folder, cached;
    struct view body;                  // of a folder's object that the remote alone has
    const struct remote_object *there; // in the remote, or NULL
};

struct sync {
    struct run *run;
    const struct sync_options *options;
    struct dvc_repo repo;
    struct dvc_file file; // dvc.yaml; empty where there is none
    struct dvc_lockfile lock;
    struct view lock_bytes; // p NULL: there is no dvc.lock
    struct sync_out *out;   // [n_outs] in the order of dvc.lock
    size_t n_outs;
    struct texts gone;          // stages that dvc.lock names and dvc.yaml does not
    struct sync_object *object; // [n], sorted by key
    size_t n, cap;
    struct remote_config config;
    struct remote *remote;                 // NULL while not connected
    struct remote_objects objects, others; // files/md5/ and nightmill/, as listed
    struct error fault;                    // the first one that the work went on behind
    size_t n_faults;
    const char *what; // of the progress bar
    uint64_t done_bytes, total_bytes;
};

/* Opens the repository and reads dvc.lock, if there is one, and dvc.yaml, which says what
 * of it counts: outputs that dvc.yaml names no more are left out, as by DVC, and so is
 * what it says not to push. */
MUST_USE enum status sync_open(struct sync *sync, struct run *run,
                               const struct sync_options *options, struct error *err);

/* The same for whoever changes workspace or cache: takes DVC's lock before anything is
 * read.  STATUS_BUSY while somebody has it, or a stage runs in the project, for longer
 * than wait_s. */
MUST_USE enum status sync_open_locked(struct sync *sync, struct run *run,
                                      const struct sync_options *options, double wait_s,
                                      struct error *err);
void sync_close(struct sync *sync);

/* Fails with STATUS_INPUT and a hint where there is no dvc.lock or no dvc.yaml. */
MUST_USE enum status sync_need_lock(const struct sync *sync, struct error *err);

/* Opens the remote that the options name; of the settings jobs and time come from them.
 * Secrets are read here: the process can no longer be dumped afterwards, and *ret_config
 * holds them until remote_config_forget, in any case. */
MUST_USE enum status sync_reach(struct run *run, const struct sync_options *o,
                                const struct dvc_config *dvc,
                                struct remote_settings *settings,
                                struct remote_config *ret_config, struct remote **ret,
                                struct error *err);

/* The same for a sync, and lists what the remote has. */
MUST_USE enum status sync_connect(struct sync *sync, struct error *err);

/* Lists it anew: nightmill/ first, so that what a gc deleted before its notice went is
 * seen to be missing.  What objects point at (`there`) is of the listing before. */
MUST_USE enum status sync_list(struct sync *sync, struct error *err);

/* Fills in outs' folders and the objects, anew when it is called again.  A folder whose
 * object is neither in the cache nor in the remote stays unknown, and so does one whose
 * bytes are damaged, after sync_fault; its own object is among the objects all the same.
 * */
MUST_USE enum status sync_collect(struct sync *sync, struct error *err);

/* The object with that key, or NULL. */
struct sync_object *sync_find(const struct sync *sync, const char *key);

/* Is the object in the remote as it should be?  Its length, and its ETag as far as that
 * tells; of an object that no cache has, what is known of it. */
MUST_USE enum status sync_matches(const struct sync *sync, const struct sync_object *o,
                                  bool *ret, struct error *err);

/* The object's path in the cache. */
const char *sync_cache_path(const struct sync *sync, const struct sync_object *o);

/* Sends all, or fails. */
MUST_USE enum status sync_put(struct sync *sync, struct transfer *v, size_t n,
                              struct error *err);

/* Fetches all that can be; what is missing or damaged is told to sync_fault, one by one,
 * and is not done. */
MUST_USE enum status sync_get(struct sync *sync, struct transfer *v, size_t n,
                              struct error *err);

/* Fetches the body of one object of nightmill/, checked against a SHA-256 unless that is
 * NULL. */
MUST_USE enum status sync_read(struct sync *sync, const char *key, const char *sha256,
                               struct view *ret, struct error *err);

/* Reports a fault behind which the work goes on: the first becomes the error in the end,
 * the others are warnings, up to --max-errors of them. */
void sync_fault(struct sync *sync, const struct error *fault);

/* Fails with the first fault, if there was one. */
MUST_USE enum status sync_faults(const struct sync *sync, struct error *err);

#endif
