/* What a kind of remote provides; only remote.c and the kinds include this. */
#ifndef REMOTE_REMOTE_OPS_H
#define REMOTE_REMOTE_OPS_H

#include "remote/remote.h"

struct remote_ops {
    enum status (*open)(struct remote *remote, struct error *err);
    void (*close)(struct remote *remote);
    enum status (*list)(struct remote *remote, const char *prefix, struct arena *mem,
                        struct remote_objects *ret, struct error *err);
    enum status (*put)(struct remote *remote, struct transfer *v, size_t n,
                       struct arena *mem, struct error *err);
    enum status (*get)(struct remote *remote, struct transfer *v, size_t n,
                       struct arena *mem, struct error *err);
    enum status (*remove)(struct remote *remote, const char *const *keys, size_t n,
                          struct arena *mem, struct error *err);
    // The first half of remote_swap; the second, asking, is remote_swap.c's.
    enum status (*swap)(struct remote *remote, const char *key, struct view body,
                        const struct transfer *seen, struct arena *mem, bool *ret_done,
                        struct error *err);
    // Or NULL:
    void (*clear)(struct remote *remote);
    enum status (*seize)(struct remote *remote, bool *ret_alone, struct error *err);
    void (*release)(struct remote *remote);
    enum status (*end_uploads)(struct remote *remote, const char *prefix, double grace_s,
                               struct arena *mem, size_t *ret_n, struct error *err);
};

struct remote {
    const struct remote_ops *ops;
    const struct remote_config *config;
    struct remote_settings settings;
    struct arena *mem;
    double deadline_s; // of progress_clock_s
    int64_t until_s;   // of this machine's clock; 0: no limit
    bool in_doubt;     // a request since then has no clear answer
    void *state;       // the kind's own
};

extern const struct remote_ops remote_folder, remote_s3;

/* True for a key that every kind of remote can keep. */
bool remote_key_ok(const char *key);

/* Fills err for an object that is longer than its transfer allows; found: its length, or
 * 0 when that is not known. */
enum status remote_too_long(const struct transfer *t, uint64_t found, struct error *err);

/* Fails when a listing is so long that nobody can have meant it. */
MUST_USE enum status remote_objects_check(const struct remote_objects *v,
                                          struct error *err);

/* Adds an object; the listing is sorted by remote.c. */
void remote_objects_add(struct remote_objects *v, struct remote_object object,
                        struct arena *mem);

#endif
