/* push: sends what the remote lacks of everything that dvc.lock names.
 *
 * Not a stage of the chain.  A push that has nothing to do writes nothing to the
 * remote. */
#include <inttypes.h>

#include "file/json.h"
#include "registry/registry_told.h"
#include "sync/sync_push.h"

struct push_config {
    struct sync_options sync;
    const char *out, *registry;
    bool allow_unsafe_remote;
};

static const struct push_config defaults = {
    .sync = SYNC_OPTION_DEFAULTS, .out = "artifacts", .registry = REGISTRY_FOLDER};

/* clang-format off */
static const struct option_row options[] = {
    SYNC_OPTION_ROWS,
    OPTION(struct push_config, out, 0, 0, "DIR", "write push.json to DIR"),
    OPTION(struct push_config, registry, 0, 0, "DIR",
           "the folder of the registries, which go with the artifacts"),
    OPTION(struct push_config, allow_unsafe_remote, 0, 0, NULL,
           "registries also to a server that cannot keep two pushes apart"),
};
/* clang-format on */

static void print_transfers(const struct transfer *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("would push %s, %" PRIu64 " bytes\n", v[i].key, v[i].bytes);
}

static void print_plan(const struct push *push)
{
    char size[PROGRESS_SIZE_TEXT];
    size_t n = push->n_files + push->n_folders;
    print_transfers(push->file, push->n_files);
    print_transfers(push->folder, push->n_folders);
    printf("would push %zu object%s, %s; %zu %s there already\n", n, n == 1 ? "" : "s",
           progress_size(push->bytes, size), push->n_present,
           push->n_present == 1 ? "is" : "are");
}

static void print_result(const struct push *push)
{
    char size[PROGRESS_SIZE_TEXT];
    size_t n = push->n_files + push->n_folders;
    if (n == 0 && push->n_records == 0)
        printf("up to date: %zu object%s", push->n_present,
               push->n_present == 1 ? "" : "s");
    else
        printf("pushed %zu object%s, %s; %zu %s there already", n, n == 1 ? "" : "s",
               progress_size(push->bytes, size), push->n_present,
               push->n_present == 1 ? "was" : "were");
    printf("; manifest %.12s\n", push->name.sha256);
}

static void add_sent(json_t *list, const struct transfer *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:s}", "key", v[i].key,
                                              "bytes", (json_int_t)v[i].bytes, "md5",
                                              v[i].md5, "sha256", v[i].sha256));
}

static enum status write_record(struct run *run, const struct push *push,
                                struct error *err)
{
    const struct push_config *config = run->config;
    struct output *out;
    publish_home(run->publish, config->out, config->out != defaults.out);
    TRY(publish_open(run->publish, file_join(run->mem, config->out, "push.json"), &out,
                     err));
    json_t *sent = json_array();
    add_sent(sent, push->file, push->n_files);
    add_sent(sent, push->folder, push->n_folders);
    json_t *document = json_pack("{s:i, s:s, s:s, s:s, s:I, s:I, s:o}", "format", 1,
                                 "remote", remote_url(push->sync->remote), "lock",
                                 manifest_lock_key(push->manifest.lock_sha256, run->mem),
                                 "manifest", manifest_key(push->name.sha256, run->mem),
                                 "present", (json_int_t)push->n_present, "sent_bytes",
                                 (json_int_t)push->bytes, "sent", sent);
    return json_write(out, document, err);
}

/* The registries, behind the artifacts: what their versions were made from is there then. */
static enum status push_registries(struct run *run, struct sync *sync, struct error *err)
{
    const struct push_config *config = run->config;
    struct text out = {.mem = run->mem};
    struct watch watch = run_watch(run);
    enum status status = registry_push_all(
        config->registry, sync->remote, config->allow_unsafe_remote, &watch, &out, err);
    if (!run->quiet && out.n > 0)
        fputs(out.p, stdout);
    return status;
}

static enum status push_all(struct run *run, struct sync *sync, struct error *err)
{
    const struct push_config *config = run->config;
    struct push push = {0};
    TRY(sync_open(sync, run, &config->sync, err));
    TRY(sync_need_lock(sync, err));
    TRY(sync_connect(sync, err));
    TRY(sync_collect(sync, err));
    TRY(push_plan(&push, sync, err));
    if (config->sync.dry_run) {
        print_plan(&push);
        return STATUS_OK;
    }
    remote_clear(sync->remote);
    TRY(push_send(&push, err));
    progress_clear(&run->progress, stderr);
    if (!run->quiet)
        print_result(&push);
    TRY(write_record(run, &push, err));
    return push_registries(run, sync, err);
}

static enum status run_push(struct run *run, struct error *err)
{
    struct sync sync = {0};
    enum status status = push_all(run, &sync, err);
    sync_close(&sync);
    return status;
}

static const struct stage push = {
    .name = "push",
    .summary = "sends what the remote lacks of everything that dvc.lock names",
    .about =
        "Reads dvc.lock, the cache and the remote's listing; writes objects, dvc.lock, "
        "a\n"
        "manifest and the pointer to it, in this order, to the remote, and push.json.\n"
        "Every file counts by itself: one that is missing from a folder, or has other\n"
        "bytes there, is sent again.  Then every registry is merged with the remote's.",
    .options = options,
    .n_options = COUNT_OF(options),
    .takes = STAGE_MAX_ERRORS,
    .config_size = sizeof(struct push_config),
    .defaults = &defaults,
    .run = run_push,
};

int main(int argc, char **argv)
{
    return stage_main(&push, argc, argv);
}
